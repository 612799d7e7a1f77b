//! Two editions of a norm: what of the old one follows in the new one, as far as mappings say.
//!
//! What nobody has mapped is not known to be gone: such an item is *not said*, never *withdrawn*. Links that only sum up what
//! stands below a section are no claims, and an inferred link counts where it is all that is known of one of its ends.

mod flips;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::{Program, RequirementId};
use rayon::prelude::*;

use crate::mappings::{Mappings, TRUSTED};
use crate::network::Node;
use crate::relation::{Relations, Relationship};
use crate::walks::{Derivation, Walks};

pub use flips::{Cause, Flip, Sayings, SubjectFlip, flips, is_worse};

/// What became of an item of the old edition, or where an item of the new one comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Equal to an item of the other edition.
    Kept,
    /// One item on either side, with another content.
    Changed,
    /// Several items of the old edition became one of the new.
    Merged,
    /// One item of the old edition became several of the new.
    Split,
    /// Of the new edition: nothing of the old one leads to it.
    New,
    /// Nothing of it follows.
    Withdrawn,
    /// The mappings do not say.
    NotSaid,
}

impl Change {
    pub const ALL: [Change; 7] = [
        Change::Kept,
        Change::Changed,
        Change::Merged,
        Change::Split,
        Change::New,
        Change::Withdrawn,
        Change::NotSaid,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Change::Kept => "kept",
            Change::Changed => "changed",
            Change::Merged => "merged",
            Change::Split => "split",
            Change::New => "new",
            Change::Withdrawn => "withdrawn",
            Change::NotSaid => "not_said",
        }
    }
}

/// On what it rests that an item has no counterpart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The new edition lists it as withdrawn.
    Marked,
    /// It has nothing in common with any item of the other edition.
    Unrelated,
    /// Everything in those parts of the old edition from which its neighbours come is accounted for without it.
    Spent,
    /// Something around it corresponds; the item itself may have nothing in common with any.
    Open,
    /// No mapping speaks of it.
    Unmapped,
}

impl Basis {
    pub const ALL: [Basis; 5] = [Basis::Marked, Basis::Unrelated, Basis::Spent, Basis::Open, Basis::Unmapped];

    pub fn name(self) -> &'static str {
        match self {
            Basis::Marked => "marked",
            Basis::Unrelated => "unrelated",
            Basis::Spent => "spent",
            Basis::Open => "open",
            Basis::Unmapped => "unmapped",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Old,
    New,
}

impl Side {
    pub fn name(self) -> &'static str {
        match self {
            Side::Old => "old",
            Side::New => "new",
        }
    }
}

/// An item of the old edition and one of the new that have something in common; with several on one side a `jointly` claim
/// about their union.
#[derive(Debug, Clone)]
pub struct Link {
    pub old: Vec<RequirementId>,
    pub new: Vec<RequirementId>,
    /// How the old side stands to the new side.
    pub possible: Relations,
    /// The same by statements that are neither ambiguous nor unverified.
    pub trusted: Relations,
    /// A statement says it of just these; otherwise it follows from several.
    pub stated: bool,
    /// Why; `None` for an item and itself.
    pub derivation: Option<Derivation>,
}

impl Link {
    fn ends(&self, side: Side) -> &[RequirementId] {
        match side {
            Side::Old => &self.old,
            Side::New => &self.new,
        }
    }

    pub fn is_joint(&self) -> bool {
        self.old.len() + self.new.len() > 2
    }

    fn turned(self) -> Link {
        Link {
            old: self.new,
            new: self.old,
            possible: self.possible.converse(),
            trusted: self.trusted.converse(),
            ..self
        }
    }
}

/// An item of either edition and what became of it.
#[derive(Debug, Clone)]
pub struct Changed {
    pub id: RequirementId,
    pub side: Side,
    pub change: Change,
    /// Where it has no counterpart.
    pub basis: Option<Basis>,
    /// Of the old edition: the new one lists its id as withdrawn, and says that its content went into these.
    pub withdrawn: Option<Vec<RequirementId>>,
    /// Indexes of links, in their order.
    pub links: Vec<usize>,
}

/// Two editions beside each other. Sections are listed where a link speaks of them or nothing is below them.
#[derive(Debug, Clone)]
pub struct EditionDiff {
    /// Indexes of catalogues.
    pub old: usize,
    pub new: usize,
    /// The old edition in its order, then the new one.
    pub items: Vec<Changed>,
    /// By old item, then new item.
    pub links: Vec<Link>,
}

