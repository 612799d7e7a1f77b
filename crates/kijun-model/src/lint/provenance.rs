//! Whether a reader can tell where a statement comes from, and how far it may be relied on.

use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Span};

use super::view::{found, head};
use crate::context::Decl;

pub(super) fn item(item: Decl<'_>, out: &mut Vec<Diagnostic>) {
    marked(item, out);
    match item.node.kind {
        Kind::Param => param(item, out),
        Kind::Catalog => catalog(item, out),
        Kind::Instrument => dates(item, out),
        Kind::Mapping => {
            let lines = item.parts().filter(|p| matches!(p.node.kind, Kind::Pair | Kind::Joint));
            lines.for_each(|line| marked(line, out));
        }
        _ => {}
    }
}

/// A mark asks for what makes it believable.
fn marked(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let Some((mark, place)) = decl.child(Kind::Mark).and_then(Decl::name) else { return };
    let has = |kind: Kind| decl.node.child(kind).is_some();
    // A line of a mapping argues, and a parameter has no notes.
    let is_explained = has(Kind::Note)
        || has(Kind::Argument)
        || has(Kind::Source)
            && matches!(decl.node.kind, Kind::Pair | Kind::Joint | Kind::Param | Kind::Mapping);
    match mark.as_str() {
        // Of a line of a mapping, the compiler tells it.
        "printed" | "published" if !has(Kind::Source) && !is_line(decl) && states_itself(decl) => {
            out.push(without_source(place, &mark));
        }
        "ambiguous" if !is_explained => out.push(
            found(
                "K1102",
                place,
                "どう読めるのかの説明がありません",
                "nothing says which readings there are",
            )
            .help(
                "`note ja \"…\" en \"…\"` で、考えられる読み方を書いてください",
                "give the readings in `note ja \"…\" en \"…\"`",
            ),
        ),
        "unverified" if !is_explained => out.push(
            found(
                "K1103",
                place,
                "何を確かめていないのかの説明がありません",
                "nothing says what is to be verified",
            )
            .help(
                "`note ja \"…\" en \"…\"` で、何を誰が確かめるのかを書いてください",
                "say in `note ja \"…\" en \"…\"` what is open, and who can tell",
            ),
        ),
        _ => {}
    }
}

fn is_line(decl: Decl<'_>) -> bool {
    matches!(decl.node.kind, Kind::Pair | Kind::Joint | Kind::Mapping)
}

/// A rule is about a requirement, whose source it shares; a requirement about a catalogue, which is looked at in `program`.
fn states_itself(decl: Decl<'_>) -> bool {
    !matches!(decl.node.kind, Kind::Check | Kind::Attest | Kind::Satisfy | Kind::Requirement | Kind::Section)
}

pub(super) fn without_source(place: Span, mark: &str) -> Diagnostic {
    found("K1101", place, format!("`{mark}` なのに出典がありません"), format!("`{mark}`, without a source"))
        .help("どこに書かれているかを `source \"…\"` で加えてください", "say where it stands: `source \"…\"`")
}

fn param(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    if decl.child(Kind::Source).is_none() {
        out.push(
            found(
                "K1104",
                head(decl),
                "この既定値の出典がありません",
                "nothing says where this default comes from",
            )
            .help(
                "`source \"…\"` を加えてください。自分たちで決めたのなら、そう書きます",
                "add `source \"…\"`; if it is your own choice, say so",
            ),
        );
    }
}

fn catalog(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let lacks = |kind: Kind| decl.node.child(kind).is_none();
    let (ja, en) = match (lacks(Kind::Publisher), lacks(Kind::Published)) {
        (true, true) => {
            ("発行者 (`publisher`) と発行日 (`published`)", "neither a publisher nor a date (`published`)")
        }
        (true, false) => ("発行者 (`publisher`)", "no publisher"),
        (false, true) => ("発行日 (`published`)", "no date (`published`)"),
        (false, false) => return,
    };
    out.push(
        found(
            "K1105",
            head(decl),
            format!("このカタログには{ja}がありません"),
            format!("this catalogue has {en}"),
        )
        .help(
            "どの文書のどの版かが分かるように加えてください",
            "add it, so that readers find the very document",
        ),
    );
}

/// Dates are of the form `2005`, `2005-04` or `2005-04-01`: as far as both go, they compare as texts.
fn dates(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let date = |kind: Kind| decl.child(kind)?.child(Kind::DayOrYear);
    let (Some(from), Some(until)) = (date(Kind::InForce), date(Kind::Repealed)) else { return };
    let (first, last) = (from.node.text(from.text), until.node.text(until.text));
    let length = first.len().min(last.len());
    if last.get(..length) < first.get(..length) {
        out.push(
            found("K1110", until.span(), "施行より前に廃止されています", "repealed before it was in force")
                .note(from.span(), "施行", "in force")
                .help("日付を確かめてください", "correct one of the dates"),
        );
    }
}
