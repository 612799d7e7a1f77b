//! How much one evaluation may come to. A rule that leaves variables unbound relates everything with everything; that ends
//! here, before it fills the memory. What is then not known is ⊥ and no verdict of it stands: who evaluates asks for
//! [`crate::Evaluation::excess`] first.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use kijun_text::{Label, Span};
use rustc_hash::FxHashMap;

use crate::plan::NodeId;
use crate::prepared::Prepared;
use crate::program::{Program, RelationId};

/// How many tuples a relation may have, if nothing else is said.
pub const MOST_TUPLES: u64 = 20_000_000;

/// So many bindings may be tried for each tuple that there may be: most are tried in vain.
const TRIED_PER_TUPLE: u64 = 100;

static MOST: AtomicU64 = AtomicU64::new(MOST_TUPLES);

/// Sets how many tuples a relation may have, for all evaluations of this process.
pub fn limit_tuples(most: u64) {
    MOST.store(most, Ordering::Relaxed);
}

/// What was too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Relation(RelationId),
    Node(NodeId),
}

/// What would be too much to evaluate, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excess {
    pub message: Label,
    pub help: Label,
    pub span: Span,
}

/// What has been too much in one evaluation.
#[derive(Debug, Default)]
pub(crate) struct Work {
    is_exceeded: AtomicBool,
    exceeded: Mutex<BTreeSet<Source>>,
    /// Pairs that quantifiers have looked at.
    pairs: Mutex<FxHashMap<NodeId, u64>>,
}

impl Work {
    pub(crate) fn is_exceeded(&self) -> bool {
        self.is_exceeded.load(Ordering::Relaxed)
    }

    pub(crate) fn exceed(&self, source: Source) {
        if let Ok(mut exceeded) = self.exceeded.lock() {
            exceeded.insert(source);
        }
        self.is_exceeded.store(true, Ordering::Relaxed);
    }

    /// Counts pairs that a quantifier looks at; `false` when anything is too much: what nests ends as a whole.
    pub(crate) fn pairs(&self, node: NodeId, more: usize) -> bool {
        let Ok(mut pairs) = self.pairs.lock() else { return false };
        let all = pairs.entry(node).or_default();
        *all += more as u64;
        if *all > MOST.load(Ordering::Relaxed).saturating_mul(TRIED_PER_TUPLE) {
            self.exceed(Source::Node(node));
        }
        !self.is_exceeded()
    }

    /// The first in the order of declarations, relations before checks.
    pub(crate) fn first(&self) -> Option<Source> {
        self.exceeded.lock().ok()?.first().copied()
    }
}

/// Counts the work on one relation or node, from any number of threads. What is counted is the same at any number of
/// them, and so is whether it is too much.
#[derive(Debug)]
pub(crate) struct Meter<'w> {
    work: &'w Work,
    source: Source,
    most: u64,
    tuples: AtomicU64,
    tried: AtomicU64,
}

impl<'w> Meter<'w> {
    pub(crate) fn new(work: &'w Work, source: Source) -> Meter<'w> {
        let most = MOST.load(Ordering::Relaxed);
        Meter { work, source, most, tuples: AtomicU64::new(0), tried: AtomicU64::new(0) }
    }

    /// Counts tuples that were found; `false` when there are too many.
    pub(crate) fn found(&self, more: usize) -> bool {
        self.count(&self.tuples, more, self.most)
    }

    /// Counts bindings that are tried; `false` when there are too many.
    pub(crate) fn tries(&self, more: usize) -> bool {
        self.count(&self.tried, more, self.most.saturating_mul(TRIED_PER_TUPLE))
    }

    fn count(&self, counter: &AtomicU64, more: usize, most: u64) -> bool {
        let all = counter.fetch_add(more as u64, Ordering::Relaxed).saturating_add(more as u64);
        if all > most {
            self.work.exceed(self.source);
        }
        all <= most
    }

    /// Whether so many tuples, some of them the same, may be held at once and one more.
    pub(crate) fn holds(&self, tuples: usize) -> bool {
        let holds = (tuples as u64) < self.most;
        if !holds {
            self.found(usize::try_from(self.most).unwrap_or(usize::MAX));
            self.found(1);
        }
        holds
    }

    pub(crate) fn is_over(&self) -> bool {
        self.tuples.load(Ordering::Relaxed) > self.most
            || self.tried.load(Ordering::Relaxed) > self.most.saturating_mul(TRIED_PER_TUPLE)
    }
}

impl Source {
    /// The same in the words of whoever wrote the rules.
    pub(crate) fn described(self, program: &Program, prepared: &Prepared) -> Option<Excess> {
        let most = MOST.load(Ordering::Relaxed);
        match self {
            Source::Relation(id) => {
                let relation = program.relation(id)?;
                let name = &relation.name;
                Some(Excess {
                    message: Label::new(
                        format!("関係 `{name}` の組が多すぎます(上限 {most})"),
                        format!("the relation `{name}` has too many tuples (at most {most})"),
                    ),
                    help: Label::new(
                        "変数どうしを条件で結び付けてください(例 `a.vendor == b`)。必要なら --max-tuples で上限を上げます",
                        "tie its variables to each other by conditions, such as `a.vendor == b`, or raise the limit with --max-tuples",
                    ),
                    span: relation.span,
                })
            }
            Source::Node(node) => {
                let uses = |root: &NodeId| prepared.plan.reached(&[*root]).get(node) == Some(&true);
                let checks = program.checks.iter().zip(&prepared.checks);
                let (check, _) = checks
                    .filter_map(|(check, roots)| Some((check, roots.as_ref()?)))
                    .find(|(_, roots)| roots.condition.iter().chain(&roots.requires).any(uses))?;
                let name = &check.name;
                let most = most.saturating_mul(TRIED_PER_TUPLE);
                Some(Excess {
                    message: Label::new(
                        format!("チェック `{name}` が見る組み合わせが多すぎます(上限 {most})"),
                        format!("the check `{name}` looks at too many combinations (at most {most})"),
                    ),
                    help: Label::new(
                        "内側の集まりを `where` の等しさで絞ってください。必要なら --max-tuples で上限を上げます",
                        "narrow the inner sets by an equality in `where`, or raise the limit with --max-tuples",
                    ),
                    span: check.span,
                })
            }
        }
    }
}
