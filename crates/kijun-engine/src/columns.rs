//! Evaluation of plan nodes over whole columns.

use std::borrow::Cow;
use std::sync::OnceLock;

use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{Column, KindId, Store, Type};
use rustc_hash::FxHashMap;

use crate::extents::Extents;
use crate::number::{self, Interval};
use crate::plan::{Context, NodeId, Op, Plan, SetOp};
use crate::program::{Aggregate, ArithOp, Program, Quantifier};
use crate::row::{Fold, Members, Place, Val, constant, lookup, none_of, row_of, shift, truth_code};
use crate::truth::{Truth, TruthColumn};

/// How many pairs of records are held at once while a quantifier is evaluated.
const CHUNK: usize = 1 << 18;

/// The values of a node, one per row of its context.
#[derive(Debug, Clone)]
pub(crate) enum Values {
    Truth(TruthColumn),
    Codes(Vec<u32>),
    Numbers(Vec<Interval>),
}

impl Values {
    pub(crate) fn truth(&self, row: usize) -> Truth {
        match self {
            Values::Truth(t) => t.get(row),
            Values::Codes(codes) => match codes.get(row).copied().unwrap_or(UNKNOWN) {
                UNKNOWN => Truth::Unknown,
                0 | NONE => Truth::False,
                _ => Truth::True,
            },
            Values::Numbers(_) => Truth::Unknown,
        }
    }

    fn code(&self, row: usize) -> u32 {
        match self {
            Values::Codes(codes) => codes.get(row).copied().unwrap_or(UNKNOWN),
            Values::Truth(t) => truth_code(t.get(row)),
            Values::Numbers(_) => UNKNOWN,
        }
    }

    fn number(&self, row: usize) -> Interval {
        match self {
            Values::Numbers(n) => n.get(row).copied().unwrap_or(Interval::UNKNOWN),
            _ => Interval::UNKNOWN,
        }
    }
}

/// The rows on which a node is evaluated: a value for each variable in scope.
struct Frame {
    len: usize,
    vars: Vec<Vec<u32>>,
}

