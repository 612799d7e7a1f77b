//! Registers that nobody attests, and waivers that do not apply.

use kijun_engine::assessment::Remark;
use kijun_text::Lang;
use owo_colors::Style;

use super::Report;

impl Report<'_> {
    pub(super) fn remarks(&mut self) {
        let remarks = self.assessment.remarks.iter();
        let registers: Vec<String> = remarks
            .clone()
            .filter_map(|r| match r {
                Remark::RegisterNotAttested(kind) => Some(self.kind(*kind)),
                _ => None,
            })
            .collect();
        let waivers: Vec<String> = remarks.filter_map(|r| self.waiver_remark(r)).collect();
        if registers.is_empty() && waivers.is_empty() {
            return;
        }
        self.rule(&self.say("台帳と適用除外について", "registers and waivers"));
        if !registers.is_empty() {
            let list = registers.join(self.terminal.say("、", ", "));
            let text = match self.lang() {
                Lang::Ja => format!(
                    "次の台帳は、載っているものがすべてとして読みました(すべてであるとの記載はありません): {list}"
                ),
                Lang::En => format!(
                    "these registers were read as complete, though nobody states that they are: {list}"
                ),
            };
            self.paragraph(&text, 0, Style::new());
        }
        for waiver in waivers {
            self.line(&waiver);
        }
    }

    fn waiver_remark(&self, remark: &Remark) -> Option<String> {
        let (row, ja, en) = match remark {
            Remark::RegisterNotAttested(_) => return None,
            Remark::WaiverUnused(row) => (row, "どの不適合にも当たりません", "applies to no violation"),
            Remark::WaiverExpired(row) => (row, "期限が過ぎています", "has expired"),
            Remark::WaiverIncomplete(row) => (
                row,
                "承認者・理由・期限・対象のどれかがなく、適用していません",
                "lacks approver, reason, expiry or subject and is not applied",
            ),
        };
        let id = self.workspace.store.id_text(self.program.builtins.waiver, *row as usize);
        Some(format!("{} {id}: {}", self.say("適用除外", "waiver"), self.say(ja, en)))
    }
}
