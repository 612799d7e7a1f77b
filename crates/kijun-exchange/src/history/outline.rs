//! A history as lines to read.

use kijun_text::Lang;

use super::HistoryContext;
use super::reading::{EntryJson, HistoryJson, SinceJson, VERDICTS, WEIGHTS, history_json};
use crate::diff::Line;
use crate::diff::outline::Outline;
use crate::diff::record::PackRecord;
use crate::wording::weight_name;

pub fn history_outline(context: &HistoryContext<'_>, lang: Lang) -> Vec<Line> {
    let history = history_json(context);
    let mut report = Report { lang, out: Outline::default() };
    report.head(&history);
    let before = std::iter::once(None).chain(history.assessments.iter().map(Some));
    for (entry, before) in history.assessments.iter().zip(before) {
        report.entry(entry, before);
    }
    report.unread(&history);
    report.out.0
}

struct Report {
    lang: Lang,
    out: Outline,
}

impl Report {
    fn say<'l>(&self, ja: &'l str, en: &'l str) -> &'l str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn join(&self, list: &[String]) -> String {
        list.join(self.say("、", ", "))
    }

    fn head(&mut self, history: &HistoryJson<'_>) {
        let name = history.title.or(self.lang, history.facility);
        let n = history.assessments.len();
        let days = history.assessments.first().zip(history.assessments.last());
        self.out.title(match (days, self.lang) {
            (None, Lang::Ja) => format!("{name}: 判定の履歴"),
            (None, Lang::En) => format!("{name}: history of assessments"),
            (Some((first, last)), Lang::Ja) => {
                format!("{name}: 判定の履歴（{n} 件、{} から {}）", first.as_of, last.as_of)
            }
            (Some((first, last)), Lang::En) => {
                format!("{name}: history of assessments ({n}, {} to {})", first.as_of, last.as_of)
            }
        });
        if n == 0 {
            self.out.text(self.say(
                "残されている判定結果はありません。`kijun assess --keep` で残せます",
                "no assessment is kept; `kijun assess --keep` keeps one",
            ));
        }
    }

    fn entry(&mut self, entry: &EntryJson<'_>, before: Option<&EntryJson<'_>>) {
        self.out.heading(format!("{}  {}", entry.as_of, entry.file));
        let total: usize = entry.requirements.values().sum();
        let verdicts = VERDICTS.iter().filter_map(|v| {
            let n = entry.requirements.get(v.name()).copied().filter(|n| *n > 0)?;
            Some(format!("{} {n}", v.label().get(self.lang)))
        });
        let verdicts = self.join(&verdicts.collect::<Vec<_>>());
        let undecided = entry.undecided;
        self.out.item(
            0,
            match self.lang {
                Lang::Ja => format!("要求事項 {total} 件: {verdicts}（判定できていないもの {undecided} 件）"),
                Lang::En => format!("requirements {total}: {verdicts} (not decided: {undecided})"),
            },
        );
        let findings = WEIGHTS.iter().map(|w| {
            format!("{} {}", weight_name(*w, self.lang), entry.findings.get(w.name()).copied().unwrap_or(0))
        });
        let findings = self.join(&findings.collect::<Vec<_>>());
        let unknown = entry.unknown_findings;
        self.out.item(
            0,
            match self.lang {
                Lang::Ja => format!("指摘: {findings}（ほかに未確認 {unknown}）"),
                Lang::En => format!("findings: {findings} (and {unknown} unknown)"),
            },
        );
        if entry.partial {
            self.out.item(
                0,
                self.say(
                    "一部の役割の指摘だけを載せた結果なので、指摘の数も前後の比較も完全ではない",
                    "it lists the findings of one role only, so they are neither counted nor compared in full",
                ),
            );
        }
        if before.is_none_or(|b| b.editions != entry.editions) {
            self.out
                .item(0, format!("{}: {}", self.say("評価した版", "editions"), self.join(&entry.editions)));
        }
        let packs = self.packs(entry.packs, before.map(|b| b.packs));
        if !packs.is_empty() {
            let head = if before.is_none() {
                self.say("規則のパック", "packs")
            } else {
                self.say("変わったパック", "packs that differ")
            };
            self.out.item(0, format!("{head}: {}", self.join(&packs)));
        }
        if let Some(since) = &entry.since {
            self.since(since);
        }
    }

