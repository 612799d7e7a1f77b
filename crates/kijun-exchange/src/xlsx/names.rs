//! Names of sheets: at most 31 characters, none of `[ ] : * ? / \`, and no two the same in any case.

use std::collections::BTreeSet;

const LONGEST: usize = 31;

/// The names of a workbook that are taken.
pub(crate) struct SheetNames {
    taken: BTreeSet<String>,
}

impl SheetNames {
    pub(crate) fn new() -> SheetNames {
        // `History` is a name that spreadsheets keep for themselves.
        SheetNames { taken: BTreeSet::from(["history".to_owned()]) }
    }

    /// The nearest legal name that is still free; it is taken from now on.
    pub(crate) fn unique(&mut self, wanted: &str) -> String {
        let legal = legal(wanted);
        let mut name = shortened(&legal, "");
        let mut number = 2;
        while !self.taken.insert(name.to_lowercase()) {
            name = shortened(&legal, &format!(" ({number})"));
            number += 1;
        }
        name
    }
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
        let mut taken = SheetNames::new();
        names.iter().map(|n| taken.unique(n)).collect()
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
