//! What lints see in all modules together, with what they mean. Each question is a file.

mod doubles;
mod norms;
mod rules;
mod tests;
mod unused;

use std::collections::BTreeSet;

use kijun_syntax::Kind;
use kijun_text::{Diagnostic, FileId, Span};
use rustc_hash::FxHashMap;

use super::view::head;
use super::{LintUnit, Linted};
use crate::Compiled;
use crate::context::Decl;

/// The packs as a whole: what is read is everything, what is told is about the modules at hand.
struct World<'a> {
    compiled: &'a Compiled,
    modules: &'a [Linted<'a>],
    at_hand: BTreeSet<FileId>,
    /// The declarations of modules at hand, by place.
    items: FxHashMap<(FileId, u32), Decl<'a>>,
}

impl<'a> World<'a> {
    fn new(units: &[LintUnit], modules: &'a [Linted<'a>], compiled: &'a Compiled) -> World<'a> {
        let at_hand: BTreeSet<FileId> = units.iter().flat_map(|u| &u.modules).copied().collect();
        let mut items = FxHashMap::default();
        for module in modules.iter().filter(|m| at_hand.contains(&m.file)) {
            for item in declarations(module) {
                // Some of what is compiled names the whole declaration, some its name or id.
                items.insert((item.file, item.span().start), item);
                items.insert((item.file, head(item).start), item);
            }
        }
        World { compiled, modules, at_hand, items }
    }

    /// Whether a place is in a module at hand.
    fn is_own(&self, span: Span) -> bool {
        self.at_hand.contains(&span.file)
    }

    /// The declaration at a place, of a module at hand.
    fn item(&self, span: Span) -> Option<Decl<'a>> {
        self.items.get(&(span.file, span.start)).copied()
    }

    /// The place of a clause of a declaration, or its head.
    fn clause(&self, span: Span, kind: Kind) -> Span {
        let item = self.item(span);
        let clause = item.and_then(|i| i.child(kind)).map(Decl::span);
        clause.or_else(|| item.map(head)).unwrap_or(span)
    }

    /// The declarations of modules at hand, in the order of modules.
    fn own(&self) -> impl Iterator<Item = Decl<'a>> {
        self.modules.iter().filter(|m| self.at_hand.contains(&m.file)).flat_map(declarations)
    }
}

fn declarations<'a>(module: &Linted<'a>) -> impl Iterator<Item = Decl<'a>> + use<'a> {
    let (file, text, tree) = (module.file, module.text, &module.parse.tree);
    let nodes = tree.children.iter().filter(|n| !n.is_trivia() && n.kind != Kind::BadItem);
    nodes.map(move |node| Decl { file, text, node })
}

/// Everything that is found, in no particular order.
pub(super) fn found(units: &[LintUnit], modules: &[Linted<'_>], compiled: &Compiled) -> Vec<Diagnostic> {
    let world = World::new(units, modules, compiled);
    let mut out = Vec::new();
    rules::check(&world, &mut out);
    norms::check(&world, &mut out);
    doubles::check(&world, &mut out);
    unused::check(&world, &mut out);
    tests::check(&world, units, &mut out);
    out
}
