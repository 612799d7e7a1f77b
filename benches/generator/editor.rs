//! A generated workspace for the language server: 500 modules of about 200 lines, two registers of 17,500 facts.

pub(crate) const MODULES: usize = 500;
pub(crate) const ITEMS: usize = 20;
pub(crate) const MANIFEST: &str = "[workspace]\nfacility = \"minato\"\nas_of = 2026-11-22\n";

/// One module: items of one of ten catalogues, checks on them, and mappings to the next catalogue.
pub(crate) fn module(m: usize) -> String {
    let mut out = String::new();
    let (own, next) = (m % 10, (m + 1) % 10);
    for i in 0..ITEMS {
        out.push_str(&format!(
            "/// 第{m}章の項目{i}。記録を保ち、毎年見直す。\nrequirement n{own}:{m}.{i} \"項目{m}の{i}\" {{\n  en     \"Item {i} of chapter {m}\"\n  level  C\n  source \"第{m}章 {i}\"\n  mark   printed\n}}\n"
        ));
    }
    for i in 0..4 {
        let limit = m + i;
        out.push_str(&format!(
            "\ncheck rule_{m}_{i} for n{own}:{m}.{i} {{\n  each c: contract\n  where c.signed >= 2020-01-01\n  require c.amount >= {limit} and c.vendor.country == JP\n    ja \"契約「{{c.name}}」が足りません\"\n    en \"contract {{c.name}} is short\"\n  fix ja \"見直す\" en \"review\"\n  mark inferred\n}}\n"
        ));
    }
    out.push_str(&format!("\nmapping n{own} -> n{next} {{\n  source \"対応表{m}\"\n  method human\n"));
    for i in 0..14 {
        let to = (m + 1) % MODULES;
        out.push_str(&format!("  {m}.{i} intersects {to}.{i} strength 5\n"));
    }
    out.push_str("}\n");
    out
}

/// Files by path: the manifest, modules and facts.
pub(crate) fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = vec![("kijun.toml".to_owned(), MANIFEST.to_owned())];
    let mut schema = String::from(
        "entity vendor \"事業者\" { name \"名称\": text country \"国\": country since \"開始\": date }\nentity contract \"契約\" { name \"名称\": text vendor \"事業者\": vendor amount \"額\": int signed \"締結日\": date }\n",
    );
    for n in 0..10 {
        schema.push_str(&format!("catalog n{n} \"規範{n}\" {{ edition \"1\" level C must \"必須\" }}\n"));
    }
    files.push(("schema.kijun".to_owned(), schema));
    for m in 0..MODULES {
        files.push((format!("modules/m{m}.kijun"), module(m)));
    }
    let mut vendors = String::from("id,name,country,since\n");
    let mut contracts = String::from("id,name,vendor,amount,signed\n");
    for i in 0..2_500 {
        vendors.push_str(&format!("v{i},事業者{i},JP,2019-04-01\n"));
        let amount = if i % 500 == 3 { 400 } else { 1_000 + i };
        contracts.push_str(&format!("c{i},契約{i},v{i},{amount},2024-04-01\n"));
    }
    files.push(("facts/vendor.csv".to_owned(), vendors));
    files.push(("facts/contract.csv".to_owned(), contracts));
    files
}
