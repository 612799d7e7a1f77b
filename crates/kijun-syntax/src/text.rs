//! What stands between the quotes of a string.

/// `"a\"b"` to `a"b`. `\n` is a line end; a backslash before anything else stands for that character.
pub fn unescape(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').unwrap_or(quoted);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

/// The other way: a text as a string of the language.
pub fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_from_its_string() {
        for text in ["", "a", "\"a\"", "\\n", "a\nb", "\\", "a\rb\t", "\\\"\n"] {
            assert_eq!(unescape(&quoted(text)), text, "{text:?}");
        }
    }
}
