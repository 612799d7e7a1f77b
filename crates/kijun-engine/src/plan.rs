//! The plan: every expression of every check as nodes that are shared where they are the same.
//!
//! A node lives in a *context*: the whole facility (one row), the records of one kind (one row each, plus
//! the unknown and the none row), or a *derived* one (pairs of records, made while a quantifier is evaluated). An
//! expression about one record only is lifted into the context of that record's kind, evaluated once there and gathered
//! where it is used; one about no record is lifted to the facility.

use kijun_facts::{AttrId, KindId, Type};
use rustc_hash::FxHashMap;

use crate::program::{
    Aggregate, ArithOp, CompareOp, Const, Expr, ExprKind, Program, Quantifier, RelationId, SetExpr, TableId,
    VarId,
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

impl SetOp {
    /// The nodes that it evaluates.
    pub(crate) fn nodes(&self) -> Vec<NodeId> {
        let mut out = Vec::new();
        self.clone().each_node(&mut |id| out.push(*id));
        out
    }

    fn each_node(&mut self, visit: &mut dyn FnMut(&mut NodeId)) {
        match self {
            SetOp::Attr { base, .. } => visit(base),
            SetOp::Records { join, .. } => join.iter_mut().for_each(|(own, outer)| {
                visit(own);
                visit(outer);
            }),
            SetOp::Image { args: nodes, .. } | SetOp::Literal(nodes) => nodes.iter_mut().for_each(visit),
        }
    }
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
    /// Whether any member of a set meets a condition that depends on the member alone (a node over the records
    /// of its kind).
    Any {
        set: SetOp,
        member: NodeId,
    },
    /// How many members of a set meet a condition of theirs alone, where `outer` holds.
    Count {
        set: SetOp,
        member: Option<NodeId>,
        outer: Option<NodeId>,
    },
    /// For each record: whether any of the records that a relation leads to meets a condition of theirs alone.
    Reach {
        relation: RelationId,
        member: NodeId,
    },
    /// A node over the records of a kind, read at the records that another node gives.
    At {
        node: NodeId,
        base: NodeId,
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

impl Op {
    /// The nodes that it evaluates itself.
    pub(crate) fn operands(&self) -> Vec<NodeId> {
        let mut out = Vec::new();
        self.clone().each_operand(&mut |id| out.push(*id));
        out
    }

    fn each_operand(&mut self, visit: &mut dyn FnMut(&mut NodeId)) {
        match self {
            Op::Const(_) | Op::None | Op::Today | Op::Var(_) => {}
            Op::Gather { node, .. } | Op::Broadcast(node) | Op::Not(node) | Op::ToDecimal(node) => {
                visit(node)
            }
            Op::Attr { base, .. } => visit(base),
            Op::At { node, base } => {
                visit(node);
                visit(base);
            }
            Op::And(nodes) | Op::Or(nodes) => nodes.iter_mut().for_each(visit),
            Op::Related { args: nodes, .. } | Op::Lookup { args: nodes, .. } => {
                nodes.iter_mut().for_each(visit)
            }
            Op::Compare { left, right, .. } | Op::Arith { left, right, .. } => {
                visit(left);
                visit(right);
            }
            Op::In { item, set } => {
                visit(item);
                set.each_node(visit);
            }
            Op::Any { set, member } => {
                visit(member);
                set.each_node(visit);
            }
            Op::Count { set, member, outer } => {
                member.iter_mut().chain(outer).for_each(&mut *visit);
                set.each_node(visit);
            }
            Op::Reach { member, .. } => visit(member),
            Op::Quantified { set, filter, body, .. } => {
                filter.iter_mut().chain([body]).for_each(&mut *visit);
                set.each_node(visit);
            }
            Op::Aggregated { set, filter, body, .. } => {
                filter.iter_mut().chain(body).for_each(&mut *visit);
                set.each_node(visit);
            }
        }
    }

    /// The relation that it looks into.
    pub(crate) fn relation(&self) -> Option<RelationId> {
        match self {
            Op::Reach { relation, .. } | Op::Related { relation, .. } => Some(*relation),
            other => match other.set() {
                Some(SetOp::Image { relation, .. }) => Some(*relation),
                _ => None,
            },
        }
    }

    pub(crate) fn set(&self) -> Option<&SetOp> {
        match self {
            Op::In { set, .. }
            | Op::Any { set, .. }
            | Op::Count { set, .. }
            | Op::Quantified { set, .. }
            | Op::Aggregated { set, .. } => Some(set),
            _ => None,
        }
    }
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
    /// Per relation: the kinds that it relates, where it relates records to records.
    links: Vec<Option<(KindId, KindId)>>,
}

/// Variables in scope, outermost first, in a context.
#[derive(Clone)]
pub(crate) struct Scope {
    vars: Vec<(VarId, Type)>,
    context: Context,
}

impl Scope {
    /// No variable yet; more are added while a rule of a relation is read.
    pub(crate) fn derived() -> Scope {
        Scope { vars: Vec::new(), context: Context::Derived }
    }

    fn records(var: VarId, kind: KindId) -> Scope {
        Scope { vars: vec![(var, Type::Ref(kind))], context: Context::Records(kind) }
    }

    pub(crate) fn has(&self, var: VarId) -> bool {
        self.vars.iter().any(|(v, _)| *v == var)
    }

    pub(crate) fn level(&self, var: VarId) -> Level {
        self.vars.iter().position(|(v, _)| *v == var).unwrap_or(0)
    }

    pub(crate) fn with(&self, var: VarId, ty: Type) -> Scope {
        let mut vars = self.vars.clone();
        vars.push((var, ty));
        Scope { vars, context: Context::Derived }
    }
}

impl Plan {
    pub(crate) fn new(program: &Program) -> Plan {
        let link = |r: &crate::program::Relation| match r.columns.as_slice() {
            [Type::Ref(a), Type::Ref(b)] => Some((*a, *b)),
            _ => None,
        };
        Plan { links: program.relations.iter().map(link).collect(), ..Plan::default() }
    }

    /// Plans an expression about the records of a kind (`subject`), or about the facility.
    pub(crate) fn add(&mut self, expr: &Expr, subject: Option<(VarId, KindId)>) -> NodeId {
        let scope = match subject {
            Some((var, kind)) => Scope::records(var, kind),
            None => Scope { vars: Vec::new(), context: Context::Facility },
        };
        self.lower(expr, &scope)
    }

    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// For each node whether some roots are made of it.
    pub(crate) fn reached(&self, roots: &[NodeId]) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        let mut queue: Vec<NodeId> = roots.to_vec();
        while let Some(id) = queue.pop() {
            if let (Some(seen), Some(node)) = (reached.get_mut(id), self.nodes.get(id))
                && !std::mem::replace(seen, true)
            {
                queue.extend(node.op.operands());
            }
        }
        reached
    }

    /// The nodes that have to be evaluated for some roots, apart from derived ones: each level needs only those
    /// before it.
    pub(crate) fn levels(&self, roots: &[NodeId]) -> Vec<Vec<NodeId>> {
        let wanted = self.reached(roots);
        // Operands come before what uses them.
        let mut depth = vec![0_usize; self.nodes.len()];
        let mut levels: Vec<Vec<NodeId>> = Vec::new();
        for (id, node) in self.nodes.iter().enumerate().filter(|(id, _)| wanted.get(*id) == Some(&true)) {
            let below =
                node.op.operands().into_iter().filter_map(|o| depth.get(o)).max().copied().unwrap_or(0);
            let derived = node.context == Context::Derived;
            if let Some(slot) = depth.get_mut(id) {
                *slot = if derived { below } else { below + 1 };
            }
            if !derived {
                levels.resize_with(levels.len().max(below + 1), Vec::new);
                if let Some(level) = levels.get_mut(below) {
                    level.push(id);
                }
            }
        }
        levels
    }

    /// For each node of another plan the node here that is the same, if there is one. `same` says whether a relation
    /// means the same in both.
    pub(crate) fn counterparts(
        &self,
        other: &Plan,
        same: impl Fn(RelationId) -> bool,
    ) -> Vec<Option<NodeId>> {
        let mut found: Vec<Option<NodeId>> = Vec::with_capacity(other.nodes.len());
        for node in &other.nodes {
            let mut here = node.clone();
            let mut all = here.op.relation().is_none_or(&same);
            // Operands come before what uses them.
            here.op.each_operand(&mut |id| match found.get(*id).copied().flatten() {
                Some(counterpart) => *id = counterpart,
                None => all = false,
            });
            found.push(if all { self.index.get(&here).copied() } else { None });
        }
        found
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

    pub(crate) fn lower(&mut self, expr: &Expr, scope: &Scope) -> NodeId {
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
                    let node = self.lower_here(expr, &Scope::records(*var, *kind));
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
                if let Some(node) = self.any(*quantifier, *var, set, filter.as_deref(), body, scope) {
                    return node;
                }
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
                if let (Aggregate::Count, Some(op)) =
                    (aggregate, self.count(*var, set, filter.as_deref(), scope))
                {
                    return self.intern(op, scope, &expr.ty, expr.optional);
                }
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

    /// A quantifier whose conditions depend on the member alone, on the rest alone, or tie a member to the rest by
    /// an equality: with these apart, nothing has to be evaluated for each pair.
    fn any(
        &mut self,
        quantifier: Quantifier,
        var: VarId,
        set: &SetExpr,
        filter: Option<&Expr>,
        body: &Expr,
        scope: &Scope,
    ) -> Option<NodeId> {
        let mut conditions: Vec<&Expr> = Vec::new();
        conjuncts(filter, &mut conditions);
        // `all x: b` is `not any x: not b`.
        let negated = match quantifier {
            Quantifier::Any => {
                conjuncts(Some(body), &mut conditions);
                None
            }
            Quantifier::All => Some(body),
        };
        let apart = self.take_apart(var, set, &conditions, negated, scope)?;
        let mut member = self.all_of(apart.member, &apart.records);
        let node = match set {
            SetExpr::Image { relation, args } => {
                let (from, _) = self.links.get(relation.0 as usize).copied().flatten()?;
                let [arg] = args.as_slice() else { return None };
                let reach = Scope { vars: Vec::new(), context: Context::Records(from) };
                let member = self.or_true(&mut member, &apart.records);
                let node = self.intern(Op::Reach { relation: *relation, member }, &reach, &Type::Bool, false);
                let base = self.lower(arg, scope);
                self.intern(Op::At { node, base }, scope, &Type::Bool, false)
            }
            _ => {
                let member = self.or_true(&mut member, &apart.records);
                let set = self.lower_tied(set, apart.join, scope);
                self.intern(Op::Any { set, member }, scope, &Type::Bool, false)
            }
        };
        let mut parts = apart.outer;
        parts.push(node);
        let node = self.all_of(parts, scope)?;
        Some(match quantifier {
            Quantifier::Any => node,
            Quantifier::All => self.intern(Op::Not(node), scope, &Type::Bool, false),
        })
    }

    fn count(&mut self, var: VarId, set: &SetExpr, filter: Option<&Expr>, scope: &Scope) -> Option<Op> {
        if matches!(set, SetExpr::Image { .. } | SetExpr::Literal(_)) {
            return None;
        }
        let mut conditions: Vec<&Expr> = Vec::new();
        conjuncts(filter, &mut conditions);
        let apart = self.take_apart(var, set, &conditions, None, scope)?;
        let member = self.all_of(apart.member, &apart.records);
        let outer = self.all_of(apart.outer, scope);
        Some(Op::Count { set: self.lower_tied(set, apart.join, scope), member, outer })
    }

    fn take_apart(
        &mut self,
        var: VarId,
        set: &SetExpr,
        conditions: &[&Expr],
        negated: Option<&Expr>,
        scope: &Scope,
    ) -> Option<Apart> {
        let all: Vec<&Expr> = conditions.iter().copied().chain(negated).collect();
        let kind = match (set, all.iter().find_map(|e| record_type(e, var))) {
            (SetExpr::Extent(kind), _) => *kind,
            (SetExpr::Image { relation, .. }, _) => self.links.get(relation.0 as usize).copied().flatten()?.1,
            (_, Some(kind)) => kind,
            _ => return None,
        };
        let records = Scope::records(var, kind);
        let mut apart = Apart { records, member: Vec::new(), outer: Vec::new(), join: None };
        for (i, condition) in all.iter().enumerate() {
            let negate = i >= conditions.len();
            let (mut own, mut other) = (false, false);
            walk::free_vars(condition, &mut |v| {
                own |= v == var;
                other |= v != var;
            });
            let here = if own && other {
                if negate || apart.join.is_some() {
                    return None;
                }
                apart.join = Some(self.join(kind, var, &[condition], scope)?);
                continue;
            } else if own {
                &apart.records
            } else {
                scope
            };
            let mut node = self.lower(condition, here);
            if negate {
                node = self.intern(Op::Not(node), here, &Type::Bool, false);
            }
            if own { apart.member.push(node) } else { apart.outer.push(node) }
        }
        // Only a register can be searched by key.
        (apart.join.is_none() || matches!(set, SetExpr::Extent(_))).then_some(apart)
    }

    fn all_of(&mut self, mut parts: Vec<NodeId>, scope: &Scope) -> Option<NodeId> {
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(self.intern(Op::And(parts), scope, &Type::Bool, false)),
        }
    }

    fn or_true(&mut self, node: &mut Option<NodeId>, scope: &Scope) -> NodeId {
        *node.get_or_insert_with(|| self.intern(Op::Const(Const::Bool(true)), scope, &Type::Bool, false))
    }

    fn lower_tied(&mut self, set: &SetExpr, join: Option<(NodeId, NodeId)>, scope: &Scope) -> SetOp {
        match self.lower_set(set, None, scope) {
            SetOp::Records { kind, .. } => SetOp::Records { kind, join },
            other => other,
        }
    }

    pub(crate) fn lower_set(
        &mut self,
        set: &SetExpr,
        member: Option<(VarId, &[&Expr])>,
        scope: &Scope,
    ) -> SetOp {
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
                    let own = self.lower_here(own, &Scope::records(var, kind));
                    let outer = self.lower(outer, scope);
                    return Some((own, outer));
                }
            }
        }
        None
    }
}

/// The conditions of a quantifier, apart.
struct Apart {
    /// The scope of `member`.
    records: Scope,
    member: Vec<NodeId>,
    outer: Vec<NodeId>,
    /// A member's key, and what it must equal.
    join: Option<(NodeId, NodeId)>,
}

/// The kind of a variable that stands for records, read off its first use.
fn record_type(expr: &Expr, var: VarId) -> Option<KindId> {
    let mut found = None;
    walk::expressions(expr, &mut |e| {
        if let (ExprKind::Var(v), Type::Ref(kind)) = (&e.kind, &e.ty)
            && *v == var
        {
            found = Some(*kind);
        }
    });
    found
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
