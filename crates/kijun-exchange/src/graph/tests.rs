use kijun_text::{Label, Lang};

use super::*;

fn node(sort: Sort, name: &str, distance: usize) -> Node {
    let title = Label::new(format!("{name}の題"), format!("title of {name}"));
    Node { sort, name: name.to_owned(), title, place: None, is_focus: distance == 0, items: None, distance }
}

fn edge(from: usize, to: usize, kind: EdgeKind) -> Edge {
    let mut stated = Stated::default();
    if kind == EdgeKind::Maps {
        stated.add(Relationship::Superset, Mark::Inferred, "map");
    }
    Edge { from, to, kind, stated }
}

fn sample() -> Graph {
    Graph {
        of: Some("a:1".into()),
        nodes: vec![
            node(Sort::Requirement, "a:1", 0),
            node(Sort::Requirement, "b:1", 1),
            node(Sort::Requirement, "b:2", 1),
            node(Sort::Check, "c", 1),
            node(Sort::Attribute, "x.y", 2),
        ],
        edges: vec![
            edge(0, 1, EdgeKind::Maps),
            edge(2, 0, EdgeKind::Maps),
            edge(0, 3, EdgeKind::CheckedBy),
            edge(3, 4, EdgeKind::Reads),
        ],
        ..Graph::default()
    }
}

fn catalog(node: &Node) -> Option<(String, Label)> {
    Some((format!("{}@1", node.name.split_once(':')?.0), Label::default()))
}

fn names(graph: &Graph) -> Vec<&str> {
    graph.nodes.iter().map(|n| n.name.as_str()).collect()
}

#[test]
fn a_limit_folds_first_and_then_leaves_out_what_is_farthest() {
    assert_eq!(sample().limited(5, catalog), sample());
    let folded = sample().limited(4, catalog);
    assert_eq!(names(&folded), ["a:1", "b@1", "c", "x.y"]);
    assert_eq!((folded.folded, folded.left_out.len(), folded.edges.len()), (2, 0, 4), "both directions stay");
    let cut = sample().limited(3, catalog);
    assert_eq!(names(&cut), ["a:1", "b@1", "c"]);
    assert_eq!(cut.left_out, BTreeMap::from([(Sort::Attribute, 1)]));
    assert_eq!(
        cut.remark().unwrap().en,
        "2 item(s) stand as their section or catalogue; 1 node(s) are left out (attribute 1)"
    );
    assert_eq!(names(&sample().limited(1, catalog)), ["a:1"], "what was asked for stays");
}

#[test]
fn a_picture_holds_no_markup_of_packs() {
    let mut graph = sample();
    graph.nodes[1].name = "</text><script>alert(1)</script>".into();
    graph.nodes[2].title = Label::new("\"><image href=x onerror=y>\u{202e}", "");
    for lang in [Lang::Ja, Lang::En] {
        let svg = graph_svg(&graph, lang);
        assert!(!svg.contains("<script") && !svg.contains("<image") && !svg.contains('\u{202e}'), "{svg}");
        assert!(!svg.contains("http") || svg.matches("http").count() == 1, "the name space alone");
        assert_eq!(svg, graph_svg(&graph, lang), "the same bytes");
        assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
    }
    let dot = graph_dot(&graph, Lang::Ja);
    assert!(dot.contains("\\\"><image"), "{dot}");
    let mermaid = graph_mermaid(&graph, Lang::Ja);
    assert!(mermaid.contains("#lt;script#gt;"), "{mermaid}");
}

#[test]
fn circles_and_long_edges_are_drawn_without_boxes_that_overlap() {
    let edges = [(0, 1), (1, 2), (2, 0), (0, 2), (3, 3), (0, 4), (1, 4), (4, 2)];
    let sizes = vec![(100, 40); 6];
    let laid = layout::layout(&sizes, &edges, &[10; 8]);
    assert_eq!((laid.boxes.len(), laid.lines.len()), (6, 8));
    for (i, a) in laid.boxes.iter().enumerate() {
        for b in &laid.boxes[i + 1..] {
            let apart = a.x + a.width <= b.x
                || b.x + b.width <= a.x
                || a.y + a.height <= b.y
                || b.y + b.height <= a.y;
            assert!(apart, "{a:?} {b:?}");
        }
    }
    let turned: Vec<bool> = laid.lines.iter().map(|l| l.1).collect();
    assert_eq!(turned.iter().filter(|t| **t).count(), 2, "the circle, and what points at itself");
}

#[test]
fn the_data_follows_its_schema() {
    let mut graph = sample().limited(3, catalog);
    graph.nodes[0].place = Some(Place { file: "a.kijun".into(), line: 3 });
    let json = serde_json::to_value(graph_json(&graph, "1")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(crate::GRAPH_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}
