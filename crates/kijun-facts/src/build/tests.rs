//! Tables are read the same whether as one range of rows, as many, or row by row as records.

use std::fmt::Write;

use kijun_text::{FileId, Lang, Sources};
use proptest::prelude::*;

use super::StoreBuilder;
use crate::read::csv::{Row, Rows};
use crate::read::testing::schema;
use crate::read::{read_files, table};
use crate::schema::{AttrId, KindId, Schema, Type};
use crate::show::{Show, Words};
use crate::store::Store;

impl StoreBuilder<'_> {
    /// Reads the rows of all tables as records.
    fn read_as_records(&mut self) {
        for mut table in std::mem::take(&mut self.tables) {
            let text = std::sync::Arc::clone(&table.text);
            let mut rows = Rows::within(&text, table.body..text.len(), table.delimiter);
            let mut row = Row::default();
            let starts = std::iter::from_fn(|| rows.read(&mut row).then_some(row.range.start));
            table::read_records(self, &mut table, starts);
        }
    }
}

/// How the rows of tables are read.
#[derive(Debug, Clone, Copy)]
enum Manner {
    Chunks(usize),
    Records,
}

/// All that can be seen of what is read from some files.
fn outcome(files: &[(String, String)], manner: Manner) -> String {
    let schema = schema();
    let mut sources = Sources::default();
    let mut builder = StoreBuilder::new(&schema);
    let files = files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect();
    read_files(&mut builder, &mut sources, files);
    let (store, diagnostics) = match manner {
        Manner::Chunks(size) => builder.finish_by(size),
        Manner::Records => {
            builder.read_as_records();
            builder.finish()
        }
    };
    format!("{}\n{diagnostics:#?}", seen(&schema, &store))
}

fn seen(schema: &Schema, store: &Store) -> String {
    let mut out = String::new();
    for (kind, def) in (0..).map(KindId).zip(&schema.kinds) {
        let table = store.kind(kind).unwrap();
        writeln!(out, "{} {:?} {:?}", def.name, table.register, table.register_origin).unwrap();
        for row in 0..table.len() {
            let id = store.id_text(kind, row);
            assert_eq!(store.row(kind, id), Some(row as u32));
            writeln!(out, " {id} {:?}", table.place(row)).unwrap();
        }
        for attr in (0..def.attributes.len() as u32).map(AttrId) {
            for row in 0..table.len() + 2 {
                let cell = cell(schema, store, kind, attr, row);
                writeln!(out, " {attr:?} {row} {cell}").unwrap();
            }
        }
    }
    let graded = |grade: u32| store.any_evidence(|e| e.grade == Some(grade));
    writeln!(out, "{:?}", (0..5).map(graded).collect::<Vec<_>>()).unwrap();
    out
}

fn cell(schema: &Schema, store: &Store, kind: KindId, attr: AttrId, row: usize) -> String {
    let show = Show { store, schema, lang: Lang::En, words: Words::Names };
    let table = store.kind(kind).unwrap();
    let conflict = table.conflict(attr, row as u32).map(|conflict| {
        let ty = &schema.attribute(kind, attr).unwrap().ty;
        let alternatives = conflict.alternatives.iter();
        let shown = alternatives.map(|a| (show.value(ty, &a.value), a.origin, store.evidence(a.evidence)));
        shown.collect::<Vec<_>>()
    });
    format!(
        "{} {:?} stated {} known {} {:?} {conflict:?}",
        show.cell(kind, attr, row),
        table.cell(attr, row),
        table.is_stated(attr, row),
        table.is_known(attr, row),
        store.evidence(table.evidence_of(attr, row)),
    )
}

/// Picks from lists by numbers that proptest makes smaller when it has found something.
struct Choices {
    numbers: Vec<u16>,
    at: usize,
}

impl Choices {
    fn below(&mut self, n: usize) -> usize {
        self.at += 1;
        let number = self.numbers.get(self.at - 1).copied().unwrap_or(0);
        usize::from(number) % n
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    /// Whether something that happens once in `n` times happens.
    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }
}

const IDS: [&str; 20] = [
    "a",
    "b",
    "c1",
    "c10",
    "c2",
    "a-very-long-identifier-1",
    "a-very-long-identifier-2",
    "契約1",
    "契約２",
    "か\u{3099}",
    "が",
    " a ",
    "none",
    "unknown",
    "u1",
    "n1",
    "?",
    "",
    "？",
    "x?",
];

const COMMON: [&str; 12] =
    ["", "?", "？", "未確認", "unknown", "なし", "none", "ｎｏｎｅ", "　", " ", "-", "qwerty"];

