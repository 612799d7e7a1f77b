//! Whether Japanese and English say the same, as far as that shows without reading them.

use std::collections::BTreeSet;

use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, fold_width};

use super::view::{found, head, quoted};
use crate::context::Decl;

/// From this length on, two texts that are the same are not a mere name.
const SENTENCE: usize = 16;

pub(super) fn item(item: Decl<'_>, out: &mut Vec<Diagnostic>) {
    match item.node.kind {
        Kind::Instrument
        | Kind::Catalog
        | Kind::Section
        | Kind::Requirement
        | Kind::Risk
        | Kind::Profile
        | Kind::Property => title(item, out),
        Kind::Attest => question(item, out),
        Kind::Entity | Kind::Enumeration | Kind::Relation | Kind::Param | Kind::Table => label(item, out),
        _ => {}
    }
}

fn lacks_english(decl: Decl<'_>) -> bool {
    decl.child(Kind::Title).or_else(|| decl.child(Kind::String)).is_some() && decl.child(Kind::En).is_none()
}

const WRITE_EN: (&str, &str) = ("`en \"…\"` を加えてください", "add `en \"…\"`");

pub(super) fn title(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    if lacks_english(decl) {
        out.push(
            found("K1401", head(decl), "英語の題名がありません", "there is no English title")
                .help(WRITE_EN.0, WRITE_EN.1),
        );
    }
    if let Some(ja) = decl.child(Kind::Title).or_else(|| decl.child(Kind::String)) {
        same(ja, decl.child(Kind::En), out);
    }
}

pub(super) fn question(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    if lacks_english(decl) {
        let place = if decl.node.kind == Kind::Ask { decl.child(Kind::String) } else { None };
        out.push(
            found(
                "K1404",
                place.map_or(head(decl), Decl::span),
                "英語の質問がありません",
                "there is no English question",
            )
            .help(WRITE_EN.0, WRITE_EN.1),
        );
    }
}

pub(super) fn label(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    if lacks_english(decl) {
        out.push(
            found("K1405", head(decl), "英語の表示名がありません", "there is no English label")
                .help(WRITE_EN.0, WRITE_EN.1),
        );
    }
}

/// A clause with `ja` and `en`.
pub(super) fn clause(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let (ja, en) = (decl.child(Kind::Ja), decl.child(Kind::En));
    let (Some(ja), Some(en)) = (ja, en) else {
        // Of a `require`, the compiler tells it.
        if let (Some(only), true) = (ja.or(en), decl.node.kind != Kind::RequireClause) {
            let (lack, lack_en, word) =
                if ja.is_some() { ("英語", "English", "en") } else { ("日本語", "Japanese", "ja") };
            out.push(
                found(
                    "K1402",
                    only.span(),
                    format!("{lack}の文がありません"),
                    format!("there is no {lack_en} text"),
                )
                .help(format!("`{word} \"…\"` を加えてください"), format!("add `{word} \"…\"`")),
            );
        }
        return;
    };
    let (Some(left), Some(right)) = (ja.child(Kind::String), en.child(Kind::String)) else { return };
    let ((left, _), (right, _)) = (quoted(left), quoted(right));
    if matches!(decl.node.kind, Kind::RequireClause | Kind::Fix) {
        placeholders(en, left, right, out);
    }
    numbers(en, left, right, out);
    same(ja, Some(en), out);
}

fn placeholders(en: Decl<'_>, left: &str, right: &str, out: &mut Vec<Diagnostic>) {
    let (left, right) = (inserted(left), inserted(right));
    let list = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        a.difference(b).map(|p| format!("`{{{p}}}`")).collect::<Vec<_>>().join(", ")
    };
    let (lost, added) = (list(&left, &right), list(&right, &left));
    if lost.is_empty() && added.is_empty() {
        return;
    }
    let said = |lost_word: &str, added_word: &str| match (lost.is_empty(), added.is_empty()) {
        (false, true) => format!("{lost_word} {lost}"),
        (true, _) => format!("{added_word} {added}"),
        (false, false) => format!("{lost_word} {lost}; {added_word} {added}"),
    };
    out.push(
        found(
            "K1403",
            en.span(),
            "日本語と英語で差し込みが違います",
            "the two languages insert different values",
        )
        .label(said("日本語だけ:", "英語だけ:"), said("only in Japanese:", "only in English:"))
        .help("どちらの読者にも同じ値を示してください", "show the same values to readers of both"),
    );
}

