//! When something lapses: evidence, attestations, waivers, and the dates in registers that are deadlines by their name.

use std::collections::BTreeMap;

use kijun_facts::store::{MINUS_INFINITY, PLUS_INFINITY};
use kijun_facts::value::{civil_of, days_of};
use kijun_facts::{AttrId, Column, Duration, KindDef, KindId, Type};
use kijun_text::Label;

use super::View;
use super::evidence::{EvidenceRow, SOON};

/// So many subjects are named where several lapse on a day.
const NAMED: usize = 4;

/// How near a deadline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nearness {
    Past,
    Soon,
    ThisYear,
    Later,
}

impl Nearness {
    pub(crate) fn of(day: i32, today: i32) -> Nearness {
        match day.saturating_sub(today) {
            ..0 => Nearness::Past,
            0..=SOON => Nearness::Soon,
            91..=365 => Nearness::ThisYear,
            _ => Nearness::Later,
        }
    }

    pub(crate) fn label(self) -> Label {
        match self {
            Nearness::Past => Label::new("期限を過ぎたもの", "past"),
            Nearness::Soon => Label::new("90日以内", "within 90 days"),
            Nearness::ThisYear => Label::new("1年以内", "within a year"),
            Nearness::Later => Label::new("1年より先", "later"),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Nearness::Past => "past",
            Nearness::Soon => "soon",
            Nearness::ThisYear => "year",
            Nearness::Later => "later",
        }
    }
}

/// What lapses on a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Deadline {
    /// The last day on which it holds.
    pub(crate) day: i32,
    /// `契約の終了日`.
    pub(crate) what: String,
    pub(crate) who: String,
    pub(crate) place: String,
}

impl View<'_> {
    /// By day; what lapses on the same day for the same cause stands together.
    pub(crate) fn deadlines(&self, evidence: &[EvidenceRow]) -> Vec<Deadline> {
        let mut found: Vec<Deadline> = Vec::new();
        if self.store.is_redacted() {
            return found;
        }
        for row in evidence {
            if let Some(until) = row.valid_until {
                let what = self.say("証拠の有効期限", "evidence runs out").to_owned();
                found.push(Deadline {
                    day: until.last,
                    what,
                    who: row.source.clone(),
                    place: row.place.clone(),
                });
            }
        }
        self.attested(&mut found);
        for (kind, def) in self.program.schema.kinds.iter().zip(0u32..).map(|(d, k)| (KindId(k), d)) {
            for (i, attribute) in def.attributes.iter().enumerate() {
                if attribute.ty == Type::Date && is_deadline(&attribute.name) {
                    self.dated(kind, def, AttrId(i as u32), &mut found);
                }
            }
        }
        found.sort();
        self.together(found)
    }

    /// What is said where no deadline is listed.
    pub(crate) fn no_deadlines(&self) -> &'static str {
        if self.store.is_redacted() {
            return self.say("日付は非開示です。", "Dates are withheld.");
        }
        let builtins = [self.program.builtins.attestation, self.program.builtins.waiver];
        let kinds =
            self.program.schema.kinds.iter().zip(0..).filter(|(_, kind)| !builtins.contains(&KindId(*kind)));
        let mut attributes = kinds.flat_map(|(def, _)| &def.attributes);
        if attributes.any(|a| a.ty == Type::Date && is_deadline(&a.name)) {
            return self.say("台帳に期限の記載はありません。", "The registers state no deadline.");
        }
        self.say(
            "証拠、確認記録、適用除外に期限の記載はなく、読み込んだパックには、期限と分かる名前（expires、due、…_until など）の日付もありません。",
            "No evidence, attestation or waiver states a deadline, and no date of the packs at hand is called as deadlines are (expires, due, …_until and the like).",
        )
    }

    /// The days on which confirmations that have to be renewed run out; the latest of each requirement and subject.
    fn attested(&self, found: &mut Vec<Deadline>) {
        let kind = self.program.builtins.attestation;
        let (Some(table), Some(date), Some(requirement), Some(subject)) = (
            self.store.kind(kind),
            self.attr(kind, "date"),
            self.attr(kind, "requirement"),
            self.attr(kind, "subject"),
        ) else {
            return;
        };
        let show = self.show();
        let mut latest: BTreeMap<(String, String), (i32, usize)> = BTreeMap::new();
        for row in 0..table.len() {
            let Some(day) = self.date(kind, date, row) else { continue };
            let key = (show.cell(kind, requirement, row), show.cell(kind, subject, row));
            let entry = latest.entry(key).or_insert((day, row));
            *entry = (*entry).max((day, row));
        }
        for ((id, subject_id), (day, row)) in latest {
            let every =
                self.program.attests.iter().filter(|a| {
                    self.requirement(a.requirement).is_some_and(|r| same_requirement(&r.id, &id))
                });
            let Some(every) = every.filter_map(|a| a.every).min_by_key(|d| (d.months, d.days)) else {
                continue;
            };
            let Some(day) = shifted(day, every) else { continue };
            let none = show.cell(kind, subject, table.none_row());
            let who = if subject_id == none { id } else { format!("{id} @ {subject_id}") };
            let what = self.say("確認記録の有効期限", "attestation to be renewed").to_owned();
            found.push(Deadline { day, what, who, place: self.place(table.cell(date, row)) });
        }
    }

    fn dated(&self, kind: KindId, def: &KindDef, attr: AttrId, found: &mut Vec<Deadline>) {
        let Some(table) = self.store.kind(kind) else { return };
        let what = match self.lang {
            kijun_text::Lang::Ja => format!("{}の{}", self.kind(kind), self.attribute(kind, attr)),
            kijun_text::Lang::En => format!("{}: {}", self.kind(kind), self.attribute(kind, attr)),
        };
        for row in 0..table.len() {
            let Some(day) = self.date(kind, attr, row).filter(|_| !self.has_ended(kind, def, row)) else {
                continue;
            };
            let place = self.place(table.cell(attr, row));
            found.push(Deadline { day, what: what.clone(), who: self.record(kind, row as u32), place });
        }
    }

    /// Whether a record is over: it has a day on which it ended, or is said to be terminated.
    fn has_ended(&self, kind: KindId, def: &KindDef, row: usize) -> bool {
        def.attributes.iter().zip(0u32..).any(|(a, i)| match &a.ty {
            Type::Date if a.optional && is_end(&a.name) => self.date(kind, AttrId(i), row).is_some(),
            Type::Enum(id) => {
                let column = self.store.kind(kind).and_then(|t| t.column(AttrId(i)));
                let Some(Column::Codes(codes)) = column else { return false };
                let literals = self.program.schema.enumeration(*id).map(|e| e.literals.as_slice());
                let literal = codes.get(row).and_then(|c| literals?.get(*c as usize));
                literal
                    .is_some_and(|l| matches!(l.name.as_str(), "terminated" | "ended" | "retired" | "closed"))
            }
            _ => false,
        })
    }

    /// The last day that a date may mean; `None` where it is not known or none.
    fn date(&self, kind: KindId, attr: AttrId, row: usize) -> Option<i32> {
        let Column::Numbers { lo, hi } = self.store.kind(kind)?.column(attr)? else { return None };
        let (lo, hi) = (*lo.get(row)?, *hi.get(row)?);
        let is_date = lo <= hi && lo != MINUS_INFINITY && hi != PLUS_INFINITY;
        is_date.then(|| i32::try_from(hi).ok()).flatten()
    }

    fn together(&self, found: Vec<Deadline>) -> Vec<Deadline> {
        let mut groups: BTreeMap<(i32, String), Vec<Deadline>> = BTreeMap::new();
        for deadline in found {
            groups.entry((deadline.day, deadline.what.clone())).or_default().push(deadline);
        }
        let one = |((day, what), list): ((i32, String), Vec<Deadline>)| {
            let named: Vec<&str> = list.iter().take(NAMED).map(|d| d.who.as_str()).collect();
            let mut who = named.join(self.comma());
            if list.len() > NAMED {
                let more = list.len() - NAMED;
                who.push_str(&match self.lang {
                    kijun_text::Lang::Ja => format!("、ほか {more} 件"),
                    kijun_text::Lang::En => format!(", and {more} more"),
                });
            }
            let place = list.first().map(|d| d.place.clone()).unwrap_or_default();
            Deadline { day, what, who, place }
        };
        groups.into_iter().map(one).collect()
    }
}

