//! Facts in workbooks: what is filled in there is what stands in text, and what is broken is named by sheet and cell.

use std::io::Cursor;
use std::path::Path;

use calamine::{Reader, Xlsx};
use kijun_facts::{AttrId, Show, Words};
use kijun_text::Lang;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::Value;

use crate::office::convert;
use crate::run::{Folder, MANIFEST, PACK, command, kijun, root};

/// A copy of an example with a workbook for its facts.
struct Filled {
    folder: Folder,
}

impl Filled {
    /// `lang`: of the workbook.
    fn new(name: &str, lang: &str) -> Filled {
        let folder = Folder::new(name, &[]);
        let own = format!("{}/examples/city-hospital", folder.path());
        std::fs::create_dir_all(format!("{own}/facts")).unwrap();
        let example = root().join("examples/city-hospital");
        for file in ["kijun.toml", "profile.kijun"] {
            std::fs::copy(example.join(file), format!("{own}/{file}")).unwrap();
        }
        let packs = root().canonicalize().unwrap().join("rulepacks");
        copy_folder(&packs, &Path::new(folder.path()).join("rulepacks"));
        let out = format!("{own}/facts/台帳.xlsx");
        let args = ["facts", "template", "examples/city-hospital", "--xlsx", "--filled", "--lang", lang];
        let made = kijun(&[&args[..], &["-o", &out]].concat());
        assert_eq!((made.status, made.stderr.as_str()), (0, ""));
        Filled { folder }
    }

