//! The text of one cell as a set: what separates members, which are certain, and whether there may be more.

use std::ops::Range;

use super::scalar::{
    BEFORE_NAME, Names, Problem, ValueError, bare_id, is_none_word, is_not_applicable, is_question_mark,
    is_unknown_word, literal, literal_of, parse_scalar, trimmed,
};
use crate::literals::Literals;
use crate::schema::{Schema, Type};
use crate::value::{Scalar, Value};

/// The parts of a text that each name something: the members of a set without the `?` behind one that may be in it, or
/// the whole of it.
pub fn text_pieces(schema: &Schema, ty: &Type, text: &str) -> Vec<Range<usize>> {
    let Some(element) = ty.element() else {
        let whole = trimmed(text);
        let own = id_within(ty, text.get(whole.clone()).unwrap_or(""));
        let own = whole.start..whole.start + own.len();
        return vec![own];
    };
    let bare = |piece: Range<usize>| {
        let own = text.get(piece.clone()).unwrap_or("");
        let own = own.trim_end_matches(['?', '？']).trim_end();
        piece.start..piece.start + id_within(element, own).len()
    };
    member_pieces(schema.literals(), element, text).into_iter().map(bare).collect()
}

fn id_within<'t>(ty: &Type, text: &'t str) -> &'t str {
    if matches!(ty, Type::Ref(_)) { bare_id(text) } else { text }
}

pub(crate) fn parse_set<'s>(
    names: &mut impl Names<'s>,
    element: &Type,
    body: &str,
    start: usize,
) -> Result<Value, ValueError> {
    if is_question_mark(body) {
        return Ok(Value::Unknown);
    }
    if literal(names, element, body).is_none() {
        if is_unknown_word(body) {
            return Ok(Value::Unknown);
        }
        if is_none_word(body) || (*element != Type::Text && is_not_applicable(body)) {
            return Ok(Value::None);
        }
    }
    let mut members = Members::default();
    let mut problems = Vec::new();
    for piece in pieces(names.literals(), element, body) {
        if let Err(problem) = members.add(names, element, body.get(piece.clone()).unwrap_or("")) {
            problems.push(*problem.at(start + piece.start..start + piece.end));
        }
    }
    if problems.is_empty() {
        return Ok(members.value());
    }
    // What could not be read may have been any member.
    members.open = true;
    Err(ValueError { problems, rest: members.value() })
}

/// Members of a set while they are collected.
#[derive(Debug, Default)]
pub(crate) struct Members {
    pub(crate) certain: Vec<Scalar>,
    pub(crate) possible: Vec<Scalar>,
    pub(crate) open: bool,
}

impl Members {
    /// Adds what one trimmed, non-empty text says: a member, a possible member, or that there may be
    /// more (then there is no scalar to return).
    pub(crate) fn add<'s>(
        &mut self,
        names: &mut impl Names<'s>,
        element: &Type,
        text: &str,
    ) -> Result<Option<Scalar>, Box<Problem>> {
        let known = literal(names, element, text).is_some();
        if is_question_mark(text) || (!known && is_unknown_word(text)) {
            self.open = true;
            return Ok(None);
        }
        let (text, possible) = match text.strip_suffix(['?', '？']) {
            // A sentence may end in a question mark; a name does not.
            Some(name) if !known && *element != Type::Text => (name.trim_end(), true),
            _ => (text, false),
        };
        let scalar = parse_scalar(names, element, text)?;
        if possible {
            self.possible.push(scalar)
        } else {
            self.certain.push(scalar)
        }
        Ok(Some(scalar))
    }

    pub(crate) fn value(self) -> Value {
        Value::Set { certain: self.certain, possible: self.possible, open: self.open }
    }
}

/// The ranges of the members in the text of a set.
pub(crate) fn set_pieces<'s>(names: &impl Names<'s>, element: &Type, text: &str) -> Vec<Range<usize>> {
    member_pieces(names.literals(), element, text)
}

fn member_pieces(literals: &Literals, element: &Type, text: &str) -> Vec<Range<usize>> {
    let body = trimmed(text);
    let found = pieces(literals, element, text.get(body.clone()).unwrap_or(""));
    found.into_iter().map(|p| body.start + p.start..body.start + p.end).collect()
}

/// The members of a set's text, trimmed and not empty. A comma or 、 may also be part of a literal's
/// label: where the stronger separators leave a literal, it is not cut further.
fn pieces(literals: &Literals, element: &Type, body: &str) -> Vec<Range<usize>> {
    // A name behind a reference is for the eye: what separates nothing there.
    let names = names_behind(element, body);
    let outside = |at: usize| !names.iter().any(|name| name.contains(&at));
    let strong = |at, c: char| matches!(c, ';' | '；' | '|' | '｜') && outside(at);
    let weak = |at, c: char| match c {
        '、' => outside(at),
        ',' | '，' => !matches!(element, Type::Int | Type::Decimal) && outside(at),
        _ => false,
    };
    let mut found = Vec::new();
    for piece in split(body, 0..body.len(), strong) {
        let text = body.get(piece.clone()).unwrap_or("");
        if literal_of(literals, element, text).is_some() {
            found.push(piece);
        } else {
            found.extend(split(body, piece, weak));
        }
    }
    found
}

/// Where names stand behind references, each from its opening to its closing parenthesis.
fn names_behind(element: &Type, body: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !matches!(element, Type::Ref(_)) {
        return found;
    }
    let mut from = 0;
    while let Some(start) = body.get(from..).and_then(|rest| rest.find(BEFORE_NAME)).map(|at| from + at) {
        let mut open = 0_usize;
        let mut closes = |c: char| {
            match c {
                '(' => open += 1,
                ')' => open = open.saturating_sub(1),
                _ => return false,
            }
            open == 0
        };
        let rest = body.get(start..).unwrap_or("");
        let Some((end, _)) = rest.char_indices().find(|(_, c)| closes(*c)) else { break };
        found.push(start..start + end);
        from = start + end;
    }
    found
}

fn split(text: &str, range: Range<usize>, separator: impl Fn(usize, char) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    let inner = text.get(range.clone()).unwrap_or("");
    let ends = inner.char_indices().map(|(i, c)| (range.start + i, c));
    let ends = ends.filter(|(i, c)| separator(*i, *c)).map(|(i, c)| (i, c.len_utf8()));
    for (end, width) in ends.chain([(range.end, 0)]) {
        let piece = trimmed(text.get(start..end).unwrap_or(""));
        if !piece.is_empty() {
            found.push(start + piece.start..start + piece.end);
        }
        start = end + width;
    }
    found
}
