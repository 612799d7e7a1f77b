//! The tuples of relations, certain and possible, and how they are looked up.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock, RwLock};

use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{AttrId, Column, KindId, KindTable, Store};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::closure::Closure;
use crate::groups::Groups;
use crate::program::RelationId;
use crate::truth::Truth;
use crate::val::{Members, UNLISTED, same_code};
use crate::values::View;
use crate::work::Work;

/// What a relation relates.
#[derive(Debug)]
pub(crate) enum Extent {
    Tuples(Tuples),
    /// A transitive relation, kept as the steps that lead from record to record.
    Closure(Closure),
}

/// A tuple with its truth.
type Found<'e> = (Cow<'e, [u32]>, Truth);

impl Extent {
    /// Tuples whose first component may equal `first`, all of them when it is free; of stored tuples only those in
    /// `only`, if given.
    pub(crate) fn candidates<'e>(
        &'e self,
        first: Option<u32>,
        only: Option<&'e FxHashSet<usize>>,
    ) -> Box<dyn Iterator<Item = Found<'e>> + 'e> {
        match self {
            Extent::Tuples(tuples) => {
                let wanted = tuples.candidates(first).filter(move |i| only.is_none_or(|set| set.contains(i)));
                let found = wanted.filter_map(|i| tuples.get(i));
                Box::new(found.map(|(tuple, truth)| (Cow::Borrowed(tuple), truth)))
            }
            // All its pairs may be many more than its steps: they are never held at once.
            Extent::Closure(closure) => {
                let all = closure.sources().take(if first.is_none() { usize::MAX } else { 0 });
                Box::new(first.into_iter().chain(all).flat_map(|a| {
                    closure.image(a).into_iter().map(move |(b, truth)| (Cow::Owned(vec![a, b]), truth))
                }))
            }
        }
    }
}

/// Tuples in the order in which they were found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tuples {
    tuples: Vec<(Box<[u32]>, Truth)>,
    index: FxHashMap<Box<[u32]>, usize>,
    /// By first component; those that begin with ⊥ are under [`UNKNOWN`].
    by_first: FxHashMap<u32, Vec<usize>>,
}

impl Tuples {
    /// Adds a tuple or raises its truth; its position when anything changed.
    pub(crate) fn raise(&mut self, tuple: Box<[u32]>, truth: Truth) -> Option<usize> {
        if let Some(i) = self.index.get(&tuple) {
            let (_, known) = self.tuples.get_mut(*i)?;
            let changed = truth > *known;
            *known = (*known).max(truth);
            return changed.then_some(*i);
        }
        let i = self.tuples.len();
        self.by_first.entry(tuple.first().copied().unwrap_or(UNKNOWN)).or_default().push(i);
        self.index.insert(tuple.clone(), i);
        self.tuples.push((tuple, truth));
        Some(i)
    }

    fn candidates(&self, first: Option<u32>) -> impl Iterator<Item = usize> {
        let of = |code: Option<u32>| {
            code.and_then(|c| self.by_first.get(&c)).map_or(&[][..], Vec::as_slice).iter().copied()
        };
        let all = if first.is_none() { self.tuples.len() } else { 0 };
        let unknown = first.filter(|code| *code != UNKNOWN).map(|_| UNKNOWN);
        of(first).chain(of(unknown)).chain(0..all)
    }

    fn get(&self, i: usize) -> Option<(&[u32], Truth)> {
        self.tuples.get(i).map(|(t, truth)| (t.as_ref(), *truth))
    }
}

/// Codes of the texts in packs that no fact mentions.
pub(crate) type Texts = FxHashMap<String, u32>;

type Indexes = FxHashMap<(KindId, AttrId), Arc<Groups>>;

/// What one evaluation computes before the checks, and indexes made when first asked for.
#[derive(Debug, Default, Clone)]
pub(crate) struct Extents {
    relations: Vec<OnceLock<Arc<Extent>>>,
    pub(crate) texts: Arc<Texts>,
    pub(crate) work: Arc<Work>,
    indexes: Arc<RwLock<Indexes>>,
}

impl Extents {
    /// No relation evaluated yet; `texts` are those of the packs.
    pub(crate) fn new(relations: usize, texts: &[String], store: &Store) -> Extents {
        let own = texts.iter().filter(|text| store.symbols.find(text).is_none());
        let codes = own.zip(store.symbols.len() as u32..).map(|(text, code)| (text.clone(), code));
        Extents {
            relations: (0..relations).map(|_| OnceLock::new()).collect(),
            texts: Arc::new(codes.collect()),
            work: Arc::default(),
            indexes: Arc::default(),
        }
    }