pub(crate) struct Columns<'a> {
    program: &'a Program,
    store: &'a Store,
    today: i32,
    extents: &'a Extents,
    plan: &'a Plan,
    /// Values of nodes over the facility or the records of a kind, made when first asked for.
    cache: Vec<OnceLock<Values>>,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(
        program: &'a Program,
        store: &'a Store,
        today: i32,
        extents: &'a Extents,
        plan: &'a Plan,
    ) -> Columns<'a> {
        let cache = plan.nodes.iter().map(|_| OnceLock::new()).collect();
        Columns { program, store, today, extents, plan, cache }
    }

    /// The values of a node that is not derived. Safe to call from several threads: a node only waits
    /// for nodes that come before it.
    pub(crate) fn values(&self, id: NodeId) -> Cow<'_, Values> {
        let Some(node) = self.plan.node(id) else { return Cow::Owned(Values::Codes(Vec::new())) };
        match self.cache.get(id) {
            Some(slot) if node.context != Context::Derived => {
                Cow::Borrowed(slot.get_or_init(|| self.compute(id, &self.frame(node.context))))
            }
            _ => Cow::Owned(self.compute(id, &self.frame(node.context))),
        }
    }

    fn records(&self, kind: KindId) -> usize {
        self.store.kind(kind).map_or(0, kijun_facts::KindTable::len)
    }

    fn frame(&self, context: Context) -> Frame {
        match context {
            Context::Facility | Context::Derived => Frame { len: 1, vars: Vec::new() },
            Context::Records(kind) => {
                let n = self.records(kind) as u32;
                let rows: Vec<u32> = (0..n).chain([UNKNOWN, NONE]).collect();
                Frame { len: rows.len(), vars: vec![rows] }
            }
        }
    }

    fn operand(&self, id: NodeId, frame: &Frame) -> Cow<'_, Values> {
        match self.plan.node(id).map(|n| n.context) {
            Some(Context::Derived) => Cow::Owned(self.compute(id, frame)),
            _ => self.values(id),
        }
    }

    fn truths(&self, id: NodeId, frame: &Frame) -> TruthColumn {
        match self.operand(id, frame) {
            Cow::Owned(Values::Truth(t)) => t,
            Cow::Borrowed(Values::Truth(t)) => t.clone(),
            other => TruthColumn::from_rows(frame.len, |row| other.truth(row)),
        }
    }

    fn codes(&self, id: NodeId, frame: &Frame) -> Vec<u32> {
        match self.operand(id, frame) {
            Cow::Owned(Values::Codes(codes)) => codes,
            other => (0..frame.len).map(|row| other.code(row)).collect(),
        }
    }

    fn compute(&self, id: NodeId, frame: &Frame) -> Values {
        let Some(node) = self.plan.node(id) else { return Values::Codes(Vec::new()) };
        let len = frame.len;
        match &node.op {
            Op::Const(c) => fill(constant(c, self.store, &self.extents.texts), len),
            Op::None => fill(none_of(&node.ty), len),
            Op::Today => Values::Numbers(vec![Interval::point(i64::from(self.today)); len]),
            Op::Var(level) => Values::Codes(frame.vars.get(*level).cloned().unwrap_or_default()),
            Op::Gather { node, level } => {
                self.gather(*node, frame.vars.get(*level).map_or(&[], Vec::as_slice))
            }
            Op::Broadcast(node) => broadcast(&self.values(*node), len),
            Op::Attr { base, kind, attr } => {
                let rows = self.codes(*base, frame);
                self.attribute(*kind, *attr, &rows)
            }
            Op::Not(inner) => Values::Truth(self.truths(*inner, frame).negate()),
            Op::And(parts) => Values::Truth(self.fold(parts, frame, Truth::True, TruthColumn::and)),
            Op::Or(parts) => Values::Truth(self.fold(parts, frame, Truth::False, TruthColumn::or)),
            Op::Compare { op, left, right } => {
                let (l, r) = (self.operand(*left, frame), self.operand(*right, frame));
                let optional = |id: NodeId| self.plan.node(id).is_some_and(|n| n.optional);
                let (lo, ro) = (optional(*left), optional(*right));
                Values::Truth(if self.is_duration(*left) {
                    let (ld, rd) = (self.durations(*left, &l, len), self.durations(*right, &r, len));
                    TruthColumn::from_rows(len, |i| {
                        let at = |d: &[(u32, Option<kijun_facts::Duration>)]| {
                            d.get(i).copied().unwrap_or((UNKNOWN, None))
                        };
                        let ((lc, lv), (rc, rv)) = (at(&ld), at(&rd));
                        number::compare_duration_options(*op, (lc, lv, lo), (rc, rv, ro))
                    })
                } else if matches!((&*l, &*r), (Values::Numbers(_), Values::Numbers(_))) {
                    TruthColumn::from_rows(len, |i| number::compare(*op, l.number(i), r.number(i), lo, ro))
                } else {
                    TruthColumn::from_rows(len, |i| number::compare_codes(*op, l.code(i), r.code(i), lo, ro))
                })
            }
            Op::In { item, set } => {
                let items = self.codes(*item, frame);
                let sets = self.sets(set, frame);
                Values::Truth(TruthColumn::from_rows(len, |i| {
                    sets.contains(i, items.get(i).copied().unwrap_or(UNKNOWN))
                }))
            }
            Op::Quantified { quantifier, set, filter, body } => {
                Values::Truth(self.quantified(*quantifier, set, *filter, *body, frame))
            }
            Op::Aggregated { aggregate, set, filter, body } => {
                Values::Numbers(self.aggregated(*aggregate, set, *filter, *body, frame))
            }
            Op::Arith { op, left, right } => self.arith(*op, *left, *right, &node.ty, frame),
            Op::ToDecimal(inner) => {
                let values = self.operand(*inner, frame);
                let optional = self.plan.node(*inner).is_some_and(|n| n.optional);
                let one = (Interval::point(kijun_facts::value::DECIMAL_ONE), false);
                let convert = |i| number::arith_options(ArithOp::Mul, (values.number(i), optional), one, 1);
                Values::Numbers((0..len).map(convert).collect())
            }
            Op::Related { relation, args } => {
                let columns: Vec<Vec<u32>> = args.iter().map(|a| self.codes(*a, frame)).collect();
                Values::Truth(TruthColumn::from_rows(len, |i| {
                    self.extents.truth(*relation, &at_row(&columns, i))
                }))
            }
            Op::Lookup { table, args } => {
                let columns: Vec<Vec<u32>> = args.iter().map(|a| self.codes(*a, frame)).collect();
                let cell = |i| {
                    lookup(
                        self.program,
                        self.store,
                        &self.extents.texts,
                        *table,
                        &at_row(&columns, i),
                        &node.ty,
                    )
                };
                collect((0..len).map(cell), &node.ty)
            }
        }
    }

    fn fold(
        &self,
        parts: &[NodeId],
        frame: &Frame,
        start: Truth,
        combine: impl Fn(&mut TruthColumn, &TruthColumn),
    ) -> TruthColumn {
        let mut result = TruthColumn::filled(frame.len, start);
        for part in parts {
            match self.operand(*part, frame) {
                Cow::Borrowed(Values::Truth(t)) => combine(&mut result, t),
                Cow::Owned(Values::Truth(t)) => combine(&mut result, &t),
                other => combine(&mut result, &TruthColumn::from_rows(frame.len, |row| other.truth(row))),
            }
        }
        result
    }

    fn is_duration(&self, id: NodeId) -> bool {
        self.plan.node(id).is_some_and(|n| n.ty == Type::Duration)
    }

    /// Durations of a node: a constant need not stand in the store's table.
    fn durations(
        &self,
        id: NodeId,
        values: &Values,
        len: usize,
    ) -> Vec<(u32, Option<kijun_facts::Duration>)> {
        let mut constant = None;
        let mut at = Some(id);
        while let Some(node) = at.take().and_then(|id| self.plan.node(id)) {
            match &node.op {
                Op::Const(crate::program::Const::Duration(d)) => constant = Some(*d),
                Op::Broadcast(inner) | Op::Gather { node: inner, .. } => at = Some(*inner),
                _ => {}
            }
        }
        (0..len)
            .map(|i| {
                let code = values.code(i);
                (code, constant.or_else(|| self.store.durations.get(code as usize).copied()))
            })
            .collect()
    }

    fn gather(&self, node: NodeId, rows: &[u32]) -> Values {
        let values = self.values(node);
        let records = match self.plan.node(node).map(|n| n.context) {
            Some(Context::Records(kind)) => self.records(kind),
            _ => 0,
        };
        let row = |code: &u32| row_of(*code, records);
        match &*values {
            Values::Truth(t) => Values::Truth(TruthColumn::from_rows(rows.len(), |i| {
                rows.get(i).map_or(Truth::Unknown, |code| t.get(row(code)))
            })),
            Values::Codes(c) => {
                Values::Codes(rows.iter().map(|r| c.get(row(r)).copied().unwrap_or(UNKNOWN)).collect())
            }
            Values::Numbers(n) => Values::Numbers(
                rows.iter().map(|r| n.get(row(r)).copied().unwrap_or(Interval::UNKNOWN)).collect(),
            ),
        }
    }

    fn attribute(&self, kind: KindId, attr: kijun_facts::AttrId, rows: &[u32]) -> Values {
        let Some(table) = self.store.kind(kind) else { return Values::Codes(vec![UNKNOWN; rows.len()]) };
        let at = |code: &u32| row_of(*code, table.len());
        match table.column(attr) {
            Some(Column::Numbers { lo, hi }) => Values::Numbers(
                rows.iter()
                    .map(|r| match (lo.get(at(r)), hi.get(at(r))) {
                        (Some(lo), Some(hi)) => Interval { lo: *lo, hi: *hi },
                        _ => Interval::UNKNOWN,
                    })
                    .collect(),
            ),
            Some(Column::Codes(codes)) => {
                Values::Codes(rows.iter().map(|r| codes.get(at(r)).copied().unwrap_or(UNKNOWN)).collect())
            }
            _ => Values::Codes(vec![UNKNOWN; rows.len()]),
        }
    }

    fn arith(&self, op: ArithOp, left: NodeId, right: NodeId, ty: &Type, frame: &Frame) -> Values {
        let (l, r) = (self.operand(left, frame), self.operand(right, frame));
        let optional = |id: NodeId| self.plan.node(id).is_some_and(|n| n.optional);
        let (lo, ro) = (optional(left), optional(right));
        if self.is_duration(right) {
            let durations = self.durations(right, &r, frame.len);
            let one = |i| {
                let (code, duration) = durations.get(i).copied().unwrap_or((UNKNOWN, None));
                shift(op, l.number(i), (code, duration))
            };
            return Values::Numbers((0..frame.len).map(one).collect());
        }
        let scale = if *ty == Type::Decimal { kijun_facts::value::DECIMAL_ONE } else { 1 };
        let one = |i| number::arith_options(op, (l.number(i), lo), (r.number(i), ro), scale);
        Values::Numbers((0..frame.len).map(one).collect())
    }

    // ------------------------------------------------------------ sets

    fn sets(&self, set: &SetOp, frame: &Frame) -> Sets<'_> {
        match set {
            SetOp::Attr { base, kind, attr } => {
                let rows = self.codes(*base, frame);
                let Some(table) = self.store.kind(*kind) else { return Sets::Open };
                match table.column(*attr) {
                    Some(Column::Sets(sets)) => Sets::Attr { sets, records: table.len(), rows },
                    _ => Sets::Open,
                }
            }
            SetOp::Records { kind, join } => {
                let open = self.store.kind(*kind).is_none_or(|t| t.register.is_open());
                let records = self.records(*kind) as u32;
                let keys = join.map(|(own, outer)| {
                    let own = self.values(own);
                    let mut by_key = Buckets::default();
                    for row in 0..records {
                        by_key.entry(own.code(row as usize)).or_default().push(row);
                    }
                    (by_key, self.codes(outer, frame))
                });
                Sets::Records { records, open, keys }
            }
            SetOp::Image { relation, args } => {
                let columns: Vec<Vec<u32>> = args.iter().map(|a| self.codes(*a, frame)).collect();
                Sets::Each(
                    (0..frame.len).map(|i| self.extents.image(*relation, &at_row(&columns, i))).collect(),
                )
            }
            SetOp::Literal(items) => {
                let columns: Vec<Vec<u32>> = items.iter().map(|a| self.codes(*a, frame)).collect();
                Sets::Each((0..frame.len).map(|i| Members::of_codes(at_row(&columns, i))).collect())
            }
        }
    }

    /// Evaluates filter and body for every member of every row's set, in chunks of pairs.
    fn expand(
        &self,
        set: &SetOp,
        frame: &Frame,
        filter: Option<NodeId>,
        body: Option<NodeId>,
        mut each: impl FnMut(usize, u32, bool, Truth, Option<&Values>, usize),
    ) {
        let sets = self.sets(set, frame);
        let mut row = 0;
        while row < frame.len {
            let mut parents: Vec<u32> = Vec::new();
            let mut members: Vec<u32> = Vec::new();
            let mut certain: Vec<bool> = Vec::new();
            while row < frame.len && members.len() < CHUNK {
                sets.each(row, &mut |member, sure| {
                    parents.push(row as u32);
                    members.push(member);
                    certain.push(sure);
                });
                row += 1;
            }
            let gather = |column: &Vec<u32>| -> Vec<u32> {
                parents.iter().map(|p| column.get(*p as usize).copied().unwrap_or(UNKNOWN)).collect()
            };
            let mut vars: Vec<Vec<u32>> = frame.vars.iter().map(gather).collect();
            vars.push(members);
            let inner = Frame { len: parents.len(), vars };
            let filters = filter.map(|f| self.truths(f, &inner));
            let bodies = body.map(|b| self.operand(b, &inner));
            let members = inner.vars.last().map_or(&[] as &[u32], Vec::as_slice);
            for (i, ((parent, member), sure)) in parents.iter().zip(members).zip(&certain).enumerate() {
                let holds = filters.as_ref().map_or(Truth::True, |f| f.get(i));
                each(*parent as usize, *member, *sure, holds, bodies.as_deref(), i);
            }
        }
    }

    fn quantified(
        &self,
        quantifier: Quantifier,
        set: &SetOp,
        filter: Option<NodeId>,
        body: NodeId,
        frame: &Frame,
    ) -> TruthColumn {
        let start = if quantifier == Quantifier::Any { Truth::False } else { Truth::True };
        let mut result = vec![start; frame.len];
        self.expand(set, frame, filter, Some(body), |parent, _, certain, filter, bodies, i| {
            let inside = if certain { Truth::True } else { Truth::Unknown };
            let holds = inside.and(filter);
            let body = bodies.map_or(Truth::True, |b| b.truth(i));
            if let Some(slot) = result.get_mut(parent) {
                *slot = match quantifier {
                    Quantifier::Any => slot.or(holds.and(body)),
                    Quantifier::All => slot.and(holds.negate().or(body)),
                };
            }
        });
        TruthColumn::from_rows(frame.len, |i| result.get(i).copied().unwrap_or(Truth::Unknown))
    }

    fn aggregated(
        &self,
        aggregate: Aggregate,
        set: &SetOp,
        filter: Option<NodeId>,
        body: Option<NodeId>,
        frame: &Frame,
    ) -> Vec<Interval> {
        let mut folds = vec![Fold::default(); frame.len];
        let optional = body.and_then(|b| self.plan.node(b)).is_some_and(|n| n.optional);
        self.expand(set, frame, filter, body, |parent, member, certain, filter, bodies, i| {
            let Some(fold) = folds.get_mut(parent) else { return };
            let place = match (certain, member, filter) {
                (_, _, Truth::False) => return,
                (false, UNKNOWN, _) => Place::Unnamed,
                (true, _, Truth::True) => Place::Sure,
                _ => Place::Maybe,
            };
            match (aggregate, bodies) {
                (Aggregate::Count, _) | (_, None) => fold.count(place),
                (Aggregate::Share, Some(b)) => fold.share(place, b.truth(i)),
                (_, Some(b)) => fold.value(place, b.number(i), optional),
            }
        });
        folds.iter().map(|f| f.result(aggregate)).collect()
    }
}

