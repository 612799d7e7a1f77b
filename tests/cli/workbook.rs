//! `matrix --format xlsx`, read back by another library.

use std::io::{Cursor, Read};

use calamine::{Data, Range, Reader, Xlsx};
use serde_json::Value;

use crate::run::{Folder, MANIFEST, command, kijun};

type Book = Xlsx<Cursor<Vec<u8>>>;

fn matrix(args: &[&str]) -> Vec<u8> {
    let out = command(&[&["matrix"], args].concat()).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

fn workbook(args: &[&str]) -> Book {
    Xlsx::new(Cursor::new(matrix(&[args, &["--format", "xlsx"]].concat()))).unwrap()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_slice(&matrix(&[args, &["--format", "json"]].concat())).unwrap()
}

fn text(range: &Range<Data>, row: u32, col: u32) -> String {
    range.get_value((row, col)).map(ToString::to_string).unwrap_or_default()
}

/// The row and column of the first cell with this text.
fn find(range: &Range<Data>, wanted: &str) -> (u32, u32) {
    let (top, left) = range.start().unwrap();
    let at = range.used_cells().find(|(_, _, cell)| *cell == wanted);
    let (row, col, _) = at.unwrap_or_else(|| panic!("no cell says `{wanted}`"));
    (row as u32 + top, col as u32 + left)
}

const SIGNS: [(&str, &str); 5] =
    [("◎", "covered"), ("○", "unverified"), ("△", "partly"), ("？", "possibly"), ("－", "not_covered")];

/// Figures that stand to the right of the heading `Items`.
fn figures(range: &Range<Data>, row: u32) -> Vec<i64> {
    let (_, first) = find(range, "Items");
    let cell = |col| match range.get_value((row, col)) {
        Some(Data::Float(n)) if n.fract() == 0.0 => *n as i64,
        other => panic!("{other:?} is no figure"),
    };
    (first..first + 7).map(cell).collect()
}

fn expected(tally: &Value) -> Vec<i64> {
    let coverage = SIGNS.map(|(_, name)| tally["coverage"][name].as_i64().unwrap());
    let items = tally["items"].as_i64().unwrap();
    [&[items], &coverage[..], &[tally["weak"].as_i64().unwrap()]].concat()
}

fn number(id: &str) -> &str {
    id.split_once(':').unwrap().1
}

#[test]
fn the_workbook_says_what_the_json_says() {
    for (from, to) in
        [("mhlw", "iso27001-2022,nist-csf-2.0"), ("iso27001-2013", "iso27001-2022"), ("csf@1.1", "csf@2.0")]
    {
        let args = ["--from", from, "--to", to, "examples/city-hospital"];
        let (mut book, json) = (workbook(&args), json(&args));
        let names = book.sheet_names();
        let blocks = json["blocks"].as_array().unwrap();
        assert_eq!(names.len(), blocks.len() + 3, "{names:?}");
        let overview = book.worksheet_range("Overview").unwrap();
        let sections = book.worksheet_range("Sections").unwrap();
        let (head, _) = find(&overview, "Items");
        let mut section_row = find(&sections, "Items").0;
        for ((row, name), block) in (head + 1..).zip(&names[2..]).zip(blocks) {
            assert_eq!(text(&overview, row, 0), block["from"]["id"].as_str().unwrap());
            assert_eq!(text(&overview, row, 1), block["to"]["id"].as_str().unwrap());
            assert_eq!(figures(&overview, row), expected(&block["total"]), "{name}");
            section_row += 1;
            assert_eq!(figures(&sections, section_row), expected(&block["total"]), "{name}");
            for item in block["items"].as_array().unwrap().iter().filter(|i| i["section"] == true) {
                section_row += 1;
                assert_eq!(text(&sections, section_row, 2), number(item["id"].as_str().unwrap()));
                assert_eq!(figures(&sections, section_row), expected(&item["total"]), "{name}");
            }
            listed(&book.worksheet_range(name).unwrap(), block);
        }
        let listed: usize = blocks.iter().map(pairs).sum();
        let derivations = book.worksheet_range("Derivations").unwrap();
        let (last, _) = derivations.end().unwrap();
        assert!(listed > 0 && text(&derivations, last, 0).parse::<usize>().unwrap() >= listed);
    }
}

/// Pairs that the derivations must hold: neither open nor rolled up.
fn pairs(block: &Value) -> usize {
    let cells = block["cells"].as_array().unwrap();
    cells.iter().filter(|c| c["relation"] != "open" && c["rolled_up"] == false).count()
}

/// Every target item stands in its row with its coverage, certainty and what is met.
fn listed(sheet: &Range<Data>, block: &Value) {
    let (head, number_col) = find(sheet, "Number");
    let [coverage, certainty, met, sources, strength] =
        ["Coverage", "Certainty", "Met", "Sources", "Strength"].map(|h| find(sheet, h).1);
    for (row, item) in (head + 1..).zip(block["items"].as_array().unwrap()) {
        let id = item["id"].as_str().unwrap();
        assert_eq!(text(sheet, row, number_col), number(id));
        if item["section"] == true {
            continue;
        }
        let sign = SIGNS.iter().find(|(_, name)| item["coverage"] == *name).unwrap().0;
        assert!(text(sheet, row, coverage).starts_with(sign), "{id}");
        let weak = item["coverage"] != "not_covered" && item["coverage"] != item["trusted"];
        assert_eq!(text(sheet, row, certainty) == "weak", weak, "{id}");
        assert_eq!(text(sheet, row, met).replace(' ', "_"), item["met"].as_str().unwrap(), "{id}");
        let cells: Vec<&Value> = item["cells"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| &block["cells"][c.as_u64().unwrap() as usize])
            .collect();
        let own: Vec<_> =
            cells.iter().filter(|c| c["relation"] != "open" && c["rolled_up"] == false).collect();
        assert_eq!(text(sheet, row, sources).is_empty(), cells.is_empty(), "{id}");
        for cell in &own {
            let source = cell["sources"][0].as_str().unwrap();
            assert!(text(sheet, row, sources).contains(number(source)), "{id}: {source}");
        }
        if let [one] = own.as_slice()
            && let Some(expected) = one["strength"].as_f64()
        {
            assert_eq!(sheet.get_value((row, strength)), Some(&Data::Float(expected)), "{id}");
        }
    }
}

#[test]
fn the_day_is_a_date_and_figures_have_no_rates() {
    let mut book =
        workbook(&["--from", "csf@1.1", "--to", "csf@2.0", "examples/city-hospital", "--lang", "ja"]);
    assert_eq!(book.sheet_names(), ["概要", "節別集計", "csf@2.0", "導出"]);
    let overview = book.worksheet_range("概要").unwrap();
    let (row, _) = find(&overview, "基準日");
    let Some(Data::DateTime(day)) = overview.get_value((row, 1)) else { panic!("no date") };
    assert_eq!(day.as_f64(), 46_348.0, "2026-11-22");
    for name in book.sheet_names() {
        let sheet = book.worksheet_range(&name).unwrap();
        assert!(sheet.used_cells().all(|(_, _, cell)| !cell.to_string().contains('%')), "{name}");
    }
}

#[test]
fn without_facts_there_is_no_day_and_nothing_is_met() {
    let mut book = workbook(&["--from", "csf@1.1", "--to", "csf@2.0", "examples/city-hospital", "--static"]);
    let overview = book.worksheet_range("Overview").unwrap();
    assert!(overview.used_cells().all(|(_, _, c)| !matches!(c, Data::DateTime(_)) && *c != "As of"));
    let sheet = book.worksheet_range("csf@2.0").unwrap();
    assert!(sheet.used_cells().all(|(_, _, c)| *c != "Met"));
}

pub(crate) const HOSTILE: &str = r#"
catalog a "=A1" { en "=HYPERLINK(\"x\")"  edition "1"  publisher "@publisher"  level m must "必須" en "must" }
catalog b "+B" { en "-B"  edition "1"  publisher "-1+1"  level m must "必須" en "must" }
requirement a:1 "=1+1" { en "=1+1"  level m }
requirement a:2 "+1|x" { en "+1|x"  level m }
section b:S "-節" { en "-section" }
requirement b:S.1 "=1+1" { en "=1+1"  level m }
requirement b:S.2 "@SUM(1)|-2" { en "@SUM(1)|-2"  level m }
requirement b:S.3 "＝cmd" { en "<b>&amp;"  level m }
mapping a -> b {
  rationale semantic
  source "=cmd|' /C calc'!A0"
  mark inferred
  1 equal S.1 strength 9 "+論拠" en "+argument"
  2 subset S.2 "@論拠" en "@argument"
}
"#;

#[test]
fn text_never_becomes_a_formula() {
    let folder = Folder::new("workbook-hostile", &[("kijun.toml", MANIFEST), ("n.kijun", HOSTILE)]);
    let mut book = workbook(&["--from", "a", "--to", "b", folder.path()]);
    let mut found = String::new();
    for name in book.sheet_names() {
        assert_eq!(book.worksheet_formula(&name).unwrap().used_cells().count(), 0, "{name}");
        let sheet = book.worksheet_range(&name).unwrap();
        for (_, _, cell) in sheet.used_cells() {
            found.push_str(&format!("{cell}\n"));
        }
    }
    for text in
        ["\n=1+1\n", "+1|x", "\n-section\n", "\n@SUM(1)|-2\n", "<b>&amp;", "+argument", "=cmd|' /C calc'!A0"]
    {
        assert!(found.contains(text), "{text} is not in\n{found}");
    }
}

#[test]
fn contradictions_have_a_sheet_of_their_own() {
    let norms = HOSTILE
        .replace("  2 subset", "  1 unrelated S.1 strength 3 mark ambiguous \"別\" en \"other\"\n  2 subset");
    let folder = Folder::new("workbook-contradiction", &[("kijun.toml", MANIFEST), ("n.kijun", &norms)]);
    let mut book = workbook(&["--from", "a", "--to", "b", folder.path(), "--quiet"]);
    let sheet = book.worksheet_range("Contradictions").unwrap();
    let (head, col) = find(&sheet, "Set aside");
    assert_eq!(text(&sheet, head + 1, col), "a:1 unrelated b:S.1");
    let (_, why) = find(&sheet, "Why they cannot all hold");
    assert!(text(&sheet, head + 1, why).contains("these cannot all hold"));
}

/// Figures are those of the whole, and what is left out is said wherever items are listed.
#[test]
fn a_filter_shows() {
    let args = ["--from", "csf@1.1", "--to", "csf@2.0", "examples/city-hospital", "--coverage", "covered"];
    let (mut book, json) = (workbook(&args), json(&args));
    let block = &json["blocks"][0];
    let said = format!("filtered: {} of {} items", block["listed"], block["total"]["items"]);
    let overview = book.worksheet_range("Overview").unwrap();
    assert_eq!(figures(&overview, find(&overview, "Items").0 + 1), expected(&block["total"]));
    for name in ["Overview", "csf@2.0"] {
        let sheet = book.worksheet_range(name).unwrap();
        assert!(sheet.used_cells().any(|(_, _, c)| c.to_string().contains(&said)), "{name}: {said}");
    }
    listed(&book.worksheet_range("csf@2.0").unwrap(), block);
    let text = String::from_utf8(matrix(&[&args[..], &["--format", "md"]].concat())).unwrap();
    assert!(text.contains(&said), "{said}");
}

/// No clock and no order of threads shows in the bytes.
#[test]
fn the_same_matrix_gives_the_same_bytes() {
    let args =
        ["--from", "mhlw", "--to", "iso27001-2022,csf@2.0", "examples/city-hospital", "--format", "xlsx"];
    let one = matrix(&[&args[..], &["--threads", "1"]].concat());
    let other = matrix(&[&args[..], &["--threads", "4"]].concat());
    assert!(one == other, "the bytes differ");
    let mut archive = zip::ZipArchive::new(Cursor::new(one)).unwrap();
    for i in 0..archive.len() {
        let time = archive.by_index(i).unwrap().last_modified().unwrap();
        assert_eq!((time.year(), time.month(), time.day()), (1980, 1, 1));
    }
    let mut part = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let core = part("docProps/core.xml");
    for property in ["2026-11-22T00:00:00Z", "Coverage matrix: Minato City Hospital", "mhlw@4.2 → csf@2.0"]
    {
        assert!(core.contains(property), "{property} is not in {core}");
    }
    assert!(part("docProps/app.xml").contains("<Company>Minato City Hospital</Company>"));
    assert!(part("docProps/custom.xml").contains("<vt:lpwstr>en</vt:lpwstr>"));
}

#[test]
fn a_workbook_is_written_where_one_says() {
    let folder = Folder::new("workbook-output", &[("x", "")]);
    let file = format!("{}/m.xlsx", folder.path());
    let out = kijun(&[
        "matrix",
        "--from",
        "csf@1.1",
        "--to",
        "csf@2.0",
        "rulepacks",
        "--format",
        "xlsx",
        "-o",
        &file,
    ]);
    assert_eq!((out.status, out.stdout.as_str()), (0, ""), "{}", out.stderr);
    assert!(std::fs::read(&file).unwrap().starts_with(b"PK"));
    let nowhere = format!("{}/none/m.xlsx", folder.path());
    let out = kijun(&[
        "matrix",
        "--from",
        "csf@1.1",
        "--to",
        "csf@2.0",
        "rulepacks",
        "--format",
        "xlsx",
        "-o",
        &nowhere,
    ]);
    assert_eq!(out.status, 2);
}
