//! From the rows of a CSV or TSV file, or of a sheet, to the records of one kind, or to the statements of `_complete`.
//!
//! The header is read at once. Rows wait for the ids of all other sources (`crate::build`): most are then read
//! into columns (`scan`, `cells`), and those about which something is to be said here, as records.

use std::ops::Range;
use std::sync::Arc;

use kijun_text::{Diagnostic, FileId, Label, Span};

use super::csv::{Cell, Fault, Row, Rows};
use super::evidence::{self, Key, RecordEvidence, stated_twice};
use super::expect::short;
use super::map::{self, Constants, Meanings, SourceMap};
use super::reader::Reader;
use super::scalar::{Problem, is_unknown, parse_bool, wrong};
use super::workbook::Epoch;
use super::{COMPLETE, names};
use crate::build::{RecordId, StoreBuilder};
use crate::schema::{AttrId, KindId, Schema, Type};
use crate::store::Evidence;

/// A table of one kind with a header that is understood.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) file: FileId,
    pub(crate) text: Arc<String>,
    pub(crate) kind: KindId,
    pub(crate) headings: Vec<Heading>,
    /// Which of the headings is the id's.
    pub(crate) id: usize,
    pub(crate) delimiter: u8,
    /// The byte at which the row below the header begins.
    pub(crate) body: usize,
    /// Of the workbook, where the table is a sheet of one.
    pub(crate) epoch: Option<Epoch>,
}

impl Table {
    /// Which of the headings is an attribute's.
    pub(crate) fn heading(&self, attr: AttrId) -> Option<usize> {
        self.headings.iter().position(|heading| *heading == Heading::Attribute(attr))
    }
}

/// What a header says about the cells below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heading {
    Id,
    Attribute(AttrId),
    Evidence(Key),
    /// No header. Fine as long as nothing stands below it.
    Nameless,
    /// A header that is reported already.
    Unread,
}

/// Reads the header of a table, or all of `_complete`. `delimiter`: as for [`Rows::new`].
pub(crate) fn read(reader: &mut Reader, text: &Arc<String>, delimiter: Option<u8>) {
    let mut rows = Rows::new(text, delimiter);
    let Some(header) = rows.next() else {
        reader.report(no_header(), 0..0);
        return;
    };
    faults(reader, &header);
    if reader.stem == COMPLETE {
        return complete(reader, &header, rows);
    }
    // The file's name has no place in its text: the first header stands for it.
    let place = header.cells.first().map_or(0..0, |cell| cell.range.clone());
    let stem = reader.stem;
    let Some(kind) = names::kind(reader, stem, place) else { return };
    let headings = headings(reader, &header, |reader, cell| heading(reader, kind, cell));
    let Some(id) = id_column(reader, &headings, &header) else { return };
    wait(reader, text, kind, headings, id, &rows);
}

/// Reads a table of which a manifest says what its columns are.
pub(crate) fn read_mapped(reader: &mut Reader, text: &Arc<String>, delimiter: Option<u8>, map: &SourceMap) {
    let mut rows = Rows::new(text, delimiter);
    let Some(header) = rows.by_ref().find(|row| is_header(reader, map, row)) else {
        let diagnostic = map::no_header_row(map, reader.file);
        reader.builder.report(diagnostic);
        return;
    };
    faults(reader, &header);
    let Some(kind) = names::kind_at(reader.builder, &map.kind.text, map.kind.place) else { return };
    map::check_columns(reader, map, &header);
    let mut headings = headings(reader, &header, |reader, cell| map::heading(reader, kind, map, cell));
    let Some(id) = id_column(reader, &headings, &header) else { return };
    if !map.needs_records() {
        return wait(reader, text, kind, headings, id, &rows);
    }
    let (meanings, constants) = (Meanings::new(map, &header), Constants::new(reader, kind, map));
    reader.repeats = map.repeats;
    for mut row in rows {
        faults(reader, &row);
        translate(reader, kind, &headings, &meanings, &mut row);
        record(reader, kind, &mut headings, id, &row, &constants);
    }
}

/// Leaves the rows for when all ids are known.
fn wait(
    reader: &mut Reader,
    text: &Arc<String>,
    kind: KindId,
    headings: Vec<Heading>,
    id: usize,
    rows: &Rows,
) {
    let (file, text, epoch) = (reader.file, Arc::clone(text), reader.epoch);
    let (delimiter, body) = (rows.delimiter(), rows.at());
    reader.builder.table(Table { file, text, kind, headings, id, delimiter, body, epoch });
}

