//! A plan as lines to read: the steps, what stays open and why, the questions.

use std::collections::BTreeMap;

use kijun_engine::assessment::Verdict;
use kijun_engine::program::Program;
use kijun_text::{Label, Lang};

use super::PlanContext;
use super::reading::{
    ChangeJson, GapJson, OpenJson, PlanJson, RequirementJson, StepJson, TrackedJson, plan_json,
};
use crate::diff::Line;
use crate::diff::names::written;
use crate::diff::outline::Outline;
use crate::outcome_json::OutcomeJson;
use crate::wording::role_name;

pub fn plan_outline(context: &PlanContext<'_>, lang: Lang) -> Vec<Line> {
    let plan = plan_json(context);
    let mut report = Report { plan: &plan, program: context.program, lang, out: Outline::default() };
    report.head();
    plan.steps.iter().for_each(|s| report.step(s));
    report.together();
    report.what_if();
    report.open();
    report.questions();
    report.out.0
}

struct Report<'r, 'a> {
    plan: &'r PlanJson<'a>,
    program: &'r Program,
    lang: Lang,
    out: Outline,
}

impl Report<'_, '_> {
    fn say<'l>(&self, ja: &'l str, en: &'l str) -> &'l str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn pick(&self, ja: String, en: String) -> String {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn head(&mut self) {
        let PlanJson { title, facility, as_of, .. } = self.plan;
        let name = title.or(self.lang, facility).to_owned();
        self.out
            .title(self.pick(format!("{name}: 改善計画（{as_of}）"), format!("{name}: plan as of {as_of}")));
        let s = &self.plan.summary;
        let level = self.level();
        let steps = self.plan.steps.len();
        self.out.text(self.pick(
            format!(
                "{level}の不適合・期限切れ {} 件のうち、{steps} 手（事実の変更 {} 件）で {} 件が適合になります。{} 件は残ります。\
                 分からないことが {} 件あり、答えを決めてかかることはしません",
                s.gaps, s.changes, s.closed, s.open, s.questions
            ),
            format!(
                "of {} {level} findings that are violated or stale, {steps} step(s) with {} change(s) satisfy {}; {} stay open. \
                 {} are undecided for want of facts, and no answer is taken for granted",
                s.gaps, s.changes, s.closed, s.open, s.questions
            ),
        ));
        let how = if s.greedy_parts == 0 {
            self.pick(
                format!(
                    "選び方: 厳密（候補 {} 組。調べた直し方の中で、これより少ない変更では同じだけ解消しません）。{} 回の再評価で確かめました",
                    s.candidates, s.trials
                ),
                format!(
                    "chosen exactly from {} candidate(s): no fewer of the changes looked at close as much; tried by {} evaluation(s)",
                    s.candidates, s.trials
                ),
            )
        } else {
            self.pick(
                format!(
                    "選び方: {} 組は厳密、{} 組は貪欲法（変更は合わせて {} 件。同じものを解消するには少なくとも {} 件要ります）。候補 {} 組、{} 回の再評価で確かめました",
                    s.exact_parts, s.greedy_parts, s.changes, s.changes_at_least, s.candidates, s.trials
                ),
                format!(
                    "chosen exactly in {} part(s) and greedily in {}: {} change(s) in all, at least {} to close the same; {} \
                     candidate(s), tried by {} evaluation(s)",
                    s.exact_parts, s.greedy_parts, s.changes, s.changes_at_least, s.candidates, s.trials
                ),
            )
        };
        self.out.text(how);
        self.out.text(self.say(
            "台帳を書き換えても直りません。実際に行い、行ったとおりに記録してください。どの手を採るかは病院が決めます",
            "changing a register puts nothing right: do it, then record what was done. Which steps to take is for the hospital to decide",
        ));
    }

    fn level(&self) -> &'static str {
        match (self.plan.level, self.lang) {
            ("must", Lang::Ja) => "必須",
            ("should", Lang::Ja) => "推奨以上",
            ("notice", Lang::Ja) => "注意以上",
            ("must", Lang::En) => "must",
            ("should", Lang::En) => "must and should",
            (_, Lang::Ja) => "すべて",
            (_, Lang::En) => "all",
        }
    }

