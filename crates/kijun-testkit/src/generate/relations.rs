//! Relations: safe, stratified, recursive within a stratum only through positive atoms.

use std::collections::BTreeSet;

use kijun_engine::program::{
    CompareOp, Const, Expr, ExprKind, Relation, RelationId, Rule, SetExpr, Table, VarId,
};
use kijun_facts::{AttrId, Attribute, EnumId, KindId, Schema, Type};
use kijun_text::{Label, Span};

use super::expr::{Maker, condition, constant};
use super::source::Source;
use super::values;
use crate::reference::mentioned;

/// Relations and their strata.
pub(crate) fn relations(
    schema: &Schema,
    kinds: &[KindId],
    tables: &[Table],
    choices: &[Vec<u8>],
) -> (Vec<Relation>, Vec<Vec<RelationId>>) {
    let mut sources: Vec<Source> = choices.iter().map(|c| Source::new(c)).collect();
    let mut strata: Vec<Vec<RelationId>> = Vec::new();
    let mut relations = Vec::new();
    for (i, source) in sources.iter_mut().enumerate() {
        let columns = columns(source, kinds);
        relations.push(Relation {
            name: format!("r{i}"),
            label: Label::default(),
            columns,
            rules: Vec::new(),
            span: Span::default(),
        });
        let id = RelationId(i as u32);
        match strata.last_mut() {
            Some(last) if source.chance(25) => last.push(id),
            _ => strata.push(vec![id]),
        }
    }
    for stratum in &strata {
        let first = stratum[0].0 as usize;
        for relation in stratum {
            let source = &mut sources[relation.0 as usize];
            let maker =
                RuleMaker { schema, kinds, tables, relations: &relations, first, stratum: stratum.len() };
            let mut rules = maker.closure(*relation, source).unwrap_or_default();
            for _ in 0..source.one(&[1, 1, 2]) {
                rules.push(maker.rule(*relation, source));
            }
            relations[relation.0 as usize].rules = rules;
        }
    }
    (relations, strata)
}

fn columns(source: &mut Source, kinds: &[KindId]) -> Vec<Type> {
    if source.chance(40) {
        let kind = Type::Ref(source.one(kinds));
        return vec![kind.clone(), kind];
    }
    let column = |source: &mut Source| match source.weighted(&[75, 15, 5, 5]) {
        0 => Type::Ref(source.one(kinds)),
        1 => Type::Enum(EnumId(3)),
        2 => Type::Text,
        _ => Type::Country,
    };
    (0..source.one(&[2, 1, 2, 3])).map(|_| column(source)).collect()
}

struct RuleMaker<'a> {
    schema: &'a Schema,
    kinds: &'a [KindId],
    tables: &'a [Table],
    relations: &'a [Relation],
    /// The first relation of this stratum; those before it are lower.
    first: usize,
    stratum: usize,
}

