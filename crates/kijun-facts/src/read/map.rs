//! How the columns of a ledger that already exists are those of a kind: what a manifest says in `[[source]]`.

use std::collections::BTreeMap;

use kijun_text::{Diagnostic, FileId, Label, Span, fold_width, nfc};

use super::csv::{Cell, Row};
use super::evidence::{self, RecordEvidence};
use super::expect::short;
use super::reader::Reader;
use super::scalar::{Problem, parse_value};
use super::set::set_pieces;
use super::table::{Heading, heading_named};
use crate::build::{RecordId, StoreBuilder};
use crate::schema::{AttrId, KindId};
use crate::store::Evidence;
use crate::value::Value;

/// One `[[source]]`: a file, or a sheet of it, as records of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// As sources show it: relative to the workspace.
    pub file: String,
    /// Any sheet of a workbook, where nothing is said.
    pub sheet: Option<String>,
    pub kind: Stated,
    /// Row of the headings, from 1.
    pub header_row: Option<u32>,
    /// Heading -> `id`, an attribute, or `_source` and the like.
    pub columns: Vec<(Stated, Stated)>,
    /// Headings of columns that hold no facts.
    pub ignore: Vec<Stated>,
    /// Heading -> what is written there -> what it means.
    pub values: Vec<(Stated, Vec<(String, String)>)>,
    /// Attribute, or `_source` and the like -> what every row says.
    pub constants: Vec<(Stated, Stated)>,
    /// Whether several rows may state the same record.
    pub repeats: bool,
    /// Whether nothing of it is to be read.
    pub skip: bool,
    pub place: Span,
}

/// A text with its place in the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stated {
    pub text: String,
    pub place: Span,
}

impl SourceMap {
    /// The same with other places.
    #[must_use]
    pub fn placed(mut self, place: impl Fn(Span) -> Span) -> SourceMap {
        self.place = place(self.place);
        self.kind.place = place(self.kind.place);
        let pairs = self.columns.iter_mut().chain(&mut self.constants).flat_map(|(a, b)| [a, b]);
        let headings = self.values.iter_mut().map(|(heading, _)| heading);
        pairs.chain(headings).chain(&mut self.ignore).for_each(|stated| stated.place = place(stated.place));
        self
    }

    pub(crate) fn is_of_sheet(&self, name: &str) -> bool {
        self.sheet.as_deref().is_none_or(|sheet| nfc(sheet.trim()) == nfc(name.trim()))
    }

    /// Whether rows say more than their cells do.
    pub(crate) fn needs_records(&self) -> bool {
        !self.values.is_empty() || !self.constants.is_empty() || self.repeats
    }

    fn column(&self, heading: &str) -> Option<usize> {
        let wanted = key(heading);
        self.columns.iter().position(|(stated, _)| key(&stated.text) == wanted)
    }

    fn ignores(&self, heading: &str) -> bool {
        let wanted = key(heading);
        self.ignore.iter().any(|stated| key(&stated.text) == wanted)
    }
}

/// What two spellings of a heading have in common: width, case, and where lines break.
pub(crate) fn key(heading: &str) -> String {
    fold_width(heading).to_lowercase().chars().filter(|c| !c.is_whitespace()).collect()
}

/// What a heading says below a map; a column that the map does not know is an error.
pub(crate) fn heading(reader: &mut Reader, kind: KindId, map: &SourceMap, cell: &Cell) -> Heading {
    if cell.is_blank() {
        return Heading::Nameless;
    }
    if let Some((_, target)) = map.column(&cell.text).and_then(|at| map.columns.get(at)) {
        return match heading_named(reader.schema(), kind, &target.text) {
            Some(heading) => heading,
            None => {
                let diagnostic = no_target(reader.builder, kind, target);
                reader.builder.report(diagnostic);
                Heading::Unread
            }
        };
    }
    if map.ignores(&cell.text) {
        return Heading::Unread;
    }
    // A heading may also be named as the attribute itself is.
    heading_named(reader.schema(), kind, &cell.text).unwrap_or_else(|| {
        reader.report(unmapped(&cell.text), cell.range.clone());
        Heading::Unread
    })
}

