use std::fmt;
use std::str::FromStr;

use kijun_facts::value::{civil_of, days_of};
use kijun_text::Label;

use crate::Error;

/// A day of evaluation.
///
/// ```
/// let day: kijun::Date = "2026-11-22".parse()?;
/// assert_eq!(day, kijun::Date::new(2026, 11, 22)?);
/// assert_eq!(day.to_string(), "2026-11-22");
/// assert!(kijun::Date::new(2026, 2, 30).is_err());
/// # Ok::<(), kijun::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub(crate) i32);

impl Date {
    /// # Errors
    /// When there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Date, Error> {
        let date = jiff::civil::Date::new(year, month, day);
        date.map(|d| Date(days_of(d))).map_err(|_| no_day(&format!("{year}-{month}-{day}")))
    }
}

impl FromStr for Date {
    type Err = Error;

    fn from_str(text: &str) -> Result<Date, Error> {
        let date: jiff::civil::Date = text.parse().map_err(|_| no_day(text))?;
        Ok(Date(days_of(date)))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        civil_of(self.0).map_or(Err(fmt::Error), |date| write!(f, "{date}"))
    }
}

fn no_day(text: &str) -> Error {
    Error::new(
        Label::new(format!("`{text}` は日付ではありません"), format!("`{text}` is not a date")),
        Label::new("2026-11-22 のように書きます", "write it as 2026-11-22"),
    )
}
