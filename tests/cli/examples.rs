//! Every example gives the output that is kept beside it. `KIJUN_BLESS=1` writes the output anew.

use crate::run::{kijun, root};

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

fn without_digests(text: &str) -> String {
    let keep = |line: &&str| !line.trim_start().starts_with("\"sha256\"");
    let mut out: String = text.lines().filter(keep).collect::<Vec<_>>().join("\n");
    out.push('\n');
    out
}
