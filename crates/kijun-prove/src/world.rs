//! The facts of a search, undetermined: which records exist, what their cells hold. Only what rules read is there.

use std::collections::BTreeMap;
use std::rc::Rc;

use kijun_engine::mutant::is_blank;
use kijun_engine::program::{Program, RelationId};
use kijun_facts::{AttrId, KindId, Type};
use kijun_text::{Label, Span};
use rustc_hash::FxHashMap;

use crate::circuit::{Circuit, Lit};
use crate::domain::Domains;
use crate::relations::Extent;
use crate::value::{Cases, Choice, Code, Members, Plain, Truth};
use crate::{Knowledge, Stuck};

/// Clauses beyond which a question is too large to be asked.
const MOST_CLAUSES: usize = 1_500_000;

/// What a cell holds.
#[derive(Debug)]
pub(crate) enum Cell {
    One(Choice),
    Set(Members),
}

pub(crate) struct World<'p> {
    pub(crate) program: &'p Program,
    pub(crate) circuit: Circuit,
    pub(crate) domains: Domains,
    pub(crate) knowledge: Knowledge,
    /// How many records of a kind there may be.
    pub(crate) scope: u32,
    pub(crate) kinds: BTreeMap<KindId, Rc<Kind>>,
    pub(crate) cells: BTreeMap<(KindId, u32, AttrId), Rc<Cell>>,
    pub(crate) today: Rc<Choice>,
    pub(crate) extents: FxHashMap<RelationId, Rc<Extent>>,
}

/// The register of a kind.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Which records exist; one only if all before it do.
    pub(crate) present: Vec<Lit>,
    /// There may be more.
    pub(crate) open: Lit,
}

