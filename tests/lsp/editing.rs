//! What changes or colours a text while it is typed, once over the protocol.

use serde_json::{Value, json};

use crate::client::{Client, place};
use crate::fixture::{Editor, Folder, RULES, workspace};

fn opened(name: &str, text: &str) -> (Folder, Editor, String) {
    let folder = workspace(name);
    let editor = Editor::of(&folder);
    let rules = folder.uri("規則.kijun");
    editor.client.open(&rules, text);
    (folder, editor, rules)
}

/// A text after edits, whose columns are those of ASCII lines.
fn after(text: &str, edits: &Value) -> String {
    let offset = |p: &Value| {
        let line: usize =
            text.split_inclusive('\n').take(p["line"].as_u64().unwrap() as usize).map(str::len).sum();
        line + p["character"].as_u64().unwrap() as usize
    };
    let mut out = text.to_owned();
    for edit in edits.as_array().unwrap().iter().rev() {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        out.replace_range(range, edit["newText"].as_str().unwrap());
    }
    out
}

#[test]
fn selected_and_finished_declarations_are_laid_out() {
    let text = "risk   a \"a\"\nrisk   b \"b\"\nenum  c {\n    d\n}\nrisk\nenum  e {\n  f:\n}\n";
    let (_folder, mut editor, uri) = opened("layout", text);
    let client = &mut editor.client;
    let options = json!({"tabSize": 2, "insertSpaces": true});
    let range = json!({"start": {"line": 1, "character": 3}, "end": {"line": 3, "character": 0}});
    let params = json!({"textDocument": {"uri": uri}, "range": range, "options": options});
    let edits = client.request("textDocument/rangeFormatting", params).unwrap();
    assert_eq!(
        after(text, &edits),
        text.replace("risk   b", "risk b").replace("enum  c {\n    d", "enum c {\n  d")
    );
    let mut typed = |line: usize, column: usize, ch: &str| {
        let mut params = place(&uri, line, column);
        params["ch"] = json!(ch);
        params["options"] = options.clone();
        after(text, &client.request("textDocument/onTypeFormatting", params).unwrap())
    };
    assert_eq!(typed(4, 1, "}"), text.replace("enum  c {\n    d", "enum c {\n  d"));
    assert_eq!(typed(1, 0, "\n"), text.replace("risk   a", "risk a"));
    assert_eq!(typed(8, 1, "}"), text);
    assert_eq!(typed(3, 0, "\n"), text);
}

fn colours(client: &mut Client, uri: &str, previous: Option<&Value>) -> Value {
    let document = json!({"uri": uri});
    match previous {
        None => client.request("textDocument/semanticTokens/full", json!({"textDocument": document})),
        Some(id) => client.request(
            "textDocument/semanticTokens/full/delta",
            json!({"textDocument": document, "previousResultId": id}),
        ),
    }
    .unwrap()
}

#[test]
fn colours_are_answered_by_what_differs() {
    let (_folder, mut editor, uri) = opened("colours", RULES);
    let client = &mut editor.client;
    client.settle();
    let first = colours(client, &uri, None);
    let mut data: Vec<Value> = first["data"].as_array().unwrap().clone();
    let mut id = first["resultId"].clone();
    let place = |line: u64, from: u64, to: u64| json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}});
    let steps = [
        (place(1, 7, 8), "期"),
        (place(0, 0, 0), "// 注\n"),
        (place(0, 0, 4), ""),
        (place(3, 0, 80), "risk a \"b\""),
        (place(0, 0, 0), ""),
    ];
    for (version, (range, text)) in (2..).zip(steps) {
        client.change(&uri, version, json!([{"range": range, "text": text}]));
        client.settle();
        let delta = colours(client, &uri, Some(&id));
        let edits = delta["edits"].as_array().unwrap();
        assert!(edits.len() <= 1 && delta["data"].is_null(), "{delta}");
        for edit in edits {
            let start = edit["start"].as_u64().unwrap() as usize;
            let end = start + edit["deleteCount"].as_u64().unwrap() as usize;
            data.splice(start..end, edit["data"].as_array().cloned().unwrap_or_default());
        }
        assert_eq!(edits.is_empty(), text.is_empty() && range["start"] == range["end"]);
        let full = colours(client, &uri, None);
        assert_eq!(full["data"].as_array().unwrap(), &data);
        assert_ne!(full["resultId"], delta["resultId"]);
        id = full["resultId"].clone();
    }
    // A name that is not the last one, or none at all: everything.
    for wrong in [first["resultId"].clone(), json!("x")] {
        let found = colours(client, &uri, Some(&wrong));
        assert_eq!(found["data"].as_array().unwrap(), &data);
    }
}
