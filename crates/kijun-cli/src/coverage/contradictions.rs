use kijun_coverage::{Mappings, wording};

use super::{id, indented};
use crate::terminal::Terminal;

/// Mappings that cannot all hold, with the walks that show it, and which of them were set aside.
pub(crate) fn contradictions(mappings: &Mappings<'_>, terminal: &Terminal) -> String {
    let mut out = String::new();
    for contradiction in mappings.contradictions.iter() {
        let heading = terminal.say("両立しない対応", "mappings that cannot all hold");
        out.push_str(&format!("{heading}\n"));
        for line in wording::derivation_words(mappings, &contradiction.derivation) {
            out.push_str(&indented(terminal.text(&line), 2, terminal));
        }
        if contradiction.mixed {
            let note = terminal.say(
                "論拠の種類が違うので、どれも正しいことがあり得ます（--rationale で一つに絞れます）",
                "they speak in different senses, so all may be true after all (--rationale takes one)",
            );
            out.push_str(&indented(note, 2, terminal));
        }
        let aside = terminal.say("解決するまで使わないもの", "set aside until it is settled");
        out.push_str(&format!("  {aside}:\n"));
        for statement in contradiction.set_aside.iter().filter_map(|i| mappings.statements.get(*i)) {
            let sources: Vec<&str> = statement.sources.iter().map(|s| id(mappings.program, *s)).collect();
            let line = format!(
                "{} {} {} ({})",
                sources.join(" "),
                statement.relationship.name(),
                id(mappings.program, statement.target),
                terminal.text(&wording::mark_label(statement.mark)),
            );
            out.push_str(&indented(&line, 4, terminal));
        }
        out.push('\n');
    }
    out
}
