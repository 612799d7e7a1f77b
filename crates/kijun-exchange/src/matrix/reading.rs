//! A matrix as people read it: target items in order, each with the pairs that are shown for it, numbered throughout.

use kijun_coverage::{Block, Cell, Item, TRUSTED, Tally, sources, wording};
use kijun_engine::assessment::Verdict;
use kijun_engine::program::{Catalog, Requirement, RequirementId};
use kijun_text::{Label, Lang};

use super::MatrixContext;
use super::words;

/// A matrix in one language.
pub(super) struct Reading<'a> {
    pub(super) context: &'a MatrixContext<'a>,
    pub(super) lang: Lang,
    pub(super) listings: Vec<Listing<'a>>,
}

/// A block, row by row.
pub(super) struct Listing<'a> {
    pub(super) block: &'a Block,
    pub(super) rows: Vec<Row<'a>>,
}

/// A target item or section.
pub(super) struct Row<'a> {
    pub(super) item: &'a Item,
    pub(super) requirement: &'a Requirement,
    /// How many sections it is in.
    pub(super) depth: usize,
    pub(super) pairs: Vec<Pair<'a>>,
}

/// What stands between a source and a target, with its number in the list of derivations, from 1.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) number: usize,
    pub(super) cell: &'a Cell,
}

impl<'a> Reading<'a> {
    pub(super) fn new(context: &'a MatrixContext<'a>, lang: Lang) -> Reading<'a> {
        let mut next = 1;
        let listing = |block: &'a Block| Listing { block, rows: rows(context, block, &mut next) };
        Reading { context, lang, listings: context.matrix.blocks.iter().map(listing).collect() }
    }

    pub(super) fn say<'l>(&self, ja: &'l str, en: &'l str) -> &'l str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    pub(super) fn text(&self, label: Label) -> String {
        label.get(self.lang).to_owned()
    }

    pub(super) fn is_assessed(&self) -> bool {
        self.context.assessed.is_some()
    }

    /// The catalogues of the matrix, each once, with what they are here: source, target.
    pub(super) fn catalogs(&self) -> Vec<(usize, bool, bool)> {
        let blocks = &self.context.matrix.blocks;
        let mut seen: Vec<usize> = blocks.iter().map(|b| b.from).chain(blocks.iter().map(|b| b.to)).collect();
        let mut known = std::collections::BTreeSet::new();
        seen.retain(|c| known.insert(*c));
        let role = |c: usize| (c, blocks.iter().any(|b| b.from == c), blocks.iter().any(|b| b.to == c));
        seen.into_iter().map(role).collect()
    }

    pub(super) fn catalog(&self, index: usize) -> Option<&'a Catalog> {
        self.context.mappings.program.catalogs.get(index)
    }

    /// `mhlw@4.2`.
    pub(super) fn catalog_name(&self, index: usize) -> String {
        self.catalog(index).map(|c| format!("{}@{}", c.alias, c.edition)).unwrap_or_default()
    }

    pub(super) fn id(&self, id: RequirementId) -> &'a str {
        self.context.mappings.program.requirement(id).map_or("", |r| &r.id)
    }

    /// The number of an item in its own catalogue; its whole id where that is another than `catalog`.
    pub(super) fn number(&self, id: RequirementId, catalog: usize) -> &'a str {
        let Some(own) = self.context.mappings.program.requirement(id) else { return "" };
        match own.id.split_once(':') {
            Some((_, number)) if own.catalog == catalog => number,
            _ => &own.id,
        }
    }

    /// The source of a pair, or the members of its union, as numbers of `catalog`.
    pub(super) fn source_numbers(&self, cell: &Cell, catalog: usize) -> Vec<&'a str> {
        let items = self.context.mappings.items_at(cell.source);
        items.into_iter().map(|id| self.number(id, catalog)).collect()
    }

    /// The verdicts on the sources of a pair: one word each, without repetition.
    pub(super) fn source_verdicts(&self, cell: &Cell) -> String {
        let Some(assessed) = self.context.assessed else { return String::new() };
        let found: std::collections::BTreeSet<Verdict> = sources(cell, self.context.mappings)
            .into_iter()
            .filter_map(|s| assessed.verdicts.get(s))
            .collect();
        let words: Vec<String> = found.into_iter().map(|v| self.text(v.label())).collect();
        words.join(self.say("・", ", "))
    }

    pub(super) fn mark(&self, cell: &Cell) -> String {
        let label = cell.derivation.mark.map_or_else(words::structure, wording::mark_label);
        self.text(label)
    }

    /// Whether a pair is written down as it is, or follows.
    pub(super) fn origin(&self, cell: &Cell) -> &'static str {
        match self.context.mappings.is_stated(&cell.derivation) {
            true if self.lang == Lang::Ja => "記載",
            true => "stated",
            false if self.lang == Lang::Ja => "推論",
            false => "inferred",
        }
    }

    /// Whether a pair holds without ambiguous and unverified statements.
    pub(super) fn pair_certainty(&self, cell: &Cell) -> String {
        let is_weak = cell.derivation.mark.is_some_and(|m| m > TRUSTED);
        self.text(words::certainty(is_weak))
    }

    /// The same for what an item is said to be; nothing where nothing is said.
    pub(super) fn certainty(&self, item: &Item) -> String {
        match item.coverage {
            kijun_coverage::Coverage::NotCovered => String::new(),
            _ => self.text(words::certainty(item.trusted < item.coverage)),
        }
    }

    /// `△ 一部対応`.
    pub(super) fn standing(&self, coverage: kijun_coverage::Coverage) -> String {
        format!("{} {}", coverage.sign(), self.text(coverage.label()))
    }

    /// `項目 5： ◎0 ○0 △1 ？0 －4（うち弱い 1）`, and with verdicts how many are met and how many are open.
    pub(super) fn figures(&self, tally: &Tally) -> String {
        self.text(words::figures(tally))
    }

    /// What a reader must know of an item beside the columns.
    pub(super) fn remarks(&self, row: &Row<'_>) -> Vec<String> {
        let mut out = Vec::new();
        let item = row.item;
        if item.trusted < item.coverage {
            let alone = self.say("確かな記述だけでは ", "by trusted statements alone: ");
            out.push(format!("{alone}{}", self.standing(item.trusted)));
        }
        if item.coverage == kijun_coverage::Coverage::NotCovered {
            let label = if row.pairs.is_empty() { words::unmapped() } else { words::unrelated() };
            out.push(self.text(label));
        }
        if row.requirement.mark > TRUSTED {
            let mark = self.text(wording::mark_label(row.requirement.mark));
            out.push(format!("{}{mark}", self.say("項目そのものの印: ", "mark of the item itself: ")));
        }
        out
    }

    /// Why, a line for each step; for a union also what covers each member.
    pub(super) fn derivation(&self, cell: &Cell) -> Vec<String> {
        let mappings = self.context.mappings;
        let lines = |d| wording::derivation_words(mappings, d).into_iter().map(|l| self.text(l));
        let mut out: Vec<String> = lines(&cell.derivation).collect();
        for ((source, derivation), member) in cell.members.iter().zip(mappings.items_at(cell.source)) {
            let Some(derivation) = derivation else { continue };
            let (source, member) = (self.id(*source), self.id(member));
            out.push(self.text(words::member_covered(member, source)));
            out.extend(lines(derivation).map(|line| format!("  {line}")));
        }
        out
    }

    /// What the statements of a pair are argued with and where they come from, a line for each.
    pub(super) fn grounds(&self, cell: &Cell) -> Vec<String> {
        let members = cell.members.iter().filter_map(|(_, d)| d.as_ref());
        let used: std::collections::BTreeSet<usize> =
            std::iter::once(&cell.derivation).chain(members).flat_map(|d| d.statements()).collect();
        let several = used.len() > 1;
        let line = |i: usize| {
            let statement = self.context.mappings.statements.get(i)?;
            let about = if several { format!("{}: ", self.statement(i)) } else { String::new() };
            let ground = self.text(words::ground(statement));
            (!ground.is_empty()).then(|| format!("{about}{ground}"))
        };
        used.into_iter().filter_map(line).collect()
    }

    /// A statement as `a 重なる b`.
    pub(super) fn statement(&self, index: usize) -> String {
        let Some(statement) = self.context.mappings.statements.get(index) else { return String::new() };
        let sources: Vec<&str> = statement.sources.iter().map(|s| self.id(*s)).collect();
        let from = match sources.as_slice() {
            [one] => (*one).to_owned(),
            several => format!("{{{}}}", several.join(" ")),
        };
        let relation = self.text(statement.relationship.label());
        format!("{from} {relation} {}", self.id(statement.target))
    }
}

