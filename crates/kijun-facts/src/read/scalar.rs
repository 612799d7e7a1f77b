//! The text of one cell as a value of a type. Every format reads its texts here, so that a register
//! may move from a spreadsheet to TOML without a change of meaning.

use std::borrow::Cow;
use std::ops::Range;

use kijun_text::{Diagnostic, Label, Span, fold_width, nfc};

use super::date::{DateError, in_era, parse_date, parse_duration};
use super::expect::{self, short};
use super::set::parse_set;
use crate::build::StoreBuilder;
use crate::country;
use crate::literals::Literals;
use crate::schema::{EnumId, Schema, Type};
use crate::value::{DECIMAL_ONE, Date, Scalar, Symbol, Value};

/// One thing that is wrong with a text, at a range of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `K0503` wrong type, `K0504` no such requirement, `K0505` impossible or malformed date.
    pub code: &'static str,
    pub message: Label,
    pub label: Label,
    pub help: Label,
    pub range: Range<usize>,
}

impl Problem {
    pub(crate) fn new(code: &'static str, message: Label) -> Box<Problem> {
        Box::new(Problem { code, message, label: Label::default(), help: Label::default(), range: 0..0 })
    }

    pub(crate) fn help(mut self: Box<Problem>, help: Label) -> Box<Problem> {
        self.help = help;
        self
    }

    pub(crate) fn label(
        mut self: Box<Problem>,
        ja: impl Into<String>,
        en: impl Into<String>,
    ) -> Box<Problem> {
        self.label = Label::new(ja, en);
        self
    }

    pub(crate) fn at(mut self: Box<Problem>, range: Range<usize>) -> Box<Problem> {
        self.range = range;
        self
    }

    pub fn diagnostic(self, span: Span) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.code, span, self.message);
        diagnostic.label = self.label;
        diagnostic.help = self.help;
        diagnostic
    }
}

/// Why a text is not a value of its type, and what could be read of it nevertheless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// At least one.
    pub problems: Vec<Problem>,
    /// The sound members of a set, left open; for anything else [`Value::Unknown`].
    pub rest: Value,
}

impl ValueError {
    /// The diagnostics, each at the place that `place` gives to a range of the text.
    pub fn diagnostics(self, place: impl Fn(Range<usize>) -> Span) -> impl Iterator<Item = Diagnostic> {
        self.problems.into_iter().map(move |problem| {
            let span = place(problem.range.clone());
            problem.diagnostic(span)
        })
    }
}

/// Within this crate problems are boxed, to keep results small.
impl From<Box<Problem>> for Problem {
    fn from(problem: Box<Problem>) -> Problem {
        *problem
    }
}

impl From<Box<Problem>> for ValueError {
    fn from(problem: Box<Problem>) -> ValueError {
        ValueError { problems: vec![*problem], rest: Value::Unknown }
    }
}

impl std::fmt::Display for ValueError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let messages: Vec<&str> = self.problems.iter().map(|p| p.message.en.as_str()).collect();
        f.write_str(&messages.join("; "))
    }
}

impl std::error::Error for ValueError {}

/// The value that a text states for an attribute of type `ty`.
///
/// - empty: not stated, that is [`Value::None`] when the attribute is optional, else [`Value::Unknown`]
/// - `?`, 未確認, 不明, `unknown`: [`Value::Unknown`]
/// - なし, `none`: [`Value::None`]; only for sets and optional attributes. 対象外, 該当なし, `n/a` too, but for texts
/// - sets: members separated by `;`, `；`, `|`, `、` or `,` (for numbers not by `,`, which groups
///   digits); a member `?` leaves the others open, `x?` makes `x` a possible member
/// - booleans: はい/いいえ, ○/×, 有/無, true/false, yes/no, 1/0
/// - numbers: full-width digits and grouped thousands are fine; a decimal has at most six places
/// - dates: ISO, `2026/4/1`, 2026年4月1日, 令和8年4月1日, R8.4.1; to the month or year as an interval
/// - durations: `1 year`, `6 months`, `30 days`, 1年6か月
/// - enums: a literal's name or label; it goes before every word above, except `?`
/// - references: the id as it stands (resolved when the store is finished), without a name behind it: see [`AROUND_NAME`]
///
/// Width does not matter where a word is looked up; it does in texts and ids.
///
/// # Errors
/// Every problem of the text, with the byte range in `text`; see [`ValueError`].
pub fn parse_value(
    builder: &mut StoreBuilder,
    ty: &Type,
    optional: bool,
    text: &str,
) -> Result<Value, ValueError> {
    value(builder, ty, optional, text)
}

