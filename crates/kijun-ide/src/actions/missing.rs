//! A fact that is missing, put where it belongs. The title says what is written; nothing is made up.

use std::ops::Range;

use kijun_facts::{Attribute, Schema, Type};
use kijun_text::{FileId, Label, Lang};

use super::{Action, ActionKind, Change, Doing, touches};
use crate::doc::Doc;
use crate::fact_edit::{Choice, state};
use crate::findings::Lack;
use crate::snapshot::Snapshot;

/// Of an enum with more literals only the question mark is offered, and the completion behind it.
const MOST_LITERALS: usize = 8;

/// Where a record lacks more, each gets its question mark only: the values are offered there.
const MOST_ATTRIBUTES: usize = 3;

pub(super) fn actions(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Vec<Action> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let schema = &snapshot.semantics.program().schema;
    let all = snapshot.semantics.findings().lacks(file).iter();
    let here = all.filter_map(|(span, lack)| Some((snapshot.now(*span)?, lack)));
    let here: Vec<(Range<usize>, &Lack)> = here.filter(|(at, _)| touches(at, range)).collect();
    let few = here.len() <= MOST_ATTRIBUTES;
    let of = |(at, lack): &(Range<usize>, &Lack)| {
        let Some(attribute) = schema.attribute(lack.kind, lack.attr) else { return Vec::new() };
        let mut offered = choices(schema, attribute).into_iter();
        let offered: Vec<Choice<'_>> =
            if few { offered.collect() } else { offered.next_back().into_iter().collect() };
        let made = offered.iter().filter_map(|c| action(snapshot, doc, file, at, lack, attribute, c));
        made.collect()
    };
    here.iter().flat_map(of).collect()
}

/// What may be written, the question mark last.
fn choices<'s>(schema: &'s Schema, attribute: &'s Attribute) -> Vec<Choice<'s>> {
    let element = attribute.ty.element();
    let mut out = match element.unwrap_or(&attribute.ty) {
        Type::Bool => vec![Choice::Bool(true), Choice::Bool(false)],
        Type::Enum(id) => {
            let literals = schema.enumeration(*id).map(|e| e.literals.as_slice()).unwrap_or_default();
            let choice = if element.is_some() { Choice::Member } else { Choice::Literal };
            let few = literals.iter().filter(|_| literals.len() <= MOST_LITERALS);
            few.map(choice).collect()
        }
        _ => Vec::new(),
    };
    out.push(Choice::Unknown);
    out
}

fn action(
    snapshot: &Snapshot,
    doc: &Doc,
    file: FileId,
    at: &Range<usize>,
    lack: &Lack,
    attribute: &Attribute,
    choice: &Choice<'_>,
) -> Option<Action> {
    let semantics = &snapshot.semantics;
    let schema = &semantics.program().schema;
    let record = semantics.facts.store.kind(lack.kind)?.place(lack.row as usize);
    // What another file says of the record is to be changed there.
    let record = snapshot.now(Some(record).filter(|s| s.file == file)?)?;
    if is_stated(snapshot, lack) {
        let written = doc.text.get(at.clone()).unwrap_or("").trim_matches(['"', '\'']);
        if matches!(choice, Choice::Unknown) || !kijun_facts::read::is_unknown(written.trim()) {
            return None;
        }
    }
    let (edits, shown) = state(doc, schema, lack.kind, record.start, lack.attr, choice)?;
    let name = Label::new(
        attribute.label.or(Lang::Ja, &attribute.name),
        attribute.label.or(Lang::En, &attribute.name),
    );
    Some(Action {
        title: Label::new(
            format!("`{}` を記入する({shown})", name.ja),
            format!("fill in `{}` ({shown})", name.en),
        ),
        kind: ActionKind::QuickFix,
        // Which value is right, only a person knows.
        is_preferred: false,
        issue: Some(("unknown".to_owned(), at.clone())),
        doing: Doing::Change(Change::of(file, edits)),
    })
}

