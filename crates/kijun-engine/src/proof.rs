//! Why: the evaluation of one row again, with the branches that decide written down, and the facts in them.

use kijun_facts::Store;
use kijun_text::{Lang, Span};

use crate::assess::Evaluation;
use crate::assessment::FactRef;
use crate::body::{Body, uses_any};
use crate::closure::Link;
use crate::extents::Extent;
use crate::number::Interval;
use crate::program::{
    Check, Expr, ExprKind, Mark, Message, Piece, Quantifier, Relation, RelationId, Rule, SetExpr, TableId,
    Var, VarId,
};
use crate::relations::recursion;
use crate::row::{CellKey, Env, Row};
use crate::truth::Truth;
use crate::val::{Val, truth_code};
use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{Show, Type, Words};

/// At most so many branches and facts are written down per node.
const MAX_BRANCHES: usize = 12;
const MAX_FACTS: usize = 40;

/// A cell of a table whose mark keeps it from deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeakCell {
    pub table: TableId,
    pub mark: Mark,
    /// Its row, or the name of the table where the mark is that of all of it.
    pub span: Span,
}

/// A node of a proof: an expression, its truth, and the parts that decide it.
#[derive(Debug, Clone)]
pub struct Proof {
    /// The place of the expression in its rule.
    pub span: Span,
    /// The function that it calls, when it does.
    pub name: Option<String>,
    /// Values that variables take in this branch: name and value.
    pub binding: Option<(String, String)>,
    pub truth: Truth,
    /// Facts that this node reads itself, not through its children.
    pub facts: Vec<FactRef>,
    /// Cells of tables that it looks up and that may not decide, for their mark.
    pub weak_cells: Vec<WeakCell>,
    pub children: Vec<Proof>,
    /// Branches that decide as well and are not written down.
    pub left_out: usize,
}

impl Proof {
    /// Whether it reads more facts than are written down.
    pub fn is_cut(&self) -> bool {
        self.facts.len() >= MAX_FACTS
    }

    /// Every fact in the tree, once: what decides in a branch comes before what the branch was drawn from.
    pub fn all_facts(&self) -> Vec<FactRef> {
        let mut out = Vec::new();
        self.collect(&mut out);
        out
    }

    /// Every weak cell in the tree, once.
    pub fn all_weak_cells(&self) -> Vec<WeakCell> {
        let mut out = self.weak_cells.clone();
        for cell in self.children.iter().flat_map(Proof::all_weak_cells) {
            if !out.contains(&cell) {
                out.push(cell);
            }
        }
        out
    }

    fn collect(&self, out: &mut Vec<FactRef>) {
        self.children.iter().for_each(|c| c.collect(out));
        for fact in &self.facts {
            if !out.contains(fact) {
                out.push(*fact);
            }
        }
    }
}

/// Whether a fact is recorded: known, and not in conflict.
pub(crate) fn is_known(store: &Store, fact: FactRef) -> bool {
    match fact {
        FactRef::Cell { kind, row, attr } => store.kind(kind).is_some_and(|k| k.is_known(attr, row as usize)),
        FactRef::Register(kind) => store.kind(kind).is_some_and(|k| !k.register.is_open()),
        FactRef::Attestation(_) => false,
    }
}

pub(crate) struct Prover<'e, 'a> {
    pub(crate) evaluation: &'e Evaluation<'a>,
    pub(crate) row: Row<'e>,
    pub(crate) vars: &'e [Var],
}

impl<'e, 'a> Prover<'e, 'a> {
    pub(crate) fn new(evaluation: &'e Evaluation<'a>, vars: &'e [Var]) -> Prover<'e, 'a> {
        let mut row = evaluation.row();
        row.reads = Some(std::cell::RefCell::new(Vec::new()));
        Prover { evaluation, row, vars }
    }

    pub(crate) fn take_reads(&self) -> Vec<CellKey> {
        self.row.reads.as_ref().map(|r| std::mem::take(&mut *r.borrow_mut())).unwrap_or_default()
    }

    /// Every cell that was read since the trace was last taken.
    pub(crate) fn cells_read(&self) -> Vec<FactRef> {
        let reads = self.take_reads().into_iter();
        reads.map(|(kind, row, attr)| FactRef::Cell { kind, row, attr }).collect()
    }

    /// The truth of an expression without leaving a trace.
    fn truth(&self, expr: &Expr, env: &mut Env) -> Truth {
        let truth = self.row.truth(expr, env);
        self.take_reads();
        truth
    }

    /// The cells that an expression reads on its own.
    fn reads_of(&self, expr: &Expr, env: &mut Env) -> Vec<FactRef> {
        self.take_reads();
        self.row.value(expr, env);
        cells(self.take_reads())
    }

