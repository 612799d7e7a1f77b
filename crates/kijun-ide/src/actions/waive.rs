//! A violation that is accepted for a while: a record of a waiver, to be completed by who may approve it. As long as it lacks
//! approver, reason and expiry it excuses nothing, and says so.

use std::ops::Range;

use kijun_engine::assessment::{Finding, SubjectRef, Verdict};
use kijun_facts::{AttrId, KindDef, Store};
use kijun_text::{FileId, Label};

use super::{Action, ActionKind, Change, Doing, touches};
use crate::fact_edit::{Choice, add_record, toml_record};
use crate::fact_text::Style;
use crate::snapshot::Snapshot;

/// The file that is made where no file has waivers yet.
const FILE: &str = "waivers.toml";

pub(super) fn actions(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Vec<Action> {
    let semantics = &snapshot.semantics;
    let placed = semantics.findings().in_file(file).iter();
    let here = placed.filter_map(|(span, i)| Some((snapshot.now(*span)?, semantics.finding(*i)?)));
    let violated = here.filter(|(at, f)| f.verdict == Verdict::Violated && touches(at, range));
    let mut out: Vec<Action> = Vec::new();
    for (at, finding) in violated {
        if let Some(action) = action(snapshot, file, at, finding)
            && out.iter().all(|a| a.title != action.title)
        {
            out.push(action);
        }
    }
    out
}

fn action(snapshot: &Snapshot, file: FileId, at: Range<usize>, finding: &Finding) -> Option<Action> {
    let semantics = &snapshot.semantics;
    let program = semantics.program();
    let store = &semantics.facts.store;
    let kind = program.builtins.waiver;
    let def = program.schema.kind(kind)?;
    let requirement = &program.requirement(finding.requirement)?.id;
    let subject = match finding.subject {
        SubjectRef::Record(kind, row) => Some(store.id_text(kind, row as usize)),
        SubjectRef::Facility => None,
        SubjectRef::Register(_) => return None,
    };
    let id = free_id(store, kind, subject.unwrap_or("facility"));
    let of = |name: &str, choice| Some((def.attribute(name)?, choice));
    let values: Vec<(AttrId, Choice<'_>)> = [
        of("requirement", Choice::Text(requirement)),
        subject.and_then(|s| of("subject", Choice::Text(s))),
        of("approver", Choice::Unknown),
        of("reason", Choice::Unknown),
        of("expires", Choice::Unknown),
    ]
    .into_iter()
    .flatten()
    .collect();
    let change = into_existing(snapshot, file, def, &id, &values).unwrap_or_else(|| {
        let head = "# 適用除外: 承認者・理由・期限を書くまで適用されません\n";
        let text = format!("{head}{}", toml_record(&def.name, def, &id, &values, Style::Names, "\n"));
        Change { edits: Vec::new(), created: Some((file, FILE.to_owned(), text)) }
    });
    let of = subject.map(|s| format!(" ({s})")).unwrap_or_default();
    Some(Action {
        title: Label::new(
            format!("`{requirement}`{of} の適用除外を書く(承認者 ?、理由 ?、期限 ?)"),
            format!("waive `{requirement}`{of} with a reason (approver ?, reason ?, expires ?)"),
        ),
        kind: ActionKind::QuickFix,
        is_preferred: false,
        issue: Some((finding.verdict.name().to_owned(), at)),
        doing: Doing::Change(change),
    })
}

/// At the end of a file that has waivers, or that is called after them.
fn into_existing(
    snapshot: &Snapshot,
    file: FileId,
    def: &KindDef,
    id: &str,
    values: &[(AttrId, Choice<'_>)],
) -> Option<Change> {
    let semantics = &snapshot.semantics;
    let table = semantics.facts.store.kind(semantics.program().builtins.waiver)?;
    let mut candidates: Vec<FileId> = (0..table.len()).map(|row| table.place(row).file).collect();
    candidates.dedup();
    let folder = snapshot.doc(file)?.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let own = if folder.is_empty() { FILE.to_owned() } else { format!("{folder}/{FILE}") };
    candidates.extend(snapshot.files.find(&own));
    candidates.into_iter().find_map(|candidate| {
        let edit = add_record(snapshot.doc(candidate)?, def, id, values)?;
        Some(Change::of(candidate, vec![edit]))
    })
}

fn free_id(store: &Store, kind: kijun_facts::KindId, of: &str) -> String {
    let base = format!("wv-{of}");
    let numbered = (2_u32..).map(|n| format!("{base}-{n}"));
    let is_free = |id: &String| store.row(kind, id).is_none();
    std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostics::{Wishes, diagnostics};
    use crate::doc::{Doc, DocKind};
    use crate::semantics::{Choices, Semantics};
    use crate::testing::{NORMS, TODAY, fixture};

    const RULES: &str = "check clauses for mhlw:8.1 { each c: contract require penalty in c.clauses }\n";

    /// The file of waivers once a waiver for `c1` is written, and what is said of it.
    fn check(more: &str) -> (String, String) {
        let facts = "//- /facts/contract.csv\nid,clauses\nc1,守秘$0義務\n";
        let (snapshot, place) = fixture(&format!("{NORMS}{RULES}{more}{facts}"));
        let found = actions(&snapshot, place.file, &(place.offset..place.offset));
        assert_eq!(found.len(), 1);
        let Doing::Change(change) = &found[0].doing else { panic!("{found:?}") };
        let mut files = snapshot.files.clone();
        let file = match (&change.created, change.edits.as_slice()) {
            (Some((beside, name, text)), []) => {
                assert_eq!((*beside, name.as_str()), (place.file, "waivers.toml"));
                let kind = DocKind::Facts { broken: None };
                files.set(None, Arc::new(Doc::new("/facts/waivers.toml", kind, text.as_str())))
            }
            (None, [(file, edits)]) => {
                let doc = files.get(*file).unwrap();
                let mut text = doc.text.to_string();
                text.replace_range(edits[0].range.clone(), &edits[0].text);
                let new = Arc::new(Doc::new(doc.path.clone(), doc.kind, text));
                files.set(Some(*file), new)
            }
            other => panic!("{other:?}"),
        };
        let choices = Choices { today: TODAY, ..Choices::default() };
        let semantics = Semantics::new(&files, &choices, None, &|| false).unwrap();
        let after = Snapshot::new(files, Arc::new(semantics));
        let issues = diagnostics(&after, file, Wishes::default());
        let said = issues.iter().map(|i| format!("{} {}", i.code, i.message.en));
        let said = said.collect::<Vec<_>>().join("\n");
        let of_contract = diagnostics(&after, place.file, Wishes::default());
        assert_eq!(of_contract[0].code, "violated", "an incomplete waiver excuses nothing");
        (after.doc(file).unwrap().text.to_string(), said)
    }

    #[test]
    fn a_file_of_waivers_is_made_and_asks_for_what_it_lacks() {
        let (text, said) = check("");
        assert_eq!(
            text,
            "# 適用除外: 承認者・理由・期限を書くまで適用されません\n[[waiver]]\nid = \"wv-c1\"\nrequirement = \"mhlw:8.1\"\n\
             subject = \"c1\"\napprover = \"?\"\nreason = \"?\"\nexpires = \"?\"\n"
        );
        assert_eq!(
            said,
            "waiver_incomplete the waiver `wv-c1` lacks approver, reason, expiry or subject and is not applied"
        );
    }

    #[test]
    fn a_waiver_stands_with_the_others() {
        let (text, _) = check(
            "//- /facts/適用除外.csv\nid,要求事項,対象,承認者,理由,期限\nwv-c1,mhlw:8.1,x,a,b,2020-01-01\n",
        );
        assert!(text.ends_with("\nwv-c1-2,mhlw:8.1,c1,?,?,?\n"), "{text}");
        let (text, said) = check(
            "//- /facts/w.toml\n[[\"適用除外\"]]\nid = \"w\"\n\"要求事項\" = \"mhlw:8.1\"\n\"対象\" = \"x\"\n\"承認者\" = \"a\"\n\"理由\" = \"b\"\n\"期限\" = 2020-01-01\n",
        );
        assert!(text.contains("2020-01-01\n\n[[\"適用除外\"]]\nid = \"wv-c1\"\n\"要求事項\""), "{text}");
        assert!(said.starts_with("waiver_expired the waiver `w` has expired\nwaiver_incomplete"), "{said}");
    }
}
