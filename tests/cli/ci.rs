//! What other tools are told: annotations, SARIF, JUnit, GitLab, lines of JSON, OSCAL; baselines, and changed files.

use std::path::PathBuf;

use serde_json::Value;

use crate::run::{Folder, MANIFEST, Output, PACK, command, kijun, root};

const FACTS: &str = "id,vendor,encrypted\na,v,いいえ\nb,v,はい\n";
const VENDORS: &str =
    "[complete]\nvendor = true\ncontract = true\n[[vendor]]\nid = \"v\"\nname = \"ヴェンダ\"\n";

/// A repository with a workspace in a folder of it; two contracts, one of them not encrypted.
fn repository(name: &str) -> Folder {
    Folder::new(
        name,
        &[
            ("hospital/kijun.toml", MANIFEST),
            ("hospital/n.kijun", PACK),
            ("hospital/facts/vendors.toml", VENDORS),
            ("hospital/facts/contract.csv", FACTS),
        ],
    )
}

/// Runs `kijun` in a folder, as a CI job does.
fn within(folder: &Folder, args: &[&str]) -> Output {
    let out = command(args).current_dir(folder.path()).output().unwrap();
    Output {
        status: out.status.code().unwrap(),
        stdout: String::from_utf8(out.stdout).unwrap(),
        stderr: String::from_utf8(out.stderr).unwrap(),
    }
}

fn write(folder: &Folder, path: &str, text: &str) {
    std::fs::write(format!("{}/{path}", folder.path()), text).unwrap();
}

