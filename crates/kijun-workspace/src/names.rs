//! Which names files of a pack may have: those that mean the same file, and only that one, on every system.

use std::collections::BTreeMap;

use kijun_text::{Label, nfc};

/// Bytes of a name with its folders, and of one of its parts.
const MAX_NAME: usize = 512;
const MAX_PART: usize = 200;

/// Names that Windows keeps for devices, whatever follows the first full stop.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// What is wrong with a name (as seen from the pack, with `/`), if anything is.
pub(crate) fn problem(name: &str) -> Option<Label> {
    let say = |ja: &str, en: &str| Some(Label::new(ja, en));
    if name.is_empty() || name.len() > MAX_NAME || name.split('/').any(|part| part.len() > MAX_PART) {
        return say("名前が空か、長すぎます", "the name is empty or too long");
    }
    if name.starts_with(['/', '\\']) || name.get(1..2) == Some(":") {
        return say("絶対パスです", "the path is absolute");
    }
    if name.split(['/', '\\']).any(|part| part == "..") {
        return say("`..` でパックの外を指しています", "`..` leads out of the pack");
    }
    if name.split('/').any(|part| part.is_empty() || part == ".") {
        return say("パスに空の部分か `.` があります", "a part of the path is empty or `.`");
    }
    if name.contains(['\\', ':', '*', '?', '"', '<', '>', '|', '!']) || name.chars().any(char::is_control) {
        return say(
            "どの OS でも使えるとは限らない文字があります",
            "it has a character that not every system allows",
        );
    }
    if name.split('/').any(|part| part.ends_with(['.', ' ']) || is_device(part)) {
        return say("Windows では使えない名前です", "Windows does not allow the name");
    }
    if nfc(name) != name {
        return say("Unicode の正規形 (NFC) ではありません", "it is not in Unicode normal form C");
    }
    None
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or("").to_lowercase();
    let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_numbered = matches!(bare, "com" | "lpt");
    DEVICES.contains(&bare) && if is_numbered { stem.len() == 4 } else { stem.len() == 3 }
}

/// Two names of which some systems make one, or of which one is a folder of the other: the first such pair.
pub(crate) fn clash<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<(&'n str, &'n str)> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut folders: BTreeMap<String, &str> = BTreeMap::new();
    for name in names {
        let own = folded(name);
        if let Some(other) = seen.get(&own).or_else(|| folders.get(&own)) {
            return Some((other, name));
        }
        for (at, _) in name.match_indices('/') {
            let folder = name.get(..at).unwrap_or("");
            let key = folded(folder);
            if let Some(other) = seen.get(&key) {
                return Some((other, name));
            }
            match folders.get(&key) {
                Some(first) if first.get(..at) != Some(folder) => return Some((first, name)),
                _ => folders.entry(key).or_insert(name),
            };
        }
        seen.insert(own, name);
    }
    None
}

/// What is left of a name where neither case nor normalisation counts.
fn folded(name: &str) -> String {
    kijun_text::fold_width(&name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_some_system_reads_otherwise_are_refused() {
        let fine =
            ["kijun.toml", "tests/規則.kijun", "a.b/c-d_e f.md", "console.kijun", "com10.kijun", "com.x"];
        for name in fine {
            assert_eq!(problem(name), None, "{name}");
        }
        let check = |name: &str, part: &str| {
            let said = problem(name).unwrap_or_default().en;
            assert!(said.contains(part), "{name:?}: {said}");
        };
        check("", "empty");
        check(&"a/".repeat(400), "too long");
        check("/etc/passwd", "absolute");
        check("C:/x", "absolute");
        check("\\\\server\\x", "absolute");
        check("../x", "leads out");
        check("a/../../x", "leads out");
        check("a\\..\\x", "leads out");
        check("a//b", "empty or `.`");
        check("./a", "empty or `.`");
        check("a/", "empty or `.`");
        check("a\\b", "character");
        check("ab:stream", "character");
        check("a\nb", "character");
        check("a\0", "character");
        check("nul", "Windows");
        check("a/Aux.kijun", "Windows");
        check("LPT1.txt", "Windows");
        check("a.", "Windows");
        check("か\u{3099}.kijun", "normal form");
    }

    #[test]
    fn names_that_some_system_takes_for_one_clash() {
        assert_eq!(clash(["a/b", "a/c", "ab"]), None);
        assert_eq!(clash(["a.kijun", "A.kijun"]), Some(("a.kijun", "A.kijun")));
        assert_eq!(clash(["ガ.md", "ｶﾞ.md"]), Some(("ガ.md", "ｶﾞ.md")));
        assert_eq!(clash(["a", "a/b"]), Some(("a", "a/b")));
        assert_eq!(clash(["a/b", "A"]), Some(("a/b", "A")));
        assert_eq!(clash(["x/a", "X/b"]), Some(("x/a", "X/b")));
    }
}
