//! From columns of truth to outcomes: what every rule says about every subject (docs/evaluation.md, "Rules about
//! subjects"), with conflicts, evidence and attestations.

use std::sync::Arc;

use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{
    AttrId, Column, Conflict, EvidenceId, KindId, KindTable, Register, Show, Store, Value, Words,
};
use kijun_text::Lang;

use crate::assessment::{Outcomes, RuleRef, SubjectRef, Verdict};
use crate::attest;
use crate::columns::{Columns, Memo};
use crate::prepared::{Prepared, Roots};
use crate::program::{Check, Program, Subject};
use crate::rollup::Counted;
use crate::row::{CellKey, Row};
use crate::session::World;
use crate::truth::Truth;
use crate::values::{Operand, View, collect};
use crate::work::Excess;

/// At most so many cells in conflict, and so many combinations of their values, are tried for a subject.
const MAX_CONFLICTS: usize = 6;
const MAX_COMBINATIONS: usize = 64;

/// Which recorded values are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Those whose evidence has not expired.
    Fresh,
    /// Those with evidence of at least this grade.
    Grade(u32),
}

/// Everything known after evaluation; findings and proofs are made from it.
pub struct Evaluation<'a> {
    pub(crate) program: &'a Program,
    pub(crate) prepared: Arc<Prepared>,
    pub(crate) store: &'a Store,
    pub(crate) today: i32,
    pub(crate) memo: Arc<Memo>,
    /// Per check and attestation; `None`: not evaluated (out of scope).
    pub(crate) checks: Vec<Option<Outcomes>>,
    pub(crate) attests: Vec<Option<Outcomes>>,
}

