//! The sets of each row of a frame.

use kijun_facts::store::{NONE, UNKNOWN};

use crate::groups::Groups;
use crate::truth::Truth;
use crate::val::{Members, row_of};
use crate::values::Operand;

pub(crate) enum Sets<'s> {
    /// Nothing is known of any of them.
    Open,
    Attr {
        sets: &'s kijun_facts::SetColumn,
        records: usize,
        rows: Operand<'s>,
    },
    /// All records of a kind; with keys, only those whose key may equal the row's.
    Records {
        records: usize,
        open: bool,
        keys: Option<(&'s Groups, Operand<'s>)>,
    },
    Literal(Vec<Operand<'s>>),
    Each(Vec<Members>),
}

impl Sets<'_> {
    /// Calls `found` for each member of a row's set with whether it is certain; the unnamed one (⊥) last.
    pub(crate) fn each(&self, row: usize, found: &mut dyn FnMut(u32, bool)) {
        let open = match self {
            Sets::Open => true,
            Sets::Attr { sets, records, rows } => {
                let row = row_of(rows.view().code(row), *records);
                sets.certain(row).iter().for_each(|m| found(*m, true));
                sets.possible(row).iter().for_each(|m| found(*m, false));
                sets.is_open(row)
            }
            Sets::Records { records, open, keys } => {
                match keys.as_ref().map(|(groups, keys)| (groups, keys.view().code(row))) {
                    // An equality with an unknown key may hold for every record.
                    None | Some((_, UNKNOWN)) => (0..*records as u32).for_each(|m| found(m, true)),
                    Some((groups, key)) => {
                        groups.of(key).iter().chain(groups.of(UNKNOWN)).for_each(|m| found(*m, true));
                    }
                }
                *open
            }
            Sets::Literal(items) => {
                let members = Members::of_codes(items.iter().map(|item| item.view().code(row)));
                members.certain.iter().for_each(|m| found(*m, true));
                members.open
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

    pub(crate) fn contains(&self, row: usize, code: u32) -> Truth {
        match self {
            Sets::Each(members) => members.get(row).map_or(Truth::Unknown, |m| m.contains(code)),
            Sets::Attr { sets, records, rows } if code < NONE => {
                let row = row_of(rows.view().code(row), *records);
                if sets.certain(row).contains(&code) {
                    Truth::True
                } else if sets.is_open(row) || sets.possible(row).contains(&code) {
                    Truth::Unknown
                } else {
                    Truth::False
                }
            }
            Sets::Records { records, open, .. } if code < NONE => match Truth::of((code as usize) < *records)
            {
                // A record that an open register does not list.
                Truth::False if *open => Truth::Unknown,
                truth => truth,
            },
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