impl<'p> World<'p> {
    pub(crate) fn new(program: &'p Program, domains: Domains, knowledge: Knowledge, scope: u32) -> World<'p> {
        let mut circuit = Circuit::new();
        let days: Vec<(Plain, Lit)> =
            domains.today.iter().map(|day| (Plain::point(*day), circuit.input())).collect();
        let today = one_of(&mut circuit, days, Lit::TRUE);
        World {
            program,
            circuit,
            domains,
            knowledge,
            scope,
            kinds: BTreeMap::new(),
            cells: BTreeMap::new(),
            today: Rc::new(today),
            extents: FxHashMap::default(),
        }
    }

    /// Refuses to grow without bounds.
    pub(crate) fn check_size(&self, span: Span) -> Result<(), Stuck> {
        if self.circuit.size() < MOST_CLAUSES {
            return Ok(());
        }
        Err(Stuck::new(Label::new("大きすぎる式", "an expression that grows too large"), span))
    }

    pub(crate) fn kind(&mut self, kind: KindId) -> Result<Rc<Kind>, Stuck> {
        if let Some(found) = self.kinds.get(&kind) {
            return Ok(Rc::clone(found));
        }
        let builtins = self.program.builtins;
        if kind == builtins.attestation || kind == builtins.waiver {
            let span = self.program.schema.kind(kind).map_or_else(Span::default, |k| k.span);
            let what = Label::new("確認記録や適用除外の記録", "records of attestations or waivers");
            return Err(Stuck::new(what, span));
        }
        let present: Vec<Lit> = (0..self.scope).map(|_| self.circuit.input()).collect();
        for pair in present.windows(2) {
            if let [before, after] = pair {
                self.circuit.clause(&[*before, !*after]);
            }
        }
        let open = match self.knowledge {
            Knowledge::Whole => Lit::FALSE,
            Knowledge::Partial => self.circuit.input(),
        };
        let made = Rc::new(Kind { present, open });
        self.kinds.insert(kind, Rc::clone(&made));
        Ok(made)
    }

    pub(crate) fn present(&mut self, kind: KindId, slot: u32) -> Result<Lit, Stuck> {
        Ok(self.kind(kind)?.present.get(slot as usize).copied().unwrap_or(Lit::FALSE))
    }

    pub(crate) fn cell(&mut self, kind: KindId, slot: u32, attr: AttrId) -> Result<Rc<Cell>, Stuck> {
        if let Some(found) = self.cells.get(&(kind, slot, attr)) {
            return Ok(Rc::clone(found));
        }
        let program = self.program;
        let attribute = program.schema.attribute(kind, attr);
        let (ty, optional) = attribute.map_or((&Type::Bool, false), |a| (&a.ty, a.optional));
        let span = attribute.map_or_else(Span::default, |a| a.span);
        let present = self.present(kind, slot)?;
        let made = match ty.element() {
            _ if attribute.is_some_and(is_blank) => self.blank_cell(ty, present),
            Some(element) => Cell::Set(self.set_cell(element, present)?),
            None => Cell::One(self.single_cell(ty, optional, present, span)?),
        };
        let made = Rc::new(made);
        self.cells.insert((kind, slot, attr), Rc::clone(&made));
        Ok(made)
    }

    /// A cell of an attribute that no facts state.
    fn blank_cell(&mut self, ty: &Type, present: Lit) -> Cell {
        if ty.element().is_some() {
            return Cell::Set(Members { open: present, ..Members::empty() });
        }
        let unknown = if ty.is_numeric() { Plain::unknown_number() } else { Plain::Unknown };
        Cell::One(Choice::new(vec![(unknown, present)]))
    }

    fn single_cell(&mut self, ty: &Type, optional: bool, present: Lit, span: Span) -> Result<Choice, Stuck> {
        let mut values: Vec<Plain> = match ty {
            Type::Int => self.domains.ints.iter().map(|n| Plain::point(*n)).collect(),
            Type::Decimal => self.domains.decimals.iter().map(|n| Plain::point(*n)).collect(),
            Type::Date => self.domains.dates.iter().map(|n| Plain::point(*n)).collect(),
            _ => self.codes(ty)?.into_iter().map(Plain::Code).collect(),
        };
        if values.is_empty() {
            return Err(Stuck::new(
                Label::new("値の見つからない属性", "an attribute without any value to try"),
                span,
            ));
        }
        if optional {
            values.push(Plain::None);
        }
        if self.knowledge == Knowledge::Partial {
            values.push(if ty.is_numeric() { Plain::unknown_number() } else { Plain::Unknown });
        }
        let values: Vec<(Plain, Lit)> = values.into_iter().map(|v| (v, self.circuit.input())).collect();
        for (value, lit) in &values {
            if let Plain::Code(Code::Record(kind, slot)) = value {
                let there = self.present(*kind, *slot)?;
                self.circuit.clause(&[!*lit, there]);
            }
        }
        Ok(one_of(&mut self.circuit, values, present))
    }

    fn set_cell(&mut self, element: &Type, present: Lit) -> Result<Members, Stuck> {
        let mut members = Members::empty();
        for code in self.codes(element)? {
            let may = self.circuit.input();
            let sure = match self.knowledge {
                Knowledge::Whole => may,
                Knowledge::Partial => {
                    let sure = self.circuit.input();
                    self.circuit.clause(&[!sure, may]);
                    sure
                }
            };
            if let Code::Record(kind, slot) = code {
                let there = self.present(kind, slot)?;
                self.circuit.clause(&[!may, there]);
            }
            self.circuit.clause(&[!may, present]);
            members.codes.insert(code, Truth { sure, may });
        }
        if self.knowledge == Knowledge::Partial {
            members.open = self.circuit.input();
        }
        Ok(members)
    }

    /// The values that a whole value or a member of a set may have.
    fn codes(&mut self, ty: &Type) -> Result<Vec<Code>, Stuck> {
        Ok(match ty {
            Type::Bool => vec![Code::Bool(false), Code::Bool(true)],
            Type::Text => self.domains.texts.iter().cloned().map(Code::Text).collect(),
            Type::Requirement => self.domains.requirements.iter().cloned().map(Code::Requirement).collect(),
            Type::Country => self.domains.countries.iter().copied().map(Code::Country).collect(),
            Type::Duration => self.domains.durations.iter().copied().map(Code::Duration).collect(),
            Type::Enum(id) => {
                let literals = self.program.schema.enumeration(*id).map_or(0, |e| e.literals.len());
                (0..literals as u32).map(Code::Enum).collect()
            }
            Type::Ref(kind) => {
                self.kind(*kind)?;
                (0..self.scope).map(|slot| Code::Record(*kind, slot)).collect()
            }
            Type::Int | Type::Decimal | Type::Date | Type::Set(_) => Vec::new(),
        })
    }

    /// What an attribute of one of several records is, each under its literal.
    pub(crate) fn attribute(&mut self, base: &Choice, kind: KindId, attr: AttrId) -> Result<Choice, Stuck> {
        let ty = self.program.schema.attribute(kind, attr).map(|a| &a.ty);
        let unknown = if ty.is_some_and(Type::is_numeric) { Plain::unknown_number() } else { Plain::Unknown };
        let mut cases = Cases::default();
        for (plain, when) in base.iter() {
            match plain {
                Plain::None => cases.add(Plain::None, *when),
                Plain::Code(Code::Record(_, slot)) => {
                    let cell = self.cell(kind, *slot, attr)?;
                    let Cell::One(choice) = cell.as_ref() else { continue };
                    for (value, own) in choice.iter() {
                        let both = self.circuit.and(&[*when, *own]);
                        cases.add(value.clone(), both);
                    }
                }
                _ => cases.add(unknown.clone(), *when),
            }
        }
        Ok(cases.choice(&mut self.circuit))
    }

    /// The same for a set attribute.
    pub(crate) fn members(&mut self, base: &Choice, kind: KindId, attr: AttrId) -> Result<Members, Stuck> {
        let mut codes: BTreeMap<Code, Vec<Truth>> = BTreeMap::new();
        let mut open = Vec::new();
        for (plain, when) in base.iter() {
            match plain {
                Plain::None => {}
                Plain::Code(Code::Record(_, slot)) => {
                    let cell = self.cell(kind, *slot, attr)?;
                    let Cell::Set(members) = cell.as_ref() else { continue };
                    for (code, truth) in &members.codes {
                        let truth = self.circuit.all(&[Truth::definite(*when), *truth]);
                        codes.entry(code.clone()).or_default().push(truth);
                    }
                    open.push(self.circuit.and(&[*when, members.open]));
                }
                _ => open.push(*when),
            }
        }
        let any = |(code, truths): (Code, Vec<Truth>)| (code, self.circuit.any(&truths));
        let codes = codes.into_iter().map(any).collect();
        Ok(Members { codes, open: self.circuit.or(&open) })
    }
}

/// Makes exactly one of the values true where `present` holds, at most one elsewhere.
fn one_of(circuit: &mut Circuit, values: Vec<(Plain, Lit)>, present: Lit) -> Choice {
    let lits: Vec<Lit> = values.iter().map(|(_, lit)| *lit).collect();
    circuit.at_most_one(&lits);
    let mut some = lits;
    some.push(!present);
    circuit.clause(&some);
    Choice::new(values)
}
