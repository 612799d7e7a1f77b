//! The answer: an explanation with places as the protocol names them.

use kijun_engine::assessment::{SubjectRef, Verdict};
use kijun_engine::truth::Truth;
use kijun_exchange::explain as own;
use kijun_ide::{Beside, Explained};
use kijun_text::{Lang, Span};
use serde::Serialize;
use tower_lsp::ls_types::Location;

use crate::ask::View;

#[derive(Debug, Serialize)]
pub(crate) struct ExplainAnswer {
    requirement: Requirement,
    /// The subject that was explained, if only one was.
    subject: Option<String>,
    outcomes: Vec<Outcome>,
    others: Vec<Other>,
    beside: Vec<BesideAnswer>,
    reasons: Vec<String>,
    below: Vec<Item>,
    markdown: String,
}

#[derive(Debug, Serialize)]
struct Requirement {
    id: String,
    edition: String,
    title: String,
    tags: String,
    source: String,
    verdict: Option<Stated>,
    withdrawn: Option<Vec<Item>>,
    location: Option<Location>,
}

#[derive(Debug, Serialize)]
struct Stated {
    name: &'static str,
    label: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
}

#[derive(Debug, Serialize)]
struct Item {
    id: String,
    title: String,
    verdict: Option<Stated>,
    location: Option<Location>,
}

#[derive(Debug, Serialize)]
struct Other {
    subject: String,
    id: Option<String>,
    rule: String,
    verdict: Stated,
}

#[derive(Debug, Serialize)]
struct BesideAnswer {
    id: String,
    subject: Option<String>,
    verdict: Option<Stated>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    subject: Subject,
    verdict: Stated,
    rule: Rule,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_confirm: Option<String>,
    fix: String,
    proof: Vec<Node>,
    facts: Vec<Fact>,
    repairs: Vec<Repair>,
    missing: Vec<Missing>,
}

#[derive(Debug, Serialize)]
struct Subject {
    kind: &'static str,
    label: String,
    location: Option<Location>,
}

#[derive(Debug, Serialize)]
struct Rule {
    name: String,
    mark: Option<String>,
    text: String,
    location: Option<Location>,
}

#[derive(Debug, Serialize)]
struct Node {
    truth: &'static str,
    label: &'static str,
    binding: Option<Binding>,
    text: String,
    location: Option<Location>,
    facts: Vec<Fact>,
    notes: Vec<Placed>,
    children: Vec<Node>,
}

#[derive(Debug, Serialize)]
struct Binding {
    name: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct Placed {
    text: String,
    location: Option<Location>,
}

#[derive(Debug, Serialize)]
struct Fact {
    name: String,
    label: String,
    values: Vec<Value>,
    /// Told before in the same outcome.
    repeated: bool,
}

#[derive(Debug, Serialize)]
struct Value {
    text: String,
    evidence: String,
    location: Option<Location>,
}

#[derive(Debug, Serialize)]
struct Repair {
    steps: Vec<Placed>,
    unverified: bool,
}

#[derive(Debug, Serialize)]
struct Missing {
    name: String,
    question: Option<String>,
    of: Option<String>,
    location: Option<Location>,
}

pub(super) struct Writer<'v> {
    pub(super) view: &'v View,
    pub(super) lang: Lang,
}

