//! `oscal.json` of a pack: what the language cannot say of an imported catalogue, by id.

use super::super::json::Field;
use kijun_text::Label;
use serde_json::{Map, Value, json};

const SCHEMA: &str = "kijun.oscal-catalog/1";

/// What is kept beside the modules.
#[derive(Debug, Clone, Default)]
pub(super) struct Sidecar {
    /// The catalogue as the import called it.
    pub(super) catalog: String,
    /// SHA-256 of the document: an export that gives it again keeps its id and day.
    pub(super) digest: String,
    /// Whether its titles are in Japanese.
    pub(super) japanese: bool,
    /// What the import made of the head of the document.
    pub(super) made: Map<String, Value>,
    /// The catalogue but for its groups and controls.
    pub(super) head: Map<String, Value>,
    /// In the order of the document.
    pub(super) items: Vec<(String, Item)>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    /// Its id in OSCAL, where that is not the one that an export would make; null where it has none.
    pub(super) oscal_id: Option<Value>,
    /// Its title, where a module cannot hold it as it is.
    pub(super) title: Option<String>,
    /// What the language takes it to be part of, where that is not so: `None` for the catalogue itself.
    pub(super) top: bool,
    /// It is withdrawn, and the language cannot say so: what is below it is not.
    pub(super) withdrawn_alone: bool,
    pub(super) rest: Map<String, Value>,
}

impl Sidecar {
    pub(super) fn text(&self) -> String {
        let items: Map<String, Value> =
            self.items.iter().map(|(id, item)| (id.clone(), item.value())).collect();
        let value = json!({
            "schema": SCHEMA,
            "catalog": self.catalog,
            "digest": self.digest,
            "language": if self.japanese { "ja" } else { "en" },
            "made": self.made,
            "document": self.head,
            "items": items,
        });
        let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
        text.push('\n');
        text
    }

    /// # Errors
    /// What is wrong with the file.
    pub(super) fn parse(text: &str) -> Result<Sidecar, Label> {
        let value: Value = serde_json::from_str(text).map_err(|e| {
            Label::new(format!("JSONとして読めません: {e}"), format!("this cannot be read as JSON: {e}"))
        })?;
        if value.field("schema") != SCHEMA {
            return Err(Label::new(
                format!("`schema` が `{SCHEMA}` ではありません"),
                format!("its `schema` is not `{SCHEMA}`"),
            ));
        }
        let object = |name: &str| value.field(name).as_object().cloned().unwrap_or_default();
        let item = |(id, value): (String, Value)| Some((id, Item::of(value)?));
        let items: Option<Vec<(String, Item)>> = object("items").into_iter().map(item).collect();
        let items = items.ok_or_else(|| {
            Label::new("`items` の値はオブジェクトです", "the values of `items` are objects")
        })?;
        Ok(Sidecar {
            catalog: value.field("catalog").as_str().unwrap_or("").to_owned(),
            digest: value.field("digest").as_str().unwrap_or("").to_owned(),
            japanese: value.field("language") == "ja",
            made: object("made"),
            head: object("document"),
            items,
        })
    }
}

impl Item {
    fn value(&self) -> Value {
        let mut out = Map::new();
        if let Some(id) = &self.oscal_id {
            out.insert("oscal-id".to_owned(), id.clone());
        }
        if let Some(title) = &self.title {
            out.insert("title".to_owned(), title.as_str().into());
        }
        for (name, holds) in [("top", self.top), ("withdrawn-alone", self.withdrawn_alone)] {
            if holds {
                out.insert(name.to_owned(), true.into());
            }
        }
        if !self.rest.is_empty() {
            out.insert("oscal".to_owned(), self.rest.clone().into());
        }
        out.into()
    }

    fn of(value: Value) -> Option<Item> {
        let Value::Object(mut fields) = value else { return None };
        let rest = match fields.remove("oscal") {
            Some(Value::Object(rest)) => rest,
            _ => Map::new(),
        };
        Some(Item {
            oscal_id: fields.remove("oscal-id"),
            title: fields.get("title").and_then(Value::as_str).map(str::to_owned),
            top: fields.contains_key("top"),
            withdrawn_alone: fields.contains_key("withdrawn-alone"),
            rest,
        })
    }
}
