//! Repairs of a violation: the minimal sets of changes to the facts that would turn it to satisfied.
//!
//! Alternatives are worked out from the rule (what would make this expression true?), then tried: what can be
//! written into the facts is evaluated again, and kept only if the check is then satisfied. A `where` is never a
//! target, and a reference that ties two known records together is rewritten only when nothing else helps: it
//! says what a record is about. What evidence a new fact would need is not looked at.

use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{
    AttrId, Column, Date, Duration, KindId, Scalar, SetColumn, Show, Store, Symbol, Type, Value, Words,
};
use kijun_text::{Label, Lang, Span};
use rustc_hash::FxHashSet;

use crate::assess::{Evaluation, environment};
use crate::assessment::{RuleRef, SubjectRef, Verdict};
use crate::extents::{self, Body, Texts};
use crate::number::{Interval, shift_day};
use crate::program::{
    Aggregate, ArithOp, Check, CompareOp, Const, Expr, ExprKind, Program, Quantifier, RelationId, Rule,
    SetExpr, VarId,
};
use crate::row::{CellKey, Env, Members, Row, Val};
use crate::truth::Truth;
use crate::walk;

/// Row of the record that a [`Change::Record`] asks for, where its `fields` name cells of it.
pub const NEW_RECORD: u32 = u32::MAX - 16;

/// A text that neither facts nor packs have, tried where any other text would do.
const SOME_TEXT: Symbol = Symbol(u32::MAX - 17);

/// Alternatives kept per expression, changes per alternative, and repairs returned.
const MAX_ALTERNATIVES: usize = 16;
const MAX_CHANGES: usize = 6;
const MAX_REPAIRS: usize = 8;
/// Members of a set, and other records for a reference, that are looked at.
const MAX_MEMBERS: usize = 64;
const MAX_REPOINTED: usize = 4;
/// Relations that derive from each other are followed so deep.
const MAX_DEPTH: usize = 3;
/// How often an alternative that does not suffice yet is completed.
const MAX_ROUNDS: usize = 6;
/// Values tried for changes that leave a choice, all combinations counted (both ends of [`MAX_CHANGES`] ranges), and
/// how far beyond a bound one of them lies.
const MAX_SAMPLES: usize = 64;
const FAR: i64 = 1_000_000;
/// How often all relations are derived anew for one outcome; what is left then stays unverified.
const MAX_DERIVATIONS: usize = 200;
/// How many expressions that need a change are worked on for one outcome; further ones count as out of reach.
const MAX_STEPS: usize = 5_000;

/// A cell of the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    pub kind: KindId,
    pub row: u32,
    pub attr: AttrId,
}

impl Cell {
    fn key(self) -> CellKey {
        (self.kind, self.row, self.attr)
    }
}

/// A value that a fact could state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Datum {
    None,
    Const(Const),
    Record(KindId, u32),
}

/// One change to the facts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Change {
    /// The cell would have this value.
    Set {
        cell: Cell,
        value: Datum,
    },
    /// The cell would have a value, and none of these ([`Datum::None`]: any value at all).
    OtherThan {
        cell: Cell,
        values: Vec<Datum>,
    },
    /// A number, date, duration or literal of an ordered enum that is not less than the bound.
    AtLeast {
        cell: Cell,
        bound: Const,
    },
    AtMost {
        cell: Cell,
        bound: Const,
    },
    /// A member more, or less, of a set.
    Add {
        cell: Cell,
        member: Datum,
    },
    Remove {
        cell: Cell,
        member: Datum,
    },
    /// A set would have no members but those that are recorded.
    Close {
        cell: Cell,
    },
    /// The register of a kind would be stated to be complete.
    Register {
        kind: KindId,
    },
    /// A new record. `fields` are changes of [`NEW_RECORD`]; `conditions` are the places of what it must meet.
    Record {
        kind: KindId,
        fields: Vec<Change>,
        conditions: Vec<Span>,
    },
    /// A relation would hold, or not, of these arguments (`None`: of some), and no base fact is known to make it so.
    Tuple {
        relation: RelationId,
        args: Vec<Option<Datum>>,
        holds: bool,
    },
    /// The expression at this place, which reads these cells, would be true, or false.
    Condition {
        cells: Vec<Cell>,
        span: Span,
        holds: bool,
    },
}

/// Changes that together satisfy a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    pub changes: Vec<Change>,
    /// Some change was not tried: a new record, a tuple or a condition in words, or the search had gone on too long.
    pub unverified: bool,
}

impl Evaluation<'_> {
    /// What would satisfy a violated check: fewest changes first, at most eight, none containing another. Empty
    /// for what is not a violated check.
    pub fn repairs(&self, rule: RuleRef, subject: SubjectRef) -> Vec<Repair> {
        let RuleRef::Check(i) = rule else { return Vec::new() };
        let Some(check) = self.program.checks.get(i) else { return Vec::new() };
        let outcomes = self.checks.get(i).and_then(Option::as_ref).into_iter().flatten();
        let violated = outcomes.into_iter().any(|o| o.subject == subject && o.verdict == Verdict::Violated);
        if !violated {
            return Vec::new();
        }
        let derived = attributes_of_relations(self.program, check);
        let (mentioned, derivations, steps) = (constants(check), Default::default(), Default::default());
        let search = Search { evaluation: self, check, subject, derived, mentioned, derivations, steps };
        let found = search.run(References::Kept);
        if found.is_empty() { search.run(References::Free) } else { found }
    }
}

impl Change {
    /// The change in words; English names things as packs and fact files do.
    pub fn describe(&self, evaluation: &Evaluation<'_>) -> Label {
        Label::new(
            Wording::new(evaluation, Lang::Ja).change(self),
            Wording::new(evaluation, Lang::En).change(self),
        )
    }

    fn cell(&self) -> Option<Cell> {
        match self {
            Change::Set { cell, .. }
            | Change::OtherThan { cell, .. }
            | Change::AtLeast { cell, .. }
            | Change::AtMost { cell, .. }
            | Change::Add { cell, .. }
            | Change::Remove { cell, .. }
            | Change::Close { cell } => Some(*cell),
            _ => None,
        }
    }

    /// Whether it can be written into the facts and tried.
    fn is_expressible(&self) -> bool {
        match self {
            Change::Register { .. } => true,
            Change::Set { value: Datum::Record(_, NEW_RECORD), .. }
            | Change::Add { member: Datum::Record(_, NEW_RECORD), .. } => false,
            _ => self.cell().is_some_and(|c| c.row != NEW_RECORD),
        }
    }

    /// Among repairs of the same size, those that state or add something come before those that take away or
    /// point elsewhere.
    fn weight(&self) -> usize {
        match self {
            Change::Add { .. } | Change::AtLeast { .. } | Change::AtMost { .. } => 0,
            Change::Set { value: Datum::Record(..) | Datum::None, .. } => 2,
            Change::Set { .. } => 0,
            Change::OtherThan { .. }
            | Change::Remove { .. }
            | Change::Close { .. }
            | Change::Register { .. } => 1,
            Change::Record { .. } => 2,
            Change::Tuple { .. } => 3,
            Change::Condition { .. } => 4,
        }
    }

    /// Whether both cannot be.
    fn excludes(&self, other: &Change) -> bool {
        self.cell().is_some()
            && self.cell() == other.cell()
            && (self.excludes_here(other) || other.excludes_here(self))
    }

    fn excludes_here(&self, other: &Change) -> bool {
        match (self, other) {
            (Change::Set { value, .. }, Change::Set { value: other, .. }) => value != other,
            (Change::Set { value, .. }, Change::OtherThan { values, .. }) => values.contains(value),
            (Change::Set { value, .. }, Change::AtLeast { bound, .. }) => size_of(value) < size(bound),
            (Change::Set { value, .. }, Change::AtMost { bound, .. }) => {
                size_of(value).is_none_or(|v| Some(v) > size(bound))
            }
            (Change::AtLeast { bound: low, .. }, Change::AtMost { bound: high, .. }) => {
                size(low) > size(high)
            }
            (Change::Add { member, .. }, Change::Remove { member: other, .. }) => member == other,
            _ => false,
        }
    }

    /// Whether making this change makes the other one too.
    fn implies(&self, other: &Change) -> bool {
        if self == other {
            return true;
        }
        if self.cell().is_none() || self.cell() != other.cell() {
            return false;
        }
        match (self, other) {
            (Change::Set { value, .. }, Change::OtherThan { values, .. }) => !values.contains(value),
            (Change::Set { value, .. }, Change::AtLeast { bound, .. }) => size_of(value) >= size(bound),
            (Change::Set { value, .. }, Change::AtMost { bound, .. }) => {
                size_of(value).is_some_and(|v| Some(v) <= size(bound))
            }
            (Change::AtLeast { bound, .. }, Change::AtLeast { bound: other, .. }) => {
                size(bound) >= size(other)
            }
            (Change::AtMost { bound, .. }, Change::AtMost { bound: other, .. }) => size(bound) <= size(other),
            (Change::AtLeast { .. } | Change::AtMost { .. }, Change::OtherThan { values, .. }) => {
                values.iter().all(|v| *v == Datum::None)
            }
            (Change::OtherThan { values, .. }, Change::OtherThan { values: other, .. }) => {
                other.iter().all(|v| values.contains(v))
            }
            _ => false,
        }
    }
}

/// An order of constants of one type; of durations a rough one, which decides nothing alone.
fn size(value: &Const) -> Option<i64> {
    match value {
        Const::Int(n) | Const::Decimal(n) => Some(*n),
        Const::Date(date) => Some(i64::from(date.first)),
        Const::Duration(d) => Some(i64::from(d.months) * 30 + i64::from(d.days)),
        Const::Enum(code) => Some(i64::from(*code)),
        _ => None,
    }
}

fn size_of(value: &Datum) -> Option<i64> {
    match value {
        Datum::Const(c) => size(c),
        _ => None,
    }
}

/// Alternatives, each a set of changes to be made together. Without any alternative: out of reach; with an
/// empty one: so already.
type Alternatives = Vec<Vec<Change>>;

fn nothing_to_do() -> Alternatives {
    vec![Vec::new()]
}

/// Both sets of changes, unless they exclude each other or are too many.
fn merge(left: &[Change], right: &[Change]) -> Option<Vec<Change>> {
    let mut out = left.to_vec();
    for change in right {
        if out.iter().any(|c| c.excludes(change)) {
            return None;
        }
        if let Some(values) = both_other_than(&mut out, change) {
            values.0.extend(values.1);
            continue;
        }
        if !out.iter().any(|c| c.implies(change)) {
            out.retain(|c| !change.implies(c));
            out.push(change.clone());
        }
    }
    (out.len() <= MAX_CHANGES).then_some(out)
}