impl<'a> Evaluation<'a> {
    pub fn new(program: &'a Program, store: &'a Store, today: i32) -> Evaluation<'a> {
        Evaluation::prepared(program, Arc::new(Prepared::new(program)), store, today)
    }

    /// The same with a plan made before, for many facilities under one program.
    pub fn prepared(
        program: &'a Program,
        prepared: Arc<Prepared>,
        store: &'a Store,
        today: i32,
    ) -> Evaluation<'a> {
        let memo = Arc::new(prepared.memo(store));
        Evaluation::with_memo(program, prepared, store, today, memo, &mut Vec::new())
    }

    /// Evaluates what `memo` does not hold yet, and the outcomes of all rules. `worlds` are those facts with less trust
    /// in them that have been looked at already.
    pub(crate) fn with_memo(
        program: &'a Program,
        prepared: Arc<Prepared>,
        store: &'a Store,
        today: i32,
        memo: Arc<Memo>,
        worlds: &mut Vec<World>,
    ) -> Evaluation<'a> {
        prepared.fill(program, store, today, &memo);
        let mut checks = base(program, &prepared, store, today, &memo);
        let evaluation =
            Evaluation { program, prepared, store, today, memo, checks: Vec::new(), attests: Vec::new() };
        evaluation.resolve_conflicts(&mut checks);
        evaluation.weigh_evidence(&mut checks, worlds);
        let attests = program.attests.iter().zip(&evaluation.prepared.attests);
        let attests =
            attests.map(|(attest, active)| active.then(|| attest::outcomes(&evaluation, attest))).collect();
        Evaluation { checks, attests, ..evaluation }
    }

    /// The facts that were evaluated.
    pub fn store(&self) -> &'a Store {
        self.store
    }

    /// What was too much to evaluate. Where there is anything, what was found is not to be used.
    pub fn excess(&self) -> Option<Excess> {
        self.memo.extents.work.first()?.described(self.program, &self.prepared)
    }

    pub(crate) fn row(&self) -> Row<'_> {
        Row::new(self.program, self.store, self.today, &self.memo.extents)
    }

    /// What the columns say of a check's `require` on a subject.
    pub(crate) fn require_truth(&self, counted: &Counted, require: usize) -> Option<Truth> {
        let RuleRef::Check(i) = counted.rule else { return None };
        let root = self.prepared.checks.get(i)?.as_ref()?.requires.get(require)?;
        let row = match counted.subject {
            SubjectRef::Facility => 0,
            SubjectRef::Record(_, row) => row as usize,
            SubjectRef::Register(_) => return None,
        };
        let columns = Columns::new(self.program, self.store, self.today, &self.prepared.plan, &self.memo);
        Some(columns.column(*root).view().truth(row))
    }

    /// The status of one subject, row by row: `where`, then `require`s.
    pub(crate) fn status(row: &Row<'_>, check: &Check, subject: SubjectRef) -> Verdict {
        let mut env = environment(check.subject, subject);
        let condition = check.condition.as_ref().map_or(Truth::True, |c| row.truth(c, &mut env));
        let requires = check.requires.iter().map(|r| row.truth(&r.condition, &mut env));
        status(condition, requires.fold(Truth::True, Truth::and))
    }

    /// Decides what the sources disagree about, where any value they state would decide.
    fn resolve_conflicts(&self, checks: &mut [Option<Outcomes>]) {
        if !self.store.has_conflicts() {
            return;
        }
        for (check, outcomes) in self.program.checks.iter().zip(checks) {
            let Some(outcomes) = outcomes else { continue };
            let kind = outcomes.kind;
            for (row, verdict) in outcomes.verdicts.iter_mut().enumerate() {
                if *verdict == Verdict::Unknown {
                    *verdict = with_conflicts(&self.row(), check, subject_at(kind, row), |_| true);
                }
            }
        }
    }

    /// The cells in conflict that the evaluation of a subject reads.
    pub(crate) fn conflicts_of(&self, check: &Check, subject: SubjectRef) -> Vec<(CellKey, &Conflict)> {
        conflicts_read(&self.row(), self.store, check, subject)
    }

    /// What is satisfied or not applicable on the ground of values that are no longer, or not well enough, backed.
    fn weigh_evidence(&self, checks: &mut [Option<Outcomes>], worlds: &mut Vec<World>) {
        let mut levels: Vec<(Trust, Verdict)> = Vec::new();
        if self.store.any_evidence(|e| !is_fresh(e, self.today)) {
            levels.push((Trust::Fresh, Verdict::Stale));
        }
        let active = self.program.checks.iter().zip(checks.iter()).filter(|(_, outcomes)| outcomes.is_some());
        let mut grades: Vec<u32> = active.filter_map(|(c, _)| c.grade).collect();
        grades.sort_unstable();
        grades.dedup();
        // Grades come after expiry: `unknown` outranks `stale`.
        levels.extend(grades.into_iter().map(|g| (Trust::Grade(g), Verdict::Unknown)));
        if levels.is_empty() {
            return;
        }
        let original: Vec<Option<Outcomes>> = checks.to_vec();
        for (trust, verdict) in levels {
            let Some(World { store, memo, .. }) = self.world(worlds, trust) else { continue };
            self.prepared.fill(self.program, store, self.today, memo);
            if let Some(source) = memo.extents.work.first() {
                self.memo.extents.work.exceed(source);
            }
            let weaker = base(self.program, &self.prepared, store, self.today, memo);
            let trusted = |id: EvidenceId| is_backed(self.store, id, trust, self.today);
            for (i, check) in self.program.checks.iter().enumerate() {
                let (Some(Some(outcomes)), Some(Some(original)), Some(Some(weaker))) =
                    (checks.get_mut(i), original.get(i), weaker.get(i))
                else {
                    continue;
                };
                if matches!(trust, Trust::Grade(g) if check.grade != Some(g)) {
                    continue;
                }
                let kind = outcomes.kind;
                let verdicts = outcomes.verdicts.iter_mut().zip(&weaker.verdicts).zip(&original.verdicts);
                for (row, ((outcome, weaker), was)) in verdicts.enumerate() {
                    if !matches!(was, Verdict::Satisfied | Verdict::NotApplicable) || weaker == was {
                        continue;
                    }
                    let mut now = *weaker;
                    if now == Verdict::Unknown {
                        let row_of = Row::new(self.program, store, self.today, &memo.extents);
                        now = with_conflicts(&row_of, check, subject_at(kind, row), trusted);
                    }
                    if now != *was {
                        *outcome = verdict;
                    }
                }
            }
        }
    }

    fn world<'w>(&self, worlds: &'w mut Vec<World>, trust: Trust) -> Option<&'w World> {
        if worlds.iter().all(|w| w.trust != trust) {
            let store = trust.distrust(self.store, self.today);
            let memo = Arc::new(self.prepared.memo(&store));
            worlds.push(World { trust, store, memo });
        }
        worlds.iter().find(|w| w.trust == trust)
    }

    /// The cells whose loss alone would leave a subject undecided, among those that `lost` names; all of these when no
    /// single one would.
    pub(crate) fn resting_on(
        &self,
        check: &Check,
        subject: SubjectRef,
        lost: impl Fn(CellKey) -> bool,
    ) -> Vec<CellKey> {
        let status = Evaluation::status(&self.row(), check, subject);
        let candidates: Vec<CellKey> =
            cells_read(&self.row(), check, subject).into_iter().filter(|key| lost(*key)).collect();
        let decides = |key: &CellKey| {
            let mut row = self.row();
            row.overrides.insert(*key, Value::Unknown);
            Evaluation::status(&row, check, subject) != status
        };
        let alone: Vec<CellKey> = candidates.iter().copied().filter(|key| decides(key)).collect();
        if alone.is_empty() { candidates } else { alone }
    }

    /// Subjects whose verdict rests on evidence below the grade that their check asks for.
    pub(crate) fn lacks_grade(&self, check: &Check, subject: SubjectRef) -> bool {
        check.grade.is_some() && Evaluation::status(&self.row(), check, subject) != Verdict::Unknown
    }
}

