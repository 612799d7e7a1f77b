//! Who is asked: a vendor by itself, a department of the house by itself, else a role.

use std::collections::BTreeSet;

use kijun_engine::assessment::{FactRef, SubjectRef};
use kijun_facts::{AttrId, Column, KindId, Type};

use super::{Asked, role};
use crate::report::View;
use crate::wording::role_name;

/// Someone who is asked. In order: vendors by name, then roles and their departments, nobody last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Respondent {
    /// `vendor:acloud`, `administrator`, `administrator:看護部`; empty where nobody is named.
    pub key: String,
    pub role: Option<String>,
    pub name: String,
    /// From outside of the house: a letter to it is written as to a partner.
    pub is_outside: bool,
}

/// The kind of record that stands for a vendor, and the attribute that names a department, as packs call them.
const VENDOR: &str = "vendor";
const DEPARTMENT: &str = "department";

/// How far a vendor may be from the record that is asked about, and a department.
const FAR: usize = 3;
const NEAR: usize = 1;

pub(super) fn of(view: &View<'_>, asked: &Asked<'_>) -> Respondent {
    let about = match asked.fact {
        FactRef::Cell { kind, row, .. } => Some((kind, row)),
        FactRef::Attestation(_) => asked.waits.first().and_then(|w| match w.subject {
            SubjectRef::Record(kind, row) => Some((kind, row)),
            SubjectRef::Facility | SubjectRef::Register(_) => None,
        }),
        FactRef::Register(_) => None,
    };
    let Some(role) = role(view, asked) else {
        let name = view.say("担当者が決まっていないもの", "nobody is named").to_owned();
        return Respondent { key: String::new(), role: None, name, is_outside: false };
    };
    let label = role_name(view.program, role, view.lang);
    let named = |key: String, name: String, is_outside| Respondent {
        key,
        role: Some(role.to_owned()),
        name,
        is_outside,
    };
    if role == VENDOR {
        return match about.and_then(|about| vendor_of(view, about)) {
            Some((kind, row)) => {
                let id = view.store.id_text(kind, row as usize);
                named(format!("{VENDOR}:{id}"), view.record(kind, row), true)
            }
            None => {
                let name = match view.lang {
                    kijun_text::Lang::Ja => format!("{label}（どの事業者か記録がないもの）"),
                    kijun_text::Lang::En => format!("{label} (which one is not recorded)"),
                };
                named(role.to_owned(), name, true)
            }
        };
    }
    match about
        .filter(|_| matches!(role, "administrator" | "user"))
        .and_then(|about| department_of(view, about))
    {
        Some(department) => named(format!("{role}:{department}"), department, false),
        None => named(role.to_owned(), label, false),
    }
}

/// The nearest vendor that a record names, itself if it is one; of several equally near the first by attribute.
fn vendor_of(view: &View<'_>, about: (KindId, u32)) -> Option<(KindId, u32)> {
    let vendor = view.program.schema.find_kind(VENDOR)?;
    nearest(view, about, FAR, |(kind, row)| (kind == vendor).then_some((kind, row)))
}

/// The department that a record names, or that a record next to it names.
fn department_of(view: &View<'_>, about: (KindId, u32)) -> Option<String> {
    nearest(view, about, NEAR, |(kind, row)| {
        let attr = view.attr(kind, DEPARTMENT)?;
        let is_text = view.program.schema.attribute(kind, attr).is_some_and(|a| a.ty == Type::Text);
        let is_known = view.store.kind(kind).is_some_and(|t| t.is_known(attr, row as usize));
        let name = (is_text && is_known).then(|| view.show().cell(kind, attr, row as usize))?;
        let name = name.trim().to_owned();
        (!name.is_empty()).then_some(name)
    })
}

/// The first thing that is found on the way along references, at most so far.
fn nearest<T>(
    view: &View<'_>,
    from: (KindId, u32),
    far: usize,
    found: impl Fn((KindId, u32)) -> Option<T>,
) -> Option<T> {
    let mut seen = BTreeSet::from([from]);
    let mut ring = vec![from];
    for _ in 0..=far {
        if let Some(found) = ring.iter().find_map(|record| found(*record)) {
            return Some(found);
        }
        let next = ring.iter().flat_map(|record| references(view, *record));
        ring = next.filter(|record| seen.insert(*record)).collect();
    }
    None
}

/// The records that a record refers to, in the order of its attributes.
fn references(view: &View<'_>, (kind, row): (KindId, u32)) -> Vec<(KindId, u32)> {
    let attributes = view.program.schema.kind(kind).map_or(&[][..], |def| &def.attributes);
    let Some(table) = view.store.kind(kind) else { return Vec::new() };
    let mut out = Vec::new();
    for (attr, attribute) in (0u32..).map(AttrId).zip(attributes) {
        let Type::Ref(to) = attribute.ty else { continue };
        if let Some(Column::Codes(codes)) = table.column(attr).filter(|_| table.is_known(attr, row as usize))
        {
            out.extend(codes.get(row as usize).map(|code| (to, *code)));
        }
    }
    let there =
        |(kind, row): &(KindId, u32)| view.store.kind(*kind).is_some_and(|t| (*row as usize) < t.len());
    out.retain(there);
    out
}
