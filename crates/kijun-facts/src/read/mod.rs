//! Readers of fact files: TOML, JSON, NDJSON, YAML, CSV, TSV and workbooks.
//!
//! Files are decoded, and documents parsed into trees (`tree`), in parallel. Then, in the order of the files, trees are
//! read into records (`document`), lines of NDJSON too (`ndjson`), and of tables the header (`table`). The rows of
//! tables (`csv`; a sheet of a `workbook` is one too) wait until the store is finished and all ids are known; see `crate::build`. What a text means is
//! decided in `scalar` alone. A reader drops nothing silently: what it cannot read becomes a diagnostic and, where a
//! value was stated, an unknown value.
//!
//! | code | about |
//! |---|---|
//! | `K0501` | an unknown entity kind |
//! | `K0502` | an unknown attribute, or a label that several attributes share |
//! | `K0503` | a value of the wrong type |
//! | `K0504` | a reference to a record or requirement that is not there |
//! | `K0505` | an impossible or malformed date |
//! | `K0506` | a record without an id |
//! | `K0507` | an id twice in one source |
//! | `K0508` | a file that cannot be read: encoding, syntax, nesting, size |
//! | `K0509` | an unknown key or grade of evidence |
//! | `K0510` | a file type that is not supported |
//! | `K0511` | an attribute or header stated twice |
//! | `K0512` | a statement that has no effect (warning) |
//! | `K0514` | a cell of a workbook that says nothing certain |
//! | `K0515` | a cell of a workbook that may deceive (warning) |
//! | `K0516` | a column, file or sheet about which `[[source]]` says nothing, or something wrong |

pub(crate) mod backing;
pub(crate) mod cells;
pub(crate) mod csv;
mod date;
mod document;
mod encoding;
mod evidence;
mod expect;
mod json;
pub mod layout;
pub mod map;
pub(crate) mod names;
mod ndjson;
mod plain;
pub mod propose;
mod reader;
mod scalar;
pub(crate) mod scan;
mod set;
mod sheets;
pub(crate) mod table;
#[cfg(test)]
pub(crate) mod testing;
mod toml;
pub(crate) mod tree;
pub mod workbook;
mod yaml;

use std::sync::Arc;

use kijun_text::{Diagnostic, FileId, Label, Sources, Span, nfc};
use rayon::prelude::*;

use crate::build::StoreBuilder;
pub use encoding::Decoded;
pub(crate) use expect::short;
use map::SourceMap;
pub use names::{is_id, silent_attribute, silent_kind};
use reader::Reader;
pub(crate) use scalar::Names;
pub use scalar::{AROUND_NAME, Problem, ValueError, is_unknown, parse_bool, parse_value};
pub use set::text_pieces;
pub(crate) use table::Table;
use tree::Node;
use workbook::Workbook;

/// The largest file that is read, in bytes: 512 MB.
pub const LARGEST: usize = 512 << 20;

/// How deep lists and tables may lie in one another.
pub const DEEPEST: usize = 64;

/// The stem of the file that says which registers are complete.
const COMPLETE: &str = "_complete";

/// The day that a text names, in any way of writing that facts know; `None` for a month, a year or no date.
pub fn parse_day(text: &str) -> Option<i32> {
    let date = scalar::date_of(text.trim()).ok()?;
    (date.first == date.last).then_some(date.first)
}

/// Reads one fact file; see [`read_files`].
pub fn read_file(builder: &mut StoreBuilder, sources: &mut Sources, path: &str, bytes: &[u8]) {
    read_files(builder, sources, vec![(path.to_owned(), bytes.to_vec())]);
}

/// Reads fact files into `builder`. The format follows from the extension of a path: `.toml`, `.json`,
/// `.ndjson`, `.jsonl`, `.yaml`, `.yml`, `.csv`, `.tsv`, `.xlsx` or `.xlsm`; the name before it, up to the first `.` or `@`, is the entity kind of a table,
/// of lines, and of a file whose top level is a list, by name or label (`contract.csv`, `契約@実地.csv`). A file called
/// `_complete` states which registers are complete. Of a workbook each sheet is a table, called as a file would be; sheets whose name
/// begins with `_`, and those that say how to fill in the others, hold no facts.
///
/// The bytes may be UTF-8 or UTF-16 (with a byte order mark), UTF-8 without, or Shift_JIS (CP932). The decoded
/// texts are added to `sources` in the order of the files; every value and diagnostic has its place in them.
/// Problems are reported to `builder`; everything sound is read nevertheless. The rows of tables are read when the
/// store is finished. Returns the files as `sources` has them, in the same order.
pub fn read_files(
    builder: &mut StoreBuilder,
    sources: &mut Sources,
    files: Vec<(String, Vec<u8>)>,
) -> Vec<FileId> {
    let decoded = files.into_par_iter().map(|(path, bytes)| (path, encoding::decode(bytes)));
    read_texts(builder, sources, decoded.collect(), &[])
}