/// What stands around a name behind the id of a reference, as lists of workbooks offer them: `v-1  (Minato)`. The id tells which
/// record it is, the name is for the eye.
pub const AROUND_NAME: [&str; 2] = [BEFORE_NAME, ")"];

pub(crate) const BEFORE_NAME: &str = "  (";

/// The id of a reference, without a name behind it. `text` is trimmed.
#[inline]
pub(crate) fn bare_id(text: &str) -> &str {
    match text.strip_suffix(')').and_then(|named| named.split_once(BEFORE_NAME)) {
        Some((id, _)) if !id.is_empty() => id.trim_end(),
        _ => text,
    }
}

/// What a text is read against: the schema's names, and the strings that are known already.
pub(crate) trait Names<'s> {
    fn schema(&self) -> &'s Schema;
    fn literals(&self) -> &Literals;
    fn intern(&mut self, text: &str) -> Symbol;
    fn find_requirement(&mut self, text: &str) -> Option<&'s str>;
    /// The name most like a misspelt one, for a message.
    fn nearest<'a>(&mut self, text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str>;
}

/// [`parse_value`], whatever the names come from.
pub(crate) fn value<'s>(
    names: &mut impl Names<'s>,
    ty: &Type,
    optional: bool,
    text: &str,
) -> Result<Value, ValueError> {
    let range = trimmed(text);
    let body = text.get(range.clone()).unwrap_or("");
    if body.is_empty() {
        return Ok(if optional { Value::None } else { Value::Unknown });
    }
    if let Some(element) = ty.element() {
        return parse_set(names, element, body, range.start);
    }
    if is_question_mark(body) {
        return Ok(Value::Unknown);
    }
    if let Some(code) = literal(names, ty, body) {
        return Ok(Value::Scalar(Scalar::Enum(code)));
    }
    if is_unknown_word(body) {
        return Ok(Value::Unknown);
    }
    let is_none = is_none_word(body) || (*ty != Type::Text && is_not_applicable(body));
    if is_none && optional {
        return Ok(Value::None);
    }
    if is_none && *ty != Type::Text {
        return Err(not_optional(names.schema(), ty, body).at(range).into());
    }
    match parse_scalar(names, ty, body) {
        Ok(scalar) => Ok(Value::Scalar(scalar)),
        Err(problem) => Err(problem.at(range).into()),
    }
}

/// A single known value. `text` is trimmed and not empty; a problem's range is the whole of it.
pub(crate) fn parse_scalar<'s>(
    names: &mut impl Names<'s>,
    ty: &Type,
    text: &str,
) -> Result<Scalar, Box<Problem>> {
    let schema = names.schema();
    let whole = 0..text.len();
    let scalar = match ty {
        Type::Text => Ok(Scalar::Text(names.intern(&nfc(text)))),
        Type::Ref(_) => Ok(Scalar::Ref(names.intern(&nfc(bare_id(text))))),
        Type::Bool => parse_bool(text).map(Scalar::Bool).ok_or_else(|| wrong(schema, ty, text)),
        Type::Int => parse_int(text).map(Scalar::Int).ok_or_else(|| wrong(schema, ty, text)),
        Type::Decimal => parse_decimal(schema, text).map(Scalar::Decimal),
        Type::Date => date_of(text).map(Scalar::Date),
        Type::Duration => {
            parse_duration(&fold(text)).map(Scalar::Duration).ok_or_else(|| wrong(schema, ty, text))
        }
        Type::Country => country::find(text).map(Scalar::Country).ok_or_else(|| no_country(names, text)),
        Type::Requirement => requirement(names, text),
        Type::Enum(id) => match literal(names, ty, text) {
            Some(code) => Ok(Scalar::Enum(code)),
            None => Err(no_literal(names, *id, text)),
        },
        Type::Set(_) => Err(wrong(schema, ty, text)),
    };
    scalar.map_err(|problem| problem.at(whole))
}

