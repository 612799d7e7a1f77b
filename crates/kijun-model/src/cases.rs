//! The `test`s of packs: facts given, verdicts expected.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::Verdict;
use kijun_engine::program::{Const, RequirementId};
use kijun_facts::store::NO_EVIDENCE;
use kijun_facts::{
    AttrId, Evidence, EvidenceId, KindId, Scalar, Schema, Store, StoreBuilder, Type, Value, parse_value,
};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use crate::context::{Decl, unescape};
use crate::expr::{Lowering, parse_date};
use crate::norms::Norms;
use crate::profile;

/// A `test` of a pack.
#[derive(Debug, Clone)]
pub struct TestCase {
    pub name: String,
    pub span: Span,
    /// Days since 1970-01-01; `None`: the date of the run.
    pub as_of: Option<i32>,
    /// `set`: parameters that differ in this test.
    pub overrides: BTreeMap<String, Const>,
    pub records: Vec<Record>,
    /// Register statements: kind, complete or not, place.
    pub registers: Vec<(KindId, bool, Span)>,
    pub expects: Vec<Expect>,
}

#[derive(Debug, Clone)]
pub struct Record {
    pub kind: KindId,
    pub id: String,
    pub span: Span,
    pub facts: Vec<(AttrId, Given)>,
    pub evidence: Option<Evidence>,
}

/// A value in a `given`.
#[derive(Debug, Clone)]
pub struct Given {
    pub kind: GivenKind,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum GivenKind {
    Unknown,
    None,
    Text(String),
    /// Members with what is said of them (`None`: not known whether), and whether others are left open.
    Set {
        members: Vec<(String, Option<bool>, Span)>,
        open: bool,
    },
}

/// What a test expects.
#[derive(Debug, Clone)]
pub struct Expect {
    pub span: Span,
    pub target: Option<Target>,
    /// Id of a record.
    pub subject: Option<String>,
    /// `None`: no finding.
    pub verdict: Option<Verdict>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Requirement(RequirementId),
    /// A check, attestation or combination by name.
    Rule(String),
}

pub(crate) struct Collector<'l, 'n, 'a, 'r> {
    pub(crate) lowering: &'l mut Lowering<'n, 'a, 'r>,
    pub(crate) rule_names: &'l BTreeSet<String>,
    pub(crate) params: &'l BTreeMap<String, (Type, Const)>,
}

impl Collector<'_, '_, '_, '_> {
    pub(crate) fn case(&mut self, decl: Decl<'_>) -> TestCase {
        let name = decl.string().unwrap_or_default();
        let as_of = decl.child(Kind::AsOf).and_then(|a| a.child(Kind::Date)).and_then(|d| {
            let date = parse_date(&d.own_text()).filter(|d| d.first == d.last);
            if date.is_none() {
                self.lowering.reports.push(
                    Diagnostic::error(
                        "K0303",
                        d.span(),
                        Label::new("評価日は実在する一日です", "the date of evaluation is one existing day"),
                    )
                    .help("例: `as_of 2026-11-22`", "for example `as_of 2026-11-22`"),
                );
            }
            date.map(|d| d.first)
        });
        let overrides = profile::overrides(decl, self.params, self.lowering);
        let mut records = Vec::new();
        let mut registers = Vec::new();
        for given in decl.all(Kind::Given) {
            for part in given.parts() {
                match part.node.kind {
                    Kind::Record => records.extend(self.record(part)),
                    Kind::Register => {
                        let complete = part.word(Kind::RegisterWord).is_some_and(|w| w == "complete");
                        if let Some(kind) = part.name().and_then(|(n, s)| self.kind(&n, s)) {
                            registers.push((kind, complete, part.span()));
                        }
                    }
                    _ => {}
                }
            }
        }
        let mut expects: Vec<Expect> = Vec::new();
        for expect in decl.all(Kind::Expect) {
            expects.extend(self.expect(expect));
        }
        if decl.child(Kind::Expect).is_none() {
            self.lowering.reports.push(
                Diagnostic::error(
                    "K0701",
                    decl.span_of(decl.node.child(Kind::String).unwrap_or(decl.node)),
                    Label::new("このテストは何も期待していません", "this test expects nothing"),
                )
                .help(
                    "`expect 番号 判定 for 記録` を加えてください",
                    "add `expect REQUIREMENT VERDICT for RECORD`",
                ),
            );
        }
        TestCase { name, span: decl.span(), as_of, overrides, records, registers, expects }
    }

    fn kind(&mut self, name: &str, span: Span) -> Option<KindId> {
        let found = self.lowering.names.types.kinds.get(name).copied();
        if found.is_none() {
            let names = self.lowering.names.types.kinds.keys().map(String::as_str);
            self.lowering.reports.unknown("K0501", span, ("種類", "entity"), name, names);
        }
        found
    }

