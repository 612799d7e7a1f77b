//! Gaps of the catalogues that are watched: on the items that are not, partly or only possibly covered, or covered by what nothing
//! checks; on the items of what is evaluated that nothing ties to them; summed up on each catalogue.

use std::collections::BTreeMap;

use kijun_coverage::{Coverage, Item, Mappings, Watch, Watched};
use kijun_engine::program::{Catalog, Program, RequirementId};
use kijun_text::{Diagnostic, FileId, Label};

use super::{CoverageLevel, Group, Remark};

/// The code of the figures of a catalogue.
pub const COVERAGE: &str = "coverage";

/// How many items a remark names.
const NAMED: usize = 3;

/// How the catalogues stand that are watched. What is told of items is put into words when a file is asked for.
#[derive(Debug, Clone, Default)]
pub struct CoverageReview {
    pub watch: Watch,
    by_file: BTreeMap<FileId, Vec<Told>>,
}

/// What there is to tell, of a catalogue that is watched (by index).
#[derive(Debug, Clone, Copy)]
enum Told {
    Figures(usize),
    /// An item of the catalogue, by index.
    Gap(usize, usize),
    Unmapped(usize, RequirementId),
}

impl CoverageReview {
    pub fn new(mappings: &Mappings<'_>, catalogs: &[usize]) -> CoverageReview {
        let program = mappings.program;
        let watch = Watch::new(mappings, catalogs);
        let mut by_file: BTreeMap<FileId, Vec<Told>> = BTreeMap::new();
        let file = |id: RequirementId| program.requirement(id).map(|r| r.span.file);
        for (w, watched) in watch.catalogs.iter().enumerate() {
            let catalog = program.catalogs.get(watched.of).map(|c| (c.span.file, Told::Figures(w)));
            let gaps = watch.indexes(watched).filter(|(_, item)| item.coverage != Coverage::Covered);
            let gaps = gaps.filter_map(|(i, item)| Some((file(item.id)?, Told::Gap(w, i))));
            let apart = watched.apart.iter().filter_map(|id| Some((file(*id)?, Told::Unmapped(w, *id))));
            for (file, told) in catalog.into_iter().chain(gaps).chain(apart) {
                by_file.entry(file).or_default().push(told);
            }
        }
        CoverageReview { watch, by_file }
    }

    pub fn files(&self) -> impl Iterator<Item = FileId> {
        self.by_file.keys().copied()
    }

    /// What there is to tell in a file.
    pub fn in_file(&self, program: &Program, file: FileId, level: CoverageLevel) -> Vec<Remark> {
        let told = self.by_file.get(&file).map_or(&[][..], Vec::as_slice).iter();
        let is_wanted = |told: &&Told| match level {
            CoverageLevel::Off => false,
            CoverageLevel::Summary => matches!(told, Told::Figures(_)),
            CoverageLevel::Items => true,
        };
        told.filter(is_wanted).filter_map(|t| self.remark(program, *t)).collect()
    }

    fn remark(&self, program: &Program, told: Told) -> Option<Remark> {
        let (Told::Figures(w) | Told::Gap(w, _) | Told::Unmapped(w, _)) = told;
        let watched = self.watch.catalogs.get(w)?;
        let catalog = program.catalogs.get(watched.of)?;
        match told {
            Told::Figures(_) => {
                let figures = figures(watched);
                let message =
                    Label::new(format!("対応の状況: {}", figures.ja), format!("coverage: {}", figures.en));
                let name = name(catalog);
                let diagnostic = Diagnostic::information(COVERAGE, catalog.span, message).help(
                    format!("項目ごとには `kijun gaps --of {name}`"),
                    format!("item by item: `kijun gaps --of {name}`"),
                );
                Some(Remark { group: None, diagnostic })
            }
            Told::Gap(_, item) => self.gap(program, watched, self.watch.item(watched, item)?),
            Told::Unmapped(_, id) => unmapped(program, catalog, id),
        }
    }