/// A date for evidence, with the problem of a text that is none (`K0505`).
pub(crate) fn date_of(text: &str) -> Result<Date, Box<Problem>> {
    parse_date(&fold(text)).map_err(|error| date_problem(text, &error).at(0..text.len()))
}

/// Whether a text says yes or no.
pub fn parse_bool(text: &str) -> Option<bool> {
    match fold(text).to_lowercase().as_str() {
        "true" | "yes" | "1" | "はい" | "有" | "○" | "〇" | "◯" => Some(true),
        "false" | "no" | "0" | "いいえ" | "無" | "×" | "✕" => Some(false),
        _ => None,
    }
}

pub(crate) fn is_question_mark(text: &str) -> bool {
    matches!(text, "?" | "？")
}

/// Whether a text says that a value is not known.
pub fn is_unknown(text: &str) -> bool {
    is_question_mark(text) || is_unknown_word(text)
}

pub(crate) fn is_unknown_word(text: &str) -> bool {
    is_one_of(text, &["未確認", "不明", "unknown"])
}

pub(crate) fn is_none_word(text: &str) -> bool {
    is_one_of(text, &["なし", "none"])
}

/// Said of questions that do not arise: there is no value. A text may say so and mean it.
pub(crate) fn is_not_applicable(text: &str) -> bool {
    is_one_of(text, &["対象外", "該当なし", "n/a"])
}

/// Compares a text with words in lower case. Every cell is asked, hence the pass without allocations.
fn is_one_of(text: &str, words: &[&str]) -> bool {
    let same = |text: &str| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    let other_width = |c: char| ('\u{ff00}'..='\u{ffef}').contains(&c);
    same(text) || (text.contains(other_width) && same(&fold(text)))
}

/// [`fold_width`], without work for what is ASCII already.
fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { text.into() } else { fold_width(text).into() }
}

/// The range of a text without the white space (also full-width) at its ends.
pub(crate) fn trimmed(text: &str) -> Range<usize> {
    if has_plain_ends(text.as_bytes()) {
        return 0..text.len();
    }
    let start = text.len() - text.trim_start().len();
    start..start + text.trim().len()
}

/// Whether a text begins and ends with signs that are certainly no white space. Every cell is asked: beyond
/// ASCII, white space is U+0085 and U+00A0, or lies in U+1680 to U+205F, or is U+3000.
#[inline]
pub(crate) fn has_plain_ends(text: &[u8]) -> bool {
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return true };
    (first.is_ascii_graphic() && last.is_ascii_graphic()) || has_plain_wide_ends(text)
}

fn has_plain_wide_ends(text: &[u8]) -> bool {
    let plain = |wide: &[u8]| matches!(wide, [0xe3..=0xef, ..]) && wide != [0xe3, 0x80, 0x80];
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return true };
    let begins = first.is_ascii_graphic() || text.first_chunk::<3>().is_some_and(|wide| plain(wide));
    begins && (last.is_ascii_graphic() || text.last_chunk::<3>().is_some_and(|wide| plain(wide)))
}

/// The code of an enum's literal; `None` also for other types.
pub(crate) fn literal<'s>(names: &impl Names<'s>, ty: &Type, text: &str) -> Option<u32> {
    literal_of(names.literals(), ty, text)
}

pub(crate) fn literal_of(literals: &Literals, ty: &Type, text: &str) -> Option<u32> {
    match ty {
        Type::Enum(id) => literals.code(*id, text),
        _ => None,
    }
}

fn parse_int(text: &str) -> Option<i64> {
    let text = plain_number(text)?;
    if text.contains('.') {
        return None;
    }
    text.parse().ok()
}

/// A decimal in millionths, exactly.
fn parse_decimal(schema: &Schema, text: &str) -> Result<i64, Box<Problem>> {
    let not_a_number = || wrong(schema, &Type::Decimal, text);
    let plain = plain_number(text).ok_or_else(not_a_number)?;
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, plain.as_str()),
    };
    let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
    if places.trim_end_matches('0').len() > 6 {
        return Err(too_fine(text));
    }
    let places = format!("{:0<6}", places.get(..6).unwrap_or(places));
    let whole: i64 = whole.parse().map_err(|_| not_a_number())?;
    let places: i64 = places.parse().map_err(|_| not_a_number())?;
    let value =
        whole.checked_mul(DECIMAL_ONE).and_then(|w| w.checked_add(places)).ok_or_else(not_a_number)?;
    Ok(if negative { -value } else { value })
}

