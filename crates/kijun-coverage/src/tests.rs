//! The algebra against brute force: all models of four sets that differ at all.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use kijun_engine::program::{Mark, RequirementId};
use kijun_text::{Label, Span};
use proptest::prelude::*;

use crate::contradiction::contradictions_among;
use crate::{Closure, Method, Network, Node, Relations, Relationship, Statement, Walks};

const NODES: usize = 4;

pub(crate) fn statement(sources: &[u32], relationship: Relationship, target: u32) -> Statement {
    Statement {
        sources: sources.iter().map(|s| RequirementId(*s)).collect(),
        relationship,
        equivalent: false,
        target: RequirementId(target),
        strength: Some(5),
        rationale: None,
        argument: Label::default(),
        method: Method::Human,
        source: String::new(),
        mark: Mark::Inferred,
        span: Span::default(),
    }
}

/// Every way for four sets to be: an element is told apart by which of the sets hold it, so a model is a choice among
/// the fifteen possible sorts of element. Sets as bits over sorts; none is empty.
static MODELS: LazyLock<Vec<[u16; NODES]>> = LazyLock::new(|| {
    let sets = |model: u16| {
        let holds = |set: usize, sort: u16| (sort + 1) >> set & 1 == 1;
        std::array::from_fn(|set| {
            (0..15)
                .filter(|sort| model >> sort & 1 == 1 && holds(set, *sort))
                .fold(0, |s, sort| s | 1 << sort)
        })
    };
    (0..1 << 15).map(sets).filter(|m: &[u16; NODES]| m.iter().all(|s| *s != 0)).collect()
});

fn relation(a: u16, b: u16) -> Relationship {
    match a & b {
        0 => Relationship::Unrelated,
        _ if a == b => Relationship::Equal,
        both if both == a => Relationship::Subset,
        both if both == b => Relationship::Superset,
        _ => Relationship::Intersects,
    }
}

fn holds(model: &[u16; NODES], parents: &[Option<Node>], s: &Statement) -> bool {
    let part =
        parents.iter().enumerate().all(|(i, p)| p.is_none_or(|p| model[i] & !model[p.0 as usize] == 0));
    let union = s.sources.iter().fold(0, |all, r| all | model[r.0 as usize]);
    part && relation(union, model[s.target.0 as usize]) == s.relationship
}

fn models(parents: &[Option<Node>], statements: &[Statement]) -> Vec<&'static [u16; NODES]> {
    let part = |m: &&[u16; NODES]| {
        parents.iter().enumerate().all(|(i, p)| p.is_none_or(|p| m[i] & !m[p.0 as usize] == 0))
    };
    let all = MODELS.iter().filter(part);
    all.filter(|m| statements.iter().all(|s| holds(m, parents, s))).collect()
}

fn parents() -> impl Strategy<Value = Vec<Option<Node>>> {
    prop_oneof![
        3 => Just(vec![None; NODES]),
        1 => Just(vec![None, Some(Node(0)), None, None]),
        1 => Just(vec![None, Some(Node(0)), None, Some(Node(2))]),
        1 => Just(vec![None, Some(Node(0)), Some(Node(1)), None]),
    ]
}

fn relationship() -> impl Strategy<Value = Relationship> {
    proptest::sample::select(Relationship::ALL.to_vec())
}

fn pairs(most: usize) -> impl Strategy<Value = Vec<Statement>> {
    let pair = (0..NODES as u32, relationship(), 0..NODES as u32, 0..4u8, 1..=10u8);
    let pair = pair.prop_filter_map("an item with itself", |(a, r, b, mark, strength)| {
        let marks = [Mark::Printed, Mark::Published, Mark::Inferred, Mark::Unverified];
        let mark = marks[mark as usize];
        (a != b).then(|| Statement { mark, strength: Some(strength), ..statement(&[a], r, b) })
    });
    prop::collection::vec(pair, 0..most)
}