/// Whether a row is where a map says that the headings stand.
fn is_header(reader: &Reader, map: &SourceMap, row: &Row) -> bool {
    map.header_row.is_none_or(|wanted| reader.row_number(row.range.start) >= wanted)
}

/// Puts what cells mean in the place of what they say.
fn translate(reader: &Reader, kind: KindId, headings: &[Heading], meanings: &Meanings, row: &mut Row) {
    for (at, (heading, cell)) in headings.iter().zip(&mut row.cells).enumerate() {
        if let Some(meant) = meanings.of(reader, kind, at, *heading, &cell.text) {
            cell.text = meant.into();
        }
    }
}

fn id_column(reader: &mut Reader, headings: &[Heading], header: &Row) -> Option<usize> {
    let id = headings.iter().position(|h| *h == Heading::Id);
    if id.is_none() {
        reader.report(no_id_column(), header.range.clone());
    }
    id
}

/// Reads the rows that begin at these bytes as records, with all that is to be said about them.
pub(crate) fn read_records(
    builder: &mut StoreBuilder,
    table: &mut Table,
    starts: impl Iterator<Item = usize>,
) {
    let text = Arc::clone(&table.text);
    let mut reader = Reader::new(builder, table.file, &text, "");
    reader.epoch = table.epoch;
    let none = Constants::default();
    let mut row = Row::default();
    for start in starts {
        if Rows::within(&text, start..text.len(), table.delimiter).read(&mut row) {
            faults(&mut reader, &row);
            record(&mut reader, table.kind, &mut table.headings, table.id, &row, &none);
        }
    }
}

fn headings(
    reader: &mut Reader,
    header: &Row,
    heading: impl Fn(&mut Reader, &Cell) -> Heading,
) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::with_capacity(header.cells.len());
    for cell in &header.cells {
        let heading = heading(reader, cell);
        let stated = !matches!(heading, Heading::Nameless | Heading::Unread);
        let first = headings.iter().position(|h| stated && *h == heading).and_then(|i| header.cells.get(i));
        if let Some(first) = first {
            let (again, first) = (reader.span(cell.range.clone()), reader.span(first.range.clone()));
            reader.builder.report(stated_twice(&cell.text, again, first));
        }
        headings.push(if first.is_some() { Heading::Unread } else { heading });
    }
    headings
}

/// What a name says as a heading. Attributes go before evidence: a kind may have an attribute 出典 of its own.
pub(crate) fn heading_named(schema: &Schema, kind: KindId, name: &str) -> Option<Heading> {
    if names::is_id(name) {
        return Some(Heading::Id);
    }
    let attribute = schema.kind(kind).and_then(|def| names::silent_attribute(def, name));
    attribute.map(Heading::Attribute).or_else(|| evidence::column(name).map(Heading::Evidence))
}

fn heading(reader: &mut Reader, kind: KindId, cell: &Cell) -> Heading {
    if cell.is_blank() {
        return Heading::Nameless;
    }
    match heading_named(reader.schema(), kind, &cell.text) {
        Some(heading) => heading,
        None if cell.text.starts_with(['_', '＿']) => {
            evidence::unknown_key(reader, &cell.text, cell.range.clone());
            Heading::Unread
        }
        None => {
            // It reports why.
            names::column(reader, kind, &cell.text, cell.range.clone());
            Heading::Unread
        }
    }
}

fn record(
    reader: &mut Reader,
    kind: KindId,
    headings: &mut [Heading],
    id: usize,
    row: &Row,
    constants: &Constants,
) {
    let whole = check_width(reader, headings.len(), row);
    let evidence = evidence_of(reader, headings, row, constants.evidence.clone());
    let record = match row.cells.get(id).filter(|cell| !cell.is_blank()) {
        Some(cell) => reader.record(kind, &cell.text, cell.range.clone(), evidence.source.as_deref()),
        None => {
            reader.without_id(kind, row.range.clone());
            None
        }
    };
    // In a row that is too long, cells may stand under the wrong headers.
    if !whole {
        return;
    }
    if let Some(record) = record {
        constants.set(reader, record, &evidence);
    }
    for (heading, cell) in headings.iter_mut().zip(&row.cells) {
        match heading {
            Heading::Attribute(attr) => attribute(reader, kind, record, *attr, cell, &evidence),
            Heading::Nameless if !cell.is_blank() => {
                reader.report(nameless(&cell.text), cell.range.clone());
                *heading = Heading::Unread;
            }
            _ => {}
        }
    }
}

