//! The words of OSCAL 1.2.1 that its JSON Schema leaves open, ids as tokens, and UUIDs.

use kijun_coverage::{Method, Rationale, Relationship};
use kijun_engine::program::Mark;
use sha2::{Digest, Sha256};
use unicode_general_category::{GeneralCategory as Category, get_general_category};

pub(super) const OSCAL_VERSION: &str = "1.2.1";
/// The namespace of names that OSCAL itself gives.
pub(super) const OSCAL_NS: &str = "http://csrc.nist.gov/ns/oscal";
/// The namespace of our properties.
pub(super) const NS: &str = "urn:kijun:oscal";

pub(super) const METHODS: [&str; 3] = ["human", "automation", "hybrid"];
pub(super) const STATUSES: [&str; 5] = ["complete", "not-complete", "draft", "deprecated", "superseded"];
pub(super) const RATIONALES: [&str; 3] = ["syntactic", "semantic", "functional"];
pub(super) const RELATIONSHIPS: [&str; 6] =
    ["equal-to", "equivalent-to", "subset-of", "superset-of", "intersects-with", "no-relationship"];

/// OSCAL reads a relationship as we do: the source, then how it stands to the target.
pub(super) fn relationship_name(relationship: Relationship, equivalent: bool) -> &'static str {
    match relationship {
        Relationship::Equal if equivalent => "equivalent-to",
        Relationship::Equal => "equal-to",
        Relationship::Subset => "subset-of",
        Relationship::Superset => "superset-of",
        Relationship::Intersects => "intersects-with",
        Relationship::Unrelated => "no-relationship",
    }
}

/// Relationship, and whether it is an equality in other words.
pub(super) fn relationship_of(name: &str) -> Option<(Relationship, bool)> {
    let all = Relationship::ALL.into_iter().flat_map(|r| [(r, false), (r, true)]);
    let mut all = all.filter(|(r, equivalent)| *r == Relationship::Equal || !equivalent);
    all.find(|(r, equivalent)| relationship_name(*r, *equivalent) == name)
}

/// What is published was compared by people, as far as can be known; our own word goes along as a property.
pub(super) fn method_name(method: Method) -> &'static str {
    match method {
        Method::Human | Method::Published => "human",
        Method::Derived => "automation",
    }
}

pub(super) fn rationale_of(name: &str) -> Option<Rationale> {
    Rationale::from_name(name)
}

pub(crate) fn mark_of(name: &str) -> Option<Mark> {
    [Mark::Printed, Mark::Published, Mark::Inferred, Mark::Ambiguous, Mark::Unverified]
        .into_iter()
        .find(|m| m.name() == name)
}

/// `(\p{L}|_)(\p{L}|\p{N}|[.\-_])*`
pub(super) fn is_token(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || is_letter(c))
        && chars.all(|c| is_letter(c) || c.is_numeric() || ".-_".contains(c))
}

fn is_letter(c: char) -> bool {
    use Category::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    let letters = [LowercaseLetter, UppercaseLetter, TitlecaseLetter, ModifierLetter, OtherLetter];
    letters.contains(&get_general_category(c))
}

/// `\S(.*\S)?`: not empty, on one line, no blank at either end.
pub(super) fn is_string(text: &str) -> bool {
    let blank = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c == '\u{feff}');
    let ends_line = |c: char| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    !blank(text.chars().next()) && !blank(text.chars().next_back()) && !text.contains(ends_line)
}

/// A control's id as a token of OSCAL. `PR.AC-1` stays; what is none begins with `_`, and what a token cannot hold is
/// written as its code point: `8.1.2.C.オ` is `_8.1.2.C.オ`, `AC-2(1)` is `_AC-2_28_1_29_`.
pub(super) fn token(id: &str) -> String {
    if is_token(id) && !id.starts_with('_') {
        return id.to_owned();
    }
    let mut out = String::from("_");
    for c in id.chars() {
        if is_letter(c) || c.is_numeric() || c == '.' || c == '-' {
            out.push(c);
        } else {
            out.push_str(&format!("_{:x}_", u32::from(c)));
        }
    }
    out
}

