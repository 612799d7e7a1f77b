//! The texts that people read, wherever they stand: empty ones, space around them, half-width kana.

use kijun_syntax::Kind;
use kijun_text::{Diagnostic, fold_width};

use super::parity;
use super::view::{found, quoted};
use crate::context::Decl;

/// What is odd about the text that a clause gives, and about its two languages.
pub(super) fn node(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let gives_text = matches!(
        decl.node.kind,
        Kind::Title
            | Kind::En
            | Kind::Ja
            | Kind::Source
            | Kind::Argument
            | Kind::Exclude
            | Kind::Publisher
            | Kind::Aka
            | Kind::Ask
            | Kind::Test
            | Kind::Property
    );
    if gives_text && let Some(string) = decl.child(Kind::String) {
        text(string, out);
    }
    match decl.node.kind {
        Kind::CheckTitle | Kind::Fix | Kind::Note | Kind::Summary | Kind::RequireClause => {
            parity::clause(decl, out)
        }
        Kind::Ask => parity::question(decl, out),
        Kind::Attribute | Kind::Literal => parity::label(decl, out),
        Kind::Level => parity::title(decl, out),
        Kind::En => parity::english(decl, out),
        _ => {}
    }
}

fn text(string: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let (inner, place) = quoted(string);
    let trimmed = inner.trim();
    if trimmed.is_empty() {
        out.push(
            found("K1107", string.span(), "文がありません", "there is no text here")
                .help("文を書くか、句ごと消してください", "write one, or remove the clause"),
        );
    } else if trimmed.len() != inner.len() {
        out.push(
            found("K1507", string.span(), "文の前か後に空白があります", "there is space around this text")
                .help("空白を消してください", "remove the space")
                .fixed_by("前後の空白を消す", "remove the space", vec![(place, trimmed.to_owned())]),
        );
    }
    if inner.chars().any(is_half_width_kana) {
        out.push(
            found("K1508", string.span(), "半角カナがあります", "there is half-width kana here")
                .help(
                    "全角にしてください。検索や照合で別の文字として扱われます",
                    "write it in full width: searches take it for other letters",
                )
                .fixed_by("全角カナにする", "write it in full width", vec![(place, widened(inner))]),
        );
    }
}

fn is_half_width_kana(c: char) -> bool {
    ('\u{ff66}'..='\u{ff9f}').contains(&c)
}

/// Runs of half-width kana in full width, with their voicing marks; the rest as it is.
fn widened(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        if is_half_width_kana(c) {
            run.push(c);
            continue;
        }
        out.push_str(&fold_width(&run));
        run.clear();
        out.push(c);
    }
    out.push_str(&fold_width(&run));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kana_are_widened_and_nothing_else() {
        assert_eq!(widened("ｼｽﾃﾑの監査ﾛｸﾞ（A）ﾊﾞ"), "システムの監査ログ（A）バ");
    }
}
