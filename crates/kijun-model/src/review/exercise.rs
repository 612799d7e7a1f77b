//! Checks that no test exercises. A test exercises a check if it expects something of the check by name, or of a requirement that the
//! check decides while a record of the check's kind is given.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::{Check, RequirementId};
use kijun_facts::KindId;
use kijun_text::{Diagnostic, FileId, Label};

use super::{Group, Remark, Remarks, name_place};
use crate::{Compiled, Target, Trees};

/// The checks that no test exercises, of packs that have tests.
#[derive(Debug, Clone, Default)]
pub struct Unexercised {
    /// Of how many checks.
    pub of: usize,
    /// By index.
    pub checks: Vec<usize>,
    pub remarks: Remarks,
}

/// Looks at each pack, or workspace, of which tests were read; those of a dependency are not. `paths` are the paths of all files,
/// manifests among them, as they are shown.
pub fn unexercised<'p>(
    compiled: &Compiled,
    trees: &Trees,
    paths: impl IntoIterator<Item = (FileId, &'p str)>,
) -> Unexercised {
    // What a broken test expects is not known.
    if compiled.has_errors() {
        return Unexercised::default();
    }
    let units = Units::new(paths);
    let tested: BTreeSet<usize> = compiled.tests.iter().filter_map(|t| units.of(t.span.file)).collect();
    let expected = Expected::new(compiled);
    let program = &compiled.program;
    let own = program.checks.iter().enumerate();
    let own = own.filter(|(_, c)| units.of(c.span.file).is_some_and(|unit| tested.contains(&unit)));
    let mut out = Unexercised::default();
    for (i, check) in own {
        out.of += 1;
        if !expected.exercises(check) {
            out.checks.push(i);
        }
    }
    let remarks = out.checks.iter().filter_map(|i| {
        let check = program.checks.get(*i)?;
        let name = &check.name;
        let message = Label::new(
            format!("check `{name}` を試すテストがありません"),
            format!("no test exercises the check `{name}`"),
        );
        let place = name_place(trees, check.span);
        let mut diagnostic = Diagnostic::information(Group::Unexercised.code(), place, message).help(
            format!("`test` に記録を与え、`expect {name} violated for 記録のid` のように書いてください"),
            format!("write a `test` with records and, for instance, `expect {name} violated for ID`"),
        );
        if let Some(decided) = check.requirements.first().and_then(|r| program.requirement(*r)) {
            diagnostic =
                diagnostic.note(decided.span, "この要求事項を判定します", "it decides this requirement");
        }
        Some(Remark { group: Some(Group::Unexercised), diagnostic })
    });
    out.remarks = Remarks::new(remarks);
    out
}

/// What tests expect something of.
#[derive(Default)]
struct Expected<'c> {
    rules: BTreeSet<&'c str>,
    /// With the kinds of the records that are given.
    requirements: BTreeMap<RequirementId, BTreeSet<KindId>>,
}

impl<'c> Expected<'c> {
    fn new(compiled: &'c Compiled) -> Expected<'c> {
        let mut out = Expected::default();
        for test in &compiled.tests {
            let kinds: BTreeSet<KindId> = test.records.iter().map(|r| r.kind).collect();
            for target in test.expects.iter().filter_map(|e| e.target.as_ref()) {
                match target {
                    Target::Rule(name) => {
                        out.rules.insert(name);
                    }
                    Target::Requirement(id) => {
                        out.requirements.entry(*id).or_default().extend(&kinds);
                    }
                }
            }
        }
        out
    }

    fn exercises(&self, check: &Check) -> bool {
        let decides = |id: &RequirementId| {
            let kinds = self.requirements.get(id);
            kinds.is_some_and(|kinds| check.subject.is_none_or(|s| kinds.contains(&s.kind)))
        };
        self.rules.contains(check.name.as_str()) || check.requirements.iter().any(decides)
    }
}

/// Which pack, or workspace, a file belongs to: that of the nearest manifest above it.
struct Units(BTreeMap<FileId, usize>);

impl Units {
    fn new<'p>(paths: impl IntoIterator<Item = (FileId, &'p str)>) -> Units {
        let paths: Vec<(FileId, &str)> = paths.into_iter().collect();
        let folder = |path: &str| path.rfind('/').map_or(0, |end| end + 1);
        let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
        let manifests = paths.iter().filter(|(_, p)| p.get(folder(p)..) == Some("kijun.toml"));
        for (_, path) in manifests {
            let next = folders.len() + 1;
            folders.entry(path.get(..folder(path)).unwrap_or("")).or_insert(next);
        }
        let unit = |path: &str| {
            let mut at = path;
            loop {
                at = at.get(..folder(at)).unwrap_or("");
                match (folders.get(at), at.strip_suffix('/')) {
                    (Some(unit), _) => return *unit,
                    (None, Some(above)) => at = above,
                    // Without any manifest, all files are of one unit.
                    (None, None) => return 0,
                }
            }
        };
        Units(paths.iter().map(|(file, path)| (*file, unit(path))).collect())
    }

    fn of(&self, file: FileId) -> Option<usize> {
        self.0.get(&file).copied()
    }
}
