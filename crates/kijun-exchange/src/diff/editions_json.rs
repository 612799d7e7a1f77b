//! `kijun.diff/1` of two editions.

use std::collections::BTreeMap;

use kijun_coverage::{Change, Changed, Derivation, Flip, Link, Sayings, Side, SubjectFlip, is_worse};
use kijun_engine::assessment::Verdict;
use kijun_engine::program::{Catalog, Mark, Program};
use kijun_text::Label;
use serde::Serialize;

use super::names::{catalog, catalog_id, facts, id, place, subject};
use super::{EditionsContext, Flips};
use crate::matrix::{WalkJson, possible, walks};
use crate::names::rule_name;

static NO_LABEL: Label = Label { ja: String::new(), en: String::new() };

#[derive(Serialize)]
pub struct EditionDiffJson<'a> {
    schema: &'static str,
    engine: &'a str,
    of: &'static str,
    old: CatalogJson<'a>,
    new: CatalogJson<'a>,
    items: Vec<ItemJson<'a>>,
    links: Vec<LinkJson<'a>>,
    /// Absent: no facts were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    assessed: Option<AssessedJson<'a>>,
}

#[derive(Serialize)]
struct CatalogJson<'a> {
    id: String,
    edition: &'a str,
    title: &'a Label,
    /// By what became of them, or where they come from.
    items: BTreeMap<&'static str, usize>,
    sections: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    side: &'static str,
    id: &'a str,
    title: &'a Label,
    section: bool,
    mark: &'static str,
    text_included: bool,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'static str>,
    /// The new edition lists it as withdrawn, wherever its content went.
    withdrawn: bool,
    /// Where the new edition says that it went.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    into: Vec<&'a str>,
    /// Indexes of links.
    links: &'a [usize],
}

#[derive(Serialize)]
struct LinkJson<'a> {
    /// Several: a claim about their union.
    old: Vec<&'a str>,
    new: Vec<&'a str>,
    /// How old stands to new.
    relation: &'static str,
    possible: Vec<&'static str>,
    trusted: &'static str,
    stated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<&'static str>,
    rationale: Vec<&'static str>,
    derivation: Vec<WalkJson<'a>>,
}

#[derive(Serialize)]
struct AssessedJson<'a> {
    facility: &'a str,
    title: &'a Label,
    as_of: String,
    worse: usize,
    flips: Vec<FlipJson<'a>>,
}

#[derive(Serialize)]
struct FlipJson<'a> {
    /// Index of the link.
    link: usize,
    old: &'static str,
    new: &'static str,
    /// The items correspond by ambiguous or unverified statements only.
    weak: bool,
    worse: bool,
    causes: Vec<&'static str>,
    subjects: Vec<SubjectJson<'a>>,
}

#[derive(Serialize)]
struct SubjectJson<'a> {
    kind: &'a str,
    id: Option<&'a str>,
    cause: &'static str,
    old: SayingsJson<'a>,
    new: SayingsJson<'a>,
}

#[derive(Serialize)]
struct SayingsJson<'a> {
    /// `null`: no rule asks anything of it.
    verdict: Option<&'static str>,
    rules: Vec<RuleJson<'a>>,
    /// Facts that only this edition's rules read.
    only: Vec<String>,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    name: &'a str,
    verdict: &'static str,
    file: &'a str,
    line: u32,
}

/// The diff as `kijun.diff/1`, to be written by any serializer.
pub fn edition_diff_json<'a>(context: &EditionsContext<'a>) -> EditionDiffJson<'a> {
    let diff = context.diff;
    EditionDiffJson {
        schema: "kijun.diff/1",
        engine: context.engine_version,
        of: "editions",
        old: edition(context, diff.old, Side::Old),
        new: edition(context, diff.new, Side::New),
        items: diff.items.iter().map(|i| item(context, i)).collect(),
        links: diff.links.iter().map(|l| link(context, l)).collect(),
        assessed: context.flips.as_ref().map(|f| assessed(context.mappings.program, f)),
    }
}

