//! The file as such. What it does in a browser is tested in `tests/clients`.

use super::*;

#[test]
fn the_script_makes_no_markup_and_asks_for_nothing() {
    for maker in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "fetch(",
        "import(",
    ] {
        assert!(!SCRIPT.contains(maker), "{maker}");
    }
    for foreign in ["http:", "https:", "@import", "url("] {
        assert!(![PAGE, STYLE, PRINT].concat().contains(foreign), "{foreign}");
    }
}

#[test]
fn what_runs_at_the_head_of_paper_is_put_in() {
    assert_eq!(PRINT.matches("\"running title\"").count(), 1);
}

#[test]
fn lists_stand_within_the_item_before_them() {
    use crate::diff::Line::{Heading, Item, Text, Title};
    let lines = [
        Title("t".into()),
        Heading("h".into()),
        Item(0, "a".into()),
        Item(1, "b".into()),
        Item(1, "<c>".into()),
        Item(0, "d".into()),
        Text("e".into()),
    ];
    let markup = lines::sheet(&lines).into_string().replace('\n', "");
    assert_eq!(
        markup,
        "<h1>t</h1><h2>h</h2><ul><li>a<ul><li>b</li><li>&lt;c&gt;</li></ul></li><li>d</li></ul><p>e</p>"
    );
}
