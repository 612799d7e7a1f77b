//! Relations: every tuple that may be in them, with the literals under which it is. The least fixpoint is unrolled.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use kijun_engine::program::{Expr, ExprKind, RelationId, Rule, VarId};
use kijun_engine::walk;
use kijun_facts::Type;
use kijun_text::{Label, Span};

use crate::Stuck;
use crate::circuit::Lit;
use crate::expr::Env;
use crate::value::{Choice, Code, Members, Plain, Truth};
use crate::world::World;

pub(crate) type Extent = BTreeMap<Vec<Plain>, Truth>;

/// More tuples than this make a relation too large.
const MOST_TUPLES: usize = 600;

/// Plain values of variables.
type Bound = BTreeMap<VarId, Plain>;
/// With the truth of having come so far.
type Bindings = BTreeMap<Bound, Truth>;

impl World<'_> {
    fn extent(&mut self, relation: RelationId, span: Span) -> Result<Rc<Extent>, Stuck> {
        if let Some(found) = self.extents.get(&relation) {
            return Ok(Rc::clone(found));
        }
        let program = self.program;
        let alone = vec![relation];
        let group = program.strata.iter().find(|s| s.contains(&relation)).unwrap_or(&alone);
        for member in group {
            self.extents.insert(*member, Rc::new(Extent::new()));
        }
        let mut round = 0;
        loop {
            let mut grown = false;
            let mut tuples = 0;
            for member in group {
                let next = self.round(*member)?;
                let before = self.extents.insert(*member, Rc::new(next.clone()));
                grown |= before.is_none_or(|b| *b != next);
                tuples += next.len();
            }
            if tuples > MOST_TUPLES {
                let what = Label::new("多くの組を持つ関係", "a relation of many tuples");
                return Err(Stuck::new(what, span));
            }
            // A round that adds no tuple ends the fixpoint, so that there are at most as many rounds as tuples.
            round += 1;
            if !grown || round > tuples {
                break;
            }
        }
        Ok(self.extents.get(&relation).map(Rc::clone).unwrap_or_default())
    }

    /// What the rules give now.
    fn round(&mut self, relation: RelationId) -> Result<Extent, Stuck> {
        let program = self.program;
        let mut truths: BTreeMap<Vec<Plain>, Vec<Truth>> = BTreeMap::new();
        for rule in program.relation(relation).into_iter().flat_map(|r| &r.rules) {
            for (env, truth) in self.bindings(rule)? {
                let tuple: Vec<Plain> =
                    rule.head.iter().map(|v| env.get(v).cloned().unwrap_or(Plain::Unknown)).collect();
                if !tuple.contains(&Plain::None) {
                    truths.entry(tuple).or_default().push(truth);
                }
            }
        }
        Ok(truths.into_iter().map(|(tuple, t)| (tuple, self.circuit.any(&t))).collect())
    }

    fn bindings(&mut self, rule: &Rule) -> Result<Bindings, Stuck> {
        let mut bindings = Bindings::from([(BTreeMap::new(), Truth::TRUE)]);
        for conjunct in &rule.body {
            let mut next: BTreeMap<Bound, Vec<Truth>> = BTreeMap::new();
            for (env, truth) in bindings {
                for (env, listed) in self.range(rule, &needed(rule, conjunct, &env), env)? {
                    for (env, holds) in self.extend(conjunct, env)? {
                        let truth = self.circuit.all(&[truth, listed, holds]);
                        if truth.may != Lit::FALSE {
                            next.entry(env).or_default().push(truth);
                        }
                    }
                }
            }
            self.check_size(conjunct.span)?;
            bindings = next.into_iter().map(|(env, truths)| (env, self.circuit.any(&truths))).collect();
        }
        let mut complete = Bindings::new();
        for (env, truth) in bindings {
            // A variable may stand in a head twice: it ranges once.
            let unbound: BTreeSet<VarId> =
                rule.head.iter().copied().filter(|v| !env.contains_key(v)).collect();
            let unbound: Vec<VarId> = unbound.into_iter().collect();
            for (env, listed) in self.range(rule, &unbound, env)? {
                let truth = self.circuit.all(&[truth, listed]);
                complete.insert(env, truth);
            }
        }
        Ok(complete)
    }

    /// "Ranges over the records of its kind and, with U, over one unlisted record if the register is open (for an enum: its
    /// literals)."
    fn range(&mut self, rule: &Rule, vars: &[VarId], env: Bound) -> Result<Vec<(Bound, Truth)>, Stuck> {
        let mut ranged = vec![(env, Truth::TRUE)];
        for var in vars {
            let ty = rule.vars.get(var.0 as usize).map(|v| v.ty.clone());
            let values: Vec<(Plain, Truth)> = match ty {
                Some(Type::Ref(kind)) => {
                    let register = self.kind(kind)?;
                    let record =
                        |(p, slot): (&Lit, u32)| (Plain::Code(Code::Record(kind, slot)), Truth::definite(*p));
                    let listed = register.present.iter().zip(0..).map(record);
                    let unlisted = (Plain::Unlisted, Truth { sure: Lit::FALSE, may: register.open });
                    listed.chain([unlisted]).filter(|(_, t)| t.may != Lit::FALSE).collect()
                }
                Some(Type::Enum(id)) => {
                    let literals = self.program.schema.enumeration(id).map_or(0, |e| e.literals.len() as u32);
                    (0..literals).map(|code| (Plain::Code(Code::Enum(code)), Truth::TRUE)).collect()
                }
                _ => Vec::new(),
            };
            let mut next = Vec::new();
            for (env, truth) in &ranged {
                for (value, listed) in &values {
                    let mut env = env.clone();
                    env.insert(*var, value.clone());
                    next.push((env, self.circuit.all(&[*truth, *listed])));
                }
            }
            ranged = next;
        }
        Ok(ranged)
    }

    /// One conjunct, for one binding.
    fn extend(&mut self, conjunct: &Expr, env: Bound) -> Result<Vec<(Bound, Truth)>, Stuck> {
        match &conjunct.kind {
            ExprKind::In { item, set } if variable(item).is_some_and(|v| !env.contains_key(&v)) => {
                let Some(var) = variable(item) else { return Ok(Vec::new()) };
                let members = self.set(set, &bound(&env))?;
                let unnamed = (Plain::Unknown, Truth { sure: Lit::FALSE, may: members.open });
                let named = members.codes.into_iter().map(|(code, truth)| (Plain::Code(code), truth));
                let with = |(value, truth): (Plain, Truth)| {
                    let mut env = env.clone();
                    env.insert(var, value);
                    (env, truth)
                };
                Ok(named.chain([unnamed]).filter(|(_, t)| t.may != Lit::FALSE).map(with).collect())
            }
            ExprKind::Related { relation, args } => self.atom(*relation, args, env, conjunct.span),
            _ => {
                let truth = self.condition(conjunct, &bound(&env))?;
                Ok(vec![(env, truth)])
            }
        }
    }

    /// A relation as a conjunct: what its unbound variables are bound to.
    fn atom(
        &mut self,
        relation: RelationId,
        args: &[Expr],
        env: Bound,
        span: Span,
    ) -> Result<Vec<(Bound, Truth)>, Stuck> {
        let extent = self.extent(relation, span)?;
        let is_unbound = |arg: &Expr| variable(arg).filter(|v| !env.contains_key(v));
        let mut tested: Vec<Option<Rc<Choice>>> = Vec::new();
        for arg in args {
            let value = if is_unbound(arg).is_some() { None } else { Some(self.value(arg, &bound(&env))?) };
            tested.push(value);
        }
        let mut result = Vec::new();
        for (values, when) in self.combinations(&tested) {
            if values.contains(&Some(Plain::None)) {
                continue;
            }
            if values.iter().flatten().any(|v| *v == Plain::Unknown) {
                let mut env = env.clone();
                for var in args.iter().filter_map(variable) {
                    env.entry(var).or_insert(Plain::Unknown);
                }
                result.push((env, Truth { sure: Lit::FALSE, may: when }));
                continue;
            }
            for (tuple, truth) in extent.iter() {
                let mut env = env.clone();
                let mut truth = self.circuit.all(&[*truth, Truth::definite(when)]);
                for ((arg, value), component) in args.iter().zip(&values).zip(tuple) {
                    match (value, variable(arg)) {
                        (Some(value), _) => truth = self.matched(truth, value, component),
                        (None, Some(var)) => match env.get(&var).cloned() {
                            Some(first) => truth = self.matched(truth, &first, component),
                            None => _ = env.insert(var, component.clone()),
                        },
                        (None, None) => {}
                    }
                }
                if truth.may != Lit::FALSE {
                    result.push((env, truth));
                }
            }
        }
        Ok(result)
    }

    fn matched(&mut self, truth: Truth, left: &Plain, right: &Plain) -> Truth {
        self.circuit.all(&[truth, Truth::of(same(left, right))])
    }

    /// Every combination of the plain values of choices.
    fn combinations(&mut self, choices: &[Option<Rc<Choice>>]) -> Vec<(Vec<Option<Plain>>, Lit)> {
        let mut all = vec![(Vec::new(), Lit::TRUE)];
        for choice in choices {
            let mut next = Vec::new();
            for (values, when) in &all {
                let with = |plain: Option<Plain>| {
                    let mut values: Vec<Option<Plain>> = values.clone();
                    values.push(plain);
                    values
                };
                match choice {
                    None => next.push((with(None), *when)),
                    Some(choice) => {
                        for (plain, own) in choice.iter() {
                            let both = self.circuit.and(&[*when, *own]);
                            next.push((with(Some(plain.clone())), both));
                        }
                    }
                }
            }
            all = next;
        }
        all
    }

    /// "None argument F; any argument ⊥: U; else the max over tuples of min(truth, T where equal, U where the tuple has ⊥)."
    pub(crate) fn related(
        &mut self,
        relation: RelationId,
        args: &[Rc<Choice>],
        span: Span,
    ) -> Result<Truth, Stuck> {
        let extent = self.extent(relation, span)?;
        let choices: Vec<Option<Rc<Choice>>> = args.iter().cloned().map(Some).collect();
        let mut ways = Vec::new();
        for (values, when) in self.combinations(&choices) {
            let values: Vec<Plain> = values.into_iter().flatten().collect();
            if values.contains(&Plain::None) {
                continue;
            }
            if values.contains(&Plain::Unknown) {
                ways.push(Truth { sure: Lit::FALSE, may: when });
                continue;
            }
            for (tuple, truth) in extent.iter() {
                let start = self.circuit.all(&[*truth, Truth::definite(when)]);
                let way = values.iter().zip(tuple).fold(start, |t, (a, b)| self.matched(t, a, b));
                ways.push(way);
            }
        }
        Ok(self.circuit.any(&ways))
    }

    /// The last components of the tuples that begin with the arguments.
    pub(crate) fn image(&mut self, relation: RelationId, args: &[Rc<Choice>]) -> Result<Members, Stuck> {
        let span = self.program.relation(relation).map_or_else(Span::default, |r| r.span);
        let extent = self.extent(relation, span)?;
        let choices: Vec<Option<Rc<Choice>>> = args.iter().cloned().map(Some).collect();
        let mut codes: BTreeMap<Code, Vec<Truth>> = BTreeMap::new();
        let mut open = Vec::new();
        for (values, when) in self.combinations(&choices) {
            let values: Vec<Plain> = values.into_iter().flatten().collect();
            if values.contains(&Plain::None) {
                continue;
            }
            if values.contains(&Plain::Unknown) {
                open.push(when);
                continue;
            }
            for (tuple, truth) in extent.iter() {
                let start = self.circuit.all(&[*truth, Truth::definite(when)]);
                let truth = values.iter().zip(tuple).fold(start, |t, (a, b)| self.matched(t, a, b));
                match tuple.last() {
                    Some(Plain::Code(code)) => codes.entry(code.clone()).or_default().push(truth),
                    Some(_) => open.push(truth.may),
                    None => {}
                }
            }
        }
        let any = |(code, truths): (Code, Vec<Truth>)| (code, self.circuit.any(&truths));
        let codes = codes.into_iter().map(any).collect();
        Ok(Members { codes, open: self.circuit.or(&open) })
    }
}

