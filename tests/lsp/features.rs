//! What an editor sees: each feature once over the protocol. Their details are tested where they are, in `kijun-ide`.

use serde_json::{Value, json};

use crate::client::Client;
use crate::fixture::{CONTRACTS, Editor, Folder, NORMS, RULES, workspace};

/// Code, first line and message of each diagnostic.
pub(crate) fn shown(params: &Value) -> Vec<String> {
    let all = params["diagnostics"].as_array().or(params["items"].as_array()).unwrap();
    let line = |d: &Value| {
        let message = d["message"].as_str().unwrap().lines().next().unwrap_or_default().to_owned();
        format!("{} {} {message}", d["code"].as_str().unwrap(), d["range"]["start"]["line"])
    };
    all.iter().map(line).collect()
}

fn opened(name: &str) -> (Folder, Editor, String) {
    let folder = workspace(name);
    let mut editor = Editor::of(&folder);
    let rules = folder.uri("規則.kijun");
    editor.client.open(&rules, RULES);
    editor.client.settle();
    (folder, editor, rules)
}

#[test]
fn a_violation_is_pushed_to_the_cell_and_goes_when_the_fact_is_put_right() {
    let folder = workspace("verdict");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let contracts = folder.uri("facts/contract.csv");
    let found = client.diagnostics(&contracts, |d| !shown(d).is_empty());
    assert_eq!(shown(&found), ["violated 1 mhlw:8.1 violated: no penalty clause"]);
    assert_eq!(found["diagnostics"][0]["range"]["start"]["character"], 5);
    assert!(
        found["diagnostics"][0]["relatedInformation"][0]["location"]["uri"]
            .as_str()
            .unwrap()
            .ends_with(".kijun")
    );
    client.open(&contracts, CONTRACTS);
    let cell = json!({"start": {"line": 1, "character": 5}, "end": {"line": 1, "character": 9}});
    client.change(&contracts, 2, json!([{"range": cell, "text": "罰則"}]));
    client.diagnostics(&contracts, |d| d["version"] == 2 && shown(d).is_empty());
}

#[test]
fn errors_of_a_module_are_pushed_as_it_is_typed() {
    let (_folder, mut editor, rules) = opened("push");
    let client = &mut editor.client;
    let end = json!({"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 0}});
    client.change(
        &rules,
        2,
        json!([{"range": end, "text": "check x for mhlw:8.9 { require true }\nrisk\n"}]),
    );
    let found = client.diagnostics(&rules, |d| d["version"] == 2 && shown(d).len() == 2);
    assert_eq!(
        shown(&found),
        [
            "K0203 5 the catalogue `mhlw` has no `8.9`: `mhlw:8.9`",
            "K0101 6 this ends too early: expected a name"
        ]
    );
}

#[test]
fn an_editor_that_asks_for_diagnostics_is_answered_and_told_when_to_ask_again() {
    let folder = workspace("pull");
    let mut editor = Editor::start();
    let capabilities =
        json!({"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": true}}});
    let client = &mut editor.client;
    client.initialize(&[&folder.uri("")], capabilities, json!({"language": "en"}));
    client.settle();
    client.wait_for_notification(|n| n["method"] == "workspace/diagnostic/refresh");
    let of = |client: &mut Client, path: &str| {
        let params = json!({"textDocument": {"uri": folder.uri(path)}});
        shown(&client.request("textDocument/diagnostic", params).unwrap())
    };
    assert_eq!(of(client, "facts/contract.csv"), ["violated 1 mhlw:8.1 violated: no penalty clause"]);
    assert_eq!(of(client, "規則.kijun"), Vec::<String>::new());
    let all = client.request("workspace/diagnostic", json!({"previousResultIds": []})).unwrap();
    let total: usize =
        all["items"].as_array().unwrap().iter().map(|r| r["items"].as_array().unwrap().len()).sum();
    assert_eq!((all["items"].as_array().unwrap().len(), total), (5, 1));
    assert_eq!(client.all_diagnostics(|_| true).len(), 0);
}

#[test]
fn places_are_counted_in_the_units_that_were_agreed() {
    let before = "section mhlw:9 \"😀😀期\" { en \"x\" } check y for ";
    for (encoding, column) in [("utf-8", before.len()), ("utf-16", before.encode_utf16().count())] {
        let folder = workspace(&format!("units-{encoding}"));
        let mut editor = Editor::start();
        let client = &mut editor.client;
        let capabilities = json!({"general": {"positionEncodings": [encoding]}});
        client.initialize(&[&folder.uri("")], capabilities, json!({"language": "en"}));
        let uri = folder.uri("a.kijun");
        client.open(&uri, &format!("{before}mhlw:8.9 {{ require true }}\n"));
        let found = client.diagnostics(&uri, |d| !shown(d).is_empty());
        let first = found["diagnostics"].as_array().unwrap()[0].clone();
        assert_eq!(first["range"]["start"]["character"], column, "{first}");
    }
}

