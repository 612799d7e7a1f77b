//! Facts without what tells whose they are. Codes stay, so that an evaluation of these facts ends as that of the others.

use std::sync::Arc;

use crate::schema::{AttrId, Schema};
use crate::store::{Column, Store};
use crate::symbols::Symbols;
use crate::value::{Date, Symbol};
use kijun_text::Lang;

/// What stands for a text, and the text.
pub type Pseudonym = (String, String);

impl Store {
    /// Whether numbers and dates are not to be shown either.
    pub fn is_redacted(&self) -> bool {
        self.redacted
    }

    /// Replaces every text that `is_public` does not let through: ids by the label of their kind and a number, the `name` of
    /// a record by the same, others by numbers. Of evidence nothing stays but grades, and whether it has run out `today`.
    /// Returns what stands for what.
    pub fn redact(
        &mut self,
        schema: &Schema,
        is_public: impl Fn(&str) -> bool,
        today: i32,
        lang: Lang,
    ) -> Vec<Pseudonym> {
        let mut given: Vec<Option<String>> = vec![None; self.symbols.len()];
        let mut give = |symbol: Symbol, name: &str| {
            if let Some(slot) = given.get_mut(symbol.0 as usize) {
                slot.get_or_insert_with(|| name.to_owned());
            }
        };
        for table in &self.kinds {
            let Some(kind) = schema.kind(table.kind) else { continue };
            let label = kind.label.or(lang, &kind.name);
            let name = kind.attributes.iter().zip(0..).find(|(a, _)| a.name == "name");
            let names = name.and_then(|(_, attr)| table.column(AttrId(attr)));
            for (row, id) in table.ids.iter().enumerate() {
                let pseudonym = format!("{label}-{}", row + 1);
                give(*id, &pseudonym);
                if let Some(Column::Codes(codes)) = names {
                    codes.get(row).into_iter().for_each(|code| give(Symbol(*code), &pseudonym));
                }
            }
        }
        let text = if lang == Lang::Ja { "文字" } else { "text" };
        let mut symbols = Symbols::default();
        let mut key = Vec::new();
        for (code, given) in given.into_iter().enumerate() {
            let own = self.symbols.text(Symbol(code as u32));
            if is_public(own) {
                symbols.push(own);
                continue;
            }
            let pseudonym = given.unwrap_or_else(|| format!("{text}-{}", code + 1));
            symbols.push(&pseudonym);
            key.push((pseudonym, own.to_owned()));
        }
        self.symbols = Arc::new(symbols);
        let mut evidence = self.evidence.to_vec();
        for of in &mut evidence {
            (of.source, of.as_of, of.recorded_by, of.remark) = (None, None, None, None);
            of.valid_until = of.valid_until.map(|until| {
                let day = if until.last < today { today - 1 } else { NEVER };
                Date { first: day, last: day }
            });
        }
        self.evidence = Arc::new(evidence);
        self.redacted = true;
        key
    }
}

/// 31 December 9999.
const NEVER: i32 = 2_932_896;
