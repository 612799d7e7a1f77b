//! Dates and durations as people write them: ISO, with slashes or dots, in Japanese, by era.
//!
//! Works on text that is already width-folded, so that full-width digits and square era names (㋿)
//! need no care here.

use crate::value::{Date, Duration};

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DateError {
    Malformed,
    /// A time of day follows the date.
    TimeOfDay,
    NoSuchMonth {
        month: u32,
    },
    NoSuchDay {
        year: i16,
        month: i8,
        last_day: i8,
    },
    /// On `date` the era had not begun yet.
    BeforeEra {
        era: &'static str,
        began: Date,
        date: Date,
    },
}

struct Era {
    name: &'static str,
    letter: char,
    /// First day of the era: year, month, day.
    began: (i16, i8, i8),
}

/// The eras since the Meiji restoration. They have a first day only: contracts of 2018 that end on
/// 平成32年3月31日 name a real day, although the era ended before it.
const ERAS: [Era; 5] = [
    Era { name: "明治", letter: 'M', began: (1868, 1, 25) },
    Era { name: "大正", letter: 'T', began: (1912, 7, 30) },
    Era { name: "昭和", letter: 'S', began: (1926, 12, 25) },
    Era { name: "平成", letter: 'H', began: (1989, 1, 8) },
    Era { name: "令和", letter: 'R', began: (2019, 5, 1) },
];

/// A date of day, month or year precision, or an ISO interval of two days (`2026-04-01/2026-06-30`).
pub(crate) fn parse_date(text: &str) -> Result<Date, DateError> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some((first, last)) = interval(&text) {
        return interval_of(parse_date(first)?, parse_date(last)?);
    }
    if has_time(&text) {
        return Err(DateError::TimeOfDay);
    }
    let (era, rest) = split_era(&text);
    let parts = numbers(rest).ok_or(DateError::Malformed)?;
    match era {
        Some(era) => era_date(era, parts),
        None if parts.year_digits == 4 => gregorian(parts.year, parts.month, parts.day),
        None => Err(DateError::Malformed),
    }
}

/// Both ends of an interval; the solidus also separates year, month and day, hence two full dates only.
fn interval(text: &str) -> Option<(&str, &str)> {
    let (first, last) = text.split_once('/')?;
    (first.matches('-').count() == 2 && last.matches('-').count() == 2).then_some((first, last))
}

fn interval_of(first: Date, last: Date) -> Result<Date, DateError> {
    if first.first > last.last {
        return Err(DateError::Malformed);
    }
    Ok(Date { first: first.first, last: last.last })
}

fn has_time(text: &str) -> bool {
    text.contains(':') && text.starts_with(|c: char| c.is_ascii_digit())
}

fn split_era(text: &str) -> (Option<&'static Era>, &str) {
    for era in &ERAS {
        if let Some(rest) = text.strip_prefix(era.name) {
            return (Some(era), rest);
        }
        let rest =
            text.strip_prefix(era.letter).or_else(|| text.strip_prefix(era.letter.to_ascii_lowercase()));
        if let Some(rest) = rest {
            return (Some(era), rest);
        }
    }
    (None, text)
}

struct Parts {
    year: i16,
    year_digits: usize,
    month: Option<u32>,
    day: Option<u32>,
}

/// Year, month and day, all separated by the same sign or marked by 年, 月, 日.
fn numbers(text: &str) -> Option<Parts> {
    let (year, year_digits, rest) = match text.strip_prefix('元') {
        Some(rest) => (1, 1, rest),
        None => number(text)?,
    };
    let mut parts = Parts { year: i16::try_from(year).ok()?, year_digits, month: None, day: None };
    let sign = match rest.chars().next() {
        None => return Some(parts),
        Some(sign @ ('-' | '/' | '.' | '年')) => sign,
        Some(_) => return None,
    };
    let rest = rest.strip_prefix(sign)?;
    if sign == '年' {
        return japanese_month_and_day(parts, rest);
    }
    let (month, _, rest) = number(rest)?;
    parts.month = Some(month);
    if !rest.is_empty() {
        let (day, _, rest) = number(rest.strip_prefix(sign)?)?;
        parts.day = Some(day);
        rest.is_empty().then_some(())?;
    }
    Some(parts)
}

