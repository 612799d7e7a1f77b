//! "The extent of a relation is a set of tuples, each T or U; components are known codes or ⊥, never none. It is
//! the least fixpoint, stratum by stratum, of its rules."

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::{Expr, ExprKind, Program, RelationId, Rule, VarId};
use kijun_facts::Type;

use super::eval::{Env, Trust, World, matches, mentioned, mentioned_in_set, relation_ids};
use super::facts::Facts;
use super::readings;
use super::truth::{Code, Members, Truth, Val};

use Truth::{F, T, U};

/// Tuples with their truth, T or U.
pub(crate) type Extent = BTreeMap<Vec<Val>, Truth>;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Extents(BTreeMap<RelationId, Extent>);

impl Extents {
    pub(crate) fn of(&self, relation: RelationId) -> &Extent {
        self.0.get(&relation).expect("a relation of the program")
    }
}

/// A world whose relations are computed. "Cells in conflict are unknown inside relations, whatever is tried for
/// them elsewhere."
pub(crate) fn world<'a>(program: &'a Program, facts: &'a Facts, today: i32, trust: Trust) -> World<'a> {
    let mut world = World {
        program,
        facts,
        today,
        trust,
        extents: Extents(relation_ids(program).map(|r| (r, Extent::new())).collect()),
        choices: RefCell::default(),
        conflicts_read: RefCell::default(),
    };
    for stratum in &program.strata {
        loop {
            let before = world.extents.clone();
            for relation in stratum {
                let extent = extent(&world, *relation);
                world.extents.0.insert(*relation, extent);
            }
            if world.extents == before {
                break;
            }
        }
    }
    world.conflicts_read.borrow_mut().clear();
    world
}

/// What the rules of a relation give now. "The head tuple takes the max over all bindings that give it. A head
/// component that is none drops the binding."
fn extent(world: &World, relation: RelationId) -> Extent {
    let mut extent = world.extents.of(relation).clone();
    let rules = &world.program.relation(relation).expect("a relation of the program").rules;
    for rule in rules {
        for (env, truth) in bindings(world, rule) {
            let tuple: Vec<Val> = rule.head.iter().map(|v| env[v].clone()).collect();
            if !tuple.contains(&Val::None) {
                add(&mut extent, tuple, truth);
            }
        }
    }
    extent
}

fn add<K: Ord>(to: &mut BTreeMap<K, Truth>, key: K, truth: Truth) {
    if truth != F {
        let entry = to.entry(key).or_insert(truth);
        *entry = entry.or(truth);
    }
}

/// "values of variables, and a truth, at first T". Equal ones are merged: the head takes the max anyway.
type Bindings = BTreeMap<Env, Truth>;

/// "A rule is read left to right with a list of bindings … The truth of a binding is the min over its conjuncts; F
/// drops it."
fn bindings(world: &World, rule: &Rule) -> Bindings {
    let mut bindings = Bindings::from([(Env::new(), T)]);
    for conjunct in &rule.body {
        let mut next = Bindings::new();
        for (env, truth) in bindings {
            let missing = needed(rule, conjunct, &env);
            for (env, listed) in range(world, rule, &missing, env) {
                for (env, holds) in extend(world, conjunct, env) {
                    add(&mut next, env, truth.and(listed).and(holds));
                }
            }
        }
        bindings = next;
    }
    // "Head variables still unbound at the end range likewise."
    let mut complete = Bindings::new();
    for (env, truth) in bindings {
        let missing = rule.head.iter().copied().filter(|v| !env.contains_key(v)).collect();
        for (env, listed) in range(world, rule, &missing, env) {
            add(&mut complete, env, truth.and(listed));
        }
    }
    complete
}

/// "A head variable that the current conjunct mentions, that is unbound, and that this conjunct cannot bind
/// itself".
fn needed(rule: &Rule, conjunct: &Expr, env: &Env) -> BTreeSet<VarId> {
    let bound_here = bindable(conjunct, env);
    let mut vars = mentioned(conjunct);
    vars.retain(|v| rule.head.contains(v) && !env.contains_key(v) && !bound_here.contains(v));
    vars
}

/// The unbound variables that a conjunct binds: x of `x in S`, and the variables that stand as arguments of a
/// relation atom; not those that it also needs to compute a set or an argument.
fn bindable(conjunct: &Expr, env: &Env) -> BTreeSet<VarId> {
    match &conjunct.kind {
        ExprKind::In { item, set } => {
            let inside = mentioned_in_set(set);
            variable(item).into_iter().filter(|v| !env.contains_key(v) && !inside.contains(v)).collect()
        }
        ExprKind::Related { args, .. } => {
            let computed: BTreeSet<VarId> =
                args.iter().filter(|a| variable(a).is_none()).flat_map(mentioned).collect();
            args.iter()
                .filter_map(variable)
                .filter(|v| !env.contains_key(v) && !computed.contains(v))
                .collect()
        }
        _ => BTreeSet::new(),
    }
}

fn variable(expr: &Expr) -> Option<VarId> {
    match expr.kind {
        ExprKind::Var(var) => Some(var),
        _ => None,
    }
}

