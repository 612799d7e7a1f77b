//! Workbooks as people make them, and as nobody should.

use rust_xlsxwriter::{Format, Formula, Workbook as Writer, Worksheet};

use crate::read::testing::{Facts, schema};

type Sheet<'w> = &'w mut Worksheet;

fn book(write: impl Fn(&mut Writer)) -> Vec<u8> {
    let mut book = Writer::new();
    write(&mut book);
    book.save_to_buffer().unwrap()
}

/// A workbook of one sheet.
fn one(name: &str, write: impl Fn(Sheet)) -> Vec<u8> {
    book(|book| write(book.add_worksheet().set_name(name).unwrap()))
}

fn rows(sheet: Sheet, rows: &[&[&str]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(row, column, *text).unwrap();
        }
    }
}

fn read(bytes: &[u8]) -> Facts {
    Facts::read_bytes(schema(), &[("facts/台帳.xlsx", bytes)])
}

/// Puts another text into a part of a workbook.
fn patched(bytes: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    use std::io::{Read as _, Write as _};
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        let name = String::from_utf8(file.name_raw().to_vec()).unwrap();
        let mut text = Vec::new();
        file.read_to_end(&mut text).unwrap();
        if name == part {
            text = change(String::from_utf8(text).unwrap()).into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&text).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn sheets_are_kinds_and_cells_are_what_people_write() {
    let day = Format::new().set_num_format("yyyy/m/d");
    let era = Format::new().set_num_format("[$-411]ggge\"年\"m\"月\"d\"日\"");
    let bytes = book(|book| {
        let sheet = book.add_worksheet().set_name("契約").unwrap();
        rows(sheet, &[&["ＩＤ", "締結\n日", "終了日 ", "人数", "料率", "寄託", "条項", "備考"]]);
        rows(sheet, &[&[], &["c1", "", "", "１２", "", "○", "守秘義務；penalty", "1行目\nタブ\tと\"引用\""]]);
        sheet.write_with_format(1, 1, 46113, &day).unwrap();
        sheet.write_with_format(1, 2, 46203, &era).unwrap();
        sheet.write_number(1, 4, 0.1).unwrap();
        rows(sheet, &[&[], &[], &["c2", "令和8年4月1日", "対象外", "", "1,200.5", "×"]]);
        sheet.write_number(2, 3, 30).unwrap();
        sheet.write_boolean(3, 5, true).unwrap();
        sheet.write_number(3, 0, 1001).unwrap();
        sheet.write_number(3, 1, 46113).unwrap();
        sheet.write_blank(9000, 9, &day).unwrap();
        rows(book.add_worksheet().set_name("trustee").unwrap(), &[&["id", "国"], &["v", "日本"]]);
        rows(book.add_worksheet().set_name("_complete").unwrap(), &[&["種類", "全件"], &["契約", "はい"]]);
        rows(book.add_worksheet().set_name("_メモ").unwrap(), &[&["何でも"]]);
        rows(book.add_worksheet().set_name("記入のしかた").unwrap(), &[&["何でも"]]);
        book.add_worksheet().set_name("Sheet1").unwrap();
    });
    let facts = read(&bytes);
    assert_eq!(facts.errors(), "");
    assert_eq!(
        facts.cells(),
        "vendor.v.country = JP\ncontract.1001.signed = 2026-04-01\ncontract.1001.escrow = true\n\
         contract.c1.clauses = { confidentiality, penalty }\ncontract.c1.signed = 2026-04-01\n\
         contract.c1.expires = 2026-06-30\ncontract.c1.staff = 12\ncontract.c1.fee = 0.1\ncontract.c1.escrow = true\n\
         contract.c1.notice = 1行目\nタブ\tと\"引用\"\ncontract.c2.signed = 2026-04-01\ncontract.c2.expires = none\n\
         contract.c2.staff = 30\ncontract.c2.fee = 1200.5\ncontract.c2.escrow = false"
    );
    assert_eq!(facts.register("contract"), crate::store::Register::Complete);
}

#[test]
fn the_calendar_of_1904_is_known() {
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let bytes = one("契約", |sheet| {
        rows(sheet, &[&["id", "締結日", "終了日"], &["c"]]);
        sheet.write_with_format(1, 1, 44651, &day).unwrap();
        sheet.write_number(1, 2, 44651).unwrap();
    });
    let mac =
        patched(&bytes, "xl/workbook.xml", |xml| xml.replace("<workbookPr", "<workbookPr date1904=\"1\""));
    assert_eq!(read(&mac).cells(), "contract.c.signed = 2026-04-01\ncontract.c.expires = 2026-04-01");
    assert_eq!(read(&bytes).cells(), "contract.c.signed = 2022-03-31\ncontract.c.expires = 2022-03-31");
}

#[test]
fn merged_cells_stand_for_their_rows_and_never_for_other_columns() {
    let bytes = one("契約", |sheet| {
        rows(
            sheet,
            &[&["id", "締結日", "受託事業者", "備考", "", "人数"], &["a"], &["b"], &["c", "2026-01-01"]],
        );
        let plain = Format::new();
        sheet.merge_range(1, 1, 2, 1, "2026-04-01", &plain).unwrap();
        sheet.merge_range(2, 2, 2, 3, "v", &plain).unwrap();
        sheet.merge_range(3, 3, 3, 4, "広いだけ", &plain).unwrap();
    });
    let facts = read(&bytes);
    assert_eq!(
        facts.errors(),
        "K0514 facts/台帳.xlsx 契約!C3 `?`: `C3:D3` is merged across several columns (unmerge it, and write each column for \
         itself; until then it is not known)"
    );
    assert_eq!(
        facts.cells(),
        "contract.a.signed = 2026-04-01\ncontract.b.vendor = unknown\ncontract.b.signed = 2026-04-01\n\
         contract.b.notice = unknown\ncontract.c.signed = 2026-01-01\ncontract.c.notice = 広いだけ"
    );
    // Headings of two rows that are merged are no records.
    let bytes = one("契約", |sheet| {
        rows(sheet, &[&["", "人数"], &[], &["c", "3"]]);
        sheet.merge_range(0, 0, 1, 0, "id", &Format::new()).unwrap();
    });
    assert_eq!(read(&bytes).cells(), "contract.c.staff = 3");
}

#[test]
fn furigana_is_no_part_of_a_text() {
    let bytes = one("契約", |sheet| rows(sheet, &[&["id", "備考"], &["c", "港"]]));
    let read_aloud = patched(&bytes, "xl/sharedStrings.xml", |xml| {
        xml.replace(
            "<t>港</t>",
            "<r><t>港</t></r><r><t>病院</t></r><rPh sb=\"0\" eb=\"1\"><t>ミナト</t></rPh>",
        )
    });
    assert_eq!(read(&read_aloud).cells(), "contract.c.notice = 港病院");
}

#[test]
fn hostile_cells_are_said_to_be_what_they_are() {
    let bytes = one("契約", |sheet| {
        rows(
            sheet,
            &[
                &["id", "備考", "人数", "料率"],
                &["=HYPERLINK(\"x\")", "@SUM(A1)"],
                &["b", "+81-3-0000-0000"],
                &["c", "-"],
                &["d", "-cmd|'/C calc'!A0"],
            ],
        );
        sheet.write_formula(1, 2, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.write_formula(2, 2, Formula::new("=A1:A2").set_result("3")).unwrap();
        sheet.write_formula(3, 2, Formula::new("=Z9").set_result("#REF!")).unwrap();
        sheet.write_number(4, 2, 1_234_567_890_123_456_f64).unwrap();
    });
    let bytes =
        patched(&bytes, "xl/worksheets/sheet1.xml", |xml| xml.replace("t=\"str\"><f>Z9", "t=\"e\"><f>Z9"));
    let facts = read(&bytes);
    let errors = facts.errors();
    let at = |line: &str| line.split(" (").next().unwrap().to_owned();
    assert_eq!(
        errors.lines().map(at).collect::<Vec<_>>(),
        [
            "K0515 facts/台帳.xlsx 契約!A2 `=HYPERLINK(\"\"x\"\")`: the text `=HYPERLINK(\"x\")` begins like a formula",
            "K0515 facts/台帳.xlsx 契約!B2 `@SUM(A1)`: the text `@SUM(A1)` begins like a formula",
            "K0515 facts/台帳.xlsx 契約!C2 `2`: 2 cells of this column are formulas",
            "K0514 facts/台帳.xlsx 契約!C4 `?`: the cell holds the error `#REF!`",
            "K0515 facts/台帳.xlsx 契約!B5 `-cmd|'/C calc'!A0`: the text `-cmd|'/C calc'!A0` begins like a formula",
            "K0514 facts/台帳.xlsx 契約!C5 `?`: `1234567890123456` has more than 15 digits: the spreadsheet has lost the last ones",
        ],
        "{errors}"
    );
    assert!(
        facts.cells().contains("contract.b.staff = 3\ncontract.b.notice = +81-3-0000-0000"),
        "{}",
        facts.cells()
    );
}

#[test]
fn a_formula_that_nobody_worked_out_is_unknown() {
    let bytes = one("契約", |sheet| {
        rows(sheet, &[&["id", "終了日"], &["c"]]);
        sheet.write_formula(1, 1, "=TODAY()").unwrap();
    });
    let bare = patched(&bytes, "xl/worksheets/sheet1.xml", |xml| xml.replace("</f><v>0</v>", "</f>"));
    let facts = read(&bare);
    assert!(
        facts.errors().starts_with("K0514 facts/台帳.xlsx 契約!B2 `?`: no result is stored"),
        "{}",
        facts.errors()
    );
    assert_eq!(facts.cells(), "contract.c.expires = unknown");
}

#[test]
fn sheets_that_are_no_kinds_are_errors_with_the_nearest_name() {
    let bytes = book(|book| {
        for (name, text) in [("trusteee", "id"), ("Sheet1", "合計"), ("_complet", "x"), ("_一覧", "x")] {
            rows(book.add_worksheet().set_name(name).unwrap(), &[&[text]]);
        }
    });
    let errors = read(&bytes).errors();
    let lines: Vec<&str> = errors.lines().collect();
    assert_eq!(lines.len(), 3, "{errors}");
    assert!(lines[0].starts_with("K0501 facts/台帳.xlsx trusteee!A1 `id`: there is no entity kind for the sheet `trusteee` (did you mean `trustee`? "), "{errors}");
    assert!(lines[1].contains("Sheet1!A1 `合計`"), "{errors}");
    assert!(lines[2].contains("did you mean `_complete`?"), "{errors}");
}

#[test]
fn files_that_are_no_workbooks_are_errors() {
    let message = |bytes: &[u8]| {
        let errors = read(bytes).errors();
        errors.split(" (").next().unwrap().replace("K0508 facts/台帳.xlsx:1:1 ``: ", "")
    };
    assert!(message(b"id,signed\n").starts_with("this cannot be read as a workbook"), "{}", message(b"id\n"));
    assert!(message(b"").starts_with("this cannot be read as a workbook"));
    assert_eq!(message(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "this is a workbook of an older format");
    let wide: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let protected = [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &wide].concat();
    assert_eq!(message(&protected), "this workbook is protected with a password");
    let whole = one("契約", |sheet| rows(sheet, &[&["id", "人数"], &["c", "1"]]));
    for cut in (0..whole.len()).step_by(97) {
        assert!(message(&whole[..cut]).starts_with("this cannot be read"), "{cut}");
    }
}

#[test]
fn bombs_do_not_go_off() {
    let whole = one("契約", |sheet| rows(sheet, &[&["id", "人数"], &["c", "1"]]));
    let part = "xl/worksheets/sheet1.xml";
    // A part that unpacks to more than is read, from an archive of a few kilobytes.
    let nested = patched(&whole, part, |xml| format!("{xml}{}", " ".repeat(9 << 20)));
    assert!(nested.len() < 32 << 10);
    let fault = super::container::check(&nested, 8 << 20).unwrap_err();
    assert!(fault.message.en.contains("too large when it is unpacked"));
    // Room for as many shared formulas as a number says.
    let shared = patched(&whole, part, |xml| {
        xml.replace("</sheetData>", "<row r=\"9\"><c r=\"A9\"><f t=\"shared\" ref=\"A9\" si = '99999999999'>A1</f><v>1</v></c></row></sheetData>")
    });
    assert!(read(&shared).errors().contains("out of all bounds"));
    // Cells at the far corner, and a region that is merged over all of the sheet.
    let far = patched(&whole, part, |xml| {
        xml.replace("</sheetData>", "<row r=\"1048576\"><c r=\"A1048576\" t=\"str\"><v>z</v></c><c r=\"XFD1048576\" t=\"str\"><v>q</v></c></row></sheetData><mergeCells count=\"1\"><mergeCell ref=\"A2:XFD1048576\"/></mergeCells>")
    });
    let facts = read(&far);
    assert!(facts.errors().contains("merged across several columns"), "{}", facts.errors());
    // As many columns as there are, in rows enough to fill the memory with what stands between them.
    let wide: String = (0..16_384)
        .map(|c| format!("<c r=\"{}2\" t=\"str\"><v>x</v></c>", kijun_text::column_letters(c)))
        .collect();
    let rows: String =
        (3..40_000).map(|r| format!("<row r=\"{r}\"><c r=\"A{r}\" t=\"str\"><v>{r}</v></c></row>")).collect();
    let sparse = patched(&whole, part, |xml| {
        let (head, tail) = xml.split_once("<sheetData>").unwrap();
        let (_, tail) = tail.split_once("</sheetData>").unwrap();
        format!("{head}<sheetData><row r=\"2\">{wide}</row>{rows}</sheetData>{tail}")
    });
    assert!(read(&sparse).errors().contains("too many cells"));
}

#[test]
fn no_workbook_makes_a_reader_panic() {
    let whole = one("契約", |sheet| {
        rows(sheet, &[&["id", "人数", "備考"], &["c", "1", "x"]]);
        sheet.write_formula(2, 1, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.merge_range(3, 0, 4, 0, "m", &Format::new()).unwrap();
    });
    let mut state = 7_u64;
    let mut random = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % n
    };
    let noise =
        ["", "9", "\"", "<", ">", "XFD", "-1", "4294967296", "&#0;", "t=\"e\"", "18446744073709551616"];
    for _ in 0..300 {
        let (at, word) = (random(10_000), noise[random(noise.len())]);
        let part = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
            [random(4)];
        let broken = patched(&whole, part, |xml| {
            let at = xml.char_indices().map(|(i, _)| i).nth(at % xml.chars().count()).unwrap();
            format!("{}{word}{}", &xml[..at], &xml[at..].chars().skip(1).collect::<String>())
        });
        read(&broken).errors();
    }
    for _ in 0..300 {
        let mut broken = whole.clone();
        let at = random(broken.len());
        broken[at] = random(256) as u8;
        read(&broken).errors();
    }
}
