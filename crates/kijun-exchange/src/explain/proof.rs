//! The tree of a proof, with the facts that decide.

use kijun_engine::Proof;
use kijun_engine::assessment::FactRef;
use kijun_facts::{EvidenceId, Show, Words};
use kijun_text::Lang;

use super::{ExplainContext, Fact, Node, Note, Value};
use crate::names::fact_name;
use crate::wording::{left_out_words, remark, weak_cell_words};

/// The facts of an outcome that have been shown.
type Shown = Vec<FactRef>;

impl ExplainContext<'_> {
    pub(super) fn node(&self, proof: &Proof, shown: &mut Shown) -> Node {
        let source = self.sources.slice(proof.span);
        let mut node = Node {
            truth: proof.truth,
            binding: proof.binding.clone(),
            text: source.split_whitespace().collect::<Vec<_>>().join(" "),
            place: proof.span,
            facts: Vec::new(),
            notes: Vec::new(),
            children: Vec::new(),
        };
        self.reads(proof, &mut node, shown);
        for child in &proof.children {
            // A function's body, or a bracket, says the same again: show what is in it.
            if child.span == proof.span && child.binding.is_none() {
                self.reads(child, &mut node, shown);
                node.children.extend(child.children.iter().map(|c| self.node(c, shown)));
            } else {
                node.children.push(self.node(child, shown));
            }
        }
        node
    }

    /// What an expression reads itself.
    fn reads(&self, proof: &Proof, node: &mut Node, shown: &mut Shown) {
        node.facts.extend(proof.facts.iter().map(|fact| self.fact(*fact, shown)));
        let note = |cell: &kijun_engine::WeakCell| Note {
            text: weak_cell_words(self.program, cell, self.lang),
            place: cell.span,
        };
        node.notes.extend(proof.weak_cells.iter().map(note));
        let text = left_out_words(proof, self.lang);
        node.notes.extend(text.map(|text| Note { text, place: proof.span }));
    }

    /// A fact with its value, evidence and place.
    pub(super) fn fact(&self, fact: FactRef, shown: &mut Shown) -> Fact {
        let (store, schema) = (self.store, &self.program.schema);
        let name = fact_name(self.program, store, fact);
        let mut out = Fact { fact, name, label: String::new(), values: Vec::new(), repeated: false };
        let FactRef::Cell { kind, row, attr } = fact else { return out };
        out.repeated = shown.contains(&fact);
        if !out.repeated {
            shown.push(fact);
        }
        let Some(table) = store.kind(kind) else { return out };
        let attribute = schema.attribute(kind, attr);
        out.label = attribute.map_or("", |a| a.label.or(self.lang, &a.name)).to_owned();
        let show = Show { store, schema, lang: self.lang, words: Words::Labels };
        let value = |text, evidence, place| Value { text, evidence: self.evidence(evidence), place };
        out.values = match (table.conflict(attr, row), attribute) {
            (Some(conflict), Some(a)) => {
                let all = conflict.alternatives.iter();
                all.map(|one| value(show.value(&a.ty, &one.value), one.evidence, one.origin)).collect()
            }
            _ => {
                let row = row as usize;
                let text = show.cell(kind, attr, row);
                vec![value(text, table.evidence_of(attr, row), table.cell(attr, row))]
            }
        };
        out
    }

    fn evidence(&self, id: EvidenceId) -> String {
        let Some(e) = self.store.evidence(id) else { return String::new() };
        let grades = self.program.schema.enums.get(1);
        let grade = e.grade.and_then(|g| grades?.literals.get(g as usize));
        let mut parts: Vec<String> =
            grade.map(|l| l.label.or(self.lang, &l.name).to_owned()).into_iter().collect();
        parts.extend(e.source.clone());
        parts.extend(e.as_of.map(|d| d.to_string()));
        let until = if self.lang == Lang::Ja { "期限 " } else { "until " };
        parts.extend(e.valid_until.map(|d| format!("{until}{d}")));
        parts.extend(e.remark.as_deref().map(|said| remark(said, self.lang)));
        parts.join(", ")
    }
}
