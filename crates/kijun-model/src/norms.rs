//! Catalogues, sections, requirements, instruments, risks: the norms, and how an id finds its item.

mod tree;
mod withdrawn;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kijun_engine::program::{Catalog, Instrument, Mark, Requirement, RequirementId, Weight};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span, fold_width, nearest};
use rustc_hash::FxHashMap;

use crate::context::{Decl, Reports, natural_key};
use crate::expr::parse_date;

/// A named risk with the ratings that its pack states.
#[derive(Debug, Clone)]
pub struct Risk {
    pub name: String,
    pub title: Label,
    pub likelihood: Option<String>,
    pub impact: Option<String>,
    pub treatment: Vec<String>,
    /// The role that answers for it.
    pub owner: Option<String>,
    pub mark: Mark,
    pub span: Span,
}

/// The norms of all packs, before the profile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Norms {
    pub(crate) catalogs: Vec<Catalog>,
    pub(crate) levels: Vec<BTreeMap<String, Weight>>,
    pub(crate) requirements: Arc<Vec<Requirement>>,
    /// By catalogue: local id to requirement.
    index: Vec<BTreeMap<String, RequirementId>>,
    pub(crate) instruments: Vec<Instrument>,
    pub(crate) risks: Vec<Risk>,
}

pub(crate) fn mark_of(decl: Decl<'_>, reports: &mut Reports) -> Option<Mark> {
    let clause = decl.child(Kind::Mark)?;
    let (name, span) = clause.name()?;
    let all = [Mark::Printed, Mark::Published, Mark::Inferred, Mark::Ambiguous, Mark::Unverified];
    let found = all.into_iter().find(|m| m.name() == name);
    if found.is_none() {
        reports.unknown("K0206", span, ("出所の印", "mark"), &name, all.map(Mark::name));
    }
    found
}

pub(crate) fn weight_of(name: &str, span: Span, reports: &mut Reports) -> Option<Weight> {
    let all = [Weight::Must, Weight::Should, Weight::Notice, Weight::Information];
    let found = all.into_iter().find(|w| w.name() == name);
    if found.is_none() {
        reports.unknown("K0206", span, ("重み", "severity"), name, all.map(Weight::name));
    }
    found
}

/// An id as written: catalogue alias, edition, and the norm's own id.
pub(crate) struct IdText<'t> {
    pub(crate) alias: Option<&'t str>,
    pub(crate) edition: Option<&'t str>,
    pub(crate) local: &'t str,
}

pub(crate) fn split_id(text: &str) -> IdText<'_> {
    match text.split_once(':') {
        Some((head, local)) => {
            let (alias, edition) = head.split_once('@').map_or((head, None), |(a, e)| (a, Some(e)));
            IdText { alias: Some(alias), edition, local }
        }
        None => IdText { alias: None, edition: None, local: text },
    }
}

/// The date of a clause such as `in_force 2005-04-01` must exist.
fn check_dates(decl: Decl<'_>, reports: &mut Reports) {
    let clauses = [Kind::Published, Kind::InForce, Kind::Repealed];
    for date in clauses.into_iter().filter_map(|c| decl.child(c)?.child(Kind::DayOrYear)) {
        let text = date.own_text();
        if parse_date(&text).is_none() {
            reports.no_such_day("K0303", &text, date.span());
        }
    }
}

