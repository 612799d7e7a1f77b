//! What the targets have in common: each takes any bytes, and must neither panic nor hang. What came out is looked at for what must
//! hold of it, and printed, since messages are made of the input too.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use kijun_engine::program::{Mark, Program};
use kijun_exchange::libraries::{import_ciso_assistant, import_gemara};
use kijun_exchange::oscal::catalog::import_catalog;
use kijun_exchange::oscal::component::{ComponentImport, import_components};
use kijun_exchange::oscal::profile::{Nearby, import_profile};
use kijun_exchange::oscal::{ImportOptions, import_mapping};
use kijun_exchange::pack::Import;
use kijun_facts::StoreBuilder;
use kijun_facts::read::read_files;
use kijun_model::{Compiled, Input, Trees, compile};
use kijun_seal::{Envelope, PublicKey};
use kijun_text::{FileId, Lang, Sources};

/// 2026-11-22.
const TODAY: i32 = 20_779;

/// Tuples of a relation: an evaluation is to end, and quickly.
const MOST_TUPLES: u64 = 20_000;

const MODULE: &str = include_str!("../module.kijun");

/// Every byte stays in the tree, and what is wrong has a place in the text.
pub fn parse(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let parsed = kijun_syntax::parse(&text);
    assert_eq!((parsed.tree.start, parsed.tree.end), (0, text.len()));
    for error in &parsed.errors {
        assert!(text.get(error.start..error.end).is_some(), "{error:?}");
    }
    let tokens: usize = kijun_syntax::lex(&text).iter().map(|token| token.end - token.start).sum();
    assert_eq!(tokens, text.len());
    let _ = kijun_syntax::parse_expression(&text);
    let _ = compiled(&text);
}

/// What is laid out once stays as it is.
pub fn format(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(once) = kijun_syntax::format(&text) {
        assert_eq!(kijun_syntax::format(&once).as_ref(), Ok(&once));
    }
}

/// Rules before the first NUL, facts of each of the formats after it.
pub fn assess(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (module, facts) = text.split_once('\0').unwrap_or((&text, ""));
    let (_, compiled) = compiled(module);
    if !compiled.has_errors() {
        assessed(&compiled.program, vec![("f.toml".to_owned(), facts.as_bytes().to_vec())]);
    }
}

/// Facts of a format, against the kinds of `module.kijun`.
pub fn facts(extension: &str, bytes: &[u8]) {
    static PROGRAM: OnceLock<Program> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let (sources, compiled) = compiled(MODULE);
        let shown: Vec<_> = compiled.diagnostics.iter().map(|d| (&d.message.en, sources.line_column(d.span))).collect();
        assert!(!compiled.has_errors(), "{shown:?}");
        Program::clone(&compiled.program)
    });
    assessed(program, vec![(format!("contract.{extension}"), bytes.to_vec())]);
}

/// Catalogues, profiles, components and mappings of OSCAL, and the libraries that look like them.
pub fn oscal(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut sources = Sources::default();
    let file = sources.add("d.json", &*text);
    let import = Import {
        file_name: "d.json",
        sha256: "00",
        pack: None,
        alias: None,
        edition: None,
        mark: Mark::Unverified,
        lang: Lang::Ja,
    };
    let _ = import_mapping(&sources, file, &ImportOptions::default());
    let _ = import_catalog(&sources, file, &import);
    let _ = import_gemara(&sources, file, &import, &[]);
    let _ = import_ciso_assistant(&sources, file, &import, &[]);
    let with = ComponentImport { import, named: &[], catalogs: None, dependencies: &[] };
    let _ = import_components(&sources, file, &with);
    let near = Nearby { catalogs: &[], named: &[], document: &|_| Some(("d.json".to_owned(), text.to_string())), dependency: &|_| None };
    let _ = import_profile(&mut sources, file, &with.import, &near);
}

/// Archives of packs, and what they are signed with: what can be read is what would be written.
pub fn archive(bytes: &[u8]) {
    let path = folder().join("a.kpack");
    let _ = std::fs::write(&path, bytes);
    if let Ok(bundle) = kijun_workspace::unbundle(&path) {
        assert_eq!(bundle.bytes, bytes);
    }
    let _ = PublicKey::read(bytes);
    let _ = kijun_seal::PrivateKey::read(bytes);
    if let Ok(envelope) = Envelope::read(bytes) {
        assert_eq!(Envelope::read(&envelope.to_json()).map(|e| e.digest()).ok(), Some(envelope.digest()));
        let _ = kijun_seal::Stamp::of(bytes, &envelope);
    }
    let _ = kijun_seal::Stamp::read(bytes);
    let _ = kijun_model::parse_manifest(FileId(0), &String::from_utf8_lossy(bytes));
}

/// Messages to the language server, one on a line, in a workspace with a module and facts; raw bytes after the first NUL.
pub fn lsp(bytes: &[u8]) {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        let root = folder();
        for (name, text) in [("kijun.toml", "[workspace]\nfacility = \"w\"\n"), ("rules.kijun", MODULE)] {
            let _ = std::fs::write(root.join(name), text);
        }
        let _ = std::fs::create_dir_all(root.join("facts"));
        let _ = std::fs::write(root.join("facts/vendor.csv"), "id,name,country\na,A社,JP\n");
        let built = tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_stack_size(64 << 20).enable_all().build();
        built.unwrap_or_else(|error| panic!("{error}"))
    });
    let uri = format!("file://{}", folder().display());
    let mut input = Vec::new();
    let mut message = |text: &str| {
        let text = text.replace("$ROOT", &uri);
        input.extend(format!("Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes());
    };
    message(r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"rootUri":"$ROOT","capabilities":{}}}"#);
    message(r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#);
    let (lines, raw) = bytes.iter().position(|b| *b == 0).map_or((bytes, &[][..]), |at| bytes.split_at(at));
    for line in String::from_utf8_lossy(lines).lines() {
        message(line);
    }
    input.extend(raw);
    let served = kijun_lsp::serve(Cursor::new(input), tokio::io::sink());
    let in_time = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(20), served).await });
    assert!(in_time.is_ok(), "the server does not end");
}

fn compiled(module: &str) -> (Sources, Compiled) {
    kijun_engine::limit_tuples(MOST_TUPLES);
    let mut sources = Sources::default();
    let file = sources.add("m.kijun", module);
    let compiled = compile(&mut sources, &mut Trees::default(), &Input { modules: vec![file], ..Input::default() });
    (sources, compiled)
}

fn assessed(program: &Program, files: Vec<(String, Vec<u8>)>) {
    let mut sources = Sources::default();
    let mut builder = StoreBuilder::new(&program.schema);
    read_files(&mut builder, &mut sources, files);
    let (store, diagnostics) = builder.finish();
    for diagnostic in &diagnostics {
        sources.place(diagnostic.span);
    }
    let assessment = kijun_engine::assess(program, &store, TODAY);
    drop(format!("{assessment:?}"));
}

/// A folder of this process, in memory where there is one.
fn folder() -> PathBuf {
    let shared = PathBuf::from("/dev/shm");
    let root = if shared.is_dir() { shared } else { std::env::temp_dir() };
    let folder = root.join(format!("kijun-fuzz-{}", std::process::id()));
    let _ = std::fs::create_dir_all(&folder);
    folder
}
