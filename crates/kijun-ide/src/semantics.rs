//! What follows from all files together: program, facts, verdicts, coverage. Phases are kept from one version to the next as
//! long as what they read stays the same:
//!
//! | phase | reads |
//! |---|---|
//! | program | the trees of all modules, the profile |
//! | coverage | the program, the tracked catalogues |
//! | facts | the program's schema, the texts of all facts |
//! | verdicts | the program, the facts, the day |
//!
//! This table is the seam at which finer caching would go in; the parsing of a module is kept per file in `doc.rs`.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use kijun_engine::Evaluation;
use kijun_engine::assessment::{Assessment, Verdict};
use kijun_engine::program::{Program, RequirementId};
use kijun_facts::{Store, StoreBuilder, read_added};
use kijun_model::{Compiled, Input, PRELUDE, PRELUDE_PATH, ProfileChoice, Trees, compile};
use kijun_text::{Diagnostic, FileId, Severity, Sources, Span};

use crate::coverage::Coverage;
use crate::doc::{Doc, DocKind, Files};
use crate::fact_map::FactMap;
use crate::index::ItemId;

/// Choices that semantics depend on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    pub profile: Option<Chosen>,
    /// The day of evaluation, in days since 1970-01-01.
    pub today: i32,
    /// Catalogues to watch for gaps, beside those that the profile tracks: `alias` or `alias@edition`.
    pub track: Vec<String>,
    /// What is wrong with the manifests that the root was read by.
    pub manifests: Vec<Diagnostic>,
}

/// The profile of a root, and where its manifest names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub name: String,
    pub place: Option<Span>,
}

/// A phase of the work, asked before it starts: whether to give up, because a newer version is there.
pub(crate) type Cancelled<'c> = &'c dyn Fn() -> bool;

/// All that is known of one version of a root.
#[derive(Debug)]
pub struct Semantics {
    pub files: Files,
    pub choices: Choices,
    pub compiled: Arc<Compiled>,
    /// In the order of their indexes, by the id without its catalogue.
    items: Arc<BTreeMap<String, Vec<RequirementId>>>,
    pub coverage: Arc<Coverage>,
    pub facts: Arc<Facts>,
    /// Nothing is evaluated under a program with errors.
    pub assessment: Option<Arc<Assessment>>,
    verdicts: BTreeMap<RequirementId, Verdict>,
    fact_map: OnceLock<FactMap>,
}

/// The facts of a root as they were read.
#[derive(Debug)]
pub struct Facts {
    pub store: Store,
    pub diagnostics: Vec<Diagnostic>,
}

impl Semantics {
    /// Of no files.
    pub fn empty() -> Semantics {
        let (files, choices) = (Files::default(), Choices::default());
        let compiled = Arc::new(compile_files(&files, &choices));
        let facts = Arc::new(read_facts(&files, &compiled));
        Semantics {
            files,
            choices,
            compiled,
            items: Arc::default(),
            coverage: Arc::default(),
            facts,
            assessment: None,
            verdicts: BTreeMap::new(),
            fact_map: OnceLock::new(),
        }
    }

    /// What follows from these files; `None` when the work was cancelled.
    pub fn new(
        files: &Files,
        choices: &Choices,
        before: Option<&Semantics>,
        cancelled: Cancelled<'_>,
    ) -> Option<Semantics> {
        let same_modules = |b: &&Semantics| same(files, &b.files, DocKind::is_program);
        let kept = before.filter(same_modules).filter(|b| b.choices.profile == choices.profile);
        let compiled = match kept {
            Some(before) => Arc::clone(&before.compiled),
            None => Arc::new(compile_files(files, choices)),
        };
        if cancelled() {
            return None;
        }
        let items = kept.map_or_else(|| Arc::new(items(&compiled.program)), |b| Arc::clone(&b.items));
        let coverage = match kept.filter(|b| b.choices.track == choices.track) {
            Some(before) => Arc::clone(&before.coverage),
            None => Arc::new(Coverage::new(files, &compiled, choices)),
        };
        if cancelled() {
            return None;
        }
        let same_facts = |b: &&Semantics| same(files, &b.files, DocKind::is_facts);
        let facts = match kept.filter(same_facts) {
            Some(before) => Arc::clone(&before.facts),
            None => Arc::new(read_facts(files, &compiled)),
        };
        if cancelled() {
            return None;
        }
        let evaluated = !compiled.has_errors();
        let kept = kept.filter(same_facts).filter(|b| b.choices.today == choices.today);
        let assessment = match kept {
            Some(before) => before.assessment.clone(),
            None => evaluated.then(|| {
                Arc::new(Evaluation::new(&compiled.program, &facts.store, choices.today).assessment())
            }),
        };
        let all = assessment.iter().flat_map(|a| &a.requirements);
        let verdicts = all.map(|r| (r.requirement, r.verdict)).collect();
        Some(Semantics {
            files: files.clone(),
            choices: choices.clone(),
            compiled,
            items,
            coverage,
            facts,
            assessment,
            verdicts,
            fact_map: OnceLock::new(),
        })
    }

    pub fn program(&self) -> &Program {
        &self.compiled.program
    }

