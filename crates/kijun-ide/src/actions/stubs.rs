//! Beginnings of what a requirement lacks: a mapping to a tracked catalogue, a check, an attestation. None of them decides or
//! covers anything before a person has finished it.

use std::ops::Range;

use kijun_coverage::{Coverage as Covered, Watched};
use kijun_engine::program::{Program, Requirement, RequirementId};
use kijun_syntax::{Kind, Node, quoted};
use kijun_text::{FileId, Label};

use super::{Action, ActionKind, Change, Doing, touches};
use crate::doc::Doc;
use crate::index::{Def, ItemId, Space, catalog_parts, text_of};
use crate::snapshot::{Edit, Snapshot};

pub(super) fn actions(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Vec<Action> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let semantics = &snapshot.semantics;
    let is_here = |d: &&Def| d.space == Space::Requirement && touches(&d.range, range);
    let Some(def) = doc.index().defs.iter().find(is_here) else { return Vec::new() };
    let Some(id) = def.item.as_ref().and_then(|i| semantics.item(i)) else { return Vec::new() };
    let Some(requirement) = semantics.program().requirement(id) else { return Vec::new() };
    if requirement.withdrawn.is_some() || !requirement.text_included {
        return Vec::new();
    }
    let mut out = Vec::new();
    let watch = &semantics.coverage.tracked.watch;
    for watched in watch.catalogs.iter().filter(|w| w.apart.binary_search(&id).is_ok()) {
        out.extend(mapping(snapshot, doc, file, def, id, watched));
    }
    if semantics.rules_of(id).is_empty() {
        let written = doc.text.get(def.range.clone()).unwrap_or("");
        out.push(attestation(doc, file, def, written, requirement));
        out.push(check(snapshot, doc, file, def, written));
    }
    out
}

/// A text on lines of its own behind a declaration.
fn below(doc: &Doc, def: &Def, text: &str) -> Edit {
    let rest = doc.text.get(def.full.end..).unwrap_or("");
    let at = def.full.end + rest.find('\n').unwrap_or(rest.len());
    Edit { range: at..at, text: format!("\n\n{text}") }
}

fn refactor(title: Label, file: FileId, edit: Edit) -> Action {
    let doing = Doing::Change(Change::of(file, vec![edit]));
    Action { title, kind: ActionKind::Refactor, is_preferred: false, issue: None, doing }
}

// ---------------------------------------------------------------- rules

fn attestation(doc: &Doc, file: FileId, def: &Def, id: &str, requirement: &Requirement) -> Action {
    let title = &requirement.title;
    let ja = quoted(&format!("「{}」を満たしていますか", title.ja));
    let en = quoted(&format!("is this met: {}", title.or(kijun_text::Lang::En, &title.ja)));
    let text = format!(
        "attest {id} {ja} {{\n  en {en}\n  by administrator\n  every 1 year\n  evidence documented\n}}"
    );
    let title = Label::new("確認(attest)のひな形を加える", "add an attestation stub");
    // What nobody has attested is unknown: the stub that can do no harm.
    Action { is_preferred: true, ..refactor(title, file, below(doc, def, &text)) }
}

fn check(snapshot: &Snapshot, doc: &Doc, file: FileId, def: &Def, id: &str) -> Action {
    let name = free_name(snapshot, &def.name);
    // An unverified rule decides nothing: the stub is unknown, whatever becomes of its condition.
    let text = format!(
        "check {name} for {id} {{\n  // 対象を `each x: 種別`、条件を `require` で書き、確かめてから `mark unverified` を外す\n  mark unverified\n  require false\n    ja \"この検査はまだ書かれていません\"\n    en \"this check is not written yet\"\n}}"
    );
    let title = Label::new("検査(check)のひな形を加える", "add a check stub");
    refactor(title, file, below(doc, def, &text))
}

/// A name for a rule that no other has.
fn free_name(snapshot: &Snapshot, local: &str) -> String {
    let word = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let base: String = format!("check_{}", local.chars().map(word).collect::<String>());
    let names = snapshot.names();
    let is_free =
        |name: &String| [Space::Check, Space::Attest].iter().all(|s| names.of_space(name, *s).is_empty());
    let numbered = (2_u32..).map(|n| format!("{base}_{n}"));
    std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base)
}

