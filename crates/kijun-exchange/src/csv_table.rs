//! Tables as CSV, for spreadsheets and scripts.

use std::borrow::Cow;

use crate::visible;

/// UTF-8 with a byte order mark, as spreadsheets expect, and nothing in it that one would work out.
pub(crate) struct CsvTable(csv::Writer<Vec<u8>>);

impl CsvTable {
    pub(crate) fn new() -> CsvTable {
        CsvTable(csv::Writer::from_writer("\u{feff}".as_bytes().to_vec()))
    }

    /// Rows to follow those of a table.
    pub(crate) fn rows() -> CsvTable {
        CsvTable(csv::Writer::from_writer(Vec::new()))
    }

    /// # Errors
    /// Those of writing into memory: none in practice.
    pub(crate) fn write_record<T: AsRef<str>>(
        &mut self,
        record: impl IntoIterator<Item = T>,
    ) -> Result<(), csv::Error> {
        for field in record {
            self.0.write_field(inert(field.as_ref()).as_bytes())?;
        }
        self.0.write_record(None::<&[u8]>)
    }

    /// # Errors
    /// Those of writing into memory: none in practice.
    pub(crate) fn finish(self) -> Result<Vec<u8>, csv::Error> {
        Ok(self.0.into_inner().map_err(csv::IntoInnerError::into_error)?)
    }
}

/// A text that a spreadsheet would work out begins with an apostrophe, which it takes for the mark of a text.
fn inert(text: &str) -> Cow<'_, str> {
    let text = visible(text);
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if is_formula && text.len() > 1 && text.parse::<f64>().is_err() {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_worked_out() {
        for (text, shown) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+1+1", "'+1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("＝A1", "'＝A1"),
            ("-3", "-3"),
            ("-", "-"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(inert(text), shown);
        }
        let mut table = CsvTable::new();
        table.write_record(["a", "=1"]).unwrap();
        table.write_record(["b", "x,y"]).unwrap();
        assert_eq!(String::from_utf8(table.finish().unwrap()).unwrap(), "\u{feff}a,'=1\nb,\"x,y\"\n");
    }
}
