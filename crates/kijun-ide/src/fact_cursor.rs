//! What stands at a place of a file of facts: a value, a record, or the name of an attribute.

use std::fmt::Write;
use std::ops::Range;

use kijun_engine::assessment::{FactRef, Verdict};
use kijun_engine::program::{Expr, ExprKind, SetExpr};
use kijun_facts::{AttrId, Column, KindId, Type, show_cell};
use kijun_text::{FileId, Lang, Span};

use crate::doc::Doc;
use crate::fact_map::FactCell;
use crate::hover::{Hover, attribute, say};
use crate::index::Space;
use crate::names::{Found, NOWHERE};
use crate::semantics::Semantics;
use crate::snapshot::{Snapshot, Target};

/// The cell at a place, with its bytes in the text as it stands.
pub(crate) fn cell_at(snapshot: &Snapshot, file: FileId, offset: usize) -> Option<(Range<usize>, FactCell)> {
    let then = snapshot.then(file, offset)?;
    let (range, cell) = snapshot.semantics.fact_map().at(file, then)?;
    let span = Span::new(file, range.start, range.end);
    Some((snapshot.now(span)?, cell))
}

/// The word of letters, digits and underscores around a place.
fn word_at(text: &str, offset: usize) -> Range<usize> {
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    let before =
        text.get(..offset).unwrap_or("").chars().rev().take_while(is_word).map(char::len_utf8).sum::<usize>();
    let after =
        text.get(offset..).unwrap_or("").chars().take_while(is_word).map(char::len_utf8).sum::<usize>();
    offset - before..offset + after
}

/// The attribute whose name or label stands at a place: as a key on the line of a value, or in the header of a table.
pub(crate) fn named_attribute(
    snapshot: &Snapshot,
    file: FileId,
    offset: usize,
) -> Option<(Range<usize>, KindId, AttrId)> {
    let doc = snapshot.doc(file)?;
    let range = word_at(&doc.text, offset);
    let word = doc.text.get(range.clone())?;
    let kind = kind_around(snapshot, file, doc, offset)?;
    let attr = snapshot.semantics.program().schema.kind(kind)?.attribute(word)?;
    Some((range, kind, attr))
}

/// The kind of the record around a place: of the nearest cell on the same line or below, or what the file is called after.
fn kind_around(snapshot: &Snapshot, file: FileId, doc: &Doc, offset: usize) -> Option<KindId> {
    let lines = doc.lines();
    let line = lines.line(offset);
    let (start, end) = (lines.start(line), doc.text.len());
    if let Some(then) = snapshot.then(file, start) {
        let mut near = snapshot.semantics.fact_map().within(file, then..end);
        if let Some((_, cell)) = near.next() {
            return Some(cell.kind);
        }
    }
    let name = doc.path.rsplit('/').next()?;
    let stem = name.split(['.', '@']).next()?;
    snapshot.semantics.program().schema.find_kind(stem)
}

