//! The lints that there are, as text and as the page `docs/lints.md`.

use kijun_text::Lang;

use super::levels::LintLevel;
use super::table::{LINTS, Lint, LintGroup};

fn of(group: LintGroup) -> impl Iterator<Item = &'static Lint> {
    LINTS.iter().filter(move |l| l.group == group)
}

/// A line for each lint, under the names of the groups.
pub fn lints_text(lang: Lang) -> String {
    let name = LINTS.iter().map(|l| l.name.len()).max().unwrap_or(0);
    let level = LintLevel::ALL.iter().map(|l| l.name().len()).max().unwrap_or(0);
    let mut out = String::new();
    for group in LintGroup::ALL {
        out.push_str(&format!("{}  ({})\n", group.label().get(lang), group.name()));
        for lint in of(group) {
            let fix = match (lint.has_fix, lang) {
                (false, _) => "",
                (true, Lang::Ja) => " [自動修正]",
                (true, Lang::En) => " [fix]",
            };
            let (code, own, loud, summary) = (lint.code, lint.name, lint.level.name(), lint.summary());
            out.push_str(&format!("  {code}  {own:name$}  {loud:level$}  {}{fix}\n", summary.get(lang)));
        }
        out.push('\n');
    }
    out.push_str(match lang {
        Lang::Ja => "説明と例は `kijun explain 名前`、大きさは kijun.toml の [lints]\n",
        Lang::En => "`kijun explain NAME` has the page of each; [lints] in kijun.toml sets levels\n",
    });
    out
}

const HEAD: &str = "# Lints

> パックの書き方についての指摘の一覧です。大きさは `kijun.toml` の `[lints]` で変え、個々の箇所では理由を添えて抑止できます。

A lint is a warning about a pack that compiles. `kijun check` and the language server tell them of the modules of the pack or workspace at hand, never of those that it depends on; no other command does, and no
verdict depends on one. This page is written by `kijun lints --format md`; every lint has a page of its own (`kijun explain double-negation`), with what to avoid, what to prefer, why, and an example that is tested.

## Levels

> `off`・`hint`・`information`・`warning`・`error` の五つです。組や `all` でまとめて変えられます。

```toml
[lints]
style = \"off\"                       # a group
message-in-one-language = \"error\"   # a lint, by name
K1204 = \"warning\"                   # or by code
```

| level | |
|---|---|
| `off` | not told |
| `hint` | told in the editor, and by `kijun check --lints all` |
| `information`, `warning` | told; they decide the status of `check` as `--fail-on` says |
| `error` | `check` ends with status 2. Nothing else does: a lint never keeps a pack from being evaluated |

What is said of a lint goes before its group, and that before `all`. The `[lints]` of a pack or workspace are about its own modules. An unknown name is an error, with the name that is nearest.
`kijun check --lints all` tells hints too, `--lints off` tells no lint at all.

## Suppressions

> 一箇所だけ止めるには、その宣言か節の直前の行に `//# allow 名前: 理由` と書きます。理由のない抑止、何も止めていない抑止も指摘されます。

A comment on the line before a declaration, a clause or a line of a mapping suppresses lints in it, and says why:

```kijun
catalog house \"院内規程\" { edition \"1\" }

//# allow title-without-english: 院内だけで使う
requirement house:1 \"施錠\"
```

Several names are separated by commas. A suppression without a reason, one that suppresses nothing, and one of a lint that does not exist are findings themselves, which cannot be suppressed.

## Fixes

> 意味を変えずに直せるものは `kijun check --fix` で直せます。エディタでは、その場の操作として示されます。

What can be put right without changing what it means is marked *fix* below: `kijun check --fix` writes it into the modules at hand, and the editor offers it. Nothing is written where something does not compile, and where a
comment would be lost. A module that was formatted stays so; a second run changes nothing.
";

/// `docs/lints.md`.
pub fn lints_page() -> String {
    let mut out = HEAD.to_owned();
    for group in LintGroup::ALL {
        let label = group.label();
        out.push_str(&format!("\n## The group `{}`\n\n> {}\n\n", group.name(), label.ja));
        out.push_str("| code | name | level | | |\n|---|---|---|---|---|\n");
        for lint in of(group) {
            let fix = if lint.has_fix { "; *fix*" } else { "" };
            let (code, name, level) = (lint.code, lint.name, lint.level.name());
            out.push_str(&format!("| {code} | `{name}` | {level} | {}{fix} | {} |\n", lint.en, lint.ja));
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests read the page")]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_that_of_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lints.md");
        let page = std::fs::read_to_string(path).unwrap();
        assert!(
            page == lints_page(),
            "write docs/lints.md anew: `kijun lints --format md --output docs/lints.md`"
        );
    }

    #[test]
    fn every_lint_stands_in_every_form() {
        let forms = [lints_text(Lang::En), lints_text(Lang::Ja), lints_page()];
        for lint in LINTS {
            assert!(forms.iter().all(|f| f.contains(lint.name) && f.contains(lint.code)), "{}", lint.name);
        }
    }
}
