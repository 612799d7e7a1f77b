//! From the tree of a TOML, JSON or YAML file to records: `kind: [records]`, `kind: {id: record}`, and
//! `complete: {kind: bool}`; or a list of records of the kind after which the file is called.

use std::ops::Range;

use kijun_text::{Diagnostic, Label, Lang};

use super::evidence::{self, RecordEvidence, stated_twice};
use super::reader::{Reader, with_type};
use super::scalar::{Problem, is_unknown, parse_bool, parse_scalar, wrong};
use super::set::Members;
use super::tree::{Data, Entry, Node};
use super::{COMPLETE, names};
use crate::build::RecordId;
use crate::schema::{AttrId, Attribute, KindId, Type};
use crate::value::{Scalar, Value};

/// Reads one document of the file.
pub(crate) fn read(reader: &mut Reader, root: &Node) {
    match &root.data {
        Data::Null => {}
        Data::Map(entries) if reader.stem == COMPLETE => complete_file(reader, entries),
        Data::Map(entries) => entries.iter().for_each(|entry| top_level(reader, entry)),
        Data::List(records) => {
            // The whole file would be a useless place for an error about its name.
            let start = root.range.start;
            let stem = reader.stem;
            if let Some(kind) = names::kind(reader, stem, start..start + 1) {
                list(reader, kind, records, start..start + 1);
            }
        }
        _ => reader.report(no_facts(), root.range.clone()),
    }
}

fn complete_file(reader: &mut Reader, entries: &[Entry]) {
    for entry in entries {
        match entry.value.as_map() {
            Some(inner) if is_complete(&entry.key) => registers(reader, inner),
            _ => register(reader, entry),
        }
    }
}

fn is_complete(key: &str) -> bool {
    matches!(key, "complete" | COMPLETE)
}

fn top_level(reader: &mut Reader, entry: &Entry) {
    match entry.value.as_map() {
        Some(inner) if is_complete(&entry.key) => registers(reader, inner),
        _ if is_complete(&entry.key) => reader.report(no_registers(), entry.value.range.clone()),
        _ => {
            if let Some(kind) = names::kind(reader, &entry.key, entry.key_range.clone()) {
                records(reader, kind, entry);
            }
        }
    }
}

fn registers(reader: &mut Reader, entries: &[Entry]) {
    entries.iter().for_each(|entry| register(reader, entry));
}

/// `contract = true`: the register of contracts is complete.
fn register(reader: &mut Reader, entry: &Entry) {
    let kind = names::kind(reader, &entry.key, entry.key_range.clone());
    let range = entry.value.range.clone();
    let complete = match &entry.value.data {
        Data::Bool(complete) => Some(*complete),
        Data::Text(text) if is_unknown(text.trim()) => return,
        Data::Text(text) => parse_bool(text.trim()),
        Data::Null => return,
        _ => None,
    };
    match (kind, complete) {
        (Some(kind), Some(complete)) => {
            let span = reader.span(range);
            reader.builder.register(kind, complete, span);
        }
        (_, None) => {
            let problem = wrong(reader.schema(), &Type::Bool, &reader.excerpt(range.clone()));
            reader.report(problem, range);
        }
        (None, _) => {}
    }
}

fn records(reader: &mut Reader, kind: KindId, entry: &Entry) {
    match &entry.value.data {
        Data::Null => {}
        Data::List(nodes) => list(reader, kind, nodes, entry.key_range.clone()),
        Data::Map(entries) if entries.is_empty() => nothing_listed(reader, kind, entry.key_range.clone()),
        // One record on its own, as in `[facility]` with an `id`; ids are never tables.
        Data::Map(entries) if entries.iter().any(|e| names::is_id(&e.key) && e.value.as_map().is_none()) => {
            record(reader, kind, None, &entry.value, entry.key_range.clone());
        }
        Data::Map(entries) if entries.iter().all(|e| e.value.as_map().is_none()) => {
            record(reader, kind, None, &entry.value, entry.key_range.clone());
        }
        Data::Map(entries) => {
            for entry in entries {
                record(reader, kind, Some(&entry.key), &entry.value, entry.key_range.clone());
            }
        }
        _ => not_a_record(reader, entry.value.range.clone()),
    }
}

fn list(reader: &mut Reader, kind: KindId, records: &[Node], place: Range<usize>) {
    if records.is_empty() {
        nothing_listed(reader, kind, place);
    }
    records.iter().for_each(|node| line(reader, kind, node));
}

