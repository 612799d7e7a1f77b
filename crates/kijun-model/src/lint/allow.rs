//! Suppressions: a comment `//# allow NAME, NAME: reason` on the line before what it is about.

use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Span};

use super::table::{Lint, LintGroup, named, nearest_name};
use super::view::found;
use crate::context::Decl;

/// What the comments before an item ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allow {
    /// The lints that are named, with the places of their names.
    pub(super) lints: Vec<(&'static Lint, Span)>,
    /// The item after them, whole.
    covers: Span,
    /// The next one around it, by its place in the list.
    around: Option<usize>,
    /// The codes of `lints`, once each.
    codes: Vec<&'static str>,
}

/// Those that suppress a finding, with their places in the list. There may be one for every line of a long module, so only the
/// last that begins before the finding and those around it are looked at.
pub(super) fn silencing<'a>(
    all: &'a [Allow],
    diagnostic: &Diagnostic,
) -> impl Iterator<Item = (usize, &'a Allow)> {
    let (place, code) = (diagnostic.span, diagnostic.code);
    let last = all.partition_point(|a| a.covers.start <= place.start).checked_sub(1);
    let chain = std::iter::successors(last, move |i| all.get(*i)?.around);
    let covering = chain.filter_map(move |i| Some((i, all.get(i)?)));
    covering.filter(move |(_, a)| {
        a.covers.file == place.file && place.end <= a.covers.end && a.codes.contains(&code)
    })
}

/// The suppressions of a module in the order of what they cover, and what is wrong with them.
pub(super) fn allows(module: Decl<'_>, out: &mut Vec<Diagnostic>) -> Vec<Allow> {
    let mut found = Vec::new();
    // Most modules have none.
    if module.text.contains("//#") {
        collect(module, &mut found, out);
    }
    // What one covers is a node of the tree: it lies within what another covers, or apart from it.
    found.sort_by_key(|(covers, _)| (covers.start, std::cmp::Reverse(covers.end)));
    let mut all: Vec<Allow> = Vec::new();
    for (covers, lints) in found {
        let mut around = all.len().checked_sub(1);
        while let Some(outer) = around.and_then(|i| all.get(i)).filter(|a| a.covers.end < covers.end) {
            around = outer.around;
        }
        match around.and_then(|i| all.get_mut(i)).filter(|a| a.covers == covers) {
            Some(same) => same.lints.extend(lints),
            None => all.push(Allow { lints, covers, around, codes: Vec::new() }),
        }
    }
    for allow in &mut all {
        allow.codes = allow.lints.iter().map(|(lint, _)| lint.code).collect();
        allow.codes.sort_unstable();
        allow.codes.dedup();
    }
    all
}

/// What a comment covers, and the lints that it names.
type Read = (Span, Vec<(&'static Lint, Span)>);

fn collect(decl: Decl<'_>, found: &mut Vec<Read>, out: &mut Vec<Diagnostic>) {
    let mut waiting: Vec<Decl<'_>> = Vec::new();
    for child in decl.node.children.iter().map(|child| decl.at(child)) {
        if child.node.kind == Kind::Comment && child.node.text(child.text).starts_with("//#") {
            waiting.push(child);
        } else if !child.node.is_trivia() {
            found.extend(waiting.drain(..).filter_map(|comment| allow(comment, Some(child), out)));
        }
        collect(child, found, out);
    }
    found.extend(waiting.into_iter().filter_map(|comment| allow(comment, None, out)));
}

fn allow(comment: Decl<'_>, after: Option<Decl<'_>>, out: &mut Vec<Diagnostic>) -> Option<Read> {
    let text = comment.node.text(comment.text);
    let body = text.strip_prefix("//#").unwrap_or_default();
    let Some(rest) = body.trim_start().strip_prefix("allow").filter(|r| r.starts_with(char::is_whitespace))
    else {
        out.push(unreadable(comment.span()));
        return None;
    };
    let split = rest.char_indices().find(|(_, c)| matches!(c, ':' | '：'));
    let (names, reason) = match split {
        Some((at, colon)) => (rest.get(..at), rest.get(at + colon.len_utf8()..)),
        None => (Some(rest), None),
    };
    let (names, reason) = (names.unwrap_or_default(), reason.unwrap_or_default());
    if reason.trim().is_empty() {
        out.push(
            found("K0901", comment.span(), "この抑止に理由がありません", "this suppression gives no reason")
                .help(
                    "名前の後に `: 理由` を書いてください。次に読む人が、消してよいかを判断できます",
                    "write `: REASON` after the name, so that the next reader can tell whether it may go",
                ),
        );
    }
    let start = comment.span().range().start + (text.len() - rest.len());
    let mut lints = Vec::new();
    let mut at = start;
    for piece in names.split_inclusive([',', '、']) {
        let name = piece.trim_end_matches([',', '、']);
        let lead = at + name.len() - name.trim_start().len();
        let place = Span::new(comment.file, lead, lead + name.trim().len());
        at += piece.len();
        match named(name.trim()) {
            Some(lint) if lint.group != LintGroup::Suppression => lints.push((lint, place)),
            Some(_) => out.push(of_itself(name.trim(), place)),
            None if name.trim().is_empty() => out.push(unreadable(comment.span())),
            None => out.push(no_such_lint(name.trim(), place)),
        }
    }
    let covers = after.map_or(Span { start: comment.span().end, ..comment.span() }, Decl::span);
    (!lints.is_empty()).then_some((covers, lints))
}

fn unreadable(place: Span) -> Diagnostic {
    found("K0903", place, "この `//#` は読めません", "this `//#` cannot be read").help(
        "`//# allow lintの名前: 理由` と書きます。ただの注釈なら `//` にしてください",
        "write `//# allow LINT: REASON`; for a mere comment, `//`",
    )
}

fn of_itself(name: &str, place: Span) -> Diagnostic {
    let ja = format!("`{name}` は抑止できません");
    found("K0903", place, ja, format!("`{name}` cannot be suppressed")).help(
        "抑止そのものを直すか、`[lints]` で大きさを変えてください",
        "put the suppression right, or change the level in `[lints]`",
    )
}

fn no_such_lint(name: &str, place: Span) -> Diagnostic {
    let ja = format!("`{name}` という lint はありません");
    let problem = found("K0903", place, ja, format!("there is no lint `{name}`"));
    match nearest_name(name) {
        Some(similar) => problem.suggest(Some(similar)),
        None => {
            problem.help("lint の名前は `kijun lints` で見られます", "`kijun lints` lists the names of lints")
        }
    }
}

/// A suppression that suppresses nothing.
pub(super) fn unused(lint: &Lint, place: Span) -> Diagnostic {
    let name = lint.name;
    let ja = format!("ここに `{name}` は見つかりません");
    found("K0902", place, ja, format!("`{name}` finds nothing here")).help(
        "この名前を抑止から消してください。意味のあるのは、コメントのすぐ後の宣言か節についてです",
        "remove the name from the suppression; it is about the declaration or clause right after the comment",
    )
}
