//! Every example gives the output that is kept beside it. `KIJUN_BLESS=1` writes the output anew.

use crate::run::{Folder, kijun, root};

/// The names of the examples.
pub(crate) fn all() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("examples"))
        .unwrap()
        .map(|e| e.unwrap())
        .filter(|e| e.path().join("kijun.toml").exists())
        .map(|e| e.file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() >= 4, "{names:?}");
    names
}

#[test]
fn examples_give_their_expected_output() {
    let bless = std::env::var_os("KIJUN_BLESS").is_some();
    let mut differing = Vec::new();
    for example in all() {
        for (name, lang, format) in [
            ("report.ja.txt", "ja", "text"),
            ("report.en.txt", "en", "text"),
            ("assessment.json", "ja", "json"),
        ] {
            let out = kijun(&["assess", &format!("examples/{example}"), "--lang", lang, "--format", format]);
            // Digests of packs change with every edit of a pack; they are tested elsewhere.
            let text = without_digests(&out.stdout);
            let path = root().join("examples").join(&example).join("expected").join(name);
            if bless {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, &text).unwrap();
            } else if std::fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
                differing.push(format!("examples/{example}/expected/{name}"));
            }
        }
    }
    assert!(
        differing.is_empty(),
        "differ (KIJUN_BLESS=1 writes them anew, then read the diff): {differing:#?}"
    );
}

/// What of time the example of a hospital has: its history is made in a copy of the days of its manifest and one before.
#[test]
fn the_hospital_gives_its_plan_deadlines_editions_and_history() {
    let city = root().join("examples/city-hospital");
    let folder = Folder::new("city-history", &[]);
    let history = std::path::Path::new(folder.path()).join("history");
    std::fs::create_dir_all(&history).unwrap();
    std::fs::copy(city.join("kijun.toml"), std::path::Path::new(folder.path()).join("kijun.toml")).unwrap();
    for day in ["2026-09-01", "2026-11-22"] {
        let to = history.join(format!("{day}.json"));
        let to = to.to_str().unwrap();
        kijun(&["assess", "examples/city-hospital", "--as-of", day, "--format", "json", "-o", to]);
    }
    let at = "examples/city-hospital";
    let mut differing = Vec::new();
    for (name, call) in [
        ("plan", vec!["plan", at]),
        ("due", vec!["due", at, "--within", "6m"]),
        ("editions", vec!["editions", at]),
        ("history", vec!["history", folder.path()]),
        ("diff", vec!["diff", "previous", "latest", folder.path()]),
    ] {
        for lang in ["ja", "en"] {
            let out = kijun(&[&call[..], &["--lang", lang]].concat());
            assert!(!out.stdout.is_empty(), "{call:?}: {}", out.stderr);
            let path = city.join("expected").join(format!("{name}.{lang}.txt"));
            if std::env::var_os("KIJUN_BLESS").is_some() {
                std::fs::write(&path, &out.stdout).unwrap();
            } else if std::fs::read_to_string(&path).ok().as_deref() != Some(out.stdout.as_str()) {
                differing.push(path);
            }
        }
    }
    assert!(
        differing.is_empty(),
        "differ (KIJUN_BLESS=1 writes them anew, then read the diff): {differing:#?}"
    );
}

fn without_digests(text: &str) -> String {
    let keep = |line: &&str| !line.trim_start().starts_with("\"sha256\"");
    let mut out: String = text.lines().filter(keep).collect::<Vec<_>>().join("\n");
    out.push('\n');
    out
}
