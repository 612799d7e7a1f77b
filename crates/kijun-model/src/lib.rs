//! The meaning of packs: manifests, names, types, the rule graph and its strata, lowering to a
//! [`Program`]. No IO: whoever calls passes the sources.

mod accepted;
mod broken;
mod cases;
mod census;
pub mod checklist;
mod context;
mod declared;
mod dependency;
mod expr;
mod functions;
mod graph;
mod kept;
pub mod lint;
mod manifest;
mod mapping;
mod norms;
mod pages;
mod profile;
mod properties;
mod question;
mod relations;
pub mod review;
mod rules;
mod satisfy;
mod schema;
mod source_map;
mod strata;
pub mod strength;
mod tables;
mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kijun_coverage::{Contradiction, Mappings, Network, Statement};
use kijun_engine::ask::Question;
use kijun_engine::program::{Attest, Builtins, Check, Const, Program, Property};
use kijun_facts::{Schema, Type};
use kijun_syntax::{Kind, Node, Parse, parse};
use kijun_text::{Diagnostic, FileId, Label, Severity, Sources, Span};

pub use accepted::{ACCEPTABLE, Acceptance, Accepted, SURVIVOR, Told};
pub use cases::{Expect, Given, GivenKind, Record, Target, TestCase, build_facts};
pub use census::{Census, census};
pub use checklist::{Checklist, check_checklist, parse_checklist};
pub use declared::{Change, Declared, changes};
pub use dependency::{Dependency, Origin, version_of, version_satisfies};
pub use kept::Kept;
pub use manifest::{Coverage, Manifest, Pack, Title, Trust, Workspace, parse_manifest, with_meant};
pub use norms::Risk;
pub use pages::{codes, nearest_code, page};
pub use question::Asking;
pub use source_map::Source;
/// A value of a manifest with its place.
pub use toml::Spanned;
pub use trial::{Failure, run_case};

use context::{Decl, Reports, by_name};
use expr::{Lowering, Names};
use kept::{Before, Lowered, Meaning, Module, NormsStage, Outcome};
use norms::Norms;
use rayon::prelude::*;

/// The text of the prelude and the path under which it is shown.
pub const PRELUDE: &str = include_str!("prelude.kijun");
pub const PRELUDE_PATH: &str = "<prelude>";

/// What to compile: modules (the prelude is added), and the choices of the run.
#[derive(Debug, Clone, Default)]
pub struct Input {
    pub modules: Vec<FileId>,
    pub profile: Option<ProfileChoice>,
    /// Catalogues to track beside those of the profile.
    pub track: Vec<review::Track>,
    /// Parameters that differ from what the packs and the profile say.
    pub overrides: BTreeMap<String, Const>,
    /// An expression to lower beside the modules.
    pub asking: Option<Asking>,
}

/// A profile asked for by name.
#[derive(Debug, Clone)]
pub struct ProfileChoice {
    pub name: String,
    /// Where a manifest names it; a choice of the command line stands in no file.
    pub place: Option<Span>,
}

/// What came of it. With an error among the diagnostics the program is partial and must not be
/// evaluated.
#[derive(Debug, Clone)]
pub struct Compiled {
    pub program: Arc<Program>,
    pub mappings: Arc<Vec<Statement>>,
    /// What the mappings say together, without those that are set aside.
    pub network: Arc<Network>,
    pub contradictions: Arc<Vec<Contradiction>>,
    pub risks: Vec<Risk>,
    /// Catalogues that the profile or the manifest tracks beside those that are evaluated, by index.
    pub tracked: Vec<usize>,
    pub tests: Vec<Arc<TestCase>>,
    pub properties: Vec<Property>,
    pub params: BTreeMap<String, (Type, Const)>,
    /// What the expression beside the modules asks, where it is sound.
    pub question: Option<Question>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// Whether the tests are these, at the same places.
    pub fn tests_are(&self, others: &[Arc<TestCase>]) -> bool {
        self.tests.len() == others.len() && self.tests.iter().zip(others).all(|(a, b)| Arc::ptr_eq(a, b))
    }

    /// The mappings, ready to be asked.
    pub fn consistent(&self) -> Mappings<'_> {
        let (network, contradictions) = (Arc::clone(&self.network), Arc::clone(&self.contradictions));
        Mappings::again(&self.program, &self.mappings, network, contradictions)
    }

    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }
}

