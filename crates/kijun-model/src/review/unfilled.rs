//! Attributes that rules read and no record has a value for: on the rule where it reads them, and summed up where the records stand.
//! Whatever waits for them stays unknown until somebody fills them in.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::Program;
use kijun_facts::{AttrId, Attribute, KindDef, KindId, Store};
use kijun_text::{Diagnostic, Label, Lang, Span};

use super::reads::{Read, Reader, readers};
use super::{Group, Remark, Remarks, name_place};
use crate::Trees;

/// How many attributes or kinds a remark names.
const NAMED: usize = 8;

/// What rules read and nobody has filled in.
#[derive(Debug, Clone, Default)]
pub struct Unfilled {
    /// In the order of the schema.
    pub kinds: Vec<UnfilledKind>,
    /// How many rules read something of it.
    pub rules: usize,
    pub remarks: Remarks,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfilledKind {
    pub kind: KindId,
    /// Empty: there is no record of this kind.
    pub attributes: Vec<AttrId>,
    /// How many rules read something of it.
    pub rules: usize,
}

/// Nothing where there are no facts at all: then nobody has begun. `manifest` is the place for what no record could hold.
pub fn unfilled(program: &Program, store: &Store, trees: &Trees, manifest: Option<Span>) -> Unfilled {
    if store.kinds.iter().all(kijun_facts::KindTable::is_empty) {
        return Unfilled::default();
    }
    let mut search = Search::new(program, store, trees);
    let (readers, relations) = readers(program);
    for (number, reader) in readers.iter().enumerate() {
        search.reader(number, reader, &relations);
    }
    search.finish(manifest)
}

/// An attribute that nobody fills, or (`None`) a kind without records.
type Thing = (KindId, Option<AttrId>);

/// Whether something is lacking, found out once.
struct Lacks<'p> {
    program: &'p Program,
    store: &'p Store,
    known: BTreeMap<Thing, Option<Thing>>,
}

impl<'p> Lacks<'p> {
    fn new(program: &'p Program, store: &'p Store) -> Lacks<'p> {
        Lacks { program, store, known: BTreeMap::new() }
    }

    fn of(&mut self, kind: KindId, attr: Option<AttrId>) -> Option<Thing> {
        let builtins = self.program.builtins;
        // Attestations and waivers are asked for by their own means.
        if kind == builtins.attestation || kind == builtins.waiver {
            return None;
        }
        let store = self.store;
        *self.known.entry((kind, attr)).or_insert_with(|| {
            let table = store.kind(kind)?;
            if table.is_empty() {
                // A register that is said to be complete has nothing to fill in.
                return table.register.is_open().then_some((kind, None));
            }
            attr.filter(|a| !table.is_filled(*a)).map(|a| (kind, Some(a)))
        })
    }
}

struct Search<'p> {
    program: &'p Program,
    store: &'p Store,
    trees: &'p Trees,
    lacks: Lacks<'p>,
    /// Which rules wait for something, by number, and where it is read first.
    waiting: BTreeMap<Thing, (BTreeSet<usize>, Span)>,
    places: BTreeSet<(Span, Thing)>,
    rules: usize,
}

