//! Two editions as lines to read: what was kept, changed, merged and split, what is new, gone or not said, and which verdicts
//! flip.

use std::collections::BTreeSet;

use kijun_coverage::{Change, Changed, Flip, Link, Sayings, Side, SubjectFlip, is_worse, wording};
use kijun_engine::assessment::{RuleRef, Verdict};
use kijun_engine::program::RequirementId;
use kijun_text::{Label, Lang};

use super::names::{catalog, catalog_id, facts, id, ids, place, subject_words, title};
use super::outline::{Line, Outline};
use super::{EditionsContext, Flips};
use crate::names::rule_name;

/// Whether it is shown why a link holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivations {
    Shown,
    Hidden,
}

pub fn edition_diff_outline(
    context: &EditionsContext<'_>,
    lang: Lang,
    derivations: Derivations,
) -> Vec<Line> {
    let mut report = Report { context, lang, derivations, out: Outline::default() };
    report.head();
    for change in [Change::Kept, Change::Changed, Change::Merged, Change::Split] {
        report.linked(change);
    }
    for change in [Change::New, Change::Withdrawn, Change::NotSaid] {
        report.alone(change);
    }
    if let Some(flips) = &context.flips {
        report.flips(flips);
    }
    report.out.0
}

struct Report<'r, 'c> {
    context: &'r EditionsContext<'c>,
    lang: Lang,
    derivations: Derivations,
    out: Outline,
}

impl Report<'_, '_> {
    fn say<'l>(&self, ja: &'l str, en: &'l str) -> &'l str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn label(&self, label: &Label) -> String {
        label.get(self.lang).to_owned()
    }

    fn named(&self, of: RequirementId) -> String {
        let mappings = self.context.mappings;
        format!("{}  {}", id(mappings, of), title(mappings, of, self.lang))
    }

    fn head(&mut self) {
        let diff = self.context.diff;
        let name = |index: usize| catalog_id(catalog(self.context, index));
        let (old, new) = (name(diff.old), name(diff.new));
        let titled = |index: usize| catalog(self.context, index).map_or("", |c| c.title.get(self.lang));
        let (old_title, new_title) = (titled(diff.old).to_owned(), titled(diff.new).to_owned());
        self.out.title(format!("{old} → {new}"));
        self.out.text(if old_title == new_title {
            old_title
        } else {
            format!("{old_title} → {new_title}")
        });
        for (side, name) in [(Side::Old, old), (Side::New, new)] {
            for sections in [false, true] {
                self.count(side, &name, sections);
            }
        }
    }

    fn count(&mut self, side: Side, name: &str, sections: bool) {
        let found = self.context.diff.count(self.context.mappings.program, side, sections);
        if found.is_empty() {
            return;
        }
        let parts = Change::ALL.into_iter().filter_map(|c| Some((c, found.get(&c)?)));
        let parts: Vec<String> = parts.map(|(c, n)| format!("{} {n}", self.label(&c.label()))).collect();
        let total: usize = found.values().sum();
        let what = if sections { self.say("節", "sections") } else { self.say("項目", "items") };
        let text = match self.lang {
            Lang::Ja => format!("{name} の{what} {total} 件: {}", parts.join("  ")),
            Lang::En => format!("{name}, {total} {what}: {}", parts.join("  ")),
        };
        self.out.item(0, text);
    }

    fn change_heading(&mut self, change: Change, count: usize) {
        let (name, meaning) = (self.label(&change.label()), self.label(&change.meaning()));
        self.out.heading(match self.lang {
            Lang::Ja => format!("{name}({count} 件): {meaning}"),
            Lang::En => format!("{name} ({count}): {meaning}"),
        });
    }

