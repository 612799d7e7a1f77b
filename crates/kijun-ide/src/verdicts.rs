//! Verdicts where they come from: a violation on the cell that decides it, what is unknown on the record that lacks a fact.

use std::collections::BTreeMap;
use std::ops::Range;

use kijun_engine::assessment::{FactRef, Finding, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::Weight;
use kijun_facts::{AttrId, KindId};
use kijun_text::{FileId, Label, Span};

use crate::diagnostics::{Issue, Level, Related};
use crate::semantics::Semantics;
use crate::snapshot::Snapshot;

/// What the assessment says of the facts in a file.
pub(crate) fn issues(snapshot: &Snapshot, file: FileId) -> Vec<Issue> {
    let Some(assessment) = &snapshot.semantics.assessment else { return Vec::new() };
    let mut out = Vec::new();
    for finding in &assessment.findings {
        if matches!(finding.verdict, Verdict::Violated | Verdict::Conflicting | Verdict::Stale) {
            out.extend(decided(snapshot, file, finding));
        }
    }
    out.extend(missing(snapshot, file));
    out
}

/// The name of the rule that a finding comes of.
pub(crate) fn rule_name(semantics: &Semantics, rule: RuleRef) -> String {
    let program = semantics.program();
    match rule {
        RuleRef::Check(i) => program.checks.get(i).map(|c| c.name.clone()),
        RuleRef::Attest(i) => program.attests.get(i).map(|a| a.name.clone()),
        RuleRef::Combination(i) => {
            let of = program.combinations.get(i).and_then(|c| program.requirement(c.requirement));
            of.map(|r| r.id.clone())
        }
    }
    .unwrap_or_default()
}

fn requirement_of<'s>(semantics: &'s Semantics, finding: &Finding) -> (&'s str, Label) {
    let found = semantics.program().requirement(finding.requirement);
    found.map_or(("", Label::default()), |r| (r.id.as_str(), r.title.clone()))
}

/// A finding on the first of its deciding cells that states something of its subject, else on the first, if it is in this file.
fn decided(snapshot: &Snapshot, file: FileId, finding: &Finding) -> Option<Issue> {
    let semantics = &snapshot.semantics;
    let of_subject = |fact: &FactRef| match (finding.subject, fact) {
        (SubjectRef::Record(kind, row), FactRef::Cell { kind: k, row: r, .. }) => kind == *k && row == *r,
        _ => false,
    };
    let stated: Vec<(Span, &FactRef)> =
        finding.because.iter().filter(|u| u.origin != Span::default()).map(|u| (u.origin, &u.fact)).collect();
    let main = stated.iter().find(|(_, f)| of_subject(f)).or(stated.first()).map(|(span, _)| *span);
    let main = main.or_else(|| subject_place(semantics, finding.subject))?;
    if main.file != file {
        return None;
    }
    let range = snapshot.now(main)?;
    let mut related: Vec<Related> = stated
        .iter()
        .filter(|(span, _)| *span != main)
        .filter_map(|(span, fact)| {
            Some(Related {
                file: span.file,
                range: snapshot.now(*span)?,
                text: fact_label(semantics, **fact),
            })
        })
        .collect();
    if let Some(range) = snapshot.now(finding.rule_span) {
        let rule = rule_name(semantics, finding.rule);
        let text = Label::new(format!("規則 `{rule}`"), format!("the rule `{rule}`"));
        related.push(Related { file: finding.rule_span.file, range, text });
    }
    let (id, title) = requirement_of(semantics, finding);
    let verdict = finding.verdict.label();
    let said = |text: &str, title: &str| if text.is_empty() { title.to_owned() } else { text.to_owned() };
    let message = Label::new(
        format!("{id} {}: {}", verdict.ja, said(&finding.message.ja, &title.ja)),
        format!("{id} {}: {}", verdict.en, said(&finding.message.en, title.or(kijun_text::Lang::En, ""))),
    );
    let level = match finding.weight {
        Weight::Must | Weight::Should => Level::Warning,
        Weight::Notice | Weight::Information => Level::Information,
    };
    let mut issue = Issue::new(finding.verdict.name(), level, range, message);
    issue.help = finding.fix.clone();
    issue.related = related;
    Some(issue)
}

fn subject_place(semantics: &Semantics, subject: SubjectRef) -> Option<Span> {
    match subject {
        SubjectRef::Record(kind, row) => {
            Some(semantics.facts.store.kind(kind)?.place(row as usize)).filter(|s| *s != Span::default())
        }
        _ => None,
    }
}

/// `締結日 (signed)` of a cell, in words.
fn fact_label(semantics: &Semantics, fact: FactRef) -> Label {
    let schema = &semantics.program().schema;
    match fact {
        FactRef::Cell { kind, row, attr } => {
            let id = semantics.facts.store.id_text(kind, row as usize).to_owned();
            let attribute = schema.attribute(kind, attr);
            let name = attribute.map_or("", |a| a.name.as_str());
            let label = attribute.map(|a| a.label.clone()).unwrap_or_default();
            Label::new(
                format!("{id} の {}", label.or(kijun_text::Lang::Ja, name)),
                format!("{} of {id}", label.or(kijun_text::Lang::En, name)),
            )
        }
        FactRef::Register(kind) => schema.kind(kind).map(|k| k.label.clone()).unwrap_or_default(),
        FactRef::Attestation(item) => {
            let id = semantics.program().requirement(item).map_or("", |r| r.id.as_str());
            Label::new(format!("{id} の確認記録"), format!("an attestation for {id}"))
        }
    }
}

