//! The plan: every expression of every check as nodes that are shared where they are the same.
//!
//! A node lives in a *context*: the whole facility (one row), the records of one kind (one row each, plus
//! the unknown and the none row), or a *derived* one (pairs of records, made while a quantifier is evaluated). An
//! expression about one record only is lifted into the context of that record's kind, evaluated once there and gathered
//! where it is used; one about no record is lifted to the facility.

use kijun_facts::{AttrId, KindId, Type};
use rustc_hash::FxHashMap;

use crate::program::{
    Aggregate, ArithOp, CompareOp, Const, Expr, ExprKind, Quantifier, RelationId, SetExpr, TableId, VarId,
};
use crate::walk;

pub(crate) type NodeId = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Context {
    Facility,
    Records(KindId),
    Derived,
}

/// Position of a variable in a context, outermost first.
pub(crate) type Level = usize;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum SetOp {
    Attr {
        base: NodeId,
        kind: KindId,
        attr: AttrId,
    },
    /// `join`: only records whose key (a node over the kind's records) may equal the outer key count.
    Records {
        kind: KindId,
        join: Option<(NodeId, NodeId)>,
    },
    Image {
        relation: RelationId,
        args: Vec<NodeId>,
    },
    Literal(Vec<NodeId>),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    Const(Const),
    None,
    Today,
    Var(Level),
    /// A node over the records of a kind, read at the rows of a variable.
    Gather {
        node: NodeId,
        level: Level,
    },
    /// A node of the facility, for every row.
    Broadcast(NodeId),
    Attr {
        base: NodeId,
        kind: KindId,
        attr: AttrId,
    },
    Not(NodeId),
    And(Vec<NodeId>),
    Or(Vec<NodeId>),
    Compare {
        op: CompareOp,
        left: NodeId,
        right: NodeId,
    },
    In {
        item: NodeId,
        set: SetOp,
    },
    Quantified {
        quantifier: Quantifier,
        set: SetOp,
        filter: Option<NodeId>,
        body: NodeId,
    },
    Aggregated {
        aggregate: Aggregate,
        set: SetOp,
        filter: Option<NodeId>,
        body: Option<NodeId>,
    },
    Arith {
        op: ArithOp,
        left: NodeId,
        right: NodeId,
    },
    ToDecimal(NodeId),
    Related {
        relation: RelationId,
        args: Vec<NodeId>,
    },
    Lookup {
        table: TableId,
        args: Vec<NodeId>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) context: Context,
    pub(crate) ty: Type,
    pub(crate) optional: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) nodes: Vec<Node>,
    index: FxHashMap<Node, NodeId>,
}

/// Variables in scope, outermost first, in a context.
#[derive(Clone)]
struct Scope {
    vars: Vec<(VarId, Type)>,
    context: Context,
}

impl Scope {
    fn level(&self, var: VarId) -> Level {
        self.vars.iter().position(|(v, _)| *v == var).unwrap_or(0)
    }

    fn with(&self, var: VarId, ty: Type) -> Scope {
        let mut vars = self.vars.clone();
        vars.push((var, ty));
        Scope { vars, context: Context::Derived }
    }
}

