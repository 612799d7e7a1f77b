//! Found facts as a file of facts (TOML) and as a test of a pack.

use kijun_engine::assessment::RuleRef;
use kijun_engine::program::Program;
use kijun_facts::value::DECIMAL_ONE;
use kijun_facts::{Date, Duration, Schema, Type};
use kijun_prove::{Datum, Expected, Facts, Record, Stated, Witness};

use crate::toml_text::{key_text, quoted};

/// A file for the folder `facts`. The day of evaluation stands in a remark.
pub fn facts_file(program: &Program, facts: &Facts) -> String {
    let schema = &program.schema;
    let mut out = format!("# as_of = {}\n", Date::day(facts.today));
    for record in &facts.records {
        let Some(def) = schema.kind(record.kind) else { continue };
        out.push_str(&format!("\n[[{}]]\nid = {}\n", key_text(&def.name), quoted(&record.id)));
        for (attr, stated) in &record.cells {
            let Some(attribute) = def.get(*attr) else { continue };
            let value = toml_value(schema, &attribute.ty, stated);
            out.push_str(&format!("{} = {value}\n", key_text(&attribute.name)));
        }
        if let Some(grade) = grade(schema, record.grade) {
            out.push_str(&format!("_evidence = {{ grade = {} }}\n", quoted(grade)));
        }
    }
    if !facts.registers.is_empty() {
        out.push_str("\n[complete]\n");
    }
    for (kind, complete) in &facts.registers {
        if let Some(def) = schema.kind(*kind) {
            out.push_str(&format!("{} = {complete}\n", key_text(&def.name)));
        }
    }
    out
}

/// A `test` with the facts and what the rules say on them; nothing where no rule says anything.
pub fn test_case(program: &Program, name: &str, witness: &Witness) -> Option<String> {
    let facts = &witness.facts;
    let schema = &program.schema;
    let mut out =
        format!("test {} {{\n  as_of {}\n  given {{\n", kijun_syntax::quoted(name), Date::day(facts.today));
    for (kind, complete) in &facts.registers {
        if let Some(def) = schema.kind(*kind) {
            out.push_str(&format!(
                "    {} {}\n",
                if *complete { "complete" } else { "incomplete" },
                def.name
            ));
        }
    }
    for record in &facts.records {
        out.push_str(&given(schema, record));
    }
    out.push_str("  }\n");
    let lines: Vec<String> = witness.expected.iter().filter_map(|e| expectation(program, e)).collect();
    lines.iter().for_each(|line| out.push_str(&format!("  {line}\n")));
    out.push_str("}\n");
    (!lines.is_empty()).then_some(out)
}

fn given(schema: &Schema, record: &Record) -> String {
    let Some(def) = schema.kind(record.kind) else { return String::new() };
    let mut parts: Vec<String> = Vec::new();
    for (attr, stated) in &record.cells {
        let Some(attribute) = def.get(*attr) else { continue };
        parts.push(format!("{} {}", attribute.name, given_value(schema, &attribute.ty, stated)));
    }
    if let Some(grade) = grade(schema, record.grade) {
        parts.push(format!("_evidence {{ grade {grade} }}"));
    }
    let inside = if parts.is_empty() { String::new() } else { format!("{} ", parts.join("  ")) };
    format!("    {} {} {{ {inside}}}\n", def.name, bare(&record.id))
}

/// What a rule says on a subject.
fn expectation(program: &Program, expected: &Expected) -> Option<String> {
    // A combination has no name of its own.
    if matches!(expected.rule, RuleRef::Combination(_)) {
        return None;
    }
    let subject = expected.subject.as_ref().map(|s| format!(" for {}", bare(s))).unwrap_or_default();
    Some(format!("expect {} {}{subject}", expected.rule.name(program), expected.verdict.name()))
}

fn grade(schema: &Schema, code: Option<u32>) -> Option<&str> {
    let grades = schema.enums.iter().find(|e| e.name == "grade")?;
    grades.literals.get(code? as usize).map(|l| l.name.as_str())
}

