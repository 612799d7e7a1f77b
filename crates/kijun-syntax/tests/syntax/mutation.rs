//! Files changed at random: white space must not matter, and nothing may panic or lose a byte.

use kijun_syntax::{Kind, format, parse};
use proptest::prelude::*;

use crate::corpus::{good, outline, tokens};

/// A file of the corpus or a pack; of the long ones, a few of the declarations.
fn sample() -> impl Strategy<Value = String> {
    let parts: Vec<String> = good().iter().flat_map(|(_, text)| declarations(text)).collect();
    prop::collection::vec(prop::sample::select(parts), 1..4).prop_map(|parts| parts.concat())
}

fn declarations(text: &str) -> Vec<String> {
    let tree = parse(text).tree;
    let starts: Vec<usize> = tree.parts().map(|n| n.start).skip(1).chain([text.len()]).collect();
    let mut from = 0;
    let cut = |to: usize| format!("{}\n", &text[std::mem::replace(&mut from, to)..to]);
    starts.into_iter().map(cut).collect()
}

const BLANKS: [&str; 9] = [" ", "  ", "\t", "\n", "\n\n", "\n\n\n  ", "\r\n", "\u{3000}", " \u{FEFF}\n"];

/// The text with other white space wherever white space may be.
fn respaced(text: &str, choices: &[usize]) -> String {
    let parsed = parse(text);
    let mut choices = choices.iter().cycle();
    let mut out = String::new();
    let mut before: Option<(Kind, &str)> = None;
    let mut spaced = false;
    for token in parsed.tree.tokens() {
        if token.kind == Kind::Space {
            spaced = true;
            continue;
        }
        let own = token.text(text);
        let choice = *choices.next().unwrap();
        let blank = BLANKS[choice % BLANKS.len()];
        let comment = before.is_some_and(|(kind, _)| kind == Kind::Comment);
        let apart = [own, before.map_or("", |b| b.1)]
            .iter()
            .any(|t| ["{", "}", "(", ")", ",", "\""].iter().any(|s| t.starts_with(s)));
        if comment {
            out.push('\n');
        }
        // What stood together may stand apart, and the other way round only beside a bracket, comma or quote.
        if !choice.is_multiple_of(3) || (spaced && !apart && !comment) {
            out.push_str(blank);
        }
        out.push_str(own);
        before = Some((token.kind, own));
        spaced = false;
    }
    if before.is_some_and(|(kind, _)| kind == Kind::Comment) {
        out.push('\n');
    }
    out
}

fn assert_whole(text: &str) {
    let leaves: String = parse(text).tree.tokens().iter().map(|n| n.text(text)).collect();
    assert_eq!(leaves, text);
}

/// A piece of text deleted, doubled, cut off or put in, at character boundaries.
#[derive(Debug, Clone)]
enum Damage {
    Delete(usize, usize),
    Double(usize, usize),
    Insert(usize, String),
    Cut(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let signs = prop::sample::select(vec![
        "{",
        "}",
        "(",
        ")",
        "\"",
        "\\",
        "//",
        "\n",
        ":",
        ",",
        "?",
        "=",
        "==",
        "&&",
        "||",
        "!",
        "-",
        ".",
        "｛",
        "：",
        "“",
        "名",
        "check ",
        "\ncheck ",
        "\nentity x {",
        "any x in ",
        "not ",
        "count(d in ",
        "\r",
        "\u{FEFF}",
        "\u{3000}",
        "\0",
        "𠮷",
        "か\u{3099}",
    ]);
    prop_oneof![
        (any::<usize>(), 0..20_usize).prop_map(|(at, len)| Damage::Delete(at, len)),
        (any::<usize>(), 0..60_usize).prop_map(|(at, len)| Damage::Double(at, len)),
        (any::<usize>(), signs.prop_map(str::to_owned)).prop_map(|(at, sign)| Damage::Insert(at, sign)),
        any::<usize>().prop_map(Damage::Cut),
    ]
}

fn damaged(text: &str, damage: &Damage) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let place = |at: usize| at % (chars.len() + 1);
    match damage {
        Damage::Delete(at, len) => {
            let at = place(*at);
            let end = (at + len).min(chars.len());
            chars.drain(at..end);
        }
        Damage::Double(at, len) => {
            let at = place(*at);
            let piece: Vec<char> = chars[at..(at + len).min(chars.len())].to_vec();
            chars.splice(at..at, piece);
        }
        Damage::Insert(at, sign) => {
            let at = place(*at);
            chars.splice(at..at, sign.chars());
        }
        Damage::Cut(at) => chars.truncate(place(*at)),
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn white_space_does_not_matter(text in sample(), choices in prop::collection::vec(any::<usize>(), 1..200)) {
        let spaced = respaced(&text, &choices);
        let (before, between) = (parse(&text).tree, parse(&spaced).tree);
        prop_assert_eq!(tokens(&before, &text), tokens(&between, &spaced));
        let once = format(&spaced).unwrap();
        let after = parse(&once).tree;
        prop_assert_eq!(tokens(&before, &text), tokens(&after, &once));
        prop_assert_eq!(outline(&before, &text), outline(&after, &once));
        prop_assert_eq!(&format(&once).unwrap(), &once);
    }

    #[test]
    fn damaged_files_keep_every_byte(text in sample(), damages in prop::collection::vec(damage(), 1..6)) {
        let broken = damages.iter().fold(text, |text, damage| damaged(&text, damage));
        assert_whole(&broken);
        if let Ok(once) = format(&broken) {
            let (before, after) = (parse(&broken).tree, parse(&once).tree);
            prop_assert_eq!(outline(&before, &broken), outline(&after, &once));
            prop_assert_eq!(&format(&once).unwrap(), &once);
        }
    }

    #[test]
    fn any_text_keeps_every_byte(text in any::<String>()) {
        assert_whole(&text);
    }

    #[test]
    fn any_row_of_words_keeps_every_byte(words in prop::collection::vec(prop::sample::select(vec![
        "check", "entity", "test", "given", "a", "名", "mhlw:8.1.2.C.オ", "1", "2026-04-01", "\"題\"", "\"", "{", "}", "(", ")",
        ":", ",", ".", "?", "=", "==", "-", "->", "for", "in", "any", "all", "not", "with", "require", "each", "ja", "en",
        "\n", "\n", "//", " ", "count", "f(", "row", "set of", "jointly {", "superset", "expect", "no finding",
    ]), 0..60)) {
        assert_whole(&words.join(" "));
        assert_whole(&words.concat());
    }
}
