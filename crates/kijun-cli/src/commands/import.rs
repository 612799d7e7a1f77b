mod catalog;
mod component;
mod dependencies;
mod library;
mod mapping;
mod mds;
mod pack;
mod profile;
mod table;

use std::io::Read;
use std::path::Path;

use kijun_exchange::oscal::{Loss, Place};
use kijun_text::{Label, Lang};

use super::{Status, refuse};
use crate::args::ImportFormat;
use crate::terminal::Terminal;

/// Writes modules or facts from what others wrote; says what could not be taken over.
pub(crate) fn run(format: &ImportFormat, terminal: &Terminal) -> Status {
    match format {
        ImportFormat::OscalMapping(args) => mapping::run(args, terminal).err().unwrap_or(Status::Ok),
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

fn read(path: &Path, terminal: &Terminal) -> Result<String, Status> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    let shown = path.display();
    read.map_err(|error| {
        let message = kijun_text::cannot_read(&shown, &error);
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