/// A number as `-123.45`: half-width, without signs that group its digits; `None` when it is none.
fn plain_number(text: &str) -> Option<String> {
    let text = fold(text).replace('−', "-");
    let (sign, number) = match text.strip_prefix('-') {
        Some(number) => ("-", number),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let (whole, places) = match number.split_once('.') {
        Some((whole, places)) => (whole, Some(places)),
        None => (number, None),
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if whole.contains(',') {
        let mut groups = whole.split(',');
        let first = groups.next().unwrap_or("");
        let grouped = digits(first) && first.len() <= 3 && groups.all(|g| digits(g) && g.len() == 3);
        grouped.then_some(())?;
    } else {
        digits(whole).then_some(())?;
    }
    let whole = whole.replace(',', "");
    match places {
        Some(places) => digits(places).then(|| format!("{sign}{whole}.{places}")),
        None => Some(format!("{sign}{whole}")),
    }
}

/// The requirement with this id; the edition of a catalogue may be given or left out.
fn requirement<'s>(names: &mut impl Names<'s>, text: &str) -> Result<Scalar, Box<Problem>> {
    let id = nfc(text);
    if let Some(found) = names.find_requirement(&id) {
        return Ok(Scalar::Requirement(names.intern(found)));
    }
    let known = names.schema().requirements.iter().map(String::as_str);
    let text = short(text);
    let problem = Problem::new(
        "K0504",
        Label::new(format!("要求事項 `{text}` はありません"), format!("there is no requirement `{text}`")),
    )
    .label("対象の基準にこの項番がありません", "no catalogue in scope has this id");
    Err(problem.help(match names.nearest(&id, known) {
        Some(name) => expect::did_you_mean(name),
        None => expect::example(names.schema(), &Type::Requirement),
    }))
}

fn date_problem(text: &str, error: &DateError) -> Box<Problem> {
    let text = short(text);
    let problem = |ja: &str, en: &str| Problem::new("K0505", Label::new(ja, en));
    match error {
        DateError::Malformed => {
            problem(&format!("`{text}` は日付として読めません"), &format!("`{text}` is not a date"))
                .help(expect::date())
        }
        DateError::TimeOfDay => {
            problem(&format!("`{text}` には時刻があります"), &format!("`{text}` has a time of day")).help(
                Label::new(
                    "日付だけを書いてください(例: `2026-04-01`)",
                    "write the date alone, such as `2026-04-01`",
                ),
            )
        }
        DateError::NoSuchMonth { month } => {
            problem(&format!("{month}月はありません"), &format!("there is no month {month}"))
                .help(Label::new("月は 1 から 12 までです", "months go from 1 to 12"))
        }
        DateError::NoSuchDay { year, month, last_day } => {
            let last = format!("{year:04}-{month:02}-{last_day:02}");
            problem(&format!("`{text}` という日はありません"), &format!("there is no day `{text}`")).help(
                Label::new(
                    format!("{year}年{month}月の末日は `{last}` です"),
                    format!("the last day of that month is `{last}`"),
                ),
            )
        }
        DateError::BeforeEra { era, began, date } => {
            let ja = format!("{era}は {began} に始まりました");
            let en = format!("the era {era} began on {began}");
            problem(&ja, &en).help(in_era(*date).map_or_else(expect::date, |day| expect::did_you_mean(&day)))
        }
    }
}

fn too_fine(text: &str) -> Box<Problem> {
    let text = short(text);
    let message = Label::new(
        format!("`{text}` は小数点以下が6桁を超えています"),
        format!("`{text}` has more than six decimal places"),
    );
    Problem::new("K0503", message).help(Label::new("6桁までに丸めてください", "round it to six places"))
}

/// "`x` is not a whole number", with what to write instead.
pub(crate) fn wrong(schema: &Schema, ty: &Type, text: &str) -> Box<Problem> {
    let (what, text) = (expect::noun(schema, ty), short(text));
    let message =
        Label::new(format!("`{text}` は{}ではありません", what.ja), format!("`{text}` is not {}", what.en));
    Problem::new("K0503", message).help(expect::example(schema, ty))
}

fn no_country<'s>(names: &mut impl Names<'s>, text: &str) -> Box<Problem> {
    let problem = wrong(names.schema(), &Type::Country, text);
    // Two letters are near to half of all codes; only names have a nearest one.
    let similar = match text.chars().count() {
        0..=2 => None,
        _ => names.nearest(text, country::names()),
    };
    match similar {
        Some(name) => problem.help(expect::did_you_mean(name)),
        None => problem,
    }
}