    fn record(&mut self, decl: Decl<'_>) -> Option<Record> {
        let (kind_name, kind_span) = decl.name()?;
        let kind = self.kind(&kind_name, kind_span)?;
        let id = text_of_id(&decl.word(Kind::RecordId)?);
        let mut facts = Vec::new();
        for fact in decl.all(Kind::Fact) {
            let Some((name, span)) = fact.name() else { continue };
            let def = self.lowering.names.schema.kind(kind)?;
            let Some(position) = def.attributes.iter().position(|a| a.name == name) else {
                let (ja, en) =
                    (format!("`{kind_name}` の属性"), format!("attribute of `{kind_name}` called"));
                self.lowering.reports.unknown(
                    "K0502",
                    span,
                    (&ja, &en),
                    &name,
                    def.attributes.iter().map(|a| a.name.as_str()),
                );
                continue;
            };
            if let Some(value) = fact.child(Kind::FactValue) {
                facts.push((AttrId(position as u32), given(value)));
            }
        }
        let evidence = decl.child(Kind::EvidenceBlock).map(|block| self.evidence(block));
        Some(Record { kind, id, span: decl.span(), facts, evidence })
    }

    fn evidence(&mut self, block: Decl<'_>) -> Evidence {
        let mut evidence = Evidence::default();
        for fact in block.all(Kind::Fact) {
            let (Some((name, span)), Some(value)) = (fact.name(), fact.child(Kind::FactValue)) else {
                continue;
            };
            let GivenKind::Text(text) = given(value).kind else {
                self.lowering.reports.push(evidence_is_text(&name, value.span()));
                continue;
            };
            match name.as_str() {
                "source" => evidence.source = Some(text),
                "recorded_by" => evidence.recorded_by = Some(text),
                "remark" => evidence.remark = Some(text),
                "as_of" => evidence.as_of = self.date(&text, value.span()),
                "valid_until" => evidence.valid_until = self.date(&text, value.span()),
                "grade" => {
                    let grades = self.lowering.names.schema.enums.get(1);
                    evidence.grade = grades.and_then(|g| g.code(&text));
                    if evidence.grade.is_none() {
                        let names =
                            grades.into_iter().flat_map(|g| g.literals.iter().map(|l| l.name.as_str()));
                        self.lowering.reports.unknown(
                            "K0509",
                            value.span(),
                            ("証拠の等級", "grade"),
                            &text,
                            names,
                        );
                    }
                }
                _ => {
                    let names = ["source", "as_of", "recorded_by", "valid_until", "grade", "remark"];
                    self.lowering.reports.unknown(
                        "K0509",
                        span,
                        ("証拠の項目", "key of evidence"),
                        &name,
                        names,
                    );
                }
            }
        }
        evidence
    }

    fn date(&mut self, text: &str, span: Span) -> Option<kijun_facts::Date> {
        let date = parse_date(text);
        if date.is_none() {
            self.lowering.reports.no_such_day("K0505", text, span);
        }
        date
    }

