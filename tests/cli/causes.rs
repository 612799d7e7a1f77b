//! What made the difference between two assessments: facts, rules or the day, found by evaluating again.

use serde_json::Value;

use crate::diff::json;
use crate::run::{Folder, kijun};

const CAUSES: [(&str, &str); 3] = [
    ("ws/kijun.toml", "[workspace]\nfacility = \"test\"\n[dependencies]\nn = { path = \"../n\" }\n"),
    ("n/kijun.toml", "[pack]\nname = \"n\"\nversion = \"1.0.0\"\n"),
    ("n/n.kijun", DUE_PACK),
];
const DUE_PACK: &str = r#"catalog n "規範" { en "norm" edition "1" level C must "必須" en "must" }
requirement n:1 "期限" { en "due" level C }
requirement n:2 "名称" { en "name" level C }
entity item "物" { due "期限": date  ok "可否": bool  length "長さ": int }
check in_time for n:1 { each i: item require i.due >= today ja "期限切れ" en "overdue" }
check is_ok for n:2 { each i: item require i.ok and i.length <= 10 ja "不可" en "not ok" }
"#;

/// Three records in order on 1 June. Of what follows, each file says something else.
fn items(by_fact: &str, due: &str) -> String {
    let item = |id: &str, due: &str, ok: &str, length: &str| {
        format!("[[item]]\nid = \"{id}\"\ndue = {due}\nok = {ok}\nlength = {length}\n")
    };
    let records = [
        item("by_day", "2026-06-30", "true", "1"),
        item("by_fact", "2027-01-01", by_fact, "1"),
        item("by_rule", "2027-01-01", "true", "8"),
        item("by_both", due, "true", "1"),
    ];
    format!("{}[complete]\nitem = true\n", records.concat())
}

struct Causes(Folder);