    /// The item that an id means, if it means one.
    pub fn item(&self, id: &ItemId) -> Option<RequirementId> {
        let candidates = self.items.get(&id.local)?;
        let fits = |r: &&RequirementId| self.id_of(**r).is_some_and(|own| own.fits(id));
        let mut found = candidates.iter().filter(fits);
        found.next().copied().filter(|_| found.next().is_none())
    }

    /// The full id of an item.
    pub fn id_of(&self, item: RequirementId) -> Option<ItemId> {
        let requirement = self.program().requirement(item)?;
        let catalog = self.program().catalogs.get(requirement.catalog)?;
        Some(ItemId {
            alias: Some(catalog.alias.clone()),
            edition: Some(catalog.edition.clone()),
            local: ItemId::parse(&requirement.id).local,
        })
    }

    pub fn verdict(&self, item: RequirementId) -> Option<Verdict> {
        self.verdicts.get(&item).copied()
    }

    /// Which fact stands where.
    pub fn fact_map(&self) -> &FactMap {
        self.fact_map.get_or_init(|| FactMap::new(&self.facts.store))
    }
}

impl DocKind {
    fn is_program(self) -> bool {
        self == DocKind::Module
    }

    fn is_facts(self) -> bool {
        matches!(self, DocKind::Facts { .. })
    }
}

/// Whether both hold the same versions of the files of these kinds, under the same ids.
fn same(a: &Files, b: &Files, of: fn(DocKind) -> bool) -> bool {
    let kept = |files: &Files| -> Vec<(FileId, *const Doc)> {
        let of_kind = files.iter().filter(|(_, d)| of(d.kind));
        of_kind.map(|(f, d)| (f, Arc::as_ptr(d))).collect()
    };
    kept(a) == kept(b)
}

/// Texts as the compiler and the readers of facts want them, under the same ids; the prelude comes last.
pub(crate) fn sources(files: &Files) -> Sources {
    let mut sources = Sources::default();
    for slot in files.slots() {
        match slot {
            Some(doc) => sources.add_shared(doc.path.clone(), Arc::clone(&doc.text)),
            None => sources.add("", ""),
        };
    }
    sources
}

fn compile_files(files: &Files, choices: &Choices) -> Compiled {
    let mut sources = sources(files);
    let mut trees = Trees::default();
    // By path, as from the disk, whatever the order in which they were opened.
    let mut modules: Vec<(&str, FileId)> = files.modules().map(|(f, d)| (d.path.as_str(), f)).collect();
    modules.sort_unstable();
    let modules: Vec<FileId> = modules.into_iter().map(|(_, file)| file).collect();
    parse_all(files);
    for (file, doc) in files.modules() {
        trees.insert(file, Arc::clone(doc.parse()));
    }
    let prelude = prelude();
    let file = sources.add_shared(prelude.path.clone(), Arc::clone(&prelude.text));
    trees.insert_prelude(file, Arc::clone(prelude.parse()));
    let choice = choices.profile.clone();
    let profile = choice.map(|p| ProfileChoice { name: p.name, place: p.place });
    compile(&mut sources, &mut trees, &Input { modules, profile, ..Input::default() })
}

/// Parses what is not parsed yet.
fn parse_all(files: &Files) {
    use rayon::prelude::*;
    let modules: Vec<&Arc<Doc>> = files.modules().map(|(_, d)| d).collect();
    modules.par_iter().for_each(|doc| {
        doc.parse();
    });
}

/// What every workspace has: parsed once for all roots.
pub(crate) fn prelude() -> &'static Doc {
    static DOC: OnceLock<Doc> = OnceLock::new();
    DOC.get_or_init(|| Doc::new(PRELUDE_PATH, DocKind::Module, PRELUDE))
}

fn read_facts(files: &Files, compiled: &Compiled) -> Facts {
    let sources = sources(files);
    let mut builder = StoreBuilder::new(&compiled.program.schema);
    let mut docs: Vec<(&str, FileId, Option<usize>)> = Vec::new();
    for (file, doc) in files.iter() {
        if let DocKind::Facts { broken } = doc.kind {
            docs.push((&doc.path, file, broken));
        }
    }
    docs.sort_unstable();
    let docs: Vec<(FileId, Option<usize>)> =
        docs.into_iter().map(|(_, file, broken)| (file, broken)).collect();
    read_added(&mut builder, &sources, &docs);
    let (store, mut diagnostics) = builder.finish();
    diagnostics.sort_by(|a, b| (sources.path(a.span.file), a.span).cmp(&(sources.path(b.span.file), b.span)));
    // Facts can only be judged against a schema that stands.
    if compiled.diagnostics.iter().any(|d| d.severity == Severity::Error) {
        diagnostics.clear();
    }
    Facts { store, diagnostics }
}

fn items(program: &Program) -> BTreeMap<String, Vec<RequirementId>> {
    let mut out: BTreeMap<String, Vec<RequirementId>> = BTreeMap::new();
    for (i, requirement) in program.requirements.iter().enumerate() {
        let local = ItemId::parse(&requirement.id).local;
        out.entry(local).or_default().push(RequirementId(i as u32));
    }
    out
}
