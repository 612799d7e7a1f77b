//! YAML, from the events of `saphyr-parser`: building the tree here bounds its depth, refuses aliases
//! (a few of which can stand for billions of values) and keeps every key's place.

use std::borrow::Cow;
use std::ops::Range;

use kijun_text::Label;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};

use super::tree::{Data, Entry, Node};
use super::{DEEPEST, SyntaxError};

/// Every document of the file as a tree.
pub(crate) fn parse(text: &str) -> Result<Vec<Node>, SyntaxError> {
    let mut loader = Loader { text, places: Places::new(text), stack: Vec::new(), documents: Vec::new() };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| loader.syntax_error(&error))?;
        let range = loader.range(span.start, span.end);
        loader.event(event, range)?;
    }
    Ok(loader.documents)
}

/// A list or map whose end has not come yet.
struct Open {
    start: usize,
    data: Data,
    /// The key of a map whose value comes next.
    key: Option<(String, Range<usize>)>,
}

struct Loader<'t> {
    text: &'t str,
    places: Places<'t>,
    stack: Vec<Open>,
    documents: Vec<Node>,
}

impl Loader<'_> {
    fn event(&mut self, event: Event, range: Range<usize>) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(text, style, _, tag) => {
                refuse_tag(tag.as_deref(), &range)?;
                self.scalar(text, style, tag.is_some(), range)
            }
            Event::SequenceStart(_, tag) => self.open(Data::List(Vec::new()), tag.as_deref(), range),
            Event::MappingStart(_, tag) => self.open(Data::Map(Vec::new()), tag.as_deref(), range),
            Event::SequenceEnd | Event::MappingEnd => self.close(range),
            Event::Alias(_) => Err(alias(range)),
            _ => Ok(()),
        }
    }

    fn open(&mut self, data: Data, tag: Option<&Tag>, range: Range<usize>) -> Result<(), SyntaxError> {
        refuse_tag(tag, &range)?;
        if self.expects_key() {
            return Err(SyntaxError::of("YAML", range, "a list or map cannot be a key"));
        }
        if self.stack.len() >= DEEPEST {
            return Err(SyntaxError::too_deep(range));
        }
        self.stack.push(Open { start: range.start, data, key: None });
        Ok(())
    }

    fn close(&mut self, range: Range<usize>) -> Result<(), SyntaxError> {
        let Some(open) = self.stack.pop() else { return Ok(()) };
        // A block ends where the next token begins; its last value ends earlier.
        let bracket = self.text.get(open.start..).is_some_and(|t| t.starts_with(['[', '{']));
        let last = match &open.data {
            Data::List(nodes) => nodes.last().map(|n| n.range.end),
            Data::Map(entries) => entries.last().map(|e| e.value.range.end),
            _ => None,
        };
        let end = if bracket { range.end } else { last.unwrap_or(range.end) };
        self.push(Node::new(open.start..end.max(open.start), open.data));
        Ok(())
    }

    fn scalar(
        &mut self,
        text: Cow<str>,
        style: ScalarStyle,
        tagged: bool,
        range: Range<usize>,
    ) -> Result<(), SyntaxError> {
        if self.expects_key() {
            if let Some(open) = self.stack.last_mut() {
                open.key = Some((text.into_owned(), range));
            }
            return Ok(());
        }
        let plain = style == ScalarStyle::Plain && !tagged;
        let null = plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
        let data = if null { Data::Null } else { Data::Text(text.into_owned()) };
        self.push(Node::new(range, data));
        Ok(())
    }

    /// Whether the next node is a key of the innermost map.
    fn expects_key(&self) -> bool {
        self.stack.last().is_some_and(|open| matches!(open.data, Data::Map(_)) && open.key.is_none())
    }

    fn push(&mut self, node: Node) {
        match self.stack.last_mut() {
            None => self.documents.push(node),
            Some(Open { data: Data::Map(entries), key, .. }) => {
                if let Some((key, key_range)) = key.take() {
                    entries.push(Entry { key, key_range, value: node });
                }
            }
            Some(Open { data: Data::List(nodes), .. }) => nodes.push(node),
            Some(_) => {}
        }
    }

    fn range(&mut self, start: Marker, end: Marker) -> Range<usize> {
        let start = self.places.byte(start.index());
        let end = self.places.byte(end.index()).max(start);
        // Some scalars are given with the white space that follows them.
        let text = self.text.get(start..end).unwrap_or("");
        start..start + text.trim_end().len()
    }

    fn syntax_error(&mut self, error: &ScanError) -> SyntaxError {
        let at = self.places.byte(error.marker().index());
        let found = SyntaxError::of("YAML", at..at, error.info());
        match question_mark(self.text, at) {
            Some(mark) => SyntaxError {
                range: mark,
                help: Label::new(
                    "YAML では `\"?\"` と引用符で囲んでください",
                    "in YAML write `\"?\"`, in quotes",
                ),
                ..found
            },
            None => found,
        }
    }
}

/// The `?` without quotes in the line of an error, or the line before it: in YAML it opens a key, and is the likely reason.
fn question_mark(text: &str, at: usize) -> Option<Range<usize>> {
    let before = text.get(..at)?;
    let start = before.trim_end_matches(['\n', '\r', ' ']).rfind('\n').map_or(0, |i| i + 1);
    let end = text.get(at..)?.find('\n').map_or(text.len(), |i| at + i);
    let lines = text.get(start..end)?;
    let found = lines.match_indices('?').find(|(i, _)| {
        let before = lines.get(..*i).and_then(|s| s.chars().next_back());
        let after = lines.get(i + 1..).and_then(|s| s.chars().next());
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '[' | ','))
            && after.is_none_or(|c| c.is_whitespace() || matches!(c, ']' | '}' | ','))
    });
    found.map(|(i, _)| start + i..start + i + 1)
}

