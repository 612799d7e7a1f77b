//! Why a slice did not parse, in a person's words, with the likely mistakes recognised.

mod mistakes;

use kijun_text::{Label, nearest};
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};

use self::mistakes::Place;
use crate::grammar::{KijunParser, Rule};
use crate::kind::sign;
use crate::{Kind, MAX_NESTING, Node, SyntaxError};

/// The words that begin a declaration.
pub const DECLARATIONS: [&str; 20] = [
    "instrument",
    "catalog",
    "section",
    "requirement",
    "ordered",
    "enum",
    "extend",
    "entity",
    "relation",
    "define",
    "param",
    "table",
    "check",
    "attest",
    "satisfy",
    "mapping",
    "risk",
    "profile",
    "test",
    "property",
];

pub(crate) fn too_deep(text: &str, at: usize) -> SyntaxError {
    SyntaxError {
        code: "K0103",
        start: at,
        end: next_boundary(text, at),
        message: Label::new("入れ子が深すぎます", "the text is nested too deeply"),
        label: Label::new(
            format!("ここで {MAX_NESTING} 段を超えます"),
            format!("more than {MAX_NESTING} levels here"),
        ),
        help: Label::new("`define` で名前を付けて分けてください", "split it into named parts with `define`"),
    }
}

/// pest gave up because the stack of this thread is nearly used up.
pub(crate) fn unreadable(text: &str) -> SyntaxError {
    SyntaxError { label: Label::default(), ..too_deep(text, 0) }
}

/// The errors of every bad item and bad clause in the tree, in the order of the text. `read` is the text as the grammar reads it,
/// byte for byte.
pub(crate) fn of_tree(tree: &Node, text: &str, read: &str) -> Vec<SyntaxError> {
    let mut out = Vec::new();
    visit(tree, (text, read), &mut out);
    out.sort_by_key(|e| (e.start, e.end));
    out.dedup_by_key(|e| e.start);
    out
}

fn visit(node: &Node, text: (&str, &str), out: &mut Vec<SyntaxError>) {
    for (i, child) in node.children.iter().enumerate() {
        match child.kind {
            Kind::BadItem | Kind::BadClause => {
                let before = node.children.get(..i).unwrap_or_default();
                out.push(of_bad(node, before, child, text));
            }
            _ => visit(child, text, out),
        }
    }
}

fn strict_rule(block: Kind) -> Rule {
    match block {
        Kind::Instrument => Rule::strict_instrument,
        Kind::Catalog => Rule::strict_catalog,
        Kind::Section => Rule::strict_section,
        Kind::Requirement => Rule::strict_requirement,
        Kind::Risk => Rule::strict_risk,
        Kind::Enumeration => Rule::strict_enum,
        Kind::Entity | Kind::Extension => Rule::strict_entity,
        Kind::Table => Rule::strict_table,
        Kind::Check => Rule::strict_check,
        Kind::Attest => Rule::strict_attest,
        Kind::Satisfy => Rule::strict_satisfy,
        Kind::Mapping => Rule::strict_mapping,
        Kind::Profile => Rule::strict_profile,
        Kind::Test => Rule::strict_test,
        Kind::Property => Rule::strict_property,
        Kind::Given => Rule::strict_given,
        Kind::Record => Rule::strict_record,
        _ => Rule::strict_item,
    }
}

/// Parses the bad slice again, strictly, together with what stands before it in the same sentence: a
/// clause that ended early (`require a === b` reads as `require a`, then `=== b`) fails further on.
fn of_bad(parent: &Node, before: &[Node], bad: &Node, (text, read): (&str, &str)) -> SyntaxError {
    let slice = bad.text(text).trim_end();
    let end = bad.start + slice.len();
    let previous = before.iter().rev().find(|n| !n.is_trivia());
    let continues = |p: &Node| {
        let gap = text.get(p.end..bad.start).unwrap_or("");
        let operator = ["and ", "or ", "implies ", "==", "!=", "<", ">", "+", "*", ".", ":", ")"];
        !gap.contains('\n') || operator.iter().any(|o| slice.starts_with(o))
    };
    let start = match previous {
        Some(p) if !p.is_token() && continues(p) => p.start,
        _ => bad.start,
    };
    if bad.kind == Kind::BadItem && start == bad.start {
        let word = first_word(slice);
        let head = slice.get(word.len()..).unwrap_or("").trim_start();
        let is_rule = head.starts_with('(') && !word.is_empty();
        if !is_rule && !DECLARATIONS.contains(&word) {
            return not_a_declaration(slice, word, bad.start);
        }
    }
    let whole = text.get(start..end).unwrap_or("");
    let Err(error) = KijunParser::parse(strict_rule(parent.kind), read.get(start..end).unwrap_or("")) else {
        return out_of_place(slice, bad.start);
    };
    let found = of_pest(&error, whole, start, text);
    let word = first_word(slice);
    if bad.kind == Kind::BadClause && found.start == bad.start && !word.is_empty() && found.help.en.is_empty()
    {
        return not_a_clause(found, word, &keywords(&positives(&error)));
    }
    found
}

/// A slice that parses alone is out of place: most often a block closed too early or too late.
fn out_of_place(slice: &str, start: usize) -> SyntaxError {
    SyntaxError {
        code: "K0101",
        start,
        end: start + slice.find('\n').unwrap_or(slice.len()),
        message: Label::new("ここには書けません", "this does not belong here"),
        label: Label::default(),
        help: Label::new("括弧 `{ }` の対応を確かめてください", "check that the braces `{ }` are balanced"),
    }
}

fn first_word(slice: &str) -> &str {
    let end = slice.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(slice.len());
    slice.get(..end).unwrap_or("")
}

