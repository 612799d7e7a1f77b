//! What verdicts, weights and marks are called, and their colours.

use kijun_engine::assessment::Verdict;
use kijun_engine::program::Weight;
use owo_colors::Style;

pub(crate) use kijun_exchange::wording::{
    edition_of, marks, role_name, rule_mark, tags, verdict_label, weak_cell_note,
};

pub(super) fn style(verdict: Verdict, weight: Weight) -> Style {
    match verdict {
        Verdict::Violated if weight == Weight::Must => Style::new().red().bold(),
        Verdict::Violated if weight == Weight::Information => Style::new().blue(),
        Verdict::Violated => Style::new().yellow(),
        Verdict::Conflicting => Style::new().magenta().bold(),
        Verdict::Unknown | Verdict::Stale | Verdict::Unverified => Style::new().cyan(),
        Verdict::Satisfied => Style::new().green(),
        Verdict::Waived | Verdict::NotApplicable => Style::new().dimmed(),
    }
}
