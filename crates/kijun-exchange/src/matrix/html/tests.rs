//! The file as such. What it does in a browser is tested in `tests/clients`.

use data_encoding::BASE64;
use kijun_text::Lang;
use sha2::{Digest, Sha256};

use super::*;

fn page(lang: Lang) -> String {
    assembled(lang, "a & b", r#"{"title":"<b>"}"#)
}

/// What stands between two marks.
fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    page.split_once(from).unwrap().1.split_once(to).unwrap().0
}

#[test]
fn the_policy_allows_this_style_and_script_and_nothing_else() {
    let page = page(Lang::Ja);
    let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text.as_bytes())));
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; connect-src 'none'; "), "{policy}");
    assert!(policy.contains(&format!("script-src {};", hash(between(&page, "<script>", "</script>")))));
    assert!(policy.contains(&format!("style-src {};", hash(between(&page, "<style>", "</style>")))));
    assert!(!policy.contains("unsafe"), "{policy}");
    let at = |part: &str| page.find(part).unwrap();
    assert!(at("Content-Security-Policy") < at("<style>"), "it holds for all that follows");
}

#[test]
fn nothing_is_fetched_and_no_text_becomes_markup() {
    let page = page(Lang::En);
    for foreign in ["http:", "https:", "//cdn", "@import", "url(", " src=", "<link"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    let script = SCRIPT.concat();
    for maker in
        ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch("]
    {
        assert!(!script.contains(maker), "{maker}");
    }
}

#[test]
fn the_data_stay_json_and_hold_no_markup() {
    let page = page(Lang::En);
    assert_eq!(between(&page, "id=\"data\">", "</script>"), r#"{"title":"\u003cb>"}"#);
    assert!(page.contains("<html lang=\"en\">") && page.contains("<title>a &amp; b</title>"));
}

/// Every text that the script asks for is there, in both languages, and every one that is there is asked for.
#[test]
fn every_text_has_two_languages_and_a_use() {
    let (texts, rest) = SCRIPT.split_first().unwrap();
    let rest = format!("{}{PAGE}", rest.concat());
    let table = between(texts, "const TEXTS = {\n", "\n};");
    let keys: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("  ").filter(|l| !l.starts_with([' ', ']'])))
        .filter_map(|line| line.split_once(": ").map(|(key, _)| key))
        .collect();
    assert!(keys.len() > 90, "{}", keys.len());
    for (at, _) in rest.match_indices("t('").filter(|(at, _)| !rest[..*at].ends_with(char::is_alphanumeric)) {
        let asked = between(&rest[at..], "t('", "'");
        assert!(keys.contains(&asked), "{asked} has no text");
    }
    for key in keys {
        let used = [format!("t('{key}'"), format!("data-text=\"{key}\""), format!("data-label=\"{key}\"")];
        let named = format!("'{key}'");
        assert!(used.iter().any(|u| rest.contains(u)) || rest.contains(&named), "{key} is not used");
    }
}
