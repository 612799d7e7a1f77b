//! Markdown as a part of a page. HTML in it is text, pictures are their description, and a link leads to a page of the site, to the
//! web, or nowhere.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::html::escaped;
use crate::visible;

/// A document, rendered.
pub(crate) struct Rendered {
    pub(crate) markup: String,
    /// Of level 2: anchor and text.
    pub(super) headings: Vec<(String, String)>,
}

/// Renders a document; `resolve` turns a link within the documents into one of the site, and `title`
/// names the document that it leads to. Headings go down by `below` levels.
pub(super) fn rendered(
    text: &str,
    below: usize,
    prefix: &str,
    resolve: impl Fn(&str) -> Option<String>,
    title: impl Fn(&str) -> Option<String>,
) -> Rendered {
    let text = visible(text);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut headings = Headings { prefix, seen: Vec::new(), second: Vec::new() };
    // Whether links that are open lead somewhere.
    let mut links: Vec<bool> = Vec::new();
    let mut parser = Parser::new_ext(&text, options).peekable();
    while let Some(event) = parser.next() {
        match event {
            Event::Html(raw) | Event::InlineHtml(raw) => events.push(Event::Text(raw)),
            Event::Start(Tag::HtmlBlock) => events.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => events.push(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::Link { dest_url, .. }) => {
                let target = target(&dest_url, &resolve);
                links.push(target.is_some());
                if let Some(target) = target {
                    events.push(raw(format!("<a href=\"{}\">", escaped(&target))));
                    // Who reads the site knows no files.
                    let is_file = |e: &Event<'_>| matches!(e, Event::Text(t) if t.ends_with(".md"));
                    if let Some(title) = title(&dest_url).filter(|_| parser.peek().is_some_and(is_file)) {
                        parser.next();
                        events.push(Event::Text(title.into()));
                    }
                }
            }
            Event::End(TagEnd::Link) => {
                if links.pop() == Some(true) {
                    events.push(raw("</a>".to_owned()));
                }
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let mut inner = Vec::new();
                for event in parser.by_ref() {
                    match event {
                        Event::End(TagEnd::Heading(_)) => break,
                        Event::Text(t) | Event::Code(t) | Event::Html(t) | Event::InlineHtml(t) => {
                            inner.push(t)
                        }
                        _ => {}
                    }
                }
                events.push(raw(headings.written(level, below, &inner)));
            }
            other => events.push(other),
        }
    }
    let mut markup = String::new();
    html::push_html(&mut markup, events.into_iter());
    let markup = markup
        .replace("<table>", "<div class=\"scroll\" tabindex=\"0\" role=\"group\"><table class=\"grid\">")
        .replace("</table>", "</table></div>")
        .replace("<pre>", "<pre class=\"code\" tabindex=\"0\">");
    Rendered { markup, headings: headings.second }
}

fn raw<'t>(markup: String) -> Event<'t> {
    Event::InlineHtml(CowStr::from(markup))
}

/// Only the web and the site itself: no other scheme.
fn target(url: &str, resolve: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let lower = url.to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        return Some(url.to_owned());
    }
    resolve(url)
}

struct Headings<'p> {
    /// Before every anchor.
    prefix: &'p str,
    seen: Vec<String>,
    second: Vec<(String, String)>,
}

impl Headings<'_> {
    fn written(&mut self, level: HeadingLevel, below: usize, inner: &[CowStr<'_>]) -> String {
        let text: String = inner.iter().map(AsRef::as_ref).collect();
        let slug = heading_slug(&text);
        let again = self.seen.iter().filter(|s| **s == slug).count();
        self.seen.push(slug.clone());
        let anchor = if again > 0 {
            format!("{}{slug}-{again}", self.prefix)
        } else {
            format!("{}{slug}", self.prefix)
        };
        if level == HeadingLevel::H2 {
            self.second.push((anchor.clone(), text.clone()));
        }
        let level = (level as usize + below).min(6);
        format!("<h{level} id=\"{}\">{}</h{level}>\n", escaped(&anchor), escaped(&text))
    }
}

/// As GitHub does it, so that links within documents hold here too.
pub(super) fn heading_slug(text: &str) -> String {
    let kept = text.to_lowercase();
    kept.chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markup(text: &str) -> String {
        rendered(
            text,
            1,
            "",
            |url| (url == "cli.md").then(|| "guide-cli.html".to_owned()),
            |_| Some("Title".to_owned()),
        )
        .markup
    }

    #[test]
    fn html_is_text_and_links_lead_nowhere_unknown() {
        let out = markup(
            "# A & b\n\n<script>x</script>\n\na <img src=x onerror=y> b [c](javascript:alert) [d](cli.md) [cli.md](cli.md) [e](https://example.jp) ![alt](http://x/y.png)",
        );
        assert!(!out.contains("<script") && !out.contains("<img") && !out.contains("javascript"), "{out}");
        assert!(out.contains("<h2 id=\"a--b\">A &amp; b</h2>"), "{out}");
        assert!(out.contains("<a href=\"guide-cli.html\">d</a>") && out.contains(" c <a"), "{out}");
        assert!(out.contains("<a href=\"guide-cli.html\">Title</a>"), "{out}");
        assert!(out.contains("&lt;script&gt;") && out.contains("alt"), "{out}");
    }

    #[test]
    fn anchors_are_those_of_github_and_each_once() {
        let found = rendered("## What is not monotone\n\n## 数\n\n## 数\n", 0, "x-", |_| None, |_| None);
        let anchors: Vec<&str> = found.headings.iter().map(|(a, _)| a.as_str()).collect();
        assert_eq!(anchors, ["x-what-is-not-monotone", "x-数", "x-数-1"]);
    }
}
