//! How far a set of items covers others: by what is stated and inferred, and by what was found in a hospital.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::{Assessment, RequirementResult, Verdict};
use kijun_engine::program::RequirementId;
use rayon::prelude::*;

use crate::mappings::{Mappings, TRUSTED};
use crate::network::Node;
use crate::relation::{Relations, Relationship};
use crate::walks::{Derivation, Walks};

/// How far sources cover an item. From worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coverage {
    /// Nothing is stated and nothing follows, or it is said to have nothing in common with them. What nobody has mapped is not
    /// known to be a gap.
    NotCovered,
    /// Only what may just as well have nothing in common with it.
    Possibly,
    /// Something in common for certain, and not the whole for certain.
    Partly,
    /// The whole, by an item that neither a check nor an attestation decides.
    Unverified,
    /// The whole.
    Covered,
}

impl Coverage {
    pub const ALL: [Coverage; 5] =
        [Coverage::Covered, Coverage::Unverified, Coverage::Partly, Coverage::Possibly, Coverage::NotCovered];

    pub fn name(self) -> &'static str {
        match self {
            Coverage::NotCovered => "not_covered",
            Coverage::Possibly => "possibly",
            Coverage::Partly => "partly",
            Coverage::Unverified => "unverified",
            Coverage::Covered => "covered",
        }
    }
}

/// What the verdicts on the sources say of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Met {
    /// Something that it asks for is violated.
    NotMet,
    /// Both that it is met and that it is not follow.
    Conflicting,
    /// Nothing follows from the verdicts.
    Open,
    /// A part of it is satisfied.
    PartlyMet,
    /// The whole is satisfied.
    Met,
    /// What covers it applies to nothing here.
    NotApplicable,
}

impl Met {
    pub const ALL: [Met; 6] =
        [Met::Met, Met::PartlyMet, Met::Open, Met::NotMet, Met::Conflicting, Met::NotApplicable];

    pub fn name(self) -> &'static str {
        match self {
            Met::NotMet => "not_met",
            Met::Conflicting => "conflicting",
            Met::Open => "open",
            Met::PartlyMet => "partly_met",
            Met::Met => "met",
            Met::NotApplicable => "not_applicable",
        }
    }
}

/// What stands between a source and a target.
#[derive(Debug, Clone)]
pub struct Cell {
    /// An item, or a union (a `jointly` claim) whose members are all covered by sources.
    pub source: Node,
    pub target: RequirementId,
    pub possible: Relations,
    /// What is possible by statements that are neither ambiguous nor unverified.
    pub trusted: Relations,
    pub derivation: Derivation,
    /// For a union: which source covers each member, and why (nothing, where it is the member itself).
    pub members: Vec<(RequirementId, Option<Derivation>)>,
}

impl Cell {
    /// What this cell alone gives its target.
    pub fn alone(&self, mappings: &Mappings<'_>) -> Coverage {
        Cell::coverage(self.possible, is_decided(self, mappings))
    }

    /// The items that speak here: the source, or for a union what covers its members.
    pub fn sources(&self) -> Vec<RequirementId> {
        if self.members.is_empty() {
            vec![RequirementId(self.source.0)]
        } else {
            self.members.iter().map(|(source, _)| *source).collect()
        }
    }

    /// What this cell alone gives its target, once it is known whether its source is decided.
    fn coverage(possible: Relations, is_decided: bool) -> Coverage {
        if possible == Relations::ANY || possible == Relationship::Unrelated.into() || possible.is_empty() {
            Coverage::NotCovered
        } else if possible.is_within(Relations::COVERS) {
            if is_decided { Coverage::Covered } else { Coverage::Unverified }
        } else if possible.is_within(Relations::OVERLAPS) {
            Coverage::Partly
        } else {
            Coverage::Possibly
        }
    }
}

/// A target and how far it is covered.
#[derive(Debug, Clone)]
pub struct Item {
    pub id: RequirementId,
    pub coverage: Coverage,
    /// The same by statements that are neither ambiguous nor unverified.
    pub trusted: Coverage,
    /// With verdicts only.
    pub met: Option<Met>,
    /// Its cells, by index; those that cover most first.
    pub cells: Vec<usize>,
}

