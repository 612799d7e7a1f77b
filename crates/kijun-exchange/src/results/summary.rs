//! How many of what: the last word of every format.

use kijun_text::Lang;

use super::{Age, Command, Level, Results, State};

/// Figures of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Summary {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
    /// Failed, and in the baseline: not among the above.
    pub(super) known: usize,
    pub(super) undecided: usize,
    pub(super) unverified: usize,
    pub(super) waived: usize,
    pub(super) passed: usize,
    pub(super) not_applicable: usize,
    /// Items that decide the status.
    pub(super) deciding: usize,
    pub(super) fixed: usize,
    pub(super) unused: usize,
    pub(super) unshown: usize,
}

impl Summary {
    pub(super) fn of(results: &Results) -> Summary {
        let mut out = Summary { unshown: results.unshown, ..Summary::default() };
        for item in &results.items {
            out.deciding += usize::from(item.decides);
            let count = match (item.state, item.level) {
                (State::Failed, _) if item.age == Some(Age::Known) => &mut out.known,
                (State::Failed, Level::Error) => &mut out.errors,
                (State::Failed, Level::Warning) => &mut out.warnings,
                (State::Failed, Level::Note) => &mut out.notes,
                (State::Open | State::Review, _) => &mut out.undecided,
                (State::Unverified, _) => &mut out.unverified,
                (State::Waived, _) => &mut out.waived,
                (State::NotApplicable, _) => &mut out.not_applicable,
                (State::Passed, _) => &mut out.passed,
            };
            *count += 1;
        }
        out.fixed = results.unused.iter().filter(|e| e.is_resolved).count();
        out.unused = results.unused.len();
        out
    }

    /// One line; what a command never has is left out, and what was asked for is told even where it is none.
    pub(super) fn words(&self, results: &Results, lang: Lang) -> String {
        let names = match results.command {
            Command::Assess => [("必須の不適合", "must"), ("推奨(未達)", "advice"), ("注意", "notices")],
            Command::Check => [("エラー", "errors"), ("警告", "warnings"), ("情報", "notes")],
            Command::Test => [("失敗", "failed"), ("", ""), ("", "")],
        };
        if !results.is_complete && results.command == Command::Assess {
            let n = self.errors;
            return match lang {
                Lang::Ja => format!("kijun assess: エラー {n}。何も評価していません"),
                Lang::En => format!("kijun assess: {n} errors; nothing was evaluated"),
            };
        }
        let [errors, warnings, notes] = names;
        let mut parts = vec![(errors, self.errors)];
        if results.command != Command::Test {
            parts.extend([(warnings, self.warnings), (notes, self.notes)]);
        }
        if results.command == Command::Assess {
            parts.push((("未確認", "undecided"), self.undecided));
            parts.push((("未検証", "unverified"), self.unverified));
            parts.push((("要説明(適用除外)", "waived"), self.waived));
        }
        if results.command != Command::Check {
            let passed =
                if results.command == Command::Test { ("合格", "passed") } else { ("適合", "satisfied") };
            parts.push((passed, self.passed));
        }
        if results.items.iter().any(|i| i.age.is_some()) || self.unused > 0 {
            parts.push((("ベースラインにあるもの", "known in the baseline"), self.known));
            parts.push((("解消", "fixed"), self.fixed));
            parts.push((("ベースラインの不要な記載", "unused in the baseline"), self.unused));
        }
        if self.unshown > 0 {
            parts.push((
                ("変更したファイルによらないため示さないもの", "not shown, not resting on what changed"),
                self.unshown,
            ));
        }
        let one = |((ja, en), n): ((&str, &str), usize)| match lang {
            Lang::Ja => format!("{ja} {n}"),
            Lang::En => format!("{n} {en}"),
        };
        let list: Vec<String> = parts.into_iter().map(one).collect();
        format!("kijun {}: {}", results.command.name(), list.join(if lang == Lang::Ja { "、" } else { ", " }))
    }
}