/// The declaration of an attribute, or the record that a value refers to; where a verdict stands, also the rule that gives it.
pub(crate) fn definition(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Target> {
    let semantics = &snapshot.semantics;
    let schema = &semantics.program().schema;
    if let Some((range, cell)) = cell_at(snapshot, file, offset) {
        let referred = cell.attr.map(|attr| referred(semantics, cell.kind, attr, cell.row));
        let mut targets: Vec<Target> = referred
            .into_iter()
            .flatten()
            .filter_map(|span| Some(Target::new(span.file, snapshot.now(span)?)))
            .collect();
        if let Some(attr) = cell.attr.filter(|_| targets.is_empty()) {
            targets = declared(snapshot, cell.kind, attr);
        }
        targets.extend(deciding(snapshot, file, &range));
        return targets;
    }
    if let Some((_, kind, attr)) = named_attribute(snapshot, file, offset) {
        return declared(snapshot, kind, attr);
    }
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let word = doc.text.get(word_at(&doc.text, offset)).unwrap_or("");
    let kind = schema.find_kind(word).and_then(|k| schema.kind(k));
    targets(kind.map(|k| snapshot.names().of_space(&k.name, Space::Entity)).unwrap_or_default())
}

/// The attribute of a value, the entity of a record.
pub(crate) fn declaration(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Target> {
    match cell_at(snapshot, file, offset) {
        Some((_, FactCell { kind, attr: Some(attr), .. })) => declared(snapshot, kind, attr),
        Some((_, FactCell { kind, attr: None, .. })) => entity(snapshot, kind),
        None => definition(snapshot, file, offset),
    }
}

/// The entity or enum of a value or attribute, the entity of a record.
pub(crate) fn type_definition(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Target> {
    let (kind, attr) = match cell_at(snapshot, file, offset) {
        Some((_, FactCell { kind, attr: None, .. })) => return entity(snapshot, kind),
        Some((_, FactCell { kind, attr: Some(attr), .. })) => (kind, attr),
        None => match named_attribute(snapshot, file, offset) {
            Some((_, kind, attr)) => (kind, attr),
            None => return Vec::new(),
        },
    };
    let schema = &snapshot.semantics.program().schema;
    let Some(ty) = schema.attribute(kind, attr).map(|a| a.ty.element().unwrap_or(&a.ty)) else {
        return Vec::new();
    };
    match ty {
        Type::Ref(kind) => entity(snapshot, *kind),
        Type::Enum(id) => {
            let name = schema.enumeration(*id).map(|e| e.name.clone()).unwrap_or_default();
            targets(snapshot.names().of_space(&name, Space::Enum))
        }
        _ => Vec::new(),
    }
}

fn entity(snapshot: &Snapshot, kind: KindId) -> Vec<Target> {
    let schema = &snapshot.semantics.program().schema;
    let name = schema.kind(kind).map_or("", |k| k.name.as_str());
    targets(snapshot.names().of_space(name, Space::Entity))
}

fn targets(found: Vec<Found<'_>>) -> Vec<Target> {
    let own = found.into_iter().filter(|f| f.file != NOWHERE);
    own.map(|f| Target::new(f.file, f.def.range.clone())).collect()
}

/// The rules by which something that stands at a place is violated, in conflict or stale.
fn deciding(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Vec<Target> {
    let semantics = &snapshot.semantics;
    let placed = semantics.findings().in_file(file).iter();
    let here = placed.filter(|(span, _)| snapshot.now(*span).as_ref() == Some(range));
    let rules = here.filter_map(|(_, i)| semantics.finding(*i)).map(|f| f.rule_span);
    let name = |span: Span| {
        let whole = snapshot.now(span)?;
        let defs = &snapshot.doc(span.file)?.index().defs;
        let def = defs.iter().find(|d| is_rule(d.space) && d.full.start == whole.start);
        Some(Target::new(span.file, def.map_or(whole, |d| d.range.clone())))
    };
    let mut out: Vec<Target> = rules.filter_map(name).collect();
    out.sort();
    out.dedup();
    out
}

fn is_rule(space: Space) -> bool {
    matches!(space, Space::Check | Space::Attest | Space::Satisfy)
}

fn declared(snapshot: &Snapshot, kind: KindId, attr: AttrId) -> Vec<Target> {
    let schema = &snapshot.semantics.program().schema;
    let names = schema.kind(kind).zip(schema.attribute(kind, attr));
    let found = names.and_then(|(k, a)| snapshot.names().attribute(&k.name, &a.name));
    targets(found.into_iter().collect())
}

/// Where the records that a reference names stand.
fn referred(semantics: &Semantics, kind: KindId, attr: AttrId, row: u32) -> Vec<Span> {
    let store = &semantics.facts.store;
    let ty = semantics.program().schema.attribute(kind, attr).map(|a| &a.ty);
    let target = match ty {
        Some(Type::Ref(target)) => *target,
        Some(Type::Set(inner)) => match inner.as_ref() {
            Type::Ref(target) => *target,
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let Some(column) = store.kind(kind).and_then(|t| t.column(attr)) else { return Vec::new() };
    let rows: Vec<u32> = match column {
        Column::Codes(codes) => codes.get(row as usize).copied().into_iter().collect(),
        Column::Sets(sets) => sets.certain(row as usize).to_vec(),
        Column::Numbers { .. } => Vec::new(),
    };
    let Some(table) = store.kind(target) else { return Vec::new() };
    rows.into_iter().filter(|r| (*r as usize) < table.len()).map(|r| table.place(r as usize)).collect()
}

pub(crate) fn hover(snapshot: &Snapshot, file: FileId, offset: usize, lang: Lang) -> Option<Hover> {
    if let Some((range, cell)) = cell_at(snapshot, file, offset) {
        let markdown = match cell.attr {
            Some(attr) => of_value(snapshot, cell, attr, lang)?,
            None => of_record(&snapshot.semantics, cell, lang)?,
        };
        return Some(Hover { range, markdown });
    }
    let (range, kind, attr) = named_attribute(snapshot, file, offset)?;
    Some(Hover { range, markdown: of_attribute(&snapshot.semantics, kind, attr, lang)? })
}

/// The meaning of an attribute, its type and who reads it.
fn of_attribute(semantics: &Semantics, kind: KindId, attr: AttrId, lang: Lang) -> Option<String> {
    let schema = &semantics.program().schema;
    let (of, own) = (schema.kind(kind)?, schema.attribute(kind, attr)?);
    let mut out = String::new();
    let label = own.label.get(lang);
    writeln!(out, "**{}.{}** {label}: `{}`", of.name, own.name, schema.type_name(&own.ty)).ok();
    let element = own.ty.element().unwrap_or(&own.ty);
    if let Type::Enum(id) = element
        && let Some(def) = schema.enumeration(*id)
    {
        let all: Vec<String> =
            def.literals.iter().map(|l| format!("`{}` {}", l.name, l.label.get(lang))).collect();
        writeln!(out, "\n{}", all.join(" · ")).ok();
    }
    attribute(&mut out, semantics, &of.name, &own.name, lang);
    Some(out.trim_end().to_owned())
}

fn of_value(snapshot: &Snapshot, cell: FactCell, attr: AttrId, lang: Lang) -> Option<String> {
    let semantics = &snapshot.semantics;
    let (schema, store) = (&semantics.program().schema, &semantics.facts.store);
    let mut out = of_attribute(semantics, cell.kind, attr, lang)?;
    let value = show_cell(store, schema, cell.kind, attr, cell.row as usize, lang);
    let id = store.id_text(cell.kind, cell.row as usize);
    write!(out, "\n\n`{id}` = {value}").ok();
    for line in findings(semantics, cell.kind, cell.row, Some(attr), lang) {
        write!(out, "\n\n{line}").ok();
    }
    Some(out)
}

fn of_record(semantics: &Semantics, cell: FactCell, lang: Lang) -> Option<String> {
    let kind = semantics.program().schema.kind(cell.kind)?;
    let id = semantics.facts.store.id_text(cell.kind, cell.row as usize);
    let mut out = format!("**{id}** — {} `{}`", kind.label.get(lang), kind.name);
    for line in findings(semantics, cell.kind, cell.row, None, lang) {
        write!(out, "\n\n{line}").ok();
    }
    Some(out)
}

/// What the assessment says that rests on a cell, or on any cell of a record.
fn findings(semantics: &Semantics, kind: KindId, row: u32, attr: Option<AttrId>, lang: Lang) -> Vec<String> {
    let is_it = |fact: &FactRef| match fact {
        FactRef::Cell { kind: k, row: r, attr: a } => {
            *k == kind && *r == row && attr.is_none_or(|attr| attr == *a)
        }
        _ => false,
    };
    let of_record = semantics.findings().of_record(kind, row).iter();
    let touched = of_record
        .filter_map(|i| semantics.finding(*i))
        .filter(|f| f.because.iter().any(|u| is_it(&u.fact)) || f.missing.iter().any(is_it));
    let line = |f: &kijun_engine::assessment::Finding| {
        let id = semantics.program().requirement(f.requirement).map_or("", |r| r.id.as_str());
        let rule = f.rule.name(semantics.program());
        let message = if f.verdict == Verdict::Unknown { "" } else { f.message.get(lang) };
        format!(
            "{} **{}** `{id}` ({rule}) {message}",
            say(lang, "判定", "verdict"),
            f.verdict.label().get(lang)
        )
    };
    touched.take(8).map(|f| line(f).trim_end().to_owned()).collect()
}

/// The checks and attestations that read an attribute, by name.
pub(crate) fn readers(semantics: &Semantics, kind: KindId, attr: AttrId) -> Vec<String> {
    let program = semantics.program();
    let reads = |e: &Expr| reads(e, kind, attr);
    let checks = program
        .checks
        .iter()
        .filter(|c| c.condition.iter().any(reads) || c.requires.iter().any(|r| reads(&r.condition)));
    let attests = program.attests.iter().filter(|a| a.condition.iter().any(reads));
    checks.map(|c| c.name.clone()).chain(attests.map(|a| a.name.clone())).collect()
}

pub(crate) fn reads(expr: &Expr, kind: KindId, attr: AttrId) -> bool {
    let within = |e: &Expr| reads(e, kind, attr);
    match &expr.kind {
        ExprKind::Attr { base, kind: k, attr: a } => (*k == kind && *a == attr) || within(base),
        ExprKind::Not(e) | ExprKind::ToDecimal(e) | ExprKind::Named { body: e, .. } => within(e),
        ExprKind::And(list) | ExprKind::Or(list) => list.iter().any(within),
        ExprKind::Compare { left, right, .. } | ExprKind::Arith { left, right, .. } => {
            within(left) || within(right)
        }
        ExprKind::In { item, set } => within(item) || reads_set(set, kind, attr),
        ExprKind::Quantified { set, filter, body, .. } => {
            reads_set(set, kind, attr) || filter.as_deref().is_some_and(within) || within(body)
        }
        ExprKind::Aggregated { set, filter, body, .. } => {
            reads_set(set, kind, attr)
                || filter.as_deref().is_some_and(within)
                || body.as_deref().is_some_and(within)
        }
        ExprKind::Related { args, .. } | ExprKind::Lookup { args, .. } => args.iter().any(within),
        ExprKind::Const(_) | ExprKind::None | ExprKind::Today | ExprKind::Var(_) => false,
    }
}

fn reads_set(set: &SetExpr, kind: KindId, attr: AttrId) -> bool {
    match set {
        SetExpr::Attr { base, kind: k, attr: a } => (*k == kind && *a == attr) || reads(base, kind, attr),
        SetExpr::Extent(_) => false,
        SetExpr::Image { args, .. } | SetExpr::Literal(args) => args.iter().any(|e| reads(e, kind, attr)),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{NORMS, fixture};

    const RULES: &str = "\
check clauses for mhlw:8.1 {
  each c: contract
  require penalty in c.clauses ja \"罰則がありません\" en \"no penalty clause\"
}
";

    fn check(facts: &str, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{RULES}{facts}"));
        let found = hover(&snapshot, place.file, place.offset, Lang::En);
        let text = &snapshot.doc(place.file).unwrap().text;
        let shown = found.map(|h| format!("[{}]\n{}", &text[h.range], h.markdown));
        expected.assert_eq(&shown.unwrap_or_default());
    }

    #[test]
    fn a_value_is_shown_with_its_meaning_and_its_verdict() {
        check(
            "//- /facts/contract.csv\nid,clauses\nc1,守秘$0義務\n",
            expect![[r#"
            [守秘義務]
            **contract.clauses** 条項: `set of clause`

            `secrecy` secrecy · `penalty` penalty

            question (purchaser): 条項を選んでください

            read by: `clauses`

            `c1` = { secrecy }

            verdict **violated** `mhlw:8.1` (clauses) no penalty clause"#]],
        );
    }

    #[test]
    fn the_name_of_an_attribute_is_explained_in_a_header_and_beside_a_value() {
        check(
            "//- /facts/contract.csv\nid,条$0項\nc1,守秘義務\n",
            expect![[r#"
            [条項]
            **contract.clauses** 条項: `set of clause`

            `secrecy` secrecy · `penalty` penalty

            question (purchaser): 条項を選んでください

            read by: `clauses`"#]],
        );
        check(
            "//- /facts/a.toml\n[[vendor]]\nid = \"a\"\ncoun$0try = \"JP\"\n",
            expect![[r#"
            [country]
            **vendor.country** 所在国: `country`

            question (purchaser): 所在国はどこですか"#]],
        );
    }

    #[test]
    fn a_value_leads_to_its_record_and_a_name_to_its_attribute() {
        let check = |facts: &str, expected: Expect| {
            let (snapshot, place) = fixture(&format!("{NORMS}{RULES}{facts}"));
            let found = definition(&snapshot, place.file, place.offset);
            let shown: Vec<String> = found.iter().map(|t| crate::testing::show(&snapshot, t)).collect();
            expected.assert_eq(&shown.join("\n"));
        };
        let vendors = "//- /facts/vendor.csv\nid,country\na,JP\n";
        check(
            &format!("{vendors}//- /facts/contract.csv\nid,vendor\nc1,$0a\n"),
            expect!["/facts/vendor.csv:2 `a`"],
        );
        check(
            &format!("{vendors}//- /facts/contract.csv\nid,ven$0dor\nc1,a\n"),
            expect!["/main.kijun:14 `vendor`"],
        );
        check(
            "//- /facts/contract.csv\nid,clauses\nc1,守秘$0義務\n",
            expect![[r#"
                /main.kijun:14 `clauses`
                /main.kijun:16 `clauses`"#]],
        );
    }
}
