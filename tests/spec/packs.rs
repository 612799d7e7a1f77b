//! The packs that ship: how much they hold, and how they speak.

use std::path::Path;
use std::sync::LazyLock;

use kijun_engine::program::{Message, Piece};
use kijun_model::{Census, census};
use kijun_workspace::{Options, Workspace};

/// All packs, read once.
fn packs() -> &'static [(String, Workspace)] {
    static PACKS: LazyLock<Vec<(String, Workspace)>> = LazyLock::new(read);
    &PACKS
}

fn read() -> Vec<(String, Workspace)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rulepacks");
    let mut folders: Vec<_> = std::fs::read_dir(root).unwrap().map(|e| e.unwrap().path()).collect();
    folders.sort();
    folders
        .into_iter()
        .map(|folder| {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let workspace = kijun_workspace::load(&folder, &Options::default()).unwrap();
            (name, workspace)
        })
        .collect()
}

fn counted(workspace: &Workspace) -> Census {
    let own = workspace.packs.iter().find(|p| p.root == workspace.root).unwrap();
    census(&workspace.compiled, &own.modules)
}

/// The figures that the sources give: whoever changes one of them says why.
#[test]
fn catalogues_and_mappings_are_complete() {
    let packs = packs();
    let all: std::collections::BTreeMap<&str, Census> =
        packs.iter().map(|(name, w)| (name.as_str(), counted(w))).collect();
    let of = |name: &str| all.get(name).unwrap_or_else(|| panic!("no pack {name}"));
    let level = |pack: &str, level: &str| of(pack).levels.get(level).copied().unwrap_or(0);

    assert_eq!(level("iso27001-2013", "control"), 114);
    assert_eq!(level("iso27001-2022", "control"), 93);
    assert_eq!(of("nist-csf-1.1").requirements, 108);
    let csf = of("nist-csf-2.0");
    assert_eq!((csf.requirements, level("nist-csf-2.0", "O"), csf.withdrawn), (106, 106, 79));
    assert_eq!(of("map-csf-1.1-iso27001-2013").pairs, 303);
    assert_eq!(of("map-iso27001-2013-2022").pairs, 115);
    assert_eq!(of("map-csf-1.1-2.0").pairs, 164);
    assert_eq!((of("map-mhlw-csf").pairs, of("map-mhlw-csf").joint), (99, 0));
    assert_eq!(level("mitsf", ""), 13, "activities; their items have levels");

    let heasnet = packs.iter().find(|(name, _)| name == "heasnet").map(|(_, w)| &w.compiled.program);
    let threats = heasnet.unwrap().requirements.iter().filter(|r| r.id.starts_with("heasnet:T")).count();
    assert_eq!(threats, 31);

    for (name, census) in &all {
        assert_eq!(census.unverified, 0, "{name}: every requirement has a rule, a question, or a reason");
    }
}

/// A verdict is about facts and rules; whether a law is broken is for others to say.
#[test]
fn no_message_pronounces_on_the_law() {
    let text = |message: &Message| -> String {
        let pieces = message.ja.iter().chain(&message.en);
        pieces.map(|p| if let Piece::Text(t) = p { t.as_str() } else { "" }).collect()
    };
    for (name, workspace) in packs() {
        let program = &workspace.compiled.program;
        let of_checks = program.checks.iter().flat_map(|c| {
            c.requires.iter().map(|r| &r.message).chain([&c.fix]).map(move |m| (c.name.as_str(), text(m)))
        });
        let of_attests = program
            .attests
            .iter()
            .map(|a| (a.name.as_str(), format!("{}{}{}", a.question.ja, a.question.en, text(&a.fix))));
        for (rule, text) in of_checks.chain(of_attests) {
            // The law that governs a contract (準拠法) is another matter.
            let text = text.replace("準拠法", "");
            for word in ["違法", "準拠", "illegal", "unlawful", "compliant"] {
                assert!(!text.contains(word), "{name}, {rule}: says {word}: {text}");
            }
            // What may follow from a violation is a possibility.
            for word in ["過失責任", "行政処分", "刑事罰", "損害賠償"] {
                let hedged = text.contains("おそれ") || text.contains("可能性");
                assert!(!text.contains(word) || hedged, "{name}, {rule}: says {word} flatly: {text}");
            }
        }
    }
}

/// Every message speaks both languages.
#[test]
fn messages_are_in_both_languages() {
    for (name, workspace) in packs() {
        for check in &workspace.compiled.program.checks {
            for require in &check.requires {
                assert!(
                    !require.message.ja.is_empty() && !require.message.en.is_empty(),
                    "{name}, {}: a message lacks a language",
                    check.name
                );
            }
        }
    }
}

/// All packs together say nothing that cannot be: a contradiction is settled, or marked so that one side is set aside.
#[test]
fn mappings_of_all_packs_agree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rulepacks");
    let workspace = kijun_workspace::load_norms(&root, &Options::default()).unwrap();
    assert!(!workspace.has_errors());
    let (program, statements) = (&workspace.compiled.program, &workspace.compiled.mappings);
    assert!(statements.len() > 1100, "{}", statements.len());
    let mappings = kijun_coverage::Mappings::new(program, statements, None);
    assert!(mappings.contradictions.is_empty(), "{:#?}", mappings.contradictions);
}