/// The cells that the evaluation of a subject reads, apart from those that relations read.
fn cells_read(row: &Row<'_>, check: &Check, subject: SubjectRef) -> Vec<CellKey> {
    let mut row = Row::new(row.program, row.store, row.today, row.extents);
    row.reads = Some(std::cell::RefCell::new(Vec::new()));
    Evaluation::status(&row, check, subject);
    let mut cells = row.reads.map(std::cell::RefCell::into_inner).unwrap_or_default();
    cells.sort_unstable();
    cells.dedup();
    cells
}

/// The cells in conflict that the evaluation of a subject reads.
fn conflicts_read<'s>(
    row: &Row<'_>,
    store: &'s Store,
    check: &Check,
    subject: SubjectRef,
) -> Vec<(CellKey, &'s Conflict)> {
    if !store.has_conflicts() {
        return Vec::new();
    }
    cells_read(row, check, subject)
        .into_iter()
        .filter_map(|key| store.kind(key.0)?.conflict(key.2, key.1).map(|c| (key, c)))
        .collect()
}

/// The status when every combination of the values in conflict is tried; values that are not trusted are unknown.
fn with_conflicts(
    row: &Row<'_>,
    check: &Check,
    subject: SubjectRef,
    trusted: impl Fn(EvidenceId) -> bool,
) -> Verdict {
    let cells = conflicts_read(row, row.store, check, subject);
    let combinations: usize = cells.iter().map(|(_, c)| c.alternatives.len()).product();
    if cells.is_empty() || cells.len() > MAX_CONFLICTS || combinations > MAX_COMBINATIONS {
        return Verdict::Unknown;
    }
    let mut seen: Vec<Verdict> = Vec::new();
    for combination in 0..combinations {
        let mut tried = Row::new(row.program, row.store, row.today, row.extents);
        let mut rest = combination;
        for (key, conflict) in &cells {
            let n = conflict.alternatives.len();
            if let Some(alternative) = conflict.alternatives.get(rest % n) {
                let value =
                    if trusted(alternative.evidence) { alternative.value.clone() } else { Value::Unknown };
                tried.overrides.insert(*key, value);
            }
            rest /= n;
        }
        let status = Evaluation::status(&tried, check, subject);
        if !seen.contains(&status) {
            seen.push(status);
        }
    }
    let decided: Vec<Verdict> = seen.iter().copied().filter(|v| *v != Verdict::Unknown).collect();
    match decided.as_slice() {
        [_, _, ..] => Verdict::Conflicting,
        [one] if seen.len() == 1 => *one,
        _ => Verdict::Unknown,
    }
}

