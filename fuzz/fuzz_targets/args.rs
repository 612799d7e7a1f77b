#![no_main]

//! The command line; an argument ends with a line.

#[allow(dead_code, unused_imports)]
#[path = "../../crates/kijun-cli/src/args/mod.rs"]
mod args;

use clap::Parser;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let words: Vec<_> = std::iter::once("kijun").chain(text.lines()).map(std::ffi::OsString::from).collect();
    match args::Args::try_parse_from(&words) {
        Ok(args) => drop(format!("{args:?}")),
        Err(error) => {
            drop(error.render().to_string());
            // What English refuses, Japanese refuses.
            let (error, _) = args::Args::answer_in_japanese(&words).expect("refused in Japanese, too");
            drop(error.render().to_string());
        }
    }
});
