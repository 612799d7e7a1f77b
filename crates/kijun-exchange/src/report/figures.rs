//! How many requirements stand where, of all and by catalogue. A figure is never given without how many are not decided.

use std::collections::BTreeMap;

use kijun_engine::assessment::Verdict;
use kijun_engine::program::Weight;
use kijun_text::Lang;

use super::View;

/// Columns of every table of figures, worst first.
pub(crate) const COLUMNS: [Verdict; 8] = [
    Verdict::Violated,
    Verdict::Conflicting,
    Verdict::Unknown,
    Verdict::Stale,
    Verdict::Unverified,
    Verdict::Waived,
    Verdict::Satisfied,
    Verdict::NotApplicable,
];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally(BTreeMap<Verdict, usize>);

impl Tally {
    pub(crate) fn add(&mut self, verdict: Verdict) {
        *self.0.entry(verdict).or_default() += 1;
    }

    pub(crate) fn of(&self, verdict: Verdict) -> usize {
        self.0.get(&verdict).copied().unwrap_or(0)
    }

    pub(crate) fn total(&self) -> usize {
        self.0.values().sum()
    }

    pub(crate) fn undecided(&self) -> usize {
        self.0.iter().filter(|(v, _)| v.is_undecided()).map(|(_, n)| n).sum()
    }
}

/// Figures of everything that is evaluated, whatever the audience.
pub(crate) struct Figures {
    pub(crate) total: Tally,
    /// By catalogue, in their order.
    pub(crate) catalogs: BTreeMap<usize, Tally>,
    /// Findings that are violated or conflicting, by weight.
    pub(crate) findings: BTreeMap<Weight, usize>,
    /// Findings that are not decided for want of facts.
    pub(crate) unknown: usize,
}

impl Figures {
    pub(crate) fn of(view: &View<'_>) -> Figures {
        let assessment = view.context.assessment;
        let (mut total, mut catalogs) = (Tally::default(), BTreeMap::<usize, Tally>::new());
        for result in &assessment.requirements {
            let Some(r) = view.requirement(result.requirement).filter(|r| !r.is_section) else { continue };
            total.add(result.verdict);
            catalogs.entry(r.catalog).or_default().add(result.verdict);
        }
        let mut findings = BTreeMap::new();
        for finding in &assessment.findings {
            if matches!(finding.verdict, Verdict::Violated | Verdict::Conflicting) {
                *findings.entry(finding.weight).or_default() += 1;
            }
        }
        let unknown = assessment.findings.iter().filter(|f| f.verdict == Verdict::Unknown).count();
        Figures { total, catalogs, findings, unknown }
    }

    pub(crate) fn weighing(&self, weight: Weight) -> usize {
        self.findings.get(&weight).copied().unwrap_or(0)
    }
}

impl View<'_> {
    /// `要求事項 346 件のうち、適合 113、不適合 77、…。50 件はまだ判定できていません。適合とは数えません。`
    pub(crate) fn figures_sentence(&self, tally: &Tally) -> String {
        let told = COLUMNS.iter().filter(|v| !v.is_undecided() && tally.of(**v) > 0);
        let told: Vec<String> =
            told.map(|v| format!("{} {}", v.label().get(self.lang), tally.of(*v))).collect();
        let none = self.say("判定できたものはありません", "none is decided");
        let told = if told.is_empty() { none.to_owned() } else { told.join(self.comma()) };
        let (total, undecided) = (tally.total(), self.undecided_sentence(tally));
        match self.lang {
            Lang::Ja => format!("要求事項 {total} 件: {told}。{undecided}"),
            Lang::En => format!("{total} requirements: {told}. {undecided}"),
        }
    }

    /// How many are not decided, and how; that there is none is said as well.
    pub(crate) fn undecided_sentence(&self, tally: &Tally) -> String {
        let open: Vec<String> = COLUMNS
            .iter()
            .filter(|v| v.is_undecided() && tally.of(**v) > 0)
            .map(|v| format!("{} {}", v.label().get(self.lang), tally.of(*v)))
            .collect();
        let open = open.join(self.comma());
        match (tally.undecided(), self.lang) {
            (0, Lang::Ja) => "まだ判定できていないものは 0 件です。".to_owned(),
            (0, Lang::En) => "0 are not decided.".to_owned(),
            (n, Lang::Ja) => {
                format!("このほか {n} 件はまだ判定できていません（{open}）。適合とは数えません。")
            }
            (n, Lang::En) => {
                format!("{n} more are not decided ({open}); none of these counts as satisfied.")
            }
        }
    }

    pub(crate) fn findings_sentence(&self, figures: &Figures) -> String {
        let [must, should, notice] =
            [Weight::Must, Weight::Should, Weight::Notice].map(|w| figures.weighing(w));
        let unknown = figures.unknown;
        match self.lang {
            Lang::Ja => {
                format!("指摘: 必須 {must}、推奨 {should}、注意 {notice}（ほかに未確認 {unknown}）")
            }
            Lang::En => {
                format!("Findings: must {must}, should {should}, notice {notice} (and {unknown} unknown)")
            }
        }
    }

    pub(crate) fn facts_sentence(&self) -> String {
        let facts = self.context.assessment.facts;
        match self.lang {
            Lang::Ja => format!(
                "判定に使う事実 {} のうち {} を記録済み、{} はまだ記録がありません。証拠の期限切れ {}",
                facts.required,
                facts.recorded,
                facts.required.saturating_sub(facts.recorded),
                facts.expired
            ),
            Lang::En => format!(
                "Facts that the rules read: {} of {} recorded, {} not yet; evidence of {} expired",
                facts.recorded,
                facts.required,
                facts.required.saturating_sub(facts.recorded),
                facts.expired
            ),
        }
    }

    /// What every report says of itself.
    pub(crate) fn caveat(&self) -> &'static str {
        match self.lang {
            Lang::Ja => {
                "この結果は判断を助けるもので、ガイドラインや専門家の判断に代わるものではありません。未確認のものは適合とは数えません。"
            }
            Lang::En => {
                "This result assists a judgement; it replaces neither the guideline nor an expert. What is not decided never counts as satisfied."
            }
        }
    }
}
