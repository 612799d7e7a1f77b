//! What `verify` prints, and that what it prints can be used.

use serde_json::Value;

use crate::run::{Folder, kijun};

const MANIFEST: &str =
    "[pack]\nname = \"p\"\nversion = \"1.0.0\"\ntitle = { ja = \"例\", en = \"example\" }\n";
const PACK: &str = r#"
catalog k "例" { edition "1"  level A must "必須" }
catalog j "別" { edition "1"  level A must "必須" }
requirement k:1 "一" { level A }
requirement k:2 "二" { level A }
requirement j:1 "一" { level A }
enum clause "条項" { penalty "罰則" audit "監査" }
entity contract "契約" {
  clauses "条項": set of clause
  amount "額": int
  share "割合": decimal
  signed "締結": date
  period "期間": duration
  country "国": country
  expires "終了": date?
}
check asks for k:1 {
  each c: contract
  require penalty in c.clauses and c.amount > 10 and c.share >= 0.5 and c.country == JP
  require c.signed + c.period >= today and c.expires == none
  grade documented
}
check same for j:1 { each c: contract  require audit in c.clauses }
check impossible for k:2 { each c: contract  require c.amount > 10 and c.amount < 5 }
mapping k -> j { source "例"  1 superset 1 }
property "罰則のない契約は適合しない" { each c: contract  where penalty not in c.clauses  expect asks not satisfied }
property "監査のある契約は適合する" { each c: contract  where audit in c.clauses  expect asks satisfied }
"#;

fn pack(name: &str) -> Folder {
    Folder::new(name, &[("kijun.toml", MANIFEST), ("p.kijun", PACK)])
}

