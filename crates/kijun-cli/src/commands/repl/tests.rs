//! Sessions on a small workspace: a line in, a text out.

mod saving;

use std::path::PathBuf;

use kijun_text::Lang;

use super::complete::Completions;
use super::session::{Reply, Session};
use crate::args::FactArgs;
use crate::terminal::Terminal;

const RULES: &str = r#"catalog n "規範" { en "norm" edition "1" level C must "必須" en "must" }
requirement n:1 "国内にあること" { en "it is in Japan" level C }
requirement n:2 "契約の条項" { en "clauses of contracts" level C }
enum clause "条項" { secrecy "守秘義務" en "secrecy" penalty "罰則" en "penalty" }
entity vendor "事業者" { en "vendor" name "名称": text country "所在国": country ask "どの国ですか" en "which country?" of purchaser subs "再委託先": set of vendor }
entity contract "契約" { en "contract" vendor "事業者": vendor clauses "条項": set of clause expires "終了日": date? }
relation supplies(vendor, vendor) "再委託"
supplies(v, s) if s in v.subs
supplies(v, s) if supplies(v, m) and s in m.subs
define secret(c: contract): bool = secrecy in c.clauses
check inland for n:1 { each v: vendor require v.country == JP ja "国外" en "abroad" }
check clauses for n:2 { each c: contract require secret(c) ja "条項がない" en "no clause" }
"#;

const FACTS: &str = r#"[[vendor]]
id = "a"
name = "A社"
country = "JP"
subs = ["b"]
[[vendor]]
id = "b"
name = "B社"
subs = []
[[contract]]
id = "c 1"
vendor = "a"
clauses = ["penalty"]
expires = 2027-03-31
[complete]
vendor = true
contract = true
"#;

/// A session of its own, and the folder that it was read from.
struct Fixture(Session, PathBuf);

impl Fixture {
    fn new(name: &str, lang: Lang) -> Fixture {
        Fixture::with(name, lang, RULES, FACTS)
    }