/// The values that a cell must not have, and those that a further change adds to them.
fn both_other_than<'c>(
    changes: &'c mut [Change],
    change: &Change,
) -> Option<(&'c mut Vec<Datum>, Vec<Datum>)> {
    let Change::OtherThan { cell, values } = change else { return None };
    changes.iter_mut().find_map(|c| match c {
        Change::OtherThan { cell: same, values: known } if same == cell => {
            let more = values.iter().filter(|v| !known.contains(v)).cloned().collect();
            Some((known, more))
        }
        _ => None,
    })
}

/// One of each.
fn product(left: &Alternatives, right: &Alternatives) -> Alternatives {
    bounded(left.iter().flat_map(|l| right.iter().filter_map(|r| merge(l, r))).collect())
}

fn rank(changes: &[Change]) -> (usize, usize) {
    (changes.len(), changes.iter().map(Change::weight).sum())
}

/// Whether whoever makes the changes of `more` makes those of `fewer` as well.
fn contains(more: &[Change], fewer: &[Change]) -> bool {
    fewer.iter().all(|f| more.iter().any(|m| m.implies(f)))
}

/// The best alternatives, none containing another.
fn bounded(mut alternatives: Alternatives) -> Alternatives {
    alternatives.sort_by_key(|a| rank(a));
    let mut out: Alternatives = Vec::new();
    for alternative in alternatives {
        if out.len() >= MAX_ALTERNATIVES {
            break;
        }
        if !out.iter().any(|known| contains(&alternative, known)) {
            // "other than x" comes after "y", and is the weaker of the two.
            out.retain(|known| !contains(known, &alternative));
            out.push(alternative);
        }
    }
    out
}

/// At least `count` of these, each with its alternatives.
fn at_least(count: usize, each: &[Alternatives]) -> Alternatives {
    match each.split_first() {
        _ if count == 0 => nothing_to_do(),
        _ if count > each.len() || count > MAX_CHANGES => Vec::new(),
        None => Vec::new(),
        Some((first, rest)) => {
            let mut out = product(first, &at_least(count - 1, rest));
            // Which of many interchangeable members are chosen matters little: stop when there are enough.
            if out.len() < MAX_ALTERNATIVES {
                out.extend(at_least(count, rest));
            }
            bounded(out)
        }
    }
}

/// Whether references between known records may be rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum References {
    Kept,
    Free,
}

/// What a value should become.
#[derive(Debug, Clone)]
enum Goal {
    Is(Datum),
    Not(Vec<Datum>),
    AtLeast(Const),
    AtMost(Const),
}

impl Goal {
    fn change(&self, cell: Cell) -> Change {
        match self.clone() {
            Goal::Is(value) => Change::Set { cell, value },
            Goal::Not(values) => Change::OtherThan { cell, values },
            Goal::AtLeast(bound) => Change::AtLeast { cell, bound },
            Goal::AtMost(bound) => Change::AtMost { cell, bound },
        }
    }

    /// The number in it, when it is about numbers.
    fn number(&self) -> Option<i64> {
        match self {
            Goal::Is(Datum::Const(c)) | Goal::AtLeast(c) | Goal::AtMost(c) => size(c),
            _ => None,
        }
    }

    /// The same goal for another expression: a bound from below or above, or a single number.
    fn moved(&self, ty: &Type, low: i128, high: i128, turned: bool) -> Option<Goal> {
        let at = |n: i128| number_const(ty, i64::try_from(n).ok()?);
        match (self, turned) {
            (Goal::AtLeast(_), false) | (Goal::AtMost(_), true) => Some(Goal::AtLeast(at(low)?)),
            (Goal::AtMost(_), false) | (Goal::AtLeast(_), true) => Some(Goal::AtMost(at(high)?)),
            (Goal::Is(_), _) if low == high => Some(Goal::Is(Datum::Const(at(low)?))),
            _ => None,
        }
    }

    fn is_reached(&self, value: Interval) -> bool {
        let Some(n) = self.number() else { return false };
        !value.is_none()
            && match self {
                Goal::AtLeast(_) => value.lo >= n,
                Goal::AtMost(_) => value.hi <= n,
                _ => value == Interval::point(n),
            }
    }
}

fn number_const(ty: &Type, n: i64) -> Option<Const> {
    match ty {
        Type::Int => Some(Const::Int(n)),
        Type::Decimal => Some(Const::Decimal(n)),
        Type::Date => Some(Const::Date(Date::day(i32::try_from(n).ok()?))),
        _ => None,
    }
}

fn negated(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq => CompareOp::Ne,
        CompareOp::Ne => CompareOp::Eq,
        CompareOp::Lt => CompareOp::Ge,
        CompareOp::Ge => CompareOp::Lt,
        CompareOp::Le => CompareOp::Gt,
        CompareOp::Gt => CompareOp::Le,
    }
}

/// The comparison with its sides exchanged.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Ge => CompareOp::Le,
        same => same,
    }
}

/// Whether an expression ties two records together, as `t.system == s` does.
fn is_join(expr: &Expr) -> bool {
    let ExprKind::Compare { left, right, .. } = &expr.kind else { return false };
    let is_reference = |e: &Expr| matches!(e.ty, Type::Ref(_)) && !matches!(e.kind, ExprKind::None);
    is_reference(left) && is_reference(right)
}

/// What is asked of the members of a set.
#[derive(Clone, Copy)]
enum Asked<'q> {
    Truth(&'q Expr, bool),
    Number(&'q Expr, &'q Goal),
    /// To be members, and to pass the filter.
    Nothing,
}

/// The members of a set, named one after the other by a variable.
#[derive(Clone, Copy)]
struct Drawn<'q> {
    var: VarId,
    set: &'q SetExpr,
    filter: Option<&'q Expr>,
}

/// Works out alternatives in one state of the facts.
struct Solver<'r> {
    row: Row<'r>,
    references: References,
    /// Relations that are being derived.
    depth: std::cell::Cell<usize>,
    /// Expressions worked on so far, for the whole search.
    steps: &'r std::cell::Cell<usize>,
}