fn json(args: &[&str]) -> Value {
    let out = kijun(&[args, &["--format", "json"]].concat());
    assert_eq!(out.status, 1, "{}", out.stderr);
    let value: Value = serde_json::from_str(&out.stdout).unwrap();
    let schema: Value = serde_json::from_str(kijun_exchange::VERIFICATION_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{args:?}: {errors:#?}");
    value
}

#[test]
fn a_report_says_what_was_searched_and_what_was_found() {
    let folder = pack("verify-report");
    let out = kijun(&["verify", folder.path()]);
    assert_eq!(out.status, 1, "{}", out.stderr);
    for part in [
        "example: machine check of the rules",
        "searched with up to 3 records of each kind",
        "checks that cannot be satisfied (1)",
        "no facts satisfy check `impossible`",
        "p.kijun:24:1 (with up to 12 records of each kind)",
        "refuted mappings (1)",
        "all rules of k:1 hold and a rule of j:1 is violated",
        "[[contract]]",
        "expect same violated for contract_1",
        "1 refuted, 0 not refuted within scope 3, 0 not executable, 0 not decided",
        "罰則のない契約は適合しない: not refuted within scope 3 and by 200 random sets of facts",
        "監査のある契約は適合する: refuted",
    ] {
        assert!(out.stdout.contains(part), "no {part:?} in\n{}", out.stdout);
    }
    let ja = kijun(&["verify", folder.path(), "--lang", "ja", "--format", "md"]);
    for part in ["# 例: 規則の機械検査", "## 満たせない検査（1 件）", "```\n# as\\_of", "反証された対応"]
    {
        let part = part.replace("\\_", "_");
        assert!(ja.stdout.contains(&part), "no {part:?} in\n{}", ja.stdout);
    }
    let again = kijun(&["verify", folder.path(), "--threads", "1"]);
    assert_eq!(out.stdout, again.stdout);
}

#[test]
fn only_what_is_asked_for_is_asked() {
    let folder = pack("verify-only");
    let report = json(&["verify", folder.path(), "--only", "refuted", "--scope", "1"]);
    assert_eq!((report["scope"].as_u64(), report["findings"].as_array().unwrap().len()), (Some(1), 0));
    assert_eq!(report["mappings"][0]["result"], "refuted");
    let fine = kijun(&["verify", folder.path(), "--only", "never-applies,redundant"]);
    assert_eq!(fine.status, 4, "none of the checks has a where, and no requirement has two: {}", fine.stdout);
    let wrong = kijun(&["verify", folder.path(), "--only", "everything"]);
    assert_eq!(wrong.status, 2);
    assert_eq!(kijun(&["verify", folder.path(), "--as-of", "soon"]).status, 2);
}

/// The facts and the test of a counterexample are put to use as they are printed.
#[test]
fn counterexamples_are_ready_to_be_run() {
    let folder = pack("verify-run");
    let report = json(&["verify", folder.path(), "--as-of", "2026-11-22"]);
    let claim = &report["mappings"][0];
    let (facts, test) = (claim["facts"].as_str().unwrap(), claim["test"].as_str().unwrap());
    let property = &report["properties"][1];
    let against = property["test"].as_str().unwrap();
    let tests = format!("{PACK}\n{test}\n{against}");
    let tested = Folder::new("verify-tested", &[("kijun.toml", MANIFEST), ("p.kijun", &tests)]);
    let run = kijun(&["test", tested.path(), "--no-properties"]);
    assert_eq!(
        (run.status, run.stdout.trim_end().lines().last()),
        (0, Some("2 passed, 0 failed")),
        "{}",
        run.stderr
    );

    let manifest = "[workspace]\nfacility = \"f\"\nas_of = 2026-11-22\n";
    let files = [("kijun.toml", manifest), ("p.kijun", PACK), ("facts/found.toml", facts)];
    let assessed = Folder::new("verify-assessed", &files);
    let out = kijun(&["assess", assessed.path(), "--format", "json"]);
    let value: Value = serde_json::from_str(&out.stdout).unwrap();
    let verdict = |id: &str| {
        let all = value["requirements"].as_array().unwrap();
        all.iter().find(|r| r["id"] == id).unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!((verdict("k:1").as_str(), verdict("j:1").as_str()), ("satisfied", "violated"), "{facts}");
}

const ANSWERS: &str = r#"
[[accepted]]
finding = "never-satisfied"
of = "impossible"
reason = { ja = "わざと", en = "on purpose" }
[[accepted]]
finding = "refuted"
of = "k:1 superset j:1"
reason = { ja = "本文の主張", en = "the claim is about the text" }
[[accepted]]
finding = "property"
of = "監査のある契約は適合する"
reason = { en = "an example of a wrong property" }
"#;

#[test]
fn findings_with_an_answer_are_listed_with_it_and_do_not_fail() {
    let manifest = format!("{MANIFEST}{ANSWERS}");
    let folder = Folder::new("verify-answers", &[("kijun.toml", &manifest), ("p.kijun", PACK)]);
    let out = kijun(&["verify", folder.path(), "--lang", "en"]);
    assert_eq!(out.status, 0, "{}{}", out.stdout, out.stderr);
    for part in ["findings with an answer", "answer: on purpose", "answer: the claim is about the text"] {
        assert!(out.stdout.contains(part), "{part} is not in\n{}", out.stdout);
    }
    // An answer to what is not found is told, where it was asked for.
    let manifest = format!(
        "{manifest}[[accepted]]\nfinding = \"redundant\"\nof = \"same\"\nreason = {{ ja = \"古い\" }}\n"
    );
    let folder = Folder::new("verify-unused", &[("kijun.toml", &manifest), ("p.kijun", PACK)]);
    let value = json(&["verify", folder.path()]);
    assert_eq!(value["unused"][0]["of"], "redundant same");
    assert_eq!(value["findings"][0]["accepted"]["en"], "on purpose", "{value:#}");
    assert_eq!(kijun(&["verify", folder.path(), "--only", "never-satisfied"]).status, 0);
}

#[test]
fn tests_try_random_facts_on_properties() {
    let folder = pack("verify-in-tests");
    let out = kijun(&["test", folder.path()]);
    assert_eq!(out.stdout.lines().count(), 1, "{}", out.stdout);
    assert_eq!(out.status, 1, "{}{}", out.stdout, out.stderr);
    assert!(out.stdout.contains("1 passed, 1 failed"), "{}", out.stdout);
    for part in ["監査のある契約は適合する", "[[contract]]", "clauses = "] {
        assert!(out.stderr.contains(part), "{part} is not in\n{}", out.stderr);
    }
    // The same facts every time, whatever else is there.
    assert_eq!(out.stderr, kijun(&["test", folder.path()]).stderr);
    let junit = kijun(&["test", folder.path(), "--format", "junit"]).stdout;
    assert!(junit.contains("failures=\"1\"") && junit.contains("[[contract]]"), "{junit}");
    assert_eq!(kijun(&["test", folder.path(), "--no-properties"]).status, 4);
    assert_eq!(kijun(&["test", folder.path(), "--filter", "罰則"]).status, 0);
}
