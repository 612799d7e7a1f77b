//! The words for relations, coverage and derivations, in both languages.

use kijun_engine::program::{Mark, Program};
use kijun_text::Label;

use crate::coverage::{Coverage, Met};
use crate::mappings::Mappings;
use crate::network::{Edge, Node, Step};
use crate::relation::{Relations, Relationship};
use crate::walks::{Derivation, Walk};

impl Relationship {
    pub fn label(self) -> Label {
        let (ja, en) = match self {
            Relationship::Equal => ("等しい", "equal"),
            Relationship::Subset => ("部分", "subset"),
            Relationship::Superset => ("包含", "superset"),
            Relationship::Intersects => ("重なる", "intersects"),
            Relationship::Unrelated => ("無関係", "unrelated"),
        };
        Label::new(ja, en)
    }
}

impl Relations {
    /// One word: the relationship if only one is left; `overlaps` when something is in common for certain; `open` when
    /// they may have nothing in common; `contradiction` when nothing is left.
    pub fn name(self) -> &'static str {
        match self.single() {
            Some(one) => one.name(),
            None if self.is_empty() => "contradiction",
            None if self.is_within(Relations::OVERLAPS) => "overlaps",
            None => "open",
        }
    }

    pub fn label(self) -> Label {
        match self.single() {
            Some(one) => one.label(),
            None if self.is_empty() => Label::new("矛盾", "contradiction"),
            None if self.is_within(Relations::OVERLAPS) => Label::new("共通部分あり", "overlaps"),
            None => Label::new("未定", "open"),
        }
    }

    /// What is still possible, in words: "部分または重なる".
    pub fn possible(self) -> Label {
        let labels: Vec<Label> = self.iter().map(Relationship::label).collect();
        let ja: Vec<&str> = labels.iter().map(|l| l.ja.as_str()).collect();
        let en: Vec<&str> = labels.iter().map(|l| l.en.as_str()).collect();
        Label::new(ja.join("または"), en.join(" or "))
    }
}

impl Coverage {
    pub fn label(self) -> Label {
        let (ja, en) = match self {
            Coverage::Covered => ("対応あり", "covered"),
            Coverage::Unverified => ("対応あり（未検証）", "covered, unverified"),
            Coverage::Partly => ("一部対応", "partly covered"),
            Coverage::Possibly => ("対応の可能性", "possibly covered"),
            Coverage::NotCovered => ("対応なし", "not covered"),
        };
        Label::new(ja, en)
    }

    /// A sign that is told apart without colour.
    pub fn sign(self) -> &'static str {
        match self {
            Coverage::Covered => "◎",
            Coverage::Unverified => "○",
            Coverage::Partly => "△",
            Coverage::Possibly => "？",
            Coverage::NotCovered => "－",
        }
    }
}

impl Met {
    pub fn label(self) -> Label {
        let (ja, en) = match self {
            Met::Met => ("充足", "met"),
            Met::PartlyMet => ("一部充足", "partly met"),
            Met::Open => ("未定", "open"),
            Met::NotMet => ("不充足", "not met"),
            Met::Conflicting => ("矛盾", "conflicting"),
            Met::NotApplicable => ("対象外", "not applicable"),
        };
        Label::new(ja, en)
    }
}

/// The words for a mark.
pub fn mark_label(mark: Mark) -> Label {
    mark.label()
}

/// What a node is called: its id, or its members in braces.
pub fn node_name(program: &Program, mappings: &Mappings<'_>, node: Node) -> String {
    let id = |n: &Node| {
        let item = mappings.network.item(*n).and_then(|i| program.requirement(i));
        item.map_or(String::new(), |r| r.id.clone())
    };
    match mappings.network.members(node) {
        Some(members) => format!("{{{}}}", members.iter().map(id).collect::<Vec<_>>().join(" ")),
        None => id(&node),
    }
}

/// The same, with a large union cut short: its first member and how many more.
pub fn node_short(program: &Program, mappings: &Mappings<'_>, node: Node) -> String {
    match mappings.network.members(node) {
        Some([first, rest @ ..]) if rest.len() > 2 => {
            format!("{{{} +{}}}", node_name(program, mappings, *first), rest.len())
        }
        _ => node_name(program, mappings, node),
    }
}

/// A derivation on one line, for tables: steps joined by `; `, walks by ` & `.
pub fn derivation_line(mappings: &Mappings<'_>, derivation: &Derivation) -> String {
    let walks = derivation.walks.iter().map(|walk| {
        let steps: Vec<String> = steps(walk).map(|(from, edge)| step_line(mappings, from, edge)).collect();
        steps.join("; ")
    });
    walks.collect::<Vec<_>>().join(" & ")
}