impl<'r> Solver<'r> {
    fn new(row: Row<'r>, references: References, steps: &'r std::cell::Cell<usize>) -> Solver<'r> {
        Solver { row, references, depth: std::cell::Cell::new(0), steps }
    }

    /// What would satisfy every `require`. A `where` is true of what is violated, unless facts are in conflict;
    /// it has to be so again.
    fn check(&self, check: &Check, subject: SubjectRef) -> Alternatives {
        let mut env = environment(check.subject, subject);
        let condition = check.condition.as_ref();
        let applies = condition.map_or_else(nothing_to_do, |c| self.solve(c, true, &mut env));
        let each = check.requires.iter().map(|r| self.solve(&r.condition, true, &mut env));
        each.fold(applies, |all, one| product(&all, &one))
    }

    /// What would give an expression this truth.
    fn solve(&self, expr: &Expr, wanted: bool, env: &mut Env) -> Alternatives {
        if self.row.truth(expr, env) == Truth::of(wanted) {
            return nothing_to_do();
        }
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MAX_STEPS {
            return Vec::new();
        }
        match &expr.kind {
            ExprKind::Not(inner) => self.solve(inner, !wanted, env),
            ExprKind::Named { body, .. } => self.solve(body, wanted, env),
            ExprKind::And(parts) if wanted => self.every(parts, true, env),
            ExprKind::Or(parts) if !wanted => self.every(parts, false, env),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                bounded(parts.iter().flat_map(|p| self.solve(p, wanted, env)).collect())
            }
            ExprKind::Quantified { quantifier, var, set, filter, body } => {
                let drawn = Drawn { var: *var, set, filter: filter.as_deref() };
                let asked = Asked::Truth(body, wanted);
                let found = match (quantifier, wanted) {
                    (Quantifier::Any, true) | (Quantifier::All, false) => self.exists(drawn, asked, env),
                    (Quantifier::Any, false) | (Quantifier::All, true) => self.for_all(drawn, asked, env),
                };
                self.or_in_words(found, expr, wanted, env)
            }
            _ => self.leaf(expr, wanted, env),
        }
    }

    fn every(&self, parts: &[Expr], wanted: bool, env: &mut Env) -> Alternatives {
        parts.iter().fold(nothing_to_do(), |all, p| product(&all, &self.solve(p, wanted, env)))
    }

    fn leaf(&self, expr: &Expr, wanted: bool, env: &mut Env) -> Alternatives {
        let mut found = match &expr.kind {
            ExprKind::Attr { .. } => self.reach(expr, &Goal::Is(Datum::Const(Const::Bool(wanted))), env),
            ExprKind::Compare { op, left, right } => {
                let op = if wanted { *op } else { negated(*op) };
                self.compare(op, left, right, is_join(expr), env)
            }
            ExprKind::In { item, set } => self.membership(item, set, wanted, env),
            ExprKind::Related { relation, args } => {
                let codes: Vec<u32> = args.iter().map(|a| self.row.code(a, env)).collect();
                self.related(*relation, args, &codes, wanted)
            }
            _ => Vec::new(),
        };
        if self.references == References::Free || !is_join(expr) {
            found.extend(self.trials(expr, wanted, env, |ty| matches!(ty, Type::Ref(_))));
        }
        if found.is_empty() {
            found = self.trials(expr, wanted, env, |ty| matches!(ty, Type::Bool | Type::Enum(_)));
        }
        self.or_in_words(bounded(found), expr, wanted, env)
    }

    /// At least the place of the condition and the cells that it reads, when nothing better is known.
    fn or_in_words(&self, found: Alternatives, expr: &Expr, holds: bool, env: &mut Env) -> Alternatives {
        if !found.is_empty() {
            return found;
        }
        let cells = self.cells(expr, env);
        let is_whole = matches!(expr.kind, ExprKind::Quantified { .. } | ExprKind::Related { .. });
        if cells.is_empty() && !is_whole {
            return Vec::new();
        }
        vec![vec![Change::Condition { cells, span: expr.span, holds }]]
    }

    /// The cells that an expression reads, once each.
    fn cells(&self, expr: &Expr, env: &mut Env) -> Vec<Cell> {
        let mut row = self.fresh();
        row.reads = Some(std::cell::RefCell::new(Vec::new()));
        row.value(expr, env);
        let reads = row.reads.map(std::cell::RefCell::into_inner).unwrap_or_default();
        let mut cells: Vec<Cell> =
            reads.into_iter().map(|(kind, row, attr)| Cell { kind, row, attr }).collect();
        cells.sort_unstable();
        cells.dedup();
        cells.truncate(MAX_CHANGES);
        cells
    }

    fn known(&self) -> Known<'r> {
        Known { store: self.row.store, texts: &self.row.extents.texts }
    }

    /// The same state of the facts, to be changed.
    fn fresh(&self) -> Row<'r> {
        let mut row = Row::new(self.row.program, self.row.store, self.row.today, self.row.extents);
        row.overrides.clone_from(&self.row.overrides);
        row
    }

    fn attribute_type(&self, kind: KindId, attr: AttrId) -> Option<&'r Type> {
        self.row.program.schema.attribute(kind, attr).map(|a| &a.ty)
    }

    /// Values of the cells that an expression reads which would give it this truth, found by trying.
    fn trials(&self, expr: &Expr, wanted: bool, env: &mut Env, of: impl Fn(&Type) -> bool) -> Alternatives {
        let mut found = Vec::new();
        for cell in self.cells(expr, env) {
            let Some(ty) = self.attribute_type(cell.kind, cell.attr).filter(|ty| of(ty)) else { continue };
            let mut hits = 0;
            for value in values_of(self.row.program, self.known(), ty) {
                let Some(scalar) = self.known().scalar(&value) else { continue };
                let mut row = self.fresh();
                row.overrides.insert(cell.key(), Value::Scalar(scalar));
                if hits < MAX_REPOINTED && row.truth(expr, env) == Truth::of(wanted) {
                    hits += 1;
                    found.push(vec![Change::Set { cell, value }]);
                }
            }
        }
        found
    }

    /// Changes of either side; what is constant, and today, do not change.
    fn compare(&self, op: CompareOp, left: &Expr, right: &Expr, join: bool, env: &mut Env) -> Alternatives {
        let mut found = Vec::new();
        for (side, other, op) in [(left, right, op), (right, left, mirrored(op))] {
            let ties = join && self.references == References::Kept && self.row.code(side, env) < NONE;
            if ties {
                continue;
            }
            for goal in self.goals(op, side, other, env) {
                found.extend(self.reach(side, &goal, env));
            }
        }
        found
    }

    /// What one side of a comparison should become, given the other.
    fn goals(&self, op: CompareOp, side: &Expr, other: &Expr, env: &mut Env) -> Vec<Goal> {
        if side.ty.is_numeric() && !matches!(other.kind, ExprKind::None) {
            return number_goals(op, &side.ty, self.row.number(other, env));
        }
        let Some(value) = self.datum_of(other, env) else { return Vec::new() };
        let next = |c: &Const, by: i32| match c {
            Const::Enum(code) => {
                let code = u32::try_from(i64::from(*code) + i64::from(by)).ok()?;
                let exists = literals(self.row.program, &side.ty) > code as usize;
                exists.then_some(Const::Enum(code))
            }
            Const::Duration(d) => {
                Some(Const::Duration(Duration { months: d.months, days: d.days.checked_add(by)? }))
            }
            _ => None,
        };
        let goal = match (op, value) {
            (CompareOp::Eq, value) => Some(Goal::Is(value)),
            (CompareOp::Ne, Datum::Const(Const::Bool(b))) => Some(Goal::Is(Datum::Const(Const::Bool(!b)))),
            (CompareOp::Ne, value) => Some(Goal::Not(vec![value])),
            (CompareOp::Ge, Datum::Const(c)) => Some(Goal::AtLeast(c)),
            (CompareOp::Le, Datum::Const(c)) => Some(Goal::AtMost(c)),
            (CompareOp::Gt, Datum::Const(c)) => next(&c, 1).map(Goal::AtLeast),
            (CompareOp::Lt, Datum::Const(c)) => next(&c, -1).map(Goal::AtMost),
            _ => None,
        };
        goal.into_iter().collect()
    }

    /// The known value of an expression, numbers aside.
    fn datum_of(&self, expr: &Expr, env: &mut Env) -> Option<Datum> {
        match &expr.kind {
            ExprKind::Const(c) => Some(Datum::Const(c.clone())),
            ExprKind::None => Some(Datum::None),
            ExprKind::Named { body, .. } => self.datum_of(body, env),
            _ => match self.row.value(expr, env) {
                Val::Truth(Truth::Unknown) | Val::Number(_) => None,
                Val::Truth(t) => Some(Datum::Const(Const::Bool(t == Truth::True))),
                Val::Duration(_, Some(d)) => Some(Datum::Const(Const::Duration(d))),
                Val::Code(code) | Val::Duration(code, None) => self.known().datum(&expr.ty, code),
            },
        }
    }

    /// What would bring an expression to a goal.
    fn reach(&self, expr: &Expr, goal: &Goal, env: &mut Env) -> Alternatives {
        match &expr.kind {
            ExprKind::Attr { base, kind, attr } => {
                let row = self.row.code(base, env);
                let exists =
                    row == NEW_RECORD || self.row.store.kind(*kind).is_some_and(|t| (row as usize) < t.len());
                let cell = Cell { kind: *kind, row, attr: *attr };
                if exists { vec![vec![goal.change(cell)]] } else { Vec::new() }
            }
            ExprKind::Named { body, .. } => self.reach(body, goal, env),
            ExprKind::ToDecimal(inner) => {
                let one = i128::from(kijun_facts::value::DECIMAL_ONE);
                let scaled =
                    goal.number().map(i128::from).map(|n| (-(-n).div_euclid(one), n.div_euclid(one)));
                let inner_goal = scaled.and_then(|(low, high)| goal.moved(&inner.ty, low, high, false));
                inner_goal.map_or_else(Vec::new, |g| self.reach(inner, &g, env))
            }
            ExprKind::Arith { op, left, right } => self.arith(*op, left, right, goal, env),
            ExprKind::Aggregated { aggregate, var, set, filter, body } => {
                let drawn = Drawn { var: *var, set, filter: filter.as_deref() };
                let value = self.row.number(expr, env);
                self.aggregate(*aggregate, drawn, body.as_deref(), value, goal, env)
            }
            _ => match goal {
                Goal::Is(Datum::Const(Const::Bool(b))) => self.solve(expr, *b, env),
                _ => Vec::new(),
            },
        }
    }

    /// A sum, difference or product reaches its goal through either operand.
    fn arith(&self, op: ArithOp, left: &Expr, right: &Expr, goal: &Goal, env: &mut Env) -> Alternatives {
        let Some(n) = goal.number() else { return Vec::new() };
        if let Val::Duration(_, duration) = self.row.value(right, env) {
            let sign = if op == ArithOp::Sub { -1 } else { 1 };
            let moved = duration.and_then(|d| {
                let (low, high) = (least_day(n, d, sign)?, greatest_day(n, d, sign)?);
                goal.moved(&left.ty, low.into(), high.into(), false)
            });
            return moved.map_or_else(Vec::new, |g| self.reach(left, &g, env));
        }
        let (l, r) = (self.row.number(left, env), self.row.number(right, env));
        let mut found = Vec::new();
        if let Some((low, high)) = other_operand(op, n, r, scale_of(&left.ty)) {
            let moved = goal.moved(&left.ty, low, high, false);
            found.extend(moved.map_or_else(Vec::new, |g| self.reach(left, &g, env)));
        }
        let turned = op == ArithOp::Sub;
        // a - b >= n is b <= a - n: the goal turns around.
        let bounds = if turned {
            finite(l).map(|(lo, hi)| (hi - i128::from(n), lo - i128::from(n)))
        } else {
            other_operand(op, n, l, scale_of(&right.ty))
        };
        if let Some((low, high)) = bounds {
            let moved = goal.moved(&right.ty, low, high, turned);
            found.extend(moved.map_or_else(Vec::new, |g| self.reach(right, &g, env)));
        }
        found
    }

    fn membership(&self, item: &Expr, set: &SetExpr, wanted: bool, env: &mut Env) -> Alternatives {
        let code = self.row.code(item, env);
        let members = self.row.members(set, env);
        let mut found = match self.datum_of(item, env) {
            Some(Datum::None) | None => Vec::new(),
            Some(member) if wanted => self.enter(set, code, member, env),
            Some(member) => self.leave(set, code, member, env),
        };
        let named: Vec<Datum> = self.named(set, &members, &item.ty, env);
        if wanted {
            for member in named {
                found.extend(self.reach(item, &Goal::Is(member), env));
            }
        } else if !named.is_empty() && !members.open {
            found.extend(self.reach(item, &Goal::Not(named), env));
        }
        found
    }

    /// The members that a set is known to have, or may not have, as values.
    fn named(&self, set: &SetExpr, members: &Members, ty: &Type, env: &mut Env) -> Vec<Datum> {
        match set {
            SetExpr::Literal(items) => {
                let known = items.iter().filter_map(|i| self.datum_of(i, env));
                known.filter(|d| *d != Datum::None).collect()
            }
            SetExpr::Extent(_) if !members.open => Vec::new(),
            _ => {
                let codes = members.certain.iter().take(MAX_ALTERNATIVES);
                codes.filter_map(|c| self.known().datum(ty, *c)).collect()
            }
        }
    }

    /// What would make this a certain member.
    fn enter(&self, set: &SetExpr, code: u32, member: Datum, env: &mut Env) -> Alternatives {
        match set {
            SetExpr::Attr { .. } => {
                self.set_cell(set, env).map_or_else(Vec::new, |cell| vec![vec![Change::Add { cell, member }]])
            }
            SetExpr::Image { relation, args } => self.image(*relation, args, code, true, env),
            SetExpr::Extent(_) => Vec::new(),
            SetExpr::Literal(items) => {
                let each = items.iter().flat_map(|i| self.reach(i, &Goal::Is(member.clone()), env));
                each.collect()
            }
        }
    }

    /// What would make this certainly no member.
    fn leave(&self, set: &SetExpr, code: u32, member: Datum, env: &mut Env) -> Alternatives {
        match set {
            SetExpr::Attr { .. } => {
                let Some(cell) = self.set_cell(set, env) else { return Vec::new() };
                let members = self.row.members(set, env);
                let mut changes = Vec::new();
                if members.certain.contains(&code) || members.possible.contains(&code) {
                    changes.push(Change::Remove { cell, member });
                }
                if members.open {
                    changes.push(Change::Close { cell });
                }
                vec![changes]
            }
            SetExpr::Image { relation, args } => self.image(*relation, args, code, false, env),
            SetExpr::Extent(_) => Vec::new(),
            SetExpr::Literal(items) => items.iter().fold(nothing_to_do(), |all, item| {
                let differs = self.datum_of(item, env).is_some_and(|d| d != member);
                let goal = Goal::Not(vec![member.clone()]);
                if differs { all } else { product(&all, &self.reach(item, &goal, env)) }
            }),
        }
    }

    fn image(
        &self,
        relation: RelationId,
        args: &[Expr],
        code: u32,
        holds: bool,
        env: &mut Env,
    ) -> Alternatives {
        let mut codes: Vec<u32> = args.iter().map(|a| self.row.code(a, env)).collect();
        codes.push(code);
        self.related(relation, args, &codes, holds)
    }

    /// The cell of a set attribute, when its record is known.
    fn set_cell(&self, set: &SetExpr, env: &mut Env) -> Option<Cell> {
        let SetExpr::Attr { base, kind, attr } = set else { return None };
        let row = self.row.code(base, env);
        let exists = row == NEW_RECORD || (row as usize) < self.row.store.kind(*kind)?.len();
        exists.then_some(Cell { kind: *kind, row, attr: *attr })
    }

    /// The type of the members of a set.
    fn member_type(&self, set: &SetExpr) -> Option<Type> {
        match set {
            SetExpr::Attr { kind, attr, .. } => self.attribute_type(*kind, *attr)?.element().cloned(),
            SetExpr::Extent(kind) => Some(Type::Ref(*kind)),
            SetExpr::Image { relation, .. } => self.row.program.relation(*relation)?.columns.last().cloned(),
            SetExpr::Literal(items) => items.first().map(|i| i.ty.clone()),
        }
    }

    /// What would give the member that the variable names what is asked of it.
    fn settle(&self, asked: Asked<'_>, env: &mut Env) -> Alternatives {
        match asked {
            Asked::Truth(body, wanted) => self.solve(body, wanted, env),
            Asked::Number(body, goal) if goal.is_reached(self.row.number(body, env)) => nothing_to_do(),
            Asked::Number(body, goal) => self.reach(body, goal, env),
            Asked::Nothing => nothing_to_do(),
        }
    }

    fn passes(&self, filter: Option<&Expr>, wanted: bool, env: &mut Env) -> Alternatives {
        match filter {
            Some(filter) => self.solve(filter, wanted, env),
            None if wanted => nothing_to_do(),
            None => Vec::new(),
        }
    }

    /// Members, those that the filter does not leave out first: they take fewer changes.
    fn members(&self, drawn: Drawn<'_>, env: &mut Env) -> Vec<(u32, bool)> {
        let members = self.row.members(drawn.set, env);
        let (mut first, mut later) = (Vec::new(), Vec::new());
        for (member, certain) in members.each().filter(|(m, _)| *m != UNKNOWN) {
            Row::bind(env, drawn.var, member);
            let left_out = drawn.filter.is_some_and(|f| self.row.truth(f, env) == Truth::False);
            if left_out { later.push((member, certain)) } else { first.push((member, certain)) }
        }
        first.extend(later);
        first
    }

    /// Some member, an existing one or a new one, has what is asked.
    fn exists(&self, drawn: Drawn<'_>, asked: Asked<'_>, env: &mut Env) -> Alternatives {
        let each = self.each_member(drawn, asked, env);
        bounded(each.into_iter().flatten().chain(self.added(drawn, asked, env)).collect())
    }

    /// Per member: what would make it certain, pass the filter and have what is asked.
    fn each_member(&self, drawn: Drawn<'_>, asked: Asked<'_>, env: &mut Env) -> Vec<Alternatives> {
        let ty = self.member_type(drawn.set);
        let mut out = Vec::new();
        for (member, certain) in self.members(drawn, env).into_iter().take(MAX_MEMBERS) {
            let value = ty.as_ref().and_then(|ty| self.known().datum(ty, member));
            let inside = match value {
                _ if certain => nothing_to_do(),
                Some(value) => self.enter(drawn.set, member, value, env),
                None => Vec::new(),
            };
            Row::bind(env, drawn.var, member);
            let passes = product(&inside, &self.passes(drawn.filter, true, env));
            if !passes.is_empty() {
                out.push(product(&passes, &self.settle(asked, env)));
            }
        }
        out
    }

    /// What could join a set and would have what is asked: values for a set attribute, a new record of a kind.
    fn added(&self, drawn: Drawn<'_>, asked: Asked<'_>, env: &mut Env) -> Alternatives {
        match drawn.set {
            SetExpr::Extent(kind) => self.new_record(*kind, drawn, asked, env),
            SetExpr::Attr { .. } => self.new_member(drawn, asked, env),
            SetExpr::Image { relation, args } => {
                let mut args: Vec<Option<Datum>> = args.iter().map(|a| self.datum_of(a, env)).collect();
                args.push(None);
                vec![vec![Change::Tuple { relation: *relation, args, holds: true }]]
            }
            SetExpr::Literal(_) => Vec::new(),
        }
    }

    fn new_member(&self, drawn: Drawn<'_>, asked: Asked<'_>, env: &mut Env) -> Alternatives {
        let (Some(cell), Some(ty)) = (self.set_cell(drawn.set, env), self.member_type(drawn.set)) else {
            return Vec::new();
        };
        let members = self.row.members(drawn.set, env);
        let mut found = Vec::new();
        for member in values_of(self.row.program, self.known(), &ty) {
            let Some(code) = self.known().code(&member) else { continue };
            if found.len() >= MAX_REPOINTED
                || members.certain.contains(&code)
                || members.possible.contains(&code)
            {
                continue;
            }
            Row::bind(env, drawn.var, code);
            let fits = product(&self.passes(drawn.filter, true, env), &self.settle(asked, env));
            // A member that would have to change first is not worth adding.
            if fits.first().is_some_and(Vec::is_empty) {
                found.push(vec![Change::Add { cell, member }]);
            }
        }
        found
    }

    fn new_record(&self, kind: KindId, drawn: Drawn<'_>, asked: Asked<'_>, env: &mut Env) -> Alternatives {
        Row::bind(env, drawn.var, NEW_RECORD);
        let found = product(&self.passes(drawn.filter, true, env), &self.settle(asked, env));
        let body = match asked {
            Asked::Truth(body, _) | Asked::Number(body, _) => Some(body.span),
            Asked::Nothing => None,
        };
        let conditions: Vec<Span> = drawn.filter.map(|f| f.span).into_iter().chain(body).collect();
        let found = if found.is_empty() { nothing_to_do() } else { found };
        let record = |changes: Vec<Change>| as_record(kind, without_condition(changes), &conditions);
        found.into_iter().take(2).map(record).collect()
    }

    /// Every member that does not yet have what is asked gets it, leaves the set or is left out by the filter.
    fn for_all(&self, drawn: Drawn<'_>, asked: Asked<'_>, env: &mut Env) -> Alternatives {
        let closed = self.closed(drawn, asked, env);
        let mut all = nothing_to_do();
        for (member, _) in self.members(drawn, env) {
            if all.is_empty() || closed.is_empty() {
                return Vec::new();
            }
            Row::bind(env, drawn.var, member);
            all = product(&all, &self.harmless(drawn, member, asked, env));
        }
        product(&all, &closed)
    }

    fn harmless(&self, drawn: Drawn<'_>, member: u32, asked: Asked<'_>, env: &mut Env) -> Alternatives {
        if drawn.filter.is_some_and(|f| self.row.truth(f, env) == Truth::False) {
            return nothing_to_do();
        }
        let mut found = self.settle(asked, env);
        if !found.iter().any(Vec::is_empty) {
            found.extend(self.excluded(drawn, member, env));
        }
        bounded(found)
    }

    /// What would take a member out of a set, or let the filter leave it out.
    fn excluded(&self, drawn: Drawn<'_>, member: u32, env: &mut Env) -> Alternatives {
        Row::bind(env, drawn.var, member);
        let mut found = self.passes(drawn.filter, false, env);
        let value = self.member_type(drawn.set).and_then(|ty| self.known().datum(&ty, member));
        if let Some(value) = value {
            found.extend(self.leave(drawn.set, member, value, env));
        }
        found
    }

    /// What would settle the members that an open set leaves unnamed.
    fn closed(&self, drawn: Drawn<'_>, asked: Asked<'_>, env: &mut Env) -> Alternatives {
        if !self.row.members(drawn.set, env).open {
            return nothing_to_do();
        }
        Row::bind(env, drawn.var, UNKNOWN);
        let left_out = drawn.filter.is_some_and(|f| self.row.truth(f, env) == Truth::False);
        let fits =
            matches!(asked, Asked::Truth(body, wanted) if self.row.truth(body, env) == Truth::of(wanted));
        match drawn.set {
            _ if left_out || fits => nothing_to_do(),
            SetExpr::Extent(kind) => vec![vec![Change::Register { kind: *kind }]],
            SetExpr::Attr { .. } => {
                self.set_cell(drawn.set, env).map_or_else(Vec::new, |cell| vec![vec![Change::Close { cell }]])
            }
            SetExpr::Image { .. } | SetExpr::Literal(_) => Vec::new(),
        }
    }

    fn aggregate(
        &self,
        aggregate: Aggregate,
        drawn: Drawn<'_>,
        body: Option<&Expr>,
        value: Interval,
        goal: &Goal,
        env: &mut Env,
    ) -> Alternatives {
        let Some(n) = goal.number() else { return Vec::new() };
        let up = match goal {
            Goal::AtLeast(_) => true,
            Goal::AtMost(_) => false,
            _ => value.hi < n,
        };
        match (aggregate, body) {
            (Aggregate::Count, _) if up => {
                self.more(drawn, usize::try_from(n.saturating_sub(value.lo)).unwrap_or(0), env)
            }
            (Aggregate::Count, _) => self.fewer(drawn, n, env),
            (Aggregate::Min, Some(body)) if up => self.for_all(drawn, Asked::Number(body, goal), env),
            (Aggregate::Max, Some(body)) if !up => self.for_all(drawn, Asked::Number(body, goal), env),
            (Aggregate::Min | Aggregate::Max, Some(body)) => {
                self.exists(drawn, Asked::Number(body, goal), env)
            }
            (Aggregate::Sum, Some(body)) => self.summand(drawn, body, value, goal, n, env),
            (Aggregate::Share, Some(body)) => self.share(drawn, body, n, up, env),
            (_, None) => Vec::new(),
        }
    }

    /// So many members more that pass the filter.
    fn more(&self, drawn: Drawn<'_>, count: usize, env: &mut Env) -> Alternatives {
        let mut each = self.each_member(drawn, Asked::Nothing, env);
        each.retain(|alternatives| !alternatives.iter().any(Vec::is_empty));
        each.extend(self.added(drawn, Asked::Nothing, env).into_iter().map(|changes| vec![changes]));
        at_least(count, &each)
    }

    /// At most so many members that may pass the filter.
    fn fewer(&self, drawn: Drawn<'_>, most: i64, env: &mut Env) -> Alternatives {
        let passing: Vec<u32> = self
            .members(drawn, env)
            .into_iter()
            .filter(|(member, _)| {
                Row::bind(env, drawn.var, *member);
                drawn.filter.is_none_or(|f| self.row.truth(f, env) != Truth::False)
            })
            .map(|(member, _)| member)
            .collect();
        let surplus = (passing.len() as i64).saturating_sub(most);
        let each: Vec<Alternatives> =
            passing.into_iter().take(MAX_MEMBERS).map(|m| bounded(self.excluded(drawn, m, env))).collect();
        let out = at_least(usize::try_from(surplus).unwrap_or(0), &each);
        product(&out, &self.closed(drawn, Asked::Nothing, env))
    }

    /// One summand makes up for the difference.
    fn summand(
        &self,
        drawn: Drawn<'_>,
        body: &Expr,
        sum: Interval,
        goal: &Goal,
        n: i64,
        env: &mut Env,
    ) -> Alternatives {
        let Some((low, high)) = finite(sum) else { return Vec::new() };
        let mut found = Vec::new();
        for (member, _) in self.members(drawn, env).into_iter().take(MAX_MEMBERS) {
            Row::bind(env, drawn.var, member);
            if drawn.filter.is_some_and(|f| self.row.truth(f, env) != Truth::True) {
                continue;
            }
            let Some((lo, hi)) = finite(self.row.number(body, env)) else { continue };
            let n = i128::from(n);
            if let Some(goal) = goal.moved(&body.ty, n - (low - lo), n - (high - hi), false) {
                found.extend(self.reach(body, &goal, env));
            }
        }
        bounded(found)
    }

    /// So many members get the body true (or false) that the share reaches `n` millionths.
    fn share(&self, drawn: Drawn<'_>, body: &Expr, n: i64, up: bool, env: &mut Env) -> Alternatives {
        let mut each = Vec::new();
        let (mut all, mut so) = (0_i128, 0_i128);
        for (member, _) in self.members(drawn, env).into_iter().take(MAX_MEMBERS) {
            Row::bind(env, drawn.var, member);
            if drawn.filter.is_some_and(|f| self.row.truth(f, env) != Truth::True) {
                continue;
            }
            all += 1;
            if self.row.truth(body, env) == Truth::of(up) {
                so += 1;
            } else {
                each.push(self.solve(body, up, env));
            }
        }
        let one = i128::from(kijun_facts::value::DECIMAL_ONE);
        let wanted = if up { i128::from(n) } else { one - i128::from(n) };
        let needed = -(-wanted * all).div_euclid(one) - so;
        at_least(usize::try_from(needed).unwrap_or(0), &each)
    }

    /// A relation holds or not: through the facts it derives from, else in words.
    fn related(&self, relation: RelationId, args: &[Expr], codes: &[u32], holds: bool) -> Alternatives {
        let known = !codes.iter().any(|c| *c == UNKNOWN || *c == NONE);
        if known && self.depth.get() < MAX_DEPTH {
            self.depth.set(self.depth.get() + 1);
            let found = if holds { self.derive(relation, codes) } else { self.underive(relation, codes) };
            self.depth.set(self.depth.get() - 1);
            if !found.is_empty() {
                return found;
            }
        }
        // Inside a derivation a tuple in words only repeats what the relation in question says.
        let columns = self.row.program.relation(relation).map(|r| r.columns.as_slice()).unwrap_or_default();
        if self.depth.get() > 0 || (!known && !args.is_empty() && holds) {
            return Vec::new();
        }
        let args = columns.iter().zip(codes).map(|(ty, code)| self.known().datum(ty, *code)).collect();
        vec![vec![Change::Tuple { relation, args, holds }]]
    }

    /// No derivation of a tuple that may be this one is left.
    fn underive(&self, relation: RelationId, codes: &[u32]) -> Alternatives {
        let Some(extent) = self.row.extents.get(relation) else { return Vec::new() };
        let Some(rules) = self.row.program.relation(relation).map(|r| &r.rules) else { return Vec::new() };
        let mut all = nothing_to_do();
        let tuples = (0..).map_while(|i| extent.tuple(i));
        for (tuple, _) in tuples.filter(|(t, _)| t.iter().zip(codes).all(|(a, b)| a == b || *a == UNKNOWN)) {
            for rule in rules {
                let body = Body { row: self.fresh(), rule };
                let mut found: Vec<Env> = Vec::new();
                body.derivations(tuple, &mut |env, _| found.push(env.clone()));
                for mut env in found.into_iter().take(MAX_ALTERNATIVES) {
                    let broken = rule.body.iter().flat_map(|c| self.solve(c, false, &mut env)).collect();
                    all = product(&all, &bounded(without_words(broken)));
                }
            }
        }
        // Changes of nothing do not undo anything.
        all.retain(|changes| !changes.is_empty());
        all
    }

    /// Some rule gives this tuple.
    fn derive(&self, relation: RelationId, codes: &[u32]) -> Alternatives {
        let rules = self.row.program.relation(relation).map(|r| r.rules.as_slice()).unwrap_or_default();
        let mut found = Vec::new();
        for rule in rules {
            let mut env = Env::new();
            let mut bound = rule.head.clone();
            rule.head.iter().zip(codes).for_each(|(var, code)| Row::bind(&mut env, *var, *code));
            found.extend(self.body(rule, 0, &mut bound, &mut env));
        }
        bounded(without_words(found))
    }

    /// The conjuncts of a rule from `position` on hold, for some members that its variables may name.
    fn body(&self, rule: &Rule, position: usize, bound: &mut Vec<VarId>, env: &mut Env) -> Alternatives {
        let Some(conjunct) = rule.body.get(position) else { return nothing_to_do() };
        let mut free: Vec<VarId> = Vec::new();
        walk::free_vars(conjunct, &mut |v| {
            if !bound.contains(&v) {
                free.push(v);
            }
        });
        match (&conjunct.kind, free.as_slice()) {
            (_, []) => product(&self.solve(conjunct, true, env), &self.body(rule, position + 1, bound, env)),
            (ExprKind::In { item, set }, [var]) if matches!(item.kind, ExprKind::Var(v) if v == *var) => {
                let drawn = Drawn { var: *var, set, filter: None };
                bound.push(*var);
                let mut found = Vec::new();
                for (member, certain) in self.members(drawn, env).into_iter().take(MAX_MEMBERS) {
                    Row::bind(env, *var, member);
                    if certain {
                        found.extend(self.body(rule, position + 1, bound, env));
                    }
                }
                if let SetExpr::Extent(kind) = set {
                    found.extend(self.record_for(rule, position + 1, *kind, *var, bound, env));
                }
                bound.pop();
                bounded(found)
            }
            _ => Vec::new(),
        }
    }

    /// A new record through which the rest of a rule's body holds.
    fn record_for(
        &self,
        rule: &Rule,
        position: usize,
        kind: KindId,
        var: VarId,
        bound: &mut Vec<VarId>,
        env: &mut Env,
    ) -> Alternatives {
        Row::bind(env, var, NEW_RECORD);
        let rest = self.body(rule, position, bound, env);
        let conditions: Vec<Span> = rule.body.iter().skip(position).map(|c| c.span).collect();
        let record = |changes: Vec<Change>| as_record(kind, changes, &conditions);
        without_words(rest).into_iter().take(2).map(record).collect()
    }
}

