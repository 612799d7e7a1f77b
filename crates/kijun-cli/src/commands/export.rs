pub(super) mod catalog;
mod component;
mod profile;

use std::path::Path;

use kijun_coverage::Statement;
use kijun_exchange::oscal::{ExportOptions, export_mapping};
use kijun_text::Label;
use kijun_workspace::{Options, Workspace};

use super::{Status, catalogs, day, refuse, refuse_load, write_result};
use crate::args::{ExportFormat, ExportMapping};
use crate::diagnostics;
use crate::terminal::Terminal;

/// Writes what packs say in another format; says what that format cannot hold.
pub(crate) fn run(format: &ExportFormat, terminal: &Terminal) -> Status {
    match format {
        ExportFormat::OscalMapping(args) => oscal_mapping(args, terminal).err().unwrap_or(Status::Ok),
        ExportFormat::OscalProfile(args) => profile::run(args, terminal).err().unwrap_or(Status::Ok),
        ExportFormat::OscalComponent(args) => component::run(args, terminal).err().unwrap_or(Status::Ok),
        ExportFormat::OscalCatalog(args) => catalog::run(args, terminal).err().unwrap_or(Status::Ok),
    }
}

fn oscal_mapping(args: &ExportMapping, terminal: &Terminal) -> Result<(), Status> {
    let workspace = load(&args.path, terminal)?;
    let day = document_day(&workspace, args.as_of.as_deref(), terminal)?.ok_or_else(|| no_day(terminal))?;
    let named = |name: &Option<String>| {
        let found = name.as_deref().map(|name| catalogs::named(&workspace, name)).transpose();
        found.map_err(|(message, help)| refuse(terminal, &message, &help))
    };
    let (from, to) = (named(&args.from)?, named(&args.to)?);
    let statements = statements(&workspace, from.as_deref(), to.as_deref());
    let title = workspace.title();
    let options = ExportOptions {
        title: if title.en.is_empty() { title.ja } else { title.en },
        version: workspace.manifest.pack.as_ref().map_or_else(|| "0".to_owned(), |p| p.version.clone()),
        day,
        gaps: args.gaps,
    };
    let (document, losses) = export_mapping(&workspace.compiled.program, &statements, &options);
    let Some(document) = document else {
        super::import::say_losses(&losses, terminal);
        return Err(nothing(terminal));
    };
    let mut text = serde_json::to_vec_pretty(&document).unwrap_or_default();
    text.push(b'\n');
    write_result(args.output.as_deref(), &text, terminal)?;
    super::import::say_losses(&losses, terminal);
    Ok(())
}

fn load(path: &Path, terminal: &Terminal) -> Result<Workspace, Status> {
    let workspace =
        kijun_workspace::load(path, &Options::default()).map_err(|e| refuse_load(terminal, &e))?;
    if workspace.compiled.has_errors() || workspace.has_errors() {
        diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
        return Err(Status::Invalid);
    }
    Ok(workspace)
}

/// The day of a document: as asked for, else the workspace's.
fn document_day(
    workspace: &Workspace,
    as_of: Option<&str>,
    terminal: &Terminal,
) -> Result<Option<String>, Status> {
    let today = match as_of {
        Some(text) => Some(day(text, terminal)?),
        None => workspace.as_of(),
    };
    let Some(day) = today.map(|today| kijun_facts::Date::day(today).to_string()) else { return Ok(None) };
    if !("1900".."3000").contains(&day.as_str()) {
        let message = Label::new(
            format!("OSCALの日付は1900年から2999年までです({day})"),
            format!("dates of OSCAL go from 1900 to 2999 ({day})"),
        );
        return Err(refuse(terminal, &message, &Label::default()));
    }
    Ok(Some(day))
}

/// The statements of a pack itself, or all of a workspace, between these catalogues.
fn statements<'w>(
    workspace: &'w Workspace,
    from: Option<&[usize]>,
    to: Option<&[usize]>,
) -> Vec<&'w Statement> {
    let own = workspace.packs.iter().find(|p| p.root == workspace.root && workspace.manifest.pack.is_some());
    let program = &workspace.compiled.program;
    let is_of = |id, wanted: Option<&[usize]>| {
        let catalog = program.requirement(id).map(|r| r.catalog);
        wanted.is_none_or(|wanted| catalog.is_some_and(|c| wanted.contains(&c)))
    };
    let wanted = |s: &&Statement| {
        own.is_none_or(|pack| pack.modules.contains(&s.span.file))
            && s.sources.first().is_some_and(|s| is_of(*s, from))
            && is_of(s.target, to)
    };
    workspace.compiled.mappings.iter().filter(wanted).collect()
}

fn no_day(terminal: &Terminal) -> Status {
    let message = Label::new("文書の日付が決まりません", "the document needs a date");
    let help = Label::new(
        "同じ入力から同じ文書を作るため、時計は使いません。--as-of 2026-11-22 のように指定するか、作業場所の kijun.toml に as_of を書いてください",
        "no clock is asked, so that the same input gives the same document: say --as-of 2026-11-22, or write as_of in the workspace's kijun.toml",
    );
    refuse(terminal, &message, &help)
}

fn nothing(terminal: &Terminal) -> Status {
    let message = Label::new("書き出す対応がありません", "there is no mapping to write");
    let help = Label::new(
        "パックを指定すると、そのパック自身の対応だけを書き出します。--from と --to も確かめてください",
        "a pack gives only its own mappings; check --from and --to too",
    );
    refuse(terminal, &message, &help)
}