impl EditionDiff {
    /// How many items (or sections) of a side became what.
    pub fn count(&self, program: &Program, side: Side, sections: bool) -> BTreeMap<Change, usize> {
        let of = self.items.iter().filter(|i| i.side == side);
        let mut out = BTreeMap::new();
        for item in of.filter(|i| program.requirement(i.id).is_some_and(|r| r.is_section == sections)) {
            *out.entry(item.change).or_default() += 1;
        }
        out
    }

    pub fn links_of<'d>(&'d self, item: &'d Changed) -> impl Iterator<Item = &'d Link> {
        item.links.iter().filter_map(|i| self.links.get(*i))
    }
}

/// What became of each item between two catalogues (by index).
pub fn diff_editions(mappings: &Mappings<'_>, old: usize, new: usize) -> EditionDiff {
    // Always worked out in one direction, so that the other is its mirror image.
    let links = match old.cmp(&new) {
        std::cmp::Ordering::Less => links(mappings, old, new),
        std::cmp::Ordering::Equal => identity(mappings, old),
        std::cmp::Ordering::Greater => links(mappings, new, old).into_iter().map(Link::turned).collect(),
    };
    let mut links = counting(links);
    links.sort_by(|a, b| (&a.old, &a.new).cmp(&(&b.old, &b.new)));
    let editions = Editions::new(mappings, old, new, &links);
    let items = [Side::Old, Side::New].into_iter().flat_map(|side| editions.items(side)).collect();
    EditionDiff { old, new, items, links }
}

fn identity(mappings: &Mappings<'_>, catalog: usize) -> Vec<Link> {
    let equal = Relations::EQUAL;
    let link = |id: RequirementId| Link {
        old: vec![id],
        new: vec![id],
        possible: equal,
        trusted: equal,
        stated: true,
        derivation: None,
    };
    mappings.items_of(catalog).into_iter().map(link).collect()
}

/// Everything that certainly has something in common, from the items of one catalogue to those of another.
fn links(mappings: &Mappings<'_>, from: usize, to: usize) -> Vec<Link> {
    let (sources, targets) = (mappings.items_of(from), mappings.items_of(to));
    let nodes = |list: &[RequirementId]| list.iter().map(|i| Node::from(*i)).collect::<BTreeSet<Node>>();
    let (from, to) = (nodes(&sources), nodes(&targets));
    let within = |members: &[Node], of: &BTreeSet<Node>| members.iter().all(|m| of.contains(m));
    let mut rows: Vec<(Node, &BTreeSet<Node>, bool)> = from.iter().map(|n| (*n, &to, false)).collect();
    for (union, members) in mappings.network.unions() {
        if within(members, &from) {
            rows.push((union, &to, false));
        } else if within(members, &to) {
            rows.push((union, &from, true));
        }
    }
    rows.retain(|(node, _, _)| !mappings.network.edges(*node).is_empty());
    let links: Vec<Vec<Link>> = rows
        .par_iter()
        .map(|(node, wanted, turned)| {
            let row = Walks::from(&mappings.network, *node);
            let found = row.targets().filter(|t| wanted.contains(t)).filter_map(|t| link(mappings, &row, t));
            found.map(|l| if *turned { l.turned() } else { l }).collect()
        })
        .collect();
    links.concat()
}

fn link(mappings: &Mappings<'_>, row: &Walks, target: Node) -> Option<Link> {
    let possible = row.relations(target);
    if possible.is_empty() || !possible.is_within(Relations::OVERLAPS) {
        return None;
    }
    let derivation = row.derivation(target)?;
    if mappings.is_rolled_up(&derivation) || speaks_of_members(mappings, row.source(), &derivation) {
        return None;
    }
    Some(Link {
        old: mappings.items_at(row.source()),
        new: mappings.items_at(target),
        possible,
        trusted: row.relations_by(target, TRUSTED),
        stated: mappings.is_stated(&derivation),
        derivation: Some(derivation),
    })
}

/// What follows for a union from one of its members alone is no joint claim.
fn speaks_of_members(mappings: &Mappings<'_>, source: Node, derivation: &Derivation) -> bool {
    let first = |w: &crate::Walk| w.steps.first().map(|e| e.step);
    mappings.network.members(source).is_some()
        && derivation.walks.iter().any(|w| first(w) == Some(crate::Step::HasMember))
}

