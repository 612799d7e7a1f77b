//! TOML, by `toml_edit`, which knows where every key and value stands.

use std::ops::Range;

use kijun_text::Label;
use toml_edit::{Document, Item, TableLike, TomlError, Value};

use super::tree::{Data, Entry, Node};
use super::{DEEPEST, SyntaxError};

/// The document as a tree.
pub(crate) fn parse(text: &str) -> Result<Vec<Node>, SyntaxError> {
    let document = Document::parse(text).map_err(|error| syntax_error(text, &error))?;
    Ok(vec![table(text, document.as_table(), 0..text.len(), 0)?])
}

fn syntax_error(text: &str, error: &TomlError) -> SyntaxError {
    let range = error.span().unwrap_or(0..0);
    let key = text.get(range.clone()).unwrap_or("");
    let found = SyntaxError::of("TOML", range, error.message().lines().next().unwrap_or(""));
    // Labels are fine as keys, but TOML has bare keys of ASCII only.
    if key.is_ascii() || !error.message().contains("unquoted key") {
        return found;
    }
    let help = Label::new(
        format!("TOML では日本語のキーを引用符で囲みます: `\"{key}\"`"),
        format!("in TOML a key that is not ASCII stands in quotes: `\"{key}\"`"),
    );
    SyntaxError { help, ..found }
}

fn table(text: &str, table: &dyn TableLike, range: Range<usize>, depth: usize) -> Result<Node, SyntaxError> {
    if depth > DEEPEST {
        return Err(SyntaxError::too_deep(range));
    }
    let mut entries = Vec::with_capacity(table.len());
    for (name, _) in table.iter() {
        let Some((key, value)) = table.get_key_value(name) else { continue };
        let key_range = key.span().unwrap_or(range.clone());
        if let Some(value) = item(text, value, &key_range, depth + 1)? {
            entries.push(Entry { key: name.to_owned(), key_range, value });
        }
    }
    Ok(Node::new(range, Data::Map(entries)))
}

/// A table that is only implied by the headers of others has no place of its own: its key's is used.
fn item(text: &str, item: &Item, key: &Range<usize>, depth: usize) -> Result<Option<Node>, SyntaxError> {
    let range = item.span().unwrap_or(key.clone());
    match item {
        Item::None => Ok(None),
        Item::Value(found) => value(text, found, range, depth).map(Some),
        Item::Table(found) => table(text, found, range, depth).map(Some),
        Item::ArrayOfTables(tables) => {
            let place = |t: &toml_edit::Table| t.span().unwrap_or(range.clone());
            let nodes: Result<_, _> = tables.iter().map(|t| table(text, t, place(t), depth + 1)).collect();
            Ok(Some(Node::new(range, Data::List(nodes?))))
        }
    }
}

fn value(text: &str, found: &Value, range: Range<usize>, depth: usize) -> Result<Node, SyntaxError> {
    if depth > DEEPEST {
        return Err(SyntaxError::too_deep(range));
    }
    let written = || text.get(range.clone()).unwrap_or("").replace('_', "");
    let data = match found {
        Value::String(s) => Data::Text(s.value().clone()),
        Value::Boolean(b) => Data::Bool(*b.value()),
        Value::Integer(n) => Data::Number(n.value().to_string()),
        // As written: a binary fraction would not give the decimal back.
        Value::Float(_) => Data::Number(written()),
        Value::Datetime(_) => Data::Date(written()),
        Value::InlineTable(inner) => return table(text, inner, range, depth),
        Value::Array(array) => {
            let place = |v: &Value| v.span().unwrap_or(range.clone());
            let nodes: Result<_, _> = array.iter().map(|v| value(text, v, place(v), depth + 1)).collect();
            Data::List(nodes?)
        }
    };
    Ok(Node::new(range, data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::testing::outline;

    #[test]
    fn every_key_and_value_has_its_place() {
        let text = "[\"契約\".b]\nid = \"a\" # 備考\nfee = 1_000.5\nsigned = 2026-04-01\nkeys = [ \"x\", 'y' ]\n\n[[k]]\nn = 1_0\nd.e = true\n";
        assert_eq!(
            outline(text, &parse(text).ok().unwrap()[0]),
            "契約@\"契約\" {b@b {id@id Text(\"a\")@\"a\" fee@fee Number(\"1000.5\")@1_000.5 signed@signed \
             Date(\"2026-04-01\")@2026-04-01 keys@keys [Text(\"x\")@\"x\" Text(\"y\")@'y']}} \
             k@k [{n@n Number(\"10\")@1_0 d@d {e@e Bool(true)@true}}]"
        );
    }

    #[test]
    fn syntax_errors_and_depth_have_a_place() {
        let error = parse("a = 1\nb = \n").err().unwrap();
        assert_eq!(error.range.start, 10);
        let error = parse("a = 1\n契約 = 2\n").err().unwrap();
        assert_eq!(error.help.en, "in TOML a key that is not ASCII stands in quotes: `\"契約\"`");
        let keys = vec!["k"; 70].join(".");
        assert!(parse(&format!("[{keys}]\na = 1")).is_err());
        let lists = format!("a = {}{}", "[".repeat(5000), "]".repeat(5000));
        assert!(parse(&lists).is_err());
        // The longest chains that the parser lets through must not exhaust the stack when they are dropped.
        let keys = vec!["k"; 79].join(".");
        let tables = format!("[{keys}]\na = {}1{}", format!("{{ {keys} = ").repeat(78), " }".repeat(78));
        assert!(parse(&tables).is_err());
    }
}
