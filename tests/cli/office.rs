//! Whether an office program opens what is meant for it.

use std::process::Command;

use crate::run::{Folder, MANIFEST, kijun};
use crate::workbook::HOSTILE;

/// Runs LibreOffice on a file and waits for it; false without it, which only a full run of the tests must have.
pub(crate) fn convert(folder: &str, file: &str, to: &str) -> bool {
    let mut command = Command::new("soffice");
    command.arg(format!("-env:UserInstallation=file://{folder}/profile")).args([
        "--headless",
        "--convert-to",
        to,
    ]);
    match command.args(["--outdir", folder, &format!("{folder}/{file}")]).output() {
        Ok(out) => {
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
            true
        }
        Err(error) if std::env::var_os("KIJUN_REQUIRE_CLIENTS").is_none() => {
            eprintln!("skipped: soffice cannot be run: {error}");
            false
        }
        Err(error) => panic!("soffice is needed (KIJUN_REQUIRE_CLIENTS): {error}"),
    }
}

/// Every sheet as text, `|` between its cells.
const TABLES: &str = "csv:Text - txt - csv (StarCalc):124,34,76,1,,0,false,true,false,false,false,-1";

#[test]
fn libreoffice_opens_the_workbook_and_computes_nothing() {
    let folder = Folder::new("office-hostile", &[("kijun.toml", MANIFEST), ("n.kijun", HOSTILE)]);
    let path = folder.path();
    let file = format!("{path}/m.xlsx");
    let out = kijun(&["matrix", "--from", "a", "--to", "b", path, "--format", "xlsx", "-o", &file]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    if !convert(path, "m.xlsx", TABLES) {
        return;
    }
    let sheet = |name: &str| std::fs::read_to_string(format!("{path}/m-{name}.csv")).unwrap();
    assert!(sheet("Overview").contains("2026-11-22"), "{}", sheet("Overview"));
    let listing = sheet("b@1");
    for cell in ["|=1+1|", "|-section|", "|<b>&amp;|"] {
        assert!(listing.contains(cell), "{cell} is not in\n{listing}");
    }
    let derivations = sheet("Derivations");
    assert!(derivations.contains("+argument"), "{derivations}");
}

/// The pages of a PDF as text, by poppler; `None` without it.
fn pages(pdf: &str) -> Option<Vec<String>> {
    match Command::new("pdftotext").args([pdf, "-"]).output() {
        Ok(out) => Some(String::from_utf8(out.stdout).unwrap().split('\u{c}').map(str::to_owned).collect()),
        Err(error) if std::env::var_os("KIJUN_REQUIRE_CLIENTS").is_none() => {
            eprintln!("skipped: pdftotext cannot be run: {error}");
            None
        }
        Err(error) => panic!("pdftotext is needed (KIJUN_REQUIRE_CLIENTS): {error}"),
    }
}

#[test]
fn the_workbook_prints_with_its_head_and_number_on_every_page() {
    let folder = Folder::new("office-print", &[("x", "")]);
    let path = folder.path();
    let file = format!("{path}/m.xlsx");
    let args = ["matrix", "--from", "csf@1.1", "--to", "csf@2.0", "examples/city-hospital", "--lang", "ja"];
    assert_eq!(kijun(&[&args[..], &["--format", "xlsx", "-o", &file]].concat()).status, 0);
    if !convert(path, "m.xlsx", "pdf") {
        return;
    }
    let Some(pages) = pages(&format!("{path}/m.pdf")) else { return };
    let printed: Vec<&String> = pages.iter().filter(|p| !p.trim().is_empty()).collect();
    for (number, page) in (1..).zip(&printed) {
        assert!(page.contains(&format!("{number} / {}", printed.len())), "page {number}: {page}");
        assert!(page.contains("みなと市立病院 対応表"), "page {number}");
    }
    let lists: Vec<_> = printed.iter().filter(|p| p.trim_end().ends_with("csf@2.0")).collect();
    assert!(lists.len() > 1 && lists.iter().all(|p| p.contains("確からしさ") && p.contains("備考")));
}
