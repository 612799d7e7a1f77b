//! What single lines of mappings lack or say against themselves. What several say together is looked at in `program`, and what
//! their items are, by the compiler (`crate::mapping::lints`).

use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Span};

use super::view::{found, head, is_free_of_comments};
use crate::context::Decl;

/// Below this, what is said to be equal shares too little to be so.
const EQUAL: u8 = 6;

pub(super) fn item(item: Decl<'_>, out: &mut Vec<Diagnostic>) {
    if item.node.kind != Kind::Mapping {
        return;
    }
    let mut bare: Option<Span> = None;
    for line in item.parts().filter(|p| matches!(p.node.kind, Kind::Pair | Kind::Joint)) {
        strength(line, out);
        joint(line, out);
        if line.child(Kind::Argument).is_none() {
            out.push(
                found("K1204", line.span(), "この対応には論拠がありません", "this line gives no argument")
                    .help(
                        "どこが重なり、どこが違うのかを、行の終わりに書いてください",
                        "say at its end what both share and what they do not",
                    ),
            );
        }
        if line.child(Kind::Rationale).is_none() {
            bare.get_or_insert(line.span());
        }
    }
    if item.child(Kind::Rationale).is_none() && bare.is_some() {
        out.push(
            found("K1205", head(item), "何を比べた対応なのか分かりません", "nothing says what was compared")
                .help("`rationale syntactic`(文言)、`semantic`(意味)、`functional`(働き)のどれかを書いてください", "write `rationale syntactic` (wording), `semantic` (meaning) or `functional` (effect)"),
        );
    }
}

fn strength(line: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let relationship = line.word(Kind::Relationship).unwrap_or_default();
    let Some(clause) = line.child(Kind::Strength) else { return };
    let Some(value) = clause.word(Kind::Number).and_then(|n| n.parse::<u8>().ok()) else { return };
    let (ja, en) = match relationship.as_str() {
        "equal" | "equivalent" if value < EQUAL => {
            ("等しいにしては弱すぎます", "is little for what is equal")
        }
        "intersects" if value == 10 => {
            ("一部が重なるだけにしては強すぎます", "is much for what only intersects")
        }
        _ => return,
    };
    out.push(
        found(
            "K1202",
            clause.span(),
            format!("強さ {value} は、{ja}"),
            format!("a strength of {value} {en}"),
        )
        .help("関係か強さのどちらかを直してください", "correct the relationship or the strength"),
    );
}

/// `jointly { A } …` says what `A …` says.
fn joint(line: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let ids: Vec<Decl<'_>> = line.all(Kind::RequirementId).collect();
    let ([one, _], Some(close), Kind::Joint) = (ids.as_slice(), line.child(Kind::Close), line.node.kind)
    else {
        return;
    };
    let problem = found(
        "K1203",
        line.span(),
        "`jointly` の中が一項目だけです",
        "there is only one item in this `jointly`",
    )
    .help("ほかの項目を加えるか、ふつうの行にしてください", "add the others, or make it a plain line");
    let range = line.node.start..close.node.end;
    out.push(if is_free_of_comments(line, range.clone()) {
        let place = Span::new(line.file, range.start, range.end);
        problem.fixed_by("ふつうの行にする", "make it a plain line", vec![(place, one.own_text())])
    } else {
        problem
    });
}
