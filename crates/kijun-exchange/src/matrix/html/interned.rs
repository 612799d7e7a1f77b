//! What a page names, each thing once: items, unions, statements and steps get numbers, and the cells refer to them.

use std::collections::{BTreeMap, BTreeSet};

use kijun_coverage::{Derivation, Edge, Mappings, Node, Step, Walk, sources, wording};
use kijun_engine::program::RequirementId;

use super::super::MatrixContext;
use super::words::STEPS;

/// Numbers in a fixed order: that of the packs.
pub(super) struct Interned {
    /// Items, then unions.
    nodes: BTreeMap<Node, usize>,
    pub(super) items: Vec<RequirementId>,
    pub(super) unions: Vec<Node>,
    statements: BTreeMap<usize, usize>,
    steps: BTreeMap<StepKey, usize>,
}

/// Kind, from, to, and the statement if it is one; by their numbers.
pub(super) type StepKey = (usize, usize, usize, Option<usize>);

impl Interned {
    pub(super) fn new(context: &MatrixContext<'_>) -> Interned {
        let mappings = context.mappings;
        let used = Used::of(context);
        let (items, unions): (Vec<Node>, Vec<Node>) =
            used.nodes.iter().partition(|n| mappings.network.item(**n).is_some());
        let nodes = items.iter().chain(&unions).copied().zip(0..).collect();
        let items = items.iter().filter_map(|n| mappings.network.item(*n)).collect();
        let statements = used.statements.iter().copied().zip(0..).collect();
        let mut interned = Interned { nodes, items, unions, statements, steps: BTreeMap::new() };
        let steps: BTreeSet<StepKey> =
            used.steps.iter().map(|(from, edge)| interned.step_key(*from, edge)).collect();
        interned.steps = steps.into_iter().zip(0..).collect();
        interned
    }

    pub(super) fn node(&self, node: Node) -> usize {
        self.nodes.get(&node).copied().unwrap_or_default()
    }

    pub(super) fn item(&self, id: RequirementId) -> usize {
        self.node(id.into())
    }

    pub(super) fn statement(&self, index: usize) -> usize {
        self.statements.get(&index).copied().unwrap_or_default()
    }

    /// By their indexes in the packs.
    pub(super) fn statements(&self) -> impl Iterator<Item = usize> {
        self.statements.keys().copied()
    }

    pub(super) fn steps(&self) -> Vec<StepKey> {
        self.steps.keys().copied().collect()
    }

    /// What it gives (a set of relationships as bits), then its steps.
    pub(super) fn walk(&self, walk: &Walk) -> (u8, Vec<usize>) {
        let step = |(from, edge): (Node, &Edge)| self.steps.get(&self.step_key(from, edge)).copied();
        (walk.gives.bits(), wording::steps(walk).filter_map(step).collect())
    }

    fn step_key(&self, from: Node, edge: &Edge) -> StepKey {
        let kind = |step: &Step| std::mem::discriminant(step) == std::mem::discriminant(&edge.step);
        let kind = STEPS.iter().position(kind).unwrap_or_default();
        let statement = edge.step.statement().map(|i| self.statement(i));
        (kind, self.node(from), self.node(edge.to), statement)
    }
}

#[derive(Default)]
struct Used {
    nodes: BTreeSet<Node>,
    statements: BTreeSet<usize>,
    steps: BTreeSet<(Node, Edge)>,
}

impl Used {
    fn of(context: &MatrixContext<'_>) -> Used {
        let mappings = context.mappings;
        let mut used = Used::default();
        for block in &context.matrix.blocks {
            used.nodes.extend(block.items.iter().map(|i| Node::from(i.id)));
            used.nodes.extend(mappings.items_of(block.from).into_iter().map(Node::from));
            for cell in &block.cells {
                used.nodes.insert(cell.source);
                used.nodes.extend(sources(cell, mappings).into_iter().map(Node::from));
                let of_members = cell.members.iter().filter_map(|(_, d)| d.as_ref());
                of_members.chain([&cell.derivation]).for_each(|d| used.add(d));
            }
        }
        for contradiction in mappings.contradictions.iter() {
            used.add(&contradiction.derivation);
            used.statements.extend(&contradiction.set_aside);
        }
        used.complete(mappings);
        used
    }

    fn add(&mut self, derivation: &Derivation) {
        for walk in &derivation.walks {
            self.nodes.insert(walk.from);
            for (from, edge) in wording::steps(walk) {
                self.nodes.insert(edge.to);
                self.statements.extend(edge.step.statement());
                self.steps.insert((from, *edge));
            }
        }
    }

    /// Adds what the rest names: items of statements, members of unions, sections.
    fn complete(&mut self, mappings: &Mappings<'_>) {
        for statement in self.statements.iter().filter_map(|i| mappings.statements.get(*i)) {
            self.nodes.extend(statement.sources.iter().chain([&statement.target]).map(|id| Node::from(*id)));
        }
        let unions: Vec<Node> = self.nodes.iter().copied().collect();
        self.nodes.extend(unions.iter().flat_map(|n| mappings.items_at(*n)).map(Node::from));
        let mut waiting: Vec<Node> = self.nodes.iter().copied().collect();
        while let Some(node) = waiting.pop() {
            let item = mappings.network.item(node).and_then(|id| mappings.program.requirement(id));
            if let Some(parent) = item.and_then(|r| r.parent)
                && self.nodes.insert(parent.into())
            {
                waiting.push(parent.into());
            }
        }
    }
}
