//! The sheet of one kind: a column for its id, one for each attribute, and those about evidence.

use kijun_facts::{
    AttrId, Attribute, Evidence, KindDef, KindId, Type, Written, chosen, evidence_heading, heading_of,
};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format, Formula,
    XlsxError,
};
use unicode_width::UnicodeWidthStr;

use super::Book;
use super::filled::Row;
use super::how::how;
use super::lists::{Fixed, GRADES};
use crate::xlsx::{Column, Sheet, clipped, date};

/// How many rows have rules beyond those that are filled in.
pub(super) const ROOM: u32 = 1000;

pub(super) fn write(
    sheet: &mut Sheet<'_>,
    book: &Book<'_>,
    kind: KindId,
    rows: &[Row],
) -> Result<(), XlsxError> {
    let Some(def) = book.context.program.schema.kind(kind) else { return Ok(()) };
    let page = Page { book, def, last: rows.len() as u32 + ROOM };
    page.columns(sheet, rows)?;
    for (row, stated) in (1..).zip(rows) {
        page.row(sheet, row, stated)?;
    }
    Ok(())
}

struct Page<'p> {
    book: &'p Book<'p>,
    def: &'p KindDef,
    /// The last row with rules.
    last: u32,
}

/// A column about evidence: its label, its name, and what to write.
struct About {
    ja: &'static str,
    name: &'static str,
    write_ja: &'static str,
    write_en: &'static str,
}

const EVIDENCE: [About; 6] = [
    About {
        ja: "出典",
        name: "_source",
        write_ja: "この行の事実を裏づける文書や記録の名前",
        write_en: "the document or record that backs this row",
    },
    About {
        ja: "基準日",
        name: "_as_of",
        write_ja: "いつ時点の事実か",
        write_en: "the day as of which the row holds",
    },
    About {
        ja: "等級",
        name: "_grade",
        write_ja: "裏づけの強さ（口頭＜自己申告＜書面＜実地確認＜監査済）",
        write_en: "how strong the evidence is, from oral to audited",
    },
    About {
        ja: "有効期限",
        name: "_valid_until",
        write_ja: "この日を過ぎたら確かめ直す",
        write_en: "the last day on which it may be relied on",
    },
    About {
        ja: "記録者", name: "_recorded_by", write_ja: "記入した人", write_en: "who wrote it down"
    },
    About {
        ja: "備考",
        name: "_remark",
        write_ja: "書き添えること",
        write_en: "what is to be said beside it",
    },
];

