//! A graph as a picture that needs nothing else: no font, no script, nothing from anywhere.

use std::fmt::Write as _;

use kijun_text::Lang;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::layout::{Layout, layout};
use super::{Edge, EdgeKind, Graph, Node, edge_label, lines};
use crate::html::{code, escaped};
use crate::visible;

const LINE: i64 = 18;
const PAD: i64 = 10;
const MARGIN: i64 = 20;
/// Half-width characters on a line, and lines of a title.
const COLUMNS: usize = 34;
const ROWS: usize = 3;

const STYLE: &str = "\
svg{background:#fff;color:#17202c;font:13px system-ui,'Hiragino Sans','Yu Gothic UI','Noto Sans CJK JP','Noto Sans JP',Meiryo,sans-serif}\
.n rect{fill:#f5f7fa;stroke:#8a96a5}.n text,.title{fill:#17202c}.n .k{font-size:11px;fill:#4d5968}.n .h{font-weight:600}\
.n.focus rect{stroke:#0a5a9c;stroke-width:3}.catalog rect{fill:#e4eef8}.section rect,.requirement rect{fill:#eef5fb}\
.check rect,.attest rect,.satisfy rect{fill:#e6f4ee}.test rect{fill:#f4eefb}.attribute rect,.table rect,.param rect{fill:#fdf3e4}\
.e path{fill:none;stroke:#6b7888;stroke-width:1.3}.e text{font-size:11px;fill:#3d4753;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:4px}\
.e.maps path{stroke:#0a5a9c}.e.supersedes path{stroke-dasharray:5 4}.a{fill:#6b7888}";

/// The picture in one language.
pub fn graph_svg(graph: &Graph, lang: Lang) -> String {
    let texts: Vec<Vec<Row>> = graph.nodes.iter().map(|node| rows(node, lang)).collect();
    let sizes: Vec<(i64, i64)> = texts.iter().map(|rows| size(rows)).collect();
    let edges: Vec<(usize, usize)> = graph.edges.iter().map(|e| (e.from, e.to)).collect();
    let labels: Vec<String> = graph.edges.iter().map(|e| edge_label(e, lang)).collect();
    let widths: Vec<i64> = labels.iter().map(|l| pixels(l) * 4 / 5).collect();
    let laid = layout(&sizes, &edges, &widths);
    let title = title(graph, lang);
    let remark = graph.remark().map(|r| r.get(lang).to_owned());
    let head = 2 * LINE + if remark.is_some() { LINE } else { 0 };
    let least = (pixels(&title) * 6 / 5).max(remark.as_deref().map_or(0, pixels));
    let (width, height) = (laid.width.max(least) + 2 * MARGIN, laid.height + head + 2 * MARGIN);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" lang=\"{}\" role=\"img\" aria-labelledby=\"t d\">",
        code(lang)
    );
    let _ = writeln!(out, "<title id=\"t\">{}</title>", escaped(&title));
    let _ = writeln!(out, "<desc id=\"d\">{}</desc>", escaped(&described(graph, &labels, lang)));
    let _ = writeln!(out, "<style>{STYLE}</style>");
    let _ = writeln!(
        out,
        "<defs><marker id=\"a\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path class=\"a\" d=\"M0 0L10 5L0 10z\"/></marker></defs>"
    );
    let _ = writeln!(
        out,
        "<text class=\"title\" x=\"{MARGIN}\" y=\"{}\" font-size=\"15\" font-weight=\"600\">{}</text>",
        MARGIN + 12,
        escaped(&title)
    );
    if let Some(remark) = &remark {
        let _ = writeln!(
            out,
            "<text class=\"title\" x=\"{MARGIN}\" y=\"{}\">{}</text>",
            MARGIN + 12 + LINE,
            escaped(remark)
        );
    }
    let _ = writeln!(out, "<g transform=\"translate({MARGIN} {})\">", MARGIN + head);
    edges_of(&mut out, graph, &laid, &labels);
    for ((node, rows), own) in graph.nodes.iter().zip(&texts).zip(&laid.boxes) {
        let focus = if node.is_focus { " focus" } else { "" };
        let _ = write!(
            out,
            "<g class=\"n {}{focus}\"><title>{}</title>",
            node.sort.name(),
            escaped(&lines(node, lang).join("\n"))
        );
        let _ = write!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>",
            own.x, own.y, own.width, own.height
        );
        for ((class, row), y) in rows.iter().zip((own.y + PAD + 11..).step_by(LINE as usize)) {
            let _ = write!(
                out,
                "<text class=\"{class}\" x=\"{}\" y=\"{y}\">{}</text>",
                own.x + PAD,
                escaped(row)
            );
        }
        out.push_str("</g>\n");
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn edges_of(out: &mut String, graph: &Graph, laid: &Layout, labels: &[String]) {
    for ((edge, (points, turned)), label) in graph.edges.iter().zip(&laid.lines).zip(labels) {
        let class =
            if matches!(edge.kind, EdgeKind::Maps | EdgeKind::Supersedes) { edge.kind.name() } else { "" };
        let mut points = points.clone();
        if *turned {
            points.reverse();
        }
        let _ =
            writeln!(out, "<g class=\"e {class}\"><path marker-end=\"url(#a)\" d=\"{}\"/>", curve(&points));
        // In the gap after the first node, where few lines cross.
        let gap = if *turned {
            points.last().zip(points.iter().rev().nth(1))
        } else {
            points.first().zip(points.get(1))
        };
        if let Some(((x1, y1), (x2, y2))) = gap {
            let _ = write!(
                out,
                "<text x=\"{}\" y=\"{}\">{}</text>",
                i64::midpoint(*x1, *x2),
                i64::midpoint(*y1, *y2) + 4,
                escaped(label)
            );
        }
        out.push_str("</g>\n");
    }
}

