//! Bidders side by side: the verdict of each requirement on what belongs to each of them, and what is not known as questions to
//! send. There is no score, and no order of merit: who asks decides.
//!
//! To a bidder belong the records that name it, and those that name these: its bids, drafts and certificates, and what is recorded
//! of them. What belongs to several, or to the facility as a whole, concerns all and stands apart.

mod json;
mod outline;
mod xlsx;

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::{FactRef, Finding, SubjectRef, Verdict};
use kijun_engine::program::Requirement;
use kijun_facts::{AttrId, Column, KindId, Type};
use kijun_text::{Label, nearest};

use crate::report::{Question, ReportContext, View};
use crate::wording::verdict_label;

pub use json::{ComparisonJson, comparison_json};
pub use outline::comparison_outline;
pub use xlsx::comparison_xlsx;

/// How far from a bidder a record belongs to it.
const FAR: usize = 2;

/// What is said of one subject.
pub(crate) struct Said {
    pub(crate) subject: SubjectRef,
    pub(crate) verdict: Verdict,
    /// The verdict in words: a notice that fires is no failure.
    pub(crate) word: String,
    /// What was found; empty where nothing was.
    pub(crate) message: String,
}

/// What a requirement says of a bidder: the worst of its subjects, where any is concerned.
pub(crate) struct Standing {
    pub(crate) verdict: Option<Verdict>,
    pub(crate) said: Vec<Said>,
}

impl Standing {
    /// The worst verdict in words; where no subject is concerned, a dash.
    pub(crate) fn word(&self) -> &str {
        let worst = self.said.iter().find(|s| Some(s.verdict) == self.verdict);
        worst.map_or("－", |s| &s.word)
    }
}

pub(crate) struct Compared<'a> {
    pub(crate) requirement: &'a Requirement,
    /// One for each bidder.
    pub(crate) standings: Vec<Standing>,
    /// What concerns all of them.
    pub(crate) common: Standing,
}

pub(crate) struct Bidder<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: String,
    pub(crate) questions: Vec<Question<'a>>,
}

/// Bidders with everything that is said of them.
pub struct Comparison<'a> {
    pub(crate) view: View<'a>,
    pub(crate) bidders: Vec<Bidder<'a>>,
    pub(crate) rows: Vec<Compared<'a>>,
    /// What the facility itself has to find out.
    pub(crate) own_questions: Vec<Question<'a>>,
}

/// Compares the vendors with these ids or names.
///
/// # Errors
/// A message and what to do, when there is no such vendor, or it is the same one twice.
pub fn compare_vendors<'a>(
    context: &'a ReportContext<'a>,
    named: [&str; 2],
) -> Result<Comparison<'a>, (Label, Label)> {
    let view = View::new(context);
    let kind = view.program.schema.kinds.iter().position(|k| k.name == "vendor").ok_or_else(no_vendors)?;
    let kind = KindId(kind as u32);
    let mut rows = Vec::new();
    for name in named {
        let row = find(&view, kind, name)?;
        if rows.contains(&row) {
            return Err((
                Label::new(format!("`{name}` が二度指定されています"), format!("`{name}` is named twice")),
                Label::new("別の二者を指定してください", "name two different vendors"),
            ));
        }
        rows.push(row);
    }
    Ok(compared(view, kind, &rows))
}

fn no_vendors() -> (Label, Label) {
    (
        Label::new(
            "読み込んだパックに、事業者(vendor)の台帳がありません",
            "the packs at hand know no register of vendors (`vendor`)",
        ),
        Label::new("[dependencies] に hospital を加えてください", "add `hospital` to [dependencies]"),
    )
}

fn find(view: &View<'_>, kind: KindId, named: &str) -> Result<u32, (Label, Label)> {
    if let Some(row) = view.store.row(kind, named) {
        return Ok(row);
    }
    let count = view.store.kind(kind).map_or(0, kijun_facts::KindTable::len) as u32;
    let names: Vec<(u32, String)> = (0..count).map(|row| (row, view.record(kind, row))).collect();
    let of: Vec<u32> = names.iter().filter(|(_, name)| name == named).map(|(row, _)| *row).collect();
    if let [row] = of.as_slice() {
        return Ok(*row);
    }
    let message = if of.is_empty() {
        Label::new(format!("事業者 `{named}` はありません"), format!("there is no vendor `{named}`"))
    } else {
        Label::new(
            format!("`{named}` という名前の事業者が {} 件あります", of.len()),
            format!("{} vendors are called `{named}`", of.len()),
        )
    };
    let ids: Vec<&str> = (0..count).map(|row| view.store.id_text(kind, row as usize)).collect();
    let known = ids.iter().copied().chain(names.iter().map(|(_, n)| n.as_str()));
    let help = match nearest(named, known) {
        Some(near) if of.is_empty() => {
            Label::new(format!("`{near}` のことですか"), format!("did you mean `{near}`?"))
        }
        _ => Label::new("台帳の ID を書いてください", "write its id in the register"),
    };
    Err((message, help))
}