fn edition<'a>(context: &EditionsContext<'a>, index: usize, side: Side) -> CatalogJson<'a> {
    let found: Option<&'a Catalog> = catalog(context, index);
    let count = |sections: bool| {
        let found = context.diff.count(context.mappings.program, side, sections);
        Change::ALL.into_iter().map(|c| (c.name(), found.get(&c).copied().unwrap_or(0))).collect()
    };
    CatalogJson {
        id: catalog_id(found),
        edition: found.map_or("", |c| &c.edition),
        title: found.map_or(&NO_LABEL, |c| &c.title),
        items: count(false),
        sections: count(true),
    }
}

fn item<'a>(context: &EditionsContext<'a>, of: &'a Changed) -> ItemJson<'a> {
    let found = context.mappings.program.requirement(of.id);
    ItemJson {
        side: of.side.name(),
        id: found.map_or("", |r| &r.id),
        title: found.map_or(&NO_LABEL, |r| &r.title),
        section: found.is_some_and(|r| r.is_section),
        mark: found.map_or("", |r| r.mark.name()),
        text_included: found.is_some_and(|r| r.text_included),
        change: of.change.name(),
        basis: of.basis.map(kijun_coverage::Basis::name),
        withdrawn: of.withdrawn.is_some(),
        into: of.withdrawn.iter().flatten().map(|i| id(context.mappings, *i)).collect(),
        links: &of.links,
    }
}

fn link<'a>(context: &EditionsContext<'a>, of: &'a Link) -> LinkJson<'a> {
    let mappings = context.mappings;
    let derivation: Option<&'a Derivation> = of.derivation.as_ref();
    LinkJson {
        old: of.old.iter().map(|i| id(mappings, *i)).collect(),
        new: of.new.iter().map(|i| id(mappings, *i)).collect(),
        relation: of.possible.name(),
        possible: possible(of.possible),
        trusted: of.trusted.name(),
        stated: of.stated,
        strength: derivation.and_then(|d| d.strength),
        mark: derivation.and_then(|d| d.mark).map(Mark::name),
        rationale: derivation
            .map(|d| mappings.senses(d).into_iter().map(|s| s.name()).collect())
            .unwrap_or_default(),
        derivation: derivation.map(|d| walks(mappings, d)).unwrap_or_default(),
    }
}

fn assessed<'a>(program: &'a Program, flips: &Flips<'a>) -> AssessedJson<'a> {
    AssessedJson {
        facility: flips.facility,
        title: flips.title,
        as_of: kijun_facts::Date::day(flips.as_of).to_string(),
        worse: flips.flips.iter().filter(|f| is_worse(f)).count(),
        flips: flips.flips.iter().map(|f| flip(program, flips, f)).collect(),
    }
}

fn flip<'a>(program: &'a Program, flips: &Flips<'a>, of: &'a Flip) -> FlipJson<'a> {
    FlipJson {
        link: of.link,
        old: of.old.name(),
        new: of.new.name(),
        weak: of.weak,
        worse: is_worse(of),
        causes: of.causes.iter().map(|c| c.name()).collect(),
        subjects: of.subjects.iter().map(|s| subject_flip(program, flips, s)).collect(),
    }
}

fn subject_flip<'a>(program: &'a Program, flips: &Flips<'a>, of: &'a SubjectFlip) -> SubjectJson<'a> {
    let (kind, id) = subject(program, flips, of.subject);
    SubjectJson {
        kind,
        id,
        cause: of.cause.name(),
        old: sayings(program, flips, &of.old),
        new: sayings(program, flips, &of.new),
    }
}

fn sayings<'a>(program: &'a Program, flips: &Flips<'a>, of: &Sayings) -> SayingsJson<'a> {
    let rules = of.rules.iter().map(|(r, verdict)| {
        let (file, line) = place(program, flips, *r);
        RuleJson { name: rule_name(program, *r), verdict: verdict.name(), file, line }
    });
    SayingsJson {
        verdict: of.verdict.map(Verdict::name),
        rules: rules.collect(),
        only: facts(program, flips, &of.only),
    }
}
