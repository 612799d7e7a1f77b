//! From a component definition to facts.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kijun_text::{Diagnostic, FileId, Label, Lang, Sources, nearest, nfc};
use serde_json::{Map, Value, json};

use super::super::catalog::{digest, metadata};
use super::super::json::{At, Field, Fields, Reader, parse};
use super::super::names::id_of_token;
use super::super::profile::ProfileCatalog;
use super::STATUSES;
use crate::loss::Losses;
use crate::oscal::CatalogName;
use crate::pack::{Counts, Import, ImportedPack, PackFile, Problems, Provenance, manifest, report};
use crate::toml_text::quoted;

/// What is at hand when claims are read.
pub struct ComponentImport<'a> {
    pub import: Import<'a>,
    /// Which catalogue the source of a claim is; an empty address stands for all of them.
    pub named: &'a [(String, CatalogName)],
    /// The catalogues that ids must be of; `None` where there are none to compare with.
    pub catalogs: Option<&'a [ProfileCatalog]>,
    /// Lines of `[dependencies]`.
    pub dependencies: &'a [String],
}

#[derive(Debug)]
pub struct ImportedComponents {
    /// Facts in TOML.
    pub facts: String,
    pub pack: ImportedPack,
    pub components: usize,
    pub claims: usize,
}

/// Reads a document that was added to the sources.
///
/// # Errors
/// Every place at which it does not follow OSCAL, or names what is not at hand.
pub fn import_components(
    sources: &Sources,
    file: FileId,
    with: &ComponentImport<'_>,
) -> Result<ImportedComponents, Problems> {
    let text = sources.get(file).map_or("", |s| s.text.as_str());
    let value = parse(file, text).map_err(|problem| vec![*problem])?;
    let mut reader = Reader::new(file, text);
    let root = reader.root(&value);
    let read = Claims { with, ids: Ids::default(), out: String::new(), components: 0, claims: 0 };
    let (read, of) = match read.document(&mut reader, root) {
        Some(read) if reader.problems.is_empty() => read,
        _ => return Err(reader.problems),
    };
    let mut losses: Losses = reader.losses;
    losses.add(declared(), "/component-definition", None);
    let losses = losses.into_vec();
    let say = |ja: &str, en: &str| if with.import.lang == Lang::Ja { ja.to_owned() } else { en.to_owned() };
    let mut facts = say(
        "# OSCALのコンポーネント定義から取り込んだ、作った側の自己申告です。文言は元の文書のとおりです。\n",
        "# Imported from a component definition of OSCAL: what its maker declares, in the words of the document.\n",
    );
    let _ = writeln!(facts, "# {}\n", of.line(&with.import));
    facts.push_str(&read.out);
    let name = with.import.pack.unwrap_or("components");
    let title = Label::new(nfc(&of.title), "");
    let files = vec![
        manifest(name, &title, &of, &with.import, with.dependencies),
        PackFile { path: "schema.kijun".to_owned(), text: super::SCHEMA.to_owned() },
        PackFile { path: "facts/components.toml".to_owned(), text: facts.clone() },
        report(&with.import, &of, Counts::default(), &losses),
    ];
    let pack = ImportedPack { files, losses, counts: Counts::default() };
    Ok(ImportedComponents { facts, pack, components: read.components, claims: read.claims })
}

fn declared() -> Label {
    Label::new(
        "主張は自己申告(declared)の事実になりました。病院の要求事項を満たしたことにはならず、それを使う `check` がなければ何も判定しません",
        "claims became facts of the grade `declared`: they satisfy no requirement of the hospital, and decide nothing without a `check` that reads them",
    )
}

/// Ids of records, each given once.
#[derive(Default)]
struct Ids(BTreeSet<String>);

impl Ids {
    fn give(&mut self, wanted: &str) -> String {
        let words = nfc(wanted);
        let words =
            words.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '_')).filter(|w| !w.is_empty());
        let stem = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
        let stem: String = if stem.is_empty() { "x".to_owned() } else { stem.chars().take(80).collect() };
        let numbered = (2..).map(|n: u32| format!("{stem}-{n}"));
        let id =
            std::iter::once(stem.clone()).chain(numbered).find(|id| !self.0.contains(id)).unwrap_or(stem);
        self.0.insert(id.clone());
        id
    }
}

struct Claims<'a> {
    with: &'a ComponentImport<'a>,
    ids: Ids,
    out: String,
    components: usize,
    claims: usize,
}

