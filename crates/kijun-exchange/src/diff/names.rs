//! What results, fates and causes are called, in both languages.

use kijun_coverage::{Mappings, SubjectFlip};
use kijun_engine::assessment::{FactRef, RuleRef, SubjectRef};
use kijun_engine::program::{Catalog, Program, RequirementId};
use kijun_text::{Label, Lang, Span};

use super::assessments::{Fate, Why};
use super::{EditionsContext, Flips};
use crate::names::{fact_name, subject_id, subject_name};

/// `mhlw@4.2`.
pub(super) fn catalog_id(catalog: Option<&Catalog>) -> String {
    catalog.map(|c| format!("{}@{}", c.alias, c.edition)).unwrap_or_default()
}

pub(super) fn catalog<'a>(context: &EditionsContext<'a>, index: usize) -> Option<&'a Catalog> {
    context.mappings.program.catalogs.get(index)
}

pub(super) fn id<'a>(mappings: &Mappings<'a>, of: RequirementId) -> &'a str {
    mappings.program.requirement(of).map_or("", |r| &r.id)
}

pub(super) fn title<'a>(mappings: &Mappings<'a>, of: RequirementId, lang: Lang) -> &'a str {
    mappings.program.requirement(of).map_or("", |r| r.title.get(lang))
}

pub(super) fn ids(mappings: &Mappings<'_>, of: &[RequirementId]) -> String {
    let names: Vec<&str> = of.iter().map(|i| id(mappings, *i)).collect();
    if names.len() > 1 { format!("{{{}}}", names.join(" ")) } else { names.concat() }
}

/// Where a rule stands: path and line.
pub(super) fn place<'a>(program: &Program, flips: &Flips<'a>, rule: RuleRef) -> (&'a str, u32) {
    let span = match rule {
        RuleRef::Check(i) => program.checks.get(i).map(|c| c.span),
        RuleRef::Attest(i) => program.attests.get(i).map(|a| a.span),
        RuleRef::Combination(i) => program.combinations.get(i).map(|c| c.span),
    };
    let span: Span = span.unwrap_or_default();
    let (line, _) = flips.sources.line_column(span);
    (flips.sources.path(span.file), line)
}

/// Kind and id; no id: the records of the register that are not known.
pub(super) fn subject<'a>(
    program: &'a Program,
    flips: &Flips<'a>,
    of: SubjectRef,
) -> (&'a str, Option<&'a str>) {
    (subject_name(program, of), subject_id(flips.store, flips.facility, of))
}

/// `contract ehr-2025`, or the register of contracts.
pub(super) fn subject_words(program: &Program, flips: &Flips<'_>, flip: &SubjectFlip, lang: Lang) -> String {
    let (kind, own) = subject(program, flips, flip.subject);
    written(kind, own, lang)
}

pub(crate) fn written(kind: &str, id: Option<&str>, lang: Lang) -> String {
    match (id, lang) {
        (Some(id), _) => format!("{kind} {id}"),
        (None, Lang::Ja) => format!("{kind} (台帳)"),
        (None, Lang::En) => format!("{kind} (register)"),
    }
}

pub(super) fn facts(program: &Program, flips: &Flips<'_>, of: &[FactRef]) -> Vec<String> {
    of.iter().map(|f| fact_name(program, flips.store, *f)).collect()
}

impl Fate {
    pub fn label(self) -> Label {
        let (ja, en) = match self {
            Fate::Appeared => ("新しい指摘", "appeared"),
            Fate::NewlyEvaluated => {
                ("新たに評価した要求事項の指摘", "of requirements that were not evaluated before")
            }
            Fate::Changed => ("判定か重さが変わった指摘", "verdict or severity changed"),
            Fate::Resolved => ("解消(対象の数から見て)", "resolved, as far as the counts of subjects show"),
            Fate::StillFound => (
                "同じ対象を別の規則が指摘している(解消ではない)",
                "another rule finds the same subject: not resolved",
            ),
            Fate::OutOfScope => {
                ("評価しなくなった(解消ではない)", "not evaluated any more: not resolved, out of scope")
            }
            Fate::NotApplicable => ("対象外になった(解消ではない)", "not applicable now: not resolved"),
            Fate::Unverified => {
                ("検証しなくなった(解消ではない)", "nothing checks it any more: not resolved")
            }
            Fate::Unlisted => (
                "一方の結果は一部の役割の指摘だけなので不明",
                "not known: one of the assessments lists the findings of one role only",
            ),
            Fate::Gone => (
                "指摘されなくなった(対象や規則がなくなったのかもしれず、解消とは示されていない)",
                "not found any more: its subject or rule may be gone, and nothing shows that it was resolved",
            ),
        };
        Label::new(ja, en)
    }
}

impl Why<'_> {
    pub fn label(&self) -> Label {
        match self {
            Why::Facts(path) => Label::new(format!("事実 {path}"), format!("facts {path}")),
            Why::Pack(name) => Label::new(format!("パック {name}"), format!("pack {name}")),
            Why::Day => Label::new("評価日", "the day"),
            Why::Engine => Label::new("エンジンの版", "the version of the engine"),
            Why::Unrecorded => Label::new(
                "結果に記録されないもの(プロファイル、パラメータ、作業場所の規則)",
                "what an assessment does not record (profile, parameters, rules of the workspace)",
            ),
        }
    }
}
