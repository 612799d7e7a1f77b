//! What stands in relation to an item: stated by packs, or following from what they state.

use kijun_coverage::wording::derivation_words;
use kijun_coverage::{Cell, Relations};
use kijun_engine::program::{Mark, RequirementId};

use super::Site;
use crate::html::Html;

/// How many relations of an item are listed; the rest is counted.
const MOST: usize = 80;

impl Site<'_, '_> {
    pub(super) fn related(&self, body: &mut Html, id: RequirementId) {
        let known = self.known;
        let mappings = known.context.mappings;
        let all = known.cells.get(&id).map(Vec::as_slice).unwrap_or_default();
        // What only sums up a section, or may have nothing in common, says little of this item.
        let says = |cell: &&Cell| {
            let stated = mappings.is_stated(&cell.derivation);
            let sure = cell.possible.is_within(Relations::OVERLAPS) && !cell.possible.is_empty();
            stated || (sure && !mappings.is_rolled_up(&cell.derivation))
        };
        let mut cells: Vec<&Cell> = all.iter().filter(says).collect();
        let open = all.len() - cells.len();
        if cells.is_empty() {
            return;
        }
        cells.sort_by_key(|c| {
            let rank = std::cmp::Reverse(c.alone(mappings));
            (!mappings.is_stated(&c.derivation), rank, c.source)
        });
        let stated = cells.iter().filter(|c| mappings.is_stated(&c.derivation)).count();
        self.part(
            body,
            id,
            self.say("対応する項目（この項目から見た関係）", "Related items, as seen from this one"),
        );
        self.list(body, cells.get(..stated).unwrap_or_default());
        let inferred = cells.get(stated..).unwrap_or_default();
        if !inferred.is_empty() {
            body.raw("<details class=\"inferred\"><summary>")
                .text(self.say("対応付けから導かれるもの", "What follows from mappings"))
                .raw(" <span class=\"muted\">")
                .number(inferred.len())
                .raw("</span></summary>\n");
            self.list(body, inferred);
            body.raw("</details>\n");
        }
        if open > 0 {
            body.raw("<p class=\"muted\">")
                .text(&match self.lang {
                    kijun_text::Lang::Ja => format!(
                        "このほか、節を通した関係や、共通部分があるとは限らない関係が {open} 件あります。"
                    ),
                    kijun_text::Lang::En => format!(
                        "{open} more relation(s) only sum up sections, or may have nothing in common."
                    ),
                })
                .raw("</p>\n");
        }
    }

    fn list(&self, body: &mut Html, cells: &[&Cell]) {
        body.raw("<ul class=\"related\">\n");
        for cell in cells.iter().take(MOST) {
            body.raw("<li>");
            self.cell(body, cell);
            body.raw("</li>\n");
        }
        body.raw("</ul>\n");
        if let Some(more) = cells.len().checked_sub(MOST).filter(|n| *n > 0) {
            body.raw("<p class=\"muted\">")
                .text(&match self.lang {
                    kijun_text::Lang::Ja => {
                        format!("ほかに {more} 件あります。kijun relate で調べられます。")
                    }
                    kijun_text::Lang::En => format!("{more} more; ask kijun relate."),
                })
                .raw("</p>\n");
        }
    }

    /// The relation as it is seen from the item, and why.
    fn cell(&self, body: &mut Html, cell: &Cell) {
        let mappings = self.known.context.mappings;
        let seen = cell.possible.converse();
        body.raw("<span")
            .attr("class", &format!("relation {}", seen.name()))
            .raw(">")
            .text(seen.label().get(self.lang))
            .raw("</span> ");
        for (i, id) in mappings.items_at(cell.source).into_iter().enumerate() {
            body.raw(if i > 0 { " + " } else { "" }).part(self.item_link(id, true));
        }
        let statements = cell.derivation.statements();
        let single = statements.first().and_then(|s| mappings.statements.get(*s));
        if let (true, Some(statement)) = (mappings.is_stated(&cell.derivation), single) {
            let pack = self
                .known
                .places
                .pack_of(statement.span.file)
                .and_then(|p| self.known.places.packs.get(p).zip(self.known.context.packs.get(p)));
            body.raw(" <span class=\"muted\">")
                .text(&self.weight_of(statement.mark, statement.strength))
                .raw("</span>");
            if let Some((file, pack)) = pack {
                body.raw(" <span class=\"place\">")
                    .part(super::page::link(&format!("{file}.html"), &pack.name))
                    .raw("</span>");
            }
            if !statement.argument.is_empty() {
                body.raw("<br><span class=\"argument\">")
                    .text(statement.argument.get(self.lang))
                    .raw("</span>");
            }
            return;
        }
        let mark = cell.derivation.mark.map_or_else(
            || self.say("規格の構造", "structure").to_owned(),
            |m| self.weight_of(m, cell.derivation.strength),
        );
        body.raw(" <span class=\"muted\">").text(&mark).raw("</span>\n<ol class=\"derivation\">");
        for line in derivation_words(mappings, &cell.derivation) {
            body.raw("<li>").text(line.get(self.lang)).raw("</li>");
        }
        body.raw("</ol>");
    }

    /// `当方の読み、強さ 6`.
    pub(super) fn weight_of(&self, mark: Mark, strength: Option<u8>) -> String {
        let mark = mark.label();
        match (strength, self.lang) {
            (None, lang) => mark.get(lang).to_owned(),
            (Some(s), kijun_text::Lang::Ja) => format!("{}、強さ {s}", mark.ja),
            (Some(s), kijun_text::Lang::En) => format!("{}, strength {s}", mark.en),
        }
    }
}
