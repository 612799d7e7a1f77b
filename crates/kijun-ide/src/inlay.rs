//! Words beside the text: the title of an id, the value of a parameter.

use std::ops::Range;

use kijun_text::{FileId, Lang};

use crate::hover::constant;
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
}
