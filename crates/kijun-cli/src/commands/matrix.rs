use kijun_coverage::{Coverage, Filter, Mappings, Matrix, Rationale, Verdicts};
use kijun_engine::program::{Mark, Program};
use kijun_exchange::{
    Assessed, Listed, MatrixContext, matrix_csv, matrix_html, matrix_json, matrix_markdown, matrix_xlsx,
};
use kijun_text::Label;
use kijun_workspace::Workspace;

use super::catalogs::{self, named};
use super::{Status, evaluated, load_norms, pack_refs, refuse, refuse_terminal, write_result};
use crate::args::{self, CoverageArg, MarkArg, MatrixFormat, RationaleArg, Senses};
use crate::coverage;
use crate::diagnostics;
use crate::terminal::Terminal;

/// How far one catalogue covers others.
pub(super) fn run(args: &args::Matrix, terminal: &Terminal) -> Status {
    match write(args, terminal) {
        Ok(()) => Status::Ok,
        Err(status) => status,
    }
}

fn write(args: &args::Matrix, terminal: &Terminal) -> Result<(), Status> {
    if args.format == MatrixFormat::Xlsx {
        refuse_terminal(args.output.as_deref(), terminal)?;
    }
    let (workspace, today) = load_norms(&args.path, &args.facts, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let of =
        |name: &String| named(&workspace, name).map_err(|(message, help)| refuse(terminal, &message, &help));
    let from = of(&args.from)?;
    let to: Vec<Vec<usize>> = args.to.iter().map(of).collect::<Result<_, _>>()?;
    let mut to: Vec<usize> = to.concat();
    let mut seen = std::collections::BTreeSet::new();
    to.retain(|catalog| seen.insert(*catalog));
    several(&workspace, &args.from, &from, terminal);

    let program = &workspace.compiled.program;
    let senses = args.senses.kinds();
    let mappings = Mappings::new(program, &workspace.compiled.mappings, senses.as_deref());
    let verdicts = (!args.unassessed).then(|| verdicts(&workspace, today, terminal)).flatten();
    let mut matrix = Matrix::new(&mappings, &from, &to, verdicts.as_ref());
    matrix.retain(&filter(&args.listed, program, terminal)?, &mappings);
    if matrix.blocks.is_empty() {
        let message = Label::new("比べるものがありません", "there is nothing to compare");
        let help = Label::new(
            "`--from` と `--to` に別のカタログを指定してください",
            "name two different catalogues",
        );
        return Err(refuse(terminal, &message, &help));
    }
    let title = workspace.title();
    let assessed = verdicts.as_ref().map(|verdicts| Assessed {
        facility: workspace.facility(),
        title: &title,
        as_of: today,
        verdicts,
    });
    let context = MatrixContext {
        mappings: &mappings,
        matrix: &matrix,
        assessed,
        engine_version: env!("CARGO_PKG_VERSION"),
        packs: &pack_refs(&workspace),
    };
    let bytes = match args.format {
        MatrixFormat::Text => coverage::matrix(&mappings, &matrix, terminal).into_bytes(),
        MatrixFormat::Csv => {
            let listed = Listed { open: args.open, rolled_up: args.rolled_up };
            matrix_csv(&context, listed).unwrap_or_default()
        }
        MatrixFormat::Html => matrix_html(&context, terminal.lang).unwrap_or_default().into_bytes(),
        MatrixFormat::Json => {
            let mut text = serde_json::to_vec_pretty(&matrix_json(&context)).unwrap_or_default();
            text.push(b'\n');
            text
        }
        MatrixFormat::Xlsx => workbook(&context, terminal)?,
        MatrixFormat::Md => matrix_markdown(&context, terminal.lang).into_bytes(),
    };
    write_result(args.output.as_deref(), &bytes, terminal)
}

fn workbook(context: &MatrixContext<'_>, terminal: &Terminal) -> Result<Vec<u8>, Status> {
    matrix_xlsx(context, terminal.lang).map_err(|error| {
        let message = Label::new(
            format!("ワークブックを作れません: {error}"),
            format!("cannot make the workbook: {error}"),
        );
        let help = Label::new(
            "対応先を減らすか、--format csv を使ってください",
            "name fewer targets, or use --format csv",
        );
        refuse(terminal, &message, &help)
    })
}

/// The verdicts on the facts of a workspace; a pack has none.
pub(super) fn verdicts(workspace: &Workspace, today: i32, terminal: &Terminal) -> Option<Verdicts> {
    workspace.manifest.workspace.as_ref()?;
    let evaluation = evaluated(workspace, &workspace.compiled.program, today, terminal);
    Some(Verdicts::of(&evaluation.assessment_with(kijun_engine::Detail::Message)))
}

/// Says so when a name means several editions: each gets figures of its own.
fn several(workspace: &Workspace, name: &str, found: &[usize], terminal: &Terminal) {
    if found.len() < 2 || terminal.quiet {
        return;
    }
    let catalogs = &workspace.compiled.program.catalogs;
    let list: Vec<String> = found.iter().filter_map(|i| catalogs.get(*i)).map(catalogs::qualified).collect();
    let list = list.join(", ");
    let text = match terminal.lang {
        kijun_text::Lang::Ja => format!("`{name}` は {list} を指します。版ごとに分けて示します\n"),
        kijun_text::Lang::En => format!("`{name}` means {list}; each edition is shown on its own\n"),
    };
    terminal.warn(&text);
}

fn filter(args: &args::Listed, program: &Program, terminal: &Terminal) -> Result<Filter, Status> {
    let coverage = |c: &CoverageArg| match c {
        CoverageArg::Covered => Coverage::Covered,
        CoverageArg::Unverified => Coverage::Unverified,
        CoverageArg::Partly => Coverage::Partly,
        CoverageArg::Possibly => Coverage::Possibly,
        CoverageArg::NotCovered => Coverage::NotCovered,
    };
    let mark = |m: &MarkArg| match m {
        MarkArg::Printed => Mark::Printed,
        MarkArg::Published => Mark::Published,
        MarkArg::Inferred => Mark::Inferred,
        MarkArg::Ambiguous => Mark::Ambiguous,
        MarkArg::Unverified => Mark::Unverified,
    };
    let item = |text: &String| {
        catalogs::item(program, text).map_err(|(message, help)| refuse(terminal, &message, &help))
    };
    Ok(Filter {
        coverage: args.coverage.iter().map(coverage).collect(),
        relations: args.relation.clone(),
        marks: args.mark.iter().map(mark).collect(),
        under: args.under.iter().map(item).collect::<Result<_, _>>()?,
    })
}

impl Senses {
    pub(super) fn kinds(&self) -> Option<Vec<Rationale>> {
        let kind = |r: &RationaleArg| match r {
            RationaleArg::Syntactic => Rationale::Syntactic,
            RationaleArg::Semantic => Rationale::Semantic,
            RationaleArg::Functional => Rationale::Functional,
        };
        self.rationale.as_ref().map(|list| list.iter().map(kind).collect())
    }
}