/// The links that count: what is stated, what is equal, and what is all that is known of one of its ends.
fn counting(links: Vec<Link>) -> Vec<Link> {
    let stated = |side: Side| -> BTreeSet<RequirementId> {
        links.iter().filter(|l| l.stated).flat_map(|l| l.ends(side).to_vec()).collect()
    };
    let (old, new) = (stated(Side::Old), stated(Side::New));
    let counts = |l: &Link| {
        l.stated
            || is_equal(l)
            || l.old.iter().any(|id| !old.contains(id))
            || l.new.iter().any(|id| !new.contains(id))
    };
    let keep: Vec<bool> = links.iter().map(counts).collect();
    links.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(link, _)| link).collect()
}

fn is_equal(link: &Link) -> bool {
    !link.is_joint() && link.possible == Relations::EQUAL
}

/// The other ends of an item's links, with whether a statement speaks of just this pair.
type Partners = BTreeMap<RequirementId, BTreeMap<RequirementId, bool>>;

struct Editions<'m, 'p> {
    mappings: &'m Mappings<'p>,
    links: &'m [Link],
    old: Vec<RequirementId>,
    new: Vec<RequirementId>,
    /// Of items of the old edition, and of the new one.
    partners: [Partners; 2],
    parents: BTreeSet<RequirementId>,
    /// What the new edition lists as withdrawn, by plain id, and where its content went.
    withdrawn: BTreeMap<String, &'m [RequirementId]>,
}

impl<'m, 'p> Editions<'m, 'p> {
    fn new(mappings: &'m Mappings<'p>, old: usize, new: usize, links: &'m [Link]) -> Editions<'m, 'p> {
        let partners = [Side::Old, Side::New].map(|side| partners(links, side));
        let program = mappings.program;
        let parents = program.requirements.iter().filter_map(|r| r.parent).collect();
        let listed = program.requirements.iter().filter(|r| r.catalog == new);
        let withdrawn = listed.filter_map(|r| Some((plain(&r.id), r.withdrawn.as_deref()?))).collect();
        let (old, new) = (mappings.items_of(old), mappings.items_of(new));
        Editions { mappings, links, old, new, partners, parents, withdrawn }
    }

    fn of(&self, side: Side) -> &[RequirementId] {
        match side {
            Side::Old => &self.old,
            Side::New => &self.new,
        }
    }

    fn partners(&self, side: Side) -> &Partners {
        let [old, new] = &self.partners;
        match side {
            Side::Old => old,
            Side::New => new,
        }
    }

    fn items(&self, side: Side) -> Vec<Changed> {
        let listed = |id: &&RequirementId| {
            let section = self.mappings.program.requirement(**id).is_some_and(|r| r.is_section);
            !section || self.partners(side).contains_key(id) || !self.parents.contains(id)
        };
        self.of(side).iter().filter(listed).map(|id| self.item(side, *id)).collect()
    }

    fn item(&self, side: Side, id: RequirementId) -> Changed {
        let holds = |l: &Link| l.ends(side).contains(&id);
        let links: Vec<usize> =
            self.links.iter().enumerate().filter(|(_, l)| holds(l)).map(|(i, _)| i).collect();
        let withdrawn = self.withdrawn_into(side, id).map(<[RequirementId]>::to_vec);
        let equal = links.iter().filter_map(|i| self.links.get(*i)).any(is_equal);
        let (change, basis) = if equal {
            (Change::Kept, None)
        } else {
            match (self.counted(side, id).as_slice(), side) {
                ([], _) => self.without(side, id, withdrawn.is_some()),
                ([_, _, ..], Side::Old) => (Change::Split, None),
                ([_, _, ..], Side::New) => (Change::Merged, None),
                ([one], _) => match (self.counted(other(side), *one).len(), side) {
                    (0 | 1, _) => (Change::Changed, None),
                    (_, Side::Old) => (Change::Merged, None),
                    (_, Side::New) => (Change::Split, None),
                },
            }
        };
        Changed { id, side, change, basis, withdrawn, links }
    }

    /// The other ends that are told apart: an inferred one is left aside where its own section is one too.
    fn counted(&self, side: Side, id: RequirementId) -> Vec<RequirementId> {
        let Some(all) = self.partners(side).get(&id) else { return Vec::new() };
        let in_another =
            |id: RequirementId| above(self.mappings.program, id).any(|section| all.contains_key(&section));
        all.iter().filter(|(id, stated)| **stated || !in_another(**id)).map(|(id, _)| *id).collect()
    }

