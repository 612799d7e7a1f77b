//! Schemas: the prelude's enums and kinds, then a few small ones.

use kijun_engine::program::Builtins;
use kijun_facts::{Attribute, EnumDef, EnumId, KindDef, KindId, Literal, Schema, Type};
use kijun_text::{Label, Span};

use super::source::Source;

/// Attestations, then waivers: the order of the prelude.
pub const BUILTINS: Builtins = Builtins { attestation: KindId(0), waiver: KindId(1) };

/// The enums and kinds that every workspace has.
pub fn prelude() -> Schema {
    let mut schema = Schema::default();
    let role = enumeration("role", false, &["administrator", "purchaser", "user", "vendor", "management"]);
    let grade = enumeration("grade", true, &["oral", "declared", "documented", "observed", "audited"]);
    let answer = enumeration("answer", false, &["yes", "no", "not_applicable"]);
    let role = schema.add_enum(role);
    schema.add_enum(grade);
    let answer = schema.add_enum(answer);
    schema.add_kind(kind(
        "attestation",
        vec![
            attribute("requirement", Type::Requirement),
            optional("subject", Type::Text),
            attribute("answer", Type::Enum(answer)),
            attribute("by", Type::Enum(role)),
            attribute("date", Type::Date),
            optional("evidence", Type::Text),
            optional("reason", Type::Text),
        ],
    ));
    schema.add_kind(kind(
        "waiver",
        vec![
            attribute("requirement", Type::Requirement),
            optional("subject", Type::Text),
            attribute("approver", Type::Text),
            attribute("reason", Type::Text),
            optional("compensating", Type::Text),
            attribute("expires", Type::Date),
        ],
    ));
    schema
}

pub fn enumeration(name: &str, ordered: bool, literals: &[&str]) -> EnumDef {
    let literal = |l: &&str| Literal { name: (*l).to_owned(), label: Label::default() };
    let literals = literals.iter().map(literal).collect();
    EnumDef { name: name.to_owned(), label: Label::default(), ordered, literals, span: Span::default() }
}

pub fn kind(name: &str, attributes: Vec<Attribute>) -> KindDef {
    KindDef { name: name.to_owned(), label: Label::default(), attributes, span: Span::default() }
}

pub fn attribute(name: &str, ty: Type) -> Attribute {
    Attribute {
        name: name.to_owned(),
        label: Label::default(),
        ty,
        optional: false,
        ask: None,
        span: Span::default(),
    }
}

pub fn optional(name: &str, ty: Type) -> Attribute {
    Attribute { optional: true, ..attribute(name, ty) }
}

/// The prelude, one or two enums and two to four kinds, with the ids of the latter.
pub(crate) fn schema(source: &mut Source) -> (Schema, Vec<KindId>) {
    let mut schema = prelude();
    let mut enums = Vec::new();
    for (i, literals) in [&["e0", "e1", "e2"][..], &["f0", "f1"][..]].into_iter().enumerate() {
        if i == 0 || source.chance(60) {
            enums.push(schema.add_enum(enumeration(&format!("enum{i}"), source.chance(50), literals)));
        }
    }
    let count = 2 + source.below(3);
    let first = schema.kinds.len() as u32;
    let kinds: Vec<KindId> = (0..count as u32).map(|i| KindId(first + i)).collect();
    for i in 0..count {
        let attributes = attributes(source, &enums, &kinds, kinds[i]);
        schema.add_kind(kind(&format!("k{i}"), attributes));
    }
    (schema, kinds)
}

/// A few attributes that rules like to meet, and some of any type.
fn attributes(source: &mut Source, enums: &[EnumId], kinds: &[KindId], own: KindId) -> Vec<Attribute> {
    let set = |ty: Type| Type::Set(Box::new(ty));
    let mut types = vec![
        Type::Bool,
        Type::Int,
        Type::Enum(source.one(enums)),
        set(Type::Ref(own)),
        Type::Ref(source.one(kinds)),
    ];
    for _ in 0..2 + source.below(3) {
        types.push(match source.below(13) {
            0 => Type::Date,
            1 => set(Type::Ref(source.one(kinds))),
            2 => Type::Ref(source.one(kinds)),
            3 => set(Type::Enum(source.one(enums))),
            4 => Type::Decimal,
            5 => Type::Text,
            6 => Type::Duration,
            7 => Type::Country,
            8 => Type::Bool,
            9 => set(Type::Text),
            10 => set(Type::Country),
            11 => Type::Requirement,
            _ => Type::Int,
        });
    }
    let named = |(i, ty): (usize, Type)| {
        let percent = if ty.element().is_some() { 10 } else { 30 };
        let name = format!("a{i}");
        if source.chance(percent) { optional(&name, ty) } else { attribute(&name, ty) }
    };
    types.into_iter().enumerate().map(named).collect()
}
