//! What may be typed at a place. The tree of a text that is being typed is broken more often than not, so that the place is
//! judged by the words before it.

mod facts;
mod paths;

use std::borrow::Cow;
use std::ops::Range;

use kijun_syntax::DECLARATIONS;
use kijun_text::{FileId, Label, Lang};

use facts::in_facts;

use crate::collect::BUILT_IN;
use crate::doc::Doc;
use crate::hover::describe;
use crate::index::{Def, Space, catalog_parts};
use crate::names::{Found, Names};
use crate::romaji::{key, rank};
use crate::snapshot::Snapshot;

/// What a completion is, for its icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    Keyword,
    Of(Space),
}

/// One thing that may be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub label: String,
    pub title: Label,
    pub kind: CompletionKind,
    /// Bytes that it replaces.
    pub range: Range<usize>,
    /// 0 is the best.
    pub rank: u8,
    /// What [`resolve_completion`] needs to describe it.
    pub from: Option<(FileId, usize)>,
}

/// At most so many are offered; more typing brings the others.
const MOST: usize = 200;

/// A candidate before it is compared with what was typed: there may be many more than are offered.
struct Candidate<'s> {
    /// The declaration that it stands for, if there is one in a module.
    def: Option<&'s Def>,
    label: Cow<'s, str>,
    title: Cow<'s, Label>,
    kind: CompletionKind,
    from: Option<(FileId, usize)>,
}

impl Candidate<'_> {
    /// How well it fits what was typed, 0 best.
    fn rank(&self, typed: &str) -> Option<u8> {
        if typed.is_empty() {
            return rank(typed, "");
        }
        let Some(def) = self.def else {
            let words = [self.label.as_ref(), &self.title.ja, &self.title.en];
            return words.iter().filter_map(|w| rank(typed, &key(w))).min();
        };
        let keys = def.keys();
        let titles = keys.titles.iter().filter_map(|k| rank(typed, k)).min();
        let own = if self.label == def.written() {
            rank(typed, &keys.name)
        } else {
            rank(typed, &key(&self.label))
        };
        titles.into_iter().chain(own).min()
    }
}

/// What fits at a place and to what is typed there; whether that is all.
pub fn completions(snapshot: &Snapshot, file: FileId, offset: usize) -> (Vec<Completion>, bool) {
    let Some(doc) = snapshot.doc(file) else { return (Vec::new(), true) };
    let offset = doc.text.len().min(offset);
    let (range, candidates) = if doc.is_facts() {
        in_facts(snapshot, file, doc, offset)
    } else {
        Place::new(snapshot, doc, offset).candidates()
    };
    let typed = key(doc.text.get(range.start..offset).unwrap_or(""));
    let mut found: Vec<(u8, Candidate<'_>)> =
        candidates.into_iter().filter_map(|c| Some((c.rank(&typed)?, c))).collect();
    found.sort_by(|(a, x), (b, y)| (a, &x.label).cmp(&(b, &y.label)));
    found.dedup_by(|(_, a), (_, b)| a.label == b.label && a.kind == b.kind);
    let all = found.len() <= MOST;
    let offered = found.into_iter().take(MOST).map(|(rank, c)| {
        let Candidate { label, title, kind, from, .. } = c;
        let (label, title) = (label.into_owned(), title.into_owned());
        Completion { label, title, kind, range: range.clone(), rank, from }
    });
    (offered.collect(), all)
}

/// The description of what was offered.
pub fn resolve_completion(snapshot: &Snapshot, from: (FileId, usize), lang: Lang) -> Option<String> {
    let index = snapshot.doc(from.0)?.index();
    let def = index.defs.iter().find(|d| d.range.start == from.1)?;
    Some(describe(snapshot, def, lang))
}

/// Where something is being typed, and the words before it.
struct Place<'s> {
    names: Names<'s>,
    text: &'s str,
    /// Bytes of the word that is being typed.
    word: Range<usize>,
    /// Words and signs from the start of the declaration up to that word.
    before: Vec<&'s str>,
    at_line_start: bool,
}

/// Whether a character belongs to a name or an id.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | 'ー' | '々')
}