/// Reports what a map says about columns that are not there.
pub(crate) fn check_columns(reader: &mut Reader, map: &SourceMap, header: &Row) {
    let found: Vec<String> = header.cells.iter().map(|cell| key(&cell.text)).collect();
    let named = map.columns.iter().map(|(heading, _)| heading);
    let named = named.chain(&map.ignore).chain(map.values.iter().map(|(heading, _)| heading));
    for heading in named.filter(|heading| !found.contains(&key(&heading.text))) {
        let names: Vec<&str> =
            header.cells.iter().map(|c| &*c.text).filter(|t| !t.trim().is_empty()).collect();
        let nearest = reader.builder.suggestions.nearest(&heading.text, names.iter().copied());
        let diagnostic = no_column(heading, &map.file, nearest);
        reader.builder.report(diagnostic);
    }
}

/// What every row of a mapped table says beside its cells.
#[derive(Default)]
pub(crate) struct Constants {
    values: Vec<(AttrId, Value, Span)>,
    pub(crate) evidence: Evidence,
}

impl Constants {
    pub(crate) fn new(reader: &mut Reader, kind: KindId, map: &SourceMap) -> Constants {
        let mut constants = Constants::default();
        for (name, text) in &map.constants {
            match heading_named(reader.schema(), kind, &name.text) {
                Some(Heading::Attribute(attr)) => constants.value(reader, kind, attr, text),
                Some(Heading::Evidence(key)) => {
                    let stated = evidence::try_state(&mut constants.evidence, key, &text.text);
                    if let Err(problem) = stated {
                        reader.builder.report((*problem).diagnostic(text.place));
                    }
                }
                _ => {
                    let diagnostic = no_target(reader.builder, kind, name);
                    reader.builder.report(diagnostic);
                }
            }
        }
        constants
    }

    fn value(&mut self, reader: &mut Reader, kind: KindId, attr: AttrId, text: &Stated) {
        let Some(attribute) = reader.schema().attribute(kind, attr) else { return };
        match parse_value(reader.builder, &attribute.ty, attribute.optional, &text.text) {
            Ok(value) => self.values.push((attr, value, text.place)),
            Err(error) => {
                for diagnostic in error.diagnostics(|_| text.place) {
                    reader.builder.report(diagnostic);
                }
            }
        }
    }

    pub(crate) fn set(&self, reader: &mut Reader, record: RecordId, evidence: &RecordEvidence) {
        for (attr, value, place) in &self.values {
            reader.builder.set(record, *attr, value.clone(), *place, evidence.of(*attr));
        }
    }
}

/// What the texts of columns mean where a map says so, by heading.
pub(crate) struct Meanings(Vec<Option<BTreeMap<String, String>>>);

impl Meanings {
    pub(crate) fn new(map: &SourceMap, header: &Row) -> Meanings {
        let of_cell = |cell: &Cell| {
            let wanted = key(&cell.text);
            let (_, values) = map.values.iter().find(|(heading, _)| key(&heading.text) == wanted)?;
            Some(values.iter().map(|(written, meant)| (key(written), meant.clone())).collect())
        };
        Meanings(header.cells.iter().map(of_cell).collect())
    }

    /// What a cell means: as a whole, or each member of a set.
    pub(crate) fn of(
        &self,
        reader: &Reader,
        kind: KindId,
        heading: usize,
        what: Heading,
        text: &str,
    ) -> Option<String> {
        let values = self.0.get(heading)?.as_ref()?;
        let meant = |text: &str| values.get(&key(text)).cloned();
        if let Some(whole) = meant(text) {
            return Some(whole);
        }
        let Heading::Attribute(attr) = what else { return None };
        let element = reader.schema().attribute(kind, attr)?.ty.element()?;
        let pieces = set_pieces(reader.builder, element, text);
        let pieces: Vec<&str> = pieces.into_iter().filter_map(|piece| text.get(piece)).collect();
        let any = pieces.iter().any(|piece| meant(piece).is_some());
        any.then(|| {
            pieces.iter().map(|p| meant(p).unwrap_or_else(|| (*p).to_owned())).collect::<Vec<_>>().join(";")
        })
    }
}

/// Maps of files that are not there.
pub(crate) fn check_files<'f>(
    builder: &mut StoreBuilder,
    maps: &[SourceMap],
    files: impl Iterator<Item = &'f str> + Clone,
) {
    for map in maps {
        if !files.clone().any(|file| file == map.file) {
            let message = Label::new(
                format!("ファイル `{}` がありません", map.file),
                format!("there is no file `{}`", map.file),
            );
            let diagnostic = Diagnostic::error("K0516", map.place, message).help(
                "作業場所のフォルダーからの相対パスで書いてください(例: `facts/契約台帳.xlsx`)",
                "write its path from the folder of the workspace, such as `facts/ledger.xlsx`",
            );
            builder.report(diagnostic);
        }
    }
}