impl<'a> RuleMaker<'a> {
    fn maker(&self) -> Maker<'a> {
        Maker {
            schema: self.schema,
            kinds: self.kinds,
            tables: self.tables,
            relations: &self.relations[..self.first],
            vars: Vec::new(),
            scope: Vec::new(),
        }
    }

    /// `r(x, y) if y in x.a` and `r(x, z) if r(x, y) and z in y.a`, for a relation of records to records of their own
    /// kind.
    fn closure(&self, id: RelationId, source: &mut Source) -> Option<Vec<Rule>> {
        let [Type::Ref(kind), Type::Ref(other)] = self.relations[id.0 as usize].columns[..] else {
            return None;
        };
        if kind != other || source.chance(30) {
            return None;
        }
        let mut maker = self.maker();
        let [x, y, z] = [(); 3].map(|()| maker.declare(Type::Ref(kind)));
        let atom = |maker: &Maker, from: VarId, to: VarId| {
            condition(ExprKind::Related { relation: id, args: vec![maker.var(from), maker.var(to)] })
        };
        let base = self.step(kind, (x, y), None, &mut maker, source)?;
        let (first, second) = (atom(&maker, x, y), atom(&maker, y, z));
        let again = match source.below(3) {
            0 => [vec![first], self.step(kind, (y, z), None, &mut maker, source)?].concat(),
            1 => [self.step(kind, (x, y), Some(y), &mut maker, source)?, vec![second]].concat(),
            _ => vec![first, second],
        };
        let rule = |head: [VarId; 2], body: Vec<Expr>| Rule {
            relation: id,
            vars: maker.vars.clone(),
            head: head.to_vec(),
            body,
            span: Span::default(),
        };
        Some(vec![rule([x, y], base), rule([x, z], again)])
    }

    /// A step between records of a kind: along a set of theirs, or along records of another kind that refer to both.
    /// `binds` is a variable that ranges over nothing of its own.
    fn step(
        &self,
        kind: KindId,
        (from, to): (VarId, VarId),
        binds: Option<VarId>,
        maker: &mut Maker<'_>,
        source: &mut Source,
    ) -> Option<Vec<Expr>> {
        let is = |expr: Expr, var: &Expr| {
            let (left, right) = (Box::new(var.clone()), Box::new(expr));
            condition(ExprKind::Compare { op: CompareOp::Eq, left, right })
        };
        let single = |a: &Attribute| a.ty == Type::Ref(kind);
        let linking: Vec<KindId> = self
            .kinds
            .iter()
            .copied()
            .filter(|k| self.schema.kinds[k.0 as usize].attributes.iter().any(single))
            .collect();
        if source.chance(40) && !linking.is_empty() {
            let link = source.one(&linking);
            let attributes = &self.schema.kinds[link.0 as usize].attributes;
            let ends: Vec<usize> = (0..attributes.len()).filter(|a| single(&attributes[*a])).collect();
            let along = maker.declare(Type::Ref(link));
            let mut body = vec![condition(ExprKind::In {
                item: Box::new(maker.var(along)),
                set: SetExpr::Extent(link),
            })];
            for var in [from, to] {
                let a = source.one(&ends);
                let base = Box::new(maker.var(along));
                let kind = ExprKind::Attr { base, kind: link, attr: AttrId(a as u32) };
                let (ty, optional) = (attributes[a].ty.clone(), attributes[a].optional);
                let end = Expr { kind, ty, optional, span: Span::default() };
                body.push(if binds == Some(var) {
                    let set = SetExpr::Literal(vec![end]);
                    condition(ExprKind::In { item: Box::new(maker.var(var)), set })
                } else {
                    is(end, &maker.var(var))
                });
            }
            return Some(body);
        }
        let members = Type::Set(Box::new(Type::Ref(kind)));
        let attributes = &self.schema.kinds[kind.0 as usize].attributes;
        let attr = AttrId(attributes.iter().position(|a| a.ty == members)? as u32);
        let set = SetExpr::Attr { base: Box::new(maker.var(from)), kind, attr };
        Some(vec![condition(ExprKind::In { item: Box::new(maker.var(to)), set })])
    }

    fn rule(&self, id: RelationId, source: &mut Source) -> Rule {
        let mut maker = self.maker();
        let mut head: Vec<VarId> = Vec::new();
        for column in &self.relations[id.0 as usize].columns {
            let same = head.iter().copied().find(|v| maker.vars[v.0 as usize].ty == *column);
            head.push(match same {
                Some(var) if source.chance(4) => var,
                _ => maker.declare(column.clone()),
            });
        }
        let mut draft = Draft { rules: self, maker, head, bound: BTreeSet::new() };
        let mut body = Vec::new();
        for _ in 0..1 + source.below(3) {
            let conjunct = draft.conjunct(source);
            draft.bound.extend(mentioned(&conjunct));
            body.push(conjunct);
        }
        // What ranges over nothing is bound by a set.
        for var in draft.head.clone() {
            let ty = draft.maker.vars[var.0 as usize].ty.clone();
            if !draft.bound.contains(&var) && !ranges(&ty) {
                let elements = match ty {
                    Type::Text => values::TEXTS[..2].iter().map(|t| Const::Text((*t).to_owned())).collect(),
                    Type::Country => values::COUNTRIES[..2].iter().map(|c| Const::Country(*c)).collect(),
                    _ => Vec::new(),
                };
                let set = SetExpr::Literal(elements.into_iter().map(|c| constant(c, ty.clone())).collect());
                body.push(condition(ExprKind::In { item: Box::new(draft.maker.var(var)), set }));
                draft.bound.insert(var);
            }
        }
        Rule { relation: id, vars: draft.maker.vars, head: draft.head, body, span: Span::default() }
    }
}

