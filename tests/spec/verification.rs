//! What the search for counterexamples says of the documents beside this file and of the packs that ship. Whatever it finds is
//! evaluated by the engine and by the reference evaluator.

use std::path::Path;

use kijun_engine::program::Program;
use kijun_exchange::accepted::Named;
use kijun_exchange::verification::{Answers, VerificationContext, facts_file, finding_named, test_case};
use kijun_facts::StoreBuilder;
use kijun_model::{Acceptance, Compiled, SURVIVOR, Told};
use kijun_prove::{ClaimResult, Expected, Facts, FindingKind, HeldResult, Options, Report, Witness, verify};
use kijun_testkit::reference;
use kijun_workspace::{Options as Loading, load_norms};

use crate::documents::{blocks, compiled};

fn all(compiled: &Compiled, options: &Options) -> Report {
    verify(&compiled.program, &compiled.mappings, &compiled.properties, options, &|_| true)
}

/// The reference evaluator says what the search says of a rule on the facts.
fn confirmed(program: &Program, facts: &Facts, expected: &[Expected]) {
    let (store, problems) = facts.store(&program.schema);
    assert!(problems.is_empty(), "{problems:?}");
    let result = reference::assess(program, &store, facts.today);
    for e in expected {
        let said: Vec<_> = result
            .outcomes
            .iter()
            .filter(|((_, rule, subject), _)| {
                let id = match subject {
                    kijun_engine::assessment::SubjectRef::Record(kind, row) => {
                        Some(store.id_text(*kind, *row as usize).to_owned())
                    }
                    _ => None,
                };
                *rule == e.rule && id == e.subject
            })
            .map(|(_, verdict)| *verdict)
            .collect();
        assert!(!said.is_empty() && said.iter().all(|v| *v == e.verdict), "{e:?}: {said:?} on {facts:?}");
    }
}

/// The file that is printed is read as the same facts.
fn read_back(program: &Program, facts: &Facts) {
    let text = facts_file(program, facts);
    let mut sources = kijun_text::Sources::default();
    let mut builder = StoreBuilder::new(&program.schema);
    kijun_facts::read_file(&mut builder, &mut sources, "found.toml", text.as_bytes());
    let (read, problems) = builder.finish();
    assert!(problems.is_empty(), "{problems:?}\n{text}");
    let (made, _) = facts.store(&program.schema);
    for ((a, b), def) in made.kinds.iter().zip(&read.kinds).zip(&program.schema.kinds) {
        assert_eq!((a.len(), a.register), (b.len(), b.register), "{text}");
        for row in 0..a.len() {
            for attr in (0..def.attributes.len() as u32).map(kijun_facts::AttrId) {
                let show = |store| {
                    kijun_facts::show_cell(store, &program.schema, a.kind, attr, row, kijun_text::Lang::En)
                };
                assert_eq!(show(&made), show(&read), "{} in {text}", def.attributes[attr.0 as usize].name);
            }
        }
    }
}

/// The test that is printed passes when it is run.
fn passes(text: &str, test: &str) {
    let compiled = compiled(&format!("{text}\n{test}"));
    assert!(!compiled.has_errors(), "{:?}\n{test}", compiled.diagnostics);
    let case = compiled.tests.last().unwrap();
    let failures = kijun_model::run_case(&compiled.program, case, 0);
    assert!(failures.is_empty(), "{failures:?}\n{test}");
}

#[test]
fn properties_of_the_document_hold_or_are_refuted_as_it_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/properties.md");
    let document = std::fs::read_to_string(path).unwrap();
    let mut seen = (0, 0);
    for block in blocks(&document).iter().filter(|b| b.info.starts_with("kijun")) {
        let compiled = compiled(&block.text);
        assert!(!compiled.has_errors(), "line {}: {:?}", block.line, compiled.diagnostics);
        let refuted = block.info.contains("refuted");
        let report = all(&compiled, &Options::default());
        assert!(report.unconfirmed.is_empty() && report.undecided.is_empty(), "{report:?}");
        assert_eq!(report.properties.len(), compiled.properties.len());
        for held in &report.properties {
            let property = &compiled.properties[held.property];
            let found = matches!(held.result, HeldResult::Refuted(_));
            assert_eq!(found, refuted, "line {}: {}: {:?}", block.line, property.name.ja, held.result);
            if let HeldResult::Refuted(witness) = &held.result {
                read_back(&compiled.program, &witness.facts);
                let named: Vec<Expected> = witness
                    .expected
                    .iter()
                    .filter_map(|e| {
                        Some(Expected { rule: kijun_prove::expected_check(property, e.rule)?, ..e.clone() })
                    })
                    .collect();
                confirmed(&compiled.program, &witness.facts, &named);
                let witness = Witness { facts: witness.facts.clone(), expected: named };
                test_case(&compiled.program, "found", &witness)
                    .into_iter()
                    .for_each(|t| passes(&block.text, &t));
                seen.1 += 1;
            } else {
                seen.0 += 1;
            }
        }
    }
    assert!(seen.0 >= 8 && seen.1 >= 7, "{seen:?}");
}

