//! Questions, evidence, deadlines, risks, clauses and checklists as sheets.

use kijun_engine::assessment::Verdict;

use super::grid::{Answers, Cell, Grid, Row};
use crate::report::checklist::ChecklistRow;
use crate::report::deadlines::Nearness;
use crate::report::risks::RiskRow;
use crate::report::{Checklist, Content, View};
use crate::wording::role_name;
use crate::xlsx::Column;

pub(super) fn questions(view: &View<'_>) -> Grid {
    let column = |ja, en, width| Column::new(view.say(ja, en), width);
    let mut grid = Grid::new(
        view.say("確かめること", "What has to be found out"),
        vec![
            column("答える人", "Answered by", 20.0),
            column("対象", "About", 40.0),
            column("質問", "Question", 66.0),
            column("待っている要求事項", "Requirements that wait", 44.0),
            column("必須の項目が待つ", "A must waits", 12.0),
        ],
    );
    grid.notes.push(
        view.say(
            "これらが分かると、未確認の項目が判定できます。同じ事実は一度だけ尋ねます。",
            "These would settle what is not decided. What several requirements wait for is asked once.",
        )
        .to_owned(),
    );
    for q in view.questions() {
        let of = q.of.map_or_else(
            || view.say("指定なし", "nobody named").to_owned(),
            |role| role_name(view.program, role, view.lang),
        );
        grid.row(vec![
            Cell::Strong(of),
            Cell::Text(q.about),
            Cell::Text(q.text),
            Cell::Text(q.requirements.join(view.comma())),
            Cell::text(if q.is_must { view.say("はい", "yes") } else { "" }),
        ]);
    }
    grid
}

pub(super) fn deadlines(view: &View<'_>) -> Grid {
    let column = |ja, en, width| Column::new(view.say(ja, en), width);
    let mut grid = Grid::new(
        view.say("期限", "Timeline"),
        vec![
            column("日", "Day", 13.0),
            column("区分", "When", 16.0),
            column("何の期限か", "What", 36.0),
            column("対象", "Subject", 66.0),
            column("記録の場所", "Place", 40.0),
        ],
    );
    let deadlines = view.deadlines(&view.evidence());
    if deadlines.is_empty() {
        grid.notes.push(view.no_deadlines().to_owned());
    }
    for d in deadlines {
        let nearness = Nearness::of(d.day, view.as_of());
        grid.row(vec![
            Cell::Day(Some(d.day)),
            Cell::text(nearness.label().get(view.lang)),
            Cell::Text(d.what),
            Cell::Text(d.who),
            Cell::Text(d.place),
        ]);
    }
    grid
}

pub(super) fn evidence(view: &View<'_>) -> Grid {
    let column = |ja, en, width| Column::new(view.say(ja, en), width);
    let mut grid = Grid::new(
        view.say("証拠の索引", "Evidence index"),
        vec![
            column("資料", "Source", 46.0),
            column("状態", "State", 14.0),
            column("等級", "Grade", 12.0),
            column("時点", "As of", 13.0),
            column("期限", "Valid until", 13.0),
            column("記録した人", "Recorded by", 20.0),
            column("裏付ける事実", "Facts", 10.0),
            column("対象", "Of", 44.0),
            column("記録の場所", "Place", 34.0),
            column("備考", "Remark", 34.0),
        ],
    );
    let today = view.as_of();
    for e in view.evidence() {
        let (verdict, state) = match (e.has_expired(today), e.expires_soon(today)) {
            (true, _) => (Verdict::Violated, view.say("期限切れ", "expired")),
            (_, true) => (Verdict::Stale, view.say("90日以内に期限", "within 90 days")),
            _ => (Verdict::NotApplicable, view.say("有効", "holds")),
        };
        grid.row(vec![
            Cell::Text(e.source),
            Cell::Verdict(verdict, state.to_owned()),
            Cell::Text(e.grade),
            Cell::Text(e.as_of),
            Cell::Text(e.valid_until.map(|d| d.to_string()).unwrap_or_default()),
            Cell::Text(e.recorded_by),
            Cell::Number(e.facts),
            Cell::Text(e.of),
            Cell::Text(e.place),
            Cell::Text(e.remark),
        ]);
    }
    grid
}