fn is_fresh(evidence: &kijun_facts::Evidence, today: i32) -> bool {
    evidence.valid_until.is_none_or(|d| d.last >= today)
}

/// Whether evidence is enough for a recorded value.
fn is_backed(store: &Store, id: EvidenceId, trust: Trust, today: i32) -> bool {
    let evidence = store.evidence(id);
    match trust {
        Trust::Fresh => evidence.is_none_or(|e| is_fresh(e, today)),
        Trust::Grade(least) => evidence.and_then(|e| e.grade).is_some_and(|g| g >= least),
    }
}

pub(crate) fn status(condition: Truth, requires: Truth) -> Verdict {
    match (condition, requires) {
        (Truth::False, _) => Verdict::NotApplicable,
        (Truth::Unknown, _) | (Truth::True, Truth::Unknown) => Verdict::Unknown,
        (Truth::True, Truth::True) => Verdict::Satisfied,
        (Truth::True, Truth::False) => Verdict::Violated,
    }
}

/// Variables of a rule with its subject bound.
pub(crate) fn environment(subject: Option<Subject>, of: SubjectRef) -> Vec<u32> {
    let mut env = Vec::new();
    if let (Some(subject), SubjectRef::Record(_, row)) = (subject, of) {
        Row::bind(&mut env, subject.var, row);
    }
    env
}

/// Outcomes over the records of a kind and its register, given the verdicts of the records.
pub(crate) fn over_subjects(
    store: &Store,
    subject: Option<Subject>,
    verdicts: impl FnOnce(usize) -> Vec<Verdict>,
) -> Outcomes {
    let Some(subject) = subject else {
        return Outcomes { kind: None, verdicts: verdicts(1), register: None };
    };
    let kind = Some(subject.kind);
    let Some(table) = store.kind(subject.kind) else {
        return Outcomes { kind, verdicts: Vec::new(), register: Some(Verdict::Unknown) };
    };
    let register = match table.register {
        Register::Complete | Register::Recorded => table.is_empty().then_some(Verdict::NotApplicable),
        Register::Unmentioned | Register::Incomplete => Some(Verdict::Unknown),
    };
    Outcomes { kind, verdicts: verdicts(table.len()), register }
}

pub(crate) fn subject_at(kind: Option<KindId>, row: usize) -> SubjectRef {
    kind.map_or(SubjectRef::Facility, |kind| SubjectRef::Record(kind, row as u32))
}

/// What the checks say with every recorded value taken.
fn base(
    program: &Program,
    prepared: &Prepared,
    store: &Store,
    today: i32,
    memo: &Memo,
) -> Vec<Option<Outcomes>> {
    let columns = Columns::new(program, store, today, &prepared.plan, memo);
    let outcomes = |(check, roots): (&Arc<Check>, &Option<Roots>)| {
        let roots = roots.as_ref()?;
        Some(over_subjects(store, check.subject, |len| verdicts(&columns, roots, len)))
    };
    program.checks.iter().zip(&prepared.checks).map(outcomes).collect()
}

fn verdicts(columns: &Columns<'_>, roots: &Roots, len: usize) -> Vec<Verdict> {
    let condition = roots.condition.map(|c| columns.column(c));
    let condition = condition.as_ref().map(Operand::view);
    let requires: Vec<Operand<'_>> = roots.requires.iter().map(|r| columns.column(*r)).collect();
    let requires: Vec<View<'_>> = requires.iter().map(Operand::view).collect();
    collect(len, |row| {
        let condition = condition.map_or(Truth::True, |c| c.truth(row));
        status(condition, requires.iter().fold(Truth::True, |t, r| t.and(r.truth(row))))
    })
}

impl Trust {
    /// The facts without what is not trusted: those cells are unknown.
    pub(crate) fn distrust(self, store: &Store, today: i32) -> Store {
        let mut copy = store.clone();
        for table in &mut copy.kinds {
            for a in 0..table.columns.len() {
                let attr = AttrId(a as u32);
                let lost = |row: &usize| !is_trusted(store, table, attr, *row, self, today);
                let rows: Vec<usize> = (0..table.len()).filter(lost).collect();
                if let (false, Some(column)) = (rows.is_empty(), table.columns.get_mut(a)) {
                    forget(column, &rows);
                }
            }
        }
        copy
    }
}

