//! How what a matrix says looks.

use kijun_coverage::{Coverage, Met};
use rust_xlsxwriter::{Color, Format};

use crate::xlsx::Styles;

pub(super) fn coverage(styles: &Styles, coverage: Coverage) -> Format {
    let filled = |color| styles.cell.clone().set_bold().set_background_color(Color::RGB(color));
    match coverage {
        Coverage::Covered => filled(0x8F_B8_E0),
        Coverage::Unverified => filled(0xD6_E5_F4),
        Coverage::Partly => filled(0xFF_E6_99),
        Coverage::Possibly => filled(0xFF_F7_DD),
        Coverage::NotCovered => styles.cell.clone().set_font_color(Color::RGB(0x59_59_59)),
    }
}

pub(super) fn met(styles: &Styles, met: Met) -> Format {
    let filled = |color| styles.cell.clone().set_bold().set_background_color(Color::RGB(color));
    match met {
        Met::Met => filled(0xA9_D0_8E),
        Met::PartlyMet => filled(0xE2_EF_DA),
        Met::NotMet | Met::Conflicting => filled(0xF4_B0_84),
        Met::NotApplicable => filled(0xED_ED_ED),
        Met::Open => styles.cell.clone().set_font_color(Color::RGB(0x59_59_59)),
    }
}