impl Claims<'_> {
    fn document(mut self, reader: &mut Reader<'_>, root: At<'_>) -> Option<(Self, Provenance)> {
        let mut root = reader.fields(root)?;
        root.take("$schema");
        let whole = reader.required(&mut root, "component-definition")?;
        let mut fields = reader.fields(whole.clone())?;
        let uuid = reader.uuid(&mut fields);
        let at = reader.required(&mut fields, "metadata")?;
        let head = metadata(reader, &at)?;
        let text = |name: &str| head.field(name).as_str().unwrap_or("").to_owned();
        let of = Provenance {
            format: format!("OSCAL {} component definition", text("oscal-version")),
            title: text("title"),
            version: text("version"),
            last_modified: text("last-modified"),
        };
        let components = fields.take("components").map(|at| reader.list(at)).unwrap_or_default();
        let mut kept = Map::new();
        kept.insert("uuid".to_owned(), uuid.into());
        kept.insert("metadata".to_owned(), head.clone());
        for (name, at) in fields.rest() {
            kept.insert(name.to_owned(), reader.verbatim(&at));
            reader.lost(kept_as_json(name), &at.path, at.span);
        }
        let digest = reader.quietly(|r| digest(&r.verbatim(&whole)));
        let id = self.ids.give(&of.title);
        let rest = json!({ "digest": digest, "document": kept });
        let record = [
            ("title", nfc(&of.title).into_owned()),
            ("version", nfc(&of.version).into_owned()),
            ("oscal", rest.to_string()),
        ];
        self.record("component_definition", &id, &record, &of);
        for (n, at) in components.into_iter().enumerate() {
            self.component(reader, at, n, &id, &of);
        }
        Some((self, of))
    }

    fn component(
        &mut self,
        reader: &mut Reader<'_>,
        at: At<'_>,
        n: usize,
        definition: &str,
        of: &Provenance,
    ) -> Option<()> {
        let mut fields = reader.fields(at)?;
        let mut text = |reader: &mut Reader<'_>, name: &str| {
            reader.required(&mut fields, name).and_then(|at| reader.prose(&at)).unwrap_or_default()
        };
        let title = text(reader, "title");
        let (kind, description) = (text(reader, "type"), text(reader, "description"));
        let implementations =
            fields.take("control-implementations").map(|at| reader.list(at)).unwrap_or_default();
        let mut kept = json_of(reader, fields);
        kept.insert("at".to_owned(), n.into());
        let id = self.ids.give(&title);
        self.components += 1;
        let mut record = vec![("definition", definition.to_owned())];
        for (name, text) in [("title", title), ("kind", kind), ("description", description)] {
            stated(&mut record, &mut kept, name, text);
        }
        record.push(("oscal", Value::Object(kept).to_string()));
        self.record("component", &id, &record, of);
        for (n, at) in implementations.into_iter().enumerate() {
            self.implementation(reader, at, n, &id, of);
        }
        Some(())
    }

    fn implementation(
        &mut self,
        reader: &mut Reader<'_>,
        at: At<'_>,
        n: usize,
        component: &str,
        of: &Provenance,
    ) -> Option<()> {
        let mut fields = reader.fields(at)?;
        let source = reader.required(&mut fields, "source")?;
        let href = reader.prose(&source)?;
        let requirements = reader.required(&mut fields, "implemented-requirements")?;
        let requirements = reader.list(requirements);
        let mut implementation = json_of(reader, fields);
        implementation.insert("source".to_owned(), href.as_str().into());
        implementation.insert("at".to_owned(), n.into());
        let catalog = self.catalog(reader, &source, &href)?;
        let implementation = Value::Object(implementation);
        for (n, at) in requirements.into_iter().enumerate() {
            self.claim(reader, at, n, (component, &implementation, &catalog), of);
        }
        Some(())
    }

    fn claim(
        &mut self,
        reader: &mut Reader<'_>,
        at: At<'_>,
        n: usize,
        (component, implementation, catalog): (&str, &Value, &CatalogName),
        of: &Provenance,
    ) -> Option<()> {
        let mut fields = reader.fields(at)?;
        let control = reader.required(&mut fields, "control-id")?;
        let token = reader.token(&control)?;
        let local = self.item(reader, &control, &token, catalog)?;
        let description = reader.required(&mut fields, "description").and_then(|at| reader.prose(&at))?;
        let path = fields.path.clone();
        let span = fields.span;
        let mut kept = json_of(reader, fields);
        if ["statements", "set-parameters", "responsible-roles", "links"]
            .iter()
            .any(|n| kept.contains_key(*n))
        {
            reader.lost(kept_as_json("statements / set-parameters / responsible-roles / links"), &path, span);
        }
        let status = status(&mut kept);
        if status.is_none() {
            reader.lost(no_status(), &path, span);
        }
        kept.insert("implementation".to_owned(), implementation.clone());
        kept.insert("at".to_owned(), n.into());
        let id = self.ids.give(&format!("{component} {local}"));
        self.claims += 1;
        let mut record =
            vec![("component", component.to_owned()), ("requirement", format!("{catalog}:{local}"))];
        record.extend(status.map(|s| ("status", s.to_owned())));
        stated(&mut record, &mut kept, "description", description);
        record.push(("oscal", Value::Object(kept).to_string()));
        self.record("component_claim", &id, &record, of);
        Some(())
    }

    /// The id of the item in the language.
    fn item(
        &self,
        reader: &mut Reader<'_>,
        at: &At<'_>,
        token: &str,
        catalog: &CatalogName,
    ) -> Option<String> {
        let Some(list) = self.with.catalogs else { return Some(id_of_token(token)) };
        let of = list.iter().find(|c| c.name == *catalog)?;
        let found = of.items.iter().find(|item| item.oscal_id.as_deref() == Some(token));
        if found.is_none() {
            let near = nearest(token, of.items.iter().filter_map(|item| item.oscal_id.as_deref()));
            let (ja, en) = near
                .map(|n| (format!("。もしかして: `{n}`"), format!("; did you mean `{n}`?")))
                .unwrap_or_default();
            reader.wrong(
                &at.path,
                at.span,
                &format!("カタログ `{catalog}` に `{token}` はありません{ja}"),
                &format!("the catalogue `{catalog}` has no `{token}`{en}"),
            );
        }
        found.map(|item| item.id.clone())
    }

    /// The catalogue that the source of an implementation is.
    fn catalog(&self, reader: &mut Reader<'_>, at: &At<'_>, href: &str) -> Option<CatalogName> {
        let given = self.with.named.iter().find(|(h, _)| h == href).or(self
            .with
            .named
            .iter()
            .find(|(h, _)| h.is_empty()));
        let names: Vec<&CatalogName> = self.with.catalogs.into_iter().flatten().map(|c| &c.name).collect();
        let found = match (given, self.with.catalogs, names.as_slice()) {
            (Some((_, name)), None, _) => Some(name.clone()),
            (Some((_, name)), Some(_), names) => names.iter().find(|c| name.means(c)).map(|c| (*c).clone()),
            (None, Some(_), [one]) => Some((*one).clone()),
            _ => None,
        };
        if found.is_none() {
            let list = names.iter().map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
            let message = Label::new(
                format!("{}: `{href}` がどのカタログか分かりません", at.path),
                format!("{}: it is not clear which catalogue `{href}` is", at.path),
            );
            reader.problems.push(Diagnostic::error("K0205", at.span, message).help(
                format!("--catalog 'HREF=カタログ名' で指定してください。{list}"),
                format!("say so with --catalog 'HREF=CATALOG'. {list}"),
            ));
        }
        found
    }

    fn record(&mut self, kind: &str, id: &str, fields: &[(&str, String)], of: &Provenance) {
        let out = &mut self.out;
        let _ = writeln!(out, "[[{kind}]]\nid = {}", quoted(id));
        for (name, text) in fields.iter().filter(|(_, text)| !text.is_empty()) {
            let _ = writeln!(out, "{name} = {}", quoted(text));
        }
        let day = of.last_modified.get(..10).filter(|day| day.parse::<jiff::civil::Date>().is_ok());
        let as_of = day.map(|day| format!(", as_of = {day}")).unwrap_or_default();
        let source = format!("{} {} ({})", of.title, of.version, self.with.import.file_name);
        let source = source.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ =
            writeln!(out, "_evidence = {{ source = {}{as_of}, grade = \"declared\" }}\n", quoted(&source));
    }
}

