//! An assessment for a pull request or a wiki: GitHub-flavoured Markdown. Figures and what is gravest stand open, the rest is folded.

use kijun_engine::assessment::Verdict;
use kijun_text::Lang;

use super::figures::{COLUMNS, Figures, Tally};
use super::findings::{FindingView, by_gravity};
use super::{ReportContext, View};
use crate::diff::{Line, markdown};
use crate::gfm::{code, escaped, html, line, row, table_head};
use crate::visible::visible;
use crate::wording::{Gravity, role_name, tags};

/// The report in the language of the context; for `management` the summary alone.
pub fn report_markdown(context: &ReportContext<'_>) -> String {
    let view = View::new(context);
    if context.audience == Some("management") {
        return lines(&view.management_lines());
    }
    let mut out = String::new();
    head(&view, &mut out);
    if let Some(changes) = view.changes() {
        let title = format!("## {}", view.say("前回からの変化", "Changes since the baseline"));
        folded(&title, &lines(&below(&changes)), &mut out);
    }
    findings(&view, &mut out);
    if context.audience == Some("purchaser") {
        line(&mut out, "");
        out.push_str(&lines(&view.clause_lines()));
    }
    questions(&view, &mut out);
    deadlines(&view, &mut out);
    requirements(&view, &mut out);
    line(&mut out, "");
    line(&mut out, &text(view.caveat()));
    out
}

/// Lines as Markdown, with nothing in them that acts.
pub fn lines_markdown(list: &[Line]) -> String {
    lines(list)
}

fn lines(list: &[Line]) -> String {
    let seen = |l: &Line| match l {
        Line::Title(t) => Line::Title(visible(t).into_owned()),
        Line::Heading(t) => Line::Heading(visible(t).into_owned()),
        Line::Text(t) => Line::Text(visible(t).into_owned()),
        Line::Item(d, t) => Line::Item(*d, visible(t).into_owned()),
        Line::Code(t) => Line::Code(t.lines().map(|l| format!("{}\n", visible(l))).collect()),
    };
    markdown(&list.iter().map(seen).collect::<Vec<_>>())
}

/// The lines without their title.
fn below(list: &[Line]) -> Vec<Line> {
    list.iter().filter(|l| !matches!(l, Line::Title(_))).cloned().collect()
}

fn text(text: &str) -> String {
    escaped(&visible(text))
}

fn folded(title: &str, body: &str, out: &mut String) {
    line(out, "");
    line(out, title);
    line(out, "");
    line(out, "<details>");
    line(out, "");
    out.push_str(body);
    line(out, "");
    line(out, "</details>");
}

fn head(view: &View<'_>, out: &mut String) {
    let figures = Figures::of(view);
    line(
        out,
        &match view.lang {
            Lang::Ja => format!("# {} 情報セキュリティ点検の結果", text(view.facility())),
            Lang::En => format!("# {}: assessment of information security", text(view.facility())),
        },
    );
    line(out, "");
    line(out, &format!("{} {}", view.say("評価日", "as of"), view.day(view.as_of())));
    if let Some(role) = view.context.audience {
        let role = text(&role_name(view.program, role, view.lang));
        line(out, "");
        line(
            out,
            &match view.lang {
                Lang::Ja => format!("「{role}」に関わるものだけを示します（件数は全体のもの）。"),
                Lang::En => format!("Lists only what concerns: {role} (figures are of all)."),
            },
        );
    }
    for sentence in
        [view.figures_sentence(&figures.total), view.findings_sentence(&figures), view.facts_sentence()]
    {
        line(out, "");
        line(out, &text(&sentence));
    }
    line(out, "");
    let columns: Vec<Verdict> = COLUMNS.into_iter().filter(|v| figures.total.of(*v) > 0).collect();
    let mut heads =
        vec![view.say("基準", "Catalogue"), view.say("項目", "Items"), view.say("未判定", "Not decided")];
    let words: Vec<String> = columns.iter().map(|v| v.label().get(view.lang).to_owned()).collect();
    heads.extend(words.iter().map(String::as_str));
    table_head(&heads.into_iter().map(str::to_owned).collect::<Vec<_>>(), 1, out);
    let mut figures_row = |name: String, tally: &Tally| {
        let mut cells = vec![name, tally.total().to_string(), format!("**{}**", tally.undecided())];
        cells.extend(columns.iter().map(|v| tally.of(*v).to_string()));
        row(&cells, out);
    };
    for (catalog, tally) in &figures.catalogs {
        figures_row(code(&view.catalog(*catalog)), tally);
    }
    figures_row(view.say("全体", "All").to_owned(), &figures.total);
}

