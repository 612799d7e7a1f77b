mod catalog;
mod component;
mod library;
mod mds;
mod pack;
mod profile;
mod table;

use std::io::Read;
use std::path::Path;

use kijun_exchange::oscal::{
    CatalogName, ImportOptions, Loss, Place, catalogs_at_hand, import_mapping, module_text,
};
use kijun_text::{Label, Lang, Sources};
use kijun_workspace::Options;

use super::{Status, refuse, refuse_load, write_result};
use crate::args::{ImportFormat, ImportMapping};
use crate::diagnostics;
use crate::terminal::Terminal;

/// Writes modules or facts from what others wrote; says what could not be taken over.
pub(crate) fn run(format: &ImportFormat, terminal: &Terminal) -> Status {
    match format {
        ImportFormat::OscalMapping(args) => oscal_mapping(args, terminal).err().unwrap_or(Status::Ok),
        ImportFormat::OscalCatalog(args) => catalog::run(args, terminal).err().unwrap_or(Status::Ok),
        ImportFormat::OscalProfile(args) => profile::run(args, terminal).err().unwrap_or(Status::Ok),
        ImportFormat::OscalComponent(args) => component::run(args, terminal).err().unwrap_or(Status::Ok),
        ImportFormat::Catalog(args) => table::catalog(args, terminal).err().unwrap_or(Status::Ok),
        ImportFormat::Crosswalk(args) => table::crosswalk(args, terminal).err().unwrap_or(Status::Ok),
        ImportFormat::Gemara(args) => library::gemara(args, terminal).err().unwrap_or(Status::Ok),
        ImportFormat::CisoAssistant(args) => {
            library::ciso_assistant(args, terminal).err().unwrap_or(Status::Ok)
        }
        ImportFormat::Mds(args) => mds::run(args, terminal).err().unwrap_or(Status::Ok),
    }
}

fn oscal_mapping(args: &ImportMapping, terminal: &Terminal) -> Result<(), Status> {
    let at_hand = args.path.as_ref().map(|path| {
        let workspace =
            kijun_workspace::load(path, &Options::default()).map_err(|e| refuse_load(terminal, &e))?;
        if workspace.compiled.has_errors() {
            diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
            return Err(Status::Invalid);
        }
        Ok(catalogs_at_hand(&workspace.compiled.program))
    });
    let options = ImportOptions {
        from: args.from.as_deref().map(CatalogName::parse),
        to: args.to.as_deref().map(CatalogName::parse),
        at_hand: at_hand.transpose()?,
    };
    let mut sources = Sources::default();
    let text = read(&args.file, terminal)?;
    let file = sources.add(args.file.display().to_string(), text);
    let imported = import_mapping(&sources, file, &options).map_err(|problems| {
        diagnostics::show(terminal, &sources, &problems);
        Status::Invalid
    })?;
    let module = module_text(&imported, terminal.lang).map_err(|errors| {
        let reasons: Vec<&str> = errors.iter().map(|e| terminal.text(&e.message)).collect();
        let reasons = reasons.join("; ");
        let message = Label::new(
            format!("モジュールを書けませんでした: {reasons}"),
            format!("the module could not be written: {reasons}"),
        );
        refuse(terminal, &message, &Label::default())
    })?;
    write_result(args.output.as_deref(), module.as_bytes(), terminal)?;
    say_losses(&imported.losses, terminal);
    Ok(())
}

fn read(path: &Path, terminal: &Terminal) -> Result<String, Status> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    let shown = path.display();
    read.map_err(|error| {
        let message =
            Label::new(format!("`{shown}` を読めません: {error}"), format!("cannot read `{shown}`: {error}"));
        refuse(terminal, &message, &Label::default())
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        let message =
            Label::new(format!("`{shown}` は UTF-8 ではありません"), format!("`{shown}` is not UTF-8"));
        refuse(terminal, &message, &Label::default())
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// How many places of one loss are shown.
const PLACES: usize = 3;

/// What did not come through, on standard error.
pub(super) fn say_losses(losses: &[Loss], terminal: &Terminal) {
    if losses.is_empty() || terminal.quiet {
        return;
    }
    terminal.warn(terminal.say("そのままでは移らなかったもの:\n", "what does not come through as it is:\n"));
    for loss in losses {
        terminal.warn(&format!("- {}\n", terminal.text(&loss.what)));
        for place in loss.places.iter().take(PLACES) {
            terminal.warn(&format!("    {}\n", place_of(place, terminal)));
        }
        if let Some(more) = loss.places.len().checked_sub(PLACES).filter(|n| *n > 0) {
            let more = match terminal.lang {
                Lang::Ja => format!("    ほか {more} か所\n"),
                Lang::En => format!("    and {more} more\n"),
            };
            terminal.warn(&more);
        }
    }
}

fn place_of(place: &Place, terminal: &Terminal) -> String {
    match (place.line, terminal.lang) {
        (Some(line), Lang::Ja) => format!("{line} 行 {}", place.path),
        (Some(line), Lang::En) => format!("line {line} {}", place.path),
        (None, _) => place.path.clone(),
    }
}
