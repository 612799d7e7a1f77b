//! Verdicts that follow changes: facts and rules change, and only what they reach is evaluated again.

use std::sync::Arc;

use kijun_facts::{AttrId, KindId, Store, Value};

use crate::assess::{Evaluation, Trust};
use crate::change::{Reads, carry_over};
use crate::columns::Memo;
use crate::edit;
use crate::prepared::Prepared;
use crate::program::Program;

/// Facts under some trust, and what has been found of them.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) trust: Trust,
    pub(crate) store: Store,
    pub(crate) memo: Arc<Memo>,
}

/// A program and facts that stay loaded while either changes.
///
/// [`Session::evaluate`] gives the same as [`Evaluation::new`] with the program and facts as they are by then.
#[derive(Debug)]
pub struct Session {
    program: Arc<Program>,
    prepared: Arc<Prepared>,
    /// Made at the first change.
    reads: Option<Reads>,
    today: i32,
    store: Store,
    memo: Arc<Memo>,
    worlds: Vec<World>,
}

impl Session {
    /// `today`: days since 1970-01-01.
    pub fn new(program: Arc<Program>, store: Store, today: i32) -> Session {
        let prepared = Arc::new(Prepared::new(&program));
        let memo = Arc::new(prepared.memo(&store));
        Session { program, prepared, reads: None, today, store, memo, worlds: Vec::new() }
    }

    pub fn program(&self) -> &Program {
        &self.program
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The verdicts as things stand.
    pub fn evaluate(&mut self) -> Evaluation<'_> {
        let (prepared, memo) = (Arc::clone(&self.prepared), Arc::clone(&self.memo));
        Evaluation::with_memo(&self.program, prepared, &self.store, self.today, memo, &mut self.worlds)
    }

    /// Records a value in one cell; references, texts and requirements must be known to the facts already, others
    /// leave the cell unknown. Whether the value is new.
    pub fn set(&mut self, kind: KindId, row: u32, attr: AttrId, value: &Value) -> bool {
        let mut store = self.store.clone();
        edit::record(&self.program, &mut store, (kind, row, attr), value);
        self.set_facts(store)
    }

    /// Takes other facts, read under the same program; whether they differ.
    pub fn set_facts(&mut self, store: Store) -> bool {
        let reads = self.reads.get_or_insert_with(|| Reads::new(&self.program, &self.prepared));
        let changed = update(reads, &self.prepared, &mut self.memo, &self.store, &store);
        for world in &mut self.worlds {
            let weaker = world.trust.distrust(&store, self.today);
            update(reads, &self.prepared, &mut world.memo, &world.store, &weaker);
            world.store = weaker;
        }
        self.store = store;
        changed
    }

    /// Takes another program for the same facts; they must have been read under a schema that is the same.
    pub fn set_program(&mut self, program: Arc<Program>) {
        let prepared = Arc::new(Prepared::new(&program));
        let renewed = |store: &Store, old: &mut Arc<Memo>| {
            let mut memo = prepared.memo(store);
            if let Some(old) = Arc::get_mut(old) {
                carry_over((&self.program, &self.prepared, old), (&program, &prepared, &mut memo));
            }
            Arc::new(memo)
        };
        self.memo = renewed(&self.store, &mut self.memo);
        for world in &mut self.worlds {
            world.memo = renewed(&world.store, &mut world.memo);
        }
        (self.program, self.prepared, self.reads) = (program, prepared, None);
    }

    /// Takes another day.
    pub fn set_today(&mut self, today: i32) {
        self.today = today;
        self.memo = Arc::new(self.prepared.memo(&self.store));
        self.worlds.clear();
    }
}

fn update(reads: &Reads, prepared: &Prepared, memo: &mut Arc<Memo>, old: &Store, new: &Store) -> bool {
    match Arc::get_mut(memo) {
        Some(memo) => reads.update(prepared, memo, old, new),
        // No evaluation outlives a change: it borrows the session.
        None => {
            *memo = Arc::new(prepared.memo(new));
            true
        }
    }
}
