//! pest pairs to a lossless tree, and the errors of the slices that did not parse.

use std::borrow::Cow;

use pest::Parser;
use pest::iterators::Pair;

use crate::errors::{self, DECLARATIONS};
use crate::grammar::{KijunParser, Rule};
use crate::{Kind, Node};

/// How deep brackets, `not`s and quantifiers may nest. Deeper text is an error, never a crash.
pub const MAX_NESTING: usize = 64;

/// So many blocks of a declaration may lack their end and still be read as the blocks that they begin.
const UNCLOSED: usize = 4;

/// What came of parsing: always a tree, and every error found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parse {
    pub tree: Node,
    pub errors: Vec<SyntaxError>,
}

/// A syntax error; offsets are bytes of the parsed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub code: &'static str,
    pub start: usize,
    pub end: usize,
    pub message: kijun_text::Label,
    pub label: kijun_text::Label,
    pub help: kijun_text::Label,
}

/// Parses a whole file. Never fails.
pub fn parse(text: &str) -> Parse {
    let unclosed = match brackets(text) {
        Ok(unclosed) => unclosed,
        Err(at) => return Parse { tree: flat(text), errors: vec![errors::too_deep(text, at)] },
    };
    let read = readable(text, &unclosed);
    match KijunParser::parse(Rule::file, &read) {
        Ok(mut pairs) => {
            let mut tree = pairs.next().map_or_else(|| flat(text), |pair| build(pair, text));
            tree.start = 0;
            tree.end = text.len();
            let errors = errors::of_tree(&tree, text, &read);
            Parse { tree, errors }
        }
        // `file` accepts every text, so this is the stack of a small thread coming to its end.
        Err(_) => Parse { tree: flat(text), errors: vec![errors::unreadable(text)] },
    }
}

/// Parses one expression, as it stands in the `{…}` of a message.
#[expect(clippy::result_large_err, reason = "an error ends the reading of a message; it is not passed along")]
pub fn parse_expression(text: &str) -> Result<Node, SyntaxError> {
    if let Err(at) = brackets(text) {
        return Err(errors::too_deep(text, at));
    }
    match KijunParser::parse(Rule::only_expression, text) {
        Ok(mut pairs) => Ok(pairs.next().map_or_else(|| flat(text), |pair| build(pair, text))),
        Err(error) => Err(errors::of_pest(&error, text, 0, text)),
    }
}

/// The words, signs, texts in quotes, comments and white space of any text, for places where there is no tree worth asking.
pub fn lex(text: &str) -> Vec<Node> {
    let mut out = Vec::new();
    lex_gap(text, 0, text.len(), &mut out);
    out
}

fn flat(text: &str) -> Node {
    let token = Node { kind: Kind::Text, start: 0, end: text.len(), children: Vec::new() };
    Node { kind: Kind::File, start: 0, end: text.len(), children: vec![token] }
}

/// What the grammar reads: the text, with a sign that stands nowhere in place of the braces at `unclosed`. Every block that is not
/// closed is tried to the end of its declaration and then again as what surrounds it, so that a few hundred would take hours.
fn readable<'t>(text: &'t str, unclosed: &[usize]) -> Cow<'t, str> {
    if unclosed.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut read = String::with_capacity(text.len());
    for at in unclosed {
        read.push_str(text.get(read.len()..*at).unwrap_or(""));
        read.push('\u{1}');
    }
    read.push_str(text.get(read.len()..).unwrap_or(""));
    Cow::Owned(read)
}

