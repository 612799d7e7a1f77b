//! An assessment as items: one for each finding, one for each requirement that has none, and one for each waiver that does nothing.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::{
    Assessment, FactRef, FactUse, Finding, Reason, Remark, RequirementResult, RuleRef, SubjectRef, Verdict,
};
use kijun_engine::program::{Member, Requirement, RequirementId, Weight};
use kijun_text::{FileId, Label, Span};

use super::{Command, Item, Level, Paths, Place, Related, Results, Rule, State, Waiver};
use crate::assessment_json::Context;
use crate::fact_json::{missing_question, values};
use crate::names::{fact_name, fingerprint, rule_name, subject_id, subject_name};
use crate::wording::{edition_of, waiver_text};

/// The rule of remarks on waivers.
const WAIVERS: &str = "kijun/waiver";

/// The assessment as items, in its order. Nothing decides the status yet, and nothing is known to be new.
pub fn assessment_results(context: &Context<'_>, assessment: &Assessment, paths: &Paths<'_>) -> Results {
    let maker = Maker { context, paths };
    let mut findings: BTreeMap<RequirementId, Vec<&Finding>> = BTreeMap::new();
    for finding in &assessment.findings {
        findings.entry(finding.requirement).or_default().push(finding);
    }
    let (mut rules, mut items) = (Vec::new(), Vec::new());
    for result in &assessment.requirements {
        let Some(requirement) = context.program.requirement(result.requirement).filter(|r| !r.is_section)
        else {
            continue;
        };
        let of = findings.remove(&result.requirement).unwrap_or_default();
        let rule = rules.len();
        rules.push(maker.rule(requirement));
        if of.is_empty() {
            items.push(maker.without_finding(rule, requirement, result));
        }
        items.extend(of.into_iter().map(|f| maker.finding(rule, requirement, result.verdict, f)));
    }
    let waivers: Vec<Item> =
        assessment.remarks.iter().filter_map(|r| maker.waiver_remark(rules.len(), r)).collect();
    if !waivers.is_empty() {
        rules.push(waiver_rule());
        items.extend(waivers);
    }
    Results {
        about: vec![
            ("facility", context.facility.to_owned()),
            ("as_of", kijun_facts::Date::day(assessment.as_of).to_string()),
        ],
        rules,
        items,
        ..Results::new(Command::Assess, context.engine_version)
    }
}

/// The files of facts and rules that a finding rests on: of what decided it and what is missing, of its subject, its rule and
/// its waiver.
pub fn rests_on(context: &Context<'_>, finding: &Finding) -> BTreeSet<FileId> {
    let missing = finding.missing.iter().filter_map(|fact| place_of(context, *fact));
    let because = finding.because.iter().flat_map(|used| places_of_use(context, used));
    let subject = place_of_subject(context, finding.subject);
    let waiver = finding.waiver.and_then(|row| place_of_waiver(context, row));
    let requirement = context.program.requirement(finding.requirement).map(|r| r.span);
    let rules = rule_spans(context, finding).into_iter().chain(requirement);
    let places = missing.chain(because).chain(subject).chain(waiver).chain(rules);
    places.map(|span| span.file).collect()
}

/// The rule; of a combination its members too.
fn rule_spans(context: &Context<'_>, finding: &Finding) -> Vec<Span> {
    let mut out = vec![finding.rule_span];
    if let RuleRef::Combination(i) = finding.rule
        && let Some(combination) = context.program.combinations.get(i)
    {
        let members = combination.groups.iter().flat_map(|(_, members)| members);
        out.extend(members.filter_map(|member| match member {
            Member::Check(i) => context.program.checks.get(*i).map(|c| c.span),
            Member::Attest(i) => context.program.attests.get(*i).map(|a| a.span),
        }));
    }
    out
}

fn waiver_rule() -> Rule {
    Rule {
        id: WAIVERS.to_owned(),
        group: "kijun".to_owned(),
        title: Label::new("適用除外が働いていない", "a waiver that does nothing"),
        page: None,
        uri: None,
        level: Level::Note,
    }
}

fn place_of(context: &Context<'_>, fact: FactRef) -> Option<Span> {
    match fact {
        FactRef::Cell { kind, row, attr } => Some(context.store.kind(kind)?.cell(attr, row as usize)),
        FactRef::Register(kind) => context.store.kind(kind)?.register_origin,
        FactRef::Attestation(_) => None,
    }
}

fn places_of_use(context: &Context<'_>, used: &FactUse) -> Vec<Span> {
    match used.fact {
        FactRef::Cell { .. } => values(context, used).into_iter().map(|v| v.place).collect(),
        other => place_of(context, other).into_iter().collect(),
    }
}

