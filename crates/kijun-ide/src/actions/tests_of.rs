//! A test from what was found: the records and facts behind a violation, and the verdict that they give.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kijun_engine::assessment::{FactRef, Finding, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Const, Program};
use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::value::civil_of;
use kijun_facts::{AttrId, Column, KindId, Register, Show, Store, Type, Words};
use kijun_model::{Compiled, Expect, Given, GivenKind, Record, Target, TestCase, run_case};
use kijun_text::{FileId, Label, Lang, Span};

use super::{Action, ActionKind, Change, Doing, touches};
use crate::doc::DocKind;
use crate::index::{ItemId, Space};
use crate::semantics::{Semantics, compile_with};
use crate::snapshot::{Edit, Snapshot};

/// Above so many records a test is no longer one that a person reads.
const MOST_RECORDS: usize = 40;

/// For a check: its first violation. In facts: the violations that stand here.
pub(super) fn actions(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Vec<Action> {
    let semantics = &snapshot.semantics;
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    if doc.is_facts() {
        let placed = semantics.findings().in_file(file).iter();
        let here = placed.filter_map(|(span, i)| Some((snapshot.now(*span)?, semantics.finding(*i)?)));
        let violated = here.filter(|(at, f)| f.verdict == Verdict::Violated && touches(at, range));
        return violated.filter_map(|(at, f)| action(semantics, f, Some(at))).collect();
    }
    let is_here = |d: &&crate::index::Def| d.space == Space::Check && touches(&d.range, range);
    let Some(def) = doc.index().defs.iter().find(is_here) else { return Vec::new() };
    let program = semantics.program();
    let all = semantics.assessment.iter().flat_map(|a| &a.findings);
    let mut of_rule = all.filter(|f| f.verdict == Verdict::Violated && f.rule.name(program) == def.name);
    of_rule.next().and_then(|f| action(semantics, f, None)).into_iter().collect()
}

fn action(semantics: &Semantics, finding: &Finding, at: Option<Range<usize>>) -> Option<Action> {
    let subject = subject_id(semantics, finding)?;
    let key = key(semantics, finding)?;
    let rule = finding.rule.name(semantics.program());
    let of = if subject.is_empty() { String::new() } else { format!(" ({subject})") };
    Some(Action {
        title: Label::new(
            format!("`{rule}`{of} の不適合からテストを作る"),
            format!("create a test from the violation of `{rule}`{of}"),
        ),
        kind: ActionKind::Refactor,
        is_preferred: false,
        issue: at.map(|at| (finding.verdict.name().to_owned(), at)),
        doing: Doing::MakeTest(key),
    })
}

/// The id of the record that a finding is about; empty for the facility.
fn subject_id<'s>(semantics: &'s Semantics, finding: &Finding) -> Option<&'s str> {
    match finding.subject {
        SubjectRef::Record(kind, row) => Some(semantics.facts.store.id_text(kind, row as usize)),
        SubjectRef::Facility => Some(""),
        SubjectRef::Register(_) => None,
    }
}

/// What tells a finding from all others, also after the facts were read again.
fn key(semantics: &Semantics, finding: &Finding) -> Option<String> {
    let program = semantics.program();
    let requirement = &program.requirement(finding.requirement)?.id;
    let subject = subject_id(semantics, finding)?;
    Some(format!("{requirement}\n{}\n{subject}", finding.rule.name(program)))
}

