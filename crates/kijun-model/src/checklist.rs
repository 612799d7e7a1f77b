//! `checklist.toml` of a pack: a self-inspection checklist as its publisher prints it. Which columns under which titles, and
//! which items in which order; what stands in the cells comes from an assessment.

use std::collections::BTreeMap;

use kijun_engine::program::Program;
use kijun_text::{Diagnostic, FileId, Label, Span, nearest};
use serde::Deserialize;
use toml::Spanned;

use crate::manifest::{Title, in_japanese};

/// A checklist as its file states it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Of the sheet.
    pub name: Title,
    pub title: Title,
    #[serde(default)]
    pub note: Title,
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
    #[serde(rename = "group")]
    pub groups: Vec<Group>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub content: Content,
    pub title: Title,
    /// In digits.
    pub width: Spanned<f64>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    Number,
    Item,
    Answer,
    ConfirmedOn,
    TargetDate,
    Verdict,
    Remark,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub title: Title,
    /// Qualified ids of requirements.
    pub items: Vec<Spanned<String>>,
}

/// Reads a checklist; an error has its place in the file.
pub fn parse_checklist(file: FileId, text: &str) -> Result<Checklist, Box<Diagnostic>> {
    let checklist: Checklist = toml::from_str(text).map_err(|error| {
        let range = error.span().unwrap_or(0..0);
        let message = Label::new("checklist.toml を読み取れません", "checklist.toml cannot be read");
        Diagnostic::error("K0605", Span::new(file, range.start, range.end), message)
            .label(in_japanese(error.message()), error.message())
            .help(
                "name、title、[[column]] (content, title, width)、[[group]] (title, items) を書きます。content は number、item、answer、confirmed_on、target_date、verdict、remark のどれかです",
                "write name, title, [[column]] (content, title, width) and [[group]] (title, items); content is number, item, answer, confirmed_on, target_date, verdict or remark",
            )
    })?;
    let bad = checklist.columns.iter().find(|c| !(1.0..=200.0).contains(c.width.get_ref()));
    if let Some(column) = bad {
        let range = column.width.span();
        let message = Label::new("列の幅は 1 から 200 までです", "a column is 1 to 200 digits wide");
        let at = Span::new(file, range.start, range.end);
        let help = ("半角の文字数で書いてください", "write its width in digits");
        return Err(Box::new(Diagnostic::error("K0605", at, message).help(help.0, help.1)));
    }
    if checklist.columns.is_empty() || checklist.groups.iter().all(|g| g.items.is_empty()) {
        let message =
            Label::new("checklist.toml に列か項目がありません", "checklist.toml has no column, or no item");
        let help = (
            "[[column]] と、items のある [[group]] を書いてください",
            "write a [[column]], and a [[group]] with items",
        );
        return Err(Box::new(
            Diagnostic::error("K0605", Span::new(file, 0, 0), message).help(help.0, help.1),
        ));
    }
    Ok(checklist)
}

/// Items that no requirement is, and items that stand twice.
pub fn check_checklist(file: FileId, checklist: &Checklist, program: &Program) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    let mut out = Vec::new();
    for item in checklist.groups.iter().flat_map(|g| &g.items) {
        let id = item.get_ref().as_str();
        let at = Span::new(file, item.span().start, item.span().end);
        if seen.insert(id, ()).is_some() {
            let message =
                Label::new(format!("項目 `{id}` が二度あります"), format!("the item `{id}` stands twice"));
            out.push(
                Diagnostic::error("K0605", at, message).help("一方を消してください", "remove one of them"),
            );
        } else if program.find_item(id).is_none() {
            let message = Label::new(
                format!("要求事項 `{id}` はありません"),
                format!("there is no requirement `{id}`"),
            );
            let near = nearest(id, program.requirements.iter().map(|r| r.id.as_str()));
            let (ja, en) = match near {
                Some(near) => (format!("`{near}` のことですか"), format!("did you mean `{near}`?")),
                None => (
                    "パックが宣言する番号を、基準の別名とともに書いてください".to_owned(),
                    "write an id that the pack declares, with the alias of its catalogue".to_owned(),
                ),
            };
            out.push(Diagnostic::error("K0605", at, message).help(ja, en));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name = { ja = \"点検表\" }\ntitle = { ja = \"表題\" }\n";
    const COLUMN: &str = "[[column]]\ncontent = \"answer\"\ntitle = { ja = \"確認結果\" }\nwidth = 8\n";
    const GROUP: &str = "[[group]]\ntitle = { ja = \"体制\" }\nitems = [\"n:1\"]\n";

    #[test]
    fn a_checklist_names_columns_and_items() {
        let list = parse_checklist(FileId(0), &[HEAD, COLUMN, GROUP].concat()).unwrap();
        assert_eq!(list.columns[0].content, Content::Answer);
        assert_eq!(list.groups[0].items[0].get_ref(), "n:1");
    }

    #[test]
    fn what_is_wrong_is_said_at_its_place() {
        let check = |text: &str, at: &str, says: &str| {
            let error = parse_checklist(FileId(0), text).unwrap_err();
            let told = format!("{} {}", error.message.ja, error.label.ja);
            assert!(told.contains(says), "{told}");
            let span = error.span;
            assert_eq!(&text[span.start as usize..span.end as usize], at, "{told}");
        };
        let column = |from: &str, to: &str| [HEAD, &COLUMN.replace(from, to), GROUP].concat();
        check(&column("answer", "anser"), "\"anser\"", "`anser` という値はありません");
        check(&column("width = 8", "width = 0"), "0", "列の幅は 1 から 200 まで");
        check(&column("width", "witdh"), "witdh", "知らない項目 `witdh`");
        let empty = [HEAD, COLUMN, "[[group]]\ntitle = { ja = \"空\" }\nitems = []\n"].concat();
        check(&empty, "", "列か項目がありません");
    }
}
