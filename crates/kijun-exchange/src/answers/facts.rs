//! Answers as facts in TOML: each record once, each answer with what backs it.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::Program;
use kijun_facts::Store;
use kijun_text::{Label, nearest};

use super::{Given, Problem, Returned};
use crate::inquiry::Key;
use crate::toml_text::{key_text, one_line, quoted};

/// Facts with, for each line of theirs, the place of the answer that it comes from.
#[derive(Debug, Default)]
pub struct AnswerFacts {
    /// TOML, to be put into the folder of facts.
    pub toml: String,
    /// Answers that are facts now.
    pub taken: usize,
    /// Answers that say that it is not known.
    pub unknown: usize,
    /// What names nothing that is there.
    pub problems: Vec<Problem>,
    places: Vec<Option<String>>,
    pub(super) cells: Vec<(Key, String)>,
    /// Registers that are said to be complete, with the places where that is said.
    pub(super) complete: Vec<(String, String)>,
}

impl AnswerFacts {
    /// The place of the answer from which a line (from 1) comes.
    pub fn place_of(&self, line: u32) -> Option<&str> {
        self.places.get(line.checked_sub(1)? as usize)?.as_deref()
    }

    fn line(&mut self, text: &str, place: Option<&str>) {
        self.toml.push_str(text);
        self.toml.push('\n');
        self.places.push(place.map(str::to_owned));
    }
}

/// Writes what was returned in `file` as facts. `unread`: the places of answers that cannot be read as what they should be; they stay
/// unknown, and what was written is kept as a remark.
pub fn answer_facts(
    program: &Program,
    store: &Store,
    returned: &[Returned],
    file: &str,
    unread: &BTreeSet<String>,
) -> AnswerFacts {
    let mut facts = AnswerFacts::default();
    let file = one_line(file);
    facts.line(&format!("# {file}"), None);
    for of in returned.iter().filter(|of| !of.is_blank()) {
        let by = of.by.as_ref().map_or_else(String::new, |by| format!(" {}", one_line(&by.text)));
        facts.line(&format!("# {}{by}", one_line(&of.name)), None);
    }
    let all = returned.iter().flat_map(|of| of.given.iter().map(move |given| Answered { of, given }));
    Writer { program, store, file: &file, unread, facts: &mut facts }.write(all);
    facts
}

/// An answer with whose it is.
#[derive(Clone, Copy)]
struct Answered<'r> {
    of: &'r Returned,
    given: &'r Given,
}

struct Writer<'w> {
    program: &'w Program,
    store: &'w Store,
    file: &'w str,
    unread: &'w BTreeSet<String>,
    facts: &'w mut AnswerFacts,
}

