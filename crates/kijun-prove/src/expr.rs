//! Expressions as choices of values and pairs of literals: `docs/evaluation.md`, for all facts of a scope at once.

use std::collections::BTreeMap;
use std::rc::Rc;

use kijun_engine::number::{Interval, arith_options, shift};
use kijun_engine::program::{ArithOp, Const, Expr, ExprKind, Quantifier, SetExpr, TableId, VarId};
use kijun_facts::Type;
use kijun_facts::store::country_code;
use kijun_facts::value::DECIMAL_ONE;
use kijun_text::{Label, Span};
use rustc_hash::FxHashMap;

use crate::Stuck;
use crate::circuit::Lit;
use crate::compare::compare;
use crate::value::{Cases, Choice, Code, Members, Plain, Truth};
use crate::world::World;

/// Values of variables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Env(FxHashMap<VarId, Rc<Choice>>);

impl Env {
    pub(crate) fn bind(&self, var: VarId, plain: Plain) -> Env {
        let mut env = self.clone();
        env.0.insert(var, Rc::new(Choice::only(plain)));
        env
    }

    pub(crate) fn get(&self, var: VarId) -> Option<&Rc<Choice>> {
        self.0.get(&var)
    }
}

/// More ways than this in which a value may come about make it too large.
const MOST_CASES: usize = 20_000;

