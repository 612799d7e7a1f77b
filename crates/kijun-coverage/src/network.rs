//! Items and what is stated between them, as a graph to walk along.
//!
//! Two kinds of edge besides statements, both from the structure of the norms and never in doubt: an item is within
//! its section, and a member is within the union that a `jointly` claim speaks of.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::{Mark, Program, RequirementId};

use crate::relation::Relations;
use crate::statement::Statement;

/// An item of a norm, or the union of several: an index into the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub u32);

impl From<RequirementId> for Node {
    fn from(id: RequirementId) -> Node {
        Node(id.0)
    }
}

/// Why an edge is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A statement as it is written; an index into the statements of the packs.
    Stated(usize),
    /// A statement read from right to left.
    Turned(usize),
    /// From an item up to its section.
    PartOf,
    /// From a section down to an item of it.
    HasPart,
    /// From an item to a union of items with it.
    MemberOf,
    /// From a union to one of its items.
    HasMember,
}

impl Step {
    pub fn statement(self) -> Option<usize> {
        match self {
            Step::Stated(s) | Step::Turned(s) => Some(s),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub to: Node,
    pub relations: Relations,
    pub step: Step,
    /// Of the statement; [`Mark::Printed`] for structure.
    pub mark: Mark,
    /// Of the statement, 0 when it states none; 10 for structure.
    pub strength: u8,
}

/// What packs state about the items of all catalogues. Nodes are the requirements of the program by index, then unions.
#[derive(Debug, Clone)]
pub struct Network {
    items: usize,
    unions: Vec<Vec<Node>>,
    /// Edges from node `n` stand at `first[n]..first[n + 1]`, in a fixed order.
    first: Vec<usize>,
    edges: Vec<Edge>,
    /// The marks of its edges, best first.
    marks: Vec<Mark>,
}

impl Network {
    /// A network of those statements that `keep` keeps (by index). All unions get a node, so that nodes mean the same in
    /// networks of the same packs.
    pub fn new(program: &Program, statements: &[Statement], keep: impl Fn(usize) -> bool) -> Network {
        Network::from_parts(&parents(program), statements, keep)
    }

    /// The same for items given by their parents alone.
    pub fn from_parts(
        parents: &[Option<Node>],
        statements: &[Statement],
        keep: impl Fn(usize) -> bool,
    ) -> Network {
        let items = parents.len();
        let mut unions: BTreeMap<Vec<Node>, u32> = BTreeMap::new();
        for members in statements.iter().filter_map(members) {
            let next = (items + unions.len()) as u32;
            unions.entry(members).or_insert(next);
        }
        let mut list: Vec<(Node, Edge)> = Vec::new();
        let mut both = |from: Node, to: Node, relations: Relations, steps: (Step, Step), mark, strength| {
            let (there, back) = steps;
            list.push((from, Edge { to, relations, step: there, mark, strength }));
            list.push((to, Edge { to: from, relations: relations.converse(), step: back, mark, strength }));
        };
        for (i, parent) in parents.iter().enumerate() {
            if let Some(parent) = parent {
                let steps = (Step::PartOf, Step::HasPart);
                both(Node(i as u32), *parent, Relations::WITHIN, steps, Mark::Printed, 10);
            }
        }
        for (members, union) in &unions {
            for member in members {
                let steps = (Step::MemberOf, Step::HasMember);
                both(*member, Node(*union), Relations::WITHIN, steps, Mark::Printed, 10);
            }
        }
        for (i, statement) in statements.iter().enumerate().filter(|(i, _)| keep(*i)) {
            let from = match members(statement) {
                Some(members) => unions.get(&members).copied().map(Node),
                None => statement.sources.first().map(|s| Node::from(*s)),
            };
            let Some(from) = from else { continue };
            let steps = (Step::Stated(i), Step::Turned(i));
            let (relations, strength) = (statement.relationship.into(), statement.strength.unwrap_or(0));
            both(from, statement.target.into(), relations, steps, statement.mark, strength);
        }
        list.sort();
        let mut by_node: Vec<(u32, Vec<Node>)> = unions.into_iter().map(|(m, n)| (n, m)).collect();
        by_node.sort();
        let nodes = items + by_node.len();
        let mut first = vec![0; nodes + 1];
        for (from, _) in &list {
            if let Some(slot) = first.get_mut(from.0 as usize + 1) {
                *slot += 1;
            }
        }
        let mut sum = 0;
        for slot in &mut first {
            sum += *slot;
            *slot = sum;
        }
        let unions = by_node.into_iter().map(|(_, m)| m).collect();
        let marks: BTreeSet<Mark> = list.iter().map(|(_, e)| e.mark).collect();
        let edges = list.into_iter().map(|(_, e)| e).collect();
        Network { items, unions, first, edges, marks: marks.into_iter().collect() }
    }

    /// How many nodes there are: items, then unions.
    pub fn len(&self) -> usize {
        self.items + self.unions.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn nodes(&self) -> impl Iterator<Item = Node> + use<> {
        (0..self.len() as u32).map(Node)
    }

    pub fn edges(&self, from: Node) -> &[Edge] {
        let at = from.0 as usize;
        let range = self.first.get(at).zip(self.first.get(at + 1));
        range.and_then(|(a, b)| self.edges.get(*a..*b)).unwrap_or_default()
    }

    /// The marks of its edges, best first.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The members of a union; `None` for an item.
    pub fn members(&self, node: Node) -> Option<&[Node]> {
        let at = (node.0 as usize).checked_sub(self.items)?;
        self.unions.get(at).map(Vec::as_slice)
    }

    /// The unions, each with its members.
    pub fn unions(&self) -> impl Iterator<Item = (Node, &[Node])> {
        self.unions.iter().enumerate().map(|(i, m)| (Node((self.items + i) as u32), m.as_slice()))
    }

    /// The requirement that a node is; `None` for a union.
    pub fn item(&self, node: Node) -> Option<RequirementId> {
        ((node.0 as usize) < self.items).then_some(RequirementId(node.0))
    }
}

/// The section of each item.
pub(crate) fn parents(program: &Program) -> Vec<Option<Node>> {
    program.requirements.iter().map(|r| r.parent.map(Node::from)).collect()
}

/// The items whose union a statement speaks of; `None` when it speaks of one.
fn members(statement: &Statement) -> Option<Vec<Node>> {
    let mut members: Vec<Node> = statement.sources.iter().map(|s| Node::from(*s)).collect();
    members.sort();
    members.dedup();
    (members.len() > 1).then_some(members)
}
