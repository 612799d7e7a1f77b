//! The questions to one respondent as a workbook: the letter, the questions with room for answers, what may be chosen, and a sheet that
//! says what it belongs to.

use std::collections::BTreeMap;

use kijun_text::{Lang, column_letters};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign,
    Formula, Workbook, XlsxError,
};

use super::letter::Letter;
use super::{Asked, Inquiry, hints};
use crate::visible::visible;
use crate::xlsx::{Column, Sheet, Styles, clipped, workbook};

/// What a column of the questions holds. A filled workbook is read by its headings, in either language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Head {
    Number,
    About,
    Question,
    Answer,
    Remark,
    Source,
    How,
    Why,
    Key,
}

/// Every column with its heading and its width.
pub(crate) const HEADS: [(Head, &str, &str, f64); 9] = [
    (Head::Number, "番号", "No.", 5.0),
    (Head::About, "対象", "About", 22.0),
    (Head::Question, "質問", "Question", 36.0),
    (Head::Answer, "回答", "Answer", 16.0),
    (Head::Remark, "備考", "Remark", 24.0),
    (Head::Source, "根拠資料", "Document", 16.0),
    (Head::How, "書き方", "How to answer", 22.0),
    (Head::Why, "お尋ねする理由", "Why it is asked", 38.0),
    (Head::Key, "照合番号", "Key", 12.0),
];

/// What is asked above the questions, with its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Top {
    By,
    On,
}

pub(crate) const TOP: [(Top, &str, &str); 2] =
    [(Top::By, "回答者（所属・氏名）", "Answered by"), (Top::On, "回答日", "Answered on")];

/// The sheet that says what a workbook of questions belongs to: names and values in two columns.
pub(crate) const ABOUT_SHEET: &str = "_kijun";

/// The row of the headings.
const HEADING: u32 = 6;

/// The workbook for the respondent at this place.
///
/// # Errors
/// When there are more questions than a sheet has rows.
pub fn respondent_xlsx(inquiry: &Inquiry<'_>, respondent: usize) -> Result<Vec<u8>, XlsxError> {
    let (view, lang) = (&inquiry.view, inquiry.view.lang);
    let letter = inquiry.letter(respondent);
    let mut book = workbook(lang)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(&letter.subject)
            .set_company(visible(view.facility()))
            .set_author(format!("Kijun {}", view.context.of.engine_version))
            .set_creation_datetime(&ExcelDateTime::from_ymd(1980, 1, 1)?),
    );
    let styles = Styles::new(lang);
    write_letter(&mut book, lang, &styles, &letter, view.say("送付状", "Letter"))?;
    let lists = Lists::of(inquiry, respondent);
    let foot = format!("{} {}", view.facility(), letter.to);
    let mut sheet = Sheet::add(&mut book, lang, view.say("質問", "Questions"), &foot)?;
    Page { inquiry, respondent, styles: &styles, lists: &lists }.write(&mut sheet, &letter)?;
    lists.write(&mut book, lang, view.say("_選択肢", "_choices"))?;
    about(&mut book, inquiry, respondent)?;
    book.save_to_buffer()
}

/// A4 upright: who writes to whom, why, and what to do.
fn write_letter(
    book: &mut Workbook,
    lang: Lang,
    styles: &Styles,
    letter: &Letter,
    name: &str,
) -> Result<(), XlsxError> {
    let mut sheet = Sheet::add(book, lang, name, "")?;
    let (cols, width) = (0..1, 66.0);
    sheet.sheet.set_portrait().set_print_fit_to_pages(1, 0);
    sheet.sheet.set_margins(0.9, 0.9, 0.9, 0.9, 0.3, 0.3);
    sheet.sheet.set_footer("");
    sheet.sheet.set_screen_gridlines(false);
    sheet.sheet.set_column_width(0, width)?;
    let plain = styles.plain.clone().set_font_size(11).set_text_wrap();
    let right = plain.clone().set_align(FormatAlign::Right);
    let centre = plain.clone().set_bold().set_font_size(14).set_align(FormatAlign::Center);
    let strong = plain.clone().set_bold();
    let mut lines: Vec<(&str, &Format)> = vec![
        (&letter.date, &right),
        ("", &plain),
        (&letter.to, &strong),
        ("", &plain),
        (&letter.from, &right),
        (&letter.contact, &right),
        ("", &plain),
        (&letter.subject, &centre),
        ("", &plain),
    ];
    lines.extend(letter.opening.iter().flat_map(|text| [(text.as_str(), &plain), ("", &plain)]));
    let points: Vec<String> = letter.points.iter().zip(1..).map(|(p, n)| format!("{n}. {p}")).collect();
    lines.extend(points.iter().map(|text| (text.as_str(), &plain)));
    lines.extend([
        ("", &plain),
        (letter.reply_by.as_str(), &strong),
        ("", &plain),
        (letter.thanks.as_str(), &plain),
        (letter.closing.as_str(), &right),
    ]);
    for (row, (text, format)) in (0..).zip(lines) {
        sheet.paragraph(row, cols.clone(), width, &visible(text), format)?;
    }
    Ok(())
}

struct Page<'p> {
    inquiry: &'p Inquiry<'p>,
    respondent: usize,
    styles: &'p Styles,
    lists: &'p Lists,
}

