//! What is open in a workspace as a whole: figures a line each, and on request every item with its place.

use kijun_model::review::{
    CoverageLevel, CoverageReview, Group, Loudness, Remark, Unexercised, Unfilled, UnfilledKind, figures,
    unexercised, unfilled,
};
use kijun_text::{Diagnostic, Label, Lang};
use kijun_workspace::Workspace;

use crate::terminal::Terminal;

/// How many kinds a line names.
const NAMED: usize = 6;

pub(super) struct Review {
    coverage: CoverageReview,
    unfilled: Unfilled,
    unexercised: Unexercised,
}

impl Review {
    pub(super) fn new(workspace: &Workspace) -> Review {
        let (compiled, trees) = (&workspace.compiled, &workspace.trees);
        let mappings = compiled.consistent();
        let manifest = workspace.manifest.workspace.as_ref().map(|_| workspace.manifest.place);
        let paths = workspace.sources.iter().map(|(file, source)| (file, source.path.as_str()));
        Review {
            coverage: CoverageReview::new(&mappings, &compiled.tracked),
            unfilled: unfilled(&compiled.program, &workspace.store, trees, manifest),
            unexercised: unexercised(compiled, trees, paths),
        }
    }

    /// Everything that is to be told with its place, by file and place.
    pub(super) fn items(&self, workspace: &Workspace) -> Vec<Diagnostic> {
        let program = &workspace.compiled.program;
        let levels = &workspace.coverage.levels;
        let in_file = |file| self.coverage.in_file(program, file, CoverageLevel::Items);
        // The figures stand in the summary.
        let gaps = self.coverage.files().flat_map(in_file).filter(|r| r.group.is_some());
        let others = self.unfilled.remarks.iter().chain(self.unexercised.remarks.iter()).cloned();
        let told = |remark: Remark| remark.told(levels);
        let mut out: Vec<Diagnostic> = gaps.chain(others).filter_map(told).collect();
        let path = |d: &Diagnostic| workspace.sources.path(d.span.file);
        out.sort_by(|a, b| (path(a), a.span, a.code).cmp(&(path(b), b.span, b.code)));
        out
    }

    /// A line for each catalogue that is tracked, for what nobody fills, and for checks without a test.
    pub(super) fn summary(&self, workspace: &Workspace, level: CoverageLevel, terminal: &Terminal) -> String {
        let program = &workspace.compiled.program;
        let is_told = |group| workspace.coverage.levels.of(group) != Loudness::Off;
        let mut lines: Vec<Label> = Vec::new();
        for watched in &self.coverage.watch.catalogs {
            if let Some(catalog) = program.catalogs.get(watched.of) {
                let (name, figures) = (format!("{}@{}", catalog.alias, catalog.edition), figures(watched));
                lines.push(Label::new(format!("{name}  {}", figures.ja), format!("{name}  {}", figures.en)));
            }
        }
        if is_told(Group::Unfilled) && !self.unfilled.kinds.is_empty() {
            lines.push(self.nobody_fills(workspace));
        }
        let (n, of) = (self.unexercised.checks.len(), self.unexercised.of);
        if is_told(Group::Unexercised) && n > 0 {
            lines.push(Label::new(
                format!("テストのない check: {of} 件のうち {n} 件"),
                format!("checks that no test exercises: {n} of {of}"),
            ));
        }
        if !lines.is_empty() && level != CoverageLevel::Items {
            lines.push(Label::new("(項目ごとには `--coverage items`)", "(item by item: `--coverage items`)"));
        }
        lines.iter().map(|line| format!("  {}\n", terminal.text(line))).collect()
    }

    /// `rules that wait for what no record states: 12 (vendor 2 attributes; contract: no record)`.
    fn nobody_fills(&self, workspace: &Workspace) -> Label {
        let kinds = &self.unfilled.kinds;
        let shown = |lang: Lang| {
            let one = |k: &UnfilledKind| {
                let name = workspace.compiled.program.schema.kind(k.kind).map_or("", |d| match lang {
                    Lang::Ja => d.label.or(lang, &d.name),
                    Lang::En => &d.name,
                });
                match (k.attributes.len(), lang) {
                    (0, Lang::Ja) => format!("{name} は記録なし"),
                    (0, Lang::En) => format!("{name}: no record"),
                    (n, Lang::Ja) => format!("{name} の {n} 属性"),
                    (n, Lang::En) => format!("{name}: {n} attribute(s)"),
                }
            };
            let list: Vec<String> = kinds.iter().take(NAMED).map(one).collect();
            let more = match (kinds.len().saturating_sub(NAMED), lang) {
                (0, _) => String::new(),
                (n, Lang::Ja) => format!("、ほか {n} 種類"),
                (n, Lang::En) => format!("; {n} more kind(s)"),
            };
            format!("{}{more}", list.join(if lang == Lang::Ja { "、" } else { "; " }))
        };
        let rules = self.unfilled.rules;
        Label::new(
            format!("誰も記入していない事実を読む規則: {rules} 件({})", shown(Lang::Ja)),
            format!("rules that read what no record states: {rules} ({})", shown(Lang::En)),
        )
    }
}