/// The test for a finding, where tests like it are; `None` when there is no such finding any more, or when no few facts give
/// its verdict.
pub fn make_test(snapshot: &Snapshot, wanted: &str) -> Option<Change> {
    let semantics = &snapshot.semantics;
    let all = semantics.assessment.iter().flat_map(|a| &a.findings);
    let mut found =
        all.filter(|f| f.verdict == Verdict::Violated && key(semantics, f).as_deref() == Some(wanted));
    let finding = found.next()?;
    // Tests are run without a profile: what it sets is set by the test.
    let profile = semantics.choices.profile.as_ref();
    let plain = profile.map(|_| compile_with(&semantics.files, &BTreeMap::new(), semantics.kept()));
    let overrides = plain.as_ref().map(|p| differing(&semantics.compiled, p)).unwrap_or_default();
    let again = (!overrides.is_empty()).then(|| compile_with(&semantics.files, &overrides, semantics.kept()));
    let compiled = again.as_ref().or(plain.as_ref()).unwrap_or(&semantics.compiled);
    let mut case = blank(semantics, finding, overrides)?;
    let mut given = behind(finding);
    for widening in [Widening::Nothing, Widening::Records, Widening::Neighbours] {
        widen(semantics, &mut given, widening);
        if given.len() > MOST_RECORDS {
            return None;
        }
        case.records = given.iter().filter_map(|(at, attrs)| record(semantics, *at, attrs)).collect();
        if run_case(&compiled.program, &case, semantics.choices.today).is_empty() {
            let text = printed(semantics, finding, &case);
            return Some(place(snapshot, finding, text));
        }
    }
    None
}

/// The parameters that a profile sets.
fn differing(with: &Compiled, without: &Compiled) -> BTreeMap<String, Const> {
    let changed = |(name, (_, value)): (&String, &(Type, Const))| {
        let before = without.params.get(name).map(|(_, v)| v);
        (before != Some(value)).then(|| (name.clone(), value.clone()))
    };
    with.params.iter().filter_map(changed).collect()
}

fn blank(semantics: &Semantics, finding: &Finding, overrides: BTreeMap<String, Const>) -> Option<TestCase> {
    let program = semantics.program();
    let subject = subject_id(semantics, finding)?;
    let target = match finding.rule {
        RuleRef::Combination(_) => Target::Requirement(finding.requirement),
        rule => Target::Rule(rule.name(program).to_owned()),
    };
    let expect = Expect {
        span: Span::default(),
        target: Some(target),
        subject: (!subject.is_empty()).then(|| subject.to_owned()),
        verdict: Some(Verdict::Violated),
    };
    let registers = finding.because.iter().filter_map(|u| match u.fact {
        FactRef::Register(kind) => match semantics.facts.store.kind(kind)?.register {
            Register::Complete => Some((kind, true, Span::default())),
            Register::Incomplete => Some((kind, false, Span::default())),
            _ => None,
        },
        _ => None,
    });
    Some(TestCase {
        name: String::new(),
        span: Span::default(),
        as_of: Some(semantics.choices.today),
        overrides,
        records: Vec::new(),
        registers: registers.collect(),
        expects: vec![expect],
    })
}

// ---------------------------------------------------------------- which facts

/// Attributes by record.
type Facts = BTreeMap<(KindId, u32), BTreeSet<AttrId>>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Widening {
    /// The facts behind the finding alone.
    Nothing,
    /// All that is stated of their records.
    Records,
    /// All that is stated of the records that these refer to, as well.
    Neighbours,
}

fn behind(finding: &Finding) -> Facts {
    let mut out = Facts::new();
    if let SubjectRef::Record(kind, row) = finding.subject {
        out.entry((kind, row)).or_default();
    }
    for used in &finding.because {
        if let FactRef::Cell { kind, row, attr } = used.fact {
            out.entry((kind, row)).or_default().insert(attr);
        }
    }
    out
}

fn widen(semantics: &Semantics, facts: &mut Facts, widening: Widening) {
    let store = &semantics.facts.store;
    if widening != Widening::Nothing {
        for ((kind, row), attrs) in facts.iter_mut() {
            let Some(table) = store.kind(*kind) else { continue };
            let all = (0..table.columns.len()).map(|a| AttrId(a as u32));
            attrs.extend(all.filter(|a| table.is_stated(*a, *row as usize)));
        }
    }
    // What is referred to must be there.
    let cells: Vec<((KindId, u32), AttrId)> =
        facts.iter().flat_map(|(at, attrs)| attrs.iter().map(|a| (*at, *a))).collect();
    for ((kind, row), attr) in cells {
        let ty = semantics.program().schema.attribute(kind, attr).map(|a| &a.ty);
        let target = ty.map(|t| t.element().unwrap_or(t));
        let (Some(Type::Ref(target)), Some(table)) = (target, store.kind(kind)) else { continue };
        for to in referred(table.column(attr), row as usize) {
            if store.kind(*target).is_some_and(|t| (to as usize) < t.len()) {
                facts.entry((*target, to)).or_default();
            }
        }
    }
}

