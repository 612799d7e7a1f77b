//! What backs a record or an attribute: `_evidence` in TOML, JSON and YAML, columns in a table.

use std::ops::Range;

use kijun_text::{Diagnostic, Label, fold_width, nearest};

use super::expect::{self, short};
use super::names;
use super::reader::Reader;
use super::scalar::{Problem, date_of, is_unknown};
use super::tree::{Data, Entry, Node};
use crate::schema::{AttrId, KindId};
use crate::store::{Evidence, EvidenceId, NO_EVIDENCE};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Source,
    AsOf,
    RecordedBy,
    ValidUntil,
    Grade,
    Remark,
}

const KEYS: [(Key, &str, &str); 6] = [
    (Key::Source, "source", "出典"),
    (Key::AsOf, "as_of", "基準日"),
    (Key::RecordedBy, "recorded_by", "記録者"),
    (Key::ValidUntil, "valid_until", "有効期限"),
    (Key::Grade, "grade", "等級"),
    (Key::Remark, "remark", "備考"),
];

/// Grades from the weakest; their place is their code in the built-in enum `grade`.
const GRADES: [(&str, &str); 5] = [
    ("oral", "口頭"),
    ("declared", "自己申告"),
    ("documented", "書面"),
    ("observed", "実地確認"),
    ("audited", "監査済"),
];

/// The evidence of one record.
pub(crate) struct RecordEvidence {
    record: EvidenceId,
    by_attribute: Vec<(AttrId, EvidenceId)>,
    /// What the record's evidence names as its source.
    pub(crate) source: Option<String>,
}

impl RecordEvidence {
    pub(crate) fn none() -> RecordEvidence {
        RecordEvidence { record: NO_EVIDENCE, by_attribute: Vec::new(), source: None }
    }

    /// Of the whole record, as a table states it.
    pub(crate) fn of_record(reader: &mut Reader, evidence: Evidence) -> RecordEvidence {
        RecordEvidence {
            source: evidence.source.clone(),
            record: add(reader, evidence),
            by_attribute: Vec::new(),
        }
    }

    /// What backs an attribute: its own evidence, else the record's.
    pub(crate) fn of(&self, attr: AttrId) -> EvidenceId {
        self.by_attribute.iter().find(|(a, _)| *a == attr).map_or(self.record, |(_, e)| *e)
    }
}

fn add(reader: &mut Reader, evidence: Evidence) -> EvidenceId {
    if evidence == Evidence::default() { NO_EVIDENCE } else { reader.builder.add_evidence(evidence) }
}

/// The key with this name or Japanese label.
pub(crate) fn key(text: &str) -> Option<Key> {
    let text = fold_width(text.trim()).to_lowercase();
    KEYS.iter().find(|(_, name, ja)| *name == text || *ja == text).map(|(key, ..)| *key)
}

/// Whether a header of a table that is no attribute is about evidence: `_source` or 出典.
pub(crate) fn column(header: &str) -> Option<Key> {
    let header = header.trim();
    match header.strip_prefix(['_', '＿']) {
        Some(name) => key(name),
        None => KEYS.iter().find(|(.., ja)| *ja == fold_width(header)).map(|(key, ..)| *key),
    }
}

/// Reads `_evidence`: keys of evidence for the record, and a table for each attribute of its own.
pub(crate) fn read(reader: &mut Reader, kind: KindId, node: &Node) -> RecordEvidence {
    let Some(entries) = node.as_map() else {
        if !node.is_blank() {
            reader.report(not_a_table(), node.range.clone());
        }
        return RecordEvidence::none();
    };
    let (own, record): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|e| e.value.as_map().is_some());
    let evidence = collect(reader, record.into_iter());
    let mut read = RecordEvidence::of_record(reader, evidence);
    for entry in own {
        let found = names::attribute(reader, kind, &entry.key, entry.key_range.clone());
        if let (Some(attr), Some(entries)) = (found, entry.value.as_map()) {
            let evidence = collect(reader, entries.iter());
            let evidence = add(reader, evidence);
            read.by_attribute.push((attr, evidence));
        }
    }
    read
}

fn collect<'e>(reader: &mut Reader, entries: impl Iterator<Item = &'e Entry>) -> Evidence {
    let mut evidence = Evidence::default();
    let mut seen: Vec<(Key, Range<usize>)> = Vec::new();
    for entry in entries {
        let Some(key) = key(&entry.key) else {
            unknown_key(reader, &entry.key, entry.key_range.clone());
            continue;
        };
        if let Some((_, first)) = seen.iter().find(|(k, _)| *k == key) {
            let (again, first) = (reader.span(entry.key_range.clone()), reader.span(first.clone()));
            reader.builder.report(stated_twice(&entry.key, again, first));
            continue;
        }
        seen.push((key, entry.key_range.clone()));
        let range = entry.value.range.clone();
        match &entry.value.data {
            Data::Null => {}
            Data::Text(text) => state(reader, &mut evidence, key, text, range),
            Data::Date(text) if matches!(key, Key::AsOf | Key::ValidUntil) => {
                state(reader, &mut evidence, key, text, range);
            }
            _ => {
                let written = reader.excerpt(range.clone());
                reader.report(not_a_text(key, &written), range);
            }
        }
    }
    evidence
}

