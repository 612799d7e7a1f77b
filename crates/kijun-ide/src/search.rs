//! Symbols of the whole workspace by what a person types.

use kijun_text::Label;

use crate::index::Space;
use crate::names::NOWHERE;
use crate::romaji::{key, rank};
use crate::snapshot::{Snapshot, Target};

/// A symbol that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchResult {
    pub name: String,
    pub title: Label,
    pub space: Space,
    pub target: Target,
}

/// At most so many are given.
const MOST: usize = 256;

/// The best first; of the same worth, by name.
pub fn search(snapshot: &Snapshot, typed: &str) -> Vec<SearchResult> {
    let typed = key(typed.trim());
    let mut found: Vec<(u8, SearchResult)> = Vec::new();
    for f in snapshot.names().defs().filter(|f| f.file != NOWHERE) {
        let name = match &f.def.item {
            Some(id) if !id.local.is_empty() => {
                id.alias.as_ref().map_or_else(|| id.local.clone(), |a| format!("{a}:{}", id.local))
            }
            _ => f.def.name.clone(),
        };
        let keys = f.def.keys();
        let titles = keys.titles.iter().filter_map(|k| rank(&typed, k));
        let Some(rank) = titles.chain(rank(&typed, &keys.name)).min() else { continue };
        let target = Target::new(f.file, f.def.range.clone());
        found.push((rank, SearchResult { name, title: f.def.title.clone(), space: f.def.space, target }));
    }
    found.sort_by(|(a, x), (b, y)| (a, &x.name, &x.target).cmp(&(b, &y.name, &y.target)));
    found.into_iter().take(MOST).map(|(_, s)| s).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NORMS, fixture};

    #[test]
    fn symbols_are_found_by_id_title_and_romaji() {
        let text = format!("{NORMS}param p: int = 8 \"パスワードの桁数\" en \"password length\"\n$0");
        let (snapshot, _) = fixture(&text);
        let names =
            |typed: &str| -> Vec<String> { search(&snapshot, typed).into_iter().map(|s| s.name).collect() };
        assert_eq!(names("mhlw:8"), ["mhlw:8.1", "mhlw:8.2"]);
        assert_eq!(names("委託先"), ["iso:A.1", "subcontractors"]);
        assert_eq!(names("pasuwa-do"), Vec::<String>::new());
        assert_eq!(names("pasuwado"), ["p"]);
        assert_eq!(names("ぱすわーど"), ["p"]);
        assert_eq!(names("supplier"), ["iso:A.1"]);
    }
}
