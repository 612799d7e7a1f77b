//! `kijun export oscal-catalog`: a catalogue, with what an import kept beside it.

use std::path::{Path, PathBuf};

use kijun_exchange::oscal::catalog::{CatalogExport, NoCatalog, SIDECAR, export_catalog};
use kijun_text::Label;
use kijun_workspace::Workspace;

use super::{document_day, load, no_day};
use crate::args::ExportCatalog;
use crate::commands::import::say_losses;
use crate::commands::{Status, catalogs, refuse, write_result};
use crate::terminal::Terminal;

pub(super) fn run(args: &ExportCatalog, terminal: &Terminal) -> Result<(), Status> {
    let workspace = load(&args.path, terminal)?;
    let catalog = catalog(&workspace, args.catalog.as_deref(), terminal)?;
    let sidecar_path = beside(&workspace, catalog).map(|folder| folder.join(SIDECAR));
    let sidecar = sidecar_path.as_deref().map(|path| sidecar(path, terminal)).transpose()?.flatten();
    let day = document_day(&workspace, args.as_of.as_deref(), terminal)?;
    let tree = |file| workspace.trees.get(file).map(|parse| &parse.tree);
    let export = CatalogExport {
        program: &workspace.compiled.program,
        catalog,
        sources: &workspace.sources,
        tree: &tree,
        sidecar: sidecar.as_deref(),
        day: day.as_deref(),
    };
    let exported = export_catalog(&export).map_err(|error| {
        let shown = sidecar_path.as_deref().unwrap_or(Path::new(SIDECAR)).display();
        refuse_export(&error, &shown.to_string(), terminal)
    })?;
    write_result(args.output.as_deref(), exported.text.as_bytes(), terminal)?;
    say_losses(&exported.losses, terminal);
    Ok(())
}

/// The catalogue that is asked for, else the only one of the pack or workspace itself.
pub(super) fn catalog(
    workspace: &Workspace,
    name: Option<&str>,
    terminal: &Terminal,
) -> Result<usize, Status> {
    let all = &workspace.compiled.program.catalogs;
    let found: Vec<usize> = match name {
        Some(name) => catalogs::named(workspace, name).map_err(|(m, help)| refuse(terminal, &m, &help))?,
        None => {
            let own = |c: &usize| beside(workspace, *c).as_deref() == Some(workspace.root.as_path());
            let own: Vec<usize> = (0..all.len()).filter(own).collect();
            if own.is_empty() { (0..all.len()).collect() } else { own }
        }
    };
    if let [one] = found.as_slice() {
        return Ok(*one);
    }
    let names: Vec<String> =
        found.iter().filter_map(|c| all.get(*c)).map(|c| format!("{}@{}", c.alias, c.edition)).collect();
    let names = names.join(", ");
    let message = if found.is_empty() {
        Label::new("カタログがありません", "there is no catalogue")
    } else {
        Label::new("どのカタログか決まりません", "it is not clear which catalogue is meant")
    };
    let help = Label::new(
        format!("--catalog で指定してください: {names}"),
        format!("name it with --catalog: {names}"),
    );
    Err(refuse(terminal, &message, &if names.is_empty() { Label::default() } else { help }))
}

/// The folder of the pack that declares a catalogue; of the workspace, where no pack does.
pub(in crate::commands) fn beside(workspace: &Workspace, catalog: usize) -> Option<PathBuf> {
    let file = workspace.compiled.program.catalogs.get(catalog)?.span.file;
    let pack = workspace.packs.iter().find(|p| p.modules.contains(&file));
    Some(pack.map_or(&workspace.root, |p| &p.root).clone())
}

pub(in crate::commands) fn sidecar(path: &Path, terminal: &Terminal) -> Result<Option<String>, Status> {
    if !path.is_file() {
        return Ok(None);
    }
    std::fs::read_to_string(path).map(Some).map_err(|error| {
        let shown = path.display();
        let message = kijun_text::cannot_read(&shown, &error);
        refuse(terminal, &message, &Label::default())
    })
}

pub(super) fn refuse_export(error: &NoCatalog, sidecar: &str, terminal: &Terminal) -> Status {
    match error {
        NoCatalog::NoDay => no_day(terminal),
        NoCatalog::Sidecar(what) => {
            let message = Label::new(
                format!("`{sidecar}` を読めません: {}", what.ja),
                format!("cannot read `{sidecar}`: {}", what.en),
            );
            let help = Label::new(
                "取り込んだときのファイルに戻すか、消して書き出してください(消すと、モジュールにあることだけを書き出します)",
                "restore the file of the import, or remove it: then only what the modules say is written",
            );
            refuse(terminal, &message, &help)
        }
        NoCatalog::TooDeep => {
            let message = Label::new(
                "項目の入れ子が深すぎて、OSCALの文書にできません",
                "items are part of one another too deep for a document of OSCAL",
            );
            refuse(terminal, &message, &Label::default())
        }
        NoCatalog::Empty => {
            let message = Label::new("範囲に入る項目がありません", "nothing is in scope");
            refuse(terminal, &message, &Label::default())
        }
        NoCatalog::Absent => {
            let message =
                Label::new("カタログもプロファイルもありません", "there is no such catalogue or profile");
            refuse(terminal, &message, &Label::default())
        }
    }
}
