//! What the text of a cell means. An empty cell is unknown; what cannot be meant is an error.

use crate::truth::Truth;
use crate::tsv::said;

/// A set of clauses as bits, or that nobody recorded it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Clauses(u8);

impl Clauses {
    pub const CONFIDENTIALITY: u8 = 1;
    pub const PENALTY: u8 = 2;
    pub const NO_ANALYSIS: u8 = 4;
    pub const AUDIT: u8 = 8;
    const UNKNOWN: u8 = 16;

    pub fn read(cell: &[u8]) -> Result<Clauses, String> {
        match cell {
            b"" => return Ok(Clauses(Clauses::UNKNOWN)),
            b"-" => return Ok(Clauses(0)),
            _ => {}
        }
        let mut bits = 0;
        for clause in cell.split(|&byte| byte == b';') {
            bits |= match clause {
                b"confidentiality" => Clauses::CONFIDENTIALITY,
                b"penalty" => Clauses::PENALTY,
                b"no_analysis" => Clauses::NO_ANALYSIS,
                b"audit" => Clauses::AUDIT,
                other => return Err(format!("not a clause: {}", said(other))),
            };
        }
        Ok(Clauses(bits))
    }

    /// Whether all of these clauses are in the set.
    pub fn hold(self, wanted: u8) -> Truth {
        if self.0 == Clauses::UNKNOWN { Truth::Unknown } else { Truth::of(self.0 & wanted == wanted) }
    }
}

pub fn flag(cell: &[u8]) -> Result<Truth, String> {
    match cell {
        b"true" => Ok(Truth::True),
        b"false" => Ok(Truth::False),
        b"" => Ok(Truth::Unknown),
        other => Err(format!("neither true nor false: {}", said(other))),
    }
}

/// Whether a country is Japan.
pub fn at_home(country: &[u8]) -> Truth {
    if country.is_empty() { Truth::Unknown } else { Truth::of(country == b"JP") }
}

pub fn text(cell: &[u8]) -> Result<Option<&str>, String> {
    let text = str::from_utf8(cell).map_err(|e| format!("not UTF-8: {e}"))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

pub fn integer(cell: &[u8]) -> Result<Option<i64>, String> {
    let number = |text: &str| text.parse().map_err(|e| format!("not an integer: {text} ({e})"));
    text(cell)?.map(number).transpose()
}

/// `2025-06-28`, as days since 1970-01-01.
pub fn date(cell: &[u8]) -> Result<Option<i32>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    day(cell).map(Some).ok_or_else(|| format!("not a date: {}", said(cell)))
}

fn day(cell: &[u8]) -> Option<i32> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = cell else { return None };
    let (year, month, day) = (digits(&[y1, y2, y3, y4])?, digits(&[m1, m2])?, digits(&[d1, d2])?);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let longest = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    (1..=longest).contains(&day).then(|| days(year, month, day))
}

fn digits(text: &[u8]) -> Option<i32> {
    text.iter().try_fold(0, |n, byte| byte.is_ascii_digit().then(|| n * 10 + i32::from(byte - b'0')))
}

/// Years begin in March, so that the day that comes and goes is the last.
fn days(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let months = (month + 9) % 12;
    let of_years = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    of_years + (months * 153 + 2) / 5 + day - 719_469
}

/// Code of a country, ISO 3166-1 alpha-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country([u8; 2]);

pub fn country(cell: &[u8]) -> Result<Option<Country>, String> {
    match cell {
        [] => Ok(None),
        &[a, b] if CODES.as_bytes().chunks_exact(2).any(|code| code == [a, b]) => Ok(Some(Country([a, b]))),
        other => Err(format!("not the code of a country: {}", said(other))),
    }
}

/// All assigned codes, one after another.
const CODES: &str = "\
    ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCR\
    CUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHU\
    IDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQ\
    MRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSI\
    SJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        let known = [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2026-11-22", 20_779),
        ];
        for (text, days) in known {
            assert_eq!(date(text.as_bytes()), Ok(Some(days)), "{text}");
        }
    }

    #[test]
    fn empty_cells_are_unknown_and_wrong_ones_are_errors() {
        assert_eq!(
            (date(b""), integer(b""), country(b""), text(b"")),
            (Ok(None), Ok(None), Ok(None), Ok(None))
        );
        for wrong in [
            "2025-02-29",
            "1900-02-29",
            "2025-13-01",
            "2025-04-31",
            "2025-00-10",
            "2025-01-00",
            "2025-1-1",
            "20250101",
            "+025-01-01",
        ] {
            assert!(date(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(integer(b"12a").is_err() && integer(b"1.5").is_err());
        assert!(country(b"XX").is_err() && country(b"ADE").is_err() && country(b"DA").is_err());
        assert!(text(b"\xff").is_err());
        assert!(flag(b"yes").is_err() && Clauses::read(b"audit;").is_err());
    }
}
