//! `kijun facts map`: a `[[source]]` to paste, from the headings and values of a ledger.

use std::fmt::Write as _;

use kijun_exchange::toml_text::quoted;
use kijun_facts::{Attribute, KindDef, KindId, Proposal, ProposedColumn, Schema, Target, Type, propose};
use kijun_text::{Label, Lang, Sheet};
use kijun_workspace::{FactText, Options, fact_text, shown};

use super::kind_named;
use crate::args::FactMap;
use crate::commands::{Status, refuse, refuse_load, write_result};
use crate::diagnostics;
use crate::terminal::Terminal;

pub(super) fn run(args: &FactMap, terminal: &Terminal) -> Result<(), Status> {
    let options = Options { profile: None, facts: Some(Vec::new()), ..Options::default() };
    let workspace = kijun_workspace::load(&args.path, &options).map_err(|e| refuse_load(terminal, &e))?;
    if workspace.compiled.has_errors() {
        diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
        return Err(Status::Invalid);
    }
    let schema = &workspace.compiled.program.schema;
    let kind = args.kind.as_ref().map(|name| kind_named(schema, name, terminal)).transpose()?;
    let (_, text) = fact_text(&args.path, &args.file, &[]).map_err(|e| refuse_load(terminal, &e))?;
    let file = relative(&args.path, &args.file);
    let map = Map { schema, file: &file, lang: terminal.lang };
    let proposals = match &text {
        FactText::Text(text, None) => map.tables(&[(None, text)], kind, args),
        FactText::Text(_, Some(_)) => return Err(refuse(terminal, &unreadable(&file), &Label::default())),
        FactText::Workbook(workbook) => {
            if let Some(fault) = workbook.fault() {
                return Err(refuse(terminal, fault, &Label::default()));
            }
            let sheets = workbook.sheets().iter().filter(|s| !s.text().is_empty());
            let sheets: Vec<(Option<&Sheet>, &str)> = sheets.map(|s| (Some(s.place()), s.text())).collect();
            let wanted = |sheet: Option<&Sheet>| match (&args.sheet, sheet) {
                (Some(wanted), Some(sheet)) => *wanted == sheet.name,
                _ => true,
            };
            let own: Vec<_> = sheets.iter().filter(|(sheet, _)| wanted(*sheet)).copied().collect();
            if own.is_empty() {
                let names: Vec<&str> =
                    sheets.iter().filter_map(|(s, _)| s.map(|s| s.name.as_str())).collect();
                return Err(refuse(terminal, &no_sheet(args.sheet.as_deref()), &sheets_are(&names)));
            }
            map.tables(&own, kind, args)
        }
    };
    let Some(proposals) = proposals else {
        let message = Label::new(
            format!("`{file}` がどの種類の台帳か分かりません"),
            format!("it cannot be told of which kind the records of `{file}` are"),
        );
        let help = Label::new(
            "`--kind 種類` で種類を、`--header-row 行` で見出しの行を指定してください",
            "say so with `--kind KIND`, and where the headings stand with `--header-row ROW`",
        );
        return Err(refuse(terminal, &message, &help));
    };
    write_result(args.output.as_deref(), proposals.as_bytes(), terminal)
}

/// A path from the folder of a workspace, as a manifest has it.
fn relative(root: &std::path::Path, file: &std::path::Path) -> String {
    match (root.canonicalize(), file.canonicalize()) {
        (Ok(root), Ok(file)) if file.starts_with(&root) => shown(&root, &file),
        _ => file.display().to_string(),
    }
}

struct Map<'m> {
    schema: &'m Schema,
    file: &'m str,
    lang: Lang,
}

