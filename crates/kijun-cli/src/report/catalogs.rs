//! The catalogues that the profile tracks without evaluating them.

use kijun_coverage::{Coverage, Met, Tally};
use kijun_text::Lang;
use owo_colors::Style;

use super::Report;

/// What verdicts say that is told even where it is said of nothing.
const ALWAYS: [Met; 4] = [Met::Met, Met::PartlyMet, Met::Open, Met::NotMet];

impl Report<'_> {
    pub(super) fn tracked(&mut self) {
        if self.wanted.tracked.is_empty() {
            return;
        }
        self.rule(&self.say("見守っている規範(判定には入りません)", "tracked (not evaluated)"));
        let signs = Coverage::ALL.map(|c| format!("{} {}", c.sign(), c.label().get(self.lang()))).join("  ");
        let text = match self.lang() {
            Lang::Ja => {
                format!("判定している項目がどこまで対応するか: {signs}。次の行は、判定から言えること")
            }
            Lang::En => {
                format!(
                    "how far what is evaluated covers them: {signs}; below, what follows from the verdicts"
                )
            }
        };
        self.paragraph(&text, 0, Style::new().dimmed());
        for tracked in self.wanted.tracked {
            let Some(catalog) = self.program.catalogs.get(tracked.of) else { continue };
            let name = format!("{}@{}", catalog.alias, catalog.edition);
            let coverage = self.coverage_of(&tracked.total);
            self.hanging(&format!("{name}  "), &coverage, 0);
            let verdicts = self.verdicts_of(&tracked.total);
            let text = format!("{verdicts}  → kijun gaps --of {name}");
            self.paragraph(&text, 2, Style::new());
        }
    }

    /// `123 項目: ◎ 0  ○ 0  △ 55  ？ 0  － 68(うち 55 は…だけによる)`.
    fn coverage_of(&self, total: &Tally) -> String {
        let counts = Coverage::ALL.map(|c| format!("{} {}", c.sign(), total.covered(c)));
        let counts = counts.join("  ");
        match (total.weak, self.lang()) {
            (0, Lang::Ja) => format!("{} 項目: {counts}", total.items),
            (0, Lang::En) => format!("{} items: {counts}", total.items),
            (weak, Lang::Ja) => {
                format!("{} 項目: {counts}  うち {weak} はあいまい・未検証の対応だけによる", total.items)
            }
            (weak, Lang::En) => {
                format!("{} items: {counts}  {weak} only by ambiguous or unverified mappings", total.items)
            }
        }
    }

    fn verdicts_of(&self, total: &Tally) -> String {
        let told = |m: &Met| ALWAYS.contains(m) || total.met(*m) > 0;
        let parts: Vec<String> = Met::ALL
            .into_iter()
            .filter(told)
            .map(|m| format!("{} {}", m.label().get(self.lang()), total.met(m)))
            .collect();
        parts.join("  ")
    }
}
