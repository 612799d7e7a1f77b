//! Verdicts where they come from: a violation on the cell that decides it, what is unknown on the record that lacks a fact.

use std::collections::BTreeMap;
use std::ops::Range;

use kijun_engine::assessment::{FactRef, Finding, Remark};
use kijun_engine::program::Weight;
use kijun_text::{FileId, Label, Lang, Span};

use crate::diagnostics::{Issue, Level, Related};
use crate::semantics::Semantics;
use crate::snapshot::Snapshot;

/// What the assessment says of the facts in a file.
pub(crate) fn issues(snapshot: &Snapshot, file: FileId) -> Vec<Issue> {
    let semantics = &snapshot.semantics;
    let placed = semantics.findings().in_file(file).iter();
    let mut out: Vec<Issue> =
        placed.filter_map(|(span, i)| decided(snapshot, *span, semantics.finding(*i)?)).collect();
    out.extend(missing(snapshot, file));
    out.extend(waivers(snapshot, file));
    out
}

fn requirement_of<'s>(semantics: &'s Semantics, finding: &Finding) -> (&'s str, Label) {
    let found = semantics.program().requirement(finding.requirement);
    found.map_or(("", Label::default()), |r| (r.id.as_str(), r.title.clone()))
}

/// A finding at its place.
fn decided(snapshot: &Snapshot, main: Span, finding: &Finding) -> Option<Issue> {
    let semantics = &snapshot.semantics;
    let stated = finding.because.iter().filter(|u| u.origin != Span::default()).map(|u| (u.origin, &u.fact));
    let range = snapshot.now(main)?;
    let mut related: Vec<Related> = stated
        .filter(|(span, _)| *span != main)
        .filter_map(|(span, fact)| {
            Some(Related { file: span.file, range: snapshot.now(span)?, text: fact_label(semantics, *fact) })
        })
        .collect();
    if let Some(range) = snapshot.now(finding.rule_span) {
        let rule = finding.rule.name(semantics.program());
        let text = Label::new(format!("規則 `{rule}`"), format!("the rule `{rule}`"));
        related.push(Related { file: finding.rule_span.file, range, text });
    }
    let (id, title) = requirement_of(semantics, finding);
    let verdict = finding.verdict.label();
    let said = |text: &str, title: &str| if text.is_empty() { title.to_owned() } else { text.to_owned() };
    let message = Label::new(
        format!("{id} {}: {}", verdict.ja, said(&finding.message.ja, &title.ja)),
        format!("{id} {}: {}", verdict.en, said(&finding.message.en, title.or(Lang::En, ""))),
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
                format!("{id} の {}", label.or(Lang::Ja, name)),
                format!("{} of {id}", label.or(Lang::En, name)),
            )
        }
        FactRef::Register(kind) => schema.kind(kind).map(|k| k.label.clone()).unwrap_or_default(),
        FactRef::Attestation(item) => {
            let id = semantics.program().requirement(item).map_or("", |r| r.id.as_str());
            Label::new(format!("{id} の確認記録"), format!("an attestation for {id}"))
        }
    }
}

/// The bytes of a place, the attributes that are missing there, and the items that wait for them.
type Missing = (Range<usize>, Vec<Label>, Vec<String>);

