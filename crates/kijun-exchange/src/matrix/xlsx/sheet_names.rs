//! Names of sheets: at most 31 characters, none of `[ ] : * ? / \`, and no two the same in any case.

use std::collections::BTreeSet;

use super::super::reading::Reading;

const LONGEST: usize = 31;

pub(super) struct SheetNames {
    pub(super) overview: String,
    pub(super) sections: String,
    /// In the order of the blocks.
    pub(super) listings: Vec<String>,
    pub(super) derivations: String,
    pub(super) contradictions: String,
}

impl SheetNames {
    pub(super) fn new(reading: &Reading<'_>) -> SheetNames {
        // `History` is a name that spreadsheets keep for themselves.
        let mut taken = BTreeSet::from(["history".to_owned()]);
        let overview = unique(reading.say("概要", "Overview"), &mut taken);
        let sections = unique(reading.say("節別集計", "Sections"), &mut taken);
        let derivations = unique(reading.say("導出", "Derivations"), &mut taken);
        let contradictions = unique(reading.say("矛盾", "Contradictions"), &mut taken);
        let blocks = &reading.context.matrix.blocks;
        let is_single = blocks.iter().all(|b| blocks.first().is_some_and(|f| f.from == b.from));
        let listing = |from: usize, to: usize| {
            let target = reading.catalog_name(to);
            if is_single { target } else { format!("{}→{target}", reading.catalog_name(from)) }
        };
        let listings = blocks.iter().map(|b| unique(&listing(b.from, b.to), &mut taken)).collect();
        SheetNames { overview, sections, listings, derivations, contradictions }
    }
}

/// The nearest legal name that is still free.
fn unique(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let legal = legal(wanted);
    let mut name = shortened(&legal, "");
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = shortened(&legal, &format!(" ({number})"));
        number += 1;
    }
    name
}

fn legal(wanted: &str) -> String {
    let replaced: String =
        wanted.chars().map(|c| if "[]:*?/\\".contains(c) || c.is_control() { '_' } else { c }).collect();
    let bare = replaced.trim_matches(|c: char| c == '\'' || c.is_whitespace());
    if bare.is_empty() { "_".to_owned() } else { bare.to_owned() }
}

/// The name cut so that it fits with its ending. Spreadsheets count UTF-16 units.
fn shortened(name: &str, ending: &str) -> String {
    let room = LONGEST - ending.len();
    let mut units = 0;
    let head = name.chars().take_while(|c| {
        units += c.len_utf16();
        units <= room
    });
    let head: String = head.collect();
    format!("{}{ending}", head.trim_end_matches(|c: char| c == '\'' || c.is_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(names: &[&str]) -> Vec<String> {
        let mut taken = BTreeSet::from(["history".to_owned()]);
        names.iter().map(|n| unique(n, &mut taken)).collect()
    }

    #[test]
    fn names_are_legal_and_unique() {
        assert_eq!(all(&["a/b", "A:b", "a_B"]), ["a_b", "A_b (2)", "a_B (3)"]);
        assert_eq!(all(&["'x'", "", "History"]), ["x", "_", "History (2)"]);
        let long = "医療情報システムの安全管理に関するガイドライン@第六版→iso27001@2022";
        let names = all(&[long, long]);
        assert!(names.iter().all(|n| n.encode_utf16().count() <= LONGEST), "{names:?}");
        assert!(names[1].ends_with(" (2)") && names[0] != names[1]);
        assert_eq!(all(&[&"𠮷".repeat(40)]), ["𠮷".repeat(15)]);
    }
}
