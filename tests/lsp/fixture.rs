//! A server in this process, and folders for it to read.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::runtime::Runtime;

use crate::client::Client;

/// A server and the editor that talks to it.
pub(crate) struct Editor {
    pub(crate) client: Client,
    _runtime: Arc<Runtime>,
}

struct Reader(Arc<Runtime>, ReadHalf<DuplexStream>);
struct Writer(Arc<Runtime>, WriteHalf<DuplexStream>);

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.block_on(self.1.read(buffer))
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.block_on(self.1.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.block_on(self.1.flush())
    }
}

impl Editor {
    pub(crate) fn start() -> Editor {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_stack_size(64 << 20)
            .enable_all()
            .build()
            .unwrap();
        let runtime = Arc::new(runtime);
        let (ours, theirs) = duplex(1 << 20);
        let (input, output) = split(theirs);
        runtime.spawn(kijun_lsp::serve(input, output));
        let (reader, writer) = split(ours);
        let client = Client::new(Reader(Arc::clone(&runtime), reader), Writer(Arc::clone(&runtime), writer));
        Editor { client, _runtime: runtime }
    }

    /// With a folder open, in English.
    pub(crate) fn of(folder: &Folder) -> Editor {
        let mut editor = Editor::start();
        let settings = serde_json::json!({"language": "en"});
        editor.client.initialize(&[&folder.uri("")], serde_json::json!({}), settings);
        editor
    }
}

/// A folder of its own below the system's, gone when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let root = std::env::temp_dir().join(format!("kijun-lsp-{}-{name}", std::process::id()));
        let folder = Folder(root);
        files.iter().for_each(|(path, text)| folder.write(path, text));
        folder
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    pub(crate) fn uri(&self, path: &str) -> String {
        uri(&self.0.join(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// As editors write it.
pub(crate) fn uri(path: &Path) -> String {
    let encode = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => (b as char).to_string(),
        _ => format!("%{b:02X}"),
    };
    let text: String = path.to_str().unwrap().trim_end_matches('/').bytes().map(encode).collect();
    format!("file://{text}")
}

/// Lints are tried where they are asked for: their findings would stand beside what other tests are about.
pub(crate) const MANIFEST: &str =
    "lints = { all = \"off\" }\n[workspace]\nfacility = \"minato\"\nas_of = 2026-11-22\n";

pub(crate) const NORMS: &str = "\
catalog mhlw \"安全管理ガイドライン\" {
  en \"Safety guideline\"
  edition \"4.2\"
  level C must \"最低限\" en \"minimum\"
}
requirement mhlw:8.1 \"条項のある契約\" { en \"A contract with its clauses\" level C }
requirement mhlw:8.2 \"国内の事業者\" { en \"A vendor in Japan\" level C }
enum clause \"条項\" { secrecy \"守秘義務\" penalty \"罰則\" }
entity vendor \"事業者\" { name \"名称\": text? country \"所在国\": country }
entity contract \"契約\" { vendor \"事業者\": vendor clauses \"条項\": set of clause }
";

pub(crate) const RULES: &str = "\
check clauses for mhlw:8.1 {
  each c: contract
  require penalty in c.clauses ja \"罰則がありません\" en \"no penalty clause\"
}
check home for mhlw:8.2 { each c: contract require c.vendor.country == JP }
";

pub(crate) const CONTRACTS: &str = "id,vendor,clauses\nc1,a,守秘義務\nc2,a,罰則\n";
pub(crate) const VENDORS: &str = "id,country\na,JP\n";

/// A small workspace with a violation.
pub(crate) fn workspace(name: &str) -> Folder {
    Folder::new(
        name,
        &[
            ("kijun.toml", MANIFEST),
            ("norms.kijun", NORMS),
            ("規則.kijun", RULES),
            ("facts/contract.csv", CONTRACTS),
            ("facts/vendor.csv", VENDORS),
        ],
    )
}
