//! Whether properties, links, parameters and parts are built as OSCAL builds them.

use kijun_text::Label;
use serde_json::Value;

use super::super::json::{At, Reader};
use super::super::names::{is_string, is_token};

/// What is wrong, at a path below the value.
pub(super) struct Wrong {
    path: String,
    what: Label,
}

type Shape = Result<(), Wrong>;

/// Reports what is wrong below a value.
pub(super) fn report(reader: &mut Reader<'_>, at: &At<'_>, below: &str, shape: Shape) {
    let Err(Wrong { path, what }) = shape else { return };
    let below = if below.is_empty() { String::new() } else { format!("/{below}") };
    reader.wrong(&format!("{}{below}{path}", at.path), at.span, &what.ja, &what.en);
}

pub(super) fn props(value: &Value) -> Shape {
    each(value, |prop, path| {
        token(prop, "name", path, true)?;
        text(prop, "value", path, true)?;
        text(prop, "ns", path, false)?;
        text(prop, "class", path, false)
    })
}

pub(super) fn links(value: &Value) -> Shape {
    each(value, |link, path| {
        text(link, "href", path, true)?;
        text(link, "rel", path, false)
    })
}

pub(super) fn params(value: &Value) -> Shape {
    each(value, |param, path| {
        token(param, "id", path, true)?;
        text(param, "label", path, false)?;
        inside(param, "props", path, props)
    })
}

pub(super) fn parts(value: &Value) -> Shape {
    each(value, |part, path| {
        token(part, "name", path, true)?;
        token(part, "id", path, false)?;
        prose(part, path)?;
        inside(part, "props", path, props)?;
        inside(part, "links", path, links)?;
        inside(part, "parts", path, parts)
    })
}

fn each(value: &Value, check: impl Fn(&Value, &str) -> Shape) -> Shape {
    let Some(list) = value.as_array() else {
        return wrong("", "配列 [ ] を書きます", "an array [ ] belongs here");
    };
    for (i, element) in list.iter().enumerate() {
        let path = format!("/{i}");
        if !element.is_object() {
            return wrong(&path, "オブジェクト { } を書きます", "an object { } belongs here");
        }
        check(element, &path)?;
    }
    Ok(())
}

fn inside(of: &Value, name: &str, path: &str, check: impl Fn(&Value) -> Shape) -> Shape {
    let Some(value) = of.get(name) else { return Ok(()) };
    check(value).map_err(|w| Wrong { path: format!("{path}/{name}{}", w.path), ..w })
}

fn text(of: &Value, name: &str, path: &str, required: bool) -> Shape {
    field(
        of,
        name,
        path,
        required,
        |text| !text.is_empty(),
        "空でない文字列を書きます",
        "a string that is not empty belongs here",
    )
}

fn token(of: &Value, name: &str, path: &str, required: bool) -> Shape {
    let check = |text: &str| is_string(text) && is_token(text);
    let (ja, en) = (
        "トークン(文字か _ で始まり、文字・数字・. - _ だけ)を書きます",
        "a token (a letter or _ first, then letters, digits, . - _) belongs here",
    );
    field(of, name, path, required, check, ja, en)
}

fn prose(of: &Value, path: &str) -> Shape {
    field(of, "prose", path, false, |_| true, "文字列を書きます", "a string belongs here")
}

fn field(
    of: &Value,
    name: &str,
    path: &str,
    required: bool,
    check: impl Fn(&str) -> bool,
    ja: &str,
    en: &str,
) -> Shape {
    match of.get(name) {
        None if required => wrong(
            path,
            &format!("必須の `{name}` がありません"),
            &format!("`{name}` is missing; it is required"),
        ),
        None => Ok(()),
        Some(Value::String(text)) if check(text) => Ok(()),
        Some(_) => wrong(&format!("{path}/{name}"), ja, en),
    }
}

fn wrong(path: &str, ja: &str, en: &str) -> Shape {
    Err(Wrong { path: path.to_owned(), what: Label::new(ja, en) })
}
