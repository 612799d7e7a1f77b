//! How cells look. Colours are told apart in grey print by their lightness and always stand with a sign or a word.

use kijun_coverage::{Coverage, Met};
use kijun_text::Lang;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatPattern};

pub(super) struct Styles {
    pub(super) title: Format,
    pub(super) subtitle: Format,
    pub(super) heading: Format,
    /// Text outside of tables.
    pub(super) plain: Format,
    pub(super) date: Format,
    pub(super) head: Format,
    pub(super) cell: Format,
    pub(super) centered: Format,
    /// The number of an item or of a derivation.
    pub(super) strong: Format,
    pub(super) link: Format,
    pub(super) section: Format,
    pub(super) section_figures: Format,
    pub(super) weak: Format,
    pub(super) label: Format,
}

const NAVY: u32 = 0x1F_3864;
const LINE: u32 = 0xA6_A6_A6;

pub(super) fn font(lang: Lang) -> &'static str {
    if lang == Lang::Ja { "Yu Gothic" } else { "Calibri" }
}

impl Styles {
    pub(super) fn new(lang: Lang) -> Styles {
        let plain = Format::new().set_font_name(font(lang)).set_font_size(10).set_align(FormatAlign::Top);
        let plain = if lang == Lang::Ja { plain.set_font_charset(128) } else { plain };
        let boxed = plain.clone().set_border(FormatBorder::Thin).set_border_color(Color::RGB(LINE));
        let cell = boxed.clone().set_text_wrap();
        let section = plain
            .clone()
            .set_bold()
            .set_background_color(Color::RGB(0xE7_E6_E6))
            .set_border_top(FormatBorder::Thin)
            .set_border_top_color(Color::RGB(LINE))
            .set_border_bottom(FormatBorder::Thin)
            .set_border_bottom_color(Color::RGB(LINE));
        Styles {
            title: plain.clone().set_bold().set_font_size(16).set_font_color(Color::RGB(NAVY)),
            subtitle: plain.clone().set_font_size(10).set_font_color(Color::RGB(0x40_40_40)),
            heading: plain
                .clone()
                .set_bold()
                .set_font_size(12)
                .set_font_color(Color::RGB(NAVY))
                .set_border_bottom(FormatBorder::Medium)
                .set_border_bottom_color(Color::RGB(NAVY)),
            date: plain.clone().set_align(FormatAlign::Left).set_num_format(match lang {
                Lang::Ja => "yyyy\"年\"m\"月\"d\"日\"",
                Lang::En => "yyyy-mm-dd",
            }),
            head: cell
                .clone()
                .set_bold()
                .set_font_color(Color::White)
                .set_background_color(Color::RGB(NAVY))
                .set_align(FormatAlign::VerticalCenter)
                .set_align(FormatAlign::Center),
            centered: cell.clone().set_align(FormatAlign::Center),
            strong: cell.clone().set_bold(),
            link: cell.clone().set_font_color(Color::RGB(0x05_63_C1)),
            section_figures: section.clone().set_font_size(9),
            section,
            weak: cell
                .clone()
                .set_align(FormatAlign::Center)
                .set_bold()
                .set_pattern(FormatPattern::Gray125)
                .set_background_color(Color::White)
                .set_foreground_color(Color::RGB(0x7F_7F_7F)),
            label: boxed.set_bold().set_background_color(Color::RGB(0xF2_F2_F2)).set_text_wrap(),
            cell,
            plain,
        }
    }

    pub(super) fn coverage(&self, coverage: Coverage) -> Format {
        let filled = |color| self.cell.clone().set_bold().set_background_color(Color::RGB(color));
        match coverage {
            Coverage::Covered => filled(0x8F_B8_E0),
            Coverage::Unverified => filled(0xD6_E5_F4),
            Coverage::Partly => filled(0xFF_E6_99),
            Coverage::Possibly => filled(0xFF_F7_DD),
            Coverage::NotCovered => self.cell.clone().set_font_color(Color::RGB(0x59_59_59)),
        }
    }

    pub(super) fn met(&self, met: Met) -> Format {
        let filled = |color| self.cell.clone().set_bold().set_background_color(Color::RGB(color));
        match met {
            Met::Met => filled(0xA9_D0_8E),
            Met::PartlyMet => filled(0xE2_EF_DA),
            Met::NotMet | Met::Conflicting => filled(0xF4_B0_84),
            Met::NotApplicable => filled(0xED_ED_ED),
            Met::Open => self.cell.clone().set_font_color(Color::RGB(0x59_59_59)),
        }
    }
}
