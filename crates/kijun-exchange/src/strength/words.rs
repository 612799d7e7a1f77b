//! What parts of rules and changes to them are called.

use kijun_engine::exercise::Part;
use kijun_engine::mutant::{Change, Mutant};
use kijun_engine::program::{ArithOp, CompareOp, Const, Program};
use kijun_facts::{AttrId, KindId, Type};
use kijun_text::Label;

use super::{Way, text};
use crate::results::Paths;

pub(super) fn part_name(part: Part) -> &'static str {
    match part {
        Part::Where => "where",
        Part::Require => "require",
        Part::Conjunct => "conjunct",
        Part::Disjunct => "disjunct",
        Part::Member => "member",
        Part::Relation => "relation",
    }
}

fn part_label(part: Part) -> Label {
    let ja = match part {
        Part::Where => "適用の条件",
        Part::Require => "求める条件",
        Part::Conjunct => "「かつ」の一つ",
        Part::Disjunct => "「または」の一つ",
        Part::Member => "要素の条件",
        Part::Relation => "関係",
    };
    Label::new(ja, part_name(part))
}

/// `求める条件が、成り立たない場合・分からない場合のテストがない`.
pub(super) fn ways_words(part: Part, missing: &[Way]) -> Label {
    let word = |way: &Way| match way {
        Way::Holds => ("成り立つ場合", "true"),
        Way::Fails => ("成り立たない場合", "false"),
        Way::Unknown => ("分からない場合", "unknown"),
    };
    let ja: Vec<&str> = missing.iter().map(|w| word(w).0).collect();
    let en: Vec<&str> = missing.iter().map(|w| word(w).1).collect();
    let part = part_label(part);
    Label::new(
        format!("{}: {}のテストがない", part.ja, ja.join("・")),
        format!("{} is never {}", part.en, en.join(" or ")),
    )
}

/// What was changed.
pub(super) fn change_words(program: &Program, mutant: &Mutant, paths: &Paths<'_>) -> Label {
    match &mutant.change {
        Change::Drop(span) => {
            let part = text(paths, *span);
            Label::new(format!("`{part}` を除いても気づかない"), format!("`{part}` can be left out"))
        }
        Change::Negate => Label::new("逆にしても気づかない", "can be negated"),
        Change::Compare(op) => {
            let op = operator(*op);
            Label::new(format!("`{op}` に変えても気づかない"), format!("can be `{op}`"))
        }
        Change::Quantifier => {
            Label::new("any と all を入れ替えても気づかない", "`any` and `all` can be swapped")
        }
        Change::Filter => Label::new("with の条件を除いても気づかない", "its `with` can be left out"),
        Change::Constant(constant, ty) => {
            let value = value(program, constant, ty);
            Label::new(format!("`{value}` に変えても気づかない"), format!("can be `{value}`"))
        }
        Change::Arith(op) => {
            let op = sign(*op);
            Label::new(format!("`{op}` に変えても気づかない"), format!("can be `{op}`"))
        }
        Change::Where => Label::new("where を除いても気づかない", "its `where` can be left out"),
        Change::Require => Label::new("この require を除いても気づかない", "this `require` can be left out"),
        Change::Missing { kind, attr, .. } => {
            let name = attribute(program, *kind, *attr);
            Label::new(format!("`{name}` が未確認でも気づかない"), format!("`{name}` can be missing"))
        }
    }
}

/// What was changed, as `kijun.toml` names it.
pub(super) fn change_name(program: &Program, mutant: &Mutant, paths: &Paths<'_>) -> String {
    match &mutant.change {
        Change::Drop(span) => format!("drop {}", text(paths, *span)),
        Change::Negate => "negate".to_owned(),
        Change::Compare(op) => format!("compare {}", operator(*op)),
        Change::Quantifier => "swap".to_owned(),
        Change::Filter => "drop with".to_owned(),
        Change::Constant(constant, ty) => format!("constant {}", value(program, constant, ty)),
        Change::Arith(op) => format!("arithmetic {}", sign(*op)),
        Change::Where => "drop where".to_owned(),
        Change::Require => "drop require".to_owned(),
        Change::Missing { kind, attr, .. } => format!("missing {}", attribute(program, *kind, *attr)),
    }
}

fn sign(op: ArithOp) -> &'static str {
    match op {
        ArithOp::Add => "+",
        ArithOp::Sub => "-",
        ArithOp::Mul => "*",
    }
}

fn attribute(program: &Program, kind: KindId, attr: AttrId) -> &str {
    program.schema.attribute(kind, attr).map_or("", |a| &a.name)
}

fn operator(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
    }
}

/// A constant that stands for another.
fn value(program: &Program, constant: &Const, ty: &Type) -> String {
    match constant {
        Const::Bool(bool) => bool.to_string(),
        Const::Int(number) => number.to_string(),
        Const::Decimal(number) => format!("{}", *number as f64 / 1e6),
        Const::Text(text) => text.clone(),
        Const::Date(date) => date.to_string(),
        Const::Country(letters) => String::from_utf8_lossy(letters).into_owned(),
        Const::Enum(code) => {
            let Type::Enum(id) = ty else { return String::new() };
            let literals = program.schema.enumeration(*id).map(|e| e.literals.as_slice()).unwrap_or_default();
            literals.get(*code as usize).map_or_else(String::new, |l| l.name.clone())
        }
        Const::Duration(length) => length.to_string(),
        Const::Requirement(id) => id.clone(),
    }
}
