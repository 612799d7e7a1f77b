//! Questions to the people who can answer them: for each respondent what is not known and decides something, most decisive first,
//! with the reason why it is asked, and a letter to go with them. What comes back is read by [`crate::answers`].

mod hints;
mod json;
mod key;
mod letter;
mod markdown;
mod outline;
mod respondents;
mod xlsx;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kijun_engine::assessment::{FactRef, Finding, Reason, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Requirement, Weight};
use kijun_text::{Label, Lang, nearest};

use crate::fact_json::{question, role_of};
use crate::report::{ReportContext, View};
use crate::wording::rule_mark;

pub use json::{InquiryJson, inquiry_json};
pub(crate) use key::Key;
pub use markdown::respondent_markdown;
pub use outline::inquiry_outline;
pub use respondents::Respondent;
pub use xlsx::respondent_xlsx;
pub(crate) use xlsx::{ABOUT_SHEET, HEADS, Head, TOP, Top};

/// All questions of a facility on a day, by respondent: who can settle most comes first.
pub struct Inquiry<'a> {
    pub(crate) view: View<'a>,
    pub respondents: Vec<Respondent>,
    pub(crate) questions: Vec<Vec<Asked<'a>>>,
    /// By when an answer is wanted; days since 1970-01-01.
    pub(crate) reply_by: Option<i32>,
}

/// One question.
pub(crate) struct Asked<'a> {
    pub(crate) key: Key,
    pub(crate) fact: FactRef,
    /// What is asked about: `契約 クラウドPACS（pacs-2025）`.
    pub(crate) about: String,
    pub(crate) text: Label,
    /// The findings that wait for it, each requirement and subject once, in catalogue order.
    pub(crate) waits: Vec<Wait<'a>>,
}

/// What waits for an answer.
pub(crate) struct Wait<'a> {
    pub(crate) requirement: &'a Requirement,
    pub(crate) subject: SubjectRef,
    pub(crate) weight: Weight,
    /// No other fact is missing for it.
    pub(crate) alone: bool,
    /// The grade of evidence that it asks for (a code of the enum `grade`), where what is declared does not do.
    pub(crate) grade: Option<u32>,
}

impl Asked<'_> {
    /// How much waits for it, by weight: of the heaviest first what waits for nothing else, then all.
    fn decisiveness(&self) -> [usize; 6] {
        let rank = |weight| match weight {
            Weight::Must => 0,
            Weight::Should => 1,
            Weight::Notice | Weight::Information => 2,
        };
        let mut out = [0; 6];
        for wait in &self.waits {
            let at = 2 * rank(wait.weight);
            let counted = if wait.alone { at..at + 2 } else { at + 1..at + 2 };
            out.get_mut(counted).into_iter().flatten().for_each(|n| *n += 1);
        }
        out
    }

    pub(crate) fn is_must(&self) -> bool {
        self.waits.iter().any(|w| w.weight == Weight::Must)
    }

    /// The requirements that wait for it, each once.
    pub(crate) fn requirements(&self) -> Vec<&Wait<'_>> {
        let mut out: Vec<&Wait<'_>> = Vec::new();
        for wait in &self.waits {
            match out.iter_mut().find(|w| w.requirement.id == wait.requirement.id) {
                Some(known) if wait.alone && !known.alone => *known = wait,
                Some(_) => {}
                None => out.push(wait),
            }
        }
        out
    }
}

impl<'a> Inquiry<'a> {
    pub fn new(context: &'a ReportContext<'a>, reply_by: Option<i32>) -> Inquiry<'a> {
        let view = View::new(context);
        let asked = asked(&view);
        let mut by_respondent: BTreeMap<Respondent, Vec<Asked<'a>>> = BTreeMap::new();
        for one in asked {
            by_respondent.entry(respondents::of(&view, &one)).or_default().push(one);
        }
        let mut all: Vec<(Respondent, Vec<Asked<'a>>)> = by_respondent.into_iter().collect();
        for (_, questions) in &mut all {
            questions.sort_by_key(|q| Reverse(q.decisiveness()));
        }
        let weight = |questions: &[Asked<'_>]| {
            let total =
                |i: usize| questions.iter().filter_map(|q| q.decisiveness().get(i).copied()).sum::<usize>();
            [total(1), total(3), total(5)]
        };
        // Respondents are in the order of their keys; the sort keeps it among equals.
        all.sort_by_key(|(who, questions)| (who.role.is_none(), Reverse(weight(questions))));
        let (respondents, questions) = all.into_iter().unzip();
        Inquiry { view, respondents, questions, reply_by }
    }

    /// Keeps those who are meant: by key, by role, or by name.
    ///
    /// # Errors
    /// A message and what to do, when nobody is meant.
    pub fn keep(&mut self, wanted: &[String]) -> Result<(), (Label, Label)> {
        if wanted.is_empty() {
            return Ok(());
        }
        let is_meant = |who: &Respondent, wanted: &str| {
            who.key == wanted || who.name == wanted || who.role.as_deref() == Some(wanted)
        };
        for wanted in wanted {
            if !self.respondents.iter().any(|who| is_meant(who, wanted)) {
                return Err(self.nobody(wanted));
            }
        }
        let kept: Vec<bool> =
            self.respondents.iter().map(|who| wanted.iter().any(|w| is_meant(who, w))).collect();
        let mut keep = kept.iter();
        self.respondents.retain(|_| keep.next().is_some_and(|k| *k));
        let mut keep = kept.iter();
        self.questions.retain(|_| keep.next().is_some_and(|k| *k));
        Ok(())
    }

