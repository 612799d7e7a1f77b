use kijun_text::Label;

use super::{Status, refuse};
use crate::terminal::Terminal;

/// Serves an editor until it leaves.
pub(super) fn run(terminal: &Terminal) -> Status {
    match kijun_lsp::run() {
        Ok(()) => Status::Ok,
        Err(error) => {
            let message = Label::new(
                format!("言語サーバーを始められません: {error}"),
                format!("the language server cannot start: {error}"),
            );
            refuse(terminal, &message, &Label::default())
        }
    }
}
