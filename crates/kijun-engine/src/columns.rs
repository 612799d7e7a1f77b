//! Evaluation of plan nodes over whole columns.

use std::sync::OnceLock;

use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{AttrId, Column, KindId, Store, Type};
use rayon::prelude::*;

use crate::extents::{Extent, Extents};
use crate::fold::{Fold, Place};
use crate::groups::Groups;
use crate::number::{self, Interval};
use crate::plan::{Context, Level, NodeId, Op, Plan, SetOp};
use crate::program::{Aggregate, ArithOp, CompareOp, Program, Quantifier, RelationId};
use crate::sets::Sets;
use crate::truth::{PARALLEL, Truth, TruthColumn};
use crate::val::{Val, constant, lookup, none_of, row_of, shift};
use crate::values::{Operand, Values, View, collect};

/// How many pairs of records are held at once while a quantifier is evaluated.
const CHUNK: usize = 1 << 16;

/// The rows on which a node is evaluated: a value for each variable in scope.
pub(crate) enum Frame {
    Facility,
    /// The records of a kind, then the unknown one, then none.
    Records(usize),
    Derived {
        len: usize,
        vars: Vec<Vec<u32>>,
    },
}

impl Frame {
    pub(crate) fn derived(len: usize, vars: Vec<Vec<u32>>) -> Frame {
        Frame::Derived { len, vars }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Frame::Facility => 1,
            Frame::Records(n) => n + 2,
            Frame::Derived { len, .. } => *len,
        }
    }

    pub(crate) fn var(&self, level: Level) -> View<'_> {
        match self {
            Frame::Facility => View::Same(Val::Code(UNKNOWN)),
            Frame::Records(n) => View::Records(*n),
            Frame::Derived { vars, .. } => View::Codes(vars.get(level).map_or(&[], Vec::as_slice)),
        }
    }

    fn levels(&self) -> usize {
        match self {
            Frame::Facility => 0,
            Frame::Records(_) => 1,
            Frame::Derived { vars, .. } => vars.len(),
        }
    }

    /// The variables at some rows.
    pub(crate) fn gathered(&self, rows: &[u32]) -> Vec<Vec<u32>> {
        let at = |level| {
            let var = self.var(level);
            rows.iter().map(|row| var.code(*row as usize)).collect()
        };
        (0..self.levels()).map(at).collect()
    }

    pub(crate) fn slice(&self, rows: std::ops::Range<usize>) -> Frame {
        let slice = |level| {
            let var = self.var(level);
            rows.clone().map(|row| var.code(row)).collect()
        };
        Frame::derived(rows.len(), (0..self.levels()).map(slice).collect())
    }
}

/// Results that are kept: of nodes over the facility or the records of a kind, of relations, and records by key.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    pub(crate) values: Vec<OnceLock<Values>>,
    groups: Vec<OnceLock<Groups>>,
    pub(crate) extents: Extents,
}

impl Memo {
    pub(crate) fn new(plan: &Plan, extents: Extents) -> Memo {
        let mut memo = Memo { extents, ..Memo::default() };
        memo.values.resize_with(plan.nodes.len(), OnceLock::new);
        memo.groups.resize_with(plan.nodes.len(), OnceLock::new);
        memo
    }

    /// Takes over what another plan's node came to.
    pub(crate) fn take(&mut self, id: NodeId, from: &mut Memo, other: NodeId) {
        if let (Some(slot), Some(old)) = (self.values.get_mut(id), from.values.get_mut(other)) {
            *slot = std::mem::take(old);
        }
        if let (Some(slot), Some(old)) = (self.groups.get_mut(id), from.groups.get_mut(other)) {
            *slot = std::mem::take(old);
        }
    }

    pub(crate) fn forget(&mut self, id: NodeId) {
        if let (Some(values), Some(groups)) = (self.values.get_mut(id), self.groups.get_mut(id)) {
            (*values, *groups) = (OnceLock::new(), OnceLock::new());
        }
    }
}

