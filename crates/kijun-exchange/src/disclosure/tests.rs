use kijun_facts::read_grids;
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::*;

const LAYOUT: &str = include_str!("../../../../examples/s05-disclosure-import/layout.toml");

/// The invented form as a vendor fills it in: merged titles, sections between the items, white space and line breaks of its own.
fn form(change: impl Fn(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("表紙").unwrap().write(0, 0, "例の開示書").unwrap();
    let sheet = book.add_worksheet().set_name("開示書").unwrap();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 5, "例の開示書", &plain).unwrap();
    for (row, label, value) in
        [(2, "製品名", "検査システムX"), (3, "版", "v3"), (4, "様式", "例の開示書 第1版")]
    {
        sheet.write(row, 0, label).unwrap();
        sheet.merge_range(row, 2, row, 4, value, &plain).unwrap();
    }
    sheet.write(5, 0, "作成日").unwrap();
    sheet.write_with_format(5, 2, 46173, &Format::new().set_num_format("yyyy/m/d")).unwrap();
    let rows: [[&str; 4]; 6] = [
        ["", "", "", "1. 記録"],
        ["1.1", "利用者別の監査証跡", "いいえ", ""],
        ["１．２", "自動ログオフ", "未実施", " 部門PCの運用で対応\n　（手順書3.2 \"離席時\"） "],
        ["1.3", "バックアップ暗号化", "対象外", ""],
        ["1.4", "時刻同期", "", "=確認中"],
        ["", "番号のない項目", "○", ""],
    ];
    for (row, [number, item, answer, remark]) in (9..).zip(rows) {
        for (column, text) in [(0, number), (1, item), (4, answer), (5, remark)] {
            if !text.is_empty() {
                sheet.write(row, column, text).unwrap();
            }
        }
    }
    change(sheet);
    book.save_to_buffer().unwrap()
}

fn options() -> DisclosureOptions {
    DisclosureOptions { id: "mds-x".into(), system: Some("x".into()), source: "mds-x.xlsx".into() }
}

fn imported(bytes: &[u8]) -> Disclosed {
    import_disclosure(&read_grids(bytes).unwrap(), &parse_layout(LAYOUT).unwrap(), &options()).unwrap()
}

#[test]
fn a_form_becomes_facts_with_what_the_vendor_wrote() {
    let found = imported(&form(|_| {}));
    assert_eq!(found.problems, []);
    assert_eq!((found.items, found.open), (5, 1));
    assert!(
        found.facts.starts_with(
            "[[disclosure]]\nid = \"mds-x\"\nsystem = \"x\"\ncovered_version = \"v3\"   # 開示書!C4\n\
             date = \"2026-05-31\"   # 開示書!C6\nedition = \"例の開示書 第1版\"   # 開示書!C5\n\
             form = \"form_5_0\"   # 開示書!C5\nkind = \"mds\"\nname = \"検査システムX\"   # 開示書!C3\n\
             _evidence = { source = \"mds-x.xlsx 開示書\", as_of = \"2026-05-31\", grade = \"declared\" }\n"
        ),
        "{}",
        found.facts
    );
    let document: toml::Table = toml::from_str(&found.facts).unwrap();
    let answers = document["disclosure_answer"].as_array().unwrap();
    let of = |at: usize, name: &str| answers[at].get(name).and_then(toml::Value::as_str);
    assert_eq!([of(1, "id"), of(1, "value"), of(1, "stated")], [Some("mds-x-1.2"), Some("no"), Some("no")]);
    assert_eq!(of(1, "number"), Some("１．２"));
    // Byte by byte, white space and signs included.
    assert_eq!(of(1, "remark"), Some(" 部門PCの運用で対応\n　（手順書3.2 \"離席時\"） "));
    assert_eq!(
        [of(3, "value"), of(3, "remark")],
        [None, Some("=確認中")],
        "what is not answered is not stated"
    );
    assert_eq!([of(4, "id"), of(4, "value")], [Some("mds-x-row15"), Some("yes")]);
    assert!(found.facts.contains("remark = \"=確認中\"   # 開示書!F14"), "{}", found.facts);
    let source = |at: usize| answers[at]["_evidence"]["source"].as_str();
    assert_eq!(
        [source(1), source(3)],
        [Some("mds-x.xlsx 開示書!E12"), Some("mds-x.xlsx 開示書!B14")],
        "the cell of the answer, else that of the item"
    );
}

#[test]
fn what_cannot_be_taken_is_named_by_its_cell() {
    let bytes = form(|sheet| {
        sheet.write(10, 4, "たぶん").unwrap();
        sheet.write_formula(11, 4, Formula::new("=A1").set_result("はい")).unwrap();
        sheet.write(12, 0, "1.1").unwrap();
        sheet.write(9, 4, "はい").unwrap();
        sheet.write_blank(3, 2, &Format::new()).unwrap();
    });
    let found = imported(&bytes);
    let problems: Vec<String> =
        found.problems.iter().map(|p| format!("{} {}", p.place, p.message.en)).collect();
    assert_eq!(
        problems,
        [
            "開示書!C4 this cell should say `covered_version`, and is empty",
            "開示書!E10 there is an answer, and no item in its row",
            "開示書!E11 the answer `たぶん` is not understood: say in [answers.values] of the layout what it means",
            "開示書!A13 the number `1.1` stands in `A11` too; the id was made another",
        ]
    );
    assert!(found.facts.contains("id = \"mds-x-1.1-row13\""), "{}", found.facts);
    assert_eq!(found.open, 2);
}

#[test]
fn a_layout_that_does_not_fit_says_so() {
    let error = |text: &str| parse_layout(text).map(|_| ()).unwrap_err();
    let answers = "[answers]\nfirst_row = 10\nitem = \"B\"\nanswer = \"E\"\n";
    assert!(error("").message.en.contains("missing field `answers`"));
    let wrong = error(&answers.replace("\"B\"", "\"2\""));
    assert_eq!((wrong.message.en.as_str(), wrong.line), ("`2` is no column, such as `C`", Some(3)));
    assert!(
        error(&format!("[disclosure]\nname = {{ cell = \"3C\" }}\n{answers}"))
            .message
            .en
            .contains("`3C` is no cell")
    );
    assert!(
        error(&format!("[disclosure]\nname = \"C3\"\n{answers}")).message.en.starts_with("write `{ cell")
    );
    assert!(
        error(&format!("{answers}values = {{ \"済\" = \"done\" }}\n"))
            .message
            .en
            .starts_with("`done` is no answer")
    );
    let grids = read_grids(&form(|_| {})).unwrap();
    let import =
        |text: &str| import_disclosure(&grids, &parse_layout(text).unwrap(), &options()).unwrap_err();
    let absent = import(&format!("sheet = \"開示\"\n{answers}"));
    assert_eq!(absent.message.en, "there is no sheet `開示`");
    let below = import(&format!("sheet = \"開示書\"\n{}", answers.replace("10", "99")));
    assert_eq!(below.message.en, "no item was found on the sheet `開示書`");
}