    fn with(name: &str, lang: Lang, rules: &str, facts: &str) -> Fixture {
        let folder = std::env::temp_dir().join(format!("kijun-repl-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("facts")).unwrap();
        let manifest = "[workspace]\nfacility = \"minato\"\nas_of = 2026-11-22\n";
        std::fs::write(folder.join("kijun.toml"), manifest).unwrap();
        std::fs::write(folder.join("rules.kijun"), rules).unwrap();
        std::fs::write(folder.join("facts/facts.toml"), facts).unwrap();
        let workspace = kijun_workspace::load(&folder, &kijun_workspace::Options::default()).unwrap();
        assert!(!workspace.has_errors(), "{:?}", workspace.diagnostics);
        let terminal = Terminal { lang, color: false, error_color: false, quiet: false, width: 100 };
        let today = workspace.as_of().unwrap();
        Fixture(Session::new(workspace, today, &folder, &FactArgs::default(), &terminal), folder)
    }

    /// What is answered, or what is wrong.
    fn say(&mut self, line: &str) -> String {
        let Reply { out, error, .. } = self.0.line(line);
        if error.is_empty() { out } else { format!("! {error}") }
    }

    fn path(&self, name: &str) -> String {
        self.1.join(name).display().to_string()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.1);
    }
}

fn english(name: &str) -> Fixture {
    Fixture::new(name, Lang::En)
}

#[test]
fn expressions_are_values_sets_and_truths() {
    let mut of = english("values");
    let mut check = |line: &str, expected: &str| assert_eq!(of.say(line), expected, "{line}");
    check("count(v in vendor)", "2\n");
    check("1 + 2", "3\n");
    check("today", "2026-11-22\n");
    check("vendor", "{ a, b }\n");
    check("each c in contract: c.clauses", "1 member(s)\n  c 1  { penalty }\n");
    check("each v in vendor with v.country == JP", "2 member(s)\n  a\n  b?\n");
    check("each v in vendor: v.country", "2 member(s)\n  a  Japan\n  b  unknown  ← vendor.b.country\n");
    check(
        "each v in vendor: v.country == JP",
        "2 member(s): true 1, false 0, unknown 1\n  a  true\n  b  unknown  ← vendor.b.country\n",
    );
    check("each v in vendor: supplies(v)", "2 member(s)\n  a  { b }\n  b  { }\n");
    check(":type count(v in vendor)", "int\n");
    check(":type each c in contract: c.expires", "each contract: date?\n");
    check(":type vendor", "set of vendor\n");
    check(":type any v in vendor: v.country == JP", "bool\n");
}

#[test]
fn what_is_unknown_says_what_is_missing_and_who_knows() {
    let mut of = english("unknown");
    let said = of.say("all v in vendor: v.country == JP");
    assert!(said.starts_with("unknown  all v in vendor"), "{said}");
    assert!(
        said.contains("missing facts\n    ・ vendor.b.country\n       which country? (purchasing and contract officer)\n"),
        "{said}"
    );
    let said = of.say("min(c in contract: c.expires) > 2026-12-01");
    assert!(said.starts_with("true  "), "{said}");
    assert!(said.contains("facts/facts.toml:14:11"), "the place of the fact: {said}");
}

#[test]
fn records_have_names_in_expressions() {
    let mut of = english("names");
    assert_eq!(of.say(":let c = contract \"c 1\""), "c = contract.c 1\n");
    assert_eq!(of.say("c.clauses"), "{ penalty }\n");
    assert!(of.say("c").contains("expires                 2027-03-31"), "{}", of.say("c"));
    assert!(of.say("c.vendor").starts_with("vendor.a\n"));
    assert_eq!(of.say("c.vendor.name"), "A社\n");
    assert!(of.say("secret(c)").starts_with("false  secret(c)"));
    assert_eq!(of.say(":let"), "c = contract.c 1\n");
    assert!(of.say(":let true vendor a").contains("`true` is no name"));
    assert!(of.say(":let d vendor z").contains("there is no record `vendor.z`"));
}

#[test]
fn changes_flip_verdicts_and_are_taken_back() {
    let mut of = english("flips");
    let said = of.say(":set contract \"c 1\" clauses secrecy; penalty");
    assert_eq!(
        said,
        "contract.c 1.clauses: { penalty } → { secrecy, penalty }\n  n:2: violated → satisfied  clauses of contracts\n"
    );
    let said = of.say(":set vendor.b.country = US");
    assert_eq!(
        said,
        "vendor.b.country: unknown → United States\n  n:1: unknown → violated  it is in Japan\n"
    );
    assert!(
        of.say(":why n:1 for b").contains("<2>:1:25"),
        "the place is the line: {}",
        of.say(":why n:1 for b")
    );
    let said = of.say(":undo");
    assert_eq!(
        said,
        "vendor.b.country: United States → unknown\n  n:1: violated → unknown  it is in Japan\n"
    );
    assert_eq!(
        of.say(":changes"),
        "contract.c 1.clauses: { penalty } → { secrecy, penalty }  facts/facts.toml:13\n"
    );
    assert_eq!(
        of.say(":unset 契約 \"c 1\" 条項").lines().nth(1),
        Some("  n:2: satisfied → unknown  clauses of contracts")
    );
    assert!(of.say(":undo").contains("unknown → satisfied"));
    assert!(of.say(":undo").contains("satisfied → violated"));
    assert!(of.say(":undo").contains("there is no change to take back"));
    assert_eq!(of.say(":changes"), "nothing differs from the files\n");
}

#[test]
fn records_come_and_go() {
    let mut of = english("records");
    let said = of.say(":add vendor d");
    assert_eq!(said, "vendor.d: added\n  n:1@d: — → unknown  (inland)\n");
    assert!(of.say(":add vendor d").contains("`vendor.d` is there already"));
    assert_eq!(of.say(":set vendor a subs b; d").lines().next(), Some("vendor.a.subs: { b } → { b, d }"));
    assert!(of.say(":set vendor d name D 社").starts_with("vendor.d.name: unknown → D 社\n"));
    assert_eq!(
        of.say("each v in vendor: supplies(v)"),
        "3 member(s)\n  a  { b, d, ? }\n  b  { }\n  d  { ? }\n"
    );
    assert!(of.say(":remove vendor b").contains("other records refer to `vendor.b`"));
    assert!(
        of.say(":remove vendor b").contains("change these first, or take their records out: vendor.a.subs")
    );
    assert!(of.say(":set vendor a subs d").starts_with("vendor.a.subs: { b, d } → { d }\n"));
    let said = of.say(":remove vendor b");
    assert_eq!(said, "vendor.b: taken out\n  n:1@b: unknown → —  (inland)\n");
    assert_eq!(of.say("each v in vendor: supplies(v)"), "2 member(s)\n  a  { d, ? }\n  d  { ? }\n");
    assert!(of.say(":undo").starts_with("vendor.b: added\n"));
    assert_eq!(of.say(":incomplete vendor").lines().next(), Some("vendor: (complete) → (may be incomplete)"));
    assert_eq!(of.say("count(v in vendor)"), "3–\n  missing facts\n    ・ vendor\n       vendor\n");
}

#[test]
fn what_is_wrong_is_said_and_changes_nothing() {
    let mut of = english("wrong");
    let mut check = |line: &str, expected: &str| {
        let said = of.say(line);
        assert!(said.starts_with("! ") && said.contains(expected), "{line}: {said}");
    };
    check(":set vendor a countri JP", "`vendor` has no field `countri`\n  help: did you mean `country`?");
    check(":set vendro a country JP", "did you mean `vendor`?");
    check(":set vendor x country JP", "`:add vendor x` adds it");
    check(":set vendor a country", "write `:set KIND ID FIELD VALUE`");
    check(":set contract \"c 1\" expires soon", "`soon`");
    check(":set contract \"c 1\" clauses secrcy", "secrecy");
    check(":set contract \"c 1\" vendor z", "there is no record `vendor.z`");
    check(":sett vendor a", "did you mean `:set`?");
    check(":as-of 2026-13-01", "is not a date");
    check(":why", "write `:why REQUIREMENT [for SUBJECT]`");
    check(":why n:9", "n:9");
    check(":complete", "write `:complete KIND`");
    check(":load /nowhere/at/all", "kijun.toml");
    check(":lang fr", "write `:lang ja | en`");
    check("count(", "K0");
    check("no_such", "there is nothing called `no_such`");
    check("any v in vendor: v.nam == \"a\"", "nam");
    check("\"a\" + 1", "K03");
    check(")", "K0");
    check("😀", "K0");
    check(":😀", "there is no command");
    assert_eq!(of.say(":changes"), "nothing differs from the files\n");
    assert_eq!(of.say(""), "");
    assert_eq!(of.say("// a remark"), "");
}

#[test]
fn odd_lines_are_answered_not_fatal() {
    let mut of = Fixture::new("odd", Lang::Ja);
    let long = "(".repeat(5_000);
    let lines = [
        long.as_str(),
        "：ヘルプ",
        "each",
        "each ",
        "each v",
        "each　v in vendor: v.name",
        "  each v in vendor: v.name",
        ":set",
        ":set .",
        ":set ..",
        ":set vendor..name x",
        ":set vendor.a. x",
        ":facts .",
        ":let =",
        ":let x =",
        ":save",
        ":save \"\"",
        ":verdicts ：",
        ":type",
        "\u{0}\u{1b}[31m",
        "株式会社 == \"株式会社\"",
        "👨‍👩‍👧‍👦",
        "\u{feff}1",
    ];
    for line in lines {
        of.0.line(line);
        for at in line.char_indices().map(|(at, _)| at).chain([line.len()]).take(80) {
            of.0.complete(&line[..at]);
        }
    }
    assert!(of.say("each　v in vendor: v.name").contains("A社"));
    assert!(of.say("：verdicts").contains("不適合 1"));
}

#[test]
fn verdicts_are_listed_by_requirement_catalogue_or_at_large() {
    let mut of = english("verdicts");
    assert_eq!(of.say(":verdicts").lines().next(), Some("violated 1, unknown 1"));
    assert_eq!(of.say(":verdicts n").lines().count(), 2);
    let said = of.say(":verdicts n:1");
    assert_eq!(
        said,
        "unknown         n:1  it is in Japan\n    satisfied  a  (inland)\n    unknown  b  (inland)\n"
    );
    assert!(of.say(":as-of 2030-01-01").starts_with("as of 2030-01-01\n"));
    assert_eq!(of.say("today"), "2030-01-01\n");
    assert_eq!(of.say(":lang ja"), "");
    assert_eq!(of.say(":verdicts").lines().next(), Some("不適合 1、未確認 1"));
}

#[test]
fn changes_are_saved_as_facts_and_read_again() {
    let mut of = english("save");
    let file = of.path("facts/more.toml");
    assert!(of.say(&format!(":save {file}")).contains("there is no change to write"));
    of.say(":add vendor d");
    of.say(":set vendor d name \"D \\ 社\"");
    of.say(":set vendor b country JP");
    of.say(":set contract \"c 1\" clauses secrecy");
    of.say(":unset vendor a country");
    of.say(":incomplete vendor");
    let said = of.say(&format!(":save {file}"));
    assert!(said.contains("facts/facts.toml:13 says something else of contract.c 1.clauses"), "{said}");
    assert!(
        said.contains(
            "vendor.a.country is gone or not known cannot be said in another file: change facts/facts.toml:4"
        ),
        "{said}"
    );
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("[[vendor]]\nid = \"d\"\nname = \"D \\\\ 社\"\n"), "{text}");
    assert!(text.contains("[[vendor]]\nid = \"b\"\ncountry = \"JP\"\n"), "{text}");
    assert!(text.ends_with("[complete]\nvendor = false\n"), "{text}");
    assert!(of.say(&format!(":save {file}")).contains("is there already"));
    assert!(of.say(&format!(":save {file} --force")).starts_with("written to"));
    let folder = of.1.display().to_string();
    let said = of.say(&format!(":load {folder}"));
    assert!(said.starts_with("minato"), "nothing is dropped: {said}");
    assert_eq!(
        of.say("each v in vendor: v.name"),
        "3 member(s)\n  a  A社\n  b  B社\n  d  D \\ 社\n  missing facts\n    ・ vendor\n       vendor\n"
    );
    assert!(
        of.say(":verdicts n:2").starts_with("conflicting"),
        "both sources stand: {}",
        of.say(":verdicts n:2")
    );
}

