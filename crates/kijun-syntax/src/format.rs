//! The one layout of Kijun text.
//!
//! It changes nothing but the white space between tokens, and what it writes depends on nothing but
//! the tokens and the author's line breaks: so it loses no comment and no byte of meaning, and
//! formatting twice is formatting once.

mod columns;
mod lines;
mod tokens;

use crate::{SyntaxError, parse};

/// The text laid out anew. Text with syntax errors is refused, with the errors.
pub fn format(text: &str) -> Result<String, Vec<SyntaxError>> {
    let parsed = parse(text);
    if !parsed.errors.is_empty() {
        return Err(parsed.errors);
    }
    let mut lines = lines::split(tokens::of_tree(&parsed.tree, text));
    lines::indent(&mut lines);
    columns::align(&mut lines);
    lines::hang(&mut lines);
    Ok(lines::print(&lines))
}

#[cfg(test)]
mod tests;
