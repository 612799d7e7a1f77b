//! Checks and attestations, and the clauses that they share.

use kijun_engine::program::{Attest, Check, Const, Expr, ExprKind, Require, Subject};
use kijun_facts::{Duration, Type};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use crate::context::{Decl, Reports};
use crate::expr::{Lowering, Scope};
use crate::norms::{mark_of, weight_of};

/// The parts that checks, attestations and properties share.
pub(crate) struct Common {
    pub(crate) scope: Scope,
    pub(crate) subject: Option<Subject>,
    pub(crate) condition: Option<Expr>,
}

pub(crate) fn common(decl: Decl<'_>, lowering: &mut Lowering<'_, '_, '_>) -> Option<Common> {
    let mut scope = Scope::default();
    let mut subject = None;
    let mut seen: Option<Span> = None;
    for each in decl.all(Kind::Each) {
        if let Some(first) = seen {
            lowering.reports.push(
                Diagnostic::error(
                    "K0209",
                    each.span(),
                    Label::new("`each` は一つだけです", "there is only one `each`"),
                )
                .note(first, "最初はここ", "first here")
                .help("ほかの記録は `any` か `all` で調べます", "look at other records with `any` or `all`"),
            );
            return None;
        }
        seen = Some(each.span());
        let names: Vec<(String, Span)> = each.all(Kind::Name).map(|d| (d.own_text(), d.span())).collect();
        let [(var, _), (kind_name, span)] = names.as_slice() else { return None };
        let Some(kind) = lowering.names.types.kinds.get(kind_name).copied() else {
            lowering.reports.unknown(
                "K0201",
                *span,
                ("種類", "entity"),
                kind_name,
                lowering.names.types.kinds.keys().map(String::as_str),
            );
            return None;
        };
        subject = Some(Subject { var: scope.bind(var, Type::Ref(kind)), kind });
    }
    let mut conditions = Vec::new();
    let mut ok = true;
    for clause in decl.all(Kind::WhereClause) {
        match clause.child(Kind::Expression).and_then(|e| lowering.condition(e, &mut scope)) {
            Some(expr) => conditions.push(expr),
            None => ok = false,
        }
    }
    if !ok {
        return None;
    }
    let condition = match conditions.len() {
        0 | 1 => conditions.pop(),
        _ => {
            let span = conditions.first().map(|c| c.span).unwrap_or_default();
            Some(Expr { kind: ExprKind::And(conditions), ty: Type::Bool, optional: false, span })
        }
    };
    Some(Common { scope, subject, condition })
}

fn weight_clause(decl: Decl<'_>, reports: &mut Reports) -> Option<kijun_engine::program::Weight> {
    let (name, span) = decl.child(Kind::Severity)?.name()?;
    weight_of(&name, span, reports)
}

/// The code of a literal of the built-in enum at `index` that a clause names.
fn builtin(clause: Option<Decl<'_>>, index: usize, lowering: &mut Lowering<'_, '_, '_>) -> Option<u32> {
    let (name, span) = clause?.name()?;
    builtin_code(&name, span, index, lowering)
}

fn builtin_code(name: &str, span: Span, index: usize, lowering: &mut Lowering<'_, '_, '_>) -> Option<u32> {
    let def = lowering.names.schema.enums.get(index)?;
    let found = def.literals.iter().position(|l| l.name == name);
    if found.is_none() {
        let what = (def.label.ja.as_str(), def.label.en.as_str());
        lowering.reports.unknown("K0206", span, what, name, def.literals.iter().map(|l| l.name.as_str()));
    }
    found.map(|i| i as u32)
}

