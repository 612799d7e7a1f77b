//! Well-typed expressions.

use kijun_engine::program::{
    Aggregate, ArithOp, CompareOp, Const, Expr, ExprKind, Quantifier, Relation, RelationId, SetExpr, Table,
    TableId, Var, VarId,
};
use kijun_facts::{AttrId, EnumId, KindId, Schema, Type};
use kijun_text::Span;

use super::schema::BUILTINS;
use super::source::Source;
use super::values;

pub fn expr(kind: ExprKind, ty: Type, optional: bool) -> Expr {
    Expr { kind, ty, optional, span: Span::default() }
}

pub fn condition(kind: ExprKind) -> Expr {
    expr(kind, Type::Bool, false)
}

pub fn constant(value: Const, ty: Type) -> Expr {
    expr(ExprKind::Const(value), ty, false)
}

/// What expressions may mention, and the variables that they have declared so far.
pub(crate) struct Maker<'a> {
    pub(crate) schema: &'a Schema,
    /// The kinds that are quantified over.
    pub(crate) kinds: &'a [KindId],
    pub(crate) tables: &'a [Table],
    /// The relations that may be used freely: those of lower strata.
    pub(crate) relations: &'a [Relation],
    pub(crate) vars: Vec<Var>,
    pub(crate) scope: Vec<VarId>,
}

