//! The figures: of all, and by catalogue.

use std::collections::BTreeMap;

use kijun_engine::assessment::Verdict;
use kijun_engine::count_requirements;
use kijun_engine::program::Weight;
use kijun_text::Lang;
use owo_colors::Style;

use super::Report;
use super::words::style;
use crate::terminal::{pad, width};

/// The columns of the table, worst first.
const COLUMNS: [Verdict; 8] = [
    Verdict::Violated,
    Verdict::Conflicting,
    Verdict::Unknown,
    Verdict::Stale,
    Verdict::Unverified,
    Verdict::Waived,
    Verdict::Satisfied,
    Verdict::NotApplicable,
];

impl Report<'_> {
    pub(super) fn summary(&mut self) {
        self.rule(&self.say("まとめ", "summary"));
        self.figures();
        self.by_catalog();
    }

    /// How many requirements stand where, what is undecided beside it, how many findings, how many facts.
    pub(super) fn figures(&mut self) {
        let counts = count_requirements(self.program, &self.assessment.requirements);
        let total: usize = counts.iter().map(|(_, n)| n).sum();
        let undecided: usize = counts.iter().filter(|(v, _)| v.is_undecided()).map(|(_, n)| n).sum();
        let lang = self.lang();
        let parts: Vec<String> = counts
            .iter()
            .filter(|(_, n)| *n > 0)
            .map(|(v, n)| {
                let text = format!("{} {n}", v.label().get(lang));
                self.terminal.paint(&text, style(*v, Weight::Must))
            })
            .collect();
        let line = match lang {
            Lang::Ja => format!("要求事項 {total} 件: {}", parts.join("  ")),
            Lang::En => format!("{total} requirements: {}", parts.join("  ")),
        };
        self.line(&line);
        let open: Vec<String> = counts
            .iter()
            .filter(|(v, n)| v.is_undecided() && *n > 0)
            .map(|(v, n)| format!("{} {n}", v.label().get(lang)))
            .collect();
        if undecided > 0 {
            let line = match lang {
                Lang::Ja => format!(
                    "うち {undecided} 件はまだ判定できていません({})。適合とは数えません。",
                    open.join("、")
                ),
                Lang::En => format!(
                    "{undecided} of them are not decided ({}); none of these counts as satisfied",
                    open.join(", ")
                ),
            };
            self.paragraph(&line, 0, Style::new().bold());
        }
        let weigh = |w: Weight| {
            let of = self.assessment.findings.iter().filter(|f| f.weight == w);
            of.filter(|f| matches!(f.verdict, Verdict::Violated | Verdict::Conflicting)).count()
        };
        let (must, should, notice) = (weigh(Weight::Must), weigh(Weight::Should), weigh(Weight::Notice));
        let unknown = self.assessment.findings.iter().filter(|f| f.verdict == Verdict::Unknown).count();
        let line = match lang {
            Lang::Ja => format!("指摘: 必須 {must}  推奨 {should}  注意 {notice}  (ほかに未確認 {unknown})"),
            Lang::En => {
                format!("findings: must {must}, should {should}, notice {notice} (and {unknown} unknown)")
            }
        };
        self.line(&line);
        let facts = self.assessment.facts;
        let line = match lang {
            Lang::Ja => format!(
                "判定に使う事実: {} のうち {} を記録済み、証拠の期限切れ {}",
                facts.required, facts.recorded, facts.expired
            ),
            Lang::En => format!(
                "facts the rules read: {} of {} recorded, evidence of {} expired",
                facts.recorded, facts.required, facts.expired
            ),
        };
        self.line(&line);
    }

    /// A table of verdicts, a line for each catalogue; none where there is one catalogue.
    fn by_catalog(&mut self) {
        let mut rows: BTreeMap<usize, BTreeMap<Verdict, usize>> = BTreeMap::new();
        for result in &self.assessment.requirements {
            let Some(r) = self.program.requirement(result.requirement).filter(|r| !r.is_section) else {
                continue;
            };
            *rows.entry(r.catalog).or_default().entry(result.verdict).or_default() += 1;
        }
        if rows.len() < 2 {
            return;
        }
        let columns: Vec<Verdict> =
            COLUMNS.into_iter().filter(|v| rows.values().any(|row| row.contains_key(v))).collect();
        let heads: Vec<String> = columns.iter().map(|v| self.column(*v)).collect();
        let names: Vec<String> = rows.keys().map(|c| self.catalog_name(*c)).collect();
        let first = names.iter().map(|n| width(n)).max().unwrap_or(0);
        let all = self.say("項目", "items");
        self.line("");
        let head: Vec<String> = heads.iter().map(|h| format!("  {h}")).collect();
        let head = format!("  {}  {all:>5}{}", pad("", first), head.concat());
        let head = self.terminal.paint(&head, Style::new().dimmed());
        self.line(&head);
        for (row, name) in rows.values().zip(&names) {
            let total: usize = row.values().sum();
            let cells = columns.iter().zip(&heads).map(|(v, head)| {
                let n = row.get(v).copied().unwrap_or(0);
                let text = if n == 0 { "·".to_owned() } else { n.to_string() };
                let text = format!("  {}{text}", pad("", width(head).saturating_sub(width(&text))));
                if n == 0 { text } else { self.terminal.paint(&text, style(*v, Weight::Must)) }
            });
            let cells: Vec<String> = cells.collect();
            let total =
                format!("{}{total}", pad("", (width(&all) + 3).saturating_sub(total.to_string().len())));
            self.line(&format!("  {}  {total}{}", pad(name, first), cells.concat()));
        }
    }

    /// The head of a column: short, for the table is to fit a narrow terminal.
    fn column(&self, verdict: Verdict) -> String {
        match (verdict, self.lang()) {
            (Verdict::Conflicting, Lang::En) => "conflict".to_owned(),
            (Verdict::NotApplicable, Lang::En) => "n/a".to_owned(),
            (verdict, lang) => verdict.label().get(lang).to_owned(),
        }
    }

    /// `mhlw@4.2` where several editions are loaded, else `mhlw`.
    pub(super) fn catalog_name(&self, index: usize) -> String {
        self.program.catalog_name(index)
    }

    pub(super) fn caveat(&mut self) {
        let text = self.say(
            "この結果は判断を助けるもので、ガイドラインや専門家の判断に代わるものではありません。",
            "this result assists a judgement; it replaces neither the guideline nor an expert",
        );
        self.line("");
        self.paragraph(&text, 0, Style::new().dimmed());
    }
}
