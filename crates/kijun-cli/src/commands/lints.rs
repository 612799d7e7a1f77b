use kijun_model::lint::{LINTS, lints_page, lints_text};
use serde_json::json;

use super::{Status, write_result};
use crate::args::{LintFormat, LintList};
use crate::terminal::Terminal;

/// Lists the lints that there are.
pub(crate) fn run(args: &LintList, terminal: &Terminal) -> Status {
    let text = match args.format {
        LintFormat::Text => lints_text(terminal.lang),
        LintFormat::Json => as_json(),
        LintFormat::Md => lints_page(),
    };
    match write_result(args.output.as_deref(), text.as_bytes(), terminal) {
        Ok(()) => Status::Ok,
        Err(status) => status,
    }
}

/// `kijun.lints/1`: one object for each lint, in the order of codes.
fn as_json() -> String {
    let entries = LINTS.iter().map(|l| {
        let (group, level) = (l.group.name(), l.level.name());
        json!({"code": l.code, "name": l.name, "group": group, "level": level, "fix": l.has_fix, "summary": {"ja": l.ja, "en": l.en}})
    });
    let list = json!({"schema": "kijun.lints/1", "lints": entries.collect::<Vec<_>>()});
    format!("{list:#}\n")
}
