//! Which values the facts of a search may have: order abstraction. Rules only compare values with each other and with constants,
//! so that the constants, what lies between and beyond them, and days that differ from them by the durations in the rules
//! stand for all others.

use std::collections::BTreeSet;
use std::rc::Rc;

use kijun_engine::number::shift_day;
use kijun_engine::program::{Const, Expr, ExprKind, Program};
use kijun_engine::walk;
use kijun_facts::value::DECIMAL_ONE;
use kijun_facts::{Duration, Type};
use kijun_text::{Label, Span};

use crate::Stuck;

/// A day on which nothing depends, for rules that name no day.
const SOME_DAY: i64 = 20_544; // 2026-04-01
/// More days than this make a search too large.
const MOST_DAYS: usize = 300;

#[derive(Debug, Clone, Default)]
pub(crate) struct Domains {
    pub(crate) texts: Vec<Rc<str>>,
    pub(crate) requirements: Vec<Rc<str>>,
    pub(crate) countries: Vec<[u8; 2]>,
    pub(crate) durations: Vec<Duration>,
    pub(crate) ints: Vec<i64>,
    pub(crate) decimals: Vec<i64>,
    pub(crate) dates: Vec<i64>,
    pub(crate) today: Vec<i64>,
    /// The largest number with which a rule that counts compares, and where: with fewer records nothing is said.
    pub(crate) counted: Option<(i64, Span)>,
}

/// What stands in the rules.
#[derive(Default)]
struct Found {
    texts: BTreeSet<String>,
    requirements: BTreeSet<String>,
    countries: BTreeSet<[u8; 2]>,
    durations: BTreeSet<Duration>,
    ints: BTreeSet<i64>,
    decimals: BTreeSet<i64>,
    dates: BTreeSet<(i64, i64)>,
    reads_today: bool,
    reads_durations: bool,
    /// Where a date is moved.
    moves: Option<Span>,
    counts: Option<Span>,
}

impl Found {
    fn constant(&mut self, constant: &Const) {
        match constant {
            Const::Bool(_) | Const::Enum(_) => {}
            Const::Int(n) => _ = self.ints.insert(*n),
            Const::Decimal(n) => _ = self.decimals.insert(*n),
            Const::Text(text) => _ = self.texts.insert(text.clone()),
            Const::Requirement(id) => _ = self.requirements.insert(id.clone()),
            Const::Date(date) => _ = self.dates.insert((date.first.into(), date.last.into())),
            Const::Duration(duration) => _ = self.durations.insert(*duration),
            Const::Country(letters) => _ = self.countries.insert(*letters),
        }
    }

    fn expr(&mut self, expr: &Expr, program: &Program) {
        match &expr.kind {
            ExprKind::Const(constant) => self.constant(constant),
            ExprKind::Today => self.reads_today = true,
            ExprKind::Attr { .. } if expr.ty == Type::Duration => self.reads_durations = true,
            ExprKind::Arith { .. } if expr.ty == Type::Date => self.moves = Some(expr.span),
            ExprKind::Aggregated { .. } => self.counts = Some(expr.span),
            ExprKind::Lookup { table, .. } => {
                let cells = program.table(*table).into_iter().flat_map(|t| &t.cells);
                cells.filter_map(|(_, value)| value.as_ref()).for_each(|c| self.constant(c));
            }
            _ => {}
        }
    }
}

impl Domains {
    /// For rules with these expressions. `today`: the only day of evaluation that is tried.
    pub(crate) fn of(program: &Program, exprs: &[&Expr], today: Option<i32>) -> Result<Domains, Stuck> {
        let mut found = Found::default();
        for expr in exprs {
            walk::expressions(expr, &mut |e| found.expr(e, program));
        }
        let largest = found.ints.iter().chain(&found.decimals).max().copied();
        let counted = found.counts.zip(largest).map(|(span, n)| (n, span));
        let durations = durations(&found);
        let (dates, today) = days(&found, &durations, today)?;
        Ok(Domains {
            texts: texts(&found.texts, &["甲", "乙"]),
            requirements: requirements(&found.requirements, program),
            countries: countries(&found.countries),
            durations,
            ints: numbers(&found.ints, 1),
            decimals: numbers(&found.decimals, DECIMAL_ONE),
            dates,
            today,
            counted,
        })
    }
}

/// The constants and some others. No fact can state the empty text.
fn texts(constants: &BTreeSet<String>, others: &[&str]) -> Vec<Rc<str>> {
    let others = others.iter().map(|t| (*t).to_owned()).filter(|t| !constants.contains(t));
    constants.iter().filter(|t| !t.trim().is_empty()).cloned().chain(others).map(Rc::from).collect()
}

