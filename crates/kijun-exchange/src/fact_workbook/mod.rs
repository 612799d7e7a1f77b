//! A workbook in which people fill in facts: a sheet for each kind of record, one that says which registers are complete, and one
//! that says how. What it is read with stands in `kijun-facts`; the test is that a filled one gives the same assessment.

mod complete;
mod filled;
mod how;
mod instructions;
mod kind;
mod lists;

use kijun_engine::program::Program;
use kijun_facts::{INSTRUCTION_SHEETS, KindId, Schema, Store, Type, chosen, sheet_of};
use kijun_text::{Label, Lang};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};

pub use filled::Unwritable;
pub(crate) use how::how;

use self::filled::Filled;
use self::lists::Lists;
use crate::xlsx::{Sheet, Styles, workbook};

/// What a workbook of facts is made for.
pub struct FactWorkbook<'a> {
    pub program: &'a Program,
    /// The facts to fill in, if any.
    pub store: Option<&'a Store>,
    pub title: &'a Label,
    pub facility: &'a str,
    /// The kinds that get a sheet.
    pub kinds: Vec<KindId>,
    pub engine_version: &'a str,
}

/// What all sheets need to know.
struct Book<'a> {
    context: &'a FactWorkbook<'a>,
    /// In the order of the sheets.
    kinds: Vec<KindId>,
    lang: Lang,
    styles: Styles,
    lists: Lists,
    title: String,
}

impl<'a> Book<'a> {
    fn say<'s>(&self, ja: &'s str, en: &'s str) -> &'s str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn sheet_of(&self, kind: KindId) -> &'a str {
        sheet_of(&self.context.program.schema, kind, self.lang)
    }

    /// The label of a role.
    fn role(&self, name: &'a str) -> &'a str {
        let roles = self.context.program.schema.enums.first();
        let role = roles.and_then(|e| e.literals.iter().find(|l| l.name == name));
        role.map_or(name, |l| l.label.or(self.lang, name))
    }
}

/// Kinds in an order in which they can be filled in: what others refer to comes before them, as far as that is possible.
fn referred_first(schema: &Schema, kinds: &[KindId]) -> Vec<KindId> {
    let mut left = kinds.to_vec();
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |kind: &KindId| {
            let attributes = schema.kind(*kind).map_or(&[][..], |def| &def.attributes);
            attributes.iter().any(|attribute| match chosen(attribute) {
                Type::Ref(to) => to != kind && left.contains(to),
                _ => false,
            })
        };
        // Where kinds refer to each other, one has to be the first.
        let next = left.iter().position(|kind| !waits(kind)).unwrap_or(0);
        ordered.push(left.remove(next));
    }
    ordered
}

/// The workbook, and what of the facts no cell can say.
///
/// # Errors
/// When a register has more records than a sheet has rows.
pub fn fact_workbook(
    context: &FactWorkbook<'_>,
    lang: Lang,
) -> Result<(Vec<u8>, Vec<Unwritable>), XlsxError> {
    let facility = context.title.or(lang, context.facility);
    let title = match lang {
        Lang::Ja => format!("{facility} 台帳"),
        Lang::En => format!("Registers: {facility}"),
    };
    let kinds = referred_first(&context.program.schema, &context.kinds);
    let schema = &context.program.schema;
    let mut filled = Filled::new(context, lang);
    let sheets: Vec<_> = kinds.iter().map(|kind| (*kind, filled.layers(*kind))).collect();
    let lists = Lists::new(schema, &sheets, |kind| sheet_of(schema, kind, lang).to_owned(), lang);
    let book = Book { context, kinds, lang, styles: Styles::new(lang), lists, title };
    let mut workbook = workbook(lang)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(&book.title)
            .set_author(format!("Kijun {}", context.engine_version))
            .set_creation_datetime(&ExcelDateTime::from_ymd(1980, 1, 1)?),
    );
    let [ja, en] = INSTRUCTION_SHEETS;
    instructions::write(&mut Sheet::add(&mut workbook, lang, book.say(ja, en), &book.title)?, &book)?;
    for (kind, layers) in &sheets {
        for (number, layer) in layers.iter().enumerate() {
            let name = match number {
                0 => book.sheet_of(*kind).to_owned(),
                // What another source says of the same records.
                _ => format!("{}@{}", book.sheet_of(*kind), number + 1),
            };
            kind::write(&mut Sheet::add(&mut workbook, lang, &name, &book.title)?, &book, *kind, layer)?;
        }
    }
    complete::write(&mut Sheet::add(&mut workbook, lang, complete::SHEET, &book.title)?, &book)?;
    book.lists.write(&mut Sheet::add(&mut workbook, lang, book.lists.sheet(), &book.title)?)?;
    Ok((workbook.save_to_buffer()?, filled.unwritable))
}
