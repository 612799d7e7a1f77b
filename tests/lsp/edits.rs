//! Any edits, in any order, with questions between them: no crash, answers keep coming, and in the end the server knows what a
//! server knows that never saw anything else.

use serde_json::{Value, json};

use crate::fixture::{Editor, NORMS, RULES, workspace};

/// A sequence of numbers that is the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

const NOISE: [&str; 24] = [
    "{",
    "}",
    "\"",
    "\n",
    "check ",
    "mhlw:8.1",
    ".",
    "😀",
    "期",
    "c",
    ": ",
    "each ",
    "require ",
    "//",
    "(",
    ")",
    "in ",
    "requirement ",
    "mapping ",
    " ",
    "\r\n",
    "penalty",
    "e\u{301}",
    "test \"t\" {\n  given {\n",
];

/// Questions about a place, a range or a file.
const METHODS: [&str; 24] = [
    "hover",
    "completion",
    "definition",
    "references",
    "codeAction",
    "documentSymbol",
    "codeLens",
    "declaration",
    "implementation",
    "typeDefinition",
    "documentHighlight",
    "selectionRange",
    "documentLink",
    "linkedEditingRange",
    "signatureHelp",
    "prepareCallHierarchy",
    "prepareTypeHierarchy",
    "rangeFormatting",
    "onTypeFormatting",
    "formatting",
    "foldingRange",
    "inlayHint",
    "semanticTokens/full",
    "semanticTokens/full/delta",
];

const TREES: [&str; 4] = [
    "callHierarchy/incomingCalls",
    "callHierarchy/outgoingCalls",
    "typeHierarchy/supertypes",
    "typeHierarchy/subtypes",
];

/// Line and column (UTF-16) of a place between characters.
fn position(text: &str, at: usize) -> Value {
    let before = &text[..at];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    json!({"line": line, "character": before[start..].encode_utf16().count()})
}

fn boundary(text: &str, mut at: usize) -> usize {
    // An editor never stands within a line end.
    while !text.is_char_boundary(at) || (at > 0 && text[..at].ends_with('\r') && text[at..].starts_with('\n'))
    {
        at -= 1;
    }
    at
}

#[test]
fn ten_thousand_random_edits_end_where_a_fresh_server_starts() {
    let folder = workspace("edits");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let uris = [folder.uri("規則.kijun"), folder.uri("norms.kijun"), folder.uri("facts/contract.csv")];
    let starts = [RULES, NORMS, crate::fixture::CONTRACTS];
    let mut texts = starts.map(str::to_owned);
    for (uri, text) in uris.iter().zip(&texts) {
        client.open(uri, text);
    }
    let mut random = Random(7);
    let mut asked = Vec::new();
    let mut item = None;
    for version in 2..10_002_i64 {
        let which = random.below(3);
        let (uri, text) = (&uris[which], &mut texts[which]);
        // Now and then everything starts over, so that most texts are nearly sound.
        let changes = if text.len() > 3000 || random.below(60) == 0 {
            *text = starts[which].to_owned();
            json!([{"text": text}])
        } else {
            let at = random.below(text.len() + 1);
            let start = boundary(text, at);
            let end = boundary(text, (start + random.below(6)).min(text.len())).max(start);
            let new = NOISE[random.below(NOISE.len())];
            let range = json!({"start": position(text, start), "end": position(text, end)});
            text.replace_range(start..end, new);
            json!([{"range": range, "text": new}])
        };
        client.change(uri, version, changes);
        if version % 20 == 0 {
            let method = format!("textDocument/{}", METHODS[random.below(METHODS.len())]);
            let at = boundary(text, random.below(text.len() + 1));
            let place = position(text, at);
            let end = position(text, boundary(text, (at + random.below(80)).min(text.len())));
            let params = json!({"textDocument": {"uri": uri}, "position": place, "positions": [place, end],
                "range": {"start": place, "end": end}, "ch": "}", "options": {"tabSize": 2, "insertSpaces": true},
                "previousResultId": version.to_string(),
                "context": {"includeDeclaration": true, "diagnostics": [], "triggerKind": 1, "isRetrigger": false}});
            asked.push(client.ask(&method, params));
            if let Some(item) = &item {
                let method = TREES[random.below(TREES.len())];
                asked.push(client.ask(method, json!({"item": item})));
            }
        }
        // Now and then a tree is opened; what it says is asked for after many more edits.
        if version % 500 == 0 {
            let prepare = ["prepareCallHierarchy", "prepareTypeHierarchy"][random.below(2)];
            let at = boundary(text, text.find("mhlw:8").unwrap_or(0) + 6);
            let params = json!({"textDocument": {"uri": uri}, "position": position(text, at)});
            if let Ok(found) = client.request(&format!("textDocument/{prepare}"), params) {
                item = found.get(0).cloned().or(item);
            }
        }
    }
    for id in asked {
        if let Err(error) = client.answer(id) {
            // Outdated, and nothing else.
            assert_eq!(error["code"], -32801, "{error}");
        }
    }
    client.settle();
    let known = |client: &mut crate::client::Client| {
        uris.iter()
            .map(|uri| {
                let params = json!({"textDocument": {"uri": uri}});
                [
                    "textDocument/diagnostic",
                    "textDocument/documentSymbol",
                    "textDocument/codeLens",
                    "textDocument/semanticTokens/full",
                ]
                .map(|method| {
                    let mut answer = client.request(method, params.clone()).unwrap();
                    // Answers are numbered as they are given.
                    answer.as_object_mut().and_then(|a| a.remove("resultId"));
                    answer
                })
            })
            .collect::<Vec<_>>()
    };
    let mut fresh = Editor::of(&folder);
    for (uri, text) in uris.iter().zip(&texts) {
        fresh.client.open(uri, text);
    }
    fresh.client.settle();
    assert_eq!(known(client), known(&mut fresh.client));
}

#[test]
fn a_large_file_and_a_long_line_are_only_slow() {
    let folder = workspace("large");
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let mut text = String::new();
    let mut n = 0;
    while text.len() < 5 << 20 {
        text.push_str(&format!("requirement mhlw:9.{n} \"項目{n}\" {{ en \"item {n}\" level C }}\n"));
        n += 1;
    }
    text.push_str(&format!("requirement mhlw:10 \"{}\" {{ level C }}\n", "長".repeat(20_000)));
    let uri = folder.uri("large.kijun");
    client.open(&uri, &text);
    let end = json!({"line": n + 1, "character": 0});
    client.change(&uri, 2, json!([{"range": {"start": end, "end": end}, "text": "risk\n"}]));
    let found =
        client.diagnostics(&uri, |d| d["version"] == 2 && !d["diagnostics"].as_array().unwrap().is_empty());
    assert_eq!(found["diagnostics"][0]["range"]["start"]["line"], n + 1);
    let hover = client.at("textDocument/hover", &uri, n, 14).unwrap();
    assert_eq!(hover["range"]["start"], json!({"line": n, "character": 12}));
    let at = client.at("textDocument/hover", &uri, n, 20_000);
    assert_eq!(at, Ok(Value::Null));
}