pub(super) fn risks(view: &View<'_>) -> Grid {
    let column = |ja, en, width| Column::new(view.say(ja, en), width);
    let register = view.risks();
    let mut grid = Grid::new(
        view.say("リスクの一覧", "Risk register"),
        vec![
            column("高さ（表による）", "Level (matrix)", 14.0),
            column("リスク", "Risk", 40.0),
            column("番号", "Id", 22.0),
            column("発生可能性", "Likelihood", 12.0),
            column("影響度", "Impact", 12.0),
            column("対応", "Treatment", 14.0),
            column("担当", "Owner", 20.0),
            column("残っているもの", "What remains", 34.0),
            column("出どころ", "From", 40.0),
            column("注記", "Note", 28.0),
        ],
    );
    match &register.matrix {
        Some(matrix) => {
            let impacts = matrix.impacts(view.lang);
            for (likelihood, cells) in matrix.rows(view.lang) {
                let cells: Vec<String> = impacts.iter().zip(cells).map(|(i, c)| format!("{i} {c}")).collect();
                let (head, of) = (view.say("発生可能性", "likelihood"), view.say("：影響度 ", ": impact "));
                grid.notes.push(format!(
                    "{} {head} {likelihood}{of}{}",
                    matrix.title,
                    cells.join(view.comma())
                ));
            }
        }
        None => grid.notes.push(
            view.say(
                "リスクの表がないため、評価していません。",
                "There is no risk matrix, so nothing is rated.",
            )
            .to_owned(),
        ),
    }
    if !register.without.is_empty() {
        grid.notes.push(view.without_sentence(&register.without));
    }
    let row = |r: RiskRow| {
        let text = [r.likelihood, r.impact, r.treatment, r.owner, r.residual, r.from, r.note];
        let head = [Cell::Strong(r.level), Cell::Text(r.title), Cell::Text(r.id)];
        Row::Cells(head.into_iter().chain(text.map(Cell::Text)).collect())
    };
    grid.rows.push(Row::Section(view.ledger_title(register.ledger.len())));
    if register.ledger.is_empty() {
        grid.rows.push(Row::Section(view.no_ledger(&register).to_owned()));
    }
    grid.rows.extend(register.ledger.into_iter().map(row));
    grid.rows.push(Row::Section(view.named_title(register.named.len())));
    grid.rows.extend(register.named.into_iter().map(row));
    grid
}

pub(super) fn clauses(view: &View<'_>) -> Grid {
    let column = |ja, en, width| Column::new(view.say(ja, en), width);
    let mut grid = Grid::new(
        view.say("契約ごとに足りない条項", "Clauses that contracts lack"),
        vec![
            column("契約", "Contract", 36.0),
            column("契約について", "About it", 36.0),
            column("判定", "Verdict", 12.0),
            column("足りない条項", "Clauses", 34.0),
            column("要求事項", "Requirement", 22.0),
            column("題名", "Title", 30.0),
            column("パックの案", "Proposed by the packs", 44.0),
            column("記録の場所", "Place", 26.0),
        ],
    );
    grid.notes.push(view.clause_note().to_owned());
    let contracts = view.clauses();
    if contracts.is_empty() {
        grid.notes.push(view.no_clauses().to_owned());
    }
    for contract in contracts {
        for row in contract.rows {
            grid.row(vec![
                Cell::Strong(contract.name.clone()),
                Cell::text(contract.about.as_str()),
                Cell::Text(row.verdict),
                Cell::Text(row.clauses),
                Cell::text(row.requirement),
                Cell::text(row.title),
                Cell::Text(row.wording),
                Cell::text(contract.place.as_str()),
            ]);
        }
    }
    grid
}

pub(super) fn checklist(view: &View<'_>, checklist: &Checklist) -> Grid {
    let columns: Vec<Column> =
        checklist.columns.iter().map(|c| Column::new(c.title.get(view.lang), c.width)).collect();
    let mut grid = Grid::new(checklist.title.get(view.lang), columns);
    grid.notes.push(format!(
        "{}  {} {}",
        view.facility(),
        view.say("評価日", "as of"),
        view.day(view.as_of())
    ));
    if !checklist.note.is_empty() {
        grid.notes.push(checklist.note.get(view.lang).to_owned());
    }
    let answer = checklist.columns.iter().position(|c| c.content == Content::Answer);
    grid.answers = answer.map(|column| Answers {
        column: column as u16,
        yes: view.say("はい", "yes"),
        no: view.say("いいえ", "no"),
    });
    for group in &checklist.groups {
        grid.rows.push(Row::Section(group.title.get(view.lang).to_owned()));
        for id in &group.items {
            let row = view.checklist_row(id);
            let cells = checklist.columns.iter().map(|c| checklist_cell(view, &row, c.content));
            grid.rows.push(Row::Cells(cells.collect()));
        }
    }
    grid
}

fn checklist_cell(view: &View<'_>, row: &ChecklistRow, content: Content) -> Cell {
    match content {
        Content::Number => Cell::Strong(row.number.clone()),
        Content::Item => Cell::Text(row.item.clone()),
        Content::Answer => Cell::Answer(row.answer),
        Content::ConfirmedOn => Cell::Day(row.answer.map(|_| view.as_of())),
        Content::TargetDate => Cell::Day(row.target),
        Content::Verdict => match row.known {
            Some(verdict) => Cell::Verdict(verdict, row.verdict.clone()),
            None => Cell::Text(row.verdict.clone()),
        },
        Content::Remark => Cell::Text(row.remark.clone()),
    }
}