fn values(ty: &Type) -> &'static [&'static str] {
    match ty {
        Type::Bool => &["はい", "○", "true", "0", "ＹＥＳ", "多分"],
        Type::Int => &["0", "12", "1,200", "１２", "-3", "99999999999999999999", "007", "8件"],
        Type::Decimal => &["0.5", "12", "0.0000001", "1,000.25", "９.５", "999999999999999999"],
        Type::Date => {
            &["2026-04-01", "2026-02-30", "令和8年4月1日", "R8.4", "2026", "2026-4-1", "0000-01-01", "soon"]
        }
        Type::Duration => &["1年6か月", "18 months", "30日", "1 year", "0日", "soon"],
        Type::Country => &["JP", "日本", "米国", "jp", "ＪＰ", "XX", "Jappan"],
        Type::Text => {
            &["A社", "A社", "改行\nあり", "Ａ", "が", "か\u{3099}", " 前後 ", "5\" disk", "say \"x\""]
        }
        Type::Requirement => &["mhlw:8.1.2.C.オ", "mhlw@4.2:8.1.2.C.オ", "iso:5.1", "iso@2022:5.1", "mhlw:9"],
        Type::Enum(_) => &["守秘義務", "penalty", "分析、解析の禁止", "penalti"],
        Type::Ref(_) => &IDS,
        Type::Set(element) => match **element {
            Type::Enum(_) => &[
                "守秘義務;penalty",
                "penalty?;?",
                "penalty;penalty?",
                "xyz；守秘義務",
                ";",
                "分析、解析の禁止",
            ],
            Type::Ref(_) => &[
                "a",
                "a;b",
                "b,a|a",
                "a;?",
                "a?",
                "a? ; b",
                "zz;a",
                "none;a",
                ";",
                "契約1、a",
                "が;か\u{3099}",
            ],
            _ => &["日本;US", "US?;日本", "?", "XX;JP", "JP;日本"],
        },
    }
}

/// A cell as it may stand in a file.
fn written(choices: &mut Choices, text: &str, delimiter: char) -> String {
    let must =
        text.contains([delimiter, '\n', '\r']) || text.trim_start_matches([' ', '\t']).starts_with('"');
    let plain = !must && !choices.once_in(6);
    let quoted = if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) };
    match choices.below(30) {
        27 => format!(" {quoted} "),
        28 => format!("　{quoted}"),
        29 if choices.once_in(4) => format!("{quoted}x"),
        _ => quoted,
    }
}

/// A table of vendors or contracts with a header and some rows, not all of which are in order.
fn table_of(choices: &mut Choices, number: usize) -> (String, String) {
    let schema = schema();
    let kind = choices.below(2);
    let def = &schema.kinds[kind];
    let delimiter = [',', ',', ';', '\t'][choices.below(4)];
    let line_end = choices.of(&["\n", "\n", "\r\n", "\r"]);
    let mut headers = vec![(choices.of(&["id", "ID", " Ｉｄ"]).to_owned(), None)];
    for attribute in &def.attributes {
        if choices.below(3) > 0 {
            let header = if choices.below(2) == 0 { &attribute.name } else { &attribute.label.ja };
            headers.insert(choices.below(headers.len() + 1), (header.clone(), Some(values(&attribute.ty))));
        }
    }
    for (header, texts) in [
        ("_source", &["契約書", "台帳", "", "?"][..]),
        ("_grade", &["書面", "oral", "良", ""][..]),
        ("有効期限", &["2027-03-31", "2026-13-01", ""][..]),
        ("", &["", "", "余り"][..]),
        ("備考欄", &["x"][..]),
    ] {
        if choices.below(3) == 0 {
            headers.push((header.to_owned(), Some(texts)));
        }
    }
    let mut text = String::new();
    let mut put = |cells: Vec<String>, end: &str| {
        text.push_str(&cells.join(&delimiter.to_string()));
        text.push_str(end);
    };
    put(headers.iter().map(|(header, _)| header.clone()).collect(), line_end);
    for number in 0..choices.below(24) {
        let mut cells = Vec::new();
        for (_, texts) in &headers {
            let cell = match texts {
                None if choices.below(3) > 0 => format!("r{number}"),
                None => choices.of(&IDS).to_owned(),
                Some(_) if choices.once_in(5) => choices.of(&COMMON).to_owned(),
                Some(texts) => choices.of(texts).to_owned(),
            };
            cells.push(written(choices, &cell, delimiter));
        }
        match choices.below(40) {
            36 => cells.truncate(choices.below(cells.len()) + 1),
            37 => cells.push(choices.of(&["", " ", "余分"]).to_owned()),
            38 => cells.iter_mut().for_each(String::clear),
            39 if choices.once_in(4) => cells.push("\"open".to_owned()),
            _ => {}
        }
        put(cells, line_end);
    }
    let extension = if delimiter == '\t' { "tsv" } else { "csv" };
    (format!("facts/{}@{number}.{extension}", def.name), text)
}