    pub(crate) fn prove(&self, expr: &Expr, env: &mut Env) -> Proof {
        let truth = self.truth(expr, env);
        let mut proof = Proof {
            span: expr.span,
            name: None,
            binding: None,
            truth,
            facts: Vec::new(),
            weak_cells: Vec::new(),
            children: Vec::new(),
            left_out: 0,
        };
        match &expr.kind {
            ExprKind::Named { name, body } if expr.ty == Type::Bool => {
                proof.name = Some(name.clone());
                proof.children.push(self.prove(body, env));
            }
            ExprKind::Not(inner) => proof.children.push(self.prove(inner, env)),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let all = matches!(
                    (&expr.kind, truth),
                    (ExprKind::And(_), Truth::True) | (ExprKind::Or(_), Truth::False)
                );
                for part in parts {
                    if all || self.truth(part, env) == truth {
                        proof.children.push(self.prove(part, env));
                    }
                }
            }
            ExprKind::Quantified { quantifier, var, set, filter, body } => {
                self.quantified(*quantifier, *var, set, filter.as_deref(), body, env, &mut proof);
            }
            ExprKind::Related { relation, args } => {
                for arg in args {
                    proof.facts.extend(self.reads_of(arg, env));
                }
                let codes: Vec<u32> = args.iter().map(|a| self.row.code(a, env)).collect();
                self.take_reads();
                self.derivation(*relation, &codes, &mut Vec::new(), &mut proof.facts);
            }
            _ => {
                proof.facts = self.reads_of(expr, env);
                proof.weak_cells = self.weak_cells(expr, env);
                self.hidden_sets(expr, env, &mut proof.facts);
            }
        }
        dedup(&mut proof.facts);
        proof
    }

    /// Cells of tables that a leaf looks up and that do not decide.
    fn weak_cells(&self, expr: &Expr, env: &mut Env) -> Vec<WeakCell> {
        let mut out: Vec<WeakCell> = Vec::new();
        crate::walk::expressions(expr, &mut |e| {
            let ExprKind::Lookup { table: id, args } = &e.kind else { return };
            let Some(table) = self.evaluation.program.table(*id) else { return };
            let key: Vec<u32> = args.iter().map(|a| self.row.code(a, env)).collect();
            let weak = table.weakness(&key).map(|(mark, span)| WeakCell { table: *id, mark, span });
            out.extend(weak.filter(|w| !out.contains(w)));
        });
        self.take_reads();
        out
    }

    /// Registers and relations that a leaf looks at as wholes.
    pub(crate) fn hidden_sets(&self, expr: &Expr, env: &mut Env, facts: &mut Vec<FactRef>) {
        crate::walk::expressions(expr, &mut |e| match &e.kind {
            ExprKind::In { set, .. }
            | ExprKind::Quantified { set, .. }
            | ExprKind::Aggregated { set, .. } => self.set_facts(set, env, facts),
            ExprKind::Related { relation, args } => {
                let codes: Vec<u32> = args.iter().map(|a| self.row.code(a, env)).collect();
                self.derivation(*relation, &codes, &mut Vec::new(), facts);
            }
            _ => {}
        });
        self.take_reads();
    }

    pub(crate) fn set_facts(&self, set: &SetExpr, env: &mut Env, facts: &mut Vec<FactRef>) {
        match set {
            SetExpr::Extent(kind) => {
                if self.evaluation.store.kind(*kind).is_none_or(|k| k.register.is_open()) {
                    facts.push(FactRef::Register(*kind));
                }
            }
            SetExpr::Image { relation, args } => {
                let codes: Vec<u32> = args.iter().map(|a| self.row.code(a, env)).collect();
                facts.extend(cells(self.take_reads()));
                self.derivation(*relation, &codes, &mut Vec::new(), facts);
            }
            SetExpr::Attr { base, .. } => {
                self.row.code(base, env);
                self.row.members(set, env);
                facts.extend(cells(self.take_reads()));
            }
            SetExpr::Literal(_) => {}
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one quantifier")]
    fn quantified(
        &self,
        quantifier: Quantifier,
        var: crate::program::VarId,
        set: &SetExpr,
        filter: Option<&Expr>,
        body: &Expr,
        env: &mut Env,
        proof: &mut Proof,
    ) {
        self.set_facts(set, env, &mut proof.facts);
        let members = match quantifier {
            Quantifier::Any => self.row.members_for(set, var, &[filter, Some(body)], env),
            Quantifier::All => self.row.members_for(set, var, &[filter], env),
        };
        self.take_reads();
        for (member, certain) in members.each() {
            Row::bind(env, var, member);
            let inside = if certain { Truth::True } else { Truth::Unknown };
            let holds = inside.and(filter.map_or(Truth::True, |f| self.truth(f, env)));
            if holds == Truth::False {
                // A member that the filter leaves out decides nothing, unless all of them are left out.
                continue;
            }
            let outcome = match quantifier {
                Quantifier::Any => holds.and(self.truth(body, env)),
                Quantifier::All => holds.negate().or(self.truth(body, env)),
            };
            let decides = outcome == proof.truth;
            if !decides || member == UNKNOWN {
                continue;
            }
            // "None of the records does" is not shown by records that have nothing to do with the subject.
            let register = matches!(set, SetExpr::Extent(_));
            if register && outcome == Truth::False && self.is_unrelated(body, env) {
                continue;
            }
            if proof.children.len() >= MAX_BRANCHES {
                proof.left_out += 1;
                continue;
            }
            let mut child = self.prove(body, env);
            if let Some(filter) = filter.filter(|f| self.truth(f, env) == Truth::Unknown) {
                child.children.push(self.prove(filter, env));
            }
            child.binding =
                self.vars.get(var.0 as usize).map(|v| (v.name.clone(), self.show_code(&v.ty, member)));
            proof.children.push(child);
        }
        // Filters that are unknown may hide what the register says of a member not taken above.
        if proof.children.is_empty()
            && proof.truth == Truth::Unknown
            && let Some(filter) = filter
        {
            for (member, _) in members.each().take(MAX_BRANCHES) {
                Row::bind(env, var, member);
                if member != UNKNOWN && self.truth(filter, env) == proof.truth {
                    proof.facts.extend(self.reads_of(filter, env));
                }
            }
        }
    }

    /// Whether a record fails the first condition of a body: the one that ties it to the subject.
    fn is_unrelated(&self, body: &Expr, env: &mut Env) -> bool {
        match &body.kind {
            ExprKind::Named { body, .. } => self.is_unrelated(body, env),
            ExprKind::And(parts) => parts.first().is_some_and(|first| self.truth(first, env) == Truth::False),
            _ => false,
        }
    }

    /// The cells from which the tuples that begin with these codes are derived.
    fn derivation(
        &self,
        id: RelationId,
        codes: &[u32],
        seen: &mut Vec<(RelationId, Box<[u32]>)>,
        facts: &mut Vec<FactRef>,
    ) {
        // With an argument that is not known no tuple is looked at.
        if facts.len() > MAX_FACTS || codes.contains(&NONE) || codes.contains(&UNKNOWN) {
            return;
        }
        let (Some(extent), Some(relation)) =
            (self.evaluation.memo.extents.get(id), self.evaluation.program.relation(id))
        else {
            return;
        };
        if let (Extent::Closure(closure), Some(from)) = (extent, codes.first()) {
            for (from, to, link) in closure.links(*from, codes.get(1).copied()) {
                if facts.len() > MAX_FACTS {
                    return;
                }
                self.derive_link(id, relation, (from, to), link, seen, facts);
            }
            return;
        }
        for (tuple, _) in extent.candidates(codes.first().copied(), None) {
            let matching = tuple.iter().zip(codes).all(|(a, b)| a == b || *a == UNKNOWN);
            let key = (id, Box::from(&*tuple));
            if !matching || seen.contains(&key) || facts.len() > MAX_FACTS {
                continue;
            }
            seen.push(key);
            for rule in &relation.rules {
                let known: Vec<(VarId, u32)> = rule.head.iter().copied().zip(tuple.iter().copied()).collect();
                self.derive(rule, &known, None, seen, facts);
            }
        }
        dedup(facts);
    }

    /// The cells from which one step of a transitive relation is derived.
    fn derive_link(
        &self,
        id: RelationId,
        relation: &Relation,
        (from, to): (u32, u32),
        link: Link,
        seen: &mut Vec<(RelationId, Box<[u32]>)>,
        facts: &mut Vec<FactRef>,
    ) {
        for rule in &relation.rules {
            let recursive = rule.body.iter().any(|c| uses_any(c, &[id]));
            match link {
                Link::Base if !recursive => {
                    let known: Vec<(VarId, u32)> = rule.head.iter().copied().zip([from, to]).collect();
                    self.derive(rule, &known, None, seen, facts);
                }
                Link::Step if recursive => {
                    let Some(step) = recursion(id, rule) else { continue };
                    let head = rule.head.iter().map(|v| (*v, UNKNOWN));
                    let known: Vec<(VarId, u32)> =
                        head.chain(step.ends.into_iter().zip([from, to])).collect();
                    self.derive(rule, &known, Some(step.own), seen, facts);
                }
                _ => {}
            }
        }
        dedup(facts);
    }

    /// The cells that a rule reads under bindings for which it may hold, one conjunct left out.
    fn derive(
        &self,
        rule: &Rule,
        known: &[(VarId, u32)],
        without: Option<usize>,
        seen: &mut Vec<(RelationId, Box<[u32]>)>,
        facts: &mut Vec<FactRef>,
    ) {
        let body = Body { row: self.evaluation.row(), rule, meter: None };
        for mut env in body.derivations(known, without).into_iter().take(4) {
            for (_, conjunct) in rule.body.iter().enumerate().filter(|(i, _)| Some(*i) != without) {
                match &conjunct.kind {
                    ExprKind::Related { relation, args } => {
                        let codes: Vec<u32> = args.iter().map(|a| self.row.code(a, &mut env)).collect();
                        self.take_reads();
                        self.derivation(*relation, &codes, seen, facts);
                    }
                    _ => {
                        self.row.truth(conjunct, &mut env);
                        facts.extend(cells(self.take_reads()));
                    }
                }
            }
        }
    }

    fn show_code(&self, ty: &Type, code: u32) -> String {
        self.show(Lang::Ja).code(ty, code)
    }

    fn show(&self, lang: Lang) -> Show<'_> {
        Show {
            store: self.evaluation.store,
            schema: &self.evaluation.program.schema,
            lang,
            words: Words::Labels,
        }
    }

    /// The text of a message in a language, with its expressions evaluated.
    pub(crate) fn message(&self, message: &Message, lang: Lang, env: &mut Env) -> String {
        let pieces = if lang == Lang::Ja { &message.ja } else { &message.en };
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value(expr) => out.push_str(&self.show_value(expr, lang, env)),
            }
        }
        self.take_reads();
        out
    }

    pub(crate) fn show_value(&self, expr: &Expr, lang: Lang, env: &mut Env) -> String {
        let show = self.show(lang);
        match self.row.value(expr, env) {
            Val::Truth(t) => show.code(&Type::Bool, truth_code(t)),
            Val::Duration(_, Some(d)) => show.scalar(&Type::Duration, kijun_facts::Scalar::Duration(d)),
            Val::Code(c) | Val::Duration(c, None) => show.code(&expr.ty, c),
            Val::Number(n) => show_number(&show, expr, n),
        }
    }
}

