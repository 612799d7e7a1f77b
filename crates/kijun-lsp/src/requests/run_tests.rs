use std::sync::Arc;

use kijun_ide::TestRun;
use kijun_text::Label;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{ExecuteCommandParams, Uri};

use super::Shelf;
use crate::ask::{Ask, apart, lock};
use crate::convert::{path, text};

/// The command that runs the tests of a file: its address, and the name of one of them.
pub(crate) const RUN_TESTS: &str = "kijun.runTests";

/// Runs tests, keeps what fails until its file is changed, and says how it went: for the one who asked, and in words.
pub(crate) async fn run_tests(state: &Shelf, params: ExecuteCommandParams) -> Result<(Value, String)> {
    let refused = |text: &str| Error { message: text.to_owned().into(), ..Error::invalid_params("") };
    let (uri, name) = arguments(&params)?;
    let lang = lock(state).config.lang();
    let ask = Ask::new(&lock(state), &uri).filter(|ask| ask.doc.is_module());
    let Some(ask) = ask else {
        let message = Label::new(
            format!("テストのあるモジュール(*.kijun)ではありません: {}", uri.as_str()),
            format!("this is no module with tests (*.kijun): {}", uri.as_str()),
        );
        return Err(refused(message.get(lang)));
    };
    let (own, wanted) = (ask.clone(), name.clone());
    let run = apart(move || kijun_ide::run_tests(&own.snapshot, own.file, wanted.as_deref())).await?;
    let run = run.map_err(|label| refused(label.get(lang)))?;
    if let Some(path) = path(&uri) {
        let failed = run.failures.iter().map(|f| (f.name.clone(), f.issues.clone())).collect();
        lock(state).test_failures(path, Arc::clone(&ask.doc.text), name, failed);
    }
    let (passed, failed) = (run.passed, run.failures.len());
    let said = Label::new(
        format!("テスト: 合格 {passed}、失敗 {failed}"),
        format!("tests: {passed} passed, {failed} failed"),
    );
    Ok((answer(&ask, &run), text(&said, lang)))
}

fn arguments(params: &ExecuteCommandParams) -> Result<(Uri, Option<String>)> {
    let uri = params.arguments.first().and_then(Value::as_str).and_then(|uri| uri.parse().ok());
    let name = params.arguments.get(1).and_then(Value::as_str).map(str::to_owned);
    match uri {
        Some(uri) => Ok((uri, name)),
        None => Err(Error::invalid_params("expected the uri of a file, and perhaps the name of a test")),
    }
}

fn answer(ask: &Ask, run: &TestRun) -> Value {
    let failure = |f: &kijun_ide::TestFailure| {
        let first = f.issues.first();
        let range = first.map_or(&f.range, |i| &i.range);
        let messages: Vec<String> = f.issues.iter().map(|i| text(&i.message, ask.lang)).collect();
        json!({
            "name": f.name,
            "message": messages.join("\n"),
            "location": ask.location(ask.file, range),
        })
    };
    let failures: Vec<Value> = run.failures.iter().map(failure).collect();
    json!({ "passed": run.passed, "failed": failures.len(), "failures": failures })
}