    /// All packs, or those that are not as before.
    fn packs(&self, own: &[PackRecord], before: Option<&[PackRecord]>) -> Vec<String> {
        let Some(before) = before else {
            return own.iter().map(|p| format!("{} {}", p.name, p.version)).collect();
        };
        let of = |list: &[PackRecord], name: &str| list.iter().find(|p| p.name == name).cloned();
        let mut out: Vec<String> = Vec::new();
        for pack in own {
            match of(before, &pack.name) {
                Some(old) if old == *pack => {}
                Some(old) if old.version != pack.version => {
                    out.push(format!("{} {} → {}", pack.name, old.version, pack.version));
                }
                Some(_) => {
                    let same = self.say("版番号は同じで内容が違う", "other content under the same version");
                    out.push(format!("{} {} ({same})", pack.name, pack.version));
                }
                None => out.push(format!("{} {} ({})", pack.name, pack.version, self.say("追加", "added"))),
            }
        }
        let gone = before.iter().filter(|p| of(own, &p.name).is_none());
        out.extend(gone.map(|p| format!("{} {} ({})", p.name, p.version, self.say("なくなった", "gone"))));
        out
    }

    fn since(&mut self, since: &SinceJson<'_>) {
        let SinceJson { as_of, requirements, new, changed, resolved, left, worse, .. } = since;
        self.out.item(
            0,
            match self.lang {
                Lang::Ja => format!("前回（{as_of}）からの変化:"),
                Lang::En => format!("since {as_of}:"),
            },
        );
        self.out.item(1, match self.lang {
            Lang::Ja => format!(
                "指摘: 増えた {new}、解消 {resolved}、変わった {changed}、解消ではなく現れなくなった {left}。新しい必須の不適合・矛盾 {worse} 件"
            ),
            Lang::En => format!(
                "findings: {new} new, {resolved} resolved, {changed} changed, {left} no longer found without being resolved; \
                 must-findings newly violated or conflicting: {worse}"
            ),
        });
        self.out.item(
            1,
            match self.lang {
                Lang::Ja => format!("判定が変わった要求事項 {requirements} 件"),
                Lang::En => format!("requirements with another verdict: {requirements}"),
            },
        );
        let mut inputs: Vec<String> = Vec::new();
        if !since.facts.is_empty() {
            let (n, list) = (since.facts.len(), self.some(&since.facts));
            inputs.push(match self.lang {
                Lang::Ja => format!("事実 {n} ファイル（{list}）"),
                Lang::En => format!("facts {n} ({list})"),
            });
        }
        if !since.packs.is_empty() {
            let (n, list) = (since.packs.len(), self.some(&since.packs));
            inputs.push(match self.lang {
                Lang::Ja => format!("パック {n}（{list}）"),
                Lang::En => format!("packs {n} ({list})"),
            });
        }
        if since.engine {
            inputs.push(self.say("エンジンの版", "the version of the engine").to_owned());
        }
        let inputs = if inputs.is_empty() {
            self.say("評価日だけ", "the day only").to_owned()
        } else {
            self.join(&inputs)
        };
        self.out.item(1, format!("{}: {inputs}", self.say("変わった入力", "what differs")));
    }

    /// The first of a list, and how many more there are.
    fn some(&self, list: &[String]) -> String {
        let shown = self.join(&list.iter().take(5).cloned().collect::<Vec<_>>());
        match (list.len().saturating_sub(5), self.lang) {
            (0, _) => shown,
            (n, Lang::Ja) => format!("{shown} ほか {n}"),
            (n, Lang::En) => format!("{shown} and {n} more"),
        }
    }

    fn unread(&mut self, history: &HistoryJson<'_>) {
        if history.unread.is_empty() {
            return;
        }
        let n = history.unread.len();
        self.out.heading(match self.lang {
            Lang::Ja => format!("履歴として読めないもの（{n} 件）"),
            Lang::En => format!("not read ({n})"),
        });
        for file in &history.unread {
            self.out.item(0, file.message.get(self.lang));
            self.out.item(1, format!("{}: {}", self.say("対処", "help"), file.help.get(self.lang)));
        }
    }
}
