//! From text to a syntax tree that holds every byte, and back to formatted text. pest is inside, nothing of pest is outside. No
//! names are resolved here.

mod errors;
mod format;
mod grammar;
mod kind;
mod parse;
mod text;
mod tree;

pub use errors::DECLARATIONS;
pub use format::{Part, format, format_parts};
pub use kind::Kind;
pub use parse::{MAX_NESTING, Parse, SyntaxError, lex, parse, parse_expression};
pub use text::{quoted, unescape};
pub use tree::Node;