#[test]
fn hover_definition_references_and_rename_agree_on_what_a_name_means() {
    let (folder, mut editor, rules) = opened("names");
    let client = &mut editor.client;
    let hover = client.at("textDocument/hover", &rules, 0, 20).unwrap();
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("条項のある契約") && text.contains("A contract with its clauses"), "{text}");
    assert!(text.contains("verdict: **violated**"), "{text}");
    let found = client.at("textDocument/definition", &rules, 0, 20).unwrap();
    assert_eq!(found[0]["uri"], folder.uri("norms.kijun"));
    assert_eq!(found[0]["range"]["start"]["line"], 5);
    let found = client.at("textDocument/references", &rules, 0, 20).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 2);
    let found = client.at("textDocument/prepareRename", &rules, 0, 20).unwrap();
    assert_eq!(found["placeholder"], "8.1");
    let mut params = crate::client::place(&rules, 0, 20);
    params["newName"] = json!("8.7");
    let edit = client.request("textDocument/rename", params.clone()).unwrap();
    assert_eq!(edit["changes"].as_object().unwrap().len(), 2);
    params["newName"] = json!("8.2");
    assert_eq!(
        client.request("textDocument/rename", params).unwrap_err()["message"],
        "there is a `8.2` already"
    );
}

#[test]
fn completion_offers_and_describes() {
    let (_folder, mut editor, rules) = opened("completion");
    let client = &mut editor.client;
    let end = json!({"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 0}});
    client.change(&rules, 2, json!([{"range": end, "text": "check x for vendor"}]));
    let found = client.at("textDocument/completion", &rules, 5, 18).unwrap();
    let items = found["items"].as_array().unwrap();
    assert_eq!(items[0]["label"], "mhlw:8.2");
    assert_eq!(items[0]["textEdit"]["range"]["start"]["character"], 12);
    let item = client.request("completionItem/resolve", items[0].clone()).unwrap();
    assert!(item["documentation"]["value"].as_str().unwrap().contains("国内の事業者"), "{item}");
}

#[test]
fn the_other_requests_are_answered() {
    let (folder, mut editor, rules) = opened("others");
    let client = &mut editor.client;
    let document = json!({"textDocument": {"uri": rules}});
    let mut ask = |method: &str, more: Value| {
        let mut params = document.clone();
        for (key, value) in more.as_object().unwrap() {
            params[key] = value.clone();
        }
        client.request(method, params).unwrap()
    };
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let symbols = ask("textDocument/documentSymbol", json!({}));
    assert_eq!((symbols[0]["name"].as_str(), symbols.as_array().unwrap().len()), (Some("clauses"), 2));
    assert_eq!(ask("textDocument/foldingRange", json!({}))[0]["endLine"], 2);
    let tokens = ask("textDocument/semanticTokens/full", json!({}));
    assert_eq!(tokens["data"].as_array().unwrap().len() % 5, 0);
    assert!(tokens["data"].as_array().unwrap().len() > 50);
    let range = ask("textDocument/semanticTokens/range", json!({"range": whole}));
    assert_eq!(range["data"], tokens["data"]);
    let hints = ask("textDocument/inlayHint", json!({"range": whole}));
    assert_eq!(hints[0]["label"], "A contract with its clau…");
    let edits = ask("textDocument/formatting", json!({"options": {"tabSize": 2, "insertSpaces": true}}));
    assert_eq!(edits[0]["newText"], " ");
    let lenses =
        client.request("textDocument/codeLens", json!({"textDocument": {"uri": folder.uri("norms.kijun")}}));
    assert_eq!(lenses.unwrap()[0]["command"]["title"], "verified by 1 · 1 satisfied 1 violated");
    let found = client.request("workspace/symbol", json!({"query": "mhlw:8"})).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 2);
}

#[test]
fn a_quick_fix_puts_a_name_right() {
    let folder = workspace("fix");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let rules = folder.uri("規則.kijun");
    client.open(&rules, &RULES.replace("each c: contract\n", "each c: contrct\n"));
    let found = client.diagnostics(&rules, |d| shown(d).iter().any(|d| d.starts_with("K0201")));
    let issue =
        found["diagnostics"].as_array().unwrap().iter().find(|d| d["code"] == "K0201").unwrap().clone();
    let params =
        json!({"textDocument": {"uri": rules}, "range": issue["range"], "context": {"diagnostics": [issue]}});
    let actions = client.request("textDocument/codeAction", params).unwrap();
    assert_eq!(actions[0]["title"], "change to `contract`");
    assert_eq!(actions[0]["diagnostics"].as_array().unwrap().len(), 1);
    let edit = &actions[0]["edit"]["changes"][&rules][0];
    client.change(&rules, 2, json!([{"range": edit["range"], "text": edit["newText"]}]));
    client.diagnostics(&rules, |d| d["version"] == 2 && shown(d).is_empty());
    assert!(NORMS.contains("entity contract"));
}
