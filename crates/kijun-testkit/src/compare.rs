//! The engine's assessment beside the reference evaluator's.

use std::collections::BTreeMap;
use std::fmt::Debug;

use kijun_engine::assessment::{Assessment, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Program, RequirementId};
use kijun_facts::Store;

use crate::reference::{ReferenceResult, assess};

/// Compares the verdicts of requirements, and the findings with the outcomes that deserve one. The error lists every
/// difference.
pub fn compare(program: &Program, store: &Store, today: i32, engine: &Assessment) -> Result<(), String> {
    compared(&assess(program, store, today), engine)
}

/// How many verdicts the reference evaluator gives.
pub(crate) fn counted(reference: &ReferenceResult) -> u64 {
    (reference.requirements.len() + reference.outcomes.len()) as u64
}

/// The same with what the reference evaluator says.
pub(crate) fn compared(reference: &ReferenceResult, engine: &Assessment) -> Result<(), String> {
    let requirements = engine.requirements.iter().map(|r| (r.requirement, r.verdict));
    let mut differences = Vec::new();
    difference("requirement", &reference.requirements, requirements, &mut differences);
    let outcomes: BTreeMap<(RequirementId, RuleRef, SubjectRef), Verdict> = reference
        .outcomes
        .iter()
        .filter(|(_, v)| !matches!(v, Verdict::Satisfied | Verdict::NotApplicable))
        .map(|(key, verdict)| (*key, *verdict))
        .collect();
    let findings = engine.findings.iter().map(|f| ((f.requirement, f.rule, f.subject), f.verdict));
    difference("outcome", &outcomes, findings, &mut differences);
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
}

fn difference<K: Ord + Debug>(
    what: &str,
    reference: &BTreeMap<K, Verdict>,
    engine: impl Iterator<Item = (K, Verdict)>,
    differences: &mut Vec<String>,
) {
    let mut seen = BTreeMap::new();
    for (key, verdict) in engine {
        if let Some(first) = seen.get(&key) {
            differences.push(format!("{what} {key:?}: twice from the engine, {first:?} and {verdict:?}"));
        }
        seen.insert(key, verdict);
    }
    for (key, expected) in reference {
        match seen.get(key) {
            Some(verdict) if verdict == expected => {}
            other => differences.push(format!("{what} {key:?}: reference {expected:?}, engine {other:?}")),
        }
    }
    for (key, verdict) in seen.iter().filter(|(k, _)| !reference.contains_key(k)) {
        differences.push(format!("{what} {key:?}: reference nothing, engine {verdict:?}"));
    }
}