    fn nobody(&self, wanted: &str) -> (Label, Label) {
        let message = Label::new(
            format!("`{wanted}` に尋ねることはありません"),
            format!("there is nothing to ask of `{wanted}`"),
        );
        let names = self.respondents.iter().flat_map(|who| [who.key.as_str(), who.name.as_str()]);
        let help = match nearest(wanted, names) {
            Some(near) => Label::new(format!("もしかして: `{near}`"), format!("did you mean `{near}`?")),
            None => Label::new(
                "`kijun ask` だけで実行すると、尋ねる相手の一覧が表示されます",
                "`kijun ask` alone lists whom there is to ask",
            ),
        };
        (message, help)
    }

    /// How many questions there are for the respondent at this place.
    pub fn count(&self, respondent: usize) -> usize {
        self.asked(respondent).len()
    }

    pub(crate) fn asked(&self, respondent: usize) -> &[Asked<'a>] {
        self.questions.get(respondent).map_or(&[], Vec::as_slice)
    }
}

/// Every fact that an undecided finding misses, once; an attestation once for each subject.
fn asked<'a>(view: &View<'a>) -> Vec<Asked<'a>> {
    let mut places: BTreeMap<(FactRef, Option<SubjectRef>), usize> = BTreeMap::new();
    let mut out: Vec<Asked<'a>> = Vec::new();
    for (requirement, finding) in view.findings().filter(|(r, f)| can_be_settled(view, r, f)) {
        for fact in &finding.missing {
            let is_attestation = matches!(fact, FactRef::Attestation(_));
            let subject = is_attestation.then_some(finding.subject);
            let at = *places.entry((*fact, subject)).or_insert_with(|| {
                out.push(one(view, *fact, finding));
                out.len() - 1
            });
            let wait = Wait {
                requirement,
                subject: finding.subject,
                weight: finding.stake(view.program),
                alone: finding.missing.len() == 1,
                grade: grade_asked(view, finding.rule),
            };
            let Some(question) = out.get_mut(at) else { continue };
            let same = |w: &Wait<'_>| w.requirement.id == requirement.id && w.subject == wait.subject;
            match question.waits.iter_mut().find(|w| same(w)) {
                Some(known) => known.alone |= wait.alone,
                None => question.waits.push(wait),
            }
        }
    }
    out
}

/// An answer counts as what the respondent declares: it settles what is unknown, not what waits for better evidence, and not what
/// a weak mark keeps from being decided. An attestation that has lapsed is asked for again.
fn can_be_settled(view: &View<'_>, requirement: &Requirement, finding: &Finding) -> bool {
    let is_weak = requirement.mark.is_weak() || rule_mark(view.program, finding.rule, view.lang).is_some();
    let is_lapsed = finding.verdict == Verdict::Stale
        && finding.missing.iter().all(|f| matches!(f, FactRef::Attestation(_)));
    let is_open = finding.verdict == Verdict::Unknown || is_lapsed;
    is_open && !is_weak && !matches!(finding.reason, Some(Reason::Grade | Reason::WeakRule))
}

/// The code of `declared` in the enum `grade`.
const DECLARED: u32 = 1;

/// The grade that a rule asks for, where an answer alone does not reach it.
fn grade_asked(view: &View<'_>, rule: RuleRef) -> Option<u32> {
    let asked = match rule {
        RuleRef::Check(i) => view.program.checks.get(i)?.grade,
        RuleRef::Attest(i) => view.program.attests.get(i)?.evidence,
        RuleRef::Combination(_) => None,
    };
    asked.filter(|grade| *grade > DECLARED)
}

fn one<'a>(view: &View<'a>, fact: FactRef, finding: &Finding) -> Asked<'a> {
    let (text, _) = question(view.program, fact);
    let (about, text) = match (fact, finding.rule) {
        (FactRef::Cell { kind, row, .. }, _) => {
            (view.subject(SubjectRef::Record(kind, row)), text.into_owned())
        }
        (FactRef::Register(kind), _) => {
            (view.subject(SubjectRef::Register(kind)), register_question(view, kind))
        }
        // Several attestations may speak for a requirement.
        (FactRef::Attestation(_), RuleRef::Attest(i)) => {
            let own = view.program.attests.get(i).map(|a| a.question.clone());
            (view.subject(finding.subject), own.unwrap_or_else(|| text.into_owned()))
        }
        (FactRef::Attestation(_), _) => (view.subject(finding.subject), text.into_owned()),
    };
    Asked { key: Key::of(view, fact, finding.subject), fact, about, text, waits: Vec::new() }
}

/// Whether everything is listed, with what is listed so far.
fn register_question(view: &View<'_>, kind: kijun_facts::KindId) -> Label {
    let rows = view.store.kind(kind).map_or(0, kijun_facts::KindTable::len);
    let def = view.program.schema.kind(kind);
    let name = |lang| def.map_or("", |k| k.label.or(lang, &k.name)).to_owned();
    let (ja, en) = (name(Lang::Ja), name(Lang::En));
    if rows == 0 {
        return Label::new(
            format!(
                "「{ja}」は1件も記録されていません。該当するものがないことは確かですか。あるときは「いいえ」とし、備考に書いてください"
            ),
            format!(
                "no {en} is recorded: is it certain that there is none? If there is any, answer no and name it in the remark"
            ),
        );
    }
    Label::new(
        format!(
            "「{ja}」は、記録されている {rows} 件で全部ですか。ほかにあるときは「いいえ」とし、備考に書いてください"
        ),
        format!(
            "are the {rows} recorded all there are in the register of {en}? If there are others, answer no and name them in the remark"
        ),
    )
}

/// The role that is asked for a fact, where one is named.
pub(crate) fn role<'p>(view: &View<'p>, asked: &Asked<'_>) -> Option<&'p str> {
    role_of(view.program, view.store, asked.fact)
}
