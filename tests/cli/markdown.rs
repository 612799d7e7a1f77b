//! `matrix --format md`.

use serde_json::Value;

use crate::run::{Folder, MANIFEST, kijun};
use crate::workbook::HOSTILE;

/// The cells of a row of a table, split at bars that nothing escapes.
fn cells(line: &str) -> Vec<String> {
    let marked = line.replace("\\|", "\u{0}");
    let inner = marked.strip_prefix("| ").unwrap().strip_suffix(" |").unwrap();
    inner.split('|').map(|c| c.trim().replace('\u{0}', "|")).collect()
}

#[test]
fn every_item_has_a_row_and_every_row_as_many_cells_as_its_head() {
    let args = ["matrix", "--from", "mhlw", "--to", "iso27001-2022,nist-csf-2.0", "examples/city-hospital"];
    let text = kijun(&[&args[..], &["--format", "md"]].concat()).stdout;
    let json: Value =
        serde_json::from_str(&kijun(&[&args[..], &["--format", "json"]].concat()).stdout).unwrap();
    let blocks = json["blocks"].as_array().unwrap();
    let parts: Vec<&str> = text.split("<details>").skip(1).collect();
    assert_eq!(parts.len(), blocks.len());
    for (part, block) in parts.iter().zip(blocks) {
        let total = &block["total"];
        let summary = format!("items {}: ◎{} ", total["items"], total["coverage"]["covered"]);
        assert!(part.contains(&summary), "{summary}");
        let mut rows = part.lines().filter(|l| l.starts_with("| `"));
        for item in block["items"].as_array().unwrap().iter().filter(|i| i["section"] == false) {
            let cells = cells(rows.next().unwrap());
            let number = item["id"].as_str().unwrap().split_once(':').unwrap().1;
            assert_eq!((cells.len(), cells[0].as_str()), (7, format!("`{number}`").as_str()));
            assert_eq!(cells[2].starts_with('－'), item["coverage"] == "not_covered", "{number}");
        }
        assert_eq!(rows.next(), None);
        assert!(part.contains("</details>"));
    }
}

#[test]
fn texts_cannot_break_out_of_their_cells() {
    let folder = Folder::new("markdown-hostile", &[("kijun.toml", MANIFEST), ("n.kijun", HOSTILE)]);
    let out = kijun(&["matrix", "--from", "a", "--to", "b", folder.path(), "--format", "md"]);
    assert_eq!(out.status, 0, "{}", out.stderr);
    for line in ["| `S.2` | @<!-- -->SUM(1)\\|-2 | ", "| `S.3` | &lt;b&gt;&amp;amp; | "] {
        assert!(out.stdout.contains(line), "{line} is not in\n{}", out.stdout);
    }
}

#[test]
fn it_comes_in_japanese() {
    let out = kijun(&[
        "matrix",
        "--from",
        "csf@1.1",
        "--to",
        "csf@2.0",
        "examples/city-hospital",
        "--format",
        "md",
        "--lang",
        "ja",
    ]);
    for line in
        ["# 対応表", "施設: みなと市立病院 (`minato`), 基準日: 2026-11-22", "## `csf@1.1` → `csf@2.0`"]
    {
        assert!(out.stdout.lines().any(|l| l == line), "{line}");
    }
}
