//! What a pack holds, counted: so that a pack that lost something is noticed.

use std::collections::BTreeMap;

use kijun_engine::program::{Member, Requirement, RequirementId};
use kijun_text::FileId;

use crate::Compiled;

/// Figures of the requirements (not sections) and mappings that some modules declare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    /// Kinds of entity.
    pub kinds: usize,
    /// Without those that are withdrawn.
    pub requirements: usize,
    /// Requirements that the edition lists and no longer asks for; in no other figure.
    pub withdrawn: usize,
    pub sections: usize,
    /// By the level as the catalogue names it; requirements without one are under the empty name.
    pub levels: BTreeMap<String, usize>,
    pub marks: BTreeMap<&'static str, usize>,
    /// With a check, itself or as a member of a combination.
    pub checked: usize,
    pub attested: usize,
    /// With neither check nor attestation nor anything below it, though its text is there.
    pub unverified: usize,
    /// Whose text is not included: listed, never evaluated.
    pub without_text: usize,
    /// On either side of a mapping.
    pub mapped: usize,
    /// Pairs that these modules state.
    pub pairs: usize,
    /// Claims about unions that these modules state.
    pub joint: usize,
    pub tests: usize,
}

/// Counts what `modules` declare; whatever else is loaded may check and map it.
pub fn census(compiled: &Compiled, modules: &[FileId]) -> Census {
    let program = &compiled.program;
    let own = |file: FileId| modules.contains(&file);
    let mut rules = Rules { checked: vec![false; program.requirements.len()], attested: Vec::new() };
    rules.attested.clone_from(&rules.checked);
    for check in &program.checks {
        check.requirements.iter().for_each(|r| mark(&mut rules.checked, *r));
    }
    program.attests.iter().for_each(|a| mark(&mut rules.attested, a.requirement));
    for combination in &program.combinations {
        for member in combination.groups.iter().flat_map(|(_, members)| members) {
            match member {
                Member::Check(_) => mark(&mut rules.checked, combination.requirement),
                Member::Attest(_) => mark(&mut rules.attested, combination.requirement),
            }
        }
    }
    let mut parents = vec![false; program.requirements.len()];
    program.requirements.iter().filter_map(|r| r.parent).for_each(|p| mark(&mut parents, p));
    let mut mapped = vec![false; program.requirements.len()];
    for pair in compiled.mappings.iter() {
        pair.sources.iter().chain([&pair.target]).for_each(|r| mark(&mut mapped, *r));
    }
    let kinds = program.schema.kinds.iter().filter(|k| own(k.span.file)).count();
    let mut out = Census { kinds, ..Census::default() };
    for (i, requirement) in program.requirements.iter().enumerate().filter(|(_, r)| own(r.span.file)) {
        if requirement.is_section {
            out.sections += 1;
            continue;
        }
        if requirement.withdrawn.is_some() {
            out.withdrawn += 1;
            continue;
        }
        let has = |list: &[bool]| list.get(i) == Some(&true);
        out.count(requirement);
        out.checked += usize::from(has(&rules.checked));
        out.attested += usize::from(has(&rules.attested));
        out.mapped += usize::from(has(&mapped));
        let decided = has(&rules.checked) || has(&rules.attested) || has(&parents);
        out.unverified += usize::from(requirement.text_included && !decided);
    }
    let stated = compiled.mappings.iter().filter(|p| own(p.span.file));
    let (pairs, joint): (Vec<_>, Vec<_>) = stated.partition(|p| p.sources.len() == 1);
    (out.pairs, out.joint) = (pairs.len(), joint.len());
    out.tests = compiled.tests.len();
    out
}

struct Rules {
    checked: Vec<bool>,
    attested: Vec<bool>,
}

fn mark(list: &mut [bool], id: RequirementId) {
    if let Some(slot) = list.get_mut(id.0 as usize) {
        *slot = true;
    }
}

impl Census {
    fn count(&mut self, requirement: &Requirement) {
        self.requirements += 1;
        *self.levels.entry(requirement.level.clone().unwrap_or_default()).or_default() += 1;
        *self.marks.entry(requirement.mark.name()).or_default() += 1;
        self.without_text += usize::from(!requirement.text_included);
    }
}