fn japanese_month_and_day(mut parts: Parts, rest: &str) -> Option<Parts> {
    if rest.is_empty() {
        return Some(parts);
    }
    let (month, _, rest) = number(rest)?;
    parts.month = Some(month);
    let rest = rest.strip_prefix('月')?;
    if !rest.is_empty() {
        let (day, _, rest) = number(rest)?;
        parts.day = Some(day);
        (rest == "日").then_some(())?;
    }
    Some(parts)
}

/// The digits at the start of a text: their value, how many they are, and what follows.
fn number(text: &str) -> Option<(u32, usize, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    // Four digits are the most that a year has.
    if digits > 4 {
        return None;
    }
    Some((number.parse().ok()?, digits, rest))
}

fn gregorian(year: i16, month: Option<u32>, day: Option<u32>) -> Result<Date, DateError> {
    let Some(month) = month else {
        return Date::year(year).filter(|_| year > 0).ok_or(DateError::Malformed);
    };
    let Some(number) = i8::try_from(month).ok().filter(|m| (1..=12).contains(m)) else {
        return Err(DateError::NoSuchMonth { month });
    };
    let whole = Date::month(year, number).filter(|_| year > 0).ok_or(DateError::Malformed)?;
    let Some(day) = day else { return Ok(whole) };
    let last_day = (whole.last - whole.first + 1) as i8;
    let exact = i8::try_from(day).ok().and_then(|day| Date::ymd(year, number, day));
    exact.ok_or(DateError::NoSuchDay { year, month: number, last_day })
}

fn era_date(era: &'static Era, parts: Parts) -> Result<Date, DateError> {
    let (year, month, day) = era.began;
    let began = Date::ymd(year, month, day).ok_or(DateError::Malformed)?;
    if parts.year < 1 || parts.year_digits > 2 {
        return Err(DateError::Malformed);
    }
    let date = gregorian(year + parts.year - 1, parts.month, parts.day)?;
    if date.last < began.first {
        return Err(DateError::BeforeEra { era: era.name, began, date });
    }
    // 令和元年 begins on its first of May: the era cuts the year.
    Ok(Date { first: date.first.max(began.first), last: date.last })
}

/// The day in the era that ran on it, for "did you mean 平成31年4月1日"; `None` before Meiji.
pub(crate) fn in_era(date: Date) -> Option<String> {
    let day = crate::value::civil_of(date.first)?;
    let began = |era: &&Era| {
        let (year, month, day) = era.began;
        Date::ymd(year, month, day).is_some_and(|began| began.first <= date.first)
    };
    let era = ERAS.iter().rev().find(began)?;
    let year = match day.year() - era.began.0 + 1 {
        1 => "元".to_owned(),
        year => year.to_string(),
    };
    Some(format!("{}{year}年{}月{}日", era.name, day.month(), day.day()))
}

/// Units of durations, longest spelling first, with the months and days they stand for.
const UNITS: [(&str, i32, i32); 26] = [
    ("years", 12, 0),
    ("year", 12, 0),
    ("months", 1, 0),
    ("month", 1, 0),
    ("weeks", 0, 7),
    ("week", 0, 7),
    ("days", 0, 1),
    ("day", 0, 1),
    ("年間", 12, 0),
    ("年", 12, 0),
    ("か月間", 1, 0),
    ("か月", 1, 0),
    ("ヶ月間", 1, 0),
    ("ヶ月", 1, 0),
    ("ケ月間", 1, 0),
    ("ケ月", 1, 0),
    ("ヵ月間", 1, 0),
    ("ヵ月", 1, 0),
    ("カ月間", 1, 0),
    ("カ月", 1, 0),
    ("箇月間", 1, 0),
    ("箇月", 1, 0),
    ("週間", 0, 7),
    ("週", 0, 7),
    ("日間", 0, 1),
    ("日", 0, 1),
];

