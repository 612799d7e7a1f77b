//! `kijun graph`.

use serde_json::Value;

use crate::page::small;
use crate::run::kijun;

fn graph(args: &[&str]) -> Value {
    let out = kijun(&[&["--quiet", "graph", "--format", "json"], args].concat());
    assert_eq!(out.status, 0, "{}", out.stderr);
    let value: Value = serde_json::from_str(&out.stdout).unwrap();
    let schema: Value = serde_json::from_str(kijun_exchange::GRAPH_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    value
}

fn names(graph: &Value) -> Vec<&str> {
    graph["nodes"].as_array().unwrap().iter().map(|n| n["name"].as_str().unwrap()).collect()
}

/// `FROM KIND TO` of every edge.
fn edges(graph: &Value) -> Vec<String> {
    let names = names(graph);
    let at = |i: &Value| names[i.as_u64().unwrap() as usize];
    let edges = graph["edges"].as_array().unwrap().iter();
    edges.map(|e| format!("{} {} {}", at(&e["from"]), e["kind"].as_str().unwrap(), at(&e["to"]))).collect()
}

#[test]
fn catalogues_stand_with_what_is_mapped_between_them() {
    let graph = graph(&["rulepacks"]);
    let names = names(&graph);
    assert!(names.contains(&"mhlw@4.2") && names.contains(&"csf@2.0"), "{names:?}");
    let edges = edges(&graph);
    assert!(edges.contains(&"csf@2.0 supersedes csf@1.1".to_owned()), "{edges:?}");
    let at = edges.iter().position(|e| e == "csf@1.1 maps csf@2.0").expect("an edge");
    let stated = &graph["edges"][at];
    let sum: u64 = stated["relations"].as_array().unwrap().iter().map(|r| r["count"].as_u64().unwrap()).sum();
    assert_eq!(stated["packs"][0]["name"], "map-csf-1.1-2.0");
    assert_eq!(stated["packs"][0]["count"], sum);
}

#[test]
fn an_item_stands_with_rules_facts_mappings_and_tests() {
    let graph = graph(&["rulepacks", "--of", "mhlw@4.2:8.1.2.C.キ"]);
    let edges = edges(&graph);
    for expected in [
        "mhlw@4.2:8.1.2 contains mhlw@4.2:8.1.2.C.キ",
        "mhlw@4.2:8.1.2.C.キ checked_by selection_criteria_adopted",
        "selection_criteria_adopted reads selection_criteria.adopted",
        "selection_criteria_adopted tested_by (キ) 選定基準がなければ違反",
        "mhlw@4.2:8.1.2.C.キ maps iso27001@2022:A.5.19",
    ] {
        assert!(edges.iter().any(|e| e == expected), "{expected} in {edges:#?}");
    }
    let near = self::graph(&["rulepacks", "--of", "mhlw@4.2:8.1.2.C.キ", "--depth", "1"]);
    assert!(names(&near).len() < names(&graph).len());
    assert!(!names(&near).contains(&"selection_criteria.adopted"));
}

#[test]
fn a_limit_is_kept_and_said() {
    let args = ["graph", "rulepacks", "--of", "csf@2.0", "--depth", "9", "--max-nodes", "12"];
    let out = kijun(&args);
    assert_eq!(out.status, 0, "{}", out.stderr);
    assert!(out.stderr.contains("stand as their section or catalogue"), "{}", out.stderr);
    let nodes = out.stdout.lines().filter(|l| l.trim_start().starts_with('n') && !l.contains("-->")).count();
    assert!(nodes <= 12, "{nodes}: {}", out.stdout);
    let cut = graph(&["rulepacks", "--of", "mhlw@4.2:8.1.2.C.キ", "--max-nodes", "5"]);
    assert_eq!(names(&cut).len(), 5);
    let left: u64 = cut["left_out"].as_array().unwrap().iter().map(|l| l["count"].as_u64().unwrap()).sum();
    let whole = graph(&["rulepacks", "--of", "mhlw@4.2:8.1.2.C.キ"]);
    assert!(left > 0 && left + 5 <= names(&whole).len() as u64, "{cut}");
}

#[test]
fn a_name_that_means_nothing_is_refused() {
    let out = kijun(&["graph", "rulepacks", "--of", "mhlw@4.2:8.1.2.C.ヌ"]);
    assert_eq!((out.status, out.stdout.as_str()), (2, ""), "{}", out.stderr);
    assert!(out.stderr.contains("there is no item"), "{}", out.stderr);
    let out = kijun(&["graph", "rulepacks", "--of", "mhlw"]);
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("name one of: mhlw@4.2"), "{}", out.stderr);
}

#[test]
fn a_picture_is_the_same_each_time_and_holds_no_markup_of_packs() {
    let workspace = small("graph-small");
    for of in [&[][..], &["--of", "std"], &["--of", "std:A"]] {
        let args = [&["graph", workspace.path(), "--format", "svg", "--lang", "ja"], of].concat();
        let (first, again) = (kijun(&args), kijun(&args));
        assert_eq!(first.status, 0, "{}", first.stderr);
        assert!(
            first.stdout.starts_with("<svg ")
                && !first.stdout.contains("<script")
                && !first.stdout.contains("<img")
        );
        assert_eq!(first.stdout, again.stdout);
    }
}
