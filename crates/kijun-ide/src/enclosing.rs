//! The declaration around a place.

use kijun_syntax::{Kind, Node};

/// The declaration that holds a place, not a comment or a gap.
pub(crate) fn item_at(tree: &Node, offset: usize) -> Option<&Node> {
    let last = tree.children.partition_point(|n| n.start <= offset);
    let near = tree.children.get(last.saturating_sub(2)..last).unwrap_or_default();
    near.iter().rev().find(|n| !n.is_trivia() && offset <= n.end)
}

/// The name that a declaration goes by, as the index knows it; of an attestation or combination without a name, the id that
/// it is for.
pub(crate) fn head(item: &Node) -> Option<&Node> {
    match item.kind {
        Kind::Section | Kind::Requirement => item.child(Kind::RequirementId),
        Kind::Mapping => item.child(Kind::CatalogId),
        Kind::Test => item.child(Kind::String),
        _ => item.child(Kind::Name).or_else(|| item.child(Kind::RequirementId)),
    }
}

/// Whether a node below an item starts at a place and stands there directly, not in a clause.
pub(crate) fn stands_directly(item: &Node, kind: Kind, start: usize) -> bool {
    item.all(kind).any(|n| n.start == start)
}
