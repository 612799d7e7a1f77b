//! What rests on what: requirements, the rules that check them, and the relations, functions, tables, parameters and attributes
//! that those read. Drawn from names alone, so that there is one while packs have errors.

mod around;
mod formats;
mod links;

pub use around::surroundings;
pub use formats::{dot, mermaid};

use std::collections::VecDeque;

use kijun_engine::assessment::Verdict;
use kijun_exchange::lookup::Refusal;
use kijun_text::{FileId, Label, nearest};
use rustc_hash::FxHashMap;

use self::links::Links;
use crate::index::{Def, ItemId, Space};
use crate::names::{Found, NOWHERE};
use crate::snapshot::{Snapshot, Target};

/// Of what a graph is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Around {
    /// An id, the name of a declaration, `kind.attribute`, or the name of a pack.
    Named(String),
    Place(FileId, usize),
    File(FileId),
    Everything,
}

/// A declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub space: Space,
    /// `mhlw:8.1`, `contract.clauses`, or the name alone.
    pub name: String,
    pub title: Label,
    /// Its name in the text; nothing for what is built in.
    pub target: Option<Target>,
    /// Of a requirement.
    pub verdict: Option<Verdict>,
    /// Whether it was asked for, not found from there.
    pub is_focus: bool,
}

/// What one declaration is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// A section and an item in it.
    Contains,
    /// A requirement and a rule for it.
    CheckedBy,
    /// A combination and a measure of it.
    Combines,
    /// A rule and a relation, function, table or parameter.
    Uses,
    /// A rule and an attribute.
    Reads,
}

impl EdgeKind {
    pub fn name(self) -> &'static str {
        match self {
            EdgeKind::Contains => "contains",
            EdgeKind::CheckedBy => "checked_by",
            EdgeKind::Combines => "combines",
            EdgeKind::Uses => "uses",
            EdgeKind::Reads => "reads",
        }
    }
}

/// Nodes by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    pub kind: EdgeKind,
}

/// Nodes from the requirements to the attributes, by name within a sort; edges point from what rests to what it rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

/// What may be a node, in the order in which they are shown.
const NODES: [Space; 10] = [
    Space::Section,
    Space::Requirement,
    Space::Satisfy,
    Space::Check,
    Space::Attest,
    Space::Definition,
    Space::Relation,
    Space::Table,
    Space::Param,
    Space::Attribute,
];

pub(crate) fn rank(space: Space) -> Option<usize> {
    NODES.iter().position(|s| *s == space)
}

/// All that what is asked for rests on, and all that rests on it.
///
/// # Errors
/// When a name means nothing, or nothing of the graph stands at the place.
pub fn graph(snapshot: &Snapshot, around: &Around) -> Result<Graph, Refusal> {
    let focus = focus(snapshot, around)?;
    let links = Links::new(snapshot);
    let mut search = Search::default();
    search.follow(&focus, |found| links.below(found), |near, far, kind| (near, far, kind));
    search.follow(&focus, |found| links.above(found), |near, far, kind| (far, near, kind));
    Ok(search.finish(snapshot, &focus))
}

fn focus<'s>(snapshot: &'s Snapshot, around: &Around) -> Result<Vec<Found<'s>>, Refusal> {
    let of_files = |files: &[FileId]| -> Vec<Found<'s>> {
        let all = snapshot.names().defs().filter(|f| files.contains(&f.file));
        all.filter(|f| rank(f.def.space).is_some() && f.def.space != Space::Section).collect()
    };
    match around {
        Around::Named(name) => {
            let found = named(snapshot, name);
            if !found.is_empty() {
                return Ok(found);
            }
            let pack = snapshot.about().packs.iter().find(|p| p.name == *name);
            pack.map(|p| of_files(&p.modules)).ok_or_else(|| unknown(snapshot, name))
        }
        Around::Place(file, offset) => {
            let found = Links::new(snapshot).at(*file, *offset);
            if found.is_empty() { Err(nothing_here()) } else { Ok(found) }
        }
        Around::File(file) => Ok(of_files(&[*file])),
        Around::Everything => {
            let files: Vec<FileId> = snapshot.files.modules().map(|(file, _)| file).collect();
            Ok(of_files(&files))
        }
    }
}

fn named<'s>(snapshot: &'s Snapshot, name: &str) -> Vec<Found<'s>> {
    let name = kijun_text::nfc(name);
    let id = ItemId::parse(&name);
    if id.alias.is_some() {
        return snapshot.names().items(&id, &[]);
    }
    let all = snapshot.names().defs().filter(|f| rank(f.def.space).is_some());
    all.filter(|f| f.def.name == *name || name_of(f.def) == *name).collect()
}

