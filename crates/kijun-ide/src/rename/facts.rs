//! Names in files of facts: what stands there, and every place that changes with a name. What is written by its label stays.

use std::ops::Range;

use kijun_engine::assessment::RuleRef;
use kijun_exchange::toml_text::quoted;
use kijun_facts::layout::{Layout, Written};
use kijun_facts::read::{silent_kind, text_pieces};
use kijun_facts::{AttrId, KindId, Schema, Type};
use kijun_text::{FileId, Label, fold_width, nfc};

use super::{Rename, RenameError};
use crate::doc::Doc;
use crate::fact_text::FactText;
use crate::index::{Def, Space};
use crate::names::Found;
use crate::snapshot::{Edit, Snapshot};

/// What a name in the facts means.
pub(super) enum Named<'s> {
    /// An attribute, a kind or a literal, by the name that a module declares.
    Declared(Found<'s>),
    Record(KindId, String),
}

/// What stands at a place, and the bytes of its name.
pub(super) fn at(
    snapshot: &Snapshot,
    file: FileId,
    offset: usize,
) -> Result<(Range<usize>, Named<'_>), RenameError> {
    let nothing = || {
        RenameError(Label::new(
            "ここには名前を変えられるものがありません",
            "there is nothing here that can be renamed",
        ))
    };
    let doc = snapshot.doc(file).ok_or_else(nothing)?;
    let facts = doc.facts().ok_or_else(nothing)?;
    let schema = &snapshot.semantics.program().schema;
    let holds = |w: &Written| w.range.start <= offset && offset <= w.range.end;
    if let Some((kind, id)) = facts.ids(schema, &doc.text).into_iter().find(|(_, w)| holds(w)) {
        let range = inner(&doc.text, &id).ok_or_else(nothing)?;
        return Ok((range, Named::Record(kind, nfc(id.text.trim()).into_owned())));
    }
    if let Some((kind, attr, key)) = facts.attributes(schema).into_iter().find(|(.., w)| holds(w)) {
        let (of, own) = schema.kind(kind).zip(schema.attribute(kind, attr)).ok_or_else(nothing)?;
        let found = snapshot.names().attribute(&of.name, &own.name);
        return declared(doc, &key, &own.name, &own.label, found, nothing);
    }
    if let Some(key) = facts.kinds(&doc.text).into_iter().find(holds) {
        let own = silent_kind(schema, &key.text).and_then(|k| schema.kind(k)).ok_or_else(nothing)?;
        let found = snapshot.names().of_space(&own.name, Space::Entity).into_iter().next();
        return declared(doc, &key, &own.name, &own.label, found, nothing);
    }
    let mut values = facts.values(schema, &doc.text, |_, _| true).into_iter();
    let (kind, attr, value) = values.find(|(.., w)| holds(w)).ok_or_else(nothing)?;
    let ty = schema.attribute(kind, attr).map(|a| &a.ty).ok_or_else(nothing)?;
    let mut pieces = pieces(schema, &doc.text, ty, &value).into_iter();
    let piece = pieces.find(holds).ok_or_else(nothing)?;
    match ty.element().unwrap_or(ty) {
        Type::Ref(target) => {
            let id = nfc(&piece.text).into_owned();
            let known = snapshot.semantics.facts.store.row(*target, &id).is_some();
            if known { Ok((piece.range, Named::Record(*target, id))) } else { Err(nothing()) }
        }
        Type::Enum(id) => {
            let of = schema.enumeration(*id).ok_or_else(nothing)?;
            let code = of.code(&piece.text).ok_or_else(nothing)?;
            let literal = of.literals.get(code as usize).ok_or_else(nothing)?;
            let literals = snapshot.names().of_space(&literal.name, Space::Literal);
            let found = literals.into_iter().find(|f| f.def.owner == of.name);
            declared(doc, &piece, &literal.name, &literal.label, found, nothing)
        }
        _ => Err(nothing()),
    }
}

/// A name that a module declares; a label is changed there.
fn declared<'s>(
    doc: &Doc,
    written: &Written,
    name: &str,
    label: &Label,
    found: Option<Found<'s>>,
    nothing: impl Fn() -> RenameError,
) -> Result<(Range<usize>, Named<'s>), RenameError> {
    if !is_by_name(&written.text, name, label) {
        let text = written.text.trim();
        return Err(RenameError(Label::new(
            format!("`{text}` は表示名です。`{name}` の宣言で変えてください"),
            format!("`{text}` is a label: change it where `{name}` is declared"),
        )));
    }
    let range = inner(&doc.text, written).ok_or_else(&nothing)?;
    Ok((range, Named::Declared(found.ok_or_else(nothing)?)))
}

