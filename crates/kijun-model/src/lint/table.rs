//! Every lint, declared once: `kijun lints`, `docs/lints.md`, settings and suppressions all read this table. What a lint looks
//! for stands in the file of its group; what to do about it, on its page in `docs/diagnostics`.

use kijun_text::{Label, nearest};

use super::levels::LintLevel::{self, Hint, Information, Off, Warning};

/// What a lint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LintGroup {
    Suppression,
    Correctness,
    Provenance,
    Mapping,
    Naming,
    Parity,
    Style,
    Performance,
    Testing,
}

impl LintGroup {
    pub const ALL: [LintGroup; 9] = [
        LintGroup::Suppression,
        LintGroup::Correctness,
        LintGroup::Provenance,
        LintGroup::Mapping,
        LintGroup::Naming,
        LintGroup::Parity,
        LintGroup::Style,
        LintGroup::Performance,
        LintGroup::Testing,
    ];

    /// As settings name it.
    pub fn name(self) -> &'static str {
        match self {
            LintGroup::Suppression => "suppression",
            LintGroup::Correctness => "correctness",
            LintGroup::Provenance => "provenance",
            LintGroup::Mapping => "mapping",
            LintGroup::Naming => "naming",
            LintGroup::Parity => "parity",
            LintGroup::Style => "style",
            LintGroup::Performance => "performance",
            LintGroup::Testing => "testing",
        }
    }

    pub fn label(self) -> Label {
        let (ja, en) = match self {
            LintGroup::Suppression => ("抑止", "suppressions"),
            LintGroup::Correctness => ("正しさ", "correctness"),
            LintGroup::Provenance => ("印と出典", "marks and sources"),
            LintGroup::Mapping => ("対応付け", "mappings"),
            LintGroup::Naming => ("名前", "naming"),
            LintGroup::Parity => ("日英の対", "Japanese and English"),
            LintGroup::Style => ("書き方", "style"),
            LintGroup::Performance => ("速さ", "performance"),
            LintGroup::Testing => ("テスト", "tests"),
        };
        Label::new(ja, en)
    }
}

/// A lint: a warning about what compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lint {
    /// Stable, with a page of its own.
    pub code: &'static str,
    /// Stable too: what settings and suppressions call it.
    pub name: &'static str,
    pub group: LintGroup,
    /// How loud it is when nothing else is said.
    pub level: LintLevel,
    pub ja: &'static str,
    pub en: &'static str,
    /// Whether `kijun check --fix` can put it right, at least in the usual case.
    pub has_fix: bool,
}

impl Lint {
    /// Whether the compiler warns of it; the others are looked for here.
    pub fn is_of_compiler(&self) -> bool {
        self.code < "K09"
    }

    pub fn summary(&self) -> Label {
        Label::new(self.ja, self.en)
    }
}

/// The lint of a code.
pub fn lint(code: &str) -> Option<&'static Lint> {
    LINTS.binary_search_by(|l| l.code.cmp(code)).ok().and_then(|i| LINTS.get(i))
}

/// The lint that a setting or a suppression names, by name or by code.
pub fn named(name: &str) -> Option<&'static Lint> {
    lint(name).or_else(|| LINTS.iter().find(|l| l.name == name))
}

/// The name of a lint that was probably meant.
pub fn nearest_name(name: &str) -> Option<&'static str> {
    let names = LINTS.iter().map(|l| l.name);
    nearest(name, names).or_else(|| nearest(name, LINTS.iter().map(|l| l.code)))
}

const fn lint_of(
    (code, name): (&'static str, &'static str),
    group: LintGroup,
    level: LintLevel,
    (ja, en): (&'static str, &'static str),
) -> Lint {
    Lint { code, name, group, level, ja, en, has_fix: false }
}

const fn fixable(lint: Lint) -> Lint {
    Lint { has_fix: true, ..lint }
}

use LintGroup::{Correctness, Mapping, Naming, Parity, Performance, Provenance, Style, Suppression, Testing};

