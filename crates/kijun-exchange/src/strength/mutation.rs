//! Changes to rules: which ones a test notices, and what is to be said of those that none does.

use kijun_engine::mutant::Mutant;
use kijun_engine::program::{Expr, ExprKind, Program};
use kijun_engine::walk;
use kijun_text::{Label, Lang, Span};
use serde::Serialize;

use super::words::{change_name, change_words};
use super::{AtJson, Tally, at, percent, place, text};
use crate::accepted::Named;
use crate::diff::Line;
use crate::results::Paths;

/// What a test run with changed rules came to.
pub struct MutationContext<'a> {
    pub program: &'a Program,
    pub killed: usize,
    pub survivors: Vec<Survivor>,
    /// Up to how many records facts were looked for that tell a change from what was there.
    pub scope: u32,
    /// What is accepted and is no survivor: its name, and where it says so.
    pub unused: Vec<(String, Span)>,
}

/// A change that no test notices.
#[derive(Debug, Clone)]
pub struct Survivor {
    pub mutant: Mutant,
    /// Whether any test goes there.
    pub reached: bool,
    pub standing: Standing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Open,
    /// No facts within the scope give any check another status: there is nothing to notice.
    NotToldApart,
    /// For this reason.
    Accepted(Label),
}

impl MutationContext<'_> {
    /// Of the changes that a test could notice and should.
    pub fn tally(&self) -> Tally {
        Tally { seen: self.killed, all: self.killed + self.count(|s| *s == Standing::Open) }
    }

    /// Of all changes.
    fn whole(&self) -> Tally {
        Tally { seen: self.killed, all: self.killed + self.survivors.len() }
    }

    fn count(&self, of: impl Fn(&Standing) -> bool) -> usize {
        self.survivors.iter().filter(|s| of(&s.standing)).count()
    }

    fn list(&self, of: impl Fn(&Standing) -> bool) -> impl Iterator<Item = &Survivor> {
        self.survivors.iter().filter(move |s| of(&s.standing))
    }
}

fn is_open(standing: &Standing) -> bool {
    *standing == Standing::Open
}

fn is_the_same(standing: &Standing) -> bool {
    *standing == Standing::NotToldApart
}

fn is_accepted(standing: &Standing) -> bool {
    matches!(standing, Standing::Accepted(_))
}

/// A survivor as an entry of `[[accepted]]` names it.
pub fn survivor_named(program: &Program, mutant: &Mutant, paths: &Paths<'_>) -> Named {
    Named {
        file: mutant.span.file,
        of: owner(program, mutant.span).unwrap_or_default(),
        with: None,
        text: Some(text(paths, mutant.span)),
        change: Some(change_name(program, mutant, paths)),
    }
}

/// The check, relation or function that a place stands in.
fn owner(program: &Program, at: Span) -> Option<String> {
    let holds = |span: Span| span.file == at.file && span.start <= at.start && at.end <= span.end;
    let check = program.checks.iter().find(|c| holds(c.span)).map(|c| c.name.clone());
    let relation = || {
        let found = program.relations.iter().find(|r| r.rules.iter().any(|rule| holds(rule.span)));
        found.map(|r| r.name.clone())
    };
    let function = || {
        let mut name = None;
        let mut look = |e: &Expr| {
            if let ExprKind::Named { name: called, body } = &e.kind
                && holds(body.span)
            {
                name = Some(called.clone());
            }
        };
        for check in &program.checks {
            let requires = check.requires.iter().map(|r| &r.condition);
            check.condition.iter().chain(requires).for_each(|e| walk::expressions(e, &mut look));
        }
        let bodies = program.relations.iter().flat_map(|r| &r.rules).flat_map(|r| &r.body);
        bodies.for_each(|e| walk::expressions(e, &mut look));
        name
    };
    check.or_else(relation).or_else(function)
}

