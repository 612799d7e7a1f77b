//! `kijun doc`: the site as files, and in a browser (`tests/clients/doc.test.mjs`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::page::{can_run, run, small};
use crate::run::{Folder, kijun, root};

/// Every file of a site by its path.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                out.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    out
}

fn doc(path: &str, folder: &str) -> BTreeMap<String, String> {
    let out = kijun(&["doc", path, "-o", folder]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    files(Path::new(folder))
}

/// What stands in double quotes after `name=`, for each time that it does.
fn attributes<'p>(page: &'p str, name: &'p str) -> impl Iterator<Item = String> + 'p {
    let plain =
        |t: &str| t.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    page.match_indices(name).filter_map(move |(at, _)| {
        Some(plain(page[at + name.len()..].strip_prefix("=\"")?.split_once('"')?.0))
    })
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |b: Option<u8>| (b.unwrap() as char).to_digit(16).unwrap() as u8;
        bytes.push(if byte == b'%' { hex(rest.next()) * 16 + hex(rest.next()) } else { byte });
    }
    String::from_utf8(bytes).unwrap()
}

/// Every link leads to a file and an anchor that are there.
fn assert_links(files: &BTreeMap<String, String>) {
    let pages = || files.iter().filter(|(path, _)| path.ends_with(".html"));
    let mut anchors: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (path, page) in pages() {
        let all: Vec<String> = attributes(page, " id").collect();
        let once: BTreeSet<String> = all.iter().cloned().collect();
        assert_eq!(all.len(), once.len(), "{path} has an anchor twice");
        anchors.insert(path, once);
    }
    for (path, page) in pages() {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let links =
            attributes(page, " href").chain(attributes(page, " src")).chain(attributes(page, " action"));
        for link in links.filter(|l| !l.starts_with("https://")) {
            let (file, anchor) = link.split_once('#').map_or((link.as_str(), ""), |(f, a)| (f, a));
            let target = match (file.strip_prefix("../"), file) {
                (_, "") => path.clone(),
                (Some(up), _) => up.to_owned(),
                (None, file) if folder.is_empty() => file.to_owned(),
                (None, file) => format!("{folder}/{file}"),
            };
            assert!(files.contains_key(&target), "{path} links to {link}");
            let known = anchor.is_empty() || anchors[target.as_str()].contains(&decoded(anchor));
            assert!(known, "{path} links to {link}");
        }
    }
}

/// The same pages in both languages, each linking to its other.
fn assert_parity(files: &BTreeMap<String, String>) {
    let of = |lang: &str| -> BTreeSet<&str> { files.keys().filter_map(|p| p.strip_prefix(lang)).collect() };
    assert_eq!(of("ja/"), of("en/"));
    for name in of("ja/") {
        assert!(
            files[&format!("ja/{name}")].contains(&format!("href=\"../en/{name}\" hreflang=\"en\"")),
            "{name}"
        );
        let english = &files[&format!("en/{name}")];
        assert!(english.contains(&format!("href=\"../ja/{name}\" hreflang=\"ja\"")), "{name}");
        assert!(english.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "{name}");
    }
}

