use std::path::Path;

use super::*;

/// A folder of its own below the system's, gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let root = std::env::temp_dir().join(format!("kijun-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Folder(root)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Every diagnostic of a workspace: code, place, the text there, message and help in English.
fn check(root: &Path, options: &Options) -> Vec<String> {
    let workspace = load(root, options).unwrap();
    let sources = &workspace.sources;
    let show = |d: &Diagnostic| {
        let (line, column) = sources.line_column(d.span);
        let at = format!("{}:{line}:{column} `{}`", sources.path(d.span.file), sources.slice(d.span));
        format!("{} {at}: {} ({})", d.code, d.message.en, d.help.en)
    };
    workspace.diagnostics.iter().map(show).collect()
}

const A: &str = "[pack]\nname = \"a\"\nversion = \"1.0.0\"\n\n[dependencies]\nb = { path = \"../b\" }\n";

#[test]
fn packs_that_depend_on_each_other_are_read_once() {
    let b = "[pack]\nname = \"b\"\nversion = \"1.0.0\"\n\n[dependencies]\na = { path = \"../a\", version = \"2.0\" }\n";
    let work = "[workspace]\nfacility = \"minato\"\n\n[dependencies]\na = { path = \"a\" }\n";
    let folder = Folder::new("circle", &[("kijun.toml", work), ("a/kijun.toml", A), ("b/kijun.toml", b)]);
    let loaded = load(&folder.0, &Options::default()).unwrap();
    let names: Vec<&str> = loaded.packs.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(
        check(&folder.0.join("a"), &Options::default()),
        [
            "K0603 b/kijun.toml:6:32 `\"2.0\"`: the pack `a` has version 1.0.0; `b` needs 2.0 (change the pack or `version`)"
        ]
    );
}

#[test]
fn a_pack_that_is_not_there_is_marked_where_it_is_asked_for() {
    let work = "[workspace]\nfacility = \"minato\"\n\n[dependencies]\npen = { path = \"pen\" }\nown = { path = \".\" }\n";
    let folder = Folder::new("missing", &[("kijun.toml", work)]);
    assert_eq!(
        check(&folder.0, &Options::default()),
        [
            "K0602 kijun.toml:6:16 `\".\"`: `own` is not a pack (name the folder of a pack, or write [pack] in the \
             kijun.toml there)",
            "K0602 kijun.toml:5:16 `\"pen\"`: the pack `pen` is not there (`path` is relative to this kijun.toml)",
        ]
    );
}

#[test]
fn a_missing_profile_is_marked_in_the_manifest_or_nowhere() {
    let work = "[workspace]\nfacility = \"minato\"\nprofile = \"hospitol\"\n";
    let module = "profile hospital {\n}\n";
    let folder = Folder::new("profile", &[("kijun.toml", work), ("p.kijun", module)]);
    assert_eq!(
        check(&folder.0, &Options::default()),
        ["K0604 kijun.toml:3:11 `\"hospitol\"`: there is no profile `hospitol` (did you mean `hospital`?)"]
    );
    let options = Options { profile: Some("zzz".to_owned()), ..Options::default() };
    assert_eq!(
        check(&folder.0, &options),
        ["K0604 :0:0 ``: there is no profile `zzz` (there are: hospital)"]
    );
}

#[test]
fn digests_are_of_the_bytes_whatever_their_encoding() {
    let work = "[workspace]\nfacility = \"minato\"\n";
    let module = "entity vendor \"事業者\" { name: text }\n";
    let files = [
        ("kijun.toml", work),
        ("v.kijun", module),
        ("facts/a/vendor.csv", "id,name\na,A\n"),
        ("facts/b/vendor.csv", "\u{feff}id,name\nb,B\n"),
    ];
    let folder = Folder::new("digests", &files);
    let workspace = load(&folder.0, &Options::default()).unwrap();
    let records: usize = workspace.store.kinds.iter().map(kijun_facts::KindTable::len).sum();
    assert_eq!(records, 2);
    let digests = workspace.fact_digests();
    let expected = files[2..].iter().map(|(path, text)| ((*path).to_owned(), digest([text.as_bytes()])));
    assert_eq!(digests, expected.collect::<Vec<_>>());
}
