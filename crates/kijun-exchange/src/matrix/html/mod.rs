//! A matrix as one page that needs nothing else: style, script and data stand in the file, and its policy allows no
//! connection.

mod data;
mod interned;
mod words;

#[cfg(test)]
mod tests;

use kijun_text::Lang;

use super::MatrixContext;
use crate::html::{PRINT_TOKENS, TOKENS, code, escaped, filled, inert, policy};

const PAGE: &str = concat!(include_str!("../../html/head.html"), include_str!("page.html"));
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
    let style = format!("{TOKENS}{STYLE}{PRINT_TOKENS}{PRINT}");
    let parts = [
        ("lang", code(lang)),
        ("title", &escaped(title)),
        ("policy", &policy(&style, &script)),
        ("style", &style),
        ("data", &inert(data)),
        ("script", &script),
    ];
    filled(PAGE, &parts)
}
