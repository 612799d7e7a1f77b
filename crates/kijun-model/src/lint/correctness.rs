//! What is hardly meant: conditions that are decided before anything is known, things said twice, values out of any range.

use std::collections::hash_map::Entry;

use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Span};
use rustc_hash::FxHashMap;

use super::view::{
    compared, core, denied, found, gist, integer, is_free_of_comments, is_literal, millionths, operands,
    reads,
};
use crate::context::Decl;

/// Years outside of which no date of a norm or a register is meant.
const YEARS: std::ops::RangeInclusive<u32> = 1850..=2100;

pub(super) fn item(item: Decl<'_>, out: &mut Vec<Diagnostic>) {
    match item.node.kind {
        Kind::Check => {
            requires_and_wheres(item, out);
            unused_subject(item, out);
            absence(item, out);
            same_message(item, out);
            repeated(item, item.all(Kind::RequirementId).collect(), "要求事項", "requirement", out);
        }
        Kind::Attest | Kind::Property => {}
        _ => return,
    }
    for clause in item.parts().filter(|p| matches!(p.node.kind, Kind::WhereClause | Kind::RequireClause)) {
        constant(clause, out);
    }
}

/// A condition, or a part of one, that is decided as it stands.
fn constant(clause: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let Some(condition) = clause.child(Kind::Expression) else { return };
    for part in operands(condition, Kind::Conjunction) {
        let both =
            |(left, _, right): (Decl<'_>, String, Decl<'_>)| is_literal(left.node) && is_literal(right.node);
        if core(part.node).kind == Kind::Truth || compared(part).is_some_and(both) {
            out.push(
                found(
                    "K1001",
                    part.span(),
                    "この条件は事実によって変わりません",
                    "no fact can change this condition",
                )
                .help(
                    "見るはずの属性を書くか、条件を消してください",
                    "write the attribute that is meant, or remove the condition",
                ),
            );
        }
    }
}

/// How many conditions of one chain are compared with each other: nobody reads a longer one, and a machine may have written it.
pub(super) const MOST_COMPARED: usize = 200;

/// Adds the fix that takes a range away, where no comment would go with it.
pub(super) fn without(problem: Diagnostic, decl: Decl<'_>, start: usize, end: usize) -> Diagnostic {
    if !is_free_of_comments(decl, start..end) {
        return problem;
    }
    let place = Span::new(decl.file, start, end);
    problem.fixed_by("二度目を消す", "remove the second", vec![(place, String::new())])
}

/// Whether one is the denial of the other.
pub(super) fn is_complement(a: Decl<'_>, b: Decl<'_>) -> bool {
    let denies = |a: Decl<'_>, b: Decl<'_>| denied(a).is_some_and(|inner| gist(inner) == gist(b));
    denies(a, b)
        || denies(b, a)
        || ops_of_same(a, b).is_some_and(|ops| matches!(ops, ("==", "!=") | ("in", "not in")))
}

/// The operators of two comparisons of the same sides, the lesser first.
pub(super) fn ops_of_same(a: Decl<'_>, b: Decl<'_>) -> Option<(&'static str, &'static str)> {
    let ((l1, op1, r1), (l2, op2, r2)) = (compared(a)?, compared(b)?);
    if gist(l1) != gist(l2) || gist(r1) != gist(r2) {
        return None;
    }
    let order = ["<", "<=", "==", "in", "!=", "not in", ">=", ">"];
    let at = |op: &str| order.iter().position(|o| *o == op);
    let (first, second) = (at(&op1)?.min(at(&op2)?), at(&op1)?.max(at(&op2)?));
    Some((order.get(first)?, order.get(second)?))
}

/// What a check asks for although its `where` has decided it.
fn requires_and_wheres(check: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let conjuncts = |kind: Kind| {
        let clauses = check.all(kind).filter_map(|c| c.child(Kind::Expression));
        clauses.flat_map(|e| operands(e, Kind::Conjunction)).take(MOST_COMPARED).collect::<Vec<_>>()
    };
    let wheres = conjuncts(Kind::WhereClause);
    if wheres.is_empty() {
        return;
    }
    for require in conjuncts(Kind::RequireClause) {
        if let Some(same) = wheres.iter().find(|w| gist(**w) == gist(require)) {
            out.push(
                found(
                    "K1006",
                    require.span(),
                    "`where` で絞った条件をそのまま求めているので、違反になり得ません",
                    "`where` has decided this: it can never be violated",
                )
                .note(same.span(), "ここで絞っています", "decided here")
                .help(
                    "対象を絞る条件と、求める条件を分けてください",
                    "keep what narrows the scope apart from what is asked for",
                ),
            );
        } else if let Some(other) = wheres.iter().find(|w| is_complement(**w, require)) {
            out.push(
                found(
                    "K1007",
                    require.span(),
                    "`where` と反対のことを求めているので、満たされ得ません",
                    "`where` excludes this: it can never be satisfied",
                )
                .note(other.span(), "ここで絞っています", "decided here")
                .help(
                    "`where` を消すか、どちらかを直してください",
                    "remove the `where`, or correct one of the two",
                ),
            );
        }
    }
}