impl Map<'_> {
    fn say<'s>(&self, ja: &'s str, en: &'s str) -> &'s str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    /// A proposal for each table; `None` where nothing fits any.
    fn tables(
        &self,
        tables: &[(Option<&Sheet>, &str)],
        kind: Option<KindId>,
        args: &FactMap,
    ) -> Option<String> {
        let mut out = String::from(self.say(
            "# 見出しと値から作った案です。確かめてから kijun.toml に貼り付けてください。\n",
            "# Proposed from headings and values: look it through, then paste it into kijun.toml.\n",
        ));
        let mut any = false;
        for (sheet, text) in tables {
            match propose(self.schema, text, *sheet, kind, args.header_row) {
                Some(proposal) => {
                    any = true;
                    self.source(&mut out, *sheet, &proposal);
                }
                None => self.no_kind(&mut out, *sheet),
            }
        }
        any.then_some(out)
    }

    fn no_kind(&self, out: &mut String, sheet: Option<&Sheet>) {
        let name = sheet.map_or("", |sheet| &sheet.name);
        let _ = match self.lang {
            Lang::Ja => writeln!(
                out,
                "\n# シート「{name}」がどの種類か分かりません。読まないなら次のように書きます。"
            ),
            Lang::En => writeln!(
                out,
                "\n# It cannot be told of which kind the sheet {name} is. If it is not to be read:"
            ),
        };
        let _ = writeln!(
            out,
            "# [[source]]\n# file = {}\n# sheet = {}\n# skip = true",
            quoted(self.file),
            quoted(name)
        );
    }

    fn source(&self, out: &mut String, sheet: Option<&Sheet>, proposal: &Proposal) {
        let Some(def) = self.schema.kind(proposal.kind) else { return };
        let _ = writeln!(out, "\n[[source]]\nfile = {}", quoted(self.file));
        if let Some(sheet) = sheet {
            let _ = writeln!(out, "sheet = {}", quoted(&sheet.name));
        }
        let _ = writeln!(out, "kind = {}   # {}", quoted(&def.name), def.label.or(self.lang, &def.name));
        let _ = writeln!(out, "header_row = {}", proposal.header_row);
        self.unplaced(out, &proposal.columns);
        out.push_str("\n[source.columns]\n");
        for column in &proposal.columns {
            self.column(out, def, column);
        }
        self.values(out, def, &proposal.columns);
    }

    fn column(&self, out: &mut String, def: &KindDef, column: &ProposedColumn) {
        let _ = match &column.target {
            Some(Target::Id) => writeln!(out, "{} = \"id\"", quoted(&column.heading)),
            Some(Target::Attribute(attr)) => {
                let Some(attribute) = def.get(*attr) else { return };
                let label = attribute.label.or(self.lang, &attribute.name);
                writeln!(out, "{} = {}   # {label}", quoted(&column.heading), quoted(&attribute.name))
            }
            // Named as it is, it is read as it is.
            Some(Target::Evidence) | None => return,
        };
        if let Some(Target::Id) = &column.target {
            return;
        }
        if let Some(kind) = self.reference(def, column) {
            let _ = match self.lang {
                Lang::Ja => writeln!(out, "#   ↑ 値が「{kind}」の id であることを確かめてください"),
                Lang::En => writeln!(out, "#   ↑ make sure that the values are ids of {kind}"),
            };
        }
    }

    /// The label of the kind that a column refers to.
    fn reference(&self, def: &KindDef, column: &ProposedColumn) -> Option<String> {
        let Some(Target::Attribute(attr)) = &column.target else { return None };
        match kijun_facts::chosen(def.get(*attr)?) {
            Type::Ref(kind) => {
                let of = self.schema.kind(*kind)?;
                Some(of.label.or(self.lang, &of.name).to_owned())
            }
            _ => None,
        }
    }

    fn unplaced(&self, out: &mut String, columns: &[ProposedColumn]) {
        if columns.iter().all(|column| column.target != Some(Target::Id)) {
            out.push_str(self.say(
                "# id の列が決まりません。行ごとに異なる番号の列を [source.columns] に \"見出し\" = \"id\" と書いてください。\n",
                "# No column is the id: name the one that differs in every row in [source.columns], as \"heading\" = \"id\".\n",
            ));
        }
        let unplaced: Vec<&ProposedColumn> = columns.iter().filter(|c| c.target.is_none()).collect();
        if unplaced.is_empty() {
            return;
        }
        out.push_str(self.say(
            "# 置き場所の決まらない列です。[source.columns] に加えるか、事実でない列なら次の行の # を外します。\n",
            "# These columns could not be placed: add them to [source.columns], or take away the # if they hold no facts.\n",
        ));
        let names: Vec<String> = unplaced.iter().map(|column| quoted(&column.heading)).collect();
        let _ = writeln!(out, "# ignore = [{}]", names.join(", "));
        for column in unplaced {
            let samples = column.samples.iter().map(|s| one_line(s)).collect::<Vec<_>>().join(" / ");
            let _ = match self.lang {
                Lang::Ja => writeln!(out, "#   {} の値の例: {samples}", one_line(&column.heading)),
                Lang::En => writeln!(out, "#   {}: {samples}", one_line(&column.heading)),
            };
        }
    }

    fn values(&self, out: &mut String, def: &KindDef, columns: &[ProposedColumn]) {
        for column in columns.iter().filter(|column| !column.unread.is_empty()) {
            let Some(Target::Attribute(attr)) = &column.target else { continue };
            let Some(attribute) = def.get(*attr) else { continue };
            let _ = writeln!(out, "\n[source.values.{}]", quoted(&column.heading));
            out.push_str(&self.choices(attribute));
            for (value, near) in &column.unread {
                let _ = match near {
                    Some(near) => writeln!(out, "{} = {}", quoted(value), quoted(near)),
                    None => writeln!(out, "# {} = \"\"", quoted(value)),
                };
            }
        }
    }

    /// What may be written for an attribute.
    fn choices(&self, attribute: &Attribute) -> String {
        let Type::Enum(id) = kijun_facts::chosen(attribute) else {
            return self
                .say("# そのままでは読めない値です。\n", "# These values cannot be read as they are.\n")
                .to_owned();
        };
        let literals = self.schema.enumeration(*id).map_or(&[][..], |e| &e.literals);
        let all: Vec<String> =
            literals.iter().map(|l| format!("{} ({})", l.name, l.label.or(self.lang, &l.name))).collect();
        format!("# {} {}\n", self.say("書ける値:", "one of:"), all.join(", "))
    }
}

fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ")
}

fn unreadable(file: &str) -> Label {
    Label::new(
        format!("`{file}` の文字コードが分かりません"),
        format!("the encoding of `{file}` is not known"),
    )
}

fn no_sheet(wanted: Option<&str>) -> Label {
    match wanted {
        Some(name) => {
            Label::new(format!("シート `{name}` がありません"), format!("there is no sheet `{name}`"))
        }
        None => Label::new("読めるシートがありません", "there is no sheet to read"),
    }
}

fn sheets_are(names: &[&str]) -> Label {
    if names.is_empty() {
        return Label::default();
    }
    let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Label::new(format!("シート: {names}"), format!("the sheets are {names}"))
}
