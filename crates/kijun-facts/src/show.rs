//! Values and cells as people read them.

use kijun_text::Lang;

use crate::country;
use crate::schema::{AttrId, KindId, Schema, Type};
use crate::store::{
    Column, Conflict, KindTable, MINUS_INFINITY, NONE, PLUS_INFINITY, Store, UNKNOWN, country_letters,
};
use crate::value::{DECIMAL_ONE, Date, Duration, Scalar, Symbol, Value};

/// More possible members than this are counted, not named, where people read.
const MANY: usize = 6;

/// How enum literals, booleans, durations and countries are worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Words {
    /// 守秘義務, はい, 1年, 日本: for people.
    #[default]
    Labels,
    /// `confidentiality`, `true`, `1 year`, `JP`: as in a pack or a fact file.
    Names,
}

/// Shows values of one store in one language.
#[derive(Debug, Clone, Copy)]
pub struct Show<'a> {
    pub store: &'a Store,
    pub schema: &'a Schema,
    pub lang: Lang,
    pub words: Words,
}

/// A value with labels; see [`Show::value`].
pub fn render(store: &Store, schema: &Schema, ty: &Type, value: &Value, lang: Lang) -> String {
    Show { store, schema, lang, words: Words::Labels }.value(ty, value)
}

/// A cell with labels; see [`Show::cell`].
pub fn show_cell(
    store: &Store,
    schema: &Schema,
    kind: KindId,
    attr: AttrId,
    row: usize,
    lang: Lang,
) -> String {
    Show { store, schema, lang, words: Words::Labels }.cell(kind, attr, row)
}

