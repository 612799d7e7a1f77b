use std::collections::{BTreeMap, BTreeSet};

use kijun_coverage::{Mappings, Node, Relations, Relationship, Statement, Walks};
use kijun_engine::program::{Mark, RequirementId};
use kijun_text::{Label, Lang};
use owo_colors::Style;

use super::{catalog, id, indented};
use crate::terminal::Terminal;

/// A statement about an item, read from it.
struct Read<'s> {
    statement: &'s Statement,
    relationship: Relationship,
    /// What it is related to.
    others: Vec<RequirementId>,
    /// Items with which it is only related together.
    beside: Vec<RequirementId>,
    /// It contradicts others and is not used.
    set_aside: bool,
}

/// What an item is mapped to in other catalogues: what is stated, by catalogue, and how much follows from it.
pub(crate) fn mapped(mappings: &Mappings<'_>, item: RequirementId, terminal: &Terminal) -> String {
    let stated = stated(mappings, item);
    let inferred = inferred(mappings, item, &stated);
    if stated.is_empty() && inferred.is_empty() {
        return String::new();
    }
    let head = terminal.say(
        "ほかの規範との対応(この項目から見た関係)",
        "mapped to other catalogues (as seen from this requirement)",
    );
    let mut out = format!("\n  {}\n", terminal.paint(head, Style::new().bold()));
    for (other, reads) in &stated {
        out.push_str(&group(mappings, *other, reads, terminal));
    }
    out.push_str(&inferred_line(mappings, item, &inferred, terminal));
    out
}

/// What is stated of an item, by the catalogue at the other end.
fn stated<'m>(mappings: &Mappings<'m>, item: RequirementId) -> BTreeMap<usize, Vec<Read<'m>>> {
    let aside: BTreeSet<usize> =
        mappings.contradictions.iter().flat_map(|c| c.set_aside.iter().copied()).collect();
    let catalog = |r: &RequirementId| mappings.program.requirement(*r).map(|r| r.catalog);
    let mut out: BTreeMap<usize, Vec<Read<'m>>> = BTreeMap::new();
    for (i, statement) in mappings.statements.iter().enumerate() {
        let set_aside = aside.contains(&i);
        if statement.sources.contains(&item)
            && let Some(other) = catalog(&statement.target)
        {
            let beside = statement.sources.iter().copied().filter(|s| *s != item).collect();
            let (relationship, others) = (statement.relationship, vec![statement.target]);
            out.entry(other).or_default().push(Read { statement, relationship, others, beside, set_aside });
        }
        if statement.target == item
            && let Some(other) = statement.sources.first().and_then(catalog)
        {
            let relationship = statement.relationship.converse();
            let others = statement.sources.clone();
            let read = Read { statement, relationship, others, beside: Vec::new(), set_aside };
            out.entry(other).or_default().push(read);
        }
    }
    out
}

/// The relation in words, with this item as the subject.
fn words(relationship: Relationship) -> Label {
    let (ja, en) = match relationship {
        Relationship::Equal => ("等しい", "equal to"),
        Relationship::Subset => ("次の一部", "a part of"),
        Relationship::Superset => ("次を含む", "holds all of"),
        Relationship::Intersects => ("重なる", "overlaps"),
        Relationship::Unrelated => ("無関係", "nothing in common with"),
    };
    Label::new(ja, en)
}

fn group(mappings: &Mappings<'_>, other: usize, reads: &[Read<'_>], terminal: &Terminal) -> String {
    let name = catalog(mappings.program, other, terminal);
    let mut out = match terminal.lang {
        Lang::Ja => indented(&format!("{name} — {} 件", reads.len()), 4, terminal),
        Lang::En => indented(&format!("{name} — {}", reads.len()), 4, terminal),
    };
    let marks: BTreeSet<Mark> = reads.iter().map(|r| r.statement.mark).collect();
    if marks.iter().all(|m| m.is_weak()) {
        let text = terminal.say(
            "すべて印の弱い対応です。原文で確かめるまで、これだけでは何も決めません",
            "all of them weakly marked: until checked against the texts they decide nothing",
        );
        out.push_str(&indented(text, 6, terminal));
    }
    let sources: BTreeSet<&str> = reads.iter().map(|r| r.statement.source.as_str()).collect();
    let shared = (sources.len() == 1).then(|| sources.first().copied()).flatten();
    if let Some(source) = shared.filter(|s| !s.is_empty()) {
        out.push_str(&indented(&format!("{} {source}", terminal.say("出典:", "source:")), 6, terminal));
    }
    for read in reads {
        out.push_str(&line(mappings, read, shared.is_some(), terminal));
    }
    out
}

