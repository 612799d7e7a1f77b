use std::path::Path;

use kijun_workspace::Options;

use super::{Status, refuse_load, targets};
use crate::diagnostics;
use crate::terminal::Terminal;

/// Parses, resolves and type-checks; status 2 when something is wrong.
pub(crate) fn run(path: &Path, terminal: &Terminal) -> Status {
    let mut status = Status::Ok;
    for target in targets(path) {
        let workspace = match kijun_workspace::load(&target, &Options::default()) {
            Ok(workspace) => workspace,
            Err(error) => return refuse_load(terminal, &error),
        };
        if diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics) {
            status = Status::Invalid;
            continue;
        }
        if terminal.quiet {
            continue;
        }
        let program = &workspace.compiled.program;
        let requirements = program.requirements.iter().filter(|r| !r.is_section).count();
        let rules = program.checks.len() + program.attests.len() + program.combinations.len();
        let records: usize = workspace.store.kinds.iter().map(kijun_facts::KindTable::len).sum();
        let (modules, tests) = (workspace.modules.len(), workspace.compiled.tests.len());
        terminal.print(&match terminal.lang {
            kijun_text::Lang::Ja => format!(
                "{}: 問題ありません(モジュール {modules}、要求事項 {requirements}、規則 {rules}、テスト {tests}、事実の行 {records})\n",
                target.display()
            ),
            kijun_text::Lang::En => format!(
                "{}: sound ({modules} modules, {requirements} requirements, {rules} rules, {tests} tests, {records} records)\n",
                target.display()
            ),
        });
    }
    status
}
