//! What a test says twice or against itself. What tests leave out is looked at in `program`.

use std::collections::hash_map::Entry;

use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Span};
use rustc_hash::FxHashMap;

use super::view::{found, gist, is_free_of_comments};
use crate::context::Decl;

pub(super) fn item(item: Decl<'_>, out: &mut Vec<Diagnostic>) {
    if item.node.kind != Kind::Test {
        return;
    }
    let mut said: FxHashMap<String, Decl<'_>> = FxHashMap::default();
    let mut of: FxHashMap<(String, Option<String>), Decl<'_>> = FxHashMap::default();
    for expect in item.all(Kind::Expect) {
        match said.entry(gist(expect)) {
            Entry::Occupied(first) => {
                out.push(repeated(expect, *first.get()));
                continue;
            }
            Entry::Vacant(place) => place.insert(expect),
        };
        let Some(about) = about(expect) else { continue };
        match of.entry(about) {
            Entry::Occupied(first) => out.push(
                found(
                    "K1704",
                    expect.span(),
                    "この期待は、前の期待と同時には満たされません",
                    "this and an earlier expectation cannot both be met",
                )
                .note(first.get().span(), "前の期待", "the earlier one")
                .help("どちらかを直してください", "correct one of them"),
            ),
            Entry::Vacant(place) => {
                place.insert(expect);
            }
        }
    }
}

fn repeated(expect: Decl<'_>, first: Decl<'_>) -> Diagnostic {
    let problem = found("K1703", expect.span(), "同じ期待がもう一度あります", "the same is expected again")
        .note(first.span(), "最初はここ", "first here")
        .help("一つを消すか、意図した期待に直してください", "remove one, or write what was meant");
    // The whole line goes, if nothing else stands in it.
    let (start, end) = (expect.node.start, expect.node.end);
    let before = expect.text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = expect.text.get(end..).unwrap_or_default();
    let line_end = rest.find('\n');
    let is_alone = expect.text.get(line_start..start).is_some_and(|t| t.trim().is_empty())
        && line_end.and_then(|at| rest.get(..at)).is_some_and(|t| t.trim().is_empty());
    let loses_nothing = is_alone && is_free_of_comments(expect, start..end);
    match line_end.filter(|_| loses_nothing) {
        Some(length) => {
            let place = Span::new(expect.file, line_start, end + length + 1);
            problem.fixed_by("二度目を消す", "remove the second", vec![(place, String::new())])
        }
        None => problem,
    }
}

/// What an expectation is about: a rule or item, and a record. Silence is about either more or less than a verdict.
fn about(expect: Decl<'_>) -> Option<(String, Option<String>)> {
    let verdict = expect.child(Kind::ExpectVerdict)?;
    Some((verdict.word(Kind::RequirementId)?, verdict.word(Kind::RecordId)))
}