    fn expect(&mut self, decl: Decl<'_>) -> Option<Expect> {
        let inner = decl.child(Kind::ExpectVerdict).or_else(|| decl.child(Kind::ExpectSilence))?;
        let verdict = inner.word(Kind::Verdict).and_then(|v| Verdict::from_name(&v));
        let subject = inner.word(Kind::RecordId).map(|t| text_of_id(&t));
        let target = match inner.child(Kind::RequirementId) {
            Some(id) => {
                let text = id.own_text();
                if self.rule_names.contains(&text) {
                    Some(Target::Rule(text))
                } else if text.contains(':') || self.lowering.names.norms.find(&text).is_some() {
                    let norms: &Norms = self.lowering.names.norms;
                    Some(Target::Requirement(norms.resolve(&text, id.span(), self.lowering.reports)?))
                } else {
                    self.lowering.reports.unknown(
                        "K0201",
                        id.span(),
                        ("check・attest・要求事項", "check, attestation or requirement"),
                        &text,
                        self.rule_names.iter().map(String::as_str),
                    );
                    return None;
                }
            }
            None => None,
        };
        Some(Expect { span: decl.span(), target, subject, verdict })
    }
}

fn evidence_is_text(key: &str, span: Span) -> Diagnostic {
    let message =
        Label::new(format!("証拠の `{key}` は値一つです"), format!("`{key}` of evidence is one value"));
    Diagnostic::error("K0503", span, message)
        .help("分からなければ、その行を書きません", "leave the line out when it is not known")
}

fn text_of_id(text: &str) -> String {
    if text.starts_with('"') { unescape(text) } else { text.to_owned() }
}

fn given(value: Decl<'_>) -> Given {
    let span = value.span();
    let Some(inner) = value.parts().next() else { return Given { kind: GivenKind::Unknown, span } };
    let kind = match inner.node.kind {
        Kind::Unknown => GivenKind::Unknown,
        Kind::None => GivenKind::None,
        Kind::FactSet => {
            let mut members = Vec::new();
            let mut open = false;
            let mut listed_by_table = false;
            for entry in inner.all(Kind::SetEntry) {
                let parts: Vec<Decl<'_>> = entry.parts().collect();
                match parts.as_slice() {
                    [one] if one.node.kind == Kind::Unknown => open = true,
                    [one] => members.push((text_of_id(&one.own_text()), Some(true), one.span())),
                    [one, said, ..] => {
                        listed_by_table = true;
                        let truth = (said.node.kind == Kind::Truth).then(|| said.own_text() == "true");
                        members.push((text_of_id(&one.own_text()), truth, one.span()));
                    }
                    [] => {}
                }
            }
            GivenKind::Set { members, open: open || listed_by_table }
        }
        Kind::Negative => GivenKind::Text(inner.own_text().split_whitespace().collect()),
        _ => GivenKind::Text(text_of_id(&inner.own_text())),
    };
    Given { kind, span }
}

/// The facts of a test as a store, and what is wrong with them.
pub fn build_facts(case: &TestCase, schema: &Schema) -> (Store, Vec<Diagnostic>) {
    let mut builder = StoreBuilder::new(schema);
    for (kind, complete, span) in &case.registers {
        builder.register(*kind, *complete, *span);
    }
    for record in &case.records {
        let evidence = record.evidence.clone().map_or(NO_EVIDENCE, |e| builder.add_evidence(e));
        let id = builder.record(record.kind, &record.id, record.span);
        for (attr, given) in &record.facts {
            let Some(attribute) = schema.attribute(record.kind, *attr) else { continue };
            let value = value(&mut builder, &attribute.ty, attribute.optional, given);
            set(&mut builder, id, *attr, value, given.span, evidence);
        }
    }
    builder.finish()
}

fn set(
    builder: &mut StoreBuilder<'_>,
    id: kijun_facts::RecordId,
    attr: AttrId,
    value: Value,
    span: Span,
    evidence: EvidenceId,
) {
    builder.set(id, attr, value, span, evidence);
}

fn value(builder: &mut StoreBuilder<'_>, ty: &Type, optional: bool, given: &Given) -> Value {
    match &given.kind {
        GivenKind::Unknown => Value::Unknown,
        GivenKind::None if optional || ty.element().is_some() => Value::None,
        GivenKind::None => {
            builder.report(
                Diagnostic::error(
                    "K0503",
                    given.span,
                    Label::new("この属性は `none` にできません", "this attribute cannot be `none`"),
                )
                .help(
                    "型に `?` を付けるか、分からないなら `?` と書きます",
                    "declare its type with `?`, or write `?` when it is not known",
                ),
            );
            Value::Unknown
        }
        GivenKind::Text(text) => match parse_value(builder, ty, optional, text) {
            Ok(value) => value,
            Err(error) => {
                for diagnostic in error.diagnostics(|_| given.span) {
                    builder.report(diagnostic);
                }
                Value::Unknown
            }
        },
        GivenKind::Set { members, open } => set_value(builder, ty, members, *open, given.span),
    }
}

fn set_value(
    builder: &mut StoreBuilder<'_>,
    ty: &Type,
    members: &[(String, Option<bool>, Span)],
    open: bool,
    span: Span,
) -> Value {
    let Some(element) = ty.element() else {
        let message = Label::new("この属性は集合ではありません", "this attribute is not a set");
        builder.report(
            Diagnostic::error("K0503", span, message)
                .help("値を一つ、`{ }` なしで書きます", "write one value, without `{ }`"),
        );
        return Value::Unknown;
    };
    let mut certain: Vec<Scalar> = Vec::new();
    let mut possible = Vec::new();
    let mut excluded = Vec::new();
    for (text, said, span) in members {
        match parse_value(builder, element, false, text) {
            Ok(Value::Scalar(scalar)) => match said {
                Some(true) => certain.push(scalar),
                Some(false) => excluded.push(scalar),
                None => possible.push(scalar),
            },
            Ok(_) => {}
            Err(error) => {
                for diagnostic in error.diagnostics(|_| *span) {
                    builder.report(diagnostic);
                }
            }
        }
    }
    if let (false, Type::Enum(e)) = (excluded.is_empty(), element) {
        // A set says what may be in it: of an enum, everything but what is stated not to be.
        let literals = builder.schema().enumeration(*e).map_or(0, |e| e.literals.len() as u32);
        let others =
            (0..literals).map(Scalar::Enum).filter(|s| !certain.contains(s) && !excluded.contains(s));
        return Value::Set { possible: others.collect(), certain, open: false };
    }
    Value::Set { certain, possible, open }
}
