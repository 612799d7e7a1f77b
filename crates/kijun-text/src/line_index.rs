/// A place as a person counts: both from 1. `column` counts characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    pub line: u32,
    pub column: u32,
}

/// What an editor counts columns in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Units {
    Utf8,
    #[default]
    Utf16,
}

/// Where the lines of a text start.
#[derive(Debug, Clone, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    pub fn new(text: &str) -> LineIndex {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i as u32 + 1));
        LineIndex { starts }
    }

    /// The line that holds byte `offset`, from 0.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|s| *s as usize <= offset).saturating_sub(1)
    }

    /// Byte offset of the start of `line` (from 0); the last line's start when beyond the end.
    pub fn start(&self, line: usize) -> usize {
        self.starts.get(line).or(self.starts.last()).map_or(0, |s| *s as usize)
    }

    pub fn line_column(&self, text: &str, offset: usize) -> LineColumn {
        let line = self.line(offset);
        let start = self.start(line);
        let end = floor(text, offset);
        let column = text.get(start..end).map_or(0, |s| s.chars().count());
        LineColumn { line: line as u32 + 1, column: column as u32 + 1 }
    }

    /// Column from 0. Within a character, its start.
    pub fn column(&self, text: &str, offset: usize, units: Units) -> u32 {
        let start = self.start(self.line(offset));
        let before = text.get(start..floor(text, offset)).unwrap_or("");
        match units {
            Units::Utf8 => before.len() as u32,
            Units::Utf16 if before.is_ascii() => before.len() as u32,
            Units::Utf16 => before.encode_utf16().count() as u32,
        }
    }

    /// Byte offset of a line and column, both from 0. A column beyond the end of its line is the line's end, a line beyond
    /// the end of the text is the text's end, and a place within a character is its start.
    pub fn offset(&self, text: &str, line: u32, column: u32, units: Units) -> usize {
        let Some(start) = self.starts.get(line as usize).map(|s| *s as usize) else { return text.len() };
        let end = self.starts.get(line as usize + 1).map_or(text.len(), |s| *s as usize);
        let content = text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r']);
        let mut left = column as usize;
        for (at, c) in content.char_indices() {
            let width = match units {
                Units::Utf8 => c.len_utf8(),
                Units::Utf16 => c.len_utf16(),
            };
            if left < width {
                return start + at;
            }
            left -= width;
        }
        start + content.len()
    }
}

/// The largest place between characters that is not behind `offset`.
fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "契約\n条項 x😀y\n";
        let index = LineIndex::new(text);
        let at = text.find('y').unwrap();
        assert_eq!(index.line_column(text, at), LineColumn { line: 2, column: 6 });
        assert_eq!(index.column(text, at, Units::Utf16), 6);
        assert_eq!(index.line_column(text, text.len()), LineColumn { line: 3, column: 1 });
    }

    #[test]
    fn every_place_between_characters_is_found_again_in_both_units() {
        for text in ["", "a\n契約\r\nx😀y\n", "\n\n", "終わりに改行なし", "e\u{301}\r\n\r\n"] {
            let index = LineIndex::new(text);
            for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
                // The end of a line is one place, before its `\r`.
                if c == '\n' && text[..at].ends_with('\r') {
                    continue;
                }
                for units in [Units::Utf8, Units::Utf16] {
                    let column = index.column(text, at, units);
                    assert_eq!(index.offset(text, index.line(at) as u32, column, units), at, "{text:?} {at}");
                }
            }
        }
    }

    #[test]
    fn a_place_outside_the_text_is_the_nearest_inside() {
        let text = "契約\r\nx😀y";
        let index = LineIndex::new(text);
        assert_eq!(index.offset(text, 0, 99, Units::Utf16), "契約".len());
        assert_eq!(index.offset(text, 9, 0, Units::Utf16), text.len());
        let face = text.find('😀').unwrap();
        assert_eq!(index.offset(text, 1, 2, Units::Utf16), face);
        assert_eq!(index.offset(text, 0, 1, Units::Utf8), 0);
        assert_eq!(index.column(text, face + 2, Units::Utf16), 1);
    }
}