fn place_of_subject(context: &Context<'_>, subject: SubjectRef) -> Option<Span> {
    match subject {
        SubjectRef::Facility => None,
        SubjectRef::Record(kind, row) => Some(context.store.kind(kind)?.place(row as usize)),
        SubjectRef::Register(kind) => place_of(context, FactRef::Register(kind)),
    }
}

fn place_of_waiver(context: &Context<'_>, row: u32) -> Option<Span> {
    Some(context.store.kind(context.program.builtins.waiver)?.place(row as usize))
}

/// What can be told of a finding without deciding anything anew.
fn state(finding: &Finding) -> State {
    match (finding.verdict, finding.reason) {
        (Verdict::Waived, _) => State::Waived,
        (_, Some(Reason::Judgement | Reason::WeakRule)) => State::Review,
        (Verdict::Violated, _) => State::Failed,
        // Sources that disagree fail where every value would; where they only leave it open, someone has to settle it.
        (Verdict::Conflicting, _) if finding.weight >= Weight::Should => State::Failed,
        (Verdict::Conflicting, _) => State::Review,
        (Verdict::Unverified, _) => State::Unverified,
        _ => State::Open,
    }
}

fn level(weight: Weight) -> Level {
    match weight {
        Weight::Must => Level::Error,
        Weight::Should => Level::Warning,
        Weight::Notice | Weight::Information => Level::Note,
    }
}

fn state_of_requirement(verdict: Verdict) -> State {
    match verdict {
        Verdict::Satisfied => State::Passed,
        Verdict::NotApplicable => State::NotApplicable,
        Verdict::Unverified => State::Unverified,
        Verdict::Waived => State::Waived,
        Verdict::Violated => State::Failed,
        Verdict::Unknown | Verdict::Stale | Verdict::Conflicting => State::Open,
    }
}

struct Maker<'m, 'a> {
    context: &'m Context<'a>,
    paths: &'m Paths<'m>,
}

impl Maker<'_, '_> {
    fn rule(&self, requirement: &Requirement) -> Rule {
        let catalog = self.context.program.catalogs.get(requirement.catalog);
        let group = catalog.map_or_else(String::new, |c| match c.edition.as_str() {
            "" => c.alias.clone(),
            edition => format!("{}@{edition}", c.alias),
        });
        let web = requirement.source.split_whitespace().find(|w| w.starts_with("https://"));
        Rule {
            id: requirement.id.clone(),
            group,
            title: requirement.title.clone(),
            page: None,
            uri: web.map(str::to_owned),
            level: level(requirement.weight),
        }
    }

    fn finding(&self, rule: usize, requirement: &Requirement, whole: Verdict, f: &Finding) -> Item {
        let context = self.context;
        let kind = subject_name(context.program, f.subject);
        let id = subject_id(context.store, context.facility, f.subject);
        let check = rule_name(context.program, f.rule);
        let mut tags = vec![
            ("verdict", f.verdict.name().to_owned()),
            ("requirement_verdict", whole.name().to_owned()),
            ("severity", f.weight.name().to_owned()),
            ("mark", requirement.mark.name().to_owned()),
            ("check", check.to_owned()),
            ("kind", kind.to_owned()),
        ];
        tags.extend(id.map(|id| ("subject", id.to_owned())));
        if let Some(level) = &requirement.level {
            tags.push(("level", level.clone()));
        }
        let facts = self.facts(f);
        let waiver = f.waiver.filter(|_| f.verdict == Verdict::Waived).map(|row| self.waiver(row));
        let rule_place = self.paths.place(f.rule_span);
        let (at, mut related) = self.places(f, facts);
        let defined = Label::new(
            format!("規則 {check} ({}{})", requirement.id, edition_of(context.program, requirement)),
            format!("rule {check} ({}{})", requirement.id, edition_of(context.program, requirement)),
        );
        let at = at.or_else(|| rule_place.clone());
        if let Some(place) = rule_place.filter(|p| at.as_ref() != Some(p)) {
            related.push(Related { message: defined, at: place });
        }
        let help = if f.fix.is_empty() { self.questions(f) } else { f.fix.clone() };
        Item {
            rule,
            subject: id.map_or_else(|| kind.to_owned(), |id| format!("{kind} {id}")),
            state: state(f),
            level: level(f.weight),
            message: f.message.clone(),
            // The question of an attestation is its message already.
            help: if help == f.message { Label::default() } else { help },
            at,
            related,
            fingerprint: fingerprint([&requirement.id, check, kind, id.unwrap_or("*")]),
            tags,
            waiver,
            age: None,
            decides: false,
            files: rests_on(context, f),
        }
    }

