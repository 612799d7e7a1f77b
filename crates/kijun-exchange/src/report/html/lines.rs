//! Lines of a report as markup.

use crate::diff::Line;
use crate::html::Html;

/// Within a part of a page: headings are those below the part's own. The title is left out: the part has one.
pub(super) fn list(lines: &[Line]) -> Html {
    written(lines, "h3", None)
}

/// As a page of its own.
pub(super) fn sheet(lines: &[Line]) -> Html {
    written(lines, "h2", Some("h1"))
}

fn written(lines: &[Line], heading: &'static str, title: Option<&'static str>) -> Html {
    let mut html = Html::default();
    let mut depth = 0;
    for line in lines {
        let wanted = if let Line::Item(d, _) = line { d + 1 } else { 0 };
        // A deeper list stands within the item before it, which stays open.
        while depth > wanted {
            html.raw("</li></ul>\n");
            depth -= 1;
        }
        if depth == wanted && depth > 0 {
            html.raw("</li>\n");
        }
        while depth < wanted {
            html.raw("<ul>\n");
            depth += 1;
            if depth < wanted {
                html.raw("<li>");
            }
        }
        match line {
            Line::Title(text) => {
                if let Some(tag) = title {
                    html.element(tag, "", text);
                }
            }
            Line::Heading(text) => _ = html.element(heading, "", text),
            Line::Text(text) => _ = html.element("p", "", text),
            Line::Code(text) => _ = html.element("pre", "", text),
            Line::Item(_, text) => _ = html.raw("<li>").text(text),
        }
    }
    (0..depth).for_each(|_| _ = html.raw("</li></ul>\n"));
    html
}
