//! Names and labels that are taken for each other.

use std::collections::BTreeMap;

use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Span, fold_width};

use super::{World, declarations};
use crate::lint::view::found;

pub(super) fn check(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    names(world, out);
    labels(world, out);
}

/// Names of the same sort that differ only in case, width or underscores.
fn names(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<(u8, String), (String, Span)> = BTreeMap::new();
    for item in world.modules.iter().flat_map(declarations) {
        let sort = match item.node.kind {
            Kind::Check | Kind::Attest => 0,
            Kind::Relation | Kind::Table | Kind::Definition | Kind::Param => 1,
            Kind::Entity | Kind::Enumeration => 2,
            Kind::Risk => 3,
            Kind::Instrument => 4,
            _ => continue,
        };
        let Some((name, place)) = item.name() else { continue };
        let folded = fold_width(&name).to_lowercase().replace('_', "");
        let Some((other, first)) = seen.get(&(sort, folded.clone())) else {
            seen.insert((sort, folded), (name, place));
            continue;
        };
        if *other != name && world.is_own(place) {
            out.push(
                found(
                    "K1302",
                    place,
                    format!("`{name}` は `{other}` と見分けにくい名前です"),
                    format!("`{name}` is easily taken for `{other}`"),
                )
                .note(*first, "もう一方", "the other one")
                .help("違いが目で見て分かる名前にしてください", "choose a name that looks different"),
            );
        }
    }
}

/// Labels are the headings of ledgers and what stands in their cells: two that are the same cannot both be read.
fn labels(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    let schema = &world.compiled.program.schema;
    for kind in &schema.kinds {
        let mut seen: BTreeMap<String, (&str, Span)> = BTreeMap::new();
        for attribute in &kind.attributes {
            let label = fold_width(&attribute.label.ja);
            if label.is_empty() {
                continue;
            }
            match seen.get(&label) {
                Some((other, first)) if world.is_own(attribute.span) => {
                    out.push(same(&attribute.label.ja, other, attribute.span).note(
                        *first,
                        "もう一方",
                        "the other one",
                    ));
                }
                Some(_) => {}
                None => {
                    seen.insert(label, (&attribute.name, attribute.span));
                }
            }
        }
    }
    for item in world.own().filter(|d| d.node.kind == Kind::Enumeration) {
        let mut seen: BTreeMap<String, (String, Span)> = BTreeMap::new();
        for literal in item.all(Kind::Literal) {
            let (label, Some((name, place))) = (literal.label().ja, literal.name()) else { continue };
            let folded = fold_width(&label);
            match seen.get(&folded).filter(|_| !folded.is_empty()) {
                Some((other, first)) => {
                    out.push(same(&label, other, place).note(*first, "もう一方", "the other one"));
                }
                None => {
                    seen.insert(folded, (name, place));
                }
            }
        }
    }
}

fn same(label: &str, other: &str, place: Span) -> Diagnostic {
    found(
        "K1305",
        place,
        format!("表示名「{label}」は `{other}` と同じです"),
        format!("`{other}` has the label `{label}`, too"),
    )
    .help(
        "台帳の見出しや値として読めるように、別の表示名にしてください",
        "give it a label of its own: ledgers are read by labels",
    )
}
