//! Figures above a requirement: what maps to it, what checks it, and what the facts say.

use std::ops::Range;

use kijun_coverage::{Relations, Walks};
use kijun_engine::program::RequirementId;
use kijun_text::{FileId, Lang};

use crate::hover::{counts, say};
use crate::index::Space;
use crate::snapshot::Snapshot;

/// A line above a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    pub range: Range<usize>,
    pub text: String,
    /// The id to explain.
    pub id: String,
}

/// One for each requirement of a file that is evaluated or mapped.
pub fn lenses(snapshot: &Snapshot, file: FileId, lang: Lang) -> Vec<Lens> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let semantics = &snapshot.semantics;
    let mut out = Vec::new();
    for def in doc.index().defs.iter().filter(|d| d.space == Space::Requirement) {
        let Some(id) = def.item.as_ref().and_then(|i| semantics.item(i)) else { continue };
        let mut parts = Vec::new();
        let near = neighbours(snapshot, id);
        if near > 0 {
            parts.push(format!("{} {near}", say(lang, "対応", "mapped to")));
        }
        let rules = rules(snapshot, id);
        parts.push(match rules {
            0 => say(lang, "検査なし", "nothing checks it").to_owned(),
            n => format!("{} {n}", say(lang, "検査", "checked by")),
        });
        if let Some(verdict) = semantics.verdict(id) {
            parts.push(format!("{}{}", verdict.label().get(lang), counts(semantics, id, lang)));
        }
        let name = semantics.program().requirement(id).map(|r| r.id.clone()).unwrap_or_default();
        out.push(Lens { range: def.range.clone(), text: parts.join(" · "), id: name });
    }
    out
}

/// How many items of other catalogues have something in common with an item for certain.
fn neighbours(snapshot: &Snapshot, id: RequirementId) -> usize {
    let Some(network) = &snapshot.semantics.coverage.network else { return 0 };
    let program = snapshot.semantics.program();
    let own = program.requirement(id).map(|r| r.catalog);
    let walks = Walks::from(network, id.into());
    let is_near = |node: &kijun_coverage::Node| {
        let relations = walks.relations(*node);
        let other = network.item(*node).and_then(|t| program.requirement(t));
        other.is_some_and(|r| Some(r.catalog) != own && !r.is_section)
            && relations.is_within(Relations::OVERLAPS)
            && !relations.is_empty()
    };
    walks.targets().filter(is_near).count()
}

fn rules(snapshot: &Snapshot, id: RequirementId) -> usize {
    let program = snapshot.semantics.program();
    let checks = program.checks.iter().filter(|c| c.requirements.contains(&id)).count();
    checks + program.attests.iter().filter(|a| a.requirement == id).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NORMS, fixture};

    #[test]
    fn a_requirement_shows_its_mappings_rules_and_verdict() {
        let text = format!(
            "{NORMS}check c for mhlw:8.1 {{ each c: contract require penalty in c.clauses }}\nmapping iso -> mhlw {{ A.1 superset 8.1 }}\n//- /facts/contract.csv\nid,clauses\na,罰則\nb,守秘義務\n"
        );
        let (snapshot, _) = fixture(&text);
        let found = lenses(&snapshot, FileId(0), Lang::En);
        let shown: Vec<String> = found.iter().map(|l| format!("{}: {}", l.id, l.text)).collect();
        assert_eq!(
            shown,
            [
                "mhlw:8.1: mapped to 1 · checked by 1 · violated (violated 1, satisfied 1)",
                "mhlw:8.2: nothing checks it · unverified",
                "iso:A.1: mapped to 1 · nothing checks it · unverified",
                "iso:A.2: nothing checks it · unverified",
            ]
        );
    }
}