pub(crate) struct Columns<'a> {
    pub(crate) program: &'a Program,
    pub(crate) store: &'a Store,
    today: i32,
    plan: &'a Plan,
    pub(crate) memo: &'a Memo,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(
        program: &'a Program,
        store: &'a Store,
        today: i32,
        plan: &'a Plan,
        memo: &'a Memo,
    ) -> Columns<'a> {
        Columns { program, store, today, plan, memo }
    }

    /// Evaluates nodes that are not derived, in an order in which each finds its operands ready: level by level, the
    /// nodes of one level side by side. Nothing here waits for another thread.
    pub(crate) fn ensure(&self, levels: &[Vec<NodeId>]) {
        for level in levels {
            let missing = |id: &&NodeId| self.memo.values.get(**id).is_some_and(|slot| slot.get().is_none());
            let work: Vec<NodeId> = level.iter().filter(missing).copied().collect();
            let rows: usize = work.iter().map(|id| self.frame_of(*id).len()).sum();
            if rows < PARALLEL {
                work.into_iter().for_each(|id| self.fill(id));
            } else {
                work.into_par_iter().for_each(|id| self.fill(id));
            }
        }
    }

    fn fill(&self, id: NodeId) {
        if self.simple(id).is_none()
            && let Some(slot) = self.memo.values.get(id)
        {
            // A node of one level is evaluated by one thread only.
            let _ = slot.set(self.compute(id, &self.frame_of(id)));
        }
    }

    /// The values of a node that is not derived.
    pub(crate) fn column(&self, id: NodeId) -> Operand<'_> {
        if let Some(view) = self.simple(id) {
            return view;
        }
        match self.memo.values.get(id).and_then(OnceLock::get) {
            Some(values) => Operand::View(values.view()),
            None => Operand::Own(self.compute(id, &self.frame_of(id))),
        }
    }

    /// What need not be computed: constants, and attributes of the records themselves.
    fn simple(&self, id: NodeId) -> Option<Operand<'_>> {
        let node = self.plan.node(id)?;
        if let Some(value) = self.constant(&node.op, &node.ty) {
            return Some(Operand::Own(Values::Same(value)));
        }
        let Context::Records(kind) = node.context else { return None };
        match &node.op {
            Op::Var(_) => Some(Operand::View(View::Records(self.records(kind)))),
            Op::Attr { base, kind, attr } if matches!(self.plan.node(*base)?.op, Op::Var(_)) => {
                self.stored(*kind, *attr).map(Operand::View)
            }
            _ => None,
        }
    }

    fn constant(&self, op: &Op, ty: &Type) -> Option<Val> {
        match op {
            Op::Const(c) => Some(constant(c, self.store, &self.memo.extents.texts)),
            Op::None => Some(none_of(ty)),
            Op::Today => Some(Val::Number(Interval::point(i64::from(self.today)))),
            _ => None,
        }
    }

    fn stored(&self, kind: KindId, attr: AttrId) -> Option<View<'_>> {
        match self.store.kind(kind)?.column(attr)? {
            Column::Codes(codes) => Some(View::Codes(codes)),
            Column::Numbers { lo, hi } => Some(View::Numbers(lo, hi)),
            Column::Sets(_) => None,
        }
    }

    pub(crate) fn records(&self, kind: KindId) -> usize {
        self.store.kind(kind).map_or(0, kijun_facts::KindTable::len)
    }

    pub(crate) fn is_open(&self, kind: KindId) -> bool {
        self.store.kind(kind).is_none_or(|t| t.register.is_open())
    }

    fn frame_of(&self, id: NodeId) -> Frame {
        match self.plan.node(id).map(|n| n.context) {
            Some(Context::Records(kind)) => Frame::Records(self.records(kind)),
            _ => Frame::Facility,
        }
    }

    /// The values of an operand in a frame.
    pub(crate) fn operand<'v>(&'v self, id: NodeId, frame: &'v Frame) -> Operand<'v> {
        let Some(node) = self.plan.node(id) else { return Operand::Own(Values::Same(Val::Code(UNKNOWN))) };
        if node.context != Context::Derived {
            return self.column(id);
        }
        match (&node.op, self.constant(&node.op, &node.ty)) {
            (_, Some(value)) => Operand::Own(Values::Same(value)),
            (Op::Var(level), _) => Operand::View(frame.var(*level)),
            _ => Operand::Own(self.compute(id, frame)),
        }
    }

    pub(crate) fn truths(&self, id: NodeId, frame: &Frame) -> TruthColumn {
        match self.operand(id, frame) {
            Operand::Own(Values::Truth(t)) => t,
            other => other.view().truths(frame.len()),
        }
    }

    pub(crate) fn is_optional(&self, id: NodeId) -> bool {
        self.plan.node(id).is_some_and(|n| n.optional)
    }

    fn compute(&self, id: NodeId, frame: &Frame) -> Values {
        let Some(node) = self.plan.node(id) else { return Values::Same(Val::Code(UNKNOWN)) };
        if let Some(value) = self.constant(&node.op, &node.ty) {
            return Values::Same(value);
        }
        let len = frame.len();
        match &node.op {
            Op::Const(_) | Op::None | Op::Today => Values::Same(Val::Code(UNKNOWN)),
            Op::Var(level) => {
                let var = frame.var(*level);
                Values::Codes(collect(len, |i| var.code(i)))
            }
            Op::Gather { node, level } => self.gathered(*node, frame.var(*level), len),
            Op::At { node, base } => self.gathered(*node, self.operand(*base, frame).view(), len),
            Op::Broadcast(node) => broadcast(self.column(*node).view()),
            Op::Attr { base, kind, attr } => {
                let rows = self.operand(*base, frame);
                match self.stored(*kind, *attr) {
                    Some(view) => view.at(rows.view(), len, self.records(*kind)),
                    None => Values::Same(crate::val::unknown_of(&node.ty)),
                }
            }
            Op::Not(inner) => Values::Truth(self.truths(*inner, frame).negate()),
            Op::And(parts) => Values::Truth(self.fold(parts, frame, Truth::True, TruthColumn::and)),
            Op::Or(parts) => Values::Truth(self.fold(parts, frame, Truth::False, TruthColumn::or)),
            Op::Compare { op, left, right } => Values::Truth(self.compare(*op, *left, *right, frame)),
            Op::In { item, set } => {
                let items = self.operand(*item, frame);
                let (items, sets) = (items.view(), self.sets(set, frame));
                Values::Truth(TruthColumn::from_rows(len, |i| sets.contains(i, items.code(i))))
            }
            Op::Any { set, member } => Values::Truth(self.any(set, *member, frame)),
            Op::Count { set, member, outer } => self.count(set, *member, *outer, frame),
            Op::Reach { relation, member } => Values::Truth(self.reach(*relation, *member, frame)),
            Op::Quantified { quantifier, set, filter, body } => {
                Values::Truth(self.quantified(id, *quantifier, set, *filter, *body, frame))
            }
            Op::Aggregated { aggregate, set, filter, body } => {
                self.aggregated(id, *aggregate, set, *filter, *body, frame)
            }
            Op::Arith { op, left, right } => self.arith(*op, *left, *right, &node.ty, frame),
            Op::ToDecimal(inner) => {
                let values = self.operand(*inner, frame);
                let (values, optional) = (values.view(), self.is_optional(*inner));
                let one = (Interval::point(kijun_facts::value::DECIMAL_ONE), false);
                Values::of_numbers(
                    (0..len)
                        .map(|i| number::arith_options(ArithOp::Mul, (values.number(i), optional), one, 1)),
                )
            }
            Op::Related { relation, args } => {
                let args: Vec<Operand<'_>> = args.iter().map(|a| self.operand(*a, frame)).collect();
                let args: Vec<View<'_>> = args.iter().map(Operand::view).collect();
                let truth = |i| self.memo.extents.truth(*relation, &at_row(&args, i));
                Values::Truth(TruthColumn::from_rows(len, truth))
            }
            Op::Lookup { table, args } => {
                let args: Vec<Operand<'_>> = args.iter().map(|a| self.operand(*a, frame)).collect();
                let args: Vec<View<'_>> = args.iter().map(Operand::view).collect();
                let texts = &self.memo.extents.texts;
                let cell = |i| lookup(self.program, self.store, texts, *table, &at_row(&args, i), &node.ty);
                of_cells((0..len).map(cell), &node.ty)
            }
        }
    }

    /// A node over the records of a kind, at some rows of that kind.
    fn gathered(&self, node: NodeId, rows: View<'_>, len: usize) -> Values {
        let records = match self.plan.node(node).map(|n| n.context) {
            Some(Context::Records(kind)) => self.records(kind),
            _ => 0,
        };
        self.column(node).view().at(rows, len, records)
    }

    fn fold(
        &self,
        parts: &[NodeId],
        frame: &Frame,
        start: Truth,
        combine: impl Fn(&mut TruthColumn, &TruthColumn),
    ) -> TruthColumn {
        let mut result: Option<TruthColumn> = None;
        for part in parts {
            let part = self.operand(*part, frame);
            match (result.as_mut(), part.view()) {
                (Some(result), View::Truth(t)) => combine(result, t),
                (Some(result), other) => combine(result, &other.truths(frame.len())),
                (None, other) => result = Some(other.truths(frame.len())),
            }
        }
        result.unwrap_or_else(|| TruthColumn::filled(frame.len(), start))
    }

    fn compare(&self, op: CompareOp, left: NodeId, right: NodeId, frame: &Frame) -> TruthColumn {
        let len = frame.len();
        let (l, r) = (self.operand(left, frame), self.operand(right, frame));
        let (l, r) = (l.view(), r.view());
        let (lo, ro) = (self.is_optional(left), self.is_optional(right));
        if self.is_duration(left) {
            let (ld, rd) = (self.durations(l), self.durations(r));
            return TruthColumn::from_rows(len, |i| {
                let ((lc, lv), (rc, rv)) = (ld(i), rd(i));
                number::compare_duration_options(op, (lc, lv, lo), (rc, rv, ro))
            });
        }
        if l.is_numeric() && r.is_numeric() {
            return TruthColumn::from_rows(len, |i| number::compare(op, l.number(i), r.number(i), lo, ro));
        }
        // The usual case by far: an attribute that is never none, and a constant.
        if let (View::Codes(codes), View::Same(Val::Code(wanted))) = (l, r)
            && matches!(op, CompareOp::Eq | CompareOp::Ne)
            && !lo
            && wanted < NONE
        {
            return TruthColumn::from_rows(len, |i| match codes.get(i).copied().unwrap_or(UNKNOWN) {
                UNKNOWN => Truth::Unknown,
                code => Truth::of((code == wanted) == (op == CompareOp::Eq)),
            });
        }
        TruthColumn::from_rows(len, |i| number::compare_codes(op, l.code(i), r.code(i), lo, ro))
    }

    fn is_duration(&self, id: NodeId) -> bool {
        self.plan.node(id).is_some_and(|n| n.ty == Type::Duration)
    }

    /// The duration of a row: a constant need not stand in the store's table.
    fn durations(&self, values: View<'_>) -> impl Fn(usize) -> (u32, Option<kijun_facts::Duration>) + Sync {
        move |row| match values {
            View::Same(Val::Duration(code, value)) => (code, value),
            other => {
                let code = other.code(row);
                (code, self.store.durations.get(code as usize).copied())
            }
        }
    }

    fn arith(&self, op: ArithOp, left: NodeId, right: NodeId, ty: &Type, frame: &Frame) -> Values {
        let (l, r) = (self.operand(left, frame), self.operand(right, frame));
        let (l, r) = (l.view(), r.view());
        if self.is_duration(right) {
            let duration = self.durations(r);
            return Values::of_numbers((0..frame.len()).map(|i| shift(op, l.number(i), duration(i))));
        }
        let (lo, ro) = (self.is_optional(left), self.is_optional(right));
        let scale = if *ty == Type::Decimal { kijun_facts::value::DECIMAL_ONE } else { 1 };
        let one = |i| number::arith_options(op, (l.number(i), lo), (r.number(i), ro), scale);
        Values::of_numbers((0..frame.len()).map(one))
    }

    // ------------------------------------------------------------ sets

    pub(crate) fn sets<'v>(&'v self, set: &SetOp, frame: &'v Frame) -> Sets<'v> {
        match set {
            SetOp::Attr { base, kind, attr } => {
                let rows = self.operand(*base, frame);
                let table = self.store.kind(*kind);
                match table.and_then(|t| Some((t.len(), t.column(*attr)?))) {
                    Some((records, Column::Sets(sets))) => Sets::Attr { sets, records, rows },
                    _ => Sets::Open,
                }
            }
            SetOp::Records { kind, join } => Sets::Records {
                records: self.records(*kind),
                open: self.is_open(*kind),
                keys: join.map(|(own, outer)| (self.groups(own, *kind), self.operand(outer, frame))),
            },
            SetOp::Image { relation, args } => {
                let args: Vec<Operand<'_>> = args.iter().map(|a| self.operand(*a, frame)).collect();
                let args: Vec<View<'_>> = args.iter().map(Operand::view).collect();
                let image = |i| self.memo.extents.image(*relation, &at_row(&args, i));
                Sets::Each(collect(frame.len(), image))
            }
            SetOp::Literal(items) => {
                let items = items.iter().map(|a| self.operand(*a, frame)).collect();
                Sets::Literal(items)
            }
        }
    }

    /// The records of a kind by a key.
    fn groups(&self, own: NodeId, kind: KindId) -> &Groups {
        static EMPTY: OnceLock<Groups> = OnceLock::new();
        let make = || Groups::new(self.column(own).view(), self.records(kind));
        // Nothing in `make` waits for another thread.
        match self.memo.groups.get(own) {
            Some(slot) => slot.get_or_init(make),
            None => EMPTY.get_or_init(Groups::default),
        }
    }

    /// Whether any member of each row's set meets the condition `member`.
    fn any(&self, set: &SetOp, member: NodeId, frame: &Frame) -> TruthColumn {
        let of = self.column(member);
        let of = of.view();
        let records = match self.plan.node(member).map(|n| n.context) {
            Some(Context::Records(kind)) => self.records(kind),
            _ => 0,
        };
        if let SetOp::Records { kind, join: Some((own, outer)) } = set {
            let (groups, outer_values) = (self.groups(*own, *kind), self.operand(*outer, frame));
            let outer_values = outer_values.view();
            let tally = groups.tally(|row| of.truth(row));
            let tie = self.tie(*own, *outer);
            let open = self.is_open(*kind).then(|| of.truth(records).and(Truth::Unknown));
            return TruthColumn::from_rows(frame.len(), |i| {
                let key = outer_values.code(i);
                let of_group = |found: Truth, row: &u32| found.or(of.truth(*row as usize));
                let found = match key {
                    // An equality with an unknown key may hold for every record.
                    UNKNOWN => tie(0, key).and(tally.known.best()).or(tie(NONE, key).and(tally.none.best())),
                    _ => groups.of(key).iter().fold(Truth::False, of_group),
                };
                let unsure = tie(UNKNOWN, key);
                let found = found.or(unsure.and(tally.unknown.best()));
                found.or(open.map_or(Truth::False, |truth| truth.and(unsure)))
            });
        }
        let sets = self.sets(set, frame);
        TruthColumn::from_rows(frame.len(), |i| {
            let mut found = Truth::False;
            sets.each(i, &mut |member, certain| {
                if found != Truth::True {
                    let inside = if certain { Truth::True } else { Truth::Unknown };
                    found = found.or(inside.and(of.truth(row_of(member, records))));
                }
            });
            found
        })
    }

    /// Whether a record's key equals a row's key, by their codes.
    fn tie(&self, own: NodeId, outer: NodeId) -> impl Fn(u32, u32) -> Truth + Sync {
        let (own, outer) = (self.is_optional(own), self.is_optional(outer));
        move |a, b| number::compare_codes(CompareOp::Eq, a, b, own, outer)
    }

    fn count(&self, set: &SetOp, member: Option<NodeId>, outer: Option<NodeId>, frame: &Frame) -> Values {
        let of = member.map(|m| self.column(m));
        let of = of.as_ref().map_or(View::Same(Val::Truth(Truth::True)), Operand::view);
        let holds = outer.map(|o| self.operand(o, frame));
        let holds = holds.as_ref().map_or(View::Same(Val::Truth(Truth::True)), Operand::view);
        let records = match member.and_then(|m| self.plan.node(m)).map(|n| n.context) {
            Some(Context::Records(kind)) => self.records(kind),
            _ => usize::MAX - 1,
        };
        let counted = |certain: u64, possible: u64, unnamed: bool, holds: Truth| {
            let all = if unnamed { i64::MAX } else { (certain + possible) as i64 };
            match holds {
                Truth::True => (certain as i64, all),
                Truth::Unknown => (0, all),
                Truth::False => (0, 0),
            }
        };
        let rows: Vec<(i64, i64)> = if let SetOp::Records { kind, join: Some((own, outer)) } = set {
            let (groups, keys) = (self.groups(*own, *kind), self.operand(*outer, frame));
            let keys = keys.view();
            let tally = groups.tally(|row| of.truth(row));
            let tie = self.tie(*own, *outer);
            let open = self.is_open(*kind) && of.truth(self.records(*kind)) != Truth::False;
            collect(frame.len(), |i| {
                let key = keys.code(i);
                let unsure = tie(UNKNOWN, key) != Truth::False;
                let (mut certain, mut possible) = (0, 0);
                if key == UNKNOWN {
                    possible += tally.known.not_false();
                    if tie(NONE, key) != Truth::False {
                        possible += tally.none.not_false();
                    }
                } else {
                    for row in groups.of(key) {
                        match of.truth(*row as usize) {
                            Truth::True => certain += 1,
                            Truth::Unknown => possible += 1,
                            Truth::False => {}
                        }
                    }
                }
                if unsure {
                    possible += tally.unknown.not_false();
                }
                counted(certain, possible, open && unsure, holds.truth(i))
            })
        } else {
            let sets = self.sets(set, frame);
            collect(frame.len(), |i| {
                let (mut certain, mut possible, mut unnamed) = (0, 0, false);
                sets.each(i, &mut |member, sure| match (sure, member, of.truth(row_of(member, records))) {
                    (_, _, Truth::False) => {}
                    (false, UNKNOWN, _) => unnamed = true,
                    (true, _, Truth::True) => certain += 1,
                    _ => possible += 1,
                });
                counted(certain, possible, unnamed, holds.truth(i))
            })
        };
        let (lo, hi) = rows.into_iter().unzip();
        Values::Numbers(lo, hi)
    }

    /// Whether any of the records that a relation leads to meets a condition.
    fn reach(&self, relation: RelationId, member: NodeId, frame: &Frame) -> TruthColumn {
        let of = self.column(member);
        let of = of.view();
        let extents = &self.memo.extents;
        if let Some(Extent::Closure(closure)) = extents.get(relation) {
            return closure.reach(of);
        }
        let records = match self.plan.node(member).map(|n| n.context) {
            Some(Context::Records(kind)) => self.records(kind),
            _ => 0,
        };
        let rows = frame.var(0);
        TruthColumn::from_rows(frame.len(), |i| {
            let members = extents.image(relation, &[rows.code(i)]);
            members.each().fold(Truth::False, |found, (member, certain)| {
                let inside = if certain { Truth::True } else { Truth::Unknown };
                found.or(inside.and(of.truth(row_of(member, records))))
            })
        })
    }

    /// Evaluates filter and body for every member of every row's set, in chunks of pairs; `false` when they are too many.
    fn expand(
        &self,
        id: NodeId,
        set: &SetOp,
        frame: &Frame,
        filter: Option<NodeId>,
        body: Option<NodeId>,
        mut each: impl FnMut(usize, u32, bool, Truth, Option<View<'_>>, usize),
    ) -> bool {
        let sets = self.sets(set, frame);
        let mut row = 0;
        while row < frame.len() {
            let mut parents: Vec<u32> = Vec::new();
            let mut members: Vec<u32> = Vec::new();
            let mut certain: Vec<bool> = Vec::new();
            while row < frame.len() && members.len() < CHUNK {
                sets.each(row, &mut |member, sure| {
                    parents.push(row as u32);
                    members.push(member);
                    certain.push(sure);
                });
                row += 1;
            }
            if !self.memo.extents.work.pairs(id, members.len()) {
                return false;
            }
            let level = frame.levels();
            let mut vars = frame.gathered(&parents);
            vars.push(members);
            let inner = Frame::derived(parents.len(), vars);
            let filters = filter.map(|f| self.truths(f, &inner));
            let bodies = body.map(|b| self.operand(b, &inner));
            let bodies = bodies.as_ref().map(Operand::view);
            let members = inner.var(level);
            for (i, (parent, sure)) in parents.iter().zip(&certain).enumerate() {
                let holds = filters.as_ref().map_or(Truth::True, |f| f.get(i));
                each(*parent as usize, members.code(i), *sure, holds, bodies, i);
            }
        }
        true
    }

    fn quantified(
        &self,
        id: NodeId,
        quantifier: Quantifier,
        set: &SetOp,
        filter: Option<NodeId>,
        body: NodeId,
        frame: &Frame,
    ) -> TruthColumn {
        let start = if quantifier == Quantifier::Any { Truth::False } else { Truth::True };
        let mut result = vec![start; frame.len()];
        let is_whole =
            self.expand(id, set, frame, filter, Some(body), |parent, _, certain, filter, bodies, i| {
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
        if !is_whole {
            return TruthColumn::filled(frame.len(), Truth::Unknown);
        }
        TruthColumn::from_rows(frame.len(), |i| result.get(i).copied().unwrap_or(Truth::Unknown))
    }

    fn aggregated(
        &self,
        id: NodeId,
        aggregate: Aggregate,
        set: &SetOp,
        filter: Option<NodeId>,
        body: Option<NodeId>,
        frame: &Frame,
    ) -> Values {
        let mut folds = vec![Fold::default(); frame.len()];
        let optional = body.is_some_and(|b| self.is_optional(b));
        let is_whole =
            self.expand(id, set, frame, filter, body, |parent, member, certain, filter, bodies, i| {
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
        if !is_whole {
            return Values::Same(Val::Number(Interval::UNKNOWN));
        }
        Values::of_numbers(folds.iter().map(|f| f.result(aggregate)))
    }
}

fn at_row(columns: &[View<'_>], row: usize) -> Vec<u32> {
    columns.iter().map(|c| c.code(row)).collect()
}

fn broadcast(values: View<'_>) -> Values {
    Values::Same(match values {
        View::Truth(t) => Val::Truth(t.get(0)),
        View::Same(v) => v,
        View::Numbers(..) => Val::Number(values.number(0)),
        View::Codes(_) | View::Records(_) => Val::Code(values.code(0)),
    })
}

fn of_cells(cells: impl Iterator<Item = Val>, ty: &Type) -> Values {
    if ty.is_numeric() {
        return Values::of_numbers(cells.map(|v| View::Same(v).number(0)));
    }
    Values::Codes(cells.map(|v| View::Same(v).code(0)).collect())
}
