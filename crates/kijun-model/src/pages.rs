//! The explain pages of diagnostics: `docs/diagnostics/` within the program, one page a code. The tests below
//! hold them to the sources: every code has its page, and every example does what its page says.

use kijun_text::fold_width;

macro_rules! pages {
    ($($code:literal)*) => {
        &[$(($code, include_str!(concat!("../../../docs/diagnostics/", $code, ".md")))),*]
    };
}

/// Code and page, in the order of codes.
const PAGES: &[(&str, &str)] = pages! {
    "K0101"
    "K0102"
    "K0103"
    "K0201"
    "K0202"
    "K0203"
    "K0204"
    "K0205"
    "K0206"
    "K0207"
    "K0208"
    "K0209"
    "K0210"
    "K0301"
    "K0302"
    "K0303"
    "K0304"
    "K0305"
    "K0306"
    "K0307"
    "K0308"
    "K0309"
    "K0401"
    "K0402"
    "K0403"
    "K0404"
    "K0405"
    "K0406"
    "K0407"
    "K0408"
    "K0409"
    "K0410"
    "K0411"
    "K0412"
    "K0501"
    "K0502"
    "K0503"
    "K0504"
    "K0505"
    "K0506"
    "K0507"
    "K0508"
    "K0509"
    "K0510"
    "K0511"
    "K0512"
    "K0513"
    "K0514"
    "K0515"
    "K0516"
    "K0601"
    "K0602"
    "K0603"
    "K0604"
    "K0605"
    "K0606"
    "K0607"
    "K0608"
    "K0609"
    "K0701"
    "K0702"
    "K0801"
    "K0802"
    "K0901"
    "K0902"
    "K0903"
    "K1001"
    "K1002"
    "K1003"
    "K1004"
    "K1005"
    "K1006"
    "K1007"
    "K1008"
    "K1009"
    "K1010"
    "K1011"
    "K1012"
    "K1013"
    "K1014"
    "K1015"
    "K1016"
    "K1017"
    "K1018"
    "K1019"
    "K1020"
    "K1021"
    "K1022"
    "K1023"
    "K1101"
    "K1102"
    "K1103"
    "K1104"
    "K1105"
    "K1106"
    "K1107"
    "K1108"
    "K1109"
    "K1110"
    "K1201"
    "K1202"
    "K1203"
    "K1204"
    "K1205"
    "K1206"
    "K1301"
    "K1302"
    "K1303"
    "K1304"
    "K1305"
    "K1401"
    "K1402"
    "K1403"
    "K1404"
    "K1405"
    "K1406"
    "K1407"
    "K1408"
    "K1501"
    "K1502"
    "K1503"
    "K1504"
    "K1505"
    "K1506"
    "K1507"
    "K1508"
    "K1509"
    "K1510"
    "K1511"
    "K1512"
    "K1513"
    "K1601"
    "K1602"
    "K1603"
    "K1604"
    "K1701"
    "K1702"
    "K1703"
    "K1704"
    "K1705"
    "K1706"
    "coverage"
    "not_covered"
    "partly"
    "possibly"
    "unmapped"
    "unverified"
};

/// The page of a diagnostic's code (`K0203`), or of a lint by its name, in Markdown: Japanese, English, an example and its
/// correction.
pub fn page(code: &str) -> Option<&'static str> {
    let code = crate::lint::named(code).map_or(code, |lint| lint.code);
    PAGES.iter().find(|(c, _)| *c == code).map(|(_, page)| *page)
}

/// Every code that has a page, in order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(code, _)| *code)
}