impl Maker<'_> {
    pub(crate) fn declare(&mut self, ty: Type) -> VarId {
        let id = VarId(self.vars.len() as u32);
        self.vars.push(Var { name: format!("v{}", id.0), ty });
        id
    }

    pub(crate) fn var(&self, id: VarId) -> Expr {
        expr(ExprKind::Var(id), self.vars[id.0 as usize].ty.clone(), false)
    }

    /// The records at hand: variables, and what they refer to.
    fn records(&self) -> Vec<Expr> {
        let direct: Vec<Expr> = self.scope.iter().map(|v| self.var(*v)).collect();
        let further: Vec<Expr> = direct.iter().flat_map(|base| self.attributes(base)).collect();
        direct.into_iter().chain(further).filter(|e| matches!(e.ty, Type::Ref(_))).collect()
    }

    /// The attributes of a record, as expressions; sets have the type of the set.
    fn attributes(&self, base: &Expr) -> Vec<Expr> {
        let Type::Ref(kind) = base.ty else { return Vec::new() };
        let attributes = &self.schema.kinds[kind.0 as usize].attributes;
        let path = |(i, a): (usize, &kijun_facts::Attribute)| {
            let path = ExprKind::Attr { base: Box::new(base.clone()), kind, attr: AttrId(i as u32) };
            expr(path, a.ty.clone(), a.optional || base.optional)
        };
        attributes.iter().enumerate().map(path).collect()
    }

    /// Every variable and path of a type.
    fn paths(&self, ty: &Type) -> Vec<Expr> {
        let vars = self.scope.iter().map(|v| self.var(*v));
        let paths = self.records().into_iter().flat_map(|r| self.attributes(&r)).collect::<Vec<_>>();
        vars.chain(paths).filter(|e| e.ty == *ty).collect()
    }

    /// An expression of a type; `None` when there is none at hand (a reference without a path).
    pub(crate) fn typed(&mut self, source: &mut Source, ty: &Type, depth: usize) -> Option<Expr> {
        if *ty == Type::Bool {
            return Some(self.condition(source, depth));
        }
        let paths = self.paths(ty);
        if depth > 0
            && source.chance(45)
            && let Some(computed) = self.computed(source, ty, depth - 1)
        {
            return Some(computed);
        }
        if !paths.is_empty() && !source.chance(15) {
            return Some(source.one(&paths));
        }
        self.constant(source, ty).or_else(|| source.maybe_one(&paths))
    }

    fn constant(&self, source: &mut Source, ty: &Type) -> Option<Expr> {
        let value = match ty {
            Type::Bool => Const::Bool(source.chance(50)),
            Type::Int => Const::Int(values::int(source)),
            Type::Decimal => Const::Decimal(values::decimal(source)),
            Type::Text => Const::Text(source.one(&values::TEXTS).to_owned()),
            Type::Date if source.chance(50) => return Some(expr(ExprKind::Today, Type::Date, false)),
            Type::Date => Const::Date(values::date(source)),
            Type::Duration => Const::Duration(values::duration(source)),
            Type::Country => Const::Country(source.one(&values::COUNTRIES)),
            Type::Requirement => Const::Requirement(source.maybe_one(&self.schema.requirements)?),
            Type::Enum(id) => Const::Enum(source.below(self.literals(*id)) as u32),
            Type::Ref(_) | Type::Set(_) => return None,
        };
        Some(constant(value, ty.clone()))
    }

    fn literals(&self, id: EnumId) -> usize {
        self.schema.enumeration(id).map_or(1, |e| e.literals.len())
    }

    fn computed(&mut self, source: &mut Source, ty: &Type, depth: usize) -> Option<Expr> {
        match ty {
            Type::Int => match source.below(4) {
                0 => self.aggregate(source, Aggregate::Count, ty, depth),
                1 => self.lookup(source, ty, depth),
                2 => {
                    let aggregate = source.one(&[Aggregate::Sum, Aggregate::Min, Aggregate::Max]);
                    self.aggregate(source, aggregate, ty, depth)
                }
                _ => self.arithmetic(source, &[ArithOp::Add, ArithOp::Sub, ArithOp::Mul], ty, ty, depth),
            },
            Type::Decimal => match source.below(4) {
                0 => self.aggregate(source, Aggregate::Share, ty, depth),
                1 => {
                    let inner = self.typed(source, &Type::Int, depth)?;
                    let optional = inner.optional;
                    Some(expr(ExprKind::ToDecimal(Box::new(inner)), Type::Decimal, optional))
                }
                2 => {
                    let aggregate = source.one(&[Aggregate::Sum, Aggregate::Min, Aggregate::Max]);
                    self.aggregate(source, aggregate, ty, depth)
                }
                _ => self.arithmetic(source, &[ArithOp::Add, ArithOp::Sub, ArithOp::Mul], ty, ty, depth),
            },
            Type::Date => match source.below(3) {
                0 => self.arithmetic(source, &[ArithOp::Add, ArithOp::Sub], ty, &Type::Duration, depth),
                1 => self.aggregate(source, Aggregate::Min, ty, depth),
                _ => self.aggregate(source, Aggregate::Max, ty, depth),
            },
            _ => self.lookup(source, ty, depth),
        }
    }

    fn arithmetic(
        &mut self,
        source: &mut Source,
        ops: &[ArithOp],
        ty: &Type,
        right: &Type,
        depth: usize,
    ) -> Option<Expr> {
        let op = source.one(ops);
        let left = Box::new(self.typed(source, ty, depth)?);
        let right = Box::new(self.typed(source, right, depth)?);
        let optional = left.optional || right.optional;
        Some(expr(ExprKind::Arith { op, left, right }, ty.clone(), optional))
    }

    fn lookup(&mut self, source: &mut Source, ty: &Type, depth: usize) -> Option<Expr> {
        let tables: Vec<usize> = (0..self.tables.len()).filter(|t| self.tables[*t].result == *ty).collect();
        let table = source.maybe_one(&tables)?;
        let params = self.tables[table].params.clone();
        let args = params.iter().map(|p| self.typed(source, p, depth)).collect::<Option<Vec<Expr>>>()?;
        Some(expr(ExprKind::Lookup { table: TableId(table as u32), args }, ty.clone(), false))
    }

    /// A new variable over a set, and that set.
    fn members(&mut self, source: &mut Source, depth: usize) -> (VarId, SetExpr) {
        let element = self.element(source);
        let set = self.set(source, &element, depth);
        let (element, set) = match set {
            Some(set) => (element, set),
            None => {
                // Rules may look at attestations and waivers as at any other records.
                let kind = if source.chance(12) {
                    source.one(&[BUILTINS.attestation, BUILTINS.waiver])
                } else {
                    source.one(self.kinds)
                };
                (Type::Ref(kind), SetExpr::Extent(kind))
            }
        };
        (self.declare(element), set)
    }

    /// A type that sets are made of, mostly references.
    pub(crate) fn element(&self, source: &mut Source) -> Type {
        match source.weighted(&[70, 18, 6, 6]) {
            0 => Type::Ref(source.one(self.kinds)),
            1 => Type::Enum(EnumId(3)),
            2 => Type::Text,
            _ => Type::Country,
        }
    }

    /// A set with elements of this type; `None` when there is none at hand.
    pub(crate) fn set(&mut self, source: &mut Source, element: &Type, depth: usize) -> Option<SetExpr> {
        let sets: Vec<SetExpr> = self
            .records()
            .iter()
            .flat_map(|r| self.attributes(r))
            .filter(|e| e.ty.element() == Some(element))
            .filter_map(|e| match e.kind {
                ExprKind::Attr { base, kind, attr } => Some(SetExpr::Attr { base, kind, attr }),
                _ => None,
            })
            .collect();
        let choice = source.weighted(&[50, 20, 20, 10]);
        if choice == 0 && !sets.is_empty() {
            return Some(source.one(&sets));
        }
        if choice == 2
            && let Some(image) = self.image(source, element, depth)
        {
            return Some(image);
        }
        if let (0..=2, Type::Ref(kind)) = (choice, element)
            && self.kinds.contains(kind)
        {
            return Some(SetExpr::Extent(*kind));
        }
        let count = 1 + source.below(3);
        let elements: Vec<Expr> =
            (0..count).filter_map(|_| self.typed(source, element, depth.min(1))).collect();
        if elements.is_empty() { None } else { Some(SetExpr::Literal(elements)) }
    }

    fn image(&mut self, source: &mut Source, element: &Type, depth: usize) -> Option<SetExpr> {
        let fitting: Vec<usize> = (0..self.relations.len())
            .filter(|r| self.relations[*r].columns.last() == Some(element))
            .collect();
        let relation = source.maybe_one(&fitting)?;
        let columns = &self.relations[relation].columns;
        let columns = columns[..columns.len() - 1].to_vec();
        let args =
            columns.iter().map(|c| self.typed(source, c, depth.min(1))).collect::<Option<Vec<Expr>>>()?;
        Some(SetExpr::Image { relation: RelationId(relation as u32), args })
    }

    fn related(&mut self, source: &mut Source, depth: usize) -> Option<Expr> {
        let relations: Vec<usize> = (0..self.relations.len()).collect();
        let relation = source.maybe_one(&relations)?;
        let columns = self.relations[relation].columns.clone();
        let args =
            columns.iter().map(|c| self.typed(source, c, depth.min(1))).collect::<Option<Vec<Expr>>>()?;
        Some(condition(ExprKind::Related { relation: RelationId(relation as u32), args }))
    }

    fn aggregate(
        &mut self,
        source: &mut Source,
        aggregate: Aggregate,
        ty: &Type,
        depth: usize,
    ) -> Option<Expr> {
        let (var, set) = self.members(source, depth);
        self.scope.push(var);
        let filter = if source.chance(45) { Some(Box::new(self.condition(source, depth))) } else { None };
        let body = match aggregate {
            Aggregate::Count => None,
            Aggregate::Share => Some(self.condition(source, depth)),
            Aggregate::Sum | Aggregate::Min | Aggregate::Max => self.typed(source, ty, depth),
        };
        self.scope.pop();
        let optional = matches!(aggregate, Aggregate::Min | Aggregate::Max | Aggregate::Share);
        let kind = ExprKind::Aggregated { aggregate, var, set, filter, body: body.map(Box::new) };
        Some(expr(kind, ty.clone(), optional))
    }

    /// A condition.
    pub(crate) fn condition(&mut self, source: &mut Source, depth: usize) -> Expr {
        if depth == 0 {
            return match source.below(3) {
                0 => self.flag(source),
                1 => self.compare(source, 0),
                _ => self.membership(source, 0).unwrap_or_else(|| self.flag(source)),
            };
        }
        let depth = depth - 1;
        match source.weighted(&[12, 22, 10, 22, 8, 7, 7, 6, 3, 14]) {
            0 => self.flag(source),
            1 => self.compare(source, depth),
            2 => self.membership(source, depth).unwrap_or_else(|| self.compare(source, depth)),
            3 => self.quantified(source, depth),
            4 => self.related(source, depth).unwrap_or_else(|| self.quantified(source, depth)),
            5 => condition(ExprKind::And(self.conditions(source, depth))),
            6 => condition(ExprKind::Or(self.conditions(source, depth))),
            7 if source.chance(25) => {
                // `a implies b`
                let premise = condition(ExprKind::Not(Box::new(self.condition(source, depth))));
                condition(ExprKind::Or(vec![premise, self.condition(source, depth)]))
            }
            7 => condition(ExprKind::Not(Box::new(self.condition(source, depth)))),
            8 => {
                let body = Box::new(self.condition(source, depth));
                let optional = body.optional;
                expr(ExprKind::Named { name: "named".into(), body }, Type::Bool, optional)
            }
            _ => self.measured(source, depth),
        }
    }

    /// The parts of an `and` or `or`: two, or as many as a person writes in a row.
    fn conditions(&mut self, source: &mut Source, depth: usize) -> Vec<Expr> {
        let count = source.one(&[2, 2, 2, 3, 4]);
        (0..count).map(|_| self.condition(source, depth)).collect()
    }

    /// An aggregate beside a constant: the shape that decides its bounds.
    fn measured(&mut self, source: &mut Source, depth: usize) -> Expr {
        let number = source.one(&[Type::Int, Type::Decimal, Type::Date]);
        let (aggregate, ty) = match source.below(5) {
            0 => (Aggregate::Count, Type::Int),
            1 => (Aggregate::Share, Type::Decimal),
            2 => (Aggregate::Min, number),
            3 => (Aggregate::Max, number),
            _ => (Aggregate::Sum, Type::Int),
        };
        let op = source.one(&[CompareOp::Ge, CompareOp::Lt, CompareOp::Le, CompareOp::Gt, CompareOp::Eq]);
        let right = match aggregate {
            Aggregate::Share => {
                let millionths = source.one(&[500_000, 333_333, 666_667, 1_000_000, 0, 250_000]);
                Some(constant(Const::Decimal(millionths), Type::Decimal))
            }
            _ => self.constant(source, &ty),
        };
        let left = self.aggregate(source, aggregate, &ty, depth);
        match (left, right) {
            (Some(left), Some(right)) => {
                condition(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) })
            }
            _ => self.flag(source),
        }
    }

    /// A bool attribute, or a constant.
    fn flag(&mut self, source: &mut Source) -> Expr {
        let flags = self.paths(&Type::Bool);
        if flags.is_empty() || source.chance(5) {
            return constant(Const::Bool(source.chance(50)), Type::Bool);
        }
        source.one(&flags)
    }

    fn membership(&mut self, source: &mut Source, depth: usize) -> Option<Expr> {
        let element = self.element(source);
        let item = self.typed(source, &element, depth.min(1))?;
        let set = self.set(source, &element, depth)?;
        Some(condition(ExprKind::In { item: Box::new(item), set }))
    }

    fn quantified(&mut self, source: &mut Source, depth: usize) -> Expr {
        let quantifier = source.one(&[Quantifier::Any, Quantifier::All]);
        let (var, set) = self.members(source, depth);
        self.scope.push(var);
        let filter = if source.chance(40) { Some(Box::new(self.condition(source, depth))) } else { None };
        let body = Box::new(self.condition(source, depth));
        self.scope.pop();
        condition(ExprKind::Quantified { quantifier, var, set, filter, body })
    }

    fn compare(&mut self, source: &mut Source, depth: usize) -> Expr {
        let ordered_enums = (0..self.schema.enums.len() as u32).map(EnumId).filter(|e| self.is_ordered(*e));
        let mut ordered = vec![Type::Int, Type::Int, Type::Date, Type::Decimal, Type::Duration];
        ordered.extend(ordered_enums.filter(|e| e.0 > 2).map(Type::Enum));
        let whole = [
            Type::Enum(EnumId(3)),
            Type::Ref(source.one(self.kinds)),
            Type::Text,
            Type::Country,
            Type::Bool,
            Type::Requirement,
        ];
        let is_ordered = source.chance(65);
        let ty = if is_ordered { source.one(&ordered) } else { source.one(&whole) };
        let Some(left) = self.typed(source, &ty, depth) else { return self.flag(source) };
        let ops = [CompareOp::Eq, CompareOp::Ne, CompareOp::Lt, CompareOp::Le, CompareOp::Gt, CompareOp::Ge];
        if ty != Type::Duration && source.chance(if left.optional { 25 } else { 3 }) {
            let right = Box::new(expr(ExprKind::None, ty, true));
            return condition(ExprKind::Compare { op: source.one(&ops[..2]), left: Box::new(left), right });
        }
        let op = if is_ordered { source.one(&ops) } else { source.one(&ops[..2]) };
        let Some(right) = self.typed(source, &ty, depth) else { return self.flag(source) };
        condition(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) })
    }

    fn is_ordered(&self, id: EnumId) -> bool {
        self.schema.enumeration(id).is_some_and(|e| e.ordered)
    }
}
