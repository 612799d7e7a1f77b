//! Fixtures: files in one text, with `$0` where the cursor is. `//- /path` begins a file; without one it is `/main.kijun`.

use std::sync::Arc;

use kijun_text::FileId;

use crate::doc::{Doc, DocKind, Files};
use crate::semantics::{Choices, Semantics};
use crate::snapshot::{Snapshot, Target};

/// Two catalogues and a small schema, 15 lines long.
pub(crate) const NORMS: &str = "\
catalog mhlw \"安全管理ガイドライン\" {
  en \"Safety guideline\"
  edition \"4.2\"
  level C must \"最低限\" en \"minimum\"
}
/// 契約に条項があること。
requirement mhlw:8.1 \"条項のある契約\" { en \"A contract with its clauses\" level C mark printed source \"8.1 C\" }
requirement mhlw:8.2 \"国内の事業者\" { en \"A vendor in Japan\" level C }
catalog iso \"ISO\" { edition \"2022\" }
requirement iso:A.1 \"委託先の管理\" { en \"Supplier management\" }
requirement iso:A.2 \"ほか\" { en \"Other\" }
enum clause \"条項\" { secrecy \"守秘義務\" en \"secrecy\" penalty \"罰則\" en \"penalty\" }
entity vendor \"事業者\" { name \"名称\": text country \"所在国\": country ask \"所在国はどこですか\" of purchaser subcontractors \"再委託先\": set of vendor }
entity contract \"契約\" { name \"名称\": text vendor \"事業者\": vendor clauses \"条項\": set of clause ask \"条項を選んでください\" of purchaser }
relation supplies(vendor, vendor) \"再委託\"
";

pub(crate) struct Place {
    pub(crate) file: FileId,
    pub(crate) offset: usize,
}

/// 2026-11-22.
pub(crate) const TODAY: i32 = 20_779;

pub(crate) fn kind_of(path: &str) -> DocKind {
    match path.rsplit('.').next() {
        Some("kijun") => DocKind::Module,
        _ => DocKind::Facts { broken: None },
    }
}

pub(crate) fn fixture(text: &str) -> (Snapshot, Place) {
    let mut files = Files::default();
    let mut place = Place { file: FileId(0), offset: 0 };
    let mut path = "/main.kijun".to_owned();
    let mut body = String::new();
    let mut add = |path: &str, body: &mut String| {
        let text = std::mem::take(body);
        if text.is_empty() {
            return;
        }
        let clean = text.replacen("$0", "", 1);
        let file = files.set(None, Arc::new(Doc::new(path, kind_of(path), clean)));
        if let Some(offset) = text.find("$0") {
            place = Place { file, offset };
        }
    };
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("//- ") {
            Some(next) => {
                add(&path, &mut body);
                path = next.trim().to_owned();
            }
            None => body.push_str(line),
        }
    }
    add(&path, &mut body);
    let choices = Choices { today: TODAY, ..Choices::default() };
    let semantics = Semantics::new(&files, &choices, None, &|| false).unwrap();
    (Snapshot::new(files, Arc::new(semantics)), place)
}

/// `path:line` and the text of a place.
pub(crate) fn show(snapshot: &Snapshot, target: &Target) -> String {
    let doc = snapshot.doc(target.file).unwrap();
    let line = doc.lines().line(target.start) + 1;
    format!("{}:{line} `{}`", doc.path, &doc.text[target.start..target.end])
}