fn annotations(out: &Output) -> Vec<&str> {
    out.stdout.lines().filter(|l| l.starts_with("::")).collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// A schema beside the checkout; it is no part of this repository.
fn official(path: &str) -> Option<jsonschema::Validator> {
    let shared = std::env::var_os("KIJUN_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("data").join(path)) else {
        eprintln!("skipped: no {path} beside the checkout (KIJUN_SHARED names another folder)");
        return None;
    };
    Some(jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap())
}

fn follows(schema: &jsonschema::Validator, value: &Value, what: &str) {
    let errors: Vec<String> =
        schema.iter_errors(value).take(5).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}

// ---------------------------------------------------------------- the line in a CI job

#[test]
fn one_line_annotates_the_fact_and_a_baseline_tightens() {
    let folder = repository("ci-line");
    let line = ["assess", "hospital", "--format", "github"];
    let found = within(&folder, &line);
    assert_eq!(found.status, 1, "{}", found.stderr);
    assert_eq!(
        annotations(&found),
        [
            "::error file=hospital/facts/contract.csv,line=2,col=5,endColumn=7,title=n%3A1 contract a::the contract with \
          ヴェンダ is not encrypted"
        ]
    );
    assert!(found.stdout.ends_with(
        "kijun assess: 1 must, 0 advice, 0 notices, 0 undecided, 0 unverified, 0 waived, 0 satisfied\n"
    ));

    within(&folder, &["assess", "hospital", "--format", "json", "-o", "baseline.json"]);
    let with = [&line[..], &["--baseline", "baseline.json"]].concat();
    let known = within(&folder, &with);
    assert_eq!((known.status, annotations(&known).len()), (0, 0), "{}", known.stdout);
    assert!(known.stderr.contains("0 new, 1 known, 0 fixed"), "{}", known.stderr);

    // A fact changes: only that is annotated.
    write(&folder, "hospital/facts/contract.csv", "id,vendor,encrypted\na,v,いいえ\nb,v,いいえ\n");
    let worse = within(&folder, &with);
    assert_eq!(worse.status, 1);
    assert!(
        matches!(annotations(&worse)[..], [one] if one.contains("contract.csv,line=3,") && one.contains("contract b")),
        "{}",
        worse.stdout
    );

    // The fact that the baseline excuses is put right, and it says so at the line of the baseline.
    write(&folder, "hospital/facts/contract.csv", "id,vendor,encrypted\na,v,はい\nb,v,はい\n");
    let fixed = within(&folder, &with);
    assert_eq!(fixed.status, 0, "{}", fixed.stdout);
    assert!(fixed.stderr.contains("0 new, 0 known, 1 fixed"), "{}", fixed.stderr);
    let baseline = std::fs::read_to_string(format!("{}/baseline.json", folder.path())).unwrap();
    let at = baseline.lines().position(|l| l.contains("\"fingerprint\"")).unwrap() + 1;
    let warning = format!("::warning file=baseline.json,line={at},col=1,title=n%3A1 contract a::");
    assert!(matches!(annotations(&fixed)[..], [one] if one.starts_with(&warning)), "{}", fixed.stdout);
    assert!(fixed.stdout.contains("resolved") && fixed.stdout.contains("write it anew"), "{}", fixed.stdout);
    assert!(fixed.stdout.contains("1 fixed, 1 unused in the baseline"), "{}", fixed.stdout);
    let strict = within(&folder, &[&with[..], &["--ratchet"]].concat());
    assert!(strict.status == 1 && strict.stderr.contains("--ratchet"), "{}", strict.stderr);
    let never = within(&folder, &[&with[..], &["--ratchet", "--fail-on", "never"]].concat());
    assert_eq!(never.status, 0);
    let ja = within(&folder, &[&with[..], &["--lang", "ja"]].concat());
    assert!(
        ja.stdout.contains("ベースラインを作り直してください") && ja.stderr.contains("解消 1 件"),
        "{}",
        ja.stdout
    );

    // Written anew, the baseline excuses it no more.
    within(&folder, &["assess", "hospital", "--format", "json", "-o", "baseline.json"]);
    write(&folder, "hospital/facts/contract.csv", FACTS);
    let again = within(&folder, &with);
    assert!(again.status == 1 && annotations(&again).len() == 1, "{}", again.stdout);
}

#[test]
fn the_status_is_the_same_in_every_format() {
    let folder = repository("ci-status");
    write(&folder, "hospital/facts/contract.csv", "id,vendor,encrypted\na,v,\nb,v,はい\n");
    for fail_on in ["must", "should", "undecided", "never"] {
        let text = within(&folder, &["assess", "hospital", "--fail-on", fail_on]);
        for format in ["ndjson", "sarif", "junit", "github", "gitlab"] {
            let out = within(&folder, &["assess", "hospital", "--fail-on", fail_on, "--format", format]);
            assert_eq!(out.status, text.status, "{fail_on} {format}");
            assert_eq!(
                out.stdout.contains("is it encrypted?"),
                format != "github" && format != "gitlab" || fail_on == "undecided",
                "{fail_on} {format}: {}",
                out.stdout
            );
        }
    }
    let junit = within(&folder, &["assess", "hospital", "--fail-on", "undecided", "--format", "junit"]);
    assert_eq!(junit.status, 3);
    assert!(junit.stdout.contains("<error type=\"unknown\""), "{}", junit.stdout);
}

#[test]
fn input_that_is_wrong_is_annotated_too() {
    let folder = repository("ci-wrong");
    write(&folder, "hospital/facts/contract.csv", "id,vendor,encripted\na,v,いいえ\n");
    let out = within(&folder, &["assess", "hospital", "--format", "github"]);
    assert_eq!(out.status, 2);
    assert!(
        matches!(annotations(&out)[..], [one] if one.starts_with("::error file=hospital/facts/contract.csv,line=1,col=11,") && one.contains("title=K0502")),
        "{}",
        out.stdout
    );
    let sarif = json(&within(&folder, &["assess", "hospital", "--format", "sarif"]).stdout);
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

// ---------------------------------------------------------------- changed files

#[test]
fn only_what_rests_on_changed_files_fails() {
    let folder = repository("ci-changed");
    let changed = |files: &[&str]| {
        within(&folder, &[&["assess", "hospital", "--format", "github", "--changed"], files].concat())
    };
    let facts = changed(&["hospital/facts/contract.csv"]);
    assert!(facts.status == 1 && annotations(&facts).len() == 1, "{}", facts.stdout);
    // The message names the vendor, so the finding rests on its file too; a statement of completeness may be behind anything.
    let rule = changed(&["hospital/n.kijun"]);
    assert!(rule.status == 1 && rule.stderr.contains("anything may rest on"), "{}", rule.stderr);
    let other = changed(&["README.md"]);
    assert_eq!((other.status, annotations(&other).len()), (0, 0), "{}", other.stdout);
    assert!(
        other.stderr.contains("1 item(s) that do not rest on the changed files are not shown"),
        "{}",
        other.stderr
    );
    assert!(other.stdout.contains("1 not shown"), "{}", other.stdout);
    let gone = changed(&["hospital/facts/gone.csv"]);
    assert!(gone.status == 1 && gone.stderr.contains("is gone"), "{}", gone.stderr);
    // Text and JSON list the same.
    let text = within(&folder, &["assess", "hospital", "--changed", "README.md"]);
    assert!(
        text.status == 0 && !text.stdout.contains("not encrypted") && text.stderr.contains("not shown"),
        "{}",
        text.stdout
    );
    let report = within(&folder, &["assess", "hospital", "--format", "html", "--changed", "README.md"]);
    assert!(report.status == 2 && report.stderr.contains("no place for"), "{}", report.stderr);
    let mut child = command(&["assess", "hospital", "--format", "github", "--changed", "-"])
        .current_dir(folder.path())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"hospital/facts/contract.csv\0README.md\0")
        .unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(1));
}

