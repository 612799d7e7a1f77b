//! The pages of `matrix --format html` and `assess --format html` in a real browser: `tests/clients/page.test.mjs` and
//! `report.test.mjs` open them, and hold them against the JSON.

use std::path::PathBuf;
use std::process::Command;

use crate::documents::hostile;
use crate::run::{Folder, MANIFEST, kijun, root};

/// Every coverage, every way to be met, a union, a contradiction; and markup wherever a text may stand.
const NORMS: &str = r#"
catalog own "自院規程<b>" { en "own rules" edition "1" publisher "病院" level A must "必須" en "must" }
catalog std "標準" { en "standard" edition "1" level A must "必須" }

section own:1 "運用" { en "operation" }
requirement own:1.1 "施錠" { en "locks" level A }
requirement own:1.2 "記録" { en "records" level A }
requirement own:1.3 "教育" { en "training" level A }
requirement own:1.4 "点検" { en "inspection" level A }
section own:2 "委託" { en "outsourcing" }
requirement own:2.1 "選定" { en "selection" level A }
requirement own:2.2 "契約" { en "contracts" level A }
section own:3 "対応づけのない章" { en "a chapter without mappings" }
requirement own:3.1 "なし" { en "none" level A }

section std:A "</script><img src=x onerror=alert(1)>" { en "<img src=x onerror=alert(2)>" }
requirement std:A.1 "セキュリティ" { en "covered and met" level A }
requirement std:A.2 "未検証" { en "covered by what nothing checks" level A }
requirement std:A.3 "ﾊﾞｯｸｱｯﾌﾟ" { en "Backup" level A }
requirement std:A.4 "可能性" { en "possibly" level A }
requirement std:A.5 "対応なし" { en "nothing" level A }
section std:B "下" { en "below" }
requirement std:B.1 "不充足" { en "not met" level A }
requirement std:B.2 "一部充足" { en "partly met" level A }
requirement std:B.3 "まとめて" { en "by a union" level A }
requirement std:B.4 "弱い" { en "weak" level A mark ambiguous }
requirement std:B.5 "題名だけ日本語" { level A }

mapping own -> std {
  method human
  rationale semantic
  source "対照表<script>alert(3)</script>"
  mark inferred
  1.1 superset   A.1 strength 8 "</script><img src=x onerror=alert(4)>" en "<img src=x onerror=alert(5)>"
  1.4 equal      A.2 strength 7 "同じ" en "the same"
  1.2 intersects A.3 strength 5
  1.2 subset     B.1 strength 6
  1.1 intersects B.2 strength 3
  jointly { 1.1 1.3 } superset B.3 strength 6 "二つで全体" en "the two make the whole"
  2.1 superset   B.4 mark ambiguous strength 2
  2.2 intersects B   mark printed
}
mapping own -> std {
  rationale functional
  mark inferred
  2.2 equal      B.5 strength 9
  2.2 unrelated  B.5 mark unverified "別の見方<img src=x onerror=alert(6)>" en "seen otherwise"
}
catalog mid "中間" { edition "1" level A must "必須" }
requirement mid:1 "中間の項目" { level A }
mapping own -> mid { 2.1 subset 1 strength 4 }
mapping mid -> std { 1 intersects A.4 strength 4 }
mapping std -> own { B.2 superset 1.3 strength 5 }

entity room "部屋" { locked "施錠": bool  logged "記録": bool  taught "教育": bool }
check locks for own:1.1 { each r: room require r.locked ja "施錠していません" en "not locked" }
check logs for own:1.2 { each r: room require r.logged ja "記録がありません" en "not logged" }
check taught for own:1.3 { each r: room require r.taught ja "教育していません" en "not taught" }
check chosen for own:2.1 { each r: room require r.locked ja "選んでいません" en "not chosen" }
check agreed for own:2.2 { each r: room require r.locked ja "契約がありません" en "no contract" }
"#;

const FACTS: &str =
    "[[room]]\nid = \"server\"\nlocked = true\nlogged = false\ntaught = true\n[complete]\nroom = true\n";