/// Every step of a walk with the node it starts from.
pub fn steps(walk: &Walk) -> impl Iterator<Item = (Node, &Edge)> {
    let before = std::iter::once(walk.from).chain(walk.steps.iter().map(|e| e.to));
    before.zip(&walk.steps)
}

fn step_line(mappings: &Mappings<'_>, from: Node, edge: &Edge) -> String {
    let (a, b) =
        (node_name(mappings.program, mappings, from), node_name(mappings.program, mappings, edge.to));
    let (how, provenance) = match edge.step {
        Step::Stated(_) | Step::Turned(_) => {
            let strength = if edge.strength > 0 { format!(" {}", edge.strength) } else { String::new() };
            (edge.relations.name(), format!(" [{}{strength}]", edge.mark.name()))
        }
        Step::PartOf => ("part-of", String::new()),
        Step::HasPart => ("has-part", String::new()),
        Step::MemberOf => ("member-of", String::new()),
        Step::HasMember => ("has-member", String::new()),
    };
    format!("{a} {how} {b}{provenance}")
}

/// A derivation in sentences, a line each: every step with where it stands, then what the walk gives, then what walks give
/// together.
pub fn derivation_words(mappings: &Mappings<'_>, derivation: &Derivation) -> Vec<Label> {
    let mut out = Vec::new();
    for walk in &derivation.walks {
        out.extend(steps(walk).map(|(from, edge)| step_words(mappings, from, edge)));
        if walk.steps.len() > 1 {
            let gives = walk.gives.possible();
            out.push(Label::new(format!("⇒ {}", gives.ja), format!("⇒ {}", gives.en)));
        }
    }
    if derivation.walks.len() > 1 {
        let gives = derivation.gives.possible();
        let (ja, en) = if derivation.gives.is_empty() {
            ("以上は同時に成り立たない".to_owned(), "these cannot all hold".to_owned())
        } else {
            (format!("以上を合わせて ⇒ {}", gives.ja), format!("taken together ⇒ {}", gives.en))
        };
        out.push(Label::new(ja, en));
    }
    out
}

fn step_words(mappings: &Mappings<'_>, from: Node, edge: &Edge) -> Label {
    let (a, b) =
        (node_name(mappings.program, mappings, from), node_name(mappings.program, mappings, edge.to));
    let relation = edge.relations.single().unwrap_or(Relationship::Intersects);
    let sentence = sentence(edge.step, relation);
    let fill = |text: &str| text.replace("{a}", &a).replace("{b}", &b);
    let (ja, en) = (fill(&sentence.ja), fill(&sentence.en));
    if edge.step.statement().is_none() {
        return Label::new(ja, en);
    }
    let mark = mark_label(edge.mark);
    let (strength_ja, strength_en) = match edge.strength {
        0 => ("、強さの記載なし".to_owned(), ", no strength stated".to_owned()),
        s => (format!("、強さ{s}"), format!(", strength {s}")),
    };
    Label::new(format!("{ja}（{}{strength_ja}）", mark.ja), format!("{en} ({}{strength_en})", mark.en))
}

/// What a step says of the items `{a}` and `{b}`; `relation` is that of a statement, as it is read here.
pub fn sentence(step: Step, relation: Relationship) -> Label {
    let (ja, en) = match (step, relation) {
        (Step::PartOf, _) => ("{a} は {b} の下にある", "{a} is part of {b}"),
        (Step::HasPart, _) => ("{a} の下に {b} がある", "{a} has the part {b}"),
        (Step::MemberOf, _) => ("{a} は {b} に入る", "{a} is one of {b}"),
        (Step::HasMember, _) => ("{a} に {b} が入る", "{a} has the member {b}"),
        (_, Relationship::Equal) => ("{a} は {b} に等しい", "{a} is equal to {b}"),
        (_, Relationship::Subset) => ("{a} は {b} の部分", "{a} is a subset of {b}"),
        (_, Relationship::Superset) => ("{a} は {b} を含む", "{a} is a superset of {b}"),
        (_, Relationship::Intersects) => ("{a} は {b} と重なる", "{a} intersects {b}"),
        (_, Relationship::Unrelated) => ("{a} は {b} と無関係", "{a} has nothing to do with {b}"),
    };
    Label::new(ja, en)
}
