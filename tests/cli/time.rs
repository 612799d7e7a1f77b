//! What time does: `due`, `editions`, `assess --keep` and `--baseline`.

use serde_json::Value;

use crate::run::{Folder, MANIFEST, PACK, kijun};

fn json(args: &[&str], schema: &str) -> Value {
    let out = kijun(&[args, &["--format", "json"]].concat());
    assert_eq!(out.status, 0, "{}", out.stderr);
    let value: Value = serde_json::from_str(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", out.stderr));
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{args:?}: {errors:#?}");
    value
}

fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().unwrap()
}

const CITY: &str = "examples/city-hospital";

// ---------------------------------------------------------------- due

#[test]
fn what_lapses_is_listed_by_day_with_what_flips_then() {
    let due = json(&["due", CITY, "--within", "90d"], kijun_exchange::DUE_SCHEMA);
    let items = list(&due, "items");
    let days: Vec<&str> = items.iter().map(|i| i["last_day"].as_str().unwrap()).collect();
    assert!(days.is_sorted() && days.iter().all(|d| *d <= "2027-02-20"), "{days:?}");
    let find = |fact: &str| {
        items.iter().find(|i| list(i, "facts").contains(&fact.into())).unwrap_or_else(|| panic!("no {fact}"))
    };
    let soc2 = find("certification.pacific-soc2.valid_to");
    assert_eq!(
        (&soc2["what"], &soc2["last_day"], &soc2["lapsed"]),
        (&"date".into(), &"2026-12-31".into(), &false.into())
    );
    let flip = &list(soc2, "flips")[0];
    assert_eq!(flip["requirement"], "handbook:CERT-01");
    assert_eq!((&flip["before"], &flip["after"]), (&"satisfied".into(), &"violated".into()));
    assert!(list(soc2, "audience").contains(&"purchaser".into()));
    let waiver = find("waiver.wv-pacs-us");
    assert!(waiver["lapsed"] == true && list(waiver, "flips")[0]["requirement"] == "handbook:CL-LOC-1");
    let evidence = find("connection.mobile-homecare.demarcation_carrier");
    assert_eq!((&evidence["what"], &evidence["last_day"]), (&"evidence".into(), &"2026-09-30".into()));
    assert!(list(evidence, "flips").iter().all(|f| f["after"] == "stale"));
    // What has lapsed is listed only where it bears on a verdict.
    assert!(items.iter().filter(|i| i["lapsed"] == true).all(|i| !list(i, "flips").is_empty()));
    assert!(!days.contains(&"1970-01-01"), "none is no date");
}

/// Edition 7.0 asks for two factors from a day on that stands in its rules alone.
#[test]
fn a_day_that_stands_in_rules_is_named_with_its_place_and_what_flips_then() {
    let due = json(&["due", CITY, "--within", "6m"], kijun_exchange::DUE_SCHEMA);
    let rule =
        list(&due, "items").iter().find(|i| i["what"] == "rule" && i["rule"]["name"] == "two_factor_from");
    let item = rule.unwrap();
    assert_eq!((&item["rule"]["date"], &item["last_day"]), (&"2027-04-01".into(), &"2027-03-31".into()));
    assert!(
        item["rule"]["file"].as_str().unwrap().ends_with("mhlw-7.0/rules.kijun")
            && item["rule"]["line"].is_u64()
    );
    let flips = list(item, "flips");
    assert!(
        flips.iter().any(|f| f["check"] == "two_factor_is_used" && f["after"] == "violated"),
        "{flips:#?}"
    );
    let ja = kijun(&["due", CITY, "--within", "6m", "--lang", "ja"]).stdout;
    assert!(ja.contains("2027-04-01  規則にある日付「two_factor_from」2027-04-01"), "{ja}");
    let ics = kijun(&["due", CITY, "--within", "6m", "--format", "ics"]).stdout;
    assert!(ics.contains("CATEGORIES:RULE") && ics.contains("DTSTART;VALUE=DATE:20270401"));
}

/// The day after the last day, the assessment says what the list said would be so.
#[test]
fn what_is_said_to_flip_flips_on_the_day_after() {
    let assess = |day: &str| -> Value {
        serde_json::from_str(&kijun(&["assess", CITY, "--as-of", day, "--format", "json"]).stdout).unwrap()
    };
    let is_found = |result: &Value| {
        list(result, "findings").iter().any(|f| {
            f["check"] == "certificate_in_date"
                && f["subject"]["id"] == "pacific-soc2"
                && f["verdict"] == "violated"
        })
    };
    assert!(!is_found(&assess("2026-12-31")) && is_found(&assess("2027-01-01")));
}

const DATED: &str = r#"catalog n "規範" { en "norm" edition "1" level C must "必須" en "must" }
requirement n:1 "更新の準備" { en "renewal is prepared" level C audience purchaser }
requirement n:2 "年次の確認" { en "yearly review" level C }
entity contract "契約" { ends "満了日": date  renewed "更新済": bool }
check renewal for n:1 {
  each c: contract
  where c.ends <= today + 2 months
  require c.renewed ja "更新がまだです" en "not renewed"
}
attest yearly for n:2 "確かめましたか" { en "was it reviewed" by administrator every 1 year }
"#;
const DATES: &str = "[[contract]]\nid = \"c\"\nends = 2027-03-31\nrenewed = false\n[[attestation]]\nid = \"a\"\nrequirement = \"n:2\"\nanswer = \"yes\"\nby = \"administrator\"\ndate = 2026-01-10\n";

#[test]
fn dates_with_an_interval_act_before_their_day_and_attestations_grow_stale() {
    let folder =
        Folder::new("due-dated", &[("kijun.toml", MANIFEST), ("n.kijun", DATED), ("facts/f.toml", DATES)]);
    let due = json(&["due", folder.path(), "--within", "6m"], kijun_exchange::DUE_SCHEMA);
    let seen: Vec<String> = list(&due, "items")
        .iter()
        .map(|i| {
            let flips: Vec<&str> = list(i, "flips").iter().map(|f| f["after"].as_str().unwrap()).collect();
            format!(
                "{} {} {} {}",
                i["last_day"].as_str().unwrap(),
                i["what"].as_str().unwrap(),
                i["facts"][0].as_str().unwrap(),
                flips.join(",")
            )
        })
        .collect();
    assert_eq!(
        seen,
        ["2027-01-10 attestation attestation.a stale", "2027-01-30 date contract.c.ends violated"]
    );
    let short = json(&["due", folder.path(), "--within", "7d"], kijun_exchange::DUE_SCHEMA);
    assert!(list(&short, "items").is_empty());
}

#[test]
fn the_calendar_follows_rfc_5545() {
    let folder =
        Folder::new("due-ics", &[("kijun.toml", MANIFEST), ("n.kijun", DATED), ("facts/f.toml", DATES)]);
    for lang in ["ja", "en"] {
        let text = kijun(&["due", folder.path(), "--within", "1y", "--format", "ics", "--lang", lang]).stdout;
        assert!(
            text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n")
        );
        assert!(text.split("\r\n").all(|l| l.len() <= 75 && !l.contains('\n')), "{text}");
        let unfolded = text.replace("\r\n ", "");
        let count = |line: &str| unfolded.split("\r\n").filter(|l| l.starts_with(line)).count();
        assert_eq!((count("BEGIN:VEVENT"), count("END:VEVENT"), count("UID:")), (2, 2, 2));
        assert_eq!(count("DTSTAMP:20261122T000000Z"), 2, "the day of the assessment, no clock");
        assert_eq!((count("DTSTART;VALUE=DATE:20270110"), count("DTEND;VALUE=DATE:20270111")), (1, 1));
    }
}

#[test]
fn tables_and_workbooks_of_what_lapses_and_of_editions_are_the_same_twice() {
    let folder =
        Folder::new("time-books", &[("kijun.toml", MANIFEST), ("n.kijun", DATED), ("facts/f.toml", DATES)]);
    let s11 = ["editions", "examples/s11-editions", "--profile", "side_by_side"];
    let due = ["due", folder.path(), "--within", "1y"];
    for (call, sheet) in [(&s11[..], "版ごとの数"), (&due[..], "期限")] {
        let to = |n: usize| format!("{}/{n}.xlsx", folder.path());
        for n in [1, 2] {
            let path = to(n);
            let out = kijun(&[call, &["--format", "xlsx", "--lang", "ja", "-o", &path]].concat());
            assert_eq!(out.status, 0, "{}", out.stderr);
        }
        assert_eq!(std::fs::read(to(1)).unwrap(), std::fs::read(to(2)).unwrap());
        let book: calamine::Xlsx<_> = calamine::open_workbook(to(1)).unwrap();
        assert!(calamine::Reader::sheet_names(&book).contains(&sheet.to_owned()));
        let csv = kijun(&[call, &["--format", "csv"]].concat()).stdout;
        assert!(csv.starts_with('\u{feff}') && csv.lines().count() > 2, "{csv}");
        let md = kijun(&[call, &["--format", "md", "--lang", "en"]].concat()).stdout;
        assert!(md.starts_with("# "), "{md}");
    }
    let out = kijun(&["due", folder.path(), "--within", "soon"]);
    assert!(out.status == 2 && out.stderr.contains("write it as 90d"), "{}", out.stderr);
}

// ---------------------------------------------------------------- editions

#[test]
fn the_same_facts_stand_under_each_edition_and_no_figure_is_of_two() {
    let call = ["editions", "examples/s11-editions", "--profile", "side_by_side"];
    let all = json(&call, kijun_exchange::EDITIONS_SCHEMA);
    let columns = list(&all, "columns");
    let names: Vec<&str> = columns.iter().map(|c| c["catalog"].as_str().unwrap()).collect();
    assert_eq!(names, ["mhlw@4.2", "mhlw@6.0", "mhlw@7.0", "checklist@R7"]);
    for (i, column) in columns.iter().enumerate() {
        let counted: u64 =
            column["requirements"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
        let shown = list(&all, "rows").iter().flat_map(|r| r["cells"][i].as_array().unwrap());
        let evaluated = shown.filter(|c| !c["verdict"].is_null()).count() as u64;
        assert!(counted > 0 && evaluated > 0, "{column}");
    }
    // Nothing is known of what 4.2 asks for: that is no notice.
    let none = serde_json::json!({ "must": 0, "should": 0, "notice": 0, "information": 0 });
    assert_eq!((&columns[0]["findings"], &columns[0]["unknown_findings"]), (&none, &106.into()));
    let pair = |old: &str, new: &str| {
        list(&all, "pairs").iter().find(|p| p["old"] == old && p["new"] == new).unwrap()
    };
    // S11: edition 7.0 does not ask for regular change, the checklist of FY2025 does; lockout is asked for by 7.0 alone.
    let differs = list(pair("mhlw@7.0", "checklist@R7"), "differs");
    let passwords = differs.iter().find(|d| d["new"][0] == "checklist:2-7").unwrap();
    assert_eq!(passwords["subjects"][0]["old_rules"][0], "lockout_is_set");
    assert_eq!(passwords["subjects"][0]["new_rules"][0], "password_rotation");
    let text = kijun(&[&call[..], &["--lang", "ja"]].concat()).stdout;
    assert!(
        text.contains("必須 0  推奨 0  注意 0  情報 0  (ほかに未確認 106)")
            && text.contains("版をまたいで足し合わせません")
            && text.contains("── mhlw@6.0 → mhlw@7.0"),
        "{text}"
    );
}

#[test]
fn an_edition_whose_rules_do_not_apply_says_so_and_columns_can_be_named() {
    let all = json(&["editions", CITY], kijun_exchange::EDITIONS_SCHEMA);
    let of = |name: &str| {
        list(&all, "columns").iter().find(|c| c["catalog"] == name).unwrap()["applies"].as_bool().unwrap()
    };
    assert!(of("mhlw@4.2") && of("mhlw@7.0") && !of("mhlw@6.0"));
    assert!(
        list(&all, "columns").iter().all(|c| !c["catalog"].as_str().unwrap().starts_with("csf")),
        "tracked only"
    );
    let two = json(&["editions", CITY, "--of", "mhlw@7.0,mhlw@4.2"], kijun_exchange::EDITIONS_SCHEMA);
    assert_eq!(list(&two, "columns")[0]["catalog"], "mhlw@7.0");
    let out = kijun(&["editions", CITY, "--of", "mhlw@7.0"]);
    assert!(out.status == 2 && out.stderr.contains("no two editions"), "{}", out.stderr);
}

// ---------------------------------------------------------------- history

/// Three days of a workspace that gets worse and better, with what lies beside them.
fn history(name: &str) -> Folder {
    let vendor = "[[vendor]]\nid = \"v\"\nname = \"V\"\n";
    let facts = |a: &str, b: &str| format!("{vendor}{}{}", contract("a", a), contract("b", b));
    let first = facts("false", "true");
    let files = [("kijun.toml", MANIFEST), ("n.kijun", PACK), ("facts/f.toml", &first)];
    let folder = Folder::new(name, &files);
    let path = folder.path();
    let keep = |day: &str| {
        let out = kijun(&["assess", path, "--keep", "--as-of", day]);
        assert!(out.stderr.contains("was kept"), "{}", out.stderr);
    };
    keep("2026-08-01");
    std::fs::write(format!("{path}/facts/f.toml"), facts("false", "false")).unwrap();
    keep("2026-10-01");
    std::fs::write(format!("{path}/facts/f.toml"), facts("true", "true")).unwrap();
    keep("2026-11-22");
    folder
}

#[test]
fn the_history_lists_what_was_kept_and_what_changed_from_one_to_the_next() {
    let folder = history("history-list");
    let path = folder.path();
    let all = json(&["history", path], kijun_exchange::HISTORY_SCHEMA);
    let seen: Vec<String> = list(&all, "assessments")
        .iter()
        .map(|a| {
            let since = |key: &str| a["since"][key].to_string();
            format!(
                "{} violated {} must {} since {}: new {} resolved {} worse {} {}",
                a["as_of"].as_str().unwrap(),
                a["requirements"]["violated"],
                a["findings"]["must"],
                since("as_of"),
                since("new"),
                since("resolved"),
                since("worse"),
                since("facts"),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            "2026-08-01 violated 1 must 1 since null: new null resolved null worse null null",
            "2026-10-01 violated 1 must 2 since \"2026-08-01\": new 1 resolved 0 worse 1 [\"facts/f.toml\"]",
            "2026-11-22 violated 0 must 0 since \"2026-10-01\": new 0 resolved 2 worse 0 [\"facts/f.toml\"]",
        ]
    );
    assert_eq!(list(&all, "assessments")[0]["editions"], serde_json::json!(["n@1"]));
    assert!(list(&all, "unread").is_empty());
    let ja = kijun(&["history", path, "--lang", "ja"]);
    assert_eq!(ja.status, 0, "{}", ja.stderr);
    for part in [
        "判定の履歴（3 件、2026-08-01 から 2026-11-22）",
        "要求事項 1 件: 不適合 1（判定できていないもの 0 件）",
        "指摘: 増えた 1、解消 0、",
        "変わった入力: 事実 1 ファイル（facts/f.toml）",
    ] {
        assert!(ja.stdout.contains(part), "{part}: {}", ja.stdout);
    }
    let en = kijun(&["history", path, "--lang", "en", "--format", "md"]).stdout;
    assert!(en.starts_with("# test: history of assessments (3, 2026-08-01 to 2026-11-22)"), "{en}");
    let csv = kijun(&["history", path, "--format", "csv"]).stdout;
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("\u{feff}as_of,satisfied,violated,"), "{csv}");
    let columns = lines[0].split(',').count();
    assert!(lines.len() == 4 && lines.iter().all(|l| l.split(',').count() == columns), "{csv}");
    assert!(lines[2].contains(",2026-08-01,1,0,0,0,1,0,facts/f.toml,n@1,"), "{csv}");
    // The packs may be wrong today: what was kept is listed all the same.
    std::fs::write(format!("{path}/n.kijun"), "nothing of this is right").unwrap();
    assert_eq!(json(&["history", path], kijun_exchange::HISTORY_SCHEMA), all);
}

/// What is unknown is no finding of its severity: one contract is violated, of the other it is not known.
#[test]
fn what_is_unknown_is_counted_apart_in_the_history() {
    let unknown = contract("b", "true").replace("encrypted = true", "encrypted = \"?\"");
    let facts = format!("[[vendor]]\nid = \"v\"\nname = \"V\"\n{}{unknown}", contract("a", "false"));
    let files = [("kijun.toml", MANIFEST), ("n.kijun", PACK), ("facts/f.toml", &facts)];
    let folder = Folder::new("history-unknown", &files);
    let path = folder.path();
    kijun(&["assess", path, "--keep", "--as-of", "2026-11-22"]);
    let none_but_one_must = serde_json::json!({ "must": 1, "should": 0, "notice": 0, "information": 0 });
    let history = json(&["history", path], kijun_exchange::HISTORY_SCHEMA);
    let kept = &list(&history, "assessments")[0];
    assert_eq!((&kept["findings"], &kept["unknown_findings"]), (&none_but_one_must, &1.into()));
    let ja = kijun(&["history", path, "--lang", "ja"]).stdout;
    assert!(ja.contains("指摘: 必須 1、推奨 0、注意 0、情報 0（ほかに未確認 1）"), "{ja}");
    let csv = kijun(&["history", path, "--format", "csv"]).stdout;
    assert!(csv.contains(",must,should,notice,information,unknown_findings,since,"), "{csv}");
}

#[test]
fn what_is_broken_or_foreign_is_named_and_hides_nothing() {
    let folder = history("history-broken");
    let path = folder.path();
    let write = |name: &str, text: &str| std::fs::write(format!("{path}/history/{name}"), text).unwrap();
    let good = std::fs::read_to_string(format!("{path}/history/2026-10-01.json")).unwrap();
    write("2026-01-01.json", good.split_at(good.find("\"facts\"").unwrap()).0);
    write("2026-01-02.json", &good.replace("\"facility\": \"test\"", "\"facility\": \"elsewhere\""));
    write("2026-01-03.json", &good);
    write("2026-01-04.json", &good.replace("kijun.assessment/1", "kijun.plan/1"));
    write("2026-01-05.json", &good.replace("\"verdict\": \"violated\"", "\"verdict\": \"failed\""));
    write("october.json", &good);
    write("memo.txt", "覚え書き");
    write(".DS_Store", "");
    std::fs::create_dir(format!("{path}/history/2026-01-06.json")).unwrap();
    let out = kijun(&["history", path, "--format", "json"]);
    assert_eq!(out.status, 2, "a file that cannot be read is invalid input");
    let all: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!(list(&all, "assessments").len(), 3);
    let unread = list(&all, "unread");
    let said = |file: &str| {
        let of = unread.iter().find(|u| u["file"] == format!("history/{file}")).unwrap();
        of["message"]["en"].as_str().unwrap()
    };
    assert_eq!(unread.len(), 8);
    assert!(said("2026-01-01.json").contains("is not JSON at line"));
    assert!(said("2026-01-02.json").contains("another facility (elsewhere)"));
    assert!(said("2026-01-03.json").contains("an assessment of 2026-10-01, another day"));
    assert!(said("2026-01-04.json").contains("`kijun.plan/1`"));
    let shape = said("2026-01-05.json");
    assert!(shape.contains("`failed` is no verdict") && shape.contains("line"), "{shape}");
    assert!(said("2026-01-06.json").contains("cannot read"));
    assert!(said("october.json").contains("not named as a kept assessment"));
    assert!(said("memo.txt").contains("not named as a kept assessment"));
    let text = kijun(&["history", path, "--lang", "ja"]);
    assert!(text.status == 2 && text.stdout.contains("履歴として読めないもの（8 件）"), "{}", text.stdout);
    assert!(text.stderr.is_empty(), "the text says it already");
    let csv = kijun(&["history", path, "--format", "csv"]);
    assert_eq!((csv.status, csv.stdout.lines().count()), (2, 4));
    assert_eq!(csv.stderr.matches("help:").count(), 8, "{}", csv.stderr);
    // `latest` is the last by its day, and says what is wrong with it.
    write("2026-12-01.json", "{}");
    let diff = kijun(&["diff", "previous", "latest", path]);
    assert!(
        diff.status == 2 && diff.stderr.contains("2026-12-01.json` names no `schema`"),
        "{}",
        diff.stderr
    );
}

#[test]
fn a_workspace_that_keeps_nothing_says_how_to_and_a_folder_that_is_none_is_refused() {
    let folder = Folder::new("history-none", &[("ws/kijun.toml", MANIFEST), ("ws/n.kijun", PACK)]);
    let ws = format!("{}/ws", folder.path());
    let out = kijun(&["history", &ws]);
    assert!(out.status == 0 && out.stdout.contains("`kijun assess --keep`"), "{}", out.stdout);
    assert!(list(&json(&["history", &ws], kijun_exchange::HISTORY_SCHEMA), "assessments").is_empty());
    let out = kijun(&["history", folder.path()]);
    assert!(out.status == 2 && out.stderr.contains("is no workspace"), "{}", out.stderr);
}

/// What reports say of a baseline is told apart by the workspace at hand.
#[test]
fn a_report_tells_apart_what_the_day_did_since_the_baseline() {
    let folder =
        Folder::new("baseline-day", &[("kijun.toml", MANIFEST), ("n.kijun", DATED), ("facts/f.toml", DATES)]);
    let path = folder.path();
    kijun(&["assess", path, "--keep"]);
    let more = format!("{DATES}[[contract]]\nid = \"d\"\nends = 2026-12-01\nrenewed = false\n");
    std::fs::write(format!("{path}/facts/f.toml"), more).unwrap();
    let baseline = format!("{path}/history/2026-11-22.json");
    let call = ["assess", path, "--as-of", "2027-02-15", "--baseline", &baseline, "--lang", "ja"];
    for format in ["text", "md", "html"] {
        let out = kijun(&[&call[..], &["--format", format]].concat()).stdout;
        assert!(out.contains("指摘が変わった理由: 事実 1、評価日 2"), "{format}: {out}");
    }
}

fn contract(id: &str, encrypted: &str) -> String {
    format!("[[contract]]\nid = \"{id}\"\nvendor = \"v\"\nencrypted = {encrypted}\n")
}

#[test]
fn assessments_are_kept_and_only_what_is_new_fails() {
    let vendor = "[[vendor]]\nid = \"v\"\nname = \"V\"\n";
    let facts = format!("{vendor}{}{}", contract("a", "false"), contract("b", "true"));
    let folder =
        Folder::new("history", &[("kijun.toml", MANIFEST), ("n.kijun", PACK), ("facts/f.toml", &facts)]);
    let path = folder.path();
    let out = kijun(&["assess", path, "--keep", "--for", "purchaser", "--format", "csv"]);
    assert!(out.status == 1 && out.stderr.contains("was kept"), "{}", out.stderr);
    let kept = format!("{path}/history/2026-11-22.json");
    let first = std::fs::read(&kept).unwrap();
    assert!(kijun(&["assess", path, "--keep"]).stderr.contains("is as it was"));
    assert_eq!(std::fs::read(&kept).unwrap(), first, "the same facts give the same bytes");
    let baseline = format!("{path}/baseline.json");
    std::fs::copy(&kept, &baseline).unwrap();
    let known = kijun(&["assess", path, "--baseline", &baseline]);
    assert!(known.status == 0 && known.stderr.contains("0 new, 1 known"), "{}", known.stderr);
    let worse = format!("{vendor}{}{}", contract("a", "false"), contract("b", "false"));
    std::fs::write(format!("{path}/facts/f.toml"), worse).unwrap();
    let new = kijun(&["assess", path, "--baseline", &baseline]);
    assert!(
        new.status == 1 && new.stderr.contains("1 new, 1 known") && new.stderr.contains("n:1@b"),
        "{}",
        new.stderr
    );
    assert!(kijun(&["assess", path, "--keep"]).stderr.contains("was written anew"));
    let diff = kijun(&["diff", &baseline, &kept]);
    assert!(diff.stdout.contains("why findings differ: facts 1"), "{}", diff.stdout);
    // On another day as well, results alone do not tell which of the two it was; the workspace does.
    kijun(&["assess", path, "--keep", "--as-of", "2026-12-01"]);
    let later = format!("{path}/history/2026-12-01.json");
    let both = kijun(&["diff", &baseline, &later, "--lang", "ja"]);
    assert!(both.stdout.contains("指摘が変わった理由: 事実か評価日（分けられない） 1"), "{}", both.stdout);
    let both = kijun(&["diff", &baseline, "latest", path, "--lang", "ja"]);
    assert!(both.stdout.contains("指摘が変わった理由: 事実 1"), "{}", both.stdout);
    let on_days = kijun(&["diff", "2026-11-22", "2026-12-01", path]);
    assert_eq!(on_days.stdout, kijun(&["diff", "previous", "latest", path]).stdout);
    assert!(on_days.stdout.starts_with("test: 2026-11-22 → 2026-12-01"), "{}", on_days.stdout);
    assert_eq!(on_days.stdout, kijun(&["diff", &kept, &later, path]).stdout);
    let ja = kijun(&["assess", path, "--baseline", &baseline, "--lang", "ja"]);
    assert!(ja.stderr.contains("新しい指摘 1 件"), "{}", ja.stderr);
}

#[test]
fn a_baseline_that_cannot_tell_what_is_new_is_refused() {
    let facts = format!("[[vendor]]\nid = \"v\"\nname = \"V\"\n{}", contract("a", "false"));
    let pack = PACK.replace("  level C\n}\nenum", "  level C\n  audience user\n}\nenum");
    let folder =
        Folder::new("baseline", &[("kijun.toml", MANIFEST), ("n.kijun", &pack), ("facts/f.toml", &facts)]);
    let path = folder.path();
    let part = format!("{path}/part.json");
    kijun(&["assess", path, "--for", "vendor", "--format", "json", "-o", &part]);
    let out = kijun(&["assess", path, "--baseline", &part]);
    assert!(out.status == 2 && out.stderr.contains("one role only"), "{}", out.stderr);
    let out = kijun(&["assess", path, "--baseline", &format!("{path}/none.json")]);
    assert!(out.status == 2 && out.stderr.contains("cannot read"), "{}", out.stderr);
    let other = format!("{path}/other.json");
    kijun(&["assess", path, "--format", "json", "-o", &other]);
    let text = std::fs::read_to_string(&other)
        .unwrap()
        .replace("\"facility\": \"test\"", "\"facility\": \"elsewhere\"");
    std::fs::write(&other, text).unwrap();
    let out = kijun(&["assess", path, "--baseline", &other]);
    assert!(out.status == 2 && out.stderr.contains("not of this facility"), "{}", out.stderr);
}
