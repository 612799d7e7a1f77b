//! Tables: their signatures, and their rows as cells with keys.

use std::collections::BTreeMap;

use kijun_engine::program::{Const, Table, TableId, WeakRow};
use kijun_facts::{Schema, Type};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use crate::context::{Decl, Reports, name_span};
use crate::expr::{Lowering, TableSig};
use crate::norms::mark_of;
use crate::schema::{TypeNames, first_of, types_of};

pub(crate) fn table_signatures(
    decls: &BTreeMap<String, Decl<'_>>,
    schema: &Schema,
    types: &TypeNames,
    reports: &mut Reports,
) -> BTreeMap<String, TableSig> {
    let mut out = BTreeMap::new();
    for (name, decl) in decls {
        let all: Option<Vec<Type>> = types_of(*decl, types, reports).into_iter().collect();
        let Some(mut params) = all else { continue };
        let Some(result) = params.pop() else { continue };
        let is_key = |ty: &Type| matches!(ty, Type::Enum(_) | Type::Bool | Type::Country);
        if let Some((bad, place)) = first_of(*decl, &params, |ty| !is_key(ty)) {
            let found = schema.type_name(bad);
            let message = Label::new(
                format!("表の見出しに `{found}` は使えません"),
                format!("a table has no keys of `{found}`"),
            );
            reports.push(
                Diagnostic::error("K0208", place, message)
                    .help("見出しは enum、bool、country です", "keys are enums, bools or countries"),
            );
            continue;
        }
        let id = TableId(out.len() as u32);
        out.insert(name.clone(), TableSig { id, params, result, span: name_span(*decl) });
    }
    out
}

pub(crate) fn tables(decls: &BTreeMap<String, Decl<'_>>, lowering: &mut Lowering<'_, '_, '_>) -> Vec<Table> {
    let names = lowering.names;
    let mut out = Vec::new();
    for (name, signature) in &names.tables {
        let Some(decl) = decls.get(name) else { continue };
        let mark = mark_of(*decl, lowering.reports).unwrap_or_default();
        let (cells, weak_rows) = table_cells(*decl, signature, lowering);
        out.push(Table {
            name: name.clone(),
            params: signature.params.clone(),
            result: signature.result.clone(),
            cells,
            mark,
            weak_rows,
            span: decl.name().map(|(_, s)| s).unwrap_or_default(),
        });
    }
    out
}

type Cells = Vec<(Vec<u32>, Option<Const>)>;

