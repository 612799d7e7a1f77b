//! Whole programs: requirements, tables, checks, attestations and combinations.

use std::sync::Arc;

use kijun_engine::program::{
    Attest, Catalog, Check, Combination, Combine, Const, Mark, Member, Message, Program, Relation, Require,
    Requirement, RequirementId, Scope, Subject, Table, WeakRow, Weight,
};
use kijun_facts::store::country_code;
use kijun_facts::{EnumId, KindId, Schema, Type};
use kijun_text::{Label, Span};

use super::expr::Maker;
use super::relations::relations;
use super::schema::{self, BUILTINS};
use super::source::Source;
use super::values;

/// Streams of choices for a program, one per declaration so that declarations shrink away one by one.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProgramChoices {
    pub(crate) schema: Vec<u8>,
    pub(crate) requirements: Vec<Vec<u8>>,
    pub(crate) relations: Vec<Vec<u8>>,
    pub(crate) checks: Vec<Vec<u8>>,
    pub(crate) attests: Vec<Vec<u8>>,
    pub(crate) combinations: Vec<Vec<u8>>,
}

/// A program, and the kinds that are not the prelude's.
pub(crate) fn program(choices: &ProgramChoices) -> (Program, Vec<KindId>) {
    let mut source = Source::new(&choices.schema);
    let (mut schema, kinds) = schema::schema(&mut source);
    let tables = tables(&mut source);
    let requirements = requirements(&choices.requirements);
    schema.requirements =
        requirements.iter().filter(|r| !matches!(r.scope, Scope::Out)).map(|r| r.id.clone()).collect();
    let (relations, strata) = relations(&schema, &kinds, &tables, &choices.relations);
    let makers = Parts { schema: &schema, kinds: &kinds, tables: &tables, relations: &relations };
    // Rules are about requirements in scope, never about sections or what is withdrawn.
    let ruled: Vec<RequirementId> = (0..requirements.len())
        .filter(|i| {
            let r = &requirements[*i];
            !r.is_section && r.withdrawn.is_none() && !matches!(r.scope, Scope::Out)
        })
        .map(|i| RequirementId(i as u32))
        .collect();
    let checks: Vec<Check> = choices
        .checks
        .iter()
        .enumerate()
        .map(|(i, c)| makers.check(i, &ruled, &mut Source::new(c)))
        .collect();
    let attests: Vec<Attest> = choices
        .attests
        .iter()
        .enumerate()
        .map(|(i, c)| makers.attest(i, &ruled, &mut Source::new(c)))
        .collect();
    let combinations = choices
        .combinations
        .iter()
        .filter_map(|c| combination(&checks, &attests, &ruled, &mut Source::new(c)))
        .collect();
    let catalogs = ["in", "out"].map(|alias| Catalog {
        alias: alias.to_owned(),
        edition: "1".to_owned(),
        title: Label::default(),
        publisher: String::new(),
        supersedes: None,
        mark: Mark::Inferred,
        in_scope: alias == "in",
        span: Span::default(),
    });
    let program = Program {
        builtins: BUILTINS,
        catalogs: catalogs.to_vec(),
        requirements: Arc::new(requirements),
        instruments: Vec::new(),
        tables,
        relations,
        strata,
        checks: checks.into_iter().map(Arc::new).collect(),
        attests,
        combinations,
        schema,
    };
    (program, kinds)
}

fn mark(source: &mut Source, weak_percent: usize) -> Mark {
    if source.chance(weak_percent) {
        source.one(&[Mark::Ambiguous, Mark::Unverified])
    } else {
        Mark::Inferred
    }
}

