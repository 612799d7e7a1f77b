//! Small pools of values, so that generated facts and programs meet.

use kijun_facts::{Date, Duration, Evidence};

use super::source::Source;

/// The day on which generated facts are assessed: 2014-01-31.
pub const TODAY: i32 = 16_101;

/// Texts are compared as a whole: a letter of another width is another letter.
pub(crate) const TEXTS: [&str; 4] = ["t0", "t1", "t2", "ｔ0"];
pub(crate) const COUNTRIES: [[u8; 2]; 3] = [*b"JP", *b"US", *b"DE"];

const HALF: i64 = kijun_facts::value::DECIMAL_ONE / 2;

pub(crate) fn int(source: &mut Source) -> i64 {
    // The ends of 64 bits are how the store writes open bounds; their neighbours are values.
    if source.chance(3) {
        return source.one(&[i64::MAX - 1, i64::MIN + 1, 1 << 62, -(1 << 62)]);
    }
    source.one(&[0, 1, 2, 3, -1, 4])
}

pub(crate) fn decimal(source: &mut Source) -> i64 {
    if source.chance(6) {
        return source.one(&[1, -1, 333_333, 666_667, i64::MAX - 1, i64::MIN + 1]);
    }
    HALF * source.one(&[0, 1, 2, 3, -1, 4])
}

/// Days around today, a month or a year away from it, and the ends of months.
pub(crate) fn date(source: &mut Source) -> Date {
    if source.chance(15) {
        return match source.below(4) {
            0 => Date::month(2014, 1),
            1 => Date::month(2013, 12),
            2 => Date::year(2014),
            _ => Date::month(2014, 2),
        }
        .unwrap_or(Date::day(TODAY));
    }
    if source.chance(4) {
        // Without end, as ledgers write it.
        return Date::ymd(9999, 12, 31).unwrap_or(Date::day(TODAY));
    }
    Date::day(TODAY + source.one(&[0, -1, 1, -31, 28, -30, -365, 365, 60, -61]))
}

pub(crate) fn duration(source: &mut Source) -> Duration {
    let (months, days) = source.one(&[(1, 0), (0, 30), (12, 0), (0, 365), (0, 1), (1, 1), (0, 0), (2, 3)]);
    Duration { months, days }
}

pub(crate) fn evidence(source: &mut Source) -> Option<Evidence> {
    if source.chance(60) {
        let valid_until = if source.chance(35) { Some(date(source)) } else { None };
        let grade = if source.chance(80) { Some(source.below(5) as u32) } else { None };
        Some(Evidence { valid_until, grade, ..Evidence::default() })
    } else {
        None
    }
}
