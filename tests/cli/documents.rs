//! Reports for people beside the text: the page, the workbook, Markdown, the summary for the management, clauses, comparisons and
//! the risk register. All say what the JSON says, and nothing that they show acts.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;

use crate::run::{Folder, MANIFEST, command, kijun};

/// Names that try to be markup, formulas and commands to a terminal, and that turn the direction of writing.
const PACK: &str = r#"catalog n "規範</script><script>alert(1)</script>" { en "=1+1" edition "1" level C must "必須" en "must" level G notice "注意" en "notice" }
instrument law "<i>法</i>" { en "law" }
requirement n:1 "暗号化<img src=x onerror=alert(2)>" { en "=cmd|'/C calc'!A0" level C audience purchaser basis law risk leak source "=出典" }
requirement n:2 "だれも確かめない" { en "nothing checks it" level C text not included }
requirement n:3 "知らせ" { en "a notice" level G audience management }
risk leak "漏えい<b>" { en "leak" likelihood likely impact large treatment reduce mark inferred }
risk unrated "評価のないリスク" { en "a risk without a rating" mark inferred }
requirement n:4 "評価のないもの" { en "without a rating" level C risk unrated }
enum clause "条項" { en "clause" penalty "罰則" en "penalty" audit "監査" en "audit" }
ordered enum likelihood "発生可能性" { en "likelihood" unlikely "低い" en "low" likely "高い" en "high" }
ordered enum impact "影響度" { en "impact" small "小さい" en "small" large "大きい" en "large" }
ordered enum rating "高さ" { en "level" Low "Low" en "Low" High "High" en "High" }
table risk_level(likelihood, impact): rating "リスクの表" en "risk matrix" {
  columns     small large
  row unlikely: Low High
  row likely:   High High
}
entity vendor "事業者" { en "vendor" name "名称": text en "name" policy "方針": bool en "policy" ask "方針はありますか" en "is there a policy?" of vendor }
entity contract "契約" { en "contract" name "名称": text en "name" vendor "事業者": vendor en "vendor" clauses "条項": set of clause en "clauses" expires "終了日": date? en "expires on" }
check clauses for n:1 {
  each c: contract
  require penalty in c.clauses ja "契約「{c.name}」に罰則がありません" en "contract {c.name} has no penalty"
  fix ja "罰則の条項を入れる" en "add a penalty clause"
}
check policy for n:4 { each v: vendor require v.policy ja "「{v.name}」に方針がありません" en "{v.name} has no policy" }
check notice for n:3 { each v: vendor require v.policy ja "「{v.name}」の方針" en "policy of {v.name}" fix ja "方針を承認する" en "approve a policy" }
"#;

fn facts() -> String {
    let long = "長い名前".repeat(3_000);
    format!(
        "[complete]\nvendor = true\ncontract = true\n\
         [[vendor]]\nid = \"a\"\nname = \"=cmd|'/C calc'!A0\"\npolicy = false\n\
         [[vendor]]\nid = \"b\"\nname = \"</script><script>alert(3)</script>\"\npolicy = \"?\"\n\
         [[contract]]\nid = \"c1\"\nname = \"+1\\u202E契約\\u001B[31m\"\nvendor = \"a\"\nclauses = [\"audit\"]\nexpires = 2026-12-31\n\
         _evidence = {{ source = \"@SUM(1)<b>\", valid_until = 2026-12-01, grade = \"documented\" }}\n\
         [[contract]]\nid = \"c2\"\nname = \"-{long}\"\nvendor = \"b\"\nclauses = \"?\"\nexpires = 2026-01-31\n\
         [[contract]]\nid = \"c3\"\nname = \"שלום\"\nvendor = \"b\"\nclauses = [\"penalty\"]\nexpires = 2027-05-01\n"
    )
}

const CHECKLIST: &str = "name = { ja = \"点検/表\", en = \"check/list\" }\ntitle = { ja = \"=点検\", en = \"=list\" }\n\
    [[column]]\ncontent = \"number\"\ntitle = { ja = \"番号\", en = \"No.\" }\nwidth = 8\n\
    [[column]]\ncontent = \"answer\"\ntitle = { ja = \"はい・いいえ\", en = \"Yes or no\" }\nwidth = 12\n\
    [[column]]\ncontent = \"confirmed_on\"\ntitle = { ja = \"確認日\", en = \"Confirmed on\" }\nwidth = 14\n\
    [[column]]\ncontent = \"target_date\"\ntitle = { ja = \"目標日\", en = \"Target date\" }\nwidth = 14\n\
    [[group]]\ntitle = { ja = \"後\", en = \"last\" }\nitems = [\"n:4\", \"n@1:2\"]\n\
    [[group]]\ntitle = { ja = \"先\", en = \"first\" }\nitems = [\"n:1\"]\n";