/// A tree: sections and requirements, some excluded or out of scope with all below them. The first is always a
/// requirement in scope.
fn requirements(choices: &[Vec<u8>]) -> Vec<Requirement> {
    let mut requirements: Vec<Requirement> = vec![requirement("in:0")];
    for (i, choices) in choices.iter().enumerate() {
        let mut source = Source::new(choices);
        let parent = if source.chance(65) { Some(source.below(requirements.len())) } else { None };
        let mut new = Requirement {
            is_section: source.chance(25),
            text_included: !source.chance(10),
            mark: mark(&mut source, 10),
            parent: parent.map(|p| RequirementId(p as u32)),
            ..requirement(&format!("in:{}", i + 1))
        };
        new.scope = match parent.map(|p| requirements[p].scope.clone()) {
            None | Some(Scope::In) => match source.weighted(&[80, 12, 8]) {
                0 => Scope::In,
                1 => Scope::Excluded("not ours".to_owned()),
                _ => Scope::Out,
            },
            Some(inherited) => inherited,
        };
        // As the model does it: what is below a withdrawn item is withdrawn with it.
        let inherits = parent.is_some_and(|p| requirements[p].withdrawn.is_some());
        new.withdrawn = (source.chance(8) || inherits).then(Vec::new);
        if matches!(new.scope, Scope::Out) {
            new.id = format!("out:{}", i + 1);
            new.catalog = 1;
        }
        requirements.push(new);
    }
    requirements
}

pub fn requirement(id: &str) -> Requirement {
    Requirement {
        id: id.to_owned(),
        catalog: 0,
        is_section: false,
        title: Label::default(),
        level: None,
        weight: Weight::Must,
        audience: Vec::new(),
        basis: Vec::new(),
        measure: Vec::new(),
        risks: Vec::new(),
        mark: Mark::Inferred,
        text_included: true,
        withdrawn: None,
        source: String::new(),
        parent: None,
        scope: Scope::In,
        span: Span::default(),
    }
}

/// Tables of an enum to itself, of an enum and a bool to int, of an enum to bool, of a country to text, and of a bool and an enum to dates.
fn tables(source: &mut Source) -> Vec<Table> {
    let letters = Type::Enum(EnumId(3));
    let shapes = [
        (vec![letters.clone()], letters.clone()),
        (vec![letters.clone(), Type::Bool], Type::Int),
        (vec![letters.clone()], Type::Bool),
        (vec![Type::Country], Type::Text),
        (vec![Type::Bool, letters], Type::Date),
    ];
    let mut tables = Vec::new();
    for (params, result) in shapes {
        let keys = keys(&params);
        let (mut cells, mut weak_rows) = (Vec::new(), Vec::new());
        for key in keys {
            let value = match result {
                Type::Int => Const::Int(values::int(source)),
                Type::Bool => Const::Bool(source.chance(50)),
                Type::Text => Const::Text(source.one(&values::TEXTS).to_owned()),
                Type::Date => Const::Date(values::date(source)),
                _ => Const::Enum(source.below(3) as u32),
            };
            match source.weighted(&[82, 8, 5, 5]) {
                0 => cells.push((key, Some(value))),
                1 => cells.push((key, None)),
                // What a weak row says decides nothing, and so is not among the cells.
                2 => weak_rows.push(WeakRow { key, mark: Mark::Ambiguous, span: Span::default() }),
                _ => {}
            }
        }
        let name = format!("table{}", tables.len());
        tables.push(Table {
            name,
            params,
            result,
            cells,
            mark: mark(source, 8),
            weak_rows,
            span: Span::default(),
        });
    }
    tables
}

/// Every key of a table with these parameters.
fn keys(params: &[Type]) -> Vec<Vec<u32>> {
    let mut keys: Vec<Vec<u32>> = vec![Vec::new()];
    for param in params {
        let codes: Vec<u32> = match param {
            Type::Bool => vec![0, 1],
            Type::Country => values::COUNTRIES.iter().map(|c| country_code(*c)).collect(),
            _ => vec![0, 1, 2],
        };
        let longer =
            |key: &Vec<u32>| codes.iter().map(|c| [key.clone(), vec![*c]].concat()).collect::<Vec<_>>();
        keys = keys.iter().flat_map(longer).collect();
    }
    // As the model has them.
    keys.sort_unstable();
    keys
}

/// What checks and attestations are made of.
struct Parts<'a> {
    schema: &'a Schema,
    kinds: &'a [KindId],
    tables: &'a [Table],
    relations: &'a [Relation],
}

