//! What a lint puts right changes how a rule is written, and no verdict: conditions at random, before and after, on records with every
//! combination of what is known, unknown and absent.

use kijun_engine::assessment::{RuleRef, SubjectRef, Verdict};
use kijun_facts::read::read_file;
use kijun_facts::{Store, StoreBuilder};
use kijun_model::lint::{ModuleLints, apply};
use kijun_model::{Compiled, Input, Trees, compile};
use kijun_text::{FileId, Sources};
use proptest::prelude::*;

const MODULE: &str = r#"catalog k "例" { edition "1"  level A must "必須" }
requirement k:1 "一" { level A }
entity e "物" { a "A": bool  b "B": bool?  n "N": int?  r "R": set of e }
"#;

fn atom() -> impl Strategy<Value = String> {
    let fixed = [
        "s.a",
        "s.b",
        "true",
        "s.n >= 1",
        "s.n < 2",
        "s.n == 1",
        "s.n != 2",
        "s.n == none",
        "s in s.r",
        "s not in s.r",
        "count(x in s.r with x.a) > 0",
        "any x in s.r: x.a",
        "all x in s.r: x.b",
        "any x in s.r: not x.a",
        "all x in s.r: not x.b",
        "any x in e: x.n == s.n",
        "all x in s.r with x.a: x.a == true",
    ];
    prop::sample::select(fixed.to_vec()).prop_map(str::to_owned)
}

fn condition() -> impl Strategy<Value = String> {
    atom().prop_recursive(4, 12, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            inner.clone().prop_map(|c| format!("not ({c})")),
            inner.clone().prop_map(|c| format!("not not ({c})")),
            inner.clone().prop_map(|c| format!("({c}) == true")),
            inner.clone().prop_map(|c| format!("true != ({c})")),
            inner.clone().prop_map(|c| format!("({c}) == false")),
            inner.prop_map(|c| format!("({c}) and s.a and ({c})")),
            pair.clone().prop_map(|(l, r)| format!("({l}) and ({r})")),
            pair.clone().prop_map(|(l, r)| format!("({l}) or {r}")),
            pair.prop_map(|(l, r)| format!("{l} and ({r})")),
        ]
    })
}

fn module(condition: &str) -> String {
    format!("{MODULE}check c for k:1 {{ each s: e  require {condition} }}\n")
}

fn compiled(text: &str) -> Compiled {
    let mut sources = Sources::default();
    let file = sources.add("m.kijun", text);
    compile(&mut sources, &mut Trees::default(), &Input { modules: vec![file], ..Input::default() })
}

fn facts(compiled: &Compiled) -> Store {
    let mut text = String::from("id,a,b,n,r\n");
    for a in ["true", "false", "?"] {
        for b in ["true", "false", "?", ""] {
            for n in ["1", "2", "?", ""] {
                for r in ["", "e0", "e5;?", "?"] {
                    let id = text.lines().count() - 1;
                    text.push_str(&format!("e{id},{a},{b},{n},{r}\n"));
                }
            }
        }
    }
    let mut builder = StoreBuilder::new(&compiled.program.schema);
    read_file(&mut builder, &mut Sources::default(), "e.csv", text.as_bytes());
    builder.finish().0
}

fn verdicts(text: &str) -> Result<Vec<(SubjectRef, Verdict)>, String> {
    let compiled = compiled(text);
    if compiled.has_errors() {
        return Err(format!("{text}\n{:?}", compiled.diagnostics));
    }
    let store = facts(&compiled);
    let outcomes = kijun_testkit::reference::assess(&compiled.program, &store, 20_000).outcomes;
    let of_check = outcomes.into_iter().filter(|((_, rule, _), _)| *rule == RuleRef::Check(0));
    Ok(of_check.map(|((_, _, subject), verdict)| (subject, verdict)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_put_right_means_the_same(condition in condition()) {
        let before = module(&condition);
        let mut after = before.clone();
        let mut fixes = 0;
        loop {
            let parse = kijun_syntax::parse(&after);
            let lints = ModuleLints::new(FileId(0), &after, &parse.tree);
            let (text, made) = apply(FileId(0), &after, lints.found());
            if made == 0 {
                break;
            }
            fixes += made;
            after = text;
            prop_assert!(fixes < 100, "{after}");
        }
        prop_assume!(fixes > 0);
        let said = verdicts(&before).map_err(TestCaseError::fail)?;
        prop_assert_eq!(said.len(), 192);
        prop_assert_eq!(said, verdicts(&after).map_err(TestCaseError::fail)?, "{}\n{}", before, after);
    }
}
