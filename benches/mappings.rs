//! How long the algebra of mappings takes: on the shipped packs, and on a generated network of 20 catalogues with 10,000 items
//! and 100,000 pairs. Medians; machines are noisy.
//!
//! `cargo bench -p kijun-benches --bench mappings`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark may stop on its own mistakes")]
#![allow(clippy::disallowed_methods, reason = "a benchmark reads packs and looks at the clock")]

use std::path::Path;
use std::time::{Duration, Instant};

use kijun_benches::generator::SEED;
use kijun_benches::generator::network::{Size, pairs};
use kijun_coverage::{
    Closure, Mappings, Matrix, Method, Network, Node, Relations, Relationship, Statement, Walks,
};
use kijun_engine::program::{Mark, RequirementId};
use kijun_text::{Label, Span};

fn main() {
    shipped();
    generated(Size { catalogs: 20, items: 500, pairs: 100_000 });
}

fn shipped() {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rulepacks");
    let workspace = kijun_workspace::load_norms(&packs, &kijun_workspace::Options::default()).expect("packs");
    assert!(!workspace.has_errors());
    let (program, statements) = (&workspace.compiled.program, &workspace.compiled.mappings);
    println!("shipped packs: {} items, {} statements", program.requirements.len(), statements.len());
    let all = median(9, || Mappings::new(program, statements, None));
    let mappings = Mappings::new(program, statements, None);
    println!("  network, contradictions       {:>8.2} ms", ms(all));
    let nodes: Vec<Node> = mappings.network.nodes().collect();
    let whole = median(9, || Closure::of(&mappings.network, &nodes));
    println!("  closure of all pairs          {:>8.2} ms", ms(whole));
    let closure = Closure::of(&mappings.network, &nodes);
    let catalog = |node: Node| program.requirements.get(node.0 as usize).map(|r| r.catalog);
    count(&closure, &nodes, statements, catalog);
    println!("  contradictions                {:>8}", mappings.contradictions.len());
    let catalogs: Vec<usize> = (0..program.catalogs.len()).collect();
    let matrix = median(3, || Matrix::new(&mappings, &catalogs, &catalogs, None));
    println!(
        "  every matrix with derivations {:>8.2} ms ({} blocks)",
        ms(matrix),
        catalogs.len() * (catalogs.len() - 1)
    );
}

fn generated(size: Size) {
    let pairs = pairs(size, SEED);
    let items = size.catalogs * size.items;
    let statements: Vec<Statement> = pairs
        .iter()
        .map(|p| Statement {
            sources: vec![RequirementId(p.source)],
            relationship: Relationship::from_name(p.relationship).expect("a relationship"),
            equivalent: false,
            target: RequirementId(p.target),
            strength: Some(p.strength),
            rationale: None,
            argument: Label::default(),
            method: Method::Human,
            source: String::new(),
            mark: Mark::Inferred,
            span: Span::default(),
        })
        .collect();
    println!("\ngenerated: {} catalogues, {items} items, {} pairs", size.catalogs, statements.len());
    let parents = vec![None; items];
    let building = median(3, || Network::from_parts(&parents, &statements, |_| true));
    let network = Network::from_parts(&parents, &statements, |_| true);
    println!("  network                       {:>8.2} ms", ms(building));
    let nodes: Vec<Node> = network.nodes().collect();
    let of = |catalog: usize| &nodes[catalog * size.items..(catalog + 1) * size.items];
    let one = median(3, || Closure::of(&network, of(0)));
    println!("  closure, one catalogue to all {:>8.2} ms", ms(one));
    let consistent = median(3, || Closure::contradictory_nodes(&network));
    println!(
        "  contradictions among all      {:>8.2} ms ({})",
        ms(consistent),
        Closure::contradictory_nodes(&network).len()
    );
    let whole = median(3, || Closure::of(&network, &nodes));
    println!("  closure of all pairs          {:>8.2} ms", ms(whole));
    let catalog = |node: Node| Some(node.0 as usize / size.items);
    count(&Closure::of(&network, &nodes), &nodes, &statements, catalog);
    let walk = median(3, || Walks::from(&network, Node(0)));
    println!("  derivations of one row        {:>8.2} ms", ms(walk));
}

/// What follows for items of different catalogues and is not stated, by how much is left open.
fn count(
    closure: &Closure,
    nodes: &[Node],
    statements: &[Statement],
    catalog: impl Fn(Node) -> Option<usize>,
) {
    let single = statements.iter().filter(|s| s.sources.len() == 1);
    let stated: std::collections::BTreeSet<(Node, Node)> = single
        .map(|s| (Node::from(s.sources[0]), Node::from(s.target)))
        .flat_map(|(a, b)| [(a, b), (b, a)])
        .collect();
    let (mut definite, mut certain, mut open) = (0, 0, 0);
    for (i, a) in nodes.iter().enumerate() {
        for b in &nodes[i + 1..] {
            let same = catalog(*a).is_none() || catalog(*b).is_none() || catalog(*a) == catalog(*b);
            match closure.get(*a, *b) {
                Relations::ANY => {}
                _ if same || stated.contains(&(*a, *b)) => {}
                r if r.single().is_some() => definite += 1,
                r if r.is_within(Relations::OVERLAPS) => certain += 1,
                _ => open += 1,
            }
        }
    }
    println!(
        "  inferred between catalogues: {definite} definite, {certain} disjunctive with something in common for certain, {open} disjunctive and open"
    );
}

fn median<T>(times: usize, mut run: impl FnMut() -> T) -> Duration {
    let mut taken: Vec<Duration> = (0..times)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(run());
            start.elapsed()
        })
        .collect();
    taken.sort();
    taken[times / 2]
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