fn requirements(constants: &BTreeSet<String>, program: &Program) -> Vec<Rc<str>> {
    let others = program.schema.requirements.iter().filter(|id| !constants.contains(*id)).take(2);
    constants.iter().chain(others).cloned().map(Rc::from).collect()
}

fn countries(constants: &BTreeSet<[u8; 2]>) -> Vec<[u8; 2]> {
    let others = [*b"JP", *b"US", *b"DE", *b"FR", *b"SG"].into_iter().filter(|c| !constants.contains(c));
    constants.iter().copied().chain(others.take(2)).collect()
}

/// The constants, one value between neighbours and one beyond each end; always at least three.
fn numbers(constants: &BTreeSet<i64>, step: i64) -> Vec<i64> {
    let mut values: BTreeSet<i64> = (0..3).map(|n| n * step).collect();
    for n in constants {
        values.extend([n.saturating_sub(step), *n, n.saturating_add(step)]);
    }
    let sorted: Vec<i64> = constants.iter().copied().collect();
    for pair in sorted.windows(2) {
        if let [a, b] = pair {
            values.insert(a.saturating_add(b.saturating_sub(*a) / 2));
        }
    }
    values.into_iter().collect()
}

/// The constants, their halves and doubles.
fn durations(found: &Found) -> Vec<Duration> {
    if !found.reads_durations {
        return found.durations.iter().copied().collect();
    }
    let mut values: BTreeSet<Duration> = found.durations.clone();
    for d in &found.durations {
        values.insert(Duration { months: d.months / 2, days: d.days / 2 });
        values.insert(Duration { months: d.months.saturating_mul(2), days: d.days.saturating_mul(2) });
    }
    values.extend([Duration { months: 1, days: 0 }, Duration { months: 12, days: 0 }]);
    values.into_iter().filter(|d| d.months > 0 || d.days > 0).collect()
}

/// The days of attributes, and those of evaluation.
fn days(found: &Found, durations: &[Duration], fixed: Option<i32>) -> Result<(Vec<i64>, Vec<i64>), Stuck> {
    let around = |n: i64| [n - 1, n, n + 1];
    let ends: BTreeSet<i64> = found.dates.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let mut today: BTreeSet<i64> = match fixed {
        Some(day) => BTreeSet::from([day.into()]),
        None if found.reads_today => ends.iter().flat_map(|n| around(*n)).collect(),
        None => BTreeSet::from([SOME_DAY]),
    };
    if today.is_empty() {
        today.insert(SOME_DAY);
    }
    let mut base: BTreeSet<i64> = ends.into_iter().chain(today.iter().copied()).collect();
    if found.moves.is_some() {
        let moved = |day: &i64| {
            let day = *day;
            durations.iter().flat_map(move |d| [shift_day(day, *d, -1), shift_day(day, *d, 1)])
        };
        let moved: Vec<i64> = base.iter().flat_map(moved).filter(|d| d.abs() < 1_000_000).collect();
        base.extend(moved);
    }
    let dates: BTreeSet<i64> = base.iter().flat_map(|n| around(*n)).collect();
    match found.moves {
        Some(span) if dates.len() > MOST_DAYS => Err(Stuck::new(
            Label::new("多くの日付と期間の計算", "arithmetic over many dates and durations"),
            span,
        )),
        _ => Ok((dates.into_iter().collect(), today.into_iter().collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_between_and_beyond_the_constants() {
        assert_eq!(numbers(&BTreeSet::from([10, 20]), 1), [0, 1, 2, 9, 10, 11, 15, 19, 20, 21]);
        assert_eq!(numbers(&BTreeSet::new(), 1), [0, 1, 2]);
    }

    #[test]
    fn days_are_those_that_durations_lead_to() {
        let year = Duration { months: 12, days: 0 };
        let found = Found { reads_today: true, moves: Some(Span::default()), ..Found::default() };
        let (dates, today) = days(&found, &[year], None).unwrap();
        assert_eq!(today, [SOME_DAY]);
        let expected: Vec<i64> =
            [-365, 0, 365].iter().flat_map(|n| (-1..=1).map(move |d| SOME_DAY + n + d)).collect();
        assert_eq!(dates, expected);
    }

    #[test]
    fn the_day_of_evaluation_may_be_before_or_after_a_date_of_the_rules() {
        let found = Found { reads_today: true, dates: BTreeSet::from([(100, 110)]), ..Found::default() };
        let (_, today) = days(&found, &[], None).unwrap();
        assert_eq!(today, [99, 100, 101, 109, 110, 111]);
        let (_, fixed) = days(&found, &[], Some(7)).unwrap();
        assert_eq!(fixed, [7]);
    }
}