    fn path(&self) -> String {
        format!("{}/examples/city-hospital", self.folder.path())
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

fn assess(path: &str) -> Value {
    let out = kijun(&["assess", path, "--format", "json"]);
    assert!(out.stderr.is_empty() && out.status < 2, "{}", out.stderr);
    serde_json::from_str(&out.stdout).unwrap()
}

/// An assessment without what says where facts stand.
fn placeless(mut assessment: Value) -> String {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.remove("origin");
                map.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut assessment);
    assessment.as_object_mut().unwrap().remove("facts");
    serde_json::to_string_pretty(&assessment).unwrap()
}

#[test]
fn a_filled_workbook_gives_the_same_assessment() {
    let text = placeless(assess("examples/city-hospital"));
    for lang in ["ja", "en"] {
        let filled = Filled::new(&format!("filled-{lang}"), lang);
        let found = assess(&filled.path());
        let files = found["facts"].as_array().unwrap();
        assert_eq!((files.len(), &files[0]["path"]), (1, &Value::from("facts/台帳.xlsx")));
        let schema: Value = serde_json::from_str(kijun_exchange::ASSESSMENT_SCHEMA).unwrap();
        assert!(jsonschema::is_valid(&schema, &found));
        let origin = found["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find_map(|f| f["because"].get(0)?.get("origin"))
            .unwrap();
        assert_eq!(origin["file"], "facts/台帳.xlsx");
        assert!(origin["sheet"].is_string() && origin["cell"].is_string() && origin.get("line").is_none());
        assert!(placeless(found) == text, "{lang}: the assessments differ");
        let page = kijun(&["assess", &filled.path(), "--format", "md"]).stdout;
        assert!(page.contains("facts/台帳.xlsx ") && page.contains("!A2"), "reports name sheet and cell");
    }
}

#[test]
fn libreoffice_saves_a_filled_workbook_with_the_same_facts() {
    let filled = Filled::new("filled-office", "ja");
    let facts = format!("{}/facts", filled.path());
    let away = format!("{}/away", filled.folder.path());
    std::fs::create_dir_all(&away).unwrap();
    std::fs::rename(format!("{facts}/台帳.xlsx"), format!("{away}/ledger.xlsx")).unwrap();
    std::fs::create_dir_all(format!("{away}/out")).unwrap();
    // The same format, written by another program.
    if !convert(&away, "ledger.xlsx", "ods") || !convert(&away, "ledger.ods", "xlsx") {
        return;
    }
    std::fs::rename(format!("{away}/ledger.xlsx"), format!("{facts}/台帳.xlsx")).unwrap();
    let text = placeless(assess("examples/city-hospital"));
    assert!(placeless(assess(&filled.path())) == text, "the assessments differ");
}

#[test]
fn the_template_asks_and_offers_what_may_be_chosen() {
    let folder = Folder::new("template", &[("kijun.toml", MANIFEST), ("n.kijun", PACK)]);
    let bytes = |lang: &str| {
        let args = ["facts", "template", folder.path(), "--xlsx", "--lang", lang];
        let out = command(&args).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        out.stdout
    };
    assert_eq!(bytes("ja"), bytes("ja"), "the same workspace, the same bytes");
    let mut book = Xlsx::new(Cursor::new(bytes("ja"))).unwrap();
    assert_eq!(
        book.sheet_names(),
        ["記入のしかた", "確認記録", "適用除外", "事業者", "契約", "_complete", "_選択肢"]
    );
    let row = |book: &mut Xlsx<_>, name: &str| -> Vec<String> {
        let range = book.worksheet_range(name).unwrap();
        range.rows().next().unwrap().iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        row(&mut book, "契約"),
        ["id", "事業者", "締結日", "暗号化", "条項", "出典", "基準日", "等級", "有効期限", "記録者", "備考"]
    );
    let part = |name: &str| part(&bytes("ja"), name);
    let contract = part("xl/worksheets/sheet5.xml");
    for rule in [
        "OFFSET('_選択肢'!$H$2,0,0,MAX(1,COUNTIF('_選択肢'!$H$2:$H$1001,\"?*\")),1)",
        "'_選択肢'!$A$2:$A$4",
        "type=\"date\"",
        "暗号化されていますか",
    ] {
        assert!(contract.contains(rule), "{rule} is not in {contract}");
    }
    let notes = part("xl/comments4.xml");
    assert!(notes.contains("回答者: 購買・契約担当者") && notes.contains("属性名: encrypted"), "{notes}");
    let english = Xlsx::new(Cursor::new(bytes("en"))).unwrap();
    assert_eq!(english.sheet_names()[0], "Instructions");
    // What is not filled in is no fact, and no error.
    std::fs::create_dir_all(format!("{}/facts", folder.path())).unwrap();
    std::fs::write(format!("{}/facts/f.xlsx", folder.path()), bytes("en")).unwrap();
    let checked = kijun(&["check", folder.path()]);
    assert_eq!((checked.status, checked.stderr.as_str()), (0, ""));
    let few = kijun(&["facts", "template", folder.path(), "--xlsx", "--kind", "contrakt", "-o", "/dev/null"]);
    assert!(few.status == 2 && few.stderr.contains("did you mean `contract`?"), "{}", few.stderr);
}

#[test]
fn references_are_chosen_by_name_and_read_by_id() {
    let vendors = "[[vendor]]\nid = \"v-1\"\nname = \"港、海; 山(株)\"\n[[vendor]]\nid = \"v-2\"\nname = \"?\"\n\
        [[vendor]]\nid = \"v 3\"\nname = \"うみべ\"\n[vendor._evidence]\nsource = \"other\"\n";
    let kinds = PACK.replace("clauses \"条項\"", "deputies \"再委託先\": set of vendor\n  clauses \"条項\"");
    let files = [("kijun.toml", MANIFEST), ("n.kijun", &kinds), ("facts/v.toml", vendors)];
    let folder = Folder::new("references", &files);
    let path = folder.path();
    let file = format!("{path}/t.xlsx");
    let args = ["facts", "template", path, "--xlsx", "--filled", "--lang", "ja", "-o", &file];
    assert_eq!(kijun(&args).status, 0);
    let offered = |file: &str| -> Vec<String> {
        let mut book: Xlsx<_> = calamine::open_workbook(file).unwrap();
        let range = book.worksheet_range("_選択肢").unwrap();
        let column = range.rows().next().unwrap().iter().position(|c| *c == "事業者").unwrap();
        let cells = range.rows().skip(1).map(|row| row[column].to_string());
        cells.filter(|cell| !cell.is_empty()).collect()
    };
    let list = offered(&file);
    assert_eq!(list, ["v 3  (うみべ)", "v-1  (港、海; 山(株))", "v-2"]);
    // Chosen alone, and one behind the other.
    let contracts = format!(
        "id,事業者,再委託先\na,\"{}\",\"{}\"\nb,\"{}\",\"{}; {}?\"\nc,v-2,v-2\n",
        list[1], list[0], list[0], list[1], list[2]
    );
    std::fs::write(format!("{path}/facts/contract.csv"), contracts).unwrap();
    let workspace = kijun_workspace::load(Path::new(path), &Default::default()).unwrap();
    assert!(workspace.diagnostics.is_empty(), "{:?}", workspace.diagnostics);
    let schema = &workspace.compiled.program.schema;
    let contract = schema.find_kind("contract").unwrap();
    let show = Show { store: &workspace.store, schema, lang: Lang::En, words: Words::Names };
    let shown =
        |attr: &str, row| show.cell(contract, schema.kind(contract).unwrap().attribute(attr).unwrap(), row);
    let rows: Vec<String> =
        (0..3).map(|row| shown("vendor", row) + " | " + &shown("deputies", row)).collect();
    assert_eq!(rows, ["v-1 | { v 3 }", "v 3 | { v-1, v-2? }", "v-2 | { v-2 }"]);
    // What the spreadsheet computes is what we say that it computes.
    let stale = rewritten(&std::fs::read(&file).unwrap(), |text| {
        text.replace("<v>v-1  (港、海; 山(株))</v>", "").replace("<v>v-2</v>", "")
    });
    std::fs::write(format!("{path}/stale.xlsx"), stale).unwrap();
    assert_eq!(offered(&format!("{path}/stale.xlsx")), ["v 3  (うみべ)"]);
    if convert(path, "stale.xlsx", "ods") && convert(path, "stale.ods", "xlsx") {
        assert_eq!(offered(&format!("{path}/stale.xlsx")), list);
    }
}

/// A part of a workbook as text.
fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

fn rows(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(row, column, *text).unwrap();
        }
    }
}