/// Adds what one text says about evidence; blank and `?` say nothing.
pub(crate) fn state(reader: &mut Reader, evidence: &mut Evidence, key: Key, text: &str, range: Range<usize>) {
    let is_date = matches!(key, Key::AsOf | Key::ValidUntil);
    let day = reader.epoch.filter(|_| is_date).and_then(|epoch| epoch.day(text));
    let text = day.as_deref().unwrap_or(text);
    if let Err(problem) = try_state(evidence, key, text) {
        reader.report(problem, range);
    }
}

/// As [`state`], for who reports nothing.
pub(crate) fn try_state(evidence: &mut Evidence, key: Key, text: &str) -> Result<(), Box<Problem>> {
    let text = text.trim();
    if text.is_empty() || is_unknown(text) {
        return Ok(());
    }
    match key {
        Key::Source => evidence.source = Some(text.to_owned()),
        Key::RecordedBy => evidence.recorded_by = Some(text.to_owned()),
        Key::AsOf => evidence.as_of = Some(date_of(text)?),
        Key::ValidUntil => evidence.valid_until = Some(date_of(text)?),
        Key::Grade => evidence.grade = Some(grade(text)?),
        Key::Remark => evidence.remark = Some(text.to_owned()),
    }
    Ok(())
}

fn grade(text: &str) -> Result<u32, Box<Problem>> {
    let folded = fold_width(text).to_lowercase();
    if let Some(code) = GRADES.iter().position(|(name, ja)| *name == folded || *ja == folded) {
        return Ok(code as u32);
    }
    let quoted = short(text);
    let problem = Problem::new(
        "K0509",
        Label::new(format!("等級 `{quoted}` はありません"), format!("there is no grade `{quoted}`")),
    );
    Err(problem.help(match short_nearest(text, GRADES.iter().flat_map(|(name, ja)| [*name, *ja])) {
        Some(name) => expect::did_you_mean(name),
        None => {
            let list = |f: fn(&(&str, &str)) -> String| GRADES.iter().map(f).collect::<Vec<_>>().join(", ");
            Label::new(
                format!("弱い順に {}", list(|(_, ja)| format!("`{ja}`"))),
                format!("from the weakest: {}", list(|(name, _)| format!("`{name}`"))),
            )
        }
    }))
}

/// Among a handful of names a suggestion costs little, whatever their number of misspellings.
fn short_nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    nearest(&short(text), names)
}

/// Reports a key that evidence does not have.
pub(crate) fn unknown_key(reader: &mut Reader, text: &str, range: Range<usize>) {
    let text = &*short(text);
    let message =
        Label::new(format!("証拠の項目 `{text}` はありません"), format!("evidence has no key `{text}`"));
    let name = text.trim_start_matches('_');
    let help = match short_nearest(name, KEYS.iter().flat_map(|(_, name, ja)| [*name, *ja])) {
        Some(name) => expect::did_you_mean(name),
        None => {
            let all = KEYS.iter().map(|(_, name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            Label::new(format!("証拠の項目: {all}"), format!("its keys are {all}"))
        }
    };
    reader.report(Problem::new("K0509", message).help(help), range);
}

/// An error about what is stated a second time.
pub(crate) fn stated_twice(text: &str, again: kijun_text::Span, first: kijun_text::Span) -> Diagnostic {
    let text = short(text);
    let message = Label::new(format!("`{text}` が2回あります"), format!("`{text}` is stated twice"));
    Diagnostic::error("K0511", again, message)
        .label("2回目は読みません", "the second one is not read")
        .note(first, "1回目はここです", "it stands here first")
        .help("どちらか一方にしてください", "keep one of them")
}

fn not_a_table() -> Box<Problem> {
    let message = Label::new("`_evidence` は表で書きます", "`_evidence` is a table");
    let example = "`_evidence = { source = \"契約書PDF\", grade = \"documented\" }`";
    Problem::new("K0509", message).help(Label::new(format!("例: {example}"), format!("such as {example}")))
}

fn not_a_text(key: Key, written: &str) -> Box<Problem> {
    let date = matches!(key, Key::AsOf | Key::ValidUntil);
    let (ja, en) = if date { ("日付", "a date") } else { ("文字列", "a text") };
    let message = Label::new(format!("`{written}` は{ja}ではありません"), format!("`{written}` is not {en}"));
    let help = if date {
        expect::date()
    } else {
        Label::new("引用符で囲んでください", "write it in quotes")
    };
    Problem::new("K0503", message).help(help)
}