/// What trying a set of changes showed.
enum Tried {
    Satisfies,
    /// It cannot be written into the facts.
    Untried,
    /// It does not suffice, or not with every value that it allows; this would have to come on top.
    Lacks(Alternatives),
    /// Some of the values that it allows suffice: these.
    OnlyWith(Vec<Change>),
}

/// The search for the repairs of one outcome.
struct Search<'s, 'a> {
    evaluation: &'s Evaluation<'a>,
    check: &'s Check,
    subject: SubjectRef,
    /// Attributes from which relations derive: a change of them is tried with all relations derived again.
    derived: FxHashSet<(KindId, AttrId)>,
    /// The constants of the check.
    mentioned: Vec<Const>,
    derivations: std::cell::Cell<usize>,
    steps: std::cell::Cell<usize>,
}

impl Search<'_, '_> {
    fn run(&self, references: References) -> Vec<Repair> {
        let mut open =
            Solver::new(self.evaluation.row(), references, &self.steps).check(self.check, self.subject);
        let (mut verified, mut unverified): (Alternatives, Alternatives) = (Vec::new(), Vec::new());
        for _ in 0..MAX_ROUNDS {
            let mut next = Vec::new();
            for changes in open {
                match self.tried(&changes, references) {
                    Tried::Satisfies => verified.push(self.least(changes)),
                    Tried::Untried => unverified.push(changes),
                    Tried::Lacks(more) => next.extend(product(&vec![changes], &more)),
                    Tried::OnlyWith(values) => verified.push(self.least(values)),
                }
            }
            open = bounded(next);
        }
        best(verified.into_iter().map(|changes| self.plain(changes)).collect(), unverified)
    }

