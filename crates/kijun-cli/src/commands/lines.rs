//! What commands write in the same way: data, and lines to read.

use kijun_exchange::diff::Line;
use kijun_exchange::visible;
use owo_colors::Style;
use serde::Serialize;

use crate::terminal::{Terminal, wrap};

pub(super) fn json(value: &impl Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}

/// For a terminal; a file gets no colours.
pub(super) fn text(lines: &[Line], terminal: &Terminal, to_file: bool) -> Vec<u8> {
    let terminal = Terminal { color: terminal.color && !to_file, ..*terminal };
    let mut out = String::new();
    for line in lines {
        let (lead, text, style) = match line {
            Line::Code(code) => {
                code.lines().for_each(|line| out.push_str(&format!("    {}\n", visible(line))));
                out.push('\n');
                continue;
            }
            Line::Title(text) => ("", text, Some(Style::new().bold())),
            Line::Heading(text) => {
                out.push('\n');
                ("── ", text, Some(Style::new().bold()))
            }
            Line::Text(text) => ("", text, None),
            Line::Item(0, text) => ("", text, None),
            Line::Item(1, text) => ("    ", text, None),
            Line::Item(_, text) => ("        ", text, None),
        };
        let room = terminal.width.saturating_sub(lead.len() + 2);
        for (i, part) in wrap(&visible(text), room).into_iter().enumerate() {
            let lead =
                if i == 0 { lead.to_owned() } else { format!("{}  ", " ".repeat(lead.chars().count())) };
            let part = style.map_or(part.clone(), |style| terminal.paint(&part, style));
            out.push_str(&format!("{lead}{part}\n"));
        }
    }
    out.into_bytes()
}
