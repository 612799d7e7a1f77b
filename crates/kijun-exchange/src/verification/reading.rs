//! `kijun.verification/1`: what was found, resolved to names and words.

use kijun_engine::program::Property;
use kijun_prove::{Claim, ClaimResult, Expected, Held, HeldResult, Subject, Witness, expected_check};
use kijun_text::{Label, Span};
use serde::Serialize;

use super::VerificationContext;
use super::facts::{facts_file, test_case};

#[derive(Serialize)]
pub struct VerificationJson<'a> {
    schema: &'static str,
    engine: &'a str,
    /// How many records of each kind at most.
    scope: u32,
    questions: usize,
    findings: Vec<FindingJson>,
    mappings: Vec<ClaimJson<'a>>,
    properties: Vec<PropertyJson>,
    undecided: Vec<UndecidedJson>,
    /// Answers of manifests to what is not found.
    unused: Vec<UnusedJson>,
    /// What a search found and the engine does not confirm: errors of the program itself.
    unconfirmed: Vec<UnconfirmedJson>,
}

#[derive(Serialize)]
struct PlaceJson {
    file: String,
    line: u32,
}

#[derive(Serialize)]
struct FindingJson {
    kind: &'static str,
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<String>,
    place: PlaceJson,
    /// Up to how many records of each kind it was looked for.
    scope: u32,
    text: Label,
    /// Why it stays, as a manifest says.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Label>,
}

#[derive(Serialize)]
struct ClaimJson<'a> {
    from: Vec<&'a str>,
    to: &'a str,
    /// The line of the mapping.
    statement: String,
    place: PlaceJson,
    /// `refuted`, `not_refuted`, `not_executable` or `undecided`.
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Label>,
    /// The rules of the two read no fact in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    apart: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Label>,
}

#[derive(Serialize)]
struct PropertyJson {
    name: Label,
    place: PlaceJson,
    /// `refuted`, `not_refuted` or `undecided`.
    result: &'static str,
    /// How many random facts were tried beside the search.
    random: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Label>,
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Label>,
}

#[derive(Serialize)]
struct UnusedJson {
    of: String,
    place: PlaceJson,
}

#[derive(Serialize)]
struct UndecidedJson {
    kind: &'static str,
    subject: String,
    place: PlaceJson,
    reason: Label,
}

#[derive(Serialize)]
struct UnconfirmedJson {
    subject: String,
    facts: String,
}

pub fn verification_json<'a>(context: &'a VerificationContext<'a>) -> VerificationJson<'a> {
    let report = context.report;
    let is_claim = |s: Subject| matches!(s, Subject::Statement(_) | Subject::Property(_));
    let findings = report.findings.iter().enumerate().filter(|(_, f)| !is_claim(f.subject));
    VerificationJson {
        schema: "kijun.verification/1",
        engine: context.engine_version,
        scope: report.scope,
        questions: report.questions,
        findings: findings
            .map(|(i, f)| FindingJson {
                kind: f.kind.name(),
                subject: context.subject(f.subject),
                other: f.other.map(|o| context.rule(o)),
                place: context.json_place(f.span),
                scope: f.scope,
                text: context.finding(f),
                accepted: context.reason_for(i).cloned(),
            })
            .collect(),
        mappings: report.claims.iter().map(|c| context.json_claim(c)).collect(),
        properties: report.properties.iter().filter_map(|h| context.json_property(h)).collect(),
        undecided: report
            .undecided
            .iter()
            .map(|u| UndecidedJson {
                kind: u.kind.name(),
                subject: context.subject(u.subject),
                place: context.json_place(u.span),
                reason: context.reason(&u.reason),
            })
            .collect(),
        unused: context
            .answers
            .unused
            .iter()
            .map(|(of, span)| UnusedJson { of: of.clone(), place: context.json_place(*span) })
            .collect(),
        unconfirmed: report
            .unconfirmed
            .iter()
            .map(|(subject, witness)| UnconfirmedJson {
                subject: context.subject(*subject),
                facts: facts_file(context.program, &witness.facts),
            })
            .collect(),
    }
}

impl<'a> VerificationContext<'a> {
    fn json_place(&self, span: Span) -> PlaceJson {
        let (line, _) = self.sources.line_column(span);
        PlaceJson { file: self.sources.path(span.file).to_owned(), line }
    }

    fn json_claim(&'a self, claim: &'a Claim) -> ClaimJson<'a> {
        let statement = self.statements.get(claim.statement);
        let mut json = ClaimJson {
            from: claim.from.iter().map(|id| self.id(*id)).collect(),
            to: self.id(claim.to),
            statement: statement.map_or_else(String::new, |s| self.statement(s)),
            place: self.json_place(statement.map_or_else(Span::default, |s| s.span)),
            result: "not_refuted",
            reason: None,
            apart: None,
            facts: None,
            test: None,
            accepted: None,
        };
        match &claim.result {
            ClaimResult::NotRefuted => {}
            ClaimResult::NotExecutable(why) => {
                json.result = "not_executable";
                json.reason = Some(why.clone());
            }
            ClaimResult::Undecided(reason) => {
                json.result = "undecided";
                json.reason = Some(self.reason(reason));
            }
            ClaimResult::Refuted { witness, apart } => {
                json.result = "refuted";
                json.reason = Some(self.refutation(claim, *apart));
                json.apart = Some(*apart);
                json.facts = Some(facts_file(self.program, &witness.facts));
                json.test = self.test_of(claim, witness);
                json.accepted = self.reason_of(Subject::Statement(claim.statement)).cloned();
            }
        }
        json
    }

    fn json_property(&self, held: &Held) -> Option<PropertyJson> {
        let property = self.properties.get(held.property)?;
        let (result, reason, witness) = match &held.result {
            HeldResult::Refuted(witness) => ("refuted", None, Some(witness)),
            HeldResult::NotRefuted => ("not_refuted", None, None),
            HeldResult::Undecided(reason) => ("undecided", Some(self.reason(reason)), None),
        };
        Some(PropertyJson {
            name: property.name.clone(),
            place: self.json_place(property.span),
            result,
            random: held.tried,
            reason,
            facts: witness.map(|w| facts_file(self.program, &w.facts)),
            test: witness.and_then(|w| self.test_against(property, w)),
            accepted: self.reason_of(Subject::Property(held.property)).cloned(),
        })
    }

    /// A test that shows what the property rules out.
    pub(super) fn test_against(&self, property: &Property, witness: &Witness) -> Option<String> {
        let named = |e: &Expected| Some(Expected { rule: expected_check(property, e.rule)?, ..e.clone() });
        let expected = witness.expected.iter().filter_map(named).collect();
        let witness = Witness { facts: witness.facts.clone(), expected };
        test_case(self.program, &format!("反例: {}", property.name.ja), &witness)
    }

    pub(super) fn test_of(&self, claim: &Claim, witness: &Witness) -> Option<String> {
        let statement = self.statements.get(claim.statement);
        let name = statement.map_or_else(String::new, |s| self.statement(s));
        test_case(self.program, &format!("反例: {name}"), witness)
    }
}
