//! What all pages that leave share: text that stays text, a policy that allows no connection, and colours.

mod writer;

use data_encoding::BASE64;
use kijun_text::Lang;
use sha2::{Digest, Sha256};

pub(crate) use writer::Html;

/// Colours by role, light and dark, and the colours of verdicts.
pub(crate) const TOKENS: &str = include_str!("tokens.css");
/// The same on paper: light, and as they are.
pub(crate) const PRINT_TOKENS: &str = include_str!("print-tokens.css");

/// Nothing may be loaded, connected to or sent; only this style and this script may run; and the script may not make
/// markup out of text.
pub(crate) fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text.as_bytes())));
    format!(
        "default-src 'none'; connect-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        hash(script),
        hash(style)
    )
}

/// JSON that no parser of HTML takes for markup. `<` stands only within its strings.
pub(crate) fn inert(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// A text as content of an element or of an attribute in double quotes.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The template with each `{{name}}` replaced, in one pass: what is put in is not looked at again.
pub(crate) fn filled(template: &str, parts: &[(&str, &str)]) -> String {
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

/// A text as a string of CSS, with the quotes: whatever is not a letter or a digit stands as its number.
pub(crate) fn css_string(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || c == ' ';
    let one = |c: char| if plain(c) { c.to_string() } else { format!("\\{:x} ", u32::from(c)) };
    format!("\"{}\"", text.chars().map(one).collect::<String>())
}

/// The value of the attribute `lang`.
pub(crate) fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "ja",
        Lang::En => "en",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_not_looked_at_again() {
        assert_eq!(filled("{{a}}-{{b}}-{{c}}", &[("a", "{{b}}"), ("b", "2")]), "{{b}}-2-");
        assert_eq!(filled("no end {{a", &[("a", "1")]), "no end 1");
    }

    #[test]
    fn a_string_of_css_ends_where_it_should() {
        assert_eq!(css_string("港 A\"</style>"), "\"港 A\\22 \\3c \\2f style\\3e \"");
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(inert(r#"{"a":"</script>"}"#), r#"{"a":"\u003c/script>"}"#);
        assert_eq!(escaped("<a href=\"&\">"), "&lt;a href=&quot;&amp;&quot;&gt;");
    }
}