/// Reads one record that stands alone in its line.
pub(crate) fn line(reader: &mut Reader, kind: KindId, node: &Node) {
    record(reader, kind, None, node, first_line(reader, node));
}

/// The place of a record that has no id to point at.
fn first_line(reader: &Reader, node: &Node) -> Range<usize> {
    let line = reader.text.get(node.range.clone()).and_then(|t| t.lines().next()).unwrap_or("");
    node.range.start..node.range.start + line.trim_end().len()
}

fn nothing_listed(reader: &mut Reader, kind: KindId, place: Range<usize>) {
    let span = reader.span(place);
    reader.builder.empty_list(kind, span);
}

/// Reads one record. `key` is its id where records are kept by id; `place` is where the key stands, or
/// where the record begins.
fn record(reader: &mut Reader, kind: KindId, key: Option<&str>, node: &Node, place: Range<usize>) {
    let Some(entries) = node.as_map() else { return not_a_record(reader, node.range.clone()) };
    let stated =
        entries.iter().find(|e| e.key == "_evidence").map(|e| evidence::read(reader, kind, &e.value));
    let evidence = stated.unwrap_or_else(RecordEvidence::none);
    let record = match record_id(reader, key, entries, place.clone()) {
        Some((id, range)) => reader.record(kind, &id, range, evidence.source.as_deref()),
        None => {
            reader.without_id(kind, place);
            None
        }
    };
    let mut seen = Seen::default();
    for entry in entries.iter().filter(|e| !names::is_id(&e.key)) {
        attribute(reader, kind, record, entry, &evidence, &mut seen);
    }
}

/// The id and its place; an `id` beside the key under which the record stands must be the same.
fn record_id(
    reader: &mut Reader,
    key: Option<&str>,
    entries: &[Entry],
    place: Range<usize>,
) -> Option<(String, Range<usize>)> {
    let mut found = key.map(|key| (key.to_owned(), place));
    for entry in entries.iter().filter(|e| names::is_id(&e.key)) {
        let range = entry.value.range.clone();
        match (&entry.value.data, &found) {
            (Data::Text(text) | Data::Number(text), None) => found = Some((text.clone(), range)),
            (Data::Text(text) | Data::Number(text), Some((id, _))) if text.trim() == id.trim() => {}
            (Data::Text(_) | Data::Number(_), Some((id, first))) => {
                let (again, first) = (reader.span(range), reader.span(first.clone()));
                reader.builder.report(two_ids(id, again, first));
            }
            (Data::Null, _) => {}
            _ => {
                let written = reader.excerpt(range.clone());
                reader.report(wrong(reader.schema(), &Type::Text, &written), range);
            }
        }
    }
    found
}

/// The attributes of a record that were read, with the places of their keys.
#[derive(Default)]
struct Seen {
    attributes: Vec<(AttrId, Range<usize>)>,
    evidence: Option<Range<usize>>,
}

fn attribute(
    reader: &mut Reader,
    kind: KindId,
    record: Option<RecordId>,
    entry: &Entry,
    evidence: &RecordEvidence,
    seen: &mut Seen,
) {
    let place = entry.key_range.clone();
    if entry.key == "_evidence" {
        if let Some(first) = seen.evidence.replace(place.clone()) {
            twice(reader, &entry.key, place, first);
        }
        return;
    }
    if entry.key.starts_with('_') {
        return misplaced_evidence(reader, &entry.key, place);
    }
    let Some(attr) = names::attribute(reader, kind, &entry.key, place.clone()) else { return };
    if let Some((_, first)) = seen.attributes.iter().find(|(a, _)| *a == attr) {
        return twice(reader, &entry.key, place, first.clone());
    }
    seen.attributes.push((attr, place));
    let Some(attribute) = reader.schema().attribute(kind, attr) else { return };
    if let Some(value) = value(reader, attribute, &entry.value)
        && let Some(record) = record
    {
        let span = reader.span(entry.value.range.clone());
        reader.builder.set(record, attr, value, span, evidence.of(attr));
    }
}

fn twice(reader: &mut Reader, key: &str, again: Range<usize>, first: Range<usize>) {
    let (again, first) = (reader.span(again), reader.span(first));
    reader.builder.report(stated_twice(key, again, first));
}