fn is_stated(snapshot: &Snapshot, lack: &Lack) -> bool {
    let table = snapshot.semantics.facts.store.kind(lack.kind);
    table.is_some_and(|t| t.is_stated(lack.attr, lack.row as usize))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostics::{Wishes, diagnostics};
    use crate::semantics::{Choices, Semantics};
    use crate::testing::{TODAY, fixture};

    const RULES: &str = "\
catalog m \"規範\" { edition \"1\" level C must \"最低限\" }
requirement m:1 \"期限\" { level C }
requirement m:2 \"委託\" { level C }
enum way \"方法\" { lan \"院内\" en \"inside\" vpn \"VPN\" open \"公衆網\" en \"open\" }
entity line \"回線\" { way \"接続方法\": way en \"way\" checked \"点検済\": bool since \"開始日\": date uses \"用途\": set of way }
check way for m:1 { each l: line require l.way == vpn }
check checked for m:2 { each l: line require l.checked and l.since <= today and not (open in l.uses) }
";

    /// The titles of what is offered, and the text after the one called `title`.
    fn check(facts: &str, title: &str, expected: &str) -> Vec<String> {
        let (mut snapshot, place) = fixture(&format!("{RULES}{facts}"));
        let found = actions(&snapshot, place.file, &(place.offset..place.offset));
        let chosen = found.iter().find(|a| a.title.ja.contains(title)).expect(title);
        let Doing::Change(change) = &chosen.doing else { panic!("{chosen:?}") };
        let doc = Arc::clone(snapshot.doc(place.file).unwrap());
        let mut text = doc.text.to_string();
        for edit in change.edits[0].1.iter().rev() {
            text.replace_range(edit.range.clone(), &edit.text);
        }
        assert_eq!(text, expected);
        let unknown = |snapshot: &Snapshot| {
            let issues = diagnostics(snapshot, place.file, Wishes::default());
            assert!(issues.iter().all(|i| !i.code.starts_with('K')), "{issues:?}");
            let name = chosen.title.ja.split('`').nth(1).unwrap();
            issues.iter().filter(|i| i.code == "unknown" && i.message.ja.contains(name)).count()
        };
        let before = unknown(&snapshot);
        let new = Arc::new(Doc::new(doc.path.clone(), doc.kind, text));
        snapshot.files.set(Some(place.file), new);
        let choices = Choices { today: TODAY, ..Choices::default() };
        let semantics = Semantics::new(&snapshot.files, &choices, None, &|| false).unwrap();
        let after = Snapshot::new(snapshot.files.clone(), Arc::new(semantics));
        assert_eq!(unknown(&after), before - usize::from(!title.contains("(?)")));
        found.iter().map(|a| a.title.ja.clone()).collect()
    }

    #[test]
    fn a_cell_of_a_table_is_filled_in() {
        let titles = check(
            "//- /facts/line.csv\nid,way,checked,since,uses\na$0,vpn,,2020-01-01,vpn\nb,vpn,true,2020-01-01,vpn\n",
            "点検済` を記入する(true)",
            "id,way,checked,since,uses\na,vpn,true,2020-01-01,vpn\nb,vpn,true,2020-01-01,vpn\n",
        );
        assert_eq!(
            titles,
            ["`点検済` を記入する(true)", "`点検済` を記入する(false)", "`点検済` を記入する(?)"]
        );
    }

    #[test]
    fn a_table_without_the_column_gets_it() {
        check(
            "//- /facts/line.csv\nID,接続方法,開始日,用途\r\na,VPN,2020-01-01,VPN\r\nb$0,VPN,2020-01-01,\"VPN\"\r\n",
            "点検済` を記入する(はい)",
            "ID,接続方法,開始日,用途,点検済\r\na,VPN,2020-01-01,VPN,\r\nb,VPN,2020-01-01,\"VPN\",はい\r\n",
        );
        check(
            "//- /facts/回線.tsv\nid\t接続方法\t用途\t\na\tVPN\t\"VPN\"\t\nb$0\tVPN\tVPN\t",
            "点検済` を記入する(いいえ)",
            "id\t接続方法\t用途\t点検済\na\tVPN\t\"VPN\"\t\nb\tVPN\tVPN\tいいえ",
        );
    }

    #[test]
    fn a_set_is_left_open() {
        check(
            "//- /facts/line.csv\nid,way,checked,since,uses\na$0,vpn,true,2020-01-01,\n",
            "用途` を記入する(open;?)",
            "id,way,checked,since,uses\na,vpn,true,2020-01-01,open;?\n",
        );
        check(
            "//- /facts/a.toml\n[[line]]\nid = \"a$0\"\nway = \"vpn\"\nchecked = true\nsince = 2020-01-01\n",
            "用途` を記入する(open;?)",
            "[[line]]\nid = \"a\"\nway = \"vpn\"\nchecked = true\nsince = 2020-01-01\nuses = [\"open\", \"?\"]\n",
        );
    }

    #[test]
    fn a_line_of_toml_stands_in_the_order_of_the_schema() {
        check(
            "//- /facts/a.toml\n[[line]]\nid = \"a$0\"\nway = \"vpn\" # 備考\nsince = 2020-01-01\nuses = [\n  \"vpn\",\n]\n\n[[line]]\nid = \"b\"\nway = \"vpn\"\n",
            "点検済` を記入する(true)",
            "[[line]]\nid = \"a\"\nway = \"vpn\" # 備考\nchecked = true\nsince = 2020-01-01\nuses = [\n  \"vpn\",\n]\n\n[[line]]\nid = \"b\"\nway = \"vpn\"\n",
        );
        check(
            "//- /facts/a.toml\n[\"回線\".a$0]\n\"点検済\" = true\n\"開始日\" = 2020-01-01\n\"用途\" = [\"VPN\"]\n[\"回線\".a._evidence]\ngrade = \"oral\"\n",
            "接続方法` を記入する(公衆網)",
            "[\"回線\".a]\n\"接続方法\" = \"公衆網\"\n\"点検済\" = true\n\"開始日\" = 2020-01-01\n\"用途\" = [\"VPN\"]\n[\"回線\".a._evidence]\ngrade = \"oral\"\n",
        );
        check(
            "//- /facts/a.toml\nline = [ { id = \"a$0\", way = \"vpn\", since = 2020-01-01, uses = [\"vpn\"] } ]\n",
            "点検済` を記入する(true)",
            "line = [ { id = \"a\", way = \"vpn\", checked = true, since = 2020-01-01, uses = [\"vpn\"] } ]\n",
        );
    }

    #[test]
    fn a_question_mark_is_a_question_and_has_its_answers() {
        let titles = check(
            "//- /facts/a.toml\n[[line]]\nid = \"a$0\"\n_evidence = { grade = \"oral\" }\n",
            "開始日` を記入する(?)",
            "[[line]]\nid = \"a\"\nsince = \"?\"\n_evidence = { grade = \"oral\" }\n",
        );
        assert_eq!(titles.len(), 4, "{titles:?}");
        let titles = check(
            "//- /facts/a.toml\n[[line]]\nid = \"a\"\nway = \"$0?\"\nchecked = true\nsince = 2020-01-01\nuses = []\n",
            "接続方法` を記入する(vpn)",
            "[[line]]\nid = \"a\"\nway = \"vpn\"\nchecked = true\nsince = 2020-01-01\nuses = []\n",
        );
        assert_eq!(titles.len(), 3, "{titles:?}");
    }

    #[test]
    fn json_and_yaml_get_a_line_as_they_have_them() {
        check(
            "//- /facts/a.json\n{\"line\": [\n  {\n    \"id\": \"a$0\",\n    \"way\": \"vpn\",\n    \"since\": \"2020-01-01\", \"uses\": [\"vpn\"]\n  }\n]}\n",
            "点検済` を記入する(true)",
            "{\"line\": [\n  {\n    \"id\": \"a\",\n    \"way\": \"vpn\",\n    \"checked\": true,\n    \"since\": \"2020-01-01\", \"uses\": [\"vpn\"]\n  }\n]}\n",
        );
        check(
            "//- /facts/line.ndjson\n{\"id\": \"a$0\", \"way\": null, \"checked\": true, \"since\": \"2020-01-01\", \"uses\": [\"vpn\"]}\n",
            "接続方法` を記入する(vpn)",
            "{\"id\": \"a\", \"way\": \"vpn\", \"checked\": true, \"since\": \"2020-01-01\", \"uses\": [\"vpn\"]}\n",
        );
        check(
            "//- /facts/a.yaml\n回線:\n  - id: a$0   # 備考\n    接続方法: VPN\n    開始日: 2020-01-01\n    用途: [VPN]\n",
            "点検済` を記入する(true)",
            "回線:\n  - id: a   # 備考\n    接続方法: VPN\n    点検済: true\n    開始日: 2020-01-01\n    用途: [VPN]\n",
        );
        check(
            "//- /facts/a.yml\nline:\n  a$0:\n    way:\n    checked: true\n    since: 2020-01-01\n    uses: [vpn]\n",
            "接続方法` を記入する(vpn)",
            "line:\n  a:\n    way: \"vpn\"\n    checked: true\n    since: 2020-01-01\n    uses: [vpn]\n",
        );
    }
}