#[test]
fn a_rule_of_its_own_file_is_what_its_findings_rest_on() {
    let folder = repository("ci-changed-rule");
    let (norm, check) = PACK.split_at(PACK.find("check encrypted").unwrap());
    write(&folder, "hospital/n.kijun", norm);
    write(&folder, "hospital/checks.kijun", check);
    write(
        &folder,
        "hospital/other.kijun",
        "check other for n:1 { each v: vendor require v.name == \"x\" en \"no x\" }\n",
    );
    let out =
        within(&folder, &["assess", "hospital", "--format", "github", "--changed", "hospital/checks.kijun"]);
    assert!(
        matches!(annotations(&out)[..], [one] if one.contains("not encrypted")),
        "{}{}",
        out.stdout,
        out.stderr
    );
    assert!(out.stderr.contains("1 item(s)"), "{}", out.stderr);
}

// ---------------------------------------------------------------- check and test

const TESTS: &str = "test \"good\" { given { vendor v { name \"V\" } contract c { vendor v encrypted true } } expect n:1 satisfied for c }\n\
    test \"bad\" { given { vendor v { name \"V\" } contract c { vendor v encrypted false } } expect n:1 satisfied for c }\n";

#[test]
fn check_and_test_speak_the_same_formats() {
    let folder = repository("ci-check");
    write(&folder, "hospital/t.kijun", TESTS);
    let schema = jsonschema::validator_for(&json(kijun_exchange::RESULTS_SCHEMA)).unwrap();
    write(&folder, "hospital/facts/contract.csv", "id,vendor,encrypted\na,v,多分\n");
    let wrong = within(&folder, &["check", "hospital", "--format", "github"]);
    assert_eq!((wrong.status, wrong.stderr.as_str()), (2, ""));
    assert!(
        matches!(annotations(&wrong)[..], [one] if one.starts_with("::error file=hospital/facts/contract.csv,line=2,col=5,")),
        "{}",
        wrong.stdout
    );
    let value = json(&within(&folder, &["check", "hospital", "--format", "json"]).stdout);
    follows(&schema, &value, "check");
    assert_eq!((&value["complete"], &value["summary"]["failed"]["error"]), (&false.into(), &1.into()));
    let page = json(
        &within(&folder, &["check", "hospital", "--format", "sarif", "--docs", "https://example.org/d/"])
            .stdout,
    );
    let rule = &page["runs"][0]["tool"]["driver"]["rules"][0];
    assert_eq!(rule["helpUri"], format!("https://example.org/d/{}.md", rule["id"].as_str().unwrap()));
    assert!(rule["help"]["markdown"].as_str().unwrap().contains("## 日本語"));

    write(&folder, "hospital/facts/contract.csv", FACTS);
    let sound = within(&folder, &["check", "hospital", "--format", "junit"]);
    assert!(sound.status == 0 && sound.stdout.contains("tests=\"1\" failures=\"0\""), "{}", sound.stdout);
    let tests = within(&folder, &["test", "hospital", "--format", "github"]);
    assert_eq!((tests.status, tests.stderr.as_str()), (1, ""));
    let [one] = annotations(&tests)[..] else { panic!("{}", tests.stdout) };
    assert!(
        one.contains("file=hospital/t.kijun,line=2,") && one.contains("not as expected: found violated"),
        "{one}"
    );
    let junit = within(&folder, &["test", "hospital", "--format", "junit"]);
    assert!(
        junit.stdout.contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\""),
        "{}",
        junit.stdout
    );
    for format in ["json", "ndjson"] {
        let out = within(&folder, &["test", "hospital", "--format", format]);
        let values: Vec<Value> =
            if format == "json" { vec![json(&out.stdout)] } else { out.stdout.lines().map(json).collect() };
        values.iter().for_each(|v| follows(&schema, v, format));
    }
    let md = within(&folder, &["test", "hospital", "--format", "md", "--lang", "ja"]);
    assert!(md.stdout.contains("失敗 1、合格 1") && md.stdout.contains("期待と違います"), "{}", md.stdout);
    let csv = within(&folder, &["test", "hospital", "--format", "csv"]);
    assert_eq!(csv.stdout.lines().count(), 3, "{}", csv.stdout);
    let no = within(&folder, &["test", "hospital", "--format", "oscal"]);
    assert!(no.status == 2 && no.stderr.contains("possible values"), "{}", no.stderr);
    let file = within(&folder, &["check", "hospital", "-o", "x"]);
    assert!(file.status == 2 && file.stderr.contains("needs a format"), "{}", file.stderr);
}

