//! The order of files, of declarations in them, and of facts changes nothing.

use std::path::{Path, PathBuf};

use kijun_facts::{StoreBuilder, read_file};
use kijun_model::{Input, Trees, compile};
use kijun_syntax::parse;
use kijun_text::Sources;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &str, extensions: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(root().join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let known = |p: &&PathBuf| p.extension().is_some_and(|e| extensions.iter().any(|x| e == *x));
    paths
        .iter()
        .filter(known)
        .map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(p).unwrap()))
        .collect()
}

/// A small generator of orders; the same seed gives the same order.
struct Shuffle(u64);

impl Shuffle {
    fn order<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            list.swap(i, (self.0 >> 33) as usize % (i + 1));
        }
    }
}

/// The declarations of a module in another order.
fn reordered(text: &str, shuffle: &mut Shuffle) -> String {
    let tree = parse(text).tree;
    let mut items: Vec<&str> =
        tree.children.iter().filter(|n| !n.is_trivia()).map(|n| n.text(text)).collect();
    shuffle.order(&mut items);
    items.join("\n\n")
}

/// The rows of a table in another order.
fn rows_reordered(bytes: &[u8], shuffle: &mut Shuffle) -> Vec<u8> {
    let mut rows: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
    if rows.last().is_none_or(|r| !r.ends_with(b"\n")) || bytes.contains(&b'"') {
        // A quoted cell may hold a line end, and a last row without one must stay last.
        return bytes.to_vec();
    }
    shuffle.order(&mut rows[1..]);
    rows.concat()
}

/// Every verdict and finding, without places.
fn result(seed: Option<u64>) -> Vec<String> {
    let mut shuffle = Shuffle(seed.unwrap_or(0));
    let workspace =
        kijun_workspace::load(&root().join("examples/city-hospital"), &kijun_workspace::Options::default())
            .unwrap();
    let module =
        |id: &kijun_text::FileId| workspace.sources.get(*id).map(|s| (s.path.clone(), s.text.to_string()));
    let mut modules: Vec<(String, String)> = workspace.modules.iter().filter_map(module).collect();
    let mut facts = files("examples/city-hospital/facts", &["toml", "csv", "json", "yaml"]);
    if seed.is_some() {
        shuffle.order(&mut modules);
        shuffle.order(&mut facts);
        for (name, bytes) in &mut facts {
            if name.ends_with(".csv") {
                *bytes = rows_reordered(bytes, &mut shuffle);
            }
        }
    }
    let mut sources = Sources::default();
    let mut ids = Vec::new();
    for (name, text) in modules {
        let text = if seed.is_some() { reordered(&text, &mut shuffle) } else { text };
        ids.push(sources.add(name, text));
    }
    let compiled = compile(&mut sources, &mut Trees::default(), &Input { modules: ids, ..Input::default() });
    assert!(!compiled.has_errors(), "{:#?}", compiled.diagnostics);
    let program = &compiled.program;
    let mut builder = StoreBuilder::new(&program.schema);
    for (name, bytes) in &facts {
        read_file(&mut builder, &mut sources, name, bytes);
    }
    let (store, _) = builder.finish();
    let assessment =
        kijun_engine::assess(program, &store, kijun_facts::Date::ymd(2026, 11, 22).unwrap().first);
    let id = |r: kijun_engine::program::RequirementId| program.requirement(r).unwrap().id.clone();
    let mut out: Vec<String> = assessment
        .requirements
        .iter()
        .map(|r| format!("{} {:?} {:?}", id(r.requirement), r.verdict, r.subjects))
        .collect();
    out.extend(assessment.findings.iter().map(|f| {
        let rule = kijun_exchange::rule_name(program, f.rule);
        let subject = kijun_exchange::subject_id(&store, "", f.subject);
        format!(
            "{} {rule} {subject:?} {:?} {:?} {} {:?}",
            id(f.requirement),
            f.verdict,
            f.weight,
            f.message.ja,
            f.missing.len()
        )
    }));
    out
}

#[test]
fn the_order_of_files_declarations_and_facts_changes_nothing() {
    let expected = result(None);
    assert!(expected.len() > 100);
    for seed in 1..=3 {
        let found = result(Some(seed));
        let differing: Vec<_> = expected.iter().zip(&found).filter(|(a, b)| a != b).take(5).collect();
        assert!(differing.is_empty() && expected.len() == found.len(), "seed {seed}: {differing:#?}");
    }
}
