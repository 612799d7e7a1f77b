//! What panels ask for: proofs, matrices, the rule graph.

use serde_json::{Value, json};

use crate::fixture::{CONTRACTS, Editor, RULES, workspace};

/// A place as `file:line`.
fn at(location: &Value) -> String {
    let uri = location["uri"].as_str().unwrap_or("-");
    format!("{}:{}", uri.rsplit('/').next().unwrap(), location["range"]["start"]["line"])
}

#[test]
fn a_proof_names_the_place_of_every_fact_and_of_the_rule() {
    let folder = workspace("proof");
    let mut editor = Editor::of(&folder);
    let found = editor.client.request("kijun/explain", json!({"id": "mhlw:8.1@c1"})).unwrap();
    assert_eq!(found["requirement"]["title"], "A contract with its clauses");
    assert_eq!(found["requirement"]["verdict"]["name"], "violated");
    assert_eq!(found["subject"], "c1");
    assert_eq!(at(&found["requirement"]["location"]), "norms.kijun:5");
    let [outcome] = found["outcomes"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(outcome["message"], "no penalty clause");
    assert_eq!(at(&outcome["subject"]["location"]), "contract.csv:1");
    assert_eq!(at(&outcome["rule"]["location"]), "%E8%A6%8F%E5%89%87.kijun:0");
    let node = &outcome["proof"][0];
    assert_eq!((&node["truth"], &node["text"]), (&json!("false"), &json!("penalty in c.clauses")));
    let fact = &node["facts"][0];
    assert_eq!(fact["name"], "contract.c1.clauses");
    assert_eq!(at(&fact["values"][0]["location"]), "contract.csv:1");
    assert_eq!(fact["values"][0]["location"]["range"]["start"]["character"], 5);
    assert_eq!(outcome["repairs"][0]["steps"][0]["text"], "add penalty to contract c1 clauses");
    let markdown = found["markdown"].as_str().unwrap();
    assert!(markdown.starts_with("## mhlw:8.1 [4.2] A contract with its clauses"), "{markdown}");
    assert!(markdown.contains("[facts/contract.csv:2](file://"), "{markdown}");
    let asked = json!({"id": "mhlw:8.1", "subject": "c1", "lang": "ja"});
    let found = editor.client.request("kijun/explain", asked).unwrap();
    assert_eq!(found["outcomes"][0]["message"], "罰則がありません");
}

#[test]
fn what_stands_at_a_place_is_explained_and_follows_an_edit() {
    let folder = workspace("proof-place");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let contracts = folder.uri("facts/contract.csv");
    client.open(&contracts, CONTRACTS);
    let found = client.at("kijun/explain", &contracts, 1, 6).unwrap();
    assert_eq!((&found["requirement"]["id"], &found["subject"]), (&json!("mhlw:8.1"), &json!("c1")));
    let start = json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}});
    // Asked at once: the answer is of the edit that came before.
    client.change(&contracts, 2, json!([{"range": start, "text": "c0,a,罰則\n"}]));
    let found = client.at("kijun/explain", &contracts, 1, 6).unwrap();
    assert_eq!(
        (&found["subject"], &found["outcomes"][0]["verdict"]["name"]),
        (&json!("c0"), &json!("satisfied"))
    );
}

#[test]
fn a_matrix_is_given_as_data_and_as_a_page() {
    let folder = workspace("matrix");
    folder.write("mapping.kijun", "catalog iso \"ISO\" { edition \"1\" }\nrequirement iso:A \"契約\" { }\nmapping mhlw -> iso { mark published 8.1 superset A strength 9 }\n");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let names: Vec<String> = client
        .request("kijun/catalogs", json!({}))
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|c| format!("{} {}", c["name"].as_str().unwrap(), c["title"].as_str().unwrap()))
        .collect();
    assert_eq!(names, ["iso@1 ISO", "mhlw@4.2 Safety guideline"]);
    let asked = json!({"from": "mhlw", "to": ["iso"], "format": "json"});
    let found = client.request("kijun/matrix", asked).unwrap()["json"].clone();
    let schema: Value = serde_json::from_str(kijun_exchange::MATRIX_SCHEMA).unwrap();
    assert!(jsonschema::is_valid(&schema, &found), "{found}");
    assert_eq!(found["assessed"]["facility"], "minato");
    let asked = json!({"from": "mhlw", "to": ["iso"], "format": "html", "lang": "ja"});
    let page = client.request("kijun/matrix", asked).unwrap();
    let page = page["html"].as_str().unwrap();
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"ja\">"), "{page}");
    let error = client.request("kijun/matrix", json!({"from": "mhlv", "to": ["iso"]})).unwrap_err();
    assert_eq!(error["code"], -32602);
    assert_eq!(error["message"], "no catalogue `mhlv` is loaded\nthere are: iso@1, mhlw@4.2");
}

