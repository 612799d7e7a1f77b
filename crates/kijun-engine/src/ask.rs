//! What an expression is on a day: a value, a set, or a value for each member of a set, with the facts that are missing where
//! that is not known. Only the relations that it uses are evaluated, and no rule.

use std::sync::Arc;

use kijun_facts::store::UNKNOWN;
use kijun_facts::{KindId, Show, Store, Type, Words};
use kijun_text::Lang;

use crate::assess::Evaluation;
use crate::assessment::FactRef;
use crate::prepared::Prepared;
use crate::program::{Expr, Program, SetExpr, Var, VarId};
use crate::proof::{Proof, Prover, is_known};
use crate::row::{Env, Row};
use crate::truth::Truth;
use crate::val::Val;

/// An expression that belongs to no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Those that stand for given records come first.
    pub vars: Vec<Var>,
    pub of: Asked,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Value(Expr),
    /// With the type of its elements.
    Set(SetExpr, Type),
    /// A value for every member that the filter does not leave out; without one, which members these are.
    Each {
        var: VarId,
        set: SetExpr,
        filter: Option<Expr>,
        value: Option<Box<Asked>>,
    },
}

impl Asked {
    /// Its expressions, those of sets included.
    pub(crate) fn expressions<'q>(&'q self, visit: &mut dyn FnMut(&'q Expr)) {
        match self {
            Asked::Value(value) => visit(value),
            Asked::Set(set, _) => crate::walk::set_parts(set, visit),
            Asked::Each { set, filter, value, .. } => {
                crate::walk::set_parts(set, visit);
                filter.iter().for_each(&mut *visit);
                value.iter().for_each(|v| v.expressions(visit));
            }
        }
    }

    /// Its sets that stand in no expression.
    pub(crate) fn sets(&self) -> Vec<&SetExpr> {
        match self {
            Asked::Value(_) => Vec::new(),
            Asked::Set(set, _) => vec![set],
            Asked::Each { set, value, .. } => value.iter().flat_map(|v| v.sets()).chain([set]).collect(),
        }
    }
}

/// The answer to a question.
#[derive(Debug, Clone)]
pub struct Answer {
    pub found: Found,
    /// Facts that nobody has recorded, or about which sources disagree, where the answer is not known.
    pub missing: Vec<FactRef>,
    /// Of a condition: the parts that decide it.
    pub proof: Option<Proof>,
}

#[derive(Debug, Clone)]
pub enum Found {
    Truth(Truth),
    /// A value in words, and the record that it is, if it is one.
    Value(String, Option<(KindId, u32)>),
    /// Members that certainly and that possibly belong to it, and whether there may be more.
    Set {
        certain: Vec<String>,
        possible: Vec<String>,
        open: bool,
    },
    Each(Vec<Member>),
}

/// A member of the set over which a question ranges.
#[derive(Debug, Clone)]
pub struct Member {
    pub name: String,
    /// Whether it is known to belong there: to the set, and not left out by the filter.
    pub certain: bool,
    /// `None`: no value was asked for.
    pub answer: Option<Answer>,
}

/// Answers a question about facts as they are on a day; `records` are the codes of its first variables.
pub fn answer(
    program: &Program,
    store: &Store,
    today: i32,
    question: &Question,
    records: &[u32],
    lang: Lang,
) -> Answer {
    let prepared = Arc::new(Prepared::for_question(program, question));
    let memo = Arc::new(prepared.memo(store));
    prepared.fill_relations(program, store, today, &memo);
    let checks = vec![None; program.checks.len()];
    let attests = vec![None; program.attests.len()];
    let evaluation = Evaluation { program, prepared, store, today, memo, checks, attests };
    let asking = Asking { prover: Prover::new(&evaluation, &question.vars), lang };
    let mut env: Env = records.to_vec();
    env.resize(question.vars.len(), UNKNOWN);
    asking.answer(&question.of, &mut env)
}

struct Asking<'e, 'a> {
    prover: Prover<'e, 'a>,
    lang: Lang,
}

impl Asking<'_, '_> {
    fn answer(&self, of: &Asked, env: &mut Env) -> Answer {
        match of {
            Asked::Value(value) => self.value(value, env),
            Asked::Set(set, element) => self.set(set, element, env),
            Asked::Each { var, set, filter, value } => {
                self.each(*var, set, filter.as_ref(), value.as_deref(), env)
            }
        }
    }

