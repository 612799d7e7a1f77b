//! Why a slice did not parse, in a person's words, with the likely mistakes recognised.

use kijun_text::{Label, nearest};
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};

use crate::grammar::{KijunParser, Rule};
use crate::{Kind, MAX_NESTING, Node, SyntaxError};

/// The words that begin a declaration.
pub const DECLARATIONS: [&str; 19] = [
    "instrument", "catalog", "section", "requirement", "ordered", "enum", "extend", "entity", "relation",
    "define", "param", "table", "check", "attest", "satisfy", "mapping", "risk", "profile", "test",
];

pub(crate) fn too_deep(text: &str, at: usize) -> SyntaxError {
    SyntaxError {
        code: "K0103",
        start: at,
        end: next_boundary(text, at),
        message: Label::new("入れ子が深すぎます", "the text is nested too deeply"),
        label: Label::new(format!("ここで {MAX_NESTING} 段を超えます"), format!("more than {MAX_NESTING} levels here")),
        help: Label::new("`define` で名前を付けて分けてください", "split it into named parts with `define`"),
    }
}

/// pest gave up because the stack of this thread is nearly used up.
pub(crate) fn unreadable(text: &str) -> SyntaxError {
    SyntaxError { label: Label::default(), ..too_deep(text, 0) }
}

/// The errors of every bad item and bad clause in the tree, in the order of the text.
pub(crate) fn of_tree(tree: &Node, text: &str) -> Vec<SyntaxError> {
    let mut out = Vec::new();
    visit(tree, text, &mut out);
    out.sort_by_key(|e| (e.start, e.end));
    out.dedup_by_key(|e| e.start);
    out
}

fn visit(node: &Node, text: &str, out: &mut Vec<SyntaxError>) {
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
        Kind::Given => Rule::strict_given,
        Kind::Record => Rule::strict_record,
        _ => Rule::strict_item,
    }
}

/// Parses the bad slice again, strictly, together with what stands before it in the same sentence: a
/// clause that ended early (`require a === b` reads as `require a`, then `=== b`) fails further on.
fn of_bad(parent: &Node, before: &[Node], bad: &Node, text: &str) -> SyntaxError {
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
        if !DECLARATIONS.contains(&word) && !(head.starts_with('(') && !word.is_empty()) {
            return not_a_declaration(slice, word, bad.start);
        }
    }
    let whole = text.get(start..end).unwrap_or("");
    match KijunParser::parse(strict_rule(parent.kind), whole) {
        Err(error) => of_pest(&error, whole, start, text),
        // A slice that parses alone is out of place: most often a block closed too early or too late.
        Ok(_) => SyntaxError {
            code: "K0101",
            start: bad.start,
            end: first_line_end(slice, bad.start),
            message: Label::new("ここには書けません", "this does not belong here"),
            label: Label::default(),
            help: Label::new("括弧 `{ }` の対応を確かめてください", "check that the braces `{ }` are balanced"),
        },
    }
}

fn first_word(slice: &str) -> &str {
    let end = slice.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(slice.len());
    slice.get(..end).unwrap_or("")
}

fn first_line_end(slice: &str, start: usize) -> usize {
    start + slice.find('\n').unwrap_or(slice.len())
}

fn not_a_declaration(slice: &str, word: &str, start: usize) -> SyntaxError {
    let shown = if word.is_empty() { slice.chars().take(1).collect() } else { word.to_owned() };
    let help = match nearest(&shown, DECLARATIONS) {
        Some(name) => Label::new(format!("もしかして: `{name}`"), format!("did you mean `{name}`?")),
        None if shown == "}" => Label::new("余分な `}` を消してください", "remove the surplus `}`"),
        None => Label::new(
            format!("宣言は行頭で次のどれかから始めます: {}", DECLARATIONS.join(", ")),
            format!("a declaration begins, at the start of a line, with one of: {}", DECLARATIONS.join(", ")),
        ),
    };
    SyntaxError {
        code: "K0102",
        start,
        end: start + shown.len(),
        message: Label::new(format!("`{shown}` で始まる宣言はありません"), format!("no declaration begins with `{shown}`")),
        label: Label::new("宣言ではありません", "not a declaration"),
        help,
    }
}

