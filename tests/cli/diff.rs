//! `kijun diff`: two editions, and two assessments.

use serde_json::Value;

use crate::run::{Folder, MANIFEST, PACK, kijun, root};

pub(crate) fn json(args: &[&str]) -> (i32, Value) {
    let out = kijun(&[args, &["--format", "json"]].concat());
    let value: Value = serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", out.stderr));
    let schema: Value = serde_json::from_str(kijun_exchange::DIFF_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&value), "does not follow the schema: {args:?}");
    (out.status, value)
}

fn texts<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().map(|v| v[key].as_str().unwrap_or("-")).collect()
}

fn change<'v>(diff: &'v Value, id: &str) -> &'v str {
    let items = diff["items"].as_array().unwrap();
    items.iter().find(|i| i["id"] == id).unwrap()["change"].as_str().unwrap()
}

// ---------------------------------------------------------------- editions

#[test]
fn the_controls_of_2013_are_kept_changed_merged_and_split_in_2022() {
    let (status, diff) = json(&["diff", "iso27001-2013", "iso27001-2022", "rulepacks"]);
    assert_eq!(status, 0);
    let old = &diff["old"]["items"];
    let count = |side: &Value, change: &str| side[change].as_u64().unwrap();
    // The 114 controls of Annex A; the 26 clauses have no table.
    let followed: u64 = ["kept", "changed", "merged", "split"].map(|c| count(old, c)).iter().sum();
    assert_eq!((followed, count(old, "not_said"), count(old, "withdrawn")), (114, 26, 0));
    assert_eq!(count(old, "kept"), 40, "equal by the mapping");
    assert_eq!(count(&diff["new"]["items"], "merged"), 24);
    let new: Vec<&str> = diff["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|i| i["change"] == "new")
        .map(|i| i["id"].as_str().unwrap().trim_start_matches("iso27001@2022:"))
        .collect();
    assert_eq!(
        new,
        [
            "A.5.7", "A.5.23", "A.5.30", "A.7.4", "A.8.9", "A.8.10", "A.8.11", "A.8.12", "A.8.16", "A.8.23",
            "A.8.28"
        ]
    );
    assert_eq!(change(&diff, "iso27001@2013:A.18.2.3"), "split");
    assert_eq!(change(&diff, "iso27001@2022:4.1"), "not_said");
    assert!(diff.get("assessed").is_none(), "packs have no facts");
}

#[test]
fn every_item_of_csf_1_1_went_somewhere() {
    let (_, diff) = json(&["diff", "csf@1.1", "csf@2.0", "rulepacks"]);
    let old = diff["old"]["items"].as_object().unwrap();
    assert_eq!(old["not_said"], 0);
    assert_eq!(old["kept"], 7);
    let new = diff["new"]["items"].as_object().unwrap();
    assert_eq!(
        new.values().map(|n| n.as_u64().unwrap()).sum::<u64>(),
        106,
        "what 2.0 withdrew is none of its items"
    );
    assert_eq!(new["new"], 20);
    let items = diff["items"].as_array().unwrap();
    let marked = items.iter().filter(|i| i["withdrawn"] == true && i["section"] == false);
    assert_eq!(marked.clone().count(), 79, "ID.AM-6 of 1.1 is listed as ID.AM-06 by 2.0");
    assert!(marked.clone().all(|i| i["side"] == "old" && !i["into"].as_array().unwrap().is_empty()));
    assert_eq!(change(&diff, "csf@1.1:DE.CM-7"), "split");
    assert_eq!(change(&diff, "csf@2.0:DE.CM-01"), "merged");
    let (_, back) = json(&["diff", "csf@2.0", "csf@1.1", "rulepacks"]);
    assert_eq!(change(&back, "csf@1.1:DE.CM-7"), "merged");
    assert_eq!(change(&back, "csf@2.0:DE.CM-01"), "split");
    assert_eq!(diff["links"].as_array().unwrap().len(), back["links"].as_array().unwrap().len());
}

#[test]
fn derivations_are_shown_on_request() {
    let call = ["diff", "csf@1.1", "csf@2.0", "rulepacks"];
    let argument = "scanning is one way to find vulnerabilities";
    assert!(!kijun(&call).stdout.contains(argument));
    let out = kijun(&[&call[..], &["--explain"]].concat());
    assert!(out.stdout.contains(argument), "{}", out.stdout);
    assert!(out.stdout.contains("csf@1.1:DE.CM-8 intersects csf@2.0:ID.RA-01"), "{}", out.stdout);
}

/// Flips as `old → new: verdict → verdict [causes]`, then the subjects that flip with the rules that decide.
fn flips(diff: &Value) -> Vec<String> {
    let mut out = Vec::new();
    for flip in diff["assessed"]["flips"].as_array().unwrap() {
        let link = &diff["links"][flip["link"].as_u64().unwrap() as usize];
        let end = |side: &str| link[side][0].as_str().unwrap().to_owned();
        out.push(format!(
            "{} → {}: {} → {}",
            end("old"),
            end("new"),
            flip["old"].as_str().unwrap(),
            flip["new"].as_str().unwrap()
        ));
        for s in flip["subjects"].as_array().unwrap() {
            let side = |name: &str| {
                let own = &s[name];
                let worst = own["verdict"].as_str().unwrap_or("-");
                let rules = own["rules"].as_array().unwrap().iter().filter(|r| r["verdict"] == worst);
                let rules: Vec<&str> = rules.map(|r| r["name"].as_str().unwrap()).collect();
                format!("{worst} {}", rules.join(","))
            };
            out.push(format!(
                "  {} {}: {} → {} [{}]",
                s["kind"].as_str().unwrap(),
                s["id"].as_str().unwrap_or("*"),
                side("old").trim_end(),
                side("new").trim_end(),
                s["cause"].as_str().unwrap()
            ));
        }
    }
    out
}

const S11: [&str; 4] = ["diff", "checklist@R7", "mhlw@7.0", "examples/s11-editions"];

/// S11: a policy without regular change fails the checklist of FY2025, and edition 7.0 asks for lockout instead.
#[test]
fn the_same_facts_fail_for_rotation_in_one_edition_and_for_lockout_in_the_other() {
    let (status, diff) = json(&[&S11[..], &["--profile", "side_by_side"]].concat());
    assert_eq!(status, 0, "nothing that was satisfied is violated");
    assert_eq!(
        flips(&diff),
        [
            "checklist:2-3 → mhlw@7.0:保守.10.別紙: not_applicable → unknown",
            "  disclosure_answer *: - → unknown selection_answers_assessed [not_asked_in_old]",
            "checklist:2-7 → mhlw@7.0:要旨.パスワード: violated → violated",
            "  password_policy passwords: violated password_rotation → violated lockout_is_set [other_facts]",
            "checklist:2-10 → mhlw@7.0:要旨.二要素認証: violated → violated",
            "  sign_in ehr-client: violated two_factor_planned → violated two_factor_is_prepared [other_facts]",
            "  sign_in ehr-server: violated two_factor_planned → violated two_factor_is_prepared [other_facts]",
        ]
    );
    let passwords = &diff["assessed"]["flips"][1]["subjects"][0];
    let only = |side: &str| passwords[side]["only"].as_array().unwrap().clone();
    assert!(only("old").contains(&"password_policy.passwords.rotation".into()));
    assert_eq!(only("new"), ["password_policy.passwords.lockout"]);
    let rule = passwords["old"]["rules"].as_array().unwrap();
    let rotation = rule.iter().find(|r| r["name"] == "password_rotation").unwrap();
    assert_eq!(rotation["file"], "rulepacks/inspection-checklist-r7/checks.kijun");
}

/// With lockout set, the same policy is in order under edition 7.0 and still fails the checklist of FY2025.
#[test]
fn once_lockout_is_set_the_verdict_on_passwords_flips() {
    let facts = ["--facts", "examples/s11-editions/flip/hospital.toml"];
    let (status, diff) = json(&[&S11[..], &["--profile", "side_by_side"], &facts].concat());
    assert_eq!(status, 0);
    let flips = flips(&diff);
    assert_eq!(
        flips[2..4],
        [
            "checklist:2-7 → mhlw@7.0:要旨.パスワード: violated → satisfied",
            "  password_policy passwords: violated password_rotation → satisfied lockout_is_set,reuse_is_forbidden [rule]",
        ]
    );
    // Going back to the older edition, what is satisfied is violated.
    let back = ["diff", "mhlw@7.0", "checklist@R7", "examples/s11-editions", "--profile", "side_by_side"];
    let (status, diff) = json(&[&back[..], &facts].concat());
    assert_eq!(status, 1);
    assert!(diff["assessed"]["worse"].as_u64().unwrap() >= 1);
}

/// Without that profile the rules of the superseded edition do not apply on the day, and it says so.
#[test]
fn a_rule_that_does_not_apply_on_the_day_is_told_apart() {
    let (_, diff) = json(&["diff", "mhlw@6.0", "mhlw@7.0", "examples/s11-editions"]);
    let flips = flips(&diff);
    assert!(
        flips
            .contains(&"mhlw@6.0:運用.14-5 → mhlw@7.0:要旨.二要素認証: not_applicable → violated".to_owned()),
        "{flips:#?}"
    );
    assert!(
        flips.contains(
            &"  password_policy passwords: - → violated lockout_is_set [no_rule_in_old]".to_owned()
        ),
        "{flips:#?}"
    );
    assert_eq!(diff["new"]["items"]["new"], 0, "the mapping is known to be thin");
}

#[test]
fn an_edition_and_itself_differ_in_nothing() {
    let (status, diff) = json(&["diff", "mhlw@7.0", "mhlw@7.0", "examples/s11-editions"]);
    assert_eq!(status, 0);
    assert!(texts(&diff["items"], "change").iter().all(|c| *c == "kept"));
    assert_eq!(diff["assessed"]["flips"], Value::Array(Vec::new()));
}

/// What the profile leaves out is evaluated all the same: `current` includes edition 7.0 only.
#[test]
fn the_profile_does_not_narrow_the_editions() {
    let profiled = json(&["diff", "mhlw@6.0", "mhlw@7.0", "examples/s11-editions", "--profile", "current"]).1;
    let free = json(&["diff", "mhlw@6.0", "mhlw@7.0", "examples/s11-editions"]).1;
    assert_eq!(profiled, free);
}

const TWO: &str = r#"catalog n "旧" { edition "1" level C must "必須" }
catalog n "新" { edition "2" level C must "必須" }
requirement n@1:1 "暗号化" { level C }
requirement n@2:1 "暗号化" { level C }
requirement n@1:2 "名称" { level C }
requirement n@2:2 "名称" { level C }
entity disk "媒体" { encrypted "暗号化": bool  strong "強い": bool  label "名称": text? }
mapping n@1 -> n@2 { 1 intersects 1 MARK
  2 intersects 2 }
check any_encryption for n@1:1 { each d: disk require d.encrypted ja "a" en "a" }
check strong_encryption for n@2:1 { each d: disk require d.encrypted and d.strong ja "b" en "b" }
check is_labelled for n@1:2, n@2:2 { each d: disk require d.label != none ja "c" en "c" }
"#;

fn two(name: &str, mark: &str, strong: &str) -> Folder {
    let facts =
        format!("[[disk]]\nid = \"d\"\nencrypted = true\nstrong = {strong}\n[complete]\ndisk = true\n");
    let pack = TWO.replace("MARK", mark);
    Folder::new(name, &[("kijun.toml", MANIFEST), ("n.kijun", &pack), ("facts/f.toml", &facts)])
}

#[test]
fn what_was_satisfied_and_is_violated_ends_with_1() {
    let folder = two("diff-worse", "mark inferred", "false");
    let (status, diff) = json(&["diff", "n@1", "n@2", folder.path()]);
    assert_eq!(status, 1);
    assert_eq!(
        flips(&diff),
        [
            "n@1:1 → n@2:1: satisfied → violated",
            "  disk d: satisfied any_encryption → violated strong_encryption [rule]"
        ],
        "a check of both editions flips nothing, violated as it is"
    );
    let unknown = two("diff-unknown", "mark inferred", "\"?\"");
    let (status, diff) = json(&["diff", "n@1", "n@2", unknown.path()]);
    assert_eq!(status, 0, "unknown is not violated");
    assert_eq!(
        flips(&diff)[1],
        "  disk d: satisfied any_encryption → unknown strong_encryption [facts_for_new]"
    );
    let back = json(&["diff", "n@2", "n@1", unknown.path()]).1;
    assert_eq!(
        flips(&back)[1],
        "  disk d: unknown strong_encryption → satisfied any_encryption [facts_for_old]"
    );
    let weak = two("diff-weak", "mark unverified", "false");
    let (status, diff) = json(&["diff", "n@1", "n@2", weak.path()]);
    assert_eq!((status, &diff["assessed"]["flips"][0]["weak"]), (0, &Value::Bool(true)));
    assert_eq!(json(&["diff", "n@1", "n@2", folder.path(), "--static"]).0, 0, "facts are left aside");
}

// ---------------------------------------------------------------- assessments

const FACTS: &str = "[[vendor]]\nid = \"a\"\nname = \"A社\"\n[[contract]]\nid = \"c\"\nvendor = \"a\"\nencrypted = true\n\
                     [[contract]]\nid = \"d\"\nvendor = \"a\"\nencrypted = true\n[complete]\ncontract = true\n";

/// The assessments of a small workspace with these facts and changes to its pack.
struct Cases(Folder);

impl Cases {
    fn new(name: &str) -> Cases {
        Cases(Folder::new(name, &[("ws/kijun.toml", MANIFEST)]))
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}.json", self.0.path())
    }

    fn assess(&self, name: &str, pack: &str, facts: &str, options: &[&str]) -> &Cases {
        let workspace = format!("{}/ws", self.0.path());
        std::fs::create_dir_all(format!("{workspace}/facts")).unwrap();
        std::fs::write(format!("{workspace}/n.kijun"), pack).unwrap();
        std::fs::write(format!("{workspace}/facts/f.toml"), facts).unwrap();
        let path = self.path(name);
        let out = kijun(&[&["assess", &workspace, "--format", "json", "-o", &path], options].concat());
        assert!(out.status < 2, "{}", out.stderr);
        self
    }

    fn diff(&self, old: &str, new: &str) -> (i32, Value) {
        json(&["diff", &self.path(old), &self.path(new)])
    }
}