    /// What decided, with its places, or what is missing; the first of them is where the finding stands.
    fn facts(&self, f: &Finding) -> Vec<Related> {
        let mut out: Vec<Related> = Vec::new();
        let mut add = |message: Label, span: Option<Span>| {
            if let Some(at) = span.and_then(|s| self.paths.place(s)) {
                out.push(Related { message, at });
            }
        };
        for fact in &f.missing {
            let name = fact_name(self.context.program, self.context.store, *fact);
            let message = Label::new(format!("足りない事実 {name}"), format!("missing: {name}"));
            add(message, place_of(self.context, *fact));
        }
        for used in &f.because {
            // A fact that has run out is both.
            if f.missing.contains(&used.fact) {
                continue;
            }
            for value in values(self.context, used) {
                let text = value.value.map_or(value.name.clone(), |v| format!("{} = {v}", value.name));
                let place = match used.fact {
                    FactRef::Cell { .. } => Some(value.place),
                    other => place_of(self.context, other),
                };
                add(Label::new(text.clone(), text), place);
            }
        }
        out
    }

    fn places(&self, f: &Finding, mut facts: Vec<Related>) -> (Option<Place>, Vec<Related>) {
        if facts.is_empty() {
            let subject = place_of_subject(self.context, f.subject).and_then(|s| self.paths.place(s));
            return (subject, facts);
        }
        let first = facts.remove(0);
        (Some(first.at), facts)
    }

    /// What to ask whom, where nothing is to be fixed.
    fn questions(&self, f: &Finding) -> Label {
        let mut out = Label::default();
        for fact in &f.missing {
            let question = missing_question(self.context.program, *fact);
            for (text, more) in [(&mut out.ja, question.ja), (&mut out.en, question.en)] {
                if !more.is_empty() && !text.contains(&more) {
                    text.push_str(if text.is_empty() { "" } else { " / " });
                    text.push_str(&more);
                }
            }
        }
        out
    }

    /// A requirement about which no finding is listed: met, not applicable, or checked by nothing.
    fn without_finding(&self, rule: usize, requirement: &Requirement, result: &RequirementResult) -> Item {
        let state = state_of_requirement(result.verdict);
        let message = if result.reason.is_empty() { result.verdict.label() } else { result.reason.clone() };
        Item {
            rule,
            subject: String::new(),
            state,
            level: Level::Note,
            message,
            help: Label::default(),
            at: self.paths.place(requirement.span),
            related: Vec::new(),
            fingerprint: fingerprint([&requirement.id, "", "", ""]),
            tags: vec![
                ("verdict", result.verdict.name().to_owned()),
                ("requirement_verdict", result.verdict.name().to_owned()),
                ("mark", requirement.mark.name().to_owned()),
            ],
            waiver: None,
            age: None,
            decides: false,
            files: BTreeSet::from([requirement.span.file]),
        }
    }

    fn waiver(&self, row: u32) -> Waiver {
        let kind = self.context.program.builtins.waiver;
        let id = self.context.store.id_text(kind, row as usize).to_owned();
        let at = place_of_waiver(self.context, row).and_then(|s| self.paths.place(s));
        Waiver { text: waiver_text(self.context.program, self.context.store, row), at, id }
    }

    fn waiver_remark(&self, rule: usize, remark: &Remark) -> Option<Item> {
        let (name, row, ja, en) = match remark {
            Remark::RegisterNotAttested(_) => return None,
            Remark::WaiverUnused(row) => {
                ("waiver_unused", *row, "どの不適合にも当たりません", "applies to no violation")
            }
            Remark::WaiverExpired(row) => ("waiver_expired", *row, "期限が過ぎています", "has expired"),
            Remark::WaiverIncomplete(row) => (
                "waiver_incomplete",
                *row,
                "承認者・理由・期限・対象のどれかがなく、適用していません",
                "lacks approver, reason, expiry or subject and is not applied",
            ),
        };
        let place = place_of_waiver(self.context, row);
        let id = self.context.store.id_text(self.context.program.builtins.waiver, row as usize);
        Some(Item {
            rule,
            subject: format!("waiver {id}"),
            state: State::Failed,
            level: Level::Note,
            message: Label::new(format!("適用除外 {id}: {ja}"), format!("waiver {id}: {en}")),
            help: Label::default(),
            at: place.and_then(|s| self.paths.place(s)),
            related: Vec::new(),
            fingerprint: fingerprint([WAIVERS, name, "waiver", id]),
            tags: vec![("remark", name.to_owned()), ("subject", id.to_owned())],
            waiver: None,
            age: None,
            decides: false,
            files: place.into_iter().map(|s| s.file).collect(),
        })
    }
}