const KINDS: &str = r#"
entity visit "訪問" {
  vendor "事業者": vendor
  on     "訪問日": date
  next   "次回": date?
  staff  "人数": int
  fee    "料金": decimal
  signed "署名": bool
  topics "話題": set of clause
  from   "出発国": country
  reads  "項番": requirement
  lasts  "所要": duration
  notice "備考": text?
}
"#;

/// Each way in which the workbook is broken: the cell, and what is said of it.
const BROKEN: [(&str, &str); 24] = [
    ("訪問計画!A1", "there is no entity kind for the sheet `訪問計画`"),
    ("訪問!M1", "`visit` has no attribute `人枚`"),
    ("訪問!N1", "`備考` is stated twice"),
    ("訪問!C2", "there is no day `2026-02-30`"),
    ("訪問!C3", "`来週` is not a date"),
    ("訪問!C4", "`2026-04-01 09:30:00` has a time of day"),
    ("訪問!E2", "`3人` is not a whole number"),
    ("訪問!F3", "`高い` is not a number"),
    ("訪問!G2", "`多分` is not yes or no"),
    ("訪問!B3", "there is no vendor `w`"),
    ("訪問!H2", "`罰測` is not a `clause`"),
    ("訪問!I2", "`日木` is not a country"),
    ("訪問!J2", "there is no requirement `n:9`"),
    ("訪問!K2", "`長い` is not a duration"),
    ("訪問!G3", "the cell holds the error `#REF!`"),
    ("訪問!E3", "no result is stored for the formula in this cell"),
    ("訪問!D5", "`D5:E5` is merged across several columns"),
    ("訪問!A6", "this `visit` has no id"),
    ("訪問!A7", "the id `v4` stands twice in one source"),
    ("訪問!O2", "the column of `余り` has no header"),
    ("訪問!L4", "`1234567890123456` has more than 15 digits"),
    ("事業者!C2", "there is no grade `良`"),
    ("_complete!A2", "there is no entity kind `訪門`"),
    ("_complete!B3", "`ほぼ` is not yes or no"),
];