/// The id that a token stands for; a token that is not of our making stands for itself.
pub(super) fn id_of_token(text: &str) -> String {
    text.strip_prefix('_')
        .and_then(unescape)
        .filter(|id| token(id) == text)
        .unwrap_or_else(|| text.to_owned())
}

fn unescape(text: &str) -> Option<String> {
    let mut out = String::new();
    for (i, piece) in text.split('_').enumerate() {
        if i % 2 == 0 {
            out.push_str(piece);
        } else {
            out.push(u32::from_str_radix(piece, 16).ok().and_then(char::from_u32)?);
        }
    }
    (!out.is_empty()).then_some(out)
}

/// A UUID that depends on these texts alone. Its version is 5, "from a name": the schema knows only 4 and 5. The hash is
/// SHA-256.
pub(super) fn uuid(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    hash.update(NS);
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let n: u128 = hash.finalize().iter().take(16).fold(0, |n, byte| n << 8 | u128::from(*byte));
    let n = n & !(0xf << 76) | 5 << 76;
    let n = n & !(0x3 << 62) | 2 << 62;
    let digits = |shift: u32, count: u32| n >> shift & ((1 << (4 * count)) - 1);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        digits(96, 8),
        digits(80, 4),
        digits(64, 4),
        digits(48, 4),
        digits(0, 12)
    )
}

/// A UUID of version 4 or 5.
pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let hex = |s: &&str| s.bytes().all(|b| b.is_ascii_hexdigit());
    let lengths: Vec<usize> = groups.iter().map(|g| g.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups.iter().all(hex)
        && groups.get(2).is_some_and(|g| g.starts_with(['4', '5']))
        && groups.get(3).is_some_and(|g| g.starts_with(['8', '9', 'a', 'b', 'A', 'B']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_of_norms_become_tokens_and_come_back() {
        for (id, shown) in [
            ("PR.AC-1", "PR.AC-1"),
            ("8.1.2.C.オ", "_8.1.2.C.オ"),
            ("AC-2(1)", "_AC-2_28_1_29_"),
            ("2-⑦", "_2-⑦"),
            ("運用.14-5", "運用.14-5"),
            ("_x", "__5f_x"),
            ("a_b", "a_b"),
            ("1_b", "_1_5f_b"),
            ("Ⓐ", "_Ⓐ".replace('Ⓐ', "_24b6_").as_str()),
        ] {
            assert_eq!(token(id), shown);
            assert!(is_token(&token(id)), "{id}");
            assert_eq!(id_of_token(&token(id)), id);
        }
    }

    #[test]
    fn a_token_of_someone_else_stands_for_itself() {
        for id in ["_abc", "_", "__", "_1__", "_1_zz_", "ac-2_smt.a", "_1_d800_"] {
            assert_eq!(id_of_token(id), id);
        }
    }

    #[test]
    fn every_relationship_has_one_name() {
        for name in RELATIONSHIPS {
            let (relationship, equivalent) = relationship_of(name).unwrap();
            assert_eq!(relationship_name(relationship, equivalent), name);
        }
        assert_eq!(relationship_of("equal"), None);
        assert_eq!(relationship_of("subset-of"), Some((Relationship::Subset, false)));
    }

    #[test]
    fn a_uuid_depends_on_its_parts_and_their_limits() {
        assert!(is_uuid(&uuid(&["a"])) && is_uuid(&uuid(&[])));
        assert_eq!(uuid(&["a", "b"]), uuid(&["a", "b"]));
        assert_ne!(uuid(&["ab", ""]), uuid(&["a", "b"]));
        assert!(!is_uuid("3f0c1d52-6f0e-1f44-9a61-7a4c2b9d0001"), "version 1");
        assert!(!is_uuid("3f0c1d52-6f0e-4f44-1a61-7a4c2b9d0001"), "another variant");
    }

    proptest! {
        #[test]
        fn every_id_becomes_a_token_and_comes_back(id in "\\PC{1,12}") {
            let shown = token(&id);
            prop_assert!(is_token(&shown));
            prop_assert_eq!(id_of_token(&shown), id);
        }
    }
}
