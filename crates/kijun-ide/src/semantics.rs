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
use kijun_facts::{Added, SourceMap, Store, StoreBuilder, read_added};
use kijun_model::{Compiled, Input, PRELUDE, PRELUDE_PATH, ProfileChoice, Trees, compile};
use kijun_text::{At, Diagnostic, FileId, Label, Severity, Sources, Span};

use crate::coverage::Coverage;
use crate::doc::{Doc, DocKind, Files};
use crate::fact_map::FactMap;
use crate::index::ItemId;
use crate::verdicts::{Lacking, lacking};

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
    /// What the manifest says about the columns of ledgers.
    pub maps: Vec<SourceMap>,
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
    lacks: OnceLock<Lacking>,
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
        let facts = Arc::new(read_facts(&files, &compiled, &choices.maps));
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
            lacks: OnceLock::new(),
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
        let same_facts =
            |b: &&Semantics| same(files, &b.files, DocKind::is_facts) && b.choices.maps == choices.maps;
        let facts = match kept.filter(same_facts) {
            Some(before) => Arc::clone(&before.facts),
            None => Arc::new(read_facts(files, &compiled, &choices.maps)),
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
            lacks: OnceLock::new(),
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

    /// Which facts are missing where.
    pub(crate) fn lacks(&self) -> &Lacking {
        self.lacks.get_or_init(|| lacking(self))
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

fn read_facts(files: &Files, compiled: &Compiled, maps: &[SourceMap]) -> Facts {
    let mut sources = sources(files);
    // No sheet is to have the id that the prelude has elsewhere.
    sources.add(PRELUDE_PATH, "");
    let mut builder = StoreBuilder::new(&compiled.program.schema);
    let mut docs: Vec<(&str, FileId, Option<usize>)> = Vec::new();
    for (file, doc) in files.iter() {
        if let DocKind::Facts { broken } = doc.kind {
            docs.push((&doc.path, file, broken));
        }
    }
    docs.sort_unstable();
    let added = docs.into_iter().map(|(_, file, broken)| {
        let workbook = files.get(file).and_then(|doc| doc.workbook());
        workbook.map_or(Added::Text(file, broken), |workbook| Added::Workbook(file, Arc::clone(workbook)))
    });
    let added: Vec<Added> = added.collect();
    read_added(&mut builder, &mut sources, &added, maps);
    let (store, diagnostics) = builder.finish();
    let mut diagnostics: Vec<Diagnostic> =
        diagnostics.into_iter().map(|d| in_workbook(d, files, &sources)).collect();
    diagnostics.sort_by(|a, b| (sources.path(a.span.file), a.span).cmp(&(sources.path(b.span.file), b.span)));
    // Facts can only be judged against a schema that stands.
    if compiled.diagnostics.iter().any(|d| d.severity == Severity::Error) {
        diagnostics.clear();
    }
    Facts { store, diagnostics }
}

/// What is said of a cell is said at the head of its workbook: no editor shows a cell.
fn in_workbook(mut diagnostic: Diagnostic, files: &Files, sources: &Sources) -> Diagnostic {
    let head = |span: Span| {
        sources.get(span.file)?.sheet()?;
        let place = sources.place(span);
        let At::Cell { sheet, cell } = place.at else { return None };
        Some((Span::new(files.find(place.file)?, 0, 0), format!("{sheet}!{cell}: ")))
    };
    if let Some((span, place)) = head(diagnostic.span) {
        let Label { ja, en } = diagnostic.message;
        diagnostic.message = Label::new(format!("{place}{ja}"), format!("{place}{en}"));
        diagnostic.span = span;
    }
    for note in &mut diagnostic.notes {
        if let Some((span, place)) = head(note.span) {
            note.text = Label::new(format!("{place}{}", note.text.ja), format!("{place}{}", note.text.en));
            note.span = span;
        }
    }
    diagnostic
}

fn items(program: &Program) -> BTreeMap<String, Vec<RequirementId>> {
    let mut out: BTreeMap<String, Vec<RequirementId>> = BTreeMap::new();
    for (i, requirement) in program.requirements.iter().enumerate() {
        let local = ItemId::parse(&requirement.id).local;
        out.entry(local).or_default().push(RequirementId(i as u32));
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostics::{CoverageLevel, Wishes, diagnostics};
    use crate::lens::lenses;
    use crate::outline::outline;
    use crate::snapshot::Snapshot;
    use crate::testing::{NORMS, TODAY, kind_of};

    const RULES: &str = "check c for mhlw:8.1 { each c: contract require penalty in c.clauses }\nmapping iso -> mhlw {\n  source \"表\"\n  A.1 superset 8.1\n}\n";
    const FACTS: &str = "id,clauses\na,罰則\nb,守秘義務\n";
    const PATHS: [&str; 3] = ["norms.kijun", "rules.kijun", "facts/contract.csv"];

    /// A step: another text for a file, or none.
    #[derive(Debug, Clone)]
    enum Step {
        Splice {
            file: usize,
            at: usize,
            cut: usize,
            text: &'static str,
        },
        Reset(usize),
        Remove(usize),
        Track(bool),
        /// The work on what came before is given up.
        Cancel,
    }

    fn step() -> impl Strategy<Value = Step> {
        let texts =
            prop::sample::select(vec!["", "}", "\n", "8.1", "罰則", "risk\n", " ", "c2,罰則\n", "\""]);
        prop_oneof![
            6 => (0..3_usize, 0..2000_usize, 0..8_usize, texts)
                .prop_map(|(file, at, cut, text)| Step::Splice { file, at, cut, text }),
            2 => (0..3_usize).prop_map(Step::Reset),
            1 => (0..3_usize).prop_map(Step::Remove),
            1 => any::<bool>().prop_map(Step::Track),
            1 => Just(Step::Cancel),
        ]
    }

    fn start(file: usize) -> &'static str {
        [NORMS, RULES, FACTS][file]
    }

    fn boundary(text: &str, mut at: usize) -> usize {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// All that can be seen of a root.
    fn seen(files: &Files, semantics: Semantics) -> Vec<String> {
        let snapshot = Snapshot::new(files.clone(), Arc::new(semantics));
        let wishes = Wishes { coverage: CoverageLevel::Items, verdicts: true };
        let mut out = Vec::new();
        for (file, doc) in files.iter() {
            out.push(doc.path.clone());
            out.extend(diagnostics(&snapshot, file, wishes).iter().map(|i| format!("{i:?}")));
            out.extend(lenses(&snapshot, file, kijun_text::Lang::En).iter().map(|l| format!("{l:?}")));
            out.push(format!("{:?}", outline(&snapshot, file)));
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_sequence_of_edits_gives_the_state_of_a_fresh_start(steps in prop::collection::vec(step(), 1..14)) {
            let mut texts: Vec<Option<String>> = (0..3).map(|f| Some(start(f).to_owned())).collect();
            let mut files = Files::default();
            let put = |files: &mut Files, i: usize, text: &str| {
                let known = Some(FileId(i as u32));
                files.set(known, Arc::new(Doc::new(PATHS[i], kind_of(PATHS[i]), text)));
            };
            (0..3).for_each(|i| put(&mut files, i, start(i)));
            let mut choices = Choices { today: TODAY, ..Choices::default() };
            let mut kept = Semantics::new(&files, &choices, None, &|| false).unwrap();
            for step in steps {
                let mut cancelled = false;
                match step {
                    Step::Splice { file, at, cut, text } => {
                        let Some(old) = &mut texts[file] else { continue };
                        let start = boundary(old, at % (old.len() + 1));
                        let end = boundary(old, start + cut).max(start);
                        old.replace_range(start..end, text);
                        put(&mut files, file, old);
                    }
                    Step::Reset(file) => {
                        texts[file] = Some(start(file).to_owned());
                        put(&mut files, file, start(file));
                    }
                    Step::Remove(file) => {
                        texts[file] = None;
                        files.remove(FileId(file as u32));
                    }
                    Step::Track(on) => choices.track = if on { vec!["iso".to_owned()] } else { Vec::new() },
                    Step::Cancel => cancelled = true,
                }
                if let Some(next) = Semantics::new(&files, &choices, Some(&kept), &|| cancelled) {
                    kept = next;
                }
            }
            let last = Semantics::new(&files, &choices, Some(&kept), &|| false).unwrap();
            let mut fresh = Files::default();
            for (i, text) in texts.iter().enumerate() {
                put(&mut fresh, i, text.as_deref().unwrap_or(""));
                if text.is_none() {
                    fresh.remove(FileId(i as u32));
                }
            }
            let anew = Semantics::new(&fresh, &choices, None, &|| false).unwrap();
            prop_assert_eq!(seen(&files, last), seen(&fresh, anew));
        }
    }

    #[test]
    fn phases_are_kept_as_long_as_what_they_read_is_the_same() {
        let mut files = Files::default();
        for (i, path) in PATHS.iter().enumerate() {
            files.set(None, Arc::new(Doc::new(*path, kind_of(path), start(i))));
        }
        let choices = Choices { today: TODAY, ..Choices::default() };
        let first = Semantics::new(&files, &choices, None, &|| false).unwrap();
        let text = FACTS.replace("守秘義務", "罰則");
        files.set(Some(FileId(2)), Arc::new(Doc::new(PATHS[2], kind_of(PATHS[2]), text)));
        let second = Semantics::new(&files, &choices, Some(&first), &|| false).unwrap();
        assert!(Arc::ptr_eq(&first.compiled, &second.compiled));
        assert!(Arc::ptr_eq(&first.coverage, &second.coverage));
        assert!(!Arc::ptr_eq(&first.facts, &second.facts));
        let tomorrow = Choices { today: TODAY + 1, ..Choices::default() };
        let third = Semantics::new(&files, &tomorrow, Some(&second), &|| false).unwrap();
        assert!(Arc::ptr_eq(&second.facts, &third.facts));
        assert!(Semantics::new(&files, &choices, None, &|| true).is_none());
    }
}