/// What stands in `{…}`, without its white space.
fn inserted(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '\\']) {
        let after = rest.get(at + 1..).unwrap_or_default();
        if rest.get(at..).is_some_and(|r| r.starts_with('\\')) {
            rest = after.chars().next().and_then(|c| after.get(c.len_utf8()..)).unwrap_or_default();
            continue;
        }
        let Some(end) = after.find('}') else { break };
        out.insert(after.get(..end).unwrap_or_default().split_whitespace().collect());
        rest = after.get(end + 1..).unwrap_or_default();
    }
    out
}

/// Numbers of either language that the other has none of. A language that writes its numbers as words says nothing.
fn numbers(en: Decl<'_>, left: &str, right: &str, out: &mut Vec<Diagnostic>) {
    let (left, right) = (digits(left), digits(right));
    let lost: Vec<&str> = left.difference(&right).map(String::as_str).collect();
    let added: Vec<&str> = right.difference(&left).map(String::as_str).collect();
    if lost.is_empty() || added.is_empty() {
        return;
    }
    let (ja, en_list) = (lost.join(", "), added.join(", "));
    out.push(
        found(
            "K1408",
            en.span(),
            format!("日本語の数は {ja}、英語の数は {en_list} です"),
            format!("the Japanese has the numbers {ja}, the English {en_list}"),
        )
        .help("どちらかが書き間違いでないか確かめてください", "see that neither is a slip"),
    );
}

fn digits(text: &str) -> BTreeSet<String> {
    let folded = fold_width(text);
    let mut out = BTreeSet::new();
    let mut inside = 0_usize;
    let plain: String = folded
        .chars()
        .map(|c| {
            inside = if c == '{' { inside + 1 } else { inside };
            let shown = if inside > 0 { ' ' } else { c };
            inside = if c == '}' { inside.saturating_sub(1) } else { inside };
            shown
        })
        .collect();
    out.extend(plain.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).map(str::to_owned));
    out.extend(eras(&plain));
    out
}

/// Years that stand as those of an era, as English writes them.
fn eras(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (era, before) in [("令和", 2018_u32), ("平成", 1988), ("昭和", 1925)] {
        for rest in text.split(era).skip(1) {
            let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
            out.extend(digits.parse::<u32>().ok().map(|year| (before + year).to_string()));
        }
    }
    out
}

/// English that holds a sentence in kana.
pub(super) fn english(en: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let Some(string) = en.child(Kind::String) else { return };
    let (text, _) = quoted(string);
    let hiragana = text.chars().filter(|c| ('\u{3041}'..='\u{3096}').contains(c)).count();
    if 2 * hiragana > text.chars().filter(char::is_ascii_alphabetic).count() {
        out.push(
            found(
                "K1406",
                string.span(),
                "英語の欄が日本語で書かれています",
                "this English is written in Japanese",
            )
            .help("英語で書いてください", "write it in English"),
        );
    }
}

fn same(ja: Decl<'_>, en: Option<Decl<'_>>, out: &mut Vec<Diagnostic>) {
    let string = |d: Decl<'_>| {
        if d.node.kind == Kind::String {
            Some(d.own_text())
        } else {
            d.child(Kind::String).map(Decl::own_text)
        }
    };
    let (Some(left), Some(en)) = (string(ja), en) else { return };
    let is_sentence = left.chars().count() >= SENTENCE && left.contains(' ');
    if is_sentence && string(en).is_some_and(|right| right == left) {
        let message = Label::new("日本語と英語が同じ文です", "the Japanese and the English are the same");
        out.push(
            Diagnostic::warning("K1407", en.span(), message)
                .help("それぞれの言語で書いてください", "write each in its language"),
        );
    }
}
