use std::path::Path;

use kijun_exchange::wording::role_name;
use kijun_facts::{Attribute, KindId, Schema, Type};
use kijun_text::{Label, Lang};
use kijun_workspace::{Options, Workspace};

use super::facts::write_template;
use super::{Status, refuse, refuse_load};
use crate::terminal::Terminal;

mod packs {
    //! The rule packs that ship with the program.
    include!(concat!(env!("OUT_DIR"), "/packs.rs"));
}

/// The registers that a new workspace begins with, as ledgers for a spreadsheet.
const LEDGERS: [&str; 8] =
    ["vendor", "contract", "system", "dataset", "data_copy", "data_centre", "certification", "supervision"];

/// Makes a hospital workspace that is sound and assesses at once: everything is unknown, and says so.
pub(crate) fn run(dir: &Path, terminal: &Terminal) -> Status {
    if dir.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        let shown = dir.display();
        let message = Label::new(format!("`{shown}` は空ではありません"), format!("`{shown}` is not empty"));
        return refuse(
            terminal,
            &message,
            &Label::new("新しいフォルダの名前を指定してください", "name a new folder"),
        );
    }
    match make(dir, terminal) {
        Ok(()) => {}
        Err(error) => {
            let shown = dir.display();
            let message = kijun_text::cannot_write(&shown, &error);
            return refuse(terminal, &message, &Label::default());
        }
    }
    let workspace = match kijun_workspace::load(dir, &Options::default()) {
        Ok(workspace) => workspace,
        Err(error) => return refuse_load(terminal, &error),
    };
    let written = templates(dir, &workspace.compiled.program.schema, &workspace.compiled.program)
        .and_then(|()| registers(dir, &workspace, terminal.lang));
    if let Err(error) = written {
        let message = Label::new(
            format!("ひな形を書けません: {}", kijun_text::in_japanese(&error)),
            format!("cannot write the templates: {error}"),
        );
        return refuse(terminal, &message, &Label::default());
    }
    let shown = dir.display();
    terminal.print(&match terminal.lang {
        Lang::Ja => format!(
            "{shown} を作りました。\n  1. {shown}/facts の台帳に事実を記入します(台帳.xlsx か CSV。空欄は未確認として扱います)\n  2. kijun assess {shown}\n  3. kijun explain mhlw:8.1.2.C.オ {shown}\n"
        ),
        Lang::En => format!(
            "made {shown}\n  1. fill in the registers in {shown}/facts: registers.xlsx, or CSV (what is empty is unknown)\n  2. kijun assess {shown}\n  3. kijun explain mhlw:8.1.2.C.オ {shown}\n"
        ),
    });
    Status::Ok
}