/// The code that a person most likely meant: `k203`, `0203` and full-width `Ｋ０２０３` are `K0203`. `None` when the text is not like any code.
pub fn nearest_code(text: &str) -> Option<&'static str> {
    let folded = fold_width(text.trim()).to_ascii_uppercase();
    if let Some(named) = codes().find(|c| c.eq_ignore_ascii_case(&folded)) {
        return Some(named);
    }
    let digits = folded.strip_prefix('K').unwrap_or(&folded);
    let whole = digits.bytes().all(|b| b.is_ascii_digit());
    let number: Option<u32> = digits.parse().ok().filter(|_| whole);
    let same = |code: &&str| number.is_some() && code.get(1..).and_then(|d| d.parse().ok()) == number;
    let lower = folded.to_ascii_lowercase();
    let similar = || kijun_text::nearest(&folded, codes()).or_else(|| kijun_text::nearest(&lower, codes()));
    codes().find(same).or_else(similar)
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests read the sources and the pages")]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::sync::Arc;

    use kijun_facts::{Decoded, SourceMap, StoreBuilder, read_file, read_texts};
    use kijun_text::{Diagnostic, FileId, Sources};

    use super::*;
    use crate::lint::{LINTS, LintLevels, LintUnit, Linted, Lints, ModuleLints, lint};
    use crate::review::{COVERAGE, CoverageLevel, CoverageReview, CoverageSettings, Group, Levels, Remark};
    use crate::review::{unexercised, unfilled};
    use crate::{Compiled, Input, ProfileChoice, Trees, compile, parse_checklist, parse_manifest};

    /// A fenced block: the words after the fence, and what is between the fences.
    struct Block {
        info: Vec<&'static str>,
        text: String,
    }

    /// The blocks below a heading `## …`.
    fn blocks(page: &'static str, heading: &str) -> Vec<Block> {
        let below = page.split("\n## ").find(|s| s.lines().next() == Some(heading)).unwrap_or("");
        let mut found = Vec::new();
        let mut lines = below.lines();
        while let Some(line) = lines.next() {
            if let Some(info) = line.strip_prefix("```") {
                let text: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
                found.push(Block { info: info.split_whitespace().collect(), text: text.join("\n") + "\n" });
            }
        }
        found
    }

    fn compiled(text: &str, profile: Option<String>) -> (Sources, Compiled) {
        let mut sources = Sources::default();
        let module = sources.add("example.kijun", text);
        let profile = profile.map(|name| ProfileChoice { name, place: None });
        let input = Input { modules: vec![module], profile, ..Input::default() };
        let compiled = compile(&mut sources, &mut Trees::default(), &input);
        (sources, compiled)
    }

    /// The codes of remarks that are told of modules and a file of facts under a manifest, and those of what does not compile.
    fn reviewed(text: &str, manifest: &str, facts: Option<(&str, &str)>) -> Vec<&'static str> {
        let mut sources = Sources::default();
        let file = sources.add("kijun.toml", manifest);
        let settings = if manifest.is_empty() { None } else { Some(parse_manifest(file, manifest).unwrap()) };
        let profile = settings.as_ref().and_then(|m| m.workspace.as_ref()?.profile.as_ref());
        let profile = profile.map(|p| ProfileChoice { name: p.get_ref().clone(), place: None });
        let settings = settings.map_or_else(CoverageSettings::default, |m| m.coverage_settings(file));
        let module = sources.add("example.kijun", text);
        let input = Input { modules: vec![module], profile, track: settings.track, ..Input::default() };
        let mut trees = Trees::default();
        let compiled = compile(&mut sources, &mut trees, &input);
        let mut builder = StoreBuilder::new(&compiled.program.schema);
        if let Some((path, text)) = facts {
            read_file(&mut builder, &mut sources, path, text.as_bytes());
        }
        let (store, wrong) = builder.finish();
        let program = &compiled.program;
        let mappings = kijun_coverage::Mappings::new(program, &compiled.mappings, None);
        let gaps = CoverageReview::new(&mappings, &compiled.tracked);
        let paths = sources.iter().map(|(file, source)| (file, source.path.as_str()));
        let exercised = unexercised(&compiled, &trees, paths);
        let filled = unfilled(program, &store, &trees, None);
        let mut remarks: Vec<Remark> =
            gaps.files().flat_map(|f| gaps.in_file(program, f, CoverageLevel::Items)).collect();
        remarks.extend(exercised.remarks.iter().chain(filled.remarks.iter()).cloned());
        let told = remarks.iter().filter_map(|r| r.told(&Levels::default()));
        let all: Vec<Diagnostic> = compiled.diagnostics.iter().cloned().chain(wrong).chain(told).collect();
        found(&sources, &all)
    }

    /// The codes that lints give for a module under a manifest, of which only this one is told, and of what is wrong with it.
    fn linted(code: &'static str, text: &str, manifest: &str) -> Vec<&'static str> {
        let mut sources = Sources::default();
        let file = sources.add("kijun.toml", manifest);
        let pack = (!manifest.is_empty()).then(|| parse_manifest(file, manifest).unwrap().place);
        let module = sources.add("example.kijun", text);
        let input = Input { modules: vec![module], ..Input::default() };
        let mut trees = Trees::default();
        let compiled = compile(&mut sources, &mut trees, &input);
        let unit = LintUnit { pack, modules: vec![module], levels: LintLevels::only(code) };
        let parse = trees.get(module).unwrap();
        let own = Arc::new(ModuleLints::new(module, text, &parse.tree));
        let linted = Linted { file: module, text, parse, own };
        let lints = Lints::new(&[unit], &[linted], &compiled, []);
        let all = compiled.diagnostics.iter().chain(lints.iter());
        let told: Vec<Diagnostic> = all.filter_map(|d| lints.told(d, true)).collect();
        found(&sources, &told)
    }

    /// What the blocks below a heading give, for pages of lints.
    fn lint_outcomes(code: &'static str, heading: &str, outcome: &str) -> Vec<Vec<&'static str>> {
        let mut manifest = String::new();
        let mut out = Vec::new();
        for Block { info, text } in blocks(page(code).unwrap(), heading) {
            match info.as_slice() {
                ["toml", "manifest"] => manifest = text,
                ["kijun", stated] if *stated == outcome => out.push(linted(code, &text, &manifest)),
                other => panic!("{code}: ## {heading} cannot hold a block `{}`", other.join(" ")),
            }
        }
        out
    }

    /// Lints that are found here, not by the compiler.
    fn is_lint(code: &str) -> bool {
        lint(code).is_some_and(|l| !l.is_of_compiler())
    }

    #[test]
    fn pages_of_lints_say_how_to_configure_them() {
        for lint in LINTS {
            let page = page(lint.code).unwrap_or_else(|| panic!("{}: no page", lint.code));
            let (name, group, level) = (lint.name, lint.group.name(), lint.level.name());
            let all = [
                format!("名前は `{name}`、組は `{group}`、既定の大きさは `{level}`"),
                format!("the name is `{name}`, the group `{group}`, the default level `{level}`"),
            ];
            for part in all {
                assert!(page.contains(&part), "{}: the page does not say: {part}", lint.code);
            }
            let parts = [
                "**避ける:** ",
                "**望ましい形:** ",
                "**理由:** ",
                "**Avoid:** ",
                "**Prefer:** ",
                "**Why:** ",
            ];
            let lacks = parts.iter().find(|part| is_lint(lint.code) && !page.contains(**part));
            assert_eq!(lacks, None, "{}", lint.code);
        }
    }

    #[test]
    fn what_a_page_shows_as_fixable_is_fixed_by_its_fix() {
        let mut with_fix = BTreeSet::new();
        for lint in LINTS.iter().filter(|l| is_lint(l.code)) {
            for Block { info, text } in blocks(page(lint.code).unwrap(), "Example") {
                let mut text = text;
                for _ in 0..8 {
                    let parse = kijun_syntax::parse(&text);
                    let file = FileId(0);
                    let own = ModuleLints::new(file, &text, &parse.tree);
                    let (fixed, made) = own.fixed(file, &text, lint.code);
                    if made == 0 {
                        break;
                    }
                    with_fix.insert(lint.code);
                    text = fixed;
                }
                if with_fix.contains(lint.code) && info.first() == Some(&"kijun") {
                    assert_eq!(linted(lint.code, &text, ""), Vec::<&str>::new(), "{}:\n{text}", lint.code);
                }
            }
        }
        let stated: BTreeSet<&str> = LINTS.iter().filter(|l| l.has_fix).map(|l| l.code).collect();
        assert_eq!(with_fix, stated);
    }

    /// Codes of remarks: of these, other codes are told beside them, such as the figures beside the items.
    fn is_remark(code: &str) -> bool {
        code == COVERAGE || Group::ALL.iter().any(|g| g.code() == code)
    }

    /// What the blocks below a heading give, for pages of remarks.
    fn remarks(code: &'static str, heading: &str, outcome: &str) -> Vec<Vec<&'static str>> {
        let page = page(code).unwrap();
        let text = |heading: &str, info: &[&str]| {
            let found = blocks(page, heading).into_iter().find(|b| b.info == info);
            found.map(|b| b.text).unwrap_or_default()
        };
        let manifest = text(heading, &["toml", "manifest"]);
        let schema = text("Example", &["kijun", "schema"]);
        let mut out = Vec::new();
        for Block { info, text } in blocks(page, heading) {
            let given = match info.as_slice() {
                ["kijun", "schema"] | ["toml", "manifest"] => continue,
                ["kijun", stated] if *stated == outcome => reviewed(&text, &manifest, None),
                [_, stated, path] if *stated == outcome => reviewed(&schema, "", Some((path, &text))),
                other => panic!("{code}: ## {heading} cannot hold a block `{}`", other.join(" ")),
            };
            out.push(given.into_iter().filter(|c| *c == code || !is_remark(c)).collect());
        }
        out
    }

    /// The different codes among diagnostics; each must speak both languages and lie within its file.
    fn found(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<&'static str> {
        for d in diagnostics {
            assert!(!d.message.ja.is_empty() && !d.message.en.is_empty(), "{d:?}");
            let text = sources.get(d.span.file).map(|s| s.text.as_str()).unwrap_or("");
            assert!(text.get(d.span.range()).is_some(), "{d:?}");
        }
        let codes: BTreeSet<&str> = diagnostics.iter().map(|d| d.code).collect();
        codes.into_iter().collect()
    }

    /// The codes that a fact file gives against a schema.
    fn of_facts(schema: &str, path: &str, text: &str, maps: &[SourceMap]) -> Vec<&'static str> {
        let (mut sources, compiled) = compiled(schema, None);
        assert_eq!(compiled.diagnostics, [], "the schema is sound");
        let mut builder = StoreBuilder::new(&compiled.program.schema);
        let decoded = Decoded::read(text.as_bytes(), text.len()).unwrap();
        read_texts(&mut builder, &mut sources, vec![(path.to_owned(), decoded)], maps);
        let (_, diagnostics) = builder.finish();
        found(&sources, &diagnostics)
    }

    fn of_manifest(text: &str) -> Vec<&'static str> {
        parse_manifest(FileId(0), text).err().map(|d| d.code).into_iter().collect()
    }

    /// What the blocks below a heading give: the codes of each that states an outcome (`error` or `ok`).
    fn outcomes(code: &'static str, heading: &str, outcome: &str) -> Vec<Vec<&'static str>> {
        let page = page(code).unwrap();
        let first_schema =
            blocks(page, "Example").into_iter().find(|b| b.info == ["kijun", "schema"]).map(|b| b.text);
        let schema = first_schema.unwrap_or_default();
        let (mut profile, mut maps) = (None, Vec::new());
        let mut out = Vec::new();
        for Block { info, text } in blocks(page, heading) {
            match info.as_slice() {
                ["kijun", "schema"] | ["json", "oscal-mapping"] | ["yaml", "ciso-assistant"] => {}
                ["toml", "manifest"] => {
                    let manifest =
                        parse_manifest(FileId(0), &text).unwrap_or_else(|d| panic!("{code}: {d:?}"));
                    maps = manifest.source.iter().map(|source| source.map(FileId(0))).collect();
                    profile = manifest.workspace.and_then(|w| w.profile).map(toml::Spanned::into_inner);
                }
                ["toml", "manifest", stated] if *stated == outcome => out.push(of_manifest(&text)),
                ["toml", "checklist", stated] if *stated == outcome => {
                    let error = parse_checklist(FileId(0), &text).err();
                    out.push(error.map(|d| d.code).into_iter().collect());
                }
                ["kijun", stated] if *stated == outcome => {
                    let (sources, compiled) = compiled(&text, profile.clone());
                    out.push(found(&sources, &compiled.diagnostics));
                }
                ["toml", stated] if *stated == outcome => {
                    out.push(of_facts(&schema, "facts.toml", &text, &maps))
                }
                [_, stated, path] if *stated == outcome => out.push(of_facts(&schema, path, &text, &maps)),
                ["text"] if IN_PROSE.contains(&code) => {}
                other => panic!("{code}: ## {heading} cannot hold a block `{}`", other.join(" ")),
            }
        }
        out
    }

    /// Pages about folders, workbooks and foreign documents, which this crate does not read: of the first only the manifests are
    /// parsed here, the others are tried in `kijun-facts` and `kijun-exchange`.
    const IN_PROSE: [&str; 10] =
        ["K0514", "K0515", "K0602", "K0603", "K0606", "K0607", "K0608", "K0609", "K0801", "K0802"];

    #[test]
    fn every_example_gives_its_code_and_every_correction_none() {
        let mut wrong = Vec::new();
        for code in codes() {
            let given = match code {
                _ if is_remark(code) => remarks,
                _ if is_lint(code) => lint_outcomes,
                _ => outcomes,
            };
            let (errors, fixed) = (given(code, "Example", "error"), given(code, "Fixed", "ok"));
            let prose = IN_PROSE.contains(&code);
            if (errors.is_empty() || fixed.is_empty()) && !prose {
                wrong.push(format!("{code}: an example or its correction is missing"));
            }
            for given in errors.iter().filter(|given| **given != [code]) {
                wrong.push(format!("{code}: the example gives {given:?}"));
            }
            for given in fixed.iter().filter(|given| !given.is_empty()) {
                wrong.push(format!("{code}: the correction gives {given:?}"));
            }
        }
        assert_eq!(wrong.join("\n"), "");
    }

    #[test]
    fn every_page_has_the_same_shape() {
        for (code, page) in PAGES {
            let headings: Vec<&str> = page.lines().filter(|l| l.starts_with('#')).collect();
            let [title, sections @ ..] = headings.as_slice() else { panic!("{code}: no heading") };
            let (ja, en) = title.split_once(" / ").unwrap_or_else(|| panic!("{code}: {title}"));
            assert!(ja.starts_with(&format!("# {code} ")) && !en.is_empty(), "{code}: {title}");
            assert_eq!(sections, ["## 日本語", "## English", "## Example", "## Fixed"], "{code}");
            assert!(page.ends_with("```\n") && !page.contains('\r'), "{code}");
        }
        assert!(PAGES.windows(2).all(|pair| pair[0].0 < pair[1].0), "codes are in order");
    }

    /// String literals that are a code and nothing else, below a folder; this file is the list itself.
    fn codes_in(folder: &Path, out: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                codes_in(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs")
                && !path.ends_with("kijun-model/src/pages.rs")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                let pieces = text.split('"').filter(|s| s.len() == 5 && s.starts_with('K'));
                out.extend(pieces.filter(|s| s[1..].bytes().all(|b| b.is_ascii_digit())).map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_code_of_the_sources_has_a_page_and_every_page_a_code() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut used = BTreeSet::new();
        for entry in std::fs::read_dir(crates).unwrap() {
            let sources = entry.unwrap().path().join("src");
            if sources.is_dir() {
                codes_in(&sources, &mut used);
            }
        }
        used.extend([COVERAGE].into_iter().chain(Group::ALL.map(Group::code)).map(str::to_owned));
        let listed: BTreeSet<String> = codes().map(str::to_owned).collect();
        let without_page: Vec<&String> = used.difference(&listed).collect();
        let without_use: Vec<&String> = listed.difference(&used).collect();
        assert!(without_page.is_empty(), "codes without a page: {without_page:?}");
        assert!(without_use.is_empty(), "pages whose code nothing reports: {without_use:?}");

        let written: BTreeSet<String> = std::fs::read_dir(crates.parent().unwrap().join("docs/diagnostics"))
            .unwrap()
            .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".md")?.to_owned()))
            .collect();
        assert_eq!(written, listed, "files and list differ");
    }

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for text in ["K0203", "k0203", " 0203 ", "203", "K203", "Ｋ０２０３"] {
            assert_eq!(nearest_code(text), Some("K0203"), "{text}");
        }
        assert_eq!(nearest_code("KO203"), Some("K0203"));
        assert_eq!(nearest_code("Unmapped"), Some("unmapped"));
        assert_eq!(nearest_code("unmaped"), Some("unmapped"));
        assert!(nearest_code("K0299").is_some_and(|c| c.starts_with("K02")));
        for text in ["", "contract", "+203", "要求事項"] {
            assert_eq!(nearest_code(text), None, "{text}");
        }
        assert!(page("K0203").is_some_and(|p| p.contains("no such requirement")));
        assert_eq!(page("K9999"), None);
    }
}
