//! One walk over a tree that writes down declarations and mentions.

mod expressions;
mod messages;

use std::ops::Range;
use std::sync::OnceLock;

use kijun_syntax::{Kind, Node};
use kijun_text::Label;

use crate::index::{
    Base, Def, ItemId, Means, Mention, Path, Space, catalog_parts, text_of, title_of, unquoted,
};

/// What an expression may name, in the order in which it is looked for.
pub(crate) const VALUES: &[Space] =
    &[Space::Param, Space::Relation, Space::Definition, Space::Table, Space::Entity];
const TYPES: &[Space] = &[Space::Entity, Space::Enum];
const RULES: &[Space] = &[Space::Check, Space::Attest];

pub(crate) fn collect(text: &str, tree: &Node) -> (Vec<Def>, Vec<Mention>) {
    let mut collector =
        Collector { text, defs: Vec::new(), mentions: Vec::new(), scope: Vec::new(), doc: String::new() };
    let mut doc = String::new();
    for item in &tree.children {
        match item.kind {
            Kind::Comment => {
                if let Some(line) = item.text(text).strip_prefix("///") {
                    doc.push_str(line.trim());
                    doc.push('\n');
                } else {
                    doc.clear();
                }
            }
            Kind::Space => {}
            _ => {
                collector.doc = std::mem::take(&mut doc);
                collector.item(item);
                collector.scope.clear();
            }
        }
    }
    (collector.defs, collector.mentions)
}

struct Collector<'t> {
    text: &'t str,
    defs: Vec<Def>,
    mentions: Vec<Mention>,
    /// Variables in scope, innermost last.
    scope: Vec<(String, Range<usize>, Path)>,
    doc: String,
}

fn range(node: &Node) -> Range<usize> {
    node.start..node.end
}