/// A map of a sheet that a workbook does not have.
pub(crate) fn no_sheet(map: &SourceMap, wanted: &str, names: &[&str], nearest: Option<&str>) -> Diagnostic {
    let message = Label::new(
        format!("`{}` にシート `{wanted}` がありません", map.file),
        format!("`{}` has no sheet `{wanted}`", map.file),
    );
    let diagnostic = Diagnostic::error("K0516", map.place, message);
    if nearest.is_some() {
        return diagnostic.suggest(nearest);
    }
    let all = names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    diagnostic.help(format!("シート: {all}"), format!("its sheets are {all}"))
}

/// A row of headings beyond the end of a table.
pub(crate) fn no_header_row(map: &SourceMap, file: FileId) -> Diagnostic {
    let row = map.header_row.unwrap_or(1);
    let message =
        Label::new(format!("{row} 行目に見出しがありません"), format!("there are no headings in row {row}"));
    Diagnostic::error("K0516", map.place, message)
        .note(Span::new(file, 0, 0), "このファイルです", "in this file")
        .help("`header_row` を見出しの行の番号にしてください", "set `header_row` to the row of the headings")
}

fn no_target(builder: &mut StoreBuilder, kind: KindId, target: &Stated) -> Diagnostic {
    let text = &*short(&target.text);
    let schema = builder.schema();
    let Some(def) = schema.kind(kind) else {
        return Diagnostic::error("K0516", target.place, Label::default());
    };
    let message = Label::new(
        format!("「{}」に属性 `{text}` はありません", def.label.or(kijun_text::Lang::Ja, &def.name)),
        format!("`{}` has no attribute `{text}`", def.name),
    );
    let names = def.attributes.iter().flat_map(|a| [a.name.as_str(), &a.label.ja, &a.label.en]);
    let nearest = builder.suggestions.nearest(text, names.chain(["id"])).map(str::to_owned);
    Diagnostic::error("K0516", target.place, message).suggest(nearest.as_deref())
}

fn unmapped(text: &str) -> Box<Problem> {
    let text = short(text);
    Problem::new(
        "K0516",
        Label::new(
            format!("列 `{text}` の読み方が決まっていません"),
            format!("nothing is said about the column `{text}`"),
        ),
    )
    .help(Label::new(
        format!("kijun.toml の `[[source]]` の `columns` に書くか、読まない列なら `ignore` に `{text}` を加えてください"),
        format!("add it to `columns` of its `[[source]]` in kijun.toml, or add `{text}` to `ignore` if it holds no facts"),
    ))
}

