//! Verdicts as they stand, what a change made of them, and why they are so.

use std::collections::BTreeMap;

use kijun_engine::Evaluation;
use kijun_engine::assessment::{RequirementResult, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Program, Requirement, RequirementId};
use kijun_engine::{Detail, count_requirements};
use kijun_exchange::lookup::{named_catalogs, named_item};
use kijun_text::{Lang, fold_width};

use super::command::Command;
use super::session::{Refusal, Session};
use super::words::Words;
use crate::commands::explain::explained;

/// So many lines are shown of what is not asked for by name.
const SHOWN: usize = 30;

/// The verdicts at one moment: of requirements, and of rules on subjects.
#[derive(Debug, Default)]
pub(super) struct Standing {
    requirements: BTreeMap<String, Verdict>,
    outcomes: BTreeMap<(String, String, String), Verdict>,
}

impl Standing {
    pub(super) fn new(program: &Program, evaluation: &Evaluation<'_>, facility: &str) -> Standing {
        let mut standing = Standing::default();
        for result in evaluation.assessment_with(Detail::Message).requirements {
            let Some(requirement) = program.requirement(result.requirement).filter(|r| !r.is_section) else {
                continue;
            };
            standing.requirements.insert(requirement.id.clone(), result.verdict);
            for (rule, subject, verdict) in evaluation.outcomes_of(result.requirement) {
                let subject = subject_text(evaluation, facility, subject);
                let key = (requirement.id.clone(), rule.name(program).to_owned(), subject);
                standing.outcomes.insert(key, verdict);
            }
        }
        standing
    }
}

fn subject_text(evaluation: &Evaluation<'_>, facility: &str, subject: SubjectRef) -> String {
    match subject {
        SubjectRef::Facility => facility.to_owned(),
        SubjectRef::Record(kind, row) => evaluation.store().id_text(kind, row as usize).to_owned(),
        SubjectRef::Register(_) => String::new(),
    }
}

/// What came before and what came after.
type Flip<K> = (K, Option<Verdict>, Option<Verdict>);

/// What differs, in the order of the keys.
fn flipped<K: Ord + Clone>(before: &BTreeMap<K, Verdict>, after: &BTreeMap<K, Verdict>) -> Vec<Flip<K>> {
    let mut keys: Vec<&K> = before.keys().chain(after.keys()).collect();
    keys.sort();
    keys.dedup();
    let flip = |key: &K| (key.clone(), before.get(key).copied(), after.get(key).copied());
    keys.into_iter().map(flip).filter(|(_, was, is)| was != is).collect()
}

impl Session {
    /// What became of verdicts since it was last said.
    pub(super) fn flips(&mut self) -> String {
        let program = &self.workspace.compiled.program;
        let now = Standing::new(program, &self.engine.evaluate(), self.workspace.facility());
        let before = std::mem::replace(&mut self.standing, now);
        let whole = flipped(&before.requirements, &self.standing.requirements);
        let parts = flipped(&before.outcomes, &self.standing.outcomes);
        let is_whole = |id: &String| whole.iter().any(|(other, _, _)| other == id);
        let parts: Vec<_> = parts.into_iter().filter(|((id, _, _), _, _)| !is_whole(id)).collect();
        if whole.is_empty() && parts.is_empty() {
            return format!("  {}\n", self.terminal.say("判定は変わりません", "no verdict changes"));
        }
        let mut out = String::new();
        for (id, was, is) in whole.iter().take(SHOWN) {
            let title = program.find_requirement(id).and_then(|r| program.requirement(r));
            let title = title.map_or("", |r| r.title.get(self.terminal.lang));
            out.push_str(&format!("  {id}: {} → {}  {title}\n", self.word(*was), self.word(*is)));
        }
        for ((id, rule, subject), was, is) in parts.iter().take(SHOWN.saturating_sub(whole.len())) {
            let subject =
                if subject.is_empty() { self.terminal.say("台帳全体", "the register") } else { subject };
            out.push_str(&format!("  {id}@{subject}: {} → {}  ({rule})\n", self.word(*was), self.word(*is)));
        }
        out.push_str(&self.more((whole.len() + parts.len()).saturating_sub(SHOWN), ""));
        out
    }

    fn more(&self, left: usize, hint: &str) -> String {
        match (left, self.terminal.lang) {
            (0, _) => String::new(),
            (n, Lang::Ja) => format!("  ほか {n} 件{hint}\n"),
            (n, Lang::En) => format!("  and {n} more{hint}\n"),
        }
    }

    fn word(&self, verdict: Option<Verdict>) -> String {
        verdict.map_or_else(|| "—".to_owned(), |v| v.label().get(self.terminal.lang).to_owned())
    }

