//! Lines `requirement,kind,id,verdict` of what is violated or unknown.

use std::path::Path;

use crate::truth::Truth;

#[derive(Clone, Copy)]
pub struct Question {
    pub requirement: &'static str,
    pub kind: &'static str,
}

pub const CLAUSES: Question = Question { requirement: "b:1", kind: "contract" };
pub const LOCATION: Question = Question { requirement: "b:2", kind: "contract" };
pub const REACH: Question = Question { requirement: "b:3", kind: "asset" };
pub const COUNTS: Question = Question { requirement: "b:4", kind: "facility" };

#[derive(Default)]
pub struct Answers(Vec<u8>);

impl Answers {
    /// `applies`: the condition under which the question is asked; `holds`: what is required then.
    pub fn add(&mut self, question: Question, id: &[u8], applies: Truth, holds: Truth) {
        let verdict = match (applies, holds) {
            (Truth::False, _) | (Truth::True, Truth::True) => return,
            (Truth::True, Truth::False) => "violated",
            (Truth::Unknown, _) | (Truth::True, Truth::Unknown) => "unknown",
        };
        self.line(question, id, verdict);
    }

    pub fn line(&mut self, question: Question, id: &[u8], verdict: &str) {
        let parts = [question.requirement.as_bytes(), question.kind.as_bytes(), id, verdict.as_bytes()];
        for part in parts {
            self.0.extend_from_slice(part);
            self.0.push(b',');
        }
        if let Some(last) = self.0.last_mut() {
            *last = b'\n';
        }
    }

    pub fn write(&self, path: &Path) -> Result<(), String> {
        std::fs::write(path, &self.0).map_err(|e| format!("{}: {e}", path.display()))
    }
}
