//! Status of the commands, and what they say.

use crate::run::{Folder, MANIFEST, PACK, kijun, root};

fn workspace(name: &str, facts: &str) -> Folder {
    Folder::new(name, &[("kijun.toml", MANIFEST), ("norm.kijun", PACK), ("facts/facts.toml", facts)])
}

const GOOD: &str = "[[vendor]]\nid = \"a\"\nname = \"A社\"\n[[contract]]\nid = \"c\"\nvendor = \"a\"\nsigned = 2026-04-01\nencrypted = true\nclauses = [\"audit\"]\n[complete]\ncontract = true\n";

#[test]
fn assess_ends_with_the_status_that_scripts_rely_on() {
    let good = workspace("good", GOOD);
    let satisfied = kijun(&["assess", good.path()]);
    assert_eq!(satisfied.status, 0, "{}{}", satisfied.stdout, satisfied.stderr);
    assert!(satisfied.stdout.contains("1 requirements: satisfied 1"), "{}", satisfied.stdout);

    let bad = workspace("bad", &GOOD.replace("encrypted = true", "encrypted = false"));
    let violated = kijun(&["assess", bad.path()]);
    assert_eq!(violated.status, 1);
    assert!(violated.stdout.contains("the contract with A社 is not encrypted"), "{}", violated.stdout);
    assert!(violated.stdout.contains("facts/facts.toml:8:13"), "the place of the fact: {}", violated.stdout);
    assert_eq!(kijun(&["assess", bad.path(), "--fail-on", "never"]).status, 0);

    let open = workspace("open", &GOOD.replace("encrypted = true", "encrypted = \"?\""));
    assert_eq!(kijun(&["assess", open.path()]).status, 0, "unknown is not a finding");
    let undecided = kijun(&["assess", open.path(), "--fail-on", "undecided"]);
    assert_eq!(undecided.status, 3);
    assert!(undecided.stdout.contains("1 of them are not decided"), "{}", undecided.stdout);
}

#[test]
fn an_absent_register_is_unknown_and_an_empty_complete_one_not_applicable() {
    let absent = workspace("absent", "[[vendor]]\nid = \"a\"\nname = \"A社\"\n");
    let out = kijun(&["assess", absent.path(), "--format", "json"]);
    assert!(out.stdout.contains("\"unknown\": 1"), "{}", out.stdout);
    let empty = workspace("empty", "[complete]\ncontract = true\n");
    let out = kijun(&["assess", empty.path(), "--format", "json"]);
    assert!(out.stdout.contains("\"not_applicable\": 1"), "{}", out.stdout);
}

#[test]
fn no_rule_is_status_4_and_never_a_pass() {
    let pack =
        "catalog n \"規範\" { edition \"1\" level C must \"必須\" }\nrequirement n:1 \"x\" { level C }\n";
    let none = Folder::new("no-rule", &[("kijun.toml", MANIFEST), ("norm.kijun", pack)]);
    let out = kijun(&["assess", none.path()]);
    assert_eq!(out.status, 4);
    assert!(out.stderr.contains("no rule was evaluated"), "{}", out.stderr);
}

#[test]
fn explain_shows_facts_rule_and_repair() {
    let bad = workspace("explain", &GOOD.replace("encrypted = true", "encrypted = false"));
    let out = kijun(&["explain", "n:1@c", bad.path()]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    for part in ["contract.c.encrypted", "facts/facts.toml:8:13", "norm.kijun:18-23", "repair"] {
        assert!(out.stdout.contains(part), "{part} is missing in:\n{}", out.stdout);
    }
    let typo = kijun(&["explain", "n:l@c", bad.path()]);
    assert_eq!(typo.status, 2);
    let nobody = kijun(&["explain", "n:1@d", bad.path()]);
    assert_eq!(nobody.status, 2);
    assert!(nobody.stderr.contains("has no verdict on `d`"), "{}", nobody.stderr);
    let code = kijun(&["explain", "K0203"]);
    assert_eq!(code.status, 0);
    assert!(code.stdout.starts_with("# K0203"), "{}", code.stdout);
}

#[test]
fn explain_says_that_there_is_no_such_diagnostic() {
    let out = kijun(&["explain", "K9999", "/no/such"]);
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("there is no diagnostic `K9999`"), "{}", out.stderr);
    let out = kijun(&["explain", "constant-conditio", "/no/such"]);
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("there is no lint `constant-conditio`"), "{}", out.stderr);
    assert!(out.stderr.contains("did you mean `constant-condition`?"), "{}", out.stderr);
}