impl Collector<'_> {
    fn text_of(&self, node: &Node) -> String {
        text_of(node, self.text)
    }

    fn def(&mut self, space: Space, name: &Node, full: &Node, title: Label) -> Option<&mut Def> {
        let def = Def {
            space,
            name: self.text_of(name),
            item: None,
            owner: String::new(),
            title,
            doc: self.doc.clone(),
            types: Vec::new(),
            range: range(name),
            full: range(full),
            items: Vec::new(),
            keys: OnceLock::new(),
        };
        self.defs.push(def);
        self.defs.last_mut()
    }

    fn mention(&mut self, node: &Node, means: Means) {
        let name = match &means {
            Means::Item(id, _) => id.local.clone(),
            Means::Catalog(alias, _) => alias.clone(),
            _ => self.text_of(node),
        };
        self.mentions.push(Mention { name, means, range: range(node) });
    }

    fn item(&mut self, node: &Node) {
        let title = title_of(node, self.text);
        let name = node.child(Kind::Name);
        match node.kind {
            Kind::Section | Kind::Requirement => self.norm_item(node, title),
            Kind::Catalog => self.catalog(node, title),
            Kind::Instrument => {
                self.named(Space::Instrument, node, title);
                for clause in node.all(Kind::Under) {
                    self.names(clause, &[Space::Instrument]);
                }
                for clause in node.all(Kind::SupersededBy) {
                    self.names(clause, &[Space::Instrument]);
                }
            }
            Kind::Risk => self.named(Space::Risk, node, title),
            Kind::Enumeration => self.enumeration(node, title),
            Kind::Entity | Kind::Extension => self.entity(node, title),
            Kind::Relation => {
                let types: Vec<String> = node.all(Kind::TypeRef).filter_map(|t| self.type_ref(t)).collect();
                if let Some(def) = name.and_then(|n| self.def(Space::Relation, n, node, title)) {
                    def.types = types;
                }
            }
            Kind::Rule => self.rule(node),
            Kind::Definition => self.definition(node),
            Kind::Param => {
                let types: Vec<String> = node.all(Kind::TypeRef).filter_map(|t| self.type_ref(t)).collect();
                let expected = types.first().map(|t| Path::new(Base::Type(t.clone())));
                if let Some(def) = name.and_then(|n| self.def(Space::Param, n, node, title)) {
                    def.types = types;
                }
                self.expressions(node, expected.as_ref());
            }
            Kind::Table => self.table(node, title),
            Kind::Check | Kind::Attest | Kind::Satisfy => self.rule_of_norm(node, title),
            Kind::Mapping => self.mapping(node),
            Kind::Profile => self.profile(node, title),
            Kind::Test => self.test(node),
            Kind::Property => self.property(node),
            _ => {}
        }
    }

    fn named(&mut self, space: Space, node: &Node, title: Label) {
        if let Some(name) = node.child(Kind::Name) {
            self.def(space, name, node, title);
        }
    }

    /// Mentions of every name of a clause such as `basis a, b`.
    fn names(&mut self, clause: &Node, spaces: &'static [Space]) {
        let holder = clause.child(Kind::Names).unwrap_or(clause);
        for name in holder.all(Kind::Name) {
            self.mention(name, Means::Named(spaces));
        }
    }

    fn literals(&mut self, clause: &Node, of: &str) {
        let holder = clause.child(Kind::Names).unwrap_or(clause);
        for name in holder.all(Kind::Name) {
            self.mention(name, Means::Literal(Path::new(Base::Type(of.to_owned()))));
        }
    }

    fn items(&mut self, node: &Node) -> Vec<ItemId> {
        let ids: Vec<&Node> = node.all(Kind::RequirementId).collect();
        ids.into_iter().map(|id| self.item_mention(id, &[])).collect()
    }

    fn item_mention(&mut self, node: &Node, within: &[String]) -> ItemId {
        let id = ItemId::parse(&self.text_of(node));
        let within = if id.alias.is_some() { Vec::new() } else { within.to_vec() };
        self.mention(node, Means::Item(id.clone(), within));
        id
    }

    fn catalog_mention(&mut self, node: &Node) {
        let (alias, edition) = catalog_parts(&self.text_of(node));
        self.mention(node, Means::Catalog(alias, edition));
    }

    fn norm_item(&mut self, node: &Node, title: Label) {
        let space = if node.kind == Kind::Section { Space::Section } else { Space::Requirement };
        let Some(name) = node.child(Kind::RequirementId) else { return };
        let id = ItemId::parse(&self.text_of(name));
        if let Some(def) = self.def(space, name, node, title) {
            def.name.clone_from(&id.local);
            def.item = Some(id.clone());
        }
        let own = id.alias.iter().map(|alias| match &id.edition {
            Some(edition) => format!("{alias}@{edition}"),
            None => alias.clone(),
        });
        let own: Vec<String> = own.collect();
        for clause in node.parts() {
            match clause.kind {
                Kind::PartOf | Kind::Withdrawn => {
                    for id in clause.all(Kind::RequirementId) {
                        self.item_mention(id, &own);
                    }
                }
                Kind::LevelRef => {
                    if let Some(level) = clause.child(Kind::Name) {
                        self.mention(level, Means::Level(id.clone()));
                    }
                }
                Kind::Audience => self.literals(clause, "role"),
                Kind::Basis => self.names(clause, &[Space::Instrument]),
                Kind::RiskRefs => self.names(clause, &[Space::Risk]),
                _ => {}
            }
        }
    }

    fn catalog(&mut self, node: &Node, title: Label) {
        let Some(name) = node.child(Kind::Name) else { return };
        let edition = node.child(Kind::Edition).and_then(|e| e.child(Kind::String));
        let edition = edition.map(|e| unquoted(&self.text_of(e)));
        let alias = self.text_of(name);
        if let Some(def) = self.def(Space::Catalog, name, node, title) {
            def.item =
                Some(ItemId { alias: Some(alias.clone()), edition: edition.clone(), local: String::new() });
        }
        for level in node.all(Kind::Level) {
            let title = title_of(level, self.text);
            if let Some(name) = level.child(Kind::Name)
                && let Some(def) = self.def(Space::Level, name, level, title)
            {
                def.owner.clone_from(&alias);
                def.item = Some(ItemId {
                    alias: Some(alias.clone()),
                    edition: edition.clone(),
                    local: String::new(),
                });
            }
        }
        for id in node.all(Kind::Supersedes).filter_map(|s| s.child(Kind::CatalogId)) {
            self.catalog_mention(id);
        }
    }

    fn enumeration(&mut self, node: &Node, title: Label) {
        let Some(name) = node.child(Kind::Name) else { return };
        let owner = self.text_of(name);
        self.def(Space::Enum, name, node, title);
        self.doc.clear();
        for literal in node.all(Kind::Literal) {
            let title = title_of(literal, self.text);
            if let Some(name) = literal.child(Kind::Name)
                && let Some(def) = self.def(Space::Literal, name, literal, title)
            {
                def.owner.clone_from(&owner);
            }
        }
    }

    fn entity(&mut self, node: &Node, title: Label) {
        let Some(name) = node.child(Kind::Name) else { return };
        let owner = self.text_of(name);
        if node.kind == Kind::Entity {
            self.def(Space::Entity, name, node, title);
        } else {
            self.mention(name, Means::Named(&[Space::Entity]));
        }
        self.doc.clear();
        for attribute in node.all(Kind::Attribute) {
            let title = title_of(attribute, self.text);
            let types: Vec<String> = attribute.all(Kind::TypeRef).filter_map(|t| self.type_ref(t)).collect();
            if let Some(name) = attribute.child(Kind::Name)
                && let Some(def) = self.def(Space::Attribute, name, attribute, title)
            {
                def.owner.clone_from(&owner);
                def.types = types;
            }
            for ask in attribute.all(Kind::Ask) {
                self.literals(ask, "role");
            }
        }
    }

    /// The name of a type, of a set that of its members.
    fn type_ref(&mut self, node: &Node) -> Option<String> {
        let holder = node.child(Kind::SetType).unwrap_or(node);
        let name = holder.child(Kind::Name)?;
        let text = self.text_of(name);
        if !BUILT_IN.contains(&text.as_str()) {
            self.mention(name, Means::Named(TYPES));
        }
        Some(text)
    }

    fn rule(&mut self, node: &Node) {
        let names: Vec<&Node> = node.all(Kind::Name).collect();
        let Some((relation, vars)) = names.split_first() else { return };
        self.mention(relation, Means::Named(&[Space::Relation]));
        let name = self.text_of(relation);
        for (i, var) in vars.iter().enumerate() {
            self.bind(var, Path::new(Base::Column(name.clone(), i)));
        }
        self.expressions(node, None);
    }

    fn definition(&mut self, node: &Node) {
        let types: Vec<String> = node.all(Kind::TypeRef).filter_map(|t| self.type_ref(t)).collect();
        let expected = types.first().map(|t| Path::new(Base::Type(t.clone())));
        if let Some(name) = node.child(Kind::Name)
            && let Some(def) = self.def(Space::Definition, name, node, Label::default())
        {
            def.types = types;
        }
        for parameter in node.all(Kind::Parameter) {
            let ty = parameter.child(Kind::TypeRef).and_then(|t| self.type_ref(t));
            if let Some(name) = parameter.child(Kind::Name) {
                self.bind(name, ty.map_or(Path::new(Base::Nothing), |t| Path::new(Base::Type(t))));
            }
        }
        self.expressions(node, expected.as_ref());
    }

    fn table(&mut self, node: &Node, title: Label) {
        let types: Vec<String> = node.all(Kind::TypeRef).filter_map(|t| self.type_ref(t)).collect();
        if let Some(name) = node.child(Kind::Name)
            && let Some(def) = self.def(Space::Table, name, node, title)
        {
            def.types = types;
        }
        for line in node.parts().filter(|n| matches!(n.kind, Kind::Columns | Kind::TableRow)) {
            for name in line.all(Kind::Cell).filter_map(|c| c.child(Kind::Name)) {
                self.mention(name, Means::Literal(Path::new(Base::Nothing)));
            }
        }
    }

    fn rule_of_norm(&mut self, node: &Node, title: Label) {
        let items = self.items(node);
        let title = match node.child(Kind::CheckTitle) {
            Some(clause) => messages(clause, self.text),
            None => title,
        };
        let id = node.child(Kind::Name).or_else(|| node.child(Kind::RequirementId));
        let space = match node.kind {
            Kind::Check => Space::Check,
            Kind::Attest => Space::Attest,
            _ => Space::Satisfy,
        };
        if let Some(def) = id.and_then(|name| self.def(space, name, node, title)) {
            def.items = items;
        }
        self.each(node);
        for clause in node.parts() {
            match clause.kind {
                Kind::WhereClause => self.expressions(clause, None),
                Kind::RequireClause | Kind::Fix => {
                    self.expressions(clause, None);
                    self.interpolations(clause);
                }
                Kind::Audience | Kind::By => self.literals(clause, "role"),
                Kind::Grade => self.literals(clause, "grade"),
                Kind::Group => {
                    for member in clause.all(Kind::Member).filter_map(|m| m.child(Kind::RequirementId)) {
                        self.mention(member, Means::Named(RULES));
                    }
                }
                _ => {}
            }
        }
    }

    /// The subject of a rule: its variable, and the kind that it ranges over.
    fn each(&mut self, node: &Node) {
        let names: Vec<&Node> = node.child(Kind::Each).into_iter().flat_map(|e| e.all(Kind::Name)).collect();
        if let [var, kind] = names.as_slice() {
            let ty = self.text_of(kind);
            self.mention(kind, Means::Named(&[Space::Entity]));
            self.bind(var, Path::new(Base::Type(ty)));
        }
    }

    fn mapping(&mut self, node: &Node) {
        let ends: Vec<&Node> = node.all(Kind::CatalogId).collect();
        let names: Vec<String> = ends.iter().map(|n| self.text_of(n)).collect();
        for end in &ends {
            self.catalog_mention(end);
        }
        if let ([first, .., last], [from, .., to]) = (ends.as_slice(), names.as_slice())
            && let Some(def) = self.def(Space::Mapping, first, node, Label::default())
        {
            def.range = first.start..last.end;
            def.name = format!("{from} -> {to}");
        }
        for line in node.parts().filter(|n| matches!(n.kind, Kind::Pair | Kind::Joint)) {
            let ids: Vec<&Node> = line.all(Kind::RequirementId).collect();
            let Some((target, sources)) = ids.split_last() else { continue };
            for id in sources {
                self.item_mention(id, &names);
            }
            self.item_mention(target, names.get(1..).unwrap_or_default());
        }
    }

    fn profile(&mut self, node: &Node, title: Label) {
        self.named(Space::Profile, node, title);
        for clause in node.parts() {
            match clause.kind {
                Kind::Include | Kind::Exclude => {
                    for scope in clause.all(Kind::Scope) {
                        if self.text_of(scope).contains(':') {
                            self.item_mention(scope, &[]);
                        } else {
                            self.catalog_mention(scope);
                        }
                    }
                }
                Kind::Track => clause.all(Kind::CatalogId).for_each(|id| self.catalog_mention(id)),
                Kind::Raise => {
                    self.items(clause);
                }
                Kind::SetParam => self.set_param(clause),
                _ => {}
            }
        }
    }

    fn set_param(&mut self, clause: &Node) {
        if let Some(name) = clause.child(Kind::Name) {
            self.mention(name, Means::Named(&[Space::Param]));
            let expected = Path::new(Base::Result(self.text_of(name)));
            self.expressions(clause, Some(&expected));
        }
    }

    fn test(&mut self, node: &Node) {
        if let Some(name) = node.child(Kind::String)
            && let Some(def) = self.def(Space::Test, name, node, Label::default())
        {
            def.name = unquoted(&def.name);
        }
        for clause in node.parts() {
            match clause.kind {
                Kind::SetParam => self.set_param(clause),
                Kind::Given => self.given(clause),
                Kind::Expect => {
                    for expect in clause.parts() {
                        self.items(expect);
                        for id in expect.all(Kind::RecordId) {
                            self.record_mention(id);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn property(&mut self, node: &Node) {
        if let Some(name) = node.child(Kind::String)
            && let Some(def) = self.def(Space::Property, name, node, Label::default())
        {
            def.name = unquoted(&def.name);
        }
        self.each(node);
        for clause in node.parts() {
            match clause.kind {
                Kind::WhereClause => self.expressions(clause, None),
                Kind::RequireClause => {
                    self.expressions(clause, None);
                    self.interpolations(clause);
                }
                Kind::ExpectRule => self.names(clause, &[Space::Check]),
                _ => {}
            }
        }
    }

    fn given(&mut self, node: &Node) {
        for register in node.all(Kind::Register) {
            self.names(register, &[Space::Entity]);
        }
        // Records may be mentioned before they are given.
        for record in node.all(Kind::Record) {
            if let (Some(kind), Some(id)) = (record.child(Kind::Name), record.child(Kind::RecordId)) {
                let kind = self.text_of(kind);
                self.bind(id, Path::new(Base::Type(kind)));
            }
        }
        for record in node.all(Kind::Record) {
            let Some(kind) = record.child(Kind::Name) else { continue };
            self.mention(kind, Means::Named(&[Space::Entity]));
            let of = Path::new(Base::Type(self.text_of(kind)));
            for fact in record.all(Kind::Fact) {
                let Some(name) = fact.child(Kind::Name) else { continue };
                self.mention(name, Means::Attribute(of.clone()));
                let expected = of.clone().then(&self.text_of(name));
                if let Some(value) = fact.child(Kind::FactValue) {
                    self.fact_value(value, &expected);
                }
            }
        }
    }

    fn fact_value(&mut self, value: &Node, expected: &Path) {
        for node in value.parts() {
            match node.kind {
                Kind::RecordId if self.local(&self.text_of(node)).is_some() => self.record_mention(node),
                Kind::RecordId if self.text_of(node).contains(':') => {
                    self.item_mention(node, &[]);
                }
                Kind::RecordId => self.mention(node, Means::Literal(expected.clone())),
                Kind::FactSet | Kind::SetEntry => self.fact_value(node, expected),
                _ => {}
            }
        }
    }

    fn record_mention(&mut self, node: &Node) {
        if let Some((_, bound, path)) = self.local(&self.text_of(node)).cloned() {
            self.mention(node, Means::Local(bound, path));
        }
    }

    fn local(&self, name: &str) -> Option<&(String, Range<usize>, Path)> {
        self.scope.iter().rev().find(|(n, ..)| n == name)
    }

    /// Brings a variable into scope, and notes that it stands here.
    fn bind(&mut self, node: &Node, path: Path) {
        let name = self.text_of(node);
        self.mention(node, Means::Local(range(node), path.clone()));
        self.scope.push((name, range(node), path));
    }
}

/// Types that no declaration gives.
pub(crate) const BUILT_IN: [&str; 8] =
    ["bool", "int", "decimal", "text", "date", "duration", "country", "requirement"];

/// `ja "…" en "…"` below a clause.
fn messages(clause: &Node, text: &str) -> Label {
    let of = |kind| {
        let string = clause.child(kind).and_then(|n: &Node| n.child(Kind::String));
        string.map(|s| unquoted(&text_of(s, text))).unwrap_or_default()
    };
    Label::new(of(Kind::Ja), of(Kind::En))
}
