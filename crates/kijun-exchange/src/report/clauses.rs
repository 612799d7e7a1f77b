//! For the contract officer: which clauses each contract lacks, by the repairs of what was found, and what the packs propose.
//!
//! A clause is a literal of an enum that packs call `clause`; what contracts hold is a set of them. The wording is that of the
//! packs: nothing here makes up legal text.

use std::collections::BTreeMap;

use kijun_engine::assessment::{FactRef, Finding, Verdict};
use kijun_engine::program::Const;
use kijun_engine::{Cell, Change, Datum, Repair};
use kijun_facts::{AttrId, KindId, Type};
use kijun_text::Lang;

use super::View;
use crate::diff::Line;
use crate::wording::verdict_label;

/// A contract, and what is said of its clauses.
pub(crate) struct ContractClauses<'a> {
    pub(crate) name: String,
    /// `受託事業者 海風イメージング、段階 締結済み、終了日 2027-03-31`.
    pub(crate) about: String,
    pub(crate) place: String,
    pub(crate) rows: Vec<ClauseRow<'a>>,
}

pub(crate) struct ClauseRow<'a> {
    /// The clauses that are missing, or that it is not known which there are.
    pub(crate) clauses: String,
    pub(crate) requirement: &'a str,
    pub(crate) title: &'a str,
    pub(crate) verdict: String,
    /// What the packs propose to do, or to ask.
    pub(crate) wording: String,
}