/// Verdicts by requirement, for those that were evaluated.
#[derive(Debug, Clone, Default)]
pub struct Verdicts(BTreeMap<RequirementId, Verdict>);

impl Verdicts {
    pub fn of(assessment: &Assessment) -> Verdicts {
        Verdicts::of_results(&assessment.requirements)
    }

    pub fn of_results(results: &[RequirementResult]) -> Verdicts {
        Verdicts(results.iter().map(|r| (r.requirement, r.verdict)).collect())
    }

    pub fn get(&self, id: RequirementId) -> Option<Verdict> {
        self.0.get(&id).copied()
    }
}

/// Targets with the cells that speak of them.
#[derive(Debug, Clone, Default)]
pub struct Covering {
    /// In the order of the targets.
    pub items: Vec<Item>,
    /// By source, then target.
    pub cells: Vec<Cell>,
}

/// How far `sources` cover `targets`.
pub fn cover(
    mappings: &Mappings<'_>,
    sources: &[RequirementId],
    targets: &[RequirementId],
    verdicts: Option<&Verdicts>,
) -> Covering {
    let wanted: BTreeSet<Node> = targets.iter().map(|t| Node::from(*t)).collect();
    let rows: Vec<Walks> = sources
        .par_iter()
        .filter(|s| !mappings.network.edges(Node::from(**s)).is_empty())
        .map(|s| Walks::from(&mappings.network, Node::from(*s)))
        .collect();
    let mut cells: Vec<Cell> = rows.iter().flat_map(|row| cells_of(row, &wanted, &[], mappings)).collect();
    let covering = Covers::new(mappings, &rows);
    for (union, members) in mappings.network.unions() {
        if let Some(members) = covering.members(members) {
            let row = Walks::from(&mappings.network, union);
            cells.extend(cells_of(&row, &wanted, &members, mappings));
        }
    }
    cells.sort_by_key(|c| (c.source, c.target));
    let mut by_target: BTreeMap<RequirementId, Vec<usize>> = BTreeMap::new();
    for (i, cell) in cells.iter().enumerate() {
        by_target.entry(cell.target).or_default().push(i);
    }
    let items = targets.iter().map(|id| {
        let own = by_target.remove(id).unwrap_or_default();
        item(*id, own, &cells, mappings, verdicts)
    });
    let items = items.collect();
    Covering { items, cells }
}

/// What one row says of the targets.
fn cells_of(
    row: &Walks,
    wanted: &BTreeSet<Node>,
    members: &[(RequirementId, Option<Derivation>)],
    mappings: &Mappings<'_>,
) -> Vec<Cell> {
    let targets = row.targets().filter(|n| wanted.contains(n));
    let cell = |node: Node| {
        let (target, derivation) = (mappings.network.item(node)?, row.derivation(node)?);
        Some(Cell {
            source: row.source(),
            target,
            possible: derivation.gives,
            trusted: row.relations_by(node, TRUSTED),
            derivation,
            members: members.to_vec(),
        })
    };
    targets.filter_map(cell).collect()
}

/// Which row covers each member of a union.
struct Covers<'r>(BTreeMap<Node, &'r Walks>);

impl<'r> Covers<'r> {
    /// The row of the member itself, else the first that is known to hold all of it.
    fn new(mappings: &Mappings<'_>, rows: &'r [Walks]) -> Covers<'r> {
        let members: BTreeSet<Node> =
            mappings.network.unions().flat_map(|(_, members)| members.iter().copied()).collect();
        let mut found: BTreeMap<Node, &Walks> = BTreeMap::new();
        if !members.is_empty() {
            for row in rows {
                let covers = |n: &Node| row.relations_by(*n, TRUSTED).is_within(Relations::COVERS);
                for node in row.targets().filter(|n| members.contains(n)).filter(covers) {
                    found.entry(node).or_insert(row);
                }
            }
            found.extend(rows.iter().filter(|r| members.contains(&r.source())).map(|r| (r.source(), r)));
        }
        Covers(found)
    }

    /// For each member the source that covers it, and why, unless it is the source itself. `None` unless every member has one.
    fn members(&self, members: &[Node]) -> Option<Vec<(RequirementId, Option<Derivation>)>> {
        let covers = |member: &Node| {
            let row = self.0.get(member)?;
            Some((RequirementId(row.source().0), row.derivation(*member)))
        };
        members.iter().map(covers).collect()
    }
}

