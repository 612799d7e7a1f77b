//! How far what is evaluated covers the catalogues that are tracked, and which checks no test exercises.

use std::sync::Arc;

use kijun_coverage::Network;
use kijun_engine::program::Program;
use kijun_model::review::{CoverageReview, Remarks, unexercised};
use kijun_model::{Compiled, Trees};

use crate::doc::Files;
use crate::index::catalog_parts;
use crate::semantics::Choices;

/// What the mappings and the tests of a program give.
#[derive(Debug, Default)]
pub struct Coverage {
    pub network: Option<Arc<Network>>,
    pub tracked: CoverageReview,
    pub unexercised: Remarks,
}

impl Coverage {
    pub(crate) fn new(files: &Files, compiled: &Compiled, choices: &Choices) -> Coverage {
        let program = &compiled.program;
        let mappings = compiled.consistent();
        let set = choices.track.iter().flat_map(|name| named(program, name));
        let mut catalogs: Vec<usize> = compiled.tracked.iter().copied().chain(set).collect();
        catalogs.sort_unstable();
        catalogs.dedup();
        let tracked = CoverageReview::new(&mappings, &catalogs);
        let paths = files.iter().map(|(file, doc)| (file, doc.path.as_str()));
        let unexercised = unexercised(compiled, &trees(files), paths).remarks;
        Coverage { network: Some(mappings.network), tracked, unexercised }
    }
}

/// The trees of all modules, as they are kept per file.
pub(crate) fn trees(files: &Files) -> Trees {
    let mut trees = Trees::default();
    for (file, doc) in files.modules() {
        trees.insert(file, Arc::clone(doc.parse()));
    }
    trees
}

/// The catalogues that `alias` or `alias@edition` names.
fn named(program: &Program, name: &str) -> Vec<usize> {
    let (alias, edition) = catalog_parts(name);
    let all = program.catalogs.iter().enumerate();
    let fits = all.filter(|(_, c)| c.alias == alias && edition.as_ref().is_none_or(|e| *e == c.edition));
    fits.map(|(i, _)| i).collect()
}
