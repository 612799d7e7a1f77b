//! What can be said more plainly, and what readers will miss.

use kijun_syntax::{Kind, Node};
use kijun_text::{Diagnostic, Span};

use super::view::{compared, core, denied, found, head, is_free_of_comments, operands};
use crate::context::Decl;

/// Conditions joined by `and` or `or` in one clause.
const LONG_CONDITION: usize = 8;
/// What stands for work that is left, in comments.
const TASKS: [&str; 3] = ["TODO", "FIXME", "XXX"];

pub(super) fn module(module: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let items = || module.node.children.iter().filter(|n| !n.is_trivia() && n.kind != Kind::BadItem);
    let Some(first) = items().next() else { return };
    let is_test = |n: &Node| matches!(n.kind, Kind::Test | Kind::Property);
    if !items().all(is_test) && !module.text.trim_start().starts_with("//!") {
        out.push(
            found(
                "K1510",
                head(module.at(first)),
                "このモジュールには説明がありません",
                "nothing says what this module holds",
            )
            .help(
                "ファイルの先頭に `//! …` で、何を扱うのかを一文で書いてください",
                "say in a sentence what it is about, with `//! …` at its head",
            ),
        );
    }
    if TASKS.iter().any(|task| module.text.contains(task)) {
        tasks(module, out);
    }
}

fn tasks(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    for child in &decl.node.children {
        let text = child.text(decl.text);
        if child.kind == Kind::Comment && TASKS.iter().any(|task| text.contains(task)) {
            out.push(
                found("K1511", decl.span_of(child), "作業が残っています", "something is left to do here")
                    .help("片付けるか、課題の一覧に移してください。未確認の読みなら `mark unverified` と `note` で示します", "do it, or move it to where tasks are kept; a reading to be verified is marked `unverified`, with a `note`"),
            );
        }
        tasks(decl.at(child), out);
    }
}

pub(super) fn item(item: Decl<'_>, out: &mut Vec<Diagnostic>) {
    if item.node.kind == Kind::Check {
        if item.child(Kind::Fix).is_none() {
            out.push(
                found(
                    "K1502",
                    head(item),
                    "満たさないときの対処がありません",
                    "nothing says what to do when it is violated",
                )
                .help("`fix ja \"…\" en \"…\"` を加えてください", "add `fix ja \"…\" en \"…\"`"),
            );
        }
        for clause in item.all(Kind::RequireClause) {
            if clause.child(Kind::Ja).or_else(|| clause.child(Kind::En)).is_none() {
                out.push(
                    found(
                        "K1501",
                        clause.span(),
                        "満たさないときの文がありません",
                        "there is no message for when it is violated",
                    )
                    .help(
                        "`ja \"…\" en \"…\"` で、何が足りないのかを書いてください",
                        "say what is missing with `ja \"…\" en \"…\"`",
                    ),
                );
            }
        }
    }
    for clause in item.parts().filter(|p| matches!(p.node.kind, Kind::WhereClause | Kind::RequireClause)) {
        let Some(condition) = clause.child(Kind::Expression) else { continue };
        let count: usize = operands(condition, Kind::Disjunction)
            .iter()
            .map(|o| operands(*o, Kind::Conjunction).len())
            .sum();
        if count > LONG_CONDITION {
            out.push(
                found(
                    "K1509",
                    condition.span(),
                    format!("条件が {count} 個つながっています"),
                    format!("this joins {count} conditions"),
                )
                .help(
                    "`require` を分けるか、`define` で名前を付けてください",
                    "divide the `require`, or name parts of it with `define`",
                ),
            );
        }
    }
}

/// `not not a`, `not (a == b)`, `not any x in s: not p`.
pub(super) fn negation(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let Some(inner) = denied(decl) else { return };
    if let Some(plain) = denied(inner) {
        let problem = found("K1503", decl.span(), "否定が二重です", "this is denied twice")
            .help("`not` を二つとも消してください", "remove both `not`s");
        out.push(instead(problem, decl, standing_alone(plain)));
        return;
    }
    if let Some((left, op, right)) = compared(inner) {
        let Some(opposite) = opposite(&op) else { return };
        let text = format!("{} {opposite} {}", left.node.text(decl.text), right.node.text(decl.text));
        let problem = found(
            "K1504",
            decl.span(),
            format!("`{opposite}` で書けます"),
            format!("this is what `{opposite}` says"),
        )
        .help(
            format!("`not` と `{op}` の代わりに `{opposite}` を使います"),
            format!("write `{opposite}` instead of `not` and `{op}`"),
        );
        out.push(instead(problem, decl, text));
        return;
    }
    let node = core(inner.node);
    let body = node.child(Kind::Expression).map(|b| decl.at(b));
    if node.kind == Kind::Quantifier && body.is_some_and(|b| denied(b).is_some()) {
        let (word, other) = if node.child(Kind::KwAll).is_some() { ("all", "any") } else { ("any", "all") };
        out.push(
            found(
                "K1506",
                decl.span(),
                format!("`{other}` で書けます"),
                format!("this is what `{other}` says"),
            )
            .help(
                format!("二つの `not` と `{word}` の代わりに `{other}` を使います"),
                format!("write `{other}` instead of `{word}` between two `not`s"),
            ),
        );
    }
}

/// The text of an expression where others may follow: the condition of a quantifier reaches as far as it can.
fn standing_alone(decl: Decl<'_>) -> String {
    let text = decl.node.text(decl.text);
    let mut reaches_on = false;
    decl.node.walk(&mut |n| reaches_on |= n.kind == Kind::Quantifier);
    if reaches_on && !text.starts_with('(') { format!("({text})") } else { text.to_owned() }
}

/// Not for orders: with something absent, neither `<` nor `>=` holds.
fn opposite(op: &str) -> Option<&'static str> {
    match op {
        "==" => Some("!="),
        "!=" => Some("=="),
        "in" => Some("not in"),
        "not in" => Some("in"),
        _ => None,
    }
}

/// `a == true`.
pub(super) fn comparison(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let Some((left, op, right)) = compared(decl) else { return };
    let truth = |d: Decl<'_>| (core(d.node).kind == Kind::Truth).then(|| core(d.node).text(d.text) == "true");
    let (value, operand) = match (truth(left), truth(right)) {
        (None, Some(value)) => (value, left),
        (Some(value), None) => (value, right),
        _ => return,
    };
    let text = operand.node.text(decl.text);
    let problem = found(
        "K1505",
        decl.span(),
        "条件を `true`・`false` と比べています",
        "this compares a condition with `true` or `false`",
    )
    .help("条件そのもの、または `not` を付けて書きます", "write the condition itself, or `not` before it");
    // Of what is absent, `== false` and `!= false` say something else than `not` and the condition do.
    out.push(match (op.as_str(), value) {
        ("==", true) => instead(problem, decl, text.to_owned()),
        ("!=", true) => instead(problem, decl, format!("not {text}")),
        _ => problem,
    });
}

/// Adds the fix that writes another text in the place of an expression.
fn instead(problem: Diagnostic, decl: Decl<'_>, text: String) -> Diagnostic {
    let node = core(decl.node);
    if !is_free_of_comments(decl, node.start..node.end) {
        return problem;
    }
    let shown = text.clone();
    let place = Span::new(decl.file, node.start, node.end);
    problem.fixed_by(format!("`{shown}` と書く"), format!("write `{shown}`"), vec![(place, text)])
}
