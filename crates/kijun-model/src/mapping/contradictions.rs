//! Mappings that cannot all hold, though no two lines say different things of the same items.

use kijun_coverage::{Contradiction, Mappings, Statement, wording};
use kijun_text::{Diagnostic, Label};

use crate::context::Reports;

/// One warning for each smallest set of lines, on the line that is set aside first, with the chain in words.
pub(super) fn report(mappings: &Mappings<'_>, reports: &mut Reports) {
    let contradictions = mappings.contradictions.iter();
    for contradiction in contradictions.filter(|c| !is_about_one_pair(c, mappings.statements)) {
        if let Some(diagnostic) = diagnostic(contradiction, mappings) {
            reports.push(diagnostic);
        }
    }
}

/// Two lines about the same items are told by K0407.
fn is_about_one_pair(contradiction: &Contradiction, statements: &[Statement]) -> bool {
    let items = |i: &usize| {
        let statement = statements.get(*i)?;
        let mut items = statement.sources.clone();
        items.push(statement.target);
        items.sort_unstable();
        Some(items)
    };
    matches!(contradiction.statements.as_slice(), [a, b] if items(a) == items(b))
}

fn diagnostic(contradiction: &Contradiction, mappings: &Mappings<'_>) -> Option<Diagnostic> {
    let line = |i: &usize| mappings.statements.get(*i);
    let place = contradiction.set_aside.first().and_then(line)?.span;
    let words = wording::derivation_words(mappings, &contradiction.derivation);
    let ja: Vec<&str> = words.iter().map(|w| w.ja.as_str()).collect();
    let en: Vec<&str> = words.iter().map(|w| w.en.as_str()).collect();
    let count = contradiction.statements.len();
    let message = Label::new(
        format!("{count}つの対応は同時に成り立ちません: {}", ja.join("。")),
        format!("{count} mappings cannot all hold: {}", en.join("; ")),
    );
    let help = if contradiction.mixed {
        Label::new(
            "論拠の種類が違うので、どれも正しいことがあり得ます。同じ意味で比べたのなら、どれかが誤りです",
            "they speak in different senses, so all may be right; if they were compared in the same sense, one of them is wrong",
        )
    } else {
        Label::new(
            "どれかが誤りです。原文で確かめて直してください。それまで、印の最も弱い行は推論に使いません",
            "one of them is wrong: check the texts. Until then the lines with the lowest mark are not used",
        )
    };
    let mut out = Diagnostic::warning("K0411", place, message).help(help.ja, help.en);
    for other in contradiction.statements.iter().filter_map(line).filter(|s| s.span != place) {
        out = out.note(other.span, "これと両立しません", "it cannot hold together with this");
    }
    Some(out)
}
