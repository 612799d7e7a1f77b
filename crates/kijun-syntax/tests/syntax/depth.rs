//! Deep nesting is an error, and takes neither the stack nor time without end.

use kijun_syntax::{MAX_NESTING, parse};

fn codes(text: &str) -> Vec<&'static str> {
    parse(text).errors.into_iter().map(|e| e.code).collect()
}

fn check(condition: &str) -> String {
    format!("check a for x:1 {{\n  require {condition}\n}}\n")
}

#[test]
fn nesting_up_to_the_limit_parses() {
    let deep = MAX_NESTING - 1;
    assert!(codes(&check(&format!("{}x{}", "(".repeat(deep), ")".repeat(deep)))).is_empty());
    assert!(codes(&check(&format!("{}x{}", "{ ".repeat(deep), " }".repeat(deep)))).is_empty());
    assert!(codes(&check(&format!("{}x{}", "count(d in a with ".repeat(deep), ")".repeat(deep)))).is_empty());
    assert!(codes(&check(&format!("{}x", "not ".repeat(2 * MAX_NESTING)))).is_empty());
    assert!(codes(&check(&format!("{}x", "any x in y: ".repeat(2 * MAX_NESTING)))).is_empty());
    let both = "any x in y: ".repeat(2 * MAX_NESTING);
    assert!(codes(&check(&format!("{both}{}x{}", "f(".repeat(deep), ")".repeat(deep)))).is_empty());
}

#[test]
fn nesting_past_the_limit_is_an_error() {
    for text in ["(", "{", "f(", "count(d in ", "{\n", "{ risk x", "{\n  risk x", "{\nlevel x"] {
        assert_eq!(codes(&check(&text.repeat(100_000))), ["K0103"], "{text}");
    }
    for text in ["not ", "any x in y: ", "any ja in y: ", "all define in\nx:\n", "x in {a}: any y in "] {
        assert_eq!(codes(&check(&format!("any x in {}", text.repeat(100_000)))), ["K0103"], "{text}");
    }
}

/// What fails deep inside must not be tried again at every level.
#[test]
fn unclosed_nesting_takes_no_exponential_time() {
    let deep = MAX_NESTING - 1;
    for text in ["{ ", "( ", "f(", "count(d in ", "count(d in a with ", "{ a {", "{ \"", "any x in y with "] {
        parse(&check(&text.repeat(deep)));
        parse(&format!("instrument a \"b\" {{\n  {}\n", text.repeat(deep - 1)));
        parse(&text.repeat(deep));
    }
    parse(&format!("satisfy a:1 {{ combine {} ", "( any 1 a and ".repeat(deep)));
    parse(&format!("test \"a\" {{ given {{ {} ", "a b { c ".repeat(deep - 2)));
}

/// Nor at every one of many blocks side by side, where other brackets hide how many are open.
#[test]
fn unclosed_blocks_side_by_side_take_no_time_without_end() {
    for text in ["given {\n  contract c { n))\n", "given { )\n", "a b { c {))\n", "{)\n", "set a = {)\n"] {
        for head in ["test \"a\" {\n", "profile a {\n", ""] {
            let text = format!("{head}{}", text.repeat(2000));
            let parsed = parse(&text);
            assert_eq!((parsed.tree.start, parsed.tree.end), (0, text.len()));
            assert!(!parsed.errors.is_empty(), "{text}");
        }
    }
}

/// Nesting is counted within one expression and one declaration, not over the file.
#[test]
fn many_shallow_declarations_are_not_deep() {
    let section = "section a:1 \"x\" {\n  text not included\n}\n";
    assert!(codes(&section.repeat(1000)).is_empty());
    let satisfy = "satisfy a:1 {\n  technical b\n  combine any 1 technical and all technical\n}\n";
    assert!(codes(&satisfy.repeat(1000)).is_empty());
    let define = "define f(a: b): bool = not any x in {a}: x\n";
    assert!(codes(&define.repeat(1000)).is_empty());
    let open = "section a:1 \"x\" {\n";
    assert!(!codes(&open.repeat(200)).contains(&"K0103"));
}