fn unused_subject(check: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let Some(var) = check.child(Kind::Each).and_then(|e| e.child(Kind::Name)) else { return };
    let name = var.node.text(var.text);
    let mut clauses =
        check.parts().filter(|p| matches!(p.node.kind, Kind::WhereClause | Kind::RequireClause));
    if clauses.any(|c| reads(c.node, c.text, name)) {
        return;
    }
    let ja = format!("どの条件も `{name}` を見ないので、すべての記録が同じ判定になります");
    out.push(
        found(
            "K1008",
            var.span(),
            ja,
            format!("no condition looks at `{name}`: every record gets the same verdict"),
        )
        .help(
            "条件に変数を使うか、`each` を消して施設についての検査にしてください",
            "use the variable, or drop `each` and speak of the facility",
        ),
    );
}

/// `require x == none or …`: what is not there passes.
fn absence(check: Decl<'_>, out: &mut Vec<Diagnostic>) {
    for condition in check.all(Kind::RequireClause).filter_map(|c| c.child(Kind::Expression)) {
        let parts = operands(condition, Kind::Disjunction);
        for part in parts.iter().filter(|_| parts.len() > 1) {
            let is_absence = |(left, op, right): (Decl<'_>, String, Decl<'_>)| {
                op == "==" && [left, right].iter().any(|side| core(side.node).kind == Kind::None)
            };
            if compared(*part).is_some_and(is_absence) {
                out.push(
                    found("K1021", part.span(), "「なし」であれば満たされます", "absence satisfies this")
                        .help(
                            "規範がそう述べているか確かめてください。対象外なら `where` に書きます",
                            "see that the norm says so; where it does not apply, say that with `where`",
                        ),
                );
            }
        }
    }
}

fn same_message(check: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
    for message in check.all(Kind::RequireClause).filter_map(|c| c.child(Kind::Ja)?.child(Kind::String)) {
        match seen.entry(message.node.text(message.text)) {
            Entry::Occupied(first) => out.push(
                found(
                    "K1022",
                    message.span(),
                    "ほかの `require` と同じ文です",
                    "another `require` of this check says the same",
                )
                .note(*first.get(), "最初はここ", "first here")
                .help("何が足りないのか分かるように書き分けてください", "say in each what is missing"),
            ),
            Entry::Vacant(place) => {
                place.insert(message.span());
            }
        }
    }
}

pub(super) fn comparison(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let Some((left, op, right)) = compared(decl) else { return };
    if gist(left) == gist(right) && !is_literal(left.node) {
        out.push(
            found(
                "K1002",
                decl.span(),
                "同じものどうしを比べています",
                "this compares something with itself",
            )
            .help("比べる相手を直してください", "correct one of the sides"),
        );
    }
    range(decl, left, &op, right, out);
    range(decl, right, mirrored(&op), left, out);
}

/// The operator when the sides are exchanged.
pub(super) fn mirrored(op: &str) -> &str {
    match op {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        same => same,
    }
}

/// What an aggregate is compared with.
fn range(decl: Decl<'_>, aggregate: Decl<'_>, op: &str, value: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let node = core(aggregate.node);
    let Some(word) = node.child(Kind::AggregateWord).map(|w| w.text(decl.text)) else { return };
    match word {
        "share" if millionths(value).is_some_and(|v| !(0..=1_000_000).contains(&v)) => out.push(
            found("K1013", value.span(), "`share` は 0 から 1 の割合です", "a `share` lies between 0 and 1")
                .help("80% なら `0.8` と書きます", "for 80 % write `0.8`"),
        ),
        "count" => {
            let Some(n) = integer(value) else { return };
            let always = matches!((op, n), (">=", ..=0) | (">" | "!=", ..=-1));
            let never = matches!((op, n), ("<", ..=0) | ("<=" | "==", ..=-1));
            if always || never {
                let (ja, en) = if always {
                    ("必ず成り立ちます", "always holds")
                } else {
                    ("成り立ちません", "never holds")
                };
                out.push(
                    found(
                        "K1014",
                        decl.span(),
                        format!("件数は 0 以上なので、この比較は{ja}"),
                        format!("a count is never below 0: this {en}"),
                    )
                    .help(
                        "一件でもあるかなら `any x in …`、一件もないなら `not any x in …` と書きます",
                        "for at least one write `any x in …`, for none `not any x in …`",
                    ),
                );
            }
        }
        _ => {}
    }
}