    /// Those with a counterpart: merged ones under what they became, others under what they were.
    fn linked(&mut self, change: Change) {
        let diff = self.context.diff;
        let leading = if change == Change::Merged { Side::New } else { Side::Old };
        let of = |side: Side| diff.items.iter().filter(move |i| i.side == side && i.change == change);
        let leaders: Vec<&Changed> = of(leading).collect();
        let shown: BTreeSet<usize> = leaders.iter().flat_map(|i| i.links.iter().copied()).collect();
        let other = if leading == Side::Old { Side::New } else { Side::Old };
        let rest = of(other).filter(|i| !i.links.iter().any(|l| shown.contains(l)));
        let all: Vec<&Changed> = leaders.iter().copied().chain(rest).collect();
        if all.is_empty() {
            return;
        }
        self.change_heading(change, all.len());
        for item in all {
            let mut links: Vec<&Link> = diff.links_of(item).collect();
            if change == Change::Kept {
                // What else has something in common with it stands under its own heading.
                links.retain(|l| is_equal(l));
            }
            self.item(item, &links);
        }
    }

    fn item(&mut self, item: &Changed, links: &[&Link]) {
        let mut text = self.named(item.id);
        text.push_str(&self.withdrawn(item));
        if let ([only], false) = (links, item.change == Change::Merged || item.change == Change::Split) {
            text = format!("{text}  {}", self.link(only, item.side));
            self.out.item(0, text);
            self.why(only, 1);
            return;
        }
        self.out.item(0, text);
        for link in links {
            let line = self.link(link, item.side);
            self.out.item(1, line);
            self.why(link, 2);
        }
    }

    /// That the new edition lists it as withdrawn, and where it says that its content went.
    fn withdrawn(&self, item: &Changed) -> String {
        let Some(into) = &item.withdrawn else { return String::new() };
        let names: Vec<&str> = into.iter().map(|i| id(self.context.mappings, *i)).collect();
        let names = names.join(self.say("、", ", "));
        match (names.is_empty(), self.lang) {
            (true, Lang::Ja) => "(新版は廃止と記す)".to_owned(),
            (true, Lang::En) => " (listed as withdrawn)".to_owned(),
            (false, Lang::Ja) => format!("(新版は廃止と記し、行き先を {names} とする)"),
            (false, Lang::En) => format!(" (listed as withdrawn into {names})"),
        }
    }

    /// The other end of a link, how old stands to new, and how that is known.
    fn link(&self, link: &Link, side: Side) -> String {
        let mappings = self.context.mappings;
        let (arrow, own, ends) = match side {
            Side::Old => ("→", &link.old, &link.new),
            Side::New => ("←", &link.new, &link.old),
        };
        let names = ids(mappings, ends);
        let names = match ends.as_slice() {
            [one] => format!("{names} {}", title(mappings, *one, self.lang)),
            _ => names,
        };
        let together = if own.len() > 1 { format!("{} ", ids(mappings, own)) } else { String::new() };
        if link.derivation.is_none() {
            return format!("{arrow} {names}");
        }
        let mut tags = vec![self.label(&link.possible.label())];
        tags.push(
            if link.stated { self.say("明記", "stated") } else { self.say("推論", "follows") }.to_owned(),
        );
        let derivation = link.derivation.as_ref();
        let mark = derivation.and_then(|d| d.mark).map(|m| self.label(&wording::mark_label(m)));
        tags.extend(mark.map(|m| format!("{} {m}", self.say("標示", "mark"))));
        if let Some(strength) = derivation.and_then(|d| d.strength) {
            tags.push(format!("{} {strength}", self.say("強さ", "strength")));
        }
        format!("{together}{arrow} {names}  [{}]", tags.join(self.say("、", ", ")))
    }

    fn why(&mut self, link: &Link, depth: usize) {
        let Some(derivation) = link.derivation.as_ref().filter(|_| self.derivations == Derivations::Shown)
        else {
            return;
        };
        for step in wording::derivation_words(self.context.mappings, derivation) {
            let text = self.label(&step);
            self.out.item(depth, text);
        }
        let statement = |i: usize| self.context.mappings.statements.get(i);
        let arguments: Vec<String> = derivation
            .statements()
            .into_iter()
            .filter_map(statement)
            .filter(|s| !s.argument.is_empty())
            .map(|s| self.label(&s.argument))
            .collect();
        for argument in arguments {
            self.out.item(depth, format!("{}: {argument}", self.say("理由", "argument")));
        }
    }