    fn row(&self) -> &Row<'_> {
        &self.prover.row
    }

    fn show(&self) -> Show<'_> {
        let program = self.prover.evaluation.program;
        Show { store: self.row().store, schema: &program.schema, lang: self.lang, words: Words::Labels }
    }

    fn value(&self, expr: &Expr, env: &mut Env) -> Answer {
        if expr.ty == Type::Bool {
            return self.condition(expr, env);
        }
        let value = self.row().value(expr, env);
        let record = match (&expr.ty, value) {
            (Type::Ref(kind), Val::Code(code)) => {
                let rows = self.row().store.kind(*kind).map_or(0, |t| t.len());
                ((code as usize) < rows).then_some((*kind, code))
            }
            _ => None,
        };
        let is_open = match value {
            Val::Code(code) | Val::Duration(code, None) => code == UNKNOWN,
            Val::Number(n) => !n.is_none() && n.lo != n.hi,
            Val::Truth(_) | Val::Duration(..) => false,
        };
        let missing = if is_open { self.lacking(expr, env) } else { Vec::new() };
        let text = self.prover.show_value(expr, self.lang, env);
        self.prover.take_reads();
        Answer { found: Found::Value(text, record), missing, proof: None }
    }

    fn condition(&self, expr: &Expr, env: &mut Env) -> Answer {
        let proof = self.prover.prove(expr, env);
        let mut missing = Vec::new();
        if proof.truth == Truth::Unknown {
            let store = self.row().store;
            missing = proof.all_facts().into_iter().filter(|f| !is_known(store, *f)).collect();
            if missing.is_empty() {
                missing = self.lacking(expr, env);
            }
        }
        Answer { found: Found::Truth(proof.truth), missing, proof: Some(proof) }
    }

    fn set(&self, set: &SetExpr, element: &Type, env: &mut Env) -> Answer {
        self.prover.take_reads();
        let members = self.row().members(set, env);
        let named = |codes: &[u32]| -> Vec<String> {
            let mut names: Vec<String> = codes.iter().map(|c| self.show().code(element, *c)).collect();
            if !matches!(element, Type::Enum(_)) {
                names.sort();
            }
            names
        };
        let (certain, possible) = (named(&members.certain), named(&members.possible));
        let mut missing = Vec::new();
        if members.open || !members.possible.is_empty() {
            let mut facts = self.prover.cells_read();
            self.prover.set_facts(set, env, &mut facts);
            crate::walk::set_parts(set, &mut |e| self.prover.hidden_sets(e, env, &mut facts));
            missing = self.unknown(facts);
        }
        self.prover.take_reads();
        Answer { found: Found::Set { certain, possible, open: members.open }, missing, proof: None }
    }

    fn each(
        &self,
        var: VarId,
        set: &SetExpr,
        filter: Option<&Expr>,
        value: Option<&Asked>,
        env: &mut Env,
    ) -> Answer {
        let element = self.prover.vars.get(var.0 as usize).map_or(Type::Text, |v| v.ty.clone());
        let mut of = self.set(set, &element, env);
        let members = self.row().members(set, env);
        let mut rows = Vec::new();
        for (code, certain) in members.each().filter(|(code, _)| *code != UNKNOWN) {
            Row::bind(env, var, code);
            let left_in = filter.map_or(Truth::True, |f| self.row().truth(f, env));
            self.prover.take_reads();
            if left_in == Truth::False {
                continue;
            }
            let answer = value.map(|v| self.answer(v, env));
            let name = self.show().code(&element, code);
            rows.push(Member { name, certain: certain && left_in == Truth::True, answer });
        }
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        of.found = Found::Each(rows);
        of
    }

    /// What an expression reads and nobody has recorded.
    fn lacking(&self, expr: &Expr, env: &mut Env) -> Vec<FactRef> {
        self.prover.take_reads();
        self.row().value(expr, env);
        let mut facts = self.prover.cells_read();
        self.prover.hidden_sets(expr, env, &mut facts);
        self.unknown(facts)
    }

    fn unknown(&self, facts: Vec<FactRef>) -> Vec<FactRef> {
        let mut seen = rustc_hash::FxHashSet::default();
        let store = self.row().store;
        facts.into_iter().filter(|f| !is_known(store, *f) && seen.insert(*f)).collect()
    }
}
