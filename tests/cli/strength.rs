//! `kijun test --coverage` and `--mutate`: what tests do not look at is named by its place.

use serde_json::Value;

use crate::run::{Folder, kijun};

const MODULE: &str = r#"catalog n "規範" { edition "1"  level C must "必須" en "must" }
requirement n:1 "一" { en "one" level C }
entity vendor "事業者" {
  active "取引中": bool
  policy "方針": bool
  staff "人数": int
}
check c for n:1 {
  each v: vendor
  where v.active
  require v.policy and v.staff >= 3 ja "不足" en "short"
}
"#;

const WEAK: &str = r#"test "with a policy" {
  given { vendor a { active true policy true staff 5 } }
  expect n:1 satisfied
}
"#;

const STRONG: &str = r#"
test "without a policy, or with too few" {
  given { vendor a { active true policy false staff 5 } vendor b { active true policy true staff 2 } vendor c { active true policy true staff 3 } vendor d { active false policy false staff 0 } vendor e { active true } vendor f { active "?" policy false staff 1 } }
  expect c violated for a
  expect c violated for b
  expect c satisfied for c
  expect c not_applicable for d
  expect c unknown for e
  expect c unknown for f
}
"#;

fn pack(name: &str, tests: &str) -> Folder {
    let manifest = "[pack]\nname = \"n\"\nversion = \"1.0.0\"\n";
    let files = [("kijun.toml", manifest), ("n.kijun", MODULE), ("tests/n.kijun", tests)];
    Folder::new(name, &files)
}