/// In the order of codes.
pub const LINTS: &[Lint] = &[
    lint_of(
        ("K0401", "ids-differ-in-width"),
        Naming,
        Warning,
        ("全角・半角だけが違う番号", "ids that differ in width only"),
    ),
    lint_of(
        ("K0402", "message-in-one-language"),
        Parity,
        Warning,
        ("一つの言語だけの `require` の文", "a message of a `require` in one language only"),
    ),
    lint_of(
        ("K0403", "mapping-not-complete"),
        Mapping,
        Warning,
        ("`complete` なのに足りない対応表", "a mapping that claims to be complete and is not"),
    ),
    lint_of(
        ("K0404", "withdrawn-item-mapped"),
        Mapping,
        Warning,
        ("取り下げられた項目との対応", "an item that its edition has withdrawn"),
    ),
    lint_of(
        ("K0405", "mapping-without-source"),
        Mapping,
        Warning,
        ("出典のない対応の行", "a line of which nothing says where it comes from"),
    ),
    lint_of(
        ("K0406", "line-stated-twice"),
        Mapping,
        Warning,
        ("同じ対応が二度ある", "the same, stated twice"),
    ),
    lint_of(
        ("K0407", "lines-exclude-each-other"),
        Mapping,
        Warning,
        ("両立しない二つの行", "two lines that cannot both hold"),
    ),
    lint_of(
        ("K0408", "item-mapped-to-itself"),
        Mapping,
        Warning,
        ("自分自身との対応", "an item mapped to itself"),
    ),
    lint_of(
        ("K0409", "strength-of-unrelated"),
        Mapping,
        Warning,
        ("無関係なのに強さがある", "a strength of `unrelated`"),
    ),
    lint_of(
        ("K0410", "superseded-edition-mapped"),
        Mapping,
        Information,
        ("後の版へ続かない対応", "an edition that is superseded, when nothing leads to the newer one"),
    ),
    lint_of(
        ("K0411", "mappings-contradict"),
        Mapping,
        Warning,
        ("合わせて成り立たない対応", "lines of several mappings that cannot all hold"),
    ),
    lint_of(
        ("K0901", "suppression-without-reason"),
        Suppression,
        Warning,
        ("理由のない抑止", "a suppression without a reason"),
    ),
    lint_of(
        ("K0902", "unused-suppression"),
        Suppression,
        Warning,
        ("何も抑止していない抑止", "a suppression that suppresses nothing"),
    ),
    lint_of(
        ("K0903", "unknown-suppression"),
        Suppression,
        Warning,
        (
            "知らない lint の抑止、読めない抑止",
            "a suppression of a lint that does not exist, or one that cannot be read",
        ),
    ),
    lint_of(
        ("K1001", "constant-condition"),
        Correctness,
        Warning,
        ("値が決まりきった条件", "a condition of constants only"),
    ),
    lint_of(
        ("K1002", "self-comparison"),
        Correctness,
        Warning,
        ("同じものどうしの比較", "a comparison of something with itself"),
    ),
    fixable(lint_of(
        ("K1003", "repeated-condition"),
        Correctness,
        Warning,
        ("同じ条件の繰り返し", "the same condition twice"),
    )),
    lint_of(
        ("K1004", "contradictory-conditions"),
        Correctness,
        Warning,
        ("同時に成り立たない条件", "conditions that never hold together"),
    ),
    lint_of(
        ("K1005", "always-true-condition"),
        Correctness,
        Warning,
        ("値が分かればどちらかが成り立つ `or`", "an `or` of which one side holds whatever is known"),
    ),
    lint_of(
        ("K1006", "require-repeats-where"),
        Correctness,
        Warning,
        ("`where` と同じことを求める `require`", "a `require` that its `where` has decided"),
    ),
    lint_of(
        ("K1007", "require-denies-where"),
        Correctness,
        Warning,
        ("`where` と反対のことを求める `require`", "a `require` that its `where` excludes"),
    ),
    lint_of(
        ("K1008", "unused-subject"),
        Correctness,
        Warning,
        ("対象を見ない check", "a check that does not look at its subject"),
    ),
    lint_of(
        ("K1009", "unused-variable"),
        Correctness,
        Warning,
        ("条件が使わない変数", "a variable that its condition does not use"),
    ),
    lint_of(
        ("K1010", "shadowed-variable"),
        Correctness,
        Warning,
        ("外側の変数を隠す変数", "a variable that hides another"),
    ),
    lint_of(
        ("K1011", "implausible-date"),
        Correctness,
        Warning,
        ("ありそうにない年の日付", "a date in a year that is hardly meant"),
    ),
    lint_of(("K1012", "zero-period"), Correctness, Warning, ("長さのない期間", "a period of no length")),
    lint_of(
        ("K1013", "share-out-of-range"),
        Correctness,
        Warning,
        ("0 から 1 の外と比べる割合", "a share compared with what it never is"),
    ),
    lint_of(
        ("K1014", "count-always-decided"),
        Correctness,
        Warning,
        ("結果が決まりきった件数の比較", "a comparison that any count decides alike"),
    ),
    fixable(lint_of(
        ("K1015", "repeated-member"),
        Correctness,
        Warning,
        ("同じ要素の繰り返し", "the same member twice"),
    )),
    lint_of(
        ("K1016", "empty-set"),
        Correctness,
        Warning,
        ("空の集合の中から探す", "a search in the empty set"),
    ),
    lint_of(
        ("K1017", "identical-rules"),
        Correctness,
        Warning,
        ("同じことを調べる二つの check", "two checks that ask the same"),
    ),
    lint_of(
        ("K1018", "relation-without-rules"),
        Correctness,
        Warning,
        ("規則のない関係", "a relation without rules"),
    ),
    lint_of(
        ("K1019", "recursion-without-base"),
        Correctness,
        Warning,
        ("始まりのない再帰", "a recursion that never starts"),
    ),
    lint_of(
        ("K1020", "severity-above-level"),
        Correctness,
        Information,
        ("水準より重い `severity`", "a `severity` above the level of its requirement"),
    ),
    lint_of(
        ("K1021", "absence-passes"),
        Correctness,
        Hint,
        ("「なし」で満たされる `require`", "a `require` that absence satisfies"),
    ),
    lint_of(
        ("K1022", "same-message-twice"),
        Correctness,
        Information,
        ("見分けのつかない二つの文", "two findings of a check with the same message"),
    ),
    lint_of(
        ("K1023", "single-member-combination"),
        Correctness,
        Information,
        ("一つしかない組合せ", "a combination of a single measure"),
    ),
    lint_of(
        ("K1101", "printed-without-source"),
        Provenance,
        Information,
        ("出典のない「印刷」「公表」", "`printed` or `published` without a source"),
    ),
    lint_of(
        ("K1102", "ambiguous-without-note"),
        Provenance,
        Information,
        ("どう読めるかの説明がない「あいまい」", "`ambiguous` without a note on the readings"),
    ),
    lint_of(
        ("K1103", "unverified-without-note"),
        Provenance,
        Hint,
        ("何が未確認かの説明がない「未検証」", "`unverified` without a note on what is open"),
    ),
    lint_of(
        ("K1104", "param-without-source"),
        Provenance,
        Information,
        ("出典のない既定値", "a default value from nowhere"),
    ),
    lint_of(
        ("K1105", "catalog-without-origin"),
        Provenance,
        Hint,
        ("発行者・発行日のないカタログ", "a catalogue without publisher or date"),
    ),
    lint_of(
        ("K1106", "repealed-basis"),
        Provenance,
        Information,
        ("廃止された法令を根拠とする項目", "an item that rests on a repealed instrument"),
    ),
    lint_of(("K1107", "empty-text"), Provenance, Warning, ("空の文", "a text without content")),
    lint_of(
        ("K1108", "only-weak-rules"),
        Provenance,
        Hint,
        ("弱い規則しかない要求事項", "a requirement that only weak rules decide"),
    ),
    lint_of(
        ("K1109", "mark-above-item"),
        Provenance,
        Information,
        ("要求事項より強い印の規則", "a rule with a stronger mark than its requirement"),
    ),
    lint_of(
        ("K1110", "repealed-before-in-force"),
        Provenance,
        Warning,
        ("施行より前の廃止", "repealed before it was in force"),
    ),
    lint_of(
        ("K1201", "line-stated-both-ways"),
        Mapping,
        Information,
        ("両方向から述べた対応", "a line that the other direction states already"),
    ),
    lint_of(
        ("K1202", "strength-denies-relationship"),
        Mapping,
        Information,
        ("関係と合わない強さ", "a strength that does not fit the relationship"),
    ),
    fixable(lint_of(
        ("K1203", "jointly-of-one"),
        Mapping,
        Warning,
        ("一項目だけの `jointly`", "a `jointly` of one item"),
    )),
    lint_of(
        ("K1204", "line-without-argument"),
        Mapping,
        Off,
        ("論拠のない対応の行", "a line without an argument"),
    ),
    lint_of(
        ("K1205", "mapping-without-rationale"),
        Mapping,
        Off,
        ("論拠の種類のない対応", "a mapping without a rationale"),
    ),
    lint_of(
        ("K1206", "children-mapped-like-parent"),
        Mapping,
        Hint,
        ("親と子のすべてに同じ対応", "a line repeated for every child of its item"),
    ),
    lint_of(
        ("K1301", "name-not-snake-case"),
        Naming,
        Warning,
        ("大文字のある名前", "a name with capital letters"),
    ),
    lint_of(
        ("K1302", "confusable-names"),
        Naming,
        Warning,
        ("見分けにくい二つの名前", "two names that are easily confused"),
    ),
    lint_of(
        ("K1303", "negative-name"),
        Naming,
        Hint,
        ("否定の名前の属性・関数", "an attribute or function with a negative name"),
    ),
    lint_of(("K1304", "duplicate-title"), Naming, Information, ("兄弟と同じ題名", "the title of a sibling")),
    lint_of(
        ("K1305", "duplicate-label"),
        Naming,
        Warning,
        ("同じ表示名の属性・列挙値", "attributes or literals with the same label"),
    ),
    lint_of(("K1401", "title-without-english"), Parity, Hint, ("英語のない題名", "a title without English")),
    lint_of(
        ("K1402", "text-in-one-language"),
        Parity,
        Information,
        ("一つの言語だけの文", "a text in one language only"),
    ),
    lint_of(
        ("K1403", "placeholders-differ"),
        Parity,
        Warning,
        ("日英で違う差し込み", "other placeholders in the other language"),
    ),
    lint_of(
        ("K1404", "question-without-english"),
        Parity,
        Hint,
        ("英語のない質問", "a question without English"),
    ),
    lint_of(("K1405", "label-without-english"), Parity, Off, ("英語のない表示名", "a label without English")),
    lint_of(
        ("K1406", "english-in-kana"),
        Parity,
        Information,
        ("日本語で書かれた英語の欄", "English that is written in Japanese"),
    ),
    lint_of(
        ("K1407", "same-text-in-both-languages"),
        Parity,
        Information,
        ("日英で同じ文", "the same text in both languages"),
    ),
    lint_of(
        ("K1408", "numbers-differ"),
        Parity,
        Hint,
        ("日英で違う数", "other numbers in the other language"),
    ),
    lint_of(
        ("K1501", "require-without-message"),
        Style,
        Hint,
        ("文のない `require`", "a `require` without a message"),
    ),
    lint_of(
        ("K1502", "check-without-fix"),
        Style,
        Off,
        ("対処のない check", "a check that says nothing of what to do"),
    ),
    fixable(lint_of(("K1503", "double-negation"), Style, Warning, ("二重の否定", "a double negation"))),
    fixable(lint_of(
        ("K1504", "negated-comparison"),
        Style,
        Information,
        ("否定された比較", "a negated comparison"),
    )),
    fixable(lint_of(
        ("K1505", "comparison-with-truth"),
        Style,
        Information,
        ("`true`・`false` との比較", "a comparison with `true` or `false`"),
    )),
    lint_of(
        ("K1506", "negated-quantifier"),
        Style,
        Hint,
        ("否定を二度使う `any`・`all`", "an `any` or `all` between two negations"),
    ),
    fixable(lint_of(
        ("K1507", "untrimmed-text"),
        Style,
        Warning,
        ("前後に空白のある文", "a text with space around it"),
    )),
    fixable(lint_of(("K1508", "half-width-kana"), Style, Information, ("半角カナ", "half-width kana"))),
    lint_of(("K1509", "long-condition"), Style, Hint, ("長い条件", "a long condition")),
    lint_of(
        ("K1510", "module-without-doc"),
        Style,
        Off,
        ("説明のないモジュール", "a module without a description"),
    ),
    lint_of(("K1511", "open-task"), Style, Hint, ("残された作業のメモ", "a task left in a comment")),
    lint_of(
        ("K1512", "unused-declaration"),
        Style,
        Hint,
        ("使われない宣言", "a declaration that nothing uses"),
    ),
    lint_of(
        ("K1513", "set-without-effect"),
        Style,
        Information,
        ("既定値と同じ `set`", "a `set` to what is the default"),
    ),
    lint_of(
        ("K1601", "count-for-existence"),
        Performance,
        Hint,
        ("有無を調べるための件数", "a count that only asks whether there is one"),
    ),
    lint_of(
        ("K1602", "untied-quantifiers"),
        Performance,
        Hint,
        ("すべての組を試す入れ子の `any`・`all`", "nested quantifiers that try every pair"),
    ),
    lint_of(
        ("K1603", "deep-quantifiers"),
        Performance,
        Hint,
        ("深い入れ子の `any`・`all`", "deeply nested quantifiers"),
    ),
    lint_of(
        ("K1604", "relation-cross-join"),
        Performance,
        Information,
        ("すべての組を作る関係の規則", "a rule of a relation that makes every pair"),
    ),
    lint_of(
        ("K1701", "test-without-date"),
        Testing,
        Warning,
        ("評価日のないテスト", "a test that depends on the day of the run"),
    ),
    lint_of(
        ("K1702", "duplicate-test-title"),
        Testing,
        Warning,
        ("同じ題名のテスト", "tests with the same title"),
    ),
    fixable(lint_of(
        ("K1703", "repeated-expectation"),
        Testing,
        Warning,
        ("同じ期待の繰り返し", "the same expectation twice"),
    )),
    lint_of(
        ("K1704", "contradictory-expectations"),
        Testing,
        Warning,
        ("同時に成り立たない期待", "expectations that cannot both be met"),
    ),
    lint_of(
        ("K1705", "never-violated-in-tests"),
        Testing,
        Hint,
        ("違反を試すテストのない check", "a check of which no test shows a violation"),
    ),
    lint_of(("K1706", "pack-without-tests"), Testing, Hint, ("テストのないパック", "a pack without tests")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_names_are_unique_words() {
        assert!(LINTS.windows(2).all(|pair| pair[0].code < pair[1].code));
        for lint in LINTS {
            let same = LINTS.iter().filter(|l| l.name == lint.name).count();
            assert!(
                same == 1 && lint.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{}",
                lint.name
            );
            assert!(LintGroup::ALL.iter().all(|g| g.name() != lint.name), "{}", lint.name);
            assert_eq!(named(lint.name), named(lint.code));
        }
        assert_eq!(nearest_name("double-negatoin"), Some("double-negation"));
    }
}
