//! How lints look at a tree: through the wrappers of precedence and brackets, and by what it says without its white space.

use kijun_syntax::{Kind, Node};
use kijun_text::{Diagnostic, Label, Span};

use crate::context::Decl;

/// What stands inside brackets and levels of precedence that hold one thing only.
pub(super) fn core(mut node: &Node) -> &Node {
    loop {
        let wraps = matches!(
            node.kind,
            Kind::Expression
                | Kind::Disjunction
                | Kind::Conjunction
                | Kind::Negation
                | Kind::Comparison
                | Kind::Sum
                | Kind::Product
                | Kind::Postfix
                | Kind::GroupExpr
        );
        let mut parts = node.parts();
        match (parts.next(), parts.next()) {
            (Some(one), None) if wraps => node = one,
            _ => return node,
        }
    }
}

/// The words of an expression with one space between them: two that are the same say the same.
pub(super) fn gist(decl: Decl<'_>) -> String {
    let mut out = String::new();
    words(core(decl.node), decl.text, &mut out);
    out
}

fn words(node: &Node, text: &str, out: &mut String) {
    if node.is_trivia() {
        return;
    }
    if node.is_token() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(node.text(text));
    }
    node.children.iter().for_each(|child| words(child, text, out));
}

/// The operands of a chain of `and` (a conjunction) or `or`, through brackets; a single condition is a chain of one.
pub(super) fn operands<'a>(decl: Decl<'a>, chain: Kind) -> Vec<Decl<'a>> {
    let node = core(decl.node);
    if node.kind != chain {
        return vec![decl.at(node)];
    }
    let parts = node.parts().filter(|p| !matches!(p.kind, Kind::KwAnd | Kind::KwOr));
    parts.flat_map(|p| operands(decl.at(p), chain)).collect()
}

/// What a `not` denies.
pub(super) fn denied<'a>(decl: Decl<'a>) -> Option<Decl<'a>> {
    let node = core(decl.node);
    let is_not = node.kind == Kind::Negation && node.child(Kind::KwNot).is_some();
    is_not.then(|| node.child(Kind::Negation).map(|n| decl.at(n))).flatten()
}

/// Left, operator and right of a comparison.
pub(super) fn compared<'a>(decl: Decl<'a>) -> Option<(Decl<'a>, String, Decl<'a>)> {
    let node = core(decl.node);
    if node.kind != Kind::Comparison {
        return None;
    }
    let parts: Vec<&Node> = node.parts().collect();
    let [left, op, right] = parts.as_slice() else { return None };
    let op = op.text(decl.text).split_whitespace().collect::<Vec<_>>().join(" ");
    Some((decl.at(left), op, decl.at(right)))
}

/// Whether an expression is a single value that is written out: a number, a date, a text, true, false, none.
pub(super) fn is_literal(node: &Node) -> bool {
    let kinds = [Kind::Quantity, Kind::Negative, Kind::Date, Kind::String, Kind::Truth, Kind::None];
    kinds.contains(&core(node).kind)
}

/// The integer that an expression is, if it is one written out.
pub(super) fn integer(decl: Decl<'_>) -> Option<i64> {
    let node = core(decl.node);
    let unit = |n: &Node| n.child(Kind::Unit).is_some();
    match node.kind {
        Kind::Quantity if !unit(node) => node.text(decl.text).parse().ok(),
        Kind::Negative => {
            let quantity = node.child(Kind::Quantity).filter(|q| !unit(q))?;
            quantity.text(decl.text).parse::<i64>().ok().map(|n| -n)
        }
        _ => None,
    }
}

/// The number that an expression is, in millionths.
pub(super) fn millionths(decl: Decl<'_>) -> Option<i64> {
    if let Some(n) = integer(decl) {
        return n.checked_mul(1_000_000);
    }
    let text = core(decl.node).text(decl.text);
    let (sign, size) = text.strip_prefix('-').map_or((1, text), |size| (-1, size.trim_start()));
    let (whole, part) = size.split_once('.')?;
    let digits: String = part.chars().chain("000000".chars()).take(6).collect();
    let size = whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(digits.parse().ok()?)?;
    Some(sign * size)
}

/// Whether a name is read anywhere below a node: as a name of an expression, not as a field or a variable that is bound.
pub(super) fn reads(node: &Node, text: &str, name: &str) -> bool {
    let own = node.kind == Kind::CallOrName
        && node.child(Kind::Arguments).is_none()
        && node.child(Kind::Name).is_some_and(|n| n.text(text) == name);
    own || node.children.iter().any(|child| reads(child, text, name))
}

/// A finding of a lint; how loud it is, its table and the manifest say.
pub(super) fn found(
    code: &'static str,
    span: Span,
    ja: impl Into<String>,
    en: impl Into<String>,
) -> Diagnostic {
    Diagnostic::warning(code, span, Label::new(ja, en))
}

/// Whether nothing is lost when the text of a range is replaced: there is no comment in it.
pub(super) fn is_free_of_comments(decl: Decl<'_>, range: std::ops::Range<usize>) -> bool {
    fn has_comment(node: &Node, range: &std::ops::Range<usize>) -> bool {
        if node.end <= range.start || range.end <= node.start {
            return false;
        }
        // Only those that reach into the range: there may be thousands beside each other, each asked about.
        let first = node.children.partition_point(|c| c.end <= range.start);
        let mut within = node.children.iter().skip(first).take_while(|c| c.start < range.end);
        node.kind == Kind::Comment || within.any(|c| has_comment(c, range))
    }
    !has_comment(decl.node, &range)
}

/// The name that a declaration gives, else its id, else its keyword: where it is told what is odd about it.
pub(super) fn head(decl: Decl<'_>) -> Span {
    let named = decl.child(Kind::Name).or_else(|| decl.child(Kind::RequirementId));
    let named = named.or_else(|| decl.child(Kind::String)).or_else(|| decl.parts().next());
    named.map_or(decl.span(), Decl::span)
}

/// A text in quotes, without them, and the place of what is between them.
pub(super) fn quoted<'a>(string: Decl<'a>) -> (&'a str, Span) {
    let span = string.span();
    let raw = string.node.text(string.text);
    let inner = raw.strip_prefix('"').and_then(|r| r.strip_suffix('"')).unwrap_or(raw);
    (inner, Span::new(string.file, span.range().start + 1, span.range().start + 1 + inner.len()))
}
