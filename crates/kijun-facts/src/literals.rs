//! Finds literals of enums by what people write. A large register asks this for every cell, so that the
//! names are folded once.

use kijun_text::fold_width;
use rustc_hash::FxHashMap;

use crate::schema::{EnumDef, EnumId};

/// The codes of every enum's literals by name, by label in either language, and by their folded forms; in
/// this order where two are the same.
#[derive(Debug, Clone)]
pub(crate) struct Literals {
    codes: Vec<FxHashMap<String, u32>>,
}

impl Literals {
    pub(crate) fn new(enums: &[EnumDef]) -> Literals {
        Literals { codes: enums.iter().map(codes).collect() }
    }

    /// The code of a literal by its name or label; width does not matter.
    pub(crate) fn code(&self, id: EnumId, text: &str) -> Option<u32> {
        let codes = self.codes.get(id.0 as usize)?;
        let folded = || if text.is_ascii() { None } else { codes.get(&fold_width(text)) };
        codes.get(text).or_else(folded).copied()
    }
}

fn codes(def: &EnumDef) -> FxHashMap<String, u32> {
    let literals = || def.literals.iter().zip(0..);
    let names = literals().map(|(l, code)| (l.name.clone(), code));
    let labels = literals().flat_map(|(l, code)| [(l.label.ja.clone(), code), (l.label.en.clone(), code)]);
    let written: Vec<(String, u32)> = names.chain(labels).filter(|(text, _)| !text.is_empty()).collect();
    let folded = written.iter().map(|(text, code)| (fold_width(text), *code)).collect::<Vec<_>>();
    let mut codes = FxHashMap::default();
    for (text, code) in written.into_iter().chain(folded) {
        codes.entry(text).or_insert(code);
    }
    codes
}
