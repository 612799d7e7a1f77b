//! The risk register: the printed matrix, the risks of the ledger rated by it, and the risks that requirements name where these
//! are not met. What is not rated says so, and nothing is rated here but by the matrix.

use std::collections::BTreeMap;

use kijun_engine::assessment::Verdict;
use kijun_engine::program::{Const, Mark, Table};
use kijun_facts::{Column, EnumDef, KindId, Type};
use kijun_text::Lang;

use super::{PackRisk, View};
use crate::diff::Line;

/// The printed table that rates a risk by its likelihood and impact.
pub(crate) struct Matrix<'a> {
    pub(crate) title: String,
    pub(crate) mark: Mark,
    likelihood: &'a EnumDef,
    impact: &'a EnumDef,
    result: &'a EnumDef,
    table: &'a Table,
}

impl<'a> Matrix<'a> {
    /// By labels: likelihoods from the highest, impacts from the lowest.
    pub(crate) fn rows(&self, lang: Lang) -> Vec<(String, Vec<String>)> {
        let label = |of: &EnumDef, code: usize| {
            of.literals.get(code).map(|l| l.label.or(lang, &l.name).to_owned()).unwrap_or_default()
        };
        let cell = |likelihood: usize, impact: usize| {
            self.rate(likelihood as u32, impact as u32)
                .map_or_else(|| "－".to_owned(), |c| label(self.result, c as usize))
        };
        let row = |l: usize| {
            (label(self.likelihood, l), (0..self.impact.literals.len()).map(|i| cell(l, i)).collect())
        };
        (0..self.likelihood.literals.len()).rev().map(row).collect()
    }

    pub(crate) fn impacts(&self, lang: Lang) -> Vec<String> {
        self.impact.literals.iter().map(|l| l.label.or(lang, &l.name).to_owned()).collect()
    }

    fn rate(&self, likelihood: u32, impact: u32) -> Option<u32> {
        let found = self.table.cells.iter().find(|(key, _)| *key == [likelihood, impact])?;
        match found.1 {
            Some(Const::Enum(code)) => Some(code),
            _ => None,
        }
    }
}

/// A risk with what is recorded of it.
pub(crate) struct RiskRow {
    /// Of a requirement's risk: its name in the packs; of a risk of the ledger: its id.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) likelihood: String,
    pub(crate) impact: String,
    /// By the matrix, or that it is not rated.
    pub(crate) level: String,
    /// Higher is graver; `None`: not rated.
    pub(crate) rank: Option<u32>,
    pub(crate) treatment: String,
    pub(crate) owner: String,
    /// What remains: measures in place and planned, or what a requirement lacks.
    pub(crate) residual: String,
    /// Where it stands, or the requirements that name it.
    pub(crate) from: String,
    /// Marks and what else is to be known.
    pub(crate) note: String,
}

pub(crate) struct RiskRegister<'a> {
    pub(crate) matrix: Option<Matrix<'a>>,
    /// Whether packs know a ledger of risks at all.
    pub(crate) has_ledger: bool,
    pub(crate) ledger: Vec<RiskRow>,
    pub(crate) named: Vec<RiskRow>,
    /// Requirements that are not met and name no risk.
    pub(crate) without: Vec<String>,
}

