//! What would change the members of a set, or what they have: membership, quantifiers and aggregates.

use kijun_facts::store::UNKNOWN;
use kijun_facts::{KindId, Type};
use kijun_text::Span;

use super::change::{
    Alternatives, MAX_ALTERNATIVES, as_record, at_least, bounded, nothing_to_do, product, without_condition,
};
use super::goal::{Goal, finite};
use super::solve::{MAX_REPOINTED, Solver};
use super::values::{MAX_MEMBERS, values_of};
use super::{Cell, Change, Datum, NEW_RECORD};
use crate::number::Interval;
use crate::program::{Aggregate, Expr, RelationId, SetExpr, VarId};
use crate::row::{Env, Row};
use crate::truth::Truth;
use crate::val::Members;

/// What is asked of the members of a set.
#[derive(Clone, Copy)]
pub(super) enum Asked<'q> {
    Truth(&'q Expr, bool),
    Number(&'q Expr, &'q Goal),
    /// To be members, and to pass the filter.
    Nothing,
}

/// The members of a set, named one after the other by a variable.
#[derive(Clone, Copy)]
pub(super) struct Drawn<'q> {
    pub(super) var: VarId,
    pub(super) set: &'q SetExpr,
    pub(super) filter: Option<&'q Expr>,
}

impl Solver<'_> {
    pub(super) fn membership(&self, item: &Expr, set: &SetExpr, wanted: bool, env: &mut Env) -> Alternatives {
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
    pub(super) fn members(&self, drawn: Drawn<'_>, env: &mut Env) -> Vec<(u32, bool)> {
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
    pub(super) fn exists(&self, drawn: Drawn<'_>, asked: Asked<'_>, env: &mut Env) -> Alternatives {
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
    pub(super) fn for_all(&self, drawn: Drawn<'_>, asked: Asked<'_>, env: &mut Env) -> Alternatives {
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

    pub(super) fn aggregate(
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
}
