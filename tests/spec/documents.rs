//! The documents beside this file and the language reference: every block compiles as it says, and every `test` in
//! it holds on the engine and on the reference evaluator.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kijun_engine::Evaluation;
use kijun_engine::assessment::{RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Program, RequirementId};
use kijun_model::{Compiled, Expect, Input, Target, TestCase, Trees, build_facts, compile};
use kijun_testkit::reference::{self, ReferenceResult};
use kijun_text::{Severity, Sources};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) struct Block {
    /// The words after the language: `error=K0308`, `fragment=x`.
    pub(crate) info: String,
    pub(crate) text: String,
    pub(crate) line: usize,
}

pub(crate) fn blocks(document: &str) -> Vec<Block> {
    let mut out = Vec::new();
    let mut open: Option<Block> = None;
    for (i, line) in document.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some(Block { info: info.trim().to_owned(), text: String::new(), line: i + 1 });
            }
            (Some(_), Some(_)) => out.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    out
}

pub(crate) fn compiled(text: &str) -> Compiled {
    let mut sources = Sources::default();
    let file = sources.add("block.kijun", text);
    compile(&mut sources, &mut Trees::default(), &Input { modules: vec![file], ..Input::default() })
}

/// The parts of a block's info string: `kijun error=K0308`, `kijun warning=K0403`.
pub(crate) fn option<'b>(block: &'b Block, key: &str) -> Option<&'b str> {
    block.info.split_whitespace().find_map(|w| w.strip_prefix(key)?.strip_prefix('='))
}

/// Every kijun block of a document; fragments of the same name are joined.
fn check_document(path: &Path) -> (usize, Vec<String>) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let document = std::fs::read_to_string(path).unwrap();
    let mut fragments: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut tests = 0;
    for block in blocks(&document).iter().filter(|b| b.info.split_whitespace().next() == Some("kijun")) {
        let text = match option(block, "fragment") {
            Some(fragment) => {
                let whole = fragments.entry(fragment.to_owned()).or_default();
                whole.push_str(&block.text);
                whole.clone()
            }
            None => block.text.clone(),
        };
        let place = format!("{name}:{}", block.line);
        let compiled = compiled(&text);
        let found: Vec<String> =
            compiled.diagnostics.iter().map(|d| format!("{} {}", d.code, d.message.en)).collect();
        if let Some(code) = option(block, "error") {
            let codes: Vec<&str> = compiled
                .diagnostics
                .iter()
                .filter(|d| d.severity == Severity::Error)
                .map(|d| d.code)
                .collect();
            if codes.is_empty() || codes.iter().any(|c| *c != code) {
                wrong.push(format!("{place}: expected {code}, found {found:?}"));
            }
            continue;
        }
        if let Some(code) = option(block, "warning") {
            let lint = |d: &kijun_text::Diagnostic| d.severity != Severity::Error && d.code == code;
            if found.is_empty() || !compiled.diagnostics.iter().all(lint) {
                wrong.push(format!("{place}: expected {code}, found {found:?}"));
            }
            continue;
        }
        if !found.is_empty() {
            wrong.push(format!("{place}: {found:?}"));
            continue;
        }
        for case in &compiled.tests {
            tests += 1;
            wrong.extend(run(case, &text).into_iter().map(|w| format!("{place}: «{}»: {w}", case.name)));
        }
    }
    (tests, wrong)
}

fn run(case: &TestCase, text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add("block.kijun", text);
    let input = Input { modules: vec![file], overrides: case.overrides.clone(), ..Input::default() };
    let program = compile(&mut sources, &mut Trees::default(), &input).program;
    let (store, problems) = build_facts(case, &program.schema);
    let mut wrong: Vec<String> = problems.iter().map(|d| d.message.en.clone()).collect();
    let today = case.as_of.unwrap_or_else(|| kijun_facts::Date::ymd(2026, 11, 22).unwrap().first);
    let evaluation = Evaluation::new(&program, &store, today);
    let assessment = evaluation.assessment();
    if let Err(difference) = kijun_testkit::compare(&program, &store, today, &assessment) {
        wrong.push(format!("engine and reference differ: {difference}"));
    }
    let reference = reference::assess(&program, &store, today);
    for expect in &case.expects {
        let found = verdict(&program, &reference, expect, &|s| {
            kijun_exchange::subject_id(&store, "", s).map(str::to_owned)
        });
        let holds = match expect.verdict {
            Some(wanted) => found == Some(wanted),
            None => found
                .is_none_or(|v| matches!(v, Verdict::Satisfied | Verdict::NotApplicable | Verdict::Waived)),
        };
        if !holds {
            let place = sources.slice(expect.span);
            wrong.push(format!("`{place}`: found {}", found.map_or("nothing", Verdict::name)));
        }
    }
    wrong
}

/// What the reference evaluator says about an expectation: a requirement's verdict, or the worst outcome of the
/// rules and subjects meant.
fn verdict(
    program: &Program,
    reference: &ReferenceResult,
    expect: &Expect,
    id_of: &dyn Fn(SubjectRef) -> Option<String>,
) -> Option<Verdict> {
    // `no finding` is about the rules' outcomes, not about the requirement as a whole.
    if let (Some(Target::Requirement(id)), None, Some(_)) = (&expect.target, &expect.subject, expect.verdict)
    {
        return reference.requirements.get(id).copied();
    }
    let meant = |id: &RequirementId, rule: &RuleRef| match &expect.target {
        Some(Target::Requirement(wanted)) => id == wanted,
        Some(Target::Rule(name)) => kijun_exchange::rule_name(program, *rule) == name,
        None => true,
    };
    let of = reference.outcomes.iter().filter(|((id, rule, _), _)| meant(id, rule));
    let of = of.filter(|((_, _, subject), _)| expect.subject.is_none() || id_of(*subject) == expect.subject);
    of.map(|(_, verdict)| *verdict).min()
}

#[test]
fn the_documents_of_the_specification_hold() {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(root().join("tests/spec"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 10, "{paths:?}");
    let (mut tests, mut wrong) = (0, Vec::new());
    for path in &paths {
        let (count, failures) = check_document(path);
        assert!(count > 0, "{} has no test", path.display());
        tests += count;
        wrong.extend(failures);
    }
    println!("{tests} tests in {} documents", paths.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_of_the_language_reference_compiles() {
    let (_, wrong) = check_document(&root().join("docs/language.md"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