fn unknown(snapshot: &Snapshot, name: &str) -> Refusal {
    let all = snapshot.names().defs().filter(|f| rank(f.def.space).is_some());
    let names: Vec<String> = all.map(|f| name_of(f.def)).collect();
    let packs = snapshot.about().packs.iter().map(|p| p.name.as_str());
    let message = Label::new(
        format!("`{name}` という項目・規則・属性・パックはありません"),
        format!("there is no item, rule, attribute or pack `{name}`"),
    );
    let help = match nearest(name, names.iter().map(String::as_str).chain(packs)) {
        Some(similar) => Label::new(format!("もしかして: `{similar}`"), format!("did you mean `{similar}`?")),
        None => Label::new(
            "mhlw:8.1.2.C.オ、contract.clauses、検査の名前のように書きます",
            "write it as mhlw:8.1.2.C.オ, contract.clauses, or the name of a check",
        ),
    };
    (message, help)
}

fn nothing_here() -> Refusal {
    (
        Label::new("ここには規則のつながりがありません", "nothing here is part of the rule graph"),
        Label::new(
            "要求事項・規則・関係・関数・属性の名前の上で実行してください",
            "ask on the name of a requirement, rule, relation, function or attribute",
        ),
    )
}

/// As it is shown: ids with their catalogue, attributes with their kind.
pub(crate) fn name_of(def: &Def) -> String {
    match (&def.item, def.space) {
        (Some(id), Space::Section | Space::Requirement) => match &id.alias {
            Some(alias) => format!("{alias}:{}", id.local),
            None => id.local.clone(),
        },
        _ if def.owner.is_empty() => def.name.clone(),
        _ => format!("{}.{}", def.owner, def.name),
    }
}

/// The place of a declaration, by which it is known.
type Key = (FileId, usize, Space);

fn key(found: &Found<'_>) -> Key {
    (found.file, found.def.range.start, found.def.space)
}

/// What has been found.
#[derive(Default)]
struct Search<'s> {
    found: Vec<Found<'s>>,
    index: FxHashMap<Key, usize>,
    edges: Vec<Edge>,
}

impl<'s> Search<'s> {
    fn add(&mut self, found: Found<'s>) -> usize {
        let next = self.found.len();
        let at = *self.index.entry(key(&found)).or_insert(next);
        if at == next {
            self.found.push(found);
        }
        at
    }

