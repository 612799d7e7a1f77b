//! Findings as a table, for spreadsheets and scripts.

use kijun_engine::assessment::{Assessment, Finding, SubjectRef};
use kijun_text::{At, Lang, Place};
use rayon::prelude::*;

use crate::assessment_json::Context;
use crate::csv_table::CsvTable;
use crate::names::{rule_name, subject_id, subject_name};

/// Its columns; `file` and `line` (of a workbook sheet and cell) say where the subject's record begins, and are empty where it
/// has none.
const HEADER: [&str; 9] =
    ["requirement", "check", "kind", "subject", "verdict", "severity", "message", "file", "line"];

/// How many findings are written by one thread at a time.
const CHUNK: usize = 512;

/// One line per finding, in the order of the assessment. UTF-8 with a byte order mark, as spreadsheets expect.
///
/// # Errors
/// Those of writing into memory: none in practice.
pub fn findings_csv(
    context: &Context<'_>,
    assessment: &Assessment,
    lang: Lang,
    listed: impl Fn(&Finding) -> bool,
) -> Result<Vec<u8>, csv::Error> {
    let mut header = CsvTable::new();
    header.write_record(HEADER)?;
    let mut out = header.finish()?;
    let findings: Vec<&Finding> = assessment.findings.iter().filter(|f| listed(f)).collect();
    let parts: Vec<Vec<u8>> =
        findings.par_chunks(CHUNK).map(|part| lines(context, part, lang)).collect::<Result<_, _>>()?;
    parts.iter().for_each(|part| out.extend_from_slice(part));
    Ok(out)
}

fn lines(context: &Context<'_>, findings: &[&Finding], lang: Lang) -> Result<Vec<u8>, csv::Error> {
    let mut out = CsvTable::rows();
    for finding in findings {
        let requirement = context.program.requirement(finding.requirement);
        let (file, line) = match finding.subject {
            SubjectRef::Record(kind, row) => {
                let place = context.store.kind(kind).map(|t| t.place(row as usize)).unwrap_or_default();
                let Place { file, at } = context.fact_sources.place(place);
                match at {
                    At::Line { line, .. } => (file, line.to_string()),
                    At::Cell { sheet, cell } => (file, format!("{sheet}!{cell}")),
                }
            }
            SubjectRef::Facility | SubjectRef::Register(_) => ("", String::new()),
        };
        out.write_record([
            requirement.map_or("", |r| &r.id),
            rule_name(context.program, finding.rule),
            subject_name(context.program, finding.subject),
            subject_id(context.store, context.facility, finding.subject).unwrap_or(""),
            finding.verdict.name(),
            finding.weight.name(),
            finding.message.get(lang),
            file,
            &line,
        ])?;
    }
    out.finish()
}