    fn step(&mut self, step: &StepJson<'_>) {
        let gaps = self.plan.summary.gaps;
        self.out.heading(self.pick(
            format!(
                "手 {}（解消 {} 件。ここまでで {} / {gaps}）",
                step.number,
                step.closes.len(),
                step.cumulative
            ),
            format!(
                "step {}: closes {}, in all {} of {gaps}",
                step.number,
                step.closes.len(),
                step.cumulative
            ),
        ));
        step.changes.iter().for_each(|c| self.change(0, c));
        for fix in step.fix.iter().map(|f| f.get(self.lang)).filter(|f| !f.is_empty()) {
            self.out.item(0, self.pick(format!("すること: {fix}"), format!("to do: {fix}")));
        }
        if !step.roles.is_empty() {
            let roles = names(&step.roles, self.lang);
            self.out.item(0, self.pick(format!("担当: {roles}"), format!("responsible: {roles}")));
        }
        if !step.closes.is_empty() {
            let by = by_catalog(step.closes.iter().map(|o| o.requirement));
            self.out.item(0, self.pick(format!("解消する指摘: {by}"), format!("closes: {by}")));
            step.closes.iter().for_each(|o| self.outcome(1, o));
        }
        self.satisfied(0, &step.requirements);
        self.tracked(0, &step.tracked);
        if !step.broken.is_empty() {
            self.out
                .item(0, self.say("約束どおりにならないもの", "promised, and not so when tried").to_owned());
            step.broken.iter().for_each(|o| self.outcome(1, o));
        }
        self.others(&step.other_verdicts);
        self.alternatives(&step.alternatives);
    }

