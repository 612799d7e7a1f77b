//! What the columns, signs and figures of a matrix mean, in both languages.

use kijun_coverage::{Block, Coverage, Met, Rationale, Relationship, Statement, Tally};
use kijun_engine::assessment::Verdict;
use kijun_engine::program::Mark;
use kijun_text::Label;

/// The mark of what follows from the structure of a norm alone.
pub(super) fn structure() -> Label {
    Label::new("規格の構造", "structure")
}

pub(super) fn structure_meaning() -> Label {
    Label::new("章節と項目の上下関係だけによる", "rests on the order of sections and items alone")
}

pub(super) fn certainty(is_weak: bool) -> Label {
    if is_weak { Label::new("弱い", "weak") } else { Label::new("確か", "trusted") }
}

pub(super) fn unmapped() -> Label {
    Label::new("対応づけの記述なし", "nobody has mapped it")
}

pub(super) fn unrelated() -> Label {
    Label::new("無関係とする記述のみ", "only said to be unrelated")
}

pub(super) fn member_covered(member: &str, source: &str) -> Label {
    Label::new(format!("{member} は {source} に覆われる:"), format!("{member} is covered by {source}:"))
}

/// Coverage in figures, and with verdicts what follows from them where that is not nothing: what is met always stands beside what
/// is open.
pub(super) fn figures(tally: &Tally) -> Label {
    let signs = Coverage::ALL.map(|c| format!("{}{}", c.sign(), tally.covered(c))).join(" ");
    let found: Vec<Met> = Met::ALL.into_iter().filter(|m| tally.met(*m) > 0).collect();
    let met = |word: fn(&Label) -> &str, between: &str| {
        let all: Vec<String> =
            found.iter().map(|m| format!("{} {}", word(&m.label()), tally.met(*m))).collect();
        all.join(between)
    };
    let (met_ja, met_en) = if found.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("　判定からは: {}", met(ja, "・")), format!("; by verdicts: {}", met(en, ", ")))
    };
    Label::new(
        format!("項目 {}： {signs}（うち弱い {}）{met_ja}", tally.items, tally.weak),
        format!("items {}: {signs} (weak: {}){met_en}", tally.items, tally.weak),
    )
}

fn ja(label: &Label) -> &str {
    &label.ja
}

fn en(label: &Label) -> &str {
    &label.en
}

/// That a filter left out a part of a block; figures are of the whole nevertheless.
pub(super) fn filtered(block: &Block) -> Option<Label> {
    let (listed, all) = (block.listed?, block.total.items);
    Some(Label::new(
        format!("絞り込み: {all} 項目のうち {listed} 項目と、条件に合う組だけを示す（件数は全体のもの）"),
        format!("filtered: {listed} of {all} items, and only pairs that were asked for (figures are of all)"),
    ))
}

/// The argument of a statement with its sense and its source.
pub(super) fn ground(statement: &Statement) -> Label {
    let sense = statement.rationale.map(sense);
    let one = |argument: &str, sense: Option<&str>, open: &str, close: &str| {
        let sense = sense.map(|s| format!("[{s}] ")).unwrap_or_default();
        let source = match statement.source.as_str() {
            "" => String::new(),
            source => format!("{open}{source}{close}"),
        };
        format!("{sense}{argument}{source}")
    };
    let argument = &statement.argument;
    Label::new(
        one(argument.get(kijun_text::Lang::Ja), sense.as_ref().map(ja), "（出典: ", "）"),
        one(argument.get(kijun_text::Lang::En), sense.as_ref().map(en), " (source: ", ")"),
    )
}

fn sense(rationale: Rationale) -> Label {
    let (ja, en) = match rationale {
        Rationale::Syntactic => ("文言", "wording"),
        Rationale::Semantic => ("意味", "meaning"),
        Rationale::Functional => ("実施の結果", "effect"),
    };
    Label::new(ja, en)
}

pub(super) fn coverage_meaning(coverage: Coverage) -> Label {
    let (ja, en) = match coverage {
        Coverage::Covered => ("対応元が項目の全体を含む", "sources hold the whole item"),
        Coverage::Unverified => (
            "対応元が項目の全体を含むが、その対応元を判定する検査も記録もない",
            "sources hold the whole item, but neither a check nor an attestation decides them",
        ),
        Coverage::Partly => (
            "共通する部分が必ずあるが、全体を含むとは言えない",
            "something is in common for certain, but not the whole for certain",
        ),
        Coverage::Possibly => (
            "共通する部分があるかもしれない（無関係かもしれない）",
            "perhaps something is in common, perhaps nothing",
        ),
        Coverage::NotCovered => (
            "記述も帰結もない、または無関係とされる。誰も対応づけていない項目は、欠けていると分かったわけではない",
            "nothing is stated and nothing follows, or it is said to be unrelated; what nobody has mapped is not known to be a gap",
        ),
    };
    Label::new(ja, en)
}

