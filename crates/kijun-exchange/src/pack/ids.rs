//! Ids and names of others as the language can write them.

use std::collections::BTreeSet;

use kijun_engine::program::Weight;
use kijun_syntax::{Kind, parse};
use kijun_text::{Label, nfc};

use crate::oscal::{CatalogName, is_id};

/// Ids of one catalogue: each is given once.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    /// The id itself where the language can write it, else one like it that nothing else has. `None` where it is taken.
    pub(crate) fn give(&mut self, id: &str) -> Option<String> {
        let wanted = nfc(id);
        let given = if can_be_written(&wanted) { wanted.into_owned() } else { made(&wanted) };
        self.0.insert(given.clone()).then_some(given)
    }

    /// An id for what has none.
    pub(crate) fn number(&mut self, stem: &str) -> String {
        let free = (1..).map(|n: u32| format!("{stem}-{n}")).find(|id| !self.0.contains(id));
        let id = free.unwrap_or_else(|| stem.to_owned());
        self.0.insert(id.clone());
        id
    }
}

fn can_be_written(id: &str) -> bool {
    if !id.is_ascii() {
        return is_id(id);
    }
    let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let plain = id.split(['.', '-']).all(part);
    plain || (id.contains('(') && is_id(id))
}

/// Each character that cannot stand where it is becomes its code point between `_`.
fn made(id: &str) -> String {
    let mut out = String::new();
    let chars: Vec<char> = id.chars().collect();
    for (i, c) in chars.iter().enumerate() {
        let word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() || *c == '_');
        let before = i.checked_sub(1).and_then(|i| chars.get(i));
        let joins = matches!(c, '.' | '-') && word(before) && word(chars.get(i + 1));
        match c {
            c if word(Some(c)) && can_be_written(c.encode_utf8(&mut [0; 4])) => out.push(*c),
            c if joins => out.push(*c),
            c => out.push_str(&format!("_{:x}_", u32::from(*c))),
        }
    }
    if can_be_written(&out) { out } else { id.bytes().map(|b| format!("{b:02x}")).collect::<String>() + "_" }
}

/// An alias and an edition that the language can write, from texts that may not be: with what had to be changed.
pub(crate) fn catalog_name(alias: &str, edition: &str) -> CatalogName {
    let words: Vec<String> = nfc(alias)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    let mut alias = words.join("_");
    if !is_alias(&alias) {
        alias.insert_str(0, "catalog_");
    }
    if !is_alias(&alias) || alias == "catalog_" {
        "catalog".clone_into(&mut alias);
    }
    let edition: String = nfc(edition.trim())
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' })
        .collect();
    let name = CatalogName { alias, edition };
    if stands(&name) { name } else { CatalogName { edition: String::new(), ..name } }
}

pub(crate) fn is_alias(alias: &str) -> bool {
    stands(&CatalogName { alias: alias.to_owned(), edition: String::new() })
}

/// Whether a name can be declared and be referred to.
fn stands(name: &CatalogName) -> bool {
    let alias = &name.alias;
    let text = format!("catalog {alias} \"t\" {{ }}\nrequirement {name}:a \"t\"\n");
    let parsed = parse(&text);
    let named = parsed.tree.child(Kind::Catalog).and_then(|c| c.child(Kind::Name)).map(|n| n.text(&text));
    let item = parsed.tree.child(Kind::Requirement).and_then(|r| r.child(Kind::RequirementId));
    parsed.errors.is_empty()
        && named == Some(alias)
        && item.map(|n| n.text(&text)) == Some(format!("{name}:a").as_str())
}

pub(crate) fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'))
}

/// A text under the language that it is in.
pub(crate) fn in_its_language(text: &str) -> Label {
    let text = nfc(&text.replace("\r\n", "\n")).into_owned();
    if is_japanese(&text) { Label::new(text, "") } else { Label::new("", text) }
}

pub(crate) fn weight_of(name: &str) -> Option<Weight> {
    [Weight::Must, Weight::Should, Weight::Notice, Weight::Information].into_iter().find(|w| w.name() == name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_stay_where_they_can() {
        for (id, given) in [
            ("ac-2.1", "ac-2.1"),
            ("GV.OC-01", "GV.OC-01"),
            ("8.1.2.C.オ", "8.1.2.C.オ"),
            ("AC-2(1)", "AC-2(1)"),
            ("a..b", "a_2e__2e_b"),
            ("a-", "a_2d_"),
            ("a b", "a_20_b"),
            ("Å", "Å"),
            ("§5", "_a7_5"),
        ] {
            assert_eq!(Names::default().give(id).as_deref(), Some(given), "{id}");
        }
        let mut names = Names::default();
        assert_eq!(names.give("a").as_deref(), Some("a"));
        assert_eq!(names.give("a"), None);
        assert_eq!(names.number("group"), "group-1");
        assert_eq!(names.number("group"), "group-2");
    }

    #[test]
    fn names_of_catalogues_are_made_writable() {
        for (alias, edition, name) in [
            ("NIST SP-800 53", "5.1.1+u4", "nist_sp_800_53@5.1.1-u4"),
            ("8", "", "catalog_8"),
            ("", "1", "catalog@1"),
            ("not", "", "catalog_not"),
            ("規程", "令和8年", "規程@令和8年"),
        ] {
            assert_eq!(catalog_name(alias, edition).to_string(), name, "{alias}");
        }
    }

    proptest! {
        #[test]
        fn every_id_becomes_one_that_can_be_written(id in "\\PC{1,12}") {
            let given = Names::default().give(&id).unwrap();
            prop_assert!(is_id(&given), "{given}");
        }

        #[test]
        fn every_name_becomes_one_that_can_be_written(alias in "\\PC{0,8}", edition in "\\PC{0,8}") {
            prop_assert!(stands(&catalog_name(&alias, &edition)));
        }
    }
}