/// [`read_files`], of files that are decoded already. `maps`: what columns of some of them are, if they are not named as
/// attributes are.
pub fn read_texts(
    builder: &mut StoreBuilder,
    sources: &mut Sources,
    files: Vec<(String, Decoded)>,
    maps: &[SourceMap],
) -> Vec<FileId> {
    map::check_files(builder, maps, files.iter().map(|(path, _)| path.as_str()));
    let with_content = |(path, decoded): (String, Decoded)| {
        let content = content(&path, &decoded.text, decoded.broken, decoded.bytes.as_deref(), maps);
        (path, decoded, content)
    };
    let read: Vec<(String, Decoded, Content)> = files.into_par_iter().map(with_content).collect();
    let mut ids = Vec::with_capacity(read.len());
    for (path, decoded, content) in read {
        let file = match content {
            Content::Workbook(_) => sources.add_decoded(path, "", Some(decoded.into_bytes())),
            _ => sources.add_decoded(path, decoded.text, decoded.bytes),
        };
        ids.push(file);
        take_in(builder, sources, file, content, maps);
    }
    ids
}

/// A file that stands in sources already.
#[derive(Debug, Clone)]
pub enum Added {
    /// With the byte from which on it is not to be trusted.
    Text(FileId, Option<usize>),
    /// Its sheets are added to the sources.
    Workbook(FileId, Arc<Workbook>),
}

/// Reads files that stand in `sources` already.
pub fn read_added(builder: &mut StoreBuilder, sources: &mut Sources, files: &[Added], maps: &[SourceMap]) {
    let paths = files.iter().map(|added| match added {
        Added::Text(file, _) | Added::Workbook(file, _) => sources.path(*file).to_owned(),
    });
    let paths: Vec<String> = paths.collect();
    map::check_files(builder, maps, paths.iter().map(String::as_str));
    let with_content = |added: &Added| match added {
        Added::Text(file, broken) => {
            let source = sources.get(*file)?;
            Some((*file, content(&source.path, &source.text, *broken, None, maps)))
        }
        Added::Workbook(file, workbook) => Some((*file, Content::Workbook(Arc::clone(workbook)))),
    };
    let read: Vec<_> = files.par_iter().filter_map(with_content).collect();
    for (file, content) in read {
        take_in(builder, sources, file, content, maps);
    }
}

/// Whether a file is a workbook, by its name. `.xls` is not read.
pub fn is_workbook(path: &str) -> bool {
    workbook::is_workbook(&Name::of(path).extension.to_ascii_lowercase())
}

/// What is said of a file elsewhere.
pub fn maps_of<'m>(maps: &'m [SourceMap], path: &str) -> Vec<&'m SourceMap> {
    maps.iter().filter(|map| map.file == path).collect()
}

/// Hands what a file holds to its reader, or says why there is none.
fn take_in(
    builder: &mut StoreBuilder,
    sources: &mut Sources,
    file: FileId,
    content: Content,
    maps: &[SourceMap],
) {
    let Some(source) = sources.get(file) else { return };
    let (text, path) = (Arc::clone(&source.text), source.path.clone());
    let (name, maps) = (Name::of(&path), maps_of(maps, &path));
    if maps.iter().any(|map| map.skip && map.sheet.is_none()) {
        return;
    }
    let mut reader = Reader::new(builder, file, &text, &name.stem);
    match content {
        Content::Table(delimiter) if !maps.is_empty() => {
            for map in maps {
                let mut reader = Reader::new(builder, file, &text, &name.stem);
                table::read_mapped(&mut reader, &text, delimiter, map);
            }
        }
        Content::Table(delimiter) => table::read(&mut reader, &text, delimiter),
        Content::Documents(documents) => documents.iter().for_each(|node| document::read(&mut reader, node)),
        Content::Lines => ndjson::read(&mut reader),
        Content::Malformed(error) => reader.builder.report(error.diagnostic(file, &text)),
        Content::Undecodable(at) => {
            let end = text.len().min(at + 1);
            reader.builder.report(undecodable(Span::new(file, at.min(end), end)));
        }
        Content::TooLarge => reader.builder.report(too_large(Span::new(file, 0, 0))),
        Content::Unsupported => reader.builder.report(unsupported(file, &name.extension)),
        Content::Workbook(workbook) => sheets::take_in(builder, sources, file, &workbook, &maps),
    }
}