impl Writer<'_> {
    /// A place as a link in Markdown; in words where the text there was changed.
    pub(super) fn link(&self, span: Span) -> String {
        let Some(doc) = self.view.snapshot.doc(span.file) else { return String::new() };
        let name = &doc.path;
        match self.view.place(span) {
            Some(at) => {
                let line = at.range.start.line + 1;
                format!("[{name}:{line}]({}#L{line})", at.uri.as_str())
            }
            None => name.clone(),
        }
    }

    pub(super) fn answer(&self, found: Explained, markdown: String) -> ExplainAnswer {
        let Explained { explanation: e, subject, beside } = found;
        ExplainAnswer {
            requirement: Requirement {
                id: e.id,
                edition: e.edition,
                title: e.title,
                tags: e.tags,
                source: e.source,
                verdict: e.verdict.map(stated),
                withdrawn: e.withdrawn.map(|all| all.into_iter().map(|i| self.item(i)).collect()),
                location: self.view.place(e.place),
            },
            subject,
            outcomes: e.outcomes.into_iter().map(|o| self.outcome(o)).collect(),
            others: e.others.into_iter().map(other).collect(),
            beside: beside.into_iter().map(|b| self.beside(b)).collect(),
            reasons: e.reasons,
            below: e.below.into_iter().map(|i| self.item(i)).collect(),
            markdown,
        }
    }

    fn item(&self, item: own::Item) -> Item {
        let location = self.view.place(item.place);
        Item { id: item.id, title: item.title, verdict: item.verdict.map(stated), location }
    }

    fn beside(&self, beside: Beside) -> BesideAnswer {
        let verdict = |v: Verdict| Stated {
            name: v.name(),
            label: v.label().get(self.lang).to_owned(),
            reason: String::new(),
        };
        BesideAnswer { id: beside.id, subject: beside.subject, verdict: beside.verdict.map(verdict) }
    }

    fn outcome(&self, o: own::Outcome) -> Outcome {
        let kind = match o.subject {
            SubjectRef::Facility => "facility",
            SubjectRef::Record(..) => "record",
            SubjectRef::Register(_) => "register",
        };
        Outcome {
            subject: Subject { kind, label: o.who, location: o.place.and_then(|p| self.view.place(p)) },
            verdict: stated(o.verdict),
            rule: Rule {
                name: o.rule_name,
                mark: o.rule_mark,
                text: o.rule_text,
                location: self.view.place(o.rule_place),
            },
            message: o.message,
            to_confirm: o.to_confirm,
            fix: o.fix,
            proof: o.proof.into_iter().map(|n| self.node(n)).collect(),
            facts: o.facts.into_iter().map(|f| self.fact(f)).collect(),
            repairs: o.repairs.into_iter().map(|r| self.repair(r)).collect(),
            missing: o.missing.into_iter().map(|m| self.missing(m)).collect(),
        }
    }

    fn node(&self, node: own::Node) -> Node {
        let (truth, ja, en) = match node.truth {
            Truth::True => ("true", "真", "true"),
            Truth::False => ("false", "偽", "false"),
            Truth::Unknown => ("unknown", "不明", "unknown"),
        };
        let note = |n: own::Note| Placed { text: n.text, location: self.view.place(n.place) };
        Node {
            truth,
            label: if self.lang == Lang::Ja { ja } else { en },
            binding: node.binding.map(|(name, value)| Binding { name, value }),
            text: node.text,
            location: self.view.place(node.place),
            facts: node.facts.into_iter().map(|f| self.fact(f)).collect(),
            notes: node.notes.into_iter().map(note).collect(),
            children: node.children.into_iter().map(|n| self.node(n)).collect(),
        }
    }

    fn fact(&self, fact: own::Fact) -> Fact {
        let value =
            |v: own::Value| Value { text: v.text, evidence: v.evidence, location: self.view.place(v.place) };
        Fact {
            name: fact.name,
            label: fact.label,
            values: fact.values.into_iter().map(value).collect(),
            repeated: fact.repeated,
        }
    }

    fn repair(&self, repair: own::Repair) -> Repair {
        let step = |s: own::Step| Placed { text: s.text, location: s.place.and_then(|p| self.view.place(p)) };
        Repair { steps: repair.steps.into_iter().map(step).collect(), unverified: repair.unverified }
    }

    fn missing(&self, missing: own::Missing) -> Missing {
        Missing {
            name: missing.name,
            question: missing.question,
            of: missing.of,
            location: missing.place.and_then(|p| self.view.place(p)),
        }
    }
}

fn stated(of: own::Stated) -> Stated {
    Stated { name: of.verdict.name(), label: of.label, reason: of.reason }
}

fn other(of: own::Other) -> Other {
    Other { subject: of.subject, id: of.id, rule: of.rule, verdict: stated(of.verdict) }
}