/// A workspace that depends on a pack with all this.
pub(crate) fn hostile(name: &str) -> Folder {
    hostile_with(name, CHECKLIST)
}

fn hostile_with(name: &str, checklist: &str) -> Folder {
    let manifest = format!(
        "{MANIFEST}title = {{ ja = \"<b>みなと</b>病院\", en = \"=Hospital\" }}\n[dependencies]\nn = {{ path = \"n\" }}\n"
    );
    Folder::new(
        name,
        &[
            ("kijun.toml", &manifest),
            ("n/kijun.toml", "[pack]\nname = \"n\"\nversion = \"1.0.0\"\n"),
            ("n/norm.kijun", PACK),
            ("n/checklist.toml", checklist),
            ("facts/facts.toml", &facts()),
        ],
    )
}

fn assess(path: &str, args: &[&str]) -> String {
    let out = kijun(&[&["assess", path, "--fail-on", "never"], args].concat());
    assert_eq!(out.status, 0, "{}", out.stderr);
    out.stdout
}

fn workbook(args: &[&str]) -> Xlsx<Cursor<Vec<u8>>> {
    let out = command(args).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Xlsx::new(Cursor::new(out.stdout)).unwrap()
}

/// All cells of a sheet as rows of text.
fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<String>> {
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().map(|r| r.iter().map(ToString::to_string).collect()).collect()
}

/// What would act in a browser, a terminal or the eyes.
fn acts(text: &str) -> Vec<char> {
    text.chars().filter(|c| matches!(c, '\u{1b}' | '\u{202e}')).collect()
}

#[test]
fn the_page_holds_no_markup_of_packs_or_facts_and_connects_to_nothing() {
    let folder = hostile("documents-page");
    for lang in ["ja", "en"] {
        let page = assess(folder.path(), &["--format", "html", "--lang", lang]);
        assert_eq!(page.matches("<script").count(), 1, "{lang}: the program, nothing else");
        assert!(!page.contains("<img") && !page.contains("<b>みなと") && !page.contains("<i>法"), "{lang}");
        assert!(page.contains("&lt;script&gt;alert(3)"), "{lang}: text is shown as text");
        for foreign in ["http:", "https:", "@import", "url(", "<link", " style=", " onclick"] {
            assert!(!page.contains(foreign), "{lang}: {foreign}");
        }
        assert_eq!(acts(&page), [], "{lang}");
        assert!(page.contains("[U+202E]") && page.contains("[U+001B]") && page.contains("שלום"), "{lang}");
        assert!(
            page.contains("default-src 'none'; connect-src 'none'") && !page.contains("unsafe"),
            "{lang}"
        );
        assert_eq!(page, assess(folder.path(), &["--format", "html", "--lang", lang]), "the same bytes");
    }
}

#[test]
fn the_page_says_what_the_json_says() {
    let city = "examples/city-hospital";
    let page = assess(city, &["--format", "html", "--lang", "ja"]);
    let json: Value = serde_json::from_str(&assess(city, &["--format", "json"])).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(page.matches("<details class=\"finding\"").count(), findings.len());
    for finding in findings {
        let id = format!("id=\"f-{}\"", finding["fingerprint"].as_str().unwrap());
        assert_eq!(page.matches(&id).count(), 1, "{finding}");
        for fact in finding["because"].as_array().unwrap() {
            let place = format!("{}:{}", fact["origin"]["file"].as_str().unwrap(), fact["origin"]["line"]);
            assert!(page.contains(&place), "{place}");
        }
    }
    let counts = &json["summary"]["requirements"];
    let of = |name: &str| counts[name].as_u64().unwrap();
    let undecided = of("unknown") + of("conflicting") + of("stale") + of("unverified");
    assert!(page.contains(&format!("このほか {undecided} 件はまだ判定できていません")), "{undecided}");
    assert!(page.contains(&format!("適合 {}", of("satisfied"))));
    assert!(!page.contains('%') || !page.contains("適合率"), "no rate");
    assert!(page.contains("おそれがあります"), "consequences are hedged");
    for deadline in ["2026年12月31日", "wv-tape", "確認記録の有効期限"] {
        assert!(page.contains(deadline), "{deadline}");
    }
}

