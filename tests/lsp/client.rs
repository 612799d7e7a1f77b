//! An editor, as far as a test needs one: speaks the protocol over any pair of streams.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long an answer may take before the test gives up on it.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Default)]
struct Inbox {
    answers: BTreeMap<i64, Value>,
    /// What the server sent of its own accord, in order.
    notifications: Vec<Value>,
    /// Diagnostics by file, as they were published last.
    diagnostics: BTreeMap<String, Value>,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    inbox: Mutex<Inbox>,
    news: Condvar,
}

pub(crate) struct Client {
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    shared: Arc<Shared>,
    last: i64,
}

impl Client {
    pub(crate) fn new(reader: impl Read + Send + 'static, writer: impl Write + Send + 'static) -> Client {
        let shared = Arc::new(Shared::default());
        let writer: Arc<Mutex<Box<dyn Write + Send>>> = Arc::new(Mutex::new(Box::new(writer)));
        let (own, answers) = (Arc::clone(&shared), Arc::clone(&writer));
        std::thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            while let Some(message) = read(&mut reader) {
                take(&own, &answers, message);
            }
            own.inbox.lock().unwrap().closed = true;
            own.news.notify_all();
        });
        Client { writer, shared, last: 0 }
    }

    pub(crate) fn raw(&self, bytes: &[u8]) {
        let mut writer = self.writer.lock().unwrap();
        writer.write_all(bytes).unwrap();
        writer.flush().unwrap();
    }

    fn send(&self, message: &Value) {
        self.raw(&frame(message));
    }

    pub(crate) fn notify(&self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Asks, and goes on; the answer is for [`Client::answer`].
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.last += 1;
        let mut message = json!({"jsonrpc": "2.0", "id": self.last, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message);
        self.last
    }

    pub(crate) fn answer(&self, id: i64) -> Result<Value, Value> {
        let message = self.wait(|inbox| inbox.answers.remove(&id));
        match message.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(message["result"].clone()),
        }
    }

    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    fn wait<T>(&self, mut found: impl FnMut(&mut Inbox) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        let mut inbox = self.shared.inbox.lock().unwrap();
        loop {
            if let Some(found) = found(&mut inbox) {
                return found;
            }
            assert!(!inbox.closed, "the server has gone");
            let left = until.checked_duration_since(Instant::now()).expect("the server does not answer");
            inbox = self.shared.news.wait_timeout(inbox, left).unwrap().0;
        }
    }

    /// Diagnostics of a file, as soon as they are as wanted.
    pub(crate) fn diagnostics(&self, uri: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.wait(|inbox| {
            let params = inbox.diagnostics.get(uri)?;
            wanted(params).then(|| params.clone())
        })
    }

    /// Diagnostics of all files, as soon as they are as wanted; files without any left out.
    pub(crate) fn all_diagnostics(
        &self,
        wanted: impl Fn(&BTreeMap<String, Value>) -> bool,
    ) -> BTreeMap<String, Value> {
        self.wait(|inbox| {
            let all = inbox.diagnostics.iter().map(|(uri, p)| (uri.clone(), p["diagnostics"].clone()));
            let all = all.filter(|(_, d)| !d.as_array().unwrap().is_empty()).collect();
            wanted(&all).then_some(all)
        })
    }

    pub(crate) fn wait_for_notification(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.wait(|inbox| inbox.notifications.iter().find(|n| wanted(n)).cloned())
    }

    /// Whether the server has sent this of its own accord so far.
    pub(crate) fn notified(&self, method: &str) -> bool {
        let inbox = self.shared.inbox.lock().unwrap();
        inbox.notifications.iter().any(|n| n["method"] == method)
    }

    /// Waits until nothing is left to be analysed.
    pub(crate) fn settle(&mut self) {
        let until = Instant::now() + PATIENCE;
        while self.request("kijun/status", Value::Null).unwrap()["current"] != json!(true) {
            assert!(Instant::now() < until, "the analysis does not come to an end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn initialize(&mut self, folders: &[&str], capabilities: Value, settings: Value) -> Value {
        let folders: Vec<Value> = folders.iter().map(|uri| json!({"uri": uri, "name": "f"})).collect();
        let params = json!({"processId": null, "rootUri": null, "capabilities": capabilities,
            "workspaceFolders": folders, "initializationOptions": settings});
        let answer = self.request("initialize", params).unwrap();
        self.notify("initialized", json!({}));
        answer
    }

    pub(crate) fn open(&self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "kijun", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub(crate) fn change(&self, uri: &str, version: i64, changes: Value) {
        let document = json!({"uri": uri, "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    /// A question about a place.
    pub(crate) fn at(&mut self, method: &str, uri: &str, line: usize, column: usize) -> Result<Value, Value> {
        self.request(method, place(uri, line, column))
    }

    pub(crate) fn leave(&mut self) {
        self.request("shutdown", Value::Null).unwrap();
        self.notify("exit", Value::Null);
    }
}

pub(crate) fn place(uri: &str, line: usize, column: usize) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": column},
        "context": {"includeDeclaration": true, "diagnostics": [], "triggerKind": 1, "isRetrigger": false}})
}

fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn read(reader: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

fn take(shared: &Shared, writer: &Mutex<Box<dyn Write + Send>>, message: Value) {
    let mut inbox = shared.inbox.lock().unwrap();
    match (message.get("method").and_then(Value::as_str), message.get("id")) {
        (Some(_), Some(id)) => {
            let answer = frame(&json!({"jsonrpc": "2.0", "id": id, "result": null}));
            inbox.notifications.push(message);
            drop(inbox);
            let mut writer = writer.lock().unwrap();
            writer.write_all(&answer).and_then(|()| writer.flush()).ok();
        }
        (Some("textDocument/publishDiagnostics"), None) => {
            let params = message["params"].clone();
            let uri = params["uri"].as_str().unwrap_or_default().to_owned();
            inbox.diagnostics.insert(uri, params);
        }
        (Some(_), None) => inbox.notifications.push(message),
        (None, Some(id)) => {
            if let Some(id) = id.as_i64() {
                inbox.answers.insert(id, message);
            }
        }
        (None, None) => {}
    }
    shared.news.notify_all();
}
