//! `kijun.update/1`.

use kijun_exchange::PackRef;
use kijun_model::{Change, changes};
use kijun_text::Label;
use serde::Serialize;

use super::report::{PackChange, UpdateReport, Verdicts};
use kijun_exchange::diff::{AssessmentDiffJson, assessment_diff_json};

#[derive(Serialize)]
pub(super) struct UpdateJson<'a> {
    schema: &'static str,
    engine: &'a str,
    /// Whether the lock stays as it is in any case.
    dry_run: bool,
    packs: Vec<PackJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdicts: Option<VerdictsJson<'a>>,
}

#[derive(Serialize)]
struct PackJson<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<&'a PackRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<&'a PackRef>,
    /// Absent where one of the two is known by its digest only, or is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    declarations: Option<Vec<DeclarationJson<'a>>>,
}

#[derive(Serialize)]
struct DeclarationJson<'a> {
    change: &'static str,
    declaration: &'a str,
    title: &'a Label,
}

#[derive(Serialize)]
#[serde(tag = "basis", rename_all = "snake_case")]
enum VerdictsJson<'a> {
    /// The packs of the lock.
    Locked { diff: AssessmentDiffJson<'a> },
    /// An assessment that was kept.
    Kept { as_of: &'a str, gone: &'a [String], diff: AssessmentDiffJson<'a> },
    /// Nothing to compare with.
    None { reason: &'a Label },
}

pub(super) fn update_json<'a>(
    report: &'a UpdateReport<'a>,
    engine: &'a str,
    dry_run: bool,
) -> UpdateJson<'a> {
    UpdateJson {
        schema: "kijun.update/1",
        engine,
        dry_run,
        packs: report.packs.iter().map(pack).collect(),
        verdicts: match &report.verdicts {
            Verdicts::NotAsked => None,
            Verdicts::Unknown(reason) => Some(VerdictsJson::None { reason }),
            Verdicts::Compared(diff) => {
                Some(VerdictsJson::Locked { diff: assessment_diff_json(diff, engine) })
            }
            Verdicts::SinceKept { gone, as_of, diff } => {
                Some(VerdictsJson::Kept { as_of, gone, diff: assessment_diff_json(diff, engine) })
            }
        },
    }
}

fn pack<'a>(pack: &'a PackChange<'a>) -> PackJson<'a> {
    let both = pack.declared_before.as_ref().zip(pack.declared_now.as_ref());
    PackJson {
        name: pack.name,
        old: pack.old.as_ref(),
        new: pack.new.as_ref(),
        declarations: both.map(|(before, now)| {
            let list = changes(before, now).into_iter();
            list.map(|(declaration, title, change)| DeclarationJson {
                change: word(change),
                declaration,
                title,
            })
            .collect()
        }),
    }
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Added => "added",
        Change::Removed => "removed",
        Change::Changed => "changed",
    }
}
