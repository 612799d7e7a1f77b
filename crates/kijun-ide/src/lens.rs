//! Figures above a requirement: what maps to it, what checks it, and what the facts say. Above a test, that it can be run.

use std::ops::Range;

use kijun_coverage::{Relations, Walks};
use kijun_engine::assessment::Verdict;
use kijun_engine::program::RequirementId;
use kijun_text::{FileId, Lang};

use crate::hover::say;
use crate::index::{Def, Space};
use crate::snapshot::Snapshot;

/// A line above a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    pub range: Range<usize>,
    pub text: String,
    pub does: LensDoes,
}

/// What comes of choosing a lens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LensDoes {
    /// The item of this id is explained.
    Explain(String),
    /// The test of this name is run, or all of the file.
    RunTests(Option<String>),
}

/// Two for each requirement of a file that is evaluated or mapped; one for each test, and one for all of them.
pub fn lenses(snapshot: &Snapshot, file: FileId, lang: Lang) -> Vec<Lens> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let semantics = &snapshot.semantics;
    let mut out = Vec::new();
    let tests: Vec<&Def> = doc.index().defs.iter().filter(|d| d.space == Space::Test).collect();
    if let [first, _, ..] = tests.as_slice() {
        let text = say(lang, "▶ すべてのテストを実行", "▶ run all tests").to_owned();
        out.push(Lens { range: first.range.clone(), text, does: LensDoes::RunTests(None) });
    }
    for def in &doc.index().defs {
        match def.space {
            Space::Requirement => {
                let Some(id) = def.item.as_ref().and_then(|i| semantics.item(i)) else { continue };
                let name = semantics.program().requirement(id).map(|r| r.id.clone()).unwrap_or_default();
                let explain = |text: String| Lens {
                    range: def.range.clone(),
                    text,
                    does: LensDoes::Explain(name.clone()),
                };
                out.push(explain(figures(snapshot, id, lang)));
                if semantics.verdict(id).is_some() {
                    out.push(explain(say(lang, "判定の理由", "explain").to_owned()));
                }
            }
            Space::Test => {
                let text = say(lang, "▶ テストを実行", "▶ run test").to_owned();
                let does = LensDoes::RunTests(Some(def.name.clone()));
                out.push(Lens { range: def.range.clone(), text, does });
            }
            _ => {}
        }
    }
    out
}

/// `covered by 3 · verified by 2 · 5 satisfied 1 violated`.
fn figures(snapshot: &Snapshot, id: RequirementId, lang: Lang) -> String {
    let semantics = &snapshot.semantics;
    let mut parts = Vec::new();
    match neighbours(snapshot, id) {
        0 => {}
        n => parts.push(format!("{} {n}", say(lang, "対応", "covered by"))),
    }
    parts.push(match semantics.rules_of(id).len() {
        0 => say(lang, "検査なし", "nothing verifies it").to_owned(),
        n => format!("{} {n}", say(lang, "検査", "verified by")),
    });
    let subjects = semantics.result(id).map(|r| r.subjects.as_slice()).unwrap_or_default();
    let count = |(verdict, n): &(Verdict, usize)| match lang {
        Lang::Ja => format!("{} {n}", verdict.label().ja),
        Lang::En => format!("{n} {}", verdict.label().en),
    };
    // From best to worst, as a person reads it.
    let counts: Vec<String> = subjects.iter().rev().map(count).collect();
    match (counts.is_empty(), semantics.verdict(id)) {
        (false, _) => parts.push(counts.join(" ")),
        (true, Some(verdict)) => parts.push(verdict.label().get(lang).to_owned()),
        (true, None) => {}
    }
    parts.join(say(lang, "・", " · "))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NORMS, fixture};

    fn check(text: &str, lang: Lang, expected: &[&str]) {
        let (snapshot, _) = fixture(text);
        let line = |l: &Lens| match &l.does {
            LensDoes::Explain(id) => format!("{id}: {}", l.text),
            LensDoes::RunTests(name) => format!("{}: {}", name.as_deref().unwrap_or("*"), l.text),
        };
        let found: Vec<String> = lenses(&snapshot, FileId(0), lang).iter().map(line).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_requirement_shows_its_mappings_rules_and_verdicts() {
        let text = format!(
            "{NORMS}check c for mhlw:8.1 {{ each c: contract require penalty in c.clauses }}\nmapping iso -> mhlw {{ A.1 superset 8.1 }}\n//- /facts/contract.csv\nid,clauses\na,罰則\nb,守秘義務\n"
        );
        check(
            &text,
            Lang::En,
            &[
                "mhlw:8.1: covered by 1 · verified by 1 · 1 satisfied 1 violated",
                "mhlw:8.1: explain",
                "mhlw:8.2: nothing verifies it · unverified",
                "mhlw:8.2: explain",
                "iso:A.1: covered by 1 · nothing verifies it · unverified",
                "iso:A.1: explain",
                "iso:A.2: nothing verifies it · unverified",
                "iso:A.2: explain",
            ],
        );
        let (snapshot, _) = fixture(&text);
        let found = lenses(&snapshot, FileId(0), Lang::Ja);
        assert_eq!(found[0].text, "対応 1・検査 1・適合 1 不適合 1");
    }

    #[test]
    fn tests_can_be_run_one_by_one_or_all() {
        let test = |name: &str| format!("test \"{name}\" {{ given {{ }} expect no finding }}\n");
        let run = "▶ テストを実行";
        check(&test("一"), Lang::Ja, &[&format!("一: {run}")]);
        check(
            &(test("一") + &test("二")),
            Lang::Ja,
            &["*: ▶ すべてのテストを実行", &format!("一: {run}"), &format!("二: {run}")],
        );
    }
}