impl<'a> View<'a> {
    /// Contracts with something to say, in the order of the register.
    pub(crate) fn clauses(&self) -> Vec<ContractClauses<'a>> {
        let mut contracts: BTreeMap<(KindId, u32), Vec<ClauseRow<'a>>> = BTreeMap::new();
        // Clauses are for the contract officer whomever else a requirement concerns.
        for finding in &self.context.assessment.findings {
            for (contract, clauses) in self.missing_clauses(finding) {
                let Some(r) = self.requirement(finding.requirement) else { continue };
                let rows = contracts.entry(contract).or_default();
                let row = ClauseRow {
                    clauses,
                    requirement: &r.id,
                    title: r.title.get(self.lang),
                    verdict: verdict_label(finding).get(self.lang).to_owned(),
                    wording: self.wording(finding),
                };
                let is_new =
                    |o: &ClauseRow<'_>| (&o.clauses, o.requirement) != (&row.clauses, row.requirement);
                if rows.iter().all(is_new) {
                    rows.push(row);
                }
            }
        }
        let view = |((kind, row), rows)| ContractClauses {
            name: self.subject(kijun_engine::assessment::SubjectRef::Record(kind, row)),
            about: self.about_contract(kind, row),
            place: self.store.kind(kind).map(|t| self.place(t.place(row as usize))).unwrap_or_default(),
            rows,
        };
        contracts.into_iter().map(view).collect()
    }

    fn is_clauses(&self, kind: KindId, attr: AttrId) -> bool {
        let ty = self.program.schema.attribute(kind, attr).and_then(|a| a.ty.element());
        let Some(Type::Enum(id)) = ty else { return false };
        self.program.schema.enumeration(*id).is_some_and(|e| e.name == "clause")
    }

    /// Contracts on which a finding waits for clauses, each with these in words.
    fn missing_clauses(&self, finding: &Finding) -> Vec<((KindId, u32), String)> {
        match finding.verdict {
            Verdict::Violated | Verdict::Conflicting => self.by_repairs(finding),
            Verdict::Unknown => {
                let unknown = finding.missing.iter().filter_map(|fact| match fact {
                    FactRef::Cell { kind, row, attr } if self.is_clauses(*kind, *attr) => Some((*kind, *row)),
                    _ => None,
                });
                let text = self.say("（どの条項があるか未確認）", "(which clauses there are is not known)");
                unknown.map(|contract| (contract, text.to_owned())).collect()
            }
            _ => Vec::new(),
        }
    }

    fn by_repairs(&self, finding: &Finding) -> Vec<((KindId, u32), String)> {
        let reads = |f: &kijun_engine::assessment::FactUse| matches!(f.fact, FactRef::Cell { kind, attr, .. } if self.is_clauses(kind, attr));
        if !finding.because.iter().any(reads) {
            return Vec::new();
        }
        let repairs = self.context.evaluation.repairs(finding.rule, finding.subject);
        let mut contracts: BTreeMap<(KindId, u32), Vec<String>> = BTreeMap::new();
        for repair in &repairs {
            for (contract, clauses) in self.added(repair) {
                let ways = contracts.entry(contract).or_default();
                let way = clauses.join(self.comma());
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
        }
        let or = self.say(" または ", " or ");
        contracts.into_iter().map(|(contract, ways)| (contract, ways.join(or))).collect()
    }

    /// The clauses that a repair adds, by contract.
    fn added(&self, repair: &Repair) -> BTreeMap<(KindId, u32), Vec<String>> {
        let mut out: BTreeMap<(KindId, u32), Vec<String>> = BTreeMap::new();
        for change in &repair.changes {
            let Change::Add { cell: Cell { kind, row, attr }, member: Datum::Const(Const::Enum(code)) } =
                change
            else {
                continue;
            };
            let ty = self.program.schema.attribute(*kind, *attr).and_then(|a| a.ty.element());
            let Some(ty) = ty.filter(|_| self.is_clauses(*kind, *attr)) else { continue };
            out.entry((*kind, *row)).or_default().push(self.show().code(ty, *code));
        }
        out
    }

    fn wording(&self, finding: &Finding) -> String {
        let fix = finding.fix.get(self.lang);
        if fix.is_empty() {
            self.say("（パックに文案はありません）", "(the packs propose no wording)").to_owned()
        } else {
            fix.to_owned()
        }
    }

    fn about_contract(&self, kind: KindId, row: u32) -> String {
        let told = |name: &&str| {
            let attr = self.attr(kind, name)?;
            let label = self.attribute(kind, attr);
            let named = self.named_by(kind, row).into_iter().find(|(to, _)| {
                matches!(self.program.schema.attribute(kind, attr).map(|a| &a.ty), Some(Type::Ref(of)) if of == to)
            });
            let value = match named {
                Some((to, record)) => self.record(to, record),
                None => self.show().cell(kind, attr, row as usize),
            };
            Some(format!("{label} {value}"))
        };
        let parts: Vec<String> = ["vendor", "stage", "expires"].iter().filter_map(told).collect();
        parts.join(self.comma())
    }

    /// The list for a terminal and for Markdown.
    pub(crate) fn clause_lines(&self) -> Vec<Line> {
        let contracts = self.clauses();
        let mut out =
            vec![Line::Heading(self.say("契約ごとに足りない条項", "clauses that contracts lack").to_owned())];
        out.push(Line::Text(self.clause_note().to_owned()));
        if contracts.is_empty() {
            out.push(Line::Text(self.no_clauses().to_owned()));
        }
        for contract in contracts {
            let place =
                if contract.place.is_empty() { String::new() } else { format!("  {}", contract.place) };
            out.push(Line::Item(0, format!("{}  {}{place}", contract.name, contract.about)));
            for row in contract.rows {
                let colon = self.say("：", ": ");
                out.push(Line::Item(
                    1,
                    format!("{}{colon}{}  {} {}", row.verdict, row.clauses, row.requirement, row.title),
                ));
                let lead = self.say("パックの案", "proposed by the packs");
                out.push(Line::Item(2, format!("{lead}{colon}{}", row.wording)));
            }
        }
        out
    }

    pub(crate) fn clause_note(&self) -> &'static str {
        match self.lang {
            Lang::Ja => {
                "条項の名前は台帳の区分によります。案は規則パックの対処の文で、契約書の文言ではありません。文言は契約の担当者と法務の専門家が定めてください。"
            }
            Lang::En => {
                "Clauses are named as the register classifies them. What is proposed is the advice of the rule packs, not the text of a contract; that is for the contract officer and legal experts to write."
            }
        }
    }

    pub(crate) fn no_clauses(&self) -> &'static str {
        let schema = &self.program.schema;
        let mut attributes = schema.kinds.iter().zip(0..).flat_map(|(def, kind)| {
            (0..def.attributes.len() as u32).map(move |attr| (KindId(kind), AttrId(attr)))
        });
        if !attributes.any(|(kind, attr)| self.is_clauses(kind, attr)) {
            return self.say(
                "読み込んだパックに、条項の列挙（clause）を持つ台帳がありません。足りない条項があるかどうかは分かりません。",
                "no register of the packs at hand holds clauses (the enum `clause`): whether any is lacking is not known",
            );
        }
        self.say(
            "判定からは、足りない条項も、未確認の条項もありません。",
            "the verdicts name no clause that is missing or not known",
        )
    }
}