impl Show<'_> {
    /// A value: `{ 守秘義務, 違反時の罰則?, ? }` is a set with a certain and a possible member that may have
    /// more; 未確認 (unknown) and なし (none) stand for no value.
    pub fn value(&self, ty: &Type, value: &Value) -> String {
        match value {
            Value::Unknown => self.unknown(),
            Value::None => self.none(),
            Value::Scalar(scalar) => self.scalar(ty, *scalar),
            Value::Set { certain, possible, open } => {
                let element = ty.element().unwrap_or(ty);
                let shown = |scalars: &[Scalar]| {
                    let mut scalars = scalars.to_vec();
                    scalars.sort_unstable();
                    scalars.iter().map(|s| self.scalar(element, *s)).collect()
                };
                self.set(element, shown(certain), shown(possible), *open)
            }
        }
    }

    /// A known single value. Dates are ISO, to the precision to which they are known.
    pub fn scalar(&self, ty: &Type, scalar: Scalar) -> String {
        match scalar {
            Scalar::Bool(value) => self.truth(value).to_owned(),
            // Whoever knows the house knows it by its figures and days, too.
            Scalar::Int(_)
            | Scalar::Decimal(_)
            | Scalar::Date(_)
            | Scalar::Duration(_)
            | Scalar::Country(_)
                if self.store.redacted =>
            {
                self.withheld()
            }
            Scalar::Int(n) => n.to_string(),
            Scalar::Decimal(n) => decimal(n),
            Scalar::Text(s) | Scalar::Requirement(s) | Scalar::Ref(s) => {
                self.store.symbols.text(s).to_owned()
            }
            Scalar::Date(date) => date.to_string(),
            Scalar::Duration(duration) => self.duration(duration),
            Scalar::Country(letters) => match self.words {
                Words::Labels => country::name(letters, self.lang),
                Words::Names => letters.iter().map(|b| char::from(*b)).collect(),
            },
            Scalar::Enum(code) => self.literal(ty, code),
        }
    }

    /// The cell of a record, or of the rows that stand for an unknown and for no record. The values of
    /// a conflict are separated by `/`.
    pub fn cell(&self, kind: KindId, attr: AttrId, row: usize) -> String {
        let (Some(table), Some(attribute)) = (self.store.kind(kind), self.schema.attribute(kind, attr))
        else {
            return self.unknown();
        };
        if let Some(conflict) = u32::try_from(row).ok().and_then(|row| table.conflict(attr, row)) {
            return self.conflict(&attribute.ty, conflict);
        }
        self.column(table, attr, &attribute.ty, row)
    }

    /// A code of a column of type `ty` (for a set: of one of its members).
    pub fn code(&self, ty: &Type, code: u32) -> String {
        match (code, ty) {
            (UNKNOWN, _) => self.unknown(),
            (NONE, _) => self.none(),
            (_, Type::Bool) => self.truth(code != 0).to_owned(),
            (_, Type::Enum(_)) => self.literal(ty, code),
            (_, Type::Ref(target)) => self.store.id_text(*target, code as usize).to_owned(),
            (_, Type::Country | Type::Duration) if self.store.redacted => self.withheld(),
            (_, Type::Country) => self.country(code),
            (_, Type::Duration) => match self.store.durations.get(code as usize) {
                Some(duration) => self.duration(*duration),
                None => self.unknown(),
            },
            _ => self.store.symbols.text(Symbol(code)).to_owned(),
        }
    }

    fn conflict(&self, ty: &Type, conflict: &Conflict) -> String {
        let values: Vec<String> = conflict.alternatives.iter().map(|a| self.value(ty, &a.value)).collect();
        values.join(" / ")
    }

    fn column(&self, table: &KindTable, attr: AttrId, ty: &Type, row: usize) -> String {
        match table.column(attr) {
            Some(Column::Codes(codes)) => self.code(ty, codes.get(row).copied().unwrap_or(UNKNOWN)),
            Some(Column::Numbers { lo, hi }) => match (lo.get(row), hi.get(row)) {
                (Some(lo), Some(hi)) => self.interval(ty, *lo, *hi),
                _ => self.unknown(),
            },
            Some(Column::Sets(sets)) => {
                let element = ty.element().unwrap_or(ty);
                let shown = |codes: &[u32]| codes.iter().map(|c| self.code(element, *c)).collect();
                self.set(element, shown(sets.certain(row)), shown(sets.possible(row)), sets.is_open(row))
            }
            None => self.unknown(),
        }
    }

    fn interval(&self, ty: &Type, lo: i64, hi: i64) -> String {
        if lo > hi {
            return self.none();
        }
        if lo == MINUS_INFINITY || hi == PLUS_INFINITY {
            return self.unknown();
        }
        if self.store.redacted {
            return self.withheld();
        }
        match ty {
            Type::Date => match (i32::try_from(lo), i32::try_from(hi)) {
                (Ok(first), Ok(last)) => Date { first, last }.to_string(),
                _ => self.unknown(),
            },
            Type::Decimal => decimal(lo),
            _ => lo.to_string(),
        }
    }

    fn set(&self, element: &Type, mut certain: Vec<String>, mut possible: Vec<String>, open: bool) -> String {
        if certain.is_empty() && possible.is_empty() {
            return if open { self.unknown() } else { self.none() };
        }
        // Texts have no order but their own; their codes depend on the order in which files are read.
        if matches!(element, Type::Text | Type::Requirement | Type::Ref(_)) {
            certain.sort();
            possible.sort();
        }
        if self.words == Words::Labels && possible.len() > MANY {
            let n = possible.len();
            certain.push(if self.lang == Lang::Ja {
                format!("ほか{n}は未確認")
            } else {
                format!("{n} others unknown")
            });
        } else {
            certain.extend(possible.into_iter().map(|member| format!("{member}?")));
        }
        if open {
            certain.push("?".to_owned());
        }
        format!("{{ {} }}", certain.join(", "))
    }

    fn literal(&self, ty: &Type, code: u32) -> String {
        let Type::Enum(id) = ty else { return self.unknown() };
        let literal = self.schema.enumeration(*id).and_then(|e| e.literals.get(code as usize));
        match (literal, self.words) {
            (Some(literal), Words::Labels) => literal.label.or(self.lang, &literal.name).to_owned(),
            (Some(literal), Words::Names) => literal.name.clone(),
            (None, _) => self.unknown(),
        }
    }

    fn truth(&self, value: bool) -> &'static str {
        match (self.words, self.lang, value) {
            (Words::Names, _, true) => "true",
            (Words::Names, _, false) => "false",
            (Words::Labels, Lang::Ja, true) => "はい",
            (Words::Labels, Lang::Ja, false) => "いいえ",
            (Words::Labels, Lang::En, true) => "yes",
            (Words::Labels, Lang::En, false) => "no",
        }
    }

    fn duration(&self, duration: Duration) -> String {
        match (self.words, self.lang) {
            (Words::Labels, Lang::Ja) => japanese_duration(duration),
            _ => duration.to_string(),
        }
    }

    fn country(&self, code: u32) -> String {
        let letters = country_letters(code);
        match (self.words, country::find(&letters)) {
            (Words::Labels, Some(found)) => country::name(found, self.lang),
            _ => letters,
        }
    }

    fn unknown(&self) -> String {
        match self.lang {
            Lang::Ja => "未確認".to_owned(),
            Lang::En => "unknown".to_owned(),
        }
    }

    fn withheld(&self) -> String {
        if self.lang == Lang::Ja { "［非開示］".to_owned() } else { "[withheld]".to_owned() }
    }

    fn none(&self) -> String {
        match self.lang {
            Lang::Ja => "なし".to_owned(),
            Lang::En => "none".to_owned(),
        }
    }
}

