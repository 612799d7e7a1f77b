//! Circuits of and-gates over a solver for propositional logic. What is built twice is shared, constants are folded; clauses go
//! to the solver as gates are made, so that one circuit answers many questions under assumptions.

use batsat::{Callbacks, ClauseKind, SolverInterface, SolverOpts, lbool};
use rustc_hash::FxHashMap;

/// A literal: an input or gate, or its negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Lit(u32);

impl Lit {
    pub(crate) const TRUE: Lit = Lit(0);
    pub(crate) const FALSE: Lit = Lit(1);
}

impl std::ops::Not for Lit {
    type Output = Lit;

    fn not(self) -> Lit {
        Lit(self.0 ^ 1)
    }
}

/// What the solver says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
    /// So many conflicts that the search was given up.
    GivenUp,
}

/// Counts conflicts, so that a search ends after the same number of them on every machine.
#[derive(Default)]
struct Budget {
    left: u64,
}

impl Callbacks for Budget {
    fn on_new_clause(&mut self, _: &[batsat::Lit], kind: ClauseKind) {
        if kind == ClauseKind::Learnt {
            self.left = self.left.saturating_sub(1);
        }
    }

    fn stop(&self) -> bool {
        self.left == 0
    }
}

pub(crate) struct Circuit {
    solver: batsat::Solver<Budget>,
    gates: FxHashMap<Vec<Lit>, Lit>,
    variables: u32,
    clauses: usize,
    clause: Vec<batsat::Lit>,
}

impl Circuit {
    pub(crate) fn new() -> Circuit {
        let solver = batsat::Solver::new(SolverOpts::default(), Budget::default());
        let (gates, clause) = (FxHashMap::default(), Vec::new());
        let mut circuit = Circuit { solver, gates, variables: 0, clauses: 0, clause };
        let truth = circuit.input();
        circuit.clause(&[truth]);
        circuit
    }

    /// How large it is: clauses given to the solver.
    pub(crate) fn size(&self) -> usize {
        self.clauses
    }

    pub(crate) fn input(&mut self) -> Lit {
        self.solver.new_var_default();
        self.variables += 1;
        Lit((self.variables - 1) * 2)
    }

    fn solver_lit(lit: Lit) -> batsat::Lit {
        batsat::Lit::new(batsat::Var::unsafe_from_idx(lit.0 >> 1), lit.0 & 1 == 0)
    }

    /// States that one of these holds.
    pub(crate) fn clause(&mut self, lits: &[Lit]) {
        if lits.contains(&Lit::TRUE) && self.clauses > 0 {
            return;
        }
        self.clauses += 1;
        let mut clause = std::mem::take(&mut self.clause);
        clause.clear();
        clause.extend(lits.iter().filter(|l| **l != Lit::FALSE).map(|l| Circuit::solver_lit(*l)));
        self.solver.add_clause_reuse(&mut clause);
        self.clause = clause;
    }

    pub(crate) fn and(&mut self, lits: &[Lit]) -> Lit {
        let mut parts: Vec<Lit> = lits.iter().copied().filter(|l| *l != Lit::TRUE).collect();
        parts.sort_unstable();
        parts.dedup();
        let contradicts = |pair: &[Lit]| matches!(pair, [a, b] if *a == !*b);
        if parts.contains(&Lit::FALSE) || parts.windows(2).any(contradicts) {
            return Lit::FALSE;
        }
        match parts.as_slice() {
            [] => return Lit::TRUE,
            [one] => return *one,
            _ => {}
        }
        if let Some(gate) = self.gates.get(&parts) {
            return *gate;
        }
        let gate = self.input();
        let mut all: Vec<Lit> = parts.iter().map(|p| !*p).collect();
        all.push(gate);
        self.clause(&all);
        for part in &parts {
            self.clause(&[!gate, *part]);
        }
        self.gates.insert(parts, gate);
        gate
    }

    pub(crate) fn or(&mut self, lits: &[Lit]) -> Lit {
        let negated: Vec<Lit> = lits.iter().map(|l| !*l).collect();
        !self.and(&negated)
    }

    /// States that at most one of these holds.
    pub(crate) fn at_most_one(&mut self, lits: &[Lit]) {
        if lits.len() <= 5 {
            for (i, a) in lits.iter().enumerate() {
                for b in lits.iter().skip(i + 1) {
                    self.clause(&[!*a, !*b]);
                }
            }
            return;
        }
        // A ladder: each step knows whether one before it holds.
        let mut before = Lit::FALSE;
        for lit in lits {
            self.clause(&[!before, !*lit]);
            let step = self.input();
            self.clause(&[!before, step]);
            self.clause(&[!*lit, step]);
            before = step;
        }
    }

    /// Whether all that is stated can hold together with these.
    pub(crate) fn solve(&mut self, assumed: &[Lit], conflicts: u64) -> Answer {
        self.solver.cb_mut().left = conflicts;
        let assumed: Vec<batsat::Lit> = assumed.iter().map(|l| Circuit::solver_lit(*l)).collect();
        match self.solver.solve_limited(&assumed) {
            s if s == lbool::TRUE => Answer::Yes,
            s if s == lbool::FALSE => Answer::No,
            _ => Answer::GivenUp,
        }
    }

    /// The value in the model of the last `Yes`.
    pub(crate) fn value(&self, lit: Lit) -> bool {
        self.solver.value_lit(Circuit::solver_lit(lit)) == lbool::TRUE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_shared_and_constants_folded() {
        let mut c = Circuit::new();
        let (a, b) = (c.input(), c.input());
        assert_eq!(c.and(&[a, b]), c.and(&[b, a, Lit::TRUE]));
        assert_eq!(c.and(&[a, !a]), Lit::FALSE);
        assert_eq!(c.or(&[a, Lit::TRUE]), Lit::TRUE);
        assert_eq!(c.or(&[a]), a);
    }

    #[test]
    fn one_circuit_answers_many_questions() {
        let mut c = Circuit::new();
        let inputs: Vec<Lit> = (0..9).map(|_| c.input()).collect();
        c.at_most_one(&inputs);
        let any = c.or(&inputs);
        assert_eq!(c.solve(&[any, inputs[7]], 1000), Answer::Yes);
        assert_eq!(inputs.iter().filter(|l| c.value(**l)).count(), 1);
        assert_eq!(c.solve(&[inputs[0], inputs[8]], 1000), Answer::No);
        assert_eq!(c.solve(&[!any], 1000), Answer::Yes);
        assert!(inputs.iter().all(|l| !c.value(*l)));
    }

    /// n + 1 pigeons in n holes: hard for resolution, so that a small budget runs out.
    #[test]
    fn a_search_is_given_up_after_its_budget() {
        let mut c = Circuit::new();
        let n = 8;
        let at: Vec<Vec<Lit>> = (0..=n).map(|_| (0..n).map(|_| c.input()).collect()).collect();
        for pigeon in &at {
            c.clause(pigeon);
        }
        for hole in 0..n {
            let column: Vec<Lit> = at.iter().map(|p| p[hole]).collect();
            c.at_most_one(&column);
        }
        assert_eq!(c.solve(&[], 50), Answer::GivenUp);
    }
}