fn show_number(show: &Show<'_>, expr: &Expr, n: Interval) -> String {
    if n.is_none() {
        return show.code(&expr.ty, NONE);
    }
    if n.is_unknown() {
        return show.code(&expr.ty, UNKNOWN);
    }
    let one = |v: i64| match expr.ty {
        Type::Date => kijun_facts::Scalar::Date(kijun_facts::Date { first: v as i32, last: v as i32 }),
        Type::Decimal => kijun_facts::Scalar::Decimal(v),
        _ => kijun_facts::Scalar::Int(v),
    };
    if expr.ty == Type::Date
        && let (Ok(first), Ok(last)) = (i32::try_from(n.lo), i32::try_from(n.hi))
    {
        return show.scalar(&expr.ty, kijun_facts::Scalar::Date(kijun_facts::Date { first, last }));
    }
    if n.lo == n.hi {
        return show.scalar(&expr.ty, one(n.lo));
    }
    let bound =
        |v: i64| if v == i64::MIN || v == i64::MAX { String::new() } else { show.scalar(&expr.ty, one(v)) };
    format!("{}–{}", bound(n.lo), bound(n.hi))
}

fn cells(reads: Vec<CellKey>) -> Vec<FactRef> {
    let mut out: Vec<FactRef> = Vec::new();
    for (kind, row, attr) in reads {
        let fact = FactRef::Cell { kind, row, attr };
        if !out.contains(&fact) {
            out.push(fact);
        }
        if out.len() >= MAX_FACTS {
            break;
        }
    }
    out
}

fn dedup(facts: &mut Vec<FactRef>) {
    let mut seen: Vec<FactRef> = Vec::new();
    facts.retain(|f| {
        let fresh = !seen.contains(f);
        if fresh {
            seen.push(*f);
        }
        fresh
    });
}

/// The proof of a check on one subject: of its `where`, and, where that holds, of the `require`s that decide.
pub(crate) fn of_check(prover: &Prover<'_, '_>, check: &Check, env: &mut Env) -> Vec<Proof> {
    let mut out = Vec::new();
    if let Some(condition) = &check.condition {
        let proof = prover.prove(condition, env);
        let decided = proof.truth;
        out.push(proof);
        if decided != Truth::True {
            return out;
        }
    }
    let requires: Vec<Proof> = check.requires.iter().map(|r| prover.prove(&r.condition, env)).collect();
    let worst = requires.iter().map(|p| p.truth).min();
    out.extend(requires.into_iter().filter(|p| Some(p.truth) == worst));
    out
}
