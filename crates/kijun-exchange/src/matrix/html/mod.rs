//! A matrix as one page that needs nothing else: style, script and data stand in the file, and its policy allows no
//! connection.

mod data;
mod interned;
mod words;

#[cfg(test)]
mod tests;

use data_encoding::BASE64;
use kijun_text::Lang;
use sha2::{Digest, Sha256};

use super::MatrixContext;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const PRINT: &str = include_str!("print.css");
/// One program in several files, in this order.
const SCRIPT: [&str; 10] = [
    include_str!("script/texts.js"),
    include_str!("script/data.js"),
    include_str!("script/elements.js"),
    include_str!("script/filter.js"),
    include_str!("script/heat.js"),
    include_str!("script/summary.js"),
    include_str!("script/grid.js"),
    include_str!("script/panel.js"),
    include_str!("script/print.js"),
    include_str!("script/main.js"),
];

/// The page; `lang` is the language in which it opens.
///
/// # Errors
/// Those of writing JSON into memory: none in practice.
pub fn matrix_html(context: &MatrixContext<'_>, lang: Lang) -> Result<String, serde_json::Error> {
    let data = serde_json::to_string(&data::PageData::new(context, lang))?;
    let title = match (lang, context.assessed) {
        (Lang::Ja, Some(a)) => format!("対応表 {}", a.title.or(lang, a.facility)),
        (Lang::Ja, None) => "対応表".to_owned(),
        (Lang::En, Some(a)) => format!("Coverage matrix, {}", a.title.or(lang, a.facility)),
        (Lang::En, None) => "Coverage matrix".to_owned(),
    };
    Ok(assembled(lang, &title, &data))
}

fn assembled(lang: Lang, title: &str, data: &str) -> String {
    let script = format!("(() => {{\n'use strict';\n{}}})();\n", SCRIPT.concat());
    let style = format!("{STYLE}{PRINT}");
    let code = match lang {
        Lang::Ja => "ja",
        Lang::En => "en",
    };
    let parts = [
        ("lang", code),
        ("title", &escaped(title)),
        ("policy", &policy(&style, &script)),
        ("style", &style),
        ("data", &inert(data)),
        ("script", &script),
    ];
    filled(PAGE, &parts)
}

/// Nothing may be loaded, connected to or sent; only this style and this script may run; and the script may not make
/// markup out of text.
fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text.as_bytes())));
    format!(
        "default-src 'none'; connect-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        hash(script),
        hash(style)
    )
}

/// JSON that no parser of HTML takes for markup. `<` stands only within its strings.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The template with each `{{name}}` replaced, in one pass: what is put in is not looked at again.
fn filled(template: &str, parts: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        let part = parts.iter().find(|(n, _)| *n == name);
        out.push_str(part.map_or("", |(_, text)| text));
        rest = after;
    }
    out.push_str(rest);
    out
}
