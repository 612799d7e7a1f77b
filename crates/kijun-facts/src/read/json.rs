//! JSON, with comments and trailing commas, by `jsonc-parser`.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::tree::{Data, Entry, Node};
use super::{DEEPEST, SyntaxError};

/// The document as a tree.
pub(crate) fn parse(text: &str) -> Result<Vec<Node>, SyntaxError> {
    parse_at(text, 0).map(|node| vec![node])
}

/// A text as a tree; its places begin at byte `start`.
pub(crate) fn parse_at(text: &str, start: usize) -> Result<Node, SyntaxError> {
    // The parser and this reader recurse: the depth is checked before either does.
    if let Some(at) = too_deep(text) {
        return Err(SyntaxError::too_deep(start + at..start + at + 1));
    }
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &options).map_err(|error| {
        let range = error.range();
        SyntaxError::of("JSON", start + range.start..start + range.end, &error.kind().to_string())
    })?;
    match parsed.value {
        Some(value) => Ok(node(value, start)),
        None => Err(SyntaxError::of("JSON", start..start, "nothing stands here")),
    }
}

fn node(value: Value, start: usize) -> Node {
    let range = start + value.start()..start + value.end();
    let data = match value {
        Value::NullKeyword(_) => Data::Null,
        Value::BooleanLit(lit) => Data::Bool(lit.value),
        Value::NumberLit(lit) => Data::Number(lit.value.to_owned()),
        Value::StringLit(lit) => Data::Text(lit.value.into_owned()),
        Value::Array(array) => Data::List(array.elements.into_iter().map(|v| node(v, start)).collect()),
        Value::Object(object) => {
            let entry = |p: jsonc_parser::ast::ObjectProp| Entry {
                key_range: start + p.name.start()..start + p.name.end(),
                key: p.name.into_string(),
                value: node(p.value, start),
            };
            Data::Map(object.properties.into_iter().map(entry).collect())
        }
    };
    Node::new(range, data)
}

/// The byte of the bracket that opens one level too many, outside of strings and comments.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => while bytes.next().is_some_and(|(_, b)| skip_escape(b, &mut bytes)) {},
            b'/' if bytes.next_if(|(_, b)| *b == b'/').is_some() => {
                while bytes.next().is_some_and(|(_, b)| b != b'\n' && b != b'\r') {}
            }
            b'/' if bytes.next_if(|(_, b)| *b == b'*').is_some() => {
                while bytes
                    .next()
                    .is_some_and(|(_, b)| b != b'*' || bytes.peek().is_none_or(|(_, b)| *b != b'/'))
                {
                }
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Some(at);
        }
    }
    None
}

/// Whether the string goes on after this byte; what a backslash escapes is passed over.
fn skip_escape(byte: u8, rest: &mut impl Iterator<Item = (usize, u8)>) -> bool {
    if byte == b'\\' {
        rest.next();
    }
    byte != b'"'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::testing::outline;

    #[test]
    fn every_key_and_value_has_its_place() {
        let text =
            "// 備考\n{ \"契約\": [ { \"id\": \"a\\\"b\", \"fee\": 1.50, \"x\": null, \"y\": true }, ], }";
        assert_eq!(
            outline(text, &parse(text).ok().unwrap()[0]),
            "契約@\"契約\" [{id@\"id\" Text(\"a\\\"b\")@\"a\\\"b\" fee@\"fee\" Number(\"1.50\")@1.50 x@\"x\" Null@null \
             y@\"y\" Bool(true)@true}]"
        );
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(&deep(DEEPEST)).is_ok());
        assert_eq!(parse(&deep(DEEPEST + 1)).err().unwrap().range.start, DEEPEST);
        assert!(parse(&"[".repeat(1_000_000)).is_err());
        assert!(parse(&"{\"a\":".repeat(100_000)).is_err());
        let brackets = "[".repeat(100);
        assert!(
            parse(&format!("[\"{brackets}\\\"{brackets}\", // {brackets}\n/* {brackets} * / */ 1]")).is_ok()
        );
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        for text in ["", "{", "{a: 1}", "[1 2]", "{'a': 1}", "[1] [2]", "[0x10]", "nul"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
