//! The index of evidence: each document or record that backs facts, how good it is, until when it holds, and what it backs.

use std::collections::BTreeMap;

use kijun_facts::{AttrId, Date, EvidenceId};

use super::View;

/// So many days ahead evidence counts as about to expire.
pub(crate) const SOON: i32 = 90;

pub(crate) struct EvidenceRow {
    /// What it is; where no source is named, that.
    pub(crate) source: String,
    pub(crate) grade: String,
    pub(crate) as_of: String,
    pub(crate) recorded_by: String,
    /// What was said beside it.
    pub(crate) remark: String,
    pub(crate) valid_until: Option<Date>,
    /// How many facts it backs.
    pub(crate) facts: usize,
    /// The records whose facts it backs, by kind: `契約 3`.
    pub(crate) of: String,
    /// The file and line of the first of them.
    pub(crate) place: String,
}

impl EvidenceRow {
    pub(crate) fn has_expired(&self, today: i32) -> bool {
        self.valid_until.is_some_and(|d| d.last < today)
    }

    /// Holds today, and not for long.
    pub(crate) fn expires_soon(&self, today: i32) -> bool {
        !self.has_expired(today) && self.valid_until.is_some_and(|d| d.first <= today.saturating_add(SOON))
    }
}

struct Backed {
    facts: usize,
    records: BTreeMap<(usize, usize), ()>,
    place: kijun_text::Span,
}

impl View<'_> {
    /// By source, then day.
    pub(crate) fn evidence(&self) -> Vec<EvidenceRow> {
        // Of evidence nothing stays that could be listed.
        if self.store.is_redacted() {
            return Vec::new();
        }
        let mut backed: BTreeMap<EvidenceId, Backed> = BTreeMap::new();
        for (kind, table) in self.store.kinds.iter().enumerate() {
            for attr in (0..table.columns.len()).map(|a| AttrId(a as u32)) {
                for row in 0..table.len() {
                    let id = table.evidence_of(attr, row);
                    if self.store.evidence(id).is_none() {
                        continue;
                    }
                    let entry = backed.entry(id).or_insert_with(|| Backed {
                        facts: 0,
                        records: BTreeMap::new(),
                        place: table.cell(attr, row),
                    });
                    entry.facts += 1;
                    entry.records.insert((kind, row), ());
                }
            }
        }
        let mut rows: Vec<EvidenceRow> =
            backed.into_iter().filter_map(|(id, backed)| self.evidence_row(id, &backed)).collect();
        rows.sort_by(|a, b| (&a.source, &a.as_of, &a.place).cmp(&(&b.source, &b.as_of, &b.place)));
        rows
    }

    fn evidence_row(&self, id: EvidenceId, backed: &Backed) -> Option<EvidenceRow> {
        let evidence = self.store.evidence(id)?;
        let mut kinds: BTreeMap<usize, usize> = BTreeMap::new();
        backed.records.keys().for_each(|(kind, _)| *kinds.entry(*kind).or_default() += 1);
        let of: Vec<String> = kinds
            .into_iter()
            .map(|(kind, n)| format!("{} {n}", self.kind(kijun_facts::KindId(kind as u32))))
            .collect();
        let unnamed = self.say("（資料名の記載なし）", "(no source named)");
        Some(EvidenceRow {
            source: evidence.source.clone().unwrap_or_else(|| unnamed.to_owned()),
            grade: self.grade(evidence).unwrap_or(self.say("等級の記載なし", "no grade")).to_owned(),
            as_of: evidence.as_of.map(|d| d.to_string()).unwrap_or_default(),
            recorded_by: evidence.recorded_by.clone().unwrap_or_default(),
            remark: evidence.remark.clone().unwrap_or_default(),
            valid_until: evidence.valid_until,
            facts: backed.facts,
            of: of.join(self.comma()),
            place: self.place(backed.place),
        })
    }
}