/// The score and every change that no test notices, as lines.
pub fn mutation_lines(of: &MutationContext<'_>, title: &str, paths: &Paths<'_>, lang: Lang) -> Vec<Line> {
    let say = |ja: String, en: String| if lang == Lang::Ja { ja } else { en };
    let (tally, whole) = (of.tally(), of.whole());
    let (open, same, accepted) = (of.count(is_open), of.count(is_the_same), of.count(is_accepted));
    let unreached = of.list(is_open).filter(|s| !s.reached).count();
    let (seen, score) = (tally.seen, percent(tally.per_mille()));
    let mut out = vec![Line::Heading(say(
        format!(
            "{title}: 規則の変異 {} 件のうち {seen} 件をテストが検出（{score}）。見逃し {open} 件（うちどのテストも通らない場所 {unreached} 件）",
            tally.all
        ),
        format!(
            "{title}: {seen} of {} changed rules are noticed by a test ({score}); {open} survive, {unreached} of them where no test goes",
            tally.all
        ),
    ))];
    for survivor in of.list(is_open) {
        out.push(Line::Item(0, item(of, survivor, paths, lang)));
    }
    let scope = of.scope;
    if same + accepted > 0 {
        let all = percent(whole.per_mille());
        out.push(Line::Text(say(
            format!("このほか、範囲 {scope} の事実では元の規則と見分けがつかない変異 {same} 件と、理由を付けて受け入れた変異 {accepted} 件は、率に数えていません（数えると {} 件のうち {seen} 件、{all}）", whole.all),
            format!("not counted: {same} changes that no facts within scope {scope} tell from the rule as it is, and {accepted} that are accepted with a reason (with them {seen} of {}, {all})", whole.all),
        )));
    }
    for survivor in of.list(|s| !is_open(s)) {
        let why = match &survivor.standing {
            Standing::Accepted(reason) => reason.or(lang, "").to_owned(),
            _ => say(format!("範囲 {scope} で見分けなし"), format!("not told apart within scope {scope}")),
        };
        let item = item(of, survivor, paths, lang);
        out.push(Line::Item(0, say(format!("{item}［{why}］"), format!("{item} [{why}]"))));
    }
    if !of.unused.is_empty() {
        out.push(Line::Text(say(
            "受け入れると書かれていて、見逃しではないもの（項目を除いてください）".to_owned(),
            "accepted, but no survivor: remove the entry".to_owned(),
        )));
    }
    out.extend(
        of.unused.iter().map(|(name, span)| Line::Item(0, format!("{}  {name}", place(paths, *span)))),
    );
    out
}

fn item(of: &MutationContext<'_>, survivor: &Survivor, paths: &Paths<'_>, lang: Lang) -> String {
    let words = change_words(of.program, &survivor.mutant, paths);
    let note = match (survivor.reached, lang) {
        (true, _) => "",
        (false, Lang::Ja) => "［どのテストも通らない］",
        (false, Lang::En) => " [no test goes here]",
    };
    let span = survivor.mutant.span;
    format!("{}  {}{note}: {}", place(paths, span), words.get(lang), text(paths, span))
}

#[derive(Debug, Serialize)]
pub(super) struct MutationJson {
    /// Every change that was made.
    mutants: usize,
    killed: usize,
    /// What the score is of: without the last two lists.
    counted: usize,
    scope: u32,
    survivors: Vec<SurvivorJson>,
    not_told_apart: Vec<SurvivorJson>,
    accepted: Vec<SurvivorJson>,
    /// Entries for what is no survivor.
    unused: Vec<UnusedJson>,
}

#[derive(Debug, Serialize)]
struct SurvivorJson {
    #[serde(flatten)]
    at: AtJson,
    change: Label,
    reached: bool,
    /// What an entry of `[[accepted]]` says, beside `text`.
    of: String,
    #[serde(rename = "mutation")]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Label>,
}

#[derive(Debug, Serialize)]
struct UnusedJson {
    #[serde(flatten)]
    at: AtJson,
    of: String,
}

pub(super) fn mutation_json(of: &MutationContext<'_>, paths: &Paths<'_>) -> MutationJson {
    let list = |which: fn(&Standing) -> bool| -> Vec<SurvivorJson> {
        of.list(which).map(|s| survivor_json(of.program, s, paths)).collect()
    };
    let unused = of.unused.iter().map(|(name, span)| UnusedJson { at: at(paths, *span), of: name.clone() });
    MutationJson {
        mutants: of.whole().all,
        killed: of.killed,
        counted: of.tally().all,
        scope: of.scope,
        survivors: list(is_open),
        not_told_apart: list(is_the_same),
        accepted: list(is_accepted),
        unused: unused.collect(),
    }
}

fn survivor_json(program: &Program, survivor: &Survivor, paths: &Paths<'_>) -> SurvivorJson {
    let named = survivor_named(program, &survivor.mutant, paths);
    SurvivorJson {
        at: at(paths, survivor.mutant.span),
        change: change_words(program, &survivor.mutant, paths),
        reached: survivor.reached,
        of: named.of,
        name: named.change.unwrap_or_default(),
        reason: match &survivor.standing {
            Standing::Accepted(reason) => Some(reason.clone()),
            _ => None,
        },
    }
}
