//! Soundness of ignorance: filling in what was unknown never changes a definite verdict.
//!
//! What is definite, and so must stay as it is when facts are refined ([`crate::generate::refine`]):
//! - of a check or an attestation on a record or on the facility: satisfied, violated, waived, not_applicable,
//!   conflicting. Stale is definite about what decides, not about whether its evidence suffices: another fact may
//!   come to decide instead. It may become satisfied or not_applicable, never violated or unknown;
//! - of a combination: satisfied, violated, waived, not_applicable. A combination that is conflicting is one whose
//!   members leave it undecided, so that a further member may decide it;
//! - of a requirement: violated, unverified, waived, satisfied, not_applicable. Of conflicting, stale and unknown it
//!   shows the worst, and others may hide behind it.
//!
//! Outcomes on a register are about records that nobody listed. They are unknown (and disappear once the register is
//! complete) or not_applicable (and stay, since the register is complete and empty).

use std::collections::BTreeMap;

use kijun_engine::assessment::{RuleRef, SubjectRef, Verdict};
use kijun_engine::program::RequirementId;
use kijun_facts::Store;

use crate::reference::ReferenceResult;

/// A subject by id: rows move when records are added.
fn named(store: &Store, subject: SubjectRef) -> (SubjectRef, String) {
    match subject {
        SubjectRef::Record(kind, row) => {
            (SubjectRef::Record(kind, 0), store.id_text(kind, row as usize).to_owned())
        }
        other => (other, String::new()),
    }
}

type Outcomes = BTreeMap<(RequirementId, RuleRef, (SubjectRef, String)), Verdict>;

fn by_name(result: &ReferenceResult, store: &Store) -> Outcomes {
    result.outcomes.iter().map(|((req, rule, s), v)| ((*req, *rule, named(store, *s)), *v)).collect()
}

/// Every definite verdict that changed, one per line.
pub fn contradictions(before: (&ReferenceResult, &Store), after: (&ReferenceResult, &Store)) -> Vec<String> {
    let mut found = Vec::new();
    let after_outcomes = by_name(after.0, after.1);
    for (key, verdict) in by_name(before.0, before.1) {
        let now = after_outcomes.get(&key).copied();
        if !outcome_may_become(key.1, verdict, now) {
            found.push(format!("{key:?} was {verdict:?}, is {now:?}"));
        }
    }
    for (id, verdict) in &before.0.requirements {
        let now = after.0.requirements.get(id).copied();
        let undecided = matches!(verdict, Verdict::Conflicting | Verdict::Unknown | Verdict::Stale);
        if now.is_none() || (!undecided && now != Some(*verdict)) {
            found.push(format!("{id:?} was {verdict:?}, is {now:?}"));
        }
    }
    found
}

fn outcome_may_become(rule: RuleRef, before: Verdict, after: Option<Verdict>) -> bool {
    match (rule, before) {
        (_, Verdict::Unknown) => true,
        (RuleRef::Combination(_), Verdict::Conflicting | Verdict::Stale) => true,
        (_, Verdict::Stale) => {
            matches!(after, Some(Verdict::Stale | Verdict::Satisfied | Verdict::NotApplicable))
        }
        _ => after == Some(before),
    }
}