impl Causes {
    /// The old assessment of 1 June: all in order.
    fn new(name: &str) -> Causes {
        let causes = Causes(Folder::new(name, &CAUSES));
        causes.facts(&items("true", "2026-12-31")).assess("old", "2026-06-01");
        causes
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.0.path())
    }

    fn write(&self, name: &str, text: &str) -> &Causes {
        let path = self.path(name);
        std::fs::create_dir_all(std::path::Path::new(&path).parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn facts(&self, text: &str) -> &Causes {
        self.write("ws/facts/f.toml", text)
    }

    /// A rule that asks for more.
    fn stricter(&self) -> &Causes {
        self.write("n/n.kijun", &DUE_PACK.replace("<= 10", "<= 5"))
    }

    fn assess(&self, name: &str, day: &str) -> &Causes {
        let (ws, out) = (self.path("ws"), self.path(&format!("{name}.json")));
        let out = kijun(&["assess", &ws, "--as-of", day, "--format", "json", "-o", &out]);
        assert!(out.status < 2, "{}", out.stderr);
        self
    }

    /// `how [steps] reason`, then `id [by] inputs` of each finding.
    fn diff(&self, options: &[&str]) -> Vec<String> {
        let (old, new, ws) = (self.path("old.json"), self.path("new.json"), self.path("ws"));
        let (_, diff) = json(&[&["diff", &old, &new, &ws], options].concat());
        let by = |steps: &Value| {
            let step = |s: &Value| {
                let names = s.as_array().unwrap().iter();
                names.map(|n| n.as_str().unwrap()).collect::<Vec<_>>().join("|")
            };
            steps.as_array().unwrap().iter().map(step).collect::<Vec<_>>().join(";")
        };
        let attribution = &diff["attribution"];
        let head = [attribution["how"].as_str().unwrap(), attribution["reason"].as_str().unwrap_or("-")];
        let mut out = vec![format!("{} {} {}", head[0], by(&attribution["steps"]), head[1])];
        for f in diff["findings"].as_array().unwrap() {
            let input = |w: &Value| w["name"].as_str().or(w["input"].as_str()).unwrap().to_owned();
            let inputs: Vec<String> = f["why"].as_array().unwrap().iter().map(input).collect();
            let id = f["subject"]["id"].as_str().unwrap();
            out.push(format!("{id} {} {}", by(&f["by"]), inputs.join(",")));
        }
        out
    }
}

/// The workspace is as it was for the new assessment; only the day goes back.
#[test]
fn facts_and_the_day_are_told_apart_by_the_workspace_of_the_new_assessment() {
    let causes = Causes::new("causes-new");
    // Late on 1 December only, and with the new facts only.
    causes.facts(&items("false", "2026-07-31")).assess("new", "2026-12-01");
    let told = [
        "reevaluated facts;as_of -",
        "by_both as_of as_of",
        "by_day as_of as_of",
        "by_fact facts facts/f.toml",
    ];
    assert_eq!(causes.diff(&[]), told);
    // Late on either day with the new facts.
    causes.facts(&items("false", "2026-05-31")).assess("new", "2026-12-01");
    assert_eq!(causes.diff(&[])[1], "by_both facts facts/f.toml");
    let (old, new) = (causes.path("old.json"), causes.path("new.json"));
    let ja = kijun(&["diff", &old, &new, &causes.path("ws"), "--lang", "ja"]).stdout;
    assert!(ja.contains("指摘が変わった理由: 事実 2、評価日 1"), "{ja}");
    assert!(ja.contains("理由は、作業場所を評価し直して分けた。入力を 事実 → 評価日 の順に替え"), "{ja}");
    let csv = kijun(&["diff", &old, &new, &causes.path("ws"), "--format", "csv"]).stdout;
    assert!(csv.contains("violated,,must,true,the day,overdue,as_of"), "{csv}");
    let md = kijun(&["diff", &old, &new, &causes.path("ws"), "--format", "md", "--lang", "en"]).stdout;
    assert!(md.contains("because of: facts (what differs: facts facts/f.toml)"), "{md}");
}

#[test]
fn they_are_told_apart_by_the_old_facts_too() {
    let causes = Causes::new("causes-old");
    causes.facts(&items("false", "2026-07-31")).assess("new", "2026-12-01");
    causes.facts(&items("true", "2026-12-31"));
    let told = [
        "reevaluated as_of;facts -",
        "by_both facts facts/f.toml",
        "by_day as_of as_of",
        "by_fact facts facts/f.toml",
    ];
    assert_eq!(causes.diff(&[]), told, "the day first: its change alone leaves `by_both` in time");
}

#[test]
fn facts_and_rules_that_changed_at_once_are_not_told_apart_unless_one_of_them_is_at_hand() {
    let causes = Causes::new("causes-three");
    causes.stricter().facts(&items("false", "2026-12-31")).assess("new", "2026-12-01");
    let told = [
        "reevaluated facts|rules;as_of -",
        "by_day as_of as_of",
        "by_fact facts|rules facts/f.toml,n",
        "by_rule facts|rules facts/f.toml,n",
    ];
    assert_eq!(sorted(&causes.diff(&[])), sorted(&told.map(str::to_owned)));
    let text = kijun(&[
        "diff",
        &causes.path("old.json"),
        &causes.path("new.json"),
        &causes.path("ws"),
        "--lang",
        "en",
    ]);
    assert!(
        text.stdout.contains("why findings differ: facts or rules (cannot be told apart) 2, the day 1"),
        "{}",
        text.stdout
    );
    // The old facts are at hand, with the new rules: all three are told apart.
    causes.write("ws/facts/f.toml", &items("true", "2026-12-31"));
    let told = [
        "reevaluated rules;as_of;facts -",
        "by_day as_of as_of",
        "by_fact facts facts/f.toml",
        "by_rule rules n",
    ];
    assert_eq!(sorted(&causes.diff(&[])), sorted(&told.map(str::to_owned)));
}

fn sorted(lines: &[String]) -> Vec<String> {
    let mut lines = lines.to_vec();
    lines.sort();
    lines
}

#[test]
fn one_input_that_differs_needs_no_workspace() {
    let causes = Causes::new("causes-one");
    causes.stricter().assess("new", "2026-06-01");
    let told = ["one_input rules -", "by_rule rules n"];
    assert_eq!(causes.diff(&[]), told);
    std::fs::remove_dir_all(causes.path("ws")).unwrap();
    assert_eq!(causes.diff(&[]), told);
}

#[test]
fn what_the_workspace_itself_says_is_a_rule() {
    let causes = Causes::new("causes-own");
    causes.write("ws/p.kijun", "profile p \"範囲\" { include n:1 }\n").assess("new", "2026-06-01");
    assert_eq!(causes.diff(&[]), ["one_input rules -"]);
    // The same with the profile in use, on another day: its own rules are not those of either.
    causes.assess("new", "2026-12-01").write("ws/p.kijun", "profile q \"範囲\" { include n:1 }\n");
    assert_eq!(causes.diff(&[]), ["undivided rules|as_of other_rules", "by_day rules|as_of workspace,as_of"]);
}

#[test]
fn where_causes_cannot_be_told_apart_it_says_why() {
    let causes = Causes::new("causes-not");
    causes.facts(&items("false", "2026-12-31")).assess("new", "2026-12-01");
    let heads = |text: &str, options: &[&str]| -> (String, String) {
        causes.facts(text);
        let head = causes.diff(options).remove(0);
        let call =
            ["diff", &causes.path("old.json"), &causes.path("new.json"), &causes.path("ws"), "--lang", "ja"];
        (head, kijun(&[&call[..], options].concat()).stdout)
    };
    let (head, text) = heads(&items("true", "2026-01-01"), &[]);
    assert_eq!(head, "undivided facts|as_of other_facts");
    assert!(text.contains("作業場所の事実（`facts/f.toml`）がどちらの結果とも違う"), "{text}");
    let (head, text) = heads("[[nothing]]\n", &[]);
    assert_eq!(head, "undivided facts|as_of unsound");
    assert!(text.contains("kijun check"), "{text}");
    // A workspace of another facility.
    causes.write("ws/kijun.toml", &CAUSES[0].1.replace("\"test\"", "\"elsewhere\""));
    assert_eq!(heads(&items("false", "2026-12-31"), &[]).0, "undivided facts|as_of other_facility");
    causes.write("ws/kijun.toml", CAUSES[0].1);
    // Something that is not recorded: the same inputs give another result.
    let new = std::fs::read_to_string(causes.path("new.json")).unwrap();
    causes.write("new.json", &new.replacen("\"verdict\": \"violated\"", "\"verdict\": \"satisfied\"", 1));
    assert_eq!(heads(&items("false", "2026-12-31"), &[]).0, "undivided facts|as_of not_reproduced");
    causes.write("new.json", &new);
    // One role only.
    causes
        .write("n/n.kijun", &DUE_PACK.replace("level C }", "level C audience vendor }"))
        .assess("new", "2026-12-01");
    let some =
        ["assess", &causes.path("ws"), "--as-of", "2026-12-01", "--for", "management", "--format", "json"];
    causes.write("new.json", &kijun(&some).stdout);
    assert_eq!(causes.diff(&[])[0], "undivided facts|rules|as_of partial");
    // No workspace at all.
    let both = ["diff", &causes.path("old.json"), &causes.path("new.json")];
    causes.write("new.json", &new);
    assert!(kijun(&both).stdout.contains("name a workspace"), "{}", kijun(&both).stdout);
    assert_eq!(json(&both).1["attribution"]["reason"], "no_workspace");
    let none = kijun(&[&both[..], &[&causes.path("n/none")]].concat());
    assert!(none.status == 2 && none.stderr.contains("kijun.toml"), "{}", none.stderr);
}

/// Another finding rests on the same fact, so its old value is known though the finding is new.
#[test]
fn a_fact_that_another_finding_names_shows_what_it_was() {
    let causes = Causes::new("causes-fact");
    let both = DUE_PACK.replace("i.ok and i.length <= 10", "i.length <= 10");
    let short = format!(
        "{both}check short for n:1 {{ each i: item require i.length > 0 ja \"短い\" en \"short\" }}\n"
    );
    causes.write("n/n.kijun", &short).facts(&items("true", "2026-12-31").replace("length = 8", "length = 0"));
    causes
        .assess("old", "2026-06-01")
        .facts(&items("true", "2026-12-31").replace("length = 8", "length = 20"));
    causes.assess("new", "2026-06-01");
    let (_, diff) = json(&["diff", &causes.path("old.json"), &causes.path("new.json")]);
    let finding = diff["findings"].as_array().unwrap().iter().find(|f| f["check"] == "is_ok").unwrap();
    assert_eq!(finding["fate"], "appeared");
    let fact = &finding["facts"][0];
    assert_eq!(
        (&fact["fact"], &fact["old"]["value"], &fact["new"]["value"]),
        (&"item.by_rule.length".into(), &"0".into(), &"20".into())
    );
}