fn compared<'a>(view: View<'a>, kind: KindId, rows: &[u32]) -> Comparison<'a> {
    let own: Vec<BTreeSet<(KindId, u32)>> = rows.iter().map(|row| belongings(&view, kind, *row)).collect();
    let owners = |record: (KindId, u32)| -> Vec<usize> {
        (0..own.len()).filter(|i| own.get(*i).is_some_and(|set| set.contains(&record))).collect()
    };
    let owner = |subject: SubjectRef| match subject {
        SubjectRef::Record(kind, row) => match owners((kind, row)).as_slice() {
            [] => None,
            [one] => Some(Some(*one)),
            _ => Some(None),
        },
        SubjectRef::Facility => Some(None),
        SubjectRef::Register(_) => None,
    };
    let mut compared = Vec::new();
    for (requirement, result) in view.results() {
        let mut standings: Vec<Standing> =
            rows.iter().map(|_| Standing { verdict: None, said: Vec::new() }).collect();
        let mut common = Standing { verdict: None, said: Vec::new() };
        let findings: Vec<&Finding> =
            view.context.assessment.findings.iter().filter(|f| f.requirement == result.requirement).collect();
        for (rule, subject, verdict) in view.context.evaluation.outcomes_of(result.requirement) {
            let Some(of) = owner(subject).filter(|_| verdict != Verdict::NotApplicable) else { continue };
            let standing = match of {
                Some(bidder) => standings.get_mut(bidder),
                None => Some(&mut common),
            };
            let Some(standing) = standing else { continue };
            let found = findings.iter().find(|f| f.subject == subject && f.rule == rule);
            let message = found.map_or("", |f| f.message.get(view.lang)).to_owned();
            let word = found.map_or_else(|| verdict.label(), |f| verdict_label(f)).get(view.lang).to_owned();
            standing.verdict = Some(standing.verdict.map_or(verdict, |v| v.min(verdict)));
            standing.said.push(Said { subject, verdict, word, message });
        }
        if standings.iter().any(|s| s.verdict.is_some())
            || common.verdict.is_some_and(|v| v != Verdict::Satisfied)
        {
            compared.push(Compared { requirement, standings, common });
        }
    }
    let (sent, own_questions) = questions(&view, &owner);
    let bidders = rows.iter().zip(sent_to(sent, rows.len())).map(|(row, questions)| Bidder {
        id: view.store.id_text(kind, *row as usize),
        name: view.record(kind, *row),
        questions,
    });
    let bidders = bidders.collect();
    Comparison { bidders, rows: compared, own_questions, view }
}

/// The records that belong to a vendor, itself among them. A vendor that names it, as its subcontractor, does not.
fn belongings(view: &View<'_>, kind: KindId, row: u32) -> BTreeSet<(KindId, u32)> {
    let mut own = BTreeSet::from([(kind, row)]);
    for _ in 0..FAR {
        let before = own.clone();
        for (from, def) in view.program.schema.kinds.iter().enumerate() {
            let from = KindId(from as u32);
            if from == kind {
                continue;
            }
            for (attr, attribute) in (0u32..).map(AttrId).zip(&def.attributes) {
                let Type::Ref(to) = attribute.ty else { continue };
                let Some(Column::Codes(codes)) = view.store.kind(from).and_then(|t| t.column(attr)) else {
                    continue;
                };
                let count = view.store.kind(from).map_or(0, kijun_facts::KindTable::len);
                let naming =
                    codes.iter().zip(0u32..).take(count).filter(|(code, _)| before.contains(&(to, **code)));
                own.extend(naming.map(|(_, row)| (from, row)));
            }
        }
    }
    own
}

/// Questions by whom they are about: of one bidder, by its number, and those of the facility.
fn questions<'a>(
    view: &View<'a>,
    owner: &impl Fn(SubjectRef) -> Option<Option<usize>>,
) -> (Vec<(usize, Question<'a>)>, Vec<Question<'a>>) {
    let (mut sent, mut own) = (Vec::new(), Vec::new());
    let concerned = view.findings().filter(|(_, f)| owner(f.subject).is_some());
    for question in view.questions_of(concerned) {
        let about = match question.fact {
            FactRef::Cell { kind, row, .. } => owner(SubjectRef::Record(kind, row)).flatten(),
            _ => None,
        };
        match about {
            Some(bidder) if is_for_bidder(view, &question) => sent.push((bidder, question)),
            _ => own.push(question),
        }
    }
    (sent, own)
}

/// What a vendor or the contract officer answers; where nobody is named, what is not of a draft, which is the facility's own.
fn is_for_bidder(view: &View<'_>, question: &Question<'_>) -> bool {
    let is_draft = matches!(question.fact, FactRef::Cell { kind, .. }
        if view.program.schema.kind(kind).is_some_and(|k| k.name == "contract"));
    match question.of {
        Some(role) => matches!(role, "vendor" | "purchaser"),
        None => !is_draft,
    }
}

fn sent_to<'a>(sent: Vec<(usize, Question<'a>)>, bidders: usize) -> Vec<Vec<Question<'a>>> {
    let mut by_bidder: BTreeMap<usize, Vec<Question<'a>>> = BTreeMap::new();
    for (bidder, question) in sent {
        by_bidder.entry(bidder).or_default().push(question);
    }
    (0..bidders).map(|i| by_bidder.remove(&i).unwrap_or_default()).collect()
}

impl Comparison<'_> {
    pub(crate) fn no_score(&self) -> &'static str {
        self.view.say(
            "優劣の点数や順位は付けません。認証の数は四点の確認の代わりになりません。未確認は適合とは数えません。",
            "There is no score and no ranking. Certificates do not stand in for what has to be confirmed. What is not decided never counts as satisfied.",
        )
    }

    pub(crate) fn title(&self) -> String {
        let names: Vec<&str> = self.bidders.iter().map(|b| b.name.as_str()).collect();
        let names = names.join(self.view.say("と", " and "));
        match self.view.lang {
            kijun_text::Lang::Ja => format!("{} 事業者の比較: {names}", self.view.facility()),
            kijun_text::Lang::En => format!("{}: {names} compared", self.view.facility()),
        }
    }
}
