//! Workbooks: archives, parts, relations, cells.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::facts::assessed;
use super::{Case, Ends};

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="contract" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const STRINGS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2" uniqueCount="2"><si><t>id</t></si><si><t>c</t></si></sst>"#;

fn sheet(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

const ROWS: &str =
    r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>"#;

type Parts = Vec<(&'static str, String)>;

fn parts() -> Parts {
    vec![
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", RELS.to_owned()),
        ("xl/workbook.xml", BOOK.to_owned()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.to_owned()),
        ("xl/worksheets/sheet1.xml", sheet(ROWS)),
        ("xl/sharedStrings.xml", STRINGS.to_owned()),
    ]
}

fn with(name: &str, text: impl Into<String>) -> Vec<u8> {
    let mut all = parts();
    let part = all.iter_mut().find(|(own, _)| *own == name).unwrap();
    part.1 = text.into();
    zipped(&all)
}

fn without(name: &str) -> Vec<u8> {
    zipped(&parts().into_iter().filter(|(own, _)| *own != name).collect())
}

fn zipped(parts: &Parts) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A part that is nothing but blanks, many of them.
fn bomb(megabytes: usize, copies: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in parts() {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let block = vec![b' '; 1 << 20];
    for copy in 0..copies {
        zip.start_file(format!("xl/media/{copy}.xml"), options).unwrap();
        for _ in 0..megabytes {
            zip.write_all(&block).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

/// Where a signature stands, the `nth` time.
fn find(bytes: &[u8], sign: &[u8], nth: usize) -> usize {
    bytes.windows(sign.len()).enumerate().filter(|(_, w)| *w == sign).nth(nth).unwrap().0
}

fn patched(at: impl Fn(&[u8]) -> usize, to: &[u8]) -> Vec<u8> {
    let mut bytes = zipped(&parts());
    let at = at(&bytes);
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

pub(super) fn cases() -> Vec<Case> {
    let case = |kind: &str, bytes: Vec<u8>, ends| assessed("xlsx", kind, "facts/book.xlsx", bytes, ends);
    let refused = |kind: &str, bytes: Vec<u8>| case(kind, bytes, Ends::Refused);
    let somehow = |kind: &str, bytes: Vec<u8>| case(kind, bytes, Ends::Somehow);
    let whole = zipped(&parts());
    let mut cases = vec![
        somehow("as it should be", whole.clone()),
        refused("nothing", Vec::new()),
        refused("noise", (0..9999_u32).map(|i| ((i * 7919) >> 3) as u8).collect()),
        refused("a text", b"id\nc\n".to_vec()),
        refused("a web page", b"<html><table><tr><td>id</td></tr></table></html>".to_vec()),
        refused("Excel 97", [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 2048]].concat()),
        refused("only the end of an archive", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec()),
        refused("a zip bomb", bomb(600, 1)),
        refused("a zip bomb in many parts", bomb(60, 10)),
        refused(
            "20,000 parts",
            zipped(&{
                let mut all = parts();
                all.extend((0..20_000).map(|i| (&*format!("x/{i}").leak(), String::new())));
                all
            }),
        ),
        refused("an archive in the archive", zipped(&vec![("book.xlsx", "x".to_owned())])),
        // Central directory: 24 is the length when unpacked, 42 where the part begins; local header: 8 is the method.
        somehow("a wrong length", patched(|b| find(b, b"PK\x01\x02", 4) + 24, &u32::MAX.to_le_bytes())),
        somehow("a length of zero", patched(|b| find(b, b"PK\x01\x02", 4) + 24, &[0; 4])),
        somehow(
            "a wrong packed length",
            patched(|b| find(b, b"PK\x01\x02", 4) + 20, &u32::MAX.to_le_bytes()),
        ),
        refused(
            "a part beyond the end",
            patched(|b| find(b, b"PK\x01\x02", 4) + 42, &0xFFFF_FFF0_u32.to_le_bytes()),
        ),
        refused("parts that overlap", patched(|b| find(b, b"PK\x01\x02", 4) + 42, &[0; 4])),
        refused("a wrong checksum", patched(|b| find(b, b"PK\x01\x02", 4) + 16, &[1, 2, 3, 4])),
        refused("a method that nobody knows", patched(|b| find(b, b"PK\x01\x02", 4) + 10, &[77, 0])),
        refused("an encrypted part", patched(|b| find(b, b"PK\x01\x02", 4) + 8, &[1, 0])),
        refused("many more parts than there are", patched(|b| find(b, b"PK\x05\x06", 0) + 10, &[0xFF, 0xFF])),
        somehow("an archive behind something else", [b"#!/bin/sh\n".as_slice(), &whole].concat()),
        somehow("something behind the archive", [whole.as_slice(), &[b'x'; 512]].concat()),
        somehow(
            "a part that leads out",
            zipped(&{
                let mut all = parts();
                all.push(("../../../../escaped", "x".to_owned()));
                all.push(("/etc/escaped", "x".to_owned()));
                all.push(("C:\\escaped", "x".to_owned()));
                all
            }),
        ),
        refused("no parts of a workbook", zipped(&vec![("readme.txt", "x".to_owned())])),
        refused("no relations of the workbook", without("xl/_rels/workbook.xml.rels")),
        refused("no workbook", without("xl/workbook.xml")),
        refused("no sheet", without("xl/worksheets/sheet1.xml")),
        refused("no shared strings", without("xl/sharedStrings.xml")),
        refused(
            "relations that lead out",
            with(
                "xl/_rels/workbook.xml.rels",
                BOOK_RELS.replace("worksheets/sheet1.xml", "../../../../etc/passwd"),
            ),
        ),
        refused(
            "relations to an address",
            with(
                "xl/_rels/workbook.xml.rels",
                BOOK_RELS.replace("worksheets/sheet1.xml", "http://example.invalid/x.xml"),
            ),
        ),
        refused(
            "relations in a circle",
            with("xl/_rels/workbook.xml.rels", BOOK_RELS.replace("worksheets/sheet1.xml", "workbook.xml")),
        ),
        refused("a sheet that nothing relates to", with("xl/workbook.xml", BOOK.replace("rId1", "rId99"))),
        refused("a workbook that is cut off", with("xl/workbook.xml", &BOOK[..BOOK.len() / 2])),
        refused("a workbook that is no XML", with("xl/workbook.xml", "{\"sheets\":[]}")),
        somehow(
            "2,000 sheets of one name",
            with(
                "xl/workbook.xml",
                BOOK.replace(
                    "</sheets>",
                    &format!(
                        "{}</sheets>",
                        r#"<sheet name="contract" sheetId="1" r:id="rId1"/>"#.repeat(10_000)
                    ),
                ),
            ),
        ),
        refused(
            "a sheet name of a path",
            with("xl/workbook.xml", BOOK.replace("\"contract\"", "\"../../x\"")),
        ),
        somehow(
            "a sheet that is hidden",
            with("xl/workbook.xml", BOOK.replace("sheetId", "state=\"veryHidden\" sheetId")),
        ),
    ];
    let strings = |text: &str| with("xl/sharedStrings.xml", text);
    let lol: String =
        (1..10).map(|i| format!("<!ENTITY l{i} \"{}\">", format!("&l{};", i - 1).repeat(10))).collect();
    let laughs = format!("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY l0 \"lol\">{lol}]>");
    let body = |text: &str| {
        format!(
            "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>id</t></si><si><t>{text}</t></si></sst>"
        )
    };
    cases.extend([
        somehow("a billion laughs", strings(&format!("{laughs}{}", body("&l9;")))),
        somehow(
            "an entity of a file",
            strings(&format!(
                "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{}",
                body("&e;")
            )),
        ),
        somehow(
            "an entity of an address",
            strings(&format!(
                "<?xml version=\"1.0\"?><!DOCTYPE x SYSTEM \"http://example.invalid/x.dtd\">{}",
                body("c")
            )),
        ),
        somehow("an entity that is not there", strings(&body("&nobody;"))),
        somehow("an entity of no character", strings(&body("&#xD800;&#x110000;&#0;"))),
        refused("shared strings that are cut off", strings(&STRINGS[..STRINGS.len() - 20])),
        refused(
            "more shared strings than there are",
            strings(&STRINGS.replace(
                "count=\"2\" uniqueCount=\"2\"",
                "count=\"4294967295\" uniqueCount=\"18446744073709551615\"",
            )),
        ),
        somehow(
            "XML nested without end",
            strings(&format!("<sst>{}{}</sst>", "<si>".repeat(100_000), "</si>".repeat(100_000))),
        ),
        somehow(
            "an attribute of 2 MB",
            strings(&STRINGS.replace("count=\"2\"", &format!("count=\"{}\"", "2".repeat(2 << 20)))),
        ),
        somehow("a text of 2 MB", strings(&body(&"あ".repeat(700_000)))),
        somehow("a formula as a text", strings(&body("=HYPERLINK(\"http://example.invalid\")"))),
    ]);
    let cells = |rows: &str| with("xl/worksheets/sheet1.xml", sheet(rows));
    let head = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>seats</t></is></c><c r="C1" t="inlineStr"><is><t>signed</t></is></c></row>"#;
    let value = |cell: &str| cells(&format!(r#"{head}<row r="2"><c r="A2" t="s"><v>1</v></c>{cell}</row>"#));
    cases.extend([
        refused("a shared string out of range", cells(&ROWS.replace("<v>1</v>", "<v>99</v>"))),
        refused("a shared string below zero", cells(&ROWS.replace("<v>1</v>", "<v>-1</v>"))),
        refused("a shared string of a huge number", cells(&ROWS.replace("<v>1</v>", "<v>99999999999999999999</v>"))),
        refused("16,384 columns", cells(&format!("{head}{}", r#"<row r="2"><c r="A2" t="s"><v>1</v></c><c r="XFD2"><v>1</v></c></row>"#))),
        refused("a cell beyond all columns", cells(r#"<row r="1"><c r="ZZZZZZZ1" t="s"><v>0</v></c></row>"#)),
        refused("a row beyond all rows", cells(r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="4294967295"><c r="A4294967295" t="s"><v>1</v></c></row>"#)),
        refused("far cells that make a huge sheet", cells(&format!("{head}{}", r#"<row r="1048576"><c r="A1048576" t="s"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>"#))),
        somehow("cells in no order", cells(r#"<row r="2"><c r="A2" t="s"><v>1</v></c></row><row r="1"><c r="A1" t="s"><v>0</v></c></row>"#)),
        somehow("a cell twice", cells(&ROWS.replace("</row><row r=\"2\">", "<c r=\"A1\" t=\"s\"><v>1</v></c></row><row r=\"2\">"))),
        somehow("cells without names", cells(&ROWS.replace(" r=\"A1\"", "").replace(" r=\"A2\"", ""))),
        somehow("names of cells that are none", cells(&ROWS.replace("A2", "2A"))),
        refused("a number that is none", value(r#"<c r="B2"><v>NaN</v></c>"#)),
        refused("a number without end", value(r#"<c r="B2"><v>1e999</v></c>"#)),
        refused("a huge number", value(r#"<c r="B2"><v>1e300</v></c>"#)),
        refused("a day before all days", value(r#"<c r="C2"><v>-99999999</v></c>"#)),
        refused("a day after all days", value(r#"<c r="C2"><v>99999999999</v></c>"#)),
        refused("an error in a cell", value(r#"<c r="B2" t="e"><v>#REF!</v></c>"#)),
        refused("a type of cell that nobody knows", value(r#"<c r="B2" t="zzz"><v>1</v></c>"#)),
        somehow("a formula without a value", value(r#"<c r="B2"><f>1+1</f></c>"#)),
        refused("a shared formula of a huge number", value(r#"<c r="B2"><f t="shared" si="4294967295" ref="B2:B3">1</f><v>1</v></c>"#)),
        somehow("cells merged over the whole sheet", with("xl/worksheets/sheet1.xml", sheet(ROWS).replace("</sheetData>", "</sheetData><mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>"))),
        refused("merged cells that are none", with("xl/worksheets/sheet1.xml", sheet(ROWS).replace("</sheetData>", "</sheetData><mergeCells><mergeCell ref=\"Z9:A1\"/><mergeCell ref=\":::\"/><mergeCell/></mergeCells>"))),
        somehow("a dimension of the whole sheet", with("xl/worksheets/sheet1.xml", sheet(ROWS).replace("<sheetData>", "<dimension ref=\"A1:XFD1048576\"/><sheetData>"))),
        refused("a sheet that is cut off", with("xl/worksheets/sheet1.xml", sheet(ROWS).split_at(200).0)),
        somehow("a sheet in another encoding than it says", zipped_raw(sheet("").replace("UTF-8", "UTF-16").into_bytes())),
        refused("a sheet with bytes that are no text", zipped_raw([sheet(ROWS).as_bytes().split_at(150).0, b"\xC0\xAF\xFF", sheet(ROWS).as_bytes().split_at(150).1].concat())),
    ]);
    for (nth, at) in [10, 30, 100, whole.len() / 2, whole.len() - 30, whole.len() - 1].into_iter().enumerate()
    {
        cases.push(refused(&format!("cut off, the {nth}th time"), whole.split_at(at).0.to_vec()));
    }
    cases
}

/// The workbook with these bytes as its sheet.
fn zipped_raw(bytes: Vec<u8>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts() {
        zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored))
            .unwrap();
        let is_sheet = name.ends_with("sheet1.xml");
        zip.write_all(if is_sheet { &bytes } else { text.as_bytes() }).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