#[test]
fn no_document_gives_a_figure_without_what_is_undecided_or_says_that_a_hospital_complies() {
    let city = "examples/city-hospital";
    for format in ["html", "md", "text"] {
        let text = assess(city, &["--format", format, "--for", "management", "--lang", "ja"]);
        assert!(text.contains("このほか 50 件はまだ判定できていません"), "{format}");
        for word in ["準拠しています", "適合率", "遵守率", "達成率", "合格"] {
            assert!(!text.contains(word), "{format}: {word}");
        }
        assert!(text.contains("最も重い指摘") && text.contains("経営層に求められること"), "{format}");
        assert!(text.contains("見なされ"), "{format}: hedged");
        assert!(text.contains("「確かめること」"), "{format}: a sheet that is there");
    }
    let lines = assess(city, &["--for", "management", "--lang", "ja"]).lines().count();
    assert!(lines < 60, "one page: {lines} lines");
}

#[test]
fn no_cell_of_the_workbook_is_computed() {
    let folder = hostile("documents-book");
    let mut book =
        workbook(&["assess", folder.path(), "--fail-on", "never", "--for", "purchaser", "--format", "xlsx"]);
    let mut text = String::new();
    for sheet in book.sheet_names() {
        assert_eq!(book.worksheet_formula(&sheet).unwrap().used_cells().count(), 0, "{sheet}");
        rows(&mut book, &sheet).into_iter().flatten().for_each(|cell| text.push_str(&format!("{cell}\n")));
    }
    for shown in
        ["=cmd|'/C calc'!A0", "@SUM(1)<b>", "=list", "[U+202E]", "[U+001B]", "-長い名前", "=Hospital"]
    {
        assert!(text.contains(shown), "{shown}");
    }
    assert_eq!(acts(&text), []);
    let again = |n: &str| {
        let args = ["assess", folder.path(), "--fail-on", "never", "--format", "xlsx", "--threads", n];
        command(&args).output().unwrap().stdout
    };
    assert_eq!(again("1"), again("4"), "the same bytes");
}

#[test]
fn the_workbook_lists_what_the_json_lists() {
    let city = "examples/city-hospital";
    let mut book = workbook(&["assess", city, "--fail-on", "never", "--format", "xlsx", "--lang", "ja"]);
    let json: Value = serde_json::from_str(&assess(city, &["--format", "json"])).unwrap();
    let names = book.sheet_names();
    for name in ["概要", "指摘", "要求事項", "自己点検表", "確かめること", "期限", "証拠の索引", "リスク"]
    {
        assert!(names.iter().any(|n| n == name), "{name} is not among {names:?}");
    }
    let found = rows(&mut book, "指摘");
    for finding in json["findings"].as_array().unwrap() {
        let print = finding["fingerprint"].as_str().unwrap();
        let row = found.iter().find(|r| r.iter().any(|c| c == print)).unwrap_or_else(|| panic!("{print}"));
        assert!(row.iter().any(|c| finding["requirement"] == c.as_str()), "{row:?}");
        assert!(row.iter().any(|c| finding["message"]["ja"] == c.as_str()), "{row:?}");
    }
    let of = rows(&mut book, "要求事項");
    for requirement in json["requirements"].as_array().unwrap() {
        let id = requirement["id"].as_str().unwrap();
        assert!(of.iter().any(|r| r[0] == id), "{id}");
    }
    let all = rows(&mut book, "概要").into_iter().find(|r| r[0] == "全体").unwrap();
    assert_eq!(&all[1..3], ["346", "50"], "items, and beside them what is not decided");
}

#[test]
fn a_checklist_has_the_columns_and_the_order_of_its_pack() {
    let folder = hostile("documents-checklist");
    let mut book = workbook(&["assess", folder.path(), "--fail-on", "never", "--format", "xlsx"]);
    let name = "check_list";
    let range = book.worksheet_range(name).unwrap();
    let table = rows(&mut book, name);
    let head = table.iter().position(|r| r[0] == "No.").unwrap();
    assert_eq!(table[head], ["No.", "Yes or no", "Confirmed on", "Target date"]);
    let column: Vec<&str> = table[head + 1..].iter().map(|r| r[0].as_str()).collect();
    assert_eq!(column, ["last", "4", "2", "first", "1"]);
    let answers: Vec<&str> = table[head + 1..].iter().map(|r| r[1].as_str()).collect();
    assert_eq!(answers, ["", "no", "", "", "no"], "what is not decided is left open");
    let confirmed = range.get((head + 2, 2)).unwrap();
    assert!(matches!(confirmed, Data::DateTime(_)), "{confirmed:?}");
    assert_eq!(table[head + 3][2], "", "nothing confirmed where there is no answer");
}