fn broken_workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    rows(book.add_worksheet().set_name("訪問計画").unwrap(), &[&["id"], &["p"]]);
    let vendors = book.add_worksheet().set_name("事業者").unwrap();
    rows(vendors, &[&["id", "名称", "等級"], &["v", "みなと", "良"], &["u", "うみべ", "書面"]]);
    let sheet = book.add_worksheet().set_name("訪問").unwrap();
    rows(
        sheet,
        &[
            &[
                "id",
                "事業者",
                "訪問日",
                "次回",
                "人数",
                "料金",
                "署名",
                "話題",
                "出発国",
                "項番",
                "所要",
                "備考",
                "人枚",
                "備考",
            ],
            &[
                "v1",
                "v",
                "2026-02-30",
                "",
                "3人",
                "1.5",
                "多分",
                "罰測；監査",
                "日木",
                "n:9",
                "長い",
                "一つ目",
                "",
                "",
                "余り",
            ],
            &["v2", "w", "来週", "2026/5/1", "", "高い", "", "監査", "日本", "n:1", "3 days", "二つ目"],
            &["v3", "u", "", "対象外", "４", "2", "はい", "なし", "JP", "n:1", "1年", ""],
            &["v4", "u", "R8.4.1", "", "", "3", "○", "罰則", "日本", "n:1", "30日", "四つ目"],
            &["", "u", "2026-04-01"],
            &["v4", "u", "", "", "", "", "", "", "", "", "", "四つ目"],
        ],
    );
    sheet.merge_range(4, 3, 4, 4, "いつか", &Format::new()).unwrap();
    let stamp = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    sheet.write_with_format(3, 2, 46_113.395_833_333_336, &stamp).unwrap();
    sheet.write_number(3, 11, 1_234_567_890_123_456_f64).unwrap();
    sheet.write_formula(2, 6, rust_xlsxwriter::Formula::new("=Z99").set_result("#REF!")).unwrap();
    sheet.write_formula(2, 4, rust_xlsxwriter::Formula::new("=Z98").set_result("none yet")).unwrap();
    let complete = book.add_worksheet().set_name("_complete").unwrap();
    rows(complete, &[&["種類", "全件"], &["訪門", "はい"], &["訪問", "ほぼ"], &["事業者", "はい"]]);
    let bytes = book.save_to_buffer().unwrap();
    without_results(&bytes)
}

/// A workbook as other programs leave it: a formula without its result.
fn without_results(workbook: &[u8]) -> Vec<u8> {
    rewritten(workbook, |text| {
        text.replace("<v>none yet</v>", "").replace("t=\"str\"><f>Z99", "t=\"e\"><f>Z99")
    })
}