fn japanese_duration(duration: Duration) -> String {
    let (years, months, days) = (duration.months / 12, duration.months % 12, duration.days);
    let mut shown = String::new();
    for (count, unit) in [(years, "年"), (months, "か月"), (days, "日")] {
        if count != 0 {
            shown.push_str(&format!("{count}{unit}"));
        }
    }
    if shown.is_empty() { "0日".to_owned() } else { shown }
}

/// A count of millionths without zeros at its end.
fn decimal(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let size = millionths.unsigned_abs();
    let one = DECIMAL_ONE.unsigned_abs();
    let (whole, places) = (size / one, size % one);
    if places == 0 {
        return format!("{sign}{whole}");
    }
    let places = format!("{places:06}");
    format!("{sign}{whole}.{}", places.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::testing::{Facts, schema};

    /// Attribute and value of every cell of the contract `c`, one per line.
    fn contract(facts: &Facts, lang: Lang, words: Words) -> String {
        let show = Show { store: &facts.store, schema: &facts.schema, lang, words };
        let kind = facts.schema.find_kind("contract").unwrap();
        let row = facts.store.row(kind, "c").unwrap() as usize;
        let attributes = facts.schema.kind(kind).unwrap().attributes.iter().enumerate();
        let lines =
            attributes.map(|(i, a)| format!("{} = {}", a.name, show.cell(kind, AttrId(i as u32), row)));
        lines.collect::<Vec<_>>().join("\n")
    }

    const TEXT: &str = r#"
        [vendor.a]
        [contract.c]
        vendor = "a"
        clauses = { penalty = true, confidentiality = "?" }
        signed = "令和8年4月"
        staff = 12
        fee = 1.50
        term = "1年6か月"
        countries = ["US", "JP", "?"]
        notice = "?"
        deputies = []
    "#;

    #[test]
    fn cells_speak_the_readers_language() {
        let facts = Facts::read(schema(), &[("f.toml", TEXT)]);
        assert_eq!(facts.errors(), "");
        assert_eq!(
            contract(&facts, Lang::Ja, Words::Labels),
            "vendor = a\nclauses = { 違反時の罰則, 守秘義務?, ? }\nsigned = 2026-04\nexpires = なし\nstaff = 12\n\
             fee = 1.5\nterm = 1年6か月\ncountries = { 日本, 米国, ? }\nescrow = 未確認\nnotice = 未確認\n\
             deputies = なし\nkey = 未確認"
        );
        assert_eq!(
            contract(&facts, Lang::En, Words::Names),
            "vendor = a\nclauses = { penalty, confidentiality?, ? }\nsigned = 2026-04\nexpires = none\nstaff = 12\n\
             fee = 1.5\nterm = 18 months\ncountries = { JP, US, ? }\nescrow = unknown\nnotice = unknown\n\
             deputies = none\nkey = unknown"
        );
    }

    #[test]
    fn the_values_of_a_conflict_stand_side_by_side() {
        let facts = Facts::read(
            schema(),
            &[("contract.csv", "id,escrow\nc,はい\n"), ("contract@visit.csv", "id,escrow\nc,いいえ\n")],
        );
        let kind = facts.schema.find_kind("contract").unwrap();
        let attr = facts.schema.kind(kind).unwrap().attribute("escrow").unwrap();
        let shown = |lang, row| show_cell(&facts.store, &facts.schema, kind, attr, row, lang);
        assert_eq!(shown(Lang::Ja, 0), "はい / いいえ");
        assert_eq!(shown(Lang::En, 0), "yes / no");
        assert_eq!((shown(Lang::Ja, 1).as_str(), shown(Lang::Ja, 2).as_str()), ("未確認", "なし"));
    }
}