#[test]
fn a_baseline_of_warnings_shrinks_too() {
    let folder = repository("ci-check-baseline");
    // A message in one language only.
    let warned = format!(
        "{PACK}check unused for n:1 {{ each c: contract where false require c.encrypted en \"x\" }}\n"
    );
    write(&folder, "hospital/n.kijun", &warned);
    let first = within(
        &folder,
        &[
            "check",
            "hospital",
            "--coverage",
            "items",
            "--format",
            "json",
            "-o",
            "known.json",
            "--fail-on",
            "information",
        ],
    );
    assert_eq!(first.status, 1, "{}", first.stdout);
    let with =
        ["check", "hospital", "--coverage", "items", "--fail-on", "information", "--baseline", "known.json"];
    let known = within(&folder, &with);
    assert!(known.status == 0 && known.stderr.contains("known in the baseline"), "{}", known.stderr);
    write(&folder, "hospital/n.kijun", PACK);
    let fewer = within(&folder, &with);
    assert!(fewer.status == 0 && fewer.stderr.contains("K0402: not found any more"), "{}", fewer.stderr);
    let strict = within(&folder, &[&with[..], &["--ratchet"]].concat());
    assert_eq!(strict.status, 1, "{}", strict.stderr);
    let other = within(&folder, &["check", "hospital", "--baseline", "hospital/kijun.toml"]);
    assert!(other.status == 2 && other.stderr.contains("is not JSON"), "{}", other.stderr);
}

// ---------------------------------------------------------------- SARIF, OSCAL, lines of JSON

