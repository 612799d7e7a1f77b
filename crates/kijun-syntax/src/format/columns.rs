//! Vertical alignment: what stands in columns, and the padding.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::Line;
use super::tokens::Token;
use crate::{Kind, Node};

/// Lines of one family in one run share their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    Attribute,
    Literal,
    Pair,
    Row,
    Level,
    Clause,
}

impl Family {
    /// The family of an element of a block, if it is aligned at all.
    pub(super) fn of(block: Kind, element: Kind) -> Option<Family> {
        let aligned = [
            Kind::Entity,
            Kind::Extension,
            Kind::Enumeration,
            Kind::Mapping,
            Kind::Table,
            Kind::Catalog,
            Kind::Requirement,
        ];
        match element {
            _ if !aligned.contains(&block) => None,
            Kind::Attribute => Some(Family::Attribute),
            Kind::Literal => Some(Family::Literal),
            Kind::Pair => Some(Family::Pair),
            Kind::TableRow | Kind::Columns => Some(Family::Row),
            Kind::Level => Some(Family::Level),
            Kind::Joint => None,
            _ => Some(Family::Clause),
        }
    }
}

/// The number of the first column of values in a table; the keys of its rows stand before it.
const VALUES: usize = 1000;

/// The places where the columns of an element begin: (byte offset, number of the column).
pub(super) fn starts(family: Family, element: &Node) -> Vec<(usize, usize)> {
    let start = |kind: Kind| element.child(kind).map(|n| n.start);
    let numbered = |places: &[Option<usize>]| {
        places.iter().enumerate().filter_map(|(i, at)| at.map(|at| (at, i + 1))).collect()
    };
    let part = |n: usize| element.parts().nth(n).map(|n| n.start);
    match family {
        Family::Attribute => numbered(&[start(Kind::Title), start(Kind::TypeRef)]),
        Family::Literal => numbered(&[start(Kind::Title), start(Kind::En)]),
        Family::Level => numbered(&[part(2), start(Kind::Title), start(Kind::En)]),
        Family::Pair if element.parts().nth(3).is_some_and(|n| n.kind == Kind::Strength) => {
            numbered(&[part(1), part(2), part(3), part(4)])
        }
        Family::Pair => numbered(&[part(1), part(2)]),
        Family::Row => cells(element),
        Family::Clause if matches!(element.kind, Kind::TextNotIncluded | Kind::Withdrawn) => Vec::new(),
        Family::Clause if element.kind == Kind::PartOf => numbered(&[part(2)]),
        Family::Clause => numbered(&[part(1)]),
    }
}

fn cells(row: &Node) -> Vec<(usize, usize)> {
    let mut column = if row.kind == Kind::Columns { VALUES } else { 0 };
    let mut out = Vec::new();
    for part in &row.children {
        match part.kind {
            Kind::Punct => column = VALUES,
            Kind::Cell => {
                if column > 0 {
                    out.push((part.start, column));
                }
                column += 1;
            }
            _ => {}
        }
    }
    out
}

/// Aligns the lines of each block in runs: a blank line or a comment on a line of its own ends a run.
pub(super) fn align(lines: &mut [Line<'_>]) {
    let mut groups: BTreeMap<(usize, usize, Family), Vec<&mut Line<'_>>> = BTreeMap::new();
    let mut run = 0;
    for line in lines.iter_mut() {
        if line.blank_before || line.is_comment() {
            run += 1;
        }
        if let Some((block_start, family)) = member(line) {
            groups.entry((run, block_start, family)).or_default().push(line);
        }
    }
    groups.into_values().for_each(align_group);
}

/// The block and family of a line that takes part. Only clauses may share their line with others.
fn member(line: &Line<'_>) -> Option<(usize, Family)> {
    let element = line.tokens.first()?.element?;
    let family = element.family?;
    let alone = line.tokens.iter().filter(|t| t.element == Some(element)).count() == 1;
    (alone || family == Family::Clause).then_some((element.block_start, family))
}

fn align_group(mut lines: Vec<&mut Line<'_>>) {
    let columns: BTreeSet<usize> =
        lines.iter().flat_map(|l| first_element(l).iter().filter_map(|t| t.column)).collect();
    for column in columns {
        let place = |line: &Line<'_>| first_element(line).iter().position(|t| t.column == Some(column));
        let widest = lines.iter().filter_map(|l| place(l).map(|at| l.column_of(at))).max().unwrap_or(0);
        for line in &mut lines {
            let Some(at) = place(line) else { continue };
            let padding = widest.saturating_sub(line.column_of(at));
            if let Some(token) = line.tokens.get_mut(at) {
                token.gap += padding;
            }
        }
    }
}

/// The tokens of what the line begins with.
fn first_element<'l, 't>(line: &'l Line<'t>) -> &'l [Token<'t>] {
    let end = line.tokens.iter().skip(1).position(|t| t.element.is_some());
    line.tokens.get(..end.map_or(line.tokens.len(), |i| i + 1)).unwrap_or_default()
}
