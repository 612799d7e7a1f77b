//! The four questions as a policy in Rego, evaluated by regorus over one JSON document.

use std::path::Path;
use std::process::ExitCode;

use kijun_compare::watch::Watch;
use regorus::{Engine, Value};

const POLICY: &str = include_str!("../../peers/policy.rego");

fn main() -> ExitCode {
    kijun_compare::run("rego", |folder, out| answer(folder, out).map_err(|e| e.to_string()))
}

type Failure = Box<dyn std::error::Error>;

fn answer(folder: &Path, out: &Path) -> Result<(), Failure> {
    let mut watch = Watch::start();
    let mut engine = Engine::new();
    engine.add_policy("policy.rego".to_owned(), POLICY.to_owned())?;
    engine.add_data_json(&std::fs::read_to_string(folder.join("data.json"))?)?;
    watch.lap("load");
    let answers = engine.eval_rule("data.compare.answers".to_owned())?;
    watch.lap("evaluate");
    std::fs::write(out, lines(&answers)?)?;
    watch.lap("write");
    Ok(())
}

fn lines(answers: &Value) -> Result<String, Failure> {
    let mut text = String::new();
    for answer in answers.as_set()? {
        text.push_str(answer.as_string()?);
        text.push('\n');
    }
    Ok(text)
}
