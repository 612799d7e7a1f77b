use std::collections::BTreeSet;

use kijun_coverage::{Mappings, Node, Rationale, Relations, TRUSTED, Walks, wording};
use kijun_engine::program::RequirementId;
use owo_colors::Style;

use super::{contradictions, id, indented};
use crate::terminal::Terminal;

/// How two items stand to each other, and why.
pub(crate) fn relate(
    mappings: &Mappings<'_>,
    a: RequirementId,
    b: RequirementId,
    terminal: &Terminal,
) -> String {
    let program = mappings.program;
    let mut out = String::new();
    for item in [a, b] {
        let title = program.requirement(item).map_or("", |r| terminal.text(&r.title));
        let heading = format!("{}  {title}", id(program, item));
        out.push_str(&format!("{}\n", terminal.paint(&heading, Style::new().bold())));
    }
    out.push('\n');
    let walks = Walks::from(&mappings.network, Node::from(a));
    let relations = walks.relations(Node::from(b));
    out.push_str(&indented(&sentence(relations, id(program, a), id(program, b), terminal), 0, terminal));
    if let Some(derivation) = walks.derivation(Node::from(b)) {
        out.push('\n');
        for line in wording::derivation_words(mappings, &derivation) {
            out.push_str(&indented(terminal.text(&line), 2, terminal));
        }
        out.push_str(&arguments(mappings, &derivation, terminal));
        out.push('\n');
        let mut facts = Vec::new();
        if let Some(mark) = derivation.mark {
            facts.push(format!(
                "{} {}",
                terminal.say("最も弱い出所:", "lowest mark:"),
                terminal.text(&wording::mark_label(mark))
            ));
        }
        let strength = derivation
            .strength
            .map_or_else(|| terminal.say("記載なし", "not stated").to_owned(), |s| s.to_string());
        facts.push(format!("{} {strength}", terminal.say("最も弱い強さ:", "weakest strength:")));
        facts.push(senses(&mappings.senses(&derivation), terminal));
        out.push_str(&indented(&facts.join("  "), 2, terminal));
        let trusted = walks.relations_by(Node::from(b), TRUSTED);
        if trusted != relations {
            let text = match terminal.lang {
                kijun_text::Lang::Ja if trusted == Relations::ANY => {
                    "あいまい・未検証の対応を除くと、何も言えません".to_owned()
                }
                kijun_text::Lang::Ja => {
                    format!("あいまい・未検証の対応を除くと: {}", trusted.possible().ja)
                }
                kijun_text::Lang::En if trusted == Relations::ANY => {
                    "without ambiguous and unverified mappings nothing follows".to_owned()
                }
                kijun_text::Lang::En => {
                    format!("without ambiguous and unverified mappings: {}", trusted.possible().en)
                }
            };
            out.push_str(&indented(&text, 2, terminal));
        }
    }
    let own = contradictions(mappings, terminal);
    if !own.is_empty() {
        out.push('\n');
        out.push_str(&own);
    }
    out
}

fn sentence(relations: Relations, a: &str, b: &str, terminal: &Terminal) -> String {
    let possible = relations.possible();
    let ja = match relations.name() {
        _ if relations == Relations::ANY => {
            format!(
                "{a} と {b} の関係は、読み込まれた対応からは何も言えません（無関係という意味ではありません）"
            )
        }
        "overlaps" => format!("{a} は {b} と共通の部分を必ず持ちます。あり得るのは: {}", possible.ja),
        "open" => format!("{a} と {b} の関係は決まりません。あり得るのは: {}", possible.ja),
        _ => format!("{a} は {b} に対して: {}", possible.ja),
    };
    let en = match relations.name() {
        _ if relations == Relations::ANY => {
            format!(
                "nothing follows for {a} and {b} from the mappings that are loaded (which does not mean that they are unrelated)"
            )
        }
        "overlaps" => format!("{a} and {b} have something in common for certain; possible: {}", possible.en),
        "open" => format!("it is open how {a} stands to {b}; possible: {}", possible.en),
        _ => format!("{a} to {b}: {}", possible.en),
    };
    terminal.say(&ja, &en).to_owned()
}

/// Why the statements say what they say, and where they are from.
fn arguments(
    mappings: &Mappings<'_>,
    derivation: &kijun_coverage::Derivation,
    terminal: &Terminal,
) -> String {
    let mut out = String::new();
    for statement in derivation.statements().into_iter().filter_map(|i| mappings.statements.get(i)) {
        let mut parts = Vec::new();
        if !statement.argument.is_empty() {
            parts.push(terminal.text(&statement.argument).to_owned());
        }
        if !statement.source.is_empty() {
            parts.push(format!("{} {}", terminal.say("出典:", "source:"), statement.source));
        }
        if !parts.is_empty() {
            let sources: Vec<&str> = statement.sources.iter().map(|s| id(mappings.program, *s)).collect();
            let pair = format!("{} – {}", sources.join(" "), id(mappings.program, statement.target));
            out.push_str(&indented(&format!("{pair}: {}", parts.join(" / ")), 4, terminal));
        }
    }
    out
}

/// In which senses statements speak; that they mix is said.
fn senses(senses: &BTreeSet<Rationale>, terminal: &Terminal) -> String {
    let names: Vec<&str> = senses.iter().map(|s| s.name()).collect();
    match names.len() {
        0 => terminal.say("論拠の種類: 記載なし", "rationale: not stated").to_owned(),
        1 => format!("{} {}", terminal.say("論拠の種類:", "rationale:"), names.join("")),
        _ => format!(
            "{} {}",
            terminal.say("論拠の種類が混ざっています:", "rationale kinds are mixed:"),
            names.join(", ")
        ),
    }
}
