//! A plan as a table, for spreadsheets: UTF-8 with a byte order mark.

use kijun_text::{Label, Lang};

use super::PlanContext;
use super::reading::{ChangeJson, PlanJson, plan_json};
use crate::csv_table::CsvTable;
use crate::diff::names::written;
use crate::outcome_json::OutcomeJson;

/// One line for each outcome that a step closes, then for each gap that stays open, then for each question. A step that closes
/// nothing has one line.
const HEADER: [&str; 12] = [
    "part",
    "step",
    "changes",
    "fix",
    "responsible",
    "requirement",
    "check",
    "subject",
    "severity",
    "before",
    "after",
    "note",
];

/// # Errors
/// Those of writing into memory: none in practice.
pub fn plan_csv(context: &PlanContext<'_>, lang: Lang) -> Result<Vec<u8>, csv::Error> {
    let plan: PlanJson<'_> = plan_json(context);
    let mut out = CsvTable::new();
    out.write_record(HEADER)?;
    for step in &plan.steps {
        let number = step.number.to_string();
        let (changes, fix) = (texts(&step.changes, lang), joined(&step.fix, lang));
        let roles = joined(&step.roles, lang);
        let mut line = |o: Option<&OutcomeJson<'_>>, note: &str| {
            let subject =
                o.map_or_else(String::new, |o| written(o.subject.kind, o.subject.id.as_deref(), lang));
            out.write_record([
                "step",
                &number,
                &changes,
                &fix,
                &roles,
                o.map_or("", |o| o.requirement),
                o.map_or("", |o| o.check),
                &subject,
                o.map_or("", |o| o.severity),
                o.and_then(|o| o.before).unwrap_or(""),
                o.and_then(|o| o.after).unwrap_or(""),
                note,
            ])
        };
        if step.closes.is_empty() {
            line(None, "")?;
        }
        step.closes.iter().try_for_each(|o| line(Some(o), ""))?;
        step.broken.iter().try_for_each(|o| line(Some(o), "broken"))?;
    }
    let open = plan.open.iter().map(|o| ("open", &o.gap, texts(&o.changes, lang), o.why.to_owned()));
    let questions = plan.questions.iter().map(|q| {
        let asked: Vec<String> =
            q.missing.iter().map(|m| format!("{}: {}", m.fact, m.question.get(lang))).collect();
        ("question", &q.gap, String::new(), asked.join("\n"))
    });
    for (part, gap, changes, note) in open.chain(questions) {
        let subject = written(gap.subject.kind, gap.subject.id.as_deref(), lang);
        out.write_record([
            part,
            "",
            &changes,
            gap.fix.get(lang),
            &gap.audience.join("|"),
            gap.requirement,
            gap.check,
            &subject,
            gap.severity,
            gap.verdict,
            "",
            &note,
        ])?;
    }
    out.finish()
}

fn texts(changes: &[ChangeJson], lang: Lang) -> String {
    changes.iter().map(|c| c.text.get(lang)).collect::<Vec<_>>().join("\n")
}

fn joined(labels: &[Label], lang: Lang) -> String {
    labels.iter().map(|l| l.get(lang)).collect::<Vec<_>>().join("\n")
}
