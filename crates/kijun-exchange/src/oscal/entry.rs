//! One entry of a mapping: sources, relationship, targets, and what is said of them.

use kijun_coverage::{Rationale, Relationship};
use kijun_engine::program::Mark;
use kijun_text::{Label, Span, nfc};

use crate::pack::in_its_language;

use super::json::{At, Extra, Fields, Reader};
use super::names::{OSCAL_NS, RATIONALES, RELATIONSHIPS, mark_of, rationale_of, relationship_of};
use super::read::{props, scores, unknown_props};

pub(super) struct Map {
    pub(super) path: String,
    pub(super) span: Span,
    /// `None` where the name is of another namespace.
    pub(super) relationship: Option<(Relationship, bool)>,
    pub(super) sources: Vec<Item>,
    pub(super) targets: Vec<Item>,
    pub(super) rationale: Option<Rationale>,
    pub(super) strength: Option<u8>,
    pub(super) mark: Option<Mark>,
    pub(super) argument: Label,
    pub(super) extras: Vec<Extra>,
    /// All of it, for a comment where it cannot be carried.
    pub(super) json: String,
}

#[derive(Clone)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) path: String,
    pub(super) span: Span,
}

pub(super) fn map(reader: &mut Reader<'_>, at: At<'_>, rationale: &'static str) -> Option<Map> {
    let mut extras = Vec::new();
    let (path, span, json) = (at.path.clone(), at.span, reader.json(&at));
    let mut fields = reader.fields(at)?;
    reader.uuid(&mut fields);
    let rationale =
        fields.take("matching-rationale").and_then(|at| reader.word(&at, &RATIONALES)).unwrap_or(rationale);
    let relationship = relationship(reader, &mut fields)?;
    let mut items = |reader: &mut Reader<'_>, name: &str| {
        let list = reader.required(&mut fields, name).map(|at| reader.list(at)).unwrap_or_default();
        list.into_iter().filter_map(|at| item(reader, at, &mut extras)).collect()
    };
    let (sources, targets) = (items(reader, "sources"), items(reader, "targets"));
    if let Some(at) = fields.take("qualifiers") {
        reader.list(at.clone()).into_iter().for_each(|at| qualifier(reader, at));
        reader.keep("qualifiers", &at, &mut extras);
    }
    scores(reader, &mut fields, &mut extras);
    let mut ours = props(reader, &mut fields, &mut extras);
    let mut text = |name: &str| ours.remove(name).map(|(text, _)| text).unwrap_or_default();
    let mut argument = Label::new(text("argument-ja"), text("argument-en"));
    let strength = ours.remove("strength").and_then(|(text, at)| {
        let number = text.parse::<u8>().ok().filter(|n| (1..=10).contains(n));
        if number.is_none() {
            reader.wrong(
                &path,
                at,
                &format!("強さ `{text}` は1から10の整数ではありません"),
                &format!("the strength `{text}` is no integer from 1 to 10"),
            );
        }
        number
    });
    let mark = ours.remove("mark").and_then(|(text, at)| {
        let mark = mark_of(&text);
        if mark.is_none() {
            reader.wrong(
                &path,
                at,
                &format!("`{text}` という印はありません"),
                &format!("there is no mark `{text}`"),
            );
        }
        mark
    });
    let unstated = ours.get("rationale").is_some_and(|(text, _)| text == "unstated");
    if unstated {
        ours.remove("rationale");
    }
    unknown_props(reader, ours, &[], &mut extras);
    if let Some(at) = fields.take("remarks")
        && let Some(text) = reader.prose(&at)
    {
        if argument.is_empty() {
            argument = in_its_language(&text);
        } else {
            reader.keep("remarks", &at, &mut extras);
        }
    }
    reader.keep_rest(fields, &["links"], &mut extras);
    let rationale = rationale_of(rationale).filter(|_| !unstated);
    Some(Map {
        path,
        span,
        relationship,
        sources,
        targets,
        rationale,
        strength,
        mark,
        argument,
        extras,
        json,
    })
}

/// Of a name in another namespace nothing is known, whatever it looks like: `Some(None)`.
fn relationship(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Option<(Relationship, bool)>> {
    let ns = fields.take("ns");
    let at = reader.required(fields, "relationship")?;
    if ns.as_ref().is_none_or(|ns| Reader::is(ns, OSCAL_NS)) {
        return reader.word(&at, &RELATIONSHIPS).map(relationship_of);
    }
    reader.token(&at).map(|_| None)
}

fn qualifier(reader: &mut Reader<'_>, at: At<'_>) {
    let Some(mut fields) = reader.fields(at) else { return };
    let words: [(&str, &[&'static str]); 3] = [
        ("subject", &["source", "target", "both"]),
        ("predicate", &["has-requirement", "has-incompatibility"]),
        ("category", &["restricted", "addressable", "blocked"]),
    ];
    for (name, allowed) in words {
        if let Some(at) = reader.required(&mut fields, name) {
            reader.word(&at, allowed);
        }
    }
    reader.required(&mut fields, "description").iter().for_each(|at| drop(reader.prose(at)));
    reader.keep_rest(fields, &["remarks"], &mut Vec::new());
}

fn item(reader: &mut Reader<'_>, at: At<'_>, extras: &mut Vec<Extra>) -> Option<Item> {
    let mut fields = reader.fields(at)?;
    let kind = reader.required(&mut fields, "type")?;
    if reader.word(&kind, &["control", "statement"]) == Some("statement") {
        let what = Label::new(
            "管理策の一部(statement)を、要求事項として読みました",
            "a statement of a control was read as a requirement",
        );
        reader.lost(what, &kind.path, kind.span);
    }
    let at = reader.required(&mut fields, "id-ref")?;
    let id = reader.string(&at)?;
    reader.keep_rest(fields, &["props", "links", "remarks"], extras);
    Some(Item { id: nfc(&id).into_owned(), path: at.path.clone(), span: at.span })
}
