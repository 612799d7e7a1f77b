//! Constants: literals of every type, countries, literals of enums, and how their texts are read.

use kijun_engine::program::Const;
use kijun_facts::{Date, Duration, Type};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use super::Lowering;
use crate::context::{Decl, unescape};

impl Lowering<'_, '_, '_> {
    /// A literal value, with the type that it has or is expected to have.
    pub(crate) fn constant(&mut self, decl: Decl<'_>, expected: Option<&Type>) -> Option<(Const, Type)> {
        let text = decl.own_text();
        let span = decl.span();
        match decl.node.kind {
            Kind::Truth => Some((Const::Bool(text == "true"), Type::Bool)),
            Kind::Date => match parse_date(&text) {
                Some(date) => Some((Const::Date(date), Type::Date)),
                None => {
                    self.reports.no_such_day("K0303", &text, span);
                    None
                }
            },
            Kind::String => {
                let value = unescape(&text);
                match expected {
                    Some(Type::Requirement) => {
                        let id = self.names.norms.resolve(&value, span, self.reports)?;
                        let id = self.names.norms.requirements.get(id.0 as usize)?.id.clone();
                        Some((Const::Requirement(id), Type::Requirement))
                    }
                    Some(Type::Enum(e)) => {
                        let code = self.names.schema.enumeration(*e).and_then(|d| d.code(&value));
                        match code {
                            Some(code) => Some((Const::Enum(code), Type::Enum(*e))),
                            None => {
                                self.unknown_literal(*e, &value, span);
                                None
                            }
                        }
                    }
                    _ => Some((Const::Text(value), Type::Text)),
                }
            }
            Kind::Negative => {
                let inner = decl.child(Kind::Quantity)?;
                match self.constant(inner, expected)? {
                    (Const::Int(n), ty) => Some((Const::Int(-n), ty)),
                    (Const::Decimal(n), ty) => Some((Const::Decimal(-n), ty)),
                    (Const::Duration(d), ty) => {
                        Some((Const::Duration(Duration { months: -d.months, days: -d.days }), ty))
                    }
                    other => Some(other),
                }
            }
            Kind::Quantity => self.quantity(decl, expected),
            _ => None,
        }
    }

    fn quantity(&mut self, decl: Decl<'_>, expected: Option<&Type>) -> Option<(Const, Type)> {
        let number = decl.word(Kind::Number)?;
        let unit = decl.word(Kind::Unit);
        let too_large = |this: &mut Self| {
            this.reports.push(
                Diagnostic::error(
                    "K0303",
                    decl.span(),
                    Label::new("数が大きすぎるか細かすぎます", "the number is too large or too fine"),
                )
                .help(
                    "整数は 9,223,372,036,854,775,807 まで、小数は 6 桁までです",
                    "integers reach 9,223,372,036,854,775,807, decimals have six places",
                ),
            );
        };
        if let Some(unit) = unit {
            let Ok(n) = number.parse::<i32>() else {
                too_large(self);
                return None;
            };
            let duration = match unit.as_str() {
                "year" | "years" => n.checked_mul(12).map(|months| Duration { months, days: 0 }),
                "month" | "months" => Some(Duration { months: n, days: 0 }),
                "week" | "weeks" => n.checked_mul(7).map(|days| Duration { months: 0, days }),
                _ => Some(Duration { months: 0, days: n }),
            };
            return match duration {
                Some(d) => Some((Const::Duration(d), Type::Duration)),
                None => {
                    too_large(self);
                    None
                }
            };
        }
        let parsed = match (number.contains('.'), expected) {
            (false, Some(Type::Decimal)) | (true, _) => {
                parse_decimal(&number).map(|n| (Const::Decimal(n), Type::Decimal))
            }
            (false, _) => number.parse().ok().map(|n| (Const::Int(n), Type::Int)),
        };
        if parsed.is_none() {
            too_large(self);
        }
        parsed
    }

    /// A country by its code as ISO 3166-1 writes it.
    pub(crate) fn country(&mut self, name: &str, span: Span) -> Option<[u8; 2]> {
        let found = kijun_facts::country::find(name);
        if found.is_some_and(|code| code.as_slice() == name.as_bytes()) {
            return found;
        }
        let message = Label::new(
            format!("`{name}` は国の符号ではありません"),
            format!("`{name}` is not a country code"),
        );
        let meant = found.map(|code| code.iter().map(|b| char::from(*b)).collect::<String>());
        let diagnostic = Diagnostic::error("K0303", span, message);
        self.reports.push(match meant {
            Some(code) => diagnostic.suggest(Some(&code)),
            None => diagnostic.help(
                "ISO 3166-1 にある 2 文字 (JP, US …) で書きます",
                "write two letters that ISO 3166-1 has (JP, US …)",
            ),
        });
        None
    }

    pub(crate) fn unknown_literal(&mut self, e: kijun_facts::EnumId, name: &str, span: Span) {
        if let Some(def) = self.names.schema.enumeration(e) {
            let what_ja = format!("enum `{}` の値", def.name);
            let what_en = format!("literal of the enum `{}` called", def.name);
            // In a pack a literal goes by its name; who writes the label is told the name.
            if let Some(literal) = def.code(name).and_then(|code| def.literals.get(code as usize)) {
                let message = Label::new(
                    format!("{what_ja} `{name}` はありません"),
                    format!("there is no {what_en} `{name}`"),
                );
                let name = &literal.name;
                self.reports.push(Diagnostic::error("K0301", span, message).help(
                    format!("それは見出しです。名前の `{name}` を書きます"),
                    format!("that is its label; write its name `{name}`"),
                ));
                return;
            }
            self.reports.unknown(
                "K0301",
                span,
                (&what_ja, &what_en),
                name,
                def.literals.iter().map(|l| l.name.as_str()),
            );
        }
    }
}

/// `2026-04-01`, `2026-04` or `2026`.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let Some(month) = parts.next() else { return Date::year(year) };
    let month = month.parse().ok()?;
    match parts.next() {
        Some(day) => Date::ymd(year, month, day.parse().ok()?),
        None => Date::month(year, month),
    }
}

/// Millionths of a decimal numeral with at most six places.
fn parse_decimal(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 6 {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
    whole.checked_mul(kijun_facts::value::DECIMAL_ONE)?.checked_add(fraction)
}
