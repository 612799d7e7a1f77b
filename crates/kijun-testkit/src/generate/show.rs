//! Programs and facts as text, for the reader of a counterexample.

use std::fmt::{Formatter, Result};

use kijun_engine::program::{Combine, Const, Expr, ExprKind, Member, Program, SetExpr, Var, VarId};
use kijun_facts::{AttrId, KindId, Schema};

use super::facts::{Facts, Stated, Statement};

pub(crate) fn program(f: &mut Formatter<'_>, program: &Program) -> Result {
    let schema = &program.schema;
    for kind in &schema.kinds[2..] {
        write!(f, "entity {} {{", kind.name)?;
        for a in &kind.attributes {
            write!(f, " {}: {}{}", a.name, schema.type_name(&a.ty), if a.optional { "?" } else { "" })?;
        }
        writeln!(f, " }}")?;
    }
    for (i, r) in program.requirements.iter().enumerate() {
        let what = if r.is_section { "section" } else { "requirement" };
        writeln!(
            f,
            "{what} {i} {} under {:?} {:?} {:?} text {} withdrawn {}",
            r.id,
            r.parent.map(|p| p.0),
            r.scope,
            r.mark,
            r.text_included,
            r.withdrawn.is_some()
        )?;
    }
    for table in &program.tables {
        writeln!(f, "table {} {:?} {:?}", table.name, table.mark, table.cells)?;
    }
    for (i, relation) in program.relations.iter().enumerate() {
        let columns: Vec<String> = relation.columns.iter().map(|c| schema.type_name(c)).collect();
        let stratum = program.strata.iter().position(|s| s.iter().any(|r| r.0 as usize == i));
        writeln!(f, "relation {}({}) in stratum {stratum:?}", relation.name, columns.join(", "))?;
        for rule in &relation.rules {
            let show = Show { program, vars: &rule.vars };
            let head: Vec<String> = rule.head.iter().map(|v| show.var(*v)).collect();
            let body: Vec<String> = rule.body.iter().map(|e| show.expr(e)).collect();
            writeln!(f, "  {}({}) if {}", relation.name, head.join(", "), body.join(" and "))?;
        }
    }
    for check in &program.checks {
        let show = Show { program, vars: &check.vars };
        let ids: Vec<u32> = check.requirements.iter().map(|r| r.0).collect();
        writeln!(f, "{} for {ids:?} {:?} grade {:?}", check.name, check.mark, check.grade)?;
        if let Some(subject) = check.subject {
            writeln!(f, "  each {}: {}", show.var(subject.var), show.kind(subject.kind))?;
        }
        if let Some(condition) = &check.condition {
            writeln!(f, "  where {}", show.expr(condition))?;
        }
        for require in &check.requires {
            writeln!(f, "  require {}", show.expr(&require.condition))?;
        }
    }
    for attest in &program.attests {
        let show = Show { program, vars: &attest.vars };
        writeln!(
            f,
            "{} for {} {:?} by {:?} every {:?} evidence {:?}",
            attest.name, attest.requirement.0, attest.mark, attest.by, attest.every, attest.evidence
        )?;
        if let Some(subject) = attest.subject {
            writeln!(f, "  each {}: {}", show.var(subject.var), show.kind(subject.kind))?;
        }
        if let Some(condition) = &attest.condition {
            writeln!(f, "  where {}", show.expr(condition))?;
        }
    }
    for combination in &program.combinations {
        let name = |m: &Member| match m {
            Member::Check(i) => format!("check{i}"),
            Member::Attest(i) => format!("attest{i}"),
        };
        writeln!(f, "satisfy {} {:?}", combination.requirement.0, combination.mark)?;
        for (group, members) in &combination.groups {
            writeln!(f, "  {group} {}", members.iter().map(name).collect::<Vec<_>>().join(", "))?;
        }
        writeln!(f, "  combine {}", combine(&combination.combine))?;
    }
    Ok(())
}

fn combine(c: &Combine) -> String {
    let list = |parts: &[Combine], by: &str| parts.iter().map(combine).collect::<Vec<_>>().join(by);
    match c {
        Combine::AtLeast { count, group } => format!("any {count} group{group}"),
        Combine::AllOf { group } => format!("all group{group}"),
        Combine::And(parts) => format!("({})", list(parts, " and ")),
        Combine::Or(parts) => format!("({})", list(parts, " or ")),
    }
}

