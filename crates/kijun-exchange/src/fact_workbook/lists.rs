//! What drop-downs offer: a column for each enum, on a sheet of its own, since a list within a cell's rules has 255 characters.

use std::collections::{BTreeMap, BTreeSet};

use kijun_facts::{EnumId, KindId, Schema, Type, chosen, literal_word};
use kijun_text::{Lang, column_letters};
use rust_xlsxwriter::{Formula, XlsxError};

use crate::xlsx::Sheet;

pub(super) struct Lists {
    lang: Lang,
    /// In the order of the columns.
    columns: Vec<(String, Vec<String>)>,
    enums: BTreeMap<EnumId, usize>,
}

/// Which of the columns are not an enum's.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fixed {
    /// はい, いいえ, 未確認.
    Answer,
    /// The same, and 対象外.
    OptionalAnswer,
    /// はい, いいえ: whether a register is complete.
    Complete,
}

impl Lists {
    pub(super) fn new(schema: &Schema, kinds: &[KindId], lang: Lang) -> Lists {
        let words = |ja: &[&str], en: &[&str]| {
            let words = if lang == Lang::Ja { ja } else { en };
            words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()
        };
        let name = |ja: &str, en: &str| if lang == Lang::Ja { ja } else { en }.to_owned();
        let mut columns = vec![
            (
                name("はい・いいえ", "yes or no"),
                words(&["はい", "いいえ", "未確認"], &["yes", "no", "unknown"]),
            ),
            (
                name("はい・いいえ・対象外", "yes, no or n/a"),
                words(&["はい", "いいえ", "対象外", "未確認"], &["yes", "no", "n/a", "unknown"]),
            ),
            (name("全件か", "complete"), words(&["はい", "いいえ"], &["yes", "no"])),
        ];
        let mut enums = BTreeMap::new();
        for id in used(schema, kinds) {
            let Some(def) = schema.enumeration(id) else { continue };
            let literals =
                (0..def.literals.len() as u32).filter_map(|code| literal_word(schema, id, code, lang));
            let unknown = name("未確認", "unknown");
            let all = literals.map(str::to_owned).chain([unknown]).collect();
            enums.insert(id, columns.len());
            columns.push((def.label.or(lang, &def.name).to_owned(), all));
        }
        Lists { lang, columns, enums }
    }

    /// The name begins as those of sheets that hold no facts.
    pub(super) fn sheet(&self) -> &'static str {
        if self.lang == Lang::Ja { "_選択肢" } else { "_lists" }
    }

    pub(super) fn fixed(&self, of: Fixed) -> Option<Formula> {
        self.range(of as usize)
    }

    pub(super) fn literals(&self, of: EnumId) -> Option<Formula> {
        self.range(*self.enums.get(&of)?)
    }

    fn range(&self, at: usize) -> Option<Formula> {
        let (_, words) = self.columns.get(at)?;
        let (sheet, letters) = (self.sheet(), column_letters(at as u32));
        Some(Formula::new(format!("='{sheet}'!${letters}$2:${letters}${}", words.len() + 1)))
    }

    pub(super) fn write(&self, sheet: &mut Sheet<'_>) -> Result<(), XlsxError> {
        for (column, (name, words)) in (0_u16..).zip(&self.columns) {
            sheet.sheet.set_column_width(column, 20)?;
            sheet.sheet.write_string(0, column, name)?;
            for (row, word) in (1..).zip(words) {
                sheet.sheet.write_string(row, column, word)?;
            }
        }
        Ok(())
    }
}

/// The enums from which something in these sheets is chosen, the grades of evidence among them.
fn used(schema: &Schema, kinds: &[KindId]) -> BTreeSet<EnumId> {
    let attributes = kinds.iter().filter_map(|kind| schema.kind(*kind)).flat_map(|def| &def.attributes);
    let of = |attribute| match chosen(attribute) {
        Type::Enum(id) => Some(*id),
        _ => None,
    };
    attributes.filter_map(of).chain([GRADES]).collect()
}

/// The built-in grades of evidence.
pub(super) const GRADES: EnumId = EnumId(1);
