//! `kijun facts …`: ledgers in and out of spreadsheets.

mod map;
mod template;

pub(super) use template::write_template;

use kijun_facts::{KindId, Schema};
use kijun_text::{Label, nearest};

use super::{Status, refuse};
use crate::args::FactsCommand;
use crate::terminal::Terminal;

pub(crate) fn run(command: &FactsCommand, terminal: &Terminal) -> Status {
    match command {
        FactsCommand::Template(args) => template::run(args, terminal).err().unwrap_or(Status::Ok),
        FactsCommand::Map(args) => map::run(args, terminal).err().unwrap_or(Status::Ok),
    }
}

/// The kind that an argument names.
fn kind_named(schema: &Schema, name: &str, terminal: &Terminal) -> Result<KindId, Status> {
    schema.find_kind(name).ok_or_else(|| {
        let names = schema.kinds.iter().flat_map(|k| [k.name.as_str(), &k.label.ja, &k.label.en]);
        let message =
            Label::new(format!("種類 `{name}` はありません"), format!("there is no entity kind `{name}`"));
        let help = nearest(name, names).map_or_else(Label::default, |near| {
            Label::new(format!("もしかして: `{near}`"), format!("did you mean `{near}`?"))
        });
        refuse(terminal, &message, &help)
    })
}