fn violated(contract: &str) -> String {
    let at = FACTS.find(&format!("id = \"{contract}\"")).unwrap();
    let (before, after) = FACTS.split_at(at);
    format!("{before}{}", after.replacen("encrypted = true", "encrypted = false", 1))
}

#[test]
fn a_finding_appears_with_its_cause_and_ends_with_1() {
    let cases = Cases::new("diff-appears");
    cases.assess("good", PACK, FACTS, &[]).assess("bad", PACK, &violated("c"), &[]);
    let (status, diff) = cases.diff("good", "bad");
    assert_eq!((status, &diff["worse"]), (1, &1.into()));
    assert_eq!(texts(&diff["findings"], "fate"), ["appeared"]);
    let finding = &diff["findings"][0];
    assert_eq!(finding["why"], serde_json::json!([{ "input": "facts", "name": "facts/f.toml" }]));
    assert_eq!(
        (&diff["requirements"][0]["old"], &diff["requirements"][0]["new"]),
        (&"satisfied".into(), &"violated".into())
    );

    let (status, diff) = cases.diff("bad", "good");
    assert_eq!((status, texts(&diff["findings"], "fate")), (0, vec!["resolved"]));

    let (status, diff) = cases.diff("bad", "bad");
    assert_eq!((status, diff["findings"].as_array().unwrap().len()), (0, 0));
    assert!(diff["packs"].as_array().unwrap().is_empty() && diff["facts"].as_array().unwrap().is_empty());
}