fn json(folder: &Folder, option: &str) -> Value {
    let out = kijun(&["test", folder.path(), option]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    let value: Value = serde_json::from_str(&out.stdout).unwrap();
    let schema: Value = serde_json::from_str(kijun_exchange::STRENGTH_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value
}

/// Line, text and what is missing of each condition that is not tested in every way.
fn gaps(value: &Value) -> Vec<String> {
    let gaps = value["packs"][0]["coverage"]["gaps"].as_array().unwrap();
    let shown = |g: &Value| format!("{}: {} {}", g["line"], g["text"].as_str().unwrap(), g["missing"]);
    gaps.iter().map(shown).collect()
}

#[test]
fn what_no_test_brings_out_is_listed_by_its_place() {
    let weak = pack("coverage-weak", WEAK);
    assert_eq!(
        gaps(&json(&weak, "--coverage=json")),
        [
            "10: v.active [\"fails\"]",
            "11: v.policy [\"fails\"]",
            "11: v.policy and v.staff >= 3 [\"fails\",\"unknown\"]",
            "11: v.staff >= 3 [\"fails\"]",
        ]
    );
    let strong = pack("coverage-strong", &format!("{WEAK}{STRONG}"));
    assert!(gaps(&json(&strong, "--coverage=json")).is_empty());
    let text = kijun(&["test", strong.path(), "--coverage", "--min-coverage", "100"]);
    assert_eq!(text.status, 0, "{}", text.stderr);
    assert!(text.stdout.contains("(100.0 %)"), "{}", text.stdout);
    let short = kijun(&["test", weak.path(), "--coverage", "--min-coverage", "80", "--lang", "ja"]);
    assert_eq!(short.status, 1);
    assert!(short.stdout.contains("44.4 %") && short.stdout.contains("適用の条件"), "{}", short.stdout);
}

#[test]
fn a_change_that_no_test_notices_survives_with_its_place() {
    let weak = pack("mutate-weak", WEAK);
    let value = json(&weak, "--mutate=json");
    let mutation = &value["packs"][0]["mutation"];
    let survivors = mutation["survivors"].as_array().unwrap();
    let shown = |s: &Value| {
        format!("{}: {} — {}", s["line"], s["text"].as_str().unwrap(), s["change"]["en"].as_str().unwrap())
    };
    let shown: Vec<String> = survivors.iter().map(shown).collect();
    for wanted in [
        "11: v.policy and v.staff >= 3 — `v.policy` can be left out",
        "11: v.staff >= 3 — can be `>`",
        "11: v.policy and v.staff >= 3 — `v.staff >= 3` can be left out",
    ] {
        assert!(shown.iter().any(|s| s == wanted), "{wanted} is not in {shown:#?}");
    }
    assert!(survivors.iter().all(|s| s["reached"] == true));
    // The test does notice that the bound is turned round, or what is required negated.
    assert!(mutation["killed"].as_u64().unwrap() >= 3, "{value:#}");
    let strong = pack("mutate-strong", &format!("{WEAK}{STRONG}"));
    let value = json(&strong, "--mutate=json");
    assert_eq!(value["packs"][0]["mutation"]["survivors"].as_array().unwrap().len(), 0, "{value:#}");
    let low = kijun(&["test", weak.path(), "--mutate", "--min-score", "85"]);
    assert!(low.status == 1 && low.stdout.contains("can be left out"), "{}", low.stdout);
}

#[test]
fn coverage_is_written_for_tools_and_as_a_page() {
    let weak = pack("coverage-forms", WEAK);
    let lcov = kijun(&["test", weak.path(), "--coverage=lcov"]).stdout;
    for line in ["SF:", "BRDA:10,0,0,1", "BRDA:10,0,1,0", "BRF:9", "BRH:4", "DA:10,1", "end_of_record"] {
        assert!(lcov.contains(line), "{line} is not in\n{lcov}");
    }
    let page = kijun(&["test", weak.path(), "--coverage=html", "--lang", "ja"]).stdout;
    assert!(page.contains("connect-src 'none'") && page.contains("テストが通った条件"), "{page}");
    assert!(!page.contains("<script"), "it needs no script");
    // A test that fails measures nothing: that is said, and is no success.
    let failing = pack("coverage-failing", &WEAK.replace("satisfied", "violated"));
    let out = kijun(&["test", failing.path(), "--mutate"]);
    assert!(out.status == 1 && out.stderr.contains("1 test(s) fail"), "{}", out.stderr);
    let none = pack("coverage-none", "");
    assert_eq!(kijun(&["test", none.path(), "--coverage"]).status, 4);
}

const GUARDED: &str = r#"catalog n "規範" { edition "1"  level C must "必須" en "must" }
requirement n:1 "一" { en "one" level C }
entity contract "契約" {
  ends "満了日": date?
  term "期間": duration
  signed "締結日": date
}
relation lasting(contract) "続く契約"
lasting(c) if c in contract and c.ends != none and c.ends >= today
check c for n:1 {
  each c: contract
  require lasting(c) and c.term <= 1 year ja "不足" en "short"
}
"#;

const GUARDED_TEST: &str = r#"test "the ends and the terms" {
  as_of 2026-01-01
  given { contract a { ends 2026-01-01 term "1 year" } contract b { ends 2025-12-31 term "1 year" } contract c { ends none term "1 year" } contract d { ends 2026-01-01 term "13 months" } contract e { ends "?" term "11 months" } }
  expect c satisfied for a
  expect c violated for b
  expect c violated for c
  expect c violated for d
  expect c unknown for e
}
"#;

const ACCEPTED: &str = r#"
[[accepted]]
finding = "survivor"
of = "c"
text = "1 year"
change = "constant 13 months"
reason = { ja = "期間の端は試さない" }
"#;

/// The survivors of a list, as entries of `[[accepted]]` name them.
fn named(value: &Value, list: &str) -> Vec<String> {
    let list = value["packs"][0]["mutation"][list].as_array().unwrap();
    let shown = |s: &Value| ["of", "text", "mutation"].map(|k| s[k].as_str().unwrap_or("")).join(" | ");
    list.iter().map(shown).collect()
}

#[test]
fn what_no_facts_tell_apart_is_no_survivor() {
    let manifest = "[pack]\nname = \"n\"\nversion = \"1.0.0\"\n";
    let files = [("kijun.toml", manifest), ("n.kijun", GUARDED), ("tests/n.kijun", GUARDED_TEST)];
    let folder = Folder::new("mutate-same", &files);
    let value = json(&folder, "--mutate=json");
    // The date of a contract without end is not on or after today anyway.
    let guard =
        "lasting | lasting(c) if c in contract and c.ends != none and c.ends >= today | drop c.ends != none";
    assert!(named(&value, "not_told_apart").iter().any(|s| s == guard), "{value:#}");
    assert!(!named(&value, "survivors").iter().any(|s| s == guard), "{value:#}");
    // The test notices a longer term: 13 months are too long, and one of the facts that are read missing.
    assert_eq!(named(&value, "survivors"), Vec::<String>::new(), "{value:#}");
    let mutation = &value["packs"][0]["mutation"];
    assert_eq!(mutation["counted"], mutation["killed"]);
}

#[test]
fn a_survivor_is_accepted_with_a_reason_and_an_acceptance_of_nothing_is_told() {
    let shorter = GUARDED_TEST.replace("contract d { ends 2026-01-01 term \"13 months\" } ", "");
    let shorter = shorter.replace("  expect c violated for d\n", "");
    let manifest = "[pack]\nname = \"n\"\nversion = \"1.0.0\"\n";
    let accepting = format!("{manifest}{ACCEPTED}");
    let files = [("kijun.toml", accepting.as_str()), ("n.kijun", GUARDED), ("tests/n.kijun", &shorter)];
    let folder = Folder::new("mutate-accepted", &files);
    let value = json(&folder, "--mutate=json");
    assert_eq!(named(&value, "accepted"), ["c | 1 year | constant 13 months"], "{value:#}");
    assert_eq!(value["packs"][0]["mutation"]["accepted"][0]["reason"]["ja"], "期間の端は試さない");
    let text = kijun(&["test", folder.path(), "--mutate", "--lang", "ja"]);
    assert!(text.stdout.replace("\n  ", "").contains("期間の端は試さない"), "{}", text.stdout);
    // With the whole test the change is noticed, and the entry says nothing any more.
    let files = [("kijun.toml", accepting.as_str()), ("n.kijun", GUARDED), ("tests/n.kijun", GUARDED_TEST)];
    let folder = Folder::new("mutate-unused", &files);
    let out = kijun(&["test", folder.path(), "--mutate", "--lang", "en"]);
    assert!(out.status == 1 && out.stdout.contains("no survivor: remove the entry"), "{}", out.stdout);
    assert!(out.stdout.contains("kijun.toml:7:"), "{}", out.stdout);
}

#[test]
fn a_fact_that_no_test_misses_is_a_survivor() {
    let weak = pack("mutate-missing", WEAK);
    let value = json(&weak, "--mutate=json");
    // A test that something is satisfied misses every fact it rests on.
    assert!(!named(&value, "survivors").iter().any(|s| s.contains("missing")), "{value:#}");
    let module = MODULE.replace("require v.policy and", "require v.policy or");
    let manifest = "[pack]\nname = \"n\"\nversion = \"1.0.0\"\n";
    let files = [("kijun.toml", manifest), ("n.kijun", &module), ("tests/n.kijun", WEAK)];
    let either = Folder::new("mutate-missing-or", &files);
    let found = named(&json(&either, "--mutate=json"), "survivors");
    for wanted in ["c | v.policy | missing policy", "c | v.staff | missing staff"] {
        assert!(found.iter().any(|s| s == wanted), "{wanted} is not in {found:#?}");
    }
}