    /// Whether the new edition lists an item of the old one as withdrawn, and where its content went.
    fn withdrawn_into(&self, side: Side, id: RequirementId) -> Option<&'m [RequirementId]> {
        let own = self.mappings.program.requirement(id).filter(|_| side == Side::Old)?;
        self.withdrawn.get(&plain(&own.id)).copied()
    }

    /// What can be said of an item without any counterpart.
    fn without(&self, side: Side, id: RequirementId, withdrawn: bool) -> (Change, Option<Basis>) {
        if withdrawn {
            return (Change::Withdrawn, Some(Basis::Marked));
        }
        let gone = if side == Side::Old { Change::Withdrawn } else { Change::New };
        let row = Walks::from(&self.mappings.network, id.into());
        let mut leaves = self.of(other(side)).iter().filter(|id| !self.parents.contains(id)).peekable();
        let apart = Relations::from(Relationship::Unrelated);
        if leaves.peek().is_some() && leaves.all(|other| row.relations((*other).into()) == apart) {
            return (gone, Some(Basis::Unrelated));
        }
        if side == Side::New && self.is_spent(id) {
            return (Change::New, Some(Basis::Spent));
        }
        let known = |other: &RequirementId| {
            let relations = row.relations((*other).into());
            relations != Relations::ANY && relations != apart
        };
        let open = self.of(other(side)).iter().any(known);
        (Change::NotSaid, Some(if open { Basis::Open } else { Basis::Unmapped }))
    }

    /// Whether everything in those parts of the old edition from which the neighbours of a new item come has gone elsewhere.
    /// Neighbours are what is below the nearest section around it that has any. Where there is none, the whole of the old
    /// edition has to be accounted for.
    fn is_spent(&self, id: RequirementId) -> bool {
        let program = self.mappings.program;
        let origins = |section: RequirementId| -> BTreeSet<RequirementId> {
            let inside = |new: RequirementId| new == section || above(program, new).any(|s| s == section);
            let of = self.partners(Side::New).iter().filter(|(new, _)| inside(**new));
            of.flat_map(|(_, old)| old.keys().copied()).collect()
        };
        let root = |id: RequirementId| above(program, id).last().unwrap_or(id);
        let around = above(program, id).map(origins).find(|found| !found.is_empty());
        let parts: Option<BTreeSet<RequirementId>> =
            around.map(|found| found.into_iter().map(root).collect());
        let accounted = |id: &RequirementId| {
            self.partners(Side::Old).contains_key(id) || self.withdrawn_into(Side::Old, *id).is_some()
        };
        let mut leaves = self
            .old
            .iter()
            .filter(|id| !self.parents.contains(id))
            .filter(|id| parts.as_ref().is_none_or(|parts| parts.contains(&root(**id))));
        !self.links.is_empty() && leaves.all(accounted)
    }
}

fn other(side: Side) -> Side {
    match side {
        Side::Old => Side::New,
        Side::New => Side::Old,
    }
}

fn partners(links: &[Link], side: Side) -> Partners {
    let mut out = Partners::new();
    for link in links {
        for id in link.ends(side) {
            let own = out.entry(*id).or_default();
            for end in link.ends(other(side)) {
                *own.entry(*end).or_default() |= link.stated;
            }
        }
    }
    out
}

/// The sections around an item, nearest first.
fn above(program: &Program, id: RequirementId) -> impl Iterator<Item = RequirementId> + '_ {
    let parent = |id: &RequirementId| program.requirement(*id).and_then(|r| r.parent);
    std::iter::successors(parent(&id), parent)
}

/// The id within its catalogue, with numbers without leading zeros: editions write `ID.AM-6` and `ID.AM-06` of one item.
fn plain(id: &str) -> String {
    let local = id.split_once(':').map_or(id, |(_, local)| local);
    let mut out = String::with_capacity(local.len());
    let mut rest = local.chars().peekable();
    while let Some(c) = rest.next() {
        let in_number = out.ends_with(|c: char| c.is_ascii_digit());
        let leads = c == '0' && !in_number && rest.peek().is_some_and(char::is_ascii_digit);
        if !leads {
            out.push(c);
        }
    }
    out
}