#[test]
fn a_subject_that_two_rules_found_is_resolved_once() {
    let cases = Cases::new("diff-twice");
    let pack =
        format!("{PACK}{}", PACK[PACK.find("check encrypted").unwrap()..].replacen("encrypted", "again", 1));
    cases.assess("bad", &pack, &violated("c"), &[]).assess("good", &pack, FACTS, &[]);
    let (status, diff) = cases.diff("bad", "good");
    assert_eq!((status, texts(&diff["findings"], "fate")), (0, vec!["resolved", "resolved"]));
}

#[test]
fn what_is_no_longer_looked_for_is_not_resolved() {
    let cases = Cases::new("diff-vanishes");
    cases.assess("bad", PACK, &violated("c"), &[]);
    // The record is deleted.
    let at = |text: &str, what: &str| text.find(what).unwrap();
    let bad = violated("c");
    let second = bad.rfind("[[contract]]").unwrap();
    let without = format!("{}{}", &bad[..at(&bad, "[[contract]]")], &bad[second..]);
    cases.assess("deleted", PACK, &without, &[]);
    assert_eq!(texts(&cases.diff("bad", "deleted").1["findings"], "fate"), ["gone"]);
    // The rule does not apply any more.
    let narrowed = PACK.replace("each c: contract", "each c: contract\n  where c.encrypted");
    cases.assess("narrowed", &narrowed, &bad, &[]);
    assert_eq!(texts(&cases.diff("bad", "narrowed").1["findings"], "fate"), ["not_applicable"]);
    // There is no rule any more.
    let unchecked = format!(
        "{}check other for n:2 {{ each v: vendor require v.name != \"\" ja \"x\" en \"x\" }}\nrequirement n:2 \"別\" {{ level C }}\n",
        &PACK[..at(PACK, "check encrypted")]
    );
    cases.assess("unchecked", &unchecked, &bad, &[]);
    assert_eq!(texts(&cases.diff("bad", "unchecked").1["findings"], "fate"), ["unverified"]);
    // The requirement is out of scope.
    let scoped = format!("{unchecked}profile p \"範囲\" {{ include n:2 }}\n");
    cases.assess("scoped", &scoped, &bad, &["--profile", "p"]);
    let (status, diff) = cases.diff("bad", "scoped");
    assert_eq!((status, texts(&diff["findings"], "fate")), (0, vec!["out_of_scope"]));
    // And back: the finding is there because its requirement is evaluated again.
    let (status, diff) = cases.diff("scoped", "bad");
    assert_eq!((status, texts(&diff["findings"], "fate")), (1, vec!["newly_evaluated"]));
}