/// A text as an attribute; one that a cell would read as something else, or not hold, is kept in the rest.
fn stated(
    record: &mut Vec<(&'static str, String)>,
    kept: &mut Map<String, Value>,
    name: &'static str,
    text: String,
) {
    let normal = nfc(&text);
    let is_plain = *normal == text && text.trim() == text && !text.is_empty();
    let has_meaning =
        ["?", "？", "未確認", "不明", "unknown", "なし", "none", "対象外", "n/a", "該当なし", "-"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word));
    if !is_plain || has_meaning || text.contains('\0') {
        kept.insert(format!("{name}-as-written"), text.as_str().into());
    }
    if !has_meaning && !text.trim().is_empty() {
        record.push((name, normal.trim().to_owned()));
    }
}

fn json_of(reader: &mut Reader<'_>, fields: Fields<'_>) -> Map<String, Value> {
    fields.rest().map(|(name, at)| (name.to_owned(), reader.verbatim(&at))).collect()
}

/// Takes the status of the implementation out of the properties, where it stands last and alone; else it is read, and an
/// export states it where it stands.
fn status(kept: &mut Map<String, Value>) -> Option<&'static str> {
    let Some(Value::Array(props)) = kept.get_mut("props") else { return None };
    let at = props.iter().position(|p| p.field("name") == "implementation-status")?;
    let stated = props.get(at)?;
    let literal = STATUSES.iter().find(|(name, _)| stated.field("value") == *name)?.1;
    let alone = stated.as_object().is_some_and(|fields| fields.len() == 2);
    if alone && props.len() == at + 1 {
        props.pop();
        if props.is_empty() {
            kept.remove("props");
        }
    }
    Some(literal)
}

fn kept_as_json(name: &str) -> Label {
    let name: String = name.chars().take(80).collect();
    Label::new(
        format!("`{name}` は属性がないので、属性 `oscal` にJSONのまま残しました(書き出すと戻ります)"),
        format!(
            "`{name}` has no attribute of its own; it is kept as JSON in the attribute `oscal`, and an export brings it back"
        ),
    )
}

fn no_status() -> Label {
    Label::new(
        "実装の状況(implementation-status)が書かれていない主張の状況は「未確認」です",
        "the status of claims that state no implementation-status is unknown",
    )
}
