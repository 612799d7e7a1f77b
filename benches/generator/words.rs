//! The words of the registers: a code, and the Japanese label that an office writes.

use std::fmt::Write;

#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) code: &'static str,
    pub(super) label: &'static str,
}

const fn word(code: &'static str, label: &'static str) -> Word {
    Word { code, label }
}

pub(super) const ID: Word = word("id", "id");
pub(super) const NAME: Word = word("name", "名称");
pub(super) const BEDS: Word = word("beds", "病床数");
pub(super) const COUNTRY: Word = word("country", "国");
pub(super) const SUBCONTRACTORS: Word = word("subcontractors", "再委託先");
pub(super) const INTERNET: Word = word("internet", "外部接続");
pub(super) const PATIENTS: Word = word("patients", "患者情報");
pub(super) const EXTERNAL: Word = word("external", "外部保存");
pub(super) const CLAUSES: Word = word("clauses", "条項");
pub(super) const SIGNED: Word = word("signed", "締結日");
pub(super) const FROM: Word = word("from", "元");
pub(super) const TO: Word = word("to", "先");
pub(super) const FIREWALL: Word = word("firewall", "遮断装置");

pub(super) const FACILITY: Word = word("facility", "施設");
pub(super) const CENTRE: Word = word("centre", "センター");
pub(super) const VENDOR: Word = word("vendor", "事業者");
pub(super) const CONTRACT: Word = word("contract", "契約");
pub(super) const ASSET: Word = word("asset", "資産");
pub(super) const LINK: Word = word("link", "通信");

pub(super) const YES: Word = word("true", "はい");
pub(super) const NO: Word = word("false", "いいえ");
/// An empty set, as opposed to one that nobody recorded.
pub(super) const NONE: Word = word("-", "なし");

pub(super) const CONFIDENTIALITY: Word = word("confidentiality", "守秘義務");
pub(super) const PENALTY: Word = word("penalty", "罰則");
pub(super) const NO_ANALYSIS: Word = word("no_analysis", "分析禁止");
pub(super) const AUDIT: Word = word("audit", "監査");

pub(super) const JAPAN: Word = word("JP", "日本");
pub(super) const SINGAPORE: Word = word("SG", "シンガポール");
pub(super) const UNITED_STATES: Word = word("US", "米国");

/// The file that states every register complete.
pub(super) fn complete() -> String {
    let mut text = String::from("kind,complete\n");
    for kind in [FACILITY, CENTRE, VENDOR, CONTRACT, ASSET, LINK] {
        let _ = writeln!(text, "{},{}", kind.label, YES.label);
    }
    text
}
