//! Relations: their signatures, their rules, and the order in which the variables of a rule get values.

use std::collections::BTreeMap;

use kijun_engine::program::{Expr, ExprKind, Relation, RelationId, Rule};
use kijun_facts::{Schema, Type};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use crate::context::{Decl, Reports, name_span};
use crate::expr::{Lowering, RelationSig, Scope};
use crate::schema::{TypeNames, first_of, types_of};

pub(crate) fn relation_signatures(
    decls: &BTreeMap<String, Decl<'_>>,
    schema: &Schema,
    types: &TypeNames,
    reports: &mut Reports,
) -> BTreeMap<String, RelationSig> {
    let mut out = BTreeMap::new();
    for (name, decl) in decls {
        let columns: Option<Vec<Type>> = types_of(*decl, types, reports).into_iter().collect();
        let Some(columns) = columns else { continue };
        if let Some((bad, place)) = first_of(*decl, &columns, |ty| !is_column(ty)) {
            let found = schema.type_name(bad);
            let message = Label::new(
                format!("関係の列に `{found}` は使えません"),
                format!("a relation has no column of `{found}`"),
            );
            reports.push(Diagnostic::error("K0208", place, message).help(
                "使えるのは entity、enum、text、country です",
                "columns are entities, enums, texts or countries",
            ));
            continue;
        }
        let id = RelationId(out.len() as u32);
        out.insert(name.clone(), RelationSig { id, columns, span: name_span(*decl) });
    }
    out
}

fn is_column(ty: &Type) -> bool {
    !ty.is_numeric() && !matches!(ty, Type::Bool | Type::Duration | Type::Requirement | Type::Set(_))
}