#[test]
fn one_put_right_and_another_broken_are_told_apart() {
    let cases = Cases::new("diff-swap");
    cases.assess("c", PACK, &violated("c"), &[]).assess("d", PACK, &violated("d"), &[]);
    let (status, diff) = cases.diff("c", "d");
    assert_eq!(status, 1);
    assert_eq!(diff["requirements"].as_array().unwrap().len(), 0, "violated before and after");
    // The counts are the same, so nothing shows that the other contract is satisfied now.
    assert_eq!(texts(&diff["findings"], "fate"), ["appeared", "gone"]);
}

#[test]
fn a_change_names_the_facts_behind_it() {
    let cases = Cases::new("diff-changes");
    let unknown = FACTS.replacen("encrypted = true", "encrypted = \"?\"", 1);
    cases.assess("unknown", PACK, &unknown, &[]).assess("bad", PACK, &violated("c"), &[]);
    let (status, diff) = cases.diff("unknown", "bad");
    assert_eq!(status, 1, "an unknown that turns out violated is worse");
    let finding = &diff["findings"][0];
    assert_eq!(finding["fate"], "changed");
    assert_eq!(
        (&finding["old"]["verdict"], &finding["new"]["verdict"]),
        (&"unknown".into(), &"violated".into())
    );
    assert_eq!(finding["facts"][0]["fact"], "contract.c.encrypted");
    assert!(finding["facts"][0].get("old").is_none(), "it was missing");
    assert_eq!(finding["facts"][0]["new"]["line"], 7);
    assert_eq!(cases.diff("bad", "unknown").0, 0);
}

