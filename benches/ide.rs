//! What an edit costs behind the editor, phase by phase and without the protocol, on the workspace of `lsp.rs`.
//! Run with `cargo bench -p kijun-benches --bench ide`.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
#![allow(dead_code, reason = "the generator serves another benchmark too")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark stops where it fails")]

#[path = "generator/editor.rs"]
mod editor;

use std::sync::Arc;
use std::time::{Duration, Instant};

use kijun_ide::{Choices, Doc, DocKind, Files, Semantics, Snapshot, Wishes, diagnostics};
use kijun_text::FileId;

const RUNS: usize = 12;

fn doc(path: &str, text: &str) -> Arc<Doc> {
    let kind = match path.rsplit('.').next() {
        Some("kijun") => DocKind::Module,
        Some("toml") => DocKind::Manifest,
        _ => DocKind::Facts { broken: None },
    };
    Arc::new(Doc::new(path, kind, text))
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let ms = |d: &Duration| d.as_secs_f64() * 1e3;
    println!(
        "{what:<44} median {:>8.1} ms   most {:>8.1} ms",
        ms(&times[times.len() / 2]),
        ms(&times[times.len() - 1])
    );
}

/// Puts another text in place of a file again and again, and analyses what follows.
fn edits(
    what: &str,
    files: &mut Files,
    file: FileId,
    texts: [String; 2],
    kept: &mut Semantics,
    choices: &Choices,
) {
    let path = files.get(file).unwrap().path.clone();
    let (mut analysis, mut issues) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        files.set(Some(file), doc(&path, &texts[run % 2]));
        let now = Instant::now();
        let next = Semantics::new(files, choices, Some(kept), &|| false).unwrap();
        analysis.push(now.elapsed());
        *kept = next;
        let snapshot = Snapshot::new(
            files.clone(),
            Arc::new(Semantics::new(files, choices, Some(kept), &|| false).unwrap()),
        );
        let now = Instant::now();
        for (file, _) in files.iter() {
            diagnostics(&snapshot, file, Wishes::default());
        }
        issues.push(now.elapsed());
    }
    report(&format!("{what}: analysis"), analysis);
    report(&format!("{what}: issues of all files"), issues);
}

fn main() {
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let mut files = Files::default();
    for (path, text) in editor::files() {
        files.set(None, doc(&path, &text));
    }
    let choices = Choices { today: 20_779, ..Choices::default() };
    let now = Instant::now();
    let mut kept = Semantics::new(&files, &choices, None, &|| false).unwrap();
    report("from the start", vec![now.elapsed()]);
    let file = files.find("modules/m7.kijun").unwrap();
    let text = editor::module(7);
    let twice = |other: String| [other, text.clone()];
    edits("a comment at the end", &mut files, file, twice(format!("{text}// x\n")), &mut kept, &choices);
    edits("a comment at the start", &mut files, file, twice(format!("// x\n{text}")), &mut kept, &choices);
    edits(
        "a check",
        &mut files,
        file,
        twice(text.replacen("c.amount >= ", "c.amount >= 1", 1)),
        &mut kept,
        &choices,
    );
    edits("an id", &mut files, file, twice(text.replacen("n7:7.0 ", "n7:7.99 ", 1)), &mut kept, &choices);
    edits(
        "a mapping",
        &mut files,
        file,
        twice(text.replacen("strength 5", "strength 6", 1)),
        &mut kept,
        &choices,
    );
    let file = files.find("facts/vendor.csv").unwrap();
    let text = files.get(file).unwrap().text.to_string();
    let texts = [text.replacen(",JP,", ",US,", 1), text];
    edits("a fact", &mut files, file, texts, &mut kept, &choices);
}
