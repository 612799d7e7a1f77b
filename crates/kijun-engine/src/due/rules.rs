//! Days that stand in rules alone: `today >= 2027-04-01`, a parameter, a table of days. Which rules hang on them is read off the
//! expressions, through relations.

use std::collections::{BTreeMap, BTreeSet};

use kijun_facts::{Date, Type};
use kijun_text::Span;

use super::dates::{Shift, moved};
use crate::assess::Evaluation;
use crate::assessment::RuleRef;
use crate::number::shift_day;
use crate::program::{CompareOp, Const, Expr, ExprKind, Member, Program, RelationId, TableId};
use crate::walk;

/// A day that rules compare with the day of evaluation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleDate {
    pub date: Date,
    /// The parameter, function or row of a table that states it: `published_on(ed_7_0)`.
    pub name: Option<String>,
    /// The first comparison with it, or the table.
    pub span: Span,
}

/// The days of the rules that are evaluated.
pub(super) struct RuleDates {
    /// With the days on which comparisons with them change.
    pub(super) dates: Vec<(RuleDate, BTreeSet<i32>)>,
    of: BTreeMap<RuleRef, BTreeSet<usize>>,
}

impl RuleDates {
    pub(super) fn of(evaluation: &Evaluation<'_>) -> RuleDates {
        let program = evaluation.program;
        let mut found = Finder { program, known: BTreeMap::new(), dates: Vec::new() };
        let mut of = BTreeMap::new();
        let checks = program.checks.iter().zip(&evaluation.checks).enumerate();
        for (i, (check, _)) in checks.filter(|(_, (_, outcomes))| outcomes.is_some()) {
            let own = found.within(|visit| walk::check(check, visit));
            of.insert(RuleRef::Check(i), own);
        }
        let attests = program.attests.iter().zip(&evaluation.attests).enumerate();
        for (i, (attest, _)) in attests.filter(|(_, (_, outcomes))| outcomes.is_some()) {
            let own = found.within(|visit| walk::attest(attest, visit));
            of.insert(RuleRef::Attest(i), own);
        }
        for (i, combination) in program.combinations.iter().enumerate() {
            let members = combination.groups.iter().flat_map(|(_, members)| members).map(|m| match m {
                Member::Check(i) => RuleRef::Check(*i),
                Member::Attest(i) => RuleRef::Attest(*i),
            });
            let own = members.filter_map(|m| of.get(&m)).flatten().copied().collect();
            of.insert(RuleRef::Combination(i), own);
        }
        RuleDates { dates: found.dates, of }
    }

    pub(super) fn hangs_on(&self, rule: RuleRef, date: usize) -> bool {
        self.of.get(&rule).is_some_and(|own| own.contains(&date))
    }
}

/// What makes two dates one: the name, or the place where there is none.
type Identity = (Option<String>, Option<Span>, Date);

struct Finder<'p> {
    program: &'p Program,
    known: BTreeMap<Identity, usize>,
    dates: Vec<(RuleDate, BTreeSet<i32>)>,
}