#[test]
fn an_assessment_of_one_role_is_not_compared_as_if_it_were_whole() {
    let cases = Cases::new("diff-partial");
    let pack = PACK.replace("level C\n}", "level C\n  audience vendor\n}");
    cases.assess("all", &pack, &violated("c"), &[]);
    cases.assess("some", &pack, &violated("c"), &["--for", "management"]);
    let (status, diff) = cases.diff("all", "some");
    assert_eq!((status, texts(&diff["findings"], "fate")), (0, vec!["unlisted"]));
    let (status, diff) = cases.diff("some", "all");
    assert_eq!((status, texts(&diff["findings"], "fate")), (0, vec!["unlisted"]));
    let text = kijun(&["diff", &cases.path("all"), &cases.path("some")]).stdout;
    assert!(text.contains("the new assessment lists only some findings (--for)"), "{text}");
}

/// S11: from one day to the other the rule that prepares gives way to the one that demands; nothing is resolved by that.
#[test]
fn a_day_that_passes_resolves_nothing() {
    let folder = Folder::new("diff-s11", &[]);
    std::fs::create_dir_all(folder.path()).unwrap();
    let path = |name: &str| format!("{}/{name}.json", folder.path());
    for (name, day) in [("before", "2026-11-22"), ("after", "2027-05-01")] {
        let out = path(name);
        kijun(&[
            "assess",
            "examples/s11-editions",
            "--profile",
            "current",
            "--as-of",
            day,
            "--format",
            "json",
            "-o",
            &out,
        ]);
    }
    let (status, diff) = json(&["diff", &path("before"), &path("after")]);
    assert_eq!(status, 1);
    let seen: Vec<String> = diff["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            format!(
                "{} {} {}",
                f["check"].as_str().unwrap(),
                f["subject"]["id"].as_str().unwrap(),
                f["fate"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            "two_factor_is_used ehr-client appeared",
            "two_factor_is_used ehr-server appeared",
            "two_factor_is_prepared ehr-client still_found",
            "two_factor_is_prepared ehr-server still_found",
        ]
    );
    assert!(
        diff["findings"]
            .as_array()
            .unwrap()
            .iter()
            .all(|f| f["why"] == serde_json::json!([{ "input": "as_of" }]))
    );
}

