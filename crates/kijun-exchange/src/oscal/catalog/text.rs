//! The text of a control: its statement, with the labels of its items and the parameters in their places.

use super::super::json::Field;
use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// How deep a parameter may stand in another.
const DEEPEST: usize = 8;
/// How many parameters are put into the text of one item: parameters that hold each other are not followed for ever.
const MOST: u32 = 2_000;

/// The parameters of a document, by id.
pub(super) type Params<'v> = BTreeMap<&'v str, &'v Value>;

pub(super) fn add_params<'v>(out: &mut Params<'v>, rest: &'v Map<String, Value>) {
    for param in rest.get("params").and_then(Value::as_array).into_iter().flatten() {
        if let Some(id) = param.field("id").as_str() {
            out.entry(id).or_insert(param);
        }
    }
}

/// The longest text that stands for a parameter; its id stands for what is longer.
const LONGEST: usize = 1_000;

/// Parameters while the text of one item is made.
struct Inserts<'p, 'v> {
    params: &'p Params<'v>,
    left: Cell<u32>,
}

/// The parts that say what a control asks for.
pub(super) fn is_statement(part: &Value, parts: &[Value]) -> bool {
    let named = |part: &Value, name: &str| part.field("name") == name && in_oscal(part);
    let has_statement = parts.iter().any(|p| named(p, "statement"));
    named(part, if has_statement { "statement" } else { "overview" })
}

/// Whether a name is one of OSCAL's own.
pub(super) fn in_oscal(value: &Value) -> bool {
    value.get("ns").is_none_or(|ns| ns == super::super::names::OSCAL_NS)
}

/// The statement in plain lines; empty where there is none.
pub(super) fn rendered(rest: &Map<String, Value>, params: &Params<'_>) -> String {
    let parts = rest.get("parts").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let params = Inserts { params, left: Cell::new(MOST) };
    let mut lines = Vec::new();
    for part in parts.iter().filter(|p| is_statement(p, parts)) {
        lines_of(part, &params, 0, &mut lines);
    }
    lines.join("\n").trim().to_owned()
}

fn lines_of(part: &Value, params: &Inserts<'_, '_>, depth: usize, out: &mut Vec<String>) {
    let prose = part.field("prose").as_str().unwrap_or("");
    let prose = inserted(prose, params, DEEPEST).replace("\r\n", "\n");
    let label = label(part.get("props")).unwrap_or("");
    let line = format!("{label} {}", prose.trim());
    if !line.trim().is_empty() {
        out.push(format!("{}{}", "  ".repeat(depth), line.trim()));
    }
    let below = part.field("parts").as_array().map_or(&[][..], Vec::as_slice);
    let depth = if line.trim().is_empty() { depth } else { depth + 1 };
    below.iter().for_each(|part| lines_of(part, params, depth, out));
}

/// The first property `label` without a class.
pub(super) fn label(props: Option<&Value>) -> Option<&str> {
    let list = props?.as_array()?;
    let found = list.iter().find(|p| p.field("name") == "label" && in_oscal(p) && p.get("class").is_none());
    found?.field("value").as_str()
}

/// `{{ insert: param, ac-1_prm_1 }}` by what the parameter says of itself.
fn inserted(prose: &str, params: &Inserts<'_, '_>, left: usize) -> String {
    let mut out = String::with_capacity(prose.len());
    let mut rest = prose;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, after)) = after.split_once("}}") else { break };
        out.push_str(before);
        let id = inside.trim();
        let id = id.strip_prefix("insert:").map_or(id, str::trim);
        let id = id.strip_prefix("param,").map_or(id, str::trim);
        let found = params.params.get(id).filter(|_| left > 0 && params.left.get() > 0);
        match found {
            Some(param) => out.push_str(&placeholder(param, id, params, left - 1)),
            None => out.push_str(&format!("{{{{{inside}}}}}")),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What stands in the text for a parameter: its values, else what is to be assigned or selected.
fn placeholder(param: &Value, id: &str, params: &Inserts<'_, '_>, left: usize) -> String {
    params.left.set(params.left.get().saturating_sub(1));
    let text = described(param, params, left);
    text.filter(|text| text.len() <= LONGEST).unwrap_or_else(|| format!("[Assignment: {id}]"))
}

fn described(param: &Value, params: &Inserts<'_, '_>, left: usize) -> Option<String> {
    let texts = |list: &Value| -> Vec<String> {
        let list = list.as_array().map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(Value::as_str).map(|t| inserted(t, params, left)).collect()
    };
    let values = texts(param.field("values"));
    if !values.is_empty() {
        return Some(values.join(", "));
    }
    let choices = texts(param.field("select").field("choice"));
    if !choices.is_empty() {
        let how_many = param.field("select").field("how-many").as_str().unwrap_or("").replace('-', " ");
        let how_many = if how_many.is_empty() { how_many } else { format!(" ({how_many})") };
        return Some(format!("[Selection{how_many}: {}]", choices.join("; ")));
    }
    let label = param.field("label").as_str().map(|t| inserted(t, params, left))?;
    Some(format!("[Assignment: {label}]"))
}
