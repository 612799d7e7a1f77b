//! How long it takes to take in a catalogue of 1,200 controls, and to write it again. Medians; machines are noisy.
//!
//! `cargo bench -p kijun-benches --bench imports`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark may stop on its own mistakes")]
#![allow(clippy::disallowed_methods, reason = "a benchmark looks at the clock")]

use std::time::{Duration, Instant};

use kijun_engine::program::Mark;
use kijun_exchange::oscal::catalog::{CatalogExport, SIDECAR, export_catalog, import_catalog};
use kijun_exchange::pack::{Import, ImportedPack};
use kijun_model::{Input, Trees, compile};
use kijun_testkit::oscal::{Shape, catalog};
use kijun_text::{Lang, Sources};

fn main() {
    let text = serde_json::to_string_pretty(&catalog(Shape::WHOLE)).expect("a document");
    let mut sources = Sources::default();
    let file = sources.add("norm.json", text.as_str());
    let import = Import {
        file_name: "norm.json",
        sha256: "",
        pack: None,
        alias: None,
        edition: None,
        mark: Mark::Unverified,
        lang: Lang::En,
    };
    let read = || import_catalog(&sources, file, &import).expect("a catalogue");
    let pack = read();
    println!("{} controls, {:.1} MB of JSON", pack.counts.requirements, text.len() as f64 / 1e6);
    println!("  import into a pack            {:>8.1} ms", ms(median(5, read)));
    println!("  compile the pack              {:>8.1} ms", ms(median(5, || compiled(&pack))));
    let (program, sources, trees) = compiled(&pack);
    let sidecar = pack.files.iter().find(|f| f.path == SIDECAR).map(|f| f.text.as_str());
    let tree = |file| trees.get(file).map(|parse| &parse.tree);
    let export =
        CatalogExport { program: &program, catalog: 0, sources: &sources, tree: &tree, sidecar, day: None };
    println!(
        "  export                        {:>8.1} ms",
        ms(median(5, || export_catalog(&export).expect("a document")))
    );
}

fn compiled(pack: &ImportedPack) -> (std::sync::Arc<kijun_engine::program::Program>, Sources, Trees) {
    let (mut sources, mut trees) = (Sources::default(), Trees::default());
    let modules = pack.files.iter().filter(|f| f.path.ends_with(".kijun"));
    let modules = modules.map(|f| sources.add(&f.path, f.text.as_str())).collect();
    let compiled = compile(&mut sources, &mut trees, &Input { modules, ..Input::default() });
    assert!(!compiled.has_errors());
    (compiled.program, sources, trees)
}

fn median<T>(times: usize, mut run: impl FnMut() -> T) -> Duration {
    let mut all: Vec<Duration> = (0..times)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(run());
            start.elapsed()
        })
        .collect();
    all.sort();
    all[times / 2]
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