/// The id of a requirement names its edition only where several are loaded; the finding stays the same.
#[test]
fn another_edition_beside_it_does_not_make_a_finding_new() {
    let cases = Cases::new("diff-beside");
    let beside = format!("{PACK}catalog n \"旧\" {{ edition \"0\" }}\n").replace("n:1", "n@1:1");
    cases.assess("alone", PACK, &violated("c"), &[]).assess("beside", &beside, &violated("c"), &[]);
    let (status, diff) = cases.diff("alone", "beside");
    assert_eq!((status, diff["findings"].as_array().unwrap().len()), (0, 0), "{diff:#}");
    assert_eq!(diff["requirements"].as_array().unwrap().len(), 0);
}

// ---------------------------------------------------------------- arguments and formats

#[test]
fn bad_arguments_are_refused_in_both_languages() {
    let cases = Cases::new("diff-refused");
    cases.assess("a", PACK, FACTS, &[]);
    let a = cases.path("a");
    let text = std::fs::read_to_string(&a).unwrap();
    let write = |name: &str, text: &str| std::fs::write(cases.path(name), text).unwrap();
    write("other", &text.replace("\"facility\": \"test\"", "\"facility\": \"elsewhere\""));
    write("schema", &text.replace("kijun.assessment/1", "kijun.assessment/9"));
    write("broken", &text[..text.len() / 2]);
    write("shape", &text.replace("\"verdict\": \"satisfied\"", "\"verdict\": \"passed\""));
    let (other, schema, broken, shape) =
        (cases.path("other"), cases.path("schema"), cases.path("broken"), cases.path("shape"));
    let (missing, ws) = (cases.path("missing"), format!("{}/ws", cases.0.path()));
    for (args, ja, en) in [
        (vec!["diff", &a, "csf@1.1", "rulepacks"], "同じ種類どうし", "only two of a sort can be compared"),
        (vec!["diff", "csf@1.1", &a, "rulepacks"], "同じ種類どうし", "only two of a sort can be compared"),
        (vec!["diff", &a, &other], "比べられません", "cannot be compared"),
        (vec!["diff", &a, &schema], "kijun.assessment/9", "only `kijun.assessment/1` can be compared"),
        (vec!["diff", &a, &broken], "JSON として読めません", "is not JSON at line"),
        (
            vec!["diff", &a, &shape],
            "の形をしていません",
            "does not follow `kijun.assessment/1` (`passed` is no verdict",
        ),
        (vec!["diff", &a, &missing], "を読めません", "cannot read"),
        (vec!["diff", &a, &a, "--explain"], "使えません", "takes no `--as-of`"),
        (vec!["diff", &a, &a, "--as-of", "2026-01-01"], "使えません", "takes no `--as-of`"),
        (
            vec!["diff", &a, "2026-10-01", &ws],
            "` に 2026-10-01 の判定結果がありません",
            "no assessment of 2026-10-01",
        ),
        (vec!["diff", "previous", "latest", &ws], "判定結果がありません", "no assessment before the latest"),
        (vec!["diff", "latest", "csf@2.0", &ws], "同じ種類どうし", "only two of a sort can be compared"),
        (
            vec!["diff", "csf@1.0", "csf@2.0", "rulepacks"],
            "読み込まれていません",
            "no catalogue `csf@1.0` is loaded",
        ),
        (
            vec!["diff", "mhlw", "csf@2.0", "rulepacks"],
            "一つのカタログに決まりません",
            "means several catalogues",
        ),
    ] {
        let out = kijun(&[&["--lang", "en"], &args[..]].concat());
        assert_eq!(out.status, 2, "{args:?}: {}", out.stdout);
        assert!(out.stderr.contains(en) && out.stderr.contains("help:"), "{args:?}: {}", out.stderr);
        assert!(out.stdout.is_empty());
        let out = kijun(&[&["--lang", "ja"], &args[..]].concat());
        assert!(out.stderr.contains(ja) && out.stderr.contains("対処:"), "{args:?}: {}", out.stderr);
    }
}