impl<'p> Finder<'p> {
    /// The dates in the expressions that `walk` visits, and in the relations that they use.
    fn within(&mut self, walk: impl FnOnce(&mut dyn FnMut(&'p Expr))) -> BTreeSet<usize> {
        let mut own = BTreeSet::new();
        let mut relations: Vec<RelationId> = Vec::new();
        walk(&mut |e| self.visit(e, &mut own, &mut relations));
        let mut seen: BTreeSet<RelationId> = BTreeSet::new();
        while let Some(id) = relations.pop() {
            let rules = self.program.relation(id).filter(|_| seen.insert(id)).map_or(&[][..], |r| &r.rules);
            for part in rules.iter().flat_map(|r| &r.body) {
                walk::expressions(part, &mut |e| self.visit(e, &mut own, &mut relations));
            }
        }
        own
    }

    fn visit(&mut self, expr: &'p Expr, own: &mut BTreeSet<usize>, relations: &mut Vec<RelationId>) {
        relations.extend(walk::relation_of(expr));
        let ExprKind::Compare { op, left, right } = &expr.kind else { return };
        for (op, today, date) in [(*op, left, right), (op.mirrored(), right, left)] {
            let Some((today, of_today)) = moved(today) else { continue };
            let Some((date, of_date)) = moved_named(date) else { continue };
            if !matches!(today.kind, ExprKind::Today) || date.ty != Type::Date {
                continue;
            }
            for found in self.stated(date, expr.span) {
                let days = acting(op, found.date, of_date, of_today);
                own.insert(self.add(found, days));
            }
        }
    }

    fn add(&mut self, found: RuleDate, days: BTreeSet<i32>) -> usize {
        let place = found.name.is_none().then_some(found.span);
        let next = self.dates.len();
        let at = *self.known.entry((found.name.clone(), place, found.date)).or_insert(next);
        match self.dates.get_mut(at) {
            Some((_, known)) => known.extend(days),
            None => self.dates.push((found, days)),
        }
        at
    }

    /// The days that an expression states, whatever the facts are.
    fn stated(&self, expr: &Expr, span: Span) -> Vec<RuleDate> {
        match &expr.kind {
            ExprKind::Const(Const::Date(date)) => vec![RuleDate { date: *date, name: None, span }],
            ExprKind::Named { name, body } => {
                let mut all = self.stated(body, span);
                all.iter_mut().filter(|d| d.name.is_none()).for_each(|d| d.name = Some(name.clone()));
                all
            }
            ExprKind::Lookup { table, args } => self.rows(*table, args),
            _ => Vec::new(),
        }
    }

    /// The days of a table, of the rows that the arguments may mean.
    fn rows(&self, id: TableId, args: &[Expr]) -> Vec<RuleDate> {
        let Some(table) = self.program.table(id) else { return Vec::new() };
        let fits = |key: &[u32]| {
            key.iter().zip(args).all(|(code, arg)| match &arg.kind {
                ExprKind::Const(Const::Enum(wanted)) => code == wanted,
                _ => true,
            })
        };
        let rows = table.cells.iter().filter(|(key, _)| fits(key));
        let stated = rows.filter_map(|(key, value)| match value {
            Some(Const::Date(date)) => Some((key, *date)),
            _ => None,
        });
        stated
            .map(|(key, date)| {
                let literal = |(code, ty): (&u32, &Type)| match ty {
                    Type::Enum(e) => {
                        let literals = &self.program.schema.enumeration(*e)?.literals;
                        literals.get(*code as usize).map(|l| l.name.clone())
                    }
                    _ => None,
                };
                let names: Vec<String> = key.iter().zip(&table.params).filter_map(literal).collect();
                let name = Some(format!("{}({})", table.name, names.join(", ")));
                RuleDate { date, name, span: table.span }
            })
            .collect()
    }
}

/// As [`moved`], but the name of a parameter stays.
fn moved_named(expr: &Expr) -> Option<(&Expr, Option<Shift>)> {
    let (_, shift) = moved(expr)?;
    let mut inner = expr;
    while let (Some(_), ExprKind::Named { body, .. }) = (shift, &inner.kind) {
        inner = body;
    }
    match &inner.kind {
        ExprKind::Arith { left, .. } if shift.is_some() => Some((left, shift)),
        _ => Some((inner, shift)),
    }
}

/// The days on which `today op date` becomes another thing: of a date that is known to the month, at its ends.
pub(super) fn acting(
    op: CompareOp,
    date: Date,
    of_date: Option<Shift>,
    of_today: Option<Shift>,
) -> BTreeSet<i32> {
    let by = |day: i64, shift: Option<Shift>| shift.map_or(day, |s| shift_day(day, s.by, s.sign()));
    let back = |day: i64, shift: Option<Shift>| shift.map_or(day, |s| shift_day(day, s.by, -s.sign()));
    let mut out = BTreeSet::new();
    for bound in [date.first, date.last].map(|b| by(i64::from(b), of_date)) {
        let holds = |today: i64| {
            let order = by(today, of_today).cmp(&bound);
            match op {
                CompareOp::Eq => order.is_eq(),
                CompareOp::Ne => order.is_ne(),
                CompareOp::Lt => order.is_lt(),
                CompareOp::Le => order.is_le(),
                CompareOp::Gt => order.is_gt(),
                CompareOp::Ge => order.is_ge(),
            }
        };
        // Months differ in length: the day is within a few of going back.
        let near = back(bound, of_today);
        let changes = (near - 4..=near + 4).filter(|day| holds(*day) != holds(day - 1));
        out.extend(changes.filter_map(super::known_day));
    }
    out
}