fn findings(view: &View<'_>, out: &mut String) {
    let findings = view.finding_views();
    for (gravity, groups) in by_gravity(&findings) {
        let n: usize = groups.iter().map(Vec::len).sum();
        line(out, "");
        let title = gravity.title();
        line(
            out,
            &match view.lang {
                Lang::Ja => format!("## {}　{n} 件（{} 項目）", title.ja, groups.len()),
                Lang::En => format!("## {}: {n} ({} requirements)", title.en, groups.len()),
            },
        );
        let mut body = String::new();
        groups.iter().for_each(|group| requirement(view, group, &mut body));
        if gravity == Gravity::Must {
            out.push_str(&body);
        } else {
            line(out, "");
            line(out, &format!("<details><summary>{n}</summary>"));
            out.push_str(&body);
            line(out, "");
            line(out, "</details>");
        }
    }
}

fn requirement(view: &View<'_>, group: &[&FindingView<'_>], out: &mut String) {
    let Some(first) = group.first() else { return };
    let r = first.requirement;
    line(out, "");
    line(out, &format!("### {} {}", code(&r.id), text(r.title.get(view.lang))));
    line(out, "");
    line(out, &text(&tags(r, true, view.lang)));
    if let Some(consequence) = group.iter().find_map(|f| f.consequence.as_ref()) {
        line(out, "");
        line(out, &text(consequence));
    }
    line(out, "");
    for f in group {
        line(out, &format!("- **{}** {}: {}", text(&f.verdict), text(&f.subject), text(&f.message)));
        for fact in &f.facts {
            let backing =
                if fact.backing.is_empty() { String::new() } else { format!(" [{}]", fact.backing) };
            line(
                out,
                &format!(
                    "  - {} {}",
                    text(&format!("{}: {}{backing}", fact.name, fact.value)),
                    code(&fact.place)
                ),
            );
        }
        if !f.fix.is_empty() {
            line(out, &format!("  - {}: {}", view.say("対処", "to do"), text(&f.fix)));
        }
        f.notes
            .iter()
            .for_each(|note| line(out, &format!("  - {}: {}", view.say("注記", "note"), text(note))));
    }
}

fn questions(view: &View<'_>, out: &mut String) {
    let questions = view.questions();
    if questions.is_empty() {
        return;
    }
    let mut body = String::new();
    let heads = [
        view.say("答える人", "Answered by"),
        view.say("対象", "About"),
        view.say("質問", "Question"),
        view.say("待っている要求事項", "Requirements that wait"),
    ];
    table_head(&heads.map(str::to_owned), 4, &mut body);
    for q in &questions {
        let of = q.of.map_or_else(
            || view.say("指定なし", "nobody named").to_owned(),
            |role| role_name(view.program, role, view.lang),
        );
        let ids: Vec<String> = q.requirements.iter().map(|id| code(id)).collect();
        row(&[text(&of), text(&q.about), text(&q.text), ids.join(" ")], &mut body);
    }
    let title = view.say("確かめること", "What has to be found out");
    folded(&format!("## {title}　{}", questions.len()), &body, out);
}

fn deadlines(view: &View<'_>, out: &mut String) {
    let deadlines = view.deadlines(&view.evidence());
    if deadlines.is_empty() {
        out.push_str(&format!("## {}\n\n{}\n\n", view.say("期限", "Timeline"), text(view.no_deadlines())));
        return;
    }
    let mut body = String::new();
    let heads = [
        view.say("日", "Day"),
        view.say("何の期限か", "What"),
        view.say("対象", "Subject"),
        view.say("記録の場所", "Place"),
    ];
    table_head(&heads.map(str::to_owned), 4, &mut body);
    for d in &deadlines {
        let day = kijun_facts::Date::day(d.day).to_string();
        let past = if d.day < view.as_of() { view.say("（経過）", " (past)") } else { "" };
        row(&[format!("{day}{past}"), text(&d.what), text(&d.who), code(&d.place)], &mut body);
    }
    folded(&format!("## {}　{}", view.say("期限", "Timeline"), deadlines.len()), &body, out);
}

fn requirements(view: &View<'_>, out: &mut String) {
    let rows = view.requirement_rows();
    let mut tally = Tally::default();
    rows.iter().for_each(|r| tally.add(r.result.verdict));
    line(out, "");
    line(out, &format!("## {}", view.say("要求事項ごとの判定", "Requirements")));
    line(out, "");
    line(out, &format!("<details><summary>{}</summary>", html(&view.figures_sentence(&tally))));
    line(out, "");
    let heads = [
        view.say("番号", "Id"),
        view.say("題名", "Title"),
        view.say("判定", "Verdict"),
        view.say("重さと印", "Weight and marks"),
        view.say("内訳と理由", "Subjects and reason"),
    ];
    table_head(&heads.map(str::to_owned), 5, out);
    for r in &rows {
        let mut marks = vec![r.weight.to_owned()];
        marks.extend(r.marks.iter().cloned());
        let parts = [r.subjects.as_str(), r.reason.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        row(
            &[
                code(&r.requirement.id),
                text(r.requirement.title.get(view.lang)),
                r.result.verdict.label().get(view.lang).to_owned(),
                text(&marks.join(view.comma())),
                text(&parts.join(view.say("。", "; "))),
            ],
            out,
        );
    }
    line(out, "");
    line(out, "</details>");
}