fn is_trusted(store: &Store, table: &KindTable, attr: AttrId, row: usize, trust: Trust, today: i32) -> bool {
    let backed = is_backed(store, table.evidence_of(attr, row), trust, today);
    backed || (matches!(trust, Trust::Grade(_)) && !is_recorded(table, attr, row))
}

/// Whether a source states this cell: an optional cell about which nothing is stated is none as well.
pub(crate) fn is_recorded(table: &KindTable, attr: AttrId, row: usize) -> bool {
    let none = match table.column(attr) {
        Some(Column::Codes(codes)) => codes.get(row) == Some(&NONE),
        Some(Column::Numbers { lo, hi }) => {
            matches!((lo.get(row), hi.get(row)), (Some(lo), Some(hi)) if lo > hi)
        }
        Some(Column::Sets(sets)) => {
            sets.certain(row).is_empty() && sets.possible(row).is_empty() && !sets.is_open(row)
        }
        None => false,
    };
    !none || table.is_stated(attr, row)
}

fn forget(column: &mut Column, rows: &[usize]) {
    match column {
        Column::Codes(codes) => rows.iter().for_each(|r| {
            if let Some(code) = codes.get_mut(*r) {
                *code = UNKNOWN;
            }
        }),
        Column::Numbers { lo, hi } => rows.iter().for_each(|r| {
            if let (Some(lo), Some(hi)) = (lo.get_mut(*r), hi.get_mut(*r)) {
                (*lo, *hi) = (i64::MIN, i64::MAX);
            }
        }),
        Column::Sets(sets) => sets.forget(rows),
    }
}

/// The values that the best-graded sources state for a cell in conflict, in an order that does not depend on the order
/// of sources.
fn best_alternatives<'c>(
    evaluation: &Evaluation<'_>,
    key: CellKey,
    conflict: &'c Conflict,
) -> Vec<&'c Value> {
    let grade = |id: EvidenceId| evaluation.store.evidence(id).and_then(|e| e.grade);
    let best = conflict.alternatives.iter().map(|a| grade(a.evidence)).max().flatten();
    let mut values: Vec<&Value> =
        conflict.alternatives.iter().filter(|a| grade(a.evidence) == best).map(|a| &a.value).collect();
    let schema = &evaluation.program.schema;
    if let Some(attribute) = schema.attribute(key.0, key.2) {
        let show = Show { store: evaluation.store, schema, lang: Lang::En, words: Words::Names };
        values.sort_by_cached_key(|v| show.value(&attribute.ty, v));
    }
    values
}

/// Values in conflict, each with one that a best-graded source states and under which the check is violated, if there
/// is such a combination.
pub(crate) fn violating_values(
    evaluation: &Evaluation<'_>,
    check: &Check,
    subject: SubjectRef,
) -> Option<Vec<(CellKey, Value)>> {
    let cells: Vec<(CellKey, Vec<&Value>)> = evaluation
        .conflicts_of(check, subject)
        .into_iter()
        .map(|(key, conflict)| (key, best_alternatives(evaluation, key, conflict)))
        .collect();
    if cells.is_empty() {
        return Some(Vec::new());
    }
    let combinations: usize = cells.iter().map(|(_, values)| values.len().max(1)).product();
    (0..combinations.min(MAX_COMBINATIONS)).find_map(|combination| {
        let mut row = evaluation.row();
        let mut rest = combination;
        let mut tried = Vec::new();
        for (key, values) in &cells {
            let n = values.len().max(1);
            if let Some(value) = values.get(rest % n) {
                row.overrides.insert(*key, (*value).clone());
                tried.push((*key, (*value).clone()));
            }
            rest /= n;
        }
        (Evaluation::status(&row, check, subject) == Verdict::Violated).then_some(tried)
    })
}

/// Kinds whose registers the rules read.
pub(crate) fn kind_of(subject: SubjectRef) -> Option<KindId> {
    match subject {
        SubjectRef::Facility => None,
        SubjectRef::Record(kind, _) | SubjectRef::Register(kind) => Some(kind),
    }
}
