//! What each word of a module is, for colours.

use std::ops::Range;

use kijun_syntax::{Kind, Node};
use kijun_text::FileId;

use crate::index::{Means, Space};
use crate::snapshot::Snapshot;

/// The order is that of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenType {
    Keyword,
    String,
    Number,
    Comment,
    Operator,
    Namespace,
    Requirement,
    Class,
    Property,
    Enum,
    EnumMember,
    Function,
    Variable,
    Parameter,
}

impl TokenType {
    pub const ALL: [TokenType; 14] = [
        TokenType::Keyword,
        TokenType::String,
        TokenType::Number,
        TokenType::Comment,
        TokenType::Operator,
        TokenType::Namespace,
        TokenType::Requirement,
        TokenType::Class,
        TokenType::Property,
        TokenType::Enum,
        TokenType::EnumMember,
        TokenType::Function,
        TokenType::Variable,
        TokenType::Parameter,
    ];

    /// As protocols call it; all but `requirement` are standard.
    pub fn name(self) -> &'static str {
        match self {
            TokenType::Keyword => "keyword",
            TokenType::String => "string",
            TokenType::Number => "number",
            TokenType::Comment => "comment",
            TokenType::Operator => "operator",
            TokenType::Namespace => "namespace",
            TokenType::Requirement => "requirement",
            TokenType::Class => "class",
            TokenType::Property => "property",
            TokenType::Enum => "enum",
            TokenType::EnumMember => "enumMember",
            TokenType::Function => "function",
            TokenType::Variable => "variable",
            TokenType::Parameter => "parameter",
        }
    }

    fn of_space(space: Space) -> TokenType {
        match space {
            Space::Catalog | Space::Mapping | Space::Instrument => TokenType::Namespace,
            Space::Section | Space::Requirement | Space::Satisfy => TokenType::Requirement,
            Space::Entity => TokenType::Class,
            Space::Attribute => TokenType::Property,
            Space::Enum => TokenType::Enum,
            Space::Literal | Space::Level | Space::Risk => TokenType::EnumMember,
            Space::Relation | Space::Definition | Space::Table | Space::Check | Space::Attest => {
                TokenType::Function
            }
            Space::Param => TokenType::Parameter,
            Space::Local | Space::Profile => TokenType::Variable,
            Space::Test | Space::Property => TokenType::String,
        }
    }
}

/// A word and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub range: Range<usize>,
    pub ty: TokenType,
    pub is_declaration: bool,
}

/// In the order of the text; none spans lines or another.
pub fn tokens(snapshot: &Snapshot, file: FileId, within: Option<Range<usize>>) -> Vec<Token> {
    let Some(doc) = snapshot.doc(file).filter(|d| d.is_module()) else { return Vec::new() };
    let inside = |r: &Range<usize>| within.as_ref().is_none_or(|w| r.start < w.end && w.start < r.end);
    let mut out: Vec<Token> = Vec::new();
    let index = doc.index();
    for def in index.defs.iter().filter(|d| inside(&d.range) && d.space != Space::Mapping) {
        out.push(Token {
            range: def.range.clone(),
            ty: TokenType::of_space(def.space),
            is_declaration: true,
        });
    }
    let names = snapshot.names();
    for mention in index.mentions.iter().filter(|m| inside(&m.range)) {
        let space = match &mention.means {
            Means::Local(..) => Some(Space::Local),
            Means::Item(..) => Some(Space::Requirement),
            Means::Catalog(..) => Some(Space::Catalog),
            Means::Attribute(_) => Some(Space::Attribute),
            Means::Level(_) => Some(Space::Level),
            Means::Literal(_) => names.value(&mention.name).map(|f| f.def.space).or(Some(Space::Literal)),
            Means::Named(_) => names.resolve(mention).first().map(|f| f.def.space),
        };
        if let Some(space) = space {
            out.push(Token {
                range: mention.range.clone(),
                ty: TokenType::of_space(space),
                is_declaration: false,
            });
        }
    }
    for token in doc.parse().tree.tokens() {
        let range = token.start..token.end;
        if let Some(ty) = of_token(token).filter(|_| inside(&range)) {
            out.push(Token { range, ty, is_declaration: false });
        }
    }
    // What a name means goes before what kind of token it is.
    out.sort_by_key(|t| (t.range.start, !t.is_declaration));
    let mut end = 0;
    out.retain(|t| {
        let free = t.range.start >= end && !t.range.is_empty();
        if free {
            end = t.range.end;
        }
        free
    });
    let on_one_line = |t: &Token| doc.text.get(t.range.clone()).is_some_and(|s| !s.contains('\n'));
    out.retain(on_one_line);
    out
}

fn of_token(token: &Node) -> Option<TokenType> {
    match token.kind {
        Kind::Comment => Some(TokenType::Comment),
        Kind::String => Some(TokenType::String),
        Kind::Number | Kind::Date | Kind::DayOrYear | Kind::Unit => Some(TokenType::Number),
        Kind::CompareOp | Kind::AddOp | Kind::MulOp => Some(TokenType::Operator),
        Kind::Relationship | Kind::Verdict | Kind::AggregateWord | Kind::RegisterWord => {
            Some(TokenType::Keyword)
        }
        Kind::Truth | Kind::None | Kind::Today | Kind::Unknown => Some(TokenType::Keyword),
        kind if format!("{kind:?}").starts_with("Kw") => Some(TokenType::Keyword),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::testing::{NORMS, fixture};

    #[test]
    fn names_are_coloured_by_what_they_mean() {
        let text = format!(
            "{NORMS}check c for mhlw:8.1 {{ each k: contract require penalty in k.clauses }} // 注\n$0"
        );
        let (snapshot, place) = fixture(&text);
        let source = &snapshot.doc(place.file).unwrap().text;
        let all = tokens(&snapshot, place.file, Some(NORMS.len()..source.len()));
        let shown: Vec<String> =
            all.iter().map(|t| format!("{}:{}", &source[t.range.clone()], t.ty.name())).collect();
        expect!["check:keyword c:function for:keyword mhlw:8.1:requirement each:keyword k:variable contract:class require:keyword penalty:enumMember in:keyword k:variable clauses:property // 注:comment"]
            .assert_eq(&shown.join(" "));
    }
}
