//! Lines: where they break, how far they are indented, and the blanks between their tokens.

use super::tokens::Token;
use crate::Kind;

/// Blanks that a brace, or a line that continues, adds.
const STEP: usize = 2;

#[derive(Debug, Default)]
pub(super) struct Line<'t> {
    pub(super) tokens: Vec<Token<'t>>,
    pub(super) indent: usize,
    pub(super) blank_before: bool,
}

impl Line<'_> {
    pub(super) fn is_comment(&self) -> bool {
        self.tokens.first().is_some_and(|t| t.kind == Kind::Comment)
    }

    /// Columns of the screen before the token at `index`.
    pub(super) fn column_of(&self, index: usize) -> usize {
        let before: usize = self.tokens.iter().take(index).map(|t| t.gap + t.width()).sum();
        self.indent + before + self.tokens.get(index).map_or(0, |t| t.gap)
    }
}

/// The author's lines, except that a declaration always begins one.
pub(super) fn split(tokens: Vec<Token<'_>>) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for mut token in tokens {
        let declaration = token.element.is_some_and(|e| e.block == Kind::File);
        match lines.last_mut() {
            Some(line) if token.breaks == 0 && !declaration => {
                token.gap = line.tokens.last().map_or(0, |before| gap(before, &token));
                line.tokens.push(token);
            }
            last => {
                let opens = last.is_none_or(|line| opens_block(line));
                let blank_before = token.breaks > 1 && !opens && token.kind != Kind::Close;
                lines.push(Line { tokens: vec![token], indent: 0, blank_before });
            }
        }
    }
    lines
}

fn opens_block(line: &Line<'_>) -> bool {
    line.tokens.iter().rfind(|t| t.kind != Kind::Comment).is_some_and(|t| t.kind == Kind::Open)
}

/// Blanks between two tokens on one line.
fn gap(before: &Token<'_>, token: &Token<'_>) -> usize {
    let lists = [Kind::SetLiteral, Kind::FactSet, Kind::Joint];
    let clause = token.element.is_some_and(|e| !lists.contains(&e.block)) && before.kind != Kind::Open;
    if clause || token.kind == Kind::Comment {
        return 2;
    }
    let called =
        [Kind::Arguments, Kind::Aggregate, Kind::Relation, Kind::Rule, Kind::Definition, Kind::Table];
    let closes = [",", ":", ")", "."].iter().any(|sign| token.is_punct(sign)) || token.kind == Kind::Optional;
    let opens = before.is_punct("(") || before.is_punct(".");
    let call = token.is_punct("(") && called.contains(&token.parent);
    let negative = before.is_punct("-") && before.parent == Kind::Negative;
    usize::from(!(closes || opens || call || negative))
}

/// A block that is open: the indentation of its closing brace.
struct Block {
    indent: usize,
    line: usize,
}

/// Indents every line by its braces, a continuation line further.
pub(super) fn indent(lines: &mut [Line<'_>]) {
    let mut open: Vec<Block> = Vec::new();
    let inner = |open: &[Block]| open.last().map_or(0, |b| b.indent + STEP);
    for (number, line) in lines.iter_mut().enumerate() {
        let closes = line.tokens.iter().take_while(|t| t.kind == Kind::Close).count();
        let closed = open.len().saturating_sub(closes);
        let begins = line.tokens.first().is_some_and(|t| t.element.is_some() || t.kind == Kind::Comment);
        line.indent = match open.get(closed) {
            Some(block) => block.indent,
            None if begins => inner(&open),
            None => inner(&open) + STEP,
        };
        for token in &line.tokens {
            match token.kind {
                Kind::Open => {
                    // A set can open anywhere in an expression; every other block closes under what it belongs to.
                    let nested = open.last().is_some_and(|b| b.line == number);
                    let anywhere = token.parent == Kind::SetLiteral && !nested;
                    let indent = if anywhere { line.indent } else { inner(&open) };
                    open.push(Block { indent, line: number });
                }
                Kind::Close => drop(open.pop()),
                _ => {}
            }
        }
    }
}

/// Puts messages under the first message of their clause, and comments where the line below them is.
pub(super) fn hang(lines: &mut [Line<'_>]) {
    let mut places: Vec<(usize, usize)> = Vec::new();
    for line in lines.iter_mut() {
        let first = line.tokens.first().and_then(|t| t.first_message.filter(|first| *first != t.start));
        if let Some((_, column)) = first.and_then(|first| places.iter().rfind(|(start, _)| *start == first)) {
            line.indent = *column;
        }
        for (i, token) in line.tokens.iter().enumerate() {
            if token.first_message == Some(token.start) {
                places.push((token.start, line.column_of(i)));
            }
        }
    }
    let mut below = None;
    for line in lines.iter_mut().rev() {
        let closes = line.tokens.first().is_some_and(|t| t.kind == Kind::Close);
        match below {
            Some(indent) if line.is_comment() => line.indent = indent,
            _ => below = (!closes && !line.is_comment()).then_some(line.indent),
        }
    }
}

pub(super) fn print(lines: &[Line<'_>]) -> String {
    let mut out = String::new();
    for line in lines {
        if line.blank_before {
            out.push('\n');
        }
        out.push_str(&" ".repeat(line.indent));
        for token in &line.tokens {
            out.push_str(&" ".repeat(token.gap));
            out.push_str(token.text);
        }
        out.push('\n');
    }
    out
}
