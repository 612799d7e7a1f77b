//! Values as they are read.

/// An interned string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(pub u32);

/// Days since 1970-01-01 (proleptic Gregorian). A date known only to the month or year is the
/// interval from its first to its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    pub first: i32,
    pub last: i32,
}

impl Date {
    pub fn day(day: i32) -> Date {
        Date { first: day, last: day }
    }

    /// From year, month, day; `None` when there is no such day.
    pub fn ymd(year: i16, month: i8, day: i8) -> Option<Date> {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        Some(Date::day(days_of(date)))
    }

    /// A whole month.
    pub fn month(year: i16, month: i8) -> Option<Date> {
        let date = jiff::civil::Date::new(year, month, 1).ok()?;
        Some(Date { first: days_of(date), last: days_of(date.last_of_month()) })
    }

    /// A whole year.
    pub fn year(year: i16) -> Option<Date> {
        Some(Date { first: Date::ymd(year, 1, 1)?.first, last: Date::ymd(year, 12, 31)?.last })
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Some(first), Some(last)) = (civil_of(self.first), civil_of(self.last)) else {
            return write!(f, "?");
        };
        if first == last {
            write!(f, "{first}")
        } else if first.first_of_month() == first && first.last_of_month() == last {
            write!(f, "{:04}-{:02}", first.year(), first.month())
        } else if first.first_of_year() == first && first.last_of_year() == last {
            write!(f, "{:04}", first.year())
        } else {
            write!(f, "{first}/{last}")
        }
    }
}

/// Days since 1970-01-01.
pub fn days_of(date: jiff::civil::Date) -> i32 {
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    epoch.until(date).map_or(0, |span| span.get_days())
}

/// The calendar day of a count of days since 1970-01-01; `None` outside years -9999 to 9999.
pub fn civil_of(days: i32) -> Option<jiff::civil::Date> {
    jiff::civil::Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Months and days, kept apart because a month has no fixed number of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    pub months: i32,
    pub days: i32,
}

impl std::fmt::Display for Duration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = |n: i32| if n == 1 { "" } else { "s" };
        match (self.months, self.days) {
            (0, d) => write!(f, "{d} day{}", plural(d)),
            (m, 0) if m % 12 == 0 => write!(f, "{} year{}", m / 12, plural(m / 12)),
            (m, 0) => write!(f, "{m} month{}", plural(m)),
            (m, d) => write!(f, "{m} month{} {d} day{}", plural(m), plural(d)),
        }
    }
}

/// How many units of the last place a `decimal` counts in one.
pub const DECIMAL_ONE: i64 = 1_000_000;

/// A known single value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    Bool(bool),
    Int(i64),
    /// In millionths ([`DECIMAL_ONE`]).
    Decimal(i64),
    Text(Symbol),
    Date(Date),
    Duration(Duration),
    /// The two letters of ISO 3166-1.
    Country([u8; 2]),
    /// The qualified id.
    Requirement(Symbol),
    /// Index of the literal in its enum.
    Enum(u32),
    /// The id of the record referred to, not yet resolved.
    Ref(Symbol),
}

/// A value of an attribute as a source states it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// Stated as not known (`?`, 未確認).
    Unknown,
    /// Stated as absent. For a set: the empty set.
    None,
    Scalar(Scalar),
    /// A set by membership. `open`: there may be members that are not named.
    Set {
        certain: Vec<Scalar>,
        possible: Vec<Scalar>,
        open: bool,
    },
}