pub(crate) fn relations(
    decls: &BTreeMap<String, Decl<'_>>,
    rules: &[Decl<'_>],
    lowering: &mut Lowering<'_, '_, '_>,
) -> Vec<Relation> {
    let names = lowering.names;
    let mut out: Vec<Relation> = Vec::new();
    for (name, signature) in &names.relations {
        let Some(decl) = decls.get(name) else { continue };
        out.push(Relation {
            name: name.clone(),
            label: decl.label(),
            columns: signature.columns.clone(),
            rules: Vec::new(),
            span: decl.name().map(|(_, s)| s).unwrap_or_default(),
        });
    }
    let mut lowered: Vec<(Rule, String)> = Vec::new();
    for decl in rules {
        let Some((name, span)) = decl.name() else { continue };
        let Some(signature) = names.relations.get(&name) else {
            lowering.reports.unknown(
                "K0201",
                span,
                ("関係", "relation"),
                &name,
                names.relations.keys().map(String::as_str),
            );
            continue;
        };
        if let Some(rule) = rule(*decl, signature, lowering) {
            lowered.push((rule, decl.own_text()));
        }
    }
    // The text decides the order, so that the order of files does not matter.
    lowered.sort_by(|a, b| a.1.cmp(&b.1));
    for (rule, _) in lowered {
        if let Some(relation) = out.get_mut(rule.relation.0 as usize) {
            relation.rules.push(rule);
        }
    }
    out
}

fn rule(decl: Decl<'_>, signature: &RelationSig, lowering: &mut Lowering<'_, '_, '_>) -> Option<Rule> {
    let heads: Vec<(String, Span)> = decl.all(Kind::Name).skip(1).map(|d| (d.own_text(), d.span())).collect();
    let (name, place) = decl.name()?;
    if heads.len() != signature.columns.len() {
        let whole = heads.last().map_or(place, |(_, last)| place.to(*last));
        lowering.reports.push(column_count(&name, signature, whole));
        return None;
    }
    let mut scope = Scope::default();
    let mut head = Vec::new();
    for ((var, span), ty) in heads.iter().zip(&signature.columns) {
        if let Some(first) = heads.iter().find(|(other, at)| other == var && at < span) {
            lowering.reports.push(twice_on_the_left(var, *span, first.1));
            return None;
        }
        head.push(scope.bind(var, ty.clone()));
    }
    let body = body(decl.child(Kind::Expression)?, &mut scope, lowering)?;
    let rule = Rule { relation: signature.id, vars: scope.vars, head, body, span: decl.span() };
    head_ranges(&rule, &heads, lowering);
    Some(rule)
}

fn column_count(name: &str, signature: &RelationSig, place: Span) -> Diagnostic {
    let columns = signature.columns.len();
    let message =
        Label::new(format!("`{name}` の列は {columns} 個です"), format!("`{name}` has {columns} column(s)"));
    Diagnostic::error("K0306", place, message)
        .note(signature.span, "宣言はここ", "declared here")
        .help("列と同じ数の変数を書きます", "write as many variables as there are columns")
}

fn twice_on_the_left(var: &str, second: Span, first: Span) -> Diagnostic {
    let message =
        Label::new(format!("`{var}` が左辺に二度あります"), format!("`{var}` stands twice on the left"));
    Diagnostic::error("K0307", second, message)
        .note(first, "最初はここ", "first here")
        .help("別の名前にして `==` で結びます", "use two names and join them with `==`")
}

fn body(decl: Decl<'_>, scope: &mut Scope, lowering: &mut Lowering<'_, '_, '_>) -> Option<Vec<Expr>> {
    let parts = conjuncts(decl);
    let mut out = Vec::new();
    let mut ok = true;
    for (i, conjunct) in parts.iter().enumerate() {
        let later = parts.get(i + 1..).unwrap_or_default();
        if let Some(early) = read_too_early(*conjunct, later, scope, lowering) {
            lowering.reports.push(early);
            // What it binds is still bound for the conjuncts that follow.
            lowering.reports.quiet += 1;
            bind_new(*conjunct, scope, lowering);
            lowering.reports.quiet -= 1;
            ok = false;
            continue;
        }
        ok &= bind_new(*conjunct, scope, lowering);
        match lowering.condition(*conjunct, scope) {
            Some(expr) => out.push(expr),
            None => ok = false,
        }
    }
    ok.then_some(out)
}

/// A variable that this conjunct computes with, although only this one or a later one gives it values.
fn read_too_early(
    conjunct: Decl<'_>,
    later: &[Decl<'_>],
    scope: &Scope,
    lowering: &Lowering<'_, '_, '_>,
) -> Option<Diagnostic> {
    let own = binders(conjunct, scope, lowering);
    let places: Vec<Span> = own.iter().map(|(_, span)| *span).collect();
    let all: Vec<(String, Span)> =
        own.into_iter().chain(later.iter().flat_map(|c| binders(*c, scope, lowering))).collect();
    let reads = reads(conjunct);
    let mut candidates = reads.iter().filter(|(_, span)| !places.contains(span));
    let (name, span, binder) = candidates
        .find_map(|(name, span)| all.iter().find(|(n, _)| n == name).map(|(_, at)| (name, *span, *at)))?;
    let message =
        Label::new(format!("`{name}` の値がまだ決まっていません"), format!("`{name}` has no value here yet"));
    let diagnostic = Diagnostic::error("K0307", span, message)
        .note(binder, "値はここで決まります", "it gets its values here")
        .help(
            "値を与える条件を先に書くか、別の変数で受けて `==` で結びます",
            "write what gives it values first, or use a second variable and join the two with `==`",
        );
    Some(diagnostic)
}

/// The names that a conjunct reads outside its own quantifiers, with their places.
fn reads(conjunct: Decl<'_>) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let mut quantified = Vec::new();
    conjunct.node.walk(&mut |node| {
        let Some(name) = node.child(Kind::Name) else { return };
        match node.kind {
            Kind::Quantifier | Kind::Aggregate => quantified.push(conjunct.text_of(name)),
            Kind::CallOrName if node.child(Kind::Arguments).is_none() => {
                found.push((conjunct.text_of(name), conjunct.span_of(name)));
            }
            _ => {}
        }
    });
    found.retain(|(name, _)| !quantified.contains(name));
    found
}

/// A head variable that nothing binds must have a kind or an enum to range over.
fn head_ranges(rule: &Rule, heads: &[(String, Span)], lowering: &mut Lowering<'_, '_, '_>) {
    for (var, (name, span)) in rule.head.iter().zip(heads) {
        let Some(decl) = rule.vars.get(var.0 as usize) else { continue };
        let enumerable = matches!(decl.ty, Type::Ref(_) | Type::Enum(_));
        let generated = rule.body.iter().any(|c| match &c.kind {
            ExprKind::In { item, .. } => item.kind == ExprKind::Var(*var),
            ExprKind::Related { args, .. } => args.iter().any(|a| a.kind == ExprKind::Var(*var)),
            _ => false,
        });
        if !enumerable && !generated {
            let message =
                Label::new(format!("`{name}` の値の範囲が決まりません"), format!("nothing limits `{name}`"));
            lowering.reports.push(Diagnostic::error("K0307", *span, message).help(
                "`x in 集合` か関係で値を与えてください",
                "give it values with `x in SET` or a relation",
            ));
        }
    }
}

/// The conjuncts of a rule's body, in written order.
fn conjuncts(decl: Decl<'_>) -> Vec<Decl<'_>> {
    let parts: Vec<Decl<'_>> = decl.parts().collect();
    match decl.node.kind {
        Kind::Expression | Kind::Disjunction => match parts.as_slice() {
            [one] => conjuncts(*one),
            _ => vec![decl],
        },
        Kind::Conjunction => parts.into_iter().filter(|p| p.node.kind != Kind::KwAnd).collect(),
        _ => vec![decl],
    }
}

/// What a conjunct may bind: `x` of `x in SET`, or the bare arguments of a relation atom.
fn binders(conjunct: Decl<'_>, scope: &Scope, lowering: &Lowering<'_, '_, '_>) -> Vec<(String, Span)> {
    let Some(core) = single(conjunct) else { return Vec::new() };
    let parts: Vec<Decl<'_>> = core.parts().collect();
    let bindable: Vec<Decl<'_>> = match (core.node.kind, parts.as_slice()) {
        (Kind::Comparison, [left, op, _]) if op.own_text() == "in" => vec![*left],
        (Kind::CallOrName, _) => relation_atom(core, lowering).map(|(args, _)| args).unwrap_or_default(),
        _ => Vec::new(),
    };
    bindable.into_iter().filter_map(|d| new_name(d, scope, lowering)).collect()
}

/// The arguments of a relation atom and the types of the columns.
fn relation_atom<'d>(call: Decl<'d>, lowering: &Lowering<'_, '_, '_>) -> Option<(Vec<Decl<'d>>, Vec<Type>)> {
    let (name, _) = call.name()?;
    let signature = lowering.names.relations.get(&name)?;
    let arguments = call.child(Kind::Arguments)?.all(Kind::Expression).collect();
    Some((arguments, signature.columns.clone()))
}

/// Declares the variables that a conjunct binds: `x in SET`, or the arguments of a relation atom.
fn bind_new(conjunct: Decl<'_>, scope: &mut Scope, lowering: &mut Lowering<'_, '_, '_>) -> bool {
    let Some(core) = single(conjunct) else { return true };
    if core.node.kind == Kind::Comparison {
        let parts: Vec<Decl<'_>> = core.parts().collect();
        let [left, op, right] = parts.as_slice() else { return true };
        if op.own_text() != "in" {
            return true;
        }
        let Some((name, _)) = new_name(*left, scope, lowering) else { return true };
        let Some((_, element)) = lowering.set(*right, None, scope) else { return false };
        scope.bind(&name, element);
        return true;
    }
    let Some((arguments, columns)) = relation_atom(core, lowering) else { return true };
    for (argument, ty) in arguments.into_iter().zip(columns) {
        if let Some((name, _)) = new_name(argument, scope, lowering) {
            scope.bind(&name, ty);
        }
    }
    true
}

/// Follows single children down to a comparison or a call.
fn single(decl: Decl<'_>) -> Option<Decl<'_>> {
    let parts: Vec<Decl<'_>> = decl.parts().collect();
    match (decl.node.kind, parts.as_slice()) {
        (Kind::CallOrName, _) => Some(decl),
        (Kind::Comparison, [_, _, _]) => Some(decl),
        (_, [one]) => single(*one),
        _ => None,
    }
}

/// The name of a variable that does not exist yet, and its place.
fn new_name(decl: Decl<'_>, scope: &Scope, lowering: &Lowering<'_, '_, '_>) -> Option<(String, Span)> {
    let core = single(decl)?;
    let (name, span) = core.name()?;
    let known = scope.var(&name).is_some()
        || core.child(Kind::Arguments).is_some()
        || lowering.names.params.contains_key(&name)
        || lowering.names.schema.enums.iter().any(|e| e.literals.iter().any(|l| l.name == name));
    (core.node.kind == Kind::CallOrName && !known).then_some((name, span))
}
