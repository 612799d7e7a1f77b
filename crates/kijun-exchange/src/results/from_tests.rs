//! Tests of packs as items: one for each that passes, one for each thing in which another does not.

use std::collections::{BTreeMap, BTreeSet};

use kijun_text::{Label, Span};

use super::{Command, Item, Level, Paths, Results, Rule, State};
use crate::names::fingerprint;

/// A test that was run.
#[derive(Debug, Clone)]
pub struct Trial {
    pub name: String,
    pub span: Span,
    /// None: it passed.
    pub shortfalls: Vec<Shortfall>,
}

/// Where something else came out than is expected.
#[derive(Debug, Clone)]
pub struct Shortfall {
    pub message: Label,
    pub span: Span,
}

/// The tests of one workspace or pack.
pub fn trial_results(version: &str, target: &str, trials: &[Trial], paths: &Paths<'_>) -> Results {
    let rule = Rule {
        id: "kijun/test".to_owned(),
        group: target.to_owned(),
        title: Label::new("規則のテスト", "test of a pack"),
        page: None,
        uri: None,
        level: Level::Error,
    };
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    let mut items = Vec::new();
    for trial in trials {
        let nth = times.entry(trial.name.as_str()).or_default();
        *nth += 1;
        let print = |i: usize| fingerprint(["kijun/test", target, &trial.name, &format!("{nth} {i}")]);
        let item = |state, message: Label, span, fingerprint| Item {
            rule: 0,
            subject: trial.name.clone(),
            state,
            level: if state == State::Failed { Level::Error } else { Level::Note },
            message,
            help: Label::default(),
            at: paths.place(span),
            related: Vec::new(),
            fingerprint,
            tags: Vec::new(),
            waiver: None,
            age: None,
            decides: false,
            files: BTreeSet::from([span.file]),
        };
        if trial.shortfalls.is_empty() {
            items.push(item(State::Passed, Label::new("合格", "passed"), trial.span, print(0)));
        }
        for (i, shortfall) in trial.shortfalls.iter().enumerate() {
            items.push(item(State::Failed, shortfall.message.clone(), shortfall.span, print(i + 1)));
        }
    }
    Results { rules: vec![rule], items, ..Results::new(Command::Test, version) }
}