#[test]
fn what_is_spelt_like_a_lint_may_be_an_id() {
    let pack = PACK.to_owned() + "\nrequirement n:constant-conditio \"同じ\" { en \"alike\" level C }\n";
    let folder = Folder::new("like-a-lint", &[("kijun.toml", MANIFEST), ("n.kijun", &pack)]);
    let out = kijun(&["explain", "constant-conditio", folder.path()]);
    assert!(
        out.status == 0 && out.stdout.starts_with("n:constant-conditio [1]  alike"),
        "{}{}",
        out.stdout,
        out.stderr
    );
    let out = kijun(&["explain", "constant-conditi", folder.path()]);
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("there is no lint `constant-conditi`"), "{}", out.stderr);
}

#[test]
fn a_register_is_not_written_over() {
    let of = workspace("register", GOOD);
    let facts = std::fs::read_dir(format!("{}/facts", of.path())).unwrap().next().unwrap().unwrap().path();
    let before = std::fs::read(&facts).unwrap();
    let out = kijun(&["assess", of.path(), "--format", "csv", "--output", facts.to_str().unwrap()]);
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("is a register of facts"), "{}", out.stderr);
    assert_eq!(std::fs::read(&facts).unwrap(), before);
}

#[test]
fn two_ledgers_of_one_name_are_told_apart() {
    let source = "\n[[source]]\nfile = \"../facts/contract.csv\"\nkind = \"contract\"\n";
    let folder = Folder::new(
        "alike",
        &[
            ("w/kijun.toml", &format!("{MANIFEST}{source}")),
            ("w/n.kijun", PACK),
            ("w/facts/contract.csv", "id,encrypted\na,yes\n"),
            ("facts/contract.csv", "id,encrypted\nb,no\n"),
        ],
    );
    let out = kijun(&["assess", &format!("{}/w", folder.path())]);
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("would be shown by one name"), "{}", out.stderr);
}