    fn gap(&self, program: &Program, watched: &Watched, item: &Item) -> Option<Remark> {
        let requirement = program.requirement(item.id)?;
        let group = group(item.coverage)?;
        let mut sources: Vec<RequirementId> = Vec::new();
        for source in self.watch.cells(watched, item).flat_map(kijun_coverage::Cell::sources) {
            if sources.len() < NAMED && !sources.contains(&source) {
                sources.push(source);
            }
        }
        let names: Vec<&str> =
            sources.iter().filter_map(|s| program.requirement(*s)).map(|r| r.id.as_str()).collect();
        let (id, label, list) = (&requirement.id, item.coverage.label(), names.join(", "));
        let (ja, en) = match (group, names.is_empty()) {
            (_, true) => (String::new(), String::new()),
            (Group::NotCovered, _) => (format!("（{list} とは無関係）"), format!(" ({list}: unrelated)")),
            _ => (format!("（{list}）"), format!(" (by {list})")),
        };
        let message = Label::new(format!("`{id}`: {}{ja}", label.ja), format!("`{id}` is {}{en}", label.en));
        let mut diagnostic = Diagnostic::information(group.code(), requirement.span, message);
        diagnostic.help = help(group, &list);
        for source in sources.iter().filter_map(|s| program.requirement(*s)) {
            let title = |text: &str| {
                if text.is_empty() { source.id.clone() } else { format!("{} {text}", source.id) }
            };
            diagnostic = diagnostic.note(source.span, title(&source.title.ja), title(&source.title.en));
        }
        Some(Remark { group: Some(group), diagnostic })
    }
}

fn group(coverage: Coverage) -> Option<Group> {
    match coverage {
        Coverage::Covered => None,
        Coverage::Unverified => Some(Group::Unverified),
        Coverage::Partly => Some(Group::Partly),
        Coverage::Possibly => Some(Group::Possibly),
        Coverage::NotCovered => Some(Group::NotCovered),
    }
}

/// What to do next. Nobody is told that there is a gap where nobody has looked.
fn help(group: Group, sources: &str) -> Label {
    match group {
        Group::Unverified => Label::new(
            format!("{sources} を判定する `check` か `attest` を加えると、検証済みになります"),
            format!("add a `check` or an `attest` for {sources}"),
        ),
        Group::Partly => Label::new(
            "残りを満たす項目があれば、`mapping` に行を加えてください（合わせて満たすなら `jointly`）",
            "if other items meet the rest, add lines to a `mapping` (`jointly`, if they do so together)",
        ),
        Group::Possibly => Label::new(
            "共通部分があるかどうか、原文を比べて `mapping` に書いてください",
            "compare the texts and say in a `mapping` whether they have something in common",
        ),
        Group::NotCovered | Group::Unmapped | Group::Unfilled | Group::Unexercised => Label::new(
            "対応する項目があれば `mapping` に書いてください。書かれていないだけで、ないとは限りません",
            "if some item corresponds, say so in a `mapping`; that nothing is stated does not prove that nothing corresponds",
        ),
    }
}

fn unmapped(program: &Program, catalog: &Catalog, id: RequirementId) -> Option<Remark> {
    let requirement = program.requirement(id)?;
    let (id, name) = (&requirement.id, name(catalog));
    let message = Label::new(
        format!("`{id}` は {name} のどの項目にも対応していません"),
        format!("`{id}` maps to nothing in {name}"),
    );
    let diagnostic = Diagnostic::information(Group::Unmapped.code(), requirement.span, message)
        .note(catalog.span, "このカタログ", "this catalogue")
        .help(
            "対応する項目があれば `mapping` に行を加え、比べて何もなければ `unrelated` と書いてください",
            "add a line to a `mapping`; if they were compared and nothing corresponds, say `unrelated`",
        );
    Some(Remark { group: Some(Group::Unmapped), diagnostic })
}

/// `iso27001@2022`.
fn name(catalog: &Catalog) -> String {
    match catalog.edition.as_str() {
        "" => catalog.alias.clone(),
        edition => format!("{}@{edition}", catalog.alias),
    }
}

/// The figures of a catalogue: what is undecided never goes without its count.
pub fn figures(watched: &Watched) -> Label {
    let total = &watched.total;
    let (mut ja, mut en) = (Vec::new(), Vec::new());
    for coverage in Coverage::ALL {
        let (n, label) = (total.covered(coverage), coverage.label());
        ja.push(format!("{} {n}", label.ja));
        en.push(format!("{} {n}", label.en));
    }
    let (items, apart) = (total.items, watched.apart.len());
    let mut out =
        Label::new(format!("{items} 項目: {}", ja.join("、")), format!("{items} items: {}", en.join("; ")));
    if total.weak > 0 {
        out.ja.push_str(&format!("。うち {} はあいまい・未検証の対応だけによる", total.weak));
        out.en.push_str(&format!("; {} of them only by ambiguous or unverified mappings", total.weak));
    }
    if apart > 0 {
        out.ja.push_str(&format!("。ここに対応先のない評価対象の項目 {apart}"));
        out.en.push_str(&format!("; items of what is evaluated that map to nothing here {apart}"));
    }
    out
}