/// The attributes that a record lacks, and which items wait for each.
pub(crate) type Lacks = BTreeMap<AttrId, Vec<String>>;

/// By record.
pub(crate) type Lacking = BTreeMap<(KindId, u32), Lacks>;

/// Records that lack facts which findings wait for.
pub(crate) fn lacking(semantics: &Semantics) -> Lacking {
    let mut out = Lacking::new();
    let findings = semantics.assessment.iter().flat_map(|a| &a.findings);
    for finding in findings.filter(|f| f.verdict == Verdict::Unknown) {
        let (id, _) = requirement_of(semantics, finding);
        for fact in &finding.missing {
            if let FactRef::Cell { kind, row, attr } = fact {
                let ids = out.entry((*kind, *row)).or_default().entry(*attr).or_default();
                if !ids.iter().any(|i| i == id) {
                    ids.push(id.to_owned());
                }
            }
        }
    }
    out
}

/// The bytes of a place, the attributes that are missing there, and the items that wait for them.
type Missing = (Range<usize>, Vec<Label>, Vec<String>);

/// What is unknown: on the cell where that is stated, else on the record.
fn missing(snapshot: &Snapshot, file: FileId) -> Vec<Issue> {
    let semantics = &snapshot.semantics;
    let schema = &semantics.program().schema;
    let mut by_place: BTreeMap<(usize, usize), Missing> = BTreeMap::new();
    for ((kind, row), lacks) in semantics.lacks() {
        let (kind, row) = (*kind, *row);
        let Some(table) = semantics.facts.store.kind(kind) else { continue };
        for (attr, ids) in lacks {
            let attr = *attr;
            let span = table.cell(attr, row as usize);
            if span == Span::default() || span.file != file {
                continue;
            }
            let (Some(range), Some(attribute)) = (snapshot.now(span), schema.attribute(kind, attr)) else {
                continue;
            };
            let (_, names, waiting) =
                by_place.entry((range.start, range.end)).or_insert((range, Vec::new(), Vec::new()));
            names.push(Label::new(
                attribute.label.or(kijun_text::Lang::Ja, &attribute.name),
                attribute.label.or(kijun_text::Lang::En, &attribute.name),
            ));
            waiting.extend(ids.iter().cloned());
        }
    }
    let issue = |(range, names, mut waiting): Missing| {
        waiting.sort_unstable();
        waiting.dedup();
        let ja: Vec<&str> = names.iter().map(|l| l.ja.as_str()).collect();
        let en: Vec<&str> = names.iter().map(|l| l.en.as_str()).collect();
        let few: Vec<&str> = waiting.iter().take(4).map(String::as_str).collect();
        let more = if waiting.len() > few.len() { ", …" } else { "" };
        let list = few.join(", ");
        let message = Label::new(
            format!("未確認: {}（{list}{more} の判定に要ります）", ja.join("、")),
            format!("unknown: {} (needed for {list}{more})", en.join(", ")),
        );
        Issue::new("unknown", Level::Information, range, message)
    };
    by_place.into_values().map(issue).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::diagnostics::{Wishes, diagnostics};
    use crate::testing::{NORMS, fixture};

    const RULES: &str = "\
check clauses for mhlw:8.1 {
  each c: contract
  require penalty in c.clauses ja \"罰則がありません\" en \"no penalty clause\"
}
check home for mhlw:8.2 { each c: contract require c.vendor.country == JP }
";

    fn check(facts: &str, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{RULES}{facts}"));
        let doc = snapshot.doc(place.file).unwrap();
        let issues = diagnostics(&snapshot, place.file, Wishes::default());
        let line = |i: &crate::diagnostics::Issue| {
            let at = doc.lines().line(i.range.start) + 1;
            format!("{} {:?} {at} `{}` {}", i.code, i.level, &doc.text[i.range.clone()], i.message.en)
        };
        expected.assert_eq(&issues.iter().map(line).collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn a_violation_stands_on_the_cell_that_decides_it() {
        check(
            "//- /facts/contract.csv\nid,vendor,clauses$0\nc1,a,守秘義務\nc2,a,罰則\n//- /facts/vendor.csv\nid,country\na,JP\n",
            expect!["violated Warning 2 `守秘義務` mhlw:8.1 violated: no penalty clause"],
        );
        check(
            "//- /facts/a.toml\n[[contract]]\nid = \"c1\"\nvendor = \"a\"\nclauses = [\"secrecy\"]$0\n\n[[vendor]]\nid = \"a\"\ncountry = \"JP\"\n",
            expect![[r#"violated Warning 4 `["secrecy"]` mhlw:8.1 violated: no penalty clause"#]],
        );
    }

    #[test]
    fn what_is_unknown_stands_on_the_record_that_lacks_it() {
        check(
            "//- /facts/vendor.csv\nid,country$0\na,\n//- /facts/contract.csv\nid,vendor,clauses\nc1,a,罰則\n",
            expect![[r#"
                K0513 Information 2 `a` 1 attribute(s) of `vendor` that rules read have no value in any record: country (1 rule(s))
                unknown Information 2 `a` unknown: 所在国 (needed for mhlw:8.2)"#]],
        );
    }

    #[test]
    fn what_is_wrong_with_facts_is_told_as_on_the_command_line() {
        check(
            "//- /facts/a.toml\n[[vendor]]\nid = \"a\"\ncuntry = \"JP\"$0\n",
            expect![[r#"
                K0513 Information 2 `"a"` 1 attribute(s) of `vendor` that rules read have no value in any record: country (1 rule(s))
                K0502 Error 3 `cuntry` `vendor` has no attribute `cuntry`"#]],
        );
    }
}