/// A workbook of which the text of every part is replaced.
fn rewritten(workbook: &[u8], replaced: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..archive.len() {
        let file = archive.by_index(number).unwrap();
        let name = String::from_utf8(file.name_raw().to_vec()).unwrap();
        let text = replaced(std::io::read_to_string(file).unwrap());
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut out, text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn what_is_broken_is_named_by_sheet_and_cell_and_the_rest_is_read() {
    let folder =
        Folder::new("broken-workbook", &[("kijun.toml", MANIFEST), ("n.kijun", PACK), ("v.kijun", KINDS)]);
    let facts = format!("{}/facts", folder.path());
    std::fs::create_dir_all(&facts).unwrap();
    std::fs::write(format!("{facts}/台帳.xlsx"), broken_workbook()).unwrap();
    let workspace = kijun_workspace::load(Path::new(folder.path()), &Default::default()).unwrap();
    let mut found: Vec<(String, String)> = Vec::new();
    for diagnostic in &workspace.diagnostics {
        let place = workspace.sources.place(diagnostic.span).to_string();
        found.push((place.replace("facts/台帳.xlsx ", ""), diagnostic.message.en.clone()));
    }
    let mut wanted: Vec<(String, String)> =
        BROKEN.map(|(cell, words)| (cell.to_owned(), words.to_owned())).into();
    found.sort();
    wanted.sort();
    assert_eq!(found.len(), wanted.len(), "{found:#?}");
    for ((cell, words), (place, message)) in wanted.iter().zip(&found) {
        assert!(cell == place && message.starts_with(words), "{cell}: {words}\n{place}: {message}");
    }
    // The same, as a person is told.
    let told = kijun(&["check", folder.path(), "--lang", "ja"]);
    assert_eq!(told.status, 2);
    for (cell, _) in BROKEN {
        assert!(told.stderr.contains(&format!("facts/台帳.xlsx {cell}")), "{cell} is not in {}", told.stderr);
    }
    let schema = &workspace.compiled.program.schema;
    let visit = schema.find_kind("visit").unwrap();
    let show = Show { store: &workspace.store, schema, lang: Lang::En, words: Words::Names };
    let shown = |id: &str| {
        let row = workspace.store.row(visit, id).unwrap() as usize;
        let cells = (0..11).map(|attr| show.cell(visit, AttrId(attr), row));
        cells.collect::<Vec<_>>().join(" | ")
    };
    assert_eq!(
        [shown("v1"), shown("v2"), shown("v3"), shown("v4")].join("\n"),
        "v | unknown | none | unknown | 1.5 | unknown | { audit, ? } | unknown | unknown | unknown | 一つ目\n\
         unknown | unknown | 2026-05-01 | unknown | unknown | unknown | { audit } | JP | n:1 | 3 days | 二つ目\n\
         u | unknown | none | 4 | 2 | true | none | JP | n:1 | 1 year | unknown\n\
         u | 2026-04-01 | unknown | unknown | 3 | true | { penalty } | JP | n:1 | 30 days | 四つ目"
    );
}

#[test]
fn reports_and_explanations_name_cells() {
    let folder = Folder::new("cells", &[("kijun.toml", MANIFEST), ("n.kijun", PACK)]);
    let facts = format!("{}/facts", folder.path());
    std::fs::create_dir_all(&facts).unwrap();
    let mut book = Workbook::new();
    rows(book.add_worksheet().set_name("事業者").unwrap(), &[&["id", "名称"], &["v", "みなと"]]);
    let sheet = book.add_worksheet().set_name("契約").unwrap();
    rows(sheet, &[&["id", "", "事業者", "暗号化"], &[], &["c", "", "v", "いいえ"]]);
    book.save(format!("{facts}/台帳.xlsx")).unwrap();
    // What a spreadsheet leaves beside a workbook that is open.
    std::fs::write(format!("{facts}/~$台帳.xlsx"), "lock").unwrap();
    let assessed = kijun(&["assess", folder.path()]);
    assert_eq!(assessed.status, 1, "{}", assessed.stderr);
    assert!(assessed.stdout.contains("facts/台帳.xlsx 契約!D3"), "{}", assessed.stdout);
    assert!(!assessed.stdout.contains("契約!D3:"), "{}", assessed.stdout);
    let explained = kijun(&["explain", "n:1@c", folder.path()]);
    assert!(explained.stdout.contains("facts/台帳.xlsx 契約!D3"), "{}", explained.stdout);
    let listed = kijun(&["assess", folder.path(), "--format", "csv"]);
    assert!(listed.stdout.contains("facts/台帳.xlsx,契約!A3"), "{}", listed.stdout);
    // Named on the command line, with nothing else.
    let named =
        kijun(&["assess", folder.path(), "--facts", &format!("{facts}/台帳.xlsx"), "--format", "json"]);
    assert!(named.stdout.contains("\"cell\": \"D3\""), "{}", named.stdout);
}

/// A ledger as it is kept: a title above, headings in two lines, merged cells, words of its own, columns for other purposes.
fn ledger() -> Vec<u8> {
    let mut book = Workbook::new();
    rows(book.add_worksheet().set_name("表紙").unwrap(), &[&["契約台帳 表紙"]]);
    let sheet = book.add_worksheet().set_name("契約一覧").unwrap();
    rows(
        sheet,
        &[
            &["契約台帳（令和8年度）"],
            &[],
            &["契約番号", "事業者", "締結\n年月日", "データ暗号化", "契約条項", "担当課"],
            &["k-1", "v", "R8.4.1", "○", "罰則規定", "医事課"],
            &["k-2", "v", "R8.4.2", "×", "監査", "総務課"],
        ],
    );
    book.save_to_buffer().unwrap()
}

#[test]
fn a_ledger_that_exists_is_mapped_from_a_proposal() {
    let folder = Folder::new(
        "ledger",
        &[("kijun.toml", MANIFEST), ("n.kijun", PACK), ("facts/vendor.csv", "id,名称\nv,みなと\n")],
    );
    let path = folder.path();
    let file = format!("{path}/ledgers/契約台帳.xlsx");
    std::fs::create_dir_all(format!("{path}/ledgers")).unwrap();
    std::fs::write(&file, ledger()).unwrap();
    let map = |args: &[&str]| kijun(&[&["facts", "map", &file, "--path", path][..], args].concat());
    let proposed = map(&["--sheet", "契約一覧", "--lang", "ja"]);
    assert_eq!((proposed.status, proposed.stderr.as_str()), (0, ""));
    assert_eq!(
        proposed.stdout,
        "# 見出しと値から作った案です。確かめてから kijun.toml に貼り付けてください。

[[source]]
file = \"ledgers/契約台帳.xlsx\"
sheet = \"契約一覧\"
kind = \"contract\"   # 契約
header_row = 3
# 置き場所の決まらない列です。[source.columns] に加えるか、事実でない列なら次の行の # を外します。
# ignore = [\"担当課\"]
#   担当課 の値の例: 医事課 / 総務課

[source.columns]
\"契約番号\" = \"id\"
\"事業者\" = \"vendor\"   # 事業者
#   ↑ 値が「事業者」の id であることを確かめてください
\"締結 年月日\" = \"signed\"   # 締結日
\"データ暗号化\" = \"encrypted\"   # 暗号化
\"契約条項\" = \"clauses\"   # 条項

[source.values.\"契約条項\"]
# 書ける値: penalty (罰則), audit (監査)
\"罰則規定\" = \"penalty\"
"
    );
    // As it is: what could not be placed, and the sheet that nobody spoke of, are errors.
    let with = |more: &str| {
        std::fs::write(format!("{path}/kijun.toml"), format!("{MANIFEST}\n{more}")).unwrap();
        kijun(&["check", path])
    };
    let unmapped = with(&proposed.stdout);
    assert_eq!(unmapped.status, 2);
    for words in [
        "ledgers/契約台帳.xlsx 契約一覧!F3",
        "nothing is said about the column `担当課`",
        "ledgers/契約台帳.xlsx 表紙!A1",
    ] {
        assert!(unmapped.stderr.contains(words), "{words} is not in {}", unmapped.stderr);
    }
    let skip = "[[source]]\nfile = \"ledgers/契約台帳.xlsx\"\nsheet = \"表紙\"\nskip = true\n";
    let whole = format!("{}\n{skip}", proposed.stdout.replace("# ignore", "ignore"));
    let mapped = with(&whole);
    assert_eq!((mapped.status, mapped.stderr.as_str()), (0, ""));
    let assessed = kijun(&["assess", path, "--format", "json"]);
    let found: Value = serde_json::from_str(&assessed.stdout).unwrap();
    let violated = found["findings"].as_array().unwrap().iter().find(|f| f["verdict"] == "violated").unwrap();
    assert_eq!(violated["subject"]["id"], "k-2", "{violated:#}");
    assert_eq!(violated["because"][0]["origin"]["cell"], "D5");
    // Sheets that a kind may be found for, and one that none fits.
    let all = map(&[]);
    assert!(
        all.stdout.contains("the sheet 表紙 is") && all.stdout.contains("kind = \"contract\""),
        "{}",
        all.stdout
    );
    let nothing = map(&["--sheet", "表紙"]);
    assert!(nothing.status == 2 && nothing.stderr.contains("--kind KIND"), "{}", nothing.stderr);
}

/// The invented form of which `examples/s05-disclosure-import/layout.toml` is the layout, filled in as in the example.
fn form() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("開示書").unwrap();
    rows(
        sheet,
        &[
            &["例の開示書"],
            &[],
            &["製品名", "", "検査システムXのMDS"],
            &["版", "", "v3"],
            &["様式", "", "例の開示書 第1版"],
            &["作成日", "", "2026-05"],
            &[],
            &[],
            &["番号", "項目", "", "", "回答", "備考"],
            &["1", "利用者別の監査証跡", "", "", "いいえ"],
            &["2", "自動ログオフ", "", "", "いいえ", "部門PCの運用で対応"],
            &["3", "バックアップ暗号化", "", "", "対象外"],
        ],
    );
    book.save_to_buffer().unwrap()
}

#[test]
fn a_disclosure_form_is_imported_into_the_example() {
    let folder = Folder::new("mds", &[]);
    let own = format!("{}/examples/s05-disclosure-import", folder.path());
    copy_folder(&root().join("examples/s05-disclosure-import"), Path::new(&own));
    copy_folder(&root().join("rulepacks"), &Path::new(folder.path()).join("rulepacks"));
    let file = format!("{own}/mds-x.xlsx");
    std::fs::write(&file, form()).unwrap();
    let out = format!("{own}/facts/mds-x.toml");
    let layout = format!("{own}/layout.toml");
    let args = ["import", "mds", &file, "--layout", &layout, "--system", "x", "-o", &out];
    let imported = kijun(&args);
    assert_eq!(
        (imported.status, imported.stderr.as_str()),
        (0, "3 item(s), 0 of them without an answer, which is then unknown\n")
    );
    // In the place of what the example has by hand.
    std::fs::remove_file(format!("{own}/facts/disclosure_answer@mds-x.csv")).unwrap();
    let systems = std::fs::read_to_string(format!("{own}/facts/systems.toml")).unwrap();
    let (head, rest) = systems.split_once("[[disclosure]]\nid = \"mds-x\"").unwrap();
    let (_, tail) = rest.split_once("[[disclosure]]").unwrap();
    std::fs::write(format!("{own}/facts/systems.toml"), format!("{head}[[disclosure]]{tail}")).unwrap();
    // The example names answers by words; the form by numbers.
    for name in ["disclosure_answer@observation.csv", "measures.toml"] {
        let path = format!("{own}/facts/{name}");
        let text = std::fs::read_to_string(&path).unwrap();
        let ids = [("x-trail", "mds-x-1"), ("x-logoff", "mds-x-2"), ("x-backup", "mds-x-3")];
        let text = ids.iter().fold(text, |text, (by_hand, read)| text.replace(by_hand, read));
        std::fs::write(path, text).unwrap();
    }
    let verdicts = |path: &str| -> Vec<(String, String)> {
        let out = kijun(&["assess", path, "--profile", "disclosures", "--format", "json"]);
        let found: Value =
            serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", out.stderr));
        let requirements = found["requirements"].as_array().unwrap().iter();
        requirements.map(|r| (r["id"].to_string(), r["verdict"].to_string())).collect()
    };
    assert_eq!(verdicts(&own), verdicts("examples/s05-disclosure-import"));
    // A form that does not fit its layout says so, and ends with a status that stops a script.
    let moved = String::from_utf8(std::fs::read(&layout).unwrap())
        .unwrap()
        .replace("answer = \"E\"", "answer = \"F\"");
    std::fs::write(&layout, moved).unwrap();
    std::fs::remove_file(&out).unwrap();
    let wrong = kijun(&args);
    assert!(
        wrong.status == 2
            && wrong.stderr.contains("開示書!F11: the answer `部門PCの運用で対応` is not understood"),
        "{}",
        wrong.stderr
    );
}
