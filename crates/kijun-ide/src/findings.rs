//! Where findings stand in the facts: an index over an assessment, made once for each.

use kijun_engine::assessment::{FactRef, Finding, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Program, RequirementId};
use kijun_facts::layout::Layout;
use kijun_facts::store::NO_EVIDENCE;
use kijun_facts::{AttrId, KindId, Store};
use kijun_text::{FileId, Span};
use rustc_hash::FxHashMap;

use crate::doc::Files;
use crate::fact_cursor::reads;
use crate::fact_text::{EVIDENCE, field_of};
use crate::semantics::Semantics;

/// An attribute that a record lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    pub(crate) kind: KindId,
    pub(crate) row: u32,
    pub(crate) attr: AttrId,
    /// The items that wait for it.
    pub(crate) waiting: Vec<RequirementId>,
}

/// Findings by place and by record; numbers count the findings of the assessment.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// In the order of their places.
    placed: FxHashMap<FileId, Vec<(Span, u32)>>,
    by_record: FxHashMap<(KindId, u32), Vec<u32>>,
    lacks: FxHashMap<FileId, Vec<(Span, Lack)>>,
}

impl Findings {
    pub(crate) fn new(semantics: &Semantics) -> Findings {
        let mut out = Findings::default();
        let all = semantics.assessment.iter().flat_map(|a| &a.findings);
        let mut lacks: FxHashMap<(KindId, u32, AttrId), Vec<RequirementId>> = FxHashMap::default();
        for (i, finding) in (0_u32..).zip(all) {
            if let Some(span) = place(semantics, finding) {
                out.placed.entry(span.file).or_default().push((span, i));
            }
            for (kind, row) in records(finding) {
                let known = out.by_record.entry((kind, row)).or_default();
                if known.last() != Some(&i) {
                    known.push(i);
                }
            }
            for fact in finding.missing.iter().filter(|_| finding.verdict == Verdict::Unknown) {
                if let FactRef::Cell { kind, row, attr } = fact {
                    let waiting = lacks.entry((*kind, *row, *attr)).or_default();
                    if !waiting.contains(&finding.requirement) {
                        waiting.push(finding.requirement);
                    }
                }
            }
        }
        for ((kind, row, attr), waiting) in lacks {
            let span = semantics.facts.store.kind(kind).map(|t| t.cell(attr, row as usize));
            if let Some(span) = span.filter(|s| *s != Span::default()) {
                let lack = Lack { kind, row, attr, waiting };
                out.lacks.entry(span.file).or_default().push((span, lack));
            }
        }
        out.placed.values_mut().for_each(|list| list.sort_unstable());
        for list in out.lacks.values_mut() {
            list.sort_by_key(|(span, lack)| (*span, lack.kind, lack.row, lack.attr));
        }
        out
    }

    /// The findings that stand in a file, each at its place.
    pub(crate) fn in_file(&self, file: FileId) -> &[(Span, u32)] {
        self.placed.get(&file).map(Vec::as_slice).unwrap_or_default()
    }

    /// The findings to which a record has something to say, or about which it says nothing.
    pub(crate) fn of_record(&self, kind: KindId, row: u32) -> &[u32] {
        self.by_record.get(&(kind, row)).map(Vec::as_slice).unwrap_or_default()
    }

    /// What is lacking in a file: at the cell where it is stated that it is not known, else at the record.
    pub(crate) fn lacks(&self, file: FileId) -> &[(Span, Lack)] {
        self.lacks.get(&file).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The records that a finding speaks of.
fn records(finding: &Finding) -> impl Iterator<Item = (KindId, u32)> {
    let facts = finding.because.iter().map(|u| &u.fact).chain(&finding.missing);
    facts.filter_map(|f| match f {
        FactRef::Cell { kind, row, .. } => Some((*kind, *row)),
        _ => None,
    })
}

/// Where a finding that is decided by facts stands: what is stale on its evidence, else on the cell that decides.
fn place(semantics: &Semantics, finding: &Finding) -> Option<Span> {
    if !matches!(finding.verdict, Verdict::Violated | Verdict::Conflicting | Verdict::Stale) {
        return None;
    }
    let evidence = || finding.because.iter().find_map(|u| expired(semantics, &u.fact));
    let evidence = if finding.verdict == Verdict::Stale { evidence() } else { None };
    let program = semantics.program();
    let stated = finding.because.iter().filter(|u| u.origin != Span::default());
    let deciding = stated.min_by_key(|u| {
        (!is_required(program, finding.rule, &u.fact), !is_of_subject(finding.subject, &u.fact))
    });
    let subject = || match finding.subject {
        SubjectRef::Record(kind, row) => Some(semantics.facts.store.kind(kind)?.place(row as usize)),
        _ => None,
    };
    evidence.or(deciding.map(|u| u.origin)).or_else(subject).filter(|s| *s != Span::default())
}

pub(crate) fn is_of_subject(subject: SubjectRef, fact: &FactRef) -> bool {
    match (subject, fact) {
        (SubjectRef::Record(kind, row), FactRef::Cell { kind: k, row: r, .. }) => kind == *k && row == *r,
        _ => false,
    }
}

/// Whether a check asks for a fact in what it requires, and not only to see whom it is about.
fn is_required(program: &Program, rule: RuleRef, fact: &FactRef) -> bool {
    match (rule, fact) {
        (RuleRef::Check(i), FactRef::Cell { kind, attr, .. }) => {
            let requires = program.checks.get(i).into_iter().flat_map(|c| &c.requires);
            requires.into_iter().any(|r| reads(&r.condition, *kind, *attr))
        }
        _ => true,
    }
}

/// Where the evidence of a fact stands, if it has run out.
fn expired(semantics: &Semantics, fact: &FactRef) -> Option<Span> {
    let FactRef::Cell { kind, row, attr } = fact else { return None };
    let store: &Store = &semantics.facts.store;
    let table = store.kind(*kind)?;
    let evidence = table.evidence_of(*attr, *row as usize);
    let until = store.evidence(evidence).filter(|_| evidence != NO_EVIDENCE)?.valid_until?;
    if until.last >= semantics.choices.today {
        return None;
    }
    evidence_place(&semantics.files, semantics.program(), *kind, table.place(*row as usize), *attr)
}

/// Where a file says what backs an attribute of the record whose id stands at a place.
fn evidence_place(
    files: &Files,
    program: &Program,
    kind: KindId,
    record: Span,
    attr: AttrId,
) -> Option<Span> {
    let doc = files.get(record.file)?;
    let facts = doc.facts()?;
    let at = record.start as usize;
    let range = match &facts.layout {
        Layout::Document(_) => {
            let (_, found) = facts.record(at)?;
            let evidence = found.fields.iter().find(|f| f.key.text == EVIDENCE)?;
            let def = program.schema.kind(kind)?;
            // The attribute's own evidence goes before the record's.
            let own = evidence.texts.iter().find(|key| {
                kijun_facts::read::silent_attribute(def, &key.text) == Some(attr)
                    && field_of(def, found, attr).is_some()
            });
            own.map_or_else(|| evidence.key.range.clone(), |key| key.range.clone())
        }
        Layout::Table(table) => {
            let names = ["valid_until", "有効期限"];
            let is_it = |h: &kijun_facts::layout::Written| {
                let header = kijun_text::fold_width(h.text.trim()).to_lowercase();
                names.contains(&header.trim_start_matches('_'))
            };
            let column = table.header.iter().position(is_it)?;
            table.cells(&doc.text, table.row_at(at)?).into_iter().nth(column)?.range
        }
    };
    Some(Span::new(record.file, range.start, range.end))
}