impl Norms {
    pub(crate) fn collect(decls: &[Decl<'_>], roles: &[String], reports: &mut Reports) -> Norms {
        let mut norms = Norms::default();
        norms.collect_catalogs(decls, reports);
        norms.collect_instruments(decls, reports);
        norms.collect_risks(decls, reports);
        norms.collect_requirements(decls, roles, reports);
        norms
    }

    fn collect_catalogs(&mut self, decls: &[Decl<'_>], reports: &mut Reports) {
        let mut found: Vec<(Catalog, BTreeMap<String, Weight>)> = Vec::new();
        let mut supersedes: Vec<(Span, Decl<'_>)> = Vec::new();
        for decl in decls.iter().filter(|d| d.node.kind == Kind::Catalog) {
            let Some((alias, span)) = decl.name() else { continue };
            check_dates(*decl, reports);
            let edition = decl.child(Kind::Edition).and_then(Decl::string).unwrap_or_default();
            if let Some((first, _)) = found.iter().find(|(c, _)| c.alias == alias && c.edition == edition) {
                reports.duplicate(("カタログ", "catalogue"), &alias, span, first.span);
                continue;
            }
            let mut levels = BTreeMap::new();
            for level in decl.all(Kind::Level) {
                let names: Vec<(String, Span)> =
                    level.all(Kind::Name).map(|d| (d.own_text(), d.span())).collect();
                if let [(name, _), (weight, weight_span)] = names.as_slice()
                    && let Some(weight) = weight_of(weight, *weight_span, reports)
                {
                    levels.insert(name.clone(), weight);
                }
            }
            let catalog = Catalog {
                alias,
                edition,
                title: decl.label(),
                publisher: decl.child(Kind::Publisher).and_then(Decl::string).unwrap_or_default(),
                supersedes: None,
                mark: mark_of(*decl, reports).unwrap_or_default(),
                in_scope: true,
                span,
            };
            found.push((catalog, levels));
            let older = decl.child(Kind::Supersedes).and_then(|s| s.child(Kind::CatalogId));
            supersedes.extend(older.map(|id| (span, id)));
        }
        found.sort_by(|(a, _), (b, _)| {
            (&a.alias, natural_key(&a.edition)).cmp(&(&b.alias, natural_key(&b.edition)))
        });
        (self.catalogs, self.levels) = found.into_iter().unzip();
        self.index = vec![BTreeMap::new(); self.catalogs.len()];
        for (span, id) in supersedes {
            self.supersede(span, id, reports);
        }
    }

    /// Looks up what the catalogue declared at `span` supersedes. That it is not there is no error: older editions
    /// are rarely at hand.
    fn supersede(&mut self, span: Span, id: Decl<'_>, reports: &mut Reports) {
        let text = id.own_text();
        let (alias, edition) = text.split_once('@').map_or((text.as_str(), None), |(a, e)| (a, Some(e)));
        let named =
            |c: &Catalog| c.alias == alias && edition.is_none_or(|e| e == c.edition) && c.span != span;
        let older: Vec<usize> =
            self.catalogs.iter().enumerate().filter(|(_, c)| named(c)).map(|(i, _)| i).collect();
        let Some(own) = self.catalogs.iter_mut().find(|c| c.span == span) else { return };
        if own.alias == alias && edition.is_some_and(|e| e == own.edition) {
            let message = Label::new(
                format!("`{text}` は自分自身に代わることはできません"),
                format!("`{text}` cannot supersede itself"),
            );
            reports.push(
                Diagnostic::error("K0207", id.span(), message)
                    .help("前の版を書いてください", "name the edition before it"),
            );
        }
        if let [one] = older.as_slice() {
            own.supersedes = Some(*one);
        }
    }

    fn collect_instruments(&mut self, decls: &[Decl<'_>], reports: &mut Reports) {
        for decl in decls.iter().filter(|d| d.node.kind == Kind::Instrument) {
            check_dates(*decl, reports);
            let Some((name, span)) = decl.name() else { continue };
            if let Some(first) = self.instruments.iter().find(|i| i.name == name) {
                reports.duplicate(("法令・文書", "instrument"), &name, span, first.span);
                continue;
            }
            self.instruments.push(Instrument { name, title: decl.label(), span });
        }
        self.instruments.sort_by(|a, b| a.name.cmp(&b.name));
        for decl in decls.iter().filter(|d| d.node.kind == Kind::Instrument) {
            let superseded = decl.child(Kind::SupersededBy).and_then(Decl::name);
            for (name, span) in decl.names_of(Kind::Under).into_iter().chain(superseded) {
                self.check_instrument(&name, span, reports);
            }
        }
    }

    fn check_instrument(&self, name: &str, span: Span, reports: &mut Reports) {
        if !self.instruments.iter().any(|i| i.name == name) {
            let names = self.instruments.iter().map(|i| i.name.as_str());
            reports.unknown("K0201", span, ("法令・文書", "instrument"), name, names);
        }
    }

    fn collect_risks(&mut self, decls: &[Decl<'_>], reports: &mut Reports) {
        for decl in decls.iter().filter(|d| d.node.kind == Kind::Risk) {
            let Some((name, span)) = decl.name() else { continue };
            if let Some(first) = self.risks.iter().find(|i| i.name == name) {
                reports.duplicate(("リスク", "risk"), &name, span, first.span);
                continue;
            }
            let word = |kind| decl.child(kind).and_then(Decl::name).map(|(n, _)| n);
            self.risks.push(Risk {
                name,
                title: decl.label(),
                likelihood: word(Kind::Likelihood),
                impact: word(Kind::Impact),
                treatment: decl.names_of(Kind::Treatment).into_iter().map(|(n, _)| n).collect(),
                owner: word(Kind::Owner),
                mark: mark_of(*decl, reports).unwrap_or_default(),
                span,
            });
        }
        self.risks.sort_by(|a, b| a.name.cmp(&b.name));
    }

    fn collect_requirements(&mut self, decls: &[Decl<'_>], roles: &[String], reports: &mut Reports) {
        let mut items: Vec<(usize, String, Decl<'_>, Span)> = Vec::new();
        let mut seen: FxHashMap<(usize, String), Span> = FxHashMap::default();
        let mut widths: FxHashMap<(usize, String), Vec<(String, Span)>> = FxHashMap::default();
        for decl in decls.iter().filter(|d| matches!(d.node.kind, Kind::Section | Kind::Requirement)) {
            let Some(id) = decl.child(Kind::RequirementId) else { continue };
            let text = id.own_text();
            let parts = split_id(&text);
            let Some(catalog) = self.catalog_of(parts.alias, parts.edition, id.span(), reports) else {
                continue;
            };
            let key = (catalog, parts.local.to_owned());
            if let Some(first) = seen.get(&key) {
                reports.duplicate(("要求事項", "requirement"), &text, id.span(), *first);
                continue;
            }
            let alike = widths.entry((catalog, fold_width(parts.local))).or_default();
            if let Some((other, first)) = alike.iter().min() {
                reports.push(only_width_differs(parts.local, other, id.span(), *first));
            }
            alike.push((parts.local.to_owned(), id.span()));
            seen.insert(key, id.span());
            items.push((catalog, parts.local.to_owned(), *decl, id.span()));
        }
        let ordered = self.order(items, reports);
        for (i, decl) in ordered.iter().enumerate() {
            self.fill(i, *decl, roles, reports);
        }
        self.withdraw(&ordered, reports);
    }

    fn qualified(&self, catalog: usize, local: &str) -> String {
        let Some(c) = self.catalogs.get(catalog) else { return local.to_owned() };
        let several = self.catalogs.iter().filter(|o| o.alias == c.alias).count() > 1;
        if several { format!("{}@{}:{local}", c.alias, c.edition) } else { format!("{}:{local}", c.alias) }
    }

    fn fill(&mut self, i: usize, decl: Decl<'_>, roles: &[String], reports: &mut Reports) {
        let mark = mark_of(decl, reports);
        let audience = decl.names_of(Kind::Audience);
        for (name, span) in &audience {
            if !roles.contains(name) {
                reports.unknown("K0206", *span, ("役割", "role"), name, roles.iter().map(String::as_str));
            }
        }
        let basis = decl.names_of(Kind::Basis);
        for (name, span) in &basis {
            self.check_instrument(name, *span, reports);
        }
        let risks = decl.names_of(Kind::RiskRefs);
        for (name, span) in &risks {
            if !self.risks.iter().any(|r| r.name == *name) {
                let names = self.risks.iter().map(|r| r.name.as_str());
                reports.unknown("K0201", *span, ("リスク", "risk"), name, names);
            }
        }
        let measure = decl.names_of(Kind::Measure);
        for (name, span) in &measure {
            if !["technical", "operational"].contains(&name.as_str()) {
                reports.unknown(
                    "K0206",
                    *span,
                    ("対策の種類", "kind of measure"),
                    name,
                    ["technical", "operational"],
                );
            }
        }
        let level = decl.child(Kind::LevelRef).and_then(Decl::name);
        let Some(requirement) = self.requirements.get(i) else { return };
        let levels = self.levels.get(requirement.catalog);
        let catalog_mark = self.catalogs.get(requirement.catalog).map(|c| c.mark).unwrap_or_default();
        let mut weight = Weight::Must;
        if let (Some((name, span)), Some(levels)) = (&level, levels) {
            match levels.get(name) {
                Some(w) => weight = *w,
                None if levels.is_empty() => reports.push(no_levels(name, *span)),
                None => reports.unknown(
                    "K0206",
                    *span,
                    ("水準", "level"),
                    name,
                    levels.keys().map(String::as_str),
                ),
            }
        }
        let first = |list: Vec<(String, Span)>| list.into_iter().map(|(n, _)| n).collect();
        let Some(requirement) = Arc::make_mut(&mut self.requirements).get_mut(i) else { return };
        requirement.mark = mark.unwrap_or(catalog_mark);
        requirement.audience = first(audience);
        requirement.basis = first(basis);
        requirement.risks = first(risks);
        requirement.measure = first(measure);
        requirement.weight = weight;
        requirement.level = level.map(|(n, _)| n);
        requirement.text_included = decl.child(Kind::TextNotIncluded).is_none();
        requirement.source = decl.child(Kind::Source).and_then(Decl::string).unwrap_or_default();
    }

    /// The catalogue that `alias[@edition]` means; without an alias, the only catalogue there is.
    pub(crate) fn catalog_of(
        &self,
        alias: Option<&str>,
        edition: Option<&str>,
        span: Span,
        reports: &mut Reports,
    ) -> Option<usize> {
        let fits = |c: &Catalog| alias.is_none_or(|a| a == c.alias) && edition.is_none_or(|e| e == c.edition);
        let mut candidates = self.catalogs.iter().enumerate().filter(|(_, c)| fits(c)).map(|(i, _)| i);
        let several = candidates.clone();
        match (candidates.next(), candidates.next()) {
            (Some(one), None) => Some(one),
            (None, _) => {
                self.no_catalog(alias, edition, span, reports);
                None
            }
            _ => {
                let names: Vec<String> = several
                    .filter_map(|i| self.catalogs.get(i))
                    .map(|c| format!("{}@{}:", c.alias, c.edition))
                    .collect();
                let list = names.join(", ");
                reports.push(
                    Diagnostic::error(
                        "K0204",
                        span,
                        Label::new("どのカタログか決まりません", "it is not clear which catalogue is meant"),
                    )
                    .help(
                        format!("次のどれかを前に付けてください: {list}"),
                        format!("put one of these before it: {list}"),
                    ),
                );
                None
            }
        }
    }

    fn no_catalog(&self, alias: Option<&str>, edition: Option<&str>, span: Span, reports: &mut Reports) {
        let Some(alias) = alias.filter(|_| !self.catalogs.is_empty()) else {
            reports.push(no_catalog_at_all(alias, span));
            return;
        };
        let names: BTreeSet<String> = match edition {
            Some(_) => self.catalogs.iter().map(|c| format!("{}@{}", c.alias, c.edition)).collect(),
            None => self.catalogs.iter().map(|c| c.alias.clone()).collect(),
        };
        let shown = edition.map_or_else(|| alias.to_owned(), |e| format!("{alias}@{e}"));
        let names = names.iter().map(String::as_str);
        reports.unknown("K0205", span, ("カタログ", "catalogue"), &shown, names);
    }

    /// The requirement that an id means, reported when there is none.
    pub(crate) fn resolve(&self, text: &str, span: Span, reports: &mut Reports) -> Option<RequirementId> {
        let parts = split_id(text);
        let catalog = self.catalog_of(parts.alias, parts.edition, span, reports)?;
        self.resolve_in(catalog, parts.local, text, span, reports)
    }

    pub(crate) fn resolve_in(
        &self,
        catalog: usize,
        local: &str,
        text: &str,
        span: Span,
        reports: &mut Reports,
    ) -> Option<RequirementId> {
        let found = self.get(catalog, local);
        if found.is_none() {
            let names = self.index.get(catalog).into_iter().flat_map(|i| i.keys().map(String::as_str));
            let similar = nearest(local, names);
            let alias = self.catalogs.get(catalog).map_or("", |c| &c.alias);
            reports.push(
                Diagnostic::error(
                    "K0203",
                    span,
                    Label::new(
                        format!("カタログ `{alias}` に `{local}` はありません"),
                        format!("the catalogue `{alias}` has no `{local}`"),
                    ),
                )
                .label(format!("`{text}`"), format!("`{text}`"))
                .suggest(similar),
            );
        }
        found
    }

    pub(crate) fn requirement(&self, id: RequirementId) -> Option<&Requirement> {
        self.requirements.get(id.0 as usize)
    }

    pub(crate) fn get(&self, catalog: usize, local: &str) -> Option<RequirementId> {
        self.index.get(catalog)?.get(local).copied()
    }

    /// Whether every id finds the same item in both, and every item is of the same nature; places may differ.
    pub(crate) fn mean_the_same(&self, other: &Norms) -> bool {
        let same_catalog = |(a, b): (&Catalog, &Catalog)| a.alias == b.alias && a.edition == b.edition;
        let same_item = |(a, b): (&Requirement, &Requirement)| {
            a.id == b.id && a.is_section == b.is_section && a.withdrawn == b.withdrawn && a.parent == b.parent
        };
        self.catalogs.len() == other.catalogs.len()
            && self.requirements.len() == other.requirements.len()
            && self.catalogs.iter().zip(&other.catalogs).all(same_catalog)
            && self.requirements.iter().zip(other.requirements.iter()).all(same_item)
    }

    /// Quietly: what an id means, if it means one thing.
    pub(crate) fn find(&self, text: &str) -> Option<RequirementId> {
        let mut quiet = Reports { quiet: 1, ..Reports::default() };
        self.resolve(text, Span::default(), &mut quiet)
    }
}

fn only_width_differs(local: &str, other: &str, span: Span, first: Span) -> Diagnostic {
    let message = Label::new(
        format!("`{local}` と `{other}` は全角・半角だけが違います"),
        format!("`{local}` and `{other}` differ only in width"),
    );
    Diagnostic::warning("K0401", span, message).note(first, "もう一方", "the other one").help(
        "別の項目でなければ、一方にそろえてください",
        "use one spelling unless they are different items",
    )
}

fn no_catalog_at_all(alias: Option<&str>, span: Span) -> Diagnostic {
    let message = match alias {
        Some(alias) => {
            Label::new(format!("カタログ `{alias}` はありません"), format!("there is no catalogue `{alias}`"))
        }
        None => Label::new("番号の属するカタログがありません", "there is no catalogue"),
    };
    Diagnostic::error("K0205", span, message).help(
        "`catalog` を宣言するか、それを持つパックを kijun.toml の [dependencies] に加えてください",
        "declare a `catalog`, or add the pack that has it to [dependencies] in kijun.toml",
    )
}

pub(crate) fn no_levels(name: &str, span: Span) -> Diagnostic {
    let message = Label::new(format!("水準 `{name}` はありません"), format!("there is no level `{name}`"));
    Diagnostic::error("K0206", span, message)
        .label("このカタログは水準を宣言していません", "its catalogue declares no level")
        .help(
            format!("`catalog` に `level {name} must \"…\"` (または should など) を加えてください"),
            format!("add `level {name} must \"…\"` (or should, …) to the `catalog`"),
        )
}