    fn alone(&mut self, change: Change) {
        let items: Vec<&Changed> = self.context.diff.items.iter().filter(|i| i.change == change).collect();
        if items.is_empty() {
            return;
        }
        self.change_heading(change, items.len());
        for item in items {
            let basis = item.basis.map(|b| self.label(&b.label())).unwrap_or_default();
            let text = format!("{}{}", self.named(item.id), self.withdrawn(item));
            let text = if self.derivations == Derivations::Shown || change == Change::Withdrawn {
                format!("{text}  [{basis}]")
            } else {
                text
            };
            self.out.item(0, text);
        }
    }

    fn flips(&mut self, flips: &Flips<'_>) {
        let day = kijun_facts::Date::day(flips.as_of);
        let (facility, count) = (flips.title.or(self.lang, flips.facility), flips.flips.len());
        let worse = flips.flips.iter().filter(|f| is_worse(f)).count();
        self.out.heading(match self.lang {
            Lang::Ja => format!("同じ事実での判定の違い({facility}、評価日 {day}): {count} 件"),
            Lang::En => format!("verdicts that differ on the same facts ({facility}, on {day}): {count}"),
        });
        if count > 0 {
            self.out.text(match self.lang {
                Lang::Ja => format!("うち 適合から不適合になるもの {worse} 件"),
                Lang::En => format!("of them satisfied before and violated now: {worse}"),
            });
        }
        for flip in flips.flips {
            self.flip(flips, flip);
        }
    }

    fn verdict(&self, verdict: Option<Verdict>) -> String {
        match verdict {
            Some(v) => self.label(&v.label()),
            None => self.say("問わない", "not asked").to_owned(),
        }
    }

    fn flip(&mut self, flips: &Flips<'_>, flip: &Flip) {
        let Some(link) = self.context.diff.links.get(flip.link) else { return };
        let mappings = self.context.mappings;
        let (old, new) = (self.verdict(Some(flip.old)), self.verdict(Some(flip.new)));
        let mut causes: Vec<String> = flip.causes.iter().map(|c| self.label(&c.label())).collect();
        if flip.weak {
            let text = self.say("対応そのものが未確認", "that the items correspond is not confirmed");
            causes.push(text.to_owned());
        }
        self.out.item(
            0,
            format!(
                "{} → {}: {old} → {new}  [{}]",
                ids(mappings, &link.old),
                ids(mappings, &link.new),
                causes.join(self.say("、", "; "))
            ),
        );
        for own in &flip.subjects {
            self.subject(flips, own);
        }
    }

    fn subject(&mut self, flips: &Flips<'_>, own: &SubjectFlip) {
        let program = self.context.mappings.program;
        let name = subject_words(program, flips, own, self.lang);
        let (old, new) = (self.verdict(own.old.verdict), self.verdict(own.new.verdict));
        let cause = self.label(&own.cause.label());
        self.out.item(1, format!("{name}: {old} → {new}  [{cause}]"));
        for (side, sayings) in [(self.say("旧", "old"), &own.old), (self.say("新", "new"), &own.new)] {
            for (rule, verdict) in &sayings.rules {
                let text = self.rule(flips, side, *rule, *verdict);
                self.out.item(2, text);
            }
            self.only(flips, side, sayings);
        }
    }

    fn rule(&self, flips: &Flips<'_>, side: &str, of: RuleRef, verdict: Verdict) -> String {
        let program = self.context.mappings.program;
        let (file, line) = place(program, flips, of);
        format!("{side}: {} {}  {file}:{line}", rule_name(program, of), self.verdict(Some(verdict)))
    }

    fn only(&mut self, flips: &Flips<'_>, side: &str, sayings: &Sayings) {
        if sayings.only.is_empty() {
            return;
        }
        let names = facts(self.context.mappings.program, flips, &sayings.only).join(", ");
        let text = self.say("だけが見る事実", "reads facts that the other does not");
        let text = match self.lang {
            Lang::Ja => format!("{side}{text}: {names}"),
            Lang::En => format!("{side} {text}: {names}"),
        };
        self.out.item(2, text);
    }
}

fn is_equal(link: &Link) -> bool {
    link.possible == kijun_coverage::Relations::EQUAL && !link.is_joint()
}
