//! From the first message to the last, and what happens to messages that are no messages.

use serde_json::{Value, json};

use crate::client::place;
use crate::fixture::{Editor, RULES, workspace};

#[test]
fn a_server_says_what_it_can_and_leaves_when_told() {
    let mut editor = Editor::start();
    let utf8 = json!({"general": {"positionEncodings": ["utf-8", "utf-16"]}});
    let answer = editor.client.initialize(&[], utf8, Value::Null);
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-8");
    assert_eq!(answer["capabilities"]["textDocumentSync"]["change"], 2);
    assert_eq!(answer["serverInfo"]["name"], "kijun");
    editor.client.leave();
}

#[test]
fn malformed_messages_are_answered_and_the_server_lives_on() {
    let folder = workspace("malformed");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let frame = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
    for body in ["{", "[]", "{\"jsonrpc\": \"2.0\"}", "null", "{\"jsonrpc\":\"2.0\",\"method\":7}"] {
        client.raw(frame(body).as_bytes());
    }
    client.notify("textDocument/didChange", json!({"textDocument": 1}));
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": "no uri", "version": 1}, "contentChanges": []}),
    );
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"kijun": {"coverage": 5}}}));
    assert_eq!(client.request("kijun/nothing", Value::Null).unwrap_err()["code"], -32601);
    assert_eq!(client.request("textDocument/hover", json!({"textDocument": 1})).unwrap_err()["code"], -32602);
    // Files that are nowhere, places that are outside.
    assert_eq!(client.at("textDocument/hover", "file:///nowhere/a.kijun", 1, 1), Ok(Value::Null));
    assert_eq!(client.at("textDocument/hover", "untitled:1", 1, 1), Ok(Value::Null));
    let rules = folder.uri("規則.kijun");
    client.open(&rules, RULES);
    assert_eq!(client.at("textDocument/hover", &rules, 99_999, 99_999), Ok(Value::Null));
    client.settle();
    let hover = client.at("textDocument/hover", &rules, 0, 20).unwrap();
    assert!(hover["contents"]["value"].as_str().unwrap().contains("mhlw:8.1"), "{hover}");
}

#[test]
fn a_wrong_setting_is_told_and_the_old_ones_stay() {
    let folder = workspace("settings");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"kijun": {"language": "fr"}}}));
    client.wait_for_notification(|n| n["method"] == "window/showMessage");
    client.settle();
    let found = client
        .diagnostics(&folder.uri("facts/contract.csv"), |d| !d["diagnostics"].as_array().unwrap().is_empty());
    assert!(found.to_string().contains("no penalty clause"));
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"kijun": {"language": "ja", "verdicts": false}}}),
    );
    client.settle();
    client.request("textDocument/hover", place(&folder.uri("norms.kijun"), 0, 0)).unwrap();
}

#[test]
fn the_page_of_a_diagnostic_is_at_hand() {
    let mut editor = Editor::start();
    editor.client.initialize(&[], json!({}), Value::Null);
    let page = editor.client.request("kijun/page", json!({"code": "K0203"})).unwrap();
    assert!(page.as_str().unwrap().contains("K0203"));
    assert_eq!(editor.client.request("kijun/page", json!({"code": "K9999"})), Ok(Value::Null));
}