impl Parts<'_> {
    fn maker(&self) -> Maker<'_> {
        Maker {
            schema: self.schema,
            kinds: self.kinds,
            tables: self.tables,
            relations: self.relations,
            vars: Vec::new(),
            scope: Vec::new(),
        }
    }

    fn subject(&self, maker: &mut Maker, source: &mut Source) -> Option<Subject> {
        if source.chance(25) {
            return None;
        }
        let kind = source.one(self.kinds);
        let var = maker.declare(Type::Ref(kind));
        maker.scope.push(var);
        Some(Subject { var, kind })
    }

    fn check(&self, number: usize, ruled: &[RequirementId], source: &mut Source) -> Check {
        let mut requirements = vec![source.one(ruled)];
        if source.chance(20) {
            let other = source.one(ruled);
            if !requirements.contains(&other) {
                requirements.push(other);
            }
        }
        let mark = mark(source, 12);
        let grade = if source.chance(20) { Some(source.below(5) as u32) } else { None };
        let mut maker = self.maker();
        let subject = self.subject(&mut maker, source);
        let condition = if source.chance(45) { Some(maker.condition(source, 2)) } else { None };
        let requires = (0..source.one(&[1, 1, 2, 3]))
            .map(|_| Require {
                condition: maker.condition(source, 3),
                message: Message::default(),
                span: Span::default(),
            })
            .collect();
        Check {
            name: format!("check{number}"),
            title: Label::default(),
            requirements,
            subject,
            vars: maker.vars,
            condition,
            requires,
            fix: Message::default(),
            weight: None,
            grade,
            mark,
            source: String::new(),
            span: Span::default(),
        }
    }

    fn attest(&self, number: usize, ruled: &[RequirementId], source: &mut Source) -> Attest {
        let requirement = source.one(ruled);
        let mark = mark(source, 12);
        let by = if source.chance(50) { vec![0, source.below(3) as u32] } else { Vec::new() };
        let every = if source.chance(60) { Some(values::duration(source)) } else { None };
        let evidence = if source.chance(30) { Some(source.below(4) as u32) } else { None };
        let mut maker = self.maker();
        let subject = self.subject(&mut maker, source);
        let condition = if source.chance(40) { Some(maker.condition(source, 2)) } else { None };
        Attest {
            name: format!("attest{number}"),
            requirement,
            question: Label::default(),
            subject,
            vars: maker.vars,
            condition,
            by,
            every,
            evidence,
            fix: Message::default(),
            weight: None,
            mark,
            source: String::new(),
            span: Span::default(),
        }
    }
}

/// A combination of some of the rules; `None` when there are none.
fn combination(
    checks: &[Check],
    attests: &[Attest],
    ruled: &[RequirementId],
    source: &mut Source,
) -> Option<Combination> {
    let members: Vec<Member> =
        (0..checks.len()).map(Member::Check).chain((0..attests.len()).map(Member::Attest)).collect();
    let first = source.maybe_one(&members)?;
    let requirement = match first {
        _ if source.chance(10) => source.one(ruled),
        Member::Check(i) => checks[i].requirements[0],
        Member::Attest(i) => attests[i].requirement,
    };
    let mut groups = vec![("first".to_owned(), vec![first])];
    groups[0].1.extend(source.some(&members, 35).into_iter().filter(|m| *m != first));
    if source.chance(50) {
        groups.push(("second".to_owned(), vec![source.one(&members)]));
        if source.chance(30) {
            groups.push(("third".to_owned(), source.some(&members, 40)));
            groups.retain(|(_, members)| !members.is_empty());
        }
    }
    // A group has at least as many members as are asked for.
    let part = |source: &mut Source, group: usize| {
        if source.chance(40) {
            Combine::AllOf { group }
        } else {
            let count: usize = source.one(&[1, 1, 2]);
            Combine::AtLeast { count: count.min(groups[group].1.len()) as u32, group }
        }
    };
    let parts: Vec<Combine> = (0..groups.len()).map(|group| part(source, group)).collect();
    let combine = match (parts.as_slice(), source.chance(50)) {
        ([one], _) => one.clone(),
        ([first, rest @ ..], either) if rest.len() > 1 => {
            let rest = rest.to_vec();
            if either {
                Combine::Or(vec![first.clone(), Combine::And(rest)])
            } else {
                Combine::And(vec![Combine::Or(rest), first.clone()])
            }
        }
        (_, true) => Combine::Or(parts),
        (_, false) => Combine::And(parts),
    };
    Some(Combination { requirement, groups, combine, mark: mark(source, 10), span: Span::default() })
}
