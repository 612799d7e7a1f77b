//! Editions side by side, as lines to read: figures of each alone, what changed between two, and items with their verdicts.

use kijun_engine::assessment::Verdict;
use kijun_text::Lang;

use super::SideBySideContext;
use super::reading::{
    CellJson, DifferenceJson, PairJson, RowJson, SideBySideJson, SubjectJson, side_by_side_json,
};
use crate::assessment_json::Counts;
use crate::diff::Line;
use crate::diff::names::written;
use crate::diff::outline::Outline;

pub fn side_by_side_outline(context: &SideBySideContext<'_>, lang: Lang) -> Vec<Line> {
    let all = side_by_side_json(context);
    let mut report = Report { all: &all, lang, out: Outline::default() };
    report.head();
    all.pairs.iter().for_each(|p| report.pair(p));
    report.rows();
    report.out.0
}

struct Report<'r, 'a> {
    all: &'r SideBySideJson<'a>,
    lang: Lang,
    out: Outline,
}

/// `適合`; what was not evaluated is a dash.
pub(super) fn verdict(name: Option<&str>, lang: Lang) -> String {
    let label = name.and_then(Verdict::from_name).map(Verdict::label);
    label.map_or_else(|| "—".to_owned(), |l| l.get(lang).to_owned())
}

pub(super) fn weight(name: &str, lang: Lang) -> &'static str {
    match (name, lang) {
        ("must", Lang::Ja) => "必須",
        ("should", Lang::Ja) => "推奨",
        ("notice", Lang::Ja) => "注意",
        (_, Lang::Ja) => "情報",
        ("must", Lang::En) => "must",
        ("should", Lang::En) => "should",
        ("notice", Lang::En) => "notice",
        (_, Lang::En) => "information",
    }
}

impl Report<'_, '_> {
    fn say<'l>(&self, ja: &'l str, en: &'l str) -> &'l str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn pick(&self, ja: String, en: String) -> String {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn head(&mut self) {
        let (name, day) = (self.all.title.or(self.lang, self.all.facility), &self.all.as_of);
        self.out.title(self.pick(
            format!("{name}: 版を並べた判定（{day}）"),
            format!("{name}: editions side by side, as of {day}"),
        ));
        self.out.text(self.say(
            "同じ事実を、版ごとに判定しました。数は版ごとのもので、版をまたいで足し合わせません",
            "the same facts under each edition; every figure is of one edition, and none is a sum over several",
        ));
        for column in &self.all.columns {
            self.out.item(0, format!("{}  {}", column.catalog, column.title.get(self.lang)));
            let verdicts = |c: &Counts| -> String {
                let some = c.0.iter().filter(|(_, n)| *n > 0);
                some.map(|(v, n)| format!("{} {n}", verdict(Some(v), self.lang)))
                    .collect::<Vec<_>>()
                    .join("  ")
            };
            let findings = column.findings.0.iter().map(|(w, n)| format!("{} {n}", weight(w, self.lang)));
            let findings = findings.collect::<Vec<_>>().join("  ");
            let requirements = verdicts(&column.requirements);
            self.out.item(
                1,
                self.pick(format!("要求事項: {requirements}"), format!("requirements: {requirements}")),
            );
            let unknown = column.unknown_findings;
            self.out.item(
                1,
                self.pick(
                    format!("指摘: {findings}  (ほかに未確認 {unknown})"),
                    format!("findings: {findings} (and {unknown} unknown)"),
                ),
            );
            if !column.applies {
                self.out.item(1, self.say(
                    "この日、この版の規則はどれにも当てはまりません。後の版があるときの扱いは、パックのパラメータとプロファイルで決まります",
                    "no rule of this edition applies on this day; parameters of the packs and the profile say how superseded editions are treated",
                ).to_owned());
            }
        }
    }

    fn pair(&mut self, pair: &PairJson<'_>) {
        self.out.heading(format!("{} → {}", pair.old, pair.new));
        let words = |counts: &Counts| -> String {
            let some = counts.0.iter().filter(|(_, n)| *n > 0);
            let word = |(name, n): &(&str, usize)| {
                let change = kijun_coverage::Change::ALL.into_iter().find(|c| c.name() == *name);
                let label = change.map(kijun_coverage::Change::label).unwrap_or_default();
                format!("{} {n}", label.get(self.lang))
            };
            some.map(word).collect::<Vec<_>>().join("  ")
        };
        let (old, new) = (words(&pair.old_items), words(&pair.new_items));
        self.out.item(0, format!("{}: {old}", pair.old));
        self.out.item(0, format!("{}: {new}", pair.new));
        for (list, ja, en) in [(&pair.added, "追加", "added"), (&pair.withdrawn, "消滅", "withdrawn")] {
            if !list.is_empty() {
                let ids = list.join(", ");
                self.out.item(0, self.pick(format!("{ja}: {ids}"), format!("{en}: {ids}")));
            }
        }
        if pair.differs.is_empty() {
            self.out.item(
                0,
                self.say("対応する項目の判定に違いはありません", "no verdict on corresponding items differs")
                    .to_owned(),
            );
        }
        pair.differs.iter().for_each(|d| self.difference(d));
    }

    fn difference(&mut self, d: &DifferenceJson<'_>) {
        let (old, new) = (verdict(Some(d.old_verdict), self.lang), verdict(Some(d.new_verdict), self.lang));
        let causes = d.cause_labels.iter().map(|c| c.get(self.lang)).collect::<Vec<_>>().join("; ");
        let weak = if d.weak { self.say("（弱い対応）", " (weak correspondence)") } else { "" };
        self.out
            .item(0, format!("{} → {}{weak}: {old} → {new}  [{causes}]", d.old.join(" "), d.new.join(" ")));
        d.subjects.iter().for_each(|s| self.subject(s));
    }

    fn subject(&mut self, s: &SubjectJson<'_>) {
        let side = |v: Option<&str>, rules: &[&str]| {
            let rules = if rules.is_empty() { String::new() } else { format!(" ({})", rules.join(", ")) };
            format!("{}{rules}", verdict(v, self.lang))
        };
        let (old, new) = (side(s.old_verdict, &s.old_rules), side(s.new_verdict, &s.new_rules));
        let subject = written(s.kind, s.id, self.lang);
        self.out.item(1, format!("{subject}: {old} → {new}  [{}]", s.cause_label.get(self.lang)));
    }

    fn rows(&mut self) {
        let linked = |r: &&RowJson<'_>| r.cells.iter().filter(|c| !c.is_empty()).count() > 1;
        let rows: Vec<&RowJson<'_>> = self.all.rows.iter().filter(linked).collect();
        if !rows.is_empty() {
            self.out.heading(self.say("対応する項目", "items that correspond"));
        }
        for row in rows {
            let parts: Vec<String> = row.cells.iter().flatten().map(|c| self.cell(c)).collect();
            let mark = if row.differs { self.say("≠ ", "≠ ") } else { "" };
            self.out.item(0, format!("{mark}{}", parts.join("  |  ")));
        }
        let alone = self.all.rows.iter().filter(|r| !linked(r)).count();
        self.out.text(self.pick(
            format!("対応が述べられていない項目 {alone} 件は、それぞれの版の判定だけを CSV・XLSX・JSON に示します"),
            format!("{alone} item(s) without a stated counterpart have a verdict of their own edition only: in CSV, XLSX and JSON"),
        ));
    }

    fn cell(&self, cell: &CellJson<'_>) -> String {
        format!("{} {}: {}", cell.id, cell.title.get(self.lang), verdict(cell.verdict, self.lang))
    }
}