impl Page<'_> {
    fn attributes(&self) -> impl Iterator<Item = (u16, AttrId, &Attribute)> {
        (1..).zip((0..).map(AttrId)).zip(&self.def.attributes).map(|((col, attr), a)| (col, attr, a))
    }

    fn evidence_column(&self) -> u16 {
        self.def.attributes.len() as u16 + 1
    }

    fn columns(&self, sheet: &mut Sheet<'_>, rows: &[Row]) -> Result<(), XlsxError> {
        let (book, lang) = (self.book, self.book.lang);
        let mut columns = vec![Column::new("id", id_width(rows))];
        columns.extend(self.attributes().map(|(_, attr, attribute)| {
            let heading = heading_of(self.def, attr, lang);
            Column::new(heading, width(&attribute.ty, heading, rows, attr))
        }));
        for about in &EVIDENCE {
            let heading = evidence_heading(self.def, about.ja, about.name, lang);
            columns.push(Column::new(heading, evidence_width(about.name, heading, rows)));
        }
        sheet.table(0, &columns, rows.len().max(1) as u32, 1, &book.styles.head)?;
        sheet.legible(1)?;
        self.head(sheet, 0, &[book
            .say(
                "ほかの行と重ならない、あとで変えない番号や略号。ほかのシートからはこの id で参照します。",
                "a number or short name that no other row has and that does not change; other sheets refer to it",
            )
            .to_owned()], None)?;
        sheet.sheet.set_column_format(0, &text(&book.styles.strong))?;
        for (col, attr, attribute) in self.attributes() {
            let lines = self.note(attribute);
            let heading = heading_of(self.def, attr, lang);
            self.head(sheet, col, &lines, Some((heading, attribute.optional)))?;
            sheet.sheet.set_column_format(col, &self.format(&attribute.ty))?;
            if let Some(rule) = self.rule(attribute)? {
                sheet.sheet.add_data_validation(1, col, self.last, col, &rule)?;
            }
        }
        for (col, about) in (self.evidence_column()..).zip(&EVIDENCE) {
            let heading = evidence_heading(self.def, about.ja, about.name, lang);
            let format = book.styles.head.clone().set_background_color(Color::RGB(0x59_59_59));
            sheet.sheet.write_string_with_format(0, col, heading, &format)?;
            sheet.note(0, col, &[book.say(about.write_ja, about.write_en).to_owned()])?;
            let is_date = matches!(about.name, "_as_of" | "_valid_until");
            let format = if is_date { day(&book.styles.cell) } else { text(&book.styles.cell) };
            sheet.sheet.set_column_format(col, &format)?;
            let rule = match about.name {
                "_grade" => book
                    .lists
                    .literals(GRADES)
                    .map(|list| self.chosen_from(list, about.write_ja, about.write_en)),
                _ if is_date => Some(self.days(book.say(about.write_ja, about.write_en))),
                _ => None,
            };
            if let Some(rule) = rule.transpose()? {
                sheet.sheet.add_data_validation(1, col, self.last, col, &rule)?;
            }
        }
        Ok(())
    }

    /// A heading; what may be left empty is lighter.
    fn head(
        &self,
        sheet: &mut Sheet<'_>,
        col: u16,
        note: &[String],
        of: Option<(&str, bool)>,
    ) -> Result<(), XlsxError> {
        if let Some((heading, true)) = of {
            let lighter = self.book.styles.head.clone().set_background_color(Color::RGB(0x5B_7B_B5));
            sheet.sheet.write_string_with_format(0, col, heading, &lighter)?;
        }
        sheet.note(0, col, note)
    }

    /// The question, whom to ask, and what to write.
    fn note(&self, attribute: &Attribute) -> Vec<String> {
        let book = self.book;
        let mut lines = Vec::new();
        if let Some(ask) = &attribute.ask {
            lines.push(ask.question.or(book.lang, &attribute.name).to_owned());
            lines.push(format!("{} {}", book.say("回答者:", "asked of:"), book.role(&ask.of)));
        }
        lines.push(format!(
            "{} {}",
            book.say("書き方:", "write:"),
            how(&book.context.program.schema, book.lang, &attribute.ty)
        ));
        lines.push(match attribute.optional {
            true => book.say("空欄は「なし」の意味になります", "empty means that there is none").to_owned(),
            false => {
                book.say("空欄は「未確認」として扱われます", "empty means that it is not known").to_owned()
            }
        });
        lines.push(format!("{} {}", book.say("属性名:", "attribute:"), attribute.name));
        lines
    }

    fn format(&self, ty: &Type) -> Format {
        let cell = &self.book.styles.cell;
        match ty {
            Type::Date => day(cell),
            Type::Int | Type::Decimal => cell.clone(),
            _ => text(cell),
        }
    }

    /// What the spreadsheet itself checks. It warns where something else may be right: `?`, a month, several of a list.
    fn rule(&self, attribute: &Attribute) -> Result<Option<DataValidation>, XlsxError> {
        let (book, is_set) = (self.book, attribute.ty.element().is_some());
        let question = attribute.ask.as_ref().map_or("", |ask| ask.question.or(book.lang, ""));
        let list = match chosen(attribute) {
            Type::Bool if attribute.optional => book.lists.fixed(Fixed::OptionalAnswer),
            Type::Bool => book.lists.fixed(Fixed::Answer),
            Type::Enum(id) => book.lists.literals(*id),
            Type::Ref(kind) if book.kinds.contains(kind) => book.lists.records(*kind).or_else(|| {
                let sheet = book.sheet_of(*kind).replace('\'', "''");
                Some(Formula::new(format!("='{sheet}'!$A$2:$A${}", self.room_of(*kind) + 1)))
            }),
            _ => None,
        };
        if let Some(list) = list {
            let rule = self.chosen_from(list, question, question)?;
            return Ok(Some(match (is_set, chosen(attribute)) {
                // Several are written one behind the other.
                (true, _) => rule.show_error_message(false),
                // Whoever knows an id writes it, without the name that the list has behind it.
                (false, Type::Ref(_)) => {
                    rule.set_error_style(DataValidationErrorStyle::Warning).set_error_message(book.say(
                        "一覧にない書き方です。登録されている id を書いたのなら、このままで構いません",
                        "this is not in the list; the id of a record may stay as it is",
                    ))?
                }
                _ => rule,
            }));
        }
        Ok(match &attribute.ty {
            Type::Date => Some(self.days(question)?),
            Type::Int => Some(
                self.with_words(
                    DataValidation::new().allow_whole_number(DataValidationRule::Between(i32::MIN, i32::MAX)),
                    question,
                )?
                .set_error_style(DataValidationErrorStyle::Warning)
                .set_error_message(book.say(
                    "整数を書いてください。分からないときは「?」のままで構いません",
                    "write a whole number; `?` is fine when it is not known",
                ))?,
            ),
            Type::Decimal => Some(
                self.with_words(
                    DataValidation::new().allow_decimal_number(DataValidationRule::Between(-1e15, 1e15)),
                    question,
                )?
                .set_error_style(DataValidationErrorStyle::Warning)
                .set_error_message(book.say(
                    "数を書いてください。分からないときは「?」のままで構いません",
                    "write a number; `?` is fine when it is not known",
                ))?,
            ),
            _ => None,
        })
    }

    /// How many rows of a kind's sheet are offered.
    fn room_of(&self, kind: KindId) -> u32 {
        let filled =
            self.book.context.store.and_then(|store| store.kind(kind)).map_or(0, |table| table.len());
        // A record may take several rows.
        filled as u32 * 2 + ROOM
    }

    fn chosen_from(&self, list: Formula, ja: &str, en: &str) -> Result<DataValidation, XlsxError> {
        let rule = self.with_words(DataValidation::new().allow_list_formula(list), self.book.say(ja, en))?;
        rule.set_error_message(self.book.say("一覧から選んでください", "choose one of the list"))
    }

    fn days(&self, question: &str) -> Result<DataValidation, XlsxError> {
        let first = ExcelDateTime::from_ymd(1900, 3, 1)?;
        let rule = DataValidation::new().allow_date(DataValidationRule::GreaterThanOrEqualTo(first));
        let words = self.book.say(
            "日付として入力されていません。「2026年4月」「R8.4.1」「?」のような書き方なら、このままで構いません",
            "this is no date of the spreadsheet; a month, a year or `?` may stay as it is",
        );
        self.with_words(rule, question)?
            .set_error_style(DataValidationErrorStyle::Warning)
            .set_error_message(words)
    }

    /// The question opens beside the cell that is being filled in.
    fn with_words(&self, rule: DataValidation, question: &str) -> Result<DataValidation, XlsxError> {
        if question.is_empty() { Ok(rule) } else { rule.set_input_message(clipped(question, 250)) }
    }

    fn row(&self, sheet: &mut Sheet<'_>, row: u32, stated: &Row) -> Result<(), XlsxError> {
        let styles = &self.book.styles;
        sheet.text(row, 0, &stated.id, &text(&styles.strong))?;
        for (attr, written) in &stated.cells {
            let Some(attribute) = self.def.get(*attr) else { continue };
            let col = attr.0 as u16 + 1;
            match written {
                Written::Text(words) => sheet.text(row, col, words, &text(&styles.cell))?,
                Written::Number(number) => {
                    sheet.sheet.write_number_with_format(row, col, *number, &self.format(&attribute.ty))?;
                }
                Written::Day(number) => {
                    sheet.sheet.write_with_format(row, col, &date(*number)?, &day(&styles.cell))?;
                }
            }
        }
        self.evidence(sheet, row, &stated.evidence)?;
        sheet.end_row(row)
    }

    fn evidence(&self, sheet: &mut Sheet<'_>, row: u32, evidence: &Evidence) -> Result<(), XlsxError> {
        let (styles, schema) = (&self.book.styles, &self.book.context.program.schema);
        let grade =
            evidence.grade.and_then(|code| kijun_facts::literal_word(schema, GRADES, code, self.book.lang));
        let words = |text: &Option<String>| text.clone();
        let days = |date: Option<kijun_facts::Date>| date.map(|date| date.to_string());
        let texts = [
            words(&evidence.source),
            days(evidence.as_of),
            grade.map(str::to_owned),
            days(evidence.valid_until),
            words(&evidence.recorded_by),
            words(&evidence.remark),
        ];
        for (col, written) in (self.evidence_column()..).zip(texts) {
            let Some(written) = written else { continue };
            let exact = ExcelDateTime::parse_from_str(&written).ok().filter(|_| written.len() == 10);
            match exact.filter(|_| matches!(col - self.evidence_column(), 1 | 3)) {
                Some(exact) => {
                    sheet.sheet.write_with_format(row, col, &exact, &day(&styles.cell))?;
                }
                None => sheet.text(row, col, &written, &text(&styles.cell))?,
            }
        }
        Ok(())
    }
}