fn write(folder: &Folder, path: &str, text: &str) {
    let path = Path::new(folder.path()).join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Markup wherever a text may stand.
fn hostile(name: &str) -> Folder {
    let workspace = small(name);
    let readme = "# 説明<script>alert(8)</script>\n\n<img src=x onerror=alert(9)>\n\n[a](javascript:alert(10)) ![b](https://example.jp/x.png)\n";
    write(&workspace, "README.md", readme);
    let tests = "test \"</li><script>alert(11)</script>\" { given { room r { locked false } } expect locks violated for r }\n\
                 requirement std:A.6 \"要約\" { en \"s\" level A summary ja \"要約<script>\\\"\" en \"summary </p><img src=x>\" }\n\
                 check \u{30ab} for std:A.6 { each r: room require r.logged ja \"<b>\" en \"<b>\" }\n";
    write(&workspace, "rules/extra.kijun", tests);
    workspace
}

#[test]
fn every_link_of_the_site_of_all_packs_leads_somewhere() {
    let to = Folder::new("site-packs", &[("x/y", "")]);
    let files = doc("rulepacks", &format!("{}/site", to.path()));
    assert_links(&files);
    assert_parity(&files);
    for lang in ["ja", "en"] {
        let page = &files[&format!("{lang}/items-mhlw-4.2-8.html")];
        for part in [
            "id=\"mhlw@4.2:8.1.2.C.キ\"",
            "selection_criteria_adopted",
            "<span class=\"k\">require</span>",
            "map-mhlw-iso27001",
            "選定基準がなければ違反",
        ] {
            assert!(page.contains(part), "{lang}: {part}");
        }
    }
    assert!(
        files["ja/items-mhlw-4.2-8.html"].contains("少なくとも4点について確認すること"),
        "the summary of the pack"
    );
    assert!(files["en/diagnostics.html"].contains("id=\"K0302\""));
    assert!(files["en/guide-language.html"].contains("id=\"mappings\""));
}

#[test]
fn what_packs_and_readmes_hold_is_text() {
    let (workspace, to) = (hostile("hostile-1"), Folder::new("site-hostile", &[("x/y", "")]));
    let files = doc(workspace.path(), &format!("{}/site", to.path()));
    assert_links(&files);
    assert_parity(&files);
    for (path, page) in &files {
        if path.ends_with(".html") {
            let scripts = if path.ends_with("/search.html") { 2 } else { 0 };
            assert_eq!(page.matches("<script").count(), scripts, "{path}");
            assert!(!page.contains("<img") && !page.contains("javascript:"), "{path}");
            assert!(
                attributes(page, " href").chain(attributes(page, " src")).all(|l| !l.starts_with("http")),
                "{path}"
            );
        }
    }
    assert!(!files["search-index.js"].contains('<'), "strings in which nothing is markup");
    let again = doc(workspace.path(), &format!("{}/again", to.path()));
    assert_eq!(files, again, "the same bytes");
    let page = &files["ja/items-std-1.html"];
    assert!(page.contains("要約&lt;script&gt;&quot;"), "{page}");
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let (workspace, to) = (small("site-kept-packs"), Folder::new("site-kept", &[("mine.txt", "mine")]));
    let refused = kijun(&["doc", workspace.path(), "-o", to.path()]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(files(Path::new(to.path())).len(), 1, "nothing was written");
    let forced = kijun(&["doc", workspace.path(), "-o", to.path(), "--force"]);
    assert_eq!(forced.status, 0, "{}", forced.stderr);
    let first = files(Path::new(to.path()));
    assert_eq!(first["mine.txt"], "mine");
    // What is no longer part of the site goes, what is somebody else's stays.
    write(&to, "ja/old.html", "old");
    write(&to, "ja/theirs.html", "theirs");
    let marker = format!(
        "{}ja/old.html\n../{}/mine.txt\n",
        first[".kijun-doc"],
        Path::new(to.path()).file_name().unwrap().to_str().unwrap()
    );
    write(&to, ".kijun-doc", &marker);
    let again = kijun(&["doc", workspace.path(), "-o", to.path()]);
    assert_eq!(again.status, 0, "its own folder: {}", again.stderr);
    let second = files(Path::new(to.path()));
    assert!(!second.contains_key("ja/old.html") && second.contains_key("ja/theirs.html"));
    assert_eq!(second["mine.txt"], "mine", "no name leads out of the site");
}

#[test]
fn the_site_does_in_a_browser_what_it_says() {
    if !can_run() {
        return;
    }
    let (workspace, pages) = (hostile("hostile-2"), Folder::new("sites", &[("x", "")]));
    doc(root().join("rulepacks").to_str().unwrap(), &format!("{}/packs", pages.path()));
    doc(workspace.path(), &format!("{}/hostile", pages.path()));
    run("doc.test.mjs", &pages);
}