/// What a file is called, without its folder.
pub(crate) struct Name {
    /// Up to the first `.` or `@`.
    stem: String,
    extension: String,
}

impl Name {
    /// Up to the first `.` or `@`.
    pub(crate) fn stem_of(name: &str) -> &str {
        name.split(['.', '@']).next().unwrap_or(name).trim()
    }

    fn of(path: &str) -> Name {
        let name = nfc(path.rsplit(['/', '\\']).next().unwrap_or(path)).into_owned();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
        Name { stem: Name::stem_of(stem).to_owned(), extension: extension.to_owned() }
    }
}

/// What can be said of a file without regard to any other.
enum Content {
    /// With the sign between its cells, if that is certain.
    Table(Option<u8>),
    Documents(Vec<Node>),
    /// Of JSON.
    Lines,
    Malformed(SyntaxError),
    /// From this byte of the text on.
    Undecodable(usize),
    TooLarge,
    Unsupported,
    Workbook(Arc<Workbook>),
}

/// What a file holds; `bytes` where they are not its text.
fn content(
    path: &str,
    text: &str,
    broken: Option<usize>,
    bytes: Option<&[u8]>,
    maps: &[SourceMap],
) -> Content {
    if bytes.is_some_and(|bytes| bytes.len() > LARGEST) {
        return Content::TooLarge;
    }
    let extension = Name::of(path).extension.to_ascii_lowercase();
    if workbook::is_workbook(&extension) {
        let bytes = bytes.unwrap_or(text.as_bytes());
        return Content::Workbook(Arc::new(workbook::read_workbook(bytes, &maps_of(maps, path))));
    }
    if let Some(at) = broken {
        return Content::Undecodable(at);
    }
    let parsed = match extension.as_str() {
        "csv" => return Content::Table(None),
        "tsv" => return Content::Table(Some(b'\t')),
        "toml" => toml::parse(text),
        "json" => json::parse(text),
        "ndjson" | "jsonl" => return Content::Lines,
        "yaml" | "yml" => yaml::parse(text),
        _ => return Content::Unsupported,
    };
    parsed.map_or_else(Content::Malformed, Content::Documents)
}

/// Why a text could not be parsed at all.
pub(crate) struct SyntaxError {
    pub(crate) range: std::ops::Range<usize>,
    pub(crate) message: Label,
    pub(crate) help: Label,
}

impl SyntaxError {
    /// An error that a parser of `format` found; its words are in English only.
    pub(crate) fn of(format: &str, range: std::ops::Range<usize>, words: &str) -> SyntaxError {
        let words = words.trim().trim_end_matches('.');
        let mut chars = words.chars();
        let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
        let words = format!("{first}{}", chars.as_str());
        let message = Label::new(
            format!("{format} として読めません: {words}"),
            format!("this is not valid {format}: {words}"),
        );
        let help = Label::new(
            "直すまで、このファイルからは何も読まれません",
            "nothing of this file is read until this is put right",
        );
        SyntaxError { range, message, help }
    }

    pub(crate) fn too_deep(range: std::ops::Range<usize>) -> SyntaxError {
        let message = Label::new(
            format!("入れ子が{DEEPEST}段を超えています"),
            format!("lists and tables are nested more than {DEEPEST} deep"),
        );
        let help = Label::new(
            "種類、行、属性、値の順に、浅く書いてください",
            "a fact file is shallow: kind, record, attribute, value",
        );
        SyntaxError { range, message, help }
    }

    /// The place is widened to one character where the parser gives none.
    fn diagnostic(self, file: FileId, text: &str) -> Diagnostic {
        let start = floor(text, self.range.start);
        let next = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let end = ceil(text, self.range.end).max(start + next);
        let mut diagnostic = Diagnostic::error("K0508", Span::new(file, start, end), self.message);
        diagnostic.help = self.help;
        diagnostic
    }
}

