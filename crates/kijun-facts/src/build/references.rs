//! References of records to records that are not there.

use kijun_text::{Diagnostic, Label, Lang, Span};

use super::StoreBuilder;
use super::columns::Read;
use crate::read::short;
use crate::schema::{KindId, Type};
use crate::value::{Scalar, Symbol, Value};

/// The records of all kinds, by kind.
#[derive(Clone, Copy)]
pub(super) struct Targets<'t> {
    pub(super) kinds: &'t [Read],
}

impl Targets<'_> {
    fn has(&self, kind: KindId, id: Symbol) -> bool {
        self.kinds.get(kind.0 as usize).is_some_and(|kind| kind.index.find(id).is_some())
    }
}

/// The kind that values of a type refer to.
pub(super) fn target(ty: &Type) -> Option<KindId> {
    match ty.element().unwrap_or(ty) {
        Type::Ref(kind) => Some(*kind),
        _ => None,
    }
}

impl StoreBuilder<'_> {
    /// Replaces dangling references by unknown ones, with an error at their place.
    pub(super) fn check_references(&mut self, record: usize, targets: Targets) {
        let Some(pending) = self.records.get_mut(record) else { return };
        let Some(def) = self.schema.kind(pending.kind) else { return };
        let mut cells = std::mem::take(&mut pending.cells);
        for (attr, alternative) in &mut cells {
            if let Some(kind) = def.get(*attr).and_then(|a| target(&a.ty)) {
                let value = std::mem::replace(&mut alternative.value, Value::Unknown);
                alternative.value = self.resolve(value, kind, alternative.origin, targets);
            }
        }
        if let Some(pending) = self.records.get_mut(record) {
            pending.cells = cells;
        }
    }

    fn resolve(&mut self, value: Value, kind: KindId, origin: Span, targets: Targets) -> Value {
        match value {
            Value::Scalar(Scalar::Ref(id)) if !targets.has(kind, id) => {
                self.dangling(kind, id, origin, targets);
                Value::Unknown
            }
            Value::Set { mut certain, mut possible, mut open } => {
                let mut is_there = |member: &Scalar| match member {
                    Scalar::Ref(id) if !targets.has(kind, *id) => {
                        self.dangling(kind, *id, origin, targets);
                        open = true;
                        false
                    }
                    _ => true,
                };
                certain.retain(&mut is_there);
                possible.retain(&mut is_there);
                Value::Set { certain, possible, open }
            }
            other => other,
        }
    }

    fn dangling(&mut self, target: KindId, id: Symbol, origin: Span, targets: Targets) {
        let origin = self.members.get(&(origin, id)).copied().unwrap_or(origin);
        let kind = self.schema.kind(target).map_or("", |k| k.name.as_str());
        let label = self.schema.kind(target).map(|k| k.label.clone()).unwrap_or_default();
        let id = self.symbols.text(id);
        let known = targets.kinds.get(target.0 as usize).into_iter().flat_map(|kind| &kind.ids);
        let similar = self.suggestions.nearest(id, known.map(|id| self.symbols.text(*id)));
        let id = short(id);
        let ja = label.or(Lang::Ja, kind);
        // An English sentence takes the kind's name rather than a Japanese label.
        let en = if label.en.is_empty() { kind } else { label.en.as_str() };
        let mut diagnostic = Diagnostic::error(
            "K0504",
            origin,
            Label::new(format!("{ja} `{id}` は登録されていません"), format!("there is no {en} `{id}`")),
        )
        .label("参照先がありません", "nothing has this id");
        diagnostic = match similar {
            Some(_) => diagnostic.suggest(similar),
            None => diagnostic.help(
                format!("`{kind}` に id `{id}` の行を加えるか、分からないときは `?` と書いてください"),
                format!("add a `{kind}` with the id `{id}`, or write `?` when it is not known"),
            ),
        };
        self.diagnostics.push(diagnostic);
    }
}
