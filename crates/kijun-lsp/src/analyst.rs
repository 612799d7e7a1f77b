//! Works in the background: reads folders, analyses what changed, and tells the editor.
//!
//! Two tasks. One shows what a file's own text says as soon as it is typed. The other works out semantics, for the newest
//! version only. Both publish from the snapshot that is newest when they come to it, one at a time, so that nothing old
//! overwrites anything new.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use kijun_ide::{Semantics, diagnostics, syntax_issues};
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tower_lsp::Client;
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::{Diagnostic, MessageType};

use crate::ask::{Ask, apart, lock};
use crate::convert;
use crate::root;
use crate::state::State;

/// What the tasks share with the requests.
pub(crate) struct Shared {
    pub(crate) state: Mutex<State>,
    /// Something was edited: its own issues are wanted at once.
    edited: Notify,
    /// Something changed that semantics depend on.
    changed: Notify,
    /// Counts changes of any root, so that outdated work gives up.
    pub(crate) tick: AtomicU64,
    /// What was published last, by file.
    published: tokio::sync::Mutex<Published>,
    /// Counts what has been worked out, for those who wait for it.
    news: watch::Sender<u64>,
}

impl Shared {
    pub(crate) fn new() -> Shared {
        Shared {
            state: Mutex::default(),
            edited: Notify::new(),
            changed: Notify::new(),
            tick: AtomicU64::new(0),
            published: tokio::sync::Mutex::default(),
            news: watch::Sender::new(0),
        }
    }

    /// Changes with everything that is worked out.
    pub(crate) fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    fn tell(&self) {
        self.news.send_modify(|count| *count += 1);
    }

    /// Waits until what is being published has been sent.
    pub(crate) async fn published(&self) {
        drop(self.published.lock().await);
    }

    /// Called after every change of the state.
    pub(crate) fn wake(&self) {
        self.tick.fetch_add(1, Ordering::SeqCst);
        self.edited.notify_one();
        self.changed.notify_one();
    }
}

/// Starts both; they go on until they are aborted.
pub(crate) fn start(shared: &Arc<Shared>, client: &Client) -> [AbortHandle; 2] {
    let (own, to) = (Arc::clone(shared), client.clone());
    let showing = tokio::spawn(async move {
        loop {
            own.edited.notified().await;
            publish(&own, &to, Which::Open).await;
        }
    });
    let (own, to) = (Arc::clone(shared), client.clone());
    let analysing = tokio::spawn(async move {
        loop {
            own.changed.notified().await;
            while step(&own, &to).await {}
        }
    });
    [showing.abort_handle(), analysing.abort_handle()]
}

/// Does one thing that is to be done; `false` when there is nothing.
async fn step(shared: &Arc<Shared>, client: &Client) -> bool {
    if read_folder(shared, client).await {
        return true;
    }
    analyse(shared, client).await
}

/// Reads the first folder that has to be read again.
async fn read_folder(shared: &Arc<Shared>, client: &Client) -> bool {
    let wanted = {
        let mut state = lock(&shared.state);
        let open = state.texts();
        state.roots.iter_mut().find(|r| r.is_stale).map(|r| {
            (r.is_stale, r.is_reading) = (false, true);
            (r.folder.clone(), open)
        })
    };
    let Some((folder, open)) = wanted else { return false };
    let of = folder.clone();
    let read = apart(move || root::read(&of, &open)).await;
    let error = {
        let mut state = lock(&shared.state);
        let open = state.texts();
        let lang = state.config.lang();
        let root = state.roots.iter_mut().find(|r| r.folder == folder && !r.is_loose);
        let error = root.and_then(|root| {
            root.is_reading = false;
            match read {
                Ok(Ok(read)) => {
                    root.install(read, &open);
                    None
                }
                Ok(Err(label)) => Some(label.get(lang).to_owned()),
                Err(_) => None,
            }
        });
        state.settle();
        error
    };
    shared.tell();
    if let Some(message) = error {
        client.log_message(MessageType::WARNING, message).await;
    }
    true
}