#[test]
fn a_checklist_that_names_what_is_not_there_is_an_error_at_its_place() {
    for (from, to, says) in [
        ("\"n:4\"", "\"n:9\"", "there is no requirement `n:9`"),
        ("\"n:4\"", "\"n:1\"", "the item `n:1` stands twice"),
        ("\"answer\"", "\"anser\"", "checklist.toml cannot be read"),
        ("width = 8", "width = 0", "a column is 1 to 200 digits wide"),
    ] {
        let folder = hostile_with("documents-bad-checklist", &CHECKLIST.replacen(from, to, 1));
        let out = kijun(&["assess", folder.path()]);
        assert_eq!(out.status, 2, "{to}");
        assert!(out.stderr.contains(says) && out.stderr.contains("K0605"), "{to}: {}", out.stderr);
        assert!(out.stderr.contains("checklist.toml:"), "{to}: {}", out.stderr);
    }
}

#[test]
fn markdown_is_text() {
    let folder = hostile("documents-md");
    let text = assess(folder.path(), &["--format", "md", "--lang", "ja"]);
    assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("<b>"), "{text}");
    assert_eq!(acts(&text), []);
    assert!(text.contains("未判定"), "{text}");
}

#[test]
fn the_contract_officer_gets_the_clauses_that_contracts_lack() {
    let folder = hostile("documents-clauses");
    let text = assess(folder.path(), &["--for", "purchaser", "--lang", "en"]);
    let list = text.split("clauses that contracts lack").nth(1).unwrap();
    assert!(list.contains("violated: penalty  n:1"), "{list}");
    assert!(list.contains("proposed by the packs: add a penalty clause"), "{list}");
    assert!(list.contains("which clauses there are is not known"), "what is not known is no absence: {list}");
    assert!(!list.contains("שלום"), "a contract that has it is not listed");
    assert_eq!(acts(list), []);
    let none = assess("examples/s09-retention-and-backup", &["--for", "purchaser", "--lang", "en"]);
    assert!(none.contains("name no clause that is missing"), "{none}");
}

#[test]
fn an_audience_narrows_every_document() {
    let folder = hostile("documents-audience");
    for format in ["html", "md"] {
        let all = assess(folder.path(), &["--format", format, "--lang", "en"]);
        let user = assess(folder.path(), &["--format", format, "--lang", "en", "--for", "user"]);
        assert!(all.contains("has no penalty") && !user.contains("has no penalty"), "{format}");
        assert!(user.contains("has no policy"), "{format}: what names nobody concerns everybody");
        assert!(user.contains("4 requirements"), "{format}: figures are of all");
    }
}

#[test]
fn a_baseline_shows_what_changed() {
    let folder = hostile("documents-baseline");
    let path = folder.path();
    let (old, page) = (format!("{path}/old.json"), format!("{path}/page.html"));
    assess(path, &["--format", "json", "-o", &old]);
    std::fs::write(format!("{path}/facts/facts.toml"), facts().replacen("\"penalty\"", "\"audit\"", 1))
        .unwrap();
    assess(path, &["--format", "html", "--lang", "en", "--baseline", &old, "-o", &page]);
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(
        text.contains("id=\"changes\"") && text.contains("must-findings newly violated or conflicting: 1")
    );
    let plain = assess(path, &["--format", "html", "--lang", "en"]);
    assert!(!plain.contains("id=\"changes\""));
    let text = assess(path, &["--lang", "en", "--baseline", &old]);
    assert!(text.contains("must-findings newly violated or conflicting: 1"), "{text}");
    let csv = kijun(&["assess", path, "--format", "csv", "--baseline", &old]);
    assert!(csv.status == 1 && csv.stderr.contains("1 new"), "{}", csv.stderr);
    let other = kijun(&["assess", "examples/s03-vendor-selection", "--format", "html", "--baseline", &old]);
    assert_eq!(other.status, 2);
    assert!(other.stderr.contains("is of test and not of this facility"), "{}", other.stderr);
}

