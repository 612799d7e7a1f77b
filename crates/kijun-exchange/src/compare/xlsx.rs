//! A comparison as a workbook: one sheet side by side, and one of questions for each bidder.

use kijun_text::Lang;
use rust_xlsxwriter::XlsxError;

use super::{Comparison, Standing};
use crate::report::{Book, Cell, Grid, Question};
use crate::wording::role_name;
use crate::xlsx::Column;

/// The workbook in the language of its context.
///
/// # Errors
/// When there is more than a sheet holds.
pub fn comparison_xlsx(comparison: &Comparison<'_>) -> Result<Vec<u8>, XlsxError> {
    let view = &comparison.view;
    let mut book = Book::new(view)?;
    book.grid(view.say("比較", "Comparison"), &side_by_side(comparison))?;
    for bidder in &comparison.bidders {
        let title = match view.lang {
            Lang::Ja => format!("{} へ送る質問", bidder.name),
            Lang::En => format!("Questions to send to {}", bidder.name),
        };
        let name = match view.lang {
            Lang::Ja => format!("質問 {}", bidder.name),
            Lang::En => format!("Questions {}", bidder.name),
        };
        book.grid(&name, &questions(comparison, &title, &bidder.questions))?;
    }
    let own = view.say("病院で確かめること", "For the hospital to find out");
    book.grid(own, &questions(comparison, own, &comparison.own_questions))?;
    book.save()
}

fn side_by_side(comparison: &Comparison<'_>) -> Grid {
    let view = &comparison.view;
    let mut columns =
        vec![Column::new(view.say("番号", "Id"), 20.0), Column::new(view.say("題名", "Title"), 30.0)];
    for bidder in &comparison.bidders {
        columns.push(Column::new(bidder.name.as_str(), 12.0));
        columns.push(Column::new(view.say("内容", "What was found"), 32.0));
        columns.push(Column::new(view.say("送る質問", "Questions to send"), 32.0));
    }
    columns.push(Column::new(view.say("どの事業者にも関わること", "What concerns all"), 34.0));
    let mut grid = Grid::new(comparison.title(), columns);
    grid.notes.push(format!("{} {}", view.say("評価日", "as of"), view.day(view.as_of())));
    grid.notes.push(comparison.no_score().to_owned());
    for row in &comparison.rows {
        let id = row.requirement.id.as_str();
        let mut cells = vec![Cell::Strong(id.to_owned()), Cell::text(row.requirement.title.get(view.lang))];
        for (bidder, standing) in comparison.bidders.iter().zip(&row.standings) {
            let word = standing.word().to_owned();
            cells.push(match standing.verdict {
                Some(verdict) => Cell::Verdict(verdict, word),
                None => Cell::Text(word),
            });
            cells.push(Cell::Text(said(standing)));
            let asked = bidder.questions.iter().filter(|q| q.requirements.contains(&id));
            cells.push(Cell::Text(asked.map(|q| q.text.as_str()).collect::<Vec<_>>().join("\n")));
        }
        let common = said(&row.common);
        let is_silent = common.is_empty() && row.common.verdict.is_some();
        cells.push(Cell::Text(if is_silent { row.common.word().to_owned() } else { common }));
        grid.row(cells);
    }
    grid.kept = 2;
    grid
}

fn said(standing: &Standing) -> String {
    let told = standing.said.iter().filter(|s| !s.message.is_empty());
    let told = told.map(|s| format!("{}: {}", s.word, s.message));
    told.collect::<Vec<_>>().join("\n")
}

fn questions(comparison: &Comparison<'_>, title: &str, list: &[Question<'_>]) -> Grid {
    let view = &comparison.view;
    let column = |ja, en, width| Column::new(view.say(ja, en), width);
    let mut grid = Grid::new(
        title,
        vec![
            column("対象", "About", 36.0),
            column("質問", "Question", 66.0),
            column("回答", "Answer", 40.0),
            column("記録する人", "Recorded by", 20.0),
            column("待っている要求事項", "Requirements that wait", 34.0),
        ],
    );
    for q in list {
        let of = q.of.map_or_else(String::new, |role| role_name(view.program, role, view.lang));
        grid.row(vec![
            Cell::text(q.about.as_str()),
            Cell::text(q.text.as_str()),
            Cell::text(""),
            Cell::Text(of),
            Cell::Text(q.requirements.join(view.comma())),
        ]);
    }
    grid
}