fn files(numbers: Vec<u16>) -> Vec<(String, String)> {
    let mut choices = Choices { numbers, at: 0 };
    let tables = choices.below(4) + 1;
    let mut files: Vec<(String, String)> = (0..tables).map(|number| table_of(&mut choices, number)).collect();
    if choices.below(3) == 0 {
        let toml = "[vendor.a]\nname = \"A社\"\n[vendor.z9]\ncountry = \"JP\"\n[contract.r1]\nsigned = 2026-04-01\n\
                    deputies = [\"z9\", \"nobody\"]\nterm = \"30日\"\n[complete]\nvendor = true\n";
        files.insert(choices.below(files.len() + 1), ("facts/more.toml".to_owned(), toml.to_owned()));
    }
    files
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tables_are_read_the_same_in_chunks_of_any_size_and_as_records(
        numbers in prop::collection::vec(any::<u16>(), 0..1200),
        size in 1_usize..400,
    ) {
        let files = files(numbers);
        let whole = outcome(&files, Manner::Chunks(super::CHUNK));
        prop_assert_eq!(&outcome(&files, Manner::Chunks(1)), &whole, "{:?}", files);
        prop_assert_eq!(&outcome(&files, Manner::Chunks(size)), &whole, "{:?}", files);
        prop_assert_eq!(&outcome(&files, Manner::Records), &whole, "{:?}", files);
    }
}

/// What the property rests on: the generated tables hold sound and unsound rows of every sort.
#[test]
fn generated_tables_have_something_to_read_and_something_to_say() {
    let mut state = 1_u64;
    let mut seen = String::new();
    for _ in 0..200 {
        let numbers = (0..800).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as u16
        });
        seen.push_str(&outcome(&files(numbers.collect()), Manner::Chunks(super::CHUNK)));
    }
    for code in ["K0502", "K0503", "K0504", "K0505", "K0506", "K0507", "K0508", "K0509"] {
        assert!(seen.contains(code), "{code}");
    }
    for shown in [
        "stated true known true",
        "Some([",
        "a-very-long-identifier-1 Span",
        "2026-04-01",
        "18 months",
        "US?",
    ] {
        assert!(seen.contains(shown), "{shown}");
    }
}

#[test]
fn a_copy_shares_columns_until_it_changes_one() {
    let schema = schema();
    let mut builder = StoreBuilder::new(&schema);
    let files = vec![("vendor.csv".to_owned(), "id,name\na,A\n".as_bytes().to_vec())];
    assert_eq!(read_files(&mut builder, &mut Sources::default(), files), [FileId(0)]);
    let (store, _) = builder.finish();
    let mut copy = store.clone();
    let shared = |copy: &Store, a| {
        std::ptr::eq(store.kinds[0].columns.get(a).unwrap(), copy.kinds[0].columns.get(a).unwrap())
    };
    assert!(shared(&copy, 0) && shared(&copy, 1));
    copy.kinds[0].columns.get_mut(0).unwrap();
    assert!(!shared(&copy, 0) && shared(&copy, 1));
}

#[test]
fn an_id_is_found_whole_however_it_begins() {
    let schema = schema();
    let mut builder = StoreBuilder::new(&schema);
    let vendors =
        r#"{"vendor": [{"id": "a\u0000"}, {"id": "0123456789abcde\u0000x"}, {"id": "0123456789abcdefy"}]}"#;
    let names = ["a", "0123456789abcde", "0123456789abcdef", "0123456789abcdefx", "0123456789abcdefy"];
    let contracts: String = names.iter().enumerate().map(|(i, name)| format!("c{i},{name}\n")).collect();
    let files = [
        ("vendor.json", vendors.to_owned()),
        ("vendor.csv", "id\n0123456789abcdefx\n".to_owned()),
        ("contract.csv", format!("id,vendor\n{contracts}")),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.into_bytes()));
    read_files(&mut builder, &mut Sources::default(), files.into());
    let (store, diagnostics) = builder.finish();
    assert_eq!(diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["K0504"; 3]);
    let found: Vec<bool> = (0..names.len()).map(|row| store.kinds[1].is_known(AttrId(0), row)).collect();
    assert_eq!(found, [false, false, false, true, true]);
}