fn misplaced_evidence(reader: &mut Reader, key: &str, place: Range<usize>) {
    match evidence::key(key.trim_start_matches('_')) {
        Some(_) => {
            let message = Label::new(
                format!("`{key}` は `_evidence` の中に書きます"),
                format!("`{key}` belongs into `_evidence`"),
            );
            let name = key.trim_start_matches('_');
            let example = format!("`_evidence = {{ {name} = … }}`");
            let help = Label::new(format!("例: {example}"), format!("write {example}"));
            reader.report(Problem::new("K0509", message).help(help), place);
        }
        None => evidence::unknown_key(reader, key, place),
    }
}

/// The value of an attribute: `None` when nothing is stated, unknown where it cannot be read.
fn value(reader: &mut Reader, attribute: &Attribute, node: &Node) -> Option<Value> {
    match (&node.data, attribute.ty.element()) {
        (Data::Null, _) => None,
        (Data::Text(text), _) => reader.text_value(attribute, text, node.range.clone()),
        (Data::List(nodes), Some(element)) => Some(listed(reader, attribute, element, nodes, node)),
        (Data::Map(entries), Some(element)) => Some(membership(reader, attribute, element, entries)),
        (Data::Map(_), None) => {
            reader.report(nested(attribute), node.range.clone());
            Some(Value::Unknown)
        }
        _ => match scalar(reader, &attribute.ty, node) {
            Ok(scalar) => Some(Value::Scalar(scalar)),
            Err(problem) => {
                reader.report(with_type(reader.schema(), attribute, problem), node.range.clone());
                Some(Value::Unknown)
            }
        },
    }
}

/// One value in a form other than text, or a text that is no set.
fn scalar(reader: &mut Reader, ty: &Type, node: &Node) -> Result<Scalar, Box<Problem>> {
    match (&node.data, ty) {
        (Data::Bool(value), Type::Bool) => Ok(Scalar::Bool(*value)),
        (Data::Number(text), Type::Int | Type::Decimal | Type::Ref(_)) => {
            parse_scalar(reader.builder, ty, text)
        }
        (Data::Date(text), Type::Date) => parse_scalar(reader.builder, ty, text),
        _ => Err(wrong(reader.schema(), ty, &reader.excerpt(node.range.clone()))),
    }
}

/// A list: the whole set, unless a member `?` leaves the others open.
fn listed(reader: &mut Reader, attribute: &Attribute, element: &Type, nodes: &[Node], set: &Node) -> Value {
    let mut members = Members::default();
    let set = reader.span(set.range.clone());
    for node in nodes {
        let added = match &node.data {
            Data::Text(text) if !text.trim().is_empty() => {
                members.add(reader.builder, element, text.trim()).map(|scalar| {
                    if let Some(Scalar::Ref(id)) = scalar {
                        let span = reader.span(node.range.clone());
                        reader.builder.member(set, id, span);
                    }
                })
            }
            _ => scalar(reader, element, node).map(|scalar| members.certain.push(scalar)),
        };
        if let Err(problem) = added {
            members.open = true;
            reader.report(with_type(reader.schema(), attribute, problem), node.range.clone());
        }
    }
    members.value()
}

/// A table of members: `true` is in, `false` is not, `"?"` may be; the others are open.
fn membership(reader: &mut Reader, attribute: &Attribute, element: &Type, entries: &[Entry]) -> Value {
    let mut members = Members { open: true, ..Members::default() };
    let mut excluded: Vec<(Scalar, &Entry)> = Vec::new();
    let mut seen: Vec<(Scalar, Range<usize>)> = Vec::new();
    for entry in entries {
        let member = match parse_scalar(reader.builder, element, entry.key.trim()) {
            Ok(member) => member,
            Err(problem) => {
                reader.report(with_type(reader.schema(), attribute, problem), entry.key_range.clone());
                continue;
            }
        };
        if let Some((_, first)) = seen.iter().find(|(m, _)| *m == member) {
            twice(reader, &entry.key, entry.key_range.clone(), first.clone());
            continue;
        }
        match is_member(reader, entry) {
            Some(Some(true)) => members.certain.push(member),
            Some(Some(false)) => excluded.push((member, entry)),
            Some(None) => members.possible.push(member),
            None => continue,
        }
        seen.push((member, entry.key_range.clone()));
    }
    exclude(reader, element, &mut members, &excluded, seen.len() == entries.len());
    members.value()
}

