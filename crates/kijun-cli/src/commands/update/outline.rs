//! What an update changes as lines to read: versions, digests, requirements and rules, verdicts.

use kijun_exchange::PackRef;
use kijun_model::{Change, changes};
use kijun_text::Lang;

use super::report::{PackChange, UpdateReport, Verdicts};
use kijun_exchange::diff::{Line, assessment_diff_outline};

pub(super) fn update_outline(report: &UpdateReport<'_>, lang: Lang) -> Vec<Line> {
    let mut out = Vec::new();
    report.packs.iter().for_each(|pack| told(pack, lang, &mut out));
    if report.packs.is_empty() {
        let same = match lang {
            Lang::Ja => "パックの内容は同じで、場所の書き方だけが違う",
            Lang::En => "the packs are the same; only where they lie is said otherwise",
        };
        out.push(Line::Text(same.to_owned()));
    }
    if !matches!(report.verdicts, Verdicts::NotAsked) {
        let heading = if lang == Lang::Ja { "判定への影響" } else { "what changes in verdicts" };
        out.push(Line::Heading(heading.to_owned()));
    }
    match &report.verdicts {
        Verdicts::NotAsked => {}
        Verdicts::Unknown(reason) => out.push(Line::Text(reason.get(lang).to_owned())),
        Verdicts::Compared(diff) => out.extend(assessment_diff_outline(diff, lang)),
        Verdicts::SinceKept { gone, as_of, diff } => {
            out.push(Line::Text(match lang {
                Lang::Ja => format!(
                    "前のパック ({}) の内容は残っていないので、残してある {as_of} の判定結果と、同じ日の評価とを比べる",
                    gone.join("、")
                ),
                Lang::En => format!(
                    "the packs as they were ({}) are not there any more: compared with the kept assessment of {as_of}, on that day",
                    gone.join(", ")
                ),
            }));
            out.extend(assessment_diff_outline(diff, lang));
        }
    }
    out
}

fn told(pack: &PackChange<'_>, lang: Lang, out: &mut Vec<Line>) {
    let say = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let state = |p: &PackRef| format!("{} ({})", p.version, p.sha256.get(..12).unwrap_or(&p.sha256));
    let name = pack.name;
    out.push(Line::Heading(match (&pack.old, &pack.new) {
        (Some(old), Some(new)) => format!("{name}: {} → {}", state(old), state(new)),
        (None, Some(new)) => format!("{name}: {} {}", say("新しいパック", "new pack"), state(new)),
        (Some(old), None) => {
            format!("{name}: {} {}", say("使わなくなったパック", "no longer used"), state(old))
        }
        (None, None) => name.to_owned(),
    }));
    let mut item = |text: String| out.push(Line::Item(0, text));
    match (&pack.declared_before, &pack.declared_now) {
        (Some(before), Some(now)) => {
            let found = changes(before, now);
            for (head, title, change) in &found {
                let sign = match change {
                    Change::Added => say("追加", "added"),
                    Change::Removed => say("削除", "removed"),
                    Change::Changed => say("変更", "changed"),
                };
                let title = title.get(lang);
                let gap = if title.is_empty() { "" } else { "  " };
                item(format!("{sign}  {head}{gap}{title}"));
            }
            if found.is_empty() {
                let same = say(
                    "要求事項と規則は同じ(コメント、レイアウト、kijun.toml、チェックリストだけの違い)",
                    "requirements and rules are the same; only comments, layout, kijun.toml or the checklist differ",
                );
                item(same.to_owned());
            }
        }
        (None, Some(_)) if pack.old.is_some() => {
            let unknown = say(
                "前のパックは内容が残っておらず、ダイジェストしか分からない。要求事項と規則の違いは示せない",
                "of the pack as it was only the digest is known, so requirements and rules cannot be compared",
            );
            item(unknown.to_owned());
        }
        (Some(only), None) | (None, Some(only)) => {
            let (requirements, others) = only.counts();
            item(match lang {
                Lang::Ja => format!("要求事項 {requirements} 件、規則などの宣言 {others} 件"),
                Lang::En => format!("{requirements} requirements, {others} rules and other declarations"),
            });
        }
        (None, None) => {}
    }
}
