//! Names that mislead. Names that are like each other are looked at in `program`.

use kijun_syntax::Kind;
use kijun_text::Diagnostic;

use super::view::found;
use crate::context::Decl;

pub(super) fn item(item: Decl<'_>, out: &mut Vec<Diagnostic>) {
    match item.node.kind {
        Kind::Check | Kind::Attest | Kind::Relation | Kind::Param | Kind::Table | Kind::Enumeration => {
            name(item, out);
        }
        Kind::Definition => {
            name(item, out);
            negative(item, out);
        }
        Kind::Entity | Kind::Extension => {
            if item.node.kind == Kind::Entity {
                name(item, out);
            }
            for attribute in item.all(Kind::Attribute) {
                name(attribute, out);
                negative(attribute, out);
            }
        }
        _ => {}
    }
}

fn name(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let Some((name, place)) = decl.name() else { return };
    if name.chars().any(char::is_uppercase) {
        let snake = snake_case(&name);
        out.push(
            found(
                "K1301",
                place,
                format!("`{name}` には大文字があります"),
                format!("`{name}` has capital letters"),
            )
            .help(
                format!("`{snake}` のように、小文字と `_` で書きます"),
                format!("names are in lower case, with `_` between the words: `{snake}`"),
            ),
        );
    }
}

fn snake_case(name: &str) -> String {
    let mut out = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && was_lower {
            out.push('_');
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        out.extend(c.to_lowercase());
    }
    out
}

/// A condition whose name says what is not the case: `not c.not_encrypted`.
fn negative(decl: Decl<'_>, out: &mut Vec<Diagnostic>) {
    let Some((name, place)) = decl.name() else { return };
    let is_bool = decl.child(Kind::TypeRef).is_some_and(|t| t.node.text(t.text) == "bool");
    let is_negative = ["not_", "no_", "non_", "is_not_", "has_no_"].iter().any(|p| name.starts_with(p));
    if is_bool && is_negative {
        out.push(
            found(
                "K1303",
                place,
                format!("`{name}` は否定の名前です"),
                format!("`{name}` says what is not the case"),
            )
            .help(
                "肯定の名前にして、使うところで `not` を付けてください",
                "name it for what is the case, and write `not` where it is used",
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn words_are_taken_apart() {
        assert_eq!(snake_case("noAnalysis"), "no_analysis");
        assert_eq!(snake_case("MFA_used"), "mfa_used");
    }
}
