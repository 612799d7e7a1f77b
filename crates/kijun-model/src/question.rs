//! Expressions that somebody asks outside all modules: a value, a set, or a value for each member of a set.

use std::sync::Arc;

use kijun_engine::ask::{Asked, Question};
use kijun_engine::program::{Const, Expr, ExprKind};
use kijun_facts::{KindId, Type};
use kijun_syntax::{Kind, Node, parse_expression};
use kijun_text::{Diagnostic, FileId};

use crate::context::{Decl, Reports};
use crate::expr::{Lowering, Names, Scope};
use crate::syntax_diagnostic;

/// An expression as it was typed.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Where its text stands among the sources.
    file: FileId,
    text: Arc<String>,
    node: Node,
    each: bool,
    /// Names that stand for records.
    bound: Vec<(String, KindId)>,
}

impl Asking {
    /// Reads an expression; `each x in S with F: V` asks for the value of `V` for every member.
    ///
    /// # Errors
    /// What is wrong with its syntax.
    pub fn parse(
        file: FileId,
        text: &Arc<String>,
        bound: Vec<(String, KindId)>,
    ) -> Result<Asking, Box<Diagnostic>> {
        let start = text.len() - text.trim_start().len();
        let rest = text.get(start..).unwrap_or("");
        let each = rest.strip_prefix("each").is_some_and(|r| r.starts_with(char::is_whitespace));
        // `each` stands where `all` may stand, and is as long as `all` with a blank: places stay as they are.
        let read = if each {
            format!("{}all {}", &" ".repeat(start), rest.get(4..).unwrap_or(""))
        } else {
            String::new()
        };
        let node = parse_expression(if each { &read } else { text })
            .map_err(|error| Box::new(syntax_diagnostic(file, &error)))?;
        Ok(Asking { file, text: Arc::clone(text), node, each, bound })
    }
}

/// What an expression asks, with the variables that stand for records first, in their order.
pub(crate) fn question(asking: &Asking, names: &Names<'_>, reports: &mut Reports) -> Option<Question> {
    let decl = Decl { file: asking.file, text: &asking.text, node: &asking.node };
    let mut scope = Scope::default();
    for (name, kind) in &asking.bound {
        scope.bind(name, Type::Ref(*kind));
    }
    let of = match quantifier(decl).filter(|_| asking.each) {
        Some(each) => of_each(each, &mut scope, names, reports)?,
        None => value_or_set(decl, &mut scope, names, reports)?,
    };
    Some(Question { vars: scope.vars, of })
}

/// A value where it can be one, else a set; the name of a kind is the set of its records, whatever literal has the same name. Of what
/// is neither it is said why it is no value.
fn value_or_set(
    decl: Decl<'_>,
    scope: &mut Scope,
    names: &Names<'_>,
    reports: &mut Reports,
) -> Option<Asked> {
    let mut of_value = Reports::default();
    let value = Lowering { names, reports: &mut of_value }.expr(decl, None, scope);
    let is_literal = |v: &Expr| matches!(v.kind, ExprKind::Const(Const::Enum(_)));
    let is_kind = names.types.kinds.contains_key(decl.own_text().trim());
    if let Some(value) = value.filter(|v| v.ty.element().is_none() && !(is_kind && is_literal(v))) {
        reports.diagnostics.extend(of_value.diagnostics);
        return Some(Asked::Value(value));
    }
    let mut of_set = Reports::default();
    match (Lowering { names, reports: &mut of_set }).set(decl, None, scope) {
        Some((set, element)) => Some(Asked::Set(set, element)),
        None => {
            let said = if of_value.diagnostics.is_empty() { of_set } else { of_value };
            reports.diagnostics.extend(said.diagnostics);
            None
        }
    }
}

/// The quantifier that an expression is, if it is one and nothing else.
fn quantifier(decl: Decl<'_>) -> Option<Decl<'_>> {
    let mut decl = decl;
    while decl.node.kind != Kind::Quantifier {
        let mut parts = decl.parts();
        match (parts.next(), parts.next()) {
            (Some(one), None) => decl = one,
            _ => return None,
        }
    }
    Some(decl)
}

/// A value for each member of the set of a quantifier.
fn of_each(decl: Decl<'_>, scope: &mut Scope, names: &Names<'_>, reports: &mut Reports) -> Option<Asked> {
    let (name, _) = decl.name()?;
    let mut lowering = Lowering { names, reports };
    let (set, element) = lowering.set(decl.child(Kind::Postfix)?, None, scope)?;
    let var = scope.bind(&name, element);
    let filter = match decl.child(Kind::Disjunction) {
        Some(filter) => Some(lowering.condition(filter, scope)?),
        None => None,
    };
    let value = match decl.child(Kind::Expression) {
        Some(value) => Some(Box::new(value_or_set(value, scope, names, reports)?)),
        None => None,
    };
    Some(Asked::Each { var, set, filter, value })
}
