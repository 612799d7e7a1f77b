//! What one cell of a workbook says, as text; and what is to be said about it.

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};
use kijun_text::{Diagnostic, Label, Severity, Span};

use super::Epoch;
use crate::read::short;

/// What stands in a cell that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    /// `?` where it is not certain what it says.
    pub(crate) text: String,
    pub(crate) remark: Option<Remark>,
}

/// What is to be said about a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Remark {
    /// `#REF!` and the like.
    ErrorValue(String),
    /// A formula that nobody has worked out.
    NoResult,
    /// A number of more digits than a spreadsheet keeps.
    TooLong(String),
    /// A text with signs that no text has.
    NoText,
    /// Merged with cells of other columns: the whole region.
    Across(String),
    /// What formulas gave in this column: how many there are.
    Formulas(usize),
    /// A text that looks like a formula.
    LikeFormula(String),
}

impl Remark {
    /// Whether the cell is read as unknown.
    pub(crate) fn is_error(&self) -> bool {
        !matches!(self, Remark::Formulas(_) | Remark::LikeFormula(_))
    }

    pub(super) fn diagnostic(&self, span: Span) -> Diagnostic {
        let (message, help) = self.words();
        let mut diagnostic = match self.is_error() {
            true => Diagnostic::error("K0514", span, message),
            false => Diagnostic::warning("K0515", span, message),
        };
        debug_assert!(self.is_error() == (diagnostic.severity == Severity::Error));
        diagnostic.help = help;
        diagnostic
    }

    pub(super) fn words(&self) -> (Label, Label) {
        match self {
            Remark::ErrorValue(value) => (
                Label::new(
                    format!("セルがエラー値 `{value}` になっています"),
                    format!("the cell holds the error `{value}`"),
                ),
                Label::new(
                    "数式を直すか、値を書いてください。それまでは未確認として扱います",
                    "put the formula right, or write the value; until then it is not known",
                ),
            ),
            Remark::NoResult => (
                Label::new(
                    "数式の計算結果が保存されていません",
                    "no result is stored for the formula in this cell",
                ),
                Label::new(
                    "Excel で開いて保存し直すか、値を書いてください。それまでは未確認として扱います",
                    "open it in a spreadsheet and save it again, or write the value; until then it is not known",
                ),
            ),
            Remark::TooLong(number) => (
                Label::new(
                    format!("`{number}` は15桁を超える数値です。Excel が末尾の桁を失っています"),
                    format!("`{number}` has more than 15 digits: the spreadsheet has lost the last ones"),
                ),
                Label::new(
                    "セルの書式を「文字列」にして、番号を書き直してください",
                    "format the cell as text, and write the number again",
                ),
            ),
            Remark::NoText => (
                Label::new("文字でない符号が入っています", "there are signs in this cell that are no text"),
                Label::new("書き直してください", "write it again"),
            ),
            Remark::Across(region) => (
                Label::new(
                    format!("`{region}` は複数の列にまたがって結合されています"),
                    format!("`{region}` is merged across several columns"),
                ),
                Label::new(
                    "結合を解いて、列ごとに書いてください。それまでは未確認として扱います",
                    "unmerge it, and write each column for itself; until then it is not known",
                ),
            ),
            Remark::Formulas(1) => {
                (Label::new("このセルは数式です", "this cell is a formula"), Self::formula_help())
            }
            Remark::Formulas(count) => (
                Label::new(
                    format!("この列の {count} 個のセルは数式です"),
                    format!("{count} cells of this column are formulas"),
                ),
                Self::formula_help(),
            ),
            Remark::LikeFormula(text) => (
                Label::new(
                    format!("`{}` は数式のように始まる文字列です", short(text)),
                    format!("the text `{}` begins like a formula", short(text)),
                ),
                Label::new(
                    "書いてあるとおりの文字列として読みました。計算はしません",
                    "it was read as the text that it is, and never worked out",
                ),
            ),
        }
    }

    fn formula_help() -> Label {
        Label::new(
            "最後に計算された値を読みました。確かな値にするには「値の貼り付け」で置き換えてください",
            "the result that was last worked out was read; to be sure, paste the values over the formulas",
        )
    }
}

/// The most digits that a number of a spreadsheet keeps, as a bound.
const PRECISE: f64 = 1e15;

/// What stands in a cell, if anything does.
pub(super) fn found(value: &DataRef<'_>, is_formula: bool) -> Option<Found> {
    let sound = |text: String| Some(Found { text, remark: is_formula.then_some(Remark::Formulas(1)) });
    match value {
        DataRef::Empty => is_formula.then(|| faulty(Remark::NoResult)),
        DataRef::String(text) => of_text(text, is_formula),
        DataRef::SharedString(text) => of_text(text, is_formula),
        DataRef::Int(number) => sound(number.to_string()),
        DataRef::Float(number) if number.abs() >= PRECISE => {
            Some(faulty(Remark::TooLong(number.to_string())))
        }
        DataRef::Float(number) => sound(number.to_string()),
        DataRef::Bool(answer) => sound(if *answer { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(at) => sound(of_time(at)),
        DataRef::DateTimeIso(text) => sound(text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()),
        DataRef::DurationIso(text) => sound(text.clone()),
        DataRef::Error(error) => Some(faulty(Remark::ErrorValue(error.to_string()))),
    }
}

fn faulty(remark: Remark) -> Found {
    Found { text: "?".to_owned(), remark: Some(remark) }
}

fn of_text(text: &str, is_formula: bool) -> Option<Found> {
    if text.trim().is_empty() {
        return None;
    }
    if text.contains('\0') {
        return Some(faulty(Remark::NoText));
    }
    let remark = match is_formula {
        true => Some(Remark::Formulas(1)),
        false => is_like_formula(text).then(|| Remark::LikeFormula(text.to_owned())),
    };
    Some(Found { text: text.to_owned(), remark })
}

/// Whether a spreadsheet would take a text for a formula if somebody typed it. Telephone numbers and dashes are none.
fn is_like_formula(text: &str) -> bool {
    let mut rest = text.chars();
    match rest.next() {
        Some('=' | '@' | '＝' | '＠') => true,
        Some('+' | '-' | '＋' | '－') => rest.any(|c| c.is_alphabetic() || matches!(c, '(' | '!' | '"')),
        _ => false,
    }
}

fn of_time(at: &ExcelDateTime) -> String {
    if at.is_duration() {
        let seconds = (at.as_f64() * 86_400.0).round() as i64;
        return format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    // A time of day alone counts from the day before the first.
    if at.as_f64() < 1.0 {
        return time;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date} {time}") }
}

/// The day with a number.
pub(super) fn day(serial: f64, epoch: Epoch) -> String {
    of_time(&ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, epoch == Epoch::Y1904))
}