fn rows<'a>(context: &'a MatrixContext<'a>, block: &'a Block, next: &mut usize) -> Vec<Row<'a>> {
    let program = context.mappings.program;
    let mut out = Vec::new();
    for item in &block.items {
        let Some(requirement) = program.requirement(item.id) else { continue };
        let above = |r: &Requirement| program.requirement(r.parent?);
        let depth = std::iter::successors(above(requirement), |r| above(r)).count();
        let pairs = shown(context, block, item, requirement.is_section).into_iter().map(|cell| {
            let pair = Pair { number: *next, cell };
            *next += 1;
            pair
        });
        out.push(Row { item, requirement, depth, pairs: pairs.collect() });
    }
    out
}

/// The pairs to show for an item, those that cover most first: what has something in common for certain and does not only sum up
/// what is below. An item that has none of these, but something, shows that.
fn shown<'a>(
    context: &MatrixContext<'_>,
    block: &'a Block,
    item: &'a Item,
    is_section: bool,
) -> Vec<&'a Cell> {
    let all: Vec<&Cell> = block.cells_of(item).collect();
    let own = |c: &&Cell| !context.mappings.is_rolled_up(&c.derivation);
    let firm: Vec<&Cell> = all.iter().copied().filter(own).filter(|c| c.possible.name() != "open").collect();
    if is_section || !firm.is_empty() {
        return firm;
    }
    // What may have nothing in common with a member says no more of the union.
    let is_item = |c: &&Cell| context.mappings.network.item(c.source).is_some();
    let open: Vec<&Cell> = all.iter().copied().filter(own).filter(is_item).collect();
    if open.is_empty() { all } else { open }
}
