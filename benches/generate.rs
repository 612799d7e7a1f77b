//! `generate FACTS DIR [TSV_DIR]`: writes a workspace of about so many facts, and for other engines the same data as
//! TSV.
#![allow(clippy::disallowed_methods, reason = "a benchmark's generator writes files")]

use std::path::Path;
use std::process::ExitCode;

use kijun_benches::generator::{self, SEED};
use kijun_benches::{MANIFEST, QUERIES};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (facts, folder, tsv) = match arguments.as_slice() {
        [facts, folder] => (facts.parse(), folder, None),
        [facts, folder, tsv] => (facts.parse(), folder, Some(tsv)),
        _ => return usage(),
    };
    let Ok(facts) = facts else { return usage() };
    match write(facts, Path::new(folder), tsv.map(Path::new)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{folder} に書けません / cannot write to {folder}: {e}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!(
        "使い方 / usage: generate 事実の数(FACTS) DIR [TSV_DIR], 例 / such as: generate 100000 /tmp/bench"
    );
    ExitCode::from(2)
}

fn write(facts: usize, folder: &Path, tsv: Option<&Path>) -> std::io::Result<()> {
    write_all(&folder.join("facts"), generator::generate(facts, SEED))?;
    std::fs::write(folder.join("kijun.toml"), MANIFEST)?;
    std::fs::write(folder.join("queries.kijun"), QUERIES)?;
    tsv.map_or(Ok(()), |tsv| write_all(tsv, generator::generate_tsv(facts, SEED)))
}

fn write_all(folder: &Path, files: Vec<(String, String)>) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    files.into_iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
}
