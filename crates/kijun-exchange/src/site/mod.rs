//! The site of `kijun doc`: packs as pages, and the documentation of Kijun beside them. Two trees, `ja` and `en`, with the same
//! pages; each page links to the other one. Everything stands in the markup: only the search has a script. Nothing is loaded from
//! anywhere else, and pages open from a folder as well as from a server.

mod code;
mod guides;
mod holdings;
mod home;
mod markdown;
mod pack;
mod page;
mod places;
mod related;
mod requirement;
mod rules;
mod search;

use std::collections::BTreeMap;

use kijun_coverage::{Cell, Coverage, Mappings, cover};
use kijun_engine::assessment::Verdict;
use kijun_engine::program::{Program, RequirementId};
use kijun_text::{FileId, Label, Lang, Sources, Span};

pub(crate) use markdown::Rendered;
use page::Page;
use places::Places;

/// What a site is made of.
#[derive(Debug, Clone, Copy)]
pub struct SiteContext<'a> {
    pub mappings: &'a Mappings<'a>,
    pub sources: &'a Sources,
    pub packs: &'a [SitePack],
    pub tests: &'a [SiteTest],
    /// Codes and pages of diagnostics: a Japanese part, an English one, examples.
    pub diagnostics: &'a [(&'a str, &'a str)],
    /// Of the workspace or pack at hand; mostly empty for a folder of packs.
    pub title: &'a Label,
    pub engine_version: &'a str,
}

/// A pack, or what a workspace adds to its packs.
#[derive(Debug, Clone, Default)]
pub struct SitePack {
    pub name: String,
    pub version: String,
    pub title: Label,
    /// Empty for what is a workspace's own.
    pub sha256: String,
    pub modules: Vec<FileId>,
    /// Its README, in Markdown.
    pub readme: String,
}

/// What a test of a pack expects.
#[derive(Debug, Clone)]
pub struct SiteTest {
    pub name: String,
    pub span: Span,
    pub expects: Vec<(Expected, Verdict)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    Requirement(RequirementId),
    /// A check or attestation by name.
    Rule(String),
}

/// A file of the site, by its path with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFile {
    pub path: String,
    pub text: String,
}

/// Every file of the site, by path.
pub fn site(context: &SiteContext<'_>) -> Vec<SiteFile> {
    let known = Known::new(context);
    let mut files = vec![
        SiteFile { path: "style.css".into(), text: page::style() },
        SiteFile { path: "search.js".into(), text: search::SCRIPT.into() },
        SiteFile { path: "search-index.js".into(), text: search::index(&known) },
        SiteFile { path: "index.html".into(), text: home::languages(&known) },
    ];
    for lang in [Lang::Ja, Lang::En] {
        let site = Site { known: &known, lang };
        for page in site.pages() {
            let path = format!("{}/{}.html", crate::html::code(lang), page.file);
            files.push(SiteFile { path, text: page.written(&site) });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// What the pages of both languages rest on.
struct Known<'a> {
    context: SiteContext<'a>,
    program: &'a Program,
    places: Places,
    /// By item, what speaks of it from other catalogues.
    cells: BTreeMap<RequirementId, Vec<Cell>>,
    /// By item, how far each other catalogue covers it, where it does at all.
    coverage: BTreeMap<RequirementId, Vec<(usize, Coverage)>>,
    summaries: BTreeMap<RequirementId, Label>,
}

impl<'a> Known<'a> {
    fn new(context: &SiteContext<'a>) -> Known<'a> {
        let program = context.mappings.program;
        let mut known = Known {
            context: *context,
            program,
            places: Places::new(context),
            cells: BTreeMap::new(),
            coverage: BTreeMap::new(),
            summaries: code::summaries(program, context.sources),
        };
        for from in 0..program.catalogs.len() {
            known.covered_by(from);
        }
        known
    }

    fn covered_by(&mut self, from: usize) {
        let mappings = self.context.mappings;
        let sources = mappings.items_of(from);
        let others = (0..self.program.catalogs.len()).filter(|to| *to != from);
        let targets: Vec<RequirementId> = others.flat_map(|to| mappings.items_of(to)).collect();
        let covering = cover(mappings, &sources, &targets, None);
        for item in covering.items.iter().filter(|item| item.coverage > Coverage::NotCovered) {
            self.coverage.entry(item.id).or_default().push((from, item.coverage));
        }
        for cell in covering.cells {
            self.cells.entry(cell.target).or_default().push(cell);
        }
    }
}

/// The site in one language.
#[derive(Clone, Copy)]
struct Site<'s, 'a> {
    known: &'s Known<'a>,
    lang: Lang,
}

impl<'a> Site<'_, 'a> {
    fn say(&self, ja: &'a str, en: &'a str) -> &'a str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn pages(&self) -> Vec<Page> {
        let mut pages = vec![self.home(), self.search()];
        for (i, pack) in self.known.context.packs.iter().enumerate() {
            pages.push(self.pack(i, pack));
        }
        pages.extend(self.sections());
        pages.extend(self.guides());
        pages.push(self.diagnostics());
        pages
    }

    /// `file.kijun:12`.
    fn place(&self, span: Span) -> String {
        let sources = self.known.context.sources;
        format!("{}:{}", sources.path(span.file), sources.line_column(span).0)
    }

    /// What the site is called.
    fn title(&self) -> String {
        let title = self.known.context.title.get(self.lang);
        match (title.is_empty(), self.lang) {
            (true, Lang::Ja) => "規則パックの資料".to_owned(),
            (true, Lang::En) => "Rule packs".to_owned(),
            (false, Lang::Ja) => format!("{title} 規則パックの資料"),
            (false, Lang::En) => format!("{title}: rule packs"),
        }
    }
}
