//! What lints say is true: what they keep silent about, and what they still see.

use super::{HOUSE, told};

/// The places at which one lint is told of a module, hints included.
fn check(code: &str, text: &str, expected: &[&str]) {
    let text = format!("//! a\n{HOUSE}{text}");
    let all = told(&text, "", true);
    assert!(!all.iter().any(|line| line.starts_with("K0")), "{text} does not compile: {all:?}");
    let of_code = all.iter().filter(|line| line.starts_with(code));
    let places: Vec<&str> = of_code.filter_map(|line| line.split('`').nth(1)).collect();
    assert_eq!(places, expected, "{code} of {text}");
}

#[test]
fn a_relation_rests_on_itself_only_where_it_cannot_hold_without() {
    let check = |rule: &str, is_told: bool| {
        let text = format!(
            "entity v {{ subs \"a\": set of v  ok \"b\": bool }}\nrelation reach(v, v) \"c\"\n{rule}\n\
             check c {{ each x: v  require reach(x, x) }}\n"
        );
        check("K1019", &text, if is_told { &["reach"] } else { &[] });
    };
    check("reach(a, b) if reach(b, a)", true);
    check("reach(a, b) if b in a.subs and reach(b, a)", true);
    check("reach(a, b) if any x in a.subs: reach(x, b)", true);
    check("reach(a, b) if reach(b, a) or (b in a.subs and reach(b, b))", true);
    check("reach(a, b) if b in a.subs or reach(b, a)", false);
    check("reach(a, b) if b in a.subs and all x in a.subs: reach(x, b)", false);
    check("reach(a, b) if b in a.subs and (a.ok implies reach(b, a))", false);
}

#[test]
fn an_item_with_items_below_it_may_be_decided_by_them() {
    let weak = |below: &str| {
        format!(
            "requirement house:2 \"a\"\n{below}entity e {{ ok \"a\": bool }}\n\
             check c for house:2 {{ each x: e  require x.ok  note ja \"a\" en \"a\"  mark unverified }}\n"
        )
    };
    check("K1108", &weak(""), &["house:2"]);
    let below = "requirement house:2.1 \"b\"\ncheck d for house:2.1 { each x: e  require x.ok }\n";
    check("K1108", &weak(below), &[]);
}