/// Whether a text names something by its name, and not by its label.
fn is_by_name(text: &str, name: &str, label: &Label) -> bool {
    let text = nfc(text.trim());
    let is_label = text == label.ja || text == label.en;
    let folded = |t: &str| fold_width(t).to_lowercase();
    text == name || (!is_label && folded(&text) == folded(name))
}

/// The bytes of a text without quotes; nothing where escapes stand between.
fn inner(text: &str, written: &Written) -> Option<Range<usize>> {
    let own = text.get(written.range.clone())?;
    let start = written.range.start + own.find(written.text.as_str())?;
    Some(start..start + written.text.len())
}

/// The parts of a value that each name something.
fn pieces(schema: &Schema, text: &str, ty: &Type, value: &Written) -> Vec<Written> {
    let Some(range) = inner(text, value) else { return Vec::new() };
    let part = |piece: Range<usize>| {
        let own = value.text.get(piece.clone())?;
        let range = range.start + piece.start..range.start + piece.end;
        (!own.is_empty()).then(|| Written { text: own.to_owned(), range })
    };
    text_pieces(schema, ty, &value.text).into_iter().filter_map(part).collect()
}

/// The edits of facts that go with another name for a declaration.
pub(super) fn follow(snapshot: &Snapshot, def: &Def, name: &str, out: &mut Rename) {
    let schema = &snapshot.semantics.program().schema;
    if !matches!(def.space, Space::Attribute | Space::Literal | Space::Entity) {
        return;
    }
    for (file, doc) in snapshot.files.iter().filter(|(_, d)| d.is_facts()) {
        let Some(facts) = doc.facts() else { continue };
        let places = match def.space {
            Space::Attribute => keys(schema, facts, def),
            Space::Literal => literals(schema, doc, facts, def),
            _ => {
                out.files.extend(file_name(schema, doc, facts, def, name).map(|new| (file, new)));
                let is_it = |w: &Written| is_kind(schema, &w.text, def);
                facts.kinds(&doc.text).into_iter().filter(is_it).collect()
            }
        };
        add(doc, file, places, name, out);
    }
}

fn is_kind(schema: &Schema, text: &str, def: &Def) -> bool {
    let kind = silent_kind(schema, text).and_then(|k| schema.kind(k));
    kind.is_some_and(|k| k.name == def.name && is_by_name(text, &k.name, &k.label))
}

fn keys(schema: &Schema, facts: &FactText, def: &Def) -> Vec<Written> {
    let is_it = |(kind, attr, key): &(KindId, AttrId, Written)| {
        let own = schema.kind(*kind).zip(schema.attribute(*kind, *attr));
        own.is_some_and(|(k, a)| {
            k.name == def.owner && a.name == def.name && is_by_name(&key.text, &a.name, &a.label)
        })
    };
    facts.attributes(schema).into_iter().filter(is_it).map(|(.., key)| key).collect()
}

fn literals(schema: &Schema, doc: &Doc, facts: &FactText, def: &Def) -> Vec<Written> {
    let enum_of = |kind: KindId, attr: AttrId| {
        let ty = &schema.attribute(kind, attr)?.ty;
        match ty.element().unwrap_or(ty) {
            Type::Enum(id) => Some((ty, schema.enumeration(*id).filter(|e| e.name == def.owner)?)),
            _ => None,
        }
    };
    let mut out = Vec::new();
    for (kind, attr, value) in facts.values(schema, &doc.text, |k, a| enum_of(k, a).is_some()) {
        let Some((ty, of)) = enum_of(kind, attr) else { continue };
        let Some(literal) = of.literals.iter().find(|l| l.name == def.name) else { continue };
        let all = pieces(schema, &doc.text, ty, &value).into_iter();
        out.extend(all.filter(|p| is_by_name(&p.text, &literal.name, &literal.label)));
    }
    out
}

/// The new name of a file that is called after its kind.
fn file_name(schema: &Schema, doc: &Doc, facts: &FactText, def: &Def, name: &str) -> Option<String> {
    let stem = match &facts.layout {
        Layout::Table(table) if !table.is_about_registers() => &table.stem,
        Layout::Document(document) => &document.listings.iter().find(|l| l.places.is_empty())?.kind,
        Layout::Table(_) => return None,
    };
    if !is_kind(schema, stem, def) {
        return None;
    }
    let old = doc.path.rsplit('/').next()?;
    let rest = old.find(['.', '@']).and_then(|at| old.get(at..))?;
    Some(format!("{name}{rest}"))
}

