//! The catalogues that the profile tracks without evaluating them.

use owo_colors::Style;

use super::Report;
use crate::coverage;

impl Report<'_> {
    pub(super) fn tracked(&mut self) {
        if self.wanted.tracked.is_empty() {
            return;
        }
        self.rule(&self.say("見守っている規範(判定には入りません)", "tracked (not evaluated)"));
        let text = self.say(
            "判定している規範の項目が、次の規範の項目にどこまで対応し、判定から何が言えるかです。項目ごとには kijun gaps --of 規範",
            "how far the items that are evaluated cover those of these catalogues, and what follows from the verdicts; item by item: kijun gaps --of CATALOG",
        );
        self.paragraph(&text, 0, Style::new().dimmed());
        for tracked in self.wanted.tracked {
            let Some(catalog) = self.program.catalogs.get(tracked.of) else { continue };
            let name = format!("{}@{}", catalog.alias, catalog.edition);
            let head = self.bold(&format!("{name}  {}", catalog.title.get(self.lang())));
            self.line("");
            self.line(&head);
            for line in coverage::tally(&tracked.total, self.terminal) {
                self.paragraph(&line, 2, Style::new());
            }
            self.line(&format!("  {} kijun gaps --of {name}", self.say("くわしく:", "see")));
        }
    }
}