#[test]
fn bidders_stand_side_by_side_with_questions_and_without_a_score() {
    let s03 = "examples/s03-vendor-selection";
    let args = ["compare", "vendor", "bidder-a", "B社", s03, "--lang", "ja"];
    let out = kijun(&[&args[..], &["--format", "json"]].concat());
    assert_eq!(out.status, 0, "{}", out.stderr);
    let json: Value = serde_json::from_str(&out.stdout).unwrap();
    let schema: Value = serde_json::from_str(kijun_exchange::COMPARISON_SCHEMA).unwrap();
    let errors: Vec<_> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&json).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    let verdicts = |id: &str| {
        let row = json["requirements"].as_array().unwrap().iter().find(|r| r["id"] == id).unwrap();
        let of = |s: &Value| s["verdict"].as_str().unwrap_or("-").to_owned();
        (of(&row["standings"][0]), of(&row["standings"][1]), of(&row["common"]))
    };
    let is = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(verdicts("mhlw:8.1.2.C.キ"), is("-", "-", "violated"), "it concerns both");
    assert_eq!(verdicts("mhlw:8.1.2.C.キ-1"), is("satisfied", "satisfied", "-"));
    for point in ["キ-2", "キ-3", "キ-4"] {
        assert_eq!(verdicts(&format!("mhlw:8.1.2.C.{point}")), is("satisfied", "unknown", "-"), "{point}");
    }
    assert_eq!(verdicts("handbook:CERT-01"), is("-", "violated", "-"));
    let asked = |i: usize| json["bidders"][i]["questions"].as_array().unwrap().len();
    assert!(asked(0) == 0 && asked(1) > 2, "unknowns of B are questions to send to B");
    let sent = json["bidders"][1]["questions"].to_string();
    assert!(sent.contains("vendor.bidder-b.organisation_confirmed") && !sent.contains("draft-a"), "{sent}");
    for text in [kijun(&args).stdout, kijun(&[&args[..], &["--format", "md"]].concat()).stdout] {
        assert!(text.contains("へ送る質問") && text.contains("点数や順位は付けません"), "{text}");
        assert!(text.contains("注意"), "a notice is no failure: {text}");
    }
    let mut book = workbook(&[&args[..], &["--format", "xlsx"]].concat());
    assert_eq!(book.sheet_names(), ["比較", "質問 A社", "質問 B社", "病院で確かめること"]);
    assert!(rows(&mut book, "質問 B社").iter().flatten().any(|c| c.contains("実施体制")));
}

#[test]
fn a_comparison_of_what_is_not_there_says_so() {
    let s03 = "examples/s03-vendor-selection";
    for (a, b, says) in [
        ("bidder-a", "bidder-x", "there is no vendor `bidder-x`"),
        ("bidder-a", "A社", "`A社` is named twice"),
    ] {
        let out = kijun(&["compare", "vendor", a, b, s03]);
        assert_eq!(out.status, 2);
        assert!(out.stderr.contains(says), "{}", out.stderr);
    }
}

#[test]
fn the_risk_register_rates_by_the_printed_matrix_and_says_what_it_does_not_rate() {
    let text = kijun(&["risks", "examples/city-hospital", "--lang", "en"]).stdout;
    assert!(text.contains("likelihood low: impact small Low, medium Middle, large High"), "{text}");
    let quake = text.split("rk-quake").nth(1).unwrap();
    assert!(text.contains("[High] 大地震による院内サーバ室の被災"), "{text}");
    assert!(quake.contains("on the ledger Middle"), "the ledger's own value stands beside it");
    assert!(text.contains("[not rated]"), "{text}");
    let folder = hostile("documents-risks");
    let text = kijun(&["risks", folder.path(), "--lang", "en"]).stdout;
    assert!(text.contains("[High] leak"), "{text}");
    assert!(text.contains("[not rated] a risk without a rating"), "{text}");
    assert!(text.contains("no ledger of risks"), "{text}");
    let mut book = workbook(&["risks", folder.path(), "--format", "xlsx"]);
    assert!(rows(&mut book, "Risks").iter().flatten().any(|c| c == "not rated"));
    let none = Folder::new("documents-no-risks", &[("kijun.toml", MANIFEST), ("n.kijun", crate::run::PACK)]);
    let text = kijun(&["risks", none.path(), "--lang", "en"]).stdout;
    assert!(text.contains("no risk matrix"), "{text}");
}