fn referred(column: Option<&Column>, row: usize) -> Vec<u32> {
    match column {
        Some(Column::Codes(codes)) => codes.get(row).copied().into_iter().collect(),
        Some(Column::Sets(sets)) => [sets.certain(row), sets.possible(row)].concat(),
        _ => Vec::new(),
    }
}

fn record(semantics: &Semantics, (kind, row): (KindId, u32), attrs: &BTreeSet<AttrId>) -> Option<Record> {
    let store = &semantics.facts.store;
    let id = store.kind(kind).map(|_| store.id_text(kind, row as usize).to_owned())?;
    let facts = attrs.iter().filter_map(|attr| {
        let kind_of = given(&semantics.facts.store, semantics.program(), kind, *attr, row as usize)?;
        Some((*attr, Given { kind: kind_of, span: Span::default() }))
    });
    Some(Record { kind, id, span: Span::default(), facts: facts.collect(), evidence: None })
}

/// A cell as a test states it.
fn given(store: &Store, program: &Program, kind: KindId, attr: AttrId, row: usize) -> Option<GivenKind> {
    let schema = &program.schema;
    let ty = &schema.attribute(kind, attr)?.ty;
    let show = Show { store, schema, lang: Lang::En, words: Words::Names };
    let table = store.kind(kind)?;
    Some(match table.column(attr)? {
        Column::Codes(codes) => match codes.get(row).copied()? {
            UNKNOWN => GivenKind::Unknown,
            NONE => GivenKind::None,
            code => GivenKind::Text(show.code(ty, code)),
        },
        Column::Numbers { lo, hi } => match (*lo.get(row)?, *hi.get(row)?) {
            (lo, hi) if lo > hi => GivenKind::None,
            _ if !table.is_known(attr, row) => GivenKind::Unknown,
            _ => GivenKind::Text(show.cell(kind, attr, row)),
        },
        Column::Sets(sets) => {
            let element = ty.element()?;
            let named = |codes: &[u32], said: Option<bool>| -> Vec<(String, Option<bool>, Span)> {
                codes.iter().map(|c| (show.code(element, *c), said, Span::default())).collect()
            };
            let mut members = named(sets.certain(row), Some(true));
            members.extend(named(sets.possible(row), None));
            match (members.is_empty(), sets.is_open(row)) {
                (true, true) => GivenKind::Unknown,
                (_, open) => GivenKind::Set { members, open },
            }
        }
    })
}

// ---------------------------------------------------------------- its text

fn printed(semantics: &Semantics, finding: &Finding, case: &TestCase) -> String {
    let program = semantics.program();
    let schema = &program.schema;
    let requirement = program.requirement(finding.requirement).map_or("", |r| r.id.as_str());
    let subject = subject_id(semantics, finding).unwrap_or("");
    let of = if subject.is_empty() { String::new() } else { format!(": {subject}") };
    let name = format!("{requirement} {}{of}", finding.verdict.label().ja);
    let mut out = format!("test {} {{\n", string(&name));
    if let Some(day) = case.as_of.and_then(civil_of) {
        out.push_str(&format!("  as_of {day}\n"));
    }
    for (name, value) in &case.overrides {
        let ty = semantics.compiled.params.get(name).map(|(ty, _)| ty);
        out.push_str(&format!("  set {name} = {}\n", constant(program, ty, value)));
    }
    out.push_str("  given {\n");
    for (kind, complete, _) in &case.registers {
        let word = if *complete { "complete" } else { "incomplete" };
        out.push_str(&format!("    {word} {}\n", schema.kind(*kind).map_or("", |k| &k.name)));
    }
    for record in &case.records {
        let Some(def) = schema.kind(record.kind) else { continue };
        out.push_str(&format!("    {} {} {{", def.name, word(&record.id)));
        for (attr, given) in &record.facts {
            let Some(attribute) = def.get(*attr) else { continue };
            out.push_str(&format!("\n      {} {}", attribute.name, fact(&attribute.ty, &given.kind)));
        }
        out.push_str(if record.facts.is_empty() { " }\n" } else { "\n    }\n" });
    }
    out.push_str("  }\n");
    for expect in &case.expects {
        let target = match &expect.target {
            Some(Target::Rule(name)) => name.as_str(),
            _ => requirement,
        };
        let of = expect.subject.as_deref().map(|s| format!(" for {}", word(s))).unwrap_or_default();
        let verdict = expect.verdict.map_or("", Verdict::name);
        out.push_str(&format!("  expect {target} {verdict}{of}\n"));
    }
    out.push_str("}\n");
    out
}

