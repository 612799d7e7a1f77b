//! What costs more than it needs to, in registers of a region's hospitals.

use std::collections::BTreeSet;

use kijun_syntax::{Kind, Node};
use kijun_text::Diagnostic;

use super::correctness::mirrored;
use super::module::is_extent;
use super::view::{compared, core, found, integer, operands, reads};
use crate::context::Decl;

/// How many quantifiers may stand in each other.
const DEPTH: usize = 3;

pub(super) fn item(item: Decl<'_>, out: &mut Vec<Diagnostic>) {
    nested(item, &mut Vec::new(), out);
    if item.node.kind == Kind::Rule {
        cross_join(item, out);
    }
}

/// A count that is compared with nothing but whether there is one.
pub(super) fn comparison(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let Some((left, op, right)) = compared(decl) else { return };
    for (aggregate, op, value) in [(left, op.as_str(), right), (right, mirrored(&op), left)] {
        let is_count =
            core(aggregate.node).child(Kind::AggregateWord).is_some_and(|w| w.text(decl.text) == "count");
        let instead = match (op, integer(value)) {
            (">" | "!=", Some(0)) | (">=", Some(1)) => "any x in …",
            ("==" | "<=", Some(0)) | ("<", Some(1)) => "not any x in …",
            _ => continue,
        };
        if is_count {
            out.push(
                found(
                    "K1601",
                    decl.span(),
                    "一件でもあるかどうかだけを調べています",
                    "this only asks whether there is one",
                )
                .help(
                    format!("`{instead}` と書いてください。最初の一件で決まり、読みやすくもなります"),
                    format!("write `{instead}`: the first one decides, and it reads better"),
                ),
            );
        }
    }
}

/// A quantifier around the place at hand: its variable, and whether it ranges over a whole kind.
type Outer<'a> = (&'a str, bool);

fn nested<'a>(decl: Decl<'a>, outer: &mut Vec<Outer<'a>>, out: &mut Vec<Diagnostic>) {
    let depth = outer.len();
    if matches!(decl.node.kind, Kind::Quantifier | Kind::Aggregate)
        && let Some(var) = decl.child(Kind::Name)
        && let Some(set) = decl.child(Kind::Postfix)
    {
        let names: Vec<&str> = outer.iter().map(|(name, _)| *name).collect();
        let is_whole = is_extent(set, &names);
        if depth == DEPTH {
            out.push(
                found(
                    "K1603",
                    var.span(),
                    format!("`any`・`all` が {} 重です", DEPTH + 1),
                    format!("{} quantifiers stand in each other", DEPTH + 1),
                )
                .help(
                    "内側を `define` か `relation` にして名前を付けてください",
                    "name what is inside with a `define` or a `relation`",
                ),
            );
        }
        let around = outer.iter().rev().find(|(_, whole)| *whole);
        if let (true, Some((name, _))) = (is_whole, around)
            && is_untied(decl, var.node.text(var.text), name)
        {
            out.push(
                found(
                    "K1602",
                    var.span(),
                    format!("`{name}` とのすべての組を試します"),
                    format!("this tries every pair with `{name}`"),
                )
                .help(
                    "二つを結ぶ等式 (`==`) か `in` を条件に加えられないか、関係にできないか考えてください",
                    "tie the two by an equality (`==`) or `in`, or make a relation of it",
                ),
            );
        }
        outer.push((var.node.text(var.text), is_whole));
    }
    decl.node.children.iter().for_each(|child| nested(decl.at(child), outer, out));
    outer.truncate(depth);
}

/// Whether a condition looks at both variables, and none of its equalities ties them.
fn is_untied(quantifier: Decl<'_>, inner: &str, outer: &str) -> bool {
    let conditions =
        quantifier.parts().filter(|p| matches!(p.node.kind, Kind::Disjunction | Kind::Expression));
    let parts: Vec<Decl<'_>> = conditions.flat_map(|c| operands(c, Kind::Conjunction)).collect();
    let both = |d: &&Decl<'_>| reads(d.node, d.text, inner) && reads(d.node, d.text, outer);
    let ties = |d: &Decl<'_>| {
        let by_value = compared(*d).is_some_and(|(_, op, _)| matches!(op.as_str(), "==" | "in"));
        let by_relation = core(d.node).child(Kind::Arguments).is_some();
        by_value || by_relation
    };
    let pairs: Vec<&Decl<'_>> = parts.iter().filter(both).collect();
    !pairs.is_empty() && !pairs.into_iter().any(ties)
}

/// A rule whose variables fall apart into groups that no condition ties.
fn cross_join(rule: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let Some(body) = rule.child(Kind::Expression) else { return };
    let heads: Vec<Decl<'_>> = rule.all(Kind::Name).skip(1).collect();
    let Some(first) = heads.first() else { return };
    let parts = operands(body, Kind::Conjunction);
    let mut vars: BTreeSet<&str> = heads.iter().map(|h| h.node.text(h.text)).collect();
    for part in &parts {
        vars.extend(binds(*part));
    }
    let conditions: Vec<BTreeSet<&str>> = parts.iter().map(|c| read(c.node, c.text, &vars)).collect();
    let mut reached: BTreeSet<&str> = [first.node.text(first.text)].into();
    loop {
        let tied = conditions.iter().filter(|c| !c.is_disjoint(&reached));
        let more: BTreeSet<&str> = tied.flatten().copied().filter(|n| !reached.contains(n)).collect();
        if more.is_empty() {
            break;
        }
        reached.extend(more);
    }
    if let Some(apart) = heads.iter().find(|h| !reached.contains(h.node.text(h.text))) {
        let (a, b) = (first.node.text(first.text), apart.node.text(apart.text));
        out.push(
            found(
                "K1604",
                apart.span(),
                format!("`{b}` を `{a}` と結ぶ条件がないので、それぞれの条件を満たすものどうしのすべての組ができます"),
                format!("nothing ties `{b}` to `{a}`: this makes every pair of those that pass their own conditions"),
            )
            .help(
                "二つを結ぶ条件を加えるか、関係を二つに分けてください",
                "tie them by a condition, or make two relations of it",
            ),
        );
    }
}

/// The variables that a conjunct may bind: what is in a set, what stands in a relation.
fn binds<'a>(part: Decl<'a>) -> BTreeSet<&'a str> {
    if let Some((left, op, _)) = compared(part) {
        return if op == "in" { plain(left).into_iter().collect() } else { BTreeSet::new() };
    }
    let arguments = core(part.node).child(Kind::Arguments);
    let given = arguments.into_iter().flat_map(|a| a.all(Kind::Expression));
    given.filter_map(|e| plain(part.at(e))).collect()
}

/// The name that an expression is, if it is nothing more.
fn plain<'a>(decl: Decl<'a>) -> Option<&'a str> {
    let node = core(decl.node);
    (node.kind == Kind::CallOrName && node.child(Kind::Arguments).is_none()).then(|| node.text(decl.text))
}

/// Which of these variables an expression reads.
fn read<'t>(node: &Node, text: &'t str, vars: &BTreeSet<&str>) -> BTreeSet<&'t str> {
    let mut out = BTreeSet::new();
    node.walk(&mut |n| {
        if n.kind == Kind::CallOrName && n.child(Kind::Arguments).is_none() && vars.contains(n.text(text)) {
            out.insert(n.text(text));
        }
    });
    out
}