#[test]
fn sarif_says_what_is_open_waived_and_new() {
    let folder = repository("ci-sarif");
    write(&folder, "hospital/facts/contract.csv", "id,vendor,encrypted\na,v,いいえ\nb,v,\nc,v,いいえ\n");
    write(
        &folder,
        "hospital/facts/waiver.toml",
        "[[waiver]]\nid = \"w\"\nrequirement = \"n:1\"\nsubject = \"c\"\napprover = \"A\"\nreason = \"::R\"\nexpires = 2027-01-01\n",
    );
    let junit = within(&folder, &["assess", "hospital", "--format", "junit", "--lang", "en"]).stdout;
    assert!(junit.contains(" (waiver w, "), "{junit}");
    let text = within(&folder, &["assess", "hospital", "--lang", "ja"]).stdout;
    assert!(
        text.contains("    適用除外 w、") && text.contains("2027-01-01") && text.contains("::R"),
        "{text}"
    );
    let out = within(&folder, &["assess", "hospital", "--format", "sarif", "--lang", "ja"]);
    assert_eq!(out.status, 1);
    let log = json(&out.stdout);
    if let Some(schema) = official("sarif/sarif-schema-2.1.0.json") {
        follows(&schema, &log, "sarif");
    }
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let shown: Vec<(&str, &str, usize)> = results
        .iter()
        .map(|r| {
            (
                r["kind"].as_str().unwrap(),
                r["level"].as_str().unwrap(),
                r["suppressions"].as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(shown, [("fail", "error", 0), ("open", "none", 0), ("fail", "note", 1)]);
    let region = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(region["artifactLocation"]["uri"], "hospital/facts/contract.csv");
    assert_eq!(region["region"]["startLine"], 2);
    assert_eq!(region["region"]["startColumn"], 5);
    assert!(
        results[0]["relatedLocations"]
            .as_array()
            .unwrap()
            .iter()
            .any(|l| l["physicalLocation"]["artifactLocation"]["uri"] == "hospital/n.kijun")
    );
    assert_eq!(run["translations"][0]["rules"][0]["shortDescription"]["text"], "encryption");
    assert_eq!(run["tool"]["driver"]["rules"][0]["shortDescription"]["text"], "暗号化");
    // The same finding has the same fingerprint when lines move.
    write(&folder, "hospital/facts/contract.csv", "id,vendor,encrypted\nb,v,\nc,v,いいえ\na,v,いいえ\n");
    let moved = json(&within(&folder, &["assess", "hospital", "--format", "sarif"]).stdout);
    let print = |log: &Value| log["runs"][0]["results"][0]["partialFingerprints"].clone();
    assert_eq!(print(&moved), print(&log));
    assert_eq!(moved["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"], 4);
}

/// A workbook has no lines: the cell is a logical place, the file has no region, and whoever needs a line is told the cell in words.
#[test]
fn a_cell_of_a_workbook_is_named() {
    let folder = repository("ci-workbook");
    std::fs::remove_file(format!("{}/hospital/facts/contract.csv", folder.path())).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("契約").unwrap();
    for (column, (head, value)) in
        [("id", "a"), ("事業者", "v"), ("暗号化", "いいえ")].into_iter().enumerate()
    {
        sheet.write(2, column as u16 + 1, head).unwrap();
        sheet.write(3, column as u16 + 1, value).unwrap();
    }
    book.save(format!("{}/hospital/facts/台帳.xlsx", folder.path())).unwrap();
    let log = json(&within(&folder, &["assess", "hospital", "--format", "sarif"]).stdout);
    if let Some(schema) = official("sarif/sarif-schema-2.1.0.json") {
        follows(&schema, &log, "sarif");
    }
    let at = &log["runs"][0]["results"][0]["locations"][0];
    assert_eq!(at["physicalLocation"]["artifactLocation"]["uri"], "hospital/facts/%E5%8F%B0%E5%B8%B3.xlsx");
    assert_eq!(at["physicalLocation"].get("region"), None);
    assert_eq!(at["logicalLocations"][0]["fullyQualifiedName"], "契約!D4");
    let github = within(&folder, &["assess", "hospital", "--format", "github"]);
    let [one] = annotations(&github)[..] else { panic!("{}", github.stdout) };
    assert!(
        one.starts_with("::error file=hospital/facts/台帳.xlsx,title=") && one.contains("::契約!D4: "),
        "{one}"
    );
    let gitlab = json(&within(&folder, &["assess", "hospital", "--format", "gitlab"]).stdout);
    assert_eq!(gitlab[0]["location"]["lines"]["begin"], 1);
    assert!(gitlab[0]["description"].as_str().unwrap().starts_with("契約!D4: "), "{gitlab}");
}

/// What GitLab requires of each issue.
#[test]
fn a_report_of_gitlab_has_what_is_asked_of_it() {
    let issues =
        json(&kijun(&["assess", "examples/city-hospital", "--format", "gitlab", "--lang", "ja"]).stdout);
    let issues = issues.as_array().unwrap();
    assert!(issues.len() > 50);
    let mut prints = std::collections::BTreeSet::new();
    for issue in issues {
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap())
        );
        assert!(
            !issue["description"].as_str().unwrap().is_empty()
                && !issue["check_name"].as_str().unwrap().is_empty()
        );
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0);
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(root().join(path).is_file(), "{path}");
        assert!(prints.insert(issue["fingerprint"].as_str().unwrap()), "{issue}");
    }
}