/// Whether the table says that a member is in the set: `None` when it says nothing, or nothing that
/// can be read; `Some(None)` when it is stated as unknown.
fn is_member(reader: &mut Reader, entry: &Entry) -> Option<Option<bool>> {
    let stated = match &entry.value.data {
        Data::Null => return None,
        Data::Bool(value) => Some(Some(*value)),
        Data::Text(text) if is_unknown(text.trim()) => Some(None),
        Data::Text(text) => parse_bool(text.trim()).map(Some),
        _ => None,
    };
    if stated.is_none() {
        let written = reader.excerpt(entry.value.range.clone());
        let help = Label::new("`true`、`false`、`\"?\"` のいずれかです", "write `true`, `false` or `\"?\"`");
        let problem = wrong(reader.schema(), &Type::Bool, &written).help(help);
        reader.report(problem, entry.value.range.clone());
    }
    stated
}

/// A store keeps what may be in a set, not what is not. Of an enum, everything but the excluded may be; of
/// types without an end, that something is not in an open set cannot be kept, and a warning says so.
fn exclude(
    reader: &mut Reader,
    element: &Type,
    members: &mut Members,
    excluded: &[(Scalar, &Entry)],
    sound: bool,
) {
    let literals = match element {
        Type::Enum(id) => reader.schema().enumeration(*id).map_or(0, |e| e.literals.len() as u32),
        _ => {
            for (_, entry) in excluded {
                reader.builder.report(not_kept(entry, reader.span(entry.key_range.clone())));
            }
            return;
        }
    };
    let mentioned = members.certain.len() + members.possible.len() + excluded.len();
    let all_listed = sound && mentioned == literals as usize;
    if excluded.is_empty() && !all_listed {
        return;
    }
    let listed =
        |members: &Members, s: &Scalar| members.certain.contains(s) || excluded.iter().any(|(e, _)| e == s);
    let rest: Vec<Scalar> = (0..literals).map(Scalar::Enum).filter(|s| !listed(members, s)).collect();
    members.possible = rest;
    members.open = false;
}

fn no_facts() -> Box<Problem> {
    let message = Label::new("種類ごとの表がありません", "this file has no table of kinds");
    let help = Label::new(
        "`[[contract]]` のように、種類の名前の下に行を書いてください",
        "write records under the name of their kind, such as `[[contract]]`",
    );
    Problem::new("K0508", message).help(help)
}

fn no_registers() -> Box<Problem> {
    let message = Label::new("`complete` は種類ごとに書きます", "`complete` is a table of kinds");
    Problem::new("K0503", message)
        .help(Label::new("例: `complete = { contract = true }`", "such as `complete = { contract = true }`"))
}

fn not_a_record(reader: &mut Reader, range: Range<usize>) {
    let written = reader.excerpt(range.clone());
    let message =
        Label::new(format!("`{written}` は行(属性の表)ではありません"), format!("`{written}` is no record"));
    let help = Label::new(
        "行は属性と値の表で、`id` を持ちます",
        "a record is a table of attributes and values, and has an `id`",
    );
    reader.report(Problem::new("K0503", message).help(help), range);
}

fn nested(attribute: &Attribute) -> Box<Problem> {
    let (ja, en) = (attribute.label.or(Lang::Ja, &attribute.name), &attribute.name);
    let message = Label::new(
        format!("「{ja}」の中に行を書くことはできません"),
        format!("`{en}` cannot hold a record of its own"),
    );
    let help = match attribute.ty {
        Type::Ref(_) => Label::new(
            "その行は自分の種類のところに書き、ここには id を書いてください",
            "write that record under its own kind, and its id here",
        ),
        _ => Label::new("値を1つ書いてください", "write one value"),
    };
    Problem::new("K0503", message).help(help)
}

fn two_ids(id: &str, again: kijun_text::Span, first: kijun_text::Span) -> Diagnostic {
    let message = Label::new(
        format!("この行の id は `{id}` と書かれています"),
        format!("this record is already called `{id}`"),
    );
    Diagnostic::error("K0506", again, message)
        .note(first, "こちらの id を使います", "this id is used")
        .help("どちらか一方にしてください", "keep one of them")
}

