//! A small schema, facts read against it, and their rendering: what the tests of this crate share.

use kijun_text::{Diagnostic, Label, Lang, Sources};

use super::map::SourceMap;
use super::read_texts;
use super::tree::{Data, Node};
use crate::build::StoreBuilder;
use crate::schema::{AttrId, Attribute, EnumDef, EnumId, KindDef, KindId, Literal, Schema, Type};
use crate::show::{Show, Words};
use crate::store::{Register, Store};

/// The enum of contract clauses.
pub(crate) fn clause() -> Type {
    Type::Enum(EnumId(0))
}

fn attribute(name: &str, ja: &str, en: &str, ty: Type, optional: bool) -> Attribute {
    let span = Default::default();
    Attribute { name: name.into(), label: Label::new(ja, en), ty, optional, ask: None, span }
}

pub(crate) fn schema() -> Schema {
    let mut schema = Schema::default();
    let literal = |name: &str, ja: &str, en: &str| Literal { name: name.into(), label: Label::new(ja, en) };
    schema.add_enum(EnumDef {
        name: "clause".into(),
        label: Label::new("契約条項", "clause"),
        ordered: false,
        literals: vec![
            literal("confidentiality", "守秘義務", "confidentiality"),
            literal("penalty", "違反時の罰則", "penalty clause"),
            literal("no_analysis", "分析、解析の禁止", "no analysis"),
        ],
        span: Default::default(),
    });
    let vendor = schema.add_kind(KindDef {
        name: "vendor".into(),
        label: Label::new("受託事業者", "trustee"),
        attributes: vec![
            attribute("name", "名称", "name", Type::Text, false),
            attribute("country", "国", "country", Type::Country, false),
        ],
        span: Default::default(),
    });
    let set = |ty: Type| Type::Set(Box::new(ty));
    schema.add_kind(KindDef {
        name: "contract".into(),
        label: Label::new("契約", "contract"),
        attributes: vec![
            attribute("vendor", "受託事業者", "trustee", Type::Ref(vendor), false),
            attribute("clauses", "条項", "clauses", set(clause()), false),
            attribute("signed", "締結日", "signed on", Type::Date, false),
            attribute("expires", "終了日", "expires on", Type::Date, true),
            attribute("staff", "人数", "staff", Type::Int, false),
            attribute("fee", "料率", "fee", Type::Decimal, false),
            attribute("term", "期間", "term", Type::Duration, false),
            attribute("countries", "保存国", "countries", set(Type::Country), false),
            attribute("escrow", "寄託", "escrow", Type::Bool, false),
            attribute("notice", "備考", "notice", Type::Text, false),
            attribute("deputies", "再委託先", "deputies", set(Type::Ref(vendor)), false),
            attribute("key", "項番", "key", Type::Requirement, false),
        ],
        span: Default::default(),
    });
    schema.requirements = vec!["mhlw:8.1.2.C.オ".into(), "iso@2022:5.1".into()];
    schema.editions.insert("mhlw".into(), "4.2".into());
    schema
}

