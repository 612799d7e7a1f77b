//! Values, headings and names of sheets as a person would write them in a spreadsheet, so that reading gives the same again.

use kijun_text::Lang;

use crate::country;
use crate::read::names::{self, Found};
use crate::schema::{AttrId, Attribute, KindDef, KindId, Schema, Type};
use crate::show::{Show, Words};
use crate::store::Store;
use crate::value::{Scalar, Value};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    Text(String),
    Number(f64),
    /// Days since 1970-01-01.
    Day(i32),
}

/// Writes values of one store in one language.
#[derive(Debug, Clone, Copy)]
pub struct Writing<'a> {
    pub store: &'a Store,
    pub schema: &'a Schema,
    pub lang: Lang,
}

/// The largest number of which a spreadsheet keeps every digit.
const PRECISE: i64 = 1_000_000_000_000_000;

/// What separates the members of a set.
const SEPARATORS: [char; 8] = [';', '；', '|', '｜', ',', '，', '、', '\0'];

impl Writing<'_> {
    /// `None` where no cell can say it: a member of a set that holds a separator.
    pub fn value(&self, ty: &Type, value: &Value) -> Option<Written> {
        Some(match value {
            Value::Unknown => Written::Text("?".to_owned()),
            Value::None => Written::Text(self.say("なし", "none").to_owned()),
            Value::Scalar(scalar) => self.scalar(ty, *scalar),
            Value::Set { certain, possible, open } => Written::Text(self.set(ty, certain, possible, *open)?),
        })
    }

    fn say<'s>(&self, ja: &'s str, en: &'s str) -> &'s str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn scalar(&self, ty: &Type, scalar: Scalar) -> Written {
        match scalar {
            Scalar::Int(number) if number.abs() < PRECISE => Written::Number(number as f64),
            Scalar::Decimal(_) => {
                let text = self.named(ty, scalar);
                match text.parse::<f64>() {
                    Ok(number) if number.abs() < PRECISE as f64 && number.to_string() == text => {
                        Written::Number(number)
                    }
                    _ => Written::Text(text),
                }
            }
            // Spreadsheets have no day before 1 March 1900 on which they agree.
            Scalar::Date(date) if date.first == date.last && date.first > -25_508 => Written::Day(date.first),
            _ => Written::Text(self.word(ty, scalar)),
        }
    }

    fn named(&self, ty: &Type, scalar: Scalar) -> String {
        self.show(Words::Names).scalar(ty, scalar)
    }

    fn show(&self, words: Words) -> Show<'_> {
        Show { store: self.store, schema: self.schema, lang: self.lang, words }
    }

    /// The label of a value where it has one that is read as that value, else its name.
    fn word(&self, ty: &Type, scalar: Scalar) -> String {
        let label = self.show(Words::Labels).scalar(ty, scalar);
        let is_read = match (ty, scalar) {
            (Type::Enum(id), Scalar::Enum(code)) => self.schema.literals().code(*id, &label) == Some(code),
            (Type::Country, Scalar::Country(letters)) => country::find(&label) == Some(letters),
            _ => true,
        };
        if is_read { label } else { self.named(ty, scalar) }
    }

    fn set(&self, ty: &Type, certain: &[Scalar], possible: &[Scalar], open: bool) -> Option<String> {
        let element = ty.element().unwrap_or(ty);
        if certain.is_empty() && possible.is_empty() {
            let none = self.say("なし", "none");
            return Some(if open { "?" } else { none }.to_owned());
        }
        let words = |scalars: &[Scalar]| -> Option<Vec<String>> {
            let mut words: Vec<String> =
                scalars.iter().map(|scalar| self.member(element, *scalar)).collect::<Option<_>>()?;
            // Codes of enums keep their order; those of texts depend on what was read first.
            if !matches!(element, Type::Enum(_)) {
                words.sort();
            }
            Some(words)
        };
        let mut members = words(certain)?;
        members.extend(words(possible)?.into_iter().map(|word| format!("{word}?")));
        if open {
            members.push("?".to_owned());
        }
        Some(members.join("; "))
    }

    fn member(&self, element: &Type, scalar: Scalar) -> Option<String> {
        let bare = |word: &String| !word.contains(SEPARATORS) && !word.ends_with(['?', '？']);
        let word = Some(self.word(element, scalar)).filter(bare);
        word.or_else(|| Some(self.named(element, scalar)).filter(bare))
    }
}

/// What a person writes for a literal: its label where that is read as it, else its name.
pub fn literal_word(schema: &Schema, id: crate::schema::EnumId, code: u32, lang: Lang) -> Option<&str> {
    let literal = schema.enumeration(id)?.literals.get(code as usize)?;
    let label = literal.label.or(lang, &literal.name);
    Some(if schema.literals().code(id, label) == Some(code) { label } else { &literal.name })
}

/// The heading of an attribute's column: its label where that is read as it, else its name.
pub fn heading_of(def: &KindDef, attr: AttrId, lang: Lang) -> &str {
    let Some(attribute) = def.get(attr) else { return "" };
    let label = attribute.label.or(lang, &attribute.name);
    let is_read = !names::is_id(label) && names::silent_attribute(def, label) == Some(attr);
    if is_read { label } else { &attribute.name }
}

/// The heading of a column about evidence.
pub fn evidence_heading(def: &KindDef, ja: &'static str, name: &'static str, lang: Lang) -> &'static str {
    let is_free = |label: &str| names::silent_attribute(def, label).is_none();
    if lang == Lang::Ja && is_free(ja) { ja } else { name }
}

/// The name of a kind's sheet: its label where a sheet can be called so and is read as the kind, else its name.
pub fn sheet_of(schema: &Schema, kind: KindId, lang: Lang) -> &str {
    let Some(def) = schema.kind(kind) else { return "" };
    let label = def.label.or(lang, &def.name);
    let is_legal = label.encode_utf16().count() <= 28
        && !label.contains(['[', ']', ':', '*', '?', '/', '\\', '.', '@', '\'']);
    let is_read = names::find_kind(schema, label) == Found::One(kind.0 as usize);
    if is_legal && is_read && !label.starts_with(['_', '＿']) { label } else { &def.name }
}

/// Whether a list can be offered from which to choose: enums, yes or no, references.
pub fn chosen(attribute: &Attribute) -> &Type {
    attribute.ty.element().unwrap_or(&attribute.ty)
}
