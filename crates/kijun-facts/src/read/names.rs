//! Kinds and attributes by the names and labels that people write.

use std::ops::Range;

use kijun_text::{Diagnostic, Label, Lang, Span, fold_width, nfc};

use super::expect::short;
pub(crate) use super::map::key;
use super::reader::Reader;
use crate::build::StoreBuilder;
use crate::schema::{AttrId, KindDef, KindId, Schema};

/// So many kinds or attributes are named where none fits.
const NAMED: usize = 12;

/// Outcome of a search by name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    One(usize),
    /// The name is a label of several: their names.
    Several(Vec<String>),
    Nothing,
}

/// Finds by name, else by label in either language, else by either without regard to width, case and white space: a heading
/// may be broken into lines.
fn find<'a>(named: impl Iterator<Item = (&'a str, &'a Label)> + Clone, text: &str) -> Found {
    let text = nfc(text.trim());
    if let Some(exact) = named.clone().position(|(name, _)| name == text) {
        return Found::One(exact);
    }
    let labelled = matching(named.clone(), |written| written == text);
    if labelled != Found::Nothing {
        return labelled;
    }
    let folded = key(&text);
    matching(named, |written| key(written) == folded)
}

fn matching<'a>(named: impl Iterator<Item = (&'a str, &'a Label)>, same: impl Fn(&str) -> bool) -> Found {
    let fits = |(name, label): &(&str, &Label)| same(name) || same(&label.ja) || same(&label.en);
    let mut found: Vec<(usize, &str)> =
        named.enumerate().filter(|(_, n)| fits(n)).map(|(i, (name, _))| (i, name)).collect();
    match (found.pop(), found.is_empty()) {
        (None, _) => Found::Nothing,
        (Some((only, _)), true) => Found::One(only),
        (Some(last), false) => {
            found.push(last);
            Found::Several(found.into_iter().map(|(_, name)| name.to_owned()).collect())
        }
    }
}

fn find_attribute(def: &KindDef, text: &str) -> Found {
    find(def.attributes.iter().map(|a| (a.name.as_str(), &a.label)), text)
}

/// The kind with this name or label; an error at `range` when there is none.
pub(crate) fn kind(reader: &mut Reader, text: &str, range: Range<usize>) -> Option<KindId> {
    let span = reader.span(range);
    kind_at(reader.builder, text, span)
}

/// As [`kind`], wherever the name stands.
pub(crate) fn kind_at(builder: &mut StoreBuilder, text: &str, span: Span) -> Option<KindId> {
    match find_kind(builder.schema(), text) {
        Found::One(index) => Some(KindId(index as u32)),
        Found::Several(names) => {
            builder.report(ambiguous("K0501", span, text, &names));
            None
        }
        Found::Nothing => {
            let diagnostic = unknown_kind(builder, span, text);
            builder.report(diagnostic);
            None
        }
    }
}

/// The kinds with this name or label.
pub(crate) fn find_kind(schema: &Schema, text: &str) -> Found {
    find(schema.kinds.iter().map(|k| (k.name.as_str(), &k.label)), text)
}

/// The attribute with this name or label; an error at `range` when there is none.
pub(crate) fn attribute(
    reader: &mut Reader,
    kind: KindId,
    text: &str,
    range: Range<usize>,
) -> Option<AttrId> {
    find_or_report(reader, kind, text, range, false)
}

/// The same for the header of a column.
pub(crate) fn column(reader: &mut Reader, kind: KindId, text: &str, range: Range<usize>) -> Option<AttrId> {
    find_or_report(reader, kind, text, range, true)
}

fn find_or_report(
    reader: &mut Reader,
    kind: KindId,
    text: &str,
    range: Range<usize>,
    is_table: bool,
) -> Option<AttrId> {
    let schema = reader.schema();
    let def = schema.kind(kind)?;
    match find_attribute(def, text) {
        Found::One(index) => Some(AttrId(index as u32)),
        Found::Several(names) => {
            let span = reader.span(range);
            reader.builder.report(ambiguous("K0502", span, text, &names));
            None
        }
        Found::Nothing => {
            let span = reader.span(range);
            let diagnostic = unknown_attribute(reader.builder, def, span, text, is_table);
            reader.builder.report(diagnostic);
            None
        }
    }
}

/// The attribute with this name or label, if it names one and only one.
pub fn silent_attribute(def: &KindDef, text: &str) -> Option<AttrId> {
    match find_attribute(def, text) {
        Found::One(index) => Some(AttrId(index as u32)),
        _ => None,
    }
}

/// The kind with this name or label, if it names one and only one.
pub fn silent_kind(schema: &Schema, text: &str) -> Option<KindId> {
    match find(schema.kinds.iter().map(|k| (k.name.as_str(), &k.label)), text) {
        Found::One(index) => Some(KindId(index as u32)),
        _ => None,
    }
}

