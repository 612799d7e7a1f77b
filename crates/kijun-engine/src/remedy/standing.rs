//! Which outcomes are gaps, and how they are read off an evaluation.

use std::collections::BTreeMap;

use super::{Gap, Key};
use crate::assess::Evaluation;
use crate::assessment::{RequirementResult, RuleRef, SubjectRef, Verdict};
use crate::program::Member;
use crate::program::{RequirementId, Weight};
use crate::rollup::{Counted, outcomes_of, outcomes_on, roll_up};

/// What is not in order, and the verdicts of requirements.
pub(crate) struct Standing {
    pub(crate) open: BTreeMap<Key, Gap>,
    pub(crate) results: Vec<RequirementResult>,
}

impl Standing {
    /// What weak rules say decides nothing and is left out.
    pub(crate) fn of(evaluation: &Evaluation<'_>) -> Standing {
        let rolled = roll_up(evaluation);
        let counted = rolled.open.iter().filter(|c| c.counts && !c.weak);
        let open = counted.filter_map(|c| gap(evaluation, c)).map(|g| (g.key(), g)).collect();
        Standing { open, results: rolled.results }
    }
}

fn gap(evaluation: &Evaluation<'_>, of: &Counted) -> Option<Gap> {
    let requirement = evaluation.program.requirement(of.requirement)?;
    let own = match of.rule {
        RuleRef::Check(i) => evaluation.program.checks.get(i)?.weight,
        RuleRef::Attest(i) => evaluation.program.attests.get(i)?.weight,
        RuleRef::Combination(_) => None,
    };
    let weight: Weight = own.unwrap_or(requirement.weight);
    let Counted { requirement, rule, subject, verdict, .. } = *of;
    Some(Gap { requirement, rule, subject, verdict, weight })
}

/// The verdict of a rule on a subject, whatever it is; `None` where it has none.
pub(crate) fn verdict_of(
    evaluation: &Evaluation<'_>,
    (requirement, rule, subject): (RequirementId, RuleRef, SubjectRef),
) -> Option<Verdict> {
    let member = match rule {
        RuleRef::Check(i) => Member::Check(i),
        RuleRef::Attest(i) => Member::Attest(i),
        RuleRef::Combination(_) => {
            let all = outcomes_on(evaluation, requirement).into_iter();
            return all.filter(|(r, s, _)| (*r, *s) == (rule, subject)).map(|(_, _, v)| v).next();
        }
    };
    outcomes_of(evaluation, member)?.get(subject)
}
