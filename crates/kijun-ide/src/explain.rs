//! Why a verdict is as it is: of a requirement by its id, or of what stands at a place.

use kijun_engine::Evaluation;
use kijun_engine::assessment::{FactRef, Finding, SubjectRef, Verdict};
use kijun_engine::program::RequirementId;
use kijun_exchange::explain::{ExplainContext, Explanation};
use kijun_exchange::lookup::{Refusal, named_subject};
use kijun_exchange::subject_id;
use kijun_text::{FileId, Label, Lang};

use crate::fact_cursor::{cell_at, reads};
use crate::fact_map::FactCell;
use crate::index::{Def, Space};
use crate::names::Found;
use crate::semantics::Semantics;
use crate::snapshot::Snapshot;

/// What is to be explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// `REQUIREMENT[@SUBJECT]`, or the two apart.
    Id(String, Option<String>),
    Place(FileId, usize),
}

/// An explanation, and what else could be explained at the same place.
#[derive(Debug, Clone)]
pub struct Explained {
    pub explanation: Explanation,
    /// The subject that was explained, if only one was.
    pub subject: Option<String>,
    pub beside: Vec<Beside>,
}

/// Another verdict that rests on the same fact, or another requirement of the same rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub id: String,
    pub subject: Option<String>,
    pub verdict: Option<Verdict>,
}

/// At most so many are named beside.
const MOST_BESIDE: usize = 20;

/// Why.
///
/// # Errors
/// When nothing is meant, or nothing is evaluated.
pub fn explain(snapshot: &Snapshot, asked: &Asked, lang: Lang) -> Result<Explained, Refusal> {
    let semantics = &snapshot.semantics;
    let program = semantics.program();
    let (id, subject, beside) = match asked {
        Asked::Id(what, subject) => {
            let (id, own) = named_subject(program, what)?;
            (id, subject.clone().or_else(|| own.map(str::to_owned)), Vec::new())
        }
        Asked::Place(file, offset) => {
            let mut found = at(snapshot, *file, *offset).into_iter();
            let (id, subject) = found.next().ok_or_else(nothing_here)?;
            let rest = found.take(MOST_BESIDE).map(|(id, subject)| beside(semantics, id, subject));
            (id, subject, rest.collect())
        }
    };
    let assessment = semantics.assessment.as_ref().ok_or_else(not_evaluated)?;
    let evaluation = Evaluation::new(program, &semantics.facts.store, semantics.choices.today);
    let sources = semantics.sources();
    let context = ExplainContext {
        program,
        store: &semantics.facts.store,
        sources: &sources,
        evaluation: &evaluation,
        assessment,
        facility: &semantics.choices.about.facility,
        tracked: &semantics.compiled.tracked,
        lang,
    };
    let explanation = kijun_exchange::explain::explain(&context, id, subject.as_deref())?;
    Ok(Explained { explanation, subject, beside })
}

/// That packs with errors say nothing.
pub(crate) fn not_evaluated() -> Refusal {
    (
        Label::new(
            "パックに誤りがあるので、何も評価していません",
            "the packs have errors, so nothing is evaluated",
        ),
        Label::new(
            "先に、診断に出ている誤りを直してください",
            "put right the errors among the diagnostics first",
        ),
    )
}

fn nothing_here() -> Refusal {
    (
        Label::new("ここには説明できる判定がありません", "no verdict can be explained here"),
        Label::new(
            "要求事項・検査・確認の名前か、事実の値の上で実行してください",
            "ask on a requirement, a check, an attestation, or a value of the facts",
        ),
    )
}

/// A verdict by its requirement and the id of its subject.
type Wanted = (RequirementId, Option<String>);

fn beside(semantics: &Semantics, id: RequirementId, subject: Option<String>) -> Beside {
    let name = semantics.program().requirement(id).map(|r| r.id.clone()).unwrap_or_default();
    let findings = semantics.assessment.iter().flat_map(|a| &a.findings);
    let is_it = |f: &&Finding| f.requirement == id && subject_of(semantics, f.subject) == subject;
    let verdict = match subject {
        Some(_) => findings.into_iter().find(is_it).map(|f| f.verdict),
        None => semantics.verdict(id),
    };
    Beside { id: name, subject, verdict }
}

fn subject_of(semantics: &Semantics, subject: SubjectRef) -> Option<String> {
    let facility = &semantics.choices.about.facility;
    subject_id(&semantics.facts.store, facility, subject).map(str::to_owned)
}

