//! What a table says is taken as the person says it is; anything else is told with its cell.

use kijun_coverage::Method;
use kijun_engine::program::Mark;
use kijun_model::{Input, Trees, compile};
use kijun_text::{Lang, Sources};

use super::*;
use crate::oscal::CatalogName;
use crate::pack::{Import, ImportedPack};

fn import<'a>() -> Import<'a> {
    Import {
        file_name: "norm.csv",
        sha256: "00ff",
        pack: None,
        alias: None,
        edition: Some("1"),
        mark: Mark::Unverified,
        lang: Lang::En,
    }
}

fn named(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn file<'p>(pack: &'p ImportedPack, path: &str) -> &'p str {
    &pack.files.iter().find(|f| f.path == path).unwrap_or_else(|| panic!("no {path}")).text
}

fn said(problems: &[TableProblem]) -> Vec<String> {
    problems.iter().map(|p| format!("{} {} ({})", p.place, p.message.en, p.help.en)).collect()
}

fn catalog(
    csv: &str,
    columns: CatalogColumns,
    levels: &[(&str, &str)],
) -> Result<ImportedPack, Vec<TableProblem>> {
    let table = delimited(csv).unwrap();
    let levels: Vec<(String, String)> =
        levels.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let with = CatalogTable { table: &table, columns, header_row: None, title: None, levels: &levels };
    import_table_catalog(&with, &import())
}

fn columns() -> CatalogColumns {
    CatalogColumns { id: named("番号"), title: named("題名"), ..CatalogColumns::default() }
}

const CSV: &str = "規程の一覧\n番号,題名,本文,区分,種別,上位,備考\n8,外部保存,,,節,,\n8.1,\"分析の\"\"禁止\"\"\",受託者は分析しない。,必須,,,x\n8.2,本文なし,,推奨,,,\nZ-9,別の番号,Do it.,必須,,8,\n";

#[test]
fn a_table_becomes_a_catalogue() {
    let columns = CatalogColumns {
        text: named("本文"),
        level: named("区分"),
        kind: named("種別"),
        parent: named("上位"),
        ..columns()
    };
    let pack = catalog(CSV, columns, &[("必須", "must"), ("推奨", "should")])
        .unwrap_or_else(|e| panic!("{:#?}", said(&e)));
    let module = file(&pack, "catalog.kijun");
    assert_eq!(kijun_syntax::format(module).as_deref(), Ok(module));
    for part in [
        "catalog norm \"norm\" {",
        "level 推奨 should \"推奨\"",
        "section norm@1:8 \"外部保存\" {",
        "requirement norm@1:8.1 \"分析の\\\"禁止\\\"\" {\n  level   必須\n  summary ja \"受託者は分析しない。\"",
        "text not included",
        "part of 8",
        "summary en \"Do it.\"",
        "norm.csv (CSV); SHA-256 00ff",
        "unverified\n}",
    ] {
        assert!(module.contains(part), "{part}: {module}");
    }
    assert_eq!((pack.counts.sections, pack.counts.requirements), (1, 3));
    assert_eq!(pack.losses[0].places[0].path, "G2 備考");
    let mut sources = Sources::default();
    let modules = vec![sources.add("m.kijun", module)];
    let compiled = compile(&mut sources, &mut Trees::default(), &Input { modules, ..Input::default() });
    assert!(compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);
}

#[test]
fn columns_that_are_not_named_are_proposed_and_not_guessed() {
    let problems = catalog(CSV, CatalogColumns::default(), &[]).unwrap_err();
    let text = said(&problems).join("\n");
    assert!(text.contains("it is not said which column it is: --id, --title"), "{text}");
    assert!(text.contains("--id '番号' --title '題名' --text '本文' --level '区分' --kind '種別'"), "{text}");
    let problems = catalog(CSV, CatalogColumns { title: named("題めい"), ..columns() }, &[]).unwrap_err();
    assert!(said(&problems)[0].contains("the headings are: 番号 / 題名"), "{problems:?}");
}

