//! Lints: warnings about packs that compile. A lint looks either at one module by itself (`module`, worked out once for each
//! text) or at all of them with what they mean (`program`). What is found is held against suppressions and against the levels
//! that manifests set; existing warnings of the compiler that are lints go through the same.
//!
//! Owns no name resolution and no evaluation: a lint reads trees and the compiled program, and says what it sees.

mod allow;
mod chains;
mod correctness;
mod fix;
mod levels;
mod listing;
mod mapping;
mod module;
mod naming;
mod parity;
mod performance;
mod program;
mod provenance;
mod style;
mod table;
mod testing;
mod texts;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kijun_syntax::Parse;
use kijun_text::{Diagnostic, FileId, Severity, Span};

pub use fix::apply;
pub(crate) use levels::LintTable;
pub use levels::{LintLevel, LintLevels};
pub use listing::{lints_page, lints_text};
pub use module::ModuleLints;
pub use table::{LINTS, Lint, LintGroup, lint, named, nearest_name};

use crate::Compiled;
use allow::Allow;

/// The modules of one manifest, which says how loud lints are in them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LintUnit {
    /// Where the manifest says `[pack]`; nothing for a workspace.
    pub pack: Option<Span>,
    pub modules: Vec<FileId>,
    pub levels: LintLevels,
}

/// A module with what lints saw in it alone.
pub struct Linted<'a> {
    pub file: FileId,
    pub text: &'a str,
    pub parse: &'a Parse,
    pub own: Arc<ModuleLints>,
}

/// What lints found, and how loud they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lints {
    /// By file, in the order of places; without what is suppressed.
    found: BTreeMap<FileId, Vec<Diagnostic>>,
    allows: BTreeMap<FileId, Arc<[Allow]>>,
    levels: BTreeMap<FileId, Arc<LintLevels>>,
}

impl Lints {
    /// Lints the modules of `units`; all other modules are dependencies, which are only read. `told` are warnings that were found
    /// elsewhere: they count as found, so that suppressions of them are in use.
    pub fn new<'a>(
        units: &[LintUnit],
        modules: &[Linted<'a>],
        compiled: &'a Compiled,
        told: impl IntoIterator<Item = &'a Diagnostic>,
    ) -> Lints {
        let mut out = Lints::default();
        for unit in units {
            let levels = Arc::new(unit.levels.clone());
            let files = unit.modules.iter().copied().chain(unit.pack.map(|span| span.file));
            out.levels.extend(files.map(|file| (file, Arc::clone(&levels))));
        }
        let at_hand: BTreeSet<FileId> = units.iter().flat_map(|u| &u.modules).copied().collect();
        let mut found: Vec<Diagnostic> = Vec::new();
        for module in modules.iter().filter(|m| at_hand.contains(&m.file)) {
            found.extend(module.own.found.iter().cloned());
            if !module.own.allows.is_empty() {
                out.allows.insert(module.file, module.own.allows.clone());
            }
        }
        if !compiled.has_errors() {
            let own = modules.iter().filter(|m| at_hand.contains(&m.file));
            let supposed = own.flat_map(|m| &m.own.supposed);
            found.extend(supposed.filter_map(|all| all.iter().find_map(|s| s.holding(compiled))).cloned());
            found.extend(program::found(units, modules, compiled));
        }
        let others: Vec<&Diagnostic> = compiled.diagnostics.iter().chain(told).collect();
        let unused = out.unused(found.iter().chain(others));
        found.retain(|d| !out.is_suppressed(d));
        // With errors, what a suppression is about may not have been looked at.
        if !compiled.has_errors() {
            found.extend(unused);
        }
        for diagnostic in found.into_iter().filter(|d| out.levels.contains_key(&d.span.file)) {
            out.found.entry(diagnostic.span.file).or_default().push(diagnostic);
        }
        for list in out.found.values_mut() {
            list.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
            list.dedup();
        }
        out
    }

    /// What was found in a file, however loud.
    pub fn in_file(&self, file: FileId) -> &[Diagnostic] {
        self.found.get(&file).map_or(&[], Vec::as_slice)
    }

    /// What was found, by file, however loud.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.values().flatten()
    }

    /// Whether a comment suppresses a warning.
    pub fn is_suppressed(&self, diagnostic: &Diagnostic) -> bool {
        let allows = self.allows.get(&diagnostic.span.file);
        allows.is_some_and(|all| allow::silencing(all, diagnostic).next().is_some())
    }

    /// How loud a diagnostic is, if it is a lint of a module at hand: one of those found here, or one that the compiler warns
    /// of. `None`: it is none, and as loud as it says itself.
    pub fn level(&self, diagnostic: &Diagnostic) -> Option<LintLevel> {
        let lint = lint(diagnostic.code)?;
        let levels = self.levels.get(&diagnostic.span.file)?;
        if self.is_suppressed(diagnostic) {
            return Some(LintLevel::Off);
        }
        // A warning of the compiler weighs differently from case to case.
        let usual = match diagnostic.severity {
            Severity::Information if lint.is_of_compiler() => LintLevel::Information,
            Severity::Warning if lint.is_of_compiler() => LintLevel::Warning,
            _ => lint.level,
        };
        Some(levels.said(lint).unwrap_or(usual))
    }

    /// A diagnostic as it is told, if it is: with its level, or as it stands where it is no lint. What is at most a hint is only
    /// told where `hints` are asked for.
    pub fn told(&self, diagnostic: &Diagnostic, hints: bool) -> Option<Diagnostic> {
        let level = self.level(diagnostic);
        if level == Some(LintLevel::Hint) && !hints {
            return None;
        }
        let severity = level.map_or(Some(diagnostic.severity), LintLevel::severity)?;
        Some(Diagnostic { severity, ..diagnostic.clone() })
    }

    /// The names in suppressions that suppress none of these.
    fn unused<'d>(&self, found: impl Iterator<Item = &'d Diagnostic>) -> Vec<Diagnostic> {
        if self.allows.is_empty() {
            return Vec::new();
        }
        let mut used: BTreeSet<(FileId, usize, &str)> = BTreeSet::new();
        for diagnostic in found {
            let allows = self.allows.get(&diagnostic.span.file).into_iter();
            let silencing = allows.flat_map(|all| allow::silencing(all, diagnostic));
            used.extend(silencing.map(|(i, _)| (diagnostic.span.file, i, diagnostic.code)));
        }
        let mut out = Vec::new();
        for (file, all) in &self.allows {
            for (i, allow) in all.iter().enumerate() {
                let idle = allow.lints.iter().filter(|(lint, _)| !used.contains(&(*file, i, lint.code)));
                out.extend(idle.map(|(lint, place)| allow::unused(lint, *place)));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests;
