//! What the cells of cross-walks mean.

use kijun_coverage::Relationship;

use super::table::key;

/// The words for a relationship, as they are compared: in half width and lower case, `-` and `_` as blanks. The second is the
/// word of the language.
pub const RELATIONSHIP_WORDS: [(&[&str], &str); 6] = [
    (&["equal", "equals", "equal to", "is equal to", "=", "等しい", "同一"], "equal"),
    (&["equivalent", "equivalent to", "is equivalent to", "同等", "等価"], "equivalent"),
    (
        &["subset", "subset of", "is subset of", "is a subset of", "⊂", "部分", "部分集合", "含まれる"],
        "subset",
    ),
    (
        &["superset", "superset of", "is superset of", "is a superset of", "⊃", "上位", "上位集合", "含む"],
        "superset",
    ),
    (
        &[
            "intersects",
            "intersect",
            "intersects with",
            "intersecting",
            "overlaps",
            "overlaps with",
            "∩",
            "交わる",
            "一部重なる",
        ],
        "intersects",
    ),
    (
        &[
            "unrelated",
            "no relationship",
            "not related",
            "not related to",
            "no relation",
            "無関係",
            "関係なし",
        ],
        "unrelated",
    ),
];

/// The words for a strength beside the numbers from 1 to 10.
pub const STRENGTH_WORDS: [(&[&str], u8); 4] = [
    (&["low", "weak", "弱", "低", "小"], 3),
    (&["medium", "moderate", "中"], 5),
    (&["high", "strong", "強", "高", "大"], 8),
    (&["full", "complete", "完全"], 10),
];

/// The relationship, and whether it is an equality in other words. `own` are words of the person, with those of the language.
pub(crate) fn relationship(text: &str, own: &[(String, String)]) -> Option<(Relationship, bool)> {
    let plain = |text: &str| key(&text.replace(['-', '_'], " "));
    let wanted = plain(text);
    let own = own.iter().find(|(word, _)| plain(word) == wanted).map(|(_, meant)| meant.as_str());
    let known = RELATIONSHIP_WORDS.iter().find(|(words, _)| words.contains(&wanted.as_str()));
    of_language(own.or(known.map(|(_, meant)| *meant))?)
}

/// A word of the language.
pub(super) fn of_language(word: &str) -> Option<(Relationship, bool)> {
    match word {
        kijun_coverage::EQUIVALENT => Some((Relationship::Equal, true)),
        word => Some((Relationship::from_name(word)?, false)),
    }
}

pub(super) fn strength(text: &str) -> Option<u8> {
    let wanted = key(text);
    let number = wanted.strip_suffix(".0").unwrap_or(&wanted).parse::<u8>().ok();
    let known = || STRENGTH_WORDS.iter().find(|(words, _)| words.contains(&wanted.as_str())).map(|(_, n)| *n);
    number.filter(|n| (1..=10).contains(n)).or_else(|| if number.is_none() { known() } else { None })
}
