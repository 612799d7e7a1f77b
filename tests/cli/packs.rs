//! Packs that are handed on: `pack`, `unpack`, dependencies on archives and revisions, `kijun.lock` and `update`.

use std::path::Path;
use std::process::Command;

use crate::coverage::assert_valid;
use crate::run::{Folder, Output, PACK, command, kijun};

fn manifest(version: &str, rest: &str) -> String {
    format!("[pack]\nname = \"n\"\nversion = \"{version}\"\n{rest}")
}

fn workspace(dependency: &str) -> String {
    format!(
        "[workspace]\nfacility = \"test\"\nas_of = 2026-11-22\nprofile = \"own\"\n\n[dependencies]\nn = {dependency}\n"
    )
}

const PROFILE: &str = "profile own \"own\" {\n  include n\n}\n";
const FACTS: &str =
    "[[vendor]]\nid = \"v\"\nname = \"V\"\n[[contract]]\nid = \"c\"\nvendor = \"v\"\nencrypted = false\n";

/// The pack as it is next: a requirement more, a rule that asks otherwise, and what was a breach is none.
fn next() -> String {
    let text = PACK.replace("require c.encrypted\n", "require not c.encrypted\n");
    assert_ne!(text, PACK);
    format!("{text}requirement n:2 \"点検\" {{ en \"inspection\" level C }}\n")
}

fn at(folder: &Folder, name: &str) -> String {
    format!("{}/{name}", folder.path())
}

fn write(folder: &Folder, name: &str, text: &str) {
    let path = at(folder, name);
    std::fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn ok(args: &[&str]) -> Output {
    let out = kijun(args);
    assert_eq!(out.status, 0, "{args:?}: {}{}", out.stdout, out.stderr);
    out
}

#[track_caller]
fn refused(args: &[&str], says: &[&str]) {
    let out = kijun(args);
    assert_eq!(out.status, 2, "{args:?}: {}{}", out.stdout, out.stderr);
    // A message may be broken into lines anywhere.
    let flat = |text: &str| text.split_whitespace().filter(|w| *w != "│").collect::<Vec<_>>().join(" ");
    for part in says {
        assert!(flat(&out.stderr).contains(part), "{part}: {}", out.stderr);
    }
    let ja = kijun(&[args, &["--lang", "ja"]].concat());
    assert!(ja.status == 2 && !ja.stderr.contains("error:") && !ja.stderr.is_ascii(), "{}", ja.stderr);
}

/// A workspace beside a pack.
fn folder(name: &str, dependency: &str) -> Folder {
    Folder::new(
        &format!("packs-{name}"),
        &[
            ("n/kijun.toml", &manifest("1.0.0", "")),
            ("n/n.kijun", PACK),
            ("n/tests/t.kijun", "// t\n"),
            ("n/README.md", "# n\n"),
            ("w/kijun.toml", &workspace(dependency)),
            ("w/own.kijun", PROFILE),
            ("w/facts/f.toml", FACTS),
        ],
    )
}

// ---------------------------------------------------------------- pack and unpack

#[test]
fn a_pack_is_the_same_bytes_from_wherever_and_comes_back_whole() {
    let folder = folder("whole", "{ path = \"../n\" }");
    let (pack, a, b) = (at(&folder, "n"), at(&folder, "a.kpack"), at(&folder, "b.kpack"));
    write(&folder, "n/.hidden/x", "x");
    write(&folder, "n/facts/f.toml", "");
    write(&folder, "n/inner/kijun.toml", &manifest("1.0.0", ""));
    write(&folder, "n/old.kpack", "x");
    let out = ok(&["pack", &pack, "-o", &a]).stdout;
    assert!(out.contains("n 1.0.0, 4 files") && out.contains("left out: facts/, inner/, old.kpack"), "{out}");
    let to = at(&folder, "copy");
    let unpacked = ok(&["unpack", &a, &to]).stdout;
    let digest = |text: &str| text.split("sha256 ").nth(1).map(|rest| rest[..64].to_owned()).unwrap();
    assert_eq!(digest(&out), digest(&unpacked));
    for name in ["kijun.toml", "n.kijun", "tests/t.kijun", "README.md"] {
        let read = |folder: &str| std::fs::read(format!("{folder}/{name}")).unwrap();
        assert_eq!(read(&pack), read(&to), "{name}");
    }
    assert!(!Path::new(&format!("{to}/facts")).exists() && !Path::new(&format!("{to}/.hidden")).exists());
    ok(&["pack", &to, "-o", &b]);
    assert_eq!(std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap());
    // Other programs read it as the zip file that it is.
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&a).unwrap()).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("n.kijun").unwrap(), &mut text).unwrap();
    assert_eq!((zip.len(), text.as_str()), (4, PACK));
}

