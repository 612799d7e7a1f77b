//! Conditions of one `and` or `or` beside each other.

use kijun_syntax::{Kind, unescape};
use kijun_text::{Diagnostic, Span};
use rustc_hash::FxHashSet;

use super::correctness::{MOST_COMPARED, is_complement, ops_of_same, without};
use super::view::{compared, core, found, gist, millionths};
use crate::Compiled;
use crate::context::Decl;

/// A clash of two conditions that is one only if what they compare with are different values, which only all modules together
/// can tell: a name may be a parameter, a text the label of a value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Supposed {
    diagnostic: Diagnostic,
    values: [String; 2],
    are_names: bool,
}

impl Supposed {
    /// What it says, if it is so.
    pub(super) fn holding(&self, compiled: &Compiled) -> Option<&Diagnostic> {
        let enums = &compiled.program.schema.enums;
        let [a, b] = &self.values;
        let is_value = |name: &str| {
            let is_of_enum = || enums.iter().any(|e| e.literals.iter().any(|l| l.name == name));
            let country = || kijun_facts::country::find(name);
            let is_country = || country().is_some_and(|code| code.as_slice() == name.as_bytes());
            !compiled.params.contains_key(name) && (is_of_enum() || is_country())
        };
        let holds = if self.are_names {
            is_value(a) && is_value(b)
        } else {
            !enums.iter().any(|e| e.code(a).is_some_and(|code| e.code(b) == Some(code)))
        };
        holds.then_some(&self.diagnostic)
    }
}

/// What was seen in the chains of a module.
#[derive(Default)]
pub(super) struct Chains {
    /// For each condition, the clashes that it may have, of which one is told.
    pub(super) supposed: Vec<Vec<Supposed>>,
    /// The places of chains in brackets that are a part of another chain of their kind, and looked at with that.
    nested: FxHashSet<(usize, usize)>,
}

/// A condition of a chain, brackets apart.
struct Link<'a> {
    condition: Decl<'a>,
    /// Where what stands before it in its own brackets ends, and where it ends.
    before: Option<usize>,
    end: usize,
}

impl Chains {
    /// Conditions of `and` or `or` that stand twice, exclude each other or leave nothing out. `vars` are variables in scope.
    pub(super) fn chain(&mut self, decl: Decl<'_>, vars: &[&str], out: &mut Vec<Diagnostic>) {
        let kind = decl.node.kind;
        let is_nested = self.nested.contains(&(decl.node.start, decl.node.end));
        if is_nested || decl.parts().nth(1).is_none() {
            return;
        }
        let mut links = Vec::new();
        self.links(decl, &mut links);
        links.truncate(MOST_COMPARED);
        let gists: Vec<String> = links.iter().map(|l| gist(l.condition)).collect();
        for (i, (link, own)) in links.iter().zip(&gists).enumerate() {
            let earlier = || links.iter().map(|l| l.condition).zip(&gists).take(i);
            if let Some((first, _)) = earlier().find(|(_, g)| *g == own) {
                out.push(repeated(decl, link, first));
                continue;
            }
            let excludes = |first: Decl<'_>| match kind {
                Kind::Conjunction => is_opposite(first, link.condition),
                _ => is_complement(first, link.condition),
            };
            let op = if kind == Kind::Conjunction { "==" } else { "!=" };
            let mut supposed = Vec::new();
            let mut sure = None;
            for (first, _) in earlier() {
                let clash =
                    if excludes(first) { Clash::Sure } else { differ(first, link.condition, op, vars) };
                match clash {
                    Clash::None => continue,
                    Clash::Sure => {
                        sure = Some(first);
                        break;
                    }
                    Clash::Supposed { values, are_names } => {
                        let diagnostic = decided(kind, link.condition.span(), first.span());
                        supposed.push(Supposed { diagnostic, values, are_names });
                    }
                }
            }
            match sure {
                Some(first) => out.push(decided(kind, link.condition.span(), first.span())),
                None if supposed.is_empty() => {}
                None => self.supposed.push(supposed),
            }
        }
    }

    fn links<'a>(&mut self, chain: Decl<'a>, out: &mut Vec<Link<'a>>) {
        let mut before = None;
        for part in chain.parts().filter(|p| !matches!(p.node.kind, Kind::KwAnd | Kind::KwOr)) {
            let condition = part.at(core(part.node));
            if condition.node.kind == chain.node.kind {
                self.nested.insert((condition.node.start, condition.node.end));
                self.links(condition, out);
            } else {
                out.push(Link { condition, before, end: part.node.end });
            }
            before = Some(part.node.end);
        }
    }
}