    /// The records of a table by an attribute of single codes.
    pub(crate) fn index(&self, table: &KindTable, attr: AttrId) -> Arc<Groups> {
        let key = (table.kind, attr);
        if let Some(index) = self.indexes.read().ok().and_then(|all| all.get(&key).cloned()) {
            return index;
        }
        let codes: &[u32] = match table.column(attr) {
            Some(Column::Codes(codes)) => codes,
            _ => &[],
        };
        let index = Groups::new(View::Codes(codes), table.len());
        let index = Arc::new(index);
        if let Ok(mut all) = self.indexes.write() {
            all.insert(key, Arc::clone(&index));
        }
        index
    }

    /// Facts have changed: texts are numbered as in `fresh`, and indexes of records are made again.
    pub(crate) fn renew(&mut self, fresh: Extents) {
        (self.texts, self.work, self.indexes) = (fresh.texts, fresh.work, fresh.indexes);
    }

    /// Takes over what another evaluation found a relation to be.
    pub(crate) fn carry_over(&mut self, from: &Extents, id: RelationId) {
        if let Some(extent) = from.relations.get(id.0 as usize).and_then(OnceLock::get) {
            self.set(id, Arc::clone(extent));
        }
    }

    pub(crate) fn get(&self, id: RelationId) -> Option<&Extent> {
        self.relations.get(id.0 as usize)?.get().map(Arc::as_ref)
    }

    /// Whether a relation has a tuple; `None` where nobody asked for it.
    pub(crate) fn some(&self, id: RelationId) -> Option<Truth> {
        let mut any = Truth::False;
        for (_, truth) in self.get(id)?.candidates(None, None) {
            any = any.or(truth);
            if any == Truth::True {
                break;
            }
        }
        Some(any)
    }

    /// Keeps what a relation was found to be; the first one stays.
    pub(crate) fn fill(&self, id: RelationId, extent: Extent) {
        if let Some(slot) = self.relations.get(id.0 as usize) {
            // Evaluated once, before anything reads it.
            let _ = slot.set(Arc::new(extent));
        }
    }

    pub(crate) fn set(&mut self, id: RelationId, extent: Arc<Extent>) {
        if let Some(slot) = self.relations.get_mut(id.0 as usize) {
            *slot = OnceLock::from(extent);
        }
    }

    /// Forgets a relation: what it is derived from has changed.
    pub(crate) fn forget(&mut self, id: RelationId) {
        if let Some(slot) = self.relations.get_mut(id.0 as usize) {
            *slot = OnceLock::new();
        }
    }

    /// Takes the stored tuples of a relation out.
    pub(crate) fn take_tuples(&mut self, id: RelationId) -> Tuples {
        let extent = self.relations.get_mut(id.0 as usize).and_then(OnceLock::take);
        match extent.map(Arc::try_unwrap) {
            Some(Ok(Extent::Tuples(tuples))) => tuples,
            Some(Err(shared)) => match &*shared {
                Extent::Tuples(tuples) => tuples.clone(),
                Extent::Closure(_) => Tuples::default(),
            },
            _ => Tuples::default(),
        }
    }

    /// `r(a, b)` as a condition.
    pub(crate) fn truth(&self, id: RelationId, codes: &[u32]) -> Truth {
        if codes.contains(&NONE) {
            return Truth::False;
        }
        if codes.contains(&UNKNOWN) {
            return Truth::Unknown;
        }
        let Some(extent) = self.get(id) else { return Truth::Unknown };
        let found = extent.candidates(codes.first().copied(), None);
        found.fold(Truth::False, |best, (tuple, truth)| best.or(truth.and(matches(&tuple, codes))))
    }

    /// `r(a)` as a set: the last components of the tuples that begin so.
    pub(crate) fn image(&self, id: RelationId, codes: &[u32]) -> Members {
        let mut members = Members::default();
        if codes.contains(&NONE) {
            return members;
        }
        if codes.contains(&UNKNOWN) {
            members.open = true;
            return members;
        }
        let Some(extent) = self.get(id) else { return Members { open: true, ..members } };
        for (tuple, truth) in extent.candidates(codes.first().copied(), None) {
            let Some((last, before)) = tuple.split_last() else { continue };
            match truth.and(matches(before, codes)) {
                Truth::False => {}
                _ if *last == UNKNOWN || *last == UNLISTED => members.open = true,
                Truth::True => members.certain.push(*last),
                Truth::Unknown => members.possible.push(*last),
            }
        }
        members.certain.sort_unstable();
        members.certain.dedup();
        members.possible.sort_unstable();
        members.possible.dedup();
        members.possible.retain(|m| members.certain.binary_search(m).is_err());
        members
    }
}

/// Whether the components of a tuple are these codes.
fn matches(tuple: &[u32], codes: &[u32]) -> Truth {
    tuple.iter().zip(codes).fold(Truth::True, |t, (a, b)| t.and(same_code(*a, *b)))
}
