//! Texts whose meaning is plain at sight, so that most cells need no more than a look at their bytes. What these say
//! is what [`super::parse_value`] says; where they say nothing, it is asked.

use super::scalar::{is_none_word, is_unknown};

/// Whether a text is a word for unknown or none. Almost no text begins like one of them.
pub(crate) fn is_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    let like = match bytes {
        [b'?' | b'u' | b'U' | b'n' | b'N', ..] => true,
        [first, ..] if first.is_ascii() => false,
        // 未, 不, な
        [0xe6, 0x9c, 0xaa, ..] | [0xe4, 0xb8, 0x8d, ..] | [0xe3, 0x81, 0xaa, ..] => true,
        // Letters of other width count as they are folded; all that are asked for begin with this byte.
        _ => memchr::memchr(0xef, bytes).is_some(),
    };
    like && (is_unknown(text) || is_none_word(text))
}

/// A day as `2026-04-01`, in days since 1970-01-01; `None` also for days that there are not.
pub(crate) fn iso_day(text: &str) -> Option<i64> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else { return None };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0_i16, |n, d| d.is_ascii_digit().then(|| n * 10 + i16::from(**d - b'0')))
    };
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let there_is = year > 0 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    there_is.then(|| day_number(year, month, day))
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a day after year 0. Years count from March here, so that the leap day is their last.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let (years, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before = years * 365 + years / 4 - years / 100 + years / 400;
    before + (153 * months + 2) / 5 + day - 1 - 719_468
}

/// A whole number of ASCII digits that surely fits.
pub(crate) fn plain_int(text: &str) -> Option<i64> {
    let plain = text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.bytes().fold(0, |n, digit| n * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::StoreBuilder;
    use crate::read::parse_value;
    use crate::read::testing::schema;
    use crate::schema::Type;
    use crate::store::number_bounds;
    use crate::value::{DECIMAL_ONE, Date, Value};

    #[test]
    fn what_is_read_at_sight_means_what_it_means_otherwise() {
        let schema = schema();
        let mut builder = StoreBuilder::new(&schema);
        let texts = [
            "2026-04-01",
            "2024-02-29",
            "2026-02-29",
            "0000-01-01",
            "0001-01-01",
            "9999-12-31",
            "2026-13-01",
            "2026-00-10",
            "2026-1-01x",
            "1234567890",
            "0",
            "007",
            "999999999999999999",
            "9223372036854",
            "9223372036855",
            "12345678901234567890",
            "-1",
            "",
            "1.5",
        ];
        for text in texts {
            let mut number = |ty: &Type| match parse_value(&mut builder, ty, false, text) {
                Ok(Value::Scalar(scalar)) => Some(number_bounds(scalar)),
                _ => None,
            };
            let twice = |n: Option<i64>| n.map(|n| (n, n));
            let day = twice(iso_day(text));
            assert!(day.is_none() || day == number(&Type::Date), "{text}");
            let int = plain_int(text).filter(|_| !text.is_empty());
            assert!(int.is_none() || twice(int) == number(&Type::Int), "{text}");
            let decimal = int.and_then(|n| n.checked_mul(DECIMAL_ONE));
            assert!(decimal.is_none() || twice(decimal) == number(&Type::Decimal), "{text}");
        }
        assert_eq!(iso_day("1970-01-02"), Some(1));
        for (year, month, day) in
            (1..2800).flat_map(|y| (0..14).flat_map(move |m| (0..33).map(move |d| (y, m, d))))
        {
            let known = Date::ymd(year, month, day).map(|date| i64::from(date.first));
            assert_eq!(iso_day(&format!("{year:04}-{month:02}-{day:02}")), known);
        }
        for word in ["?", "？", "未確認", "不明", "Unknown", "なし", "NONE", "ｎｏｎｅ"] {
            assert!(is_word(word), "{word}");
        }
    }
}