/// The verdicts that a place is about, the one that is most likely meant first.
fn at(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Wanted> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    if doc.is_facts() {
        return cell_at(snapshot, file, offset)
            .map(|(_, cell)| of_cell(&snapshot.semantics, cell))
            .unwrap_or_default();
    }
    let index = doc.index();
    let found: Vec<Found<'_>> = match index.mention_at(offset) {
        Some(mention) => snapshot.names().resolve(mention),
        None => index.def_at(offset).map(|def| Found { file, def }).into_iter().collect(),
    };
    let mut out: Vec<Wanted> = found.iter().flat_map(|f| of_def(&snapshot.semantics, f.def)).collect();
    if out.is_empty() {
        // Somewhere else in a declaration: what that is about.
        let around = index.defs.iter().filter(|d| d.full.contains(&offset));
        out = around.flat_map(|d| of_def(&snapshot.semantics, d)).collect();
    }
    out
}

/// The items that a declaration is, or is for.
fn of_def(semantics: &Semantics, def: &Def) -> Vec<Wanted> {
    let ids = match def.space {
        Space::Section | Space::Requirement => def.item.as_slice(),
        Space::Check | Space::Attest | Space::Satisfy => &def.items,
        _ => &[],
    };
    ids.iter().filter_map(|id| Some((semantics.item(id)?, None))).collect()
}

/// The verdicts that rest on a value, or wait for it, the worst first; else what reads it and is content with it.
fn of_cell(semantics: &Semantics, cell: FactCell) -> Vec<Wanted> {
    let is_it = |fact: &FactRef| match fact {
        FactRef::Cell { kind, row, attr } => {
            (*kind, *row) == (cell.kind, cell.row) && cell.attr.is_none_or(|own| own == *attr)
        }
        _ => false,
    };
    let record = SubjectRef::Record(cell.kind, cell.row);
    let touches = |f: &&Finding| {
        f.because.iter().any(|u| is_it(&u.fact))
            || f.missing.iter().any(is_it)
            || (cell.attr.is_none() && f.subject == record)
    };
    let mut findings: Vec<&Finding> =
        semantics.assessment.iter().flat_map(|a| &a.findings).filter(touches).collect();
    findings.sort_by_key(|f| (f.verdict, f.subject != record));
    let mut out: Vec<Wanted> = Vec::new();
    for finding in findings {
        let wanted = (finding.requirement, subject_of(semantics, finding.subject));
        if !out.contains(&wanted) {
            out.push(wanted);
        }
    }
    if out.is_empty() {
        out = content(semantics, cell, record);
    }
    out
}

