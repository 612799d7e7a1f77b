//! Findings and requirements as sheets.

use super::grid::{Cell, Grid};
use crate::report::View;
use crate::wording::{role_name, weight_name};
use crate::xlsx::Column;

pub(super) fn findings(view: &View<'_>) -> Grid {
    let column = |ja, en, width| Column::new(view.say(ja, en), width);
    let mut grid = Grid::new(
        view.say("指摘", "Findings"),
        vec![
            column("判定", "Verdict", 11.0),
            column("重さ", "Severity", 7.0),
            column("番号", "Id", 18.0),
            column("題名", "Title", 24.0),
            column("対象", "Subject", 24.0),
            column("内容", "What was found", 38.0),
            column("事実と記録の場所、足りない事実", "Facts with their places, what is missing", 50.0),
            column("対処", "To do", 26.0),
            column("起こり得ること", "What may follow", 30.0),
            column("関わる人", "Concerns", 18.0),
            column("印と注記", "Marks and notes", 24.0),
            column("規則", "Rule", 30.0),
            column("識別子", "Fingerprint", 20.0),
        ],
    );
    grid.notes.push(view.caveat().to_owned());
    for f in view.finding_views() {
        let fact = |f: &crate::report::facts::FactRow| {
            let backing = if f.backing.is_empty() { String::new() } else { format!(" [{}]", f.backing) };
            format!("{}: {}{backing} ({})", f.name, f.value, f.place)
        };
        let mut facts: Vec<String> = f.facts.iter().map(fact).collect();
        let missing = view.questions_of(std::iter::once((f.requirement, f.finding)));
        let lacks = view.say("足りない: ", "missing: ");
        facts.extend(missing.iter().map(|q| format!("{lacks}{}  {}", q.about, q.text)));
        let roles: Vec<String> =
            f.requirement.audience.iter().map(|a| role_name(view.program, a, view.lang)).collect();
        let mut notes = vec![f.requirement.mark.label().get(view.lang).to_owned()];
        notes.extend(f.notes);
        grid.row(vec![
            Cell::Verdict(f.finding.verdict, f.verdict),
            Cell::text(weight_name(f.finding.weight, view.lang)),
            Cell::Strong(f.requirement.id.clone()),
            Cell::text(f.requirement.title.get(view.lang)),
            Cell::Text(f.subject),
            Cell::Text(f.message),
            Cell::Text(facts.join("\n")),
            Cell::Text(f.fix),
            Cell::Text(f.consequence.unwrap_or_default()),
            Cell::Text(roles.join("\n")),
            Cell::Text(notes.join("\n")),
            Cell::Text(f.rule),
            Cell::Text(f.fingerprint),
        ]);
    }
    let note = view.say(
        "印刷するのは「対処」の列までです。その右の列は画面で見てください。",
        "Columns up to “To do” are printed; those to the right are for the screen.",
    );
    grid.notes.push(note.to_owned());
    (grid.kept, grid.printed) = (3, Some(8));
    grid
}

pub(super) fn requirements(view: &View<'_>) -> Grid {
    let column = |ja, en, width| Column::new(view.say(ja, en), width);
    let mut grid = Grid::new(
        view.say("要求事項ごとの判定", "Requirements"),
        vec![
            column("番号", "Id", 24.0),
            column("題名", "Title", 46.0),
            column("判定", "Verdict", 12.0),
            column("重さ", "Weight", 8.0),
            column("印", "Marks", 18.0),
            column("対象ごとの内訳", "Subjects", 30.0),
            column("理由", "Reason", 44.0),
            column("関わる人", "Concerns", 20.0),
            column("出典", "Source", 34.0),
        ],
    );
    for row in view.requirement_rows() {
        grid.row(vec![
            Cell::Strong(row.requirement.id.clone()),
            Cell::text(row.requirement.title.get(view.lang)),
            Cell::Verdict(row.result.verdict, row.result.verdict.label().get(view.lang).to_owned()),
            Cell::text(row.weight),
            Cell::Text(row.marks.join("\n")),
            Cell::Text(row.subjects),
            Cell::Text(row.reason),
            Cell::Text(row.audience.join("\n")),
            Cell::text(row.requirement.source.as_str()),
        ]);
    }
    grid
}
