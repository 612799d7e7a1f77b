//! What follows from all files together: program, facts, verdicts, coverage. Phases are kept from one version to the next as
//! long as what they read stays the same:
//!
//! | phase | reads | kept within it |
//! |---|---|---|
//! | program | the trees of all modules, the profile | each declaration that an edit did not touch (`kijun_model::Kept`) |
//! | lints | the program, the trees of all modules, what manifests say of lints | what each module shows alone |
//! | coverage | the program, the tracked catalogues | the network, as long as norms and mappings are the same |
//! | facts | the program's schema, the texts of all facts | |
//! | verdicts | the program, the facts, the day | |
//!
//! The tree and the index of a module are kept per file in `doc.rs`.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use kijun_engine::Evaluation;
use kijun_engine::assessment::{Assessment, Finding, RequirementResult, RuleRef, Verdict};
use kijun_engine::program::{Const, Program, RequirementId};
use kijun_facts::{Added, SourceMap, Store, StoreBuilder, read_added};
use kijun_model::lint::{LintUnit, Linted, Lints};
use kijun_model::review::{CoverageSettings, Remarks, unfilled};
use kijun_model::{Compiled, Input, Kept, PRELUDE, PRELUDE_PATH, ProfileChoice, Trees, compile_again};
use kijun_text::{At, Diagnostic, FileId, Label, Severity, Sources, Span};
use rustc_hash::FxHashMap;

use crate::coverage::{Coverage, trees};
use crate::doc::{Doc, DocKind, Files};
use crate::fact_map::FactMap;
use crate::findings::Findings;
use crate::index::ItemId;

/// Choices that semantics depend on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    pub profile: Option<Chosen>,
    /// The day of evaluation, in days since 1970-01-01.
    pub today: i32,
    /// Catalogues to watch for gaps, beside those that the profile tracks: `alias` or `alias@edition`.
    pub track: Vec<String>,
    /// What the manifest says of coverage.
    pub coverage: CoverageSettings,
    /// The modules that are linted, and how loudly.
    pub lint_units: Vec<LintUnit>,
    /// Where the manifest says that the root is a workspace or a pack.
    pub manifest: Option<Span>,
    /// What is wrong with the manifests that the root was read by.
    pub manifests: Vec<Diagnostic>,
    /// What the manifest says about the columns of ledgers.
    pub maps: Vec<SourceMap>,
    pub about: About,
}

/// What the manifests of a root say of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// Id of the facility, or the name of the pack.
    pub facility: String,
    pub title: Label,
    /// A pack alone has verdicts on nothing.
    pub is_workspace: bool,
    pub packs: Vec<Pack>,
}