/// The edits that give a record another id, in its own place and wherever it is referred to.
pub(super) fn record(snapshot: &Snapshot, kind: KindId, id: &str, name: &str) -> Result<Rename, RenameError> {
    let refused = |ja: String, en: String| Err(RenameError(Label::new(ja, en)));
    let separates = |c: char| ";；|｜、,，\"'?？\\".contains(c) || c.is_control();
    if name.is_empty() || name.contains(separates) {
        return refused(
            format!("`{name}` は id にできません。区切り文字と引用符、`?` は使えません"),
            format!("`{name}` cannot be an id: separators, quotes and `?` are not allowed"),
        );
    }
    if snapshot.semantics.facts.store.row(kind, name).is_some() {
        return refused(format!("id `{name}` はすでにあります"), format!("there is an id `{name}` already"));
    }
    let schema = &snapshot.semantics.program().schema;
    let refers = |k: KindId, a: AttrId| {
        let ty = schema.attribute(k, a).map(|a| a.ty.element().unwrap_or(&a.ty));
        matches!(ty, Some(Type::Ref(target)) if *target == kind)
    };
    let mut out = Rename::default();
    for (file, doc) in snapshot.files.iter().filter(|(_, d)| d.is_facts()) {
        let Some(facts) = doc.facts() else { continue };
        let own = facts.ids(schema, &doc.text).into_iter();
        let mut places: Vec<Written> =
            own.filter(|(k, w)| *k == kind && nfc(w.text.trim()) == id).map(|(_, w)| w).collect();
        for (k, a, value) in facts.values(schema, &doc.text, refers) {
            let Some(attribute) = schema.attribute(k, a) else { continue };
            let all = pieces(schema, &doc.text, &attribute.ty, &value).into_iter();
            places.extend(all.filter(|p| nfc(&p.text) == id));
        }
        places.extend(subjects(snapshot, file, kind, id));
        add(doc, file, places, name, &mut out);
    }
    Ok(out)
}

/// Where waivers and attestations name a record as their subject.
fn subjects(snapshot: &Snapshot, file: FileId, kind: KindId, id: &str) -> Vec<Written> {
    let semantics = &snapshot.semantics;
    let (program, store) = (semantics.program(), &semantics.facts.store);
    let is_about = |item: &str| {
        let rules = program.find_requirement(item).map(|r| semantics.rules_of(r)).unwrap_or_default();
        rules.iter().any(|rule| {
            let subject = match rule {
                RuleRef::Check(i) => program.checks.get(*i).and_then(|c| c.subject),
                RuleRef::Attest(i) => program.attests.get(*i).and_then(|a| a.subject),
                RuleRef::Combination(_) => None,
            };
            subject.is_some_and(|s| s.kind == kind)
        })
    };
    let mut out = Vec::new();
    for own in [program.builtins.waiver, program.builtins.attestation] {
        let (Some(table), Some(def)) = (store.kind(own), program.schema.kind(own)) else { continue };
        let (Some(item), Some(subject)) = (def.attribute("requirement"), def.attribute("subject")) else {
            continue;
        };
        for row in 0..table.len() {
            let span = table.cell(subject, row);
            let says = |attr: AttrId| {
                kijun_facts::Show {
                    store,
                    schema: &program.schema,
                    lang: kijun_text::Lang::En,
                    words: kijun_facts::Words::Names,
                }
                .cell(own, attr, row)
            };
            if span.file == file
                && table.is_stated(subject, row)
                && says(subject) == id
                && is_about(&says(item))
            {
                let range = snapshot.now(span);
                out.extend(range.map(|range| Written { text: id.to_owned(), range }));
            }
        }
    }
    out
}

/// Edits of one file that write a name at places, with quotes where a bare key cannot hold it.
fn add(doc: &Doc, file: FileId, places: Vec<Written>, name: &str, out: &mut Rename) {
    let is_toml = doc.path.ends_with(".toml");
    let is_yaml = doc.path.ends_with(".yaml") || doc.path.ends_with(".yml");
    let is_bare =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || (is_yaml && c.is_alphanumeric());
    let edit = |written: &Written| {
        let range = inner(&doc.text, written)?;
        let before = doc.text.get(..range.start)?;
        let in_text = before.ends_with(['"', '\'']) || range != written.range;
        let needs = (is_toml || is_yaml) && !in_text && !name.chars().all(is_bare);
        // A part of a text in quotes, as a member of a set, stands in the quotes of the whole.
        let within = needs && !is_whole(&doc.text, &range);
        let text = if needs && !within { quoted(name) } else { name.to_owned() };
        Some(Edit { range, text })
    };
    let mut edits: Vec<Edit> = places.iter().filter_map(edit).collect();
    edits.sort_by_key(|e| (e.range.start, e.range.end));
    edits.dedup();
    if !edits.is_empty() {
        out.edits.push((file, edits));
    }
}