pub(super) fn certainty_meaning(is_weak: bool) -> Label {
    let (ja, en) = if is_weak {
        (
            "「あいまい」「未確認」の記述によってだけ言える。確かな記述だけでどうなるかは備考に示す",
            "so only by ambiguous or unverified statements; the remarks say what holds without them",
        )
    } else {
        (
            "「資料に印刷」「公表」「当方の読み」の記述で言える",
            "so by printed, published or inferred statements",
        )
    };
    Label::new(ja, en)
}

pub(super) fn met_meaning(met: Met) -> Label {
    let (ja, en) = match met {
        Met::Met => ("全体を含む対応元が適合", "a source that holds the whole of it is satisfied"),
        Met::PartlyMet => (
            "共通部分のある対応元が適合。全体が満たされるとは言えない",
            "a source that shares a part with it is satisfied; the whole is not known to be met",
        ),
        Met::Open => ("対応元の判定からは何も言えない", "nothing follows from the verdicts on the sources"),
        Met::NotMet => ("項目が求めることの一部が不適合", "something that it asks for is violated"),
        Met::Conflicting => (
            "充足とも不充足とも言えてしまう。対応づけか判定を見直す必要がある",
            "both that it is met and that it is not follow: a mapping or a verdict needs another look",
        ),
        Met::NotApplicable => ("含む対応元がどれも対象外", "whatever holds it applies to nothing here"),
    };
    Label::new(ja, en)
}

/// Said of a source and its target.
pub(super) fn relation_meaning(relationship: Relationship) -> Label {
    let (ja, en) = match relationship {
        Relationship::Equal => ("対応元と対応先が同じことを求める", "source and target ask for the same"),
        Relationship::Subset => ("対応元は対応先の一部", "the source is a part of the target"),
        Relationship::Superset => ("対応元は対応先の全体を含む", "the source holds the whole of the target"),
        Relationship::Intersects => {
            ("一部が共通し、どちらも相手を含まない", "they share a part, and neither holds the other")
        }
        Relationship::Unrelated => ("共通する部分がない", "they have nothing in common"),
    };
    Label::new(ja, en)
}

/// Words for what is narrowed down to several relationships.
pub(super) fn relation_rest() -> [(Label, Label); 2] {
    [
        (
            Label::new("共通部分あり", "overlaps"),
            Label::new(
                "「無関係」以外の二つ以上がありうる（導出に示す）",
                "two or more are possible, but not unrelated (see the derivation)",
            ),
        ),
        (Label::new("未定", "open"), Label::new("「無関係」もありうる", "unrelated is possible too")),
    ]
}

pub(super) fn mark_meaning(mark: Mark) -> Label {
    let (ja, en) = match mark {
        Mark::Printed => ("もとの資料に印刷されている", "printed in the source material"),
        Mark::Published => ("公表された対応表などによる", "from a published table"),
        Mark::Inferred => ("資料にはなく、当方が読んで書いた", "not in a source: our own reading"),
        Mark::Ambiguous => (
            "資料が二通りに読める。これだけでは何も決めない",
            "the source can be read in two ways; decides nothing alone",
        ),
        Mark::Unverified => (
            "原文で確かめていない。これだけでは何も決めない",
            "not checked against the original; decides nothing alone",
        ),
    };
    Label::new(ja, en)
}

pub(super) fn verdict_meaning(verdict: Verdict) -> Label {
    let (ja, en) = match verdict {
        Verdict::Satisfied => ("満たされている", "decided true"),
        Verdict::Violated => ("満たされていない", "decided false"),
        Verdict::Unknown => ("事実または人の判断が足りない", "facts or a judgement are missing"),
        Verdict::Conflicting => ("二つの出所が食い違う", "two sources disagree on a fact that decides"),
        Verdict::Stale => {
            ("記録または証拠の期限が切れている", "rests on an attestation or evidence past its time")
        }
        Verdict::Waived => ("承認された例外（期限内）", "an accepted deviation that has not expired"),
        Verdict::NotApplicable => ("理由があって適用されない", "excluded, with a reason"),
        Verdict::Unverified => ("判定する検査も記録もない。適合ではない", "nothing checks it; never a pass"),
    };
    Label::new(ja, en)
}

/// What a reader must know before using a figure.
pub(super) fn how_to_read() -> [Label; 4] {
    [
        Label::new(
            "この表は判断を助けるもので、適合を証明するものではありません。結論は、原文と証拠を確かめた人が出します。",
            "This table assists a judgement; it proves no compliance. The conclusion is drawn by a person who has seen the original texts and the evidence.",
        ),
        Label::new(
            "誰も対応づけていない項目（－）は、欠けていると分かったわけではありません。対応づけがまだないだけのこともあります。",
            "An item that nobody has mapped (－) is not known to be a gap; perhaps only the mapping is missing.",
        ),
        Label::new(
            "件数だけを示し、割合は示しません。◎の数は、？・－・弱いの数とあわせて読んでください。章節と、廃止された項目は数えません。",
            "Figures are counts, not rates. Read ◎ together with ？, － and weak. Sections and withdrawn items are not counted.",
        ),
        Label::new(
            "版の異なるカタログは混ぜず、対応元と対応先の組ごとに数えます。",
            "Editions are never mixed: each pair of catalogues is counted on its own.",
        ),
    ]
}