fn given_value(schema: &Schema, ty: &Type, stated: &Stated) -> String {
    match stated {
        Stated::Unknown => "?".to_owned(),
        Stated::None => "none".to_owned(),
        Stated::Known(datum) => given_datum(schema, ty, datum),
        // Only a cell of a table can say that a member is possible and leave all others out.
        Stated::Set { possible, .. } if !possible.is_empty() => {
            kijun_syntax::quoted(&cell(schema, ty, stated))
        }
        Stated::Set { certain, open, .. } => {
            let element = ty.element().unwrap_or(ty);
            let mut members: Vec<String> = certain.iter().map(|d| given_datum(schema, element, d)).collect();
            members.extend(open.then(|| "?".to_owned()));
            let inside = members.iter().map(|m| format!("{m} ")).collect::<String>();
            format!("{{ {inside}}}")
        }
    }
}

fn given_datum(schema: &Schema, ty: &Type, datum: &Datum) -> String {
    let word = word(schema, ty, datum);
    match datum {
        Datum::Text(_) => kijun_syntax::quoted(&word),
        Datum::Requirement(_) | Datum::Ref(_) | Datum::Enum(_) => bare(&word),
        Datum::Duration(d) if d.months != 0 && d.days != 0 => kijun_syntax::quoted(&word),
        _ => word,
    }
}

fn toml_value(schema: &Schema, ty: &Type, stated: &Stated) -> String {
    match stated {
        Stated::Unknown => quoted("?"),
        Stated::None => quoted("none"),
        Stated::Known(datum) => {
            let word = word(schema, ty, datum);
            match datum {
                Datum::Bool(_) | Datum::Int(_) | Datum::Decimal(_) | Datum::Date(_) => word,
                _ => quoted(&word),
            }
        }
        Stated::Set { possible, .. } if !possible.is_empty() => quoted(&cell(schema, ty, stated)),
        Stated::Set { certain, open, .. } => {
            let element = ty.element().unwrap_or(ty);
            let mut members: Vec<String> =
                certain.iter().map(|d| quoted(&word(schema, element, d))).collect();
            members.extend(open.then(|| quoted("?")));
            format!("[{}]", members.join(", "))
        }
    }
}

/// A set as a cell of a table has it: `a; b?; ?`.
fn cell(schema: &Schema, ty: &Type, stated: &Stated) -> String {
    let Stated::Set { certain, possible, open } = stated else { return String::new() };
    let element = ty.element().unwrap_or(ty);
    let mut members: Vec<String> = certain.iter().map(|d| word(schema, element, d)).collect();
    members.extend(possible.iter().map(|d| format!("{}?", word(schema, element, d))));
    members.extend(open.then(|| "?".to_owned()));
    members.join("; ")
}

fn word(schema: &Schema, ty: &Type, datum: &Datum) -> String {
    match datum {
        Datum::Bool(b) => b.to_string(),
        Datum::Int(n) => n.to_string(),
        Datum::Decimal(n) => decimal(*n),
        Datum::Text(text) | Datum::Requirement(text) | Datum::Ref(text) => text.clone(),
        Datum::Date(day) => Date::day(*day).to_string(),
        Datum::Duration(duration) => length(*duration),
        Datum::Country(letters) => letters.iter().map(|b| char::from(*b)).collect(),
        Datum::Enum(code) => {
            let Type::Enum(id) = ty else { return String::new() };
            let literal = schema.enumeration(*id).and_then(|e| e.literals.get(*code as usize));
            literal.map_or_else(String::new, |l| l.name.clone())
        }
    }
}

fn decimal(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (size, one) = (millionths.unsigned_abs(), DECIMAL_ONE.unsigned_abs());
    let places = format!("{:06}", size % one);
    let places = places.trim_end_matches('0');
    format!("{sign}{}.{}", size / one, if places.is_empty() { "0" } else { places })
}

fn length(duration: Duration) -> String {
    duration.to_string()
}

/// A word of a test, in quotes where it is none.
fn bare(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { kijun_syntax::quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let reserved = ["true", "false", "none"];
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic());
    starts && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !reserved.contains(&text)
}