#[test]
fn the_rule_graph_is_given_around_a_name_a_place_or_a_file() {
    let folder = workspace("graph");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let rules = folder.uri("規則.kijun");
    client.open(&rules, RULES);
    let names = |found: &Value| -> Vec<String> {
        found["nodes"].as_array().unwrap().iter().map(|n| n["name"].as_str().unwrap().to_owned()).collect()
    };
    let found = client.request("kijun/graph", json!({"of": "mhlw:8.1"})).unwrap();
    assert_eq!(names(&found), ["mhlw:8.1", "clauses", "contract.clauses"]);
    assert_eq!(found["nodes"][0]["verdict"]["name"], "violated");
    assert_eq!(at(&found["nodes"][1]["location"]), "%E8%A6%8F%E5%89%87.kijun:0");
    assert_eq!(found["edges"][1], json!({"from": 1, "to": 2, "kind": "reads"}));
    let found = client.at("kijun/graph", &rules, 4, 8).unwrap();
    assert_eq!(names(&found), ["mhlw:8.2", "home", "contract.vendor", "vendor.country"]);
    let found = client.request("kijun/graph", json!({"textDocument": {"uri": rules}, "format": "mermaid"}));
    assert!(found.unwrap()["mermaid"].as_str().unwrap().starts_with("flowchart LR\n"));
    let found = client.request("kijun/graph", json!({"of": "home", "format": "dot"})).unwrap();
    assert!(found["dot"].as_str().unwrap().starts_with("digraph kijun {\n"));
}

#[test]
fn names_that_mean_nothing_are_refused_in_both_languages() {
    let folder = workspace("refused");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let error = client.request("kijun/explain", json!({"id": "mhlw:8.11"})).unwrap_err();
    assert_eq!(error["code"], -32602);
    assert_eq!(error["message"], "there is no requirement `mhlw:8.11`\ndid you mean `mhlw:8.1`?");
    assert_eq!(error["data"]["ja"], "要求事項 `mhlw:8.11` はありません\nもしかして: `mhlw:8.1`");
    let error = client.request("kijun/explain", json!({"id": "mhlw:8.1@c9"})).unwrap_err();
    assert_eq!(error["message"], "`mhlw:8.1` has no verdict on `c9`\nsubjects: c1, c2");
    let error = client.request("kijun/graph", json!({"of": "clause"})).unwrap_err();
    assert!(error["message"].as_str().unwrap().ends_with("did you mean `clauses`?"), "{error}");
    let error = client.request("kijun/explain", json!({})).unwrap_err();
    assert_eq!(error["code"], -32602);
    let error = client.request("kijun/graph", json!({"of": "home", "format": "png"})).unwrap_err();
    assert_eq!(error["code"], -32602);
}

#[test]
fn without_a_folder_they_are_refused_and_with_errors_nothing_is_explained() {
    let mut editor = Editor::start();
    editor.client.initialize(&[], json!({}), json!({"language": "en"}));
    let error = editor.client.request("kijun/explain", json!({"id": "mhlw:8.1"})).unwrap_err();
    assert!(error["message"].as_str().unwrap().starts_with("no pack or workspace is open"), "{error}");

    let folder = workspace("broken");
    folder.write("broken.kijun", "check x for mhlw:9.9 { require true }\n");
    let mut editor = Editor::of(&folder);
    let error = editor.client.request("kijun/explain", json!({"id": "mhlw:8.1"})).unwrap_err();
    assert!(error["message"].as_str().unwrap().starts_with("the packs have errors"), "{error}");
}

#[test]
fn panels_are_told_when_to_ask_again_if_the_editor_has_them() {
    let folder = workspace("panels-told");
    let mut editor = Editor::start();
    let client = &mut editor.client;
    let capabilities = json!({"experimental": {"kijun": {"analysed": true}}});
    client.initialize(&[&folder.uri("")], capabilities, json!({"language": "en"}));
    client.wait_for_notification(|n| n["method"] == "kijun/analysed");

    let folder = workspace("panels-none");
    let mut other = Editor::of(&folder);
    other.client.settle();
    other.client.leave();
    assert!(!other.client.notified("kijun/analysed"), "an editor without panels is not told");
}