impl Plan {
    /// Plans an expression about the records of a kind (`subject`), or about the facility.
    pub(crate) fn add(&mut self, expr: &Expr, subject: Option<(VarId, KindId)>) -> NodeId {
        let scope = match subject {
            Some((var, kind)) => {
                Scope { vars: vec![(var, Type::Ref(kind))], context: Context::Records(kind) }
            }
            None => Scope { vars: Vec::new(), context: Context::Facility },
        };
        self.lower(expr, &scope)
    }

    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }

    fn intern(&mut self, op: Op, scope: &Scope, ty: &Type, optional: bool) -> NodeId {
        let node = Node { op, context: scope.context, ty: ty.clone(), optional };
        if let Some(id) = self.index.get(&node) {
            return *id;
        }
        let id = self.nodes.len();
        self.nodes.push(node.clone());
        self.index.insert(node, id);
        id
    }

    fn lower(&mut self, expr: &Expr, scope: &Scope) -> NodeId {
        if let ExprKind::Named { body, .. } = &expr.kind {
            return self.lower(body, scope);
        }
        if matches!(expr.kind, ExprKind::Const(_) | ExprKind::None | ExprKind::Today | ExprKind::Var(_)) {
            return self.lower_here(expr, scope);
        }
        let mut free: Vec<VarId> = Vec::new();
        walk::free_vars(expr, &mut |v| {
            if !free.contains(&v) {
                free.push(v);
            }
        });
        match free.as_slice() {
            [] if scope.context != Context::Facility => {
                let node = self.lower(expr, &Scope { vars: Vec::new(), context: Context::Facility });
                self.intern(Op::Broadcast(node), scope, &expr.ty, expr.optional)
            }
            [var] => match scope.vars.iter().find(|(v, _)| v == var) {
                Some((_, Type::Ref(kind))) if scope.context != Context::Records(*kind) => {
                    let inner =
                        Scope { vars: vec![(*var, Type::Ref(*kind))], context: Context::Records(*kind) };
                    let node = self.lower_here(expr, &inner);
                    let level = scope.level(*var);
                    self.intern(Op::Gather { node, level }, scope, &expr.ty, expr.optional)
                }
                _ => self.lower_here(expr, scope),
            },
            _ => self.lower_here(expr, scope),
        }
    }

    fn lower_all(&mut self, exprs: &[Expr], scope: &Scope) -> Vec<NodeId> {
        exprs.iter().map(|e| self.lower(e, scope)).collect()
    }

    fn lower_here(&mut self, expr: &Expr, scope: &Scope) -> NodeId {
        let op = match &expr.kind {
            ExprKind::Const(c) => Op::Const(c.clone()),
            ExprKind::None => Op::None,
            ExprKind::Today => Op::Today,
            ExprKind::Var(v) => Op::Var(scope.level(*v)),
            ExprKind::Attr { base, kind, attr } => {
                Op::Attr { base: self.lower(base, scope), kind: *kind, attr: *attr }
            }
            ExprKind::Not(inner) => Op::Not(self.lower(inner, scope)),
            ExprKind::And(parts) => Op::And(self.lower_all(parts, scope)),
            ExprKind::Or(parts) => Op::Or(self.lower_all(parts, scope)),
            ExprKind::Compare { op, left, right } => {
                Op::Compare { op: *op, left: self.lower(left, scope), right: self.lower(right, scope) }
            }
            ExprKind::In { item, set } => {
                let item = self.lower(item, scope);
                Op::In { item, set: self.lower_set(set, None, scope) }
            }
            ExprKind::Quantified { quantifier, var, set, filter, body } => {
                let mut keys: Vec<&Expr> = Vec::new();
                conjuncts(filter.as_deref(), &mut keys);
                if *quantifier == Quantifier::Any {
                    conjuncts(Some(body), &mut keys);
                }
                let set_op = self.lower_set(set, Some((*var, &keys)), scope);
                let inner = scope.with(*var, element_type(set, body, *var));
                let filter = filter.as_ref().map(|f| self.lower(f, &inner));
                let body = self.lower(body, &inner);
                Op::Quantified { quantifier: *quantifier, set: set_op, filter, body }
            }
            ExprKind::Aggregated { aggregate, var, set, filter, body } => {
                let mut keys: Vec<&Expr> = Vec::new();
                conjuncts(filter.as_deref(), &mut keys);
                let set_op = self.lower_set(set, Some((*var, &keys)), scope);
                let sample = body.as_deref().or(filter.as_deref());
                let ty = sample.map_or_else(|| set_type(set), |e| element_type(set, e, *var));
                let inner = scope.with(*var, ty);
                let filter = filter.as_ref().map(|f| self.lower(f, &inner));
                let body = body.as_ref().map(|b| self.lower(b, &inner));
                Op::Aggregated { aggregate: *aggregate, set: set_op, filter, body }
            }
            ExprKind::Arith { op, left, right } => {
                Op::Arith { op: *op, left: self.lower(left, scope), right: self.lower(right, scope) }
            }
            ExprKind::ToDecimal(inner) => Op::ToDecimal(self.lower(inner, scope)),
            ExprKind::Related { relation, args } => {
                Op::Related { relation: *relation, args: self.lower_all(args, scope) }
            }
            ExprKind::Lookup { table, args } => {
                Op::Lookup { table: *table, args: self.lower_all(args, scope) }
            }
            ExprKind::Named { body, .. } => return self.lower(body, scope),
        };
        self.intern(op, scope, &expr.ty, expr.optional)
    }

    fn lower_set(&mut self, set: &SetExpr, member: Option<(VarId, &[&Expr])>, scope: &Scope) -> SetOp {
        match set {
            SetExpr::Attr { base, kind, attr } => {
                SetOp::Attr { base: self.lower(base, scope), kind: *kind, attr: *attr }
            }
            SetExpr::Extent(kind) => {
                let join = member.and_then(|(var, keys)| self.join(*kind, var, keys, scope));
                SetOp::Records { kind: *kind, join }
            }
            SetExpr::Image { relation, args } => {
                SetOp::Image { relation: *relation, args: self.lower_all(args, scope) }
            }
            SetExpr::Literal(items) => SetOp::Literal(self.lower_all(items, scope)),
        }
    }

    /// `member.key == outer` among the conjuncts that a member must meet: an equality of codes with the
    /// member on one side only.
    fn join(&mut self, kind: KindId, var: VarId, keys: &[&Expr], scope: &Scope) -> Option<(NodeId, NodeId)> {
        for key in keys {
            let ExprKind::Compare { op: CompareOp::Eq, left, right } = &key.kind else { continue };
            if left.ty.is_numeric() || matches!(left.ty, Type::Duration | Type::Bool) {
                continue;
            }
            for (own, outer) in [(left, right), (right, left)] {
                let (mut only, mut uses_own) = (true, false);
                walk::free_vars(own, &mut |v| {
                    only &= v == var;
                    uses_own |= v == var;
                });
                let mut outside = true;
                walk::free_vars(outer, &mut |v| outside &= v != var);
                if only && uses_own && outside {
                    let records =
                        Scope { vars: vec![(var, Type::Ref(kind))], context: Context::Records(kind) };
                    let own = self.lower_here(own, &records);
                    let outer = self.lower(outer, scope);
                    return Some((own, outer));
                }
            }
        }
        None
    }
}

/// The conjuncts of a condition, through the names of functions.
pub(crate) fn conjuncts<'e>(expr: Option<&'e Expr>, out: &mut Vec<&'e Expr>) {
    match expr.map(|e| (e, &e.kind)) {
        Some((_, ExprKind::And(parts))) => parts.iter().for_each(|p| conjuncts(Some(p), out)),
        Some((_, ExprKind::Named { body, .. })) => conjuncts(Some(body), out),
        Some((e, _)) => out.push(e),
        None => {}
    }
}

fn set_type(set: &SetExpr) -> Type {
    match set {
        SetExpr::Extent(kind) => Type::Ref(*kind),
        SetExpr::Literal(items) => items.first().map_or(Type::Text, |i| i.ty.clone()),
        SetExpr::Attr { .. } | SetExpr::Image { .. } => Type::Text,
    }
}

/// The type of a set's members, read off the first use of the variable where the set does not say it.
fn element_type(set: &SetExpr, body: &Expr, var: VarId) -> Type {
    let mut found = set_type(set);
    if found == Type::Text {
        walk::expressions(body, &mut |e| {
            if e.kind == ExprKind::Var(var) {
                found = e.ty.clone();
            }
        });
    }
    found
}