#[test]
fn explain_says_where_a_withdrawn_item_went() {
    let norm = "catalog n \"規範\" { edition \"2\" level C must \"必須\" }\nrequirement n:1 \"新\" { en \"new\" level C }\n\
                requirement n:2 \"旧\" { level C  withdrawn into 1 }\n";
    let pack = Folder::new("withdrawn", &[("kijun.toml", MANIFEST), ("norm.kijun", norm)]);
    let out = kijun(&["explain", "n@2:2", pack.path()]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    for part in ["no longer asks for it", "went into: n:1  new"] {
        assert!(out.stdout.contains(part), "{part} is missing in:\n{}", out.stdout);
    }
    assert!(!out.stdout.contains("must"), "it has no weight any more:\n{}", out.stdout);
    let checked = kijun(&["check", pack.path()]);
    assert!(checked.stdout.contains("1 requirements"), "{}", checked.stdout);
}

#[test]
fn new_makes_a_workspace_that_assesses_at_once() {
    let parent = Folder::new("new", &[("x", "")]);
    let dir = format!("{}/minato", parent.path());
    let made = kijun(&["new", &dir]);
    assert_eq!(made.status, 0, "{}", made.stderr);
    assert_eq!(kijun(&["check", &dir]).status, 0);
    let out = kijun(&["assess", &dir, "--fail-on", "undecided"]);
    assert_eq!(out.status, 3, "nothing is known yet: {}", out.stdout);
    let summary = out.stdout.lines().find(|l| l.contains(" requirements: ")).unwrap();
    assert!(
        summary.contains("unknown") && !summary.contains("satisfied") && !summary.contains("violated"),
        "{summary}"
    );
    assert_eq!(kijun(&["new", &dir]).status, 2, "an existing workspace is not overwritten");
}

#[test]
fn fmt_leaves_the_packs_as_they_are() {
    let out = kijun(&["fmt", "--check", "rulepacks", "examples", "grammar/corpus/ok"]);
    assert_eq!(out.status, 0, "not formatted:\n{}{}", out.stdout, out.stderr);
}

#[test]
fn the_packs_pass_their_own_tests() {
    let out = kijun(&["test", "rulepacks"]);
    assert_eq!(out.status, 0, "{}{}", out.stdout, out.stderr);
    assert!(out.stdout.lines().last().unwrap().ends_with("0 failed"), "{}", out.stdout);
}

#[test]
fn a_failing_test_of_a_pack_says_what_was_found() {
    let case = format!(
        "{PACK}test \"t\" {{ given {{ contract c {{ encrypted false }} }} expect n:1 satisfied for c }}\n"
    );
    let pack = Folder::new(
        "failing",
        &[("kijun.toml", "[pack]\nname = \"p\"\nversion = \"1.0.0\"\n"), ("p.kijun", &case)],
    );
    let out = kijun(&["test", pack.path()]);
    assert_eq!(out.status, 1);
    assert!(out.stderr.contains("found violated"), "{}", out.stderr);
}

#[test]
fn two_runs_and_any_number_of_threads_give_the_same_bytes() {
    let run = |threads: &str| {
        kijun(&["assess", "examples/city-hospital", "--format", "json", "--threads", threads]).stdout
    };
    let one = run("1");
    assert_eq!(one, run("4"));
    assert_eq!(one, run("1"));
}

#[test]
fn findings_are_listed_as_csv() {
    let example = root().join("examples/s01-cloud-pacs-overseas");
    let path = example.to_str().unwrap();
    let csv = kijun(&["assess", path, "--format", "csv", "--lang", "en", "--fail-on", "never", "--timings"]);
    assert_eq!(csv.status, 0);
    for phase in ["read ", "evaluate ", "write "] {
        assert!(csv.stderr.lines().any(|l| l.starts_with(phase) && l.ends_with(" ms")), "{}", csv.stderr);
    }
    let text = csv.stdout.strip_prefix('\u{feff}').expect("a byte order mark, for spreadsheets");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("requirement,check,kind,subject,verdict,severity,message,file,line"));
    let json = kijun(&["assess", path, "--format", "json", "--fail-on", "never"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(lines.clone().count(), findings.len());
    for (line, finding) in lines.zip(findings) {
        let known = [&finding["requirement"], &finding["check"], &finding["subject"]["kind"]];
        let start: Vec<&str> = known.iter().map(|v| v.as_str().unwrap()).collect();
        assert!(line.starts_with(&start.join(",")), "{line}");
        assert!(line.contains(finding["verdict"].as_str().unwrap()), "{line}");
    }
}

#[test]
fn a_catalogue_without_an_edition_shows_none() {
    let norm = "catalog n \"規範\" { level C must \"必須\" }\nsection n:1 \"章\" { en \"chapter\" }\nrequirement n:1.1 \"x\" { level C }\n\
                entity room \"区画\" { lock \"錠\": bool }\ncheck locked for n:1.1 { each r: room  require r.lock }\n";
    let facts = "[[room]]\nid = \"a\"\nlock = false\n";
    let bare =
        Folder::new("bare", &[("kijun.toml", MANIFEST), ("norm.kijun", norm), ("facts/f.toml", facts)]);
    let out = kijun(&["assess", bare.path()]);
    assert!(out.stdout.contains("\nn  規範\n"), "{}", out.stdout);
    let explained = kijun(&["explain", "n:1.1", bare.path()]);
    assert!(explained.stdout.starts_with("n:1.1  x"), "{}", explained.stdout);
    for text in [out.stdout, explained.stdout] {
        assert!(!text.contains("[]"), "{text}");
    }
}

#[test]
fn check_tells_what_is_open_as_a_whole_and_its_status_stays() {
    let more = "catalog iso \"規格\" { edition \"2022\" }\nrequirement iso:A \"甲\"\nrequirement iso:B \"乙\"\n\
                requirement n:2 \"ほか\" { level C }\ncheck other for n:2 { require true }\n\
                mapping n -> iso { source \"表\" 1 equal A }\n\
                test \"一\" { given { contract c { encrypted true } } expect encrypted satisfied }\n";
    let pack = format!("{PACK}{more}");
    let tracked =
        |more: &str| format!("{MANIFEST}[lints]\nall = \"off\"\n[coverage]\ntrack = [\"iso@2022\"]\n{more}");
    let folder = |name: &str, manifest: &str| {
        let facts = "[[contract]]\nid = \"c\"\n";
        Folder::new(name, &[("kijun.toml", manifest), ("norm.kijun", &pack), ("facts/facts.toml", facts)])
    };
    let plain = folder("open-whole", &tracked(""));
    let summed = kijun(&["check", plain.path()]);
    assert_eq!((summed.status, summed.stderr.as_str()), (0, ""), "{}", summed.stdout);
    for said in [
        "  iso@2022  2 items: covered 1; covered, unverified 0; partly covered 0; possibly covered 0; not covered 1; items of what is evaluated that map to nothing here 1",
        "  rules that read what no record states: 1 (contract: 1 attribute(s))",
        "  checks that no test exercises: 1 of 2",
    ] {
        assert!(summed.stdout.contains(said), "{said} is missing in:\n{}", summed.stdout);
    }
    let items = kijun(&["check", plain.path(), "--coverage", "items"]);
    assert_eq!(items.status, 0);
    for code in ["not_covered", "unmapped", "K0513", "K0412"] {
        assert!(items.stderr.contains(code), "{code} is missing in:\n{}", items.stderr);
        let page = kijun(&["explain", code]);
        assert!(page.status == 0 && page.stdout.starts_with(&format!("# {code} ")), "{}", page.stderr);
    }
    assert!(items.stderr.contains("ask the purchasing and contract officer: is it encrypted?"));
    assert!(!items.stderr.contains("warning(s)"), "{}", items.stderr);
    let off = kijun(&["check", plain.path(), "--coverage", "off"]);
    assert_eq!(off.stdout.lines().count(), 1, "{}", off.stdout);

    let loud = folder(
        "open-loud",
        &tracked("show = \"items\"\nlevels = { not_covered = \"warning\", unexercised = \"off\" }\n"),
    );
    let loud = kijun(&["check", loud.path()]);
    assert_eq!(loud.status, 0, "a warning is no error");
    assert!(loud.stderr.contains("0 error(s), 1 warning(s)"), "{}", loud.stderr);
    assert!(!loud.stderr.contains("K0412") && !loud.stdout.contains("no test exercises"), "{}", loud.stdout);

    let unknown = folder("open-unknown", &tracked("levels = { unmaped = \"off\" }\n"));
    let unknown = kijun(&["check", unknown.path()]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("did you mean `unmapped`?"), "{}", unknown.stderr);
    let nowhere = folder("open-nowhere", &format!("{MANIFEST}[coverage]\ntrack = [\"izo\"]\n"));
    let nowhere = kijun(&["check", nowhere.path()]);
    assert_eq!(nowhere.status, 2);
    assert!(
        nowhere.stderr.contains("K0205") && nowhere.stderr.contains("kijun.toml:5"),
        "{}",
        nowhere.stderr
    );
}

#[test]
fn help_and_wrong_arguments_are_in_the_language_that_is_asked_for() {
    let check = |args: &[&str], status: i32, says: &[&str]| {
        let out = kijun(args);
        assert_eq!(out.status, status, "{args:?}: {}{}", out.stdout, out.stderr);
        let text = if status == 0 { &out.stdout } else { &out.stderr };
        for said in says {
            assert!(text.contains(said), "{args:?} says {said}:\n{text}");
        }
        text.clone()
    };
    let help =
        check(&["due", "-h", "--lang", "ja"], 0, &["使い方: kijun due", "[既定: 90d]", "選択肢: text, md"]);
    assert!(!help.contains("Usage") && !help.contains("default:"), "{help}");
    check(&["due", "-h", "--lang", "en"], 0, &["Usage: kijun due", "[default: 90d]"]);
    check(
        &["--lang=ja", "asess"],
        2,
        &["エラー: `asess` というコマンドはありません", "もしかして: ", "`assess`"],
    );
    check(
        &["assess", "--fomat", "x", "--lang", "ja"],
        2,
        &["`--fomat` という引数はありません", "`--format`"],
    );
    check(
        &["due", "--within", "3x", "--lang", "ja"],
        2,
        &["`3x` は `--within <TIME>` の値になりません: 90d"],
    );
    check(&["due", "--within", "3x", "--lang", "en"], 2, &["invalid value '3x'", "write it as 90d"]);
    check(&["assess", "--keep", "--redact", "--lang", "ja"], 2, &["いっしょに使えません"]);
    check(&["matrix", "--lang", "ja"], 2, &["必要な引数がありません: `--from <CATALOG>`、`--to <CATALOG>`"]);
}

#[test]
fn a_day_may_be_of_an_era() {
    let good = workspace("era", GOOD);
    let of = |day: &str| kijun(&["assess", good.path(), "--format", "json", "--as-of", day]);
    assert_eq!(of("令和8年11月22日").stdout, of("2026-11-22").stdout);
    for none in ["令和8年11月", "2026", "あした"] {
        assert_eq!(of(none).status, 2, "{none} is no day");
    }
}
