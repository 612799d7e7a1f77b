//! The meaning of packs: manifests, names, types, the rule graph and its strata, lowering to a
//! [`Program`]. No IO: whoever calls passes the sources.

mod broken;
mod cases;
mod census;
pub mod checklist;
mod context;
mod expr;
mod functions;
mod graph;
mod manifest;
mod mapping;
mod norms;
mod pages;
mod profile;
mod relations;
mod rules;
mod satisfy;
mod schema;
mod strata;
mod tables;

use std::collections::BTreeMap;
use std::sync::Arc;

use kijun_coverage::Statement;
use kijun_engine::program::{Attest, Builtins, Check, Const, Program};
use kijun_facts::{Schema, Type};
use kijun_syntax::{Kind, Node, Parse, parse};
use kijun_text::{Diagnostic, FileId, Label, Severity, Sources, Span};

pub use cases::{Expect, Given, GivenKind, Record, Target, TestCase, build_facts};
pub use census::{Census, census};
pub use checklist::{Checklist, check_checklist, parse_checklist};
pub use manifest::{Dependency, Manifest, Pack, Title, Workspace, parse_manifest, version_satisfies};
pub use norms::Risk;
pub use pages::{codes, nearest_code, page};
/// A value of a manifest with its place.
pub use toml::Spanned;

use context::{Decl, Reports, by_name};
use expr::{Lowering, Names};
use norms::Norms;

/// The text of the prelude and the path under which it is shown.
pub const PRELUDE: &str = include_str!("prelude.kijun");
pub const PRELUDE_PATH: &str = "<prelude>";

/// What to compile: modules (the prelude is added), and the choices of the run.
#[derive(Debug, Clone, Default)]
pub struct Input {
    pub modules: Vec<FileId>,
    pub profile: Option<ProfileChoice>,
    /// Parameters that differ from what the packs and the profile say.
    pub overrides: BTreeMap<String, Const>,
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
    pub program: Program,
    pub mappings: Vec<Statement>,
    pub risks: Vec<Risk>,
    /// Catalogues that the profile tracks beside those that it includes, by index.
    pub tracked: Vec<usize>,
    pub tests: Vec<TestCase>,
    pub params: BTreeMap<String, (Type, Const)>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Compiled {
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
}

/// Compiles packs: every error of every module is found and reported, in the order of files and places.
pub fn compile(sources: &mut Sources, trees: &mut Trees, input: &Input) -> Compiled {
    trees.load(sources, &input.modules);
    let mut reports = Reports::default();
    let prelude = trees.prelude.map(|f| declarations(sources, trees, f)).unwrap_or_default();
    let mut decls = Vec::new();
    let mut broken = Vec::new();
    for file in &input.modules {
        if let (Some(source), Some(parsed)) = (sources.get(*file), trees.get(*file)) {
            reports.diagnostics.extend(parsed.errors.iter().map(|e| syntax_diagnostic(*file, e)));
            broken.extend(broken::declarations(*file, &source.text, &parsed.tree));
        }
        decls.extend(declarations(sources, trees, *file));
    }
    let mut compiled = resolve(&prelude, &decls, input, &mut reports);
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
    compiled
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

fn resolve(prelude: &[Decl<'_>], decls: &[Decl<'_>], input: &Input, reports: &mut Reports) -> Compiled {
    let (mut schema, types) = schema::collect(prelude, decls, reports);
    let roles: Vec<String> =
        schema.enums.first().map(|e| e.literals.iter().map(|l| l.name.clone()).collect()).unwrap_or_default();
    let mut norms = Norms::collect(decls, &roles, reports);
    let profiles = by_name(decls, Kind::Profile, ("プロファイル", "profile"), reports);
    let chosen = profile::select(&profiles, input.profile.as_ref(), reports);
    let tracked = chosen.map(|p| profile::apply(p, &mut norms, reports)).unwrap_or_default();
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
        norms: &norms,
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
    let mut checks: Vec<Check> =
        check_decls.iter().filter_map(|(name, decl)| rules::check(name, *decl, &mut lowering)).collect();
    checks.sort_by(|a, b| (&a.requirements, &a.name).cmp(&(&b.requirements, &b.name)));
    let mut attests: Vec<Attest> = decls
        .iter()
        .filter(|d| d.node.kind == Kind::Attest)
        .filter_map(|d| rules::attest(*d, &mut lowering))
        .collect();
    attests.sort_by(|a, b| {
        (a.requirement, &a.name, &a.question.ja).cmp(&(b.requirement, &b.name, &b.question.ja))
    });
    duplicate_attests(&attests, decls, lowering.reports);
    let members = satisfy::Members { checks: &checks, attests: &attests, declared: &check_decls };
    let mut combinations = Vec::new();
    for decl in decls.iter().filter(|d| d.node.kind == Kind::Satisfy) {
        combinations.extend(satisfy::satisfy(*decl, &members, &norms, lowering.reports));
    }
    combinations.sort_by_key(|c| c.requirement);
    let mappings = mapping::collect(decls, &norms, lowering.reports);
    // A check with an error of its own is still a name that tests may use.
    let rule_names = check_decls.keys().cloned().chain(attests.iter().map(|a| a.name.clone())).collect();
    let mut collector = cases::Collector { lowering: &mut lowering, rule_names, params: &params };
    let tests = decls.iter().filter(|d| d.node.kind == Kind::Test).map(|d| collector.case(*d)).collect();
    for profile in profiles.values() {
        if chosen.is_none_or(|c| c.span() != profile.span()) {
            check_profile(*profile, decls, &roles, &declared, &mut lowering);
        }
    }
    drop(names);
    let builtins = builtins(&schema);
    let program = Program {
        schema,
        builtins,
        catalogs: norms.catalogs,
        requirements: norms.requirements,
        instruments: norms.instruments,
        tables: program_tables,
        relations: program_relations,
        strata,
        checks,
        attests,
        combinations,
    };
    mapping::contradictions::report(&program, &mappings, reports);
    Compiled { program, mappings, risks: norms.risks, tracked, tests, params, diagnostics: Vec::new() }
}

/// A profile that is not in use is still checked: its errors should not wait for the day it is chosen.
fn check_profile(
    profile: Decl<'_>,
    decls: &[Decl<'_>],
    roles: &[String],
    declared: &BTreeMap<String, (Type, Const)>,
    lowering: &mut Lowering<'_, '_, '_>,
) {
    profile::overrides(profile, declared, lowering);
    let mut quiet = Reports { quiet: 1, ..Reports::default() };
    let mut copy = Norms::collect(decls, roles, &mut quiet);
    profile::apply(profile, &mut copy, lowering.reports);
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