fn not_kept(entry: &Entry, span: kijun_text::Span) -> Diagnostic {
    let name = &entry.key;
    let message = Label::new(
        format!("`{name}` が含まれないことは、ほかが未確認の集合には記録できません"),
        format!("that `{name}` is not a member cannot be kept of a set whose other members are open"),
    );
    Diagnostic::warning("K0512", span, message).help(
        "ほかに無いと分かっているなら、含まれるものを配列で書いてください",
        "if there is no other member, write the members as a list",
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Facts, schema};
    use crate::store::Register;

    fn read(path: &str, text: &str) -> Facts {
        Facts::read(schema(), &[(path, text)])
    }

    /// Reads what must be wrong; returns the diagnostics.
    fn errors(path: &str, text: &str) -> String {
        read(path, text).errors()
    }

    const TOML: &str = r#"
[["受託事業者"]]
id = "a"
"名称" = "A社"
country = "日本"

[contract.c1]
vendor = "a"
clauses = ["守秘義務", "penalty", "?"]
signed = 2026-04-01
staff = 1_200
fee = 0.25
term = "1年6か月"
countries = { JP = true, US = "?" }
escrow = true
deputies = ["a"]
key = "mhlw@4.2:8.1.2.C.オ"
_evidence.source = "契約書PDF"
_evidence.grade = "書面"
_evidence.clauses = { grade = "audited", as_of = "2026-05" }

[complete]
contract = true
"#;

    const JSON: &str = r#"{
  "受託事業者": [{ "id": "a", "名称": "A社", "country": "日本" }],
  "contract": { "c1": {
    "vendor": "a", "clauses": ["守秘義務", "penalty", "?"], "signed": "2026-04-01", "staff": 1200, "fee": 0.25,
    "term": "1年6か月", "countries": { "JP": true, "US": "?" }, "escrow": true, "deputies": ["a"],
    "key": "mhlw@4.2:8.1.2.C.オ",
    "_evidence": { "source": "契約書PDF", "grade": "書面", "clauses": { "grade": "audited", "as_of": "2026-05" } }
  } },
  "complete": { "contract": true }
}"#;

    const YAML: &str = r#"
受託事業者:
  - id: a
    名称: A社
    country: 日本
contract:
  c1:
    vendor: a
    clauses: [守秘義務, penalty, "?"]
    signed: 2026-04-01
    staff: 1,200
    fee: 0.25
    term: 1年6か月
    countries: { JP: true, US: "?" }
    escrow: はい
    deputies: [a]
    key: mhlw@4.2:8.1.2.C.オ
    _evidence:
      source: 契約書PDF
      grade: 書面
      clauses: { grade: audited, as_of: 2026-05 }
complete:
  contract: yes
