//! A statement of a mapping by ids instead of numbers: what both formats are translated from and to.

use std::fmt;

use kijun_coverage::{Method, Rationale, Relationship, Statement};
use kijun_engine::program::{Mark, Program, RequirementId};
use kijun_text::Label;

use crate::loss::Losses;

/// `mhlw@4.2`; the edition may be empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CatalogName {
    pub alias: String,
    pub edition: String,
}

impl CatalogName {
    pub fn parse(text: &str) -> CatalogName {
        let (alias, edition) = text.split_once('@').unwrap_or((text, ""));
        CatalogName { alias: alias.to_owned(), edition: edition.to_owned() }
    }

    /// Whether this name, of which the edition may be left out, means that catalogue.
    pub fn means(&self, other: &CatalogName) -> bool {
        self.alias == other.alias && (self.edition.is_empty() || self.edition == other.edition)
    }
}

impl fmt::Display for CatalogName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.edition.as_str() {
            "" => f.write_str(&self.alias),
            edition => write!(f, "{}@{edition}", self.alias),
        }
    }
}

/// A catalogue at hand.
#[derive(Debug, Clone)]
pub struct CatalogAtHand {
    pub name: CatalogName,
    pub title: Label,
    /// Every id, sections too, in catalogue order, and whether it is a section.
    pub ids: Vec<(String, bool)>,
}

/// The catalogues of a program.
pub fn catalogs_at_hand(program: &Program) -> Vec<CatalogAtHand> {
    let mut out: Vec<CatalogAtHand> = program
        .catalogs
        .iter()
        .map(|c| CatalogAtHand {
            name: CatalogName { alias: c.alias.clone(), edition: c.edition.clone() },
            title: c.title.clone(),
            ids: Vec::new(),
        })
        .collect();
    for requirement in program.requirements.iter() {
        if let Some(catalog) = out.get_mut(requirement.catalog) {
            catalog.ids.push((local(&requirement.id).to_owned(), requirement.is_section));
        }
    }
    out
}

/// The norm's own id.
pub(crate) fn local(id: &str) -> &str {
    id.split_once(':').map_or(id, |(_, local)| local)
}

/// What is said of items of one catalogue, taken together, and an item of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub from: CatalogName,
    pub to: CatalogName,
    pub sources: Vec<String>,
    pub relationship: Relationship,
    pub equivalent: bool,
    pub target: String,
    pub strength: Option<u8>,
    pub rationale: Option<Rationale>,
    pub argument: Label,
    pub method: Method,
    pub source: String,
    pub mark: Mark,
}

impl Claim {
    /// `mhlw@4.2:6.5 intersects csf@2.0:PR.AA-01`, for people.
    pub(super) fn shown(&self) -> String {
        let sources: Vec<String> = self.sources.iter().map(|s| format!("{}:{s}", self.from)).collect();
        format!("{} {} {}:{}", sources.join(" + "), self.word(), self.to, self.target)
    }

    /// The relationship in the language.
    pub(super) fn word(&self) -> &'static str {
        if self.equivalent { kijun_coverage::EQUIVALENT } else { self.relationship.name() }
    }
}

/// Statements as claims. Those about a union across catalogues are lost: a map of OSCAL has one source resource.
pub(super) fn claims_of(program: &Program, statements: &[&Statement], losses: &mut Losses) -> Vec<Claim> {
    let catalogs = catalogs_at_hand(program);
    let item = |id: RequirementId| {
        let requirement = program.requirement(id)?;
        Some((&catalogs.get(requirement.catalog)?.name, local(&requirement.id)))
    };
    let mut sorted: Vec<&&Statement> = statements.iter().collect();
    sorted.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut out = Vec::new();
    for statement in sorted {
        let sources: Option<Vec<_>> = statement.sources.iter().map(|s| item(*s)).collect();
        let (Some(sources), Some((to, target))) = (sources, item(statement.target)) else { continue };
        let Some((from, _)) = sources.first() else { continue };
        let claim = Claim {
            from: (*from).clone(),
            to: to.clone(),
            sources: sources.iter().map(|(_, id)| (*id).to_owned()).collect(),
            relationship: statement.relationship,
            equivalent: statement.equivalent,
            target: target.to_owned(),
            strength: statement.strength,
            rationale: statement.rationale,
            argument: statement.argument.clone(),
            method: statement.method,
            source: statement.source.clone(),
            mark: statement.mark,
        };
        if sources.iter().all(|(catalog, _)| catalog == from) {
            out.push(claim);
        } else {
            losses.add(across_catalogs(), claim.shown(), None);
        }
    }
    out
}

fn across_catalogs() -> Label {
    Label::new(
        "複数のカタログの項目を合わせた主張は、OSCALの map が一つの出典しか持てないので、書き出していません",
        "claims about items of several catalogues together are not written: a map of OSCAL has one source resource",
    )
}

/// One order, whatever the order of modules was.
fn order(s: &Statement) -> impl Ord {
    (
        (s.sources.clone(), s.target, s.relationship, s.equivalent),
        (s.strength, s.rationale, s.method, s.source.clone(), s.mark),
        (s.argument.ja.clone(), s.argument.en.clone()),
    )
}
