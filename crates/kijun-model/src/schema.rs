//! Enums and entities of all packs, as the schema of facts.

use std::collections::BTreeMap;

use kijun_facts::{Ask, Attribute, EnumDef, EnumId, KindDef, KindId, Literal, Schema, Type};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use crate::context::{Decl, Reports};

/// Names of types, for resolution.
#[derive(Debug, Default)]
pub(crate) struct TypeNames {
    pub(crate) enums: BTreeMap<String, EnumId>,
    pub(crate) kinds: BTreeMap<String, KindId>,
}

const PRIMITIVES: [(&str, Type); 8] = [
    ("bool", Type::Bool),
    ("int", Type::Int),
    ("decimal", Type::Decimal),
    ("text", Type::Text),
    ("date", Type::Date),
    ("duration", Type::Duration),
    ("country", Type::Country),
    ("requirement", Type::Requirement),
];

impl TypeNames {
    /// The type that a `type_ref` names.
    pub(crate) fn resolve(&self, decl: Decl<'_>, reports: &mut Reports) -> Option<Type> {
        if let Some(set) = decl.child(Kind::SetType) {
            let inner = self.named(set, reports)?;
            if inner.is_numeric() || matches!(inner, Type::Bool | Type::Duration) {
                reports.push(
                    Diagnostic::error(
                        "K0208",
                        set.span(),
                        Label::new("この型の集合は作れません", "there are no sets of this type"),
                    )
                    .help(
                        "集合にできるのは enum、entity、text、country、requirement です",
                        "sets hold enums, entities, texts, countries or requirements",
                    ),
                );
                return None;
            }
            return Some(Type::Set(Box::new(inner)));
        }
        self.named(decl, reports)
    }

    fn named(&self, decl: Decl<'_>, reports: &mut Reports) -> Option<Type> {
        let (name, span) = decl.name()?;
        if let Some((_, ty)) = PRIMITIVES.iter().find(|(n, _)| *n == name) {
            return Some(ty.clone());
        }
        if let Some(id) = self.enums.get(&name) {
            return Some(Type::Enum(*id));
        }
        if let Some(id) = self.kinds.get(&name) {
            return Some(Type::Ref(*id));
        }
        let names = PRIMITIVES.iter().map(|(n, _)| *n);
        let names =
            names.chain(self.enums.keys().map(String::as_str)).chain(self.kinds.keys().map(String::as_str));
        reports.unknown("K0201", span, ("型", "type"), &name, names);
        None
    }
}

