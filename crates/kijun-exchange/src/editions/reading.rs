//! `kijun.editions/1`: columns with figures of their own, rows of items that correspond, and what differs between two columns.

use std::collections::BTreeMap;

use kijun_coverage::{Change, Flip, Pair, Row, Side, SubjectFlip, Verdicts};
use kijun_engine::assessment::Verdict;
use kijun_engine::program::{RequirementId, Weight};
use kijun_text::Label;
use serde::Serialize;

use super::SideBySideContext;
use crate::assessment_json::Counts;
use crate::names::{rule_name, subject_id, subject_name};

#[derive(Serialize)]
pub struct SideBySideJson<'a> {
    schema: &'static str,
    engine: &'a str,
    pub(super) as_of: String,
    pub(super) facility: &'a str,
    #[serde(skip)]
    pub(super) title: &'a Label,
    pub(super) columns: Vec<ColumnJson<'a>>,
    pub(super) pairs: Vec<PairJson<'a>>,
    pub(super) rows: Vec<RowJson<'a>>,
}

/// One edition, with figures of it alone.
#[derive(Serialize)]
pub(super) struct ColumnJson<'a> {
    pub(super) catalog: String,
    pub(super) title: &'a Label,
    pub(super) requirements: Counts,
    /// Violated or conflicting, by severity.
    pub(super) findings: Counts,
    /// Those that are unknown, whatever their severity.
    pub(super) unknown_findings: usize,
    /// Whether any rule of it applies to anything on the day.
    pub(super) applies: bool,
}

#[derive(Serialize)]
pub(super) struct PairJson<'a> {
    pub(super) old: String,
    pub(super) new: String,
    pub(super) old_items: Counts,
    pub(super) new_items: Counts,
    /// Items of the newer one to which nothing of the older leads, and those of the older that nothing follows.
    pub(super) added: Vec<&'a str>,
    pub(super) withdrawn: Vec<&'a str>,
    pub(super) differs: Vec<DifferenceJson<'a>>,
}

/// Corresponding items whose verdicts differ, or that other facts decide.
#[derive(Serialize)]
pub(super) struct DifferenceJson<'a> {
    pub(super) old: Vec<&'a str>,
    pub(super) new: Vec<&'a str>,
    pub(super) old_verdict: &'static str,
    pub(super) new_verdict: &'static str,
    pub(super) weak: bool,
    pub(super) causes: Vec<&'static str>,
    #[serde(skip)]
    pub(super) cause_labels: Vec<Label>,
    pub(super) subjects: Vec<SubjectJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct SubjectJson<'a> {
    pub(super) kind: &'a str,
    pub(super) id: Option<&'a str>,
    pub(super) old_verdict: Option<&'static str>,
    pub(super) new_verdict: Option<&'static str>,
    pub(super) old_rules: Vec<&'a str>,
    pub(super) new_rules: Vec<&'a str>,
    pub(super) cause: &'static str,
    #[serde(skip)]
    pub(super) cause_label: Label,
}

#[derive(Serialize)]
pub(super) struct RowJson<'a> {
    pub(super) weak: bool,
    /// Whether the verdicts of its columns differ.
    pub(super) differs: bool,
    /// By column.
    pub(super) cells: Vec<Vec<CellJson<'a>>>,
}

#[derive(Serialize)]
pub(super) struct CellJson<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a Label,
    pub(super) verdict: Option<&'static str>,
}

pub fn side_by_side_json<'a>(context: &'a SideBySideContext<'a>) -> SideBySideJson<'a> {
    let reader = Reader { context, verdicts: Verdicts::of(context.assessment) };
    let editions = context.editions;
    SideBySideJson {
        schema: "kijun.editions/1",
        engine: context.engine_version,
        as_of: kijun_facts::Date::day(context.assessment.as_of).to_string(),
        facility: context.facility,
        title: context.title,
        columns: editions.columns.iter().filter_map(|c| reader.column(*c)).collect(),
        pairs: editions.pairs.iter().zip(context.flips).map(|(p, f)| reader.pair(p, f)).collect(),
        rows: editions.rows.iter().map(|r| reader.row(r)).collect(),
    }
}

struct Reader<'a> {
    context: &'a SideBySideContext<'a>,
    verdicts: Verdicts,
}

impl<'a> Reader<'a> {
    fn name(&self, catalog: usize) -> String {
        let catalog = self.context.mappings.program.catalogs.get(catalog);
        catalog.map_or_else(String::new, |c| format!("{}@{}", c.alias, c.edition))
    }

