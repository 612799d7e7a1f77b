use std::path::Path;

use super::Status;
use crate::terminal::Terminal;

pub(crate) fn run(_dir: &Path, _terminal: &Terminal) -> Status {
    Status::Invalid
}
