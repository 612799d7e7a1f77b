//! `kijun plan`: what it promises, an assessment of changed facts keeps.

use serde_json::Value;

use crate::run::{Folder, MANIFEST, PACK, kijun, root};

fn json(args: &[&str]) -> (i32, Value) {
    let out = kijun(&[&["plan"], args, &["--format", "json"]].concat());
    let value: Value = serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", out.stderr));
    let schema: Value = serde_json::from_str(kijun_exchange::PLAN_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{args:?}: {errors:#?}");
    (out.status, value)
}

fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().unwrap()
}

fn number(value: &Value, key: &str) -> u64 {
    value["summary"][key].as_u64().unwrap()
}

const CITY: &str = "examples/city-hospital";

#[test]
fn every_promise_for_the_city_hospital_holds_when_its_steps_are_made() {
    let (status, plan) = json(&[CITY, "--what-if", "all"]);
    assert_eq!(status, 0);
    let (gaps, closed, open) = (number(&plan, "gaps"), number(&plan, "closed"), number(&plan, "open"));
    assert!(gaps >= 50 && closed * 10 >= gaps * 8, "{closed} of {gaps}");
    assert_eq!(gaps, closed + open);
    assert_eq!(list(&plan, "open").len() as u64, open);
    assert!(plan["what_if"]["holds"] == true && list(&plan["what_if"], "broken").is_empty());
    for step in list(&plan, "steps") {
        assert!(list(step, "broken").is_empty() && !list(step, "closes").is_empty(), "{step:#}");
        assert!(!list(step, "changes").is_empty() && !list(step, "audience").is_empty(), "{step:#}");
        assert!(list(step, "closes").iter().all(|o| o["after"] == "satisfied"), "{step:#}");
        let worse = |o: &&Value| o["after"] == "violated" && o["severity"] == "must";
        assert_eq!(list(step, "other_verdicts").iter().filter(worse).count(), 0, "{step:#}");
    }
    assert!(list(&plan["together"], "broken").is_empty() && list(&plan["together"], "opened").is_empty());
    // One supervision closes findings of two catalogues; it is one step.
    let supervised =
        list(&plan, "steps").iter().find(|s| s["changes"].to_string().contains("asagiri-lab")).unwrap();
    let of: Vec<&str> =
        list(supervised, "closes").iter().map(|o| o["requirement"].as_str().unwrap()).collect();
    assert!(of.contains(&"handbook:GL42-4-04") && of.contains(&"mhlw@4.2:4.3.3-4"), "{of:?}");
    // Where a data centre stands, when somebody left: nobody puts that right in a register.
    let facts: Vec<&str> = list(&plan, "steps")
        .iter()
        .flat_map(|s| list(s, "changes"))
        .map(|c| c["fact"].as_str().unwrap())
        .collect();
    assert!(!facts.iter().any(|f| f.ends_with(".country") || f.ends_with(".left_on")), "{facts:#?}");
    assert!(
        number(&plan, "greedy_parts") == 0 && number(&plan, "changes") == number(&plan, "changes_at_least")
    );
}

/// The steps are made in the files themselves, and the verdicts of `assess` are those that the plan promises.
#[test]
fn what_a_step_promises_the_assessment_of_changed_files_says() {
    let (_, plan) = json(&[CITY]);
    let folder = Folder::new("plan-changed", &[("placeholder", "")]);
    let facts = root().join(CITY).join("facts");
    let changes = [
        ("account.csv", "account.ehr-u021.active", "ehr-u021,", "はい", "いいえ"),
        (
            "certification.csv",
            "certification.tateyama-isms.valid_to",
            "tateyama-isms,",
            "2026-08-31",
            "2026-11-22",
        ),
        (
            "passwords.toml",
            "password_policy.pp-monitor.lockout",
            "id = \"pp-monitor\"",
            "lockout = false",
            "lockout = true",
        ),
    ];
    let mut files: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(&facts).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some((_, _, record, old, new)) = changes.iter().find(|c| c.0 == name) else {
            files.push(path.to_str().unwrap().to_owned());
            continue;
        };
        let text = std::fs::read_to_string(&path).unwrap();
        let at = text.find(record).unwrap_or_else(|| panic!("{name} has no {record}"));
        let changed = at + text[at..].find(old).unwrap_or_else(|| panic!("{name} has no {old}"));
        let text = format!("{}{new}{}", &text[..changed], &text[changed + old.len()..]);
        let to = format!("{}/{name}", folder.path());
        std::fs::write(&to, text).unwrap();
        files.push(to);
    }
    files.sort();
    let mut args = vec!["assess", CITY, "--format", "json", "--facts"];
    args.extend(files.iter().map(String::as_str));
    let out = kijun(&args);
    let after: Value = serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", out.stderr));
    for (_, fact, ..) in changes {
        let step =
            list(&plan, "steps").iter().find(|s| s["changes"].to_string().contains(&format!("\"{fact}\"")));
        let step = step.unwrap_or_else(|| panic!("no step changes {fact}"));
        for outcome in list(step, "closes") {
            let found = list(&after, "findings").iter().any(|f| {
                (&f["requirement"], &f["check"], &f["subject"]["id"])
                    == (&outcome["requirement"], &outcome["check"], &outcome["subject"]["id"])
            });
            assert!(!found, "{fact}: {outcome}");
        }
    }
}

const FACTS: &str = "[[vendor]]\nid = \"v\"\nname = \"V\"\n[[contract]]\nid = \"a\"\nvendor = \"v\"\nencrypted = false\n\
                     [[contract]]\nid = \"b\"\nvendor = \"v\"\nencrypted = \"?\"\n";

