//! Fixes, put into a text.

use kijun_text::{Diagnostic, FileId};

/// The text of a file with the fixes of these diagnostics, and how many of them were made: of two that touch the same place,
/// the first. A fix that also changes another file is left alone.
pub fn apply<'d>(
    file: FileId,
    text: &str,
    found: impl IntoIterator<Item = &'d Diagnostic>,
) -> (String, usize) {
    let mut edits: Vec<(std::ops::Range<usize>, &str)> = Vec::new();
    let mut made = 0;
    for fix in found.into_iter().filter_map(|d| d.fix.as_ref()) {
        let own: Vec<_> = fix.edits.iter().map(|(span, new)| (span.range(), new.as_str())).collect();
        let is_free = |(range, _): &(std::ops::Range<usize>, &str)| {
            let is_text = text.get(range.clone()).is_some();
            is_text && edits.iter().all(|(known, _)| known.end < range.start || range.end < known.start)
        };
        if fix.edits.iter().all(|(span, _)| span.file == file) && own.iter().all(is_free) {
            edits.extend(own);
            made += 1;
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = text.to_owned();
    for (range, new) in edits.into_iter().rev() {
        out.replace_range(range, new);
    }
    (out, made)
}