/// Whether a key or header is the record's id.
pub fn is_id(text: &str) -> bool {
    let text = text.trim();
    // Two full-width letters have six bytes; no longer text need be folded.
    text == "id" || (text.len() <= 6 && fold_width(text).eq_ignore_ascii_case("id"))
}

/// A kind's label for a message, its name where it has none.
pub(crate) fn kind_label(def: &KindDef, lang: Lang) -> &str {
    def.label.or(lang, &def.name)
}

fn ambiguous(code: &'static str, span: Span, text: &str, names: &[String]) -> Diagnostic {
    let names = names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    let text = short(text);
    let message = Label::new(
        format!("`{text}` は複数の属性の表示名です"),
        format!("`{text}` is the label of more than one"),
    );
    Diagnostic::error(code, span, message)
        .help(format!("名前で書いてください: {names}"), format!("write one of their names: {names}"))
}

fn unknown_kind(builder: &mut StoreBuilder, span: Span, text: &str) -> Diagnostic {
    let (schema, text) = (builder.schema(), &*short(text));
    let message =
        Label::new(format!("種類 `{text}` はありません"), format!("there is no entity kind `{text}`"));
    let names = schema.kinds.iter().flat_map(|k| [k.name.as_str(), &k.label.ja, &k.label.en]);
    let diagnostic = Diagnostic::error("K0501", span, message);
    match builder.suggestions.nearest(text, names) {
        Some(name) => diagnostic.suggest(Some(name)),
        None => {
            let all = |lang| listed(schema.kinds.iter().map(|k| (k.name.as_str(), &k.label)), lang);
            diagnostic.help(format!("種類: {}", all(Lang::Ja)), format!("the kinds are {}", all(Lang::En)))
        }
    }
}

fn unknown_attribute(
    builder: &mut StoreBuilder,
    def: &KindDef,
    span: Span,
    text: &str,
    is_table: bool,
) -> Diagnostic {
    let text = &*short(text);
    let (ja, en) = (kind_label(def, Lang::Ja), &def.name);
    let message = Label::new(
        format!("「{ja}」に属性 `{text}` はありません"),
        format!("`{en}` has no attribute `{text}`"),
    );
    let diagnostic = Diagnostic::error("K0502", span, message);
    let names = def.attributes.iter().flat_map(|a| [a.name.as_str(), &a.label.ja, &a.label.en]);
    if let Some(name) = builder.suggestions.nearest(text, names.chain(["id"])) {
        return diagnostic.suggest(Some(name));
    }
    if builder.schema().find_kind(text).is_some() {
        return diagnostic.help(
            format!("`{text}` の行は種類 `{text}` のところに書き、id で参照してください"),
            format!("write records of `{text}` under the kind `{text}`, and refer to them by id"),
        );
    }
    let all = |lang| listed(def.attributes.iter().map(|a| (a.name.as_str(), &a.label)), lang);
    let map = match is_table {
        true => Label::new(
            "。自院の台帳の見出しは `kijun facts map FILE` で対応づけられます",
            "; `kijun facts map FILE` maps the headers of a ledger of your own",
        ),
        false => Label::default(),
    };
    diagnostic.help(
        format!("属性: {}{}", all(Lang::Ja), map.ja),
        format!("its attributes are {}{}", all(Lang::En), map.en),
    )
}

/// The first of them, labels in Japanese and names in English, and how many more there are.
fn listed<'a>(of: impl ExactSizeIterator<Item = (&'a str, &'a Label)>, lang: Lang) -> String {
    let more = of.len().saturating_sub(NAMED);
    let shown = of.take(NAMED).map(|(name, label)| match lang {
        Lang::Ja => format!("`{}`", label.or(lang, name)),
        Lang::En => format!("`{name}`"),
    });
    let shown = shown.collect::<Vec<_>>().join(if lang == Lang::Ja { "、" } else { ", " });
    match (more, lang) {
        (0, _) => shown,
        (n, Lang::Ja) => format!("{shown} ほか {n}"),
        (n, Lang::En) => format!("{shown} and {n} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_list_leaves_out_is_counted() {
        let labels: Vec<(String, Label)> =
            (0..14).map(|i| (format!("a{i}"), Label::new(format!("属性{i}"), ""))).collect();
        let all =
            |n: usize, lang| listed(labels[..n].iter().map(|(name, label)| (name.as_str(), label)), lang);
        assert_eq!(all(2, Lang::Ja), "`属性0`、`属性1`");
        assert_eq!(all(2, Lang::En), "`a0`, `a1`");
        assert!(all(12, Lang::En).ends_with(", `a11`"));
        assert!(all(14, Lang::Ja).ends_with("、`属性11` ほか 2"));
        assert!(all(14, Lang::En).ends_with(", `a11` and 2 more"));
    }
}