pub(crate) fn check(name: &str, decl: Decl<'_>, lowering: &mut Lowering<'_, '_, '_>) -> Option<Check> {
    let mut requirements = Vec::new();
    for id in decl.all(Kind::RequirementId) {
        requirements.extend(lowering.names.norms.resolve_ruled(id, lowering.reports));
    }
    let mut common = common(decl, lowering)?;
    let mut requires = Vec::new();
    let mut ok = true;
    for clause in decl.all(Kind::RequireClause) {
        let condition = clause.child(Kind::Expression).and_then(|e| lowering.condition(e, &mut common.scope));
        let message = lowering.message(clause, &mut common.scope);
        both_languages(clause, lowering.reports);
        match condition {
            Some(condition) => requires.push(Require { span: clause.span(), condition, message }),
            None => ok = false,
        }
    }
    if requires.is_empty() && ok {
        lowering.reports.push(
            Diagnostic::error(
                "K0209",
                decl.name().map(|(_, s)| s).unwrap_or_default(),
                Label::new("`require` がありません", "there is no `require`"),
            )
            .help("何を求めるかを `require 式` で書きます", "say what is demanded with `require EXPRESSION`"),
        );
        return None;
    }
    let fix = decl.child(Kind::Fix).map(|f| lowering.message(f, &mut common.scope)).unwrap_or_default();
    let title = decl.child(Kind::CheckTitle).map(|t| {
        Label::new(
            t.child(Kind::Ja).and_then(Decl::string).unwrap_or_default(),
            t.child(Kind::En).and_then(Decl::string).unwrap_or_default(),
        )
    });
    let weight = weight_clause(decl, lowering.reports);
    let grade = builtin(decl.child(Kind::Grade), 1, lowering);
    let mark = mark_of(decl, lowering.reports);
    (ok && !requirements.is_empty()).then(|| Check {
        name: name.to_owned(),
        title: title.unwrap_or_default(),
        requirements,
        subject: common.subject,
        vars: common.scope.vars,
        condition: common.condition,
        requires,
        fix,
        weight,
        grade,
        mark: mark.unwrap_or_default(),
        source: decl.child(Kind::Source).and_then(Decl::string).unwrap_or_default(),
        span: decl.span(),
    })
}

/// A message in one language only: readers of the other see it in a language that they may not read.
fn both_languages(clause: Decl<'_>, reports: &mut Reports) {
    let (written, ja, en, word) = match (clause.child(Kind::Ja), clause.child(Kind::En)) {
        (Some(written), None) => (written, "英語", "English", "en"),
        (None, Some(written)) => (written, "日本語", "Japanese", "ja"),
        _ => return,
    };
    let message = Label::new(
        format!("この `require` には{ja}の文がありません"),
        format!("this `require` has no {en} message"),
    );
    reports.push(
        Diagnostic::warning("K0402", written.span(), message)
            .label("一つの言語だけです", "in one language only")
            .help(format!("`{word} \"…\"` を加えてください"), format!("add `{word} \"…\"`")),
    );
}

pub(crate) fn attest(decl: Decl<'_>, lowering: &mut Lowering<'_, '_, '_>) -> Option<Attest> {
    let id = decl.child(Kind::RequirementId)?;
    let requirement = lowering.names.norms.resolve_ruled(id, lowering.reports)?;
    let name = match decl.name() {
        Some((name, _)) => name,
        None => lowering.names.norms.requirements.get(requirement.0 as usize)?.id.clone(),
    };
    let mut common = common(decl, lowering)?;
    let mut by = Vec::new();
    for (role, span) in decl.names_of(Kind::By) {
        by.extend(builtin_code(&role, span, 0, lowering));
    }
    let every = match decl.child(Kind::Every).and_then(|e| e.child(Kind::Quantity)) {
        Some(quantity) => match lowering.constant(quantity, Some(&Type::Duration))? {
            (Const::Duration(d), _) => Some(d),
            _ => {
                lowering.reports.push(
                    Diagnostic::error(
                        "K0302",
                        quantity.span(),
                        Label::new("期間が要ります", "a duration is needed"),
                    )
                    .help("例: `every 1 year`", "for example `every 1 year`"),
                );
                None
            }
        },
        None => None,
    };
    let evidence = decl.child(Kind::Evidence).and_then(|clause| {
        let (name, span) = clause.name()?;
        // `evidence document` reads well and means the grade `documented`.
        let name = if name == "document" { "documented".to_owned() } else { name };
        builtin_code(&name, span, 1, lowering)
    });
    let fix = decl.child(Kind::Fix).map(|f| lowering.message(f, &mut common.scope)).unwrap_or_default();
    let weight = weight_clause(decl, lowering.reports);
    let mark = mark_of(decl, lowering.reports).unwrap_or_default();
    Some(Attest {
        name,
        requirement,
        question: decl.label(),
        subject: common.subject,
        vars: common.scope.vars,
        condition: common.condition,
        by,
        every: every.filter(|d: &Duration| d.months != 0 || d.days != 0),
        evidence,
        fix,
        weight,
        mark,
        source: decl.child(Kind::Source).and_then(Decl::string).unwrap_or_default(),
        span: decl.span(),
    })
}