#[test]
fn no_mapping_between_the_two_is_said() {
    let start = TWO.find("mapping").unwrap();
    let end = TWO.find("check any_encryption").unwrap();
    let pack = format!("{}{}", &TWO[..start], &TWO[end..]);
    let folder = Folder::new("diff-unmapped", &[("kijun.toml", MANIFEST), ("n.kijun", &pack)]);
    let out = kijun(&["diff", "n@1", "n@2", folder.path()]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    assert!(out.stderr.contains("no mapping between the two is loaded"), "{}", out.stderr);
    assert!(out.stdout.contains("n@1, 2 items: not said 2\nn@2, 2 items: not said 2\n"), "{}", out.stdout);
}

#[test]
fn all_formats_in_both_languages_give_the_same_bytes_twice() {
    let cases = Cases::new("diff-formats");
    cases.assess("a", PACK, &violated("c"), &[]).assess("b", PACK, &violated("d"), &[]);
    let (a, b) = (cases.path("a"), cases.path("b"));
    for call in [vec!["diff", &a, &b], [&S11[..], &["--profile", "side_by_side"]].concat()] {
        for format in ["text", "csv", "md", "json"] {
            for (lang, word) in [("ja", "パスワード"), ("en", "password")] {
                let args = [&["--lang", lang, "--threads", "1"], &call[..], &["--format", format]].concat();
                let one = kijun(&args);
                let two =
                    kijun(&[&["--lang", lang, "--threads", "4"], &call[..], &["--format", format]].concat());
                assert!(one.status < 2 && !one.stdout.is_empty(), "{args:?}: {}", one.stderr);
                assert_eq!(one.stdout, two.stdout, "{args:?}");
                if call.len() > 3 {
                    assert!(one.stdout.contains(word), "{args:?}");
                }
            }
        }
    }
    let csv = kijun(&[&S11[..], &["--profile", "side_by_side", "--format", "csv"]].concat()).stdout;
    let line = csv.lines().find(|l| l.starts_with("checklist:2-7,")).unwrap();
    for part in [
        "changed,changed",
        "intersects",
        "stated,3,inferred",
        "violated,violated,other_facts,password_policy passwords,false",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    let to = format!("{}/out.md", cases.0.path());
    assert_eq!(kijun(&["diff", &a, &b, "--format", "md", "-o", &to]).status, 1);
    assert!(std::fs::read_to_string(to).unwrap().starts_with("# test: "));
    assert!(root().join("crates/kijun-exchange/schemas/kijun.diff-1.schema.json").is_file());
}
