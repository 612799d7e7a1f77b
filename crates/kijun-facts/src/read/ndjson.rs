//! NDJSON: one JSON object a line, a record each of the kind after which the file is called. Lines are parsed in
//! parallel, some thousands at a time, so that the trees of a large file never exist together.

use std::ops::Range;

use kijun_text::Label;
use rayon::prelude::*;

use super::reader::Reader;
use super::tree::Node;
use super::{COMPLETE, SyntaxError, document, json, names};

/// How many lines are parsed before their records are read.
const LINES: usize = 4096;

/// Reads all lines; one that is no JSON takes nothing with it but itself.
pub(crate) fn read(reader: &mut Reader) {
    let (text, stem) = (reader.text, reader.stem);
    let lines = lines(text);
    let kind = match lines.first() {
        Some(first) if stem != COMPLETE => match names::kind(reader, stem, first.start..first.start + 1) {
            Some(kind) => Some(kind),
            None => return,
        },
        _ => None,
    };
    for some in lines.chunks(LINES) {
        let parsed: Vec<Result<Node, SyntaxError>> = some.par_iter().map(|line| parse(text, line)).collect();
        for line in parsed {
            match (line, kind) {
                (Ok(node), Some(kind)) => document::line(reader, kind, &node),
                (Ok(node), None) => document::read(reader, &node),
                (Err(error), _) => {
                    let diagnostic = error.diagnostic(reader.file, text);
                    reader.builder.report(diagnostic);
                }
            }
        }
    }
}

/// The lines that are not blank, without white space around them.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let inner = super::scalar::trimmed(line);
        if !inner.is_empty() {
            found.push(start + inner.start..start + inner.end);
        }
        start += line.len() + 1;
    }
    found
}

fn parse(text: &str, line: &Range<usize>) -> Result<Node, SyntaxError> {
    let parsed = json::parse_at(text.get(line.clone()).unwrap_or(""), line.start);
    parsed.map_err(|error| SyntaxError {
        help: Label::new(
            "直すまで、この行だけが読まれません",
            "this line alone is not read until it is put right",
        ),
        ..error
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Facts, schema};
    use crate::store::Register;

    const LINES: &str = "{\"id\": \"c1\", \"条項\": [\"守秘義務\", \"?\"], \"signed\": \"令和8年4月1日\", \"staff\": 1200}\r\n\n  \
        {\"id\": \"c2\", \"escrow\": true, \"deputies\": [\"a\"], \"_evidence\": {\"grade\": \"書面\"}}\n";

    #[test]
    fn lines_are_records_as_in_a_list() {
        let vendor = ("vendor.jsonl", "{\"id\": \"a\"}");
        let facts = Facts::read(schema(), &[("facts/契約.ndjson", LINES), vendor]);
        assert_eq!(facts.errors(), "");
        assert_eq!(
            facts.cells(),
            "contract.c1.clauses = { confidentiality, ? }\ncontract.c1.signed = 2026-04-01\ncontract.c1.staff = 1200\n\
             contract.c2.escrow = true\ncontract.c2.deputies = { a }"
        );
        assert_eq!(facts.origins("c2"), "true | [\"a\"]");
        assert_eq!(facts.evidence("c2", "escrow"), "- 2 -");
        let list = format!("[{}]", LINES.trim().replace("\r\n\n", ","));
        let as_list = Facts::read(schema(), &[("contract.json", list.as_str()), vendor]);
        assert_eq!((as_list.errors(), as_list.cells()), (facts.errors(), facts.cells()));
    }

    #[test]
    fn a_bad_line_takes_nothing_with_it() {
        let text = "{\"id\": \"a\", \"name\": \"A\"}\n{\"id\": \"b\", \n[]\n{\"id\": \"c\", \"name\": 3}\n{\"name\": \"D\"}";
        let facts = Facts::read(schema(), &[("vendor.ndjson", text)]);
        let errors = facts.errors();
        let lines: Vec<&str> = errors.lines().collect();
        assert!(
            lines[0].starts_with("K0508 vendor.ndjson:2:")
                && lines[0].contains("this line alone is not read"),
            "{errors}"
        );
        assert!(lines[1].starts_with("K0503 vendor.ndjson:3:1 `[]`"), "{errors}");
        assert!(lines[2].starts_with("K0503 vendor.ndjson:4:21 `3`: `3` is not a text"), "{errors}");
        assert!(lines[3].starts_with("K0506 vendor.ndjson:5:1"), "{errors}");
        assert_eq!((lines.len(), facts.cells().as_str()), (4, "vendor.a.name = A\nvendor.c.name = unknown"));
    }

    #[test]
    fn the_file_names_the_kind_or_is_about_registers() {
        let errors = |path: &str, text: &str| Facts::read(schema(), &[(path, text)]).errors();
        assert!(
            errors("vendr.jsonl", "\n{}\n{}")
                .starts_with("K0501 vendr.jsonl:2:1 `{`: there is no entity kind")
        );
        assert_eq!(errors("vendor.jsonl", "\n"), "", "a template is no mistake");
        let facts = Facts::read(schema(), &[("_complete.jsonl", "{\"vendor\": true}\n{\"契約\": false}\n")]);
        assert_eq!(facts.errors(), "");
        assert_eq!(facts.register("vendor"), Register::Complete);
        assert_eq!(facts.register("contract"), Register::Incomplete);
    }

    #[test]
    fn places_are_right_beyond_one_batch() {
        let text: String =
            (0..9000).map(|i| format!("{{\"id\": \"v{i}\", \"name\": \"事業者{i}\"}}\n")).collect();
        let facts = Facts::read(schema(), &[("vendor.ndjson", text.as_str())]);
        assert_eq!(facts.errors(), "");
        assert_eq!(facts.origins("v8999"), "\"事業者8999\"");
    }
}