/// Records by key.
type Buckets = FxHashMap<u32, Vec<u32>>;

/// The sets of each row of a frame.
enum Sets<'s> {
    /// Nothing is known of any of them.
    Open,
    Attr {
        sets: &'s kijun_facts::SetColumn,
        records: usize,
        rows: Vec<u32>,
    },
    Records {
        records: u32,
        open: bool,
        keys: Option<(Buckets, Vec<u32>)>,
    },
    Each(Vec<Members>),
}

impl Sets<'_> {
    /// Calls `found` for each member of a row's set with whether it is certain; the unnamed one (⊥) last.
    fn each(&self, row: usize, found: &mut dyn FnMut(u32, bool)) {
        let open = match self {
            Sets::Open => true,
            Sets::Attr { sets, records, rows } => {
                let row = row_of(rows.get(row).copied().unwrap_or(UNKNOWN), *records);
                sets.certain(row).iter().for_each(|m| found(*m, true));
                sets.possible(row).iter().for_each(|m| found(*m, false));
                sets.is_open(row)
            }
            Sets::Records { records, open, keys } => {
                match keys {
                    // An equality with an unknown key may hold for every record.
                    Some((by_key, outer)) if outer.get(row).is_some_and(|k| *k != UNKNOWN) => {
                        let key = outer.get(row).copied().unwrap_or(UNKNOWN);
                        for bucket in [by_key.get(&key), by_key.get(&UNKNOWN)] {
                            bucket.into_iter().flatten().for_each(|m| found(*m, true));
                        }
                    }
                    _ => (0..*records).for_each(|m| found(m, true)),
                }
                *open
            }
            Sets::Each(members) => {
                let Some(members) = members.get(row) else { return };
                members.certain.iter().for_each(|m| found(*m, true));
                members.possible.iter().for_each(|m| found(*m, false));
                members.open
            }
        };
        if open {
            found(UNKNOWN, false);
        }
    }

    fn contains(&self, row: usize, code: u32) -> Truth {
        match self {
            Sets::Each(members) => members.get(row).map_or(Truth::Unknown, |m| m.contains(code)),
            Sets::Attr { sets, records, rows } if code < NONE => {
                let row = row_of(rows.get(row).copied().unwrap_or(UNKNOWN), *records);
                if sets.certain(row).contains(&code) {
                    Truth::True
                } else if sets.is_open(row) || sets.possible(row).contains(&code) {
                    Truth::Unknown
                } else {
                    Truth::False
                }
            }
            Sets::Records { records, .. } if code < NONE => Truth::of(code < *records),
            _ => {
                let mut members = Members::default();
                self.each(row, &mut |member, certain| match (member, certain) {
                    (UNKNOWN, false) => members.open = true,
                    (m, true) => members.certain.push(m),
                    (m, false) => members.possible.push(m),
                });
                members.contains(code)
            }
        }
    }
}