impl<'s> Place<'s> {
    fn new(snapshot: &'s Snapshot, doc: &'s Doc, offset: usize) -> Place<'s> {
        let text = doc.text.as_str();
        let start = declaration_start(text, offset);
        let before = text.get(start..offset).unwrap_or("");
        let own = before.chars().rev().take_while(|c| is_word(*c)).map(char::len_utf8).sum::<usize>();
        let word = offset - own..offset;
        let line = text.get(..word.start).and_then(|t| t.rsplit('\n').next()).unwrap_or("");
        let at_line_start = line.is_empty();
        let before = words(text.get(start..word.start).unwrap_or(""));
        Place { names: snapshot.names(), text, word, before, at_line_start }
    }

    fn last(&self) -> &'s str {
        self.before.last().copied().unwrap_or("")
    }

    /// The word `n` places back, from 1.
    fn back(&self, n: usize) -> &'s str {
        self.before.len().checked_sub(n).and_then(|i| self.before.get(i)).copied().unwrap_or("")
    }

    /// The last clause word before the place: `require`, `for`, `mark` …
    fn clause(&self) -> &'s str {
        const CLAUSES: [&str; 31] = [
            "for",
            "where",
            "require",
            "each",
            "mark",
            "level",
            "audience",
            "basis",
            "risk",
            "by",
            "of",
            "track",
            "include",
            "exclude",
            "set",
            "raise",
            "expect",
            "given",
            "satisfy",
            "severity",
            "grade",
            "under",
            "evidence",
            "method",
            "rationale",
            "into",
            "if",
            "jointly",
            "combine",
            "superseded_by",
            "supersedes",
        ];
        self.before.iter().rev().find(|w| CLAUSES.contains(w)).copied().unwrap_or("")
    }

    fn candidates(&self) -> (Range<usize>, Vec<Candidate<'s>>) {
        let declaration = self.before.first().copied().unwrap_or("");
        if self.at_line_start || declaration.is_empty() {
            return (self.word.clone(), DECLARATIONS.iter().map(|w| keyword(w)).collect());
        }
        if self.in_string() {
            return (self.word.clone(), Vec::new());
        }
        if self.last() == "." && !self.is_id() {
            return (self.word.clone(), self.fields());
        }
        let found = match (declaration, self.last()) {
            (_, "mark") => fixed(&["printed", "published", "inferred", "ambiguous", "unverified"]),
            (_, "severity") => fixed(&["must", "should", "notice", "information"]),
            (_, "method") => fixed(&["human", "derived", "published"]),
            (_, "rationale") => fixed(&["syntactic", "semantic", "functional"]),
            (_, "measure") => fixed(&["technical", "operational"]),
            ("catalog", "level") => Vec::new(),
            (_, "level") => self.of_spaces(&[Space::Level]),
            (_, "grade") => self.literals_of("grade"),
            ("profile", "set") => self.of_spaces(&[Space::Param]),
            ("mapping", "mapping" | "->") | (_, "track" | "supersedes") => self.catalogs(),
            (_, "basis" | "under" | "superseded_by") => self.of_spaces(&[Space::Instrument]),
            ("requirement", "risk") => self.of_spaces(&[Space::Risk]),
            (_, "audience" | "by") => self.literals_of("role"),
            ("entity" | "extend", "of") if self.back(2) == "set" => self.types(),
            ("entity" | "extend", "of") => self.literals_of("role"),
            ("entity" | "extend" | "relation" | "define" | "param" | "table", ":" | "(" | "of") => {
                self.types()
            }
            (_, ":") if self.back(3) == "each" => self.of_spaces(&[Space::Entity]),
            (_, ",") => match self.clause() {
                "audience" | "by" => self.literals_of("role"),
                "basis" | "under" => self.of_spaces(&[Space::Instrument]),
                "risk" => self.of_spaces(&[Space::Risk]),
                "track" => self.catalogs(),
                "for" | "into" => return self.items(&[]),
                _ => self.values(),
            },
            ("check" | "attest" | "satisfy", "for" | "attest" | "satisfy") => return self.items(&[]),
            (_, "of") if self.back(2) == "part" => return self.items(&[]),
            ("test", "expect") | (_, "into" | "include" | "exclude" | "raise") => return self.items(&[]),
            _ if self.is_id() => return self.items(&self.ends()),
            ("mapping", _) => return self.in_mapping(),
            ("test", _) => self.in_test(),
            ("check" | "attest" | "define" | "param" | "profile", _) | (_, "if") => self.values(),
            _ if self.clause() == "if" => self.values(),
            _ => Vec::new(),
        };
        (self.word.clone(), found)
    }

    /// Whether the place is within a text in quotes.
    fn in_string(&self) -> bool {
        let line = self.text.get(..self.word.start).and_then(|t| t.rsplit('\n').next()).unwrap_or("");
        line.matches('"').count() % 2 == 1
    }

    /// Whether what is being typed is the id of an item: `mhlw:8.1.`
    fn is_id(&self) -> bool {
        let start = self.id_start();
        self.text
            .get(start..self.word.end)
            .is_some_and(|t| t.contains(':') || t.starts_with(|c: char| c.is_ascii_digit()))
    }

    fn id_start(&self) -> usize {
        let before = self.text.get(..self.word.end).unwrap_or("");
        let is_id = |c: &char| is_word(*c) || matches!(c, '.' | '-' | ':' | '@' | '(' | ')');
        self.word.end - before.chars().rev().take_while(is_id).map(char::len_utf8).sum::<usize>()
    }

    /// The catalogues of the mapping around the place.
    fn ends(&self) -> Vec<String> {
        let mut out = Vec::new();
        if self.before.first() == Some(&"mapping") {
            let head: Vec<&str> = self.before.iter().skip(1).take_while(|w| **w != "{").copied().collect();
            out.extend(head.concat().split("->").map(str::to_owned));
        }
        out
    }

    /// Items, of these catalogues if any are given; there, also without their catalogue.
    fn items(&self, within: &[String]) -> (Range<usize>, Vec<Candidate<'s>>) {
        let range = self.id_start()..self.word.end;
        let catalogs: Vec<(String, Option<String>)> = within.iter().map(|c| catalog_parts(c)).collect();
        let mut out = Vec::new();
        for found in self.names.defs() {
            let Some(id) = &found.def.item else { continue };
            if !matches!(found.def.space, Space::Requirement | Space::Section) {
                continue;
            }
            let own = |(alias, edition): &(String, Option<String>)| {
                id.alias.as_ref() == Some(alias)
                    && (edition.is_none() || id.edition.is_none() || *edition == id.edition)
            };
            let label = if within.is_empty() {
                found.def.written()
            } else if catalogs.iter().any(own) {
                Cow::Borrowed(id.local.as_str())
            } else {
                continue;
            };
            out.push(Candidate { label, ..candidate(found) });
        }
        if within.is_empty() {
            out.extend(self.catalogs());
        }
        (range, out)
    }

    fn in_mapping(&self) -> (Range<usize>, Vec<Candidate<'s>>) {
        let relations = ["equal", "equivalent", "subset", "superset", "intersects", "unrelated"];
        let line = self.text.get(..self.word.start).and_then(|t| t.rsplit('\n').next()).unwrap_or("");
        let said: Vec<&str> = line.split_whitespace().collect();
        match said.as_slice() {
            [] => {
                let (range, mut found) = self.items(&self.ends());
                found.extend(fixed(&[
                    "jointly",
                    "method",
                    "source",
                    "mark",
                    "rationale",
                    "complete",
                    "note",
                ]));
                (range, found)
            }
            [.., last] if relations.contains(last) => self.items(&self.ends()),
            [_] => (self.word.clone(), fixed(&relations)),
            _ => (self.word.clone(), fixed(&["strength", "rationale", "source", "mark", "method"])),
        }
    }

    /// What a test says: kinds of records, attributes of a record, literals of an attribute.
    fn in_test(&self) -> Vec<Candidate<'s>> {
        let depth = |w: &str| match w {
            "{" => 1_i32,
            "}" => -1,
            _ => 0,
        };
        let mut open: Vec<usize> = Vec::new();
        for (i, w) in self.before.iter().enumerate() {
            match depth(w) {
                1 => open.push(i),
                -1 => {
                    open.pop();
                }
                _ => {}
            }
        }
        let word = |i: usize| self.before.get(i).copied().unwrap_or("");
        match open.as_slice() {
            [_] => fixed(&["as_of", "set", "given", "expect"]),
            [_, _] => {
                let mut found = self.of_spaces(&[Space::Entity]);
                found.extend(fixed(&["complete", "incomplete"]));
                found
            }
            [_, _, record, ..] => {
                let kind = word(record.saturating_sub(2));
                let attribute = match open.get(3) {
                    Some(set) => word(set.saturating_sub(1)),
                    None => self.last(),
                };
                let ty = self.names.attribute(kind, attribute).and_then(|f| f.def.types.first().cloned());
                match ty {
                    Some(ty) => self.literals_of(&ty),
                    None => self.attributes_of(kind),
                }
            }
            [] => Vec::new(),
        }
    }

    fn types(&self) -> Vec<Candidate<'s>> {
        let mut found = self.of_spaces(&[Space::Entity, Space::Enum]);
        found.extend(fixed(&BUILT_IN));
        found.push(keyword("set"));
        found
    }

    fn catalogs(&self) -> Vec<Candidate<'s>> {
        let all = self.names.defs().filter(|f| f.def.space == Space::Catalog);
        let several = |alias: &str| self.names.of_space(alias, Space::Catalog).len() > 1;
        all.map(|f| {
            let edition = f.def.item.as_ref().and_then(|i| i.edition.clone()).unwrap_or_default();
            let label =
                if several(&f.def.name) { format!("{}@{edition}", f.def.name) } else { f.def.name.clone() };
            Candidate { label: label.into(), ..candidate(f) }
        })
        .collect()
    }

    fn of_spaces(&self, spaces: &[Space]) -> Vec<Candidate<'s>> {
        let all = self.names.defs();
        all.filter(|f| spaces.contains(&f.def.space)).map(candidate).collect()
    }

    fn literals_of(&self, name: &str) -> Vec<Candidate<'s>> {
        let all = self.names.defs();
        all.filter(|f| f.def.space == Space::Literal && f.def.owner == name).map(candidate).collect()
    }

    fn attributes_of(&self, kind: &str) -> Vec<Candidate<'s>> {
        let all = self.names.defs();
        all.filter(|f| f.def.space == Space::Attribute && f.def.owner == kind).map(candidate).collect()
    }

    /// What an expression may begin with; beside a comparison, the literals that fit first.
    fn values(&self) -> Vec<Candidate<'s>> {
        if matches!(self.last(), "==" | "!=") {
            let path = self.path_before(self.before.len().saturating_sub(1));
            let ty = path.and_then(|p| self.names.type_of(&p));
            let literals = ty.map(|t| self.literals_of(&t)).unwrap_or_default();
            if !literals.is_empty() {
                return literals;
            }
        }
        let mut found =
            self.of_spaces(&[Space::Definition, Space::Relation, Space::Param, Space::Table, Space::Literal]);
        found.extend(fixed(&[
            "any", "all", "not", "and", "or", "implies", "in", "count", "sum", "share", "min", "max",
            "today", "none", "true", "false", "require", "where", "each", "fix", "mark", "source", "title",
            "note",
        ]));
        let variables = self.before.windows(2).filter(|w| w.get(1).is_some_and(|n| matches!(*n, ":" | "in")));
        let names = variables.filter_map(|w| w.first().copied());
        found.extend(
            names
                .filter(|n| n.chars().all(is_word))
                .map(|n| Candidate { kind: CompletionKind::Of(Space::Local), ..keyword(n) }),
        );
        found
    }

    /// The attributes after `c.vendor.`
    fn fields(&self) -> Vec<Candidate<'s>> {
        let path = self.path_before(self.before.len().saturating_sub(1));
        match path.and_then(|p| self.names.type_of(&p)) {
            Some(kind) => self.attributes_of(&kind),
            None => self.of_spaces(&[Space::Attribute]),
        }
    }
}