/// The braces that nothing closes, but for the first [`UNCLOSED`] of each declaration.
///
/// # Errors
/// The byte offset at which nesting passes [`MAX_NESTING`]. Counts brackets, and `not`s and quantifiers since the last place
/// where an expression must have ended.
fn brackets(text: &str) -> Result<Vec<usize>, usize> {
    let mut open = Vec::new();
    let mut unclosed = Vec::new();
    let mut brackets = 0_usize;
    let mut prefixes = 0_usize;
    let mut before = Role::Sign;
    let mut declaration = false;
    let mut line_start = true;
    let mut lexer = Lexer { text, at: 0 };
    while let Some(token) = lexer.next_token() {
        let word = token.text(text);
        if token.is_trivia() {
            line_start = word.ends_with('\n');
            continue;
        }
        let role = Role::of(word);
        let operand_follows = before == Role::Operand && matches!(role, Role::Operand | Role::Clause);
        // No expression holds two operands side by side, nor does any reach past a declaration.
        if operand_follows || role == Role::Clause {
            prefixes = 0;
        }
        if operand_follows && declaration {
            brackets = 0;
        }
        declaration = line_start && DECLARATIONS.contains(&word);
        if declaration {
            unclosed.extend(open.drain(..).skip(UNCLOSED));
        }
        if word == "{" {
            open.push(token.start);
        } else if word == "}" {
            open.pop();
        }
        match word {
            "(" | "{" => brackets += 1,
            ")" | "}" => brackets = brackets.saturating_sub(1),
            _ if role == Role::Prefix => prefixes += 1,
            _ => {}
        }
        if brackets > MAX_NESTING || prefixes > 2 * MAX_NESTING {
            return Err(token.start);
        }
        line_start = false;
        before = if matches!(word, ")" | "}") { Role::Operand } else { role };
    }
    unclosed.extend(open.into_iter().skip(UNCLOSED));
    Ok(unclosed)
}

/// What a token can be in an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Operand,
    Prefix,
    Infix,
    Clause,
    Sign,
}

impl Role {
    fn of(word: &str) -> Role {
        match word {
            "not" | "any" | "all" | "implies" => Role::Prefix,
            "and" | "or" | "in" | "with" => Role::Infix,
            "where" | "require" | "each" => Role::Clause,
            "year" | "years" | "month" | "months" | "week" | "weeks" | "day" | "days" => Role::Infix,
            _ if word.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"') => Role::Operand,
            _ => Role::Sign,
        }
    }
}

/// Tokens that pest names no rule for: the text between named pairs.
struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn next_token(&mut self) -> Option<Node> {
        let rest = self.text.get(self.at..)?;
        let first = rest.chars().next()?;
        let is_space = |c: char| c.is_whitespace() || c == '\u{FEFF}';
        let run = |test: &dyn Fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
        let (kind, len) = if is_space(first) {
            (Kind::Space, run(&is_space))
        } else if rest.starts_with("//") {
            (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
        } else if first == '"' {
            (Kind::Text, string_len(rest))
        } else if first.is_alphanumeric() || first == '_' {
            (Kind::Text, run(&|c| c.is_alphanumeric() || c == '_'))
        } else if ["->", "==", "!=", "<=", ">="].iter().any(|op| rest.starts_with(op)) {
            (Kind::Punct, 2)
        } else {
            (Kind::Punct, first.len_utf8())
        };
        let start = self.at;
        self.at += len.max(1);
        Some(Node { kind, start, end: self.at, children: Vec::new() })
    }
}

fn string_len(rest: &str) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return i,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return i + 1,
            _ => {}
        }
    }
    rest.len()
}

fn lex_gap(text: &str, start: usize, end: usize, out: &mut Vec<Node>) {
    let Some(gap) = text.get(..end) else { return };
    let mut lexer = Lexer { text: gap, at: start };
    while let Some(token) = lexer.next_token() {
        out.push(token);
    }
}

/// A node of the tree from a pair of pest. White space and comments at a pair's end (pest reads past
/// them when it looks for an optional part) move out to the parent.
fn build(pair: Pair<'_, Rule>, text: &str) -> Node {
    let kind = Kind::of(pair.as_rule());
    let span = pair.as_span();
    let (start, end) = (span.start(), span.end());
    let mut children = Vec::new();
    let mut at = start;
    for inner in pair.into_inner() {
        if inner.as_rule() == Rule::EOI {
            continue;
        }
        let node = build(inner, text);
        lex_gap(text, at, node.start, &mut children);
        at = node.end;
        children.push(node);
    }
    let mut node = Node { kind, start, end, children };
    if node.children.is_empty() && !matches!(kind, Kind::Arguments | Kind::File) {
        return node;
    }
    lex_gap(text, at, end, &mut node.children);
    if kind != Kind::File {
        while node.children.last().is_some_and(Node::is_trivia) {
            node.children.pop();
        }
        node.end = node.children.last().map_or(end, |n| n.end);
    }
    node
}
