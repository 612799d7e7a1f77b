//! What results, fates and causes are called, in both languages.

use kijun_coverage::{Mappings, SubjectFlip};
use kijun_engine::assessment::{FactRef, RuleRef, SubjectRef};
use kijun_engine::program::{Catalog, Program, RequirementId};
use kijun_text::{Label, Lang, Span};

use super::assessments::{AssessmentDiff, Fate, Why};
use super::attribution::{Attribution, Cause, Step, Undivided};
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
            Why::Workspace => {
                Label::new("作業場所の規則かプロファイル", "the rules or the profile of the workspace")
            }
            Why::Unrecorded => Label::new("結果に記録されないもの", "what an assessment does not record"),
        }
    }
}

impl Cause {
    pub fn label(self) -> Label {
        match self {
            Cause::Facts => Label::new("事実", "facts"),
            Cause::Rules => Label::new("規則", "rules"),
            Cause::Day => Label::new("評価日", "the day"),
            Cause::Unrecorded => Label::new("記録されないもの", "what is not recorded"),
        }
    }
}

/// `facts or rules, then the day`: one of the first, and the second as well.
pub(super) fn by_words(by: &[Step], lang: Lang) -> String {
    let (or, then) = if lang == Lang::Ja { ("か", "と") } else { (" or ", " and ") };
    let step = |s: &Step| {
        let names: Vec<String> = s.iter().map(|c| c.label().get(lang).to_owned()).collect();
        let all = names.join(or);
        match (names.len(), lang) {
            (0 | 1, _) => all,
            (_, Lang::Ja) => format!("{all}（分けられない）"),
            (_, Lang::En) => format!("{all} (cannot be told apart)"),
        }
    };
    by.iter().map(step).collect::<Vec<_>>().join(then)
}

/// How causes were told apart, or why not. Nothing needs to be said where only one thing differs.
pub(super) fn attribution_words(diff: &AssessmentDiff<'_>, lang: Lang) -> Option<String> {
    let say = |ja: String, en: String| Some(if lang == Lang::Ja { ja } else { en });
    let why = match &diff.attribution {
        Attribution::OneInput(_) => return None,
        Attribution::Reevaluated(steps) => return reevaluated(steps, lang),
        Attribution::Undivided(why) => why,
    };
    let names = |list: &[String]| {
        let shown: Vec<String> = list.iter().take(3).map(|n| format!("`{n}`")).collect();
        let (shown, more) =
            (shown.join(if lang == Lang::Ja { "、" } else { ", " }), list.len().saturating_sub(3));
        match (list.is_empty(), more, lang) {
            (true, _, Lang::Ja) => "作業場所の規則、プロファイル、エンジンの版のどれか".to_owned(),
            (true, _, Lang::En) => "its own, its profile, or the version of the engine".to_owned(),
            (_, 0, _) => shown,
            (_, n, Lang::Ja) => format!("{shown} ほか {n} 件"),
            (_, n, Lang::En) => format!("{shown} and {n} more"),
        }
    };
    match why {
        Undivided::NoWorkspace => say(
            "理由を分けるには、どちらかの結果と同じ事実と規則を持つ作業場所を指定する（kijun diff 旧 新 フォルダ）"
                .to_owned(),
            "to tell causes apart, name a workspace that has the facts and rules of one of the two (kijun diff OLD NEW PATH)"
                .to_owned(),
        ),
        Undivided::Unsound => say(
            "作業場所に誤りがあって評価し直せないため、理由は分けていない（kijun check で確かめられる）".to_owned(),
            "the workspace has errors and cannot be evaluated, so causes are not told apart (see kijun check)".to_owned(),
        ),
        Undivided::OtherFacility => say(
            "作業場所は別の施設のものなので、理由は分けていない".to_owned(),
            "the workspace is of another facility, so causes are not told apart".to_owned(),
        ),
        Undivided::Partial => say(
            "一部の指摘だけの結果は評価し直して確かめられないため、理由は分けていない".to_owned(),
            "an assessment that lists some findings only cannot be held against another evaluation, so causes are not told apart"
                .to_owned(),
        ),
        Undivided::OtherRules(list) => say(
            format!("作業場所の規則（{}）がどちらの結果とも違うため、理由は分けていない", names(list)),
            format!("the rules of the workspace ({}) are those of neither assessment, so causes are not told apart", names(list)),
        ),
        Undivided::OtherFacts(list) => say(
            format!("作業場所の事実（{}）がどちらの結果とも違うため、理由は分けていない", names(list)),
            format!("the facts of the workspace ({}) are those of neither assessment, so causes are not told apart", names(list)),
        ),
        Undivided::NotReproduced => say(
            "作業場所を同じ日に評価し直しても同じ結果にならない（記録されないものが違う）ため、理由は分けていない"
                .to_owned(),
            "evaluated on the same day the workspace gives other results (something differs that no assessment records), \
             so causes are not told apart"
                .to_owned(),
        ),
    }
}

fn reevaluated(steps: &[Step], lang: Lang) -> Option<String> {
    let and = if lang == Lang::Ja { "・" } else { " and " };
    let step = |s: &Step| s.iter().map(|c| c.label().get(lang).to_owned()).collect::<Vec<_>>().join(and);
    let order = steps.iter().map(step).collect::<Vec<_>>().join(" → ");
    Some(match lang {
        Lang::Ja => format!(
            "理由は、作業場所を評価し直して分けた。入力を {order} の順に替え、指摘が変わったところを理由としている（その前に\
             替えたものも要ることがある）"
        ),
        Lang::En => format!(
            "causes were told apart by evaluating the workspace again: inputs were changed in the order {order}, and the cause \
             is where a finding changes (what was changed before it may be needed too)"
        ),
    })
}