    /// Makes the changes with every value tried for those that leave a choice: all have to satisfy.
    fn tried(&self, changes: &[Change], references: References) -> Tried {
        if !changes.iter().all(Change::is_expressible) {
            return Tried::Untried;
        }
        let Some(failing) = self.failing(changes) else { return Tried::Untried };
        let Some(sample) = failing else { return Tried::Satisfies };
        let solve = |row: Row<'_>| Solver::new(row, references, &self.steps).check(self.check, self.subject);
        let more = self.in_world(changes, sample, solve).unwrap_or_default();
        if sample > 0 && product(&vec![changes.to_vec()], &more).is_empty() {
            return self.only_with_first(changes).map_or(Tried::Untried, Tried::OnlyWith);
        }
        Tried::Lacks(more)
    }

    /// The first choice of values that does not satisfy, if any; `None` if some value cannot be written.
    fn failing(&self, changes: &[Change]) -> Option<Option<usize>> {
        let choices: usize = self.choices(changes).iter().map(|(_, values)| values.len().max(1)).product();
        for sample in 0..choices.min(MAX_SAMPLES) {
            let status = |row: Row<'_>| Evaluation::status(&row, self.check, self.subject);
            if self.in_world(changes, sample, status)? != Verdict::Satisfied {
                return Some(Some(sample));
            }
        }
        Some(None)
    }

    fn satisfies(&self, changes: &[Change]) -> bool {
        self.failing(changes) == Some(None)
    }

    /// The changes with the first of the values that they leave the choice between.
    fn only_with_first(&self, changes: &[Change]) -> Option<Vec<Change>> {
        let mut out: Vec<Change> = Vec::new();
        for change in changes {
            let fixed = match change {
                Change::OtherThan { cell, .. }
                | Change::AtLeast { cell, .. }
                | Change::AtMost { cell, .. } => {
                    Change::Set { cell: *cell, value: self.data(*cell, changes).into_iter().next()? }
                }
                other => other.clone(),
            };
            if !out.contains(&fixed) {
                out.push(fixed);
            }
        }
        self.satisfies(&out).then_some(out)
    }

    /// Without the changes that are not needed.
    fn least(&self, mut changes: Vec<Change>) -> Vec<Change> {
        let mut i = 0;
        while i < changes.len() && changes.len() > 1 {
            let mut fewer = changes.clone();
            fewer.remove(i);
            if self.satisfies(&fewer) { changes = fewer } else { i += 1 }
        }
        changes
    }

