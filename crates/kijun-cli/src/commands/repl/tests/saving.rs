//! What `:changes` tells and `:save` writes is what a session made of the facts.

use kijun_text::Lang;

use super::{Fixture, english};

const RULES: &str = r#"catalog n "規範" { en "norm" edition "1" level C must "必須" en "must" }
requirement n:1 "席" { en "seats" level C }
entity 契約 "契約書" { en "agreement" 席 "席数": int words "文言": set of text }
check seats for n:1 { each c: 契約 require c.席 >= 5 ja "足りない" en "too few" }
"#;

const FACTS: &str =
    "[[\"契約\"]]\nid = \"a\"\n\"席\" = 3\nwords = [\"x\", \"?\"]\n[complete]\n\"契約\" = true\n";

/// A session over kinds and fields that are not ASCII.
fn japanese(name: &str) -> Fixture {
    Fixture::with(name, Lang::En, RULES, FACTS)
}

#[test]
fn a_record_that_comes_back_has_lost_its_facts() {
    let mut of = english("again");
    of.say(":set contract \"c 1\" expires 2028-01-01");
    of.say(":remove contract \"c 1\"");
    assert_eq!(of.say(":changes"), "contract.c 1: taken out\n");
    of.say(":add contract \"c 1\"");
    assert!(of.say(":verdicts n:2").starts_with("unknown"));
    let lost = "contract.c 1.vendor: a → unknown  facts/facts.toml:12\n\
                contract.c 1.clauses: { penalty } → unknown  facts/facts.toml:13\n\
                contract.c 1.expires: 2027-03-31 → none  facts/facts.toml:14\n";
    assert_eq!(of.say(":changes"), lost);
    of.say(":set contract \"c 1\" vendor a");
    let file = of.path("more.toml");
    let said = of.say(&format!(":save {file}"));
    assert!(said.contains("that contract.c 1.clauses is gone or not known"), "{said}");
    assert!(said.contains("facts/facts.toml:14 says something else of contract.c 1.expires"), "{said}");
    assert!(!said.contains("c 1.vendor"), "what was changed back is the same again: {said}");
}

#[test]
fn a_record_of_the_session_alone_may_come_twice() {
    let mut of = english("twice");
    of.say(":add vendor d");
    of.say(":set vendor d name D");
    of.say(":remove vendor d");
    of.say(":add vendor d");
    assert_eq!(of.say(":changes"), "vendor.d: added\n");
}

#[test]
fn kinds_and_fields_are_written_as_toml_has_them() {
    let mut of = japanese("kinds");
    of.say(":add 契約 b");
    of.say(":set 契約 b 席 9");
    let file = of.path("facts/more.toml");
    let said = of.say(&format!(":save {file}"));
    assert!(said.starts_with("written to"), "{said}");
    let folder = of.1.display().to_string();
    let said = of.say(&format!(":load {folder}"));
    assert!(said.starts_with("minato"), "what was written is read: {said}");
    assert_eq!(of.say("each c in 契約: c.席"), "2 member(s)\n  a  3\n  b  9\n");
}

#[test]
fn an_id_is_one_that_files_can_state() {
    let mut of = english("ids");
    let mut check = |line: &str, id: &str| {
        let said = of.say(line);
        let expected = format!("! error: `{id}` cannot be an id\n  help: ");
        assert!(said.starts_with(&expected), "{line}: {said}");
    };
    check(":add contract \"?\"", "?");
    check(":add contract ？", "？");
    check(":add contract \" x \"", " x ");
    check(":add contract.?", "?");
    check(":set contract ? clauses secrecy", "?");
    check(":facts contract \"a　\"", "a　");
    of.say(":lang ja");
    assert!(of.say(":add contract ?").starts_with("! エラー: `?` は id に使えません"));
    assert_eq!(of.say(":changes"), "ファイルとの違いはありません\n");
    assert!(of.say(":set vendor..name x").contains("`:set KIND ID FIELD VALUE` と書きます"));
}

#[test]
fn every_word_for_unknown_is_one() {
    let mut of = japanese("words");
    for word in ["?", "？", "未確認", "不明", "Unknown", "\"\""] {
        assert!(of.say(&format!(":set 契約 a 席 {word}")).starts_with("契約.a.席: 3 → unknown\n"), "{word}");
        assert!(of.say(&format!(":set 契約 a 文言 {word}")).contains("a.words: { x, ? } → "), "{word}");
        let file = of.path("more.toml");
        let said = of.say(&format!(":save {file} --force"));
        assert!(said.contains("that 契約.a.席 is gone or not known"), "{word}: {said}");
        assert!(said.contains("that 契約.a.words is gone or not known"), "{word}: {said}");
        assert!(!said.contains("conflict"), "{word}: {said}");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.lines().all(|line| line.starts_with('#')), "{word}: nothing is left to say: {text}");
        of.say(":undo");
        of.say(":undo");
    }
}

#[test]
fn force_is_a_word_of_its_own() {
    let mut of = english("force");
    let precious = of.path("precious");
    std::fs::write(&precious, "mine").unwrap();
    of.say(":set vendor a name X");
    let wrong = "! error: arguments are missing, or too many\n";
    assert!(of.say(&format!(":save \"{precious}\"--force")).starts_with(wrong));
    assert!(of.say(":save --force").starts_with(wrong));
    assert!(of.say(&format!(":save {precious}--force")).starts_with("written to"));
    assert!(std::path::Path::new(&format!("{precious}--force")).is_file());
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "mine");
    assert!(of.say(&format!(":save \"{precious}\"　--force")).starts_with("written to"));
    assert_ne!(std::fs::read_to_string(&precious).unwrap(), "mine");
}

#[test]
fn what_was_saved_is_still_saved_when_files_are_read_again() {
    let mut of = english("kept");
    let (file, folder) = (of.path("more.toml"), of.1.display().to_string());
    of.say(":set vendor b country JP");
    of.say(":set vendor a name X");
    of.say(&format!(":save {file}"));
    assert!(!of.say(":reload").starts_with('!'));
    assert_eq!(of.0.dropped(), "");
    of.say(":set vendor a name Y");
    // The first change cannot be made again; of the two others one was saved.
    let without = super::FACTS.replace("\"b\"", "\"z\"");
    std::fs::write(of.path("facts/facts.toml"), without).unwrap();
    assert!(of.say(":reload").contains("there is no record `vendor.b`"));
    assert!(of.say(&format!(":load {folder}")).starts_with("1 change(s) that were not saved are dropped\n"));
}
