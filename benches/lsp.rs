//! How long an editor waits: the language server over its protocol, in this process, on a generated workspace of 500 modules,
//! about 100,000 lines and 20,000 facts. Run with `cargo bench -p kijun-benches --bench lsp`.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures time and writes what it measures on")]
#![allow(dead_code, reason = "the editor of the tests can do more than is measured")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark stops where it fails"
)]

#[path = "../tests/lsp/client.rs"]
mod client;
#[path = "generator/editor.rs"]
mod editor;
#[path = "../tests/lsp/fixture.rs"]
mod fixture;

use std::time::{Duration, Instant};

use editor::{ITEMS, MODULES, module};
use fixture::{Editor, Folder};
use serde_json::{Value, json};

const RUNS: usize = 100;

fn generate() -> (Folder, usize, usize) {
    let files = editor::files();
    let lines = files.iter().filter(|(p, _)| p.ends_with(".kijun")).map(|(_, t)| t.lines().count()).sum();
    let facts = 2_500 * 3 + 2_500 * 4 + 2 * 2_500;
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    (Folder::new("bench", &files), lines, facts)
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at =
        |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!("{what:<34} p50 {:>8.1} ms   p99 {:>8.1} ms   ({} runs)", at(0.5), at(0.99), times.len());
}

/// The most memory that this process held, in MB; the editor's side is a small part of it.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0) / 1024
}

fn main() {
    // `cargo test --benches` runs this too.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let (folder, lines, facts) = generate();
    println!("{MODULES} modules, {lines} lines, {facts} facts\n");
    let start = Instant::now();
    let mut editor = Editor::of(&folder);
    let client = &mut editor.client;
    let uri = folder.uri("modules/m7.kijun");
    let text = module(7);
    client.open(&uri, &text);
    client.diagnostics(&uri, |_| true);
    report("cold start: first answer", vec![start.elapsed()]);
    client.settle();
    report("cold start: all analysed", vec![start.elapsed()]);

    let end = text.lines().count();
    let at = |line: usize| json!({"line": line, "character": 0});
    let mut version = 1;
    let mut same_file = Vec::new();
    let mut other_file = Vec::new();
    let other = folder.uri("modules/m6.kijun");
    for _ in 0..RUNS / 4 {
        // An error of the text itself, then none.
        version += 1;
        let now = Instant::now();
        client.change(
            &uri,
            version,
            json!([{"range": {"start": at(end), "end": at(end)}, "text": "risk\n"}]),
        );
        client.diagnostics(&uri, |d| {
            d["version"] == json!(version) && !d["diagnostics"].as_array().unwrap().is_empty()
        });
        same_file.push(now.elapsed());
        version += 1;
        client.change(&uri, version, json!([{"range": {"start": at(end), "end": at(end + 1)}, "text": ""}]));
        client.settle();
        // An item that others map to goes, and comes back.
        version += 1;
        let now = Instant::now();
        let id = json!({"start": {"line": 1, "character": 12}, "end": {"line": 1, "character": 18}});
        client.change(&uri, version, json!([{"range": id, "text": "n7:7.99"}]));
        client.diagnostics(&other, |d| !d["diagnostics"].as_array().unwrap().is_empty());
        other_file.push(now.elapsed());
        version += 1;
        let id = json!({"start": {"line": 1, "character": 12}, "end": {"line": 1, "character": 19}});
        client.change(&uri, version, json!([{"range": id, "text": "n7:7.0"}]));
        client.diagnostics(&other, |d| d["diagnostics"].as_array().unwrap().is_empty());
        client.settle();
    }
    report("edit to diagnostics, same file", same_file);
    report("edit to diagnostics, other file", other_file);

    let mut times: Vec<(&str, Vec<Duration>)> = [
        "hover",
        "completion",
        "definition",
        "references",
        "documentSymbol",
        "semanticTokens/full",
        "codeLens",
    ]
    .map(|m| (m, Vec::new()))
    .to_vec();
    for run in 0..RUNS {
        for (method, times) in &mut times {
            let line = 1 + 7 * (run % ITEMS);
            let now = Instant::now();
            client.at(&format!("textDocument/{method}"), &uri, line, 16).unwrap();
            times.push(now.elapsed());
        }
    }
    for (method, times) in times {
        report(method, times);
    }
    // Questions right behind an edit, while the analysis is at work.
    let mut busy = Vec::new();
    for run in 0..RUNS {
        version += 1;
        let text = if run % 2 == 0 { "// x\n" } else { "" };
        let last = if run % 2 == 0 { end } else { end + 1 };
        client.change(&uri, version, json!([{"range": {"start": at(end), "end": at(last)}, "text": text}]));
        let now = Instant::now();
        client.at("textDocument/hover", &uri, 1, 16).unwrap();
        busy.push(now.elapsed());
    }
    report("hover right behind an edit", busy);
    client.settle();
    let found = client.request("workspace/symbol", json!({"query": "項目"})).unwrap();
    assert!(!found.as_array().unwrap().is_empty());
    assert_ne!(client.request("kijun/status", Value::Null).unwrap()["files"], json!(0));
    println!("\nmemory, at most: {} MB", peak());
}
