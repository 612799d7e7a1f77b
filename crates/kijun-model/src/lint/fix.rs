//! Fixes, put into a text.

use std::collections::BTreeMap;
use std::ops::Range;

use kijun_text::{Diagnostic, FileId};

/// The text of a file with the fixes of these diagnostics, and how many of them were made: of two that touch the same place,
/// the first. A fix that also changes another file is left alone.
pub fn apply<'d>(
    file: FileId,
    text: &str,
    found: impl IntoIterator<Item = &'d Diagnostic>,
) -> (String, usize) {
    // By where they begin and end; those of different fixes do not touch.
    let mut edits: BTreeMap<(usize, usize), &str> = BTreeMap::new();
    let mut made = 0;
    for fix in found.into_iter().filter_map(|d| d.fix.as_ref()) {
        let own: Vec<_> = fix.edits.iter().map(|(span, new)| (span.range(), new.as_str())).collect();
        let is_free = |(range, _): &(Range<usize>, &str)| {
            let before = edits.range(..=(range.end, usize::MAX)).next_back();
            text.get(range.clone()).is_some() && before.is_none_or(|((_, end), _)| *end < range.start)
        };
        if fix.edits.iter().all(|(span, _)| span.file == file) && own.iter().all(is_free) {
            edits.extend(own.into_iter().map(|(range, new)| ((range.start, range.end), new)));
            made += 1;
        }
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for ((start, end), new) in edits {
        out.push_str(text.get(done..start).unwrap_or(""));
        out.push_str(new);
        done = end;
    }
    out.push_str(text.get(done..).unwrap_or(""));
    (out, made)
}