impl World<'_> {
    pub(crate) fn value(&mut self, expr: &Expr, env: &Env) -> Result<Rc<Choice>, Stuck> {
        self.check_size(expr.span)?;
        Ok(Rc::new(match &expr.kind {
            ExprKind::Const(constant) => Choice::only(plain(constant)),
            ExprKind::None => Choice::only(Plain::None),
            ExprKind::Today => return Ok(Rc::clone(&self.today)),
            ExprKind::Var(var) => return Ok(variable(*var, expr, env)),
            ExprKind::Attr { base, kind, attr } => {
                let base = self.value(base, env)?;
                self.attribute(&base, *kind, *attr)?
            }
            ExprKind::Named { body, .. } => return self.value(body, env),
            ExprKind::Aggregated { aggregate, var, set, filter, body } => {
                self.aggregated(*aggregate, *var, set, (filter.as_deref(), body.as_deref()), expr, env)?
            }
            ExprKind::Arith { op, left, right } => self.arith(*op, left, right, expr, env)?,
            ExprKind::ToDecimal(inner) => {
                let inner = self.value(inner, env)?;
                let one = Plain::point(DECIMAL_ONE);
                let scaled = |v: &Plain| {
                    let scaled =
                        arith_options(ArithOp::Mul, (v.interval(), false), (one.interval(), false), 1);
                    Plain::of(scaled)
                };
                self.mapped(&inner, scaled)
            }
            ExprKind::Lookup { table, args } => self.lookup(*table, args, &expr.ty, expr.span, env)?,
            ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare { .. }
            | ExprKind::In { .. }
            | ExprKind::Quantified { .. }
            | ExprKind::Related { .. } => {
                let truth = self.condition(expr, env)?;
                let mut cases = Cases::default();
                cases.add(Plain::Code(Code::Bool(true)), truth.sure);
                cases.add(Plain::Code(Code::Bool(false)), !truth.may);
                let unknown = self.circuit.and(&[truth.may, !truth.sure]);
                cases.add(Plain::Unknown, unknown);
                cases.choice(&mut self.circuit)
            }
        }))
    }

    pub(crate) fn condition(&mut self, expr: &Expr, env: &Env) -> Result<Truth, Stuck> {
        self.check_size(expr.span)?;
        match &expr.kind {
            ExprKind::Not(inner) => Ok(self.condition(inner, env)?.negate()),
            ExprKind::And(parts) => {
                let parts = self.conditions(parts, env)?;
                Ok(self.circuit.all(&parts))
            }
            ExprKind::Or(parts) => {
                let parts = self.conditions(parts, env)?;
                Ok(self.circuit.any(&parts))
            }
            ExprKind::Compare { op, left, right } => {
                let (l, r) = (self.value(left, env)?, self.value(right, env)?);
                Ok(compare(&mut self.circuit, *op, (&l, left.optional), (&r, right.optional)))
            }
            ExprKind::In { item, set } => {
                let item = self.value(item, env)?;
                let set = self.set(set, env)?;
                Ok(self.holds(&item, &set))
            }
            ExprKind::Quantified { quantifier, var, set, filter, body } => {
                let truths = self.quantified(*quantifier, *var, set, (filter.as_deref(), body), env)?;
                let any = self.circuit.any(&truths);
                Ok(if *quantifier == Quantifier::Any { any } else { any.negate() })
            }
            ExprKind::Related { relation, args } => {
                let args = self.values(args, env)?;
                self.related(*relation, &args, expr.span)
            }
            ExprKind::Named { body, .. } => self.condition(body, env),
            _ => {
                let value = self.value(expr, env)?;
                Ok(self.as_condition(&value))
            }
        }
    }

    fn conditions(&mut self, parts: &[Expr], env: &Env) -> Result<Vec<Truth>, Stuck> {
        parts.iter().map(|p| self.condition(p, env)).collect()
    }

    pub(crate) fn values(&mut self, parts: &[Expr], env: &Env) -> Result<Vec<Rc<Choice>>, Stuck> {
        parts.iter().map(|p| self.value(p, env)).collect()
    }

    /// "A bool attribute as a condition: true T, false F, unknown U, none F."
    fn as_condition(&mut self, value: &Choice) -> Truth {
        let (mut sure, mut may) = (Vec::new(), Vec::new());
        for (plain, when) in value.iter() {
            match plain {
                Plain::Code(Code::Bool(true)) => {
                    sure.push(*when);
                    may.push(*when);
                }
                Plain::Code(Code::Bool(false)) | Plain::None => {}
                _ => may.push(*when),
            }
        }
        Truth { sure: self.circuit.or(&sure), may: self.circuit.or(&may) }
    }

    fn mapped(&mut self, value: &Choice, map: impl Fn(&Plain) -> Plain) -> Choice {
        let mut cases = Cases::default();
        for (plain, when) in value.iter() {
            cases.add(map(plain), *when);
        }
        cases.choice(&mut self.circuit)
    }

    /// For each member, whether it makes `any` true; for `all`, whether it makes it false.
    fn quantified(
        &mut self,
        quantifier: Quantifier,
        var: VarId,
        set: &SetExpr,
        (filter, body): (Option<&Expr>, &Expr),
        env: &Env,
    ) -> Result<Vec<Truth>, Stuck> {
        let mut truths = Vec::new();
        for member in self.drawn(var, set, filter, env)? {
            let holds = self.condition(body, &member.env)?;
            let holds = if quantifier == Quantifier::Any { holds } else { holds.negate() };
            truths.push(self.circuit.all(&[member.belongs, holds]));
        }
        Ok(truths)
    }

    /// "Quantifiers and aggregates look at every certain and possible member, and at ⊥ once if the set is open."
    pub(crate) fn drawn(
        &mut self,
        var: VarId,
        set: &SetExpr,
        filter: Option<&Expr>,
        env: &Env,
    ) -> Result<Vec<Member>, Stuck> {
        let members = self.set(set, env)?;
        let named = members.codes.into_iter().map(|(code, truth)| (Some(code), truth));
        let unnamed = Truth { sure: Lit::FALSE, may: members.open };
        let mut drawn = Vec::new();
        for (code, truth) in named.chain([(None, unnamed)]).filter(|(_, t)| t.may != Lit::FALSE) {
            let is_named = code.is_some();
            let env = env.bind(var, code.map_or(Plain::Unknown, Plain::Code));
            let filter = match filter {
                Some(filter) => self.condition(filter, &env)?,
                None => Truth::TRUE,
            };
            let belongs = self.circuit.all(&[truth, filter]);
            if belongs.may != Lit::FALSE {
                drawn.push(Member { belongs, is_named, env });
            }
        }
        Ok(drawn)
    }

    pub(crate) fn set(&mut self, set: &SetExpr, env: &Env) -> Result<Members, Stuck> {
        match set {
            SetExpr::Attr { base, kind, attr } => {
                let base = self.value(base, env)?;
                self.members(&base, *kind, *attr)
            }
            SetExpr::Extent(kind) => {
                let register = self.kind(*kind)?;
                let slots = register.present.iter().zip(0..);
                let codes = slots.map(|(p, slot)| (Code::Record(*kind, slot), Truth::definite(*p))).collect();
                Ok(Members { codes, open: register.open })
            }
            SetExpr::Image { relation, args } => {
                let args = self.values(args, env)?;
                self.image(*relation, &args)
            }
            SetExpr::Literal(elements) => self.literal(elements, env),
        }
    }

    /// "Known elements are certain (once each), ⊥ makes it open, none is skipped."
    fn literal(&mut self, elements: &[Expr], env: &Env) -> Result<Members, Stuck> {
        let mut codes: BTreeMap<Code, Vec<Lit>> = BTreeMap::new();
        let mut open = Vec::new();
        for element in elements {
            let value = self.value(element, env)?;
            for (plain, when) in value.iter() {
                match plain {
                    Plain::None => {}
                    Plain::Code(code) => codes.entry(code.clone()).or_default().push(*when),
                    Plain::Number(a, b) if a == b => codes.entry(Code::Number(*a)).or_default().push(*when),
                    _ => open.push(*when),
                }
            }
        }
        let any = |(code, lits): (Code, Vec<Lit>)| (code, Truth::definite(self.circuit.or(&lits)));
        let codes = codes.into_iter().map(any).collect();
        Ok(Members { codes, open: self.circuit.or(&open) })
    }

    /// "`x in S`: none F. Known: certain T, possible U, else U if open, else F. ⊥: U if S has any member or is open."
    fn holds(&mut self, item: &Choice, set: &Members) -> Truth {
        let (mut sure, mut may) = (Vec::new(), Vec::new());
        for (plain, when) in item.iter() {
            let code = match plain {
                Plain::None => continue,
                Plain::Code(code) => Some(code.clone()),
                Plain::Number(a, b) if a == b => Some(Code::Number(*a)),
                _ => None,
            };
            let (certain, possible) = match code {
                Some(code) => {
                    let own = set.codes.get(&code).copied().unwrap_or(Truth::FALSE);
                    (own.sure, self.circuit.or(&[own.may, set.open]))
                }
                None => {
                    let any: Vec<Lit> = set.codes.values().map(|t| t.may).chain([set.open]).collect();
                    (Lit::FALSE, self.circuit.or(&any))
                }
            };
            sure.push(self.circuit.and(&[*when, certain]));
            may.push(self.circuit.and(&[*when, possible]));
        }
        Truth { sure: self.circuit.or(&sure), may: self.circuit.or(&may) }
    }

    fn arith(
        &mut self,
        op: ArithOp,
        left: &Expr,
        right: &Expr,
        whole: &Expr,
        env: &Env,
    ) -> Result<Choice, Stuck> {
        let (l, r) = (self.value(left, env)?, self.value(right, env)?);
        if l.len().saturating_mul(r.len()) > MOST_CASES {
            let what = Label::new("値の多い計算", "arithmetic over many values");
            return Err(Stuck::new(what, whole.span));
        }
        let scale = if whole.ty == Type::Decimal { DECIMAL_ONE } else { 1 };
        let mut cases = Cases::default();
        for (a, when_a) in l.iter() {
            for (b, when_b) in r.iter() {
                let both = self.circuit.and(&[*when_a, *when_b]);
                cases.add(computed(op, (a, left.optional), (b, right.optional), scale), both);
            }
        }
        Ok(cases.choice(&mut self.circuit))
    }

    /// "Any argument ⊥ is ⊥; none or a row that is not printed, or printed as `?`: ⊥."
    fn lookup(
        &mut self,
        table: TableId,
        args: &[Expr],
        ty: &Type,
        span: Span,
        env: &Env,
    ) -> Result<Choice, Stuck> {
        let unknown = if ty.is_numeric() { Plain::unknown_number() } else { Plain::Unknown };
        let program = self.program;
        let Some(table) = program.table(table).filter(|t| !t.mark.is_weak()) else {
            return Ok(Choice::only(unknown));
        };
        let mut keys: Vec<(Option<Vec<u32>>, Lit)> = vec![(Some(Vec::new()), Lit::TRUE)];
        for arg in args {
            let value = self.value(arg, env)?;
            if keys.len().saturating_mul(value.len()) > MOST_CASES {
                return Err(Stuck::new(Label::new("大きな表", "a large table"), span));
            }
            let mut next = Vec::new();
            for (key, when) in &keys {
                for (plain, own) in value.iter() {
                    let both = self.circuit.and(&[*when, *own]);
                    let longer = key.clone().zip(key_of(plain)).map(|(mut key, code)| {
                        key.push(code);
                        key
                    });
                    next.push((longer, both));
                }
            }
            keys = next;
        }
        let mut cases = Cases::default();
        for (key, when) in keys {
            let cell = table.cells.iter().find(|(k, _)| Some(k) == key.as_ref());
            let value = cell.and_then(|(_, value)| value.as_ref()).map_or_else(|| unknown.clone(), plain);
            cases.add(value, when);
        }
        Ok(cases.choice(&mut self.circuit))
    }
}