/// The requirements whose checks have the record as a subject and read the value.
fn content(semantics: &Semantics, cell: FactCell, record: SubjectRef) -> Vec<Wanted> {
    let subject = subject_of(semantics, record);
    let concerns = |c: &kijun_engine::program::Check| {
        let reads_it = |attr| {
            let own = |e: &kijun_engine::program::Expr| reads(e, cell.kind, attr);
            c.condition.iter().any(own) || c.requires.iter().any(|r| own(&r.condition))
        };
        c.subject.is_some_and(|s| s.kind == cell.kind) && cell.attr.is_none_or(reads_it)
    };
    let checks = semantics.program().checks.iter().filter(|c| concerns(c));
    let evaluated = checks.flat_map(|c| &c.requirements).filter(|id| semantics.verdict(**id).is_some());
    evaluated.map(|id| (*id, subject.clone())).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use kijun_exchange::explain::explanation_markdown;

    use super::*;
    use crate::testing::{NORMS, fixture};

    const RULES: &str = "\
check clauses for mhlw:8.1 {
  each c: contract
  require penalty in c.clauses ja \"罰則がありません\" en \"no penalty clause\"
}
check home for mhlw:8.2 { each c: contract require c.vendor.country == JP }
";

    fn ask(facts: &str, asked: impl Fn(crate::testing::Place) -> Asked, lang: Lang) -> String {
        let (snapshot, place) = fixture(&format!("{NORMS}{RULES}{facts}"));
        let found = match explain(&snapshot, &asked(place), lang) {
            Ok(found) => found,
            Err((message, help)) => return format!("{}: {}", message.get(lang), help.get(lang)),
        };
        let place = |span: kijun_text::Span| {
            let range = snapshot.now(span).unwrap();
            crate::testing::show(&snapshot, &crate::snapshot::Target::new(span.file, range))
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        let mut out = explanation_markdown(&found.explanation, &place);
        for other in found.beside {
            let verdict = other.verdict.map_or("-", Verdict::name);
            out.push_str(&format!("beside: {} {:?} {verdict}\n", other.id, other.subject));
        }
        out
    }

    fn at_place(facts: &str, expected: Expect) {
        let found = ask(facts, |p| Asked::Place(p.file, p.offset), Lang::En);
        expected.assert_eq(&found);
    }

    fn by_id(what: &str, subject: Option<&str>, expected: Expect) {
        let facts = "//- /facts/contract.csv\nid,vendor,clauses\nc1,a,守秘義務\nc2,a,罰則\n//- /facts/vendor.csv\nid,country\na,\n";
        let asked = |_| Asked::Id(what.to_owned(), subject.map(str::to_owned));
        expected.assert_eq(&ask(facts, asked, Lang::Ja));
    }

    #[test]
    fn a_value_is_explained_by_the_verdict_that_rests_on_it() {
        at_place(
            "//- /facts/contract.csv\nid,vendor,clauses\nc1,a,守秘$0義務\n//- /facts/vendor.csv\nid,country\na,JP\n",
            expect![[r#"
                ## mhlw:8.1 [4.2] A contract with its clauses

                must, printed · source: 8.1 C · /main.kijun:7 `mhlw:8.1`

                verdict: **violated**

                ### c1 — violated

                rule `clauses` · /main.kijun:16 `check clauses for mhlw:8.1 {

                > no penalty clause

                #### proof (the parts that decide)

                - **false** `penalty in c.clauses`
                  - `contract.c1.clauses` (条項) = { secrecy } · /facts/contract.csv:2 `守秘義務`

                #### repairs (any one of them would satisfy it)

                1. add penalty to contract c1 clauses
            "#]],
        );
    }

    #[test]
    fn a_value_that_is_in_order_is_explained_by_what_reads_it() {
        at_place(
            "//- /facts/contract.csv\nid,vendor,clauses\nc2,a,罰$0則\n//- /facts/vendor.csv\nid,country\na,JP\n",
            expect![[r#"
                ## mhlw:8.1 [4.2] A contract with its clauses

                must, printed · source: 8.1 C · /main.kijun:7 `mhlw:8.1`

                verdict: **satisfied**

                ### c2 — satisfied

                rule `clauses` · /main.kijun:16 `check clauses for mhlw:8.1 {

                #### proof (the parts that decide)

                - **true** `penalty in c.clauses`
                  - `contract.c2.clauses` (条項) = { penalty } · /facts/contract.csv:2 `罰則`
            "#]],
        );
    }

    #[test]
    fn an_id_names_a_requirement_and_a_subject() {
        by_id(
            "mhlw:8.2@c1",
            None,
            expect![[r#"
            ## mhlw:8.2 [4.2] 国内の事業者

            必須・当方の読み · /main.kijun:8 `mhlw:8.2`

            判定: **未確認**

            ### c1 — 未確認

            規則 `home` · /main.kijun:20 `check home for mhlw:8.2 { each c: contract require c.vendor.country == JP }`

            > 「国内の事業者」を判定する事実が足りません

            #### 証明（決め手になった部分）

            - **不明** `c.vendor.country == JP`
              - `contract.c1.vendor` (事業者) = a · /facts/contract.csv:2 `a`
              - `vendor.a.country` (所在国) = 未確認 · /facts/vendor.csv:2 `a`

            #### 足りない事実

            - `vendor.a.country` — 所在国はどこですか (購買・契約担当者)
        "#]],
        );
        by_id("mhlw:8.2", Some("c3"), expect!["`mhlw:8.2` に対象 `c3` の判定はありません: 対象: c1, c2"]);
        by_id("mhlw:8.22", None, expect!["要求事項 `mhlw:8.22` はありません: もしかして: `mhlw:8.2`"]);
    }

    #[test]
    fn a_record_names_what_is_said_of_it_and_a_rule_its_requirement() {
        at_place(
            "//- /facts/contract.csv\nid,vendor,clauses\nc$01,b,守秘義務\n//- /facts/vendor.csv\nid,country\nb,US\n",
            expect![[r###"
                ## mhlw:8.1 [4.2] A contract with its clauses

                must, printed · source: 8.1 C · /main.kijun:7 `mhlw:8.1`

                verdict: **violated**

                ### c1 — violated

                rule `clauses` · /main.kijun:16 `check clauses for mhlw:8.1 {

                > no penalty clause

                #### proof (the parts that decide)

                - **false** `penalty in c.clauses`
                  - `contract.c1.clauses` (条項) = { secrecy } · /facts/contract.csv:2 `守秘義務`

                #### repairs (any one of them would satisfy it)

                1. add penalty to contract c1 clauses
                beside: mhlw:8.2 Some("c1") violated
            "###]],
        );
        at_place(
            "check other for iso:A.1 { require tr$0ue }\n",
            expect![[r#"
            ## iso:A.1 [2022] Supplier management

            must, inferred · /main.kijun:10 `iso:A.1`

            verdict: **satisfied**

            ###  — satisfied

            rule `other` · /main.kijun:21 `check other for iso:A.1 { require true }`

            #### proof (the parts that decide)

            - **true** `true`
        "#]],
        );
        at_place(
            "enum dir$0 \"x\" { a \"a\" }\n",
            expect![
                "no verdict can be explained here: ask on a requirement, a check, an attestation, or a value of the facts"
            ],
        );
    }
}
