//! What lints see in one module by itself: one walk over its tree.

use std::sync::Arc;

use kijun_syntax::{Kind, Node};
use kijun_text::{Diagnostic, FileId};
use rustc_hash::FxHashSet;

use super::allow::{Allow, allows};
use super::chains::{Chains, Supposed};
use super::view::core;
use super::{correctness, mapping, naming, parity, performance, provenance, style, testing, texts};
use crate::context::Decl;

/// What lints saw in a module, as long as its text is the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModuleLints {
    pub(super) found: Vec<Diagnostic>,
    pub(super) allows: Arc<[Allow]>,
    /// What may be so, depending on other modules; of each group one is told.
    pub(super) supposed: Vec<Vec<Supposed>>,
    /// Names that it uses, where they are not what a declaration gives.
    pub(super) uses: FxHashSet<String>,
}

impl ModuleLints {
    /// What they say, suppressed or not.
    pub fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    pub fn new(file: FileId, text: &str, tree: &Node) -> ModuleLints {
        let module = Decl { file, text, node: tree };
        let mut out = ModuleLints::default();
        out.allows = allows(module, &mut out.found).into();
        style::module(module, &mut out.found);
        for item in tree.children.iter().filter(|n| !n.is_trivia() && n.kind != Kind::BadItem) {
            out.item(module.at(item));
        }
        out
    }

    /// The text with the fixes of one lint, and how many there were.
    #[cfg(test)]
    pub(crate) fn fixed(&self, file: FileId, text: &str, code: &str) -> (String, usize) {
        super::apply(file, text, self.found.iter().filter(|d| d.code == code))
    }

    fn item(&mut self, item: Decl<'_>) {
        let found = &mut self.found;
        correctness::item(item, found);
        provenance::item(item, found);
        mapping::item(item, found);
        naming::item(item, found);
        parity::item(item, found);
        style::item(item, found);
        performance::item(item, found);
        testing::item(item, found);
        let mut walk = Walk { out: self, vars: variables(item), chains: Chains::default() };
        let declared = item.node.child(Kind::Name).map(|n| n.start);
        walk.node(item, declared);
        let supposed = walk.chains.supposed;
        self.supposed.extend(supposed);
    }
}

/// The variables that a declaration binds for its expressions.
fn variables<'a>(item: Decl<'a>) -> Vec<&'a str> {
    let name = |d: Decl<'a>| d.node.text(d.text);
    match item.node.kind {
        Kind::Rule => item.all(Kind::Name).skip(1).map(name).collect(),
        Kind::Definition => item.all(Kind::Parameter).filter_map(|p| p.child(Kind::Name)).map(name).collect(),
        _ => item.all(Kind::Each).filter_map(|e| e.child(Kind::Name)).map(name).collect(),
    }
}

/// One walk over a declaration, with the variables that are bound on the way.
struct Walk<'o, 'a> {
    out: &'o mut ModuleLints,
    vars: Vec<&'a str>,
    chains: Chains,
}

impl<'a> Walk<'_, 'a> {
    fn node(&mut self, decl: Decl<'a>, declared: Option<usize>) {
        let found = &mut self.out.found;
        let mut bound = None;
        match decl.node.kind {
            Kind::Name | Kind::Field | Kind::RequirementId | Kind::CatalogId => {
                if declared != Some(decl.node.start) {
                    self.uses(decl.node.text(decl.text));
                }
                return;
            }
            Kind::String => {
                self.uses_of_text(decl.node.text(decl.text));
                return;
            }
            Kind::Conjunction | Kind::Disjunction => self.chains.chain(decl, &self.vars, found),
            Kind::Negation => style::negation(decl, found),
            Kind::Comparison => {
                correctness::comparison(decl, found);
                style::comparison(decl, found);
                performance::comparison(decl, found);
            }
            Kind::SetLiteral => correctness::set(decl, found),
            Kind::Names => correctness::names(decl, found),
            Kind::Quantity | Kind::Date | Kind::DayOrYear => correctness::literal(decl, found),
            Kind::Quantifier | Kind::Aggregate => {
                bound = decl.child(Kind::Name);
                correctness::binder(decl, &self.vars, found);
            }
            _ => {}
        }
        texts::node(decl, &mut self.out.found);
        let depth = self.vars.len();
        for child in &decl.node.children {
            // A variable is bound in the condition, not in the set that it is drawn from.
            if let Some(name) = bound
                && matches!(child.kind, Kind::Disjunction | Kind::Expression)
                && self.vars.len() == depth
            {
                self.vars.push(name.node.text(name.text));
            }
            self.node(decl.at(child), declared);
        }
        self.vars.truncate(depth);
    }

    fn uses(&mut self, name: &str) {
        if !self.out.uses.contains(name) {
            self.out.uses.insert(name.to_owned());
        }
    }

    /// Names in the `{…}` of a message.
    fn uses_of_text(&mut self, text: &str) {
        for inner in text.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            let words = inner.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.filter(|w| !w.is_empty()).for_each(|word| self.uses(word));
        }
    }
}

/// Whether a set is a whole kind: a name that is no variable.
pub(super) fn is_extent(set: Decl<'_>, vars: &[&str]) -> bool {
    let node = core(set.node);
    let plain = node.kind == Kind::CallOrName && node.child(Kind::Arguments).is_none();
    plain && !vars.contains(&node.text(set.text))
}
