//! When what lapses, what evidence is about to run out, and what went in.

use std::collections::BTreeMap;

use kijun_text::Lang;

use super::Report;
use crate::html::Html;
use crate::report::deadlines::{Deadline, Nearness};
use crate::report::evidence::EvidenceRow;

impl Report<'_, '_> {
    pub(super) fn dates(&self) -> Html {
        let view = self.view;
        let today = view.as_of();
        let mut html = Html::default();
        html.element("p", "muted", view.say("証拠、確認記録、適用除外、契約など、台帳に書かれた期限です。終わった契約や廃止した機器の期限は載せません。", "Days on which evidence, attestations, waivers, contracts and other entries of the registers lapse. What has ended is left out."));
        let mut by_nearness: BTreeMap<Nearness, Vec<Deadline>> = BTreeMap::new();
        for deadline in view.deadlines(&view.evidence()) {
            by_nearness.entry(Nearness::of(deadline.day, today)).or_default().push(deadline);
        }
        if by_nearness.is_empty() {
            html.element("p", "", view.no_deadlines());
        }
        for (nearness, list) in by_nearness {
            html.raw("<details").attr("class", &format!("nearness {}", nearness.name()));
            if nearness <= Nearness::Soon {
                html.raw(" open");
            }
            html.raw("><summary><b>").text(nearness.label().get(view.lang)).raw("</b> ").text(
                &match view.lang {
                    Lang::Ja => format!("{} 件", list.len()),
                    Lang::En => list.len().to_string(),
                },
            );
            html.raw("</summary><div class=\"scroll\" tabindex=\"0\" role=\"group\"><table class=\"grid list\"><thead><tr>");
            for (ja, en) in
                [("日", "Day"), ("何の期限か", "What"), ("対象", "Subject"), ("記録の場所", "Place")]
            {
                html.raw("<th scope=\"col\">").text(view.say(ja, en)).raw("</th>");
            }
            html.raw("</tr></thead><tbody>\n");
            for d in &list {
                html.raw("<tr><td class=\"day\"><time")
                    .attr("datetime", &kijun_facts::Date::day(d.day).to_string());
                html.raw(">").text(&view.day(d.day)).raw("</time></td>").element("td", "", &d.what);
                html.element("td", "", &d.who).element("td", "place", &d.place).raw("</tr>\n");
            }
            html.raw("</tbody></table></div></details>\n");
        }
        html
    }

    pub(super) fn evidence(&self) -> Html {
        let view = self.view;
        let today = view.as_of();
        let (expired, rest): (Vec<EvidenceRow>, Vec<EvidenceRow>) =
            view.evidence().into_iter().partition(|e| e.has_expired(today));
        let (soon, rest): (Vec<EvidenceRow>, Vec<EvidenceRow>) =
            rest.into_iter().partition(|e| e.expires_soon(today));
        let mut html = Html::default();
        html.element("p", "", &match view.lang {
            Lang::Ja => format!("期限切れ {} 件、90日以内に切れるもの {} 件、そのほか {} 件。期限の切れた証拠による事実は、判定に使いません。", expired.len(), soon.len(), rest.len()),
            Lang::En => format!("{} expired, {} about to expire within 90 days, {} others. Facts whose evidence has expired decide nothing.", expired.len(), soon.len(), rest.len()),
        });
        let parts = [
            (view.say("期限切れの証拠", "Expired"), expired, true),
            (
                view.say("まもなく期限が切れる証拠（90日以内）", "About to expire (within 90 days)"),
                soon,
                true,
            ),
            (view.say("そのほかの証拠", "Others"), rest, false),
        ];
        for (title, rows, open) in parts.into_iter().filter(|(_, rows, _)| !rows.is_empty()) {
            html.raw("<details class=\"evidence")
                .raw(if open { "\" open" } else { " holds\"" })
                .raw("><summary><b>");
            html.text(title).raw("</b> ").number(rows.len());
            html.raw("</summary><div class=\"scroll\" tabindex=\"0\" role=\"group\"><table class=\"grid list\"><thead><tr>");
            for (ja, en) in [
                ("資料", "Source"),
                ("等級", "Grade"),
                ("時点", "As of"),
                ("期限", "Valid until"),
                ("裏付ける事実", "Facts"),
                ("記録の場所", "Place"),
            ] {
                html.raw("<th scope=\"col\">").text(view.say(ja, en)).raw("</th>");
            }
            html.raw("</tr></thead><tbody>\n");
            for e in &rows {
                let until = e.valid_until.map(|d| d.to_string()).unwrap_or_default();
                let facts = format!("{}{}{}", e.facts, view.say("：", ": "), e.of);
                html.raw("<tr>")
                    .element("td", "", &e.source)
                    .element("td", "", &e.grade)
                    .element("td", "day", &e.as_of);
                html.element("td", "day", &until)
                    .element("td", "", &facts)
                    .element("td", "place", &e.place)
                    .raw("</tr>\n");
            }
            html.raw("</tbody></table></div></details>\n");
        }
        html
    }

    /// Packs and files with their digests: what the result can be made again from.
    pub(super) fn sources(&self) -> Html {
        let view = self.view;
        let mut html = Html::default();
        html.element(
            "p",
            "",
            view.say(
                "同じ規則パック、事実、評価日からは、同じ結果になります。",
                "The same packs, facts and day give the same result.",
            ),
        );
        let packs =
            view.context.of.packs.iter().map(|p| (format!("{} {}", p.name, p.version), p.sha256.clone()));
        let facts = view.context.of.facts.iter().cloned();
        let tables: [(&str, Vec<(String, String)>); 2] = [
            (view.say("規則パック", "Rule packs"), packs.collect()),
            (view.say("事実のファイル", "Files of facts"), facts.collect()),
        ];
        for (title, rows) in tables {
            html.raw("<details class=\"inputs\"><summary><b>").text(title).raw("</b> ").number(rows.len());
            html.raw("</summary><table class=\"grid\"><thead><tr><th scope=\"col\">")
                .text(view.say("名前", "Name"));
            html.raw("</th><th scope=\"col\">SHA-256</th></tr></thead><tbody>\n");
            for (name, digest) in rows {
                html.raw("<tr>").element("td", "", &name).element("td", "digest", &digest).raw("</tr>\n");
            }
            html.raw("</tbody></table></details>\n");
        }
        html
    }
}