/// What is found in the packs that ship is answered in their manifests, and every answer there is to something that is found.
#[test]
fn the_packs_that_ship_are_verified() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rulepacks");
    let workspace = load_norms(&root, &Loading::default()).unwrap();
    let compiled = &workspace.compiled;
    let program = &compiled.program;
    // Deeper searches follow where nothing is found; what needs three records of a kind is found by them.
    let report = all(compiled, &Options { scope: 2, ..Options::default() });
    assert!(report.unconfirmed.is_empty(), "{:?}", report.unconfirmed);
    assert!(report.undecided.is_empty(), "{:?}", report.undecided);
    for claim in &report.claims {
        if let ClaimResult::Refuted { witness, .. } = &claim.result {
            confirmed(program, &witness.facts, &witness.expected);
            read_back(program, &witness.facts);
        }
    }
    let title = workspace.title();
    let context = VerificationContext {
        program,
        statements: &compiled.mappings,
        properties: &compiled.properties,
        sources: &workspace.sources,
        title: &title,
        engine_version: "",
        report: &report,
        answers: Answers::default(),
    };
    let entries = workspace.accepted();
    let mut acceptance = Acceptance::new(&entries);
    for finding in &report.findings {
        let Named { file, of, with, text, change } = finding_named(&context, finding);
        let told = Told { file, finding: finding.kind.name(), of, with, text, change };
        assert!(acceptance.reason(&told).is_some(), "not answered: {told:?}");
    }
    let unused: Vec<&str> = acceptance.unused(|f| f != SURVIVOR).into_iter().map(|(_, of, _)| of).collect();
    assert_eq!(unused, Vec::<&str>::new(), "answered, and not found");
    assert!(report.findings.len() >= 10, "{:?}", report.findings);
}

/// Two checks that each ask for the opposite of the other, and other mistakes, are found; the same at any number of threads.
#[test]
fn what_is_wrong_is_found_at_any_number_of_threads() {
    let text = r#"
catalog k "例" { edition "1"  level A must "必須" }
catalog j "別" { edition "1"  level A must "必須" }
requirement k:1 "一" { level A }
requirement k:2 "二" { level A }
requirement k:3 "三" { level A }
requirement j:1 "一" { level A }
enum clause "条項" { penalty "罰則" audit "監査" }
entity contract "契約" { clauses "条項": set of clause  amount "額": int  live "有効": bool  expires "終了": date? }
check asks for k:1 { each c: contract  require penalty in c.clauses }
check asks_more for k:1 { each c: contract  require penalty in c.clauses and audit in c.clauses }
check forbids for k:2 { each c: contract  where c.live  require penalty not in c.clauses }
check impossible for k:3 { each c: contract  require c.amount > 10 and c.amount < 5 }
check idle for k:3 { each c: contract  where c.amount > 10  require c.amount > 5 }
check nowhere for k:3 { each c: contract  where c.live and not c.live  require c.amount > 5 }
check late for k:2 { each c: contract  where c.expires < today  require c.live  require c.expires != none }
check same for j:1 { each c: contract  require audit in c.clauses }
mapping k -> j { source "例"  1 superset 1  2 superset 1 }
"#;
    let compiled = compiled(text);
    assert!(!compiled.has_errors(), "{:?}", compiled.diagnostics);
    let program = &compiled.program;
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| all(&compiled, &Options::default()))
    };
    let report = run(1);
    assert_eq!(format!("{report:?}"), format!("{:?}", run(4)));
    let found: Vec<String> = report
        .findings
        .iter()
        .map(|f| {
            let subject = match f.subject {
                kijun_prove::Subject::Rule(rule) => rule.name(program).to_owned(),
                kijun_prove::Subject::Requirement(id) => program.requirement(id).unwrap().id.clone(),
                kijun_prove::Subject::Statement(i) => format!("line {i}"),
                kijun_prove::Subject::Property(i) => format!("property {i}"),
            };
            let other = f.other.map(|o| format!(" {}", o.name(program))).unwrap_or_default();
            format!("{} {subject}{other}", f.kind.name())
        })
        .collect();
    assert_eq!(
        found,
        [
            "idle-require late",
            "never-violated idle",
            "never-satisfied impossible",
            "never-applies nowhere",
            "redundant asks asks_more",
            "contradictory asks forbids",
            "contradictory asks_more forbids",
            "never-met k:3",
            "refuted line 1",
        ]
    );
    let refuted = report.claims.iter().find_map(|c| match &c.result {
        ClaimResult::Refuted { witness, .. } => Some(witness),
        _ => None,
    });
    let witness = refuted.unwrap();
    confirmed(program, &witness.facts, &witness.expected);
    passes(text, &test_case(program, "found", witness).unwrap());
    assert_eq!(witness.facts.records.len(), 1, "no record more than needed: {:?}", witness.facts);
    // What a rule counts up to is more than the scope: nothing is said.
    let many = text.replace("c.amount > 10 and c.amount < 5", "count(x in contract: x.live) >= 20");
    let many =
        crate::documents::compiled(&many.replace("(x in contract: x.live)", "(x in contract with x.live)"));
    let report = all(&many, &Options::default());
    let open = report.undecided.iter().any(|u| u.kind == FindingKind::NeverSatisfied);
    assert!(open, "{:?}", report.undecided);
}