/// The syntax trees of modules, kept between compilations.
#[derive(Debug, Default)]
pub struct Trees {
    parses: BTreeMap<FileId, Arc<Parse>>,
    prelude: Option<FileId>,
}

impl Trees {
    /// Parses what is not parsed yet, and the prelude.
    pub fn load(&mut self, sources: &mut Sources, modules: &[FileId]) {
        let prelude = *self.prelude.get_or_insert_with(|| sources.add(PRELUDE_PATH, PRELUDE));
        for file in modules.iter().chain([&prelude]) {
            if let (false, Some(source)) = (self.parses.contains_key(file), sources.get(*file)) {
                let parsed = parse(&source.text);
                self.insert(*file, Arc::new(parsed));
            }
        }
    }

    /// A module that was parsed before; the tree must be that of its text.
    pub fn insert(&mut self, file: FileId, parsed: Arc<Parse>) {
        self.parses.insert(file, parsed);
    }

    /// The prelude, where it stands in the sources already.
    pub fn insert_prelude(&mut self, file: FileId, parsed: Arc<Parse>) {
        self.prelude = Some(file);
        self.insert(file, parsed);
    }

    pub fn get(&self, file: FileId) -> Option<&Parse> {
        self.parses.get(&file).map(Arc::as_ref)
    }

    /// Whether a module only tests what others say.
    pub fn only_tests(&self, file: FileId) -> bool {
        let is_test = |n: &Node| n.is_trivia() || matches!(n.kind, Kind::Test | Kind::Property);
        self.get(file).is_some_and(|parse| parse.tree.children.iter().all(is_test))
    }
}

/// Compiles packs: every error of every module is found and reported, in the order of files and places.
pub fn compile(sources: &mut Sources, trees: &mut Trees, input: &Input) -> Compiled {
    compile_again(sources, trees, input, &Kept::default()).0
}

/// The same, using again what an earlier compilation left and this one need not work out anew.
pub fn compile_again(
    sources: &mut Sources,
    trees: &mut Trees,
    input: &Input,
    before: &Kept,
) -> (Compiled, Kept) {
    trees.load(sources, &input.modules);
    let mut modules = Vec::with_capacity(input.modules.len());
    for file in &input.modules {
        if let (Some(source), Some(parse)) = (sources.get(*file), trees.parses.get(file)) {
            modules.push(Module { file: *file, text: Arc::clone(&source.text), parse: Arc::clone(parse) });
        }
    }
    let mut reports = Reports::default();
    let prelude = trees.prelude.map(|f| declarations(sources, trees, f)).unwrap_or_default();
    let mut decls = Vec::new();
    let mut broken = Vec::new();
    for Module { file, text, parse } in &modules {
        if !parse.errors.is_empty() {
            reports.diagnostics.extend(parse.errors.iter().map(|e| syntax_diagnostic(*file, e)));
            broken.extend(broken::declarations(*file, text, &parse.tree));
        }
        decls.extend(declarations(sources, trees, *file));
    }
    let (mut compiled, mut kept) =
        resolve(&prelude, &decls, input, &Before::new(before, &modules), &mut reports);
    let mut diagnostics = reports.diagnostics;
    diagnostics.retain(|d| !broken::is_spurious(d, &broken));
    diagnostics.sort_by(|a, b| {
        (sources.path(a.span.file), a.span.start, a.code).cmp(&(
            sources.path(b.span.file),
            b.span.start,
            b.code,
        ))
    });
    diagnostics.dedup();
    compiled.diagnostics = diagnostics;
    kept.modules = modules;
    (compiled, kept)
}

/// A syntax error as a diagnostic of its file.
pub fn syntax_diagnostic(file: FileId, error: &kijun_syntax::SyntaxError) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(error.code, Span::new(file, error.start, error.end), error.message.clone());
    diagnostic.label = error.label.clone();
    diagnostic.help = error.help.clone();
    diagnostic
}

fn declarations<'a>(sources: &'a Sources, trees: &'a Trees, file: FileId) -> Vec<Decl<'a>> {
    let (Some(source), Some(parsed)) = (sources.get(file), trees.get(file)) else { return Vec::new() };
    let items = parsed.tree.children.iter().filter(|n: &&Node| !n.is_trivia() && n.kind != Kind::BadItem);
    items.map(|node| Decl { file, text: &source.text, node }).collect()
}