impl<'a> View<'a> {
    pub(crate) fn risks(&self) -> RiskRegister<'a> {
        let matrix = self.matrix();
        let ledger_kind =
            self.program.schema.kinds.iter().position(|k| k.name == "risk_item").map(|k| KindId(k as u32));
        let mut ledger: Vec<RiskRow> =
            ledger_kind.map(|kind| self.ledger(kind, matrix.as_ref())).unwrap_or_default();
        ledger.sort_by_key(|r| std::cmp::Reverse(r.rank));
        let mut named = self.named(matrix.as_ref());
        named.sort_by_key(|r| std::cmp::Reverse(r.rank));
        RiskRegister {
            has_ledger: ledger_kind.is_some(),
            ledger,
            named,
            without: self.without_risk(),
            matrix,
        }
    }

    fn matrix(&self) -> Option<Matrix<'a>> {
        let schema = &self.program.schema;
        let named = |ty: &Type| match ty {
            Type::Enum(id) => schema.enumeration(*id),
            _ => None,
        };
        self.program.tables.iter().find_map(|table| {
            let [likelihood, impact] = table.params.as_slice() else { return None };
            let (likelihood, impact, result) = (named(likelihood)?, named(impact)?, named(&table.result)?);
            let is_risk = likelihood.name == "likelihood" && impact.name == "impact";
            is_risk.then(|| Matrix {
                title: format!("{} ({})", self.say("リスクの表", "risk matrix"), table.name),
                mark: table.mark,
                likelihood,
                impact,
                result,
                table,
            })
        })
    }

    fn not_rated(&self) -> String {
        self.say("未評価", "not rated").to_owned()
    }

    /// The level by the matrix, in words and as a rank.
    fn level(
        &self,
        matrix: Option<&Matrix<'_>>,
        likelihood: Option<u32>,
        impact: Option<u32>,
    ) -> (String, Option<u32>) {
        let Some(matrix) = matrix else {
            return (self.say("未評価（表がない）", "not rated (no matrix)").to_owned(), None);
        };
        let (Some(likelihood), Some(impact)) = (likelihood, impact) else { return (self.not_rated(), None) };
        match matrix.rate(likelihood, impact) {
            Some(code) => {
                let literal = matrix.result.literals.get(code as usize);
                (literal.map(|l| l.label.or(self.lang, &l.name).to_owned()).unwrap_or_default(), Some(code))
            }
            None => {
                (self.say("未評価（表に値がない）", "not rated (no value in the matrix)").to_owned(), None)
            }
        }
    }

    fn ledger(&self, kind: KindId, matrix: Option<&Matrix<'_>>) -> Vec<RiskRow> {
        let Some(table) = self.store.kind(kind) else { return Vec::new() };
        let measures = self.measures(kind);
        (0..table.len())
            .map(|row| {
                let cell = |name: &str| match self.attr(kind, name) {
                    Some(attr) => self.show().cell(kind, attr, row),
                    None => String::new(),
                };
                let code = |name: &str| {
                    let attr = self.attr(kind, name).filter(|a| table.is_known(*a, row))?;
                    match table.column(attr)? {
                        Column::Codes(codes) => codes.get(row).copied(),
                        _ => None,
                    }
                };
                let (level, rank) = self.level(matrix, code("likelihood"), code("impact"));
                let owner = self.named_record(kind, row as u32, "owner");
                RiskRow {
                    id: self.store.id_text(kind, row).to_owned(),
                    title: self.record(kind, row as u32),
                    likelihood: cell("likelihood"),
                    impact: cell("impact"),
                    level,
                    rank,
                    treatment: cell("treatment"),
                    owner: owner.unwrap_or_else(|| cell("owner")),
                    residual: self.residual(measures.get(&(row as u32))),
                    from: self.place(table.place(row)),
                    note: self.ledger_note(kind, row, &cell("recorded_level")),
                }
            })
            .collect()
    }

    /// The record that an attribute of a record names, by its name.
    fn named_record(&self, kind: KindId, row: u32, attribute: &str) -> Option<String> {
        let attr = self.attr(kind, attribute)?;
        let Type::Ref(to) = self.program.schema.attribute(kind, attr)?.ty else { return None };
        let Column::Codes(codes) = self.store.kind(kind)?.column(attr)? else { return None };
        let code = *codes.get(row as usize)?;
        ((code as usize) < self.store.kind(to)?.len()).then(|| self.record(to, code))
    }

    fn ledger_note(&self, kind: KindId, row: usize, recorded: &str) -> String {
        let mut notes = Vec::new();
        let known = self
            .attr(kind, "recorded_level")
            .is_some_and(|a| self.store.kind(kind).is_some_and(|t| t.is_known(a, row)));
        let none = self.show();
        if known
            && recorded
                != none.cell(
                    kind,
                    self.attr(kind, "recorded_level").unwrap_or(kijun_facts::AttrId(0)),
                    usize::MAX,
                )
        {
            notes.push(format!("{} {recorded}", self.say("台帳の値", "on the ledger")));
        }
        if let Some(approver) = self.named_record(kind, row as u32, "approved_by") {
            notes.push(format!("{} {approver}", self.say("承認", "approved by")));
        }
        notes.join(self.comma())
    }

    /// Measures by the risk that they address: in place, planned, not in place, not known.
    fn measures(&self, risks: KindId) -> BTreeMap<u32, [usize; 4]> {
        let mut out: BTreeMap<u32, [usize; 4]> = BTreeMap::new();
        let schema = &self.program.schema;
        let Some(kind) = schema.kinds.iter().position(|k| k.name == "measure").map(|k| KindId(k as u32))
        else {
            return out;
        };
        let (Some(table), Some(risk), Some(status)) =
            (self.store.kind(kind), self.attr(kind, "risk"), self.attr(kind, "status"))
        else {
            return out;
        };
        let (Some(Column::Codes(of)), Some(Column::Codes(states))) =
            (table.column(risk), table.column(status))
        else {
            return out;
        };
        let literals = match schema.attribute(kind, status).map(|a| &a.ty) {
            Some(Type::Enum(id)) => {
                schema.enumeration(*id).map(|e| e.literals.as_slice()).unwrap_or_default()
            }
            _ => &[],
        };
        let count = self.store.kind(risks).map_or(0, kijun_facts::KindTable::len) as u32;
        for (of, state) in of.iter().zip(states).take(table.len()).filter(|(of, _)| **of < count) {
            let place = match literals.get(*state as usize).map(|l| l.name.as_str()) {
                Some("implemented") => 0,
                Some("planned") => 1,
                Some(_) => 2,
                None => 3,
            };
            if let Some(n) = out.entry(*of).or_default().get_mut(place) {
                *n += 1;
            }
        }
        out
    }

    fn residual(&self, measures: Option<&[usize; 4]>) -> String {
        let Some([done, planned, not, unknown]) = measures else {
            if self.program.schema.kinds.iter().all(|k| k.name != "measure") {
                return self
                    .say(
                        "パックに対策の台帳（measure）がない",
                        "the packs know no register of measures (measure)",
                    )
                    .to_owned();
            }
            return self.say("結び付けた対策の記録なし", "no measure is linked to it").to_owned();
        };
        let parts = [
            (self.say("実施済み", "in place"), done),
            (self.say("計画中", "planned"), planned),
            (self.say("未実施", "not in place"), not),
            (self.say("未確認", "not known"), unknown),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(_, n)| **n > 0).map(|(word, n)| format!("{word} {n}")).collect();
        format!("{} {}", self.say("対策:", "measures:"), parts.join(self.comma()))
    }

    /// Risks that requirements name which are violated, in conflict or not decided.
    fn named(&self, matrix: Option<&Matrix<'_>>) -> Vec<RiskRow> {
        let mut by_risk: BTreeMap<&str, Vec<(&str, Verdict)>> = BTreeMap::new();
        for (r, result) in self.results().filter(|(_, result)| is_open(result.verdict)) {
            for risk in &r.risks {
                by_risk.entry(risk).or_default().push((&r.id, result.verdict));
            }
        }
        let rows =
            self.context.risks.iter().filter_map(|risk| Some((risk, by_risk.get(risk.name.as_str())?)));
        rows.map(|(risk, of)| self.named_risk(matrix, risk, of)).collect()
    }

    fn named_risk(&self, matrix: Option<&Matrix<'_>>, risk: &PackRisk, of: &[(&str, Verdict)]) -> RiskRow {
        let schema = &self.program.schema;
        let find = |list: &str, name: &str| {
            let def = schema.enums.iter().find(|e| e.name == list)?;
            let code = def.literals.iter().position(|l| l.name == name)?;
            Some((code as u32, def.literals.get(code)?.label.or(self.lang, name).to_owned()))
        };
        let likelihood = risk.likelihood.as_ref().and_then(|n| find("likelihood", n));
        let impact = risk.impact.as_ref().and_then(|n| find("impact", n));
        let (level, rank) =
            self.level(matrix, likelihood.as_ref().map(|l| l.0), impact.as_ref().map(|i| i.0));
        let treatment: Vec<String> = risk
            .treatment
            .iter()
            .map(|t| find("treatment", t).map_or_else(|| t.clone(), |(_, label)| label))
            .collect();
        let unstated =
            |text: Option<String>| text.unwrap_or_else(|| self.say("記載なし", "not stated").to_owned());
        let owner = risk.owner.as_ref().map(|role| crate::wording::role_name(self.program, role, self.lang));
        let count = |verdict: fn(Verdict) -> bool| of.iter().filter(|(_, v)| verdict(*v)).count();
        let (unmet, undecided) = (count(|v| v == Verdict::Violated), count(|v| v != Verdict::Violated));
        let residual = match self.lang {
            Lang::Ja => format!("満たされていない要求事項 {unmet}、未判定 {undecided}"),
            Lang::En => format!("requirements not met {unmet}, not decided {undecided}"),
        };
        let ids: Vec<&str> = of.iter().map(|(id, _)| *id).collect();
        RiskRow {
            id: risk.name.clone(),
            title: risk.title.or(self.lang, &risk.name).to_owned(),
            likelihood: unstated(likelihood.map(|l| l.1)),
            impact: unstated(impact.map(|i| i.1)),
            level,
            rank,
            treatment: unstated((!treatment.is_empty()).then(|| treatment.join(self.comma()))),
            owner: unstated(owner),
            residual,
            from: ids.join(self.comma()),
            note: risk.mark.label().get(self.lang).to_owned(),
        }
    }

    fn without_risk(&self) -> Vec<String> {
        let open =
            self.results().filter(|(r, result)| result.verdict == Verdict::Violated && r.risks.is_empty());
        open.map(|(r, _)| r.id.clone()).collect()
    }

    /// The register for a terminal and for Markdown.
    pub(crate) fn risk_lines(&self) -> Vec<Line> {
        let register = self.risks();
        let mut out = vec![Line::Title(match self.lang {
            Lang::Ja => format!("{} リスクの一覧", self.facility()),
            Lang::En => format!("{}: risk register", self.facility()),
        })];
        out.push(Line::Text(format!("{} {}", self.say("評価日", "as of"), self.day(self.as_of()))));
        self.matrix_lines(register.matrix.as_ref(), &mut out);
        out.push(Line::Heading(self.ledger_title(register.ledger.len())));
        if register.ledger.is_empty() {
            out.push(Line::Text(self.no_ledger(&register).to_owned()));
        }
        register.ledger.iter().for_each(|r| self.risk_line(r, &mut out));
        out.push(Line::Heading(self.named_title(register.named.len())));
        if register.named.is_empty() {
            out.push(Line::Text(self.no_named().to_owned()));
        }
        register.named.iter().for_each(|r| self.risk_line(r, &mut out));
        if !register.without.is_empty() {
            out.push(Line::Text(self.without_sentence(&register.without)));
        }
        out.push(Line::Text(self.caveat().to_owned()));
        out
    }

    pub(crate) fn ledger_title(&self, n: usize) -> String {
        match self.lang {
            Lang::Ja => format!("台帳のリスク（{n} 件）"),
            Lang::En => format!("risks of the ledger ({n})"),
        }
    }

    pub(crate) fn named_title(&self, n: usize) -> String {
        match self.lang {
            Lang::Ja => format!("満たされていない、または判定できていない要求事項のリスク（{n} 件）"),
            Lang::En => format!("risks of requirements that are not met or not decided ({n})"),
        }
    }

    pub(crate) fn no_ledger(&self, register: &RiskRegister<'_>) -> &'static str {
        if register.has_ledger {
            self.say(
                "リスクの台帳に記録がありません。リスクがないという意味ではありません。",
                "the ledger of risks has no record, which does not mean that there is no risk",
            )
        } else {
            self.say(
                "読み込んだパックに、リスクの台帳（risk_item）がありません。",
                "the packs at hand know no ledger of risks (risk_item)",
            )
        }
    }

    pub(crate) fn no_named(&self) -> &'static str {
        self.say(
            "満たされていない、または判定できていない要求事項に、リスクは結び付けられていません。",
            "no requirement that is not met or not decided names a risk",
        )
    }

    pub(crate) fn without_sentence(&self, ids: &[String]) -> String {
        let (n, list) = (ids.len(), ids.join(self.comma()));
        match self.lang {
            Lang::Ja => format!(
                "不適合の要求事項のうち {n} 件には、パックがリスクを結び付けていないため、評価がありません: {list}"
            ),
            Lang::En => {
                format!("{n} violated requirements name no risk in the packs, and so are not rated: {list}")
            }
        }
    }

    fn matrix_lines(&self, matrix: Option<&Matrix<'_>>, out: &mut Vec<Line>) {
        let Some(matrix) = matrix else {
            out.push(Line::Text(
                self.say(
                    "読み込んだパックに、リスクの表がありません。",
                    "the packs at hand have no risk matrix",
                )
                .to_owned(),
            ));
            return;
        };
        out.push(Line::Heading(format!("{} [{}]", matrix.title, matrix.mark.label().get(self.lang))));
        let impacts = matrix.impacts(self.lang);
        for (likelihood, cells) in matrix.rows(self.lang) {
            let cells: Vec<String> = impacts.iter().zip(cells).map(|(i, c)| format!("{i} {c}")).collect();
            let head = self.say("発生可能性", "likelihood");
            let colon = self.say("：影響度 ", ": impact ");
            out.push(Line::Item(0, format!("{head} {likelihood}{colon}{}", cells.join(self.comma()))));
        }
    }

    fn risk_line(&self, row: &RiskRow, out: &mut Vec<Line>) {
        out.push(Line::Item(0, format!("[{}] {}  {}", row.level, row.title, row.id)));
        let [likelihood, impact, treatment, owner] = match self.lang {
            Lang::Ja => ["発生可能性", "影響度", "対応", "担当"],
            Lang::En => ["likelihood", "impact", "treatment", "owner"],
        };
        let comma = self.comma();
        out.push(Line::Item(
            1,
            format!(
                "{likelihood} {}{comma}{impact} {}{comma}{treatment} {}{comma}{owner} {}",
                row.likelihood, row.impact, row.treatment, row.owner
            ),
        ));
        let note = if row.note.is_empty() { String::new() } else { format!("  [{}]", row.note) };
        out.push(Line::Item(1, format!("{}  {}{note}", row.residual, row.from)));
    }
}

/// Violated, or not known not to be.
fn is_open(verdict: Verdict) -> bool {
    verdict == Verdict::Violated || verdict.is_undecided()
}
