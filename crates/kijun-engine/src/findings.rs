//! Findings: what is not satisfied, with its message, the facts that decided it and those that are missing.

use kijun_text::{Label, Lang};

use crate::assess::{Evaluation, environment, kind_of, violating_values};
use crate::assessment::{
    Assessment, FactCounts, FactRef, FactUse, Finding, Outcome, Outcomes, Reason, RequirementResult, RuleRef,
    SubjectRef, Verdict,
};
use crate::attest::{ANSWER, BY, DATE, Deciding, REASON, best_answer, deciding};
use crate::program::{Attest, Check, Member, Requirement, Weight};
use crate::proof::{Proof, Prover, is_known, of_check};
use crate::rollup::{Counted, outcomes_of, roll_up};
use crate::truth::Truth;

/// How much of each finding is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The message, the fix, the facts that decided and those that are missing.
    Facts,
    /// The message only: what lists of findings show.
    Message,
}

impl Evaluation<'_> {
    /// The whole assessment: verdicts, findings, remarks, counts.
    pub fn assessment(&self) -> Assessment {
        self.assessment_with(Detail::Facts)
    }

    pub fn assessment_with(&self, detail: Detail) -> Assessment {
        use rayon::prelude::*;
        let rolled = roll_up(self);
        let finding = |c: &Counted| self.finding(c, detail);
        let mut findings: Vec<Finding> =
            rolled.open.par_iter().with_min_len(64).filter_map(finding).collect();
        // Indexed parallel iterators keep the order: catalogue, rule, subject.
        findings.sort_by_key(|f| (f.requirement, f.rule));
        Assessment {
            as_of: self.today,
            requirements: rolled.results,
            findings,
            remarks: rolled.remarks,
            facts: self.fact_counts(),
            rules: rolled.rules,
        }
    }

    fn finding(&self, counted: &Counted, detail: Detail) -> Option<Finding> {
        let requirement = self.program.requirement(counted.requirement)?;
        let mut finding = match counted.rule {
            RuleRef::Check(i) => {
                self.check_finding(self.program.checks.get(i)?, requirement, counted, detail)
            }
            RuleRef::Attest(i) => self.attest_finding(self.program.attests.get(i)?, requirement, counted),
            RuleRef::Combination(i) => self.combination_finding(i, requirement, counted),
        };
        if counted.weak {
            finding.weight = Weight::Information;
            finding.reason = Some(Reason::WeakRule);
        }
        Some(finding)
    }

    fn blank(&self, counted: &Counted, weight: Weight, rule_span: kijun_text::Span) -> Finding {
        Finding {
            requirement: counted.requirement,
            rule: counted.rule,
            subject: counted.subject,
            verdict: counted.verdict,
            weight: match counted.verdict {
                Verdict::Unknown | Verdict::Stale => weight.min(Weight::Notice),
                Verdict::Waived => Weight::Information,
                _ => weight,
            },
            reason: None,
            message: Label::default(),
            fix: Label::default(),
            because: Vec::new(),
            missing: Vec::new(),
            weak_cells: Vec::new(),
            rule_span,
            waiver: counted.waiver,
        }
    }

    fn uses(&self, facts: impl IntoIterator<Item = FactRef>) -> Vec<FactUse> {
        facts.into_iter().map(|fact| FactUse { fact, origin: self.origin(fact) }).collect()
    }

    /// Where a fact stands in the sources.
    pub fn origin(&self, fact: FactRef) -> kijun_text::Span {
        match fact {
            FactRef::Cell { kind, row, attr } => {
                self.store.kind(kind).map(|k| k.cell(attr, row as usize)).unwrap_or_default()
            }
            FactRef::Register(kind) => {
                self.store.kind(kind).and_then(|k| k.register_origin).unwrap_or_default()
            }
            FactRef::Attestation(_) => kijun_text::Span::default(),
        }
    }

    fn check_finding(
        &self,
        check: &Check,
        requirement: &Requirement,
        counted: &Counted,
        detail: Detail,
    ) -> Finding {
        let mut finding = self.blank(counted, check.weight.unwrap_or(requirement.weight), check.span);
        if let SubjectRef::Register(kind) = counted.subject {
            finding.reason = Some(Reason::Missing);
            finding.missing = vec![FactRef::Register(kind)];
            finding.message = self.register_message(kind);
            return finding;
        }
        let mut env = environment(check.subject, counted.subject);
        let mut prover = Prover::new(self, &check.vars);
        if counted.verdict == Verdict::Conflicting {
            if violating_values(self, check, counted.subject).is_none() {
                finding.weight = finding.weight.min(Weight::Notice);
            }
            let cells = self.conflicts_of(check, counted.subject);
            finding.because = self.uses(cells.iter().map(|((kind, row, attr), _)| FactRef::Cell {
                kind: *kind,
                row: *row,
                attr: *attr,
            }));
            finding.message = Label::new(
                "出所によって事実が食い違い、判定が分かれます",
                "sources disagree on a fact that decides",
            );
            finding.fix = self.fix(check, &prover, &mut env);
            return finding;
        }
        if matches!(counted.verdict, Verdict::Violated | Verdict::Waived) {
            // Decided by values in conflict that all violate: any of them shows it.
            prover.row.overrides.extend(violating_values(self, check, counted.subject).into_iter().flatten());
        }
        if detail == Detail::Facts {
            let proofs = of_check(&prover, check, &mut env);
            self.facts_of(&proofs, counted.verdict, &mut finding);
            finding.fix = self.fix(check, &prover, &mut env);
        }
        match counted.verdict {
            Verdict::Stale => {
                finding.message = Label::new(
                    "判定を支える証拠の有効期限が切れています",
                    "the evidence that this rests on has expired",
                );
                if detail == Detail::Facts {
                    let cell = |(kind, row, attr)| FactRef::Cell { kind, row, attr };
                    let lapsed = self.resting_on(check, counted.subject, |key| self.is_expired(cell(key)));
                    finding.missing = lapsed.into_iter().map(cell).collect();
                    finding.because = self.uses(finding.missing.clone());
                }
            }
            Verdict::Unknown if self.lacks_grade(check, counted.subject) => {
                finding.reason = Some(Reason::Grade);
                finding.message = Label::new(
                    "事実はありますが、求められる等級の証拠がありません",
                    "the facts are there, but not with evidence of the grade that is asked for",
                );
            }
            Verdict::Unknown => {
                finding.reason = Some(Reason::Missing);
                finding.message = self.unknown_message(check, requirement);
            }
            _ => finding.message = self.failed_message(check, requirement, counted, &prover, &mut env),
        }
        finding
    }

    /// What decided: for a definite verdict every fact in the proof that is known; for an unknown one those that are
    /// not known are what is missing.
    fn facts_of(&self, proofs: &[Proof], verdict: Verdict, finding: &mut Finding) {
        let wanted = match verdict {
            Verdict::Violated | Verdict::Waived => Some(Truth::False),
            Verdict::Unknown => Some(Truth::Unknown),
            _ => None,
        };
        let mut because: Vec<FactRef> = Vec::new();
        let mut missing: Vec<FactRef> = Vec::new();
        // What is required before what made it apply: that is what a reader looks for.
        for proof in proofs.iter().rev() {
            let relevant = wanted.is_none_or(|w| proof.truth == w);
            for fact in proof.all_facts() {
                let list = if is_known(self.store, fact) {
                    &mut because
                } else if relevant && verdict == Verdict::Unknown {
                    &mut missing
                } else {
                    continue;
                };
                if (relevant || verdict != Verdict::Unknown) && !list.contains(&fact) {
                    list.push(fact);
                }
            }
        }
        if verdict == Verdict::Unknown {
            finding.weak_cells = proofs.iter().flat_map(Proof::all_weak_cells).collect();
            finding.weak_cells.dedup();
        }
        finding.because = self.uses(because);
        finding.missing = missing;
    }

    pub(crate) fn is_expired(&self, fact: FactRef) -> bool {
        let FactRef::Cell { kind, row, attr } = fact else { return false };
        let evidence =
            self.store.kind(kind).and_then(|k| self.store.evidence(k.evidence_of(attr, row as usize)));
        evidence.and_then(|e| e.valid_until).is_some_and(|d| d.last < self.today)
    }

    fn both(&self, prover: &Prover<'_, '_>, message: &crate::program::Message, env: &mut Vec<u32>) -> Label {
        Label::new(prover.message(message, Lang::Ja, env), prover.message(message, Lang::En, env))
    }

    fn fix(&self, check: &Check, prover: &Prover<'_, '_>, env: &mut Vec<u32>) -> Label {
        self.both(prover, &check.fix, env)
    }

    /// The messages of the `require`s that fail.
    fn failed_message(
        &self,
        check: &Check,
        requirement: &Requirement,
        counted: &Counted,
        prover: &Prover<'_, '_>,
        env: &mut Vec<u32>,
    ) -> Label {
        let mut out = Label::default();
        for (i, require) in check.requires.iter().enumerate() {
            // With values tried for cells in conflict, what the columns say does not hold.
            let known = if prover.row.overrides.is_empty() { self.require_truth(counted, i) } else { None };
            if known.unwrap_or_else(|| prover.row.truth(&require.condition, env)) == Truth::False {
                let label = self.both(prover, &require.message, env);
                join(&mut out.ja, &label.ja, "。");
                join(&mut out.en, &label.en, "; ");
            }
        }
        if out.is_empty() { requirement.title.clone() } else { out }
    }

    fn unknown_message(&self, check: &Check, requirement: &Requirement) -> Label {
        let title = if check.title.is_empty() { &requirement.title } else { &check.title };
        Label::new(
            format!("「{}」を判定する事実が足りません", title.or(Lang::Ja, &check.name)),
            format!("facts are missing to decide: {}", title.or(Lang::En, &check.name)),
        )
    }

    fn register_message(&self, kind: kijun_facts::KindId) -> Label {
        let def = self.program.schema.kind(kind);
        let (name, label) = def.map(|d| (d.name.as_str(), d.label.clone())).unwrap_or_default();
        let (ja, en) = (label.or(Lang::Ja, name).to_owned(), label.or(Lang::En, name).to_owned());
        match self.store.kind(kind).map(|k| k.register) {
            Some(kijun_facts::Register::Incomplete) => Label::new(
                format!("「{ja}」の台帳は未完成とされています。載っていないものは判定できません"),
                format!(
                    "the register of {en} is stated to be incomplete: what is not listed cannot be decided"
                ),
            ),
            _ => Label::new(format!("「{ja}」の台帳がありません"), format!("there is no register of {en}")),
        }
    }

    fn attest_finding(&self, attest: &Attest, requirement: &Requirement, counted: &Counted) -> Finding {
        let mut finding = self.blank(counted, attest.weight.unwrap_or(requirement.weight), attest.span);
        let question = attest.question.clone();
        let kind = self.program.builtins.attestation;
        let prover = Prover::new(self, &attest.vars);
        let mut env = environment(attest.subject, counted.subject);
        finding.fix = self.both(&prover, &attest.fix, &mut env);
        if let SubjectRef::Register(kind) = counted.subject {
            finding.reason = Some(Reason::Missing);
            finding.missing = vec![FactRef::Register(kind)];
            finding.message = self.register_message(kind);
            return finding;
        }
        if let Some(condition) = &attest.condition {
            let proof = prover.prove(condition, &mut env);
            if proof.truth == Truth::Unknown {
                self.facts_of(&[proof], Verdict::Unknown, &mut finding);
                finding.reason = Some(Reason::Missing);
                finding.message = question;
                return finding;
            }
        }
        let cell = |row: usize, attr| FactRef::Cell { kind, row: row as u32, attr };
        let (prefix, rows) = match deciding(self, attest, counted.subject) {
            Deciding::Nothing => {
                finding.missing.push(FactRef::Attestation(attest.requirement));
                finding.reason =
                    Some(if attest.subject.is_some() { Reason::Judgement } else { Reason::Missing });
                (Label::new("確認記録がありません", "nobody has attested"), Vec::new())
            }
            Deciding::Unsure(row) => {
                finding.missing = [DATE, BY]
                    .into_iter()
                    .map(|a| cell(row, a))
                    .filter(|f| !is_known(self.store, *f))
                    .collect();
                finding.reason = Some(Reason::Missing);
                (
                    Label::new(
                        "確認日か確認者が分かりません",
                        "the date or role of an attestation is not known",
                    ),
                    vec![row],
                )
            }
            Deciding::Disagree(rows) => {
                (Label::new("確認記録が食い違っています", "attestations disagree"), rows)
            }
            Deciding::Records(rows) => {
                let (_, row) = best_answer(self, attest, &rows);
                (self.answer_text(attest, counted.verdict, row, &mut finding), vec![row])
            }
        };
        finding.because = self.uses(
            rows.iter()
                .flat_map(|row| [cell(*row, ANSWER), cell(*row, DATE)])
                .filter(|f| is_known(self.store, *f)),
        );
        finding.message = Label::new(
            format!("{}: {}", prefix.ja, question.or(Lang::Ja, &attest.name)),
            format!("{}: {}", prefix.en, question.or(Lang::En, &attest.name)),
        );
        finding
    }

    fn answer_text(&self, attest: &Attest, verdict: Verdict, row: usize, finding: &mut Finding) -> Label {
        let kind = self.program.builtins.attestation;
        let cell = |attr| FactRef::Cell { kind, row: row as u32, attr };
        match verdict {
            Verdict::Violated | Verdict::Waived => {
                Label::new("「いいえ」と確認されています", "the answer is no")
            }
            Verdict::Stale => {
                finding.missing.push(FactRef::Attestation(attest.requirement));
                Label::new("確認の期限が切れています", "the attestation has lapsed")
            }
            _ => {
                let unanswered = !is_known(self.store, cell(ANSWER));
                let graded = attest.evidence.is_some() && !unanswered;
                finding.missing.push(if graded || unanswered { cell(ANSWER) } else { cell(REASON) });
                finding.reason = Some(if graded { Reason::Grade } else { Reason::Missing });
                if graded {
                    Label::new(
                        "求められる等級の証拠がありません",
                        "evidence of the grade that is asked for is missing",
                    )
                } else {
                    Label::new("回答か理由が記録されていません", "the answer or its reason is not recorded")
                }
            }
        }
    }

    fn combination_finding(&self, index: usize, requirement: &Requirement, counted: &Counted) -> Finding {
        let Some(combination) = self.program.combinations.get(index) else {
            return self.blank(counted, requirement.weight, requirement.span);
        };
        let mut finding = self.blank(counted, requirement.weight, combination.span);
        if counted.verdict == Verdict::Unknown {
            finding.reason = Some(Reason::Missing);
        }
        let title = &requirement.title;
        let failed = matches!(counted.verdict, Verdict::Violated | Verdict::Waived);
        let (ja, en) = if failed {
            ("対策の組合せが足りません", "the measures together do not suffice")
        } else {
            ("対策の組合せを判定できません", "the combination of measures cannot be decided")
        };
        finding.message = Label::new(
            format!("{ja}: {}", title.or(Lang::Ja, &requirement.id)),
            format!("{en}: {}", title.or(Lang::En, &requirement.id)),
        );
        for member in combination.groups.iter().flat_map(|(_, members)| members) {
            for part in self.member_findings(*member, requirement, counted) {
                join(&mut finding.message.ja, &part.message.ja, "。");
                join(&mut finding.message.en, &part.message.en, "; ");
                finding.because.extend(
                    part.because.into_iter().filter(|u| !finding.because.contains(u)).collect::<Vec<_>>(),
                );
                finding.missing.extend(
                    part.missing.into_iter().filter(|m| !finding.missing.contains(m)).collect::<Vec<_>>(),
                );
            }
        }
        finding
    }

    /// What a member of a combination says where it is not satisfied.
    fn member_findings(&self, member: Member, requirement: &Requirement, counted: &Counted) -> Vec<Finding> {
        let same =
            |subject: SubjectRef| counted.subject == SubjectRef::Facility || subject == counted.subject;
        let open = outcomes_of(self, member).into_iter().flat_map(Outcomes::iter).filter(|o| {
            same(o.subject)
                && !matches!(o.verdict, Verdict::Satisfied | Verdict::NotApplicable | Verdict::Unverified)
        });
        let of = |rule, outcome: Outcome| Counted {
            rule,
            subject: outcome.subject,
            verdict: outcome.verdict,
            ..*counted
        };
        open.filter_map(|o| match member {
            Member::Check(i) => Some(self.check_finding(
                self.program.checks.get(i)?,
                requirement,
                &of(RuleRef::Check(i), o),
                Detail::Facts,
            )),
            Member::Attest(i) => Some(self.attest_finding(
                self.program.attests.get(i)?,
                requirement,
                &of(RuleRef::Attest(i), o),
            )),
        })
        .collect()
    }

    /// Cells of the attributes that evaluated rules read, over all records of their kinds, and one attestation per
    /// subject that is asked for.
    fn fact_counts(&self) -> FactCounts {
        let mut counts = FactCounts::default();
        let expiring = self.store.any_evidence(|e| e.valid_until.is_some());
        for (kind, attr) in &self.prepared.read {
            let Some(table) = self.store.kind(*kind) else { continue };
            counts.required += table.len();
            counts.recorded += table.known(*attr);
            if expiring {
                let cell = |row: usize| FactRef::Cell { kind: *kind, row: row as u32, attr: *attr };
                counts.expired += (0..table.len()).filter(|row| self.is_expired(cell(*row))).count();
            }
        }
        for outcome in self.attests.iter().flatten().flat_map(Outcomes::iter) {
            if !matches!(outcome.subject, SubjectRef::Register(_))
                && outcome.verdict != Verdict::NotApplicable
            {
                counts.required += 1;
                counts.recorded += usize::from(outcome.verdict != Verdict::Unknown);
                counts.expired += usize::from(outcome.verdict == Verdict::Stale);
            }
        }
        counts
    }

    /// The proof of a check on a subject; empty for the register and for rules that are not checks.
    pub fn proof(&self, rule: RuleRef, subject: SubjectRef) -> Vec<Proof> {
        if matches!(subject, SubjectRef::Register(_)) {
            return Vec::new();
        }
        match rule {
            RuleRef::Check(i) => {
                let Some(check) = self.program.checks.get(i) else { return Vec::new() };
                let mut env = environment(check.subject, subject);
                of_check(&Prover::new(self, &check.vars), check, &mut env)
            }
            RuleRef::Attest(i) => {
                let Some(attest) = self.program.attests.get(i) else { return Vec::new() };
                let mut env = environment(attest.subject, subject);
                let prover = Prover::new(self, &attest.vars);
                attest.condition.iter().map(|c| prover.prove(c, &mut env)).collect()
            }
            RuleRef::Combination(_) => Vec::new(),
        }
    }

    /// Outcomes of every rule on a requirement, as they count: for explanations.
    pub fn outcomes_of(
        &self,
        requirement: crate::program::RequirementId,
    ) -> Vec<(RuleRef, SubjectRef, Verdict)> {
        crate::rollup::outcomes_on(self, requirement)
    }
}

fn join(out: &mut String, text: &str, separator: &str) {
    if !out.is_empty() && !text.is_empty() {
        out.push_str(separator);
    }
    out.push_str(text);
}

/// How many requirements (not sections) have each verdict.
pub fn count_requirements(
    program: &crate::program::Program,
    results: &[RequirementResult],
) -> Vec<(Verdict, usize)> {
    Verdict::ALL
        .into_iter()
        .map(|verdict| {
            let of = results.iter().filter(|r| r.verdict == verdict);
            let real = of.filter(|r| program.requirement(r.requirement).is_some_and(|r| !r.is_section));
            (verdict, real.count())
        })
        .collect()
}

/// The kind of a subject, when it has one.
pub fn subject_kind(subject: SubjectRef) -> Option<kijun_facts::KindId> {
    kind_of(subject)
}
