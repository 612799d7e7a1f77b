//! The matrix of a catalogue against others, on the verdicts as they stand.

use kijun_coverage::{Mappings, Matrix, Verdicts};
use kijun_engine::program::Catalog;
use kijun_exchange::lookup::{NamedPack, Refusal, is_included, named_catalogs, qualified};
use kijun_exchange::{Assessed, MatrixContext, PackRef};
use kijun_text::Label;

use crate::explain::not_evaluated;
use crate::snapshot::Snapshot;

/// A catalogue by the name that a matrix takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCatalog {
    pub name: String,
    pub title: Label,
    /// Whether anything of it is evaluated.
    pub is_included: bool,
}

/// The catalogues of a root, by name.
pub fn catalogs(snapshot: &Snapshot) -> Vec<NamedCatalog> {
    let program = snapshot.semantics.program();
    let named = |(i, c): (usize, &Catalog)| NamedCatalog {
        name: qualified(c),
        title: c.title.clone(),
        is_included: is_included(program, i),
    };
    let mut all: Vec<NamedCatalog> = program.catalogs.iter().enumerate().map(named).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Works out how far `from` covers `to`, and gives it to whoever writes it down. `packs` are those of the root, with their
/// digests.
///
/// # Errors
/// When a name means no catalogue, when there is nothing to compare, or when the packs have errors.
pub fn matrix<T>(
    snapshot: &Snapshot,
    from: &str,
    to: &[String],
    packs: &[PackRef],
    write: impl FnOnce(&MatrixContext<'_>) -> T,
) -> Result<T, Refusal> {
    let semantics = &snapshot.semantics;
    let (program, about) = (semantics.program(), &semantics.choices.about);
    if semantics.compiled.has_errors() {
        return Err(not_evaluated());
    }
    let named: Vec<NamedPack<'_>> =
        about.packs.iter().map(|p| (p.name.as_str(), p.modules.as_slice())).collect();
    let from = named_catalogs(program, &named, from)?;
    let mut targets: Vec<usize> = Vec::new();
    for name in to {
        for catalog in named_catalogs(program, &named, name)? {
            if !targets.contains(&catalog) {
                targets.push(catalog);
            }
        }
    }
    let mappings = Mappings::new(program, &semantics.compiled.mappings, None);
    let assessment = semantics.assessment.as_ref().filter(|_| about.is_workspace);
    let verdicts = assessment.map(|a| Verdicts::of(a));
    let matrix = Matrix::new(&mappings, &from, &targets, verdicts.as_ref());
    if matrix.blocks.is_empty() {
        return Err((
            Label::new("比べるものがありません", "there is nothing to compare"),
            Label::new("別のカタログを指定してください", "name two different catalogues"),
        ));
    }
    let assessed = verdicts.as_ref().map(|verdicts| Assessed {
        facility: &about.facility,
        title: &about.title,
        as_of: semantics.choices.today,
        verdicts,
    });
    let engine_version = env!("CARGO_PKG_VERSION");
    Ok(write(&MatrixContext { mappings: &mappings, matrix: &matrix, assessed, engine_version, packs }))
}

#[cfg(test)]
mod tests {
    use kijun_exchange::matrix_json;
    use kijun_text::Lang;

    use super::*;
    use crate::testing::{NORMS, fixture};

    const MAPPED: &str = "mapping mhlw -> iso { mark published  8.1 superset A.1 strength 7 }\n";

    fn check(text: &str, from: &str, to: &str) -> String {
        let (snapshot, _) = fixture(&format!("{NORMS}{text}"));
        let to: Vec<String> = to.split(',').map(str::to_owned).collect();
        let found = matrix(&snapshot, from, &to, &[], |context| {
            let items = context.matrix.blocks.iter().flat_map(|b| &b.items);
            let line = |i: &kijun_coverage::Item| {
                let id = context.mappings.program.requirement(i.id).map_or("", |r| &r.id);
                format!("{id} {}", i.coverage.label().en)
            };
            let lines: Vec<String> = items.map(line).collect();
            serde_free(context);
            lines.join(", ")
        });
        found.unwrap_or_else(|(message, help)| format!("{}: {}", message.get(Lang::En), help.get(Lang::En)))
    }

    /// That the data of the program can be made of it.
    fn serde_free(context: &MatrixContext<'_>) {
        let _ = matrix_json(context);
    }

    #[test]
    fn one_catalogue_covers_another() {
        assert_eq!(check(MAPPED, "mhlw", "iso@2022"), "iso:A.1 covered, unverified, iso:A.2 not covered");
    }

    #[test]
    fn names_that_mean_nothing_and_packs_with_errors_are_refused() {
        assert_eq!(
            check(MAPPED, "mhlw", "iso@2013"),
            "no catalogue `iso@2013` is loaded: did you mean `iso@2022`?"
        );
        assert_eq!(check(MAPPED, "iso", "iso"), "there is nothing to compare: name two different catalogues");
        let broken = format!("{MAPPED}check x for mhlw:9 {{ require true }}\n");
        assert!(check(&broken, "mhlw", "iso").starts_with("the packs have errors"));
    }

    #[test]
    fn catalogues_are_listed_by_name() {
        let (snapshot, _) = fixture(NORMS);
        let names: Vec<String> = catalogs(&snapshot).into_iter().map(|c| c.name).collect();
        assert_eq!(names, ["iso@2022", "mhlw@4.2"]);
    }
}
