//! What surrounds a declaration, as far as some steps: what it rests on, what rests on it; of an item also its section, what is
//! mapped to it and what tests expect of it.

use std::collections::BTreeMap;

use kijun_engine::program::RequirementId;
use kijun_exchange::graph::{Edge, EdgeKind, Graph, Node, Sort, Stated};
use kijun_exchange::lookup::{Refusal, named_item};
use kijun_model::Target as Expected;

use super::formats::{edge_kind, place, sort, span_place};
use super::links::Links;
use super::{Around, focus, name_of};
use crate::index::Space;
use crate::names::{Found, NOWHERE};
use crate::snapshot::{Snapshot, Target};

/// By sort, name and place: the order in which nodes are shown.
type Key = (Sort, String, u32, usize);

/// What surrounds what a name means, up to `depth` steps away. `pack` names the pack of a module.
///
/// # Errors
/// When the name means nothing.
pub fn surroundings(
    snapshot: &Snapshot,
    name: &str,
    depth: usize,
    pack: impl Fn(kijun_text::FileId) -> String,
) -> Result<Graph, Refusal> {
    let mut around = Surroundings { snapshot, nodes: BTreeMap::new(), edges: BTreeMap::new() };
    let mut start = focus(snapshot, &Around::Named(name.to_owned()));
    // An id without its catalogue, or with an edition that the program does not write.
    if let (Err(refusal), Ok(id)) = (&start, named_item(snapshot.semantics.program(), name)) {
        start = around.declared(id).map(|found| vec![found]).ok_or_else(|| refusal.clone());
    }
    let start = start?;
    around.walk(&start, depth, false);
    around.walk(&start, depth, true);
    if depth > 0 {
        around.of_items(&start, &pack);
        around.tests(depth);
    }
    Ok(around.finish(name))
}

struct Surroundings<'s> {
    snapshot: &'s Snapshot,
    nodes: BTreeMap<Key, Node>,
    edges: BTreeMap<(Key, Key, EdgeKind), Stated>,
}

