use kijun_exchange::diff::markdown;
use kijun_exchange::verification::{
    Answers, VerificationContext, finding_named, verification_json, verification_outline,
};
use kijun_model::{Acceptance, SURVIVOR};
use kijun_prove::{FindingKind, Options, verify};
use kijun_text::FileId;
use kijun_workspace::Workspace;

use super::lines::{json, text};
use super::{Status, day, load_norms, no_rule, told, write_result};
use crate::args::{self, VerifyFormat};
use crate::diagnostics;
use crate::terminal::Terminal;

/// Looks for facts that refute what rules and mappings claim; status 1 when there are any.
pub(super) fn run(args: &args::Verify, terminal: &Terminal) -> Status {
    match search(args, terminal) {
        Ok(status) | Err(status) => status,
    }
}

fn search(args: &args::Verify, terminal: &Terminal) -> Result<Status, Status> {
    let (profile, locked) = (args.profile.clone(), args.locked);
    let facts = args::FactArgs { as_of: None, facts: Some(Vec::new()), profile, locked };
    let (workspace, _) = load_norms(&args.path, &facts, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let today = args.as_of.as_ref().map(|text| day(text, terminal)).transpose()?;
    let options = Options { scope: args.scope, budget: args.budget, today, files: own_files(&workspace) };
    let compiled = &workspace.compiled;
    let wanted = |kind: FindingKind| args.only.is_empty() || args.only.iter().any(|o| o == kind.name());
    let report = verify(&compiled.program, &compiled.mappings, &compiled.properties, &options, &wanted);
    if report.questions == 0 && report.claims.is_empty() {
        return Err(no_rule(terminal));
    }
    let title = workspace.title();
    let mut context = VerificationContext {
        program: &compiled.program,
        statements: &compiled.mappings,
        properties: &compiled.properties,
        sources: &workspace.sources,
        title: &title,
        engine_version: env!("CARGO_PKG_VERSION"),
        report: &report,
        answers: Answers::default(),
    };
    context.answers = answers(&workspace, &context, &args.only);
    let outline = || verification_outline(&context, args.details, terminal.lang);
    let bytes = match args.format {
        VerifyFormat::Text => text(&outline(), terminal, args.output.is_some()),
        VerifyFormat::Md => markdown(&outline()).into_bytes(),
        VerifyFormat::Json => json(&verification_json(&context)),
    };
    write_result(args.output.as_deref(), &bytes, terminal)?;
    let found = context.open() > 0 || !context.answers.unused.is_empty() || !report.unconfirmed.is_empty();
    Ok(if found { Status::Findings } else { Status::Ok })
}

/// What manifests answer to what was found; and their answers to what was asked for and not found.
fn answers(workspace: &Workspace, context: &VerificationContext<'_>, only: &[String]) -> Answers {
    let entries = workspace.accepted();
    let mut acceptance = Acceptance::new(&entries);
    let findings = context.report.findings.iter();
    let reasons =
        findings.map(|f| acceptance.reason(&told(f.kind.name(), finding_named(context, f))).cloned());
    let reasons = reasons.collect();
    let is_asked =
        |finding: &str| finding != SURVIVOR && (only.is_empty() || only.iter().any(|o| o == finding));
    let unused = acceptance.unused(is_asked).into_iter();
    let unused = unused.filter(|(_, _, span)| workspace.looks_at(*span));
    let unused = unused.map(|(entry, of, span)| (format!("{} {of}", entry.finding), span));
    Answers { reasons, unused: unused.collect() }
}

/// Of a pack its own modules; of a workspace or a folder of packs, all.
fn own_files(workspace: &Workspace) -> Option<Vec<FileId>> {
    workspace.manifest.pack.as_ref()?;
    let own = workspace.packs.iter().find(|p| p.root == workspace.root)?;
    Some(own.modules.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_can_be_accepted() {
        let mut names: Vec<&str> = FindingKind::ALL.iter().map(|kind| kind.name()).collect();
        names.insert(0, SURVIVOR);
        assert_eq!(names, kijun_model::ACCEPTABLE);
    }
}