    /// What becomes unknown is counted: a record that is made brings questions with it.
    fn others(&mut self, list: &[OutcomeJson<'_>]) {
        let is_question = |o: &&OutcomeJson<'_>| o.after == Some("unknown");
        let questions = list.iter().filter(is_question).count();
        let rest: Vec<&OutcomeJson<'_>> = list.iter().filter(|o| !is_question(o)).collect();
        if !rest.is_empty() {
            self.out.item(0, self.say("ほかに変わる判定", "other verdicts that change").to_owned());
            rest.into_iter().for_each(|o| self.outcome(1, o));
        }
        if questions > 0 {
            self.out.item(
                0,
                self.pick(
                    format!("これを行うと、新たに確かめることになる判定: {questions} 件（JSON に一つずつ）"),
                    format!("verdicts that become unknown by it, and have to be found out: {questions} (each in JSON)"),
                ),
            );
        }
    }

    fn alternatives(&mut self, list: &[Vec<ChangeJson>]) {
        if list.is_empty() {
            return;
        }
        let text = |changes: &Vec<ChangeJson>| -> String {
            changes.iter().map(|c| c.text.get(self.lang)).collect::<Vec<_>>().join(" + ")
        };
        let all: Vec<String> = list.iter().map(text).collect();
        self.out.item(0, self.say("ほかのやり方（試していません）", "other ways (not tried)").to_owned());
        all.into_iter().for_each(|t| self.out.item(1, t));
    }

    fn change(&mut self, depth: usize, change: &ChangeJson) {
        // A set is told by what joins or leaves it.
        let of_set = matches!(change.change, "add" | "remove");
        let now = change.now.as_ref().filter(|_| !of_set).map(|n| n.get(self.lang)).filter(|n| !n.is_empty());
        let now =
            now.map_or_else(String::new, |n| self.pick(format!("（いま: {n}）"), format!(" (now: {n})")));
        self.out.item(depth, format!("{}{now}", change.text.get(self.lang)));
    }

    fn outcome(&mut self, depth: usize, outcome: &OutcomeJson<'_>) {
        self.out.item(depth, outcome.words(self.lang));
    }

    fn satisfied(&mut self, depth: usize, list: &[RequirementJson<'_>]) {
        let now: Vec<&str> = list.iter().filter(|r| r.after == "satisfied").map(|r| r.id).collect();
        if !now.is_empty() {
            let ids = now.join(", ");
            self.out.item(
                depth,
                self.pick(
                    format!("これで適合になる要求事項: {ids}"),
                    format!("requirements satisfied by it: {ids}"),
                ),
            );
        }
    }

    fn tracked(&mut self, depth: usize, list: &[TrackedJson<'_>]) {
        if list.is_empty() {
            return;
        }
        let all: Vec<String> =
            list.iter().map(|t| format!("{} ({} → {})", t.id, t.before, t.after)).collect();
        let all = all.join(", ");
        self.out.item(
            depth,
            self.pick(
                format!("対応付けを通じて変わる項目（見守る規範）: {all}"),
                format!("through mappings, in tracked catalogues: {all}"),
            ),
        );
    }

    fn together(&mut self) {
        let t = &self.plan.together;
        if self.plan.steps.is_empty() {
            return;
        }
        self.out.heading(self.say("すべて行ったとき", "with all steps"));
        self.out.text(self.pick(
            format!("再評価の結果、{} 件が適合になります", t.closed),
            format!("evaluated again, {} are satisfied", t.closed),
        ));
        self.satisfied(0, &t.requirements);
        self.tracked(0, &t.tracked);
        for (list, ja, en) in [
            (
                &t.broken,
                "一手ずつなら適合になるのに、すべて行うとならないもの",
                "satisfied by a step alone, and not with all",
            ),
            (&t.opened, "新たに不適合になるもの", "newly violated"),
        ] {
            if !list.is_empty() {
                self.out.item(0, self.say(ja, en).to_owned());
                list.iter().for_each(|o| self.outcome(1, o));
            }
        }
    }

    fn what_if(&mut self) {
        let Some(w) = &self.plan.what_if else { return };
        let steps = w.steps.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        self.out.heading(self.pick(format!("手 {steps} を行ったら"), format!("what if: step {steps}")));
        self.out.text(if w.holds {
            self.say("約束した判定がすべて得られます", "every promised verdict holds")
        } else {
            self.say("約束した判定のうち、得られないものがあります", "not every promised verdict holds")
        });
        if !w.broken.is_empty() {
            self.out.item(0, self.say("得られないもの", "not so").to_owned());
            w.broken.iter().for_each(|o| self.outcome(1, o));
        }
        self.out.item(0, self.say("変わる判定（対象ごと）", "verdicts that change, by subject").to_owned());
        w.flips.iter().for_each(|o| self.outcome(1, o));
        if !w.requirements.is_empty() {
            self.out.item(
                0,
                self.say("変わる判定（要求事項）", "verdicts of requirements that change").to_owned(),
            );
        }
        for r in &w.requirements {
            let label = |v: &str| Verdict::from_name(v).map(Verdict::label).unwrap_or_default();
            let (before, after) = (label(r.before), label(r.after));
            let (before, after) = (before.get(self.lang), after.get(self.lang));
            self.out.item(1, format!("{}  {}: {before} → {after}", r.id, r.title.get(self.lang)));
        }
        self.tracked(0, &w.tracked);
    }

    fn open(&mut self) {
        if self.plan.open.is_empty() {
            return;
        }
        let n = self.plan.open.len();
        self.out.heading(self.pick(format!("残るもの（{n} 件）"), format!("what stays open ({n})")));
        for open in &self.plan.open {
            self.gap(&open.gap);
            let why = self.why(open);
            self.out.item(1, why);
            open.facts.iter().for_each(|f| self.out.item(2, f.clone()));
            open.changes.iter().for_each(|c| self.change(2, c));
            open.opens.iter().for_each(|o| self.outcome(2, o));
            let fix = open.gap.fix.get(self.lang);
            if !fix.is_empty() {
                self.out.item(1, self.pick(format!("すること: {fix}"), format!("to do: {fix}")));
            }
        }
    }

    fn gap(&mut self, gap: &GapJson<'_>) {
        let verdict = Verdict::from_name(gap.verdict).map(Verdict::label).unwrap_or_default();
        let subject = written(gap.subject.kind, gap.subject.id.as_deref(), self.lang);
        let (title, verdict) = (gap.title.get(self.lang), verdict.get(self.lang));
        self.out.item(0, format!("{}  {title}  {subject}: {verdict}", gap.requirement));
    }

    fn why(&self, open: &OpenJson<'_>) -> String {
        let (ja, en) = match open.why {
            "question" => (
                "分かっていない事実に左右されます。先に確かめてください",
                "it rests on facts that are not known; find these out first",
            ),
            "not_held" => {
                let label = open.then.and_then(Verdict::from_name).map(Verdict::label).unwrap_or_default();
                let (ja, en) = (label.get(Lang::Ja), label.get(Lang::En));
                return self.pick(
                    format!("次のように変えても適合にはならず、「{ja}」になります"),
                    format!("with these changes it is {en}, not satisfied"),
                );
            }
            "opens" => (
                "次のように変えると適合になりますが、別の不適合が生じます",
                "these changes would satisfy it and violate something else",
            ),
            "identity" => (
                "ほかの記録が何であるか、どこにあるか、いつのことかを書き換えるほかに直し方が見つかりません。それでは直りません。人が判断してください",
                "it would be closed only by rewriting what another record is, where or when; that puts nothing right, and a person has to decide",
            ),
            "excluded" => (
                "ほかの手と両立しないか、変えられないとした事実を変えるしかありません",
                "what would close it goes against other steps, or changes what is said to be fixed",
            ),
            "left_out" => ("数が多いため、調べていません", "not looked at: there are too many"),
            _ if open.changes.is_empty() => (
                "事実をどう変えれば適合になるかを、規則から導けません。人が判断してください",
                "which change of facts would satisfy it does not follow from the rule; a person has to decide",
            ),
            _ => (
                "確かめられない直し方しか見つかりません。人が判断してください",
                "only changes that cannot be tried were found; a person has to decide",
            ),
        };
        self.say(ja, en).to_owned()
    }

    fn questions(&mut self) {
        if self.plan.questions.is_empty() {
            return;
        }
        let n = self.plan.questions.len();
        self.out.heading(self.pick(
            format!("先に確かめること（判定できない指摘 {n} 件）"),
            format!("to find out first ({n} finding(s) that are undecided)"),
        ));
        // One question often leaves many findings undecided.
        let mut by_fact: BTreeMap<&str, (&Label, Option<&str>, Vec<&str>)> = BTreeMap::new();
        for question in &self.plan.questions {
            for missing in &question.missing {
                let entry = by_fact.entry(&missing.fact);
                let (_, _, of) = entry.or_insert((&missing.question, missing.of, Vec::new()));
                if !of.contains(&question.gap.requirement) {
                    of.push(question.gap.requirement);
                }
            }
        }
        let mut all: Vec<_> = by_fact.into_iter().collect();
        all.sort_by_key(|(_, (_, _, of))| std::cmp::Reverse(of.len()));
        for (fact, (question, of, requirements)) in all {
            let of = of.map_or_else(String::new, |r| format!(" [{}]", role_name(self.program, r, self.lang)));
            let requirements = requirements.join(", ");
            self.out.item(0, format!("{fact}{of}  {}  → {requirements}", question.get(self.lang)));
        }
    }
}

fn names(labels: &[Label], lang: Lang) -> String {
    let separator = if lang == Lang::Ja { "、" } else { ", " };
    labels.iter().map(|l| l.get(lang)).collect::<Vec<_>>().join(separator)
}

/// `handbook 3, mhlw@4.2 1`.
fn by_catalog<'i>(ids: impl Iterator<Item = &'i str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for id in ids {
        *counts.entry(id.split_once(':').map_or(id, |(catalog, _)| catalog)).or_default() += 1;
    }
    counts.into_iter().map(|(c, n)| format!("{c} {n}")).collect::<Vec<_>>().join(", ")
}
