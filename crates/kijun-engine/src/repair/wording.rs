//! Changes in words, in both languages.

use kijun_facts::store::NONE;
use kijun_facts::{KindId, Show, Type, Words};
use kijun_text::{Label, Lang};

use super::change::size;
use super::values::Known;
use super::{Cell, Change, Datum, NEW_RECORD};
use crate::assess::Evaluation;
use crate::extents::Texts;
use crate::program::{Const, Program, RelationId};

impl Change {
    /// The change in words; English names things as packs and fact files do.
    pub fn describe(&self, evaluation: &Evaluation<'_>) -> Label {
        Label::new(
            Wording::new(evaluation, Lang::Ja).change(self),
            Wording::new(evaluation, Lang::En).change(self),
        )
    }
}

/// Words for changes in one language.
struct Wording<'w> {
    show: Show<'w>,
    texts: &'w Texts,
    program: &'w Program,
}

impl<'w> Wording<'w> {
    fn new(evaluation: &'w Evaluation<'_>, lang: Lang) -> Wording<'w> {
        let words = if lang == Lang::Ja { Words::Labels } else { Words::Names };
        let (store, program) = (evaluation.store, evaluation.program);
        Wording {
            show: Show { store, schema: &program.schema, lang, words },
            texts: &evaluation.memo.extents.texts,
            program,
        }
    }

    fn pick(&self, ja: String, en: String) -> String {
        if self.show.lang == Lang::Ja { ja } else { en }
    }

    fn change(&self, change: &Change) -> String {
        match change {
            Change::Set { cell, .. } | Change::AtLeast { cell, .. } | Change::AtMost { cell, .. } => {
                self.stated(*cell, &self.wanted(change))
            }
            Change::OtherThan { cell, values } if values.iter().all(|v| *v == Datum::None) => {
                let at = self.place(*cell);
                self.pick(format!("{at}を記録する"), format!("record {at}"))
            }
            Change::OtherThan { cell, .. } => self.stated(*cell, &self.wanted(change)),
            Change::Add { cell, member } => {
                let (at, member) = (self.place(*cell), self.member(*cell, member));
                self.pick(format!("{at}に{member}を加える"), format!("add {member} to {at}"))
            }
            Change::Remove { cell, member } => {
                let (at, member) = (self.place(*cell), self.member(*cell, member));
                self.pick(format!("{at}から{member}を除く"), format!("remove {member} from {at}"))
            }
            Change::Close { cell } => {
                let at = self.place(*cell);
                self.pick(
                    format!("{at}をすべて記録し、ほかにないことを示す"),
                    format!("record all of {at}, and that there is nothing else"),
                )
            }
            Change::Register { kind } => {
                let kind = self.kind(*kind);
                self.pick(
                    format!("「{kind}」の台帳に漏れがないことを示す"),
                    format!("state that the register of {kind} is complete"),
                )
            }
            Change::Record { kind, fields, .. } => self.record(*kind, fields),
            Change::Tuple { relation, args, holds } => self.tuple(*relation, args, *holds),
            Change::Condition { cells, holds, .. } => self.condition(cells, *holds),
        }
    }

    /// What is known changes; what is not known is to be recorded.
    fn stated(&self, cell: Cell, value: &str) -> String {
        let at = self.place(cell);
        let known = self.show.store.kind(cell.kind).is_some_and(|t| t.is_known(cell.attr, cell.row as usize));
        if known {
            self.pick(format!("{at}を{value}にする"), format!("set {at} to {value}"))
        } else {
            self.pick(format!("{at}が{value}であることを記録する"), format!("record that {at} is {value}"))
        }
    }

    /// The value of a cell, or its bound.
    fn wanted(&self, change: &Change) -> String {
        let value = |cell: &Cell, bound: &Const| self.value(*cell, &Datum::Const(bound.clone()));
        match change {
            Change::Set { cell, value } => self.value(*cell, value),
            Change::AtLeast { cell, bound: bound @ Const::Date(_) } => {
                let day = value(cell, bound);
                self.pick(format!("{day}以降"), format!("{day} or later"))
            }
            Change::AtMost { cell, bound: bound @ Const::Date(_) } => {
                let day = value(cell, bound);
                self.pick(format!("{day}以前"), format!("{day} or earlier"))
            }
            Change::AtLeast { cell, bound } => {
                let bound = value(cell, bound);
                self.pick(format!("{bound}以上"), format!("at least {bound}"))
            }
            Change::AtMost { cell, bound } => {
                let bound = value(cell, bound);
                self.pick(format!("{bound}以下"), format!("at most {bound}"))
            }
            Change::OtherThan { cell, values } => {
                let all: Vec<String> = values.iter().map(|v| self.value(*cell, v)).collect();
                self.pick(
                    format!("{}以外", all.join("、")),
                    format!("something other than {}", all.join(", ")),
                )
            }
            _ => String::new(),
        }
    }

    fn record(&self, kind: KindId, fields: &[Change]) -> String {
        let fields: Vec<String> = fields.iter().filter_map(|f| self.field(f)).collect();
        let kind = self.kind(kind);
        if fields.is_empty() {
            return self.pick(
                format!("条件を満たす「{kind}」の記録を加える"),
                format!("add a record of {kind} that meets the condition"),
            );
        }
        self.pick(
            format!("「{kind}」の記録を加える（{}）", fields.join("、")),
            format!("add a record of {kind} ({})", fields.join(", ")),
        )
    }

    fn field(&self, field: &Change) -> Option<String> {
        let cell = field.cell()?;
        let attr = self.attribute(cell);
        Some(match field {
            Change::Add { member, .. } => {
                let member = self.member(cell, member);
                self.pick(format!("{attr}に{member}"), format!("{member} in {attr}"))
            }
            Change::Remove { member, .. } => {
                let member = self.member(cell, member);
                self.pick(format!("{attr}に{member}を含まない"), format!("no {member} in {attr}"))
            }
            Change::Close { .. } => self.pick(format!("{attr}は全件"), format!("all {attr}")),
            Change::OtherThan { values, .. } if values.iter().all(|v| *v == Datum::None) => {
                self.pick(format!("{attr}あり"), format!("some {attr}"))
            }
            other => {
                let value = self.wanted(other);
                self.pick(format!("{attr}: {value}"), format!("{attr}: {value}"))
            }
        })
    }

    fn tuple(&self, relation: RelationId, args: &[Option<Datum>], holds: bool) -> String {
        let Some(relation) = self.program.relation(relation) else { return String::new() };
        let some = self.pick("いずれか".to_owned(), "some".to_owned());
        let shown = relation.columns.iter().zip(args).map(|(ty, arg)| match arg {
            Some(arg) => self.datum(ty, arg),
            None => some.clone(),
        });
        let args = shown.collect::<Vec<_>>().join(", ");
        let ja = format!("「{}」({args})", relation.label.or(Lang::Ja, &relation.name));
        let en = format!("{}({args})", relation.name);
        if holds {
            self.pick(format!("{ja}が成り立つようにする"), format!("make {en} hold"))
        } else {
            self.pick(format!("{ja}が成り立たないようにする"), format!("make {en} not hold"))
        }
    }

    fn condition(&self, cells: &[Cell], holds: bool) -> String {
        let places: Vec<String> = cells.iter().map(|c| self.place(*c)).collect();
        let (ja, en) = if holds { ("成り立つ", "true") } else { ("成り立たない", "false") };
        if places.is_empty() {
            return self
                .pick(format!("規則の条件が{ja}ようにする"), format!("make the condition of the rule {en}"));
        }
        self.pick(
            format!("{}を見直し、規則の条件が{ja}ようにする", places.join("、")),
            format!("change {} so that the condition of the rule is {en}", places.join(", ")),
        )
    }

    fn kind(&self, kind: KindId) -> String {
        let Some(def) = self.program.schema.kind(kind) else { return String::new() };
        self.pick(def.label.or(Lang::Ja, &def.name).to_owned(), def.name.clone())
    }

    fn attribute(&self, cell: Cell) -> String {
        let Some(def) = self.program.schema.attribute(cell.kind, cell.attr) else { return String::new() };
        self.pick(def.label.or(Lang::Ja, &def.name).to_owned(), def.name.clone())
    }

    fn place(&self, cell: Cell) -> String {
        let (kind, attr) = (self.kind(cell.kind), self.attribute(cell));
        if cell.row == NEW_RECORD {
            return self.pick(format!("新しい{kind}の{attr}"), format!("the new {kind} {attr}"));
        }
        let id = self.show.store.id_text(cell.kind, cell.row as usize);
        self.pick(format!("{kind}「{id}」の{attr}"), format!("{kind} {id} {attr}"))
    }

    fn value(&self, cell: Cell, value: &Datum) -> String {
        let ty = self.program.schema.attribute(cell.kind, cell.attr).map(|a| &a.ty);
        ty.map_or_else(String::new, |ty| self.datum(ty, value))
    }

    fn member(&self, cell: Cell, member: &Datum) -> String {
        let ty = self.program.schema.attribute(cell.kind, cell.attr).and_then(|a| a.ty.element());
        ty.map_or_else(String::new, |ty| self.datum(ty, member))
    }

    fn datum(&self, ty: &Type, value: &Datum) -> String {
        let quoted = |text: String| self.pick(format!("「{text}」"), text);
        match value {
            Datum::None => self.show.code(ty, NONE),
            Datum::Record(kind, NEW_RECORD) => {
                let kind = self.kind(*kind);
                self.pick(format!("新しい{kind}"), format!("the new {kind}"))
            }
            Datum::Record(kind, row) => quoted(self.show.store.id_text(*kind, *row as usize).to_owned()),
            Datum::Const(Const::Text(text) | Const::Requirement(text)) => quoted(text.clone()),
            Datum::Const(constant) => {
                let shown = Known { store: self.show.store, texts: self.texts }
                    .scalar(value)
                    .map_or_else(String::new, |s| self.show.scalar(ty, s));
                if size(constant).is_some() && !matches!(constant, Const::Enum(_)) {
                    shown
                } else {
                    quoted(shown)
                }
            }
        }
    }
}
