//! `kijun ask` and `kijun answer`: what is unknown becomes questions to those who know, and what they write comes back as facts.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::office::convert;
use crate::run::{Folder, MANIFEST, kijun};

const NORM: &str = r#"catalog n "規範" {
  en "norm"
  edition "1"
  level C must "必須" en "must"
  level D should "推奨" en "should"
}
requirement n:1 "所在地" { en "location" level C }
requirement n:2 "方針" { en "policy" level D }
requirement n:3 "点検" { en "review" level C }
requirement n:4 "機器の暗号化" { en "encryption of devices" level C }
requirement n:5 "あいまい" { en "ambiguous" level C mark ambiguous }
entity vendor "事業者" {
  en "vendor"
  name "名称": text en "name"
  country "所在国": country en "country" ask "どの国にありますか" en "in which country?" of vendor
  policy "方針": bool en "policy" ask "方針はありますか" en "is there a policy?" of vendor
  staff "人数": int en "staff" ask "何人ですか" en "how many?" of vendor
}
entity contract "契約" { en "contract" vendor "事業者": vendor en "vendor" encrypted "暗号化": bool en "encrypted" ask "暗号化していますか" en "is it encrypted?" of vendor }
entity device "機器" { en "device" department "部署": text en "department" encrypted "暗号化": bool en "encrypted" ask "暗号化していますか" en "is it encrypted?" of administrator }
check location for n:1 { each v: vendor require v.country == JP ja "{v.name}は国外にあります" en "{v.name} is abroad" }
check policy for n:2 { each v: vendor require v.policy and v.staff >= 3 ja "{v.name}に方針がありません" en "{v.name} has no policy" }
check contracts for n:4 { each c: contract require c.encrypted ja "{c.vendor.name}の契約" en "contract with {c.vendor.name}" }
check devices for n:4 { each d: device require d.encrypted ja "{d.department}の機器" en "device of {d.department}" }
check vague for n:5 { each v: vendor require v.staff >= 5 ja "{v.name}" en "{v.name}" }
attest reviewed for n:3 "点検しましたか" { en "has it been reviewed?" by management every 1 year }
"#;

const FACTS: &str = r#"[complete]
vendor = true
contract = true
[[vendor]]
id = "a.co"
name = "<script>=A社"
[[vendor]]
id = "b"
name = "B社"
country = "JP"
policy = true
staff = 5
[[contract]]
id = "c1"
vendor = "a.co"
[[device]]
id = "d1"
department = "外科"
[[device]]
id = "d2"
encrypted = true
"#;

fn workspace(name: &str) -> Folder {
    let manifest = format!("{MANIFEST}title = {{ ja = \"みなと病院\", en = \"Minato\" }}\n");
    Folder::new(name, &[("kijun.toml", &manifest), ("n.kijun", NORM), ("facts/facts.toml", FACTS)])
}