fn item(
    id: RequirementId,
    mut own: Vec<usize>,
    cells: &[Cell],
    mappings: &Mappings<'_>,
    verdicts: Option<&Verdicts>,
) -> Item {
    let of = |i: &usize, possible: fn(&Cell) -> Relations| {
        let cell = cells.get(*i);
        cell.map_or(Coverage::NotCovered, |c| Cell::coverage(possible(c), is_decided(c, mappings)))
    };
    let coverage = own.iter().map(|i| of(i, |c| c.possible)).max().unwrap_or(Coverage::NotCovered);
    let trusted = own.iter().map(|i| of(i, |c| c.trusted)).max().unwrap_or(Coverage::NotCovered);
    own.sort_by_key(|i| {
        let mark = cells.get(*i).and_then(|c| c.derivation.mark);
        (std::cmp::Reverse(of(i, |c| c.possible)), mark, *i)
    });
    let mut item = Item { id, coverage, trusted, met: None, cells: own };
    item.met = verdicts.map(|v| met_by(&item, cells, mappings, v));
    item
}

/// What verdicts on sources say of an item that `cells` speak of.
pub(crate) fn met_by(item: &Item, cells: &[Cell], mappings: &Mappings<'_>, verdicts: &Verdicts) -> Met {
    met(item.cells.iter().filter_map(|i| cells.get(*i)), mappings, verdicts)
}

fn is_decided(cell: &Cell, mappings: &Mappings<'_>) -> bool {
    sources(cell, mappings).iter().all(|s| mappings.is_decided(*s))
}

/// The items whose verdicts a cell carries: its source, or for a union what covers its members.
pub fn sources(cell: &Cell, mappings: &Mappings<'_>) -> Vec<RequirementId> {
    match mappings.network.item(cell.source) {
        Some(item) => vec![item],
        None => cell.members.iter().map(|(source, _)| *source).collect(),
    }
}

/// The one verdict of a cell's sources: satisfied or inapplicable if all are, violated if one is. What a profile leaves out of a
/// source, the verdict on the rest says nothing about.
fn verdict_of(cell: &Cell, mappings: &Mappings<'_>, verdicts: &Verdicts) -> Option<Verdict> {
    let of = |id: &RequirementId| {
        let verdict = verdicts.get(*id)?;
        (verdict == Verdict::Violated || mappings.is_whole(*id)).then_some(verdict)
    };
    let all: Option<Vec<Verdict>> = sources(cell, mappings).iter().map(of).collect();
    all.and_then(|list| list.into_iter().min())
}

/// What verdicts on sources say of their target. Only statements that may decide something alone are used, and only what
/// the algebra allows: an item that holds the target carries *satisfied* to it; an item within the target carries *violated* to it;
/// whatever has something in common with it carries *partly*, at most. A union carries no violation: what is violated of a source may lie
/// outside the member that it covers, and a member that is a source itself is within the target by a cell of its own.
fn met<'c>(cells: impl Iterator<Item = &'c Cell>, mappings: &Mappings<'_>, verdicts: &Verdicts) -> Met {
    let (mut satisfied, mut violated, mut partly) = (false, false, false);
    let (mut covering, mut inapplicable) = (0, 0);
    for cell in cells {
        let verdict = verdict_of(cell, mappings, verdicts);
        let holds_it = cell.trusted.is_within(Relations::COVERS);
        let is_in_it = cell.trusted.is_within(Relations::WITHIN);
        covering += usize::from(holds_it);
        match verdict {
            Some(Verdict::Satisfied) if holds_it => satisfied = true,
            Some(Verdict::Satisfied) if cell.trusted.is_within(Relations::OVERLAPS) => partly = true,
            Some(Verdict::Violated) if is_in_it && cell.members.is_empty() => violated = true,
            Some(Verdict::NotApplicable) if holds_it => inapplicable += 1,
            _ => {}
        }
    }
    match (satisfied, violated) {
        (true, true) => Met::Conflicting,
        (true, false) => Met::Met,
        (false, true) => Met::NotMet,
        (false, false) if covering > 0 && covering == inapplicable => Met::NotApplicable,
        (false, false) if partly => Met::PartlyMet,
        (false, false) => Met::Open,
    }
}