/// A set that is written out.
pub(super) fn set(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let items: Vec<Decl<'_>> = decl.all(Kind::Expression).collect();
    if items.is_empty() {
        out.push(
            found(
                "K1016",
                decl.span(),
                "空の集合には何も入っていません",
                "there is nothing in the empty set",
            )
            .help("入るはずの値を書いてください", "write the values that are meant"),
        );
    }
    repeated(decl, items, "値", "value", out);
}

/// The names of a clause such as `audience a, b`.
pub(super) fn names(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    repeated(decl, decl.all(Kind::Name).collect(), "名前", "name", out);
}

fn repeated(holder: Decl<'_>, items: Vec<Decl<'_>>, ja: &str, en: &str, out: &mut Vec<Diagnostic>) {
    let gists: Vec<String> = items.iter().map(|i| gist(*i)).collect();
    let mut seen: FxHashMap<&str, Decl<'_>> = FxHashMap::default();
    for (i, (own, text)) in items.iter().zip(&gists).enumerate() {
        let first = match seen.entry(text) {
            Entry::Occupied(first) => *first.get(),
            Entry::Vacant(place) => {
                place.insert(*own);
                continue;
            }
        };
        let problem = found(
            "K1015",
            own.span(),
            format!("同じ{ja} `{text}` がもう一度あります"),
            format!("the {en} `{text}` stands here again"),
        )
        .note(first.span(), "最初はここ", "first here")
        .help("一つを消すか、意図したものに直してください", "remove one, or write the one that was meant");
        let before = i.checked_sub(1).and_then(|at| items.get(at));
        out.push(match before {
            Some(before) => without(problem, holder, before.node.end, own.node.end),
            None => problem,
        });
    }
}

pub(super) fn literal(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let text = decl.node.text(decl.text);
    if decl.node.kind == Kind::Quantity {
        let is_zero = decl
            .child(Kind::Number)
            .is_some_and(|n| n.node.text(n.text).chars().all(|c| matches!(c, '0' | '.')));
        if is_zero && decl.child(Kind::Unit).is_some() {
            out.push(
                found("K1012", decl.span(), "この期間には長さがありません", "this period has no length")
                    .help(
                        "期間を書いてください。`every` なら、期限切れにならないという意味になります",
                        "write a period; with `every`, an answer would never become stale",
                    ),
            );
        }
        return;
    }
    let year = text.get(..4).and_then(|y| y.parse::<u32>().ok());
    if year.is_some_and(|y| !YEARS.contains(&y)) {
        let (first, last) = (YEARS.start(), YEARS.end());
        out.push(
            found(
                "K1011",
                decl.span(),
                format!("`{text}` は書き間違いではありませんか"),
                format!("is `{text}` what is meant"),
            )
            .help(
                format!("{first}年から{last}年の日付を書きます"),
                format!("dates are of the years {first} to {last}"),
            ),
        );
    }
}

/// A quantifier or an aggregate: what its variable is for.
pub(super) fn binder(decl: Decl<'_>, outer: &[&str], out: &mut Vec<Diagnostic>) {
    let Some(var) = decl.child(Kind::Name) else { return };
    let name = var.node.text(var.text);
    if outer.contains(&name) {
        out.push(
            found(
                "K1010",
                var.span(),
                format!("この `{name}` は外側の `{name}` を隠します"),
                format!("this `{name}` hides the outer `{name}`"),
            )
            .help("別の名前にしてください", "give it another name"),
        );
    }
    let mut conditions =
        decl.parts().filter(|p| matches!(p.node.kind, Kind::Disjunction | Kind::Expression)).peekable();
    if conditions.peek().is_some() && !conditions.any(|c| reads(c.node, c.text, name)) {
        out.push(
            found(
                "K1009",
                var.span(),
                format!("条件が `{name}` を使っていません"),
                format!("the condition does not use `{name}`"),
            )
            .help(
                "条件に変数を使ってください。集合が空でないことだけを調べるなら、条件を消します",
                "use the variable; to ask only whether the set is empty, drop the condition",
            ),
        );
    }
}