#[test]
fn examples_follow_the_schemas_of_others() {
    let results = jsonschema::validator_for(&json(kijun_exchange::RESULTS_SCHEMA)).unwrap();
    let officials = [
        ("sarif", official("sarif/sarif-schema-2.1.0.json")),
        ("oscal", official("oscal/oscal_assessment-results_schema.json")),
        ("oscal-poam", official("oscal/oscal_poam_schema.json")),
    ];
    for example in ["city-hospital", "s01-cloud-pacs-overseas", "s09-retention-and-backup"] {
        let path = format!("examples/{example}");
        let ndjson = kijun(&["assess", &path, "--format", "ndjson"]);
        ndjson.stdout.lines().for_each(|line| follows(&results, &json(line), &path));
        for (format, schema) in &officials {
            let out = kijun(&["assess", &path, "--format", format]);
            let again = kijun(&["assess", &path, "--format", format, "--threads", "1"]);
            assert_eq!(out.stdout, again.stdout, "{path} {format}: the same bytes");
            if let Some(schema) = schema {
                follows(schema, &json(&out.stdout), &format!("{path} {format}"));
            }
        }
    }
}

#[test]
fn oscal_says_in_properties_what_it_has_no_word_for() {
    let folder = repository("ci-oscal");
    let more = "requirement n:2 \"だれも確かめない\" { en \"nothing checks it\" level C }\nrequirement n:3 \"満たす\" { en \"met\" level C }\n\
        check named for n:3 { each v: vendor require v.name != \"x\" en \"x\" }\n";
    write(&folder, "hospital/n.kijun", &format!("{PACK}{more}"));
    let out = within(&folder, &["assess", "hospital", "--format", "oscal"]);
    assert_eq!(out.status, 1, "{}", out.stderr);
    let document = json(&out.stdout);
    let result = &document["assessment-results"]["results"][0];
    assert_eq!(result["start"], "2026-11-22T00:00:00Z");
    let prop = |of: &Value, name: &str| {
        let props = of["props"].as_array().unwrap();
        props.iter().find(|p| p["name"] == name).map(|p| p["value"].as_str().unwrap().to_owned())
    };
    let shown: Vec<(String, String, String)> = result["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            let status = &f["target"]["status"];
            (
                prop(f, "verdict").unwrap(),
                status["state"].as_str().unwrap().into(),
                status["reason"].as_str().unwrap().into(),
            )
        })
        .collect();
    let expected = [
        ("violated", "not-satisfied", "fail"),
        ("unverified", "not-satisfied", "other"),
        ("satisfied", "satisfied", "pass"),
    ];
    assert_eq!(shown, expected.map(|(a, b, c)| (a.into(), b.into(), c.into())));
    let evidence = &result["observations"][0]["relevant-evidence"][0];
    assert_eq!(evidence["href"], "hospital/facts/contract.csv");
    assert_eq!((prop(evidence, "line"), prop(evidence, "column")), (Some("2".into()), Some("5".into())));
    // Every UUID that is referred to is there.
    let text = &out.stdout;
    for key in ["observation-uuid", "risk-uuid", "subject-uuid", "actor-uuid"] {
        for (i, _) in text.match_indices(&format!("\"{key}\": \"")) {
            let uuid = &text[i + key.len() + 5..][..36];
            assert!(text.contains(&format!("\"uuid\": \"{uuid}\"")), "{key} {uuid}");
        }
    }
    write(&folder, "hospital/facts/contract.csv", "id,vendor,encrypted\nb,v,はい\n");
    let poam = within(&folder, &["assess", "hospital", "--format", "oscal-poam"]);
    assert_eq!((poam.status, poam.stdout.as_str()), (0, ""));
    assert!(poam.stderr.contains("nothing to do"), "{}", poam.stderr);
}

/// The requirement that nothing checks has no finding, and is in the lines all the same.
#[test]
fn nothing_is_a_pass_that_is_not_satisfied() {
    let folder = repository("ci-pass");
    write(&folder, "hospital/n.kijun", &format!("{PACK}requirement n:2 \"未\" {{ level C }}\n"));
    let out = within(&folder, &["assess", "hospital", "--format", "ndjson"]);
    let states: Vec<String> =
        out.stdout.lines().map(|l| json(l)["state"].as_str().unwrap_or("-").to_owned()).collect();
    assert_eq!(states, ["failed", "unverified", "-"]);
    let junit = within(&folder, &["assess", "hospital", "--format", "junit"]);
    assert!(
        junit.stdout.contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\""),
        "{}",
        junit.stdout
    );
}

