//! `kijun pack` and `kijun unpack`.

use std::path::{Path, PathBuf};

use kijun_model::version_of;
use kijun_text::{Label, Lang};
use kijun_workspace::{Bundle, Existing, Options, Workspace, sign_pack};

use super::seal::private_key;
use super::{Status, refuse, refuse_load, write_result};
use crate::args::{Pack, Unpack};
use crate::diagnostics;
use crate::terminal::Terminal;

/// A pack into an archive.
pub(super) fn pack(args: &Pack, terminal: &Terminal) -> Status {
    write_archive(args, terminal).err().unwrap_or(Status::Ok)
}

fn write_archive(args: &Pack, terminal: &Terminal) -> Result<(), Status> {
    let options = Options::default();
    let workspace = kijun_workspace::load(&args.path, &options).map_err(|e| refuse_load(terminal, &e))?;
    let is_wrong = diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    if is_wrong {
        return Err(Status::Invalid);
    }
    let own = workspace.packs.iter().find(|p| p.root == workspace.root);
    let own = own.ok_or_else(|| not_a_pack(&args.path, terminal))?;
    if version_of(&own.version).is_none() {
        let message = Label::new(
            format!("`{}` は版として読めません", own.version),
            format!("`{}` is no version", own.version),
        );
        let help = Label::new(
            "[pack] の `version` を `\"1.2.0\"` のように書いてください",
            "write `version` of [pack] as `\"1.2.0\"`",
        );
        return Err(refuse(terminal, &message, &help));
    }
    let signature = match &args.sign {
        Some(key) => Some(sign_pack(own, &private_key(key, terminal)?)),
        None => None,
    };
    let bundle = kijun_workspace::bundle(own, signature).map_err(|e| refuse_load(terminal, &e))?;
    let output = match &args.output {
        Some(output) => output.clone(),
        None => PathBuf::from(format!("{}.kpack", stem(&bundle, terminal)?)),
    };
    write_result(Some(&output), &bundle.bytes, terminal)?;
    if !terminal.quiet {
        told(&output, &bundle, &workspace, terminal);
    }
    Ok(())
}

/// What was written, what was not, and which packs whoever gets it needs beside.
fn told(output: &Path, bundle: &Bundle, workspace: &Workspace, terminal: &Terminal) {
    let (shown, files) = (output.display(), bundle.files.len());
    let size = bundle.bytes.len().div_ceil(1024);
    let Bundle { name, version, sha256, left_out, .. } = bundle;
    let list = |names: Vec<&str>| names.join(terminal.say("、", ", "));
    terminal.print(&match terminal.lang {
        Lang::Ja => format!(
            "`{shown}` を作りました: {name} {version}、{files} ファイル、{size} KiB\n  sha256 {sha256}\n"
        ),
        Lang::En => {
            format!("`{shown}` was written: {name} {version}, {files} files, {size} KiB\n  sha256 {sha256}\n")
        }
    });
    if !left_out.is_empty() {
        let names = list(left_out.iter().map(String::as_str).collect());
        terminal.print(&format!("  {} {names}\n", terminal.say("入れていないもの:", "left out:")));
    }
    let needed: Vec<String> = workspace
        .manifest
        .dependencies
        .iter()
        .map(|(name, dependency)| {
            let version = dependency.get_ref().version.as_ref();
            version.map_or_else(|| name.clone(), |v| format!("{name} {}", v.get_ref()))
        })
        .collect();
    if !needed.is_empty() {
        let names = list(needed.iter().map(String::as_str).collect());
        terminal.print(&format!("  {} {names}\n", terminal.say("使うときに要るパック:", "packs it needs:")));
    }
}

pub(super) fn not_a_pack(path: &Path, terminal: &Terminal) -> Status {
    let shown = path.display();
    let message = Label::new(
        format!("`{shown}` はパックではなく作業場所です"),
        format!("`{shown}` is a workspace and no pack"),
    );
    let help = Label::new(
        "パックにするには kijun.toml に [pack] (name, version) を書きます。事実は書庫に入りません",
        "to make it a pack write [pack] (name, version) in kijun.toml; facts never go into an archive",
    );
    refuse(terminal, &message, &help)
}

fn stem(bundle: &Bundle, terminal: &Terminal) -> Result<String, Status> {
    bundle.stem().ok_or_else(|| {
        let (name, version) = (&bundle.name, &bundle.version);
        let message = Label::new(
            format!("`{name}-{version}` はファイル名にできません"),
            format!("`{name}-{version}` cannot be the name of a file"),
        );
        let help = Label::new("書き出し先を指定してください", "say where to write");
        refuse(terminal, &message, &help)
    })
}

/// An archive into files.
pub(super) fn unpack(args: &Unpack, terminal: &Terminal) -> Status {
    write_files(args, terminal).err().unwrap_or(Status::Ok)
}

fn write_files(args: &Unpack, terminal: &Terminal) -> Result<(), Status> {
    let bundle = kijun_workspace::unbundle(&args.file).map_err(|e| refuse_load(terminal, &e))?;
    let folder = match &args.dir {
        Some(folder) => folder.clone(),
        None => PathBuf::from(stem(&bundle, terminal)?),
    };
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    kijun_workspace::unpack(&bundle, &folder, existing).map_err(|e| refuse_load(terminal, &e))?;
    if !terminal.quiet {
        let (shown, files) = (folder.display(), bundle.files.len());
        let Bundle { name, version, sha256, .. } = &bundle;
        terminal.print(&match terminal.lang {
            Lang::Ja => {
                format!("`{shown}` に取り出しました: {name} {version}、{files} ファイル\n  sha256 {sha256}\n")
            }
            Lang::En => {
                format!("unpacked into `{shown}`: {name} {version}, {files} files\n  sha256 {sha256}\n")
            }
        });
    }
    Ok(())
}
