//! What facts may look like: the kinds of entity that packs declare, their attributes and enums.

use std::sync::OnceLock;

use kijun_text::{Label, Span};
use rustc_hash::FxHashMap;

use crate::literals::Literals;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindId(pub u32);

/// Index of an attribute within its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttrId(pub u32);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    Bool,
    Int,
    /// Six decimal places.
    Decimal,
    Text,
    Date,
    Duration,
    /// ISO 3166-1 alpha-2.
    Country,
    /// The id of a requirement of a catalogue in scope.
    Requirement,
    Enum(EnumId),
    Ref(KindId),
    Set(Box<Type>),
}

impl Type {
    /// Values are compared as whole codes, not by size: everything but numbers and dates.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Type::Int | Type::Decimal | Type::Date)
    }

    pub fn element(&self) -> Option<&Type> {
        match self {
            Type::Set(inner) => Some(inner),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    pub name: String,
    pub label: Label,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumDef {
    pub name: String,
    pub label: Label,
    /// Ordered enums compare by the order of declaration, smallest first.
    pub ordered: bool,
    pub literals: Vec<Literal>,
    pub span: Span,
}

impl EnumDef {
    /// The code of a literal, found by its name or by its label in either language.
    pub fn code(&self, text: &str) -> Option<u32> {
        let by_name = self.literals.iter().position(|l| l.name == text);
        let by_label = || self.literals.iter().position(|l| l.label.ja == text || l.label.en == text);
        by_name.or_else(by_label).map(|i| i as u32)
    }
}

/// The question that asks a person for an attribute, and whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub question: Label,
    /// A literal of the built-in enum `role`.
    pub of: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    pub name: String,
    pub label: Label,
    pub ty: Type,
    /// No value then means `none`, not unknown.
    pub optional: bool,
    pub ask: Option<Ask>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindDef {
    pub name: String,
    pub label: Label,
    pub attributes: Vec<Attribute>,
    pub span: Span,
}

impl KindDef {
    /// The attribute with this name, or with this label in either language.
    pub fn attribute(&self, text: &str) -> Option<AttrId> {
        let by_name = self.attributes.iter().position(|a| a.name == text);
        let by_label = || self.attributes.iter().position(|a| a.label.ja == text || a.label.en == text);
        by_name.or_else(by_label).map(|i| AttrId(i as u32))
    }

    pub fn get(&self, attr: AttrId) -> Option<&Attribute> {
        self.attributes.get(attr.0 as usize)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Schema {
    pub enums: Vec<EnumDef>,
    pub kinds: Vec<KindDef>,
    /// Qualified ids of the requirements in scope (`mhlw:8.1.2.C.オ`), for values of type `requirement`.
    pub requirements: Vec<String>,
    /// Alias of a catalogue -> the edition that ids with the bare alias mean. Of an alias that is not
    /// listed, a fact may name any edition.
    pub editions: FxHashMap<String, String>,
    kind_names: FxHashMap<String, KindId>,
    /// Made when the first text is looked up.
    literals: OnceLock<Literals>,
}

impl PartialEq for Schema {
    /// Whether both declare the same, at the same places; the rest follows from that.
    fn eq(&self, other: &Schema) -> bool {
        self.enums == other.enums
            && self.kinds == other.kinds
            && self.requirements == other.requirements
            && self.editions == other.editions
    }
}

impl Schema {
    pub fn add_enum(&mut self, def: EnumDef) -> EnumId {
        self.enums.push(def);
        self.literals = OnceLock::new();
        EnumId((self.enums.len() - 1) as u32)
    }

    pub(crate) fn literals(&self) -> &Literals {
        self.literals.get_or_init(|| Literals::new(&self.enums))
    }

    pub fn add_kind(&mut self, def: KindDef) -> KindId {
        let id = KindId(self.kinds.len() as u32);
        self.kind_names.insert(def.name.clone(), id);
        self.kinds.push(def);
        id
    }

    pub fn kind(&self, id: KindId) -> Option<&KindDef> {
        self.kinds.get(id.0 as usize)
    }

    pub fn kind_mut(&mut self, id: KindId) -> Option<&mut KindDef> {
        self.kinds.get_mut(id.0 as usize)
    }

    pub fn enumeration(&self, id: EnumId) -> Option<&EnumDef> {
        self.enums.get(id.0 as usize)
    }

    /// The kind with this name, or with this label in either language.
    pub fn find_kind(&self, text: &str) -> Option<KindId> {
        self.kind_names.get(text).copied().or_else(|| {
            let position = self.kinds.iter().position(|k| k.label.ja == text || k.label.en == text);
            position.map(|i| KindId(i as u32))
        })
    }

    pub fn attribute(&self, kind: KindId, attr: AttrId) -> Option<&Attribute> {
        self.kind(kind).and_then(|k| k.get(attr))
    }

    /// A type in the words of the language: `set of clause`.
    pub fn type_name(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "bool".into(),
            Type::Int => "int".into(),
            Type::Decimal => "decimal".into(),
            Type::Text => "text".into(),
            Type::Date => "date".into(),
            Type::Duration => "duration".into(),
            Type::Country => "country".into(),
            Type::Requirement => "requirement".into(),
            Type::Enum(e) => self.enumeration(*e).map_or_else(String::new, |e| e.name.clone()),
            Type::Ref(k) => self.kind(*k).map_or_else(String::new, |k| k.name.clone()),
            Type::Set(t) => format!("set of {}", self.type_name(t)),
        }
    }
}