impl Writer<'_> {
    /// Within one file of facts a record stands once, and so does the statement which registers are complete.
    fn write<'r>(&mut self, all: impl Iterator<Item = Answered<'r>>) {
        let mut records: BTreeMap<(&str, &str), Vec<(&str, Answered<'_>)>> = BTreeMap::new();
        let mut registers: Vec<(&str, Answered<'_>)> = Vec::new();
        let mut attestations: Vec<(&str, Option<&str>, Answered<'_>)> = Vec::new();
        let mut seen: BTreeMap<&Key, &Given> = BTreeMap::new();
        for answered in all {
            let given = answered.given;
            if let Some(first) = seen.get(&given.key) {
                let problem = given.repeated(first);
                self.facts.problems.push(problem);
                continue;
            }
            seen.insert(&given.key, given);
            if !given.key.is_known(self.program, self.store) {
                self.facts.problems.push(self.nothing_there(given));
                continue;
            }
            match &given.key {
                Key::Cell { kind, id, attribute } => {
                    records.entry((kind, id)).or_default().push((attribute, answered));
                }
                Key::Register { kind } => registers.push((kind, answered)),
                Key::Attestation { requirement, subject } => {
                    attestations.push((requirement, subject.as_deref(), answered));
                }
            }
        }
        for ((kind, id), answers) in records {
            self.record(kind, id, &answers);
        }
        for (requirement, subject, answered) in attestations {
            self.attestation(requirement, subject, answered);
        }
        self.registers(&registers);
    }

    fn record(&mut self, kind: &str, id: &str, answers: &[(&str, Answered<'_>)]) {
        self.facts.line("", None);
        self.facts.line(&format!("[[{kind}]]"), None);
        self.facts.line(&format!("id = {}", quoted(id)), None);
        for (attribute, Answered { given, .. }) in answers {
            let text = self.value(given);
            self.facts.line(&format!("{} = {}", key_text(attribute), quoted(&text)), Some(given.at()));
            self.facts.cells.push((given.key.clone(), given.at().to_owned()));
        }
        for (attribute, answered) in answers {
            self.facts.line(&format!("[{kind}._evidence.{}]", key_text(attribute)), None);
            self.evidence(*answered);
        }
    }

    /// The answer as it was written, or `?` where it cannot be read or there is none.
    fn value(&mut self, given: &Given) -> String {
        let readable = given.answer.as_ref().filter(|said| !self.unread.contains(&said.place));
        match readable {
            Some(said) if !kijun_facts::read::is_unknown(said.text.trim()) => {
                self.facts.taken += 1;
                said.text.clone()
            }
            _ => {
                self.facts.unknown += 1;
                "?".to_owned()
            }
        }
    }

    /// What a respondent says of itself is declared.
    fn evidence(&mut self, Answered { of, given }: Answered<'_>) {
        let document = given.source.as_ref().map(|said| said.text.trim().to_owned());
        let answered = format!("{} {}", self.file, given.at());
        let source = document.map_or(answered.clone(), |document| format!("{document} ({answered})"));
        self.facts.line(&format!("source = {}", quoted(&source)), Some(given.at()));
        self.facts.line("grade = \"declared\"", None);
        if let Some(on) = &of.on {
            self.facts.line(&format!("as_of = {}", quoted(on.text.trim())), Some(&on.place));
        }
        let by = of.by.as_ref().map_or(of.name.as_str(), |by| by.text.trim());
        if !by.is_empty() {
            self.facts.line(&format!("recorded_by = {}", quoted(by)), None);
        }
        if let Some(remark) = self.remark(given) {
            self.facts.line(&format!("remark = {}", quoted(&remark)), Some(given.at()));
        }
    }

    /// What was written beside the answer, and the answer itself where it cannot be read, untouched.
    fn remark(&self, given: &Given) -> Option<String> {
        let unread = given.answer.as_ref().filter(|said| self.unread.contains(&said.place));
        let texts: Vec<&str> =
            unread.into_iter().chain(&given.remark).map(|said| said.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("\n"))
    }

    fn attestation(&mut self, requirement: &str, subject: Option<&str>, answered: Answered<'_>) {
        let Answered { of, given } = answered;
        let date = of.on.as_ref().map(|on| on.text.trim());
        let id: Vec<&str> =
            [Some("answer"), Some(requirement), subject, date].into_iter().flatten().collect();
        self.facts.line("", None);
        self.facts.line("[[attestation]]", None);
        self.facts.line(&format!("id = {}", quoted(&id.join(" "))), None);
        self.facts.line(&format!("requirement = {}", quoted(requirement)), None);
        if let Some(subject) = subject {
            self.facts.line(&format!("subject = {}", quoted(subject)), None);
        }
        let text = self.value(given);
        self.facts.line(&format!("answer = {}", quoted(&text)), Some(given.at()));
        if let Some(role) = &of.role {
            self.facts.line(&format!("by = {}", quoted(role)), None);
        }
        match &of.on {
            Some(on) => self.facts.line(&format!("date = {}", quoted(on.text.trim())), Some(&on.place)),
            None => self.facts.problems.push(Problem {
                place: given.at().to_owned(),
                message: Label::new(
                    "回答日がないので、確認記録として効力がありません。回答日を記入してください",
                    "without the day on which it was answered this attests nothing: fill in the day",
                ),
            }),
        }
        if let Some(source) = &given.source {
            self.facts.line(&format!("evidence = {}", quoted(source.text.trim())), Some(given.at()));
        }
        // The words of a remark are the reason where something does not apply.
        if let Some(remark) = &given.remark {
            self.facts.line(&format!("reason = {}", quoted(&remark.text)), Some(&remark.place));
        }
        self.facts.line("[attestation._evidence]", None);
        self.evidence(answered);
    }

    fn registers(&mut self, registers: &[(&str, Answered<'_>)]) {
        let mut lines = Vec::new();
        for (kind, Answered { given, .. }) in registers {
            let remark =
                given.remark.as_ref().map_or_else(String::new, |r| format!("   # {}", one_line(&r.text)));
            let Some(answer) = &given.answer else {
                self.facts.unknown += 1;
                lines.push((format!("# {kind}:{}", remark.trim_start()), None));
                continue;
            };
            match kijun_facts::read::parse_bool(&answer.text) {
                Some(complete) => {
                    self.facts.taken += 1;
                    if complete {
                        self.facts.complete.push(((*kind).to_owned(), given.at().to_owned()));
                    }
                    lines.push((format!("{} = {complete}{remark}", key_text(kind)), Some(given.at())));
                }
                None => {
                    self.facts.unknown += 1;
                    lines.push((format!("# {kind}: {}{remark}", one_line(&answer.text)), None));
                    if !kijun_facts::read::is_unknown(answer.text.trim()) {
                        self.facts.problems.push(Problem {
                            place: given.at().to_owned(),
                            message: Label::new("「はい」か「いいえ」で答えてください", "answer yes or no"),
                        });
                    }
                }
            }
        }
        if !lines.is_empty() {
            self.facts.line("", None);
            self.facts.line("[complete]", None);
            lines.into_iter().for_each(|(line, place)| self.facts.line(&line, place));
        }
    }

    fn nothing_there(&self, given: &Given) -> Problem {
        let (program, store) = (self.program, self.store);
        let near = match &given.key {
            Key::Cell { kind, id, .. } => program.schema.find_kind(kind).and_then(|kind| {
                let rows = store.kind(kind).map_or(0, kijun_facts::KindTable::len);
                nearest(id, (0..rows).map(|row| store.id_text(kind, row))).map(str::to_owned)
            }),
            Key::Register { .. } | Key::Attestation { .. } => None,
        };
        let (ja, en) = near.map_or_else(Default::default, |near| {
            (format!("。もしかして: `{near}`"), format!("; did you mean `{near}`?"))
        });
        Problem {
            place: given.at().to_owned(),
            message: Label::new(
                format!("`{}` は、いまの台帳にもパックにもありません{ja}", given.key),
                format!("there is no `{}` in the facts or packs any more{en}", given.key),
            ),
        }
    }
}
