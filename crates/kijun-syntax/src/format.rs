//! The one layout of Kijun text.
//!
//! It changes nothing but the white space between tokens, and what it writes depends on nothing but
//! the tokens and the author's line breaks: so it loses no comment and no byte of meaning, and
//! formatting twice is formatting once.

mod columns;
mod lines;
mod part;
mod tokens;

pub use part::{Part, format_parts};

use crate::{Node, SyntaxError, parse};

/// The text laid out anew. Text with syntax errors is refused, with the errors.
pub fn format(text: &str) -> Result<String, Vec<SyntaxError>> {
    let parsed = parse(text);
    if !parsed.errors.is_empty() {
        return Err(parsed.errors);
    }
    Ok(lines::print(&laid_out(&parsed.tree, text)))
}

fn laid_out<'t>(tree: &Node, text: &'t str) -> Vec<lines::Line<'t>> {
    let mut lines = lines::split(tokens::of_tree(tree, text));
    lines::indent(&mut lines);
    columns::align(&mut lines);
    lines::hang(&mut lines);
    lines
}

#[cfg(test)]
mod tests;