#[test]
fn cells_that_say_nothing_are_told_with_their_place() {
    let all = || CatalogColumns { level: named("L"), kind: named("K"), parent: named("P"), ..columns() };
    for (row, problem) in [
        (",x,,,", "B2 this row has no id"),
        ("1,,,,", "A2 `1` has no title"),
        ("1,x,,,\n1,y,,,", "A3 the id `1` stands at A2 too"),
        ("1,x,A,,", "C2 the weight of the level `A` is not known"),
        ("1,x,,何か,", "D2 the kind `何か` is not understood"),
        ("1,x,,,9", "E2 no row of this table has that id"),
        ("", "A1 there is no row below"),
    ] {
        let problems = catalog(&format!("番号,題名,L,K,P\n{row}\n"), all(), &[]).unwrap_err();
        assert!(said(&problems)[0].starts_with(problem), "{problem}: {:?}", said(&problems));
    }
    assert!(catalog("", columns(), &[]).is_err());
    let odd = catalog("番号;題名\n\"a b\";\"二行\nの題\"\n", columns(), &[]).unwrap();
    let module = file(&odd, "catalog.kijun");
    assert!(module.contains("norm@1:a_20_b \"二行\\nの題\"") && module.contains("alias \"a b\""), "{module}");
}

const NORMS: &str = r#"
catalog a "甲" { edition "1" }
catalog b "乙" { edition "2" }
requirement a:ac-2 "一" { alias "AC-2" }
requirement a:ac-2.1 "二" { alias "AC-2(1)" }
requirement b:X-1 "い" { }
requirement b:X-2 "ろ" { }
"#;

struct Choices {
    direction: Direction,
    several: Option<Several>,
    relationship: Option<&'static str>,
}

const FORTH: Choices = Choices { direction: Direction::SourceToTarget, several: None, relationship: None };

fn crosswalk(csv: &str, choices: &Choices) -> Result<ImportedPack, Vec<TableProblem>> {
    let mut sources = Sources::default();
    let modules = vec![sources.add("n.kijun", NORMS)];
    let mut trees = Trees::default();
    let compiled = compile(&mut sources, &mut trees, &Input { modules, ..Input::default() });
    let tree = |file| trees.get(file).map(|p| &p.tree);
    let known = known_ids(&compiled.program, &sources, &tree);
    let table = delimited(csv).unwrap();
    let header = csv.lines().next().unwrap_or("");
    let has = |name: &str| header.contains(name).then(|| name.to_owned());
    let words = [("near".to_owned(), "intersects".to_owned())];
    let with = CrosswalkTable {
        table: &table,
        columns: CrosswalkColumns {
            source: named("from"),
            target: named("to"),
            relationship: has("rel"),
            strength: has("strength"),
            rationale: has("why"),
            argument: has("note"),
        },
        header_row: None,
        direction: choices.direction,
        several: choices.several,
        from: CatalogName::parse("a"),
        to: CatalogName::parse("b@2"),
        relationship: choices.relationship,
        words: &words,
        method: Method::Human,
        known: Some(&known),
        dependency: &|_, _| None,
    };
    import_crosswalk(&with, &import())
}

