//! Which requirements of a workspace are not decided, and why the first of them is not:
//! `cargo run -p kijun --example open_questions examples/city-hospital 2026-11-22`

use std::process::ExitCode;

use kijun::{Error, Lang, Workspace};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(folder), Some(date)) = (args.next(), args.next()) else {
        eprintln!("usage: open_questions FOLDER DATE");
        return ExitCode::from(2);
    };
    match run(&folder, &date) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run(folder: &str, date: &str) -> Result<(), Error> {
    let workspace = Workspace::load(folder)?;
    for problem in workspace.check() {
        eprintln!("{}:{}: {}", problem.place.file, problem.place.line, problem.message.en);
    }
    let date = date.parse()?;
    let assessment = workspace.assess(date)?;
    let mut open = assessment.requirements.iter().filter(|r| !r.is_section && r.verdict.is_undecided());
    let first = open.clone().next();
    for requirement in open.by_ref() {
        println!("{}  {}  {}", requirement.id, requirement.verdict.label().en, requirement.title.en);
    }
    if let Some(requirement) = first {
        println!("\n{}", workspace.explain(&requirement.id, None, date, Lang::En)?.markdown);
    }
    Ok(())
}