/// Level at every point.
fn curve(points: &[(i64, i64)]) -> String {
    let mut out = String::new();
    for (i, (x, y)) in points.iter().enumerate() {
        match i.checked_sub(1).and_then(|before| points.get(before)) {
            None => {
                let _ = write!(out, "M{x} {y}");
            }
            Some((_, py)) if py == y => {
                let _ = write!(out, "L{x} {y}");
            }
            Some((px, py)) => {
                let middle = i64::midpoint(*px, *x);
                let _ = write!(out, "C{middle} {py} {middle} {y} {x} {y}");
            }
        }
    }
    out
}

/// A line of a node, and how it is set.
type Row = (&'static str, String);

/// What it is, its name, and its title on a few lines.
fn rows(node: &Node, lang: Lang) -> Vec<Row> {
    let mut out = vec![("k", node.sort.label().get(lang).to_owned())];
    out.extend(broken(&visible(&node.name), COLUMNS, ROWS).into_iter().map(|row| ("h", row)));
    if !node.title.is_empty() {
        out.extend(broken(&visible(node.title.get(lang)), COLUMNS, ROWS).into_iter().map(|row| ("t", row)));
    }
    let count = node.items.map(|n| if lang == Lang::Ja { format!("{n} 項目") } else { format!("{n} items") });
    out.extend(count.map(|row| ("k", row)));
    out
}

fn size(rows: &[Row]) -> (i64, i64) {
    let widest = rows.iter().map(|(_, r)| pixels(r)).max().unwrap_or(0);
    (widest + 2 * PAD, rows.len() as i64 * LINE + PAD)
}

/// How wide a text may come out: fonts differ, so rather too much.
fn pixels(text: &str) -> i64 {
    text.chars().map(|c| if c.width().unwrap_or(0) > 1 { 14 } else { 8 }).sum()
}

/// Lines of at most `columns`; `…` where the last one does not hold the rest. English breaks at blanks.
fn broken(text: &str, columns: usize, rows: usize) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut width = 0;
    for word in words(text) {
        let own = UnicodeWidthStr::width(word);
        if width > 0 && width + UnicodeWidthStr::width(word.trim_end()) > columns {
            out.push(String::new());
            width = 0;
        }
        for c in word.chars() {
            let one = c.width().unwrap_or(0);
            if width + one > columns && own > columns {
                out.push(String::new());
                width = 0;
            }
            width += one;
            out.last_mut().into_iter().for_each(|line| line.push(if c == '\n' { ' ' } else { c }));
        }
    }
    let cut = out.len() > rows;
    out.truncate(rows);
    if cut {
        out.last_mut().into_iter().for_each(|line| line.push('…'));
    }
    out.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// What a line does not break within: a word of narrow letters, or one wide one.
fn words(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (i, c) in text.char_indices() {
        let wide = |c: char| c.width().unwrap_or(0) > 1;
        if i > start
            && (wide(c) || wide(before) || (before == ' ' && c != ' '))
            && !"、。）」』】・ー)".contains(c)
        {
            out.extend(text.get(start..i));
            start = i;
        }
        before = c;
    }
    out.extend(text.get(start..));
    out
}

fn title(graph: &Graph, lang: Lang) -> String {
    match (&graph.of, lang) {
        (None, Lang::Ja) => "カタログと対応付け".to_owned(),
        (None, Lang::En) => "Catalogues and their mappings".to_owned(),
        (Some(of), Lang::Ja) => format!("{} とその周り", visible(of)),
        (Some(of), Lang::En) => format!("{} and what is around it", visible(of)),
    }
}

/// The same in sentences, for whoever does not see the picture.
fn described(graph: &Graph, labels: &[String], lang: Lang) -> String {
    let name = |i: usize| graph.nodes.get(i).map_or("", |n| n.name.as_str());
    let said = |(edge, label): (&Edge, &String)| {
        format!("{} → {}: {label}", visible(name(edge.from)), visible(name(edge.to)))
    };
    let mut all: Vec<String> = graph.edges.iter().zip(labels).map(said).collect();
    let head = match lang {
        Lang::Ja => format!("節点 {}、辺 {}", graph.nodes.len(), graph.edges.len()),
        Lang::En => format!("{} nodes, {} edges", graph.nodes.len(), graph.edges.len()),
    };
    all.insert(0, head);
    all.extend(graph.remark().map(|r| r.get(lang).to_owned()));
    all.join("\n")
}