impl Page<'_> {
    fn write(&self, sheet: &mut Sheet<'_>, letter: &Letter) -> Result<(), XlsxError> {
        let (view, styles) = (&self.inquiry.view, self.styles);
        sheet.run_on(0, 0, &visible(&letter.subject), &styles.title)?;
        let line = format!("{}　{}　{}", letter.to, letter.from, letter.date);
        sheet.run_on(1, 0, &visible(&line), &styles.subtitle)?;
        let input = input(&styles.cell);
        for (row, (top, ja, en)) in (2u32..).zip(TOP) {
            sheet.paragraph(row, 0..2, 27.0, view.say(ja, en), &styles.label)?;
            let format =
                if top == Top::On { input.clone().set_num_format("yyyy/mm/dd") } else { text(&input) };
            sheet.sheet.merge_range(row, 2, row, 3, "", &format)?;
        }
        let heads = HEADS.map(|(_, ja, en, width)| Column::new(view.say(ja, en), width));
        let asked = self.inquiry.asked(self.respondent);
        sheet.table(HEADING, &heads, asked.len() as u32, 3, &styles.head)?;
        for (row, question) in (HEADING + 1..).zip(asked) {
            self.question(sheet, row, question)?;
        }
        // The key is for whoever takes the answers in.
        sheet.sheet.set_print_area(0, 0, HEADING + asked.len() as u32, Head::Why as u16)?;
        Ok(())
    }

    fn question(&self, sheet: &mut Sheet<'_>, row: u32, asked: &Asked<'_>) -> Result<(), XlsxError> {
        let (view, styles) = (&self.inquiry.view, self.styles);
        let input = text(&input(&styles.cell));
        let key = styles.cell.clone().set_font_size(8).set_font_color(Color::RGB(0x80_80_80));
        sheet.number(row, Head::Number as u16, (row - HEADING) as usize, &styles.centered)?;
        sheet.text(row, Head::About as u16, &visible(&asked.about), &styles.cell)?;
        sheet.text(row, Head::Question as u16, &visible(asked.text.get(view.lang)), &styles.strong)?;
        let blank = Head::Answer as u16..Head::How as u16;
        sheet.blanks(row, blank, &input)?;
        sheet.text(
            row,
            Head::How as u16,
            &visible(&hints::written(self.inquiry, self.respondent, asked)),
            &styles.cell,
        )?;
        sheet.text(row, Head::Why as u16, &visible(&self.inquiry.why(asked)), &styles.cell)?;
        sheet.run_on(row, Head::Key as u16, &asked.key.to_string(), &text(&key))?;
        sheet.end_row(row)?;
        if let Some(list) = self.lists.range(&hints::choices(view, asked)) {
            let rule = DataValidation::new()
                .allow_list_formula(list)
                .set_input_message(clipped(asked.text.get(view.lang), 250))?
                .set_error_style(DataValidationErrorStyle::Warning)
                .set_error_message(view.say(
                    "一覧にない書き方です。補足は備考欄にお書きください",
                    "this is not one of the list; say more in the remark",
                ))?;
            sheet.sheet.add_data_validation(row, Head::Answer as u16, row, Head::Answer as u16, &rule)?;
        }
        Ok(())
    }
}

/// Where something is to be written.
fn input(cell: &Format) -> Format {
    cell.clone().set_background_color(Color::RGB(0xFF_F9_DB))
}

fn text(format: &Format) -> Format {
    format.clone().set_num_format("@")
}

/// What may be chosen: each different list once, in a column of a sheet of its own.
struct Lists {
    sheet: &'static str,
    columns: BTreeMap<Vec<String>, u32>,
}

impl Lists {
    fn of(inquiry: &Inquiry<'_>, respondent: usize) -> Lists {
        let mut columns = BTreeMap::new();
        for asked in inquiry.asked(respondent) {
            let choices = hints::choices(&inquiry.view, asked);
            if !choices.is_empty() {
                let next = columns.len() as u32;
                columns.entry(choices).or_insert(next);
            }
        }
        Lists { sheet: if inquiry.view.lang == Lang::Ja { "_選択肢" } else { "_choices" }, columns }
    }

    fn range(&self, choices: &[String]) -> Option<Formula> {
        let letters = column_letters(*self.columns.get(choices)?);
        Some(Formula::new(format!("='{}'!${letters}$1:${letters}${}", self.sheet, choices.len())))
    }

    fn write(&self, book: &mut Workbook, lang: Lang, name: &str) -> Result<(), XlsxError> {
        let sheet = Sheet::add(book, lang, name, "")?;
        for (words, column) in &self.columns {
            for (row, word) in (0..).zip(words) {
                sheet.sheet.write_string(row, *column as u16, word)?;
            }
        }
        sheet.sheet.set_hidden(true);
        Ok(())
    }
}

/// What the workbook belongs to, out of sight.
fn about(book: &mut Workbook, inquiry: &Inquiry<'_>, respondent: usize) -> Result<(), XlsxError> {
    let view = &inquiry.view;
    let sheet = Sheet::add(book, view.lang, ABOUT_SHEET, "")?;
    let who = inquiry.respondents.get(respondent);
    let as_of = kijun_facts::Date::day(view.as_of()).to_string();
    let rows = [
        ("schema", "kijun.questions/1"),
        ("facility", view.context.of.facility),
        ("as_of", &as_of),
        ("respondent", who.map_or("", |w| &w.key)),
        ("role", who.and_then(|w| w.role.as_deref()).unwrap_or("")),
        ("name", who.map_or("", |w| &w.name)),
    ];
    for (row, (name, value)) in (0..).zip(rows) {
        sheet.sheet.write_string(row, 0, name)?;
        sheet.sheet.write_string(row, 1, value)?;
    }
    sheet.sheet.set_hidden(true);
    Ok(())
}
