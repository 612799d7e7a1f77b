//! Runs the tests of a module, as the command line does.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use kijun_model::{Compiled, Failure, TestCase, run_case};
use kijun_text::{FileId, Label, Severity};

use crate::diagnostics::{Issue, Level};
use crate::semantics::compile_with;
use crate::snapshot::Snapshot;

/// What came of tests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestRun {
    pub passed: usize,
    pub failures: Vec<TestFailure>,
}

/// A test that fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFailure {
    pub name: String,
    /// Bytes of its name.
    pub range: Range<usize>,
    /// What is not as expected, each at its place; at least one.
    pub issues: Vec<Issue>,
}

/// Runs the tests of a module as it stands, or the one of this name.
///
/// # Errors
/// When the modules have errors, so that nothing can be run, or there is no such test.
pub fn run_tests(snapshot: &Snapshot, file: FileId, name: Option<&str>) -> Result<TestRun, Label> {
    let files = &snapshot.files;
    // Tests are compiled without a profile; what they share is compiled once.
    let kept = snapshot.semantics.kept();
    let plain = compile_with(files, &BTreeMap::new(), kept);
    if let Some(error) = plain.diagnostics.iter().find(|d| d.severity == Severity::Error) {
        let path = files.get(error.span.file).map_or("", |d| d.path.as_str());
        return Err(Label::new(
            format!("規則に誤りがあるため、テストを実行できません: {path} {}", error.message.ja),
            format!("the rules have errors, so that no test can be run: {path} {}", error.message.en),
        ));
    }
    let is_wanted = |c: &&Arc<TestCase>| c.span.file == file && name.is_none_or(|n| c.name == n);
    let cases: Vec<Arc<TestCase>> = plain.tests.iter().filter(is_wanted).cloned().collect();
    if let (true, Some(name)) = (cases.is_empty(), name) {
        return Err(Label::new(
            format!("テスト「{name}」はありません"),
            format!("there is no test `{name}`"),
        ));
    }
    let mut programs: BTreeMap<String, Arc<Compiled>> = BTreeMap::new();
    programs.insert(format!("{:?}", BTreeMap::<String, ()>::new()), Arc::new(plain));
    let mut run = TestRun::default();
    for case in &cases {
        let key = format!("{:?}", case.overrides);
        let compiled =
            programs.entry(key).or_insert_with(|| Arc::new(compile_with(files, &case.overrides, kept)));
        let failures = run_case(&compiled.program, case, snapshot.semantics.choices.today);
        if failures.is_empty() {
            run.passed += 1;
        } else {
            run.failures.push(failure(snapshot, case, failures));
        }
    }
    Ok(run)
}

fn failure(snapshot: &Snapshot, case: &TestCase, failures: Vec<Failure>) -> TestFailure {
    let index = snapshot.doc(case.span.file).map(|d| d.index());
    let is_it = |d: &&crate::index::Def| d.full.start == case.span.range().start;
    let def = index.and_then(|i| i.defs.iter().find(is_it));
    let issues = failures.into_iter().map(|f| match f {
        Failure::Facts(problem) => Issue {
            help: problem.help,
            ..Issue::new(FAILED, Level::Error, problem.span.range(), problem.message)
        },
        Failure::Differs { span, found } => {
            let message =
                Label::new(format!("期待と違います: {}", found.ja), format!("not as expected: {}", found.en));
            Issue::new(FAILED, Level::Error, span.range(), message)
        }
    });
    TestFailure {
        name: case.name.clone(),
        range: def.map_or(case.span.range(), |d| d.range.clone()),
        issues: issues.collect(),
    }
}

/// The code of what a test did not find as it expects.
const FAILED: &str = "test_failed";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NORMS, fixture};

    const TESTS: &str = "\
param least: int = 1 \"最少\"
check c for mhlw:8.1 { each v: vendor require least < 2 }
test \"通る\" { given { vendor a { } } expect c satisfied for a }
test \"変える\" { set least = 5 given { vendor a { } } expect c satisfied for a }
";

    fn check(more: &str, name: Option<&str>) -> Result<(usize, Vec<String>), String> {
        let (snapshot, place) = fixture(&format!("{NORMS}{TESTS}{more}"));
        let run = run_tests(&snapshot, place.file, name).map_err(|l| l.en)?;
        let text = &snapshot.doc(place.file).unwrap().text;
        let line = |f: &TestFailure| {
            let issue = &f.issues[0];
            format!("{} {} {}", &text[f.range.clone()], &text[issue.range.clone()], issue.message.en)
        };
        Ok((run.passed, run.failures.iter().map(line).collect()))
    }

    #[test]
    fn the_tests_of_a_module_run_each_with_its_parameters() {
        let failed = "\"変える\" expect c satisfied for a not as expected: found violated".to_owned();
        assert_eq!(check("", None), Ok((1, vec![failed.clone()])));
        assert_eq!(check("", Some("通る")), Ok((1, vec![])));
        assert_eq!(check("", Some("変える")), Ok((0, vec![failed])));
        assert_eq!(check("", Some("x")), Err("there is no test `x`".to_owned()));
    }

    #[test]
    fn nothing_runs_under_a_module_with_errors() {
        let said = check("check d for mhlw:9.9 { require true }\n", None).unwrap_err();
        assert!(said.starts_with("the rules have errors, so that no test can be run: /main.kijun"), "{said}");
    }
}