// ---------------------------------------------------------------- hostile names

#[test]
fn nothing_in_a_name_acts() {
    let folder = repository("ci-hostile");
    let name = "x\\n::error file=a::b\\r\\n##[add-mask]c %0A ]]><script>alert(1)</script> \\u001b[31m\\u202E =1+1 `|` {{ insert: param }}";
    write(&folder, "hospital/facts/vendors.toml", &VENDORS.replace("ヴェンダ", name));
    for lang in ["ja", "en"] {
        let run = |format: &str| within(&folder, &["assess", "hospital", "--format", format, "--lang", lang]);
        let github = run("github");
        // One message in Japanese and in English names the vendor; the title is free of it.
        assert_eq!(annotations(&github).len(), 1, "{}", github.stdout);
        assert_eq!(github.stdout.lines().count(), 2, "{}", github.stdout);
        assert!(
            !github.stdout.contains('\r')
                && !github.stdout.contains('\u{1b}')
                && !github.stdout.contains('\u{202e}')
        );
        let junit = run("junit").stdout;
        assert!(!junit.contains("]]>") && !junit.contains("<script") && !junit.contains('\u{1b}'), "{junit}");
        assert!(junit.chars().all(|c| c == '\n' || !c.is_control()), "{junit}");
        for format in ["sarif", "gitlab", "oscal", "oscal-poam"] {
            let text = run(format).stdout;
            json(&text);
            assert!(!text.contains('\u{1b}'), "{format}");
        }
        let poam = run("oscal-poam").stdout;
        assert!(poam.contains("\\\\<script\\\\>") && poam.contains("\\\\{\\\\{ insert"), "{poam}");
        assert_eq!(run("ndjson").stdout.lines().count(), 2);
        assert_eq!(
            run("ndjson").stdout.lines().filter(|l| serde_json::from_str::<Value>(l).is_ok()).count(),
            2
        );
    }
    within(&folder, &["assess", "hospital", "--format", "json", "-o", "b.json"]);
    write(&folder, "hospital/facts/contract.csv", "id,vendor,encrypted\na,v,いいえ\nb,v,いいえ\n");
    let since = within(&folder, &["assess", "hospital", "--format", "github", "--baseline", "b.json"]);
    assert!(
        since.stderr.lines().all(|l| !l.trim_start().starts_with("::") && !l.contains("##[")),
        "{}",
        since.stderr
    );
}

// ---------------------------------------------------------------- shells

#[test]
fn shells_are_told_commands_and_options() {
    for (shell, values) in
        [("bash", true), ("zsh", true), ("fish", true), ("elvish", false), ("powershell", false)]
    {
        let out = kijun(&["completions", shell]);
        assert!(out.status == 0 && out.stdout.contains("ratchet"), "{shell}");
        assert_eq!(out.stdout.contains("oscal-poam"), values, "{shell}");
    }
    for (shell, japanese) in [("zsh", true), ("fish", true), ("elvish", true), ("powershell", false)] {
        let out = kijun(&["completions", shell, "--lang", "ja"]);
        assert_eq!(out.stdout.contains("テストを実行"), japanese, "{shell}");
        assert_eq!(out.stdout.contains("Run the tests"), !japanese, "{shell}");
    }
    let folder = Folder::new("ci-man", &[]);
    let pages = format!("{}/man", folder.path());
    assert_eq!(kijun(&["man", &pages]).status, 0);
    let page = std::fs::read_to_string(format!("{pages}/kijun-assess.1")).unwrap();
    assert!(page.starts_with(".ie") && page.contains(".TH") && page.contains("ratchet"), "{page}");
    assert!(std::path::Path::new(&pages).join("kijun-compare-vendor.1").is_file());
    assert_eq!(kijun(&["man", &pages, "--lang", "ja"]).status, 0);
    for name in ["kijun.1", "kijun-assess.1", "kijun-compare-vendor.1"] {
        let page = std::fs::read_to_string(format!("{pages}/{name}")).unwrap();
        for english in
            [".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", ".SH EXTRA", "[default:", "Possible values", "Print"]
        {
            assert!(!page.contains(english), "{english} in {name}:\n{page}");
        }
        assert!(page.contains(".SH 名前") && page.contains(".SH オプション"), "{name}:\n{page}");
    }
}