    /// "Other than" all literals but one is that one.
    fn plain(&self, changes: Vec<Change>) -> Vec<Change> {
        let only = |change: &Change| {
            let Change::OtherThan { cell, .. } = change else { return None };
            let is_enum = matches!(self.attribute_type(*cell), Some(Type::Enum(_)));
            match self.data(*cell, &changes).as_slice() {
                [value] if is_enum => Some(Change::Set { cell: *cell, value: value.clone() }),
                _ => None,
            }
        };
        let sets: Vec<Change> = changes.iter().filter_map(only).collect();
        merge(&changes, &sets).unwrap_or(changes)
    }

    fn known(&self) -> Known<'_> {
        Known { store: self.evaluation.store, texts: &self.evaluation.extents.texts }
    }

    fn attribute_type(&self, cell: Cell) -> Option<&Type> {
        self.evaluation.program.schema.attribute(cell.kind, cell.attr).map(|a| &a.ty)
    }

    /// Reads the facts as they would be after the changes; `sample` chooses among values where several would do.
    fn in_world<R>(&self, changes: &[Change], sample: usize, read: impl FnOnce(Row<'_>) -> R) -> Option<R> {
        let mut row = self.evaluation.row();
        let mut rest = sample;
        for (cell, values) in self.choices(changes) {
            let value = values.get(rest % values.len().max(1))?;
            rest /= values.len().max(1);
            row.overrides.insert(cell.key(), value.clone());
        }
        let derives = |c: &Change| match c {
            Change::Register { .. } => true,
            other => other.cell().is_some_and(|c| self.derived.contains(&(c.kind, c.attr))),
        };
        if !changes.iter().any(derives) {
            return Some(read(row));
        }
        if self.derivations.get() >= MAX_DERIVATIONS {
            return None;
        }
        self.derivations.set(self.derivations.get() + 1);
        let store = rewritten(&row, changes);
        let Row { program, today, .. } = row;
        let extents = extents::evaluate(program, &store, today);
        Some(read(Row::new(program, &store, today, &extents)))
    }

    /// Each cell that changes, with the values to try for it: only the ends when all combinations would be too many.
    fn choices(&self, changes: &[Change]) -> Vec<(Cell, Vec<Value>)> {
        let mut cells: Vec<Cell> = changes.iter().filter_map(Change::cell).collect();
        cells.sort_unstable();
        cells.dedup();
        let mut choices: Vec<(Cell, Vec<Value>)> =
            cells.into_iter().map(|c| (c, self.values(c, changes))).collect();
        let all = choices.iter().fold(1_usize, |n, (_, values)| n.saturating_mul(values.len().max(1)));
        if all > MAX_SAMPLES && choices.len() > 1 {
            for (_, values) in &mut choices {
                if let ([first, .., last], true) = (values.as_slice(), values.len() > 2) {
                    *values = vec![first.clone(), last.clone()];
                }
            }
        }
        choices
    }

    /// Values of the cell that all the changes allow, the nearest one first.
    fn values(&self, cell: Cell, changes: &[Change]) -> Vec<Value> {
        let Some(ty) = self.attribute_type(cell) else { return Vec::new() };
        let here: Vec<&Change> = changes.iter().filter(|c| c.cell() == Some(cell)).collect();
        if let Some(element) = ty.element() {
            return vec![set_after(self.known(), element, members_of(&self.evaluation.row(), cell), &here)];
        }
        let known = self.data(cell, changes).into_iter().filter_map(|d| self.known().stated(&d));
        // Texts cannot be listed: one that nobody mentions stands for the others.
        let other = match ty {
            Type::Text => Some(Value::Scalar(Scalar::Text(SOME_TEXT))),
            Type::Requirement => Some(Value::Scalar(Scalar::Requirement(SOME_TEXT))),
            _ => None,
        };
        let is_free = here.iter().all(|c| matches!(c, Change::OtherThan { .. }));
        known.chain(other.filter(|_| is_free)).collect()
    }

    fn data(&self, cell: Cell, changes: &[Change]) -> Vec<Datum> {
        let here = || changes.iter().filter(|c| c.cell() == Some(cell));
        let avoided: Vec<&Datum> = here()
            .flat_map(|c| if let Change::OtherThan { values, .. } = c { values.as_slice() } else { &[] })
            .collect();
        let set = here().find_map(|c| if let Change::Set { value, .. } = c { Some(value) } else { None });
        if let Some(value) = set {
            return vec![value.clone()];
        }
        let low = here().find_map(|c| if let Change::AtLeast { bound, .. } = c { Some(bound) } else { None });
        let high = here().find_map(|c| if let Change::AtMost { bound, .. } = c { Some(bound) } else { None });
        if low.is_some() || high.is_some() {
            return self.between(cell, low, high, &avoided);
        }
        let Some(ty) = self.attribute_type(cell) else { return Vec::new() };
        let Evaluation { program, today, .. } = self.evaluation;
        let all = samples_of(program, self.known(), ty, &self.mentioned, *today);
        all.into_iter().filter(|d| !avoided.contains(&d)).collect()
    }

    /// The ends of a range, the open one far away; of an ordered enum every literal in it.
    fn between(
        &self,
        cell: Cell,
        low: Option<&Const>,
        high: Option<&Const>,
        avoided: &[&Datum],
    ) -> Vec<Datum> {
        let is_inside =
            |at: Option<i64>| low.is_none_or(|l| at >= size(l)) && high.is_none_or(|h| at <= size(h));
        if let Some(ty @ Type::Enum(_)) = self.attribute_type(cell) {
            let all = values_of(self.evaluation.program, self.known(), ty).into_iter();
            return all.filter(|d| is_inside(size_of(d)) && !avoided.contains(&d)).collect();
        }
        let near = match (low, high) {
            (Some(low), _) => first_allowed(low, 1, avoided),
            (None, high) => high.and_then(|h| first_allowed(h, -1, avoided)),
        };
        let far = match (low, high) {
            (Some(_), Some(high)) => first_allowed(high, -1, avoided),
            (Some(low), None) => further(low, FAR),
            (None, high) => high.and_then(|h| further(h, -FAR)),
        };
        near.into_iter().chain(far).filter(|c| is_inside(size(c))).map(Datum::Const).collect()
    }
}

/// The repairs found, best first. What is only said in words is worth nothing beside something that works.
fn best(verified: Alternatives, unverified: Alternatives) -> Vec<Repair> {
    let verified = bounded(verified);
    let unverified = bounded(unverified);
    let in_words = |changes: &Vec<Change>| changes.iter().any(|c| matches!(c, Change::Condition { .. }));
    let better = verified.len() + unverified.iter().filter(|u| !in_words(u)).count();
    let rest: Vec<Vec<Change>> = unverified
        .into_iter()
        .filter(|u| better == 0 || !in_words(u))
        .filter(|u| !verified.iter().any(|v| contains(u, v)))
        .collect();
    let repair = |unverified: bool| move |changes: Vec<Change>| Repair { changes, unverified };
    let all = verified.into_iter().map(repair(false)).chain(rest.into_iter().map(repair(true)));
    all.take(MAX_REPAIRS).collect()
}

/// Changes of the cells of a new record become that record.
fn as_record(kind: KindId, changes: Vec<Change>, conditions: &[Span]) -> Vec<Change> {
    let is_field = |c: &Change| c.cell().is_some_and(|c| c.kind == kind && c.row == NEW_RECORD);
    let (fields, mut others): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(is_field);
    others.push(Change::Record { kind, fields, conditions: conditions.to_vec() });
    others
}

/// What a new record must meet is in its conditions already.
fn without_condition(mut changes: Vec<Change>) -> Vec<Change> {
    changes.retain(|c| !matches!(c, Change::Condition { .. }));
    changes
}

fn without_words(mut alternatives: Alternatives) -> Alternatives {
    alternatives.retain(|changes| !changes.iter().any(|c| matches!(c, Change::Condition { .. })));
    alternatives
}

/// The attributes that relations read, if the check looks at a relation.
fn attributes_of_relations(program: &Program, check: &Check) -> FxHashSet<(KindId, AttrId)> {
    let mut uses = false;
    for expr in check.condition.iter().chain(check.requires.iter().map(|r| &r.condition)) {
        walk::expressions(expr, &mut |e| {
            uses |= matches!(e.kind, ExprKind::Related { .. })
                || matches!(set_of(e), Some(SetExpr::Image { .. }));
        });
    }
    let mut found = FxHashSet::default();
    if uses {
        for conjunct in program.relations.iter().flat_map(|r| &r.rules).flat_map(|r| &r.body) {
            walk::expressions(conjunct, &mut |e| {
                if let ExprKind::Attr { kind, attr, .. } = e.kind {
                    found.insert((kind, attr));
                }
                if let Some(SetExpr::Attr { kind, attr, .. }) = set_of(e) {
                    found.insert((*kind, *attr));
                }
            });
        }
    }
    found
}

fn constants(check: &Check) -> Vec<Const> {
    let mut found: Vec<Const> = Vec::new();
    for expr in check.condition.iter().chain(check.requires.iter().map(|r| &r.condition)) {
        walk::expressions(expr, &mut |e| match &e.kind {
            ExprKind::Const(c) if !found.contains(c) => found.push(c.clone()),
            _ => {}
        });
    }
    found
}

fn set_of(expr: &Expr) -> Option<&SetExpr> {
    match &expr.kind {
        ExprKind::In { set, .. } | ExprKind::Quantified { set, .. } | ExprKind::Aggregated { set, .. } => {
            Some(set)
        }
        _ => None,
    }
}

fn number_goals(op: CompareOp, ty: &Type, other: Interval) -> Vec<Goal> {
    if other.is_none() {
        return match op {
            CompareOp::Eq => vec![Goal::Is(Datum::None)],
            CompareOp::Ne => vec![Goal::Not(vec![Datum::None])],
            _ => Vec::new(),
        };
    }
    let at = |n: i64, by: i64| match n {
        i64::MIN | i64::MAX => None,
        n => number_const(ty, n.checked_add(by)?),
    };
    let least = |by| at(other.hi, by).map(Goal::AtLeast);
    let most = |by| at(other.lo, by).map(Goal::AtMost);
    let goals = match op {
        CompareOp::Ge => [least(0), None],
        CompareOp::Gt => [least(1), None],
        CompareOp::Le => [most(0), None],
        CompareOp::Lt => [most(-1), None],
        CompareOp::Ne => [least(1), most(-1)],
        CompareOp::Eq if other.lo == other.hi => [at(other.lo, 0).map(|c| Goal::Is(Datum::Const(c))), None],
        CompareOp::Eq => [None, None],
    };
    goals.into_iter().flatten().collect()
}

