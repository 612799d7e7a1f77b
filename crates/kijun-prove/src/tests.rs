//! On generated programs: what is found is real, and what facts show is found.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::{RuleRef, SubjectRef, Verdict};
use kijun_engine::is_evaluated;
use kijun_engine::program::{Expr, ExprKind, Program};
use kijun_facts::{AttrId, KindId, Register, Store, Type};
use kijun_testkit::generate::{self, Scenario, TODAY};
use kijun_testkit::reference;
use proptest::prelude::*;

use crate::decode::record_id;
use crate::domain::Domains;
use crate::find::{Sought, find};
use crate::replay::{Slice, outcomes};
use crate::search::{Read, expressions, reads};
use crate::{Datum, Facts, Knowledge, Options, Record, Stated, Witness};

const VERDICTS: [Verdict; 4] =
    [Verdict::Satisfied, Verdict::Violated, Verdict::NotApplicable, Verdict::Unknown];

fn cases(default: u32) -> ProptestConfig {
    let asked = std::env::var("KIJUN_CASES").ok().and_then(|n| n.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(default),
        max_shrink_iters: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn evaluated(program: &Program) -> impl Iterator<Item = usize> {
    let in_scope = |i: &usize| program.checks[*i].requirements.iter().any(|r| is_evaluated(program, *r));
    (0..program.checks.len()).filter(in_scope)
}

/// The verdicts of a check by the reference evaluator, on the facility or by the id of the record.
fn by_reference(
    program: &Program,
    store: &Store,
    today: i32,
    check: usize,
) -> Vec<(Option<String>, Verdict)> {
    let result = reference::assess(program, store, today);
    let of = result.outcomes.iter().filter(|((_, rule, _), _)| *rule == RuleRef::Check(check));
    let named = |subject: &SubjectRef| match subject {
        SubjectRef::Facility => Some(None),
        SubjectRef::Record(kind, row) => Some(Some(store.id_text(*kind, *row as usize).to_owned())),
        SubjectRef::Register(_) => None,
    };
    of.filter_map(|((_, _, subject), verdict)| Some((named(subject)?, *verdict))).collect()
}

/// The program without what would hide the outcomes of checks: combinations.
fn bare(scenario: &Scenario) -> Program {
    Program { combinations: Vec::new(), ..scenario.program.clone() }
}

fn confirmed(program: &Program, witness: &Witness, check: usize, verdict: Verdict) -> Result<(), String> {
    let (store, problems) = witness.facts.store(&program.schema);
    if !problems.is_empty() {
        return Err(format!("{problems:?}"));
    }
    let found = by_reference(program, &store, witness.facts.today, check);
    let expected = witness.expected.first().ok_or("nothing expected")?;
    let said = found.iter().find(|(subject, _)| *subject == expected.subject);
    if said.map(|(_, v)| *v) == Some(verdict) { Ok(()) } else { Err(format!("{found:?} on {witness:?}")) }
}

proptest! {
    #![proptest_config(cases(120))]

    /// The search replays on the engine itself; the reference evaluator is asked here.
    #[test]
    fn what_is_found_is_real(scenario in generate::scenario(), scope in 1u32..3, fixed in any::<bool>()) {
        let program = bare(&scenario);
        let options = Options { scope, today: fixed.then_some(TODAY), ..Options::default() };
        for check in evaluated(&program) {
            for verdict in VERDICTS {
                for knowledge in [Knowledge::Whole, Knowledge::Partial] {
                    match find(&program, check, verdict, knowledge, &options) {
                        Sought::Found(witness) => {
                            if let Err(difference) = confirmed(&program, &witness, check, verdict) {
                                return Err(TestCaseError::fail(difference));
                            }
                        }
                        Sought::Unconfirmed(witness) => {
                            return Err(TestCaseError::fail(format!("{check} {verdict:?}: {witness:?}")));
                        }
                        Sought::NotFound | Sought::Undecided(_) => {}
                    }
                }
            }
        }
    }
}

/// What order abstraction does not promise: sums and products reach values that no constant names, and a date of the facts may be
/// a whole month.
fn within_the_abstraction(program: &Program, check: usize) -> bool {
    let mut inside = true;
    for expr in expressions(program, &[RuleRef::Check(check)]) {
        kijun_engine::walk::expressions(expr, &mut |e: &Expr| match &e.kind {
            ExprKind::Arith { .. } | ExprKind::Aggregated { .. } => inside = false,
            ExprKind::Compare { left, .. } if left.ty == Type::Duration => inside = false,
            _ => {}
        });
    }
    inside
}

/// Facts of one source, without evidence; attestations and waivers left out.
fn plain(scenario: &Scenario, program: &Program) -> Store {
    let mut facts = scenario.facts.clone();
    facts.records.retain(|r| scenario.kinds.contains(&r.kind));
    for record in &mut facts.records {
        for statements in record.cells.values_mut() {
            statements.truncate(1);
            statements.iter_mut().for_each(|s| s.evidence = None);
        }
    }
    facts.store(&program.schema)
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn what_facts_show_is_found(scenario in generate::scenario()) {
        let program = bare(&scenario);
        let store = plain(&scenario, &program);
        let most = store.kinds.iter().map(|k| k.len() as u32).max().unwrap_or(0);
        let options = Options { scope: most.max(1), today: Some(TODAY), ..Options::default() };
        for check in evaluated(&program).filter(|c| program.checks[*c].grade.is_none()) {
            if !within_the_abstraction(&program, check) {
                continue;
            }
            for (_, verdict) in by_reference(&program, &store, TODAY, check) {
                if let Sought::NotFound = find(&program, check, verdict, Knowledge::Partial, &options) {
                    return Err(TestCaseError::fail(format!("{check} {verdict:?} is not found")));
                }
                // Knowing everything is enough for what is definite, if everything can be known.
                let closed = store.kinds.iter().any(|k| k.register == Register::Complete && k.is_empty());
                if verdict != Verdict::Unknown
                    && !closed
                    && let Sought::NotFound = find(&program, check, verdict, Knowledge::Whole, &options)
                {
                    return Err(TestCaseError::fail(format!("{check} {verdict:?} is not found by whole facts")));
                }
            }
        }
    }
}

/// All whole facts with at most one record of each kind, from the values of the search; `None` where there are too many.
fn every(program: &Program, check: usize, domains: &Domains) -> Option<Vec<Facts>> {
    const MOST: usize = 3000;
    let mut kinds: BTreeMap<KindId, Vec<AttrId>> = BTreeMap::new();
    kinds.extend(program.checks[check].subject.map(|s| (s.kind, Vec::new())));
    for read in reads(program, &[RuleRef::Check(check)]) {
        match read {
            Read::Attribute(kind, attr) => {
                kinds.entry(kind).or_default().push(attr);
                let ty = &program.schema.attribute(kind, attr)?.ty;
                if let Type::Ref(target) = ty.element().unwrap_or(ty) {
                    kinds.entry(*target).or_default();
                }
            }
            Read::Register(kind) => _ = kinds.entry(kind).or_default(),
            Read::Today => {}
        }
    }
    let none = Facts { today: TODAY, records: Vec::new(), registers: Vec::new() };
    let mut all = vec![none];
    for kind in kinds.keys() {
        all = all
            .into_iter()
            .flat_map(|f| [with_kind(&f, program, *kind, false), with_kind(&f, program, *kind, true)])
            .collect();
    }
    for (kind, attrs) in &kinds {
        for attr in attrs {
            let mut next = Vec::new();
            for facts in all {
                let Some(at) = facts.records.iter().position(|r| r.kind == *kind) else {
                    next.push(facts);
                    continue;
                };
                for stated in values(program, *kind, *attr, &facts, domains) {
                    let mut facts = facts.clone();
                    facts.records[at].cells.push((*attr, stated));
                    next.push(facts);
                }
                if next.len() > MOST {
                    return None;
                }
            }
            all = next;
        }
    }
    Some(all)
}

fn with_kind(facts: &Facts, program: &Program, kind: KindId, present: bool) -> Facts {
    let mut facts = facts.clone();
    facts.registers.push((kind, true));
    if present {
        let id = record_id(program, kind, 0);
        facts.records.push(Record { kind, id, cells: Vec::new(), grade: Some(4) });
    }
    facts
}

/// What a cell may hold; nothing where a reference has no record to refer to.
fn values(program: &Program, kind: KindId, attr: AttrId, facts: &Facts, domains: &Domains) -> Vec<Stated> {
    let attribute = program.schema.attribute(kind, attr).unwrap();
    let data = |ty: &Type| -> Vec<Datum> {
        match ty {
            Type::Bool => vec![Datum::Bool(false), Datum::Bool(true)],
            Type::Int => domains.ints.iter().copied().map(Datum::Int).collect(),
            Type::Decimal => domains.decimals.iter().copied().map(Datum::Decimal).collect(),
            Type::Date => domains.dates.iter().map(|d| Datum::Date(*d as i32)).collect(),
            Type::Text => domains.texts.iter().map(|t| Datum::Text(t.to_string())).collect(),
            Type::Duration => domains.durations.iter().copied().map(Datum::Duration).collect(),
            Type::Country => domains.countries.iter().copied().map(Datum::Country).collect(),
            Type::Requirement => {
                domains.requirements.iter().map(|t| Datum::Requirement(t.to_string())).collect()
            }
            Type::Enum(id) => {
                (0..program.schema.enumeration(*id).unwrap().literals.len() as u32).map(Datum::Enum).collect()
            }
            Type::Ref(kind) => {
                facts.records.iter().filter(|r| r.kind == *kind).map(|r| Datum::Ref(r.id.clone())).collect()
            }
            Type::Set(_) => unreachable!(),
        }
    };
    if let Some(element) = attribute.ty.element() {
        let members = data(element);
        return (0u32..1 << members.len())
            .map(|mask| {
                let chosen = members.iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1);
                let certain = chosen.map(|(_, d)| d.clone()).collect();
                Stated::Set { certain, possible: Vec::new(), open: false }
            })
            .collect();
    }
    let none = attribute.optional.then_some(Stated::None);
    data(&attribute.ty).into_iter().map(Stated::Known).chain(none).collect()
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn the_search_agrees_with_trying_everything(scenario in generate::scenario()) {
        let program = bare(&scenario);
        let options = Options { scope: 1, today: Some(TODAY), ..Options::default() };
        for check in evaluated(&program) {
            let rule = RuleRef::Check(check);
            let Ok(domains) = Domains::of(&program, &expressions(&program, &[rule]), options.today) else { continue };
            let Some(all) = every(&program, check, &domains) else { continue };
            let slice = Slice::of(&program, &[rule]);
            let there: BTreeSet<Verdict> = all.iter().flat_map(|f| outcomes(&slice, f)).map(|e| e.verdict).collect();
            for verdict in VERDICTS {
                let found = find(&program, check, verdict, Knowledge::Whole, &options);
                let is_found = match &found {
                    Sought::Found(_) => true,
                    Sought::NotFound => false,
                    Sought::Undecided(_) => continue,
                    Sought::Unconfirmed(witness) => return Err(TestCaseError::fail(format!("{witness:?}"))),
                };
                prop_assert!(is_found || !there.contains(&verdict), "{check} {verdict:?} of {} facts", all.len());
                // What no rule came to read is not stated: more than is tried here, where every cell is.
                if let (Sought::Found(witness), false) = (&found, there.contains(&verdict)) {
                    let stated = |f: &Facts| f.records.iter().map(|r| r.cells.len()).sum::<usize>();
                    let most = all.iter().map(stated).max().unwrap_or(0);
                    prop_assert!(stated(&witness.facts) < most, "{check} {verdict:?}: {witness:?}");
                }
            }
        }
    }
}
