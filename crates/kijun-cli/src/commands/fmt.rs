use std::path::PathBuf;

use super::Status;
use crate::terminal::Terminal;

pub(crate) fn run(_paths: &[PathBuf], _check: bool, _terminal: &Terminal) -> Status {
    Status::Invalid
}
