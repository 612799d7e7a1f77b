//! Declarations that nothing uses, and settings that change nothing.

use kijun_syntax::Kind;
use kijun_text::Diagnostic;
use rustc_hash::FxHashMap;

use super::{World, declarations};
use crate::lint::view::{found, gist};

pub(super) fn check(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    declared(world, out);
    settings(world, out);
}

fn declared(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    for item in world.own() {
        let (ja, en) = match item.node.kind {
            Kind::Definition => ("関数", "function"),
            Kind::Relation => ("関係", "relation"),
            Kind::Param => ("パラメータ", "parameter"),
            Kind::Table => ("表", "table"),
            Kind::Enumeration => ("列挙", "enum"),
            Kind::Risk => ("リスク", "risk"),
            _ => continue,
        };
        let Some((name, place)) = item.name() else { continue };
        if !world.modules.iter().any(|m| m.own.uses.contains(&name)) {
            out.push(
                found(
                    "K1512",
                    place,
                    format!("{ja} `{name}` はどこからも使われていません"),
                    format!("nothing uses the {en} `{name}`"),
                )
                .help(
                    "使うはずのところに書かれているか確かめ、要らなければ消してください",
                    "see whether it is missing where it should be used; else remove it",
                ),
            );
        }
    }
}

/// `set` to what the parameter is anyway.
fn settings(world: &World<'_>, out: &mut Vec<Diagnostic>) {
    let profiles: Vec<_> = world.own().filter(|d| d.node.kind == Kind::Profile).collect();
    if profiles.is_empty() {
        return;
    }
    let mut defaults: FxHashMap<String, (String, kijun_text::Span)> = FxHashMap::default();
    for param in world.modules.iter().flat_map(declarations).filter(|d| d.node.kind == Kind::Param) {
        if let (Some((name, place)), Some(value)) = (param.name(), param.child(Kind::Expression)) {
            defaults.insert(name, (gist(value), place));
        }
    }
    for set in profiles.iter().flat_map(|p| p.all(Kind::SetParam)) {
        let (Some((name, _)), Some(value)) = (set.name(), set.child(Kind::Expression)) else { continue };
        let Some((_, place)) = defaults.get(&name).filter(|(default, _)| *default == gist(value)) else {
            continue;
        };
        out.push(
            found(
                "K1513",
                set.span(),
                format!("`{name}` はもともとこの値です"),
                format!("this is what `{name}` is anyway"),
            )
            .note(*place, "既定値", "the default")
            .help(
                "消してください。既定値が変わっても保ちたいのなら、その理由を `note` に書きます",
                "remove it; if it is to stay whatever the default becomes, say why in a `note`",
            ),
        );
    }
}
