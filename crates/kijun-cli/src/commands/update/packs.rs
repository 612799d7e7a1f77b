//! What became of packs as lines to read: versions, digests, requirements and rules.

use kijun_exchange::PackRef;
use kijun_exchange::diff::Line;
use kijun_model::{Change, Declared, changes};
use kijun_text::Lang;

/// A pack that is not the same as it was, or is new, or gone.
#[derive(Debug)]
pub(super) struct PackChange<'a> {
    pub(super) name: &'a str,
    pub(super) old: Option<PackRef>,
    pub(super) new: Option<PackRef>,
    /// What its modules declared; `None` where only the digest is known.
    pub(super) declared_before: Option<Declared>,
    pub(super) declared_now: Option<Declared>,
}

pub(super) fn outline(packs: &[PackChange<'_>], lang: Lang) -> Vec<Line> {
    let mut out = Vec::new();
    packs.iter().for_each(|pack| told(pack, lang, &mut out));
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