/// Names of attributes that say until when something holds, or by when it is due.
fn is_deadline(name: &str) -> bool {
    matches!(name, "expires" | "due" | "end_of_life" | "next_update" | "until")
        || ["_until", "_to", "_by"].iter().any(|end| name.ends_with(end))
}

/// Names of attributes that say when a record ended.
fn is_end(name: &str) -> bool {
    let stem = name.strip_suffix("_on").unwrap_or(name);
    matches!(
        stem,
        "closed" | "returned" | "retired" | "destroyed" | "ended" | "deleted" | "withdrawn" | "left"
    )
}

/// Whether a fact names this requirement, be it without the edition.
fn same_requirement(id: &str, named: &str) -> bool {
    let bare = |id: &str| {
        let (catalog, local) = id.split_once(':').unwrap_or(("", id));
        format!("{}:{local}", catalog.split('@').next().unwrap_or(""))
    };
    id == named || (!named.contains('@') && bare(id) == named)
}

fn shifted(day: i32, by: Duration) -> Option<i32> {
    let span = jiff::Span::new().try_months(by.months).ok()?.try_days(by.days).ok()?;
    civil_of(day)?.checked_add(span).ok().map(days_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_go_by_their_names() {
        for name in ["expires", "valid_to", "support_until", "migrate_by", "due"] {
            assert!(is_deadline(name), "{name}");
        }
        for name in ["signed", "trained_on", "starts", "auto"] {
            assert!(!is_deadline(name), "{name}");
        }
        assert!(is_end("closed_on") && is_end("ended") && !is_end("approved_on"));
    }

    #[test]
    fn a_fact_may_leave_out_the_edition() {
        assert!(same_requirement("mhlw@4.2:6.1", "mhlw:6.1"));
        assert!(same_requirement("mhlw:6.1", "mhlw:6.1"));
        assert!(!same_requirement("mhlw@4.2:6.1", "mhlw@6.0:6.1"));
    }

    #[test]
    fn a_month_after_the_last_of_january_is_in_february() {
        let day = |y, m, d| kijun_facts::Date::ymd(y, m, d).unwrap().first;
        let month = Duration { months: 1, days: 0 };
        assert_eq!(shifted(day(2027, 1, 31), month), Some(day(2027, 2, 28)));
    }
}