fn make(dir: &Path, terminal: &Terminal) -> std::io::Result<()> {
    let facility = dir.file_name().and_then(|n| n.to_str()).unwrap_or("hospital");
    let facility: String = facility.chars().map(|c| if c == '"' || c == '\\' { '-' } else { c }).collect();
    std::fs::create_dir_all(dir.join("facts"))?;
    for (path, text) in packs::FILES {
        let target = dir.join("rulepacks").join(path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(target, text)?;
    }
    std::fs::write(dir.join("kijun.toml"), manifest(&facility))?;
    std::fs::write(
        dir.join("profile.kijun"),
        if terminal.lang == Lang::Ja { PROFILE_JA } else { PROFILE_EN },
    )?;
    std::fs::write(dir.join("README.md"), if terminal.lang == Lang::Ja { README_JA } else { README_EN })?;
    std::fs::create_dir_all(dir.join(".github/workflows"))?;
    std::fs::write(dir.join(".github/workflows/kijun.yml"), CI)
}

/// The packs that a new workspace starts from; the others lie beside them.
const DEPENDENCIES: [&str; 3] = ["hospital", "mhlw-4.2", "handbook"];

fn manifest(facility: &str) -> String {
    let dependency = |name: &str| format!("\"{name}\" = {{ path = \"rulepacks/{name}\" }}\n");
    let dependencies: String = DEPENDENCIES.iter().copied().map(dependency).collect();
    format!(
        "[workspace]\nfacility = \"{facility}\"\ntitle = {{ ja = \"{facility}\", en = \"{facility}\" }}\nprofile = \"own\"\n# as_of = 2026-11-22   # 評価日を固定するとき / to fix the date of evaluation\n\n[dependencies]\n{dependencies}"
    )
}

const PROFILE_JA: &str = r#"//! 対象とする規範と、この施設の規則。

profile own "自施設" {
  en "own facility"
  include mhlw, handbook
  // 行わない業務は、理由を書いて外します:
  // exclude mhlw:9 reason "スキャナによる電子保存を行っていない"
}
"#;

const PROFILE_EN: &str = r#"//! The norms in scope, and rules of this facility.

profile own "自施設" {
  en "own facility"
  include mhlw, handbook
  // What is not done here is left out with a reason:
  // exclude mhlw:9 reason "nothing is digitised by scanner"
}
"#;

const README_JA: &str = "# 評価の作業場所

- `facts/台帳.xlsx` … Excel で記入する台帳。はじめに「記入のしかた」のシートを読みます。
- `facts/*.csv` … 同じ台帳を CSV で。どちらに書いても構いません(同じことを両方に書く必要はありません)。空欄は「未確認」で、適合にはなりません。分からない欄は `?` でも構いません。
- `facts/_complete.toml` … 台帳がすべてかどうか。
- `facts/attestation.toml`、`facts/waiver.toml` … 確認記録と適用除外。
- `profile.kijun` … 対象とする規範と、この施設の規則。
- `rulepacks/` … 規則パック。

```
kijun assess .
kijun explain mhlw:8.1.2.C.オ .
```
";

const README_EN: &str = "# An assessment workspace

- `facts/registers.xlsx`: registers to fill in with a spreadsheet; its first sheet says how.
- `facts/*.csv`: the same registers as CSV. Use either; nothing need be written twice. What is empty is unknown, and never a pass; `?` says so explicitly.
- `facts/_complete.toml`: whether a ledger lists everything.
- `facts/attestation.toml`, `facts/waiver.toml`: attestations and waivers.
- `profile.kijun`: the norms in scope, and rules of your own.
- `rulepacks/`: the rule packs.

```
kijun assess .
kijun explain mhlw:8.1.2.C.オ .
```
";

const CI: &str = "name: kijun
on: [push, pull_request]
jobs:
  assess:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      # Put the program `kijun` on the path first; then one line decides:
      - run: kijun assess . --format github
";

/// The same registers, and all others, as one workbook.
fn registers(dir: &Path, workspace: &Workspace, lang: Lang) -> std::io::Result<()> {
    let kinds = (0..workspace.compiled.program.schema.kinds.len() as u32).map(KindId).collect();
    let (bytes, _) = write_template(workspace, kinds, false, lang).map_err(std::io::Error::other)?;
    let name = if lang == Lang::Ja { "台帳.xlsx" } else { "registers.xlsx" };
    std::fs::write(dir.join("facts").join(name), bytes)
}

/// Ledgers with the labels of the schema as headers, and commented templates for what is written as text.
fn templates(dir: &Path, schema: &Schema, program: &kijun_engine::program::Program) -> std::io::Result<()> {
    let facts = dir.join("facts");
    let mut complete = String::from(
        "# 台帳がすべてかどうかを記します。true: すべて載っている。false: ほかにもある。\n# whether a ledger lists everything\n",
    );
    for kind in LEDGERS {
        let Some(def) = schema.find_kind(kind).and_then(|k| schema.kind(k)) else { continue };
        let headers: Vec<String> =
            def.attributes.iter().map(|a| quoted(a.label.or(Lang::Ja, &a.name))).collect();
        // The byte order mark lets Excel read the file as UTF-8.
        let text = format!("\u{FEFF}id,{},_source,_as_of,_grade,_valid_until\r\n", headers.join(","));
        std::fs::write(facts.join(format!("{kind}.csv")), text)?;
        complete.push_str(&format!("# {kind} = true   # {}\n", def.label.or(Lang::Ja, kind)));
    }
    std::fs::write(facts.join("_complete.toml"), complete)?;
    for kind in ["attestation", "waiver"] {
        let Some(def) = schema.find_kind(kind).and_then(|k| schema.kind(k)) else { continue };
        let mut text = format!("# {}\n# [[{kind}]]\n# id = \"…\"\n", def.label.or(Lang::Ja, kind));
        for attribute in &def.attributes {
            text.push_str(&format!(
                "# {} = {}   # {}\n",
                attribute.name,
                example(schema, attribute),
                note(program, attribute)
            ));
        }
        std::fs::write(facts.join(format!("{kind}.toml")), text)?;
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn example(schema: &Schema, attribute: &Attribute) -> String {
    match &attribute.ty {
        Type::Bool => "true".to_owned(),
        Type::Int => "1".to_owned(),
        Type::Decimal => "1.0".to_owned(),
        Type::Date => "2026-04-01".to_owned(),
        Type::Enum(e) => {
            let literal = schema.enumeration(*e).and_then(|e| e.literals.first());
            format!("\"{}\"", literal.map_or("", |l| &l.name))
        }
        Type::Requirement => "\"mhlw:8.1.2.C.オ\"".to_owned(),
        _ => "\"…\"".to_owned(),
    }
}

fn note(program: &kijun_engine::program::Program, attribute: &Attribute) -> String {
    let label = attribute.label.or(Lang::Ja, &attribute.name);
    match &attribute.ask {
        Some(ask) => {
            format!("{label}: {} ({})", ask.question.get(Lang::Ja), role_name(program, &ask.of, Lang::Ja))
        }
        None if attribute.optional => format!("{label}(任意)"),
        None => label.to_owned(),
    }
}
