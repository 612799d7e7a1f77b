//! What imports that leave a pack have in common: reading the document, writing the folder, saying what came of it.

use std::path::{Component, Path, PathBuf};

use kijun_engine::program::Mark;
use kijun_exchange::pack::{Import, ImportedPack, Problems};
use kijun_text::{FileId, Label, Lang, Sources};

use super::say_losses;
use crate::args::{MarkArg, PackArgs};
use crate::commands::{Status, refuse};
use crate::diagnostics;
use crate::output::write_folder;
use crate::terminal::Terminal;

/// Reads a document of text and writes the pack that it becomes.
pub(super) fn import(
    path: &Path,
    args: &PackArgs,
    terminal: &Terminal,
    read: impl FnOnce(&Sources, FileId, &Import<'_>) -> Result<ImportedPack, Problems>,
) -> Result<(), Status> {
    must_be_free(&args.output, terminal)?;
    let text = super::read(path, terminal)?;
    let sha256 = kijun_workspace::digest([text.as_bytes()]);
    let mut sources = Sources::default();
    let file = sources.add(path.display().to_string(), text);
    let name = file_name(path);
    let pack = read(&sources, file, &choices(args, &name, &sha256, terminal)).map_err(|problems| {
        diagnostics::show(terminal, &sources, &problems);
        Status::Invalid
    })?;
    write(&pack, &args.output, terminal)
}

pub(super) fn choices<'a>(
    args: &'a PackArgs,
    file_name: &'a str,
    sha256: &'a str,
    terminal: &Terminal,
) -> Import<'a> {
    Import {
        file_name,
        sha256,
        pack: args.name.as_deref(),
        alias: args.alias.as_deref(),
        edition: args.edition.as_deref(),
        mark: match args.mark {
            MarkArg::Printed => Mark::Printed,
            MarkArg::Published => Mark::Published,
            MarkArg::Inferred => Mark::Inferred,
            MarkArg::Ambiguous => Mark::Ambiguous,
            MarkArg::Unverified => Mark::Unverified,
        },
        lang: terminal.lang,
    }
}

/// The name of a file without its folders; standard input is `catalog`.
pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().and_then(|n| n.to_str()).filter(|n| *n != "-");
    name.unwrap_or("catalog").to_owned()
}

/// A folder with something in it is left alone: it may hold what someone has edited since.
pub(super) fn must_be_free(folder: &Path, terminal: &Terminal) -> Result<(), Status> {
    let shown = folder.display();
    let is_empty = folder.read_dir().map_or(!folder.exists(), |mut entries| entries.next().is_none());
    if is_empty {
        return Ok(());
    }
    let message = match folder.is_file() {
        true => Label::new(format!("`{shown}` は既にあります"), format!("`{shown}` is there already")),
        false => Label::new(
            format!("`{shown}` は空のフォルダではありません"),
            format!("`{shown}` is no empty folder"),
        ),
    };
    let help = Label::new(
        "書き直したものを消さないため、まだないものを --output に指定してください",
        "name something new after --output, so that nothing edited there is lost",
    );
    Err(refuse(terminal, &message, &help))
}

/// Writes a pack, and says how much it holds and what was lost.
pub(super) fn write(pack: &ImportedPack, folder: &Path, terminal: &Terminal) -> Result<(), Status> {
    let files = pack.files.iter().map(|file| (file.path.as_str(), file.text.as_bytes()));
    write_folder(folder, files).map_err(|error| {
        let shown = folder.display();
        let message = kijun_text::cannot_write(&shown, &error);
        refuse(terminal, &message, &Label::default())
    })?;
    say_losses(&pack.losses, terminal);
    if !terminal.quiet {
        let (shown, counts) = (folder.display(), pack.counts);
        terminal.warn(&match terminal.lang {
            Lang::Ja => format!(
                "{shown} に書きました: 節 {}、要求事項 {}(うち取下げ {})、対応 {}\n",
                counts.sections, counts.requirements, counts.withdrawn, counts.statements
            ),
            Lang::En => format!(
                "wrote {shown}: {} section(s), {} requirement(s) of which {} withdrawn, {} statement(s) of mappings\n",
                counts.sections, counts.requirements, counts.withdrawn, counts.statements
            ),
        });
    }
    Ok(())
}

/// The way from one folder, which need not exist, to another.
pub(super) fn relative(from: &Path, to: &Path) -> PathBuf {
    let absolute = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // Links are followed as far as there is something; `a/..` is nothing.
        let mut out = PathBuf::new();
        for part in path.components() {
            match part {
                Component::ParentDir => _ = out.pop(),
                part => out.push(part),
            }
        }
        out
    };
    let (from, to) = (absolute(from), absolute(to));
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n(Component::ParentDir, from.len() - shared);
    up.chain(to.into_iter().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_from_one_folder_to_another() {
        for (from, to, way) in
            [("/a/b", "/a/c/d", "../c/d"), ("/a", "/a/b", "b"), ("/a/x/../b/c", "/a/b", "..")]
        {
            assert_eq!(relative(Path::new(from), Path::new(to)), Path::new(way), "{from} {to}");
        }
    }
}