fn finite(n: Interval) -> Option<(i128, i128)> {
    let open = n.lo == i64::MIN || n.hi == i64::MAX || n.is_none();
    (!open).then_some((n.lo.into(), n.hi.into()))
}

fn scale_of(ty: &Type) -> i128 {
    if *ty == Type::Decimal { kijun_facts::value::DECIMAL_ONE.into() } else { 1 }
}

/// For `x op other`: the least `x` that gives at least `n`, and the greatest that gives at most `n`.
fn other_operand(op: ArithOp, n: i64, other: Interval, scale: i128) -> Option<(i128, i128)> {
    let (lo, hi) = finite(other)?;
    let n = i128::from(n);
    match op {
        ArithOp::Add => Some((n - lo, n - hi)),
        ArithOp::Sub => Some((n + hi, n + lo)),
        ArithOp::Mul if lo == hi && lo > 0 => {
            let whole = n.checked_mul(scale)?;
            Some((-(-whole).div_euclid(lo), whole.div_euclid(lo)))
        }
        ArithOp::Mul => None,
    }
}

/// The first day that, moved by a duration, is not before `day`: the ends of months make inverting inexact by
/// some days, so the neighbours are tried.
fn least_day(day: i64, by: Duration, sign: i32) -> Option<i64> {
    let start = shift_day(day, by, -sign).checked_sub(4)?;
    (start..start.checked_add(9)?).find(|d| shift_day(*d, by, sign) >= day)
}

/// The last day that, moved by a duration, is not after `day`.
fn greatest_day(day: i64, by: Duration, sign: i32) -> Option<i64> {
    let start = shift_day(day, by, -sign).checked_sub(4)?;
    (start..start.checked_add(9)?).rev().find(|d| shift_day(*d, by, sign) <= day)
}

fn literals(program: &Program, ty: &Type) -> usize {
    let Type::Enum(id) = ty else { return 0 };
    program.schema.enumeration(*id).map_or(0, |e| e.literals.len())
}

/// The values of a type, where they can be listed.
fn values_of(program: &Program, known: Known<'_>, ty: &Type) -> Vec<Datum> {
    match ty {
        Type::Bool => [true, false].map(|b| Datum::Const(Const::Bool(b))).to_vec(),
        Type::Enum(_) => {
            (0..literals(program, ty) as u32).map(|code| Datum::Const(Const::Enum(code))).collect()
        }
        Type::Ref(kind) => {
            let records = known.store.kind(*kind).map_or(0, |t| t.len()).min(MAX_MEMBERS);
            (0..records as u32).map(|row| Datum::Record(*kind, row)).collect()
        }
        _ => Vec::new(),
    }
}

/// The values of a type that a choice is tried with: all of them, or those that packs mention and some others.
fn samples_of(program: &Program, known: Known<'_>, ty: &Type, mentioned: &[Const], today: i32) -> Vec<Datum> {
    let own = mentioned.iter().filter(|c| is_of_listed_type(c, ty));
    let others: Vec<Const> = match ty {
        Type::Int => vec![Const::Int(1), Const::Int(FAR), Const::Int(-FAR)],
        Type::Decimal => vec![Const::Decimal(kijun_facts::value::DECIMAL_ONE), Const::Decimal(0)],
        Type::Date => vec![Const::Date(Date::day(today))],
        Type::Duration => [12, 1].map(|months| Const::Duration(Duration { months, days: 0 })).to_vec(),
        // The last stands for all that nobody mentions.
        Type::Country => [*b"JP", *b"ZZ"].map(Const::Country).to_vec(),
        _ => Vec::new(),
    };
    let values = values_of(program, known, ty).into_iter();
    values.chain(own.cloned().chain(others).map(Datum::Const)).collect()
}

/// Whether a constant is of this type, one whose values cannot all be tried.
fn is_of_listed_type(constant: &Const, ty: &Type) -> bool {
    matches!(
        (constant, ty),
        (Const::Text(_), Type::Text)
            | (Const::Requirement(_), Type::Requirement)
            | (Const::Country(_), Type::Country)
    )
}

/// A number, date or literal so much further on, where there is one.
fn further(from: &Const, step: i64) -> Option<Const> {
    match from {
        Const::Int(n) => n.checked_add(step).map(Const::Int),
        Const::Decimal(n) => n.checked_add(step).map(Const::Decimal),
        Const::Date(d) => {
            let day = i64::from(d.first).checked_add(step.clamp(-FAR / 10, FAR / 10))?;
            let day = i32::try_from(day).ok()?;
            kijun_facts::value::civil_of(day).map(|_| Const::Date(Date::day(day)))
        }
        Const::Enum(code) => u32::try_from(i64::from(*code).checked_add(step)?).ok().map(Const::Enum),
        Const::Duration(d) => {
            let days = d.days.checked_add(i32::try_from(step).ok()?)?;
            Some(Const::Duration(Duration { months: d.months, days }))
        }
        _ => None,
    }
}

/// The first value from a bound on that is not to be avoided.
fn first_allowed(start: &Const, step: i64, avoided: &[&Datum]) -> Option<Const> {
    let mut value = start.clone();
    while avoided.contains(&&Datum::Const(value.clone())) {
        value = further(&value, step)?;
    }
    Some(value)
}

/// Codes and what they stand for: the texts of packs that no fact mentions have codes too.
#[derive(Clone, Copy)]
struct Known<'k> {
    store: &'k Store,
    texts: &'k Texts,
}

impl Known<'_> {
    /// The value that a code of this type stands for; `None` for what is unknown.
    fn datum(self, ty: &Type, code: u32) -> Option<Datum> {
        let constant = match ty {
            _ if code == NONE => return Some(Datum::None),
            _ if code == UNKNOWN => return None,
            Type::Ref(kind) => return Some(Datum::Record(*kind, code)),
            Type::Bool => Const::Bool(code != 0),
            Type::Enum(_) => Const::Enum(code),
            Type::Country => Const::Country((code as u16).to_be_bytes()),
            Type::Text => Const::Text(self.text(code)?),
            Type::Requirement => Const::Requirement(self.text(code)?),
            Type::Duration => Const::Duration(*self.store.durations.get(code as usize)?),
            _ => return None,
        };
        Some(Datum::Const(constant))
    }

    fn text(self, code: u32) -> Option<String> {
        let of_packs = self.texts.iter().find(|(_, c)| **c == code).map(|(text, _)| text.clone());
        let of_facts = || (code < SOME_TEXT.0).then(|| self.store.symbols.text(Symbol(code)).to_owned());
        of_packs.or_else(of_facts)
    }

    fn symbol(self, text: &str) -> Option<Symbol> {
        self.store.symbols.find(text).or_else(|| self.texts.get(text).copied().map(Symbol))
    }

    fn scalar(self, value: &Datum) -> Option<Scalar> {
        Some(match value {
            Datum::None => return None,
            Datum::Record(kind, row) => Scalar::Ref(*self.store.kind(*kind)?.ids.get(*row as usize)?),
            Datum::Const(constant) => match constant {
                Const::Bool(b) => Scalar::Bool(*b),
                Const::Int(n) => Scalar::Int(*n),
                Const::Decimal(n) => Scalar::Decimal(*n),
                Const::Text(text) => Scalar::Text(self.symbol(text)?),
                Const::Requirement(text) => Scalar::Requirement(self.symbol(text)?),
                Const::Date(date) => Scalar::Date(*date),
                Const::Duration(duration) => Scalar::Duration(*duration),
                Const::Country(letters) => Scalar::Country(*letters),
                Const::Enum(code) => Scalar::Enum(*code),
            },
        })
    }

    fn code(self, value: &Datum) -> Option<u32> {
        match value {
            Datum::Record(_, row) => Some(*row),
            value => self.store.code(self.scalar(value)?),
        }
    }

    fn stated(self, value: &Datum) -> Option<Value> {
        match value {
            Datum::None => Some(Value::None),
            value => self.scalar(value).map(Value::Scalar),
        }
    }
}

/// An attribute of a record, as an expression over the variable 0.
fn subject_of(cell: Cell) -> Box<Expr> {
    let (kind, ty) = (ExprKind::Var(VarId(0)), Type::Ref(cell.kind));
    Box::new(Expr { kind, ty, optional: false, span: Span::default() })
}

fn members_of(row: &Row<'_>, cell: Cell) -> Members {
    row.members(
        &SetExpr::Attr { base: subject_of(cell), kind: cell.kind, attr: cell.attr },
        &mut vec![cell.row],
    )
}

fn value_of(row: &Row<'_>, cell: Cell, ty: &Type) -> Val {
    let kind = ExprKind::Attr { base: subject_of(cell), kind: cell.kind, attr: cell.attr };
    row.value(&Expr { kind, ty: ty.clone(), optional: true, span: Span::default() }, &mut vec![cell.row])
}

/// A set after members have come and gone.
fn set_after(known: Known<'_>, element: &Type, mut members: Members, changes: &[&Change]) -> Value {
    for change in changes {
        match change {
            Change::Add { member, .. } => {
                if let Some(code) = known.code(member) {
                    members.possible.retain(|m| *m != code);
                    members.certain.push(code);
                }
            }
            Change::Remove { member, .. } => {
                let code = known.code(member);
                members.certain.retain(|m| Some(*m) != code);
                members.possible.retain(|m| Some(*m) != code);
            }
            Change::Close { .. } => members.open = false,
            _ => {}
        }
    }
    let scalars = |codes: &[u32]| -> Vec<Scalar> {
        codes.iter().filter_map(|c| known.scalar(&known.datum(element, *c)?)).collect()
    };
    Value::Set {
        certain: scalars(&members.certain),
        possible: scalars(&members.possible),
        open: members.open,
    }
}

/// The facts with the overrides of a row written into their columns, so that relations can be derived from them.
fn rewritten(row: &Row<'_>, changes: &[Change]) -> Store {
    let mut store = row.store.clone();
    for change in changes {
        if let Change::Register { kind } = change
            && let Some(table) = store.kinds.get_mut(kind.0 as usize)
        {
            table.register = kijun_facts::Register::Complete;
        }
    }
    for (kind, at, attr) in row.overrides.keys().copied() {
        let cell = Cell { kind, row: at, attr };
        let Some(ty) = row.program.schema.attribute(kind, attr).map(|a| &a.ty) else { continue };
        let (value, members) = (value_of(row, cell, ty), members_of(row, cell));
        write(&mut store, cell, value, &members);
    }
    store
}