impl<'p> Search<'p> {
    fn new(program: &'p Program, store: &'p Store, trees: &'p Trees) -> Search<'p> {
        let lacks = Lacks::new(program, store);
        let (waiting, places) = (BTreeMap::new(), BTreeSet::new());
        Search { program, store, trees, lacks, waiting, places, rules: 0 }
    }

    /// Notes what a rule lacks: at the first place where it reads each thing, or where a relation does.
    fn reader(&mut self, number: usize, reader: &Reader, relations: &[Reader]) {
        let mut own: BTreeSet<Thing> = BTreeSet::new();
        // The more precise place comes first: a subject says no more than the rule's name.
        let (named, placed): (Vec<&Read>, Vec<&Read>) = reader.reads.iter().partition(|r| r.place.is_none());
        for read in placed.into_iter().chain(named) {
            let Some(thing) = self.lacks.of(read.kind, read.attr) else { continue };
            if own.insert(thing) {
                let place = read.place.unwrap_or_else(|| name_place(self.trees, reader.declared));
                self.note(thing, number, place);
            }
        }
        let through = reader.relations.iter().filter_map(|r| relations.get(r.0 as usize));
        for read in through.flat_map(|r| &r.reads) {
            if let (Some(thing), Some(place)) = (self.lacks.of(read.kind, read.attr), read.place) {
                own.insert(thing);
                self.note(thing, number, place);
            }
        }
        self.rules += usize::from(!own.is_empty());
    }

    fn note(&mut self, thing: Thing, rule: usize, place: Span) {
        let (rules, first) = self.waiting.entry(thing).or_insert_with(|| (BTreeSet::new(), place));
        rules.insert(rule);
        *first = place.min(*first);
        self.places.insert((place, thing));
    }

    fn finish(self, manifest: Option<Span>) -> Unfilled {
        let mut remarks: Vec<Remark> =
            self.places.iter().filter_map(|(place, thing)| self.at_rule(*place, *thing)).collect();
        let mut kinds: BTreeMap<KindId, (Vec<AttrId>, BTreeSet<usize>)> = BTreeMap::new();
        for ((kind, attr), (rules, _)) in &self.waiting {
            let (attributes, waiting) = kinds.entry(*kind).or_default();
            attributes.extend(attr);
            waiting.extend(rules);
        }
        let without_records: Vec<KindId> =
            kinds.iter().filter(|(_, (attributes, _))| attributes.is_empty()).map(|(k, _)| *k).collect();
        remarks.extend(manifest.and_then(|place| self.without_records(&without_records, place)));
        for (kind, (attributes, waiting)) in &kinds {
            remarks.extend(self.at_records(*kind, attributes, waiting.len()));
        }
        let kinds = kinds.into_iter().map(|(kind, (attributes, waiting))| UnfilledKind {
            kind,
            attributes,
            rules: waiting.len(),
        });
        Unfilled { kinds: kinds.collect(), rules: self.rules, remarks: Remarks::new(remarks) }
    }

    fn at_rule(&self, place: Span, (kind, attr): Thing) -> Option<Remark> {
        let schema = &self.program.schema;
        let def = schema.kind(kind)?;
        let (message, help, declared) = match attr.and_then(|a| def.get(a)) {
            Some(attribute) => (
                Label::new(
                    format!("{}に値のある `{}` の記録がありません", shown_ja(attribute), def.name),
                    format!("no record of `{}` has a value for `{}`", def.name, attribute.name),
                ),
                self.ask(def, attribute),
                attribute.span,
            ),
            None => (
                Label::new(
                    format!("`{}`({})の記録が一つもありません", def.name, def.label.or(Lang::Ja, &def.name)),
                    format!("there is no record of `{}`", def.name),
                ),
                Label::new(
                    format!(
                        "台帳に記録を加えてください。一つもないのなら、`complete` で `{}` を完全と宣言します",
                        def.name
                    ),
                    format!(
                        "add records to the register; if there are none, state in `complete` that `{}` is",
                        def.name
                    ),
                ),
                def.span,
            ),
        };
        let diagnostic = Diagnostic::information(Group::Unfilled.code(), place, message)
            .label("ここで読みます", "it is read here")
            .help(help.ja, help.en)
            .note(declared, "宣言", "declared here");
        Some(Remark { group: Some(Group::Unfilled), diagnostic })
    }

    /// The question and the role that could answer it.
    fn ask(&self, def: &KindDef, attribute: &Attribute) -> Label {
        let Some(ask) = &attribute.ask else {
            return Label::new(
                format!("`{}` の台帳に {}を書き入れてください", def.name, shown_ja(attribute)),
                format!("fill in `{}` in the register of `{}`", attribute.name, def.name),
            );
        };
        let roles = self.program.schema.enums.first();
        let role = roles.and_then(|r| r.literals.iter().find(|l| l.name == ask.of)).map(|l| &l.label);
        let role = |lang| role.map_or(ask.of.as_str(), |label| label.or(lang, &ask.of)).to_owned();
        let question = |lang| ask.question.or(lang, &attribute.name).to_owned();
        Label::new(
            format!("{}に確かめてください: {}", role(Lang::Ja), question(Lang::Ja)),
            format!("ask the {}: {}", role(Lang::En), question(Lang::En)),
        )
    }

    /// All kinds without records at once: they would stand in no file.
    fn without_records(&self, kinds: &[KindId], place: Span) -> Option<Remark> {
        let defs: Vec<&KindDef> = kinds.iter().filter_map(|k| self.program.schema.kind(*k)).collect();
        if defs.is_empty() {
            return None;
        }
        let things: Vec<Thing> = kinds.iter().map(|k| (*k, None)).collect();
        let waiting = self.waiting_for(&things);
        let list = listed(defs.iter().map(|d| d.name.as_str()));
        let message = Label::new(
            format!("規則が読む {} 種類の記録がありません: {list}(規則 {waiting} 件)", defs.len()),
            format!("{} kind(s) that rules read have no record: {list} ({waiting} rule(s))", defs.len()),
        );
        let diagnostic = Diagnostic::information(Group::Unfilled.code(), place, message).help(
            "`facts` に台帳を加えてください。一つもないものは `complete` で完全と宣言します",
            "add their registers to `facts`; where there are none, state in `complete` that the register is",
        );
        Some(self.remark(diagnostic, &things))
    }

    /// What the records of a kind lack, at the first of them.
    fn at_records(&self, kind: KindId, attributes: &[AttrId], waiting: usize) -> Option<Remark> {
        let def = self.program.schema.kind(kind)?;
        let table = self.store.kind(kind).filter(|_| !attributes.is_empty())?;
        let first = (0..table.len()).map(|row| table.place(row)).filter(|p| *p != Span::default()).min()?;
        let named: Vec<&Attribute> = attributes.iter().filter_map(|a| def.get(*a)).collect();
        let ja: Vec<String> = named.iter().map(|a| shown_ja(a)).collect();
        let (ja, en) = (listed(ja.iter().map(|s| s.trim())), listed(named.iter().map(|a| a.name.as_str())));
        let (name, n) = (&def.name, named.len());
        let message = Label::new(
            format!(
                "`{name}` の {n} 属性は、規則が読みますが、どの記録にも値がありません: {ja}(規則 {waiting} 件)"
            ),
            format!(
                "{n} attribute(s) of `{name}` that rules read have no value in any record: {en} ({waiting} rule(s))"
            ),
        );
        let asked: Vec<Label> =
            named.iter().filter(|a| a.ask.is_some()).take(NAMED).map(|a| self.ask(def, a)).collect();
        let lines = |of: fn(&Label) -> &str| asked.iter().map(of).collect::<Vec<_>>().join("\n");
        let mut diagnostic = Diagnostic::information(Group::Unfilled.code(), first, message);
        diagnostic.help = Label::new(lines(|l| &l.ja), lines(|l| &l.en));
        let things: Vec<Thing> = attributes.iter().map(|a| (kind, Some(*a))).collect();
        Some(self.remark(diagnostic, &things))
    }

    fn waiting_for(&self, things: &[Thing]) -> usize {
        let rules = things.iter().filter_map(|t| self.waiting.get(t)).flat_map(|(rules, _)| rules);
        rules.collect::<BTreeSet<_>>().len()
    }

    /// With where each thing is read first.
    fn remark(&self, diagnostic: Diagnostic, things: &[Thing]) -> Remark {
        let mut places: Vec<Span> =
            things.iter().filter_map(|t| self.waiting.get(t)).map(|(_, first)| *first).collect();
        places.sort_unstable();
        places.dedup();
        let noted = places
            .into_iter()
            .take(NAMED)
            .fold(diagnostic, |d, place| d.note(place, "規則はここで読みます", "a rule reads it here"));
        Remark { group: Some(Group::Unfilled), diagnostic: noted }
    }
}

/// `country`(所在国).
fn shown_ja(attribute: &Attribute) -> String {
    match attribute.label.ja.as_str() {
        "" => format!("`{}` ", attribute.name),
        label => format!("`{}`({label})", attribute.name),
    }
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let all: Vec<&str> = names.collect();
    let more = if all.len() > NAMED { " …" } else { "" };
    let few: Vec<&str> = all.into_iter().take(NAMED).collect();
    format!("{}{more}", few.join(", "))
}