/// Collects the schema. Prelude declarations come first, so that their ids are fixed; the rest in the
/// order of names, so that the order of files does not matter.
pub(crate) fn collect(
    prelude: &[Decl<'_>],
    decls: &[Decl<'_>],
    reports: &mut Reports,
) -> (Schema, TypeNames) {
    let mut schema = Schema::default();
    let mut names = TypeNames::default();
    let by_name = |kind: Kind, decls: &[Decl<'_>]| {
        let mut found: Vec<(String, Span, usize)> = decls
            .iter()
            .enumerate()
            .filter(|(_, d)| d.node.kind == kind)
            .filter_map(|(i, d)| d.name().map(|(n, s)| (n, s, i)))
            .collect();
        found.sort();
        found
    };
    for (set, sorted) in [(prelude, false), (decls, true)] {
        let mut enums = by_name(Kind::Enumeration, set);
        let mut kinds = by_name(Kind::Entity, set);
        if !sorted {
            enums.sort_by_key(|(_, span, _)| *span);
            kinds.sort_by_key(|(_, span, _)| *span);
        }
        for (name, span, i) in enums {
            if let Some(first) = first_span(&schema, &names, &name) {
                reports.duplicate(("型", "type"), &name, span, first);
            } else if let Some(decl) = set.get(i) {
                let def = enumeration(*decl, name.clone(), span, reports);
                names.enums.insert(name, schema.add_enum(def));
            }
        }
        for (name, span, i) in kinds {
            if let Some(first) = first_span(&schema, &names, &name) {
                reports.duplicate(("型", "type"), &name, span, first);
            } else if let Some(decl) = set.get(i) {
                let label = Label::new(
                    decl.child(Kind::Title).and_then(Decl::string).unwrap_or_default(),
                    decl.child(Kind::En).and_then(Decl::string).unwrap_or_default(),
                );
                let id = schema.add_kind(KindDef { name: name.clone(), label, attributes: Vec::new(), span });
                names.kinds.insert(name, id);
            }
        }
    }
    let roles: Vec<String> =
        schema.enums.first().map(|e| e.literals.iter().map(|l| l.name.clone()).collect()).unwrap_or_default();
    for decl in prelude.iter().chain(decls).filter(|d| d.node.kind == Kind::Entity) {
        add_attributes(*decl, &mut schema, &names, &roles, reports);
    }
    let mut extensions: Vec<Decl<'_>> =
        decls.iter().filter(|d| d.node.kind == Kind::Extension).copied().collect();
    extensions.sort_by_key(|d| {
        (d.name().map(|(n, _)| n), d.child(Kind::Attribute).and_then(Decl::name).map(|(n, _)| n))
    });
    for decl in extensions {
        add_attributes(decl, &mut schema, &names, &roles, reports);
    }
    (schema, names)
}

fn first_span(schema: &Schema, names: &TypeNames, name: &str) -> Option<Span> {
    let of_enum = names.enums.get(name).and_then(|id| schema.enumeration(*id)).map(|e| e.span);
    of_enum.or_else(|| names.kinds.get(name).and_then(|id| schema.kind(*id)).map(|k| k.span))
}

fn enumeration(decl: Decl<'_>, name: String, span: Span, reports: &mut Reports) -> EnumDef {
    let mut literals: Vec<Literal> = Vec::new();
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for literal in decl.all(Kind::Literal) {
        let Some((name, span)) = literal.name() else { continue };
        if let Some(first) = seen.get(&name) {
            reports.duplicate(("列挙値", "literal"), &name, span, *first);
            continue;
        }
        seen.insert(name.clone(), span);
        literals.push(Literal { name, label: literal.label() });
    }
    EnumDef { name, label: decl.label(), ordered: decl.child(Kind::KwOrdered).is_some(), literals, span }
}

fn add_attributes(
    decl: Decl<'_>,
    schema: &mut Schema,
    names: &TypeNames,
    roles: &[String],
    reports: &mut Reports,
) {
    let Some((kind_name, kind_span)) = decl.name() else { return };
    let Some(kind) = names.kinds.get(&kind_name).copied() else {
        if decl.node.kind == Kind::Extension {
            reports.unknown(
                "K0201",
                kind_span,
                ("エンティティ", "entity"),
                &kind_name,
                names.kinds.keys().map(String::as_str),
            );
        }
        return;
    };
    // A second declaration of an entity was reported; its attributes are not added.
    if decl.node.kind == Kind::Entity && schema.kind(kind).is_some_and(|k| k.span != kind_span) {
        return;
    }
    for attribute in decl.all(Kind::Attribute) {
        let Some((name, span)) = attribute.name() else { continue };
        let first =
            schema.kind(kind).and_then(|k| k.attributes.iter().find(|a| a.name == name)).map(|a| a.span);
        if let Some(first) = first {
            reports.duplicate(("属性", "attribute"), &name, span, first);
            continue;
        }
        let Some(ty) = attribute.child(Kind::TypeRef).and_then(|t| names.resolve(t, reports)) else {
            continue;
        };
        let ask = attribute.child(Kind::Ask).and_then(|ask| {
            let question = Label::new(
                ask.string().unwrap_or_default(),
                ask.child(Kind::En).and_then(Decl::string).unwrap_or_default(),
            );
            let (of, of_span) = ask.name()?;
            if !roles.contains(&of) {
                reports.unknown("K0206", of_span, ("役割", "role"), &of, roles.iter().map(String::as_str));
            }
            Some(Ask { question, of })
        });
        let optional = attribute.child(Kind::Optional).is_some();
        if let Some(def) = schema.kind_mut(kind) {
            def.attributes.push(Attribute { name, label: attribute.label(), ty, optional, ask, span });
        }
    }
}

pub(crate) fn types_of(decl: Decl<'_>, types: &TypeNames, reports: &mut Reports) -> Vec<Option<Type>> {
    decl.all(Kind::TypeRef).map(|t| types.resolve(t, reports)).collect()
}

/// The first of a declaration's types that is like this, and where it stands.
pub(crate) fn first_of<'t>(
    decl: Decl<'_>,
    types: &'t [Type],
    is: impl Fn(&Type) -> bool,
) -> Option<(&'t Type, Span)> {
    types.iter().zip(decl.all(Kind::TypeRef)).find(|(ty, _)| is(ty)).map(|(ty, d)| (ty, d.span()))
}