fn fact(ty: &Type, given: &GivenKind) -> String {
    match given {
        GivenKind::Unknown => "?".to_owned(),
        GivenKind::None => "none".to_owned(),
        GivenKind::Text(text) => value(ty, text),
        GivenKind::Set { members, open } => {
            let element = ty.element().unwrap_or(ty);
            let said = |(text, said, _): &(String, Option<bool>, Span)| match said {
                None => format!("{} = ?", value(element, text)),
                Some(_) => value(element, text),
            };
            let mut parts: Vec<String> = members.iter().map(said).collect();
            parts.extend(open.then(|| "?".to_owned()));
            if parts.is_empty() { "{ }".to_owned() } else { format!("{{ {} }}", parts.join("  ")) }
        }
    }
}

fn value(ty: &Type, text: &str) -> String {
    let is_number = |t: &str| t.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    match ty {
        Type::Bool => text.to_owned(),
        Type::Int | Type::Decimal if is_number(text) => text.to_owned(),
        // A whole year, and an interval of another sort, stand in quotes.
        Type::Date if matches!(text.len(), 7 | 10) && is_number(text) => text.to_owned(),
        Type::Enum(_) | Type::Country | Type::Ref(_) | Type::Requirement => word(text),
        _ => string(text),
    }
}

/// An id as it is, or in quotes where it would be read as something else.
fn word(text: &str) -> String {
    let mut before = '-';
    let plain = text.chars().all(|c| {
        let fits = c.is_ascii_alphanumeric() || c == '_' || (c == '-' && before.is_ascii_alphanumeric());
        before = c;
        fits
    });
    let starts = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let reserved = matches!(text, "none" | "true" | "false");
    if plain && starts && !text.ends_with('-') && !reserved { text.to_owned() } else { string(text) }
}