/// A member of a set, with the variable bound to it.
pub(crate) struct Member {
    /// Whether it is in the set and the filter holds.
    pub(crate) belongs: Truth,
    pub(crate) is_named: bool,
    pub(crate) env: Env,
}

fn variable(var: VarId, expr: &Expr, env: &Env) -> Rc<Choice> {
    let Some(bound) = env.get(var) else { return Rc::new(Choice::only(Plain::Unknown)) };
    let numeric = |plain: &Plain| match plain {
        Plain::Code(Code::Number(n)) => Some(Plain::point(*n)),
        Plain::Unknown if expr.ty.is_numeric() => Some(Plain::unknown_number()),
        _ => None,
    };
    if !bound.iter().any(|(plain, _)| numeric(plain).is_some()) {
        return Rc::clone(bound);
    }
    let values = bound.iter().map(|(plain, when)| (numeric(plain).unwrap_or_else(|| plain.clone()), *when));
    Rc::new(Choice::new(values.collect()))
}

pub(crate) fn plain(constant: &Const) -> Plain {
    Plain::Code(match constant {
        Const::Int(n) | Const::Decimal(n) => return Plain::point(*n),
        Const::Date(date) => return Plain::Number(date.first.into(), date.last.into()),
        Const::Bool(b) => Code::Bool(*b),
        Const::Text(text) => Code::Text(Rc::from(text.as_str())),
        Const::Duration(d) => Code::Duration(*d),
        Const::Country(letters) => Code::Country(*letters),
        Const::Requirement(id) => Code::Requirement(Rc::from(id.as_str())),
        Const::Enum(code) => Code::Enum(*code),
    })
}

/// One result: "a none operand gives none; an operand that may be none gives an unknown that may be none".
fn computed(op: ArithOp, left: (&Plain, bool), right: (&Plain, bool), scale: i64) -> Plain {
    let moved = match (left.0, right.0) {
        (Plain::Number(lo, hi), Plain::Code(Code::Duration(by)))
        | (Plain::Code(Code::Duration(by)), Plain::Number(lo, hi)) => Some(((*lo, *hi), *by)),
        _ => None,
    };
    if let Some(((lo, hi), by)) = moved {
        let sign = if op == ArithOp::Sub { -1 } else { 1 };
        let moved = shift(Interval { lo, hi }, by, sign);
        return Plain::Number(moved.lo, moved.hi);
    }
    let operand = |(plain, optional): (&Plain, bool)| (plain.interval(), optional && plain.is_unknown());
    Plain::of(arith_options(op, operand(left), operand(right), scale))
}

fn key_of(plain: &Plain) -> Option<u32> {
    match plain {
        Plain::Code(Code::Enum(code)) => Some(*code),
        Plain::Code(Code::Bool(b)) => Some(u32::from(*b)),
        Plain::Code(Code::Country(letters)) => Some(country_code(*letters)),
        _ => None,
    }
}
