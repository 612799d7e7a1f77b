//! GitHub-flavoured Markdown: tables, and text that stays text.

use std::fmt::Write as _;

/// Headings; the first `left` columns are set to the left, the others, figures, to the right.
pub(crate) fn table_head(heads: &[String], left: usize, out: &mut String) {
    row(heads, out);
    let rules = (0..heads.len()).map(|i| if i < left { "---" } else { "--:" }.to_owned());
    row(&rules.collect::<Vec<_>>(), out);
}

pub(crate) fn row(cells: &[String], out: &mut String) {
    line(out, &format!("| {} |", cells.join(" | ")));
}

pub(crate) fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

/// Text that means nothing but itself: no markup, no HTML, nobody mentioned, no issue referred to, one line.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.trim().chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push_str("<br>"),
            c if c.is_control() => {}
            // A comment keeps the sign apart from what follows it.
            '@' | '#' => {
                out.push(c);
                out.push_str("<!-- -->");
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Text inside HTML.
pub(crate) fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// An id as code, also within a table; its own backticks and bars cannot end it.
pub(crate) fn code(id: &str) -> String {
    let id: String = id.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let longest = id.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if id.starts_with('`') || id.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", id.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(
            escaped("a|b <script>&\n*c* @me #1"),
            "a\\|b &lt;script&gt;&amp;<br>\\*c\\* @<!-- -->me #<!-- -->1"
        );
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("`x``"), "``` `x`` ```");
    }
}
