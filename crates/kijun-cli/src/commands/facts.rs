//! `kijun facts …`: ledgers in and out of spreadsheets.

mod template;

pub(super) use template::write_template;

use super::Status;
use crate::args::FactsCommand;
use crate::terminal::Terminal;

pub(crate) fn run(command: &FactsCommand, terminal: &Terminal) -> Status {
    match command {
        FactsCommand::Template(args) => template::run(args, terminal).err().unwrap_or(Status::Ok),
    }
}
