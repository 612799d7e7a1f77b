/// A place as a person counts: both from 1. `column` counts characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    pub line: u32,
    pub column: u32,
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
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let column = text.get(start..end).map_or(0, |s| s.chars().count());
        LineColumn { line: line as u32 + 1, column: column as u32 + 1 }
    }

    /// Column in UTF-16 code units, from 0: what editors count in.
    pub fn utf16_column(&self, text: &str, offset: usize) -> u32 {
        let start = self.start(self.line(offset));
        text.get(start..offset.min(text.len())).map_or(0, |s| s.encode_utf16().count() as u32)
    }
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
        assert_eq!(index.utf16_column(text, at), 6);
        assert_eq!(index.line_column(text, text.len()), LineColumn { line: 3, column: 1 });
    }
}