fn at_row(columns: &[Vec<u32>], row: usize) -> Vec<u32> {
    columns.iter().map(|c| c.get(row).copied().unwrap_or(UNKNOWN)).collect()
}

fn fill(value: Val, len: usize) -> Values {
    match value {
        Val::Truth(t) => Values::Truth(TruthColumn::filled(len, t)),
        Val::Code(c) | Val::Duration(c, _) => Values::Codes(vec![c; len]),
        Val::Number(n) => Values::Numbers(vec![n; len]),
    }
}

fn broadcast(values: &Values, len: usize) -> Values {
    match values {
        Values::Truth(t) => Values::Truth(TruthColumn::filled(len, t.get(0))),
        Values::Codes(c) => Values::Codes(vec![c.first().copied().unwrap_or(UNKNOWN); len]),
        Values::Numbers(n) => Values::Numbers(vec![n.first().copied().unwrap_or(Interval::UNKNOWN); len]),
    }
}

fn collect(cells: impl Iterator<Item = Val>, ty: &Type) -> Values {
    if ty.is_numeric() {
        return Values::Numbers(
            cells
                .map(|v| match v {
                    Val::Number(n) => n,
                    _ => Interval::UNKNOWN,
                })
                .collect(),
        );
    }
    Values::Codes(
        cells
            .map(|v| match v {
                Val::Code(c) | Val::Duration(c, _) => c,
                Val::Truth(t) => truth_code(t),
                Val::Number(_) => UNKNOWN,
            })
            .collect(),
    )
}
