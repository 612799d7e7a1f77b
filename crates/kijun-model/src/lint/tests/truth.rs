//! What lints say is true: what they keep silent about, and what they still see.

use kijun_text::FileId;

use super::{HOUSE, told};
use crate::lint::ModuleLints;
use crate::lint::allow::silencing;

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
             requirement house:1 \"d\"\ncheck c for house:1 {{ each x: v  require reach(x, x) }}\n"
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

/// The text of a module with the fixes of one lint, and how many there were.
fn fixed(text: &str, code: &str) -> (String, usize) {
    let parse = kijun_syntax::parse(text);
    let own = ModuleLints::new(FileId(0), text, &parse.tree);
    assert!(own.found.iter().any(|d| d.code == code), "{code} is found in {text}");
    own.fixed(FileId(0), text, code)
}

#[test]
fn a_repeated_expectation_keeps_its_comment() {
    let once = "test \"a\" {\n  expect n:1 unknown\n";
    let twice =
        format!("{once}  expect n:1 unknown for c1\n  expect n:1 unknown // because\n    for c1\n}}\n");
    assert_eq!(fixed(&twice, "K1703"), (twice, 0));
    assert_eq!(fixed(&format!("{once}  expect n:1 unknown\n}}\n"), "K1703"), (format!("{once}}}\n"), 1));
}

/// With work that grows as the square of the lines, this would not end for minutes.
#[test]
fn long_modules_are_linted() {
    const MANY: usize = 20_000;
    let many = |line: &dyn Fn(usize) -> String| (0..MANY).map(line).collect::<String>();
    let modules = [
        format!("test \"a\" {{\n{}}}\n", many(&|i| format!("  expect n:{i} unknown for c\n"))),
        format!("define f(a: text): bool = a in {{ {}\"b\" }}\n", many(&|i| format!("\"a{i}\", "))),
        format!("requirement n:1 \"a\" {{ audience {}b }}\n", many(&|i| format!("a{i}, "))),
        many(&|i| format!("//# allow title-without-english: a\nrequirement house:{i} \"a\"\n")),
        format!(
            "{}requirement house:1 \"a\"\n",
            many(&|_| "//# allow title-without-english: a\n".to_owned())
        ),
    ];
    for text in &modules {
        let parse = kijun_syntax::parse(text);
        let own = ModuleLints::new(FileId(0), text, &parse.tree);
        own.found.iter().for_each(|d| assert!(silencing(&own.allows, d).count() <= 1));
    }
}

/// Conditions of contracts, under a parameter of three seats beside another one.
fn check_condition(code: &str, condition: &str, expected: &[&str]) {
    let text = format!(
        "enum sort {{ a \"A\"  b \"B\" }}\nparam la: int = 3\nparam lb: int = 3\nentity vendor {{ n \"a\": text }}\n\
         entity contract {{\n  ok \"a\": bool\n  x \"a\": bool\n  v \"a\": vendor\n  k \"a\": sort\n  d \"a\": duration\n  \
         seats \"a\": int\n  p \"a\": decimal\n  t \"a\": text\n  land \"a\": country\n}}\n\
         requirement house:1 \"a\"\ncheck one for house:1 {{\n  each c: contract\n  require {condition}\n}}\n"
    );
    check(code, &text, expected);
}

#[test]
fn conditions_exclude_each_other_only_where_their_values_differ() {
    let check = |condition: &str, expected: &[&str]| check_condition("K1004", condition, expected);
    check("c.k == a and c.k == b", &["c.k == b"]);
    check("c.land == JP and c.land == US", &["c.land == US"]);
    check("c.t == \"e\" and c.t == \"f\"", &["c.t == \"f\""]);
    check("c.seats == 1 and c.seats == -1", &["c.seats == -1"]);
    check("c.ok and not c.ok", &["not c.ok"]);
    check("c.seats == la and c.seats == lb", &[]);
    check("c.seats == la and c.seats == 3", &[]);
    check("c.seats == la and c.seats == 3 and c.seats == 4", &["c.seats == 4"]);
    check("c.p == 1 and c.p == 1.0", &[]);
    check("c.d == 12 months and c.d == 1 year", &[]);
    check("c.k == \"A\" and c.k == \"a\"", &[]);
    check("any o in vendor: any p in vendor: c.v == o and c.v == p", &[]);
}

#[test]
fn conditions_leave_nothing_out_only_where_their_values_differ() {
    let check = |condition: &str, expected: &[&str]| check_condition("K1005", condition, expected);
    check("c.k != a or c.k != b", &["c.k != b"]);
    check("c.ok or not c.ok", &["not c.ok"]);
    check("c.seats != la or c.seats != lb", &[]);
}

#[test]
fn a_repeated_condition_is_told_once() {
    check_condition("K1003", "(c.ok and c.ok) and c.x", &["c.ok"]);
    check_condition("K1003", "c.x and (c.ok and c.x)", &["c.x"]);
    let text = "define f(a: bool): bool = (a and a) and b\n";
    assert_eq!(fixed(text, "K1003"), ("define f(a: bool): bool = (a) and b\n".to_owned(), 1));
}

#[test]
fn a_share_lies_between_0_and_1() {
    let check = |number: &str, is_told: bool| {
        let text = format!(
            "requirement house:1 \"a\"\nentity e {{ ok \"a\": bool }}\n\
             check c for house:1 {{ require share(x in e: x.ok) >= {number} }}\n"
        );
        let told = [number];
        check("K1013", &text, if is_told { &told } else { &[] });
    };
    for number in ["0", "0.25", "1", "1.0"] {
        check(number, false);
    }
    for number in ["80", "1.000001", "-0.5", "-1"] {
        check(number, true);
    }
}