fn string(text: &str) -> String {
    let text: String = text.chars().map(|c| if c == '\n' { ' ' } else { c }).collect();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn constant(program: &Program, ty: Option<&Type>, value: &Const) -> String {
    match (value, ty) {
        (Const::Text(text) | Const::Requirement(text), _) => string(text),
        (Const::Enum(code), Some(Type::Enum(id))) => {
            let literal = program.schema.enumeration(*id).and_then(|e| e.literals.get(*code as usize));
            literal.map(|l| l.name.clone()).unwrap_or_default()
        }
        (other, _) => crate::hover::constant(other),
    }
}

// ---------------------------------------------------------------- its place

/// In the pack of the rule, beside tests of the same item; for a rule of a pack that others wrote, in the workspace itself.
fn place(snapshot: &Snapshot, finding: &Finding, text: String) -> Change {
    let program = snapshot.semantics.program();
    let of_rule = snapshot.doc(finding.rule_span.file).map_or("", |d| d.path.as_str());
    let manifests = snapshot.files.iter().filter(|(_, d)| d.kind == DocKind::Manifest);
    let folders: Vec<(&str, FileId)> =
        manifests.map(|(f, d)| (d.path.rsplit_once('/').map_or("", |(folder, _)| folder), f)).collect();
    let pack_of = |path: &str| {
        let holds = |folder: &&str| folder.is_empty() || path.starts_with(&format!("{folder}/"));
        folders.iter().map(|(folder, _)| *folder).filter(holds).max_by_key(|f| f.len())
    };
    let root = folders.iter().find(|(folder, _)| folder.is_empty());
    let foreign = root.filter(|_| pack_of(of_rule) != Some(""));
    let home = if foreign.is_some() { Some("") } else { pack_of(of_rule) };
    let item =
        program.requirement(finding.requirement).map(|r| ItemId::parse(&r.id).local).unwrap_or_default();
    let mut with_tests: Vec<(bool, &str, FileId)> = Vec::new();
    for (file, doc) in snapshot.files.modules().filter(|(_, d)| pack_of(&d.path) == home) {
        let index = doc.index();
        if index.defs.iter().any(|d| d.space == Space::Test) {
            let is_other = index.mentions_named(&item).next().is_none();
            with_tests.push((is_other, doc.path.as_str(), file));
        }
    }
    with_tests.sort_unstable();
    match (with_tests.first(), foreign) {
        (Some((_, _, file)), _) => append(snapshot, *file, &text),
        (None, Some((_, manifest))) => {
            Change { edits: Vec::new(), created: Some((*manifest, "tests.kijun".to_owned(), text)) }
        }
        (None, None) => append(snapshot, finding.rule_span.file, &text),
    }
}

fn append(snapshot: &Snapshot, file: FileId, text: &str) -> Change {
    let before = snapshot.doc(file).map_or("", |d| d.text.as_str());
    let lead = if before.is_empty() || before.ends_with("\n\n") {
        ""
    } else if before.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let end = before.len();
    Change::of(file, vec![Edit { range: end..end, text: format!("{lead}{text}") }])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::{Expect, expect as expected};

    use super::*;
    use crate::doc::Doc;
    use crate::semantics::{Choices, Chosen};
    use crate::testing::{NORMS, TODAY, fixture};
    use crate::trials::run_tests;

    const RULES: &str = "\
param reach: int = 3 \"段数\"
check clauses for mhlw:8.1 {
  each c: contract
  where c.vendor.country == JP and reach < 3
  require penalty in c.clauses ja \"罰則がありません\"
}
profile p \"案\" { set reach = 2 }
";

    fn check(text: &str, profile: bool, wanted: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{RULES}{text}"));
        let profile = profile.then(|| Chosen { name: "p".to_owned(), place: None });
        let choices = Choices { today: TODAY, profile, ..Choices::default() };
        let semantics = Semantics::new(&snapshot.files, &choices, None, &|| false).unwrap();
        let snapshot = Snapshot::new(snapshot.files.clone(), Arc::new(semantics));
        let found = actions(&snapshot, place.file, &(place.offset..place.offset));
        assert_eq!(found.len(), 1, "{found:?}");
        let Doing::MakeTest(key) = &found[0].doing else { panic!("{found:?}") };
        let change = make_test(&snapshot, key).unwrap();
        let (file, edits) = &change.edits[0];
        wanted.assert_eq(edits[0].text.trim_start());
        let mut files = snapshot.files.clone();
        let doc = files.get(*file).unwrap();
        let text = format!("{}{}", doc.text, edits[0].text);
        let new = Arc::new(Doc::new(doc.path.clone(), doc.kind, text));
        files.set(Some(*file), new);
        let after = Snapshot::new(files, Arc::clone(&snapshot.semantics));
        let run = run_tests(&after, *file, None).unwrap();
        assert_eq!((run.passed, run.failures.len()), (1, 0), "{run:?}");
    }

    #[test]
    fn the_facts_behind_a_violation_are_a_test_that_passes() {
        check(
            "//- /facts/contract.csv\nid,name,vendor,clauses\nc-1,甲,A社,守秘$0義務\nc2,乙,A社,罰則\n//- /facts/vendor.csv\nid,name,country\nA社,A,JP\n",
            true,
            expected![[r#"
                test "mhlw:8.1 不適合: c-1" {
                  as_of 2026-11-22
                  set reach = 2
                  given {
                    contract c-1 {
                      vendor "A社"
                      clauses { secrecy }
                    }
                    vendor "A社" {
                      country JP
                    }
                  }
                  expect clauses violated for c-1
                }
            "#]],
        );
    }
}