fn questions(path: &str) -> Value {
    let out = kijun(&["ask", path, "--format", "json"]);
    assert_eq!((out.status, out.stderr.as_str()), (0, ""));
    let value: Value = serde_json::from_str(&out.stdout).unwrap();
    let schema: Value = serde_json::from_str(kijun_exchange::QUESTIONS_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

/// Each respondent with its keys.
fn asked(questions: &Value) -> Vec<(&str, Vec<&str>)> {
    let keys = |who| list(who, "questions").iter().map(|q| text(q, "key")).collect();
    list(questions, "respondents").iter().map(|who| (text(who, "respondent"), keys(who))).collect()
}

#[test]
fn each_respondent_is_asked_what_decides_something_and_most_decisive_first() {
    let folder = workspace("ask-who");
    let questions = questions(folder.path());
    assert_eq!(
        asked(&questions),
        [
            // Location and contract are must; the two of the policy wait for each other. What only a weak rule reads is not asked.
            (
                "vendor:a.co",
                vec![
                    "vendor.a.co.country",
                    "contract.c1.encrypted",
                    "vendor.a.co.policy",
                    "vendor.a.co.staff"
                ]
            ),
            ("administrator:外科", vec!["device.d1.encrypted"]),
            ("management", vec!["attest n:3"]),
        ]
    );
    let vendor = &list(&questions, "respondents")[0];
    let waits = |at: usize| &list(vendor, "questions")[at]["waits"][0];
    assert_eq!((text(waits(0), "requirement"), waits(0)["alone"].as_bool()), ("n:1", Some(true)));
    assert_eq!((text(waits(2), "weight"), waits(2)["alone"].as_bool()), ("should", Some(false)));
}

#[test]
fn the_list_names_people_and_says_how_to_go_on() {
    let folder = workspace("ask-list");
    let ja = kijun(&["ask", folder.path(), "--lang", "ja"]).stdout;
    assert!(ja.contains("<script>=A社 — 4 件（うち必須に関わるもの 2 件）"), "{ja}");
    assert!(ja.contains("kijun answer"), "{ja}");
    let en = kijun(&["ask", folder.path()]).stdout;
    assert!(en.contains("外科: 1 question(s), 1 of them on must-requirements"), "{en}");
    let only = kijun(&["ask", folder.path(), "--to", "management"]).stdout;
    assert!(only.contains("has it been reviewed?") && !only.contains("外科"), "{only}");
    let nobody = kijun(&["ask", folder.path(), "--to", "managment"]);
    assert_eq!(nobody.status, 2);
    assert!(nobody.stderr.contains("did you mean `management`?"), "{}", nobody.stderr);
}

#[test]
fn nothing_is_asked_when_everything_is_known() {
    let folder = workspace("ask-nothing");
    let known = FACTS.replace("id = \"a.co\"", "id = \"a.co\"\ncountry = \"JP\"\npolicy = true\nstaff = 4");
    let known = known.replace("id = \"c1\"", "id = \"c1\"\nencrypted = true");
    let known = known.replace("id = \"d1\"", "id = \"d1\"\nencrypted = false");
    let attested = "[[attestation]]\nid = \"x\"\nrequirement = \"n:3\"\nanswer = true\nby = \"management\"\ndate = 2026-11-01\n"
        .replace("true", "\"yes\"");
    std::fs::write(format!("{}/facts/facts.toml", folder.path()), known + &attested).unwrap();
    assert!(asked(&questions(folder.path())).is_empty());
    let out = kijun(&["ask", folder.path(), "-o", &format!("{}/q", folder.path())]);
    assert_eq!(out.status, 0);
    assert!(out.stderr.contains("nothing that an answer would settle"), "{}", out.stderr);
}

fn book(path: &str) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(std::fs::read(path).unwrap())).unwrap()
}