fn repeated(chain: Decl<'_>, link: &Link<'_>, first: Decl<'_>) -> Diagnostic {
    let place = link.condition.span();
    let problem = found("K1003", place, "同じ条件がもう一度あります", "the same condition stands here again")
        .note(first.span(), "最初はここ", "first here")
        .help(
            "一つを消すか、意図した条件に直してください",
            "remove one, or write the condition that was meant",
        );
    match link.before {
        Some(before) => without(problem, chain, before, link.end),
        None => problem,
    }
}

fn decided(kind: Kind, place: Span, first: Span) -> Diagnostic {
    if kind == Kind::Conjunction {
        found(
            "K1004",
            place,
            "この条件は、前の条件と同時には成り立ちません",
            "this never holds together with an earlier condition",
        )
        .note(first, "前の条件", "the earlier condition")
        .help(
            "どちらかなら `or`、集合のどれかなら `in { a, b }` を使います",
            "for one or the other write `or`, or `in { a, b }`",
        )
    } else {
        found(
            "K1005",
            place,
            "値が分かっていれば、この条件か前の条件のどちらかが成り立つので、何も絞りません",
            "where it is known, this or an earlier condition holds: nothing is left out",
        )
        .note(first, "前の条件", "the earlier condition")
        .help(
            "どれでもないなら `and`、または `not in { a, b }` を使います",
            "for none of them write `and`, or `not in { a, b }`",
        )
    }
}

/// Whether both never hold: denials, and orders that leave nothing between them.
fn is_opposite(a: Decl<'_>, b: Decl<'_>) -> bool {
    let apart = |ops| matches!(ops, ("<", ">=") | ("<=", ">") | ("<", ">") | ("<", "==") | ("==", ">"));
    is_complement(a, b) || ops_of_same(a, b).is_some_and(apart)
}

/// Whether two conditions clash.
enum Clash {
    None,
    Sure,
    Supposed { values: [String; 2], are_names: bool },
}

/// A value that is written out, as far as it can be told from another.
#[derive(PartialEq)]
enum Value {
    None,
    Truth(String),
    Number(i64),
    Text(String),
    Name(String),
}

/// Whether both compare the same with different values by this operator.
fn differ(a: Decl<'_>, b: Decl<'_>, op: &str, vars: &[&str]) -> Clash {
    let (Some((l1, op1, r1)), Some((l2, op2, r2))) = (compared(a), compared(b)) else { return Clash::None };
    if op1 != op || op2 != op || gist(l1) != gist(l2) {
        return Clash::None;
    }
    match (value(r1, vars), value(r2, vars)) {
        (Some(a), Some(b)) if a == b => Clash::None,
        (Some(Value::Name(a)), Some(Value::Name(b))) => Clash::Supposed { values: [a, b], are_names: true },
        // The ids of requirements are texts, and there is more than one way to write one.
        (Some(Value::Text(a)), Some(Value::Text(b))) if a.contains(':') && b.contains(':') => Clash::None,
        (Some(Value::Text(a)), Some(Value::Text(b))) => Clash::Supposed { values: [a, b], are_names: false },
        // A name may be the same as what is written out.
        (Some(Value::Name(_)), _) | (_, Some(Value::Name(_))) => Clash::None,
        (Some(_), Some(_)) => Clash::Sure,
        _ => Clash::None,
    }
}

/// Dates may be intervals, which overlap; durations have more than one way to be written; a variable may be anything.
fn value(decl: Decl<'_>, vars: &[&str]) -> Option<Value> {
    let value = decl.at(core(decl.node));
    match value.node.kind {
        Kind::None => Some(Value::None),
        Kind::Truth => Some(Value::Truth(value.own_text())),
        Kind::Quantity if value.child(Kind::Unit).is_none() => millionths(value).map(Value::Number),
        Kind::Negative if value.child(Kind::Quantity)?.child(Kind::Unit).is_none() => {
            millionths(value.child(Kind::Quantity)?).map(|n| Value::Number(-n))
        }
        Kind::String => Some(Value::Text(unescape(&value.own_text()))),
        Kind::CallOrName if value.child(Kind::Arguments).is_none() => {
            (!vars.contains(&value.node.text(value.text))).then(|| Value::Name(value.own_text()))
        }
        _ => None,
    }
}