/// One statement: relation, item, strength and mark; under it the argument, and its source where that is its own.
fn line(mappings: &Mappings<'_>, read: &Read<'_>, shared_source: bool, terminal: &Terminal) -> String {
    let program = mappings.program;
    let titled = |r: &RequirementId| {
        let title = program.requirement(*r).map_or("", |r| terminal.text(&r.title));
        format!("{} {title}", id(program, *r))
    };
    let ids = |list: &[RequirementId]| list.iter().map(|r| id(program, *r)).collect::<Vec<_>>().join(", ");
    let others = match read.others.as_slice() {
        [one] => titled(one),
        several => match terminal.lang {
            Lang::Ja => format!("{} を合わせたもの", ids(several)),
            Lang::En => format!("{} taken together", ids(several)),
        },
    };
    let mut facts = Vec::new();
    facts.push(match (read.statement.strength, terminal.lang) {
        (Some(s), Lang::Ja) => format!("強さ {s}"),
        (Some(s), Lang::En) => format!("strength {s}"),
        (None, Lang::Ja) => "強さの記載なし".to_owned(),
        (None, Lang::En) => "no strength stated".to_owned(),
    });
    facts.push(format!("{} {}", terminal.say("印:", "marked"), terminal.text(&read.statement.mark.label())));
    if !read.beside.is_empty() {
        facts.push(match terminal.lang {
            Lang::Ja => format!("{} と合わせて", ids(&read.beside)),
            Lang::En => format!("together with {}", ids(&read.beside)),
        });
    }
    if read.set_aside {
        facts.push(
            terminal.say("ほかの対応と矛盾し、使っていない", "contradicts others and is not used").to_owned(),
        );
    }
    let facts = facts.join(terminal.say("、", ", "));
    let relation = words(read.relationship);
    let head = format!("{}  {others} ({facts})", terminal.text(&relation));
    // The lines that follow the first stand under its text.
    let own = indented(&head, 7, terminal);
    let mut out = format!("    ・ {}", own.trim_start());
    if !read.statement.argument.is_empty() {
        out.push_str(&indented(terminal.text(&read.statement.argument), 8, terminal));
    }
    if !shared_source && !read.statement.source.is_empty() {
        let source = format!("{} {}", terminal.say("出典:", "source:"), read.statement.source);
        out.push_str(&indented(&source, 8, terminal));
    }
    out
}

/// Of each catalogue the items that something is known of though nobody states it: in common for certain, or only possibly.
fn inferred(
    mappings: &Mappings<'_>,
    item: RequirementId,
    stated: &BTreeMap<usize, Vec<Read<'_>>>,
) -> BTreeMap<usize, (Vec<RequirementId>, usize)> {
    let known: BTreeSet<RequirementId> =
        stated.values().flatten().flat_map(|r| r.others.iter().copied()).collect();
    let own = mappings.program.requirement(item).map(|r| r.catalog);
    let walks = Walks::from(&mappings.network, Node::from(item));
    let mut out: BTreeMap<usize, (Vec<RequirementId>, usize)> = BTreeMap::new();
    for node in walks.targets() {
        let Some(target) = mappings.network.item(node) else { continue };
        let catalog = mappings.program.requirement(target).map(|r| r.catalog);
        let relations = walks.relations(node);
        let is_new = mappings.is_counted(target) && !known.contains(&target) && catalog != own;
        if let Some(catalog) = catalog.filter(|_| is_new && relations != Relations::ANY) {
            let (certain, possible) = out.entry(catalog).or_default();
            if relations.is_within(Relations::OVERLAPS) { certain.push(target) } else { *possible += 1 }
        }
    }
    out
}

fn inferred_line(
    mappings: &Mappings<'_>,
    item: RequirementId,
    inferred: &BTreeMap<usize, (Vec<RequirementId>, usize)>,
    terminal: &Terminal,
) -> String {
    if inferred.is_empty() {
        return String::new();
    }
    let name = |index: usize| {
        let catalog = mappings.program.catalogs.get(index);
        catalog.map_or(String::new(), |c| format!("{}@{}", c.alias, c.edition))
    };
    let parts: Vec<String> = inferred
        .iter()
        .map(|(catalog, (certain, possible))| match (certain.len(), possible, terminal.lang) {
            (n, 0, _) => format!("{} {n}", name(*catalog)),
            (0, p, Lang::Ja) => format!("{} 可能性 {p}", name(*catalog)),
            (0, p, Lang::En) => format!("{} possibly {p}", name(*catalog)),
            (n, p, Lang::Ja) => format!("{} {n}(ほかに可能性 {p})", name(*catalog)),
            (n, p, Lang::En) => format!("{} {n} (and possibly {p})", name(*catalog)),
        })
        .collect();
    let parts = parts.join(terminal.say("、", ", "));
    let from = id(mappings.program, item);
    let example = inferred.values().find_map(|(certain, _)| certain.first());
    let other = example.map_or("B", |e| id(mappings.program, *e));
    let text = match terminal.lang {
        Lang::Ja => format!("推論される対応: {parts}。導き方は kijun relate {from} {other} のように"),
        Lang::En => format!("inferred: {parts}; how: see `kijun relate {from} {other}`"),
    };
    indented(&text, 4, terminal)
}
