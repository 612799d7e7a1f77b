use std::path::Path;

use super::Status;
use crate::args::FactArgs;
use crate::terminal::Terminal;

pub(crate) fn run(_what: &str, _path: &Path, _facts: &FactArgs, _terminal: &Terminal) -> Status {
    Status::Invalid
}
