//! What a line says about itself: `{"facility": "minato", "as_of": "2026-11-22", "facts": {…}}`. The facts are only
//! delimited here; the reader of JSON fact files reads them.

use std::ops::Range;

use kijun_text::{Diagnostic, FileId, Label, Span, nearest};

use crate::commands::iso_day;

const KEYS: [&str; 3] = ["facility", "as_of", "facts"];

/// A line that can be read on.
#[derive(Debug, PartialEq)]
pub(super) struct Envelope {
    pub(super) facility: String,
    /// Days since 1970-01-01, where the line states a day of its own.
    pub(super) as_of: Option<i32>,
    /// Bytes of the line at which its facts stand.
    pub(super) facts: Range<usize>,
}

/// A line that cannot be read on, with the facility as far as it was said.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) facility: Option<String>,
    pub(super) problems: Vec<Diagnostic>,
}

/// Reads the line `text`, which is the text of `file`.
pub(super) fn parse(text: &str, file: FileId) -> Result<Envelope, Refused> {
    let mut scan =
        Scan { text, file, at: 0, seen: Vec::new(), found: Found::default(), problems: Vec::new() };
    match scan.line() {
        Ok(()) => scan.check_complete(),
        Err(problem) => scan.problems.push(*problem),
    }
    let Found { facility, as_of, facts } = scan.found;
    match (facility, facts) {
        (Some(facility), Some(facts)) if scan.problems.is_empty() => Ok(Envelope { facility, as_of, facts }),
        (facility, _) => Err(Refused { facility, problems: scan.problems }),
    }
}

#[derive(Default)]
struct Found {
    facility: Option<String>,
    as_of: Option<i32>,
    facts: Option<Range<usize>>,
}

struct Scan<'l> {
    text: &'l str,
    file: FileId,
    /// The next byte.
    at: usize,
    seen: Vec<(&'static str, Span)>,
    found: Found,
    problems: Vec<Diagnostic>,
}

type Step<T> = Result<T, Box<Diagnostic>>;

