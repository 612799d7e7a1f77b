//! How long each phase takes: parsing packs, compiling, reading facts, evaluating, listing findings. Medians; machines are noisy, so
//! compare ratios within one run.
//!
//! `cargo bench -p kijun-benches`, or with sizes: `cargo bench -p kijun-benches -- 1000 100000`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark may stop on its own mistakes")]
#![allow(clippy::disallowed_methods, reason = "a benchmark reads packs and looks at the clock")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use kijun_benches::QUERIES;
use kijun_benches::generator::{self, SEED};
use kijun_engine::assessment::Verdict;
use kijun_engine::program::Program;
use kijun_engine::{Detail, Evaluation, Session};
use kijun_facts::{Schema, StoreBuilder, Value, read_file};
use kijun_model::{Input, Trees, compile};
use kijun_text::{FileId, Sources};

fn main() {
    let packs = packs();
    let bytes: usize = packs.iter().map(|(_, text)| text.len()).sum();
    let parse = median(9, || packs.iter().map(|(_, t)| kijun_syntax::parse(t).errors.len()).sum::<usize>());
    println!("packs: {} files, {} KB", packs.len(), bytes / 1024);
    println!("  parse     {:>9.2} ms  {:>7.1} MB/s", ms(parse), bytes as f64 / 1e6 / parse.as_secs_f64());
    let whole = median(5, || {
        let (mut sources, modules) = sources_of(&packs);
        compile(&mut sources, &mut Trees::default(), &Input { modules, ..Input::default() }).diagnostics.len()
    });
    println!("  parse and compile {:>9.2} ms", ms(whole));

    println!(
        "\n{:>9} {:>9} {:>9} {:>12} {:>12} {:>12} {:>9} {:>10} {:>10} {:>9} {:>11}",
        "facts",
        "read ms",
        "MB/s",
        "evaluate ms",
        "messages ms",
        "reasons ms",
        "findings",
        "clause ms",
        "edge ms",
        "proof ms",
        "repairs ms"
    );
    let queries = [("queries.kijun".to_owned(), QUERIES.to_owned())];
    let (mut sources, modules) = sources_of(&queries);
    let compiled = compile(&mut sources, &mut Trees::default(), &Input { modules, ..Input::default() });
    assert!(!compiled.has_errors(), "{:?}", compiled.diagnostics);
    for facts in sizes() {
        phases(&compiled.program, facts);
    }
}

/// Reading, evaluating, and listing what was found: with messages only, and with the facts behind each finding.
fn phases(program: &Program, facts: usize) {
    let files = generator::generate(facts, SEED);
    let size: usize = files.iter().map(|(_, t)| t.len()).sum();
    let reading = median(5, || read(&program.schema, &files).kinds.len());
    let store = read(&program.schema, &files);
    let today = kijun_facts::Date::ymd(2026, 11, 22).map_or(0, |d| d.first);
    let deciding = median(5, || Evaluation::new(program, &store, today));
    let evaluation = Evaluation::new(program, &store, today);
    let messages = median(5, || evaluation.assessment_with(Detail::Message));
    let reasons = median(5, || evaluation.assessment_with(Detail::Facts));
    let findings = evaluation.assessment_with(Detail::Message).findings.len();
    let mut session = Session::new(Arc::new(program.clone()), store.clone(), today);
    let clause = change(&mut session, "contract", "clauses");
    let supplier = change(&mut session, "vendor", "subcontractors");
    let (proof, repairs) = explain(&mut session);
    println!(
        "{facts:>9} {:>9.2} {:>9.1} {:>12.2} {:>12.2} {:>12.2} {findings:>9} {:>10.3} {:>10.3} {:>9.3} {:>11.3}",
        ms(reading),
        size as f64 / 1e6 / reading.as_secs_f64(),
        ms(deciding),
        ms(messages),
        ms(reasons),
        ms(clause),
        ms(supplier),
        ms(proof),
        ms(repairs),
    );
}

/// From a change of one set to the verdicts after it: the set of a record in the middle becomes unknown, then what it
/// was, in turn.
fn change(session: &mut Session, kind: &str, attribute: &str) -> Duration {
    let schema = &session.program().schema;
    let kind = schema.find_kind(kind).expect("the queries declare it");
    let attr = schema.kind(kind).and_then(|k| k.attribute(attribute)).expect("the queries declare it");
    let row = session.store().kind(kind).map_or(0, |t| t.len() / 2) as u32;
    let mut known = false;
    session.evaluate();
    median(51, || {
        let value = if known { Value::None } else { Value::Unknown };
        known = !known;
        assert!(session.set(kind, row, attr, &value));
        session.evaluate();
    })
}

/// The proof of one finding, and the repairs that are found for it; the slowest of one violation per check.
fn explain(session: &mut Session) -> (Duration, Duration) {
    let evaluation = session.evaluate();
    let findings = evaluation.assessment_with(Detail::Message).findings;
    let mut seen: Vec<_> = Vec::new();
    let (mut proof, mut repairs) = (Duration::ZERO, Duration::ZERO);
    for finding in findings.iter().filter(|f| f.verdict == Verdict::Violated) {
        if !seen.contains(&finding.rule) {
            seen.push(finding.rule);
            proof = proof.max(median(5, || evaluation.proof(finding.rule, finding.subject)));
            repairs = repairs.max(median(5, || evaluation.repairs(finding.rule, finding.subject)));
        }
    }
    (proof, repairs)
}

/// Numbers of facts given as arguments, else the usual ones.
fn sizes() -> Vec<usize> {
    let asked: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    if asked.is_empty() { vec![1_000, 10_000, 100_000, 1_000_000] } else { asked }
}

fn ms(d: Duration) -> f64 {
    d.as_secs_f64() * 1e3
}

/// The middle of several runs; the result is kept so that nothing is optimised away.
fn median<T>(runs: usize, mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort();
    times[runs / 2]
}

fn packs() -> Vec<(String, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../rulepacks");
    let mut out = Vec::new();
    for pack in ["hospital", "mhlw-4.2"] {
        let mut paths: Vec<_> =
            std::fs::read_dir(root.join(pack)).into_iter().flatten().flatten().map(|e| e.path()).collect();
        paths.sort();
        for path in paths.into_iter().filter(|p| p.extension().is_some_and(|e| e == "kijun")) {
            out.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap_or_default()));
        }
    }
    out
}

fn sources_of(files: &[(String, String)]) -> (Sources, Vec<FileId>) {
    let mut sources = Sources::default();
    let modules = files.iter().map(|(path, text)| sources.add(path.clone(), text.clone())).collect();
    (sources, modules)
}

fn read(schema: &Schema, files: &[(String, String)]) -> kijun_facts::Store {
    let mut builder = StoreBuilder::new(schema);
    let mut sources = Sources::default();
    for (path, text) in files {
        read_file(&mut builder, &mut sources, path, text.as_bytes());
    }
    let (store, problems) = builder.finish();
    assert!(problems.is_empty(), "{:?}", problems.first());
    store
}
