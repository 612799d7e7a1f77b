//! Kijun as a library: the five things that a program asks of a workspace, as plain data.
//!
//! | | |
//! |---|---|
//! | [`Workspace::load`] | reads packs, rules and facts of a folder |
//! | [`Workspace::check`] | what is wrong with them |
//! | [`Workspace::assess`] | verdicts and findings on a day |
//! | [`Workspace::explain`] | the proof of a verdict |
//! | [`Workspace::cover`] | how far one catalogue covers another |
//!
//! It adds no semantics: verdicts, messages and proofs are those of the program `kijun`. Nothing here asks for the time or opens a
//! connection. Texts for people are a [`Label`], in Japanese and English.
//!
//! ```
//! use kijun::{Date, Verdict, Workspace};
//!
//! # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/city-hospital");
//! let workspace = Workspace::load(folder)?;
//! assert!(workspace.check().iter().all(|problem| !problem.is_error));
//!
//! let assessment = workspace.assess(Date::new(2026, 11, 22)?)?;
//! for finding in &assessment.findings {
//!     println!("{} {}: {}", finding.requirement, finding.subject, finding.message.en);
//! }
//! // What is missing is never a pass: it is counted on its own.
//! let open = assessment.requirements.iter().filter(|r| r.verdict == Verdict::Unknown).count();
//! assert!(open > 0);
//! # Ok::<(), kijun::Error>(())
//! ```

mod assessment;
mod coverage;
mod date;
mod error;
mod workspace;

pub use assessment::{Assessment, Explanation, Finding, Requirement};
pub use coverage::{Cover, Covered};
pub use date::Date;
pub use error::Error;
pub use kijun_coverage::Coverage;
pub use kijun_engine::assessment::Verdict;
pub use kijun_engine::program::Weight;
pub use kijun_text::{Label, Lang};
pub use workspace::{Place, Problem, Workspace};