// ---------------------------------------------------------------- mappings

fn mapping(
    snapshot: &Snapshot,
    doc: &Doc,
    file: FileId,
    def: &Def,
    id: RequirementId,
    watched: &Watched,
) -> Option<Action> {
    let program = snapshot.semantics.program();
    let own = program.requirement(id)?;
    let target = target(snapshot, watched)?;
    let (from, to) = (catalog_name(program, own.catalog)?, catalog_name(program, watched.of)?);
    let (here, there) = (local(own), local(target));
    let note = "// 対応先と関係を確かめ、根拠を書いてから `mark unverified` を外す";
    let tree = &doc.parse().tree;
    let block =
        |from: &str, to: &str| tree.all(Kind::Mapping).find(|n| is_between(n, &doc.text, from, to)).cloned();
    let (found, line) = match (block(&from, &to), block(&to, &from)) {
        (Some(node), _) => (Some(node), format!("{here} intersects {there}  mark unverified  {note}")),
        (None, Some(node)) => (Some(node), format!("{there} intersects {here}  mark unverified  {note}")),
        (None, None) => (None, format!("{here} intersects {there}  mark unverified")),
    };
    let edit = match found {
        Some(node) => into_block(&doc.text, &node, &line)?,
        None => {
            below(doc, def, &format!("mapping {from} -> {to} {{\n  method human\n  {note}\n  {line}\n}}"))
        }
    };
    let title = Label::new(
        format!("{to} への対応のひな形を加える(intersects {there}、未検証)"),
        format!("add a mapping stub to {to} (intersects {there}, unverified)"),
    );
    Some(refactor(title, file, edit))
}

/// The first item that nothing covers yet, else the first: somewhere to begin.
fn target<'s>(snapshot: &'s Snapshot, watched: &Watched) -> Option<&'s Requirement> {
    let semantics = &snapshot.semantics;
    let items = || semantics.coverage.tracked.watch.items(watched);
    let open = items().find(|i| i.coverage == Covered::NotCovered).or(items().next())?;
    semantics.program().requirement(open.id)
}

fn local(requirement: &Requirement) -> String {
    ItemId::parse(&requirement.id).local
}

/// The alias of a catalogue, with its edition where that is needed.
fn catalog_name(program: &Program, catalog: usize) -> Option<String> {
    let own = program.catalogs.get(catalog)?;
    let several = program.catalogs.iter().filter(|c| c.alias == own.alias).count() > 1;
    Some(if several { format!("{}@{}", own.alias, own.edition) } else { own.alias.clone() })
}

fn is_between(node: &Node, text: &str, from: &str, to: &str) -> bool {
    let ends: Vec<String> = node.all(Kind::CatalogId).map(|id| text_of(id, text)).collect();
    let fits = |written: &str, wanted: &str| {
        let (written, wanted) = (catalog_parts(written), catalog_parts(wanted));
        written.0 == wanted.0 && (written.1 == wanted.1 || wanted.1.is_none())
    };
    matches!(ends.as_slice(), [a, b] if fits(a, from) && fits(b, to))
}