/// Cells that hold text: nothing that is written there becomes a date or a number.
fn text(format: &Format) -> Format {
    format.clone().set_num_format("@")
}

fn day(format: &Format) -> Format {
    format.clone().set_num_format("yyyy/mm/dd")
}

fn id_width(rows: &[Row]) -> f64 {
    let longest = rows.iter().map(|row| row.id.width()).max().unwrap_or(0);
    (longest as f64 + 2.0).clamp(14.0, 32.0)
}

fn evidence_width(name: &str, heading: &str, rows: &[Row]) -> f64 {
    let text = |row: &Row| match name {
        "_source" => row.evidence.source.as_deref().map_or(0, UnicodeWidthStr::width),
        "_recorded_by" => row.evidence.recorded_by.as_deref().map_or(0, UnicodeWidthStr::width),
        _ => 0,
    };
    let filled = rows.iter().map(text).max().unwrap_or(0);
    (filled.max(heading.width() + 3) as f64 + 1.0).clamp(12.0, 30.0)
}

/// As wide as the heading and what is filled in, within bounds.
fn width(ty: &Type, heading: &str, rows: &[Row], attr: AttrId) -> f64 {
    let (least, most) = match ty {
        Type::Bool => (9.0, 16.0),
        Type::Int | Type::Decimal | Type::Date | Type::Country => (12.0, 20.0),
        Type::Duration | Type::Enum(_) | Type::Ref(_) | Type::Requirement => (14.0, 26.0),
        Type::Text | Type::Set(_) => (20.0, 44.0),
    };
    let texts = rows.iter().flat_map(|row| &row.cells).filter(|(own, _)| *own == attr);
    let filled = texts.filter_map(|(_, written)| match written {
        Written::Text(text) => text.lines().map(UnicodeWidthStr::width).max(),
        Written::Number(_) | Written::Day(_) => None,
    });
    // The button of the filter stands beside a heading.
    let wanted = filled.max().unwrap_or(0).max(heading.width() + 3) as f64 + 1.0;
    wanted.clamp(least, most)
}
