//! How far what is evaluated covers the catalogues that are tracked, and where mappings contradict each other.

use std::sync::Arc;

use kijun_coverage::{Contradiction, Covering, Mappings, Network, cover, wording};
use kijun_engine::program::{Program, RequirementId, Scope};
use kijun_model::Compiled;
use kijun_text::Label;

use crate::index::catalog_parts;
use crate::semantics::Choices;

/// How far one catalogue is covered.
#[derive(Debug)]
pub struct Tracked {
    /// Index of the catalogue.
    pub catalog: usize,
    pub covering: Covering,
    /// Items of what is evaluated that nothing ties to this catalogue.
    pub apart: Vec<RequirementId>,
}

/// What the mappings of a program give.
#[derive(Debug, Default)]
pub struct Coverage {
    pub network: Option<Arc<Network>>,
    pub tracked: Vec<Tracked>,
    /// With the chain that shows each, a sentence a step.
    pub contradictions: Vec<(Contradiction, Vec<Label>)>,
}

impl Coverage {
    pub(crate) fn new(compiled: &Compiled, choices: &Choices) -> Coverage {
        let program = &compiled.program;
        let mappings = compiled.consistent();
        let words = |c: &Contradiction| wording::derivation_words(&mappings, &c.derivation);
        let contradictions = mappings.contradictions.iter().map(|c| (c.clone(), words(c))).collect();
        let mut catalogs: Vec<usize> = choices.track.iter().flat_map(|name| named(program, name)).collect();
        catalogs.extend(&compiled.tracked);
        catalogs.sort_unstable();
        catalogs.dedup();
        let tracked = catalogs.into_iter().map(|catalog| tracked(&mappings, catalog)).collect();
        Coverage { network: Some(mappings.network), tracked, contradictions }
    }
}

/// The catalogues that `alias` or `alias@edition` names.
fn named(program: &Program, name: &str) -> Vec<usize> {
    let (alias, edition) = catalog_parts(name);
    let all = program.catalogs.iter().enumerate();
    let fits = all.filter(|(_, c)| c.alias == alias && edition.as_ref().is_none_or(|e| *e == c.edition));
    fits.map(|(i, _)| i).collect()
}

fn tracked(mappings: &Mappings<'_>, catalog: usize) -> Tracked {
    let program = mappings.program;
    let alias = |c: usize| program.catalogs.get(c).map(|c| c.alias.as_str());
    let is_source = |id: &RequirementId| {
        program.requirement(*id).is_some_and(|r| {
            matches!(r.scope, Scope::In) && r.text_included && alias(r.catalog) != alias(catalog)
        })
    };
    let all = (0..program.requirements.len() as u32).map(RequirementId);
    let sources: Vec<RequirementId> = all.filter(|id| mappings.is_counted(*id)).filter(is_source).collect();
    let targets: Vec<RequirementId> =
        mappings.items_of(catalog).into_iter().filter(|id| mappings.is_counted(*id)).collect();
    let covering = cover(mappings, &sources, &targets, None);
    let mut tied: Vec<RequirementId> =
        covering.cells.iter().flat_map(|c| kijun_coverage::sources(c, mappings)).collect();
    tied.sort_unstable();
    tied.dedup();
    let apart = sources.into_iter().filter(|s| tied.binary_search(s).is_err()).collect();
    Tracked { catalog, covering, apart }
}