fn all(network: &Network) -> Closure {
    Closure::of(network, &network.nodes().collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Sound and complete: what the closure leaves possible is exactly what happens in some model.
    #[test]
    fn closure_is_what_the_models_say(parents in parents(), statements in pairs(6)) {
        let network = Network::from_parts(&parents, &statements, |_| true);
        let closure = all(&network);
        let models = models(&parents, &statements);
        prop_assert_eq!(models.is_empty(), !closure.contradictory().is_empty());
        if models.is_empty() {
            return Ok(());
        }
        for a in network.nodes() {
            for b in network.nodes() {
                let seen = models.iter().fold(Relations::NONE, |all, m| {
                    all | relation(m[a.0 as usize], m[b.0 as usize]).into()
                });
                prop_assert_eq!(closure.get(a, b), seen, "{:?} {:?}", a, b);
            }
        }
    }

    /// Walks with their states and the closure with its planes find the same.
    #[test]
    fn walks_give_the_closure(parents in parents(), statements in pairs(6)) {
        let network = Network::from_parts(&parents, &statements, |_| true);
        let closure = all(&network);
        prop_assume!(closure.contradictory().is_empty());
        for a in network.nodes() {
            let walks = Walks::from(&network, a);
            for b in network.nodes().filter(|b| *b != a) {
                prop_assert_eq!(walks.relations(b), closure.get(a, b));
                let Some(derivation) = walks.derivation(b) else {
                    prop_assert_eq!(closure.get(a, b), Relations::ANY);
                    continue;
                };
                prop_assert_eq!(derivation.gives, closure.get(a, b));
                for walk in &derivation.walks {
                    let composed = walk.steps.iter().fold(Relations::EQUAL, |r, e| r.then(e.relations));
                    prop_assert_eq!(composed, walk.gives);
                    prop_assert_eq!(walk.steps.last().map(|e| e.to), Some(b));
                }
                // Nothing weaker than it says was needed, and nothing stronger would have done.
                let limit = derivation.mark.unwrap_or(Mark::Printed);
                let weakest = derivation.strength.unwrap_or(10);
                let fits = |i: usize, least| statements[i].mark <= limit && statements[i].strength >= Some(least);
                let enough = Network::from_parts(&parents, &statements, |i| fits(i, weakest));
                prop_assert_eq!(all(&enough).get(a, b), derivation.gives);
                if derivation.mark.is_some() {
                    let stronger = Network::from_parts(&parents, &statements, |i| fits(i, weakest + 1));
                    prop_assert_ne!(all(&stronger).get(a, b), derivation.gives);
                }
            }
        }
    }

    /// The order in which packs were read does not matter, and what is known already adds nothing.
    #[test]
    fn closure_is_idempotent_and_knows_no_order(parents in parents(), statements in pairs(6)) {
        let network = Network::from_parts(&parents, &statements, |_| true);
        let closure = all(&network);
        prop_assume!(closure.contradictory().is_empty());
        let mut turned: Vec<Statement> = statements.iter().rev().cloned().collect();
        for a in network.nodes() {
            for b in network.nodes().filter(|b| *b != a) {
                if let Some(r) = closure.get(a, b).single() {
                    turned.push(statement(&[a.0], r, b.0));
                }
            }
        }
        let again = all(&Network::from_parts(&parents, &turned, |_| true));
        for a in network.nodes() {
            for b in network.nodes() {
                prop_assert_eq!(again.get(a, b), closure.get(a, b));
            }
        }
    }

    /// A contradiction has no model, anything less than it has, and what is left when all are set aside has one.
    #[test]
    fn contradictions_are_smallest(parents in parents(), statements in pairs(9)) {
        let found = contradictions_among(&parents, &statements, &BTreeSet::new());
        prop_assert_eq!(found.is_empty(), !models(&parents, &statements).is_empty());
        let of = |list: &[usize]| list.iter().map(|i| statements[*i].clone()).collect::<Vec<_>>();
        for contradiction in &found {
            prop_assert!(models(&parents, &of(&contradiction.statements)).is_empty());
            for left_out in &contradiction.statements {
                let rest: Vec<usize> =
                    contradiction.statements.iter().copied().filter(|s| s != left_out).collect();
                prop_assert!(!models(&parents, &of(&rest)).is_empty());
            }
            prop_assert!(contradiction.derivation.gives.is_empty());
            prop_assert!(!contradiction.set_aside.is_empty());
        }
        let aside: Vec<usize> = found.iter().flat_map(|c| c.set_aside.iter().copied()).collect();
        let rest: Vec<usize> = (0..statements.len()).filter(|i| !aside.contains(i)).collect();
        prop_assert!(!models(&parents, &of(&rest)).is_empty());
    }

    /// Claims about unions are sound: whatever holds in a model of them is left possible.
    #[test]
    fn unions_are_sound(
        statements in pairs(4),
        members in prop::sample::subsequence(vec![0u32, 1, 2], 2..=3),
        r in relationship(),
    ) {
        let parents = vec![None; NODES];
        let mut statements = statements;
        statements.push(statement(&members, r, 3));
        let network = Network::from_parts(&parents, &statements, |_| true);
        let closure = all(&network);
        let models = models(&parents, &statements);
        if !closure.contradictory().is_empty() {
            prop_assert!(models.is_empty());
            return Ok(());
        }
        for model in models {
            for a in 0..NODES as u32 {
                for b in 0..NODES as u32 {
                    let actual = relation(model[a as usize], model[b as usize]);
                    prop_assert!(closure.get(Node(a), Node(b)).contains(actual));
                }
            }
        }
    }
}

#[test]
fn rows_of_many_sources_do_not_run_into_each_other() {
    let chain: Vec<Statement> = (0..600).map(|i| statement(&[i], Relationship::Subset, i + 1)).collect();
    let parents = vec![None; 601];
    let network = Network::from_parts(&parents, &chain, |_| true);
    let closure = all(&network);
    for (a, b) in [(0, 600), (255, 256), (256, 599), (511, 513)] {
        assert_eq!(closure.get(Node(a), Node(b)), Relationship::Subset.into());
        assert_eq!(closure.get(Node(b), Node(a)), Relationship::Superset.into());
    }
    assert_eq!(closure.get(Node(300), Node(300)), Relations::EQUAL);
}
