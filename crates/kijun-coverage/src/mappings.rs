//! All statements of the packs, ready to be asked: the consistent network, and what had to be set aside.

use std::collections::BTreeSet;
use std::sync::Arc;

use kijun_engine::program::{Mark, Program, RequirementId, Scope};

use crate::contradiction::{Contradiction, contradictions};
use crate::network::{Edge, Network, Node, Step};
use crate::relation::Relations;
use crate::statement::{Rationale, Statement};
use crate::walks::{Derivation, Walks};

#[derive(Debug, Clone)]
pub struct Mappings<'p> {
    pub program: &'p Program,
    pub statements: &'p [Statement],
    /// What is stated and consistent.
    pub network: Arc<Network>,
    pub contradictions: Arc<Vec<Contradiction>>,
    /// Whether a check or an attestation decides an item, itself or through everything below it.
    decided: Vec<bool>,
    /// Whether the profile leaves nothing out of an item.
    whole: Vec<bool>,
}

impl<'p> Mappings<'p> {
    /// With `senses`, only statements of these rationale kinds are used; statements that name none are not.
    pub fn new(
        program: &'p Program,
        statements: &'p [Statement],
        senses: Option<&[Rationale]>,
    ) -> Mappings<'p> {
        let fits = |s: &Statement| senses.is_none_or(|list| s.rationale.is_some_and(|r| list.contains(&r)));
        let skipped: BTreeSet<usize> =
            statements.iter().enumerate().filter(|(_, s)| !fits(s)).map(|(i, _)| i).collect();
        let contradictions = contradictions(program, statements, &skipped);
        let aside = contradictions.iter().flat_map(|c| c.set_aside.iter().copied());
        let left_out: BTreeSet<usize> = aside.chain(skipped).collect();
        let network = Network::new(program, statements, |i| !left_out.contains(&i));
        Mappings::again(program, statements, Arc::new(network), Arc::new(contradictions))
    }

    /// With what was found before of the same statements between the same items; rules and scope may be others.
    pub fn again(
        program: &'p Program,
        statements: &'p [Statement],
        network: Arc<Network>,
        contradictions: Arc<Vec<Contradiction>>,
    ) -> Mappings<'p> {
        let (decided, whole) = (decided(program), whole(program));
        Mappings { program, statements, network, contradictions, decided, whole }
    }

    /// Whether something checks an item: a check, an attestation, or one for everything below it.
    pub fn is_decided(&self, id: RequirementId) -> bool {
        self.decided.get(id.0 as usize) == Some(&true)
    }

    /// Whether an item is in scope with everything below it.
    pub fn is_whole(&self, id: RequirementId) -> bool {
        self.whole.get(id.0 as usize) == Some(&true)
    }

    /// Whether figures count an item: not a section, and not withdrawn.
    pub fn is_counted(&self, id: RequirementId) -> bool {
        self.program.requirement(id).is_some_and(|r| !r.is_section && r.withdrawn.is_none())
    }

    /// What follows for two items, and why.
    pub fn relate(&self, a: RequirementId, b: RequirementId) -> (Relations, Option<Derivation>) {
        let walks = Walks::from(&self.network, a.into());
        (walks.relations(b.into()), walks.derivation(b.into()))
    }

    /// The items of a catalogue, sections among them; not what its edition withdrew.
    pub fn items_of(&self, catalog: usize) -> Vec<RequirementId> {
        let all = self.program.requirements.iter().enumerate();
        all.filter(|(_, r)| r.catalog == catalog && r.withdrawn.is_none())
            .map(|(i, _)| RequirementId(i as u32))
            .collect()
    }

    /// The items that a node means: itself, or its members.
    pub fn items_at(&self, node: Node) -> Vec<RequirementId> {
        match self.network.members(node) {
            Some(members) => members.iter().filter_map(|m| self.network.item(*m)).collect(),
            None => self.network.item(node).into_iter().collect(),
        }
    }

    /// In how many senses the statements of a derivation speak.
    pub fn senses(&self, derivation: &Derivation) -> BTreeSet<Rationale> {
        let own = |i: usize| self.statements.get(i).and_then(|s| s.rationale);
        derivation.statements().into_iter().filter_map(own).collect()
    }

    /// Whether it only sums up what stands below a section: it goes down into the source, or up out of an item of the target.
    pub fn is_rolled_up(&self, derivation: &Derivation) -> bool {
        derivation.walks.iter().any(|walk| {
            let step = |edge: Option<&Edge>| edge.map(|e| e.step);
            step(walk.steps.first()) == Some(Step::HasPart) || step(walk.steps.last()) == Some(Step::PartOf)
        })
    }

    /// Whether a statement says something of just these two.
    pub fn is_stated(&self, derivation: &Derivation) -> bool {
        matches!(derivation.walks.as_slice(), [walk] if matches!(walk.steps.as_slice(), [edge] if edge.step.statement().is_some()))
    }
}

/// The worst mark that may still decide something alone.
pub const TRUSTED: Mark = Mark::Inferred;

fn decided(program: &Program) -> Vec<bool> {
    let mut own = vec![false; program.requirements.len()];
    let mut mark = |id: RequirementId| {
        if let Some(slot) = own.get_mut(id.0 as usize) {
            *slot = true;
        }
    };
    program.checks.iter().flat_map(|c| &c.requirements).for_each(|r| mark(*r));
    program.attests.iter().for_each(|a| mark(a.requirement));
    program.combinations.iter().for_each(|c| mark(c.requirement));
    // Children come after their parents, so from the end every item knows its children.
    let mut below: Vec<Option<bool>> = vec![None; own.len()];
    for (i, requirement) in program.requirements.iter().enumerate().rev() {
        let children = below.get(i).copied().flatten();
        let decided = own.get(i) == Some(&true) || children == Some(true);
        if let Some(slot) = own.get_mut(i) {
            *slot = decided;
        }
        if let Some(slot) = requirement.parent.and_then(|p| below.get_mut(p.0 as usize)) {
            *slot = Some(slot.unwrap_or(true) && decided);
        }
    }
    own
}

fn whole(program: &Program) -> Vec<bool> {
    let mut whole: Vec<bool> =
        program.requirements.iter().map(|r| matches!(r.scope, Scope::In) || r.withdrawn.is_some()).collect();
    // Children come after their parents, so from the end every item has heard from its children.
    for (i, requirement) in program.requirements.iter().enumerate().rev() {
        let is_whole = whole.get(i) == Some(&true);
        if let Some(slot) = requirement.parent.and_then(|p| whole.get_mut(p.0 as usize)) {
            *slot &= is_whole;
        }
    }
    whole
}
