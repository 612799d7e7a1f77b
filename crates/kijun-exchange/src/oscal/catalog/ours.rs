//! What OSCAL has no field for: properties and parts in our namespace.

use super::super::json::Field;
use kijun_engine::program::{Mark, Weight};
use kijun_text::{Label, nfc};
use serde_json::{Map, Value, json};

use super::super::export::prop;
use super::super::names::{NS, mark_of};
use crate::pack::{CatalogDraft, ItemDraft, LevelDraft, weight_of};

/// The name of the part that holds a summary in our own words.
const SUMMARY: &str = "summary";
const ROLES: [&str; 5] = ["administrator", "purchaser", "user", "vendor", "management"];

fn push(out: &mut Vec<Value>, name: &'static str, text: &str) {
    if !text.is_empty() {
        out.extend(serde_json::to_value(prop(name, text)));
    }
}

fn push_both(out: &mut Vec<Value>, names: [&'static str; 2], label: &Label) {
    push(out, names[0], &label.ja);
    push(out, names[1], &label.en);
}

/// The title in the other language than the document's.
pub(super) fn push_other_title(out: &mut Vec<Value>, title: &Label, japanese: bool) {
    if !title.ja.is_empty() && !title.en.is_empty() {
        if japanese { push(out, "title-en", &title.en) } else { push(out, "title-ja", &title.ja) }
    }
}

/// Properties for what only the language says of an item. `said` is what the document says by itself.
pub(super) fn item_props(item: &ItemDraft, japanese: bool) -> Vec<Value> {
    let mut out = Vec::new();
    let words =
        |out: &mut Vec<Value>, name, words: &[String]| words.iter().for_each(|word| push(out, name, word));
    // First what an import leaves where it is, so that the order stays.
    words(&mut out, "basis", &item.basis);
    words(&mut out, "risk", &item.risks);
    push_other_title(&mut out, &item.title, japanese);
    push(&mut out, "level", &item.level);
    words(&mut out, "measure", &item.measure);
    words(&mut out, "audience", &item.audience);
    push(&mut out, "source", &item.source);
    push(&mut out, "mark", item.mark.map_or("", Mark::name));
    push_both(&mut out, ["note-ja", "note-en"], &item.note);
    out
}

/// A summary in our own words, which is no statement of the norm.
pub(super) fn summary_parts(summary: &Label) -> Vec<Value> {
    [("ja", &summary.ja), ("en", &summary.en)]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(class, text)| json!({ "name": SUMMARY, "ns": NS, "class": class, "prose": text }))
        .collect()
}

/// Properties for what only the language says of a catalogue.
pub(super) fn catalog_props(draft: &CatalogDraft) -> Vec<Value> {
    let mut out = Vec::new();
    push(&mut out, "catalog", &draft.name.alias);
    push(&mut out, "edition", &draft.name.edition);
    push(&mut out, "published", &draft.published);
    push(&mut out, "publisher", &draft.publisher);
    push(&mut out, "supersedes", &draft.supersedes);
    for LevelDraft { name, weight, title } in &draft.levels {
        let value =
            json!({ "name": name, "weight": weight.name(), "ja": title.ja, "en": title.en }).to_string();
        push(&mut out, "level", &value);
    }
    push(&mut out, "source", &draft.source);
    push(&mut out, "mark", draft.mark.map_or("", Mark::name));
    push_both(&mut out, ["note-ja", "note-en"], &draft.note);
    out
}

/// Whether a document of ours is in Japanese: its titles in the other language are properties.
pub(super) fn stated_japanese<'v>(rests: impl Iterator<Item = &'v Map<String, Value>>) -> Option<bool> {
    let props = rests.filter_map(|rest| rest.get("props")?.as_array()).flatten().filter(|p| is_ours(p));
    let mut titles = props.filter_map(|p| match p.field("name").as_str() {
        Some("title-ja") => Some(false),
        Some("title-en") => Some(true),
        _ => None,
    });
    titles.next()
}

pub(super) fn is_summary(part: &Value) -> bool {
    is_ours(part) && part.field("name") == SUMMARY
}

fn is_ours(value: &Value) -> bool {
    value.field("ns") == NS
}