fn bound(env: &Bound) -> Env {
    env.iter().fold(Env::default(), |all, (var, plain)| all.bind(*var, plain.clone()))
}

fn variable(expr: &Expr) -> Option<VarId> {
    match expr.kind {
        ExprKind::Var(var) => Some(var),
        _ => None,
    }
}

/// "Whether two values are the same: equal (T) or ⊥ (U)."
fn same(left: &Plain, right: &Plain) -> kijun_engine::truth::Truth {
    let eq = kijun_engine::program::CompareOp::Eq;
    crate::compare::plainly(eq, (left, false), (right, false))
}

/// Head variables that a conjunct reads, that are unbound, and that it does not bind itself.
fn needed(rule: &Rule, conjunct: &Expr, env: &Bound) -> Vec<VarId> {
    let mut own = Vec::new();
    let mut free: Vec<VarId> = Vec::new();
    let mut note = |v: VarId| free.push(v);
    match &conjunct.kind {
        ExprKind::In { item, set } if variable(item).is_some_and(|v| !env.contains_key(&v)) => {
            own.extend(variable(item));
            walk::set_parts(set, &mut |e| walk::free_vars(e, &mut note));
            // A variable of its own set must have a value before it can be bound by it.
            own.retain(|v| !free.contains(v));
        }
        ExprKind::Related { args, .. } => {
            own.extend(args.iter().filter_map(variable));
            args.iter().filter(|a| variable(a).is_none()).for_each(|a| walk::free_vars(a, &mut note));
            own.retain(|v| !free.contains(v));
        }
        _ => walk::free_vars(conjunct, &mut note),
    }
    let mut needed: Vec<VarId> = Vec::new();
    for var in free {
        let wanted = rule.head.contains(&var) && !env.contains_key(&var) && !own.contains(&var);
        if wanted && !needed.contains(&var) {
            needed.push(var);
        }
    }
    needed
}