/// Where the declaration around a place begins: at the start of a line.
pub(crate) fn declaration_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or("");
    let mut end = before.len();
    while let Some(at) = before.get(..end).and_then(|t| t.rfind('\n')) {
        let first = before.get(at + 1..).and_then(|t| t.chars().next());
        if first.is_some_and(is_word) {
            return at + 1;
        }
        end = at;
    }
    0
}

/// Words and signs of a text, without comments and white space; a text in quotes is one word.
fn words(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let Some(c) = rest.chars().next() else { break };
        let len = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        } else if c == '"' {
            rest.get(1..).and_then(|r| r.find('"')).map_or(rest.len(), |i| i + 2)
        } else if is_word(c) {
            rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())
        } else if ["==", "!=", "<=", ">=", "->"].iter().any(|s| rest.starts_with(s)) {
            2
        } else {
            c.len_utf8()
        };
        out.extend(rest.get(..len));
        at += len;
    }
    out
}

fn candidate(found: Found<'_>) -> Candidate<'_> {
    Candidate {
        def: Some(found.def),
        label: Cow::Borrowed(&found.def.name),
        title: Cow::Borrowed(&found.def.title),
        kind: CompletionKind::Of(found.def.space),
        from: Some((found.file, found.def.range.start)),
    }
}

fn keyword(word: &str) -> Candidate<'static> {
    Candidate {
        def: None,
        label: word.to_owned().into(),
        title: Cow::default(),
        kind: CompletionKind::Keyword,
        from: None,
    }
}