fn resolve(
    prelude: &[Decl<'_>],
    decls: &[Decl<'_>],
    input: &Input,
    before: &Before<'_>,
    reports: &mut Reports,
) -> (Compiled, Kept) {
    let (mut schema, types) = schema::collect(prelude, decls, reports);
    let roles: Vec<String> =
        schema.enums.first().map(|e| e.literals.iter().map(|l| l.name.clone()).collect()).unwrap_or_default();
    let profiles = by_name(decls, Kind::Profile, ("プロファイル", "profile"), reports);
    let chosen = profile::select(&profiles, input.profile.as_ref(), reports);
    let stage = norms_stage(decls, roles, &profiles, chosen, before);
    reports.diagnostics.extend(stage.diagnostics.iter().cloned());
    let norms = &stage.norms;
    let tracked = profile::track(stage.tracked.clone(), &input.track, norms, reports);
    schema.requirements = norms.requirements.iter().map(|r| r.id.clone()).collect();
    for catalog in &norms.catalogs {
        let several = norms.catalogs.iter().filter(|c| c.alias == catalog.alias).count() > 1;
        if !several {
            schema.editions.insert(catalog.alias.clone(), catalog.edition.clone());
        }
    }

    let named = |kind, what, reports: &mut Reports| by_name(decls, kind, what, reports);
    let relation_decls = named(Kind::Relation, ("関係", "relation"), reports);
    let table_decls = named(Kind::Table, ("表", "table"), reports);
    let define_decls = named(Kind::Definition, ("関数", "define"), reports);
    let param_decls = named(Kind::Param, ("パラメータ", "param"), reports);
    let check_decls = named(Kind::Check, ("check", "check"), reports);
    one_name_each(&[&relation_decls, &table_decls, &define_decls, &param_decls], reports);

    let definitions = functions::definitions(&define_decls, &types, reports);
    functions::recursive_definitions(&definitions, reports);
    let relations = relations::relation_signatures(&relation_decls, &schema, &types, reports);
    let tables = tables::table_signatures(&table_decls, &schema, &types, reports);
    let mut names = Names {
        schema: &schema,
        types: &types,
        norms,
        definitions,
        relations,
        tables,
        params: BTreeMap::new(),
    };
    let declared = functions::params(&param_decls, &mut Lowering { names: &names, reports });
    names.params.clone_from(&declared);
    if let Some(profile) = chosen {
        let set = profile::overrides(profile, &declared, &mut Lowering { names: &names, reports });
        override_params(&mut names.params, set);
    }
    override_params(&mut names.params, input.overrides.clone());
    let params = names.params.clone();

    let mut lowering = Lowering { names: &names, reports };
    let defined: Vec<String> = names.definitions.keys().cloned().collect();
    for name in &defined {
        lowering.check_definition(name);
    }
    let program_tables = tables::tables(&table_decls, &mut lowering);
    let rule_decls: Vec<Decl<'_>> = decls.iter().filter(|d| d.node.kind == Kind::Rule).copied().collect();
    let program_relations = relations::relations(&relation_decls, &rule_decls, &mut lowering);
    let strata = strata::strata(&program_relations, lowering.reports);
    for profile in profiles.values().filter(|p| chosen.is_none_or(|c| c.span() != p.span())) {
        profile::overrides(*profile, &declared, &mut lowering);
    }

    let kept = before.kept();
    let keeps_meaning = before.same(kept::is_named)
        && kept.meaning.as_ref().is_some_and(|m| m.schema == schema && m.params == params)
        && kept.norms.as_ref().is_some_and(|n| Arc::ptr_eq(n, &stage) || n.norms.mean_the_same(norms));
    let mut declarations =
        Declarations { names: &names, before: keeps_meaning.then_some(before), lowered: Vec::new() };
    let work: Vec<Decl<'_>> = check_decls.values().copied().collect();
    let mut checks: Vec<Arc<Check>> =
        declarations.lower(&work, lower_check, reports).filter_map(Outcome::check).collect();
    checks.sort_by(|a, b| (&a.requirements, &a.name).cmp(&(&b.requirements, &b.name)));
    let work: Vec<Decl<'_>> = decls.iter().filter(|d| d.node.kind == Kind::Attest).copied().collect();
    let mut attests: Vec<Attest> =
        declarations.lower(&work, lower_attest, reports).filter_map(Outcome::attest).collect();
    attests.sort_by(|a, b| {
        (a.requirement, &a.name, &a.question.ja).cmp(&(b.requirement, &b.name, &b.question.ja))
    });
    duplicate_attests(&attests, decls, reports);
    let members = satisfy::Members { checks: &checks, attests: &attests, declared: &check_decls };
    let mut combinations = Vec::new();
    for decl in decls.iter().filter(|d| d.node.kind == Kind::Satisfy) {
        combinations.extend(satisfy::satisfy(*decl, &members, norms, reports));
    }
    combinations.sort_by_key(|c| c.requirement);
    let mut properties: Vec<Property> = Vec::new();
    for decl in decls.iter().filter(|d| d.node.kind == Kind::Property) {
        let mut lowering = Lowering { names: &names, reports };
        properties.extend(properties::property(*decl, &checks, &check_decls, &mut lowering));
    }
    let question = input.asking.as_ref().and_then(|asking| question::question(asking, &names, reports));
    // A check with an error of its own is still a name that tests may use.
    let rule_names: BTreeSet<String> =
        check_decls.keys().cloned().chain(attests.iter().map(|a| a.name.clone())).collect();
    if rule_names != kept.rule_names {
        declarations.before = None;
    }
    let work: Vec<Decl<'_>> = decls.iter().filter(|d| d.node.kind == Kind::Test).copied().collect();
    let lower_test = |decl: Decl<'_>, lowering: &mut Lowering<'_, '_, '_>| {
        let mut collector = cases::Collector { lowering, rule_names: &rule_names, params: &params };
        Outcome::Test(Arc::new(collector.case(decl)))
    };
    let tests = declarations.lower(&work, lower_test, reports).filter_map(Outcome::test).collect();
    let lowered = declarations.lowered.into_iter().collect();
    drop(names);
    let program = Program {
        builtins: builtins(&schema),
        schema: schema.clone(),
        catalogs: norms.catalogs.clone(),
        requirements: Arc::clone(&norms.requirements),
        instruments: norms.instruments.clone(),
        tables: program_tables,
        relations: program_relations,
        strata,
        checks,
        attests,
        combinations,
    };
    let keeps_norms = kept.norms.as_ref().is_some_and(|n| Arc::ptr_eq(n, &stage));
    let same_program = |p: &&Arc<Program>| keeps_norms && kept::is_same_program(p, &program);
    let program = match kept.program.as_ref().filter(same_program) {
        Some(kept) => Arc::clone(kept),
        None => Arc::new(program),
    };
    let same_mappings = keeps_norms && before.same(|kind| kind == Kind::Mapping);
    let mapped = match kept.mappings.as_ref().filter(|m| same_mappings && m.tracked == tracked) {
        Some(kept) => Arc::clone(kept),
        None => Arc::new(mapping::stage(decls, norms, &tracked, &program)),
    };
    reports.diagnostics.extend(mapped.diagnostics.iter().cloned());
    let compiled = Compiled {
        program: Arc::clone(&program),
        mappings: Arc::clone(&mapped.statements),
        network: Arc::clone(&mapped.network),
        contradictions: Arc::clone(&mapped.contradictions),
        risks: norms.risks.clone(),
        tracked,
        tests,
        properties,
        params: params.clone(),
        question,
        diagnostics: Vec::new(),
    };
    let kept = Kept {
        modules: Vec::new(),
        meaning: Some(Meaning { schema, params }),
        norms: Some(stage),
        program: Some(program),
        mappings: Some(mapped),
        rule_names,
        lowered,
    };
    (compiled, kept)
}

/// Collects the norms and applies the profile, unless all of that is as it was.
fn norms_stage(
    decls: &[Decl<'_>],
    roles: Vec<String>,
    profiles: &BTreeMap<String, Decl<'_>>,
    chosen: Option<Decl<'_>>,
    before: &Before<'_>,
) -> Arc<NormsStage> {
    let profile = chosen.and_then(Decl::name).map(|(name, _)| name);
    let fits = |stage: &&Arc<NormsStage>| stage.roles == roles && stage.profile == profile;
    if let Some(stage) = before.kept().norms.as_ref().filter(fits).filter(|_| before.same(kept::is_norm)) {
        return Arc::clone(stage);
    }
    let mut reports = Reports::default();
    let mut norms = Norms::collect(decls, &roles, &mut reports);
    // A profile that is not in use is still checked: its errors should not wait for the day it is chosen.
    for other in profiles.values().filter(|p| chosen.is_none_or(|c| c.span() != p.span())) {
        profile::apply(*other, &mut norms.clone(), &mut reports);
    }
    let tracked = chosen.map(|p| profile::apply(p, &mut norms, &mut reports)).unwrap_or_default();
    Arc::new(NormsStage { roles, profile, norms, tracked, diagnostics: reports.diagnostics })
}

/// Declarations that are lowered each by itself, on all cores, or taken over from an earlier compilation.
struct Declarations<'n, 'a, 'k> {
    names: &'n Names<'a>,
    /// Where names mean the same as then.
    before: Option<&'n Before<'k>>,
    lowered: Vec<((FileId, usize), Arc<Lowered>)>,
}

impl Declarations<'_, '_, '_> {
    fn lower<'d>(
        &mut self,
        work: &[Decl<'d>],
        lower: impl Fn(Decl<'d>, &mut Lowering<'_, '_, '_>) -> Outcome + Sync,
        reports: &mut Reports,
    ) -> std::vec::IntoIter<Arc<Lowered>> {
        let (names, before) = (self.names, self.before);
        let one = |decl: &Decl<'d>| {
            if let Some(found) = before.and_then(|b| b.lowered(*decl)).filter(|l| l.stands_alone(decl.file)) {
                return Arc::clone(found);
            }
            let mut reports = Reports::default();
            let result = lower(*decl, &mut Lowering { names, reports: &mut reports });
            Arc::new(Lowered { result, diagnostics: reports.diagnostics })
        };
        let found: Vec<Arc<Lowered>> = work.par_iter().map(one).collect();
        for (decl, lowered) in work.iter().zip(&found) {
            reports.diagnostics.extend(lowered.diagnostics.iter().cloned());
            self.lowered.push(((decl.file, decl.node.start), Arc::clone(lowered)));
        }
        found.into_iter()
    }
}