#[test]
fn files_are_read_again_below_the_changes() {
    let mut of = english("reload");
    of.say(":set vendor b country JP");
    of.say(":set vendor a name X");
    let changed = FACTS.replace("\"a\"", "\"z\"").replace("[\"penalty\"]", "[\"secrecy\"]");
    std::fs::write(of.path("facts/facts.toml"), changed).unwrap();
    let said = of.say(":reload");
    assert!(said.starts_with("! minato"), "{said}");
    assert!(said.contains("n:2: violated → satisfied"), "{said}");
    assert!(said.contains("there is no record `vendor.a`"), "a change that cannot be made again: {said}");
    assert!(of.say(":changes").starts_with("vendor.b.country: unknown → Japan\n"));
    std::fs::write(of.path("rules.kijun"), "check").unwrap();
    assert!(of.say(":reload").starts_with("! "));
    assert!(of.say(":verdicts n:2").starts_with("satisfied"), "what was read before stays");
    of.say(":set vendor b name Y");
    std::fs::write(of.path("rules.kijun"), RULES).unwrap();
    let folder = of.1.display().to_string();
    assert!(of.say(&format!(":load {folder}")).starts_with("2 change(s) that were not saved are dropped\n"));
}

#[test]
fn completion_knows_commands_facts_and_expressions() {
    let mut of = english("complete");
    of.say(":let c contract \"c 1\"");
    let check = |line: &str, expected: &[&str]| match of.0.complete(line) {
        Completions::Path(at) => assert_eq!(["path", &line[at..]], expected, "{line}"),
        Completions::Of(start, found) => {
            let texts: Vec<&str> = found.iter().map(|c| c.text.as_str()).collect();
            let missing: Vec<_> = expected.iter().skip(1).filter(|e| !texts.contains(e)).collect();
            assert!(missing.is_empty(), "{line}: no {missing:?} in {texts:?}");
            assert_eq!(&line[start..], expected[0], "{line}: what is replaced");
        }
    };
    check(":se", &[":se", ":set"]);
    check(":set ", &["", "vendor", "contract"]);
    check(":set けいやく", &["けいやく"]);
    check(":set 契", &["契", "contract"]);
    check(":set contract ", &["", "\"c 1\""]);
    check(":set vendor a co", &["co", "country"]);
    check(":set vendor a 所在", &["所在", "country"]);
    check(":set contract \"c 1\" clauses ", &["", "secrecy", "penalty"]);
    check(":set contract \"c 1\" clauses secrecy;pe", &["pe", "penalty"]);
    check(":set contract \"c 1\" vendor ", &["", "a", "b"]);
    check(":why n", &["n", "n:1", "n:2"]);
    check(":why n:1 ", &["", "for"]);
    check(":why 国内", &["国内", "n:1"]);
    check(":verdicts ", &["", "n", "n:1"]);
    check(":save fa", &["path", "fa"]);
    check(":load ", &["path", ""]);
    check(":complete con", &["con", "contract"]);
    check(":let x ven", &["ven", "vendor"]);
    check("sup", &["sup", "supplies"]);
    check("any v in ven", &["ven", "vendor"]);
    check("any v in vendor: v.na", &["na", "name"]);
    check("c.cla", &["cla", "clauses"]);
    check(":type cou", &["cou", "count"]);
    check("any v in vendor: v.subs and sec", &["sec", "secret", "secrecy"]);
}

#[test]
fn nothing_in_an_answer_moves_the_cursor() {
    let check = |text: &str, expected: &str| assert_eq!(super::legible(text), expected);
    check("a\n\u{1b}[1m太字\u{1b}[0m\n", "a\n\u{1b}[1m太字\u{1b}[0m\n");
    let moved = super::legible("\u{1b}[2J\u{1b}]0;x\u{7}m");
    assert!(!moved.contains(['\u{1b}', '\u{7}']), "{moved:?}");
}
