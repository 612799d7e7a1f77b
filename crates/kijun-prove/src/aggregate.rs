//! Counts, sums, least, greatest and shares: the members are gone through one by one, with every intermediate result that is
//! possible and the literal under which it comes about.

use std::collections::BTreeMap;

use kijun_engine::number::{Interval, Sum, share};
use kijun_engine::program::{Aggregate, Expr, SetExpr, VarId};
use kijun_engine::truth::Truth as Plainly;
use kijun_facts::Type;
use kijun_facts::store::{MINUS_INFINITY, PLUS_INFINITY};
use kijun_text::{Label, Span};

use crate::Stuck;
use crate::circuit::Lit;
use crate::expr::{Env, Member};
use crate::value::{Cases, Choice, Plain};
use crate::world::World;

/// More intermediate results than this make an aggregate too large.
const MOST_STATES: usize = 4_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Certain, and the filter holds.
    Sure,
    Other,
    Unnamed,
}

/// One way in which a member takes part.
#[derive(Debug, Clone)]
struct Part {
    standing: Standing,
    value: Interval,
    holds: Plainly,
}

/// Ways with the literal under which they come about; `None`: it does not take part.
type Ways = Vec<(Option<Part>, Lit)>;

impl World<'_> {
    pub(crate) fn aggregated(
        &mut self,
        aggregate: Aggregate,
        var: VarId,
        set: &SetExpr,
        (filter, body): (Option<&Expr>, Option<&Expr>),
        whole: &Expr,
        env: &Env,
    ) -> Result<Choice, Stuck> {
        let mut members = Vec::new();
        for member in self.drawn(var, set, filter, env)? {
            members.push(self.ways(aggregate, &member, body)?);
        }
        let may_be_none = body.is_some_and(|b| b.optional);
        let least = |intervals: Least| intervals.result(&whole.ty);
        match aggregate {
            Aggregate::Count => {
                self.fold(Count::default(), &members, Count::step, |c| Plain::Number(c.lo, c.hi), whole.span)
            }
            Aggregate::Sum => {
                let step = |s: &Sum, part: &Part| summed(*s, part, may_be_none);
                self.fold(Sum::ZERO, &members, step, |s| Plain::of(s.interval()), whole.span)
            }
            Aggregate::Min => {
                let step = |s: &Least, part: &Part| s.step(part.standing, part.value, may_be_none);
                self.fold(Least::default(), &members, step, least, whole.span)
            }
            Aggregate::Max => {
                let step = |s: &Least, part: &Part| s.step(part.standing, mirrored(part.value), may_be_none);
                let greatest = |s: Least| match least(s) {
                    Plain::Number(lo, hi) => Plain::of(mirrored(Interval { lo, hi })),
                    other => other,
                };
                self.fold(Least::default(), &members, step, greatest, whole.span)
            }
            Aggregate::Share => {
                self.fold(Share::default(), &members, Share::step, |s| s.result(), whole.span)
            }
        }
    }

    fn ways(&mut self, aggregate: Aggregate, member: &Member, body: Option<&Expr>) -> Result<Ways, Stuck> {
        let other = self.circuit.and(&[member.belongs.may, !member.belongs.sure]);
        let other_standing = if member.is_named { Standing::Other } else { Standing::Unnamed };
        let standings = [(Standing::Sure, member.belongs.sure), (other_standing, other)];
        let mut bodies: Vec<(Interval, Plainly, Lit)> = Vec::new();
        match body {
            None => bodies.push((Interval::point(1), Plainly::True, Lit::TRUE)),
            Some(body) if aggregate == Aggregate::Share => {
                let truth = self.condition(body, &member.env)?;
                let open = self.circuit.and(&[truth.may, !truth.sure]);
                for (holds, when) in
                    [(Plainly::True, truth.sure), (Plainly::Unknown, open), (Plainly::False, !truth.may)]
                {
                    bodies.push((Interval::point(0), holds, when));
                }
            }
            Some(body) => {
                let value = self.value(body, &member.env)?;
                bodies.extend(value.iter().map(|(plain, when)| (plain.interval(), Plainly::True, *when)));
            }
        }
        let mut ways: Ways = vec![(None, !member.belongs.may)];
        for (standing, when) in standings {
            for (value, holds, own) in &bodies {
                let both = self.circuit.and(&[when, *own]);
                ways.push((Some(Part { standing, value: *value, holds: *holds }), both));
            }
        }
        ways.retain(|(_, when)| *when != Lit::FALSE);
        Ok(ways)
    }

    fn fold<S: Ord + Clone>(
        &mut self,
        start: S,
        members: &[Ways],
        step: impl Fn(&S, &Part) -> S,
        result: impl Fn(S) -> Plain,
        span: Span,
    ) -> Result<Choice, Stuck> {
        let mut states: Vec<(S, Lit)> = vec![(start, Lit::TRUE)];
        for ways in members {
            let mut next: BTreeMap<S, Vec<Lit>> = BTreeMap::new();
            for (state, when) in &states {
                for (part, own) in ways {
                    let both = self.circuit.and(&[*when, *own]);
                    if both != Lit::FALSE {
                        let state = part.as_ref().map_or_else(|| state.clone(), |part| step(state, part));
                        next.entry(state).or_default().push(both);
                    }
                }
            }
            if next.len() > MOST_STATES {
                let what = Label::new("値の多い集計", "an aggregate over many values");
                return Err(Stuck::new(what, span));
            }
            states = next.into_iter().map(|(state, lits)| (state, self.circuit.or(&lits))).collect();
        }
        let mut cases = Cases::default();
        for (state, when) in states {
            cases.add(result(state), when);
        }
        Ok(cases.choice(&mut self.circuit))
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Count {
    lo: i64,
    hi: i64,
}

impl Count {
    fn step(&self, part: &Part) -> Count {
        let more = |hi: i64| if hi == PLUS_INFINITY { hi } else { hi + 1 };
        match part.standing {
            Standing::Sure => Count { lo: self.lo + 1, hi: more(self.hi) },
            Standing::Other => Count { lo: self.lo, hi: more(self.hi) },
            Standing::Unnamed => Count { lo: self.lo, hi: PLUS_INFINITY },
        }
    }
}

/// The sum with one more member's value.
fn summed(mut sum: Sum, part: &Part, may_be_none: bool) -> Sum {
    let value = match part.value {
        none if none.is_none() => Interval::point(0),
        unknown if unknown.is_unknown() && may_be_none => Interval::UNKNOWN,
        value => value,
    };
    sum.add(match part.standing {
        Standing::Sure => value,
        Standing::Other => Interval { lo: value.lo.min(0), hi: value.hi.max(0) },
        Standing::Unnamed => Interval::UNKNOWN,
    });
    sum
}

/// Least of all so far, least upper end of the sure ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Least {
    lo: Option<i64>,
    sure_hi: Option<i64>,
}