#[test]
fn what_is_unknown_is_asked_and_never_closed_by_a_guess() {
    let folder =
        Folder::new("plan-unknown", &[("kijun.toml", MANIFEST), ("n.kijun", PACK), ("facts/f.toml", FACTS)]);
    let (status, plan) = json(&[folder.path()]);
    assert_eq!(status, 0);
    assert_eq!((number(&plan, "gaps"), number(&plan, "closed"), number(&plan, "questions")), (1, 1, 1));
    let step = &list(&plan, "steps")[0];
    assert_eq!(step["changes"][0]["fact"], "contract.a.encrypted");
    assert_eq!(step["changes"][0]["now"]["en"], "false");
    assert_eq!(list(&plan, "questions")[0]["missing"][0]["fact"], "contract.b.encrypted");
}

#[test]
fn what_is_fixed_is_not_changed() {
    let folder =
        Folder::new("plan-fixed", &[("kijun.toml", MANIFEST), ("n.kijun", PACK), ("facts/f.toml", FACTS)]);
    for fixed in ["contract", "contract.encrypted", "contract.a.encrypted"] {
        let (_, plan) = json(&[folder.path(), "--fixed", fixed]);
        assert_eq!((number(&plan, "closed"), list(&plan, "steps").len()), (0, 0), "{fixed}");
        assert_eq!(list(&plan, "open")[0]["why"], "excluded", "{fixed}");
    }
    let (_, plan) = json(&[folder.path(), "--fixed", "contract.b.encrypted"]);
    assert_eq!(number(&plan, "closed"), 1);
}

/// Whoever asks knows the records by their own ids; the answer has the others.
#[test]
fn what_is_fixed_is_named_as_the_files_name_it_when_redacted() {
    let facts = FACTS.replace("\"a\"", "\"ehr-2025\"").replace("\"b\"", "\"pacs-2025\"");
    let folder =
        Folder::new("plan-redact", &[("kijun.toml", MANIFEST), ("n.kijun", PACK), ("facts/f.toml", &facts)]);
    for (fixed, closed) in [("contract.ehr-2025.encrypted", 0), ("contract.pacs-2025.encrypted", 1)] {
        let (_, plan) = json(&[folder.path(), "--redact", "--fixed", fixed]);
        assert_eq!(number(&plan, "closed"), closed, "{fixed}");
        assert!(!plan.to_string().contains("-2025"), "{plan:#}");
    }
    let out = kijun(&["plan", folder.path(), "--redact", "--fixed", "contract.ehr-202.encrypted"]);
    assert!(out.status == 2 && out.stderr.contains("there is no `ehr-202`"), "{}", out.stderr);
    assert!(!out.stderr.contains("ehr-2025`"), "no record is told: {}", out.stderr);
}

#[test]
fn what_is_not_looked_at_or_not_tried_is_said() {
    let (_, plan) = json(&[CITY, "--max-findings", "10"]);
    let left = list(&plan, "open").iter().filter(|o| o["why"] == "left_out").count() as u64;
    // What is done for those that were looked at may close others as well, as the trials show.
    assert!(left <= number(&plan, "gaps") - 10 && left > 40, "{left}");
    let (_, plan) = json(&[CITY, "--max-trials", "5"]);
    let left = list(&plan, "open").iter().filter(|o| o["why"] == "left_out").count() as u64;
    assert!(left > 30 && number(&plan, "closed") + number(&plan, "open") == number(&plan, "gaps"), "{left}");
}

#[test]
fn bad_arguments_are_refused_in_both_languages() {
    for (args, ja, en) in [
        (vec!["--fixed", "kontract"], "`kontract` はありません", "no `kontract`"),
        (vec!["--fixed", "contract.signd"], "もしかして: `signed`", "did you mean `signed`?"),
        (vec!["--fixed", "contract.ehr.expires"], "`ehr` はありません", "no `ehr`"),
        (vec!["--what-if", "999"], "手 999 はありません", "there is no step 999"),
    ] {
        let call = [&["plan", CITY], &args[..]].concat();
        let out = kijun(&call);
        assert!(
            out.status == 2 && out.stderr.contains(en) && out.stderr.contains("help:"),
            "{args:?}: {}",
            out.stderr
        );
        let out = kijun(&[&["--lang", "ja"], &call[..]].concat());
        assert!(out.stderr.contains(ja) && out.stderr.contains("対処:"), "{args:?}: {}", out.stderr);
    }
    assert_eq!(kijun(&["plan", CITY, "--what-if", "0"]).status, 2);
}

#[test]
fn all_formats_in_both_languages_give_the_same_bytes_at_any_number_of_threads() {
    for (format, lang, word) in [
        ("text", "ja", "すること: 国内に移すか"),
        ("text", "en", "step 1: closes"),
        ("md", "ja", "## 手 1"),
        ("md", "en", "## step 1"),
        ("csv", "ja", "の保存場所を「"),
        ("json", "en", "\"schema\": \"kijun.plan/1\""),
    ] {
        let example = "examples/s01-cloud-pacs-overseas";
        let args = |threads| ["plan", example, "--format", format, "--lang", lang, "--threads", threads];
        let (one, four) = (kijun(&args("1")), kijun(&args("4")));
        assert!(
            one.status == 0 && one.stdout.contains(word),
            "{format} {lang}: {} {}",
            one.stdout,
            one.stderr
        );
        assert_eq!(one.stdout, four.stdout, "{format} {lang}");
    }
}