fn fixed(words: &[&str]) -> Vec<Candidate<'static>> {
    words.iter().map(|w| keyword(w)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NORMS, fixture};

    fn check(text: &str) -> Vec<String> {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let (found, _) = completions(&snapshot, place.file, place.offset);
        found.into_iter().map(|c| c.label).collect()
    }

    #[test]
    fn a_declaration_begins_with_a_keyword() {
        assert_eq!(check("che$0\n"), ["check"]);
        assert!(check("$0\n").contains(&"requirement".to_owned()));
    }

    #[test]
    fn ids_are_found_by_number_title_and_either_language() {
        assert_eq!(check("check c for mhlw:8.$0 { require true }\n"), ["mhlw:8.1", "mhlw:8.2"]);
        assert_eq!(check("check c for 条項$0 {\n"), ["mhlw:8.1"]);
        assert_eq!(check("check c for supplier$0\n"), ["iso:A.1"]);
        assert_eq!(
            check("mapping iso -> mhlw {\n  A.1 superset 8.1\n  A.2 superset 8$0\n}\n"),
            ["8.1", "8.2"]
        );
        assert_eq!(check("mapping is$0\n"), ["iso"]);
        assert_eq!(check("mapping iso -> mhlw {\n  A.1 su$0\n}\n"), ["subset", "superset"]);
    }

    #[test]
    fn attributes_follow_the_type_of_the_path() {
        assert_eq!(
            check("check c for mhlw:8.1 {\n  each c: contract\n  require c.vendor.$0\n}\n"),
            ["country", "name", "subcontractors"]
        );
        assert_eq!(
            check(
                "check c for mhlw:8.1 {\n  each c: contract\n  require any s in c.vendor.subcontractors: s.cou$0\n}\n"
            ),
            ["country"]
        );
        assert_eq!(check("supplies(v, s) if s in v.sub$0\n"), ["subcontractors"]);
        assert_eq!(check("check c for mhlw:8.1 {\n  each c: con$0\n}\n"), ["contract"]);
    }

    #[test]
    fn kana_and_romaji_find_what_is_titled_in_kana() {
        let text = "param p: int = 8 \"パスワードの桁数\"\ncheck c for mhlw:8.1 {\n  require pasu$0\n}\n";
        assert_eq!(check(text), ["p"]);
        assert_eq!(check(&text.replace("pasu$0", "ぱす$0")), ["p"]);
    }

    #[test]
    fn the_facts_of_a_test_are_offered_by_kind_attribute_and_type() {
        let test = |given: &str| format!("test \"t\" {{\n  given {{\n    {given}\n  }}\n}}\n");
        assert_eq!(check(&test("cont$0")), ["contract"]);
        assert_eq!(check(&test("contract c { cl$0 }")), ["clauses"]);
        assert_eq!(check(&test("contract c { clauses { $0 } }")), ["penalty", "secrecy"]);
    }

    #[test]
    fn in_facts_attributes_literals_and_ids_are_offered() {
        let toml = |body: &str| {
            format!(
                "//- /facts/a.toml\n[[vendor]]\nid = \"acme\"\nname = \"A社\"\n[[contract]]\nid = \"c\"\n{body}\n"
            )
        };
        assert_eq!(check(&toml("cla$0")), ["clauses"]);
        assert_eq!(check(&toml("clauses = [\"ば$0\"]")), Vec::<String>::new());
        assert_eq!(check(&toml("clauses = [\"罰$0\"]")), ["penalty"]);
        assert_eq!(check(&toml("vendor = \"$0\"")), ["acme"]);
        assert_eq!(check(&toml("[[ven$0")), ["vendor"]);
    }
}
