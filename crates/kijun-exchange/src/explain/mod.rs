//! Why a verdict is as it is: plain data in one language, with the place of every fact and rule. A terminal, Markdown and an
//! editor each make their own of it; the tests stand where those are.

mod data;
mod markdown;
mod outcome;
mod proof;

pub use data::{Explanation, Fact, Item, Missing, Node, Note, Other, Outcome, Repair, Stated, Step, Value};
pub use markdown::explanation_markdown;

use kijun_engine::assessment::{Assessment, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Program, Requirement, RequirementId, Scope};
use kijun_engine::{Evaluation, Proof};
use kijun_facts::Store;
use kijun_text::{Label, Lang, Sources, nearest};

use crate::lookup::Refusal;
use crate::names::{rule_name, subject_id};
use crate::wording::tags;

/// How many subjects are explained when none is named.
const MAX_SUBJECTS: usize = 5;

/// What an explanation is drawn from.
#[derive(Clone, Copy)]
pub struct ExplainContext<'a> {
    pub program: &'a Program,
    pub store: &'a Store,
    /// In which rules have their text.
    pub sources: &'a Sources,
    pub evaluation: &'a Evaluation<'a>,
    pub assessment: &'a Assessment,
    pub facility: &'a str,
    /// Catalogues that are tracked, not evaluated.
    pub tracked: &'a [usize],
    pub lang: Lang,
}

/// Why a requirement has its verdict: on one subject, or on the worst of them.
///
/// # Errors
/// When it has no verdict on that subject.
pub fn explain(
    context: &ExplainContext<'_>,
    id: RequirementId,
    subject: Option<&str>,
) -> Result<Explanation, Refusal> {
    let Some(r) = context.program.requirement(id) else {
        return Err(crate::lookup::unknown_item(context.program, ""));
    };
    let mut out = context.head(r, id);
    let outcomes = context.evaluation.outcomes_of(id);
    let has_verdicts = !outcomes.is_empty();
    let named = |s: SubjectRef| subject_id(context.store, context.facility, s);
    if let Some(wanted) = subject
        && !outcomes.iter().any(|(_, s, _)| named(*s) == Some(wanted))
    {
        return Err(no_verdict(&r.id, wanted, outcomes.iter().filter_map(|(_, s, _)| named(*s))));
    }
    let mut chosen: Vec<(RuleRef, SubjectRef, Verdict)> =
        outcomes.into_iter().filter(|(_, s, _)| subject.is_none_or(|w| named(*s) == Some(w))).collect();
    let mut others = Vec::new();
    if subject.is_none() {
        chosen.sort_by_key(|(_, _, v)| *v);
        others = chosen.split_off(chosen.len().min(MAX_SUBJECTS));
    }
    out.outcomes = chosen.iter().map(|(rule, s, v)| context.outcome(id, *rule, *s, *v)).collect();
    let other = |(rule, subject, verdict): (RuleRef, SubjectRef, Verdict)| Other {
        subject: context.who(subject),
        id: named(subject).map(str::to_owned),
        rule: rule_name(context.program, rule).to_owned(),
        verdict: context.stated(verdict),
    };
    out.others = others.into_iter().map(other).collect();
    if !has_verdicts && r.withdrawn.is_none() {
        if r.is_section {
            out.below = context.below(id);
        } else {
            out.reasons = context.reasons(r, id);
        }
    }
    Ok(out)
}

impl ExplainContext<'_> {
    /// A proof with its facts, wherever it comes from.
    pub fn proof(&self, proof: &Proof) -> Node {
        self.node(proof, &mut Vec::new())
    }

    pub(crate) fn say<'t>(&self, ja: &'t str, en: &'t str) -> &'t str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn stated(&self, verdict: Verdict) -> Stated {
        Stated { verdict, label: verdict.label().get(self.lang).to_owned(), reason: String::new() }
    }

    /// What a subject is called.
    fn who(&self, subject: SubjectRef) -> String {
        match subject {
            SubjectRef::Register(_) => self.say("台帳全体", "the register").to_owned(),
            _ => subject_id(self.store, self.facility, subject).unwrap_or("").to_owned(),
        }
    }

    fn head(&self, r: &Requirement, id: RequirementId) -> Explanation {
        let item = |id: &RequirementId| self.program.requirement(*id).map(|r| self.item(r, None));
        Explanation {
            requirement: id,
            id: r.id.clone(),
            edition: self.program.catalogs.get(r.catalog).map(|c| c.edition.clone()).unwrap_or_default(),
            title: r.title.get(self.lang).to_owned(),
            tags: tags(r, true, self.lang),
            source: r.source.clone(),
            place: r.span,
            verdict: self.verdict_of(id),
            withdrawn: r.withdrawn.as_ref().map(|into| into.iter().filter_map(item).collect()),
            outcomes: Vec::new(),
            others: Vec::new(),
            reasons: Vec::new(),
            below: Vec::new(),
            lang: self.lang,
        }
    }

    fn verdict_of(&self, id: RequirementId) -> Option<Stated> {
        let result = self.assessment.requirements.iter().find(|x| x.requirement == id)?;
        Some(Stated { reason: result.reason.get(self.lang).to_owned(), ..self.stated(result.verdict) })
    }

    fn item(&self, r: &Requirement, verdict: Option<Stated>) -> Item {
        Item { id: r.id.clone(), title: r.title.get(self.lang).to_owned(), place: r.span, verdict }
    }

    /// Why no rule says anything of a requirement.
    fn reasons(&self, r: &Requirement, id: RequirementId) -> Vec<String> {
        let program = self.program;
        let has_rule = program.checks.iter().any(|c| c.requirements.contains(&id))
            || program.attests.iter().any(|a| a.requirement == id)
            || program.combinations.iter().any(|c| c.requirement == id);
        let mut why = Vec::new();
        match &r.scope {
            Scope::Out if self.tracked.contains(&r.catalog) => why.push(self.say(
                "この規範は見守るだけで、判定の対象ではありません",
                "this catalogue is tracked, not evaluated",
            )),
            Scope::Out => {
                why.push(self.say("プロファイルの対象ではありません", "the profile does not include it"))
            }
            _ => {}
        }
        if !r.text_included {
            why.push(self.say(
                "本文が収録されていないので、評価しません",
                "its text is not included, so it is not evaluated",
            ));
        } else if !has_rule {
            why.push(self.say(
                "この項目を判定する規則がありません。適合とは数えません",
                "nothing checks this requirement; that is not a pass",
            ));
        }
        why.into_iter().map(str::to_owned).collect()
    }

    /// What stands directly below a section, with its verdicts.
    fn below(&self, section: RequirementId) -> Vec<Item> {
        let all = self.program.requirements.iter().enumerate();
        let own = all.filter(|(_, r)| r.parent == Some(section));
        own.map(|(i, r)| self.item(r, self.verdict_of(RequirementId(i as u32)))).collect()
    }
}

fn no_verdict<'s>(id: &str, wanted: &str, subjects: impl Iterator<Item = &'s str>) -> Refusal {
    let ids: Vec<&str> = subjects.collect();
    let message = Label::new(
        format!("`{id}` に対象 `{wanted}` の判定はありません"),
        format!("`{id}` has no verdict on `{wanted}`"),
    );
    let list = ids.iter().take(8).copied().collect::<Vec<_>>().join(", ");
    let help = match nearest(wanted, ids.iter().copied()) {
        Some(s) => Label::new(format!("もしかして: `{s}`"), format!("did you mean `{s}`?")),
        None => Label::new(format!("対象: {list}"), format!("subjects: {list}")),
    };
    (message, help)
}
