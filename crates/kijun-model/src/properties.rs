//! Properties: what must hold whatever the facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use kijun_engine::assessment::Verdict;
use kijun_engine::program::{Check, ExpectedStatus, Property, Require, Subject};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use crate::context::Decl;
use crate::expr::Lowering;
use crate::rules::common;

/// What facts alone can make of a check: neither evidence nor waivers are looked at.
const STATUSES: [Verdict; 4] =
    [Verdict::Satisfied, Verdict::Violated, Verdict::Unknown, Verdict::NotApplicable];

pub(crate) fn property(
    decl: Decl<'_>,
    checks: &[Arc<Check>],
    declared: &BTreeMap<String, Decl<'_>>,
    lowering: &mut Lowering<'_, '_, '_>,
) -> Option<Property> {
    let mut common = common(decl, lowering)?;
    let mut requires = Vec::new();
    let mut ok = true;
    for clause in decl.all(Kind::RequireClause) {
        let condition = clause.child(Kind::Expression).and_then(|e| lowering.condition(e, &mut common.scope));
        let message = lowering.message(clause, &mut common.scope);
        match condition {
            Some(condition) => requires.push(Require { span: clause.span(), condition, message }),
            None => ok = false,
        }
    }
    let mut expects = Vec::new();
    for clause in decl.all(Kind::ExpectRule) {
        match expected(clause, common.subject, checks, declared, lowering) {
            Some(expected) => expects.push(expected),
            None => ok = false,
        }
    }
    if ok && requires.is_empty() && expects.is_empty() {
        let name = decl.span_of(decl.node.child(Kind::String).unwrap_or(decl.node));
        let message = Label::new("この性質は何も述べていません", "this property claims nothing");
        lowering.reports.push(Diagnostic::error("K0702", name, message).help(
            "`require 式` か `expect 検査 判定` を加えてください",
            "add `require EXPRESSION` or `expect CHECK VERDICT`",
        ));
        return None;
    }
    let en = decl.child(Kind::En).and_then(Decl::string).unwrap_or_default();
    ok.then(|| Property {
        name: Label::new(decl.string().unwrap_or_default(), en),
        subject: common.subject,
        vars: common.scope.vars,
        condition: common.condition,
        requires,
        expects,
        span: decl.span(),
    })
}

fn expected(
    clause: Decl<'_>,
    subject: Option<Subject>,
    checks: &[Arc<Check>],
    declared: &BTreeMap<String, Decl<'_>>,
    lowering: &mut Lowering<'_, '_, '_>,
) -> Option<ExpectedStatus> {
    let (name, span) = clause.name()?;
    if !declared.contains_key(&name) {
        let names = declared.keys().map(String::as_str);
        lowering.reports.unknown("K0201", span, ("check", "check"), &name, names);
        return None;
    }
    // A check with an error of its own is told of at its place.
    let number = checks.iter().position(|c| c.name == name)?;
    let check = checks.get(number)?;
    if check.subject.map(|s| s.kind) != subject.map(|s| s.kind) {
        lowering.reports.push(other_subject(&name, check, span, lowering));
        return None;
    }
    let mut named = Vec::new();
    for verdict in clause.all(Kind::Verdict) {
        let text = verdict.own_text();
        match Verdict::from_name(&text).filter(|v| STATUSES.contains(v)) {
            Some(verdict) => named.push(verdict),
            None => {
                lowering.reports.push(no_status(&text, verdict.span()));
                return None;
            }
        }
    }
    let negated = clause.child(Kind::KwNot).is_some();
    let allowed = STATUSES.into_iter().filter(|v| named.contains(v) != negated).collect();
    Some(ExpectedStatus { check: number, allowed, span: clause.span() })
}

fn other_subject(name: &str, check: &Check, span: Span, lowering: &Lowering<'_, '_, '_>) -> Diagnostic {
    let kind = check.subject.and_then(|s| lowering.names.schema.kind(s.kind)).map(|k| k.name.clone());
    let message = Label::new(
        format!("検査 `{name}` の対象は、この性質の対象と違います"),
        format!("the check `{name}` has another subject than this property"),
    );
    let (ja, en) = match kind {
        Some(kind) => (format!("`each x: {kind}` と書きます"), format!("write `each x: {kind}`")),
        None => (
            "施設全体の検査です。`each` を除きます".into(),
            "it is about the facility: leave `each` out".into(),
        ),
    };
    Diagnostic::error("K0702", span, message).help(&ja, &en)
}

fn no_status(text: &str, span: Span) -> Diagnostic {
    let message = Label::new(
        format!("事実だけからは `{text}` になりません"),
        format!("facts alone make no check `{text}`"),
    );
    Diagnostic::error("K0702", span, message).help(
        "satisfied・violated・unknown・not_applicable のどれかを書きます",
        "write satisfied, violated, unknown or not_applicable",
    )
}
