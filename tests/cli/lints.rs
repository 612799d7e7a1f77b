//! Lints as `check` tells them: levels, suppressions, fixes; and what they say of the packs that ship.

use crate::coverage::assert_valid;
use crate::run::{Folder, MANIFEST, PACK, kijun, root};

/// A rule with a double negation, a repeated condition and a title with space around it.
const ODD: &str = "\
//! a

requirement n:2 \"条項　\" {
  en    \"clauses\"
  level C
}

check odd for n:2 {
  each c: contract
  require not (not c.encrypted) and c.signed <= today and c.signed <= today
    ja \"暗号化されていません\"
    en \"not encrypted\"
}
";

fn workspace(name: &str, lints: &str, odd: &str) -> Folder {
    let manifest = format!("{MANIFEST}{lints}");
    let facts = "[[contract]]\nid = \"a\"\nsigned = 2026-04-01\nencrypted = false\n";
    let files = [
        ("kijun.toml", manifest.as_str()),
        ("norm.kijun", PACK),
        ("odd.kijun", odd),
        ("facts/a.toml", facts),
    ];
    Folder::new(name, &files)
}

fn codes(stderr: &str) -> Vec<&str> {
    stderr.lines().filter(|l| l.len() == 5 && l.starts_with('K')).collect()
}

#[test]
fn check_tells_lints_as_loudly_as_the_manifest_wants() {
    let plain = workspace("lints", "", ODD);
    let out = kijun(&["check", plain.path()]);
    assert_eq!((out.status, codes(&out.stderr)), (0, vec!["K1507", "K1503", "K1003"]), "{}", out.stderr);
    assert_eq!(kijun(&["check", plain.path(), "--fail-on", "warning"]).status, 1);
    let off = kijun(&["check", plain.path(), "--lints", "off", "--fail-on", "information"]);
    assert_eq!((off.status, codes(&off.stderr)), (0, vec![]), "{}", off.stderr);
    let all = kijun(&["check", plain.path(), "--lints", "all"]);
    assert!(codes(&all.stderr).contains(&"K1105"), "hints are told: {}", all.stderr);
    let assessed = kijun(&["assess", plain.path()]);
    assert_eq!(codes(&assessed.stderr), Vec::<&str>::new(), "only `check` lints: {}", assessed.stderr);

    let quiet = workspace("lints-quiet", "[lints]\nstyle = \"off\"\n", ODD);
    assert_eq!(codes(&kijun(&["check", quiet.path()]).stderr), ["K1003"]);
    let strict = workspace("lints-strict", "[lints]\ndouble-negation = \"error\"\n", ODD);
    assert_eq!(kijun(&["check", strict.path()]).status, 2);
    assert_ne!(kijun(&["assess", strict.path()]).status, 2, "a lint keeps nothing from being evaluated");
    let wrong = workspace("lints-wrong", "[lints]\nduoble-negation = \"off\"\n", ODD);
    let out = kijun(&["check", wrong.path()]);
    assert!(out.status == 2 && out.stderr.contains("did you mean `double-negation`?"), "{}", out.stderr);
}

#[test]
fn other_tools_get_the_code_and_the_page_of_a_lint() {
    let plain = workspace("lints-sarif", "", ODD);
    let out = kijun(&["check", plain.path(), "--format", "sarif"]);
    assert!(out.stdout.contains("\"K1503\"") && out.stdout.contains("a double negation"), "{}", out.stdout);
    let page = kijun(&["explain", "double-negation"]);
    assert!(page.stdout.starts_with("# K1503"), "{}", page.stdout);
}

#[test]
fn a_fix_changes_what_is_written_and_not_what_it_means() {
    let odd = workspace("lints-fix", "", ODD);
    let before = kijun(&["assess", odd.path(), "--format", "json"]);
    let out = kijun(&["check", odd.path(), "--fix"]);
    assert_eq!((out.status, codes(&out.stderr)), (0, vec![]), "{}", out.stderr);
    assert!(out.stderr.contains("3 fix(es) made"), "{}", out.stderr);
    let text = std::fs::read_to_string(format!("{}/odd.kijun", odd.path())).unwrap();
    let expected = ODD.replace("条項　", "条項").replace("not (not c.encrypted)", "c.encrypted").replacen(
        " and c.signed <= today",
        "",
        1,
    );
    assert_eq!(text, expected);
    assert_eq!(kijun(&["fmt", "--check", &format!("{}/odd.kijun", odd.path())]).status, 0);
    let after = kijun(&["assess", odd.path(), "--format", "json"]);
    // The digest of the modules is another one.
    let said = |text: &str| {
        let lines = text.lines().filter(|l| !l.contains("\"sha256\"")).collect::<Vec<_>>();
        lines.join("\n").replace("条項　", "条項")
    };
    assert!(before.stdout.contains("\"violated\": 2"), "{}", before.stdout);
    assert_eq!(said(&before.stdout), said(&after.stdout));
    let again = kijun(&["check", odd.path(), "--fix"]);
    assert!(again.stderr.contains("0 fix(es) made"), "{}", again.stderr);
    assert_eq!(std::fs::read_to_string(format!("{}/odd.kijun", odd.path())).unwrap(), text);
}

#[test]
fn nothing_is_fixed_in_what_does_not_compile() {
    let text = format!("{ODD}check broken for n:9 {{ require true }}\n");
    let odd = workspace("lints-broken", "", &text);
    assert_eq!(kijun(&["check", odd.path(), "--fix"]).status, 2);
    assert_eq!(std::fs::read_to_string(format!("{}/odd.kijun", odd.path())).unwrap(), text);
}

#[test]
fn the_list_of_lints_is_told_in_both_languages_and_as_data() {
    let ja = kijun(&["lints", "--lang", "ja"]).stdout;
    let en = kijun(&["lints"]).stdout;
    assert!(ja.contains("二重の否定 [自動修正]") && en.contains("a double negation [fix]"), "{ja}{en}");
    let json: serde_json::Value =
        serde_json::from_str(&kijun(&["lints", "--format", "json"]).stdout).unwrap();
    assert_valid(kijun_exchange::LINTS_SCHEMA, &json);
    let lints = json["lints"].as_array().unwrap();
    let is_told = |l: &serde_json::Value| {
        l["fix"] == false || matches!(l["level"].as_str(), Some("information" | "warning"))
    };
    assert!(lints.iter().all(is_told), "what can be fixed is told");
    assert!(lints.len() >= 60 && lints.iter().any(|l| l["name"] == "double-negation" && l["fix"] == true));
}

/// Every pack and example by itself: no lint at or above `information`, which all are that `--fix` puts right.
#[test]
fn what_ships_is_without_lints() {
    let mut folders = Vec::new();
    for parent in ["rulepacks", "examples"] {
        let entries = std::fs::read_dir(root().join(parent)).unwrap().map(|e| e.unwrap().file_name());
        folders.extend(entries.map(|name| format!("{parent}/{}", name.to_str().unwrap())));
    }
    folders.retain(|folder| root().join(folder).join("kijun.toml").exists());
    folders.sort();
    for folder in &folders {
        let out = kijun(&["check", folder, "--coverage", "off", "--fail-on", "information"]);
        assert_eq!(out.status, 0, "{folder}: {}", out.stderr);
    }
}
