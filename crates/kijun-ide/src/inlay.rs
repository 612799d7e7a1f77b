//! Words beside the text: the title of an id, the value of a parameter, what mappings together conclude.

use std::ops::Range;

use kijun_coverage::{Relations, Walks};
use kijun_engine::program::RequirementId;
use kijun_text::{FileId, Lang};
use rustc_hash::FxHashMap;

use crate::hover::{constant, say};
use crate::index::{Means, Space};
use crate::snapshot::Snapshot;

/// A text behind a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub offset: usize,
    pub text: String,
    pub is_value: bool,
}

/// Longer titles are cut short.
const LONGEST: usize = 24;

pub fn hints(snapshot: &Snapshot, file: FileId, within: Range<usize>, lang: Lang) -> Vec<Hint> {
    let Some(doc) = snapshot.doc(file).filter(|d| d.is_module()) else { return Vec::new() };
    let names = snapshot.names();
    let mut out = Vec::new();
    for mention in doc.index().mentions.iter().filter(|m| within.contains(&m.range.start)) {
        match &mention.means {
            Means::Item(..) => {
                if let [found] = names.resolve(mention).as_slice() {
                    let title = found.def.title.get(lang);
                    if !title.is_empty() {
                        out.push(Hint { offset: mention.range.end, text: short(title), is_value: false });
                    }
                }
            }
            Means::Named(_) | Means::Literal(_) => {
                let params = &snapshot.semantics.compiled.params;
                let is_param = || names.value(&mention.name).is_some_and(|f| f.def.space == Space::Param);
                if let Some((_, value)) = params.get(&mention.name).filter(|_| is_param()) {
                    let text = format!("= {}", constant(value));
                    out.push(Hint { offset: mention.range.end, text, is_value: true });
                }
            }
            _ => {}
        }
    }
    out.extend(conclusions(snapshot, file, &within, lang));
    out.sort_by_key(|h| h.offset);
    out
}

/// Behind a mapping, what all mappings together say of its two items, where that is something else.
fn conclusions(snapshot: &Snapshot, file: FileId, within: &Range<usize>, lang: Lang) -> Vec<Hint> {
    let semantics = &snapshot.semantics;
    let Some(network) = &semantics.coverage.network else { return Vec::new() };
    let mut walks: FxHashMap<RequirementId, Walks> = FxHashMap::default();
    let mut out = Vec::new();
    for statement in semantics.compiled.mappings.iter().filter(|s| s.span.file == file) {
        let Some(range) = snapshot.now(statement.span).filter(|r| within.contains(&r.start)) else {
            continue;
        };
        // A union has no name behind which to say it.
        let [source] = statement.sources.as_slice() else { continue };
        let from = walks.entry(*source).or_insert_with(|| Walks::from(network, (*source).into()));
        let concluded = from.relations(statement.target.into());
        if concluded == Relations::from(statement.relationship) {
            continue;
        }
        // What contradicts others is left out of every conclusion.
        let text = match concluded == Relations::ANY || concluded.is_empty() {
            true => say(lang, "⇒ 矛盾のため結論なし", "⇒ contradicted: nothing is concluded").to_owned(),
            false => format!("⇒ {}", concluded.possible().get(lang)),
        };
        out.push(Hint { offset: range.end, text, is_value: false });
    }
    out
}

fn short(title: &str) -> String {
    match title.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", title.get(..end).unwrap_or(title)),
        None => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NORMS, fixture};

    #[test]
    fn ids_have_titles_and_parameters_values() {
        let text = format!(
            "{NORMS}param days: duration = 6 months \"猶予\"\ncheck c for mhlw:8.1 {{ require today + days > 2026-01-01 }}\nmapping iso -> mhlw {{ A.1 superset 8.2 }}\n$0"
        );
        let (snapshot, place) = fixture(&text);
        let source = &snapshot.doc(place.file).unwrap().text;
        let found = hints(&snapshot, place.file, NORMS.len()..source.len(), Lang::Ja);
        let shown: Vec<String> = found
            .iter()
            .map(|h| format!("{} {}", source[..h.offset].rsplit([' ', '\n']).next().unwrap(), h.text))
            .collect();
        assert_eq!(
            shown,
            ["mhlw:8.1 条項のある契約", "days = 6 months", "A.1 委託先の管理", "8.2 国内の事業者"]
        );
    }

    #[test]
    fn a_mapping_shows_what_others_make_of_it() {
        let check = |mappings: &str, expected: &[&str]| {
            let (snapshot, place) = fixture(&format!("{NORMS}{mappings}$0"));
            let end = snapshot.doc(place.file).unwrap().text.len();
            let found = hints(&snapshot, place.file, 0..end, Lang::En);
            let shown: Vec<&str> =
                found.iter().filter(|h| h.text.starts_with('⇒')).map(|h| h.text.as_str()).collect();
            assert_eq!(shown, expected);
        };
        check("mapping iso -> mhlw { A.1 superset 8.2 }\n", &[]);
        check(
            "mapping iso -> mhlw { A.1 superset 8.2 }\nmapping mhlw -> iso { 8.2 superset A.1 }\n",
            &["⇒ contradicted: nothing is concluded", "⇒ contradicted: nothing is concluded"],
        );
    }
}