/// A pack of a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    pub name: String,
    pub version: String,
    pub manifest: Option<FileId>,
    pub modules: Vec<FileId>,
    /// The modules that its digest is over, with their paths in the pack: those that are no tests.
    pub own: Vec<(String, FileId)>,
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
    /// What the next compilation may use again.
    kept: Arc<Kept>,
    /// In the order of their indexes, by the id without its catalogue.
    items: Arc<FxHashMap<String, Vec<RequirementId>>>,
    pub coverage: Arc<Coverage>,
    pub lints: Arc<Lints>,
    pub facts: Arc<Facts>,
    /// Attributes that rules read and no record has.
    pub unfilled: Arc<Remarks>,
    /// Nothing is evaluated under a program with errors.
    pub assessment: Option<Arc<Assessment>>,
    /// Where in the assessment each item's result is.
    results: Arc<FxHashMap<RequirementId, usize>>,
    fact_map: OnceLock<FactMap>,
    findings: OnceLock<Findings>,
    rules: OnceLock<FxHashMap<RequirementId, Vec<RuleRef>>>,
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
        let (compiled, kept) = compile_files(&files, &choices, &Kept::default());
        let compiled = Arc::new(compiled);
        let facts = Arc::new(read_facts(&files, &compiled, &choices.maps));
        Semantics {
            files,
            choices,
            compiled,
            kept: Arc::new(kept),
            items: Arc::default(),
            coverage: Arc::default(),
            lints: Arc::default(),
            facts,
            unfilled: Arc::default(),
            assessment: None,
            results: Arc::default(),
            fact_map: OnceLock::new(),
            findings: OnceLock::new(),
            rules: OnceLock::new(),
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
        let same_choice = |b: &&Semantics| {
            b.choices.profile == choices.profile && b.choices.coverage.track == choices.coverage.track
        };
        let kept = before.filter(same_modules).filter(same_choice);
        let (compiled, remains) = match kept {
            Some(before) => (Arc::clone(&before.compiled), Arc::clone(&before.kept)),
            None => {
                let none = Kept::default();
                let (compiled, kept) = compile_files(files, choices, before.map_or(&none, |b| &b.kept));
                (Arc::new(compiled), Arc::new(kept))
            }
        };
        if cancelled() {
            return None;
        }
        let same_program = |b: &&Semantics| Arc::ptr_eq(&b.compiled.program, &compiled.program);
        let old = before.filter(same_program);
        let items = old.map_or_else(|| Arc::new(items(&compiled.program)), |b| Arc::clone(&b.items));
        let same_mappings = |b: &&Semantics| Arc::ptr_eq(&b.compiled.mappings, &compiled.mappings);
        // Of which pack a test is, manifests say; what a broken one expects is not known.
        let same_tests = |b: &&Semantics| {
            b.compiled.tests_are(&compiled.tests)
                && b.compiled.has_errors() == compiled.has_errors()
                && same(files, &b.files, |kind| kind == DocKind::Manifest)
        };
        let same_tracked =
            |b: &&Semantics| b.choices.track == choices.track && b.compiled.tracked == compiled.tracked;
        let coverage = || match old.filter(same_mappings).filter(same_tests).filter(same_tracked) {
            Some(before) => Arc::clone(&before.coverage),
            None => Arc::new(Coverage::new(files, &compiled, choices)),
        };
        let same_facts =
            |b: &&Semantics| same(files, &b.files, DocKind::is_facts) && b.choices.maps == choices.maps;
        let same_schema = |b: &&Semantics| {
            b.program().schema == compiled.program.schema && b.compiled.has_errors() == compiled.has_errors()
        };
        let facts = || match before.filter(same_schema).filter(same_facts) {
            Some(before) => Arc::clone(&before.facts),
            None => Arc::new(read_facts(files, &compiled, &choices.maps)),
        };
        let same_lints = |b: &&Semantics| {
            Arc::ptr_eq(&b.compiled, &compiled) && b.choices.lint_units == choices.lint_units
        };
        let lints = || match before.filter(same_lints) {
            Some(before) => Arc::clone(&before.lints),
            None => Arc::new(lints(files, &compiled, &choices.lint_units)),
        };
        let (coverage, (facts, lints)) = rayon::join(coverage, || rayon::join(facts, lints));
        if cancelled() {
            return None;
        }
        let evaluated = !compiled.has_errors();
        let same_places = |b: &&Semantics| {
            Arc::ptr_eq(&b.facts, &facts)
                && b.choices.manifest == choices.manifest
                && b.compiled.has_errors() != evaluated
        };
        let unfilled = || match old.filter(same_places) {
            Some(before) => Arc::clone(&before.unfilled),
            // Facts can only be judged against rules that stand.
            None if !evaluated => Arc::default(),
            None => {
                Arc::new(unfilled(&compiled.program, &facts.store, &trees(files), choices.manifest).remarks)
            }
        };
        let same_question = |b: &&Semantics| {
            Arc::ptr_eq(&b.facts, &facts)
                && b.choices.today == choices.today
                && b.assessment.is_some() == evaluated
        };
        let answered = old.filter(same_question);
        let assessment = || match answered {
            Some(before) => before.assessment.clone(),
            None => evaluated.then(|| {
                Arc::new(Evaluation::new(&compiled.program, &facts.store, choices.today).assessment())
            }),
        };
        let (unfilled, assessment) = rayon::join(unfilled, assessment);
        let results =
            answered.map_or_else(|| Arc::new(results(assessment.as_deref())), |b| Arc::clone(&b.results));
        Some(Semantics {
            files: files.clone(),
            choices: choices.clone(),
            compiled,
            kept: remains,
            items,
            coverage,
            lints,
            facts,
            unfilled,
            assessment,
            results,
            fact_map: OnceLock::new(),
            findings: OnceLock::new(),
            rules: OnceLock::new(),
        })
    }

    /// Works out what questions need of every file, so that the first of them does not wait for it.
    pub fn warm(&self) {
        use rayon::prelude::*;
        let docs: Vec<&Arc<Doc>> = self.files.modules().map(|(_, d)| d).collect();
        docs.par_iter().for_each(|doc| {
            doc.index().defs.iter().for_each(|def| {
                def.keys();
            })
        });
        self.fact_map();
        self.findings();
    }

    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    pub fn program(&self) -> &Program {
        &self.compiled.program
    }

    /// The texts that semantics speak of, under the same ids, with the prelude.
    pub(crate) fn sources(&self) -> Sources {
        let mut sources = sources(&self.files);
        let prelude = prelude();
        sources.add_shared(prelude.path.clone(), Arc::clone(&prelude.text));
        sources
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
        self.result(item).map(|r| r.verdict)
    }

    pub(crate) fn result(&self, item: RequirementId) -> Option<&RequirementResult> {
        self.assessment.as_ref()?.requirements.get(*self.results.get(&item)?)
    }

    /// Which findings stand where in the facts.
    pub(crate) fn findings(&self) -> &Findings {
        self.findings.get_or_init(|| Findings::new(self))
    }

    /// A finding by its number.
    pub(crate) fn finding(&self, number: u32) -> Option<&Finding> {
        self.assessment.as_ref()?.findings.get(number as usize)
    }

    /// The checks and attestations of an item.
    pub(crate) fn rules_of(&self, item: RequirementId) -> &[RuleRef] {
        let rules = self.rules.get_or_init(|| {
            let mut out: FxHashMap<RequirementId, Vec<RuleRef>> = FxHashMap::default();
            let program = self.program();
            for (i, check) in program.checks.iter().enumerate() {
                let of = check.requirements.iter();
                of.for_each(|id| out.entry(*id).or_default().push(RuleRef::Check(i)));
            }
            for (i, attest) in program.attests.iter().enumerate() {
                out.entry(attest.requirement).or_default().push(RuleRef::Attest(i));
            }
            out
        });
        rules.get(&item).map(Vec::as_slice).unwrap_or_default()
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

/// Lints the modules at hand. What a module shows alone is kept with its text.
fn lints(files: &Files, compiled: &Compiled, units: &[LintUnit]) -> Lints {
    use rayon::prelude::*;
    let modules: Vec<(FileId, &Arc<Doc>)> = files.modules().collect();
    modules.par_iter().for_each(|(file, doc)| {
        doc.lints(*file);
    });
    let linted: Vec<Linted<'_>> = modules
        .iter()
        .map(|(file, doc)| Linted {
            file: *file,
            text: &doc.text,
            parse: doc.parse(),
            own: Arc::clone(doc.lints(*file)),
        })
        .collect();
    Lints::new(units, &linted, compiled, [])
}

fn compile_files(files: &Files, choices: &Choices, before: &Kept) -> (Compiled, Kept) {
    let choice = choices.profile.clone();
    let profile = choice.map(|p| ProfileChoice { name: p.name, place: p.place });
    let track = choices.coverage.track.clone();
    compile_input(files, Input { profile, track, ..Input::default() }, before)
}

/// As a test is compiled: without a profile, with other parameters.
pub(crate) fn compile_with(files: &Files, overrides: &BTreeMap<String, Const>, before: &Kept) -> Compiled {
    compile_input(files, Input { overrides: overrides.clone(), ..Input::default() }, before).0
}

/// Compiles all modules, whatever modules `input` names.
fn compile_input(files: &Files, input: Input, before: &Kept) -> (Compiled, Kept) {
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
    compile_again(&mut sources, &mut trees, &Input { modules, ..input }, before)
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

fn results(assessment: Option<&Assessment>) -> FxHashMap<RequirementId, usize> {
    let all = assessment.into_iter().flat_map(|a| &a.requirements);
    all.enumerate().map(|(i, r)| (r.requirement, i)).collect()
}

fn items(program: &Program) -> FxHashMap<String, Vec<RequirementId>> {
    let mut out: FxHashMap<String, Vec<RequirementId>> = FxHashMap::default();
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
    use kijun_model::review::CoverageLevel;

    use crate::diagnostics::{Wishes, diagnostics};
    use crate::lens::lenses;
    use crate::outline::outline;
    use crate::snapshot::Snapshot;
    use crate::testing::{NORMS, TODAY, kind_of};

    const RULES: &str = "check c for mhlw:8.1 { each c: contract require penalty in c.clauses }\nmapping iso -> mhlw {\n  source \"表\"\n  A.1 superset 8.1\n}\n";
    const FACTS: &str = "id,clauses\na,罰則\nb,守秘義務\n";
    /// What other declarations rest on, and a test and a profile that rest on others.
    const NAMES: &str = "\
define bound(c: contract): bool = penalty in c.clauses
param least: int = 1 \"最少\"
check d for mhlw:8.2 { each c: contract require bound(c) and least < 2 }
attest mhlw:8.2 \"確かめましたか\" { by administrator every 1 year }
test \"t\" { set least = 1 given { contract a { clauses { penalty } } } expect d satisfied for a }
profile p { include mhlw set least = 1 }
";
    const PATHS: [&str; 4] = ["norms.kijun", "rules.kijun", "names.kijun", "facts/contract.csv"];

    /// A step: another text for a file, or none.
    #[derive(Debug, Clone)]
    enum Step {
        Splice {
            file: usize,
            at: usize,
            cut: usize,
            text: &'static str,
        },
        /// A word for another, so that what is left often means something.
        Swap {
            file: usize,
            words: (&'static str, &'static str),
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
            6 => (0..4_usize, 0..2000_usize, 0..8_usize, texts)
                .prop_map(|(file, at, cut, text)| Step::Splice { file, at, cut, text }),
            6 => (0..4_usize, prop::sample::select(SWAPS.to_vec()))
                .prop_map(|(file, words)| Step::Swap { file, words }),
            2 => (0..4_usize).prop_map(Step::Reset),
            1 => (0..4_usize).prop_map(Step::Remove),
            1 => any::<bool>().prop_map(Step::Track),
            1 => Just(Step::Cancel),
        ]
    }

    const SWAPS: [(&str, &str); 11] = [
        ("penalty", "secrecy"),
        ("mhlw:8.2", "mhlw:8.1"),
        ("= 1", "= 3"),
        ("mhlw:8.1 \"", "mhlw:8.7 \""),
        ("bool", "int"),
        ("superset", "equal"),
        ("iso:A.2", "iso:A.1.1"),
        ("check d", "// 一行\ncheck d"),
        ("check c", "check d"),
        ("set of clause", "clause"),
        ("check d", "//# allow check-without-fix: あとで\ncheck d"),
    ];

    fn start(file: usize) -> &'static str {
        [NORMS, RULES, NAMES, FACTS][file]
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
        let wishes = Wishes { coverage: Some(CoverageLevel::Items), ..Wishes::default() };
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
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn any_sequence_of_edits_gives_the_state_of_a_fresh_start(steps in prop::collection::vec(step(), 1..14)) {
            let mut texts: Vec<Option<String>> = (0..4).map(|f| Some(start(f).to_owned())).collect();
            let mut files = Files::default();
            let put = |files: &mut Files, i: usize, text: &str| {
                let known = Some(FileId(i as u32));
                files.set(known, Arc::new(Doc::new(PATHS[i], kind_of(PATHS[i]), text)));
            };
            (0..4).for_each(|i| put(&mut files, i, start(i)));
            let modules = vec![FileId(0), FileId(1), FileId(2)];
            let unit = LintUnit { pack: None, modules, ..LintUnit::default() };
            let mut choices = Choices { today: TODAY, lint_units: vec![unit], ..Choices::default() };
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
                    Step::Swap { file, words: (from, to) } => {
                        let Some(old) = &mut texts[file] else { continue };
                        *old = old.replacen(from, to, 1);
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
        files.set(Some(FileId(3)), Arc::new(Doc::new(PATHS[3], kind_of(PATHS[3]), text)));
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