fn alias(range: Range<usize>) -> SyntaxError {
    SyntaxError {
        range,
        message: Label::new("YAML の別名(`*`)は使えません", "aliases of YAML are not supported"),
        help: Label::new("値をその場に書いてください", "write the value out where it is meant"),
    }
}

/// Tags of the core schema (`!!str`) change nothing here; any other would be dropped.
fn refuse_tag(tag: Option<&Tag>, range: &Range<usize>) -> Result<(), SyntaxError> {
    match tag {
        Some(tag) if !tag.is_yaml_core_schema() => Err(SyntaxError {
            range: range.clone(),
            message: Label::new(
                format!("YAML のタグ `{tag}` は使えません"),
                format!("the tag `{tag}` of YAML is not supported"),
            ),
            help: Label::new("タグを取ってください", "leave the tag out"),
        }),
        _ => Ok(()),
    }
}

/// Bytes of characters: the parser counts the latter.
struct Places<'t> {
    text: &'t str,
    /// Byte of every [`STEP`]th character.
    marks: Vec<u32>,
}

const STEP: usize = 64;

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Places<'t> {
        let ascii = text.is_ascii();
        let marks = if ascii {
            Vec::new()
        } else {
            text.char_indices().step_by(STEP).map(|(i, _)| i as u32).collect()
        };
        Places { text, marks }
    }

    fn byte(&self, index: usize) -> usize {
        if self.marks.is_empty() {
            return index.min(self.text.len());
        }
        let Some(mark) = self.marks.get(index / STEP) else { return self.text.len() };
        let start = *mark as usize;
        let rest = self.text.get(start..).unwrap_or("");
        rest.char_indices().nth(index % STEP).map_or(self.text.len(), |(i, _)| start + i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::testing::outline;

    #[test]
    fn every_key_and_value_has_its_place() {
        let text = "# 備考😀\n契約:  # 備考\n  - id: a-1   # 備考\n    条項: [守秘義務, \"?\", ]\n    fee: 1.50\n    x: ~\n  - {id: 'b', 名: 港 病院 }\n\
            空:\n種:\n  折: 長い\n    文\n";
        let expected = "契約@契約 [{id@id Text(\"a-1\")@a-1 条項@条項 [Text(\"守秘義務\")@守秘義務 Text(\"?\")@\"?\"] \
            fee@fee Text(\"1.50\")@1.50 x@x Null@~} {id@id Text(\"b\")@'b' 名@名 Text(\"港 病院\")@港 病院}] \
            空@空 Null@ 種@種 {折@折 Text(\"長い 文\")@長い\n    文}";
        assert_eq!(outline(text, &parse(text).ok().unwrap()[0]), expected);
        let windows = text.replace('\n', "\r\n");
        assert_eq!(outline(&windows, &parse(&windows).ok().unwrap()[0]), expected.replace('\n', "\r\n"));
    }

    #[test]
    fn blocks_end_with_their_last_value() {
        let text = "契約:\n  - id: a\n    n: 8\n\n  # 備考\n  - {id: b}\n\n";
        let root = &parse(text).ok().unwrap()[0];
        let list = &root.as_map().unwrap()[0].value;
        let Data::List(records) = &list.data else { panic!("{list:?}") };
        assert_eq!(&text[records[0].range.clone()], "id: a\n    n: 8");
        assert_eq!(&text[records[1].range.clone()], "{id: b}");
    }

    #[test]
    fn aliases_tags_and_depth_are_errors() {
        let message = |text: &str| parse(text).err().map(|e| (e.message.en, text[e.range].to_owned()));
        assert_eq!(
            message("a: &x 1\nb: *x\n"),
            Some(("aliases of YAML are not supported".into(), "*x".into()))
        );
        assert_eq!(
            message("a: !env X"),
            Some(("the tag `!env` of YAML is not supported".into(), "!env X".into()))
        );
        assert_eq!(message("a: !!str 1"), None);
        assert!(parse("? [a]\n: 1").is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&format!("a: {}1{}", "[".repeat(70), "]".repeat(70))).is_err());
        let blocks: String = (0..200).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
        assert!(message(&blocks).unwrap().0.contains("nested more than 64 deep"));
        assert!(parse(&"- ".repeat(100_000)).is_err());
    }

    #[test]
    fn a_bare_question_mark_gets_its_help() {
        for text in ["a: ?\n", "a:\n  b: ?\n  c: 1\n", "a: ? # 備考\n", "a:\r\n  契約: ?\r\n  c: 1\r\n"] {
            let error = parse(text).err().unwrap();
            assert_eq!(
                (&text[error.range], error.help.en.as_str()),
                ("?", "in YAML write `\"?\"`, in quotes"),
                "{text}"
            );
        }
        assert_eq!(
            outline("a: [x, ?]", &parse("a: [x, ?]").ok().unwrap()[0]),
            "a@a [Text(\"x\")@x Text(\"?\")@?]"
        );
    }

    #[test]
    fn several_documents_are_all_read() {
        assert_eq!(parse("a: 1\n---\nb: 2\n").ok().unwrap().len(), 2);
        assert!(parse("").ok().unwrap().is_empty());
    }
}