pub(crate) fn facts(f: &mut Formatter<'_>, schema: &Schema, facts: &Facts) -> Result {
    for (kind, complete) in &facts.registers {
        writeln!(f, "register {} complete {complete}", schema.kinds[kind.0 as usize].name)?;
    }
    for record in &facts.records {
        let kind = &schema.kinds[record.kind.0 as usize];
        writeln!(f, "{} {}", kind.name, record.id)?;
        for (attr, statements) in &record.cells {
            let stated: Vec<String> = statements.iter().map(statement).collect();
            writeln!(f, "  {} = {}", kind.attributes[attr.0 as usize].name, stated.join(" | "))?;
        }
    }
    Ok(())
}

fn statement(statement: &Statement) -> String {
    let value = match &statement.stated {
        Stated::Unknown => "?".to_owned(),
        Stated::None => "none".to_owned(),
        Stated::Known(datum) => format!("{datum:?}"),
        Stated::Set { certain, possible, open } => {
            format!("{certain:?} possibly {possible:?}{}", if *open { " open" } else { "" })
        }
    };
    match &statement.evidence {
        Some(e) => format!("{value} [grade {:?} until {:?}]", e.grade, e.valid_until),
        None => value,
    }
}

struct Show<'a> {
    program: &'a Program,
    vars: &'a [Var],
}

impl Show<'_> {
    fn var(&self, var: VarId) -> String {
        self.vars[var.0 as usize].name.clone()
    }

    fn kind(&self, kind: KindId) -> &str {
        &self.program.schema.kinds[kind.0 as usize].name
    }

    fn attr(&self, kind: KindId, attr: AttrId) -> &str {
        &self.program.schema.kinds[kind.0 as usize].attributes[attr.0 as usize].name
    }

    fn list(&self, exprs: &[Expr], by: &str) -> String {
        exprs.iter().map(|e| self.expr(e)).collect::<Vec<_>>().join(by)
    }

    fn set(&self, set: &SetExpr) -> String {
        match set {
            SetExpr::Attr { base, kind, attr } => format!("{}.{}", self.expr(base), self.attr(*kind, *attr)),
            SetExpr::Extent(kind) => self.kind(*kind).to_owned(),
            SetExpr::Image { relation, args } => {
                format!("{}({}, …)", self.program.relations[relation.0 as usize].name, self.list(args, ", "))
            }
            SetExpr::Literal(elements) => format!("{{{}}}", self.list(elements, ", ")),
        }
    }

    fn scope(
        &self,
        word: &str,
        var: VarId,
        set: &SetExpr,
        filter: Option<&Expr>,
        body: Option<&Expr>,
    ) -> String {
        let filter = filter.map(|f| format!(" with {}", self.expr(f))).unwrap_or_default();
        let body = body.map(|b| format!(": {}", self.expr(b))).unwrap_or_default();
        format!("{word}({} in {}{filter}{body})", self.var(var), self.set(set))
    }

    fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Const(Const::Enum(code)) => format!("#{code}"),
            ExprKind::Const(constant) => format!("{constant:?}"),
            ExprKind::None => "none".to_owned(),
            ExprKind::Today => "today".to_owned(),
            ExprKind::Var(var) => self.var(*var),
            ExprKind::Attr { base, kind, attr } => format!("{}.{}", self.expr(base), self.attr(*kind, *attr)),
            ExprKind::Not(inner) => format!("not {}", self.expr(inner)),
            ExprKind::And(parts) => format!("({})", self.list(parts, " and ")),
            ExprKind::Or(parts) => format!("({})", self.list(parts, " or ")),
            ExprKind::Compare { op, left, right } => {
                format!("({} {op:?} {})", self.expr(left), self.expr(right))
            }
            ExprKind::In { item, set } => format!("({} in {})", self.expr(item), self.set(set)),
            ExprKind::Quantified { quantifier, var, set, filter, body } => {
                self.scope(&format!("{quantifier:?}"), *var, set, filter.as_deref(), Some(body))
            }
            ExprKind::Aggregated { aggregate, var, set, filter, body } => {
                self.scope(&format!("{aggregate:?}"), *var, set, filter.as_deref(), body.as_deref())
            }
            ExprKind::Arith { op, left, right } => {
                format!("({} {op:?} {})", self.expr(left), self.expr(right))
            }
            ExprKind::ToDecimal(inner) => format!("decimal({})", self.expr(inner)),
            ExprKind::Related { relation, args } => {
                format!("{}({})", self.program.relations[relation.0 as usize].name, self.list(args, ", "))
            }
            ExprKind::Lookup { table, args } => {
                format!("{}({})", self.program.tables[table.0 as usize].name, self.list(args, ", "))
            }
            ExprKind::Named { name, body } => format!("{name}[{}]", self.expr(body)),
        }
    }
}
