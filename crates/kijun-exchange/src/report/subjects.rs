//! The same findings by what they are about: each asset, vendor, contract or other record, with what was found of it and of
//! the records that name it.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::SubjectRef;
use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{AttrId, Column, KindId, Type};

use super::View;
use super::figures::Tally;

/// A subject: the places of its findings in the list of all.
pub(crate) struct SubjectView {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) own: Vec<usize>,
    /// Findings on records that name it: a contract names its vendor.
    pub(crate) related: Vec<usize>,
    pub(crate) tally: Tally,
}

/// All subjects of a kind that something was found of.
pub(crate) struct KindView {
    pub(crate) title: String,
    pub(crate) subjects: Vec<SubjectView>,
}

impl View<'_> {
    /// Kinds in the order of the schema, the facility first.
    pub(crate) fn subjects(&self, findings: &[super::findings::FindingView<'_>]) -> Vec<KindView> {
        let mut own: BTreeMap<SubjectRef, Vec<usize>> = BTreeMap::new();
        for (i, f) in findings.iter().enumerate() {
            own.entry(f.finding.subject).or_default().push(i);
        }
        let mut related: BTreeMap<SubjectRef, BTreeSet<usize>> = BTreeMap::new();
        for (subject, list) in &own {
            let SubjectRef::Record(kind, row) = *subject else { continue };
            for (to, record) in self.named_by(kind, row) {
                if (to, record) != (kind, row) {
                    related.entry(SubjectRef::Record(to, record)).or_default().extend(list);
                }
            }
        }
        let mut kinds: BTreeMap<Option<KindId>, Vec<SubjectView>> = BTreeMap::new();
        let all: BTreeSet<SubjectRef> = own.keys().chain(related.keys()).copied().collect();
        for subject in all {
            let own = own.get(&subject).cloned().unwrap_or_default();
            let related: Vec<usize> = related.get(&subject).into_iter().flatten().copied().collect();
            let mut tally = Tally::default();
            own.iter().filter_map(|i| findings.get(*i)).for_each(|f| tally.add(f.finding.verdict));
            let (kind, place) = match subject {
                SubjectRef::Facility => (None, String::new()),
                SubjectRef::Record(kind, row) => {
                    let at = self.store.kind(kind).map(|t| t.place(row as usize)).unwrap_or_default();
                    (Some(kind), self.place(at))
                }
                SubjectRef::Register(kind) => (Some(kind), String::new()),
            };
            let name = self.subject(subject);
            kinds.entry(kind).or_default().push(SubjectView { name, place, own, related, tally });
        }
        let title = |kind: Option<KindId>| match kind {
            Some(kind) => self.kind(kind).to_owned(),
            None => self.say("施設全体", "the facility").to_owned(),
        };
        kinds.into_iter().map(|(kind, subjects)| KindView { title: title(kind), subjects }).collect()
    }

    /// The records that a record names by its references.
    pub(crate) fn named_by(&self, kind: KindId, row: u32) -> Vec<(KindId, u32)> {
        let Some(def) = self.program.schema.kind(kind) else { return Vec::new() };
        let references = def.attributes.iter().zip(0u32..).filter_map(|(a, i)| match a.ty {
            Type::Ref(to) => Some((AttrId(i), to)),
            _ => None,
        });
        let target = |(attr, to): (AttrId, KindId)| match self.store.kind(kind)?.column(attr)? {
            Column::Codes(codes) => {
                let code = *codes.get(row as usize)?;
                (code != UNKNOWN && code != NONE).then_some((to, code))
            }
            _ => None,
        };
        references.filter_map(target).collect()
    }
}