fn attribute(
    reader: &mut Reader,
    kind: KindId,
    record: Option<RecordId>,
    attr: AttrId,
    cell: &Cell,
    evidence: &RecordEvidence,
) {
    let Some(attribute) = reader.schema().attribute(kind, attr) else { return };
    let value = reader.text_value(attribute, &cell.text, cell.range.clone());
    if let (Some(value), Some(record)) = (value, record) {
        let span = reader.span(cell.range.clone());
        reader.builder.set(record, attr, value, span, evidence.of(attr));
    }
}

fn evidence_of(
    reader: &mut Reader,
    headings: &[Heading],
    row: &Row,
    mut evidence: Evidence,
) -> RecordEvidence {
    for (heading, cell) in headings.iter().zip(&row.cells) {
        if let Heading::Evidence(key) = heading {
            evidence::state(reader, &mut evidence, *key, &cell.text, cell.range.clone());
        }
    }
    RecordEvidence::of_record(reader, evidence)
}

/// Reports a row with fewer or more cells than the header (blank ones at its end do not count as more);
/// returns whether its cells stand under their headers.
fn check_width(reader: &mut Reader, width: usize, row: &Row) -> bool {
    let count = row.cells.len();
    let surplus = row.cells.iter().skip(width).find(|cell| !cell.is_blank());
    if count < width || surplus.is_some() {
        reader.report(ragged(width, count), row.range.clone());
    }
    surplus.is_none()
}

fn complete(reader: &mut Reader, header: &Row, rows: Rows) {
    let find = |names: &[&str]| {
        let is = |cell: &Cell| names.contains(&map::key(&cell.text).as_str());
        header.cells.iter().position(is)
    };
    let (kind, complete) =
        (find(&["kind", "register", "種類", "種別", "台帳"]), find(&["complete", "全件", "完全"]));
    let (Some(kind), Some(complete)) = (kind, complete) else {
        reader.report(no_register_columns(), header.range.clone());
        return;
    };
    for cell in header.cells.iter().enumerate().filter(|(i, c)| *i != kind && *i != complete && !c.is_blank())
    {
        reader.report(no_such_register_column(&cell.1.text), cell.1.range.clone());
    }
    for row in rows {
        faults(reader, &row);
        check_width(reader, header.cells.len(), &row);
        if let Some(name) = row.cells.get(kind) {
            register(reader, name, row.cells.get(complete));
        }
    }
}

fn register(reader: &mut Reader, name: &Cell, complete: Option<&Cell>) {
    let kind = names::kind(reader, &name.text, name.range.clone());
    let Some(cell) = complete.filter(|c| !c.is_blank() && !is_unknown(c.text.trim())) else { return };
    match (kind, parse_bool(cell.text.trim())) {
        (Some(kind), Some(complete)) => {
            let span = reader.span(cell.range.clone());
            reader.builder.register(kind, complete, span);
        }
        (_, None) => reader.report(wrong(reader.schema(), &Type::Bool, &cell.text), cell.range.clone()),
        (None, _) => {}
    }
}

fn faults(reader: &mut Reader, row: &Row) {
    for fault in &row.faults {
        let (range, ja, en): (&Range<usize>, _, _) = match fault {
            Fault::Unclosed(range) => (range, "この引用符が閉じられていません", "nothing closes this quote"),
            Fault::AfterQuote(range) => {
                (range, "閉じた引用符の後に文字があります", "text follows the closing quote")
            }
        };
        let span: Span = reader.span(range.clone());
        reader.builder.report(Diagnostic::error("K0508", span, Label::new(ja, en)).help(
            "セルの中の引用符は `\"\"` と2つ続けて書きます",
            "a quote within a cell is written twice: `\"\"`",
        ));
    }
}

fn problem(code: &'static str, message: (String, String), help: (&str, &str)) -> Box<Problem> {
    Problem::new(code, Label::new(message.0, message.1)).help(Label::new(help.0, help.1))
}

fn no_header() -> Box<Problem> {
    problem(
        "K0508",
        ("見出しの行がありません".into(), "there is no header line".into()),
        ("1行目に `id` と属性名を書いてください", "write `id` and the names of attributes in the first line"),
    )
}

fn no_id_column() -> Box<Problem> {
    problem(
        "K0506",
        ("`id` の列がありません".into(), "there is no column `id`".into()),
        (
            "見出しに `id` を加え、行ごとに異なる id を書いてください",
            "add a header `id`, and an id to every row",
        ),
    )
}