/// A pest error of `slice` (at byte `offset` of `text`) in words.
pub(crate) fn of_pest(error: &Error<Rule>, slice: &str, offset: usize, text: &str) -> SyntaxError {
    let at = match error.location {
        InputLocation::Pos(p) | InputLocation::Span((p, _)) => p.min(slice.len()),
    };
    let (expected_ja, expected_en) = expected(error);
    let rest = slice.get(at..).unwrap_or("").trim_start();
    let trimmed = slice.get(..at).map_or(0, |s| s.trim_end().len());
    let at_end = rest.is_empty();
    let (start, end) = if at_end {
        (offset + trimmed.saturating_sub(last_char_len(slice, trimmed)), offset + trimmed)
    } else {
        let start = offset + slice.len() - rest.len();
        (start, start + token_len(rest))
    };
    let found = text.get(start..end).unwrap_or("");
    let (message, help) = match likely_mistake(rest, found) {
        Some((message, help)) => (message, help),
        None if at_end => (
            Label::new("ここで終わっていますが、まだ続きが要ります", "this ends too early"),
            Label::default(),
        ),
        None => (Label::new(format!("`{found}` はここには書けません"), format!("unexpected `{found}`")), Label::default()),
    };
    let label = if expected_en.is_empty() {
        Label::default()
    } else {
        Label::new(format!("ここに来るのは {expected_ja}"), format!("expected {expected_en}"))
    };
    SyntaxError { code: "K0101", start, end, message, label, help }
}

fn last_char_len(slice: &str, end: usize) -> usize {
    slice.get(..end).and_then(|s| s.chars().next_back()).map_or(0, char::len_utf8)
}

fn token_len(rest: &str) -> usize {
    let word = first_word(rest);
    if !word.is_empty() {
        return word.len();
    }
    if rest.starts_with('"') {
        return rest.find('\n').unwrap_or(rest.len());
    }
    rest.chars().next().map_or(0, char::len_utf8)
}

fn next_boundary(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|s| s.chars().next()).map_or(0, char::len_utf8)
}

/// Mistakes that people from other languages (or an input method) make, each with what to write.
fn likely_mistake(rest: &str, found: &str) -> Option<(Label, Label)> {
    let write = |ja: &str, en: &str, use_: &str| {
        Some((Label::new(ja, en), Label::new(format!("`{use_}` と書きます"), format!("write `{use_}`"))))
    };
    match rest {
        r if r.starts_with("&&") => write("`&&` はありません", "there is no `&&`", "and"),
        r if r.starts_with("||") => write("`||` はありません", "there is no `||`", "or"),
        r if r.starts_with("!") && !r.starts_with("!=") => write("`!` はありません", "there is no `!`", "not"),
        r if r.starts_with("=") && !r.starts_with("==") => {
            write("比較は `=` ではありません", "`=` does not compare", "==")
        }
        r if r.starts_with(';') || r.starts_with('；') => Some((
            Label::new("`;` は要りません", "no `;` is needed"),
            Label::new("消してください", "remove it"),
        )),
        r if r.starts_with(['｛', '｝', '（', '）', '：', '，', '＝', '“', '”', '「', '」', '、', '＜', '＞', '’']) => {
            let narrow = match r.chars().next() {
                Some('“' | '”' | '「' | '」' | '’') => "\"".to_owned(),
                Some('、') => ",".to_owned(),
                _ => kijun_text::fold_width(found),
            };
            write("全角の記号です", "this is a full-width sign", &narrow)
        }
        r if r.starts_with('"') && !r.get(1..).unwrap_or("").lines().next().unwrap_or("").contains('"') => Some((
            Label::new("文字列が閉じていません", "the text is not closed"),
            Label::new("行の終わりまでに `\"` で閉じてください", "close it with `\"` before the end of the line"),
        )),
        _ if RESERVED.contains(&found) => Some((
            Label::new(format!("`{found}` は言語の語なので、ここでは使えません"), format!("`{found}` is a word of the language and cannot stand here")),
            Label::default(),
        )),
        _ => None,
    }
}

const RESERVED: [&str; 14] = [
    "and", "or", "not", "in", "any", "all", "implies", "true", "false", "none", "today", "where", "with",
    "each",
];

/// What pest expected there, in words: (Japanese, English), at most six.
fn expected(error: &Error<Rule>) -> (String, String) {
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else {
        return (String::new(), String::new());
    };
    let mut kinds: Vec<Kind> = positives
        .iter()
        .filter(|r| !matches!(r, Rule::EOI | Rule::bad_item | Rule::balanced | Rule::line_comment))
        .map(|r| Kind::of(*r))
        .filter(|k| !matches!(k, Kind::Text | Kind::BadClause | Kind::BlockWord))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut ja: Vec<&str> = kinds.iter().map(|k| k.words().0).collect();
    let mut en: Vec<&str> = kinds.iter().map(|k| k.words().1).collect();
    ja.dedup();
    en.dedup();
    let more = en.len() > 6;
    ja.truncate(6);
    en.truncate(6);
    let tail = if more { (" など", " …") } else { ("", "") };
    let last = en.pop().unwrap_or("");
    let en = if en.is_empty() { last.to_owned() } else { format!("{} or {last}", en.join(", ")) };
    (ja.join("、") + tail.0, en + tail.1)
}
