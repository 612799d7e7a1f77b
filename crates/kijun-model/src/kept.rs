//! What one compilation leaves for the next, so that an edit costs what it changes: what a declaration was lowered to is used
//! again as long as its text and its place stay the same, and so does what the names in it mean. Whole stages (norms,
//! mappings) are used again as long as none of their declarations changed.
//!
//! This only saves work: a compilation gives the same with and without it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kijun_coverage::{Contradiction, Network, Statement};
use kijun_engine::program::{Attest, Check, Const, Program};
use kijun_facts::{Schema, Type};
use kijun_syntax::{Kind, Node, Parse};
use kijun_text::{Diagnostic, FileId};
use rustc_hash::FxHashMap;

use crate::cases::TestCase;
use crate::context::Decl;
use crate::norms::Norms;

/// What to give the next compilation.
#[derive(Debug, Default)]
pub struct Kept {
    pub(crate) modules: Vec<Module>,
    pub(crate) meaning: Option<Meaning>,
    pub(crate) norms: Option<Arc<NormsStage>>,
    pub(crate) program: Option<Arc<Program>>,
    pub(crate) mappings: Option<Arc<MappingStage>>,
    pub(crate) rule_names: BTreeSet<String>,
    pub(crate) lowered: FxHashMap<(FileId, usize), Arc<Lowered>>,
}

/// A module as it was compiled.
#[derive(Debug, Clone)]
pub(crate) struct Module {
    pub(crate) file: FileId,
    pub(crate) text: Arc<String>,
    pub(crate) parse: Arc<Parse>,
}

/// What names stand for, as far as their declarations do not tell.
#[derive(Debug, PartialEq)]
pub(crate) struct Meaning {
    pub(crate) schema: Schema,
    pub(crate) params: BTreeMap<String, (Type, Const)>,
}

/// Norms with the profile applied.
#[derive(Debug)]
pub(crate) struct NormsStage {
    pub(crate) roles: Vec<String>,
    pub(crate) profile: Option<String>,
    pub(crate) norms: Norms,
    /// Catalogues that the profile tracks.
    pub(crate) tracked: Vec<usize>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Mappings with what follows from all of them together.
#[derive(Debug)]
pub(crate) struct MappingStage {
    pub(crate) statements: Arc<Vec<Statement>>,
    pub(crate) network: Arc<Network>,
    pub(crate) contradictions: Arc<Vec<Contradiction>>,
    /// The catalogues for which it was looked at whether mappings are stale.
    pub(crate) tracked: Vec<usize>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// What a declaration was lowered to, and what was wrong with it.
#[derive(Debug)]
pub(crate) struct Lowered {
    pub(crate) result: Outcome,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

#[derive(Debug)]
pub(crate) enum Outcome {
    Check(Option<Arc<Check>>),
    Attest(Option<Box<Attest>>),
    Test(Arc<TestCase>),
}

/// Whether two programs of the same norms are the same, places included.
pub(crate) fn is_same_program(a: &Program, b: &Program) -> bool {
    let same_check = |(a, b): (&Arc<Check>, &Arc<Check>)| Arc::ptr_eq(a, b);
    a.checks.len() == b.checks.len()
        && a.checks.iter().zip(&b.checks).all(same_check)
        && a.schema == b.schema
        && a.tables == b.tables
        && a.relations == b.relations
        && a.attests == b.attests
        && a.combinations == b.combinations
}

impl Outcome {
    pub(crate) fn check(lowered: Arc<Lowered>) -> Option<Arc<Check>> {
        match &lowered.result {
            Outcome::Check(check) => check.clone(),
            _ => None,
        }
    }

    pub(crate) fn attest(lowered: Arc<Lowered>) -> Option<Attest> {
        match &lowered.result {
            Outcome::Attest(attest) => attest.as_deref().cloned(),
            _ => None,
        }
    }

    pub(crate) fn test(lowered: Arc<Lowered>) -> Option<Arc<TestCase>> {
        match &lowered.result {
            Outcome::Test(test) => Some(Arc::clone(test)),
            _ => None,
        }
    }
}

impl Lowered {
    /// Whether its diagnostics name no place of another file, which may have moved.
    pub(crate) fn stands_alone(&self, file: FileId) -> bool {
        self.diagnostics.iter().all(|d| d.notes.iter().all(|n| n.span.file == file))
    }
}

/// Whether a declaration says what names in other declarations stand for.
pub(crate) fn is_named(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Enumeration
            | Kind::Entity
            | Kind::Extension
            | Kind::Relation
            | Kind::Table
            | Kind::Definition
            | Kind::Param
    )
}

/// Whether a declaration belongs to the norms or chooses among them.
pub(crate) fn is_norm(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Catalog | Kind::Instrument | Kind::Risk | Kind::Section | Kind::Requirement | Kind::Profile
    )
}

/// An earlier compilation beside the modules of this one.
pub(crate) struct Before<'k> {
    kept: &'k Kept,
    /// Modules that are not the same, as they were and as they are; `None` when there are others or in another order.
    changed: Option<Vec<(&'k Module, &'k Module)>>,
    /// Of the modules that are the same or changed.
    old: FxHashMap<FileId, (&'k Module, bool)>,
}

impl<'k> Before<'k> {
    pub(crate) fn new(kept: &'k Kept, modules: &'k [Module]) -> Before<'k> {
        let is_same = |a: &Module, b: &Module| Arc::ptr_eq(&a.text, &b.text);
        let pairs = || kept.modules.iter().zip(modules);
        let comparable = kept.modules.len() == modules.len() && pairs().all(|(a, b)| a.file == b.file);
        let changed = comparable.then(|| pairs().filter(|(a, b)| !is_same(a, b)).collect());
        let now: FxHashMap<FileId, &Module> = modules.iter().map(|m| (m.file, m)).collect();
        let known = |m: &'k Module| Some((m.file, (m, is_same(m, now.get(&m.file)?))));
        Before { kept, changed, old: kept.modules.iter().filter_map(known).collect() }
    }

    /// Whether all declarations of these kinds have the same text at the same place.
    pub(crate) fn same(&self, of: fn(Kind) -> bool) -> bool {
        let declarations = |m: &'k Module| {
            let nodes = m.parse.tree.children.iter().filter(move |n| of(n.kind));
            nodes.map(move |n| (n, n.text(&m.text)))
        };
        let same = |(old, new): &(&'k Module, &'k Module)| declarations(old).eq(declarations(new));
        self.changed.as_ref().is_some_and(|changed| changed.iter().all(same))
    }

    /// What a declaration was lowered to, if its text and its place are the same.
    pub(crate) fn lowered(&self, decl: Decl<'_>) -> Option<&'k Arc<Lowered>> {
        let found = self.kept.lowered.get(&(decl.file, decl.node.start))?;
        let (module, is_same) = self.old.get(&decl.file)?;
        (*is_same || stood_there(module, decl)).then_some(found)
    }

    pub(crate) fn kept(&self) -> &'k Kept {
        self.kept
    }
}

/// Whether a module held this very declaration at this place.
fn stood_there(module: &Module, decl: Decl<'_>) -> bool {
    let items = &module.parse.tree.children;
    let at = items.partition_point(|n: &Node| n.start < decl.node.start);
    let mut candidates = items.iter().skip(at).take_while(|n| n.start == decl.node.start);
    candidates.any(|n| n == decl.node && n.text(&module.text) == decl.node.text(decl.text))
}
