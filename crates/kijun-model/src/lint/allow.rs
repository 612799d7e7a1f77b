//! Suppressions: a comment `//# allow NAME, NAME: reason` on the line before what it is about.

use kijun_syntax::{Kind, Node};
use kijun_text::{Diagnostic, Span};

use super::table::{Lint, LintGroup, named, nearest_name};
use super::view::found;
use crate::context::Decl;

/// What a comment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allow {
    /// The lints that it names, with the places of their names.
    pub(super) lints: Vec<(&'static Lint, Span)>,
    /// The item after it, whole.
    pub(super) covers: Span,
}

impl Allow {
    /// Whether it suppresses a finding.
    pub(super) fn silences(&self, diagnostic: &Diagnostic) -> bool {
        let (own, place) = (self.covers, diagnostic.span);
        let within = own.file == place.file && own.start <= place.start && place.end <= own.end;
        within && self.lints.iter().any(|(lint, _)| lint.code == diagnostic.code)
    }
}

/// The suppressions of a module, and what is wrong with them.
pub(super) fn allows(module: Decl<'_>, out: &mut Vec<Diagnostic>) -> Vec<Allow> {
    let mut found = Vec::new();
    // Most modules have none.
    if module.text.contains("//#") {
        collect(module, &mut found, out);
    }
    found
}

fn collect(decl: Decl<'_>, found: &mut Vec<Allow>, out: &mut Vec<Diagnostic>) {
    for (i, child) in decl.node.children.iter().enumerate() {
        if child.kind == Kind::Comment && child.text(decl.text).starts_with("//#") {
            let rest = decl.node.children.get(i + 1..).unwrap_or_default();
            found.extend(allow(decl.at(child), rest, out));
        }
        collect(decl.at(child), found, out);
    }
}

fn allow(comment: Decl<'_>, after: &[Node], out: &mut Vec<Diagnostic>) -> Option<Allow> {
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
    let covers = after.iter().find(|n| !n.is_trivia()).map(|n| comment.span_of(n));
    let covers = covers.unwrap_or(Span { start: comment.span().end, ..comment.span() });
    (!lints.is_empty()).then_some(Allow { lints, covers })
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