/// The name and the text of a property of ours.
fn text_of(prop: &Value) -> Option<(String, String)> {
    let (name, value) = (prop.field("name").as_str()?, prop.field("value").as_str()?);
    let value = match prop.field("class") == "json" {
        true => serde_json::from_str::<String>(value).ok()?,
        false => value.to_owned(),
    };
    Some((name.to_owned(), nfc(&value).into_owned()))
}

/// Takes our properties and parts out of an item, into a draft. What cannot be taken stays.
pub(super) fn take_item(
    rest: &mut Map<String, Value>,
    item: &mut ItemDraft,
    levels: &[LevelDraft],
) -> Option<bool> {
    let mut included = None;
    let (mut other_ja, mut other_en) = (String::new(), String::new());
    let take = |prop: &Value| {
        let Some((name, text)) = text_of(prop).filter(|_| is_ours(prop)) else { return false };
        match name.as_str() {
            "title-ja" => other_ja = text,
            "title-en" => other_en = text,
            "level" if levels.iter().any(|l| l.name == text) => item.level = text,
            "measure" if ["technical", "operational"].contains(&text.as_str()) => item.measure.push(text),
            "audience" if ROLES.contains(&text.as_str()) => item.audience.push(text),
            "source" => item.source = text,
            "mark" if mark_of(&text).is_some() => item.mark = mark_of(&text),
            "note-ja" => item.note.ja = text,
            "note-en" => item.note.en = text,
            "kind" if text == "section" => item.is_section = true,
            "text" if text == "not-included" => included = Some(false),
            "text" if text == "included" => included = Some(true),
            _ => return false,
        }
        true
    };
    take_from(rest, "props", take);
    if !other_ja.is_empty() {
        item.title = Label::new(other_ja, std::mem::take(&mut item.title.ja));
    } else if !other_en.is_empty() {
        item.title.en = other_en;
    }
    take_from(rest, "parts", |part| {
        let (Some(text), true) = (part.field("prose").as_str(), is_summary(part)) else {
            return false;
        };
        let text = nfc(text).into_owned();
        if part.field("class") == "ja" {
            item.summary.ja = text
        } else {
            item.summary.en = text
        }
        true
    });
    included
}

/// Takes our properties out of the metadata of a catalogue.
pub(super) fn take_catalog(metadata: &mut Map<String, Value>, draft: &mut CatalogDraft) {
    let (mut other_ja, mut other_en) = (String::new(), String::new());
    take_from(metadata, "props", |prop| {
        let Some((name, text)) = text_of(prop).filter(|_| is_ours(prop)) else { return false };
        match name.as_str() {
            "catalog" => draft.name.alias = text,
            "edition" => draft.name.edition = text,
            "published" => draft.published = text,
            "publisher" => draft.publisher = text,
            "supersedes" => draft.supersedes = text,
            "source" => draft.source = text,
            "mark" if mark_of(&text).is_some() => draft.mark = mark_of(&text),
            "note-ja" => draft.note.ja = text,
            "note-en" => draft.note.en = text,
            "title-ja" => other_ja = text,
            "title-en" => other_en = text,
            "level" => match level(&text) {
                Some(level) => draft.levels.push(level),
                None => return false,
            },
            _ => return false,
        }
        true
    });
    if !other_ja.is_empty() {
        draft.title = Label::new(other_ja, std::mem::take(&mut draft.title.ja));
    } else if !other_en.is_empty() {
        draft.title.en = other_en;
    }
}

fn level(text: &str) -> Option<LevelDraft> {
    let value: Value = serde_json::from_str(text).ok()?;
    let of = |name: &str| value.field(name).as_str().unwrap_or("").to_owned();
    let weight: Weight = weight_of(value.field("weight").as_str()?)?;
    let name = Some(of("name")).filter(|name| crate::pack::is_alias(name))?;
    Some(LevelDraft { name, weight, title: Label::new(of("ja"), of("en")) })
}

/// Removes those elements of a list that are taken, and the list when nothing is left.
fn take_from(of: &mut Map<String, Value>, name: &str, mut take: impl FnMut(&Value) -> bool) {
    let Some(Value::Array(list)) = of.get_mut(name) else { return };
    let before = list.len();
    list.retain(|element| !take(element));
    if list.is_empty() && before > 0 {
        of.remove(name);
    }
}
