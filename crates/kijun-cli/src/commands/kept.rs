//! Assessments that `assess --keep` left in a workspace, as `history/DATE.json`.

use std::path::{Path, PathBuf};

use kijun_facts::Date;
use kijun_text::Label;

use super::{Status, iso_day, refuse};
use crate::terminal::Terminal;

/// Where a workspace keeps them.
pub(super) fn folder(workspace: &Path) -> PathBuf {
    workspace.join("history")
}

/// The file of a day.
pub(super) fn file(workspace: &Path, day: i32) -> PathBuf {
    folder(workspace).join(format!("{}.json", Date::day(day)))
}

/// The day that the name of a file in the folder states.
pub(super) fn day_of(file: &Path) -> Option<i32> {
    let is_json = file.extension().is_some_and(|e| e == "json");
    let stem = file.file_stem()?.to_str()?;
    let day = iso_day(stem).filter(|_| is_json)?;
    (Date::day(day).to_string() == stem).then_some(day)
}

/// Names of kept assessments: a day, or where one stands among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    On(i32),
    Latest,
    /// The one before the latest.
    Previous,
}

impl Name {
    pub(super) fn of(argument: &str) -> Option<Name> {
        match argument {
            "latest" => Some(Name::Latest),
            "previous" => Some(Name::Previous),
            _ => iso_day(argument).map(Name::On),
        }
    }

    /// The file that is meant.
    pub(super) fn find(self, workspace: &Path, terminal: &Terminal) -> Result<String, Status> {
        let mut days: Vec<i32> = std::fs::read_dir(folder(workspace))
            .into_iter()
            .flatten()
            .filter_map(|e| day_of(&e.ok()?.path()))
            .collect();
        days.sort_unstable();
        let found = match self {
            Name::On(day) => days.contains(&day).then_some(day),
            Name::Latest => days.last().copied(),
            Name::Previous => days.iter().rev().nth(1).copied(),
        };
        found
            .map(|day| file(workspace, day).display().to_string())
            .ok_or_else(|| self.missing(workspace, &days, terminal))
    }

    fn missing(self, workspace: &Path, days: &[i32], terminal: &Terminal) -> Status {
        let shown = folder(workspace).display().to_string();
        let (ja, en) = match self {
            Name::On(day) => {
                (format!(" {} の判定結果", Date::day(day)), format!("no assessment of {}", Date::day(day)))
            }
            Name::Latest => ("判定結果".to_owned(), "no assessment".to_owned()),
            Name::Previous => {
                ("最新の一つ前の判定結果".to_owned(), "no assessment before the latest".to_owned())
            }
        };
        let message =
            Label::new(format!("`{shown}` に{ja}がありません"), format!("there is {en} in `{shown}`"));
        let list = days.iter().map(|d| Date::day(*d).to_string()).collect::<Vec<_>>().join(", ");
        let help = if days.is_empty() {
            Label::new("`kijun assess --keep` で残します", "keep one with `kijun assess --keep`")
        } else {
            Label::new(format!("残っているのは {list}"), format!("kept are {list}"))
        };
        refuse(terminal, &message, &help)
    }
}