    fn id(&self, id: RequirementId) -> &'a str {
        self.context.mappings.program.requirement(id).map_or("", |r| &r.id)
    }

    fn column(&self, catalog: usize) -> Option<ColumnJson<'a>> {
        let program = self.context.mappings.program;
        let is_own = |id: RequirementId| program.requirement(id).is_some_and(|r| r.catalog == catalog);
        let results: Vec<_> =
            self.context.assessment.requirements.iter().filter(|r| is_own(r.requirement)).cloned().collect();
        let counts = kijun_engine::count_requirements(program, &results);
        let weights = [Weight::Must, Weight::Should, Weight::Notice, Weight::Information];
        let own = || self.context.assessment.findings.iter().filter(|f| is_own(f.requirement));
        let fails = |v: Verdict| matches!(v, Verdict::Violated | Verdict::Conflicting);
        let findings = |w: Weight| own().filter(|f| f.weight == w && fails(f.verdict)).count();
        let idle = |v: &Verdict| matches!(v, Verdict::NotApplicable | Verdict::Unverified);
        Some(ColumnJson {
            catalog: self.name(catalog),
            title: &program.catalogs.get(catalog)?.title,
            applies: counts.iter().any(|(v, n)| !idle(v) && *n > 0),
            requirements: Counts(counts.into_iter().map(|(v, n)| (v.name(), n)).collect()),
            findings: Counts(weights.into_iter().map(|w| (w.name(), findings(w))).collect()),
            unknown_findings: own().filter(|f| f.verdict == Verdict::Unknown).count(),
        })
    }

    fn pair(&self, pair: &'a Pair, flips: &'a [Flip]) -> PairJson<'a> {
        let columns = &self.context.editions.columns;
        let name = |at: usize| columns.get(at).map_or_else(String::new, |c| self.name(*c));
        let counts = |side: Side| {
            let mut counts: BTreeMap<Change, usize> = Change::ALL.into_iter().map(|c| (c, 0)).collect();
            for item in pair.diff.items.iter().filter(|i| i.side == side) {
                *counts.entry(item.change).or_default() += 1;
            }
            Counts(counts.into_iter().map(|(c, n)| (c.name(), n)).collect())
        };
        let of = |side: Side, change: Change| -> Vec<&'a str> {
            let items = pair.diff.items.iter().filter(|i| i.side == side && i.change == change);
            items.map(|i| self.id(i.id)).collect()
        };
        PairJson {
            old: name(pair.old),
            new: name(pair.new),
            old_items: counts(Side::Old),
            new_items: counts(Side::New),
            added: of(Side::New, Change::New),
            withdrawn: of(Side::Old, Change::Withdrawn),
            differs: flips.iter().filter_map(|f| self.difference(pair, f)).collect(),
        }
    }

    fn difference(&self, pair: &'a Pair, flip: &'a Flip) -> Option<DifferenceJson<'a>> {
        let link = pair.diff.links.get(flip.link)?;
        Some(DifferenceJson {
            old: link.old.iter().map(|i| self.id(*i)).collect(),
            new: link.new.iter().map(|i| self.id(*i)).collect(),
            old_verdict: flip.old.name(),
            new_verdict: flip.new.name(),
            weak: flip.weak,
            causes: flip.causes.iter().map(|c| c.name()).collect(),
            cause_labels: flip.causes.iter().map(|c| c.label()).collect(),
            subjects: flip.subjects.iter().map(|s| self.subject(s)).collect(),
        })
    }

    fn subject(&self, flip: &'a SubjectFlip) -> SubjectJson<'a> {
        let program = self.context.mappings.program;
        let rules = |s: &'a kijun_coverage::Sayings| -> Vec<&'a str> {
            let deciding = s.rules.iter().filter(|(_, v)| Some(*v) == s.verdict);
            deciding.map(|(rule, _)| rule_name(program, *rule)).collect()
        };
        SubjectJson {
            kind: subject_name(program, flip.subject),
            id: subject_id(self.context.store, self.context.facility, flip.subject),
            old_verdict: flip.old.verdict.map(Verdict::name),
            new_verdict: flip.new.verdict.map(Verdict::name),
            old_rules: rules(&flip.old),
            new_rules: rules(&flip.new),
            cause: flip.cause.name(),
            cause_label: flip.cause.label(),
        }
    }

    fn row(&self, row: &'a Row) -> RowJson<'a> {
        let program = self.context.mappings.program;
        let cell = |id: &RequirementId| {
            let requirement = program.requirement(*id)?;
            let verdict = self.verdicts.get(*id).map(Verdict::name);
            Some(CellJson { id: &requirement.id, title: &requirement.title, verdict })
        };
        let cells: Vec<Vec<CellJson<'a>>> =
            row.items.iter().map(|list| list.iter().filter_map(cell).collect()).collect();
        // The worst of a column stands for it.
        let worst = row.items.iter().filter(|list| !list.is_empty());
        let worst: Vec<Option<Verdict>> =
            worst.map(|list| list.iter().filter_map(|id| self.verdicts.get(*id)).min()).collect();
        let differs = worst.windows(2).any(|w| w.first() != w.last());
        RowJson { weak: row.weak, differs, cells }
    }
}
