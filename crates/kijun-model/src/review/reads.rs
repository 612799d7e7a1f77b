//! What the rules that are evaluated read of the facts, and where.

use std::collections::BTreeSet;

use kijun_engine::program::{Expr, ExprKind, Member, Program, RelationId, SetExpr};
use kijun_engine::{is_evaluated, walk};
use kijun_facts::{AttrId, KindId};
use kijun_text::Span;

/// Something that is read: an attribute, or which records of a kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) kind: KindId,
    pub(super) attr: Option<AttrId>,
    /// `None`: where the rule itself is declared.
    pub(super) place: Option<Span>,
}

/// A rule that is evaluated, with what it reads itself and the relations that it rests on.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) declared: Span,
    pub(super) reads: Vec<Read>,
    pub(super) relations: BTreeSet<RelationId>,
}

/// The checks and attestations that are evaluated, and by relation what its rules read themselves.
pub(super) fn readers(program: &Program) -> (Vec<Reader>, Vec<Reader>) {
    let members: BTreeSet<(bool, usize)> = program
        .combinations
        .iter()
        .filter(|c| is_evaluated(program, c.requirement))
        .flat_map(|c| c.groups.iter().flat_map(|(_, members)| members))
        .map(|m| match m {
            Member::Check(i) => (true, *i),
            Member::Attest(i) => (false, *i),
        })
        .collect();
    let mut out = Vec::new();
    for (i, check) in program.checks.iter().enumerate() {
        let own = check.requirements.iter().any(|r| is_evaluated(program, *r));
        if own || members.contains(&(true, i)) {
            let conditions = check.condition.iter().chain(check.requires.iter().map(|r| &r.condition));
            out.push(Reader::new(check.span, check.subject.map(|s| s.kind), conditions));
        }
    }
    for (i, attest) in program.attests.iter().enumerate() {
        if is_evaluated(program, attest.requirement) || members.contains(&(false, i)) {
            out.push(Reader::new(attest.span, attest.subject.map(|s| s.kind), attest.condition.iter()));
        }
    }
    let by_relation: Vec<Reader> = program
        .relations
        .iter()
        .map(|r| Reader::new(r.span, None, r.rules.iter().flat_map(|rule| &rule.body)))
        .collect();
    for reader in &mut out {
        reader.close(&by_relation);
    }
    (out, by_relation)
}

impl Reader {
    fn new<'e>(
        declared: Span,
        subject: Option<KindId>,
        conditions: impl Iterator<Item = &'e Expr>,
    ) -> Reader {
        let reads = subject.map(|kind| Read { kind, attr: None, place: None }).into_iter().collect();
        let mut reader = Reader { declared, reads, relations: BTreeSet::new() };
        conditions.for_each(|c| walk::expressions(c, &mut |e| reader.expression(e)));
        reader
    }

    fn expression(&mut self, expr: &Expr) {
        let place = Some(expr.span);
        if let ExprKind::Attr { kind, attr, .. } = &expr.kind {
            self.reads.push(Read { kind: *kind, attr: Some(*attr), place });
        }
        match walk::set_of(expr) {
            Some(SetExpr::Attr { kind, attr, .. }) => {
                self.reads.push(Read { kind: *kind, attr: Some(*attr), place });
            }
            Some(SetExpr::Extent(kind)) => self.reads.push(Read { kind: *kind, attr: None, place }),
            _ => {}
        }
        self.relations.extend(walk::relation_of(expr));
    }

    /// Adds the relations that its relations rest on.
    fn close(&mut self, by_relation: &[Reader]) {
        let mut open: Vec<RelationId> = self.relations.iter().copied().collect();
        while let Some(id) = open.pop() {
            for next in by_relation.get(id.0 as usize).iter().flat_map(|r| &r.relations) {
                if self.relations.insert(*next) {
                    open.push(*next);
                }
            }
        }
    }
}