/// Whether an unbound head variable of this type ranges over something.
fn ranges(ty: &Type) -> bool {
    matches!(ty, Type::Ref(_) | Type::Enum(_))
}

/// A rule on the way.
struct Draft<'a, 'r> {
    rules: &'r RuleMaker<'a>,
    maker: Maker<'a>,
    head: Vec<VarId>,
    bound: BTreeSet<VarId>,
}

impl Draft<'_, '_> {
    fn unbound(&self) -> Vec<VarId> {
        self.head.iter().copied().filter(|v| !self.bound.contains(v)).collect()
    }

    fn ty(&self, var: VarId) -> Type {
        self.maker.vars[var.0 as usize].ty.clone()
    }

    /// Variables that expressions may use: bound ones, and head variables that range when they are mentioned.
    fn usable(&self) -> Vec<VarId> {
        let ranging = self.unbound().into_iter().filter(|v| ranges(&self.ty(*v)));
        self.bound.iter().copied().chain(ranging).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn conjunct(&mut self, source: &mut Source) -> Expr {
        match source.weighted(&[45, 35, 20]) {
            0 => self.draw(source),
            1 => self.atom(source),
            _ => {
                self.maker.scope = self.usable();
                self.maker.condition(source, 2)
            }
        }
    }

    /// `x in S`
    fn draw(&mut self, source: &mut Source) -> Expr {
        let unbound = self.unbound();
        let var = if unbound.is_empty() || source.chance(20) {
            let element = self.maker.element(source);
            self.maker.declare(element)
        } else {
            source.one(&unbound)
        };
        self.maker.scope = self.usable().into_iter().filter(|v| *v != var).collect();
        let ty = self.ty(var);
        match self.maker.set(source, &ty, 1) {
            Some(set) => condition(ExprKind::In { item: Box::new(self.maker.var(var)), set }),
            None => {
                self.maker.scope = self.usable();
                self.maker.condition(source, 1)
            }
        }
    }

    /// An atom of a relation of this stratum or a lower one.
    fn atom(&mut self, source: &mut Source) -> Expr {
        let all = self.rules.first + self.rules.stratum;
        // The relations of this stratum first, the nearest to recursion.
        let relation = all - 1 - source.below(all);
        let columns = self.rules.relations[relation].columns.clone();
        let mut args: Vec<Expr> = Vec::new();
        let mut taken: Vec<VarId> = Vec::new();
        self.maker.scope = self.bound.iter().copied().collect();
        for column in columns {
            let fits = |v: &VarId| self.maker.vars[v.0 as usize].ty == column;
            let unbound: Vec<VarId> = self.unbound().into_iter().filter(fits).collect();
            let bound: Vec<VarId> = self.bound.iter().copied().filter(fits).collect();
            let again: Vec<VarId> = taken.iter().copied().filter(fits).collect();
            let var = match source.weighted(&[35, 30, 20, 5, 10]) {
                0 => source.maybe_one(&unbound),
                1 => source.maybe_one(&bound),
                2 => None,
                3 => source.maybe_one(&again),
                _ => {
                    let computed = self.maker.typed(source, &column, 1);
                    if let Some(computed) = computed {
                        args.push(computed);
                        continue;
                    }
                    None
                }
            };
            let var = var.unwrap_or_else(|| self.maker.declare(column));
            taken.push(var);
            args.push(self.maker.var(var));
        }
        condition(ExprKind::Related { relation: RelationId(relation as u32), args })
    }
}
