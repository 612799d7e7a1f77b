//! What drop-downs offer, on a sheet of its own, since a list within a cell's rules has 255 characters: a column for each enum, and
//! one for each kind that others refer to by ids with their names.

use std::collections::{BTreeMap, BTreeSet};

use kijun_facts::{AROUND_NAME, AttrId, EnumId, KindId, Schema, Type, Written, chosen, literal_word};
use kijun_text::{Lang, column_letters};
use rust_xlsxwriter::{Formula, XlsxError};

use super::filled::Row;
use super::kind::ROOM;
use crate::names::name_attribute;
use crate::xlsx::Sheet;

pub(super) struct Lists {
    lang: Lang,
    /// In the order of the columns.
    columns: Vec<(String, Vec<String>)>,
    enums: BTreeMap<EnumId, usize>,
    /// Behind the columns of words.
    records: BTreeMap<KindId, Records>,
}

/// The records of a kind as its first sheet has them, where each stands: what is filled in there later is offered too.
struct Records {
    heading: String,
    /// The column of the list, and that of the names on the sheet of the kind.
    at: u32,
    name: u32,
    sheet: String,
    /// The row of each record, and what the list says of it.
    rows: Vec<(u32, String)>,
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
    pub(super) fn new(
        schema: &Schema,
        sheets: &[(KindId, Vec<Vec<Row>>)],
        names: impl Fn(KindId) -> String,
        lang: Lang,
    ) -> Lists {
        let kinds: Vec<KindId> = sheets.iter().map(|(kind, _)| *kind).collect();
        let kinds = kinds.as_slice();
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
        let referred = referred(schema, kinds);
        let mut records = BTreeMap::new();
        for (kind, layers) in sheets.iter().filter(|(kind, _)| referred.contains(kind)) {
            let Some(def) = schema.kind(*kind) else { continue };
            // Ids alone are offered from where they stand.
            let Some(name) = name_attribute(def) else { continue };
            let at = (columns.len() + records.len()) as u32;
            let rows = rows(layers.first().map_or(&[], Vec::as_slice), name);
            let heading = def.label.or(lang, &def.name).to_owned();
            records.insert(*kind, Records { heading, at, name: name.0 + 1, sheet: names(*kind), rows });
        }
        Lists { lang, columns, enums, records }
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

    /// Ids with names; `None` for a kind whose records have none.
    pub(super) fn records(&self, of: KindId) -> Option<Formula> {
        let records = self.records.get(&of)?;
        let (sheet, letters) = (self.sheet(), column_letters(records.at));
        let first = format!("'{sheet}'!${letters}$2");
        // Only as far as there is something: a list with a thousand empty lines at its end is none.
        Some(Formula::new(format!(
            "=OFFSET({first},0,0,MAX(1,COUNTIF({first}:${letters}${},\"?*\")),1)",
            records.rows.len() + 1
        )))
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
        for records in self.records.values() {
            records.write(sheet)?;
        }
        Ok(())
    }
}

impl Records {
    fn write(&self, sheet: &mut Sheet<'_>) -> Result<(), XlsxError> {
        let column = self.at as u16;
        sheet.sheet.set_column_width(column, 40)?;
        sheet.sheet.write_string(0, column, &self.heading)?;
        // Of the rows that are still empty.
        sheet.sheet.set_formula_result_default("");
        let (name, of) = (column_letters(self.name), self.sheet.replace('\'', "''"));
        for (to, (from, shown)) in (1..).zip(&self.rows) {
            let (id, name) = (format!("'{of}'!$A{}", from + 1), format!("'{of}'!${name}{}", from + 1));
            let [before, behind] = AROUND_NAME;
            let named = format!("{id}&\"{before}\"&{name}&\"{behind}\"");
            let formula = format!("=IF({id}=\"\",\"\",IF(OR({name}=\"\",{name}=\"?\"),{id},{named}))");
            let formula = Formula::new(formula);
            let formula = if shown.is_empty() { formula } else { formula.set_result(shown) };
            sheet.sheet.write_formula(to, column, formula)?;
        }
        Ok(())
    }
}

/// Of the rows of a kind's first sheet those that stand for a record, one for each, and those that are still empty.
fn rows(filled: &[Row], name: AttrId) -> Vec<(u32, String)> {
    let mut listed: Vec<(u32, String)> = Vec::new();
    let [before, behind] = AROUND_NAME;
    let mut last: Option<&str> = None;
    for (at, row) in (1..).zip(filled) {
        if last.replace(&row.id) == Some(&row.id) {
            continue;
        }
        let named = row.cells.iter().find_map(|(attr, written)| match written {
            Written::Text(text) if *attr == name && text != "?" => {
                Some(format!("{}{before}{text}{behind}", row.id))
            }
            _ => None,
        });
        listed.push((at, named.unwrap_or_else(|| row.id.clone())));
    }
    let end = filled.len() as u32;
    listed.extend((end + 1..=end + ROOM).map(|at| (at, String::new())));
    listed
}

/// The kinds of which something in these sheets is chosen.
fn referred(schema: &Schema, kinds: &[KindId]) -> BTreeSet<KindId> {
    let attributes = kinds.iter().filter_map(|kind| schema.kind(*kind)).flat_map(|def| &def.attributes);
    let of = |attribute| match chosen(attribute) {
        Type::Ref(kind) => Some(*kind),
        _ => None,
    };
    attributes.filter_map(of).collect()
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