impl Least {
    fn step(&self, standing: Standing, value: Interval, may_be_none: bool) -> Least {
        if value.is_none() {
            return *self;
        }
        let own = if standing == Standing::Unnamed { MINUS_INFINITY } else { value.lo };
        let lo = Some(self.lo.map_or(own, |lo| lo.min(own)));
        let is_sure = standing == Standing::Sure && !(value.is_unknown() && may_be_none);
        let sure_hi =
            if is_sure { Some(self.sure_hi.map_or(value.hi, |hi| hi.min(value.hi))) } else { self.sure_hi };
        Least { lo, sure_hi }
    }

    fn result(self, ty: &Type) -> Plain {
        match (self.lo, self.sure_hi) {
            (None, _) => Plain::None,
            (Some(lo), Some(hi)) => Plain::Number(lo, hi),
            (Some(_), None) if ty.is_numeric() => Plain::unknown_number(),
            (Some(_), None) => Plain::Unknown,
        }
    }
}

/// Turned round, so that the greatest becomes the least.
fn mirrored(value: Interval) -> Interval {
    let turn = |n: i64| match n {
        MINUS_INFINITY => PLUS_INFINITY,
        PLUS_INFINITY => MINUS_INFINITY,
        n => -n,
    };
    if value.is_none() { value } else { Interval { lo: turn(value.hi), hi: turn(value.lo) } }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Share {
    any: bool,
    sure: u64,
    sure_true: u64,
    sure_open: u64,
    other_not_true: u64,
    other_not_false: u64,
    unnamed_not_true: bool,
    unnamed_not_false: bool,
}

impl Share {
    fn step(&self, part: &Part) -> Share {
        let mut next = Share { any: true, ..*self };
        let (not_true, not_false) = (part.holds != Plainly::True, part.holds != Plainly::False);
        match part.standing {
            Standing::Sure => {
                next.sure += 1;
                next.sure_true += u64::from(!not_true);
                next.sure_open += u64::from(part.holds == Plainly::Unknown);
            }
            Standing::Other => {
                next.other_not_true += u64::from(not_true);
                next.other_not_false += u64::from(not_false);
            }
            Standing::Unnamed => {
                next.unnamed_not_true |= not_true;
                next.unnamed_not_false |= not_false;
            }
        }
        next
    }

    fn result(self) -> Plain {
        match (self.any, self.sure) {
            (false, _) => return Plain::None,
            (true, 0) => return Plain::unknown_number(),
            _ => {}
        }
        let low =
            if self.unnamed_not_true { (0, 1) } else { (self.sure_true, self.sure + self.other_not_true) };
        let m = self.other_not_false;
        let high = if self.unnamed_not_false {
            (1, 1)
        } else {
            (self.sure_true + self.sure_open + m, self.sure + m)
        };
        Plain::of(share(low, high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_reaches_the_end_of_64_bits_is_unknown_until_it_comes_back() {
        let part =
            |n: i64| Part { standing: Standing::Sure, value: Interval::point(n), holds: Plainly::True };
        let low = summed(summed(Sum::ZERO, &part(-(1 << 62)), false), &part(-(1 << 62)), false);
        assert_eq!(low.interval(), Interval::UNKNOWN);
        assert_eq!(summed(low, &part(1), false).interval(), Interval::point(i64::MIN + 1));
    }
}