/// "ranges over the records of its kind (for an enum: its literals; other types cannot)."
fn range(world: &World, rule: &Rule, vars: &BTreeSet<VarId>, env: Env) -> Bindings {
    let mut bindings = Bindings::from([(env, T)]);
    for var in vars {
        let ty = &rule.vars[var.0 as usize].ty;
        let mut values: Vec<(Val, Truth)> = Vec::new();
        match ty {
            Type::Ref(kind) => {
                values.extend(world.facts.rows(*kind).map(|row| (Val::Code(Code::Record(*kind, row)), T)));
                if world.facts.register(*kind).is_open() {
                    values.push((readings::beyond_the_register(), U));
                }
            }
            Type::Enum(id) => {
                let literals = world.program.schema.enumeration(*id).map_or(0, |e| e.literals.len() as u32);
                values.extend((0..literals).map(|code| (Val::Code(Code::Enum(code)), T)));
            }
            other => panic!("a head variable of type {other:?} is bound nowhere"),
        }
        let mut next = Bindings::new();
        for (env, truth) in &bindings {
            for (value, listed) in &values {
                let mut env = env.clone();
                env.insert(*var, value.clone());
                add(&mut next, env, truth.and(*listed));
            }
        }
        bindings = next;
    }
    bindings
}

/// One conjunct, for one binding.
fn extend(world: &World, conjunct: &Expr, env: Env) -> Vec<(Env, Truth)> {
    match &conjunct.kind {
        // "`x in S` with x an unbound variable binds x to each certain member (T), possible member (U), and ⊥ (U) if S
        // is open."
        ExprKind::In { item, set } if variable(item).is_some_and(|v| !env.contains_key(&v)) => {
            let var = variable(item).expect("a variable");
            let members = world.set(set, &env);
            let certain = members.certain.into_iter().map(|c| (Val::Code(c), T));
            let possible = members.possible.into_iter().map(|c| (Val::Code(c), U));
            let unnamed = members.open.then_some((Val::Unknown, U));
            let bind = |(value, truth)| {
                let mut env = env.clone();
                env.insert(var, value);
                (env, truth)
            };
            certain.chain(possible).chain(unnamed).map(bind).collect()
        }
        ExprKind::Related { relation, args } => atom(world, *relation, args, env),
        // "Any other conjunct is a condition."
        _ => {
            let truth = world.condition(conjunct, &env);
            vec![(env, truth)]
        }
    }
}

/// "A relation atom whose arguments are variables or expressions: arguments that are unbound variables are bound,
/// the others are tested. If a tested argument is ⊥, the unbound ones are bound to ⊥ once, with U; if one is none, nothing.
/// Otherwise for each tuple whose tested components are each equal (T) or ⊥ (U): the truth is the least of these and the
/// tuple's; the unbound ones take the tuple's components. The same unbound variable twice: the second occurrence is
/// tested."
fn atom(world: &World, relation: RelationId, args: &[Expr], env: Env) -> Vec<(Env, Truth)> {
    let unbound = |arg: &Expr| variable(arg).filter(|v| !env.contains_key(v));
    let tested: Vec<Option<Val>> =
        args.iter().map(|a| if unbound(a).is_some() { None } else { Some(world.value(a, &env)) }).collect();
    if tested.contains(&Some(Val::None)) {
        return Vec::new();
    }
    if tested.contains(&Some(Val::Unknown)) {
        let mut env = env.clone();
        for var in args.iter().filter_map(variable) {
            env.entry(var).or_insert(Val::Unknown);
        }
        return vec![(env, U)];
    }
    let mut result = Vec::new();
    for (tuple, truth) in world.extents.of(relation) {
        let mut env = env.clone();
        let mut truth = *truth;
        for ((arg, test), component) in args.iter().zip(&tested).zip(tuple) {
            match (test, variable(arg)) {
                (Some(value), _) => truth = truth.and(matches(value, component)),
                (None, Some(var)) => match env.get(&var) {
                    Some(first) => truth = truth.and(matches(first, component)),
                    None => {
                        env.insert(var, component.clone());
                    }
                },
                (None, None) => unreachable!("only variables are not tested"),
            }
        }
        if truth != F {
            result.push((env, truth));
        }
    }
    result
}

/// "`r(a, b)` as a condition: none argument F; any argument ⊥: U; else the max over tuples of min(truth, T where
/// equal, U where the tuple has ⊥), F if none matches."
pub(crate) fn related(extent: &Extent, args: &[Val]) -> Truth {
    if args.contains(&Val::None) {
        return F;
    }
    if args.contains(&Val::Unknown) {
        return U;
    }
    extent.iter().map(|(tuple, truth)| prefix_matches(tuple, args).and(*truth)).fold(F, Truth::or)
}

/// "T tuples give certain, U tuples possible members; a last component ⊥ makes the set open instead. If any argument
/// is ⊥: open and empty; none: closed and empty."
pub(crate) fn image(extent: &Extent, args: &[Val]) -> Members {
    if args.contains(&Val::None) {
        return Members::empty();
    }
    if args.contains(&Val::Unknown) {
        return Members::unknown();
    }
    let mut members = Members::empty();
    for (tuple, truth) in extent {
        let truth = prefix_matches(tuple, args).and(*truth);
        match (tuple.last(), truth) {
            (_, F) | (None, _) => {}
            (Some(Val::Code(code)), T) => {
                members.certain.insert(code.clone());
            }
            (Some(Val::Code(code)), U) => {
                members.possible.insert(code.clone());
            }
            (Some(_), _) => members.open = true,
        }
    }
    members.possible.retain(|code| !members.certain.contains(code));
    members
}

fn prefix_matches(tuple: &[Val], args: &[Val]) -> Truth {
    args.iter().zip(tuple).map(|(a, c)| matches(a, c)).fold(T, Truth::and)
}
