use kijun_engine::Evaluation;
use kijun_engine::assessment::Verdict;
use kijun_engine::program::{RequirementId, Weight};
use kijun_exchange::explain::{ExplainContext, explain, explanation_markdown};
use kijun_exchange::lookup::named_subject;
use kijun_exchange::{rule_name, subject_id};
use kijun_text::{Label, Lang};

use crate::{Date, Error, Place, Workspace};

/// What came of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    pub as_of: Date,
    pub facility: String,
    /// Requirements and sections in scope, in the order of their catalogues.
    pub requirements: Vec<Requirement>,
    /// What is not in order, or not decided.
    pub findings: Vec<Finding>,
}

/// A requirement with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    pub id: String,
    pub title: Label,
    pub verdict: Verdict,
    /// Why nothing was evaluated; mostly empty.
    pub reason: Label,
    pub is_section: bool,
}

/// One rule about one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub requirement: String,
    pub rule: String,
    /// The id of a record or of the facility; empty for a register as a whole.
    pub subject: String,
    pub verdict: Verdict,
    pub weight: Weight,
    pub message: Label,
    /// What would put it right.
    pub fix: Label,
    /// Where the rule stands.
    pub rule_place: Place,
}

/// Why a verdict is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub requirement: String,
    /// `None` when it is not evaluated.
    pub verdict: Option<Verdict>,
    /// Verdict, rule, proof, facts and repairs, in the language that was asked for.
    pub markdown: String,
}

impl Workspace {
    /// Evaluates every rule in scope on a day.
    ///
    /// ```
    /// use kijun::{Date, Verdict, Weight, Workspace};
    /// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/city-hospital");
    /// let assessment = Workspace::load(folder)?.assess(Date::new(2026, 11, 22)?)?;
    /// let worst = assessment.findings.iter().find(|f| f.verdict == Verdict::Violated && f.weight == Weight::Must);
    /// assert!(!worst.unwrap().message.ja.is_empty());
    /// # Ok::<(), kijun::Error>(())
    /// ```
    ///
    /// # Errors
    /// When packs or facts have errors: the first of them; when a rule relates more than can be evaluated.
    pub fn assess(&self, date: Date) -> Result<Assessment, Error> {
        self.sound()?;
        let (program, store) = (&self.inner.compiled.program, &self.inner.store);
        let evaluation = Evaluation::new(program, store, date.0);
        within(&evaluation)?;
        let found = evaluation.assessment();
        let of = |id: RequirementId| program.requirement(id);
        let requirement = |r: &kijun_engine::assessment::RequirementResult| {
            let own = of(r.requirement)?;
            Some(Requirement {
                id: own.id.clone(),
                title: own.title.clone(),
                verdict: r.verdict,
                reason: r.reason.clone(),
                is_section: own.is_section,
            })
        };
        let finding = |f: &kijun_engine::assessment::Finding| Finding {
            requirement: of(f.requirement).map_or_else(String::new, |r| r.id.clone()),
            rule: rule_name(program, f.rule).to_owned(),
            subject: subject_id(store, self.inner.facility(), f.subject).unwrap_or("").to_owned(),
            verdict: f.verdict,
            weight: f.weight,
            message: f.message.clone(),
            fix: f.fix.clone(),
            rule_place: self.place(f.rule_span),
        };
        Ok(Assessment {
            as_of: date,
            facility: self.inner.facility().to_owned(),
            requirements: found.requirements.iter().filter_map(requirement).collect(),
            findings: found.findings.iter().map(finding).collect(),
        })
    }

    /// The proof of the verdict on a requirement, of one subject or of the worst.
    ///
    /// ```
    /// use kijun::{Date, Lang, Workspace};
    /// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/city-hospital");
    /// let workspace = Workspace::load(folder)?;
    /// let why = workspace.explain("mhlw:8.1.2.C.オ", None, Date::new(2026, 11, 22)?, Lang::Ja)?;
    /// assert_eq!(why.verdict, Some(kijun::Verdict::Violated));
    /// println!("{}", why.markdown);
    /// # Ok::<(), kijun::Error>(())
    /// ```
    ///
    /// # Errors
    /// When packs or facts have errors, no requirement is meant, or it has no verdict on the subject.
    pub fn explain(
        &self,
        requirement: &str,
        subject: Option<&str>,
        date: Date,
        lang: Lang,
    ) -> Result<Explanation, Error> {
        self.sound()?;
        let program = &self.inner.compiled.program;
        let (id, named) = named_subject(program, requirement)?;
        let evaluation = Evaluation::new(program, &self.inner.store, date.0);
        within(&evaluation)?;
        let context = ExplainContext {
            program,
            store: &self.inner.store,
            sources: &self.inner.sources,
            evaluation: &evaluation,
            assessment: &evaluation.assessment(),
            facility: self.inner.facility(),
            tracked: &self.inner.compiled.tracked,
            lang,
        };
        let found = explain(&context, id, subject.or(named))?;
        let place = |span| {
            let Place { file, line, .. } = self.place(span);
            format!("{file}:{line}")
        };
        Ok(Explanation {
            requirement: found.id.clone(),
            verdict: found.verdict.as_ref().map(|v| v.verdict),
            markdown: explanation_markdown(&found, &place),
        })
    }
}

/// Refuses what was too much to evaluate: nothing is concluded from a part.
fn within(evaluation: &Evaluation<'_>) -> Result<(), Error> {
    evaluation.excess().map_or(Ok(()), |excess| Err(Error::new(excess.message, excess.help)))
}
