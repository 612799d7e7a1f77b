//! A catalogue as it stands in a document.

use serde_json::{Map, Value};

use kijun_text::{Label, Span};

use super::super::json::{At, Fields, Reader};
use super::super::names::OSCAL_VERSION;
use super::shape;
use crate::pack::Names;

pub(super) struct Document {
    /// The whole catalogue.
    pub(super) whole: Value,
    /// Everything of the catalogue but its groups and controls.
    pub(super) head: Map<String, Value>,
    /// In the order of the document, parents first.
    pub(super) nodes: Vec<Node>,
}

/// A group or a control.
pub(super) struct Node {
    /// As the language can write it.
    pub(super) id: String,
    /// As the document writes it; a group may have none.
    pub(super) oscal_id: Option<String>,
    pub(super) is_group: bool,
    pub(super) parent: Option<usize>,
    pub(super) title: String,
    /// Everything else but what is below it.
    pub(super) rest: Map<String, Value>,
    pub(super) path: String,
    pub(super) span: Span,
}

const CATALOG: [&str; 4] = ["uuid", "metadata", "params", "back-matter"];
const ITEM: [&str; 5] = ["class", "params", "props", "links", "parts"];

/// Reads the document; problems and losses are with the reader.
pub(super) fn document(reader: &mut Reader<'_>, root: At<'_>) -> Option<Document> {
    let mut root = reader.fields(root)?;
    root.take("$schema");
    let catalog = reader.required(&mut root, "catalog")?;
    for (name, at) in root.rest() {
        unknown(reader, name, &at);
    }
    let mut fields = reader.fields(catalog.clone())?;
    let uuid = reader.uuid(&mut fields);
    let mut head = Map::new();
    head.insert("uuid".to_owned(), uuid.into());
    let metadata = reader.required(&mut fields, "metadata")?;
    head.insert("metadata".to_owned(), self::metadata(reader, &metadata)?);
    let mut walk = Walk { names: Names::default(), nodes: Vec::new() };
    walk.children(reader, &mut fields, None);
    rest(reader, fields, &CATALOG, &mut head);
    // What stands twice was reported where it was read.
    let whole = reader.quietly(|reader| reader.verbatim(&catalog));
    Some(Document { whole, head, nodes: walk.nodes })
}

pub(in super::super) fn metadata(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Value> {
    let mut fields = reader.fields(at.clone())?;
    for name in ["title", "last-modified", "version"] {
        reader.required(&mut fields, name).and_then(|at| reader.prose(&at));
    }
    let version =
        reader.required(&mut fields, "oscal-version").and_then(|at| Some((reader.string(&at)?, at)));
    if let Some((text, at)) = version
        && !text.starts_with("1.")
    {
        let what = Label::new(
            format!("OSCAL {text} の文書を {OSCAL_VERSION} として読みました"),
            format!("a document of OSCAL {text} was read as one of {OSCAL_VERSION}"),
        );
        reader.lost(what, &at.path, at.span);
    }
    let value = reader.verbatim(at);
    if let Some(props) = value.get("props") {
        shape::report(reader, at, "props", shape::props(props));
    }
    Some(value)
}

struct Walk {
    names: Names,
    nodes: Vec<Node>,
}

impl Walk {
    fn children(&mut self, reader: &mut Reader<'_>, fields: &mut Fields<'_>, parent: Option<usize>) {
        for (name, is_group) in [("groups", true), ("controls", false)] {
            let Some(list) = fields.take(name) else { continue };
            for at in reader.list(list) {
                self.node(reader, at, is_group, parent);
            }
        }
    }

    fn node(
        &mut self,
        reader: &mut Reader<'_>,
        at: At<'_>,
        is_group: bool,
        parent: Option<usize>,
    ) -> Option<()> {
        let (path, span) = (at.path.clone(), at.span);
        let mut fields = reader.fields(at)?;
        let id = if is_group { fields.take("id") } else { reader.required(&mut fields, "id") };
        let oscal_id = id.as_ref().and_then(|at| reader.token(at));
        let title = reader.required(&mut fields, "title").and_then(|at| reader.prose(&at));
        // What has no proper id is reported, or is a group; what is below it is looked at all the same.
        let given = match &oscal_id {
            Some(token) => self.names.give(&super::super::names::id_of_token(token)),
            None => Some(self.names.number("group")),
        };
        if given.is_none() {
            let token = oscal_id.as_deref().unwrap_or("");
            let first = self.nodes.iter().find(|n| n.oscal_id.as_deref() == Some(token));
            let first = first.map_or("", |n| &n.path);
            reader.wrong(
                &path,
                id.map_or(span, |at| at.span),
                &format!("id `{token}` は {first} にもあります。番号は一つの文書で一度だけ使えます"),
                &format!(
                    "the id `{token}` stands at {first} too; an id names one group or control of a document"
                ),
            );
        }
        let own = self.nodes.len();
        let (id, title) = (given.unwrap_or_default(), title.unwrap_or_default());
        self.nodes.push(Node { id, oscal_id, is_group, parent, title, rest: Map::new(), path, span });
        self.children_of(reader, &mut fields, own, is_group);
        let mut kept = Map::new();
        rest(reader, fields, &ITEM, &mut kept);
        if let Some(node) = self.nodes.get_mut(own) {
            node.rest = kept;
        }
        Some(())
    }

    fn children_of(&mut self, reader: &mut Reader<'_>, fields: &mut Fields<'_>, own: usize, is_group: bool) {
        if is_group {
            self.children(reader, fields, Some(own));
        } else if let Some(list) = fields.take("controls") {
            for at in reader.list(list) {
                self.node(reader, at, false, Some(own));
            }
        }
    }
}

/// What is left of an object, as it is; what OSCAL does not know there is said.
fn rest(reader: &mut Reader<'_>, fields: Fields<'_>, known: &[&str], out: &mut Map<String, Value>) {
    for (name, at) in fields.rest() {
        let value = reader.verbatim(&at);
        match name {
            "props" => shape::report(reader, &at, "", shape::props(&value)),
            "links" => shape::report(reader, &at, "", shape::links(&value)),
            "params" => shape::report(reader, &at, "", shape::params(&value)),
            "parts" => shape::report(reader, &at, "", shape::parts(&value)),
            _ => {}
        }
        if !known.contains(&name) {
            unknown(reader, name, &at);
        }
        out.insert(name.to_owned(), value);
    }
}

fn unknown(reader: &mut Reader<'_>, name: &str, at: &At<'_>) {
    let name: String = name.chars().take(60).collect();
    let what = Label::new(
        format!("`{name}` はここに書けるOSCAL {OSCAL_VERSION} の項目ではありません。そのまま残しました"),
        format!("`{name}` is no field of OSCAL {OSCAL_VERSION} here; it is kept as it is"),
    );
    reader.lost(what, &at.path, at.span);
}
