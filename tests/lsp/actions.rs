//! What an editor can have done: facts filled in, tests and waivers made from violations, tests run.

use serde_json::{Value, json};

use crate::client::Client;
use crate::features::shown;
use crate::fixture::{CONTRACTS, Editor, Folder, RULES, workspace};

fn titled(client: &mut Client, uri: &str, place: (usize, usize), title: &str) -> Value {
    let at = json!({"line": place.0, "character": place.1});
    let params = json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": {"diagnostics": []}});
    let actions = client.request("textDocument/codeAction", params).unwrap();
    let found = actions.as_array().unwrap().iter().find(|a| a["title"].as_str().unwrap().contains(title));
    found.unwrap_or(&Value::Null).clone()
}

fn able(name: &str) -> (Folder, Editor) {
    let folder = workspace(name);
    let mut editor = Editor::start();
    let operations = json!({"documentChanges": true, "resourceOperations": ["create", "rename"]});
    let resolve = json!({"resolveSupport": {"properties": ["edit"]}});
    let capabilities =
        json!({"workspace": {"workspaceEdit": operations}, "textDocument": {"codeAction": resolve}});
    editor.client.initialize(&[&folder.uri("")], capabilities, json!({"language": "en"}));
    editor.client.settle();
    (folder, editor)
}

#[test]
fn a_missing_fact_is_filled_in_and_nothing_is_unknown_any_more() {
    let folder = workspace("missing");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let contracts = folder.uri("facts/contract.csv");
    client.open(&contracts, "id,vendor,clauses\nc1,a,\n");
    client.diagnostics(&contracts, |d| shown(d).iter().any(|d| d.starts_with("unknown")));
    let action = titled(client, &contracts, (1, 0), "fill in `条項` (secrecy;?)");
    assert_eq!((&action["kind"], &action["isPreferred"]), (&json!("quickfix"), &json!(false)));
    let action = titled(client, &contracts, (1, 0), "fill in `条項` (penalty;?)");
    let edit = &action["edit"]["changes"][&contracts][0];
    client.change(&contracts, 2, json!([{"range": edit["range"], "text": edit["newText"]}]));
    client.diagnostics(&contracts, |d| d["version"] == 2 && shown(d).is_empty());
}

#[test]
fn a_waiver_is_written_into_a_new_file_where_the_editor_can_make_one() {
    let (folder, mut editor) = able("waive");
    let contracts = folder.uri("facts/contract.csv");
    let action = titled(&mut editor.client, &contracts, (1, 6), "waive `mhlw:8.1` (c1)");
    let changes = action["edit"]["documentChanges"].as_array().unwrap();
    assert_eq!(
        (&changes[0]["kind"], &changes[0]["uri"]),
        (&json!("create"), &json!(folder.uri("facts/waivers.toml")))
    );
    assert!(changes[1]["edits"][0]["newText"].as_str().unwrap().contains("approver = \"?\""));
    let plain = workspace("waive-not");
    let mut editor = Editor::of(&plain);
    editor.client.settle();
    let action = titled(&mut editor.client, &plain.uri("facts/contract.csv"), (1, 6), "waive");
    assert_eq!(action, Value::Null);
}

#[test]
fn a_test_is_made_from_a_violation_when_it_is_chosen_and_passes() {
    let (folder, mut editor) = able("make-test");
    let client = &mut editor.client;
    let rules = folder.uri("規則.kijun");
    client.open(&rules, RULES);
    client.settle();
    let action = titled(client, &rules, (0, 7), "create a test");
    assert_eq!(action["edit"], Value::Null);
    let action = client.request("codeAction/resolve", action).unwrap();
    let edit = &action["edit"]["changes"][&rules][0];
    client.change(&rules, 2, json!([{"range": edit["range"], "text": edit["newText"]}]));
    let params = json!({"command": "kijun.runTests", "arguments": [rules]});
    let run = client.request("workspace/executeCommand", params).unwrap();
    assert_eq!(run, json!({"passed": 1, "failed": 0, "failures": []}));
}

#[test]
fn a_test_that_fails_is_shown_until_its_file_changes() {
    let folder = workspace("run");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let tests = folder.uri("tests.kijun");
    let test = |name: &str, wanted: &str| {
        format!(
            "test \"{name}\" {{\n  given {{ contract c {{ clauses {{ secrecy }} }} }}\n  expect clauses {wanted} for c\n}}\n"
        )
    };
    let text = test("a", "violated") + &test("b", "satisfied");
    client.open(&tests, &text);
    client.settle();
    let lenses = client.request("textDocument/codeLens", json!({"textDocument": {"uri": tests}})).unwrap();
    let commands: Vec<&Value> = lenses.as_array().unwrap().iter().map(|l| &l["command"]).collect();
    assert_eq!(commands.len(), 3, "{lenses}");
    let run = |client: &mut Client, command: &Value| {
        let params = json!({"command": command["command"], "arguments": command["arguments"]});
        client.request("workspace/executeCommand", params).unwrap()
    };
    assert_eq!(run(client, commands[1])["passed"], 1);
    let found = run(client, commands[0]);
    assert_eq!((&found["passed"], &found["failed"]), (&json!(1), &json!(1)));
    let failure = &found["failures"][0];
    assert_eq!(
        (&failure["name"], &failure["message"]),
        (&json!("b"), &json!("not as expected: found violated"))
    );
    assert_eq!(failure["location"]["range"]["start"]["line"], 6);
    client.diagnostics(&tests, |d| shown(d) == ["test_failed 6 not as expected: found violated"]);
    client.wait_for_notification(|n| n["params"]["message"] == "tests: 1 passed, 1 failed");
    let start = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    client.change(&tests, 2, json!([{"range": start, "text": "// 一行\n"}]));
    client.diagnostics(&tests, |d| d["version"] == 2 && shown(d).is_empty());
    let refused = json!({"command": "kijun.runTests", "arguments": [folder.uri("facts/contract.csv")]});
    let error = client.request("workspace/executeCommand", refused).unwrap_err();
    assert!(error["message"].as_str().unwrap().starts_with("this is no module with tests"), "{error}");
    assert!(CONTRACTS.starts_with("id,"));
}

#[test]
fn a_kind_is_renamed_with_its_file_where_the_editor_can() {
    let params = |folder: &Folder| {
        let place = json!({"line": 8, "character": 8});
        json!({"textDocument": {"uri": folder.uri("norms.kijun")}, "position": place, "newName": "firm"})
    };
    let (folder, mut editor) = able("rename-kind");
    let edit = editor.client.request("textDocument/rename", params(&folder)).unwrap();
    let last = edit["documentChanges"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["kind"], &last["newUri"]), (&json!("rename"), &json!(folder.uri("facts/firm.csv"))));
    let plain = workspace("rename-kind-not");
    let mut editor = Editor::of(&plain);
    editor.client.settle();
    let error = editor.client.request("textDocument/rename", params(&plain)).unwrap_err();
    assert!(error["message"].as_str().unwrap().contains("cannot rename files"), "{error}");
    let mut at = crate::client::place(&plain.uri("facts/contract.csv"), 1, 3);
    at["newName"] = json!("acme");
    let edit = editor.client.request("textDocument/rename", at).unwrap();
    assert_eq!(edit["changes"].as_object().unwrap().len(), 2);
}
