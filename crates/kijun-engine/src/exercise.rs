//! Which parts of rules an evaluation exercised: every condition that stands somewhere in a rule, and how it came out. Asked of the
//! facts of tests, it says what no test looks at.

use std::collections::BTreeMap;

use kijun_facts::Type;
use kijun_text::Span;

use crate::assess::{Evaluation, environment, subject_at};
use crate::program::{Check, Expr, ExprKind, Program, RelationId, SetExpr, VarId};
use crate::row::{Env, Row};
use crate::truth::Truth;

/// Where in a rule a condition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// All of a `where`.
    Where,
    /// All of a `require`: that it was false says that its message was shown.
    Require,
    Conjunct,
    Disjunct,
    /// What a quantifier or an aggregate says of its members.
    Member,
    /// A relation as a whole: that it has a tuple, may have one, or has none.
    Relation,
}

/// How a condition came out, over all subjects and facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    pub holds: usize,
    pub fails: usize,
    pub unknown: usize,
}

impl Seen {
    fn add(&mut self, truth: Truth) {
        match truth {
            Truth::True => self.holds += 1,
            Truth::False => self.fails += 1,
            Truth::Unknown => self.unknown += 1,
        }
    }
}

/// The conditions of rules by place, with how they came out.
#[derive(Debug, Clone, Default)]
pub struct Exercise {
    pub seen: BTreeMap<Span, (Part, Seen)>,
}

impl Exercise {
    /// Every condition of the rules of these modules, none of them seen yet.
    pub fn of(program: &Program, is_own: impl Fn(Span) -> bool) -> Exercise {
        let mut exercise = Exercise::default();
        let mut list = |span: Span, part: Part| {
            if is_own(span) {
                exercise.seen.entry(span).or_insert((part, Seen::default()));
            }
        };
        for check in &program.checks {
            for (part, expr) in conditions(check) {
                places(expr, part, &mut list);
            }
        }
        for attest in &program.attests {
            if let Some(condition) = &attest.condition {
                places(condition, Part::Where, &mut list);
            }
        }
        for relation in &program.relations {
            list(relation.span, Part::Relation);
        }
        exercise
    }

    /// Adds what an evaluation exercised, of the places that are listed.
    pub fn add(&mut self, evaluation: &Evaluation<'_>) {
        let row = evaluation.row();
        let program = evaluation.program;
        for (check, outcomes) in program.checks.iter().zip(&evaluation.checks) {
            let Some(outcomes) = outcomes else { continue };
            for i in 0..outcomes.verdicts.len() {
                let mut env = environment(check.subject, subject_at(outcomes.kind, i));
                self.check(&row, check, &mut env);
            }
        }
        for (attest, outcomes) in program.attests.iter().zip(&evaluation.attests) {
            let (Some(outcomes), Some(condition)) = (outcomes, &attest.condition) else { continue };
            for i in 0..outcomes.verdicts.len() {
                let mut env = environment(attest.subject, subject_at(outcomes.kind, i));
                self.walk(&row, condition, &mut env);
            }
        }
        for (relation, id) in program.relations.iter().zip(0..) {
            if let Some(truth) = evaluation.memo.extents.some(RelationId(id)) {
                self.note(relation.span, truth);
            }
        }
    }

    /// What is required is looked at where it applies.
    fn check(&mut self, row: &Row<'_>, check: &Check, env: &mut Env) {
        let mut applies = Truth::True;
        for (part, expr) in conditions(check) {
            match part {
                Part::Where => applies = self.walk(row, expr, env),
                _ if applies == Truth::False => {}
                _ => {
                    self.walk(row, expr, env);
                }
            }
        }
    }

    fn note(&mut self, span: Span, truth: Truth) {
        if let Some((_, seen)) = self.seen.get_mut(&span) {
            seen.add(truth);
        }
    }

    fn walk(&mut self, row: &Row<'_>, expr: &Expr, env: &mut Env) -> Truth {
        let truth = row.truth(expr, env);
        self.note(expr.span, truth);
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                parts.iter().for_each(|part| {
                    self.walk(row, part, env);
                });
            }
            ExprKind::Not(inner) | ExprKind::Named { body: inner, .. } => {
                self.walk(row, inner, env);
            }
            ExprKind::Quantified { var, set, filter, body, .. } => {
                self.members(row, (*var, set), filter.as_deref(), Some(body), env);
            }
            ExprKind::Aggregated { var, set, filter, body, .. } => {
                let body = body.as_deref().filter(|b| b.ty == Type::Bool);
                self.members(row, (*var, set), filter.as_deref(), body, env);
            }
            // An operand is no condition; what it counts has conditions.
            ExprKind::Compare { left, right, .. } => {
                for operand in [left, right] {
                    if matches!(operand.kind, ExprKind::Aggregated { .. }) {
                        self.walk(row, operand, env);
                    }
                }
            }
            _ => {}
        }
        truth
    }

    fn members(
        &mut self,
        row: &Row<'_>,
        (var, set): (VarId, &SetExpr),
        filter: Option<&Expr>,
        body: Option<&Expr>,
        env: &mut Env,
    ) {
        let members = row.members(set, env);
        for (member, _) in members.each() {
            Row::bind(env, var, member);
            let within = filter.map_or(Truth::True, |f| self.walk(row, f, env));
            if let Some(body) = body.filter(|_| within != Truth::False) {
                self.walk(row, body, env);
            }
        }
    }
}

fn conditions(check: &Check) -> impl Iterator<Item = (Part, &Expr)> {
    let requires = check.requires.iter().map(|r| (Part::Require, &r.condition));
    check.condition.iter().map(|c| (Part::Where, c)).chain(requires)
}

/// The conditions within a condition, itself first.
fn places(expr: &Expr, part: Part, list: &mut impl FnMut(Span, Part)) {
    list(expr.span, part);
    match &expr.kind {
        ExprKind::And(parts) => parts.iter().for_each(|p| places(p, Part::Conjunct, list)),
        ExprKind::Or(parts) => parts.iter().for_each(|p| places(p, Part::Disjunct, list)),
        ExprKind::Not(inner) | ExprKind::Named { body: inner, .. } => places(inner, part, list),
        ExprKind::Quantified { filter, body, .. } => {
            filter.iter().for_each(|f| places(f, Part::Member, list));
            places(body, Part::Member, list);
        }
        ExprKind::Aggregated { .. } => counted(expr, list),
        ExprKind::Compare { left, right, .. } => {
            counted(left, list);
            counted(right, list);
        }
        _ => {}
    }
}

/// The conditions on what an aggregate counts.
fn counted(expr: &Expr, list: &mut impl FnMut(Span, Part)) {
    let ExprKind::Aggregated { filter, body, .. } = &expr.kind else { return };
    filter.iter().for_each(|f| places(f, Part::Member, list));
    body.iter().filter(|b| b.ty == Type::Bool).for_each(|b| places(b, Part::Member, list));
}