/// Every document of a file of YAML.
pub(crate) fn yaml_documents(file: FileId, text: &str) -> Result<Vec<tree::Node>, Box<Diagnostic>> {
    yaml::parse(text).map_err(|error| Box::new(error.diagnostic(file, text)))
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

fn ceil(text: &str, at: usize) -> usize {
    (at.min(text.len())..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len())
}

fn too_large(span: Span) -> Diagnostic {
    let limit = LARGEST >> 20;
    let message = Label::new(
        format!("ファイルが大きすぎます(上限 {limit} MB)"),
        format!("the file is too large: the limit is {limit} MB"),
    );
    Diagnostic::error("K0508", span, message)
        .help("種類ごと、施設ごとに分けてください", "split it by kind or by facility")
}

fn undecodable(span: Span) -> Diagnostic {
    let message = Label::new("文字コードが分かりません", "the encoding of this file is not known");
    Diagnostic::error("K0508", span, message)
        .label("ここから文字として読めません", "from here on this is no text")
        .help(
            "UTF-8 で保存してください(Excel では「CSV UTF-8」)",
            "save it as UTF-8 (in Excel: `CSV UTF-8`); Shift_JIS, and UTF-16 with a byte order mark, are read too",
        )
}

fn unsupported(file: FileId, extension: &str) -> Diagnostic {
    let message = Label::new(
        format!("ファイル形式 `{extension}` には対応していません"),
        format!("files of type `{extension}` are not supported"),
    );
    Diagnostic::error("K0510", Span::new(file, 0, 0), message).help(
        "`.toml` `.json` `.ndjson` `.jsonl` `.yaml` `.yml` `.csv` `.tsv` `.xlsx` のいずれかにしてください",
        "use one of `.toml`, `.json`, `.ndjson`, `.jsonl`, `.yaml`, `.yml`, `.csv`, `.tsv` or `.xlsx`",
    )
}

#[cfg(test)]
mod tests {
    use super::testing::{Facts, schema};

    #[test]
    fn other_file_types_and_encodings_are_errors() {
        let read = |path: &str, bytes: &[u8]| Facts::read_bytes(schema(), &[(path, bytes)]).errors();
        assert_eq!(
            read("facts/contract.xls", b"x"),
            "K0510 facts/contract.xls:1:1 ``: files of type `xls` are not supported (use one of `.toml`, `.json`, \
             `.ndjson`, `.jsonl`, `.yaml`, `.yml`, `.csv`, `.tsv` or `.xlsx`)"
        );
        assert!(read("contract", b"x").starts_with("K0510"));
        assert!(read("contract.csv", b"id\n\xff\xfe\xfd\n").starts_with("K0508 contract.csv:2:1"));
        assert!(read("contract.csv", b"i\0d\0\n\0").starts_with("K0508 contract.csv:1:2"));
    }

    #[test]
    fn no_input_makes_a_reader_panic() {
        let seeds: [(&str, &str); 5] = [
            (
                "contract.ndjson",
                "{\"id\": \"契\", \"clauses\": [\"?\"]}\n{\"id\": \"d\", \"signed\": \"R8.4.1\"}\n",
            ),
            (
                "a.toml",
                "[[contract]]\nid = \"c\"\nclauses = [\"守秘義務\", \"?\"]\n_evidence = { grade = \"書面\" }\n[complete]\ncontract = true\n",
            ),
            (
                "a.json",
                "{\"contract\": [{\"id\": \"契\", \"clauses\": {\"penalty\": true}, \"signed\": \"R8.4.1\"}]}",
            ),
            ("a.yaml", "contract:\n  c: # 備考\n    clauses: [守秘義務, '?']\n    signed: 2026-04-01\n"),
            ("contract.csv", "id,条項,締結日,_grade\r\nc,\"守秘義務、\"\"x\",令和8年4月1日,書面\r\n"),
        ];
        let noise = [
            "\"", "'", "{", "}", "[", "]", ":", "\n", "\r", ",", "?", "元", "&a", "*a", "- ", "#", "\\",
            "\t", "|", "!!x ",
        ];
        let mut state = 1_u64;
        let mut random = |n: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % n
        };
        for _ in 0..4000 {
            let (path, seed) = seeds[random(seeds.len())];
            let mut chars: Vec<char> = seed.chars().collect();
            for _ in 0..=random(4) {
                let (at, long) = (random(chars.len()), random(4));
                let end = (at + long).min(chars.len());
                chars.splice(at..end, noise[random(noise.len())].chars());
            }
            let text: String = chars.into_iter().collect();
            Facts::read(schema(), &[(path, text.as_str())]);
        }
    }
}
