//! What the language says of an item of OSCAL, found in what stands in the document.

use super::super::json::Field;
use std::collections::BTreeMap;

use kijun_text::nfc;
use serde_json::{Map, Value};

use super::text::{self, Params, in_oscal};

/// Of one group or control.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// The statement in plain lines.
    pub(super) text: String,
    /// Its label, where that is not its id.
    pub(super) alias: String,
    /// With the items that took its content over.
    pub(super) withdrawn: Option<Vec<String>>,
    /// Where its content went, that is no item here.
    pub(super) elsewhere: Vec<String>,
}

/// Which item (by its id in the language) an id of the document belongs to: a group, a control, or a part of one.
pub(super) type Owners = BTreeMap<String, String>;

pub(super) fn own(owners: &mut Owners, item: &str, oscal_id: Option<&str>, rest: &Map<String, Value>) {
    if let Some(id) = oscal_id {
        owners.insert(id.to_owned(), item.to_owned());
    }
    parts(owners, item, rest.get("parts"));
}

fn parts(owners: &mut Owners, item: &str, list: Option<&Value>) {
    for part in list.and_then(Value::as_array).into_iter().flatten() {
        if let Some(id) = part.field("id").as_str() {
            owners.entry(id.to_owned()).or_insert_with(|| item.to_owned());
        }
        parts(owners, item, part.get("parts"));
    }
}

/// The relations of a link that say where the content of a withdrawn control went.
pub(super) const DESTINATIONS: [&str; 2] = ["incorporated-into", "moved-to"];

pub(super) fn is_destination(link: &Value) -> bool {
    link.field("rel").as_str().is_some_and(|rel| DESTINATIONS.contains(&rel))
}

pub(super) fn is_withdrawal(prop: &Value) -> bool {
    prop.field("name") == "status"
        && in_oscal(prop)
        && prop.field("value").as_str().is_some_and(|v| v.eq_ignore_ascii_case("withdrawn"))
}

pub(super) fn facts(id: &str, rest: &Map<String, Value>, params: &Params<'_>, owners: &Owners) -> Facts {
    let list = |name: &str| rest.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let label = text::label(rest.get("props")).map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
    let alias = label.map(|l| nfc(&l).into_owned()).filter(|l| l != id).unwrap_or_default();
    let (mut into, mut elsewhere) = (Vec::new(), Vec::new());
    let is_withdrawn = list("props").iter().any(is_withdrawal);
    for link in list("links").iter().filter(|l| is_withdrawn && is_destination(l)) {
        let href = link.field("href").as_str().unwrap_or("");
        match href.strip_prefix('#').and_then(|target| owners.get(target)) {
            Some(owner) if owner == id => elsewhere.push(href.to_owned()),
            Some(owner) if into.contains(owner) => {}
            Some(owner) => into.push(owner.clone()),
            None => elsewhere.push(href.to_owned()),
        }
    }
    let text = nfc(&text::rendered(rest, params)).into_owned();
    Facts { text, alias, withdrawn: is_withdrawn.then_some(into), elsewhere }
}
