//! The words for what changed between editions, in both languages.

use kijun_text::Label;

use super::{Basis, Cause, Change};

impl Change {
    pub fn label(self) -> Label {
        let (ja, en) = match self {
            Change::Kept => ("維持", "kept"),
            Change::Changed => ("変更", "changed"),
            Change::Merged => ("統合", "merged"),
            Change::Split => ("分割", "split"),
            Change::New => ("新設", "new"),
            Change::Withdrawn => ("廃止", "withdrawn"),
            Change::NotSaid => ("記載なし", "not said"),
        };
        Label::new(ja, en)
    }

    /// What it says, in a sentence.
    pub fn meaning(self) -> Label {
        let (ja, en) = match self {
            Change::Kept => ("相手の版の一項目と等しい", "equal to one item of the other edition"),
            Change::Changed => ("一項目どうしで内容が変わった", "one item each, with another content"),
            Change::Merged => ("旧版の複数が新版の一つになった", "several of the old became one of the new"),
            Change::Split => ("旧版の一つが新版の複数になった", "one of the old became several of the new"),
            Change::New => ("旧版から続くものがない", "nothing of the old edition leads to it"),
            Change::Withdrawn => ("続くものがない", "nothing of it follows"),
            Change::NotSaid => (
                "対応表に記載がない。なくなったとも新しいとも言えない",
                "mappings do not say; it is not known to be gone or new",
            ),
        };
        Label::new(ja, en)
    }
}

impl Basis {
    pub fn label(self) -> Label {
        let (ja, en) = match self {
            Basis::Marked => ("新しい版が廃止と記す", "the new edition lists it as withdrawn"),
            Basis::Unrelated => (
                "相手の版のどの項目とも共通部分がない",
                "nothing in common with any item of the other edition",
            ),
            Basis::Spent => (
                "周りの項目のもとになった旧版の項目は、すべてほかへ続いている",
                "all items of the old edition from which its neighbours come went elsewhere",
            ),
            Basis::Open => ("周りの項目だけが対応する", "only something around it corresponds"),
            Basis::Unmapped => ("対応表に現れない", "no mapping speaks of it"),
        };
        Label::new(ja, en)
    }
}

impl Cause {
    pub fn label(self) -> Label {
        let (ja, en) = match self {
            Cause::NoRuleInOld => {
                ("旧版に規則のないところがある", "the old edition has no rule for it, or for a part of it")
            }
            Cause::NoRuleInNew => {
                ("新版に規則のないところがある", "the new edition has no rule for it, or for a part of it")
            }
            Cause::NotAskedInOld => {
                ("旧版の規則はこの対象を問わない", "the rules of the old edition do not ask about it")
            }
            Cause::NotAskedInNew => {
                ("新版の規則はこの対象を問わない", "the rules of the new edition do not ask about it")
            }
            Cause::NotApplicableInOld => (
                "旧版の規則はこの事実か評価日に当てはまらない",
                "the rules of the old edition do not apply, by its facts or on this day",
            ),
            Cause::NotApplicableInNew => (
                "新版の規則はこの事実か評価日に当てはまらない",
                "the rules of the new edition do not apply, by its facts or on this day",
            ),
            Cause::FactsForOld => (
                "旧版だけが求める事実が決まっていない",
                "facts that only the old edition needs are not settled",
            ),
            Cause::FactsForNew => (
                "新版だけが求める事実が決まっていない",
                "facts that only the new edition needs are not settled",
            ),
            Cause::Waiver => ("一方だけが例外の承認を受けている", "a waiver covers one of them"),
            Cause::OtherFacts => {
                ("判定は同じで、決め手の事実が違う", "the same verdict, decided by other facts")
            }
            Cause::Rule => ("規則が違う", "the rules differ"),
        };
        Label::new(ja, en)
    }
}