fn no_literal<'s>(names: &mut impl Names<'s>, id: EnumId, text: &str) -> Box<Problem> {
    let schema = names.schema();
    let problem = wrong(schema, &Type::Enum(id), text);
    let literals = schema.enumeration(id).map_or(&[][..], |e| &e.literals);
    let candidates = literals.iter().flat_map(|l| [l.name.as_str(), &l.label.ja, &l.label.en]);
    match names.nearest(text, candidates) {
        Some(name) => problem.help(expect::did_you_mean(name)),
        None => problem,
    }
}

fn not_optional(schema: &Schema, ty: &Type, text: &str) -> Box<Problem> {
    let what = expect::noun(schema, ty);
    let message = Label::new(
        format!("`{text}` とは書けません: {}が必ずあるはずの属性です", what.ja),
        format!("`{text}` is not possible: there must be {}", what.en),
    );
    Problem::new("K0503", message)
        .help(Label::new("分からないときは `?` と書いてください", "write `?` when it is not known"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::testing::{clause, schema};
    use crate::show::{Show, Words};
    use kijun_text::Lang;

    /// The value as an English reader sees it, or the problems with the text each is about.
    fn parsed(ty: &Type, optional: bool, text: &str) -> String {
        let schema = schema();
        let mut builder = StoreBuilder::new(&schema);
        match parse_value(&mut builder, ty, optional, text) {
            Ok(value) => {
                let (store, _) = builder.finish();
                Show { store: &store, schema: &schema, lang: Lang::En, words: Words::Names }.value(ty, &value)
            }
            Err(error) => {
                let shown: Vec<String> = error
                    .problems
                    .iter()
                    .map(|p| {
                        format!("{} `{}`: {} ({})", p.code, &text[p.range.clone()], p.message.en, p.help.en)
                    })
                    .collect();
                shown.join(" + ")
            }
        }
    }

    fn clauses() -> Type {
        Type::Set(Box::new(clause()))
    }

    #[test]
    fn booleans_of_every_spelling() {
        for text in ["true", "YES", "はい", "○", "〇", "◯", "有", "1", "１", " はい　"] {
            assert_eq!(parsed(&Type::Bool, false, text), "true", "{text}");
        }
        for text in ["false", "No", "いいえ", "×", "無", "0"] {
            assert_eq!(parsed(&Type::Bool, false, text), "false", "{text}");
        }
        assert_eq!(
            parsed(&Type::Bool, false, " 多分 "),
            "K0503 `多分`: `多分` is not yes or no (write `はい` or `いいえ`, or `true` or `false`)"
        );
    }

    #[test]
    fn numbers_with_full_width_digits_and_groups() {
        for (text, shown) in [("8", "8"), ("８", "8"), ("1,234,567", "1234567"), ("−3", "-3"), ("+5", "5")]
        {
            assert_eq!(parsed(&Type::Int, false, text), shown, "{text}");
        }
        for text in ["8.5", "1,23", "八", "8桁", "99999999999999999999", "-", "1,", "0x10"] {
            assert!(parsed(&Type::Int, false, text).starts_with("K0503"), "{text}");
        }
        for (text, shown) in
            [("0.5", "0.5"), ("１２．５０", "12.5"), ("-0.000001", "-0.000001"), ("1,000.25", "1000.25")]
        {
            assert_eq!(parsed(&Type::Decimal, false, text), shown, "{text}");
        }
        for text in ["0.0000001", "1e3", ".5", "5.", "9999999999999999"] {
            assert!(parsed(&Type::Decimal, false, text).starts_with("K0503"), "{text}");
        }
    }

    #[test]
    fn dates_say_what_is_wrong_with_them() {
        assert_eq!(parsed(&Type::Date, false, "令和８年４月１日"), "2026-04-01");
        assert_eq!(parsed(&Type::Date, false, "㋿8年4月"), "2026-04");
        assert_eq!(
            parsed(&Type::Date, false, "2026-02-30"),
            "K0505 `2026-02-30`: there is no day `2026-02-30` (the last day of that month is `2026-02-28`)"
        );
        assert!(parsed(&Type::Date, false, "令和元年4月1日").contains("did you mean `平成31年4月1日`?"));
        assert!(parsed(&Type::Date, false, "soon").starts_with("K0505 `soon`: `soon` is not a date"));
    }

    #[test]
    fn unknown_and_none_depend_on_the_type() {
        for text in ["?", "？", "未確認", "不明", "unknown"] {
            assert_eq!(parsed(&Type::Date, true, text), "unknown", "{text}");
            assert_eq!(parsed(&clauses(), false, text), "unknown", "{text}");
        }
        assert_eq!(parsed(&Type::Date, true, "なし"), "none");
        assert_eq!(parsed(&Type::Date, true, "  "), "none");
        assert_eq!(parsed(&Type::Date, false, ""), "unknown");
        assert_eq!(parsed(&clauses(), false, "NONE"), "none");
        assert_eq!(parsed(&Type::Text, false, "なし"), "なし");
        assert!(parsed(&Type::Date, false, "なし").contains("there must be a date"));
    }

    #[test]
    fn enum_literals_by_name_and_label() {
        for text in ["penalty", "違反時の罰則", "penalty clause", "ｐｅｎａｌｔｙ"] {
            assert_eq!(parsed(&clause(), false, text), "penalty", "{text}");
        }
        assert!(parsed(&clause(), false, "penalti").contains("did you mean `penalty`?"));
        let listed = parsed(&clause(), false, "zzz");
        assert!(listed.contains("`confidentiality`") && listed.contains("`no_analysis`"), "{listed}");
    }

    #[test]
    fn sets_take_every_separator_and_keep_what_is_sound() {
        let both = "{ confidentiality, penalty }";
        for text in [
            "confidentiality;penalty",
            "守秘義務；違反時の罰則",
            "守秘義務、違反時の罰則",
            "守秘義務, penalty",
            "守秘義務 | penalty ;",
        ] {
            assert_eq!(parsed(&clauses(), false, text), both, "{text}");
        }
        assert_eq!(parsed(&clauses(), false, "守秘義務;?"), "{ confidentiality, ? }");
        assert_eq!(parsed(&clauses(), false, "守秘義務;penalty?"), "{ confidentiality, penalty? }");
        // The label of this literal has a 、 of its own.
        assert_eq!(parsed(&clauses(), false, "分析、解析の禁止;penalty"), "{ penalty, no_analysis }");
        let two = parsed(&clauses(), false, "守秘; penalty ;罰則違反");
        assert!(two.starts_with("K0503 `守秘`:") && two.contains("+ K0503 `罰則違反`:"), "{two}");

        let schema = schema();
        let mut builder = StoreBuilder::new(&schema);
        let error = parse_value(&mut builder, &clauses(), false, "penalty;xyz").unwrap_err();
        assert_eq!(
            error.rest,
            Value::Set { certain: vec![Scalar::Enum(1)], possible: vec![], open: true },
            "the sound member stays, the set is open"
        );
    }

    #[test]
    fn countries_durations_and_requirements() {
        assert_eq!(parsed(&Type::Country, false, "日本"), "JP");
        assert!(parsed(&Type::Country, false, "Jappan").contains("did you mean `Japan`?"));
        assert!(parsed(&Type::Country, false, "XX").contains("ISO 3166"));
        assert_eq!(parsed(&Type::Duration, false, "１年６ヶ月"), "18 months");
        assert!(parsed(&Type::Duration, false, "soon").contains("`1 year`"));
        for text in ["mhlw:8.1.2.C.オ", "mhlw@4.2:8.1.2.C.オ", "mhlw:8.1.2.C.オ@4.2"] {
            assert_eq!(parsed(&Type::Requirement, false, text), "mhlw:8.1.2.C.オ", "{text}");
        }
        assert_eq!(parsed(&Type::Requirement, false, "iso:5.1"), "iso@2022:5.1");
        assert!(parsed(&Type::Requirement, false, "mhlw@7.0:8.1.2.C.オ").starts_with("K0504"));
        assert!(
            parsed(&Type::Requirement, false, "mhlw:8.1.2.C.ｵ").contains("did you mean `mhlw:8.1.2.C.オ`?")
        );
    }
}