/// What is filled in: by key the answer, the remark and the document.
type Answers<'a> = BTreeMap<&'a str, [&'a str; 3]>;

/// A workbook of questions as it comes back: every cell as it was, and answers beside the keys.
fn filled(path: &str, top: [&str; 2], answers: &Answers<'_>) -> Vec<u8> {
    let mut from = book(path);
    let mut to = Workbook::new();
    for name in from.sheet_names() {
        let range = from.worksheet_range(&name).unwrap();
        let sheet = to.add_worksheet().set_name(&name).unwrap();
        let rows = range.end().map_or(0, |(row, _)| row + 1);
        for row in 0..rows {
            let cell = |col: u32| range.get_value((row, col)).map(Data::to_string).unwrap_or_default();
            for col in 0..12 {
                sheet.write_string(row, col as u16, cell(col)).unwrap();
            }
            let beside = [("Answered by", top[0]), ("Answered on", top[1])].into_iter();
            beside.filter(|(label, _)| cell(0) == *label).for_each(|(_, value)| {
                sheet.write_string(row, 2, value).unwrap();
            });
            let key = cell(8);
            for (col, value) in (3..).zip(answers.get(key.as_str()).into_iter().flatten()) {
                sheet.write_string(row, col, *value).unwrap();
            }
        }
    }
    to.save_to_buffer().unwrap()
}

/// Asks, fills in what the first respondent is asked, and gives the path of what comes back.
fn sent_back(folder: &Folder, top: [&str; 2], answers: &Answers<'_>) -> String {
    let path = folder.path();
    let out = kijun(&["ask", path, "-o", &format!("{path}/q"), "--reply-by", "2026-12-15"]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    let back = format!("{path}/back.xlsx");
    std::fs::write(&back, filled(&format!("{path}/q/01-vendor-a.co.xlsx"), top, answers)).unwrap();
    back
}

const TOP: [&str; 2] = ["保守課 \"山田\"", "令和8年11月25日"];

fn verdict(path: &str, requirement: &str) -> String {
    let out = kijun(&["assess", path, "--format", "json", "--fail-on", "never"]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    let value: Value = serde_json::from_str(&out.stdout).unwrap();
    let found = list(&value, "requirements").iter().find(|r| r["id"] == requirement);
    text(found.unwrap(), "verdict").to_owned()
}

#[test]
fn the_letter_stands_in_front_and_nothing_in_it_is_a_formula() {
    let folder = workspace("ask-letter");
    let path = folder.path();
    let args = ["ask", path, "--lang", "ja", "-o", &format!("{path}/q"), "--reply-by", "2026-12-15"];
    assert_eq!(kijun(&args).status, 0);
    let mut book = book(&format!("{path}/q/01-vendor-a.co.xlsx"));
    assert_eq!(book.sheet_names(), ["送付状", "質問", "_選択肢", "_kijun"]);
    let letter: Vec<String> =
        book.worksheet_range("送付状").unwrap().rows().map(|r| r[0].to_string()).collect();
    for line in ["2026年11月22日", "<script>=A社 御中", "みなと病院", "ご回答期限：2026年12月15日", "敬具"]
    {
        assert!(letter.iter().any(|l| l == line), "{line} is not in {letter:#?}");
    }
    assert!(letter.iter().any(|l| l.starts_with("拝啓") || l.contains("貴社に関わる事項")), "{letter:#?}");
    assert!(book.worksheet_formula("質問").unwrap().cells().all(|(_, _, f)| f.is_empty()));
    // Within the house nobody is greeted as a partner.
    let mut house = self::book(&format!("{path}/q/02-administrator-外科.xlsx"));
    let letter: Vec<String> =
        house.worksheet_range("送付状").unwrap().rows().map(|r| r[0].to_string()).collect();
    assert!(
        letter.iter().any(|l| l == "外科 御中") && !letter.iter().any(|l| l.contains("拝啓")),
        "{letter:#?}"
    );
    // Answers that may stand there are not written over.
    let again = kijun(&args);
    assert_eq!(again.status, 2);
    assert!(again.stderr.contains("既にあります"), "{}", again.stderr);
}

#[test]
fn answers_come_back_as_declared_facts_and_decide() {
    let folder = workspace("answer-facts");
    let path = folder.path();
    let remark = "=HYPERLINK(\"x\")\n 東京と「大阪」 ";
    let answers = Answers::from([
        ("vendor.a.co.country", ["日本", remark, "登記簿"]),
        ("contract.c1.encrypted", ["いいえ", "", ""]),
        ("vendor.a.co.policy", ["未確認", "", ""]),
    ]);
    let back = sent_back(&folder, TOP, &answers);
    let to = format!("{path}/facts/answers.toml");
    let out = kijun(&["answer", &back, path, "-o", &to]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    assert!(out.stderr.contains("2 answer(s) taken in, 1 still unknown, 1 left empty"), "{}", out.stderr);
    assert!(out.stderr.contains("n:1: unknown → satisfied"), "{}", out.stderr);
    assert_eq!((verdict(path, "n:1").as_str(), verdict(path, "n:4").as_str()), ("satisfied", "violated"));
    // Kept as it was written, with who said it, when, and where.
    let explained = kijun(&["explain", "n:4@c1", path]).stdout;
    assert!(explained.contains("declared") && explained.contains("back.xlsx Questions!D"), "{explained}");
    let facts: toml::Table = std::fs::read_to_string(&to).unwrap().parse().unwrap();
    let evidence = &facts["vendor"][0]["_evidence"]["country"];
    assert_eq!(evidence["remark"].as_str(), Some(remark));
    assert_eq!(evidence["recorded_by"].as_str(), Some(TOP[0]));
    assert_eq!(evidence["grade"].as_str(), Some("declared"));
    assert!(evidence["source"].as_str().unwrap().starts_with("登記簿 (back.xlsx Questions!D"), "{evidence}");
    // What is answered is not asked again; what is not known still is.
    let left = questions(path);
    let vendor = asked(&left).into_iter().find(|(who, _)| *who == "vendor:a.co");
    assert_eq!(vendor.unwrap().1, ["vendor.a.co.policy", "vendor.a.co.staff"]);
    let again = kijun(&["answer", &back, path, "-o", &to]);
    assert!(again.status == 2 && again.stderr.contains("is there already"), "{}", again.stderr);
}

#[test]
fn what_cannot_be_read_is_named_by_its_cell_and_kept_in_its_words() {
    let folder = workspace("answer-unread");
    let answers = Answers::from([
        ("vendor.a.co.country", ["国内", "支店あり", ""]),
        ("vendor.a.co.staff", ["だいたい３人", "", ""]),
        ("vendor.a.co.policy", ["", "策定中", ""]),
        ("contract.c1.encrypted", ["はい", "", ""]),
    ]);
    let back = sent_back(&folder, ["", "そのうち"], &answers);
    let out = kijun(&["answer", &back, folder.path()]);
    assert_eq!(out.status, 2, "{}", out.stderr);
    let named: Vec<&str> = out.stderr.lines().filter(|l| l.starts_with("back.xlsx Questions!")).collect();
    let cells: Vec<&str> = named.iter().filter_map(|l| l.split([' ', ':']).nth(1)).collect();
    assert_eq!(cells.len(), 3 + 3, "the answers, and the day for each of them that is evidence: {named:#?}");
    assert!(out.stderr.contains("`国内`") && out.stderr.contains("`だいたい３人`"), "{}", out.stderr);
    let facts: toml::Table = out.stdout.parse().unwrap();
    let vendor = &facts["vendor"][0];
    assert_eq!(vendor["country"].as_str(), Some("?"));
    assert_eq!(vendor["_evidence"]["country"]["remark"].as_str(), Some("国内\n支店あり"));
    assert_eq!(vendor["_evidence"]["staff"]["remark"].as_str(), Some("だいたい３人"));
    assert_eq!(
        (vendor["policy"].as_str(), vendor["_evidence"]["policy"]["remark"].as_str()),
        (Some("?"), Some("策定中"))
    );
    assert_eq!(facts["contract"][0]["encrypted"].as_str(), Some("はい"), "what is sound is taken in");
}

#[test]
fn an_answer_that_an_observation_contradicts_is_said_and_both_stay() {
    let folder = workspace("answer-conflict");
    let path = folder.path();
    let back = sent_back(&folder, TOP, &Answers::from([("contract.c1.encrypted", ["はい", "", ""])]));
    let visit = "[[contract]]\nid = \"c1\"\nencrypted = false\n_evidence = { source = \"立入\", grade = \"observed\" }\n";
    std::fs::write(format!("{path}/facts/visit.toml"), visit).unwrap();
    let out = kijun(&["answer", &back, path, "-o", &format!("{path}/facts/answers.toml"), "--lang", "ja"]);
    assert_eq!(out.status, 1, "{}", out.stderr);
    assert!(
        out.stderr.contains(
            "食い違い: contract.c1.encrypted の回答は「はい」ですが、「いいえ」（実地確認、facts/visit.toml:3"
        ),
        "{}",
        out.stderr
    );
    assert_eq!(verdict(path, "n:4"), "conflicting");
}

#[test]
fn registers_and_attestations_are_answered_too() {
    let folder = workspace("answer-registers");
    let path = folder.path();
    let devices = FACTS.find("[[device]]").unwrap();
    let without = FACTS[..devices].replace("contract = true\n", "contract = false\n");
    std::fs::write(format!("{path}/facts/facts.toml"), without).unwrap();
    let mut document = questions(path);
    let of_key = |key: &str| {
        let at = asked(&document)
            .iter()
            .enumerate()
            .find_map(|(i, (_, keys))| Some((i, keys.iter().position(|k| *k == key)?)));
        let (i, j) = at.unwrap_or_else(|| panic!("{key}: {:?}", asked(&document)));
        format!("/respondents/{i}/questions/{j}/answer")
    };
    let (register, stated, attest) =
        (of_key("complete device"), of_key("complete contract"), of_key("attest n:3"));
    *document.pointer_mut(&register).unwrap() = Value::Bool(true);
    *document.pointer_mut(&stated).unwrap() = "はい".into();
    *document.pointer_mut(&attest).unwrap() = "はい".into();
    let who = attest.split("/questions").next().unwrap().to_owned();
    *document.pointer_mut(&format!("{who}/answered_on")).unwrap() = "2026-11-20".into();
    let back = format!("{path}/back.json");
    std::fs::write(&back, document.to_string()).unwrap();
    let to = format!("{path}/facts/answers.toml");
    let out = kijun(&["answer", &back, path, "-o", &to]);
    // The facts themselves say that there may be more contracts: that is a disagreement, and stays.
    assert_eq!(out.status, 1, "{}", out.stderr);
    let said = "complete contract is answered `yes`, and recorded as `no` (facts/facts.toml:3";
    assert!(out.stderr.contains(said), "{}", out.stderr);
    assert_eq!(verdict(path, "n:3"), "satisfied");
    let left = questions(path).to_string();
    assert!(left.contains("complete contract") && !left.contains("complete device"), "{left}");
}

#[test]
fn what_is_no_file_of_answers_is_refused() {
    let folder = workspace("answer-refused");
    let path = folder.path();
    let refused = |file: &str, bytes: &[u8], why: &str| {
        let file = format!("{path}/{file}");
        std::fs::write(&file, bytes).unwrap();
        let out = kijun(&["answer", &file, path]);
        assert!(
            out.status == 2 && out.stdout.is_empty() && out.stderr.contains(why),
            "{file}: {}",
            out.stderr
        );
    };
    refused("a.md", b"", "is no file of answers");
    refused("a.json", b"{", "not valid JSON");
    refused("b.json", b"{}", "no questions");
    refused("a.xlsx", b"PK", "workbook");
    let mut empty = Workbook::new();
    empty.add_worksheet();
    refused("b.xlsx", &empty.save_to_buffer().unwrap(), "no questions");
    let document = questions(path);
    refused("c.json", document.to_string().as_bytes(), "nothing is filled in");
    let other = document.to_string().replace("\"facility\":\"test\"", "\"facility\":\"elsewhere\"");
    refused("d.json", other.as_bytes(), "`elsewhere`");
    // A key that names nothing, and one that is none, do not hide the others.
    let mut strange = document.clone();
    let question = |key: &str| serde_json::json!({ "key": key, "answer": "はい" });
    strange["respondents"][0]["questions"] = Value::Array(vec![
        question("vendor.a.com.policy"),
        question("policy"),
        question("vendor.a.co.policy"),
    ]);
    let file = format!("{path}/e.json");
    std::fs::write(&file, strange.to_string()).unwrap();
    let out = kijun(&["answer", &file, path]);
    assert_eq!(out.status, 2);
    assert!(
        out.stderr.contains("did you mean `a.co`?") && out.stderr.contains("`policy` is no key"),
        "{}",
        out.stderr
    );
    assert!(out.stdout.contains("policy = \"はい\""), "{}", out.stdout);
}

#[test]
fn libreoffice_keeps_what_is_answered() {
    let folder = workspace("answer-office");
    let answers = Answers::from([("vendor.a.co.country", ["日本", "=1+1", ""])]);
    let back = sent_back(&folder, TOP, &answers);
    let direct = kijun(&["answer", &back, folder.path()]);
    let path = folder.path();
    std::fs::rename(&back, format!("{path}/q/back.xls.xlsx")).unwrap();
    if !convert(&format!("{path}/q"), "back.xls.xlsx", "ods") {
        return;
    }
    if !convert(&format!("{path}/q"), "back.xls.ods", "xlsx") {
        return;
    }
    std::fs::rename(format!("{path}/q/back.xls.xlsx"), &back).unwrap();
    let saved = kijun(&["answer", &back, path]);
    assert_eq!((saved.status, saved.stdout), (direct.status, direct.stdout));
}

/// In the whole example every fact that is missing is asked once, of somebody.
#[test]
fn the_city_hospital_asks_each_missing_fact_once() {
    const CITY: &str = "examples/city-hospital";
    let questions = questions(CITY);
    let keys: Vec<&str> = asked(&questions).into_iter().flat_map(|(_, keys)| keys).collect();
    let mut once = keys.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), keys.len());
    assert!(keys.len() > 80, "{}", keys.len());
    let out = kijun(&["assess", CITY, "--format", "json", "--fail-on", "never"]);
    let assessment: Value = serde_json::from_str(&out.stdout).unwrap();
    let missing = list(&assessment, "findings").iter().filter(|f| f["verdict"] == "unknown");
    let missing = missing.flat_map(|f| f["missing"].as_array().into_iter().flatten());
    let asked: String = keys.join("\n");
    for fact in missing.map(|m| text(m, "fact")).filter(|f| f.matches('.').count() == 2 && !f.contains(':')) {
        assert!(asked.contains(fact), "{fact} is missing and not asked");
    }
    // Vendors are asked what concerns them, and never told what else is on record.
    let vendors =
        list(&questions, "respondents").iter().filter(|w| text(w, "respondent").starts_with("vendor:"));
    let vendors: Vec<&Value> = vendors.collect();
    assert!(vendors.len() >= 5);
    assert!(vendors.iter().all(|v| !v.to_string().contains("minato-server-room")));
}