impl Scan<'_> {
    /// The whole line: one object, and nothing after it.
    fn line(&mut self) -> Step<()> {
        self.blanks();
        if !self.take(b'{') {
            return Err(self.no_object());
        }
        self.blanks();
        if !self.take(b'}') {
            self.members()?;
        }
        self.blanks();
        if self.at < self.text.len() { Err(self.more_than_one()) } else { Ok(()) }
    }

    fn members(&mut self) -> Step<()> {
        loop {
            self.blanks();
            let key = self.string()?;
            self.blanks();
            if !self.take(b':') {
                return Err(self.unexpected("`:`"));
            }
            self.blanks();
            let value = self.value()?;
            self.member(key, value);
            self.blanks();
            if self.take(b'}') {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// The bytes of a string with its quotes.
    fn string(&mut self) -> Step<Range<usize>> {
        let start = self.at;
        if !self.take(b'"') {
            return Err(self.unexpected("`\"`"));
        }
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or(&[]);
            let Some(found) = memchr::memchr2(b'"', b'\\', rest) else { return Err(self.cut_off()) };
            let is_end = rest.get(found) == Some(&b'"');
            self.at += found + if is_end { 1 } else { 2 };
            if is_end {
                return Ok(start..self.at);
            }
        }
    }

    /// The bytes of any value. Brackets are counted, not matched, and comments passed over: what is in the value is
    /// for its reader to judge.
    fn value(&mut self) -> Step<Range<usize>> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string().map(drop)?,
            Some(b'{' | b'[') => self.brackets()?,
            _ => {
                while self.peek().is_some_and(|b| !matches!(b, b',' | b'}' | b']' | b' ' | b'\t' | b'\r')) {
                    self.at += 1;
                }
            }
        }
        if self.at == start { Err(self.unexpected("a value")) } else { Ok(start..self.at) }
    }

    fn brackets(&mut self) -> Step<()> {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'/' => {
                    self.comment()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
        Err(self.cut_off())
    }

    /// `/* … */`; a `//` would run to the end of the line.
    fn comment(&mut self) -> Step<()> {
        let rest = self.text.get(self.at..).unwrap_or("");
        if rest.starts_with("//") {
            return Err(self.cut_off());
        }
        let Some(inner) = rest.strip_prefix("/*") else {
            self.at += 1;
            return Ok(());
        };
        match inner.find("*/") {
            Some(end) => self.at += end + 4,
            None => return Err(self.cut_off()),
        }
        Ok(())
    }

    fn member(&mut self, key: Range<usize>, value: Range<usize>) {
        let span = self.span(key.clone());
        let name: String = self.decoded(key.clone()).unwrap_or_default();
        let Some(known) = KEYS.into_iter().find(|k| *k == name) else {
            return self.problems.push(unknown_key(&name, span));
        };
        if let Some((_, first)) = self.seen.iter().find(|(k, _)| *k == known) {
            return self.problems.push(twice(known, span, *first));
        }
        self.seen.push((known, span));
        match known {
            "facility" => self.facility(value),
            "as_of" => self.as_of(value),
            _ => self.facts(value),
        }
    }

    fn facility(&mut self, value: Range<usize>) {
        match self.decoded::<String>(value.clone()) {
            Some(id) if !id.trim().is_empty() => self.found.facility = Some(id),
            _ => {
                let message =
                    Label::new("`facility` は施設の id です", "`facility` is the id of the facility");
                let problem = self.problem(value, message);
                self.problems.push(problem.help(
                    "\"minato\" のような、空でない文字列を書きます",
                    "write a text that is not empty, such as \"minato\"",
                ));
            }
        }
    }

    fn as_of(&mut self, value: Range<usize>) {
        let text = self.decoded::<Option<String>>(value.clone());
        let day = text.as_ref().map(|t| t.as_deref().map(iso_day));
        match day {
            Some(None) => {}
            Some(Some(Some(day))) => self.found.as_of = Some(day),
            _ => {
                let message = Label::new("`as_of` は日付です", "`as_of` is a date");
                let problem = Diagnostic::error("K0505", self.span(value), message);
                self.problems
                    .push(problem.help("\"2026-11-22\" のように書きます", "write it as \"2026-11-22\""));
            }
        }
    }

    fn facts(&mut self, value: Range<usize>) {
        if self.text.as_bytes().get(value.start) == Some(&b'{') {
            self.found.facts = Some(value);
            return;
        }
        let message = Label::new("`facts` は台帳の表です", "`facts` is a table of registers");
        let problem = self.problem(value, message);
        self.problems.push(problem.help(
            "{\"contract\": [{\"id\": \"c1\", …}]} のように書きます",
            "write it as {\"contract\": [{\"id\": \"c1\", …}]}",
        ));
    }

    /// What a complete line must say.
    fn check_complete(&mut self) {
        for key in ["facility", "facts"] {
            if self.seen.iter().any(|(k, _)| *k == key) {
                continue;
            }
            let message =
                Label::new(format!("この行に `{key}` がありません"), format!("this line has no `{key}`"));
            let problem = self.problem(0..1, message);
            self.problems.push(form(problem));
        }
    }

    fn decoded<T: serde::de::DeserializeOwned>(&self, range: Range<usize>) -> Option<T> {
        serde_json::from_str(self.text.get(range)?).ok()
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    fn problem(&self, range: Range<usize>, message: Label) -> Diagnostic {
        Diagnostic::error("K0508", self.span(range), message)
    }

    fn no_object(&self) -> Box<Diagnostic> {
        let message = Label::new("この行は JSON のオブジェクトではありません", "this line is no JSON object");
        Box::new(form(self.problem(self.at..self.at + 1, message)))
    }

    fn more_than_one(&self) -> Box<Diagnostic> {
        let message =
            Label::new("1行に1施設を超えるものがあります", "there is more than one facility on this line");
        let problem = self.problem(self.at..self.text.len(), message);
        Box::new(problem.help("施設ごとに改行してください", "put each facility on a line of its own"))
    }

    fn unexpected(&self, wanted: &str) -> Box<Diagnostic> {
        if self.at >= self.text.len() {
            return self.cut_off();
        }
        let message = Label::new(
            format!("JSON として読めません: ここには {wanted} が来ます"),
            format!("this is not valid JSON: {wanted} is expected here"),
        );
        Box::new(form(self.problem(self.at..self.at + 1, message)))
    }

    fn cut_off(&self) -> Box<Diagnostic> {
        let end = self.text.len();
        let message = Label::new("この行は途中で終わっています", "this line ends in the middle of its JSON");
        Box::new(self.problem(end..end, message).help(
            "1施設を改行なしで1行に書き、行の最後まで送ってください",
            "write a facility on one line without line breaks, and send the line to its end",
        ))
    }
}

/// Says what a line looks like.
fn form(problem: Diagnostic) -> Diagnostic {
    let example = "{\"facility\": \"minato\", \"facts\": {…}}";
    problem.help(format!("{example} のように書きます"), format!("write it as {example}"))
}

fn unknown_key(name: &str, span: Span) -> Diagnostic {
    let message =
        Label::new(format!("`{name}` という項目は行にありません"), format!("a line has no key `{name}`"));
    let problem = Diagnostic::error("K0508", span, message)
        .help("使えるのは `facility`、`as_of`、`facts` です", "there are: `facility`, `as_of`, `facts`");
    problem.suggest(nearest(name, KEYS))
}

fn twice(key: &str, again: Span, first: Span) -> Diagnostic {
    let message = Label::new(format!("`{key}` が2回あります"), format!("`{key}` is stated twice"));
    Diagnostic::error("K0511", again, message)
        .note(first, "1回目はここです", "it stands here first")
        .help("どちらかを消してください", "keep one of them")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (Option<String>, Vec<String>) {
        let refused = parse(text, FileId(0)).unwrap_err();
        let shown = refused.problems.iter().map(|p| format!("{}@{} {}", p.code, p.span.start, p.message.en));
        (refused.facility, shown.collect())
    }

    #[test]
    fn a_line_gives_its_facility_and_where_its_facts_stand() {
        let text =
            r#" { "facts" : {"a":"}\"]", /* } */ "b":[{}]} , "as_of":"1970-01-02", "facility":"\u6e2f\"" } "#;
        let envelope = parse(text, FileId(0)).unwrap();
        assert_eq!((envelope.facility.as_str(), envelope.as_of), ("港\"", Some(1)));
        assert_eq!(&text[envelope.facts], r#"{"a":"}\"]", /* } */ "b":[{}]}"#);
        let text = r#"{"facility":"a","as_of":null,"facts":{}}"#;
        assert_eq!(parse(text, FileId(0)).unwrap().as_of, None);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place_and_the_facility() {
        let a = Some("a".to_owned());
        let one = |text: &str| vec![text.to_owned()];
        assert_eq!(refused("[1]"), (None, one("K0508@0 this line is no JSON object")));
        assert_eq!(
            refused(r#"{"facility":"a","facts":{"contract":[{"id":"c"#),
            (a.clone(), one("K0508@45 this line ends in the middle of its JSON"))
        );
        assert_eq!(
            refused(r#"{"facility":"a","facts":{}} {}"#),
            (a.clone(), one("K0508@28 there is more than one facility on this line"))
        );
        assert_eq!(
            refused(r#"{"facility":"a" "facts":{}}"#),
            (a.clone(), one("K0508@16 this is not valid JSON: `,` or `}` is expected here"))
        );
        assert_eq!(
            refused(r#"{"facility":"a","fact":{},"as_of":"2026-13-01"}"#),
            (
                a.clone(),
                vec![
                    "K0508@16 a line has no key `fact`".to_owned(),
                    "K0505@34 `as_of` is a date".to_owned(),
                    "K0508@0 this line has no `facts`".to_owned()
                ]
            )
        );
        assert_eq!(
            refused(r#"{"facility":"a","facility":"b","facts":null}"#),
            (
                a,
                vec![
                    "K0511@16 `facility` is stated twice".to_owned(),
                    "K0508@39 `facts` is a table of registers".to_owned()
                ]
            )
        );
        assert_eq!(
            refused(r#"{"facility":7,"facts":{}}"#).1,
            one("K0508@12 `facility` is the id of the facility")
        );
    }

    #[test]
    fn no_line_makes_the_scan_panic() {
        let seed =
            r#"{"facility":"港","as_of":"2026-11-22","facts":{"契約":[{"id":"c\\",/*x*/"a":[1,null]}]}}"#;
        let noise = ["\"", "{", "}", "[", "]", ":", ",", "\\", "/", "//", "/*", "港", " "];
        let mut state = 1_u64;
        let mut random = |n: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % n
        };
        for _ in 0..4000 {
            let mut chars: Vec<char> = seed.chars().collect();
            for _ in 0..=random(3) {
                let (at, long) = (random(chars.len()), random(4));
                let end = (at + long).min(chars.len());
                chars.splice(at..end, noise[random(noise.len())].chars());
            }
            let text: String = chars.into_iter().collect();
            if let Ok(envelope) = parse(&text, FileId(0)) {
                assert!(text[envelope.facts].starts_with('{'));
            }
        }
    }
}