    /// Goes from what is asked for as far as it gets; `turned` gives an edge its direction.
    fn follow(
        &mut self,
        from: &[Found<'s>],
        links: impl Fn(Found<'s>) -> Vec<(Found<'s>, EdgeKind)>,
        turned: impl Fn(usize, usize, EdgeKind) -> (usize, usize, EdgeKind),
    ) {
        let mut queue: VecDeque<Found<'s>> = from.iter().copied().collect();
        let mut seen: Vec<Key> = from.iter().map(key).collect();
        seen.sort_unstable();
        let mut seen: std::collections::BTreeSet<Key> = seen.into_iter().collect();
        while let Some(near) = queue.pop_front() {
            let own = self.add(near);
            for (far, kind) in links(near) {
                let other = self.add(far);
                let (from, to, kind) = turned(own, other, kind);
                self.edges.push(Edge { from, to, kind });
                if seen.insert(key(&far)) {
                    queue.push_back(far);
                }
            }
        }
    }

    fn finish(self, snapshot: &Snapshot, focus: &[Found<'_>]) -> Graph {
        let semantics = &snapshot.semantics;
        let asked: std::collections::BTreeSet<Key> = focus.iter().map(key).collect();
        let node = |found: &Found<'_>| Node {
            space: found.def.space,
            name: name_of(found.def),
            title: found.def.title.clone(),
            target: (found.file != NOWHERE).then(|| Target::new(found.file, found.def.range.clone())),
            verdict: found.def.item.as_ref().and_then(|i| semantics.verdict(semantics.item(i)?)),
            is_focus: asked.contains(&key(found)),
        };
        let mut order: Vec<(usize, Node)> = self.found.iter().map(node).enumerate().collect();
        order.sort_by(|(_, a), (_, b)| {
            (rank(a.space), &a.name, &a.target).cmp(&(rank(b.space), &b.name, &b.target))
        });
        let mut place = vec![0; order.len()];
        for (new, (old, _)) in order.iter().enumerate() {
            if let Some(slot) = place.get_mut(*old) {
                *slot = new;
            }
        }
        let at = |old: usize| place.get(old).copied().unwrap_or_default();
        let mut edges: Vec<Edge> =
            self.edges.iter().map(|e| Edge { from: at(e.from), to: at(e.to), kind: e.kind }).collect();
        edges.sort_unstable();
        edges.dedup();
        Graph { nodes: order.into_iter().map(|(_, node)| node).collect(), edges }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{NORMS, fixture};

    const RULES: &str = "\
section mhlw:8 \"委託\" { }
requirement mhlw:8.3 \"再委託\" { in mhlw:8 level C }
param least: int = 1 \"最少\"
define domestic(v: vendor): bool = v.country == JP
supplies(a, b) if b in a.subcontractors
supplies(a, c) if supplies(a, b) and c in b.subcontractors
check clauses for mhlw:8.1 { each c: contract require penalty in c.clauses }
check chain for mhlw:8.3 {
  each v: vendor
  require all s in supplies(v): domestic(s)
}
";

    fn shown(graph: &Graph) -> String {
        let name = |i: usize| graph.nodes[i].name.as_str();
        let focus = graph.nodes.iter().filter(|n| n.is_focus).map(|n| n.name.as_str());
        let mut out = format!("focus: {}\n", focus.collect::<Vec<_>>().join(", "));
        for edge in &graph.edges {
            out.push_str(&format!("{} {} {}\n", name(edge.from), edge.kind.name(), name(edge.to)));
        }
        out
    }

    fn check(text: &str, around: impl Fn(crate::testing::Place) -> Around, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let found = graph(&snapshot, &around(place)).map(|g| shown(&g));
        let refusal = |(message, help): Refusal| format!("{}: {}\n", message.en, help.en);
        expected.assert_eq(&found.unwrap_or_else(refusal));
    }

    fn named(name: &str, expected: Expect) {
        check(RULES, |_| Around::Named(name.to_owned()), expected);
    }

    #[test]
    fn a_requirement_rests_on_rules_and_what_they_read() {
        named(
            "mhlw:8.3",
            expect![[r#"
            focus: mhlw:8.3
            mhlw:8.3 checked_by chain
            chain uses domestic
            chain uses supplies
            domestic reads vendor.country
            supplies reads vendor.subcontractors
        "#]],
        );
    }

    #[test]
    fn an_attribute_carries_what_reads_it() {
        named(
            "vendor.country",
            expect![[r#"
            focus: vendor.country
            mhlw:8.3 checked_by chain
            chain uses domestic
            domestic reads vendor.country
        "#]],
        );
        named(
            "subcontractors",
            expect![[r#"
            focus: vendor.subcontractors
            mhlw:8.3 checked_by chain
            chain uses supplies
            supplies reads vendor.subcontractors
        "#]],
        );
    }

    #[test]
    fn a_name_that_means_nothing_is_refused_with_the_nearest() {
        named(
            "vendor.contry",
            expect![[r#"
            there is no item, rule, attribute or pack `vendor.contry`: did you mean `vendor.country`?
        "#]],
        );
        named(
            "zzzzzz",
            expect![[r#"
            there is no item, rule, attribute or pack `zzzzzz`: write it as mhlw:8.1.2.C.オ, contract.clauses, or the name of a check
        "#]],
        );
    }

    #[test]
    fn a_place_means_what_stands_there_or_the_rule_around_it() {
        let at = |p: crate::testing::Place| Around::Place(p.file, p.offset);
        check(
            &RULES.replace("penalty in", "penal$0ty in"),
            at,
            expect![[r#"
            focus: clauses
            mhlw:8.1 checked_by clauses
            clauses reads contract.clauses
        "#]],
        );
        check(
            "enum x $0\"x\" { a \"a\" }\n",
            at,
            expect![[r#"
            nothing here is part of the rule graph: ask on the name of a requirement, rule, relation, function or attribute
        "#]],
        );
    }

    #[test]
    fn a_file_has_all_that_it_declares() {
        let text = format!(
            "{RULES}//- /other.kijun\ncheck more for iso:A.1 {{ $0each v: vendor require v.name != \"\" }}\n"
        );
        check(
            &text,
            |p| Around::File(p.file),
            expect![[r#"
            focus: more
            iso:A.1 checked_by more
            more reads vendor.name
        "#]],
        );
    }

    #[test]
    fn it_is_written_for_other_programs() {
        let (snapshot, _) = fixture(&format!("{NORMS}{RULES}"));
        let found = graph(&snapshot, &Around::Named("clauses".to_owned())).unwrap();
        expect![[r#"
            flowchart LR
              n0(["要求事項 mhlw:8.1<br/>条項のある契約"])
              n1["検査 clauses"]
              n2[/"属性 contract.clauses<br/>条項"/]
              n0 -->|"検査"| n1
              n1 -->|"読む"| n2
              classDef focus stroke-width:3px
              class n1,n2 focus
        "#]]
        .assert_eq(&mermaid(&found, kijun_text::Lang::Ja));
        expect![[r#"
            digraph kijun {
              rankdir=LR
              node [shape=box]
              n0 [label="requirement mhlw:8.1\nA contract with its clauses" shape=oval]
              n1 [label="check clauses" penwidth=3]
              n2 [label="attribute contract.clauses\n条項" shape=parallelogram penwidth=3]
              n0 -> n1 [label="checked by"]
              n1 -> n2 [label="reads"]
            }
        "#]]
        .assert_eq(&dot(&found, kijun_text::Lang::En));
    }
}