/// A line before the brace that closes a block.
fn into_block(text: &str, node: &Node, line: &str) -> Option<Edit> {
    let close = text.get(node.start..node.end)?.rfind('}')? + node.start;
    let before = text.get(..close)?;
    let is_own_line = before.trim_end_matches([' ', '\t']).ends_with('\n');
    let at = if is_own_line { before.trim_end_matches([' ', '\t']).len() } else { close };
    let text = if is_own_line { format!("  {line}\n") } else { format!("\n  {line}\n") };
    Some(Edit { range: at..at, text })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kijun_engine::assessment::Verdict;

    use super::*;
    use kijun_model::review::CoverageLevel;

    use crate::diagnostics::{Wishes, diagnostics};
    use crate::semantics::{Choices, Semantics};
    use crate::testing::{NORMS, TODAY, fixture};

    fn analysed(snapshot: &Snapshot) -> Snapshot {
        let choices = Choices { track: vec!["iso".to_owned()], today: TODAY, ..Choices::default() };
        let semantics = Semantics::new(&snapshot.files, &choices, None, &|| false).unwrap();
        Snapshot::new(snapshot.files.clone(), Arc::new(semantics))
    }

    /// What is offered at `mhlw:8.2`, and what stands below it once that is chosen.
    fn check(more: &str, title: &str) -> (Vec<String>, Snapshot) {
        let norms = NORMS.replace("requirement mhlw:8.2", "requirement $0mhlw:8.2");
        let (snapshot, place) = fixture(&format!("{norms}{more}"));
        let snapshot = analysed(&snapshot);
        let found = actions(&snapshot, place.file, &(place.offset..place.offset));
        let titles = found.iter().map(|a| a.title.en.clone()).collect();
        let chosen = found.iter().find(|a| a.title.en.contains(title)).expect(title);
        let Doing::Change(change) = &chosen.doing else { panic!("{chosen:?}") };
        let mut files = snapshot.files.clone();
        let doc = files.get(place.file).unwrap();
        let mut text = doc.text.to_string();
        for edit in change.edits[0].1.iter().rev() {
            text.replace_range(edit.range.clone(), &edit.text);
        }
        let new = Arc::new(Doc::new(doc.path.clone(), doc.kind, text));
        files.set(Some(place.file), new);
        let after = analysed(&Snapshot::new(files, Arc::clone(&snapshot.semantics)));
        let wishes = Wishes { coverage: Some(CoverageLevel::Items), ..Wishes::default() };
        let issues = diagnostics(&after, place.file, wishes);
        assert!(issues.iter().all(|i| !i.code.starts_with("K0") || i.code.starts_with("K04")), "{issues:?}");
        assert!(after.semantics.assessment.is_some());
        (titles, after)
    }

    fn verdict(snapshot: &Snapshot) -> Option<Verdict> {
        let id = snapshot.semantics.item(&ItemId::parse("mhlw:8.2")).unwrap();
        snapshot.semantics.verdict(id)
    }

    #[test]
    fn a_stub_of_a_rule_decides_nothing() {
        for title in ["attestation", "check"] {
            let (titles, after) = check("", title);
            assert_eq!(
                titles,
                [
                    "add a mapping stub to iso (intersects A.1, unverified)",
                    "add an attestation stub",
                    "add a check stub"
                ]
            );
            assert_eq!(verdict(&after), Some(Verdict::Unknown), "{title}");
        }
        let ruled = "check c for mhlw:8.2 { require true }\n";
        assert_eq!(check(ruled, "mapping").0.len(), 1, "it has a rule");
    }

    #[test]
    fn a_mapping_goes_where_its_catalogues_are_mapped() {
        let lines = |after: &Snapshot| -> Vec<String> {
            let text = &after.doc(FileId(0)).unwrap().text;
            let all = text.lines().skip_while(|l| !l.starts_with("mapping"));
            all.take_while(|l| *l != "}").map(str::to_owned).collect()
        };
        let (_, after) = check("mapping mhlw -> iso {\n  8.1 equal A.1\n}\n", "mapping");
        assert_eq!(
            lines(&after),
            [
                "mapping mhlw -> iso {",
                "  8.1 equal A.1",
                "  8.2 intersects A.2  mark unverified  // 対応先と関係を確かめ、根拠を書いてから `mark unverified` を外す"
            ]
        );
        let (_, after) = check("mapping iso -> mhlw { A.1 equal 8.1 }\n", "mapping");
        assert!(lines(&after)[1].starts_with("  A.2 intersects 8.2  mark unverified"), "{:?}", lines(&after));
        let (titles, after) = check("", "mapping");
        assert_eq!(lines(&after)[3], "  8.2 intersects A.1  mark unverified");
        assert_eq!(after.semantics.compiled.mappings.len(), 1);
        assert!(titles[0].starts_with("add a mapping"));
    }
}