fn nameless(text: &str) -> Box<Problem> {
    let text = short(text);
    problem(
        "K0502",
        (format!("`{text}` の列に見出しがありません"), format!("the column of `{text}` has no header")),
        ("列に属性名を書くか、列を消してください", "name the attribute in the header, or remove the column"),
    )
}

fn ragged(width: usize, count: usize) -> Box<Problem> {
    problem(
        "K0508",
        (
            format!("見出しは{width}列ですが、この行は{count}列です"),
            format!("the header has {width} cells, this row has {count}"),
        ),
        ("区切り文字を含むセルは `\"` で囲んでください", "put cells that hold the delimiter in quotes"),
    )
}

fn no_register_columns() -> Box<Problem> {
    problem(
        "K0502",
        ("`kind` と `complete` の列が必要です".into(), "columns `kind` and `complete` are needed".into()),
        ("見出しを `kind,complete` にしてください", "make the header `kind,complete`"),
    )
}

fn no_such_register_column(text: &str) -> Box<Problem> {
    let text = short(text);
    problem(
        "K0502",
        (format!("`{text}` という列はここにはありません"), format!("`{text}` is no column of this file")),
        ("列は `kind` と `complete` だけです", "its columns are `kind` and `complete`"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Facts, schema};
    use crate::store::Register;

    fn read(path: &str, text: &str) -> Facts {
        Facts::read(schema(), &[(path, text)])
    }

    #[test]
    fn headers_are_names_or_labels_of_any_width() {
        for (path, text) in [
            ("facts/contract.csv", "id,条項,signed\nc,守秘義務,2026-04-01\n"),
            ("契約.csv", "ＩＤ, 条項 ,締結日\r\nc,\"守秘義務\",R8.4.1\r\n,,\r\n"),
            ("contract@実地.tsv", "Id\tClauses\tsigned on\nc\t守秘義務\t2026/4/1\n"),
            ("Contract.2026.csv", "id;条項;締結日;\nc;守秘義務;令和8年4月1日;\n"),
        ] {
            let facts = read(path, text);
            assert_eq!(facts.errors(), "", "{path}");
            assert_eq!(
                facts.cells(),
                "contract.c.clauses = { confidentiality }\ncontract.c.signed = 2026-04-01",
                "{path}"
            );
        }
    }

    #[test]
    fn cells_point_at_their_text_without_quotes_whatever_the_encoding() {
        let text =
            "id,備考,条項,人数\r\nc, \"1行目\r\n2行目\"\"引用\"\"\" ,\"守秘義務、penalty\",　１２　\r\n";
        let (cp932, _, lossy) = encoding_rs::SHIFT_JIS.encode(text);
        assert!(!lossy);
        for bytes in [text.as_bytes(), &cp932, format!("\u{feff}{text}").as_bytes()] {
            let facts = Facts::read_bytes(schema(), &[("契約.csv", bytes)]);
            assert_eq!(facts.errors(), "");
            assert_eq!(facts.origins("c"), "守秘義務、penalty | １２ | 1行目\r\n2行目\"\"引用\"\"");
            assert!(facts.cells().contains("notice = 1行目\r\n2行目\"引用\""));
        }
    }

    #[test]
    fn a_name_behind_a_reference_is_for_the_eye() {
        let vendors = ("vendor.csv", "id,name\nv,港、海(株)\nu (west),U\n");
        let read = |row: &str| {
            Facts::read(schema(), &[vendors, ("contract.csv", &format!("id,vendor,deputies,staff\n{row}\n"))])
        };
        let line = |facts: &Facts, name: &str| {
            let cells = facts.cells();
            cells.lines().find_map(|l| l.strip_prefix(&format!("contract.c.{name} = ")).map(str::to_owned))
        };
        // The second time a cell that is not sound has the row read by the other way.
        for (staff, errors) in [("1", 0), ("many", 1)] {
            let facts =
                read(&format!("c,\"v  (港、海(株))\",\"v  (港、海(株)); u (west)  (U, V)? ;?\",{staff}"));
            assert_eq!(facts.diagnostics.len(), errors, "{}", facts.errors());
            assert_eq!(line(&facts, "vendor").as_deref(), Some("v"));
            assert_eq!(line(&facts, "deputies").as_deref(), Some("{ v, u (west)?, ? }"));
            assert_eq!(line(&read(&format!("c,u (west),v,{staff}")), "vendor").as_deref(), Some("u (west)"));
        }
        // Nothing is guessed: the id decides, and what is cut in two is told at its place.
        for row in ["c,w  (港、海(株)),v,1", "c,v,\"v  (港、海(株)\",1", "c,v (港),v,1"] {
            assert!(read(row).errors().starts_with("K0504 contract.csv:2:"), "{row}: {}", read(row).errors());
        }
    }

    #[test]
    fn blank_unknown_and_none_differ() {
        let facts = read("contract.csv", "id,expires,signed,条項\na,,,\nb,?,未確認,なし\nc,なし,不明,?\n");
        assert_eq!(facts.errors(), "");
        assert_eq!(
            facts.cells(),
            "contract.b.clauses = none\ncontract.b.signed = unknown\ncontract.b.expires = unknown\n\
             contract.c.clauses = unknown\ncontract.c.signed = unknown\ncontract.c.expires = none"
        );
    }

    #[test]
    fn evidence_has_columns() {
        let text = "id,締結日,_source,基準日,＿ｇｒａｄｅ,_valid_until,記録者,備考\nc,2026-04-01,契約書,令和8年4月,書面,2027-03-31,佐藤,写しで確認\n";
        let facts = read("contract.csv", text);
        assert_eq!(facts.errors(), "");
        assert_eq!(facts.evidence("c", "signed"), "契約書 2 2026-04");
        assert_eq!(
            read("contract.csv", "id,_grade,_sorce\nc,良,x\n").errors(),
            "K0509 contract.csv:1:11 `_sorce`: evidence has no key `_sorce` (did you mean `source`?)\n\
             K0509 contract.csv:2:3 `良`: there is no grade `良` (from the weakest: `oral`, `declared`, `documented`, \
             `observed`, `audited`)"
        );
    }

    #[test]
    fn a_header_that_is_no_attribute_points_to_the_map_of_a_ledger() {
        let errors = read("contract.csv", "id,摘要欄\nc,x\n").errors();
        assert!(
            errors.contains("its attributes are `") && errors.contains("`kijun facts map FILE`"),
            "{errors}"
        );
    }

    #[test]
    fn every_problem_of_a_table_is_reported() {
        let text = "id,条項,条項,締結,人数,\n\
            c,\"守秘義務; xyz ;penalti\",,x,8,\n\
            ,,,,９件,余り\n\
            d,守秘義務\n\
            e,a,b,c,5,,余分\n\
            f,\"\"x,,,2,\n";
        let facts = read("contract.csv", text);
        assert_eq!(
            facts.errors(),
            "K0511 contract.csv:1:7 `条項`: `条項` is stated twice (keep one of them) [contract.csv:1:4 `条項`: it stands here first]\n\
             K0502 contract.csv:1:10 `締結`: `contract` has no attribute `締結` (did you mean `締結日`?)\n\
             K0503 contract.csv:2:10 `xyz`: `xyz` is not a `clause` (one of `confidentiality`, `penalty`, `no_analysis`)\n\
             K0503 contract.csv:2:15 `penalti`: `penalti` is not a `clause` (did you mean `penalty`?)\n\
             K0506 contract.csv:3:1 `,,,,９件,余り`: this `contract` has no id (give it an `id` that no other has and that does not change)\n\
             K0503 contract.csv:3:5 `９件`: `９件` is not a whole number (write a whole number such as `8`)\n\
             K0502 contract.csv:3:8 `余り`: the column of `余り` has no header (name the attribute in the header, or remove the column)\n\
             K0508 contract.csv:4:1 `d,守秘義務`: the header has 6 cells, this row has 2 (put cells that hold the delimiter in quotes)\n\
             K0508 contract.csv:5:1 `e,a,b,c,5,,余分`: the header has 6 cells, this row has 7 (put cells that hold the delimiter in quotes)\n\
             K0508 contract.csv:6:5 `x`: text follows the closing quote (a quote within a cell is written twice: `\"\"`)"
        );
        assert_eq!(
            facts.cells(),
            "contract.c.clauses = { confidentiality, ? }\ncontract.c.staff = 8\n\
             contract.d.clauses = { confidentiality }\ncontract.f.staff = 2"
        );
    }

    #[test]
    fn a_table_without_kind_header_or_id_is_an_error() {
        let errors = |path: &str, text: &str| read(path, text).errors();
        assert!(
            errors("kontract.csv", "id\n")
                .starts_with("K0501 kontract.csv:1:1 `id`: there is no entity kind `kontract`")
        );
        assert!(
            errors("contract.csv", "\n\n").starts_with("K0508 contract.csv:1:1 ``: there is no header line")
        );
        assert!(
            errors("contract.csv", "条項\nx\n")
                .starts_with("K0506 contract.csv:1:1 `条項`: there is no column `id`")
        );
        assert!(
            errors("contract.csv", "id\n\"a\n").starts_with("K0508 contract.csv:2:1 `\"`: nothing closes")
        );
        assert_eq!(errors("contract.csv", "id,条項\n"), "", "a template is no mistake");
    }

    #[test]
    fn two_files_may_disagree_and_one_may_not() {
        let facts = Facts::read(
            schema(),
            &[
                ("vendor.csv", "id,名称,国\na,A社,JP\n"),
                ("vendor@監査.csv", "id,名称,国\na,A社,米国\nb,?,\n"),
                ("vendor@実地.csv", "id,名称\nb,B社\nb,C社\n"),
            ],
        );
        assert_eq!(
            facts.errors(),
            "K0507 vendor@実地.csv:3:1 `b`: the id `b` stands twice in one source (rename it if it is another one; if it \
             comes from another source, name that in `_evidence.source` (in a table in the column `_source`)) \
             [vendor@実地.csv:2:1 `b`: it stands here first]"
        );
        assert_eq!(
            facts.cells(),
            "vendor.a.name = A社\nvendor.a.country = JP / US\nvendor.b.name = B社 / C社"
        );
        let sourced = read("vendor.csv", "id,名称,_source\nb,B社,登記\nb,C社,名刺\n");
        assert_eq!((sourced.errors().as_str(), sourced.cells().as_str()), ("", "vendor.b.name = B社 / C社"));
    }

    #[test]
    fn dangling_references_are_shown_in_the_cell() {
        let facts = Facts::read(
            schema(),
            &[("vendor.csv", "id\na\nab\n"), ("contract.csv", "id,受託事業者,再委託先\nc,xyz,ab; b1 ;a\n")],
        );
        assert_eq!(
            facts.errors(),
            "K0504 contract.csv:2:3 `xyz`: there is no trustee `xyz` (add a `vendor` with the id `xyz`, or write `?` when it \
             is not known)\n\
             K0504 contract.csv:2:11 `b1`: there is no trustee `b1` (add a `vendor` with the id `b1`, or write `?` when \
             it is not known)"
        );
        assert_eq!(facts.cells(), "contract.c.vendor = unknown\ncontract.c.deputies = { a, ab, ? }");
    }

    #[test]
    fn the_table_of_registers() {
        let facts = read("facts/_complete.csv", "種類,全件\n契約,○\nvendor,?\n");
        assert_eq!(facts.errors(), "");
        assert_eq!(facts.register("contract"), Register::Complete);
        assert_eq!(facts.register("vendor"), Register::Unmentioned);
        assert_eq!(
            read("_complete.csv", "kind,complete,memo\nvendr,true,x\nvendor,多分,\n").errors(),
            "K0502 _complete.csv:1:15 `memo`: `memo` is no column of this file (its columns are `kind` and `complete`)\n\
             K0501 _complete.csv:2:1 `vendr`: there is no entity kind `vendr` (did you mean `vendor`?)\n\
             K0503 _complete.csv:3:8 `多分`: `多分` is not yes or no (write `はい` or `いいえ`, or `true` or `false`)"
        );
    }

    #[test]
    fn agreeing_sources_keep_the_best_evidence() {
        let facts = |rows: &str| read("vendor.csv", &format!("id,名称,_source,_grade,_valid_until\n{rows}"));
        for rows in [
            "a,A社,x,口頭,\na,A社,y,監査済,2026-01-01\na,A社,z,書面,\n",
            "a,A社,y,監査済,2026-01-01\na,A社,z,書面,\na,A社,x,口頭,\n",
        ] {
            assert_eq!(facts(rows).evidence("a", "name"), "y 4 -");
        }
        let rows = "a,A社,x,書面,2026-01-01\na,A社,y,書面,2027-01-01\n";
        assert_eq!(facts(rows).evidence("a", "name"), "y 2 -", "the later end");
        let rows = "a,A社,x,書面,\na,A社,y,書面,2027-01-01\n";
        assert_eq!(facts(rows).evidence("a", "name"), "x 2 -", "what has no end does not expire");
        let conflict = facts("a,A社,x,口頭,\na,B社,v,書面,\na,A社,y,監査済,\n");
        assert_eq!(conflict.cells(), "vendor.a.name = A社 / B社");
    }
}
