//! A history as a table: one line for each assessment.

use kijun_engine::assessment::Verdict;
use kijun_engine::program::Weight;

use super::HistoryContext;
use super::reading::{SinceJson, VERDICTS, WEIGHTS, history_json};
use crate::csv_table::CsvTable;

/// UTF-8 with a byte order mark. The cells on what changed are empty for the first assessment.
///
/// # Errors
/// Those of writing into memory: none in practice.
pub fn history_csv(context: &HistoryContext<'_>) -> Result<Vec<u8>, csv::Error> {
    let history = history_json(context);
    let mut out = CsvTable::new();
    let ends = ["editions", "packs", "engine", "file"];
    let changes =
        ["since", "new", "changed", "resolved", "left", "worse", "changed_verdicts", "changed_inputs"];
    let head = std::iter::once("as_of").chain(VERDICTS.iter().map(|v| Verdict::name(*v)));
    let head = head.chain(["undecided"]).chain(WEIGHTS.iter().map(|w| Weight::name(*w)));
    out.write_record(head.chain(["unknown_findings"]).chain(changes).chain(ends))?;
    for entry in &history.assessments {
        let number = |n: Option<&usize>| n.copied().unwrap_or(0).to_string();
        let mut record = vec![entry.as_of.to_owned()];
        record.extend(VERDICTS.iter().map(|v| number(entry.requirements.get(v.name()))));
        record.push(entry.undecided.to_string());
        record.extend(WEIGHTS.iter().map(|w| number(entry.findings.get(w.name()))));
        record.push(entry.unknown_findings.to_string());
        record.extend(entry.since.as_ref().map_or_else(|| vec![String::new(); changes.len()], cells));
        let packs: Vec<String> = entry.packs.iter().map(|p| format!("{} {}", p.name, p.version)).collect();
        record.extend([
            entry.editions.join("|"),
            packs.join("|"),
            entry.engine.to_owned(),
            entry.file.to_owned(),
        ]);
        out.write_record(record)?;
    }
    out.finish()
}

fn cells(since: &SinceJson<'_>) -> Vec<String> {
    let inputs: Vec<&str> = since.packs.iter().chain(&since.facts).map(String::as_str).collect();
    let engine = since.engine.then_some("engine");
    let inputs = inputs.into_iter().chain(engine).collect::<Vec<_>>().join("|");
    let numbers = [since.new, since.changed, since.resolved, since.left, since.worse, since.requirements]
        .map(|n| n.to_string());
    std::iter::once(since.as_of.to_owned()).chain(numbers).chain([inputs]).collect()
}
