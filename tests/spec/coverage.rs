//! The blocks `relations` and `coverage` of `coverage.md`, each about the block of Kijun before it.

use std::path::Path;

use kijun_coverage::{Mappings, Matrix, Met, Relations, Verdicts};
use kijun_engine::Evaluation;
use kijun_engine::program::{Program, RequirementId};
use kijun_model::{Input, ProfileChoice, Trees, build_facts, compile};
use kijun_text::Sources;

use crate::documents::{Block, blocks, compiled, option};

#[test]
fn what_the_document_says_of_coverage_holds() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/coverage.md");
    let document = std::fs::read_to_string(path).unwrap();
    let (mut kijun, mut claims, mut wrong) = (String::new(), 0, Vec::new());
    for block in blocks(&document) {
        let lines = || block.text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned);
        let found: Vec<String> = match block.info.split_whitespace().next() {
            Some("kijun") => {
                kijun.clone_from(&block.text);
                continue;
            }
            Some("relations") => lines().map(|line| relation(&kijun, &line)).collect(),
            Some("coverage") => coverage(&kijun, &block),
            other => panic!("a block of {other:?}"),
        };
        let wanted: Vec<String> = lines().collect();
        claims += wanted.len();
        if found != wanted {
            wrong.push(format!("coverage.md:{}\n  says  {wanted:#?}\n  found {found:#?}", block.line));
        }
    }
    assert!(claims > 30, "{claims}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn id(program: &Program, text: &str) -> RequirementId {
    program.find_requirement(text).unwrap_or_else(|| panic!("no {text}"))
}

/// The line again, with what is found.
fn relation(kijun: &str, line: &str) -> String {
    let compiled = compiled(kijun);
    let mappings = Mappings::new(&compiled.program, &compiled.mappings, None);
    let mut words = line.split_whitespace();
    let (a, b) = (words.next().unwrap(), words.next().unwrap());
    let (found, derivation) = mappings.relate(id(&compiled.program, a), id(&compiled.program, b));
    assert_eq!(found == Relations::ANY, derivation.is_none());
    let found = if found == Relations::ANY { "any".to_owned() } else { format!("{found:?}") };
    format!("{a} {b} {found}")
}

/// A line for each item of the target.
fn coverage(kijun: &str, block: &Block) -> Vec<String> {
    let mut sources = Sources::default();
    let profile = option(block, "profile").map(|name| ProfileChoice { name: name.to_owned(), place: None });
    let input = Input { modules: vec![sources.add("block.kijun", kijun)], profile, ..Input::default() };
    let compiled = compile(&mut sources, &mut Trees::default(), &input);
    let program = &compiled.program;
    let mappings = Mappings::new(program, &compiled.mappings, None);
    let case = compiled.tests.first().expect("facts: a test");
    let (store, problems) = build_facts(case, &program.schema);
    assert!(problems.is_empty());
    let evaluation = Evaluation::new(program, &store, case.as_of.unwrap());
    let verdicts = Verdicts::of(&evaluation.assessment());
    let catalog = |key| {
        let alias = option(block, key).unwrap();
        program.catalogs.iter().position(|c| c.alias == alias).unwrap()
    };
    let matrix = Matrix::new(&mappings, &[catalog("from")], &[catalog("to")], Some(&verdicts));
    let items = &matrix.blocks.first().unwrap().items;
    let line = |item: &kijun_coverage::Item| {
        let coverage = match item.trusted {
            trusted if trusted == item.coverage => item.coverage.name().to_owned(),
            trusted => format!("{}/{}", item.coverage.name(), trusted.name()),
        };
        let met = item.met.map_or("", Met::name);
        format!("{} {coverage} {met}", program.requirement(item.id).unwrap().id)
    };
    items.iter().map(line).collect()
}