    /// The verdicts of a requirement, of a catalogue, or what is not in order.
    pub(super) fn verdicts(&mut self, name: &str) -> Result<String, Refusal> {
        let program = &self.workspace.compiled.program;
        let packs: Vec<_> =
            self.workspace.packs.iter().map(|p| (p.name.as_str(), p.modules.as_slice())).collect();
        let name = fold_width(name);
        if name.is_empty() {
            return Ok(self.open_verdicts());
        }
        if !name.contains(':')
            && let Ok(catalogs) = named_catalogs(program, &packs, &name)
        {
            let results = self.results();
            let of = results.iter().filter(|(r, _)| catalogs.contains(&r.catalog));
            return Ok(of.map(|(r, v)| self.line_of(r, v.verdict)).collect());
        }
        let id = named_item(program, &name)?;
        Ok(self.verdicts_of(id))
    }

    fn results(&mut self) -> Vec<(Requirement, RequirementResult)> {
        let program = &self.workspace.compiled.program;
        let assessment = self.engine.evaluate().assessment_with(Detail::Message);
        let of = |result: RequirementResult| {
            Some((program.requirement(result.requirement).filter(|r| !r.is_section)?.clone(), result))
        };
        assessment.requirements.into_iter().filter_map(of).collect()
    }

    fn line_of(&self, requirement: &Requirement, verdict: Verdict) -> String {
        let label = crate::terminal::pad(verdict.label().get(self.terminal.lang), 14);
        format!("{label}  {}  {}\n", requirement.id, requirement.title.get(self.terminal.lang))
    }

    /// The figures, and what is neither satisfied nor beside the point.
    fn open_verdicts(&mut self) -> String {
        let program = &self.workspace.compiled.program;
        let assessment = self.engine.evaluate().assessment_with(Detail::Message);
        let figures =
            count_requirements(program, &assessment.requirements).into_iter().filter(|(_, n)| *n > 0);
        let figures = figures.map(|(v, n)| format!("{} {n}", v.label().get(self.terminal.lang)));
        let mut out = format!("{}\n", figures.collect::<Vec<_>>().join(self.terminal.say("、", ", ")));
        let is_open =
            |v: Verdict| !matches!(v, Verdict::Satisfied | Verdict::NotApplicable | Verdict::Unverified);
        let mut open: Vec<_> = self.results().into_iter().filter(|(_, r)| is_open(r.verdict)).collect();
        open.sort_by_key(|(_, r)| r.verdict);
        out.extend(open.iter().take(SHOWN).map(|(r, v)| self.line_of(r, v.verdict)));
        let hint = self.terminal.say(" (カタログを指定すると全件)", " (name a catalogue for all of them)");
        out.push_str(&self.more(open.len().saturating_sub(SHOWN), hint));
        out
    }

    fn verdicts_of(&mut self, id: RequirementId) -> String {
        let program = std::sync::Arc::clone(&self.workspace.compiled.program);
        let evaluation = self.engine.evaluate();
        let facility = self.workspace.facility();
        let outcomes: Vec<(RuleRef, String, Verdict)> = evaluation
            .outcomes_of(id)
            .into_iter()
            .map(|(rule, subject, verdict)| (rule, subject_text(&evaluation, facility, subject), verdict))
            .collect();
        let results = self.results();
        let Some(requirement) = program.requirement(id) else { return String::new() };
        let below = |r: &Requirement| {
            let mut at = r.parent;
            while let Some(up) = at {
                if up == id {
                    return true;
                }
                at = program.requirement(up).and_then(|u| u.parent);
            }
            false
        };
        let of = results.iter().filter(|(r, result)| result.requirement == id || below(r));
        let mut out: String = of.map(|(r, v)| self.line_of(r, v.verdict)).collect();
        if out.is_empty() {
            let none = self.terminal.say("判定はありません", "has no verdict");
            out = format!("{}  {none}\n", requirement.id);
        }
        for (rule, subject, verdict) in outcomes {
            let subject =
                if subject.is_empty() { self.terminal.say("台帳全体", "the register") } else { &subject };
            out.push_str(&format!(
                "    {}  {subject}  ({})\n",
                self.word(Some(verdict)),
                rule.name(&program)
            ));
        }
        out
    }

    /// The proof of a verdict.
    pub(super) fn why(&mut self, mut words: Words<'_>) -> Result<String, Refusal> {
        let what = words.word().ok_or_else(|| Session::wrong(Command::Why))?;
        let what = match (words.word().map(|w| w.text).as_deref(), words.word()) {
            (None, _) => what.text,
            (Some("for"), Some(subject)) => format!("{}@{}", what.text, subject.text),
            _ => return Err(Session::wrong(Command::Why)),
        };
        explained(&what, &self.workspace, &self.engine.evaluate(), &self.terminal)
    }
}
