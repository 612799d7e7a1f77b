//! What is odd about the lines of mappings, though each of them compiles.

use std::collections::{BTreeMap, BTreeSet};

use kijun_coverage::{Relationship, Statement};
use kijun_engine::program::RequirementId;
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Severity, Span};

use super::Block;
use crate::context::Reports;
use crate::norms::Norms;

/// How many ids a message lists.
const LISTED: usize = 6;

/// `tracked` are the catalogues that are watched for gaps.
pub(super) fn check(
    blocks: &[Block<'_>],
    statements: &[Statement],
    (norms, tracked): (&Norms, &[usize]),
    reports: &mut Reports,
) {
    for block in blocks {
        without_source(block, reports);
    }
    for statement in statements {
        withdrawn(statement, blocks, norms, reports);
        itself(statement, norms, reports);
        strength_of_nothing(statement, reports);
    }
    twice(statements, norms, reports);
    stale(blocks, norms, tracked, reports);
}

/// One report for a block: at the first of its lines that nothing says the origin of.
fn without_source(block: &Block<'_>, reports: &mut Reports) {
    if block.decl.child(Kind::Source).is_some() {
        return;
    }
    let lines = block.decl.parts().filter(|p| matches!(p.node.kind, Kind::Pair | Kind::Joint));
    let bare: Vec<Span> = lines.filter(|l| l.child(Kind::Source).is_none()).map(|l| l.span()).collect();
    let Some(first) = bare.first() else { return };
    let message = Label::new("この対応の出典がありません", "nothing says where this line comes from");
    let diagnostic = Diagnostic::warning("K0405", *first, message).help(
        "`mapping` の中か行の終わりに `source \"…\"` を加えてください。自分たちで比べたのなら、そう書きます",
        "add `source \"…\"` to the `mapping` or to the line; if you compared the two yourselves, say so",
    );
    reports.push(match bare.len() - 1 {
        0 => diagnostic,
        more => diagnostic.label(
            format!("このブロックのほかの {more} 行も同じです"),
            format!("and {more} more line(s) of this block"),
        ),
    });
}

fn withdrawn(statement: &Statement, blocks: &[Block<'_>], norms: &Norms, reports: &mut Reports) {
    for (i, id) in statement.sources.iter().chain([&statement.target]).enumerate() {
        let Some(item) = norms.requirement(*id) else { continue };
        let Some(into) = &item.withdrawn else { continue };
        let message = Label::new(
            format!("`{}` は取り下げられた項目です", item.id),
            format!("`{}` is withdrawn", item.id),
        );
        let place = id_place(statement, i, blocks).unwrap_or(statement.span);
        let mut diagnostic = Diagnostic::warning("K0404", place, message).note(
            item.span,
            "この版では求められていません",
            "its edition no longer asks for it",
        );
        if let ([one], true) = (into.as_slice(), place != statement.span) {
            diagnostic.suggestion = norms.requirement(*one).map(|r| r.id.clone());
        }
        reports.push(match norms.listed(into, LISTED) {
            Some(list) => diagnostic.help(
                format!("内容を引き継いだ項目との対応にしてください: {list}"),
                format!("map what took its content over: {list}"),
            ),
            None => diagnostic.help(
                "この版が今も求めている項目との対応にするか、行を消してください",
                "map an item that the edition still asks for, or remove the line",
            ),
        });
    }
}

/// Where a line names one of its items: sources, then the target.
fn id_place(statement: &Statement, item: usize, blocks: &[Block<'_>]) -> Option<Span> {
    let holds = |b: &&Block<'_>| {
        let own = b.decl.span();
        own.file == statement.span.file && own.start <= statement.span.start && statement.span.end <= own.end
    };
    let line = blocks.iter().find(holds)?.decl.parts().find(|line| line.span() == statement.span)?;
    line.all(Kind::RequirementId).nth(item).map(crate::context::Decl::span)
}

fn itself(statement: &Statement, norms: &Norms, reports: &mut Reports) {
    if !statement.sources.contains(&statement.target) {
        return;
    }
    let name = norms.requirement(statement.target).map_or("", |r| &r.id);
    let message =
        Label::new(format!("`{name}` を自分自身に対応させています"), format!("`{name}` is mapped to itself"));
    reports.push(Diagnostic::warning("K0408", statement.span, message).help(
        "番号に版を付けて(`別名@版:番号`)別の項目を指すか、行を消してください",
        "name another item, with its edition (`alias@edition:id`), or remove the line",
    ));
}

/// Strength says how much two items have in common. Items with nothing in common have none: OLIR scores them 0, which
/// is no strength here.
fn strength_of_nothing(statement: &Statement, reports: &mut Reports) {
    if statement.relationship != Relationship::Unrelated || statement.strength.is_none() {
        return;
    }
    let message = Label::new(
        "`unrelated` に強さはありません",
        "`unrelated` has no strength: there is nothing in common to be strong",
    );
    reports.push(Diagnostic::warning("K0409", statement.span, message).help(
        "`strength` を消すか、重なるのなら `intersects` にしてください",
        "remove `strength`; or, if they do overlap, say `intersects`",
    ));
}

/// What a statement is about, the same from whichever side it is read, and what it then says.
fn reading(statement: &Statement) -> (Vec<RequirementId>, RequirementId, Relationship) {
    let mut sources = statement.sources.clone();
    sources.sort_unstable();
    match sources.as_slice() {
        [one] if *one > statement.target => (vec![statement.target], *one, statement.relationship.converse()),
        _ => (sources, statement.target, statement.relationship),
    }
}

/// Lines about the same items: the same again, or something that excludes it.
fn twice(statements: &[Statement], norms: &Norms, reports: &mut Reports) {
    let mut written: Vec<&Statement> = statements.iter().collect();
    written.sort_by_key(|s| s.span);
    let mut seen: BTreeMap<(Vec<RequirementId>, RequirementId), Vec<&Statement>> = BTreeMap::new();
    for statement in written {
        if let Some(item) = listed_twice(statement) {
            let name = norms.requirement(item).map_or("", |r| &r.id);
            let message = Label::new(
                format!("`{name}` が `jointly` に二度あります"),
                format!("`{name}` stands twice in this `jointly`"),
            );
            reports.push(Diagnostic::warning("K0406", statement.span, message).help(
                "一つを消すか、意図した項目に直してください",
                "remove one, or name the item that was meant",
            ));
        }
        let (left, right, says) = reading(statement);
        let earlier = seen.entry((left, right)).or_default();
        let same = |e: &&&Statement| {
            e.sources.len() == statement.sources.len()
                && e.relationship == statement.relationship
                && e.equivalent == statement.equivalent
                && e.target == statement.target
                && e.rationale == statement.rationale
                && e.source == statement.source
        };
        if let Some(first) = earlier.iter().find(same) {
            reports.push(duplicate(statement, first));
        } else if let Some(first) = earlier.iter().find(|e| reading(e).2 != says) {
            reports.push(contradiction(statement, first, norms));
        }
        earlier.push(statement);
    }
}

fn listed_twice(statement: &Statement) -> Option<RequirementId> {
    let mut seen = BTreeSet::new();
    statement.sources.iter().find(|id| !seen.insert(**id)).copied()
}

fn duplicate(statement: &Statement, first: &Statement) -> Diagnostic {
    let message = Label::new("同じ対応が二度述べられています", "this is stated a second time");
    Diagnostic::warning("K0406", statement.span, message)
        .label("二度目", "the second time")
        .note(first.span, "最初はここ", "first here")
        .help(
            "どちらかを消してください。別の出典も同じことを述べているのなら、行に `source` を付けます",
            "remove one of them; if another source says the same, give the line a `source` of its own",
        )
}

/// The relationships exclude each other, so two different ones about the same items cannot both hold, unless they are
/// comparisons in different senses.
fn contradiction(statement: &Statement, first: &Statement, norms: &Norms) -> Diagnostic {
    let shown = |s: &Statement| {
        let names: Vec<&str> =
            s.sources.iter().filter_map(|id| norms.requirement(*id)).map(|r| r.id.as_str()).collect();
        let target = norms.requirement(s.target).map_or("", |r| &r.id);
        format!("{} {} {target}", names.join(" + "), s.relationship.name())
    };
    let (earlier, later) = (shown(first), shown(statement));
    let senses = match (first.rationale, statement.rationale) {
        (Some(a), Some(b)) if a != b => Some((a.name(), b.name())),
        _ => None,
    };
    let diagnostic = match senses {
        Some((a, b)) => {
            let message = Label::new(
                format!("`{earlier}`({a})と `{later}`({b})は、別の意味で比べたものです"),
                format!("`{earlier}` ({a}) and `{later}` ({b}) are read in different senses"),
            );
            Diagnostic::information("K0407", statement.span, message).help(
                "両方を残すなら、読む人が迷わないよう論拠の文を添えてください。同じ意味で比べたのなら、どちらかが誤りです",
                "if both are meant, say why in an argument; if they were compared in the same sense, one of them is wrong",
            )
        }
        None => {
            let message = Label::new(
                format!("`{earlier}` と `{later}` は両立しません"),
                format!("`{earlier}` and `{later}` cannot both hold"),
            );
            Diagnostic::warning("K0407", statement.span, message).help(
                "正しいほうを残してください。比べた意味が違うのなら、両方に `rationale` を付けます",
                "keep the one that is right; if they compare in different senses, give both a `rationale`",
            )
        }
    };
    diagnostic.note(first.span, "もう一方", "the other one")
}

/// A block about an edition that a loaded one replaces, where nothing leads on to the newer edition. An edition that is tracked is
/// meant. Where the newer one is tracked, its figures lack what these lines say; that is a warning.
fn stale(blocks: &[Block<'_>], norms: &Norms, tracked: &[usize], reports: &mut Reports) {
    let related: BTreeSet<(usize, usize)> =
        blocks.iter().flat_map(|b| [(b.from, b.to), (b.to, b.from)]).collect();
    let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
    for block in blocks {
        for (old, other) in [(block.to, block.from), (block.from, block.to)] {
            let newer = newer_editions(old, norms);
            let Some(newest) = newer.first().copied().filter(|_| !tracked.contains(&old)) else { continue };
            let leads_on = newer
                .iter()
                .any(|n| *n == other || related.contains(&(*n, other)) || related.contains(&(*n, old)));
            if leads_on || !told.insert((old, other)) {
                continue;
            }
            let diagnostic = stale_edition(block, old, newest, other, norms);
            let is_missed = newer.iter().any(|n| tracked.contains(n));
            let severity = if is_missed { Severity::Warning } else { diagnostic.severity };
            reports.push(Diagnostic { severity, ..diagnostic });
        }
    }
}

/// The editions that replace one, the newest first. One that is itself ambiguous or unverified is nothing to move to.
fn newer_editions(old: usize, norms: &Norms) -> Vec<usize> {
    let mut out = Vec::new();
    let mut at = old;
    while let Some(next) = norms.catalogs.iter().position(|c| c.supersedes == Some(at))
        && next != old
        && !out.contains(&next)
    {
        out.push(next);
        at = next;
    }
    out.retain(|i| norms.catalogs.get(*i).is_some_and(|c| !c.mark.is_weak()));
    out.reverse();
    out
}

fn stale_edition(block: &Block<'_>, old: usize, newest: usize, other: usize, norms: &Norms) -> Diagnostic {
    let ids: Vec<Span> = block.decl.all(Kind::CatalogId).map(|c| c.span()).collect();
    let side = if old == block.to { ids.last() } else { ids.first() };
    let name = |i: usize| {
        norms.catalogs.get(i).map_or_else(String::new, |c| match c.edition.as_str() {
            "" => c.alias.clone(),
            edition => format!("{}@{edition}", c.alias),
        })
    };
    let (old_name, new_name, other_name) = (name(old), name(newest), name(other));
    let message = Label::new(
        format!("`{old_name}` には後の版 `{new_name}` がありますが、そこへの対応がありません"),
        format!("`{old_name}` is superseded by `{new_name}`, and no mapping leads there"),
    );
    let diagnostic = Diagnostic::information("K0410", side.copied().unwrap_or(block.decl.span()), message)
        .help(
            format!(
                "`{old_name}` と `{new_name}`、または `{other_name}` と `{new_name}` の対応を加えてください"
            ),
            format!("map `{old_name}` to `{new_name}`, or relate `{other_name}` to `{new_name}`"),
        );
    match norms.catalogs.get(newest) {
        Some(c) => diagnostic.note(c.span, "後の版", "the newer edition"),
        None => diagnostic,
    }
}
