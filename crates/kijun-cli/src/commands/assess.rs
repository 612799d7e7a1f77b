use kijun_engine::Evaluation;
use kijun_engine::assessment::{Assessment, Finding, Verdict};
use kijun_engine::program::{Program, Weight};
use kijun_exchange::{Context, PackRef, assessment_json};
use kijun_text::Label;
use kijun_workspace::Workspace;

use super::{Status, load_sound, refuse};
use crate::args::{Assess, FailOn, Format};
use crate::diagnostics;
use crate::report;
use crate::terminal::Terminal;

/// Packs + facts -> verdicts.
pub(crate) fn run(args: &Assess, terminal: &Terminal) -> Status {
    let (workspace, today) = match load_sound(&args.path, &args.facts, terminal) {
        Ok(loaded) => loaded,
        Err(status) => return status,
    };
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let program = &workspace.compiled.program;
    let evaluation = Evaluation::new(program, &workspace.store, today);
    let assessment = evaluation.assessment();
    if assessment.rules == 0 {
        let message = Label::new("評価された規則がありません", "no rule was evaluated");
        let help = Label::new(
            "プロファイルの範囲と、kijun.toml の [dependencies] を確かめてください",
            "check the scope of the profile and [dependencies] in kijun.toml",
        );
        refuse(terminal, &message, &help);
        return Status::NothingEvaluated;
    }
    let listed = |f: &Finding| {
        args.audience.is_none_or(|role| {
            let audience = program.requirement(f.requirement).map_or(&[][..], |r| r.audience.as_slice());
            audience.is_empty() || audience.iter().any(|a| a == role.name())
        })
    };
    let text = match args.format {
        Format::Json => json(&workspace, &assessment, listed),
        Format::Text => report::text(&workspace, &assessment, args.audience, listed, terminal),
    };
    match &args.output {
        Some(path) => {
            if let Err(error) = std::fs::write(path, text) {
                let shown = path.display();
                let message = Label::new(
                    format!("`{shown}` に書けません: {error}"),
                    format!("cannot write `{shown}`: {error}"),
                );
                return refuse(terminal, &message, &Label::default());
            }
        }
        None => terminal.print(&text),
    }
    status(args.fail_on, &assessment, program)
}

fn json(workspace: &Workspace, assessment: &Assessment, listed: impl Fn(&Finding) -> bool) -> String {
    let packs: Vec<PackRef> = workspace
        .packs
        .iter()
        .map(|p| PackRef { name: p.name.clone(), version: p.version.clone(), sha256: p.sha256.clone() })
        .collect();
    let facts = workspace.fact_digests();
    let context = Context {
        program: &workspace.compiled.program,
        store: &workspace.store,
        sources: &workspace.sources,
        facility: workspace.facility(),
        engine_version: env!("CARGO_PKG_VERSION"),
        packs: &packs,
        facts: &facts,
    };
    let value = assessment_json(&context, assessment, listed);
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

/// Findings fail by their weight; what is undecided fails only where that is asked for.
fn status(fail_on: FailOn, assessment: &Assessment, program: &Program) -> Status {
    let least = match fail_on {
        FailOn::Never => return Status::Ok,
        FailOn::Must | FailOn::Undecided => Weight::Must,
        FailOn::Should => Weight::Should,
    };
    let failed =
        |f: &Finding| matches!(f.verdict, Verdict::Violated | Verdict::Conflicting) && f.weight >= least;
    if assessment.findings.iter().any(failed) {
        return Status::Findings;
    }
    let undecided = assessment.requirements.iter().any(|r| {
        r.verdict.is_undecided() && program.requirement(r.requirement).is_some_and(|r| !r.is_section)
    });
    if fail_on == FailOn::Undecided && undecided { Status::Undecided } else { Status::Ok }
}