#[test]
fn names_and_folders_are_found_where_none_are_given() {
    let folder = folder("names", "{ path = \"../n\" }");
    let run = |args: &[&str]| {
        let out = command(args).current_dir(folder.path()).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    run(&["pack", "n"]);
    run(&["unpack", "n-1.0.0.kpack"]);
    assert!(Path::new(&at(&folder, "n-1.0.0/tests/t.kijun")).is_file());
}

#[test]
fn what_is_no_sound_pack_makes_no_archive() {
    let folder = folder("unsound", "{ path = \"../n\" }");
    let (pack, to) = (at(&folder, "n"), at(&folder, "x.kpack"));
    refused(&["pack", &at(&folder, "w"), "-o", &to], &["is a workspace and no pack", "[pack]"]);
    write(&folder, "n/A.md", "");
    write(&folder, "n/a.md", "");
    refused(&["pack", &pack, "-o", &to], &["take `A.md` and `a.md` for one name", "rename it"]);
    std::fs::remove_file(at(&folder, "n/A.md")).unwrap();
    write(&folder, "n/か\u{3099}.md", "");
    refused(&["pack", &pack, "-o", &to], &["normal form C"]);
    std::fs::remove_file(at(&folder, "n/か\u{3099}.md")).unwrap();
    #[cfg(unix)]
    {
        let link = at(&folder, "n/link.md");
        std::os::unix::fs::symlink("/etc/hosts", &link).unwrap();
        refused(&["pack", &pack, "-o", &to], &["link.md", "it is a link"]);
        std::fs::remove_file(link).unwrap();
    }
    write(&folder, "n/n.kijun", "requirement m:1 \"x\"\n");
    refused(&["pack", &pack, "-o", &to], &["K0"]);
    write(&folder, "n/n.kijun", PACK);
    write(&folder, "n/kijun.toml", &manifest("one", ""));
    refused(&["pack", &pack, "-o", &to], &["`one` is no version"]);
    assert!(!Path::new(&to).exists());
}

#[test]
fn nothing_is_written_over_or_outside() {
    let folder = folder("over", "{ path = \"../n\" }");
    let (archive, to) = (at(&folder, "n.kpack"), at(&folder, "to"));
    ok(&["pack", &at(&folder, "n"), "-o", &archive]);
    write(&folder, "to/n.kijun", "mine");
    refused(&["unpack", &archive, &to], &["n.kijun` is there already", "--force"]);
    let entries = |folder: &str| std::fs::read_dir(folder).unwrap().count();
    assert_eq!(entries(&to), 1, "nothing was written");
    ok(&["unpack", &archive, &to, "--force"]);
    assert_eq!(std::fs::read_to_string(format!("{to}/n.kijun")).unwrap(), PACK);
    #[cfg(unix)]
    {
        let (elsewhere, to) = (at(&folder, "elsewhere"), at(&folder, "linked"));
        std::fs::create_dir_all(&elsewhere).unwrap();
        std::fs::create_dir_all(&to).unwrap();
        std::os::unix::fs::symlink(&elsewhere, format!("{to}/tests")).unwrap();
        refused(&["unpack", &archive, &to, "--force"], &["linked/tests` is a link"]);
        assert_eq!((entries(&elsewhere), entries(&to)), (0, 1));
    }
    write(&folder, "x.kpack", "x");
    refused(&["unpack", &at(&folder, "x.kpack"), &to], &["it is no archive of a pack", "kijun pack"]);
    refused(&["unpack", &at(&folder, "none.kpack"), &to], &["cannot read"]);
    // A zip file of another program may hide what one reader sees and another does not.
    let mut zip = zip::ZipWriter::new(std::fs::File::create(at(&folder, "z.kpack")).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("kijun.toml", options).unwrap();
    std::io::Write::write_all(&mut zip, &[b' '; 4096]).unwrap();
    zip.finish().unwrap();
    refused(&["unpack", &at(&folder, "z.kpack"), &to], &["`kijun.toml`: it is compressed"]);
}

// ---------------------------------------------------------------- dependencies

#[test]
fn an_archive_gives_what_its_folder_gives() {
    let folder = folder("archive", "{ path = \"../n\", version = \"^1.0\" }");
    let work = at(&folder, "w");
    let from_folder = kijun(&["assess", &work, "--format", "json"]);
    ok(&["pack", &at(&folder, "n"), "-o", &at(&folder, "w/n-1.0.0.kpack")]);
    write(&folder, "w/kijun.toml", &workspace("{ archive = \"n-1.0.0.kpack\", version = \"^1.0\" }"));
    let from_archive = kijun(&["assess", &work, "--format", "json"]);
    assert_eq!((from_folder.status, from_archive.status), (1, 1), "{}", from_archive.stderr);
    // The place of a rule is in the archive; nothing else is another, and the digest is the same.
    assert!(from_archive.stdout.contains("n-1.0.0.kpack!/n.kijun"), "{}", from_archive.stdout);
    assert_eq!(from_archive.stdout.replace("n-1.0.0.kpack!/n.kijun", "n/n.kijun"), from_folder.stdout);
    write(&folder, "w/n-1.0.0.kpack", "x");
    refused(&["check", &work], &["K0606", "n-1.0.0.kpack", "it is no archive"]);
    std::fs::remove_file(at(&folder, "w/n-1.0.0.kpack")).unwrap();
    refused(&["check", &work], &["K0606", "relative to the kijun.toml"]);
}

#[test]
fn of_an_archive_the_workspace_says_where_the_packs_lie_that_it_needs() {
    let folder = folder("needs", "{ archive = \"n.kpack\" }");
    let needs = "\n[dependencies]\nm = { path = \"../m\", version = \"^2.1\" }\n";
    write(&folder, "n/kijun.toml", &manifest("1.0.0", needs));
    write(&folder, "m/kijun.toml", "[pack]\nname = \"m\"\nversion = \"2.1.0\"\n");
    let out = ok(&["pack", &at(&folder, "n"), "-o", &at(&folder, "w/n.kpack")]).stdout;
    assert!(out.contains("packs it needs: m ^2.1"), "{out}");
    let work = at(&folder, "w");
    refused(
        &["check", &work],
        &["K0602", "nothing says where the pack `m` lies", "write `m` in [dependencies]"],
    );
    let both = format!(
        "{}m = {{ path = \"../m\", version = \"=2.0.0\" }}\n",
        workspace("{ archive = \"n.kpack\" }")
    );
    write(&folder, "w/kijun.toml", &both);
    refused(
        &["check", &work],
        &["K0603", "the pack `m` has version 2.1.0; this workspace needs =2.0.0", "`n` needs ^2.1"],
    );
    write(&folder, "w/kijun.toml", &both.replace("=2.0.0", "2"));
    ok(&["check", &work]);
}

#[test]
fn one_pack_from_two_places_has_to_be_decided() {
    let folder = folder("two", "{ path = \"../n\" }");
    for name in ["a", "b"] {
        let needs = format!(
            "[pack]\nname = \"{name}\"\nversion = \"1.0.0\"\n[dependencies]\nm = {{ path = \"m\" }}\n"
        );
        write(&folder, &format!("{name}/kijun.toml"), &needs);
        write(&folder, &format!("{name}/m/kijun.toml"), "[pack]\nname = \"m\"\nversion = \"1.0.0\"\n");
    }
    let both =
        format!("{}a = {{ path = \"../a\" }}\nb = {{ path = \"../b\" }}\n", workspace("{ path = \"../n\" }"));
    write(&folder, "w/kijun.toml", &both);
    let work = at(&folder, "w");
    refused(
        &["check", &work],
        &["K0607", "the pack `m` is in two places: `../a/m` and `../b/m`", "`a` uses this one"],
    );
    write(&folder, "w/kijun.toml", &format!("{both}m = {{ path = \"../b/m\" }}\n"));
    ok(&["check", &work]);
}

/// `git` in a folder, whatever the machine is set to.
fn git(folder: &str, args: &[&str]) -> String {
    let out = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
            "-C",
            folder,
        ])
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GIT_DIR")
        .output()
        .unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

/// A repository with the pack in a folder, at two tags.
fn repository(folder: &Folder) -> String {
    let own = at(folder, "norms");
    for (name, text) in [
        ("packs/n/kijun.toml", manifest("1.0.0", "\n[dependencies]\nm = { path = \"../m\" }\n")),
        ("packs/n/n.kijun", PACK.to_owned()),
        ("packs/m/kijun.toml", "[pack]\nname = \"m\"\nversion = \"1.0.0\"\n".to_owned()),
    ] {
        write(folder, &format!("norms/{name}"), &text);
    }
    git(&own, &["init", "--quiet"]);
    git(&own, &["add", "."]);
    git(&own, &["commit", "--quiet", "-m", "one"]);
    git(&own, &["tag", "v1.0.0"]);
    write(
        folder,
        "norms/packs/n/kijun.toml",
        &manifest("1.1.0", "\n[dependencies]\nm = { path = \"../m\" }\n"),
    );
    write(folder, "norms/packs/n/n.kijun", &next());
    git(&own, &["commit", "--quiet", "-am", "two"]);
    git(&own, &["tag", "-a", "v1.1.0", "-m", "two"]);
    own
}

fn at_revision(rev: &str) -> String {
    workspace(&format!("{{ git = \"../norms\", rev = \"{rev}\", path = \"packs/n\" }}"))
}

#[test]
fn a_revision_is_read_from_the_repository_and_not_from_what_is_checked_out() {
    let folder = folder("git", "{ path = \"../n\" }");
    let own = repository(&folder);
    let work = at(&folder, "w");
    let first = git(&own, &["rev-parse", "v1.0.0"]);
    // What is checked out, changed or missing there does not matter.
    std::fs::remove_dir_all(format!("{own}/packs")).unwrap();
    for rev in ["v1.0.0", &first, &first[..8]] {
        write(&folder, "w/kijun.toml", &at_revision(rev));
        let out = kijun(&["assess", &work, "--format", "json"]);
        assert_eq!(out.status, 1, "{}", out.stderr);
        let place = format!("norms@{}!/packs/n/n.kijun", &first[..12]);
        assert!(out.stdout.contains(&place) && out.stdout.contains("\"m\""), "{}", out.stdout);
    }
    // An annotated tag means its commit.
    write(&folder, "w/kijun.toml", &at_revision("v1.1.0"));
    assert_eq!(kijun(&["assess", &work]).status, 0);
    let says = |rev: &str, parts: &[&str]| {
        write(&folder, "w/kijun.toml", &at_revision(rev));
        refused(&["check", &work], parts);
    };
    says("v9", &["K0602", "has no revision `v9`", "kijun never connects"]);
    says("--help", &["`--help` is no name of a revision"]);
    says("HEAD~1", &["is no name of a revision"]);
    let other = |dependency: &str, parts: &[&str]| {
        write(&folder, "w/kijun.toml", &workspace(dependency));
        refused(&["check", &work], parts);
    };
    other(
        "{ git = \"../norms\", rev = \"v1.0.0\" }",
        &["K0602", "the pack `n` is not there", "name it as `path`"],
    );
    other(
        "{ git = \"../norms\", rev = \"v1.0.0\", path = \"packs/x\" }",
        &["K0606", "there is no folder `packs/x`"],
    );
    other(
        "{ git = \"../norms\", rev = \"v1.0.0\", path = \"../n\" }",
        &["`../n` is no folder in the repository"],
    );
    other("{ git = \"../n\", rev = \"v1.0.0\" }", &["is no git repository"]);
    std::fs::create_dir_all(format!("{own}/packs/n")).unwrap();
    other(
        "{ git = \"../norms/packs\", rev = \"v1.0.0\", path = \"n\" }",
        &["is a folder within a git repository"],
    );
}

#[cfg(unix)]
#[test]
fn a_link_at_a_revision_is_refused_and_without_git_it_is_said() {
    let folder = folder("git-link", "{ path = \"../n\" }");
    let own = repository(&folder);
    std::os::unix::fs::symlink("/etc/hosts", format!("{own}/packs/n/l.kijun")).unwrap();
    git(&own, &["add", "."]);
    git(&own, &["commit", "--quiet", "-m", "link"]);
    git(&own, &["tag", "linked"]);
    let work = at(&folder, "w");
    write(&folder, "w/kijun.toml", &at_revision("linked"));
    refused(&["check", &work], &["K0606", "`l.kijun` is a link", "files only"]);
    write(&folder, "w/kijun.toml", &at_revision("v1.0.0"));
    let out = command(&["check", &work]).env("PATH", "").output().unwrap();
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(out.status.code() == Some(2) && said.contains("cannot run `git`"), "{said}");
}

// ---------------------------------------------------------------- lock and update

#[test]
fn a_pack_that_is_not_the_locked_one_is_an_error_until_it_is_taken_over() {
    let folder = folder("lock", "{ path = \"../n\" }");
    let (work, lock) = (at(&folder, "w"), at(&folder, "w/kijun.lock"));
    refused(&["assess", &work, "--locked"], &["there is no", "kijun update"]);
    refused(&["check", &work, "--locked"], &["there is no", "kijun update"]);
    let out = ok(&["update", &work, "--dry-run"]);
    assert!(!Path::new(&lock).exists() && out.stderr.contains("was not written"), "{}", out.stderr);
    ok(&["update", &work]);
    let text = std::fs::read_to_string(&lock).unwrap();
    let parsed: toml::Table = text.parse().unwrap();
    let pack = &parsed["pack"][0];
    assert_eq!(
        (pack["name"].as_str(), pack["path"].as_str(), pack["version"].as_str()),
        (Some("n"), Some("../n"), Some("1.0.0"))
    );
    assert!(ok(&["update", &work]).stderr.contains("is up to date (1 packs)"));
    assert_eq!(std::fs::read_to_string(&lock).unwrap(), text);
    assert_eq!(kijun(&["assess", &work, "--locked"]).status, 1);
    // A comment changes the digest; it is enough to be asked about.
    write(&folder, "n/n.kijun", &format!("{PACK}// x\n"));
    refused(
        &["assess", &work],
        &["K0608", "the pack `n` is not the one in kijun.lock", "kijun update --dry-run"],
    );
    let out = ok(&["update", &work]).stdout;
    assert!(out.contains("only the digest is known"), "{out}");
    assert_eq!(kijun(&["assess", &work]).status, 1);
    // What is used no more, or is new, is told as well.
    write(&folder, "w/kijun.toml", &workspace("{ path = \"../n\" }").replace("n = {", "# n = {"));
    refused(&["check", &work], &["K0608", "the pack `n` in kijun.lock is not used any more"]);
    write(&folder, "w/kijun.toml", &workspace("{ path = \"../n\" }"));
    write(&folder, "w/kijun.lock", "version = 1\n");
    refused(&["check", &work], &["K0608", "the pack `n` is not in kijun.lock"]);
    write(&folder, "w/kijun.lock", "<<<<<<< ours\n");
    refused(&["check", &work], &["K0608", "kijun.lock cannot be read"]);
    refused(&["update", &work], &["kijun.lock cannot be read (line 1"]);
}

#[test]
fn packs_that_are_not_sound_are_not_taken_over() {
    let folder = folder("lock-unsound", "{ path = \"../n\" }");
    write(&folder, "n/n.kijun", "requirement m:1 \"x\"\n");
    refused(&["update", &at(&folder, "w")], &["K0"]);
    assert!(!Path::new(&at(&folder, "w/kijun.lock")).exists());
}

/// `kijun.update/1`, held to its schema.
fn update_json(args: &[&str]) -> serde_json::Value {
    let value = serde_json::from_str(&ok(args).stdout).unwrap();
    assert_valid(kijun_exchange::UPDATE_SCHEMA, &value);
    value
}

/// What `update` tells of the next pack, whose content before is there.
fn tells_all(out: &str) {
    let parts = [
        "n: 1.0.0 (",
        "→ 1.1.0 (",
        "changed  check encrypted",
        "added  requirement n:2  inspection",
        "what changes in verdicts",
        "n:1  encryption: violated → satisfied",
        "n:2  inspection: not evaluated → unverified",
        "resolved, as far as the counts of subjects show (1)",
    ];
    for part in parts {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(!out.contains("only the digest"), "{out}");
}

#[test]
fn what_an_update_changes_is_told_from_the_archives_of_both() {
    let folder = folder("update", "{ archive = \"n-1.0.0.kpack\" }");
    let (pack, work) = (at(&folder, "n"), at(&folder, "w"));
    ok(&["pack", &pack, "-o", &at(&folder, "w/n-1.0.0.kpack")]);
    ok(&["update", &work]);
    write(&folder, "n/kijun.toml", &manifest("1.1.0", ""));
    write(&folder, "n/n.kijun", &next());
    ok(&["pack", &pack, "-o", &at(&folder, "w/n-1.1.0.kpack")]);
    write(&folder, "w/kijun.toml", &workspace("{ archive = \"n-1.1.0.kpack\" }"));
    let dry = ok(&["update", &work, "--dry-run"]).stdout;
    tells_all(&dry);
    let ja = ok(&["update", &work, "--dry-run", "--lang", "ja"]).stdout;
    for part in ["判定への影響", "追加  requirement n:2  点検", "変更  check encrypted", "不適合 → 適合"]
    {
        assert!(ja.contains(part), "{part}: {ja}");
    }
    let json = update_json(&["update", &work, "--dry-run", "--format", "json"]);
    let of_pack = &json["packs"][0];
    assert_eq!((&json["dry_run"], &of_pack["new"]["version"]), (&true.into(), &"1.1.0".into()));
    let declarations = of_pack["declarations"].as_array().unwrap().iter();
    let declarations: Vec<_> =
        declarations.map(|d| (d["change"].as_str(), d["declaration"].as_str())).collect();
    assert!(declarations.contains(&(Some("added"), Some("requirement n:2"))), "{declarations:?}");
    assert_eq!(json["verdicts"]["basis"], "locked");
    assert_valid(kijun_exchange::DIFF_SCHEMA, &json["verdicts"]["diff"]);
    refused(&["check", &work], &["K0608"]);
    assert_eq!(ok(&["update", &work]).stdout, dry);
    let same = update_json(&["update", &work, "--format", "json"]);
    assert!(same["packs"] == serde_json::json!([]) && same.get("verdicts").is_none(), "{same}");
    assert_eq!(kijun(&["assess", &work, "--locked"]).status, 0);
    // Findings may rest on anything in an archive.
    let changed = |name: &str| {
        let out = command(&["assess", ".", "--changed", name]).current_dir(&work).output().unwrap();
        String::from_utf8(out.stderr).unwrap()
    };
    assert!(changed("n-1.1.0.kpack").contains("may rest on the pack in `n-1.1.0.kpack`"));
    assert!(changed("kijun.lock").contains("may rest on `kijun.lock`"));
    assert!(!changed("n-1.0.0.kpack").contains("may rest"));
}

#[test]
fn what_an_update_changes_is_told_from_revisions() {
    let folder = folder("update-git", "{ path = \"../n\" }");
    let own = repository(&folder);
    let work = at(&folder, "w");
    write(&folder, "w/kijun.toml", &at_revision("v1.0.0"));
    ok(&["update", &work]);
    let lock = std::fs::read_to_string(at(&folder, "w/kijun.lock")).unwrap();
    assert!(
        lock.contains(&git(&own, &["rev-parse", "v1.0.0"])) && lock.contains("path = \"packs/n\""),
        "{lock}"
    );
    write(&folder, "w/kijun.toml", &at_revision("v1.1.0"));
    tells_all(&ok(&["update", &work]).stdout);
    // Another way to say where the same packs lie.
    write(&folder, "w/kijun.toml", &at_revision(&git(&own, &["rev-parse", "v1.1.0"])));
    assert!(ok(&["update", &work]).stderr.contains("up to date"));
}

#[test]
fn of_a_folder_that_changed_a_kept_assessment_tells_what_the_verdicts_were() {
    let folder = folder("update-kept", "{ path = \"../n\" }");
    let work = at(&folder, "w");
    ok(&["update", &work]);
    write(&folder, "n/kijun.toml", &manifest("1.1.0", ""));
    let old = std::fs::read_to_string(at(&folder, "n/n.kijun")).unwrap();
    write(&folder, "n/n.kijun", &next());
    let out = ok(&["update", &work, "--dry-run"]).stdout;
    assert!(out.contains("only the digest is known") && out.contains("kijun assess --keep"), "{out}");
    let json = update_json(&["update", &work, "--dry-run", "--format", "json"]);
    assert!(json["packs"][0].get("declarations").is_none() && json["verdicts"]["basis"] == "none", "{json}");
    write(&folder, "n/kijun.toml", &manifest("1.0.0", ""));
    write(&folder, "n/n.kijun", &old);
    assert_eq!(kijun(&["assess", &work, "--keep"]).status, 1);
    write(&folder, "n/kijun.toml", &manifest("1.1.0", ""));
    write(&folder, "n/n.kijun", &next());
    let json = update_json(&["update", &work, "--dry-run", "--format", "json"]);
    assert_eq!((&json["verdicts"]["basis"], &json["verdicts"]["gone"][0]), (&"kept".into(), &"n".into()));
    let out = ok(&["update", &work]).stdout;
    for part in [
        "only the digest is known",
        "the kept assessment of 2026-11-22",
        "n:1  encryption: violated → satisfied",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
}