/// Whether what stands before and after a part ends a word of TOML or YAML.
fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|t| t.chars().next_back());
    let after = text.get(range.end..).and_then(|t| t.chars().next());
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || "[]{}.,=:#".contains(c));
    ends(before) && ends(after)
}

#[cfg(test)]
mod tests {
    use super::super::{FileRenames, prepare_rename, rename};
    use super::*;
    use crate::testing::{NORMS, fixture};

    const FACTS: &str = "\
check clauses for mhlw:8.1 { each c: contract require penalty in c.clauses }
//- /facts/contract.csv
id,vendor,clauses
c1,a,secrecy;罰則?
c2,a,守秘義務
//- /facts/契約.tsv
id\tvendor\t条項
c3\tb\tsecrecy
//- /facts/a.toml
[[vendor]]
id = \"a\"
country = \"JP\"
subcontractors = [\"b\", \"?\"]
_evidence = { country = { grade = \"oral\" } }
[complete]
vendor = true
[[waiver]]
id = \"w\"
requirement = \"mhlw:8.1\"
subject = \"c2\"
//- /facts/b.toml
[vendor.b]
\"所在国\" = \"JP\"
//- /facts/b.json
{\"vendor\": {\"c\": {\"country\": \"JP\", \"subcontractors\": [\"a\"]}}}
//- /facts/b.yaml
vendor:
  d:
    country: JP
    subcontractors: a; b
";

    /// The changed lines of all files, with the file of each.
    fn check(from: &str, to: &str, name: &str, expected: &[&str]) {
        let (snapshot, place) = fixture(&format!(
            "{NORMS}{}",
            if from.is_empty() { FACTS.to_owned() } else { FACTS.replacen(from, to, 1) }
        ));
        let (file, offset) = if to.contains("$0") {
            (place.file, place.offset)
        } else {
            let at = snapshot.doc(FileId(0)).unwrap().text.find(to).unwrap();
            (FileId(0), at)
        };
        let shown = match rename(&snapshot, file, offset, name, FileRenames::Possible) {
            Err(RenameError(label)) => vec![label.en],
            Ok(renamed) => {
                let mut out = Vec::new();
                for (file, edits) in &renamed.edits {
                    let doc = snapshot.doc(*file).unwrap();
                    let mut text = doc.text.to_string();
                    edits.iter().rev().for_each(|e| text.replace_range(e.range.clone(), &e.text));
                    let lines = text.lines().zip(doc.text.lines()).filter(|(a, b)| a != b);
                    out.extend(lines.map(|(a, _)| format!("{} {a}", doc.path)));
                }
                let moved = renamed.files.iter();
                out.extend(moved.map(|(f, n)| format!("{} -> {n}", snapshot.doc(*f).unwrap().path)));
                out
            }
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn an_attribute_is_renamed_where_it_is_written_by_name() {
        let expected = [
            "/main.kijun entity vendor \"事業者\" { name \"名称\": text land \"所在国\": country ask \"所在国はどこですか\" of purchaser subcontractors \"再委託先\": set of vendor }",
            "/facts/a.toml land = \"JP\"",
            "/facts/a.toml _evidence = { land = { grade = \"oral\" } }",
            "/facts/b.json {\"vendor\": {\"c\": {\"land\": \"JP\", \"subcontractors\": [\"a\"]}}}",
            "/facts/b.yaml     land: JP",
        ];
        check("", "country \"所在国\"", "land", &expected);
        check("\ncountry = ", "\ncoun$0try = ", "land", &expected);
        check(
            "\"所在国\" =",
            "\"所在$0国\" =",
            "x",
            &["`所在国` is a label: change it where `country` is declared"],
        );
        check(
            "    country: JP",
            "    coun$0try: JP",
            "国",
            &{
                let mut all = expected.map(|l| l.replace("land", "国"));
                all[1] = "/facts/a.toml \"国\" = \"JP\"".to_owned();
                all[2] = "/facts/a.toml _evidence = { \"国\" = { grade = \"oral\" } }".to_owned();
                all
            }
            .each_ref()
            .map(String::as_str),
        );
    }

    #[test]
    fn a_literal_is_renamed_in_cells() {
        check(
            "c1,a,secrecy",
            "c1,a,secre$0cy",
            "hush",
            &[
                "/main.kijun enum clause \"条項\" { hush \"守秘義務\" en \"secrecy\" penalty \"罰則\" en \"penalty\" }",
                "/facts/contract.csv c1,a,hush;罰則?",
                "/facts/契約.tsv c3\tb\thush",
            ],
        );
    }

    #[test]
    fn a_kind_takes_its_files_along() {
        check(
            "[[vendor]]",
            "[[ven$0dor]]",
            "firm",
            &[
                "/main.kijun entity firm \"事業者\" { name \"名称\": text country \"所在国\": country ask \"所在国はどこですか\" of purchaser subcontractors \"再委託先\": set of firm }",
                "/main.kijun entity contract \"契約\" { name \"名称\": text vendor \"事業者\": firm clauses \"条項\": set of clause ask \"条項を選んでください\" of purchaser }",
                "/main.kijun relation supplies(firm, firm) \"再委託\"",
                "/facts/a.toml [[firm]]",
                "/facts/a.toml firm = true",
                "/facts/b.toml [firm.b]",
                "/facts/b.json {\"firm\": {\"c\": {\"country\": \"JP\", \"subcontractors\": [\"a\"]}}}",
                "/facts/b.yaml firm:",
            ],
        );
        check(
            "",
            "contract \"契約\"",
            "deal",
            &[
                "/main.kijun entity deal \"契約\" { name \"名称\": text vendor \"事業者\": vendor clauses \"条項\": set of clause ask \"条項を選んでください\" of purchaser }",
                "/main.kijun check clauses for mhlw:8.1 { each c: deal require penalty in c.clauses }",
                "/facts/contract.csv -> deal.csv",
            ],
        );
        let (snapshot, _) = fixture(&format!("{NORMS}{FACTS}"));
        let at = snapshot.doc(FileId(0)).unwrap().text.find("contract \"契約\"").unwrap();
        let refused = rename(&snapshot, FileId(0), at, "deal", FileRenames::Impossible).unwrap_err();
        assert_eq!(
            refused.0.en,
            "the file `/facts/contract.csv` is called after this kind, and this editor cannot rename files: rename it by hand to `deal.csv` together with the kind"
        );
    }

    #[test]
    fn a_record_keeps_those_who_refer_to_it() {
        check(
            "id = \"a\"",
            "id = \"a$0\"",
            "acme-1",
            &[
                "/facts/contract.csv c1,acme-1,secrecy;罰則?",
                "/facts/contract.csv c2,acme-1,守秘義務",
                "/facts/a.toml id = \"acme-1\"",
                "/facts/b.json {\"vendor\": {\"c\": {\"country\": \"JP\", \"subcontractors\": [\"acme-1\"]}}}",
                "/facts/b.yaml     subcontractors: acme-1; b",
            ],
        );
        check(
            "c3\tb",
            "c3\tb$0",
            "乙",
            &[
                "/facts/契約.tsv c3\t乙\tsecrecy",
                "/facts/a.toml subcontractors = [\"乙\", \"?\"]",
                "/facts/b.toml [vendor.\"乙\"]",
                "/facts/b.yaml     subcontractors: a; 乙",
            ],
        );
        check(
            "c2,a",
            "c2$0,a",
            "c9",
            &["/facts/contract.csv c9,a,守秘義務", "/facts/a.toml subject = \"c9\""],
        );
        check("c2,a", "c2$0,a", "c1", &["there is an id `c1` already"]);
        check(
            "c2,a",
            "c2$0,a",
            "a;b",
            &["`a;b` cannot be an id: separators, quotes and `?` are not allowed"],
        );
    }

    #[test]
    fn what_is_to_be_renamed_is_shown_first() {
        let (snapshot, place) = fixture(&format!("{NORMS}{}", FACTS.replacen("c1,a,", "c1,$0a,", 1)));
        let (range, name) = prepare_rename(&snapshot, place.file, place.offset).unwrap();
        assert_eq!((range.len(), name.as_str()), (1, "a"));
        let (snapshot, place) = fixture(&format!("{NORMS}{}", FACTS.replacen("\"JP\"", "\"J$0P\"", 1)));
        assert!(prepare_rename(&snapshot, place.file, place.offset).is_err());
    }
}
