//! Limits of an evaluation and of a run.

use std::fmt::Write;

use crate::run::{Folder, MANIFEST, PACK, kijun, kijun_fed};

/// A workspace with so many vendors and one contract, and these rules more.
fn workspace(name: &str, vendors: usize, rules: &str) -> Folder {
    let mut facts = "id,name\n".to_owned();
    for i in 0..vendors {
        writeln!(facts, "v{i},n{i}").unwrap();
    }
    let files = [
        ("kijun.toml", MANIFEST),
        ("n.kijun", &format!("{PACK}{rules}")),
        ("facts/vendor.csv", &facts),
        ("facts/contract.csv", "id,vendor,encrypted\nc,v0,true\n"),
    ];
    Folder::new(name, &files)
}

fn refused(folder: &Folder, more: &[&str], says: &[&str]) {
    let out = kijun(&[&["assess", folder.path()], more].concat());
    assert_eq!((out.status, out.stdout.as_str()), (2, ""), "{}", out.stderr);
    for part in says {
        assert!(out.stderr.contains(part), "{part}: {}", out.stderr);
    }
    let ja = kijun(&[&["assess", folder.path(), "--lang", "ja"], more].concat());
    assert!(ja.status == 2 && ja.stderr.contains("エラー:") && ja.stderr.contains("対処:"), "{}", ja.stderr);
}

const FIVE: &str = r#"
relation five(vendor, vendor, vendor, vendor, vendor) "五つ組" en "five"
five(a, b, c, d, e) if a.name == a.name and b.name == b.name
check five for n:1 {
  each v: vendor
  require not (any x in five(v, v, v, v): x.name == "a") ja "五つ" en "five"
}
"#;

#[test]
fn a_relation_of_everything_with_everything_is_an_error_that_names_it() {
    let folder = workspace("limit-five", 1000, FIVE);
    let says =
        ["n.kijun:", "the relation `five` has too many tuples (at most 200000)", "help: tie its variables"];
    refused(&folder, &["--max-tuples", "200000"], &says);
    // Every question about facts ends so, and so does a line of a stream, which is answered.
    for command in ["plan", "due", "ask", "risks"] {
        let out = kijun(&[command, folder.path(), "--max-tuples", "50000"]);
        assert!(out.status == 2 && out.stderr.contains("`five`"), "{command}: {}", out.stderr);
    }
    let vendors: Vec<String> = (0..60).map(|i| format!(r#"{{"id":"v{i}","name":"n"}}"#)).collect();
    let line = format!(r#"{{"facility":"a","facts":{{"vendor":[{}]}}}}"#, vendors.join(","));
    let small =
        r#"{"facility":"b","facts":{"vendor":[],"contract":[],"complete":{"vendor":true,"contract":true}}}"#;
    let out = kijun_fed(
        &["stream", folder.path(), "--max-tuples", "50000"],
        format!("{line}\n{small}\n").as_bytes(),
    );
    let answers: Vec<&str> = out.stdout.lines().collect();
    assert!(answers[0].contains("stream-error") && answers[0].contains("`five`"), "{}", answers[0]);
    assert!(answers[1].contains("\"kijun.assessment/1\""), "{}", answers[1]);
}

#[test]
fn what_is_tried_in_vain_and_what_recurs_is_counted() {
    let vain = r#"
relation vain(vendor, vendor, vendor) "無駄" en "vain"
vain(a, b, c) if a.name != a.name or b.name == c.name and a.name == b.name and a != b and a.name == "x" and c.name == "y"
check vain for n:1 { each v: vendor require not (any x in vain(v, v): x.name == "a") ja "無" en "vain" }
"#;
    refused(&workspace("limit-vain", 400, vain), &["--max-tuples", "1000"], &["the relation `vain`"]);
    let mutual = r#"
relation odd(vendor, vendor, vendor) "奇" en "odd"
relation even(vendor, vendor, vendor) "偶" en "even"
odd(a, b, c) if a.name != "x" and even(b, a, c)
even(a, b, c) if a.name != "y" and odd(b, a, c)
even(a, b, c) if a.name == a.name
check mutual for n:1 { each v: vendor require not (any x in odd(v, v): x.name == "a") ja "奇" en "odd" }
"#;
    refused(&workspace("limit-mutual", 300, mutual), &["--max-tuples", "20000"], &["the relation `"]);
}

#[test]
fn a_check_that_looks_at_all_combinations_is_named() {
    let deep = r#"
check deep for n:1 {
  each v: vendor
  require any a in vendor: any b in vendor: any d in vendor: a != b and b != d and a.name == "x" and v != d and v != a and (a.name == b.name or b.name == d.name or d.name == v.name)
    ja "深い" en "deep"
}
"#;
    let folder = workspace("limit-deep", 400, deep);
    refused(
        &folder,
        &["--max-tuples", "1000"],
        &["n.kijun:", "the check `deep` looks at too many combinations"],
    );
}

#[test]
fn what_stays_within_the_limits_is_evaluated_as_without() {
    let small = workspace("limit-small", 5, FIVE);
    let out = kijun(&["assess", small.path(), "--format", "json", "--fail-on", "never"]);
    let limited =
        kijun(&["assess", small.path(), "--format", "json", "--fail-on", "never", "--max-tuples", "3125"]);
    assert_eq!((out.status, limited.status), (0, 0), "{}{}", out.stderr, limited.stderr);
    assert_eq!(out.stdout, limited.stdout);
    refused(&small, &["--max-tuples", "3124"], &["at most 3124"]);
}

#[test]
fn time_and_memory_of_a_run_are_bounded() {
    let folder = workspace("limit-run", 1000, FIVE);
    let report = format!("{}/report.html", folder.path());
    std::fs::write(&report, "before").unwrap();
    let more = ["--max-tuples", "18446744073709551615", "--format", "html", "--output", &report];
    refused(
        &folder,
        &[&more[..], &["--max-time", "300ms"]].concat(),
        &["longer than 0.3 s", "--max-time 3h"],
    );
    if cfg!(target_os = "linux") {
        refused(
            &folder,
            &[&more[..], &["--max-memory", "64M"]].concat(),
            &["more than 64 MB", "--max-memory 8G"],
        );
    }
    assert_eq!(std::fs::read(&report).unwrap(), b"before");
    let none =
        kijun(&["assess", "examples/city-hospital", "--quiet", "--max-time", "none", "--max-memory", "none"]);
    assert_eq!(none.status, 1, "{}", none.stderr);
    assert_eq!(kijun(&["assess", folder.path(), "--max-time", "soon"]).status, 2);
    assert_eq!(kijun(&["assess", folder.path(), "--max-memory", "8"]).status, 2);
}