/// What was read from a few files.
pub(crate) struct Facts {
    pub(crate) schema: Schema,
    pub(crate) store: Store,
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Facts {
    pub(crate) fn read(schema: Schema, files: &[(&str, &str)]) -> Facts {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
        Facts::read_bytes(schema, &files)
    }

    pub(crate) fn read_bytes(schema: Schema, files: &[(&str, &[u8])]) -> Facts {
        Facts::read_mapped(schema, files, &[])
    }

    pub(crate) fn read_mapped(schema: Schema, files: &[(&str, &[u8])], maps: &[SourceMap]) -> Facts {
        let mut sources = Sources::default();
        let mut builder = StoreBuilder::new(&schema);
        let decoded =
            files.iter().map(|(path, bytes)| (path.to_string(), super::encoding::decode(bytes.to_vec())));
        read_texts(&mut builder, &mut sources, decoded.collect(), maps);
        let (store, diagnostics) = builder.finish();
        Facts { schema, store, sources, diagnostics }
    }

    /// One line each: code, place, text at the place, message, help; then its notes.
    pub(crate) fn errors(&self) -> String {
        let shown = self.diagnostics.iter().map(|d| {
            assert!(!d.message.ja.is_empty() && !d.message.en.is_empty() && !d.help.is_empty(), "{d:?}");
            let mut line = format!("{} {}: {} ({})", d.code, self.place(d.span), d.message.en, d.help.en);
            for note in &d.notes {
                line.push_str(&format!(" [{}: {}]", self.place(note.span), note.text.en));
            }
            line
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    fn place(&self, span: kijun_text::Span) -> String {
        format!("{} `{}`", self.sources.place(span), self.sources.slice(span))
    }

    /// Source, grade and date of what backs a cell.
    pub(crate) fn evidence(&self, record: &str, attribute: &str) -> String {
        let mut shown = String::new();
        for (k, def) in self.schema.kinds.iter().enumerate() {
            let kind = KindId(k as u32);
            let (Some(row), Some(attr)) = (self.store.row(kind, record), def.attribute(attribute)) else {
                continue;
            };
            let id = self.store.kind(kind).unwrap().evidence_of(attr, row as usize);
            let found = self.store.evidence(id).cloned().unwrap_or_default();
            let text = |text: Option<String>| text.unwrap_or_else(|| "-".into());
            let (grade, date) = (found.grade.map(|g| g.to_string()), found.as_of.map(|d| d.to_string()));
            shown = format!("{} {} {}", text(found.source), text(grade), text(date));
        }
        shown
    }

    pub(crate) fn register(&self, kind: &str) -> Register {
        self.store.kind(self.schema.find_kind(kind).unwrap()).unwrap().register
    }

    /// Every stated cell as `kind.id.attribute = value`.
    pub(crate) fn cells(&self) -> String {
        let mut lines = Vec::new();
        self.each(|kind, id, attribute, shown, _| lines.push(format!("{kind}.{id}.{attribute} = {shown}")));
        lines.join("\n")
    }

    /// The text at which every stated cell of a record stands.
    pub(crate) fn origins(&self, record: &str) -> String {
        let mut texts = Vec::new();
        self.each(|_, id, _, _, origin| {
            if id == record {
                texts.push(origin.to_owned());
            }
        });
        texts.join(" | ")
    }

    fn each(&self, mut visit: impl FnMut(&str, &str, &str, &str, &str)) {
        let show = Show { store: &self.store, schema: &self.schema, lang: Lang::En, words: Words::Names };
        for (k, def) in self.schema.kinds.iter().enumerate() {
            let kind = KindId(k as u32);
            let table = self.store.kind(kind).unwrap();
            for row in 0..table.len() {
                for (a, attribute) in def.attributes.iter().enumerate() {
                    let attr = AttrId(a as u32);
                    let span = table.cell(attr, row);
                    if span != table.place(row) {
                        let (id, shown) = (self.store.id_text(kind, row), show.cell(kind, attr, row));
                        visit(&def.name, id, &attribute.name, &shown, self.sources.slice(span));
                    }
                }
            }
        }
    }
}

/// A tree with the text at which each key and scalar stands: `key@text Value@text`.
pub(crate) fn outline(text: &str, node: &Node) -> String {
    match &node.data {
        Data::Map(entries) => {
            let entries = entries.iter().map(|e| {
                let value = match &e.value.data {
                    Data::Map(_) => format!("{{{}}}", outline(text, &e.value)),
                    _ => outline(text, &e.value),
                };
                format!("{}@{} {value}", e.key, &text[e.key_range.clone()])
            });
            entries.collect::<Vec<_>>().join(" ")
        }
        Data::List(nodes) => {
            let nodes = nodes.iter().map(|n| match &n.data {
                Data::Map(_) => format!("{{{}}}", outline(text, n)),
                _ => outline(text, n),
            });
            format!("[{}]", nodes.collect::<Vec<_>>().join(" "))
        }
        scalar => format!("{scalar:?}@{}", &text[node.range.clone()]),
    }
}
