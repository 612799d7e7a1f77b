//! How cells look. Colours are told apart in grey print by their lightness and always stand with a sign or a word.

use kijun_text::Lang;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatPattern};

pub(crate) struct Styles {
    pub(crate) title: Format,
    pub(crate) subtitle: Format,
    pub(crate) heading: Format,
    /// Text outside of tables.
    pub(crate) plain: Format,
    pub(crate) date: Format,
    pub(crate) head: Format,
    pub(crate) cell: Format,
    pub(crate) centered: Format,
    /// The number of an item or of a derivation.
    pub(crate) strong: Format,
    pub(crate) link: Format,
    pub(crate) section: Format,
    pub(crate) section_figures: Format,
    pub(crate) weak: Format,
    pub(crate) label: Format,
}

const NAVY: u32 = 0x1F_3864;
const LINE: u32 = 0xA6_A6_A6;

pub(crate) fn font(lang: Lang) -> &'static str {
    if lang == Lang::Ja { "Yu Gothic" } else { "Calibri" }
}

impl Styles {
    pub(crate) fn new(lang: Lang) -> Styles {
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
}