fn no_column(heading: &Stated, file: &str, nearest: Option<&str>) -> Diagnostic {
    let text = short(&heading.text);
    let message = Label::new(
        format!("`{file}` に見出し `{text}` の列がありません"),
        format!("`{file}` has no column `{text}`"),
    );
    Diagnostic::error("K0516", heading.place, message).suggest(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::testing::{Facts, schema};

    fn stated(text: &str) -> Stated {
        Stated { text: text.into(), place: Span::default() }
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(Stated, Stated)> {
        pairs.iter().map(|(a, b)| (stated(a), stated(b))).collect()
    }

    fn ledger() -> SourceMap {
        SourceMap {
            file: "facts/契約台帳.csv".into(),
            kind: stated("契約"),
            columns: pairs(&[
                ("契約番号", "id"),
                ("相手先", "vendor"),
                ("契約日", "締結日"),
                ("内容", "条項"),
            ]),
            ignore: vec![stated("担当課")],
            ..SourceMap::default()
        }
    }

    fn read(text: &str, map: SourceMap) -> Facts {
        let vendors = "id,名称\nv1,みなと\nv2,うみべ\n";
        let files = [("facts/契約台帳.csv", text.as_bytes()), ("vendor.csv", vendors.as_bytes())];
        Facts::read_mapped(schema(), &files, &[map])
    }

    const LEDGER: &str = "契約台帳（令和8年度）,,,\n\n契約番号,相手先,契約 日,担当課,内容\nk-1,v1,R8.4.1,医事課,守秘\nk-2,v2,2026/4/2,,守秘；罰則\n";

    #[test]
    fn columns_are_what_the_map_says() {
        let text = LEDGER.replace("守秘；罰則", "守秘義務；penalty").replace("守秘\n", "守秘義務\n");
        let map = SourceMap { header_row: Some(3), ..ledger() };
        let facts = read(&text, map);
        assert_eq!(facts.errors(), "");
        assert!(facts.cells().starts_with(
            "vendor.v1.name = みなと\nvendor.v2.name = うみべ\ncontract.k-1.vendor = v1\n\
             contract.k-1.clauses = { confidentiality }\ncontract.k-1.signed = 2026-04-01"
        ));
        assert_eq!(facts.origins("k-2"), "v2 | 守秘義務；penalty | 2026/4/2");
    }

    #[test]
    fn values_and_constants_are_what_the_map_says() {
        let values = vec![
            (
                stated("内容"),
                vec![("守秘".into(), "confidentiality".into()), ("罰則".into(), "違反時の罰則".into())],
            ),
            (stated("相手先"), vec![("みなと".into(), "v1".into())]),
        ];
        let constants = pairs(&[("escrow", "いいえ"), ("_source", "契約台帳"), ("_grade", "書面")]);
        let map = SourceMap { header_row: Some(3), values, constants, ..ledger() };
        let facts = read(&LEDGER.replace("k-1,v1", "k-1,みなと"), map);
        assert_eq!(facts.errors(), "");
        assert_eq!(
            facts.cells().lines().skip(2).collect::<Vec<_>>().join("\n"),
            "contract.k-1.vendor = v1\ncontract.k-1.clauses = { confidentiality }\ncontract.k-1.signed = 2026-04-01\n\
             contract.k-1.escrow = false\ncontract.k-2.vendor = v2\n\
             contract.k-2.clauses = { confidentiality, penalty }\ncontract.k-2.signed = 2026-04-02\n\
             contract.k-2.escrow = false"
        );
        assert_eq!(facts.evidence("k-1", "signed"), "契約台帳 2 -");
        // The text stands where it stood.
        assert_eq!(facts.origins("k-1").split(" | ").next(), Some("みなと"));
    }

    #[test]
    fn rows_may_state_a_record_several_times_if_the_map_says_so() {
        let map = SourceMap {
            kind: stated("vendor"),
            columns: pairs(&[("相手先", "id")]),
            ignore: ["契約番号", "契約日", "担当課", "内容"].map(stated).into(),
            header_row: Some(3),
            ..ledger()
        };
        let text = LEDGER.replace("k-2,v2", "k-2,v1");
        assert!(read(&text, map.clone()).errors().starts_with("K0507"));
        assert_eq!(read(&text, SourceMap { repeats: true, ..map }).errors(), "");
    }

    #[test]
    fn nothing_is_dropped_in_silence() {
        let rest = LEDGER.split_once("\n\n").unwrap().1;
        let unmapped = SourceMap { ignore: Vec::new(), ..ledger() };
        let errors = read(rest, unmapped).errors();
        assert!(
            errors.contains(
                "K0516 facts/契約台帳.csv:1:15 `担当課`: nothing is said about the column `担当課`"
            ),
            "{errors}"
        );
        let said = |map: SourceMap| {
            let errors = read(rest, map).errors();
            errors
                .lines()
                .filter(|l| l.starts_with("K0516"))
                .map(|l| l.split("``: ").nth(1).unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let more = SourceMap {
            columns: pairs(&[
                ("契約番号", "id"),
                ("相手", "vendor"),
                ("相手先", "vendro"),
                ("契約日", "締結日"),
                ("内容", "条項"),
            ]),
            ..ledger()
        };
        assert_eq!(
            said(more),
            [
                "`facts/契約台帳.csv` has no column `相手` (did you mean `相手先`?)",
                "`contract` has no attribute `vendro` (did you mean `vendor`?)",
            ]
        );
        let far = SourceMap { header_row: Some(99), ..ledger() };
        assert!(said(far)[0].starts_with("there are no headings in row 99"));
        let absent = SourceMap { file: "facts/x.csv".into(), ..ledger() };
        assert!(said(absent)[0].starts_with("there is no file `facts/x.csv`"));
        assert_eq!(read(rest, SourceMap { skip: true, ..ledger() }).errors(), "");
    }
}