/// What is missing to run the browser; `None` when it can run.
fn missing() -> Option<String> {
    let clients = root().join("tests/clients");
    let runs =
        |program: &str| Command::new(program).arg("--version").output().is_ok_and(|o| o.status.success());
    let chromium = std::env::var("KIJUN_CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
    let needed = [
        (runs("node"), "node".to_owned()),
        (runs(&chromium), chromium.clone()),
        (
            clients.join("node_modules/playwright-core").is_dir(),
            "playwright-core (npm ci in tests/clients)".to_owned(),
        ),
        (clients.join("node_modules/axe-core").is_dir(), "axe-core (npm ci in tests/clients)".to_owned()),
    ];
    let missing: Vec<String> =
        needed.into_iter().filter(|(is_there, _)| !is_there).map(|(_, name)| name).collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}

/// Writes `NAME.html` and `NAME.json` of one matrix.
fn write(folder: &Folder, name: &str, lang: &str, args: &[&str]) -> String {
    let file = |end: &str| PathBuf::from(folder.path()).join(format!("{name}.{end}"));
    for format in ["html", "json"] {
        let path = file(format);
        let to =
            ["--lang", lang, "--quiet", "matrix", "--format", format, "--output", path.to_str().unwrap()];
        let out = kijun(&[&to[..], args].concat());
        assert_eq!(out.status, 0, "{}", out.stderr);
    }
    std::fs::read_to_string(file("html")).unwrap()
}

pub(crate) fn small(name: &str) -> Folder {
    let manifest = format!(
        "{MANIFEST}title = {{ ja = \"<img src=x onerror=alert(7)>病院\", en = \"Hospital & Co\" }}\n"
    );
    Folder::new(name, &[("kijun.toml", &manifest), ("norm.kijun", NORMS), ("facts/facts.toml", FACTS)])
}

#[test]
fn the_page_holds_no_markup_of_packs_or_facts() {
    let (workspace, pages) = (small("page-small-1"), Folder::new("page-inert", &[("x", "")]));
    let args = ["--from", "own", "--to", "std", workspace.path()];
    let page = write(&pages, "small", "ja", &args);
    assert!(!page.contains("<img"), "texts stand in the data, where `<` is written as an escape");
    assert_eq!(page.matches("<script").count(), 2, "the data and the program, nothing else");
    assert_eq!(page, write(&pages, "again", "ja", &args), "the same bytes");
    assert!(page.contains("<title>対応表 &lt;img src=x onerror=alert(7)&gt;病院</title>"));
}

#[test]
fn the_page_does_in_a_browser_what_it_says() {
    if !can_run() {
        return;
    }
    let (workspace, pages) = (small("page-small-2"), Folder::new("pages", &[("x", "")]));
    write(&pages, "small", "ja", &["--from", "own", "--to", "std", workspace.path()]);
    let targets = ["--from", "mhlw", "--to", "iso27001-2022,nist-csf-2.0", "examples/city-hospital"];
    write(&pages, "city", "ja", &targets);
    write(&pages, "static", "en", &["--from", "csf@1.1", "--to", "iso27001@2022", "rulepacks"]);
    run("page.test.mjs", &pages);
}

#[test]
fn the_report_does_in_a_browser_what_it_says() {
    if !can_run() {
        return;
    }
    let (workspace, pages) = (hostile("report-hostile"), Folder::new("reports", &[("x", "")]));
    let city = "examples/city-hospital";
    report(&pages, "city", &[city]);
    report(&pages, "hostile", &[workspace.path()]);
    report(&pages, "management", &[city, "--for", "management"]);
    run("report.test.mjs", &pages);
}

/// Writes `NAME.html` and `NAME.json` of one assessment.
fn report(folder: &Folder, name: &str, args: &[&str]) {
    for format in ["html", "json"] {
        let path = format!("{}/{name}.{format}", folder.path());
        let to = ["--lang", "ja", "assess", "--fail-on", "never", "--format", format, "--output", &path];
        let out = kijun(&[&to[..], args].concat());
        assert_eq!(out.status, 0, "{}", out.stderr);
    }
}

/// Whether the browser and its driver are there; only a full run of the tests must have them.
pub(crate) fn can_run() -> bool {
    let Some(missing) = missing() else { return true };
    assert!(std::env::var_os("KIJUN_REQUIRE_CLIENTS").is_none(), "needed (KIJUN_REQUIRE_CLIENTS): {missing}");
    eprintln!("skipped: not there: {missing}");
    false
}

/// Runs one of the files in `tests/clients` on a folder of pages.
pub(crate) fn run(test: &str, pages: &Folder) {
    let status = Command::new("node")
        .args(["--test", "--test-reporter=spec"])
        .arg(root().join("tests/clients").join(test))
        .env("KIJUN_PAGES", pages.path())
        .status()
        .unwrap();
    assert!(status.success(), "see above");
}