fn did_you_mean(word: &str) -> Label {
    Label::new(format!("もしかして: `{word}`"), format!("did you mean `{word}`?"))
}

fn not_a_declaration(slice: &str, word: &str, start: usize) -> SyntaxError {
    let shown = if word.is_empty() { slice.chars().take(1).collect() } else { word.to_owned() };
    let every: Vec<Rule> = Rule::all_rules().to_vec();
    let is_clause = keywords(&every).contains(&word);
    let help = match nearest(&shown, DECLARATIONS) {
        _ if is_clause => Label::new(
            format!(
                "`{word}` はブロックの中に書きます。ブロックを早く閉じていないか、`}}` を確かめてください"
            ),
            format!("`{word}` belongs inside a block: check that no `}}` closes the block too early"),
        ),
        Some(name) => did_you_mean(name),
        None if shown == "}" => Label::new("余分な `}` を消してください", "remove the surplus `}`"),
        None if shown == "#" || slice.starts_with("/*") => {
            Label::new("コメントは行ごとに `//` で始めます", "begin every line of a comment with `//`")
        }
        None => Label::new(
            format!("宣言は行頭で次のどれかから始めます: {}", DECLARATIONS.join(", ")),
            format!("a declaration begins, at the start of a line, with one of: {}", DECLARATIONS.join(", ")),
        ),
    };
    SyntaxError {
        code: "K0102",
        start,
        end: start + shown.len(),
        message: Label::new(
            format!("`{shown}` で始まる宣言はありません"),
            format!("no declaration begins with `{shown}`"),
        ),
        label: Label::new("宣言ではありません", "not a declaration"),
        help,
    }
}

fn not_a_clause(found: SyntaxError, word: &str, clauses: &[&str]) -> SyntaxError {
    let help = match nearest(word, clauses.iter().copied()) {
        _ if clauses.is_empty() => return found,
        Some(name) if name != word => did_you_mean(name),
        _ => Label::new(
            format!("ここに書けるのは: {}", clauses.join(", ")),
            format!("what can stand here: {}", clauses.join(", ")),
        ),
    };
    SyntaxError {
        message: Label::new(
            format!("このブロックに `{word}` で始まる句はありません"),
            format!("no clause of this block begins with `{word}`"),
        ),
        end: found.start + word.len(),
        help,
        ..found
    }
}

/// A pest error of `slice` (at byte `offset` of `text`) in words.
pub(crate) fn of_pest(error: &Error<Rule>, slice: &str, offset: usize, text: &str) -> SyntaxError {
    let at = match error.location {
        InputLocation::Pos(p) | InputLocation::Span((p, _)) => p.min(slice.len()),
    };
    let positives = positives(error);
    let place = Place::new(slice, at, &positives);
    let (expected_ja, expected_en) = expected(&positives);
    let (message, help) = match place.mistake() {
        Some(mistake) => mistake,
        None if place.rest.is_empty() => (
            Label::new("ここで終わっていますが、まだ続きが要ります", "this ends too early"),
            Label::default(),
        ),
        None => {
            let found = place.found;
            (
                Label::new(format!("`{found}` はここには書けません"), format!("unexpected `{found}`")),
                Label::default(),
            )
        }
    };
    let label = match place.label() {
        Some(label) => label,
        None if expected_en.is_empty() => Label::default(),
        None => Label::new(format!("ここに来るのは {expected_ja}"), format!("expected {expected_en}")),
    };
    let start = (offset + place.start).min(text.len());
    SyntaxError { code: "K0101", start, end: start + place.found.len(), message, label, help }
}

fn next_boundary(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|s| s.chars().next()).map_or(0, char::len_utf8)
}

/// What pest expected at the place of the error. Left out is what it tried although nobody would mean
/// it there: a rule whose name is a keyword (`entity (`), a pair whose source is `strength`.
fn positives(error: &Error<Rule>) -> Vec<Rule> {
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else { return Vec::new() };
    let meant = |r: &&Rule| match r {
        Rule::sign_open => positives.len() == 1,
        Rule::relationship => !positives.contains(&Rule::number),
        _ => true,
    };
    positives.iter().filter(meant).copied().collect()
}

/// The keywords among rules, as they are written.
fn keywords(rules: &[Rule]) -> Vec<&'static str> {
    let keyword = |r: &Rule| {
        let named = format!("{r:?}").starts_with("kw_");
        named.then(|| Kind::of(*r).words().1.trim_matches('`').split(' ').next()).flatten()
    };
    rules.iter().filter_map(keyword).collect()
}

/// What pest expected there, in words: (Japanese, English), at most six.
fn expected(positives: &[Rule]) -> (String, String) {
    let mut words: Vec<(&str, &str)> = positives.iter().filter_map(|r| sign(*r)).map(|s| (s, s)).collect();
    let mut kinds: Vec<Kind> = positives
        .iter()
        .filter(|r| !matches!(r, Rule::EOI | Rule::bad_item | Rule::balanced | Rule::line_comment))
        .map(|r| Kind::of(*r))
        .filter(|k| !matches!(k, Kind::Text | Kind::Punct | Kind::BadClause | Kind::BlockWord))
        .collect();
    kinds.sort_unstable();
    words.extend(kinds.into_iter().map(Kind::words));
    words.dedup();
    let more = words.len() > 6;
    words.truncate(6);
    let tail = if more { (" など", " …") } else { ("", "") };
    let ja: Vec<&str> = words.iter().map(|w| w.0).collect();
    let mut en: Vec<&str> = words.iter().map(|w| w.1).collect();
    let last = en.pop().unwrap_or("");
    let en = if en.is_empty() { last.to_owned() } else { format!("{} or {last}", en.join(", ")) };
    (ja.join("、") + tail.0, en + tail.1)
}