/// What is unknown: on the cell where that is stated, else on the record.
fn missing(snapshot: &Snapshot, file: FileId) -> Vec<Issue> {
    let semantics = &snapshot.semantics;
    let program = semantics.program();
    let mut by_place: BTreeMap<(usize, usize), Missing> = BTreeMap::new();
    for (span, lack) in semantics.findings().lacks(file) {
        let attribute = program.schema.attribute(lack.kind, lack.attr);
        let (Some(range), Some(attribute)) = (snapshot.now(*span), attribute) else { continue };
        let (_, names, waiting) =
            by_place.entry((range.start, range.end)).or_insert((range, Vec::new(), Vec::new()));
        names.push(Label::new(
            attribute.label.or(Lang::Ja, &attribute.name),
            attribute.label.or(Lang::En, &attribute.name),
        ));
        waiting.extend(lack.waiting.iter().filter_map(|id| program.requirement(*id)).map(|r| r.id.clone()));
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

/// What is to be said of waivers: one that lacks something excuses nothing, and nobody would notice.
fn waivers(snapshot: &Snapshot, file: FileId) -> Vec<Issue> {
    let semantics = &snapshot.semantics;
    let kind = semantics.program().builtins.waiver;
    let Some(table) = semantics.facts.store.kind(kind) else { return Vec::new() };
    let issue = |remark: &Remark| {
        let (row, code, ja, en) = match remark {
            Remark::RegisterNotAttested(_) => return None,
            Remark::WaiverUnused(row) => {
                (row, "waiver_unused", "どの不適合にも当たりません", "applies to no violation")
            }
            Remark::WaiverExpired(row) => (row, "waiver_expired", "期限が過ぎています", "has expired"),
            Remark::WaiverIncomplete(row) => (
                row,
                "waiver_incomplete",
                "承認者・理由・期限・対象のどれかがなく、適用していません",
                "lacks approver, reason, expiry or subject and is not applied",
            ),
        };
        let span = Some(table.place(*row as usize)).filter(|s| s.file == file && *s != Span::default())?;
        let id = semantics.facts.store.id_text(kind, *row as usize);
        let message = Label::new(format!("適用除外 `{id}`: {ja}"), format!("the waiver `{id}` {en}"));
        Some(Issue::new(code, Level::Warning, snapshot.now(span)?, message))
    };
    semantics.assessment.iter().flat_map(|a| &a.remarks).filter_map(issue).collect()
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
    fn every_format_shows_the_same_at_the_same_places() {
        let others = "//- /facts/vendor.csv\nid,country\na,JP\nb,\n";
        let formats = [
            ("contract.csv", "id,vendor,clauses$0\nc1,a,secrecy\nc2,b,penalty\n"),
            ("contract.tsv", "id\tvendor\tclauses$0\nc1\ta\tsecrecy\nc2\tb\tpenalty\n"),
            (
                "a.toml",
                "[[contract]]\nid = \"c1\"\nvendor = \"a\"\nclauses = \"secrecy\"$0\n[[contract]]\nid = \"c2\"\nvendor = \"b\"\nclauses = \"penalty\"\n",
            ),
            (
                "a.json",
                "{\"contract\": [{\"id\": \"c1\", \"vendor\": \"a\", \"clauses\": \"secrecy\"$0},\n{\"id\": \"c2\", \"vendor\": \"b\", \"clauses\": \"penalty\"}]}\n",
            ),
            (
                "contract.ndjson",
                "{\"id\": \"c1\", \"vendor\": \"a\", \"clauses\": \"secrecy\"$0}\n{\"id\": \"c2\", \"vendor\": \"b\", \"clauses\": \"penalty\"}\n",
            ),
            (
                "a.yaml",
                "contract:\n  - id: c1\n    vendor: a\n    clauses: secrecy$0\n  - id: c2\n    vendor: b\n    clauses: penalty\n",
            ),
        ];
        for (name, text) in formats {
            let (snapshot, place) = fixture(&format!("{NORMS}{RULES}//- /facts/{name}\n{text}{others}"));
            let doc = snapshot.doc(place.file).unwrap();
            let issues = diagnostics(&snapshot, place.file, Wishes::default());
            let line = |i: &crate::diagnostics::Issue| {
                let range = doc.text[i.range.clone()].trim_matches('"').to_owned();
                format!("{} {range}", i.code)
            };
            assert_eq!(issues.iter().map(line).collect::<Vec<_>>(), ["violated secrecy"], "{name}");
            let related = issues[0].related.last().unwrap();
            assert_eq!(
                (related.file, related.text.en.as_str()),
                (kijun_text::FileId(0), "the rule `clauses`")
            );
            let hover =
                crate::hover::hover(&snapshot, place.file, issues[0].range.start, kijun_text::Lang::En);
            let hover = hover.unwrap().markdown;
            assert!(
                hover.contains("**contract.clauses**") && hover.contains("no penalty clause"),
                "{name} {hover}"
            );
        }
    }

    #[test]
    fn what_is_stale_stands_on_its_evidence() {
        let evidence = "{ source = \"x\", valid_until = 2026-01-01 }";
        check(
            &format!(
                "//- /facts/a.toml\n[[contract]]\nid = \"c1\"\nclauses = [\"penalty\"]$0\n_evidence = {evidence}\n"
            ),
            expect![[r#"
                K0513 Information 2 `"c1"` 1 attribute(s) of `contract` that rules read have no value in any record: vendor (1 rule(s))
                unknown Information 2 `"c1"` unknown: 事業者 (needed for mhlw:8.2)
                stale Information 4 `_evidence` mhlw:8.1 stale: the evidence that this rests on has expired"#]],
        );
        check(
            "//- /facts/contract.csv\nid,clauses,有効期限$0\nc1,penalty,2026-01-01\n",
            expect![[r#"
                K0513 Information 2 `c1` 1 attribute(s) of `contract` that rules read have no value in any record: vendor (1 rule(s))
                unknown Information 2 `c1` unknown: 事業者 (needed for mhlw:8.2)
                stale Information 2 `2026-01-01` mhlw:8.1 stale: the evidence that this rests on has expired"#]],
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