/// A duration: numbers with units, added up (`1年6か月`, `30 days`).
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let mut rest = text.as_str();
    let mut sum = Duration { months: 0, days: 0 };
    while !rest.is_empty() || text.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at_checked(digits)?;
        let number: i32 = number.parse().ok()?;
        let (unit, months, days) = UNITS.iter().find(|(unit, ..)| after.starts_with(unit))?;
        sum.months = sum.months.checked_add(number.checked_mul(*months)?)?;
        sum.days = sum.days.checked_add(number.checked_mul(*days)?)?;
        rest = after.strip_prefix(unit)?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse_date(text) {
            Ok(date) => date.to_string(),
            Err(error) => format!("{error:?}"),
        }
    }

    #[test]
    fn dates_of_every_spelling_are_read() {
        for text in [
            "2026-04-01",
            "2026/4/1",
            "2026.4.1",
            "2026年4月1日",
            "2026 年 4 月 1 日",
            "令和8年4月1日",
            "令和 8年 4月 1日",
            "令和08年04月01日",
            "R8.4.1",
            "r8/4/1",
            "R08-04-01",
            "平成38年4月1日",
        ] {
            assert_eq!(shown(text), "2026-04-01", "{text}");
        }
    }

    #[test]
    fn eras_count_from_their_first_year() {
        for (text, date) in [
            ("令和元年5月1日", "2019-05-01"),
            ("R元.5.1", "2019-05-01"),
            ("R1.5.1", "2019-05-01"),
            ("平成31年4月30日", "2019-04-30"),
            ("平成元年1月8日", "1989-01-08"),
            ("H1.1.8", "1989-01-08"),
            ("昭和64年1月7日", "1989-01-07"),
            ("S20.8.15", "1945-08-15"),
            ("大正元年7月30日", "1912-07-30"),
            ("T12.9.1", "1923-09-01"),
            ("明治6年1月1日", "1873-01-01"),
            ("M45.7.29", "1912-07-29"),
        ] {
            assert_eq!(shown(text), date, "{text}");
        }
        assert_eq!(in_era(Date::ymd(2019, 4, 1).unwrap()).unwrap(), "平成31年4月1日");
        assert_eq!(in_era(Date::ymd(2019, 5, 1).unwrap()).unwrap(), "令和元年5月1日");
        assert_eq!(in_era(Date::ymd(1800, 1, 1).unwrap()), None);
    }

    #[test]
    fn a_month_or_a_year_is_an_interval() {
        for (text, date) in [
            ("2026-04", "2026-04"),
            ("2026/4", "2026-04"),
            ("2026年4月", "2026-04"),
            ("R8.4", "2026-04"),
            ("令和8年4月", "2026-04"),
            ("2026", "2026"),
            ("2026年", "2026"),
            ("令和8年", "2026"),
            ("令和元年", "2019-05-01/2019-12-31"),
            ("2026-04-01/2026-06-30", "2026-04-01/2026-06-30"),
        ] {
            assert_eq!(shown(text), date, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_says_why() {
        for (text, error) in [
            ("2026-02-30", "NoSuchDay { year: 2026, month: 2, last_day: 28 }"),
            ("2024-02-30", "NoSuchDay { year: 2024, month: 2, last_day: 29 }"),
            ("2026-04-00", "NoSuchDay { year: 2026, month: 4, last_day: 30 }"),
            ("2026-4-300", "NoSuchDay { year: 2026, month: 4, last_day: 30 }"),
            ("2026-13-01", "NoSuchMonth { month: 13 }"),
            ("2026-0", "NoSuchMonth { month: 0 }"),
            ("2026-04-01T10:00:00", "TimeOfDay"),
            ("令和0年1月1日", "Malformed"),
            ("4/1/2026", "Malformed"),
            ("26-04-01", "Malformed"),
            ("2026-04/01", "Malformed"),
            ("2026年4月1", "Malformed"),
            ("20260401", "Malformed"),
            ("R", "Malformed"),
            ("", "Malformed"),
            ("2026-", "Malformed"),
            ("0000-01-01", "Malformed"),
            ("2026-06-30/2026-04-01", "Malformed"),
            ("来月", "Malformed"),
        ] {
            assert_eq!(shown(text), error, "{text}");
        }
        assert!(shown("令和元年4月1日").starts_with("BeforeEra"));
    }

    #[test]
    fn durations_add_up() {
        for (text, months, days) in [
            ("1 year", 12, 0),
            ("6 months", 6, 0),
            ("1 month", 1, 0),
            ("30 days", 0, 30),
            ("2 weeks", 0, 14),
            ("1年", 12, 0),
            ("6か月", 6, 0),
            ("6ヶ月", 6, 0),
            ("6カ月間", 6, 0),
            ("30日", 0, 30),
            ("2週間", 0, 14),
            ("1年6か月", 18, 0),
            ("1 year 6 months", 18, 0),
        ] {
            assert_eq!(parse_duration(text), Some(Duration { months, days }), "{text}");
        }
        for text in ["", "1", "year", "1 fortnight", "99999999999日", "300000000年", "1.5年"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