fn write(store: &mut Store, cell: Cell, value: Val, members: &Members) {
    let table = store.kinds.get_mut(cell.kind.0 as usize);
    let Some(column) = table.and_then(|t| t.columns.get_mut(cell.attr.0 as usize)) else { return };
    let row = cell.row as usize;
    match (column, value) {
        (Column::Sets(sets), _) => replace(sets, row, members),
        (Column::Numbers { lo, hi }, Val::Number(n)) => {
            if let (Some(lo), Some(hi)) = (lo.get_mut(row), hi.get_mut(row)) {
                (*lo, *hi) = (n.lo, n.hi);
            }
        }
        (Column::Codes(codes), Val::Code(code) | Val::Duration(code, None)) => {
            codes.get_mut(row).into_iter().for_each(|slot| *slot = code);
        }
        (Column::Codes(codes), Val::Duration(_, Some(duration))) => {
            let code = store.durations.len() as u32;
            store.durations.push(duration);
            codes.get_mut(row).into_iter().for_each(|slot| *slot = code);
        }
        _ => {}
    }
}

/// The set of one row, with all that follow moved along.
fn replace(sets: &mut SetColumn, row: usize, members: &Members) {
    let mut new = SetColumn { offsets: vec![0], ..SetColumn::default() };
    for r in 0..sets.splits.len() {
        let here = r == row;
        new.items.extend_from_slice(if here { &members.certain } else { sets.certain(r) });
        new.splits.push(new.items.len() as u32);
        new.items.extend_from_slice(if here { &members.possible } else { sets.possible(r) });
        new.offsets.push(new.items.len() as u32);
        new.open.push(if here { members.open } else { sets.is_open(r) });
    }
    *sets = new;
}

/// Words for changes in one language.
struct Wording<'w> {
    show: Show<'w>,
    texts: &'w Texts,
    program: &'w Program,
}

impl<'w> Wording<'w> {
    fn new(evaluation: &'w Evaluation<'_>, lang: Lang) -> Wording<'w> {
        let words = if lang == Lang::Ja { Words::Labels } else { Words::Names };
        let (store, program) = (evaluation.store, evaluation.program);
        Wording {
            show: Show { store, schema: &program.schema, lang, words },
            texts: &evaluation.extents.texts,
            program,
        }
    }

    fn pick(&self, ja: String, en: String) -> String {
        if self.show.lang == Lang::Ja { ja } else { en }
    }

    fn change(&self, change: &Change) -> String {
        match change {
            Change::Set { cell, .. } | Change::AtLeast { cell, .. } | Change::AtMost { cell, .. } => {
                self.stated(*cell, &self.wanted(change))
            }
            Change::OtherThan { cell, values } if values.iter().all(|v| *v == Datum::None) => {
                let at = self.place(*cell);
                self.pick(format!("{at}を記録する"), format!("record {at}"))
            }
            Change::OtherThan { cell, .. } => self.stated(*cell, &self.wanted(change)),
            Change::Add { cell, member } => {
                let (at, member) = (self.place(*cell), self.member(*cell, member));
                self.pick(format!("{at}に{member}を加える"), format!("add {member} to {at}"))
            }
            Change::Remove { cell, member } => {
                let (at, member) = (self.place(*cell), self.member(*cell, member));
                self.pick(format!("{at}から{member}を除く"), format!("remove {member} from {at}"))
            }
            Change::Close { cell } => {
                let at = self.place(*cell);
                self.pick(
                    format!("{at}をすべて記録し、ほかにないことを示す"),
                    format!("record all of {at}, and that there is nothing else"),
                )
            }
            Change::Register { kind } => {
                let kind = self.kind(*kind);
                self.pick(
                    format!("「{kind}」の台帳に漏れがないことを示す"),
                    format!("state that the register of {kind} is complete"),
                )
            }
            Change::Record { kind, fields, .. } => self.record(*kind, fields),
            Change::Tuple { relation, args, holds } => self.tuple(*relation, args, *holds),
            Change::Condition { cells, holds, .. } => self.condition(cells, *holds),
        }
    }

    /// What is known changes; what is not known is to be recorded.
    fn stated(&self, cell: Cell, value: &str) -> String {
        let at = self.place(cell);
        let known = self.show.store.kind(cell.kind).is_some_and(|t| t.is_known(cell.attr, cell.row as usize));
        if known {
            self.pick(format!("{at}を{value}にする"), format!("set {at} to {value}"))
        } else {
            self.pick(format!("{at}が{value}であることを記録する"), format!("record that {at} is {value}"))
        }
    }

    /// The value of a cell, or its bound.
    fn wanted(&self, change: &Change) -> String {
        let value = |cell: &Cell, bound: &Const| self.value(*cell, &Datum::Const(bound.clone()));
        match change {
            Change::Set { cell, value } => self.value(*cell, value),
            Change::AtLeast { cell, bound: bound @ Const::Date(_) } => {
                let day = value(cell, bound);
                self.pick(format!("{day}以降"), format!("{day} or later"))
            }
            Change::AtMost { cell, bound: bound @ Const::Date(_) } => {
                let day = value(cell, bound);
                self.pick(format!("{day}以前"), format!("{day} or earlier"))
            }
            Change::AtLeast { cell, bound } => {
                let bound = value(cell, bound);
                self.pick(format!("{bound}以上"), format!("at least {bound}"))
            }
            Change::AtMost { cell, bound } => {
                let bound = value(cell, bound);
                self.pick(format!("{bound}以下"), format!("at most {bound}"))
            }
            Change::OtherThan { cell, values } => {
                let all: Vec<String> = values.iter().map(|v| self.value(*cell, v)).collect();
                self.pick(
                    format!("{}以外", all.join("、")),
                    format!("something other than {}", all.join(", ")),
                )
            }
            _ => String::new(),
        }
    }

    fn record(&self, kind: KindId, fields: &[Change]) -> String {
        let fields: Vec<String> = fields.iter().filter_map(|f| self.field(f)).collect();
        let kind = self.kind(kind);
        if fields.is_empty() {
            return self.pick(
                format!("条件を満たす「{kind}」の記録を加える"),
                format!("add a record of {kind} that meets the condition"),
            );
        }
        self.pick(
            format!("「{kind}」の記録を加える（{}）", fields.join("、")),
            format!("add a record of {kind} ({})", fields.join(", ")),
        )
    }

    fn field(&self, field: &Change) -> Option<String> {
        let cell = field.cell()?;
        let attr = self.attribute(cell);
        Some(match field {
            Change::Add { member, .. } => {
                let member = self.member(cell, member);
                self.pick(format!("{attr}に{member}"), format!("{member} in {attr}"))
            }
            Change::Remove { member, .. } => {
                let member = self.member(cell, member);
                self.pick(format!("{attr}に{member}を含まない"), format!("no {member} in {attr}"))
            }
            Change::Close { .. } => self.pick(format!("{attr}は全件"), format!("all {attr}")),
            Change::OtherThan { values, .. } if values.iter().all(|v| *v == Datum::None) => {
                self.pick(format!("{attr}あり"), format!("some {attr}"))
            }
            other => {
                let value = self.wanted(other);
                self.pick(format!("{attr}: {value}"), format!("{attr}: {value}"))
            }
        })
    }

    fn tuple(&self, relation: RelationId, args: &[Option<Datum>], holds: bool) -> String {
        let Some(relation) = self.program.relation(relation) else { return String::new() };
        let some = self.pick("いずれか".to_owned(), "some".to_owned());
        let shown = relation.columns.iter().zip(args).map(|(ty, arg)| match arg {
            Some(arg) => self.datum(ty, arg),
            None => some.clone(),
        });
        let args = shown.collect::<Vec<_>>().join(", ");
        let ja = format!("「{}」({args})", relation.label.or(Lang::Ja, &relation.name));
        let en = format!("{}({args})", relation.name);
        if holds {
            self.pick(format!("{ja}が成り立つようにする"), format!("make {en} hold"))
        } else {
            self.pick(format!("{ja}が成り立たないようにする"), format!("make {en} not hold"))
        }
    }

    fn condition(&self, cells: &[Cell], holds: bool) -> String {
        let places: Vec<String> = cells.iter().map(|c| self.place(*c)).collect();
        let (ja, en) = if holds { ("成り立つ", "true") } else { ("成り立たない", "false") };
        if places.is_empty() {
            return self
                .pick(format!("規則の条件が{ja}ようにする"), format!("make the condition of the rule {en}"));
        }
        self.pick(
            format!("{}を見直し、規則の条件が{ja}ようにする", places.join("、")),
            format!("change {} so that the condition of the rule is {en}", places.join(", ")),
        )
    }

    fn kind(&self, kind: KindId) -> String {
        let Some(def) = self.program.schema.kind(kind) else { return String::new() };
        self.pick(def.label.or(Lang::Ja, &def.name).to_owned(), def.name.clone())
    }

    fn attribute(&self, cell: Cell) -> String {
        let Some(def) = self.program.schema.attribute(cell.kind, cell.attr) else { return String::new() };
        self.pick(def.label.or(Lang::Ja, &def.name).to_owned(), def.name.clone())
    }

    fn place(&self, cell: Cell) -> String {
        let (kind, attr) = (self.kind(cell.kind), self.attribute(cell));
        if cell.row == NEW_RECORD {
            return self.pick(format!("新しい{kind}の{attr}"), format!("the new {kind} {attr}"));
        }
        let id = self.show.store.id_text(cell.kind, cell.row as usize);
        self.pick(format!("{kind}「{id}」の{attr}"), format!("{kind} {id} {attr}"))
    }

    fn value(&self, cell: Cell, value: &Datum) -> String {
        let ty = self.program.schema.attribute(cell.kind, cell.attr).map(|a| &a.ty);
        ty.map_or_else(String::new, |ty| self.datum(ty, value))
    }

    fn member(&self, cell: Cell, member: &Datum) -> String {
        let ty = self.program.schema.attribute(cell.kind, cell.attr).and_then(|a| a.ty.element());
        ty.map_or_else(String::new, |ty| self.datum(ty, member))
    }

    fn datum(&self, ty: &Type, value: &Datum) -> String {
        let quoted = |text: String| self.pick(format!("「{text}」"), text);
        match value {
            Datum::None => self.show.code(ty, NONE),
            Datum::Record(kind, NEW_RECORD) => {
                let kind = self.kind(*kind);
                self.pick(format!("新しい{kind}"), format!("the new {kind}"))
            }
            Datum::Record(kind, row) => quoted(self.show.store.id_text(*kind, *row as usize).to_owned()),
            Datum::Const(Const::Text(text) | Const::Requirement(text)) => quoted(text.clone()),
            Datum::Const(constant) => {
                let shown = Known { store: self.show.store, texts: self.texts }
                    .scalar(value)
                    .map_or_else(String::new, |s| self.show.scalar(ty, s));
                if size(constant).is_some() && !matches!(constant, Const::Enum(_)) {
                    shown
                } else {
                    quoted(shown)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