/// The cells of a table, and the rows among them whose mark keeps them from deciding.
fn table_cells(
    decl: Decl<'_>,
    signature: &TableSig,
    lowering: &mut Lowering<'_, '_, '_>,
) -> (Cells, Vec<WeakRow>) {
    let mut out: Cells = Vec::new();
    let mut weak_rows: Vec<WeakRow> = Vec::new();
    let mut places: BTreeMap<Vec<u32>, Span> = BTreeMap::new();
    let columns: Option<Vec<Decl<'_>>> = decl.child(Kind::Columns).map(|c| c.all(Kind::Cell).collect());
    let (row_types, column_type) = match (&columns, signature.params.split_last()) {
        (Some(_), Some((last, rest))) => (rest, Some(last)),
        _ => (signature.params.as_slice(), None),
    };
    let column_codes: Vec<Option<u32>> = match (&columns, column_type) {
        (Some(cells), Some(ty)) => cells.iter().map(|c| key(*c, ty, lowering)).collect(),
        _ => vec![None],
    };
    for row in decl.all(Kind::TableRow) {
        let (keys, values) = keys_and_values(row);
        let weak = mark_of(row, lowering.reports).filter(|m| m.is_weak());
        if keys.len() != row_types.len() || values.len() != column_codes.len() {
            let head = decl.child(Kind::Columns).map_or(signature.span, Decl::span);
            lowering.reports.push(row_length(row.span(), row_types.len(), column_codes.len(), head));
            continue;
        }
        let codes: Vec<Option<u32>> =
            keys.iter().zip(row_types).map(|(k, ty)| key(*k, ty, lowering)).collect();
        let Some(codes) = codes.into_iter().collect::<Option<Vec<u32>>>() else { continue };
        for (cell, column) in values.into_iter().zip(&column_codes) {
            let mut whole = codes.clone();
            if columns.is_some() {
                let Some(column) = column else { continue };
                whole.push(*column);
            }
            let value = if weak.is_some() { None } else { cell_value(cell, &signature.result, lowering) };
            if let Some(first) = places.get(&whole) {
                lowering.reports.push(same_keys(row.span(), *first));
                continue;
            }
            places.insert(whole.clone(), row.span());
            weak_rows.extend(weak.map(|mark| WeakRow { key: whole.clone(), mark, span: row.span() }));
            out.push((whole, value));
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    (out, weak_rows)
}

fn keys_and_values(row: Decl<'_>) -> (Vec<Decl<'_>>, Vec<Decl<'_>>) {
    let colon = row.node.children.iter().find(|n| n.kind == Kind::Punct && row.text_of(n) == ":");
    let colon = colon.map_or(0, |n| n.start);
    row.all(Kind::Cell).partition(|c| c.node.start < colon)
}

fn row_length(row: Span, keys: usize, values: usize, head: Span) -> Diagnostic {
    let message = Label::new(
        format!("見出し {keys} 個と値 {values} 個の行が要ります"),
        format!("a row has {keys} key(s) and {values} value(s)"),
    );
    Diagnostic::error("K0306", row, message)
        .note(head, "列はここで決まります", "the columns are given here")
        .help(
            "`row 見出し … : 値 …` と書きます。分からない値は `?` です",
            "write `row KEY … : VALUE …`; a value that is not known is `?`",
        )
}

fn same_keys(row: Span, first: Span) -> Diagnostic {
    Diagnostic::error("K0202", row, Label::new("同じ見出しの行が二つあります", "two rows have the same keys"))
        .label("二度目", "the second time")
        .note(first, "最初はここ", "first here")
        .help("どちらかの見出しを直すか、消してください", "correct or remove one of them")
}

fn key(cell: Decl<'_>, ty: &Type, lowering: &mut Lowering<'_, '_, '_>) -> Option<u32> {
    if cell.child(Kind::Unknown).is_some() {
        let message = Label::new("`?` は見出しになりません", "`?` cannot be a key");
        lowering.reports.push(Diagnostic::error("K0306", cell.span(), message).help(
            "見出しの値を書きます。表にない組合せは、何も書かなくても未確認になります",
            "write the value of the key; what the table does not list is unknown anyway",
        ));
        return None;
    }
    match cell_value(cell, ty, lowering)? {
        Const::Enum(code) => Some(code),
        Const::Bool(b) => Some(u32::from(b)),
        Const::Country(c) => Some(kijun_facts::store::country_code(c)),
        _ => None,
    }
}

/// The value of a cell; `None` for `?`, and for what is wrong (reported).
fn cell_value(cell: Decl<'_>, ty: &Type, lowering: &mut Lowering<'_, '_, '_>) -> Option<Const> {
    let inner = cell.parts().next()?;
    match inner.node.kind {
        Kind::Unknown => None,
        Kind::Name => named_value(inner, ty, lowering),
        Kind::None => {
            let message = Label::new("表に `none` は書けません", "`none` does not stand in a table");
            lowering.reports.push(
                Diagnostic::error("K0304", inner.span(), message)
                    .help("分からない値は `?` と書きます", "write `?` for a value that is not known"),
            );
            None
        }
        _ => {
            let (value, found) = lowering.constant(inner, Some(ty))?;
            if found == *ty {
                return Some(value);
            }
            let (expected, found) =
                (lowering.names.schema.type_name(ty), lowering.names.schema.type_name(&found));
            lowering.mismatch(inner.span(), &expected, &found);
            None
        }
    }
}

/// The literal or the country that a name in a cell means.
fn named_value(name: Decl<'_>, ty: &Type, lowering: &mut Lowering<'_, '_, '_>) -> Option<Const> {
    let text = name.own_text();
    match ty {
        Type::Country => lowering.country(&text, name.span()).map(Const::Country),
        Type::Enum(e) => {
            let code = lowering.names.schema.enumeration(*e)?.code(&text);
            if code.is_none() {
                lowering.unknown_literal(*e, &text, name.span());
            }
            code.map(Const::Enum)
        }
        _ => {
            let expected = lowering.names.schema.type_name(ty);
            lowering.mismatch(name.span(), &expected, &text);
            None
        }
    }
}