fn lower_check(decl: Decl<'_>, lowering: &mut Lowering<'_, '_, '_>) -> Outcome {
    let name = decl.name().map(|(name, _)| name).unwrap_or_default();
    Outcome::Check(rules::check(&name, decl, lowering).map(Arc::new))
}

fn lower_attest(decl: Decl<'_>, lowering: &mut Lowering<'_, '_, '_>) -> Outcome {
    Outcome::Attest(rules::attest(decl, lowering).map(Box::new))
}

fn override_params(params: &mut BTreeMap<String, (Type, Const)>, values: BTreeMap<String, Const>) {
    for (name, value) in values {
        if let Some((_, slot)) = params.get_mut(&name) {
            *slot = value;
        }
    }
}

/// Relations, tables, functions and parameters share one space of names.
fn one_name_each(spaces: &[&BTreeMap<String, Decl<'_>>], reports: &mut Reports) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for space in spaces {
        for (name, decl) in *space {
            let span = decl.name().map(|(_, s)| s).unwrap_or_default();
            match seen.get(name.as_str()) {
                Some(first) => reports.duplicate(("名前", "name"), name, span, *first),
                None => {
                    seen.insert(name, span);
                }
            }
        }
    }
}

fn duplicate_attests(attests: &[Attest], decls: &[Decl<'_>], reports: &mut Reports) {
    let mut written: Vec<&Attest> = attests.iter().collect();
    written.sort_by_key(|a| a.span);
    let mut seen: BTreeMap<&str, &Attest> = BTreeMap::new();
    for attest in written {
        let name = attest.name.as_str();
        match seen.get(name) {
            Some(first) => reports.push(
                Diagnostic::error(
                    "K0202",
                    attest_place(attest, decls),
                    Label::new(
                        format!("attest `{name}` は二重に宣言されています"),
                        format!("the attestation `{name}` is declared twice"),
                    ),
                )
                .label("二度目", "the second time")
                .note(attest_place(first, decls), "最初はここ", "first here")
                .help(
                    "`attest 名前 for 番号 …` と、別々の名前を付けてください",
                    "give each a name of its own: `attest NAME for REQUIREMENT …`",
                ),
            ),
            None => {
                seen.insert(name, attest);
            }
        }
    }
}

/// The name of an attestation, or the id that it goes by.
fn attest_place(attest: &Attest, decls: &[Decl<'_>]) -> Span {
    let decl = decls.iter().find(|d| d.node.kind == Kind::Attest && d.span() == attest.span);
    let id = decl.and_then(|d| d.child(Kind::Name).or_else(|| d.child(Kind::RequirementId)));
    id.map_or(attest.span, Decl::span)
}

fn builtins(schema: &Schema) -> Builtins {
    let find = |name: &str| schema.find_kind(name).unwrap_or(kijun_facts::KindId(0));
    Builtins { attestation: find("attestation"), waiver: find("waiver") }
}
