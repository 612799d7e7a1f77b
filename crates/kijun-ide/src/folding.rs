//! What can be folded away: declarations, blocks in them, and runs of comments.

use kijun_syntax::{Kind, Node};
use kijun_text::FileId;

use crate::snapshot::Snapshot;

/// Lines from 0, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    pub start: u32,
    pub end: u32,
    pub is_comment: bool,
}

pub fn folds(snapshot: &Snapshot, file: FileId) -> Vec<Fold> {
    let Some(doc) = snapshot.doc(file).filter(|d| d.is_module()) else { return Vec::new() };
    let lines = doc.lines();
    let line = |offset: usize| lines.line(offset) as u32;
    let mut out = Vec::new();
    doc.parse().tree.walk(&mut |node: &Node| {
        let open = node.children.iter().find(|n| n.kind == Kind::Open);
        let close = node.children.iter().rev().find(|n| n.kind == Kind::Close);
        if let (Some(open), Some(close)) = (open, close) {
            out.push(Fold {
                start: line(open.start),
                end: line(close.start).saturating_sub(1),
                is_comment: false,
            });
        }
    });
    let mut run: Option<Fold> = None;
    for comment in doc.parse().tree.tokens().iter().filter(|n| n.kind == Kind::Comment) {
        let at = line(comment.start);
        match &mut run {
            Some(fold) if fold.end + 1 == at => fold.end = at,
            _ => {
                out.extend(run.take());
                run = Some(Fold { start: at, end: at, is_comment: true });
            }
        }
    }
    out.extend(run);
    out.retain(|f| f.end > f.start);
    out.sort_by_key(|f| (f.start, f.end));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fixture;

    #[test]
    fn blocks_and_comments_of_more_than_one_line_fold() {
        let text = "// 一\n// 二\nenum a {\n  b\n  c\n}\nenum d { e }\ntest \"t\" {\n  given {\n    a b { }\n  }\n}\n$0";
        let (snapshot, place) = fixture(text);
        let found: Vec<(u32, u32, bool)> =
            folds(&snapshot, place.file).iter().map(|f| (f.start, f.end, f.is_comment)).collect();
        assert_eq!(found, [(0, 1, true), (2, 4, false), (7, 10, false), (8, 9, false)]);
    }
}