impl<'s> Surroundings<'s> {
    fn declared(&self, id: RequirementId) -> Option<Found<'s>> {
        let id = self.snapshot.semantics.id_of(id)?;
        self.snapshot.names().items(&id, &[]).into_iter().next()
    }

    fn item(&self, found: Found<'s>) -> Option<RequirementId> {
        let id = found
            .def
            .item
            .as_ref()
            .filter(|_| matches!(found.def.space, Space::Section | Space::Requirement))?;
        self.snapshot.semantics.item(id)
    }

    fn add(&mut self, found: Found<'s>, distance: usize) -> Key {
        let def = found.def;
        let id = self.item(found).and_then(|id| self.snapshot.semantics.program().requirement(id));
        let name = id.map_or_else(|| name_of(def), |r| r.id.clone());
        let key = (sort(def.space), name, found.file.0, def.range.start);
        let target = (found.file != NOWHERE).then(|| Target::new(found.file, def.range.clone()));
        let place = target.and_then(|t| place(self.snapshot, &t));
        let node = self.nodes.entry(key.clone()).or_insert_with(|| Node {
            sort: key.0,
            name: key.1.clone(),
            title: def.title.clone(),
            place,
            is_focus: distance == 0,
            items: None,
            distance,
        });
        node.distance = node.distance.min(distance);
        key
    }

    /// Step by step, to what declarations rest on, or to what rests on them.
    fn walk(&mut self, start: &[Found<'s>], depth: usize, up: bool) {
        let links = Links::new(self.snapshot);
        let mut near: Vec<Found<'s>> = start.to_vec();
        let mut seen: Vec<Key> = start.iter().map(|found| self.add(*found, 0)).collect();
        for distance in 1..=depth {
            let mut next = Vec::new();
            for found in near {
                let own = self.add(found, distance - 1);
                for (far, kind) in if up { links.above(found) } else { links.below(found) } {
                    let other = self.add(far, distance);
                    let ends = if up { (other.clone(), own.clone()) } else { (own.clone(), other.clone()) };
                    self.edges.entry((ends.0, ends.1, edge_kind(kind))).or_default();
                    if !seen.contains(&other) {
                        seen.push(other);
                        next.push(far);
                    }
                }
            }
            near = next;
        }
    }

    /// The section of an item that was asked for, and what packs state about it.
    fn of_items(&mut self, start: &[Found<'s>], pack: &dyn Fn(kijun_text::FileId) -> String) {
        let semantics = &self.snapshot.semantics;
        for found in start {
            let Some(id) = self.item(*found) else { continue };
            let own = self.add(*found, 0);
            let parent = semantics.program().requirement(id).and_then(|r| r.parent);
            if let Some(parent) = parent.and_then(|p| self.declared(p)) {
                let parent = self.add(parent, 1);
                self.edges.entry((parent, own.clone(), EdgeKind::Contains)).or_default();
            }
            for statement in semantics.compiled.mappings.iter() {
                let others: Vec<RequirementId> = match statement.target == id {
                    true => statement.sources.clone(),
                    false if statement.sources.contains(&id) => vec![statement.target],
                    false => continue,
                };
                for other in others {
                    let Some(other) = self.declared(other) else { continue };
                    let other = self.add(other, 1);
                    let to_own = statement.target == id;
                    let ends = if to_own { (other, own.clone()) } else { (own.clone(), other) };
                    let stated = self.edges.entry((ends.0, ends.1, EdgeKind::Maps)).or_default();
                    stated.add(statement.relationship, statement.mark, &pack(statement.span.file));
                }
            }
        }
    }

    /// The tests that expect something of what was asked for, or of a rule beside it.
    fn tests(&mut self, depth: usize) {
        let semantics = &self.snapshot.semantics;
        let near: Vec<(Key, usize)> = self.nodes.iter().map(|(key, n)| (key.clone(), n.distance)).collect();
        for test in &semantics.compiled.tests {
            for target in test.expects.iter().filter_map(|e| e.target.as_ref()) {
                let fits = |(key, distance): &&(Key, usize)| match target {
                    Expected::Rule(name) => {
                        matches!(key.0, Sort::Check | Sort::Attest) && key.1 == *name && *distance < depth
                    }
                    Expected::Requirement(id) => {
                        let requirement = semantics.program().requirement(*id);
                        *distance == 0
                            && matches!(key.0, Sort::Section | Sort::Requirement)
                            && requirement.is_some_and(|r| r.id == key.1)
                    }
                };
                for (key, distance) in near.iter().filter(fits) {
                    let test_key =
                        (Sort::Test, test.name.clone(), test.span.file.0, test.span.start as usize);
                    self.nodes.entry(test_key.clone()).or_insert_with(|| Node {
                        sort: Sort::Test,
                        name: test.name.clone(),
                        title: kijun_text::Label::default(),
                        place: span_place(self.snapshot, test.span),
                        is_focus: false,
                        items: None,
                        distance: distance + 1,
                    });
                    self.edges.entry((key.clone(), test_key, EdgeKind::TestedBy)).or_default();
                }
            }
        }
    }

    fn finish(self, name: &str) -> Graph {
        let keys: Vec<&Key> = self.nodes.keys().collect();
        let at = |key: &Key| keys.binary_search(&key).ok();
        let edge = |(ends, stated): (&(Key, Key, EdgeKind), &Stated)| {
            let (from, to, kind) = ends;
            Some(Edge { from: at(from)?, to: at(to)?, kind: *kind, stated: stated.clone() })
        };
        Graph {
            of: Some(name.to_owned()),
            edges: self.edges.iter().filter_map(edge).collect(),
            nodes: self.nodes.values().cloned().collect(),
            ..Graph::default()
        }
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
define domestic(v: vendor): bool = v.country == JP
check chain for mhlw:8.3 { each v: vendor require domestic(v) }
mapping iso -> mhlw { A.1 superset 8.3 A.2 intersects 8.3 strength 2 }
test \"abroad\" { given { vendor v { country US } } expect chain violated for v }
test \"at home\" { given { vendor v { country JP } } expect mhlw:8.3 satisfied }
";

    fn check(name: &str, depth: usize, expected: Expect) {
        let (snapshot, _) = fixture(&format!("{NORMS}{RULES}"));
        let shown = |graph: Graph| {
            let name = |i: usize| graph.nodes[i].name.as_str();
            let mut out = String::new();
            for node in &graph.nodes {
                let at = node.place.as_ref().map_or(0, |p| p.line);
                out.push_str(&format!("{} {} {}, line {at}\n", node.distance, node.sort.name(), node.name));
            }
            for edge in &graph.edges {
                out.push_str(&format!("{} {} {}\n", name(edge.from), edge.kind.name(), name(edge.to)));
            }
            out
        };
        let found = surroundings(&snapshot, name, depth, |_| "p".to_owned());
        expected.assert_eq(&found.map_or_else(|(message, _)| message.en, shown));
    }

    #[test]
    fn of_a_requirement() {
        check(
            "mhlw:8.3",
            3,
            expect![[r#"
            1 section mhlw:8, line 16
            1 requirement iso:A.1, line 10
            1 requirement iso:A.2, line 11
            0 requirement mhlw:8.3, line 17
            1 check chain, line 19
            2 test abroad, line 21
            1 test at home, line 22
            2 define domestic, line 18
            3 attribute vendor.country, line 13
            mhlw:8 contains mhlw:8.3
            iso:A.1 maps mhlw:8.3
            iso:A.2 maps mhlw:8.3
            mhlw:8.3 checked_by chain
            mhlw:8.3 tested_by at home
            chain tested_by abroad
            chain uses domestic
            domestic reads vendor.country
        "#]],
        );
    }

    #[test]
    fn steps_are_counted() {
        check(
            "8.3",
            1,
            expect![[r#"
            1 section mhlw:8, line 16
            1 requirement iso:A.1, line 10
            1 requirement iso:A.2, line 11
            0 requirement mhlw:8.3, line 17
            1 check chain, line 19
            1 test at home, line 22
            mhlw:8 contains mhlw:8.3
            iso:A.1 maps mhlw:8.3
            iso:A.2 maps mhlw:8.3
            mhlw:8.3 checked_by chain
            mhlw:8.3 tested_by at home
        "#]],
        );
        check("mhlw:8.9", 1, expect!["there is no item, rule, attribute or pack `mhlw:8.9`"]);
    }
}