fn lines(pack: &ImportedPack) -> Vec<String> {
    let module = file(pack, "mapping.kijun");
    assert_eq!(kijun_syntax::format(module).as_deref(), Ok(module));
    let is_line = |l: &&str| {
        ["equal", "subset", "superset", "intersects", "unrelated", "equivalent"]
            .iter()
            .any(|w| l.contains(&format!(" {w} ")))
    };
    module
        .lines()
        .filter(is_line)
        .filter(|l| l.starts_with("  "))
        .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn a_relationship_reads_the_way_that_is_said() {
    let csv = "from,to,rel,strength,why,note\nAC-2(1),X-1,Subset Of,8,semantic,印刷\nac-2,X-2,near,高,functional,\n";
    let forth = crosswalk(csv, &FORTH).unwrap_or_else(|e| panic!("{:#?}", said(&e)));
    // What most lines say stands at the head of the block.
    assert_eq!(
        lines(&forth),
        ["ac-2.1 subset X-1 strength 8 \"印刷\"", "ac-2 intersects X-2 strength 8 rationale functional"]
    );
    let back = crosswalk(csv, &Choices { direction: Direction::TargetToSource, ..FORTH }).unwrap();
    assert!(lines(&back)[0].starts_with("ac-2.1 superset X-1"), "{:?}", lines(&back));
    assert!(file(&back, "mapping.kijun").contains("turned round"));
    assert_eq!(back.counts.statements, 2);
}

#[test]
fn several_ids_in_a_cell_need_a_word_of_the_person() {
    let csv = "from,to,rel\nac-2;AC-2(1),X-1,equal\nac-2,X-1、X-2,superset\n";
    let problems = said(&crosswalk(csv, &FORTH).unwrap_err());
    assert!(
        problems[0].starts_with("A2 several ids") && problems[1].starts_with("B3 several ids"),
        "{problems:?}"
    );
    let each = crosswalk(csv, &Choices { several: Some(Several::Each), ..FORTH }).unwrap();
    assert_eq!(
        lines(&each),
        ["ac-2 equal X-1", "ac-2.1 equal X-1", "ac-2 superset X-1", "ac-2 superset X-2"]
    );
    let jointly = crosswalk(csv, &Choices { several: Some(Several::Jointly), ..FORTH }).unwrap();
    assert_eq!(lines(&jointly), ["jointly { ac-2 ac-2.1 } equal X-1", "jointly { X-1 X-2 } subset ac-2"]);
}

#[test]
fn what_is_not_understood_is_told_with_its_cell() {
    for (csv, problem) in [
        (
            "from,to,rel\nac-2,X-1,related\n",
            "C2 the relationship `related` is not understood (say what it means with --word",
        ),
        ("from,to,rel\nac-2,X-1,\n", "A2 this row states no relationship"),
        ("from,to,rel\nac-9,X-1,equal\n", "A2 the catalogue `a@1` has no `ac-9` (did you mean"),
        ("from,to,rel\n,X-1,equal\n", "B2 this row names no source"),
        ("from,to,rel,strength\nac-2,X-1,equal,11\n", "D2 the strength `11` is not understood"),
        ("from,to,rel,why\nac-2,X-1,equal,because\n", "D2 the rationale `because`"),
        ("from,to\nac-2,X-1\n", "A1 it is not said which column it is: --relationship-column"),
        ("from,to,rel\n", "A1 there is no row below"),
    ] {
        let problems = said(&crosswalk(csv, &FORTH).unwrap_err());
        assert!(problems[0].starts_with(problem), "{problem}: {problems:?}");
    }
    let all =
        crosswalk("from,to\nac-2,X-1\n", &Choices { relationship: Some("intersects"), ..FORTH }).unwrap();
    assert_eq!(lines(&all), ["ac-2 intersects X-1"]);
}

#[test]
fn every_word_of_the_vocabulary_is_one_of_the_language() {
    for (list, meant) in RELATIONSHIP_WORDS {
        for word in list {
            assert_eq!(words::relationship(word, &[]), words::of_language(meant), "{word}");
            assert!(words::of_language(meant).is_some());
        }
    }
    for (list, strength) in STRENGTH_WORDS {
        list.iter().for_each(|word| assert_eq!(words::strength(word), Some(strength), "{word}"));
    }
    for (text, strength) in
        [("7", Some(7)), ("7.0", Some(7)), ("０８", Some(8)), ("0", None), ("11", None), ("x", None)]
    {
        assert_eq!(words::strength(text), strength, "{text}");
    }
}