/// Works out semantics of the first root that has none of its newest version.
async fn analyse(shared: &Arc<Shared>, client: &Client) -> bool {
    let today = kijun_facts::value::days_of(jiff::Zoned::now().date());
    let (tick, wanted) = {
        let mut state = lock(&shared.state);
        let track = state.config.track.clone();
        state.roots.iter_mut().for_each(|r| r.choose(&track, today));
        let root = state.roots.iter().find(|r| r.analysed != r.version && !r.is_loose);
        let tick = shared.tick.load(Ordering::SeqCst);
        (
            tick,
            root.map(|r| {
                (r.folder.clone(), r.version, r.files.clone(), r.choices.clone(), Arc::clone(&r.semantics))
            }),
        )
    };
    let Some((folder, version, files, choices, before)) = wanted else { return false };
    let own = Arc::clone(shared);
    let work = move || {
        let outdated = || own.tick.load(Ordering::SeqCst) != tick;
        Semantics::new(&files, &choices, Some(&before), &outdated)
    };
    let found = apart(work).await;
    // Held until the news are sent: who sees that this version is analysed sees its issues as well.
    let mut published = shared.published.lock().await;
    let (refresh, warm) = {
        let mut state = lock(&shared.state);
        let refresh = state.can_refresh;
        let Some(root) = state.roots.iter_mut().find(|r| r.folder == folder && !r.is_loose) else {
            return true;
        };
        match found {
            Ok(Some(semantics)) => {
                root.semantics = Arc::new(semantics);
                root.analysed = version;
                (refresh, Arc::clone(&root.semantics))
            }
            // Given up for a newer version, which is next.
            Ok(None) => return true,
            // A bug: this version stays without; the next one is tried again.
            Err(_) => {
                root.analysed = version;
                shared.tell();
                return true;
            }
        }
    };
    shared.tell();
    send(shared, client, Which::All, &mut published).await;
    drop(published);
    if shared.tick.load(Ordering::SeqCst) == tick {
        apart(move || warm.warm()).await.ok();
    }
    // An editor that does not answer must not hold up the analysis.
    let client = client.clone();
    tokio::spawn(async move {
        if refresh.diagnostics {
            client.workspace_diagnostic_refresh().await.ok();
        }
        if refresh.hints {
            client.inlay_hint_refresh().await.ok();
        }
        if refresh.lenses {
            client.code_lens_refresh().await.ok();
        }
        if refresh.panels {
            client.send_notification::<Analysed>(()).await;
        }
    });
    true
}

/// `kijun/analysed`: panels may ask again.
enum Analysed {}

impl Notification for Analysed {
    type Params = ();
    const METHOD: &'static str = "kijun/analysed";
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Open,
    All,
}

/// What there is to say of a file, in the form of the protocol.
pub(crate) fn issues_of(ask: &Ask, wishes: kijun_ide::Wishes, is_loose: bool) -> Vec<Diagnostic> {
    let issues = if is_loose {
        syntax_issues(&ask.snapshot, ask.file)
    } else {
        diagnostics(&ask.snapshot, ask.file, wishes)
    };
    issues.iter().chain(&ask.failed).map(|i| convert::diagnostic(ask, &ask.doc, i)).collect()
}

/// Tells the editor what is new about files, unless it asks itself.
async fn publish(shared: &Arc<Shared>, client: &Client, which: Which) {
    let mut published = shared.published.lock().await;
    send(shared, client, which, &mut published).await;
}

/// By file.
type Published = BTreeMap<PathBuf, Vec<Diagnostic>>;

async fn send(shared: &Arc<Shared>, client: &Client, which: Which, published: &mut Published) {
    let own = Arc::clone(shared);
    let Ok(Some(found)) = apart(move || collect(&own, which)).await else { return };
    for (path, (version, diagnostics)) in found {
        let before = published.get(&path);
        if before.is_none_or(Vec::is_empty) && diagnostics.is_empty() && version.is_none()
            || before == Some(&diagnostics) && version.is_none()
        {
            continue;
        }
        if let Some(uri) = convert::uri(&path) {
            client.publish_diagnostics(uri, diagnostics.clone(), version).await;
        }
        published.insert(path, diagnostics);
    }
}

type Found = BTreeMap<PathBuf, (Option<i32>, Vec<Diagnostic>)>;

/// The version of a file where it is open, and the question about it with whether it is loose; no root may know it.
type Wanted = (Option<i32>, Option<(Ask, bool)>);

/// The issues of files, each by the root that answers for it; nothing when the editor asks itself.
fn collect(shared: &Shared, which: Which) -> Option<Found> {
    let (asks, wishes) = {
        let state = lock(&shared.state);
        if state.pulls {
            return None;
        }
        let mut asks: BTreeMap<PathBuf, Wanted> = BTreeMap::new();
        let open = state.open.iter().map(|(path, file)| (path.clone(), Some(file.version)));
        let all = state.roots.iter().flat_map(|r| r.paths.iter().map(|path| (path.clone(), None)));
        for (path, version) in open.chain(all.filter(|_| which == Which::All)) {
            asks.entry(path.clone()).or_insert_with(|| {
                let root = state.root_of(&path);
                let ask = root.and_then(|r| Some((Ask::of(&state, r, r.file(&path)?)?, r.is_loose)));
                (version, ask)
            });
        }
        (asks, state.config.wishes())
    };
    let issues = |(path, (version, ask)): (PathBuf, Wanted)| {
        let found = ask.map(|(ask, is_loose)| issues_of(&ask, wishes, is_loose)).unwrap_or_default();
        (path, (version, found))
    };
    Some(asks.into_iter().map(issues).collect())
}
