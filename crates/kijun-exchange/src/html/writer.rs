//! Markup that only the program writes: what is not a literal of the source goes in as text.

use std::fmt::Write as _;

use super::escaped;
use crate::visible::visible;

/// A part of a page. Elements are literals, everything else is escaped.
#[derive(Debug, Default)]
pub(crate) struct Html(String);

impl Html {
    /// Markup of the program itself.
    pub(crate) fn raw(&mut self, markup: &'static str) -> &mut Html {
        self.0.push_str(markup);
        self
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Html {
        self.0.push_str(&escaped(&visible(text)));
        self
    }

    /// ` name="value"`, within a tag that is open: `html.raw("<a").attr("href", link).raw(">")`.
    pub(crate) fn attr(&mut self, name: &'static str, value: &str) -> &mut Html {
        let _ = write!(self.0, " {name}=\"{}\"", escaped(&visible(value)));
        self
    }

    pub(crate) fn number(&mut self, number: usize) -> &mut Html {
        let _ = write!(self.0, "{number}");
        self
    }

    /// An element with a text: `html.element("td", "number", "3")`; an empty class is left out.
    pub(crate) fn element(&mut self, tag: &'static str, class: &str, text: &str) -> &mut Html {
        self.open(tag, class).text(text).close(tag)
    }

    pub(crate) fn open(&mut self, tag: &'static str, class: &str) -> &mut Html {
        self.0.push('<');
        self.0.push_str(tag);
        if !class.is_empty() {
            self.attr("class", class);
        }
        self.0.push('>');
        self
    }

    pub(crate) fn close(&mut self, tag: &'static str) -> &mut Html {
        let _ = writeln!(self.0, "</{tag}>");
        self
    }

    /// A part that was written the same way.
    pub(crate) fn part(&mut self, part: Html) -> &mut Html {
        self.0.push_str(&part.0);
        self
    }

    /// A document that was rendered, in which everything but Markdown's own markup is text.
    pub(crate) fn markdown(&mut self, rendered: crate::site::Rendered) -> &mut Html {
        self.0.push_str(&rendered.markup);
        self
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_literals_are_markup() {
        let mut html = Html::default();
        html.open("td", "a\"b").text("</td><script>").close("td").raw("<a").attr("href", "\"><b>").raw(">");
        let text = html.into_string();
        assert_eq!(
            text,
            "<td class=\"a&quot;b\">&lt;/td&gt;&lt;script&gt;</td>\n<a href=\"&quot;&gt;&lt;b&gt;\">"
        );
    }
}