"#;

    const CSV: [(&str, &str); 3] = [
        ("受託事業者.csv", "id,名称,国\na,A社,日本\n"),
        (
            "contract.csv",
            "id,受託事業者,条項,締結日,人数,料率,期間,保存国,寄託,再委託先,項番,_source,等級\n\
             c1,a,守秘義務;penalty;?,令和8年4月1日,\"1,200\",0.25,1年6か月,日本;US?;?,○,a,mhlw@4.2:8.1.2.C.オ,契約書PDF,書面\n",
        ),
        ("_complete.csv", "kind,complete\n契約,はい\n"),
    ];

    const CELLS: &str = "vendor.a.name = A社\nvendor.a.country = JP\ncontract.c1.vendor = a\n\
        contract.c1.clauses = { confidentiality, penalty, ? }\ncontract.c1.signed = 2026-04-01\n\
        contract.c1.staff = 1200\ncontract.c1.fee = 0.25\ncontract.c1.term = 18 months\n\
        contract.c1.countries = { JP, US?, ? }\ncontract.c1.escrow = true\ncontract.c1.deputies = { a }\n\
        contract.c1.key = mhlw:8.1.2.C.オ";

    #[test]
    fn every_format_gives_the_same_store() {
        for (path, text) in [("f.toml", TOML), ("f.json", JSON), ("f.yaml", YAML)] {
            let facts = read(path, text);
            assert_eq!(facts.errors(), "", "{path}");
            assert_eq!(facts.cells(), CELLS, "{path}");
            assert_eq!(facts.evidence("c1", "signed"), "契約書PDF 2 -", "{path}");
            assert_eq!(facts.evidence("c1", "clauses"), "- 4 2026-05", "{path}");
            assert_eq!(facts.register("contract"), Register::Complete, "{path}");
            assert_eq!(facts.register("vendor"), Register::Recorded, "{path}");
        }
        let facts = Facts::read(schema(), &CSV);
        assert_eq!(facts.errors(), "");
        assert_eq!(facts.cells(), CELLS);
        assert_eq!(facts.evidence("c1", "clauses"), "契約書PDF 2 -");
        assert_eq!(facts.register("contract"), Register::Complete);
    }

    #[test]
    fn values_point_at_their_own_text() {
        assert_eq!(
            read("f.toml", TOML).origins("c1"),
            "\"a\" | [\"守秘義務\", \"penalty\", \"?\"] | 2026-04-01 | 1_200 | 0.25 | \"1年6か月\" | \
             { JP = true, US = \"?\" } | true | [\"a\"] | \"mhlw@4.2:8.1.2.C.オ\""
        );
        assert_eq!(
            read("f.yaml", YAML).origins("c1"),
            "a | [守秘義務, penalty, \"?\"] | 2026-04-01 | 1,200 | 0.25 | 1年6か月 | { JP: true, US: \"?\" } | はい | \
             [a] | mhlw@4.2:8.1.2.C.オ"
        );
        assert_eq!(read("f.json", JSON).origins("a"), "\"A社\" | \"日本\"");
    }

    #[test]
    fn a_list_at_the_top_is_of_the_kind_of_the_file() {
        for (path, text) in [
            ("facts/vendor.json", "[{\"id\": \"a\", \"name\": \"A社\"}]"),
            ("受託事業者@監査.yaml", "- id: a\n  name: A社\n"),
            ("facts\\trustee.2026.yml", "- id: a\n  name: A社\n"),
        ] {
            let facts = read(path, text);
            assert_eq!(
                (facts.errors().as_str(), facts.cells().as_str()),
                ("", "vendor.a.name = A社"),
                "{path}"
            );
        }
        assert_eq!(
            errors("vendors2.json", "[{\"id\": \"a\"}]"),
            "K0501 vendors2.json:1:1 `[`: there is no entity kind `vendors2` (did you mean `vendor`?)"
        );
    }

    #[test]
    fn sets_by_membership() {
        for (text, shown) in [
            ("[]", "none"),
            ("[\"?\"]", "unknown"),
            ("\"なし\"", "none"),
            ("\"守秘義務、penalty\"", "{ confidentiality, penalty }"),
            ("[\"penalty?\"]", "{ penalty? }"),
            ("{ penalty = true, confidentiality = \"?\" }", "{ penalty, confidentiality?, ? }"),
            // An enum ends: what is not excluded may be.
            ("{ penalty = true, confidentiality = false }", "{ penalty, no_analysis? }"),
            ("{ penalty = true, confidentiality = false, no_analysis = \"いいえ\" }", "{ penalty }"),
            ("{ penalty = false, confidentiality = false, no_analysis = false }", "none"),
            (
                "{ penalty = true, confidentiality = true, no_analysis = \"?\" }",
                "{ confidentiality, penalty, no_analysis? }",
            ),
        ] {
            let facts = read("f.toml", &format!("[contract.c]\nclauses = {text}\n"));
            assert_eq!(facts.errors(), "", "{text}");
            assert_eq!(facts.cells(), format!("contract.c.clauses = {shown}"), "{text}");
        }
        assert_eq!(
            errors("f.toml", "[contract.c]\ncountries = { JP = true, US = false }\n"),
            "K0512 f.toml:2:26 `US`: that `US` is not a member cannot be kept of a set whose other members are open (if \
             there is no other member, write the members as a list)"
        );
    }

    #[test]
    fn names_are_checked_and_the_rest_is_read() {
        let facts = read(
            "f.toml",
            "[contarct.x]\nid = 1\n[vendor.a]\nnmae = \"x\"\ncountry = \"JP\"\n[vendor.b]\nvendor = {}\n",
        );
        assert_eq!(
            facts.errors(),
            "K0501 f.toml:1:2 `contarct`: there is no entity kind `contarct` (did you mean `contract`?)\n\
             K0502 f.toml:4:1 `nmae`: `vendor` has no attribute `nmae` (did you mean `name`?)\n\
             K0502 f.toml:7:1 `vendor`: `vendor` has no attribute `vendor` (write records of `vendor` under the kind \
             `vendor`, and refer to them by id)"
        );
        assert_eq!(facts.cells(), "vendor.a.country = JP");
    }

    #[test]
    fn values_of_the_wrong_type_are_unknown_and_say_what_to_write() {
        let text = "contract:\n  c:\n    staff: 八\n    escrow: [1]\n    signed: 2026-02-30\n    expires: {a: 1}\n    clauses: [守秘, penalty, [], '']\n    vendor: {id: a}\n";
        assert_eq!(
            errors("f.yaml", text),
            "K0503 f.yaml:3:12 `八`: `八` is not a whole number (write a whole number such as `8`)\n\
             K0503 f.yaml:4:13 `[1]`: `[1]` is not yes or no (write `はい` or `いいえ`, or `true` or `false`)\n\
             K0505 f.yaml:5:13 `2026-02-30`: there is no day `2026-02-30` (the last day of that month is `2026-02-28`)\n\
             K0503 f.yaml:6:14 `{a: 1}`: `expires` cannot hold a record of its own (write one value)\n\
             K0503 f.yaml:7:15 `守秘`: `守秘` is not a `clause` (did you mean `守秘義務`?)\n\
             K0503 f.yaml:7:28 `[]`: `[]` is not a `clause` (one of `confidentiality`, `penalty`, `no_analysis`)\n\
             K0503 f.yaml:7:32 `''`: `''` is not a `clause` (one of `confidentiality`, `penalty`, `no_analysis`)\n\
             K0503 f.yaml:8:13 `{id: a}`: `vendor` cannot hold a record of its own (write that record under its own \
             kind, and its id here)"
        );
        assert_eq!(
            read("f.yaml", text).cells(),
            "contract.c.vendor = unknown\ncontract.c.clauses = { penalty, ? }\ncontract.c.signed = unknown\n\
             contract.c.expires = unknown\ncontract.c.staff = unknown\ncontract.c.escrow = unknown"
        );
        assert_eq!(
            errors(
                "f.toml",
                "[vendor.a]\nname = 5\n[contract.c]\nstaff = 1.5\nsigned = 2026-04-01T10:00:00\nclauses = true\n"
            ),
            "K0503 f.toml:2:8 `5`: `5` is not a text (write a text in quotes, such as `\"A社\"`)\n\
             K0503 f.toml:4:9 `1.5`: `1.5` is not a whole number (write a whole number such as `8`)\n\
             K0505 f.toml:5:10 `2026-04-01T10:00:00`: `2026-04-01T10:00:00` has a time of day (write the date alone, \
             such as `2026-04-01`)\n\
             K0503 f.toml:6:11 `true`: `true` is not a set of which each is a `clause` (a list, or members separated by \
             `;`: one of `confidentiality`, `penalty`, `no_analysis`)"
        );
    }

    #[test]
    fn dangling_members_are_shown_where_they_stand() {
        let facts = read(
            "f.json",
            r#"{"vendor": {"acloud": {}}, "contract": {"c": {"deputies": ["acloud", "aclaud"], "vendor": 7}}}"#,
        );
        assert_eq!(
            facts.errors(),
            "K0504 f.json:1:70 `\"aclaud\"`: there is no trustee `aclaud` (did you mean `acloud`?)\n\
             K0504 f.json:1:91 `7`: there is no trustee `7` (add a `vendor` with the id `7`, or write `?` when it is not \
             known)"
        );
        assert_eq!(facts.cells(), "contract.c.vendor = unknown\ncontract.c.deputies = { acloud, ? }");
    }

    #[test]
    fn records_need_one_id() {
        assert_eq!(
            errors(
                "f.yaml",
                "vendor:\n  - name: A社\n    country: XX\n  - id: ''\n  - 5\ncontract: { signed: 2026 }\n"
            ),
            "K0506 f.yaml:2:5 `name: A社`: this `vendor` has no id (give it an `id` that no other has and that does not change)\n\
             K0503 f.yaml:3:14 `XX`: `XX` is not a country (write the two letters of ISO 3166-1, such as `JP`, or the \
             country's name)\n\
             K0506 f.yaml:4:9 `''`: this `vendor` has no id (give it an `id` that no other has and that does not change)\n\
             K0503 f.yaml:5:5 `5`: `5` is no record (a record is a table of attributes and values, and has an `id`)\n\
             K0506 f.yaml:6:1 `contract`: this `contract` has no id (give it an `id` that no other has and that does not change)"
        );
        assert_eq!(
            errors("f.toml", "[vendor.a]\nid = \"b\"\n"),
            "K0506 f.toml:2:6 `\"b\"`: this record is already called `a` (keep one of them) [f.toml:1:9 `a`: this id is used]"
        );
        assert_eq!(read("f.toml", "[vendor]\nid = \"a\"\nname = \"A\"\n").cells(), "vendor.a.name = A");
    }

    #[test]
    fn an_id_twice_needs_two_sources() {
        let text = "vendor:\n  - {id: a, name: A社}\n  - {id: a, name: B社}\n";
        assert_eq!(
            errors("f.yaml", text),
            "K0507 f.yaml:3:10 `a`: the id `a` stands twice in one source (rename it if it is another one; if it comes \
             from another source, name that in `_evidence.source` (in a table in the column `_source`)) [f.yaml:2:10 `a`: it \
             stands here first]"
        );
        let text = "vendor:\n  - {id: a, name: A社}\n  - {id: a, name: B社, _evidence: {source: 実地}}\n";
        let facts = read("f.yaml", text);
        assert_eq!((facts.errors().as_str(), facts.cells().as_str()), ("", "vendor.a.name = A社 / B社"));
    }

    #[test]
    fn evidence_has_its_own_keys_and_grades() {
        let text = "[vendor.a]\nname = \"A\"\n_source = \"x\"\n_evidence = { sorce = \"x\", grade = \"documentd\", as_of = \"2026-13\", valid_until = 5, namae = {} }\n[vendor.b]\n_evidence = 1\n";
        assert_eq!(
            errors("f.toml", text),
            "K0509 f.toml:3:1 `_source`: `_source` belongs into `_evidence` (write `_evidence = { source = … }`)\n\
             K0509 f.toml:4:15 `sorce`: evidence has no key `sorce` (did you mean `source`?)\n\
             K0509 f.toml:4:36 `\"documentd\"`: there is no grade `documentd` (did you mean `documented`?)\n\
             K0505 f.toml:4:57 `\"2026-13\"`: there is no month 13 (months go from 1 to 12)\n\
             K0503 f.toml:4:82 `5`: `5` is not a date (write a date such as `2026-04-01`, `令和8年4月1日` or `R8.4.1`)\n\
             K0502 f.toml:4:85 `namae`: `vendor` has no attribute `namae` (did you mean `name`?)\n\
             K0509 f.toml:6:13 `1`: `_evidence` is a table (such as `_evidence = { source = \"契約書PDF\", grade = \
             \"documented\" }`)"
        );
    }

    #[test]
    fn what_is_stated_twice_is_an_error() {
        assert_eq!(
            errors("f.json", r#"{"vendor": {"a": {"name": "A", "名称": "B"}}}"#),
            "K0511 f.json:1:32 `\"名称\"`: `名称` is stated twice (keep one of them) [f.json:1:19 `\"name\"`: it stands here first]"
        );
        assert_eq!(
            errors("f.yaml", "contract: {c: {clauses: {penalty: true, 違反時の罰則: false}}}\n"),
            "K0511 f.yaml:1:41 `違反時の罰則`: `違反時の罰則` is stated twice (keep one of them) [f.yaml:1:26 `penalty`: it stands here first]"
        );
    }

    #[test]
    fn registers_and_empty_lists() {
        let warned = "K0512 f.toml:1:1 `contract`: an empty list does not say that there is no `contract` (write \
            `complete.contract = true` when it is certain that there is none)";
        assert_eq!(errors("f.toml", "contract = []\n"), warned);
        let files = [("f.toml", "contract = []\n"), ("_complete.toml", "\"契約\" = true\nvendor = false\n")];
        let facts = Facts::read(schema(), &files);
        assert_eq!(facts.errors(), "");
        assert_eq!(facts.register("contract"), Register::Complete);
        assert_eq!(facts.register("vendor"), Register::Incomplete);
        for (path, text) in [
            ("_complete.json", "{\"vendor\": false}"),
            ("facts/_complete.yaml", "vendor: いいえ\ncontract: '?'\n"),
        ] {
            let facts = read(path, text);
            assert_eq!(facts.errors(), "", "{path}");
            assert_eq!(facts.register("vendor"), Register::Incomplete, "{path}");
            assert_eq!(facts.register("contract"), Register::Unmentioned, "{path}");
        }
        assert_eq!(
            errors("f.toml", "complete = { vendr = true, contract = 5 }\n"),
            "K0501 f.toml:1:14 `vendr`: there is no entity kind `vendr` (did you mean `vendor`?)\n\
             K0503 f.toml:1:39 `5`: `5` is not yes or no (write `はい` or `いいえ`, or `true` or `false`)"
        );
        assert!(errors("f.toml", "complete = true\n").starts_with("K0503"));
        assert!(errors("f.json", "5").starts_with("K0508 f.json:1:1 `5`: this file has no table of kinds"));
    }

    #[test]
    fn syntax_errors_have_a_place() {
        assert!(errors("f.toml", "[vendor.a]\nname = \n").starts_with("K0508 f.toml:2:8 "));
        assert!(
            errors("f.json", "{\"vendor\": }").starts_with("K0508 f.json:1:12 `}`: this is not valid JSON: ")
        );
        assert!(errors("f.yaml", "vendor:\n  - a: [1\nb: 2\n").starts_with("K0508 f.yaml:"));
        assert!(errors("f.yaml", "a: &x [1]\nb: *x\n").starts_with("K0508 f.yaml:2:4 `*x`: aliases"));
    }
}
