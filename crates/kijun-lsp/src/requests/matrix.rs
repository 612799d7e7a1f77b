//! `kijun/catalogs`: which catalogues there are. `kijun/matrix`: how far one covers others.

use kijun_exchange::{PackRef, matrix_html, matrix_json};
use kijun_ide::{NamedCatalog, Pack};
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{Error, Result};

use super::own::{AskedLang, Where, from_roots};
use crate::analyst::Shared;
use crate::ask::View;

#[derive(Debug, Deserialize)]
pub(crate) struct CatalogsParams {
    lang: Option<AskedLang>,
    #[serde(flatten)]
    of: Where,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CatalogAnswer {
    name: String,
    title: String,
    is_included: bool,
}

pub(crate) async fn catalogs(shared: &Shared, params: CatalogsParams) -> Result<Vec<CatalogAnswer>> {
    let CatalogsParams { lang, of } = params;
    from_roots(shared, &of, move |view| {
        let lang = AskedLang::or(lang, view);
        let answer = |c: NamedCatalog| CatalogAnswer {
            name: c.name,
            title: c.title.get(lang).to_owned(),
            is_included: c.is_included,
        };
        Ok(kijun_ide::catalogs(&view.snapshot).into_iter().map(answer).collect())
    })
    .await
}

#[derive(Debug, Deserialize)]
pub(crate) struct MatrixParams {
    from: String,
    to: Vec<String>,
    #[serde(default)]
    format: Format,
    lang: Option<AskedLang>,
    #[serde(flatten)]
    of: Where,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Html,
}

/// The page, or the data.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MatrixAnswer {
    Html(String),
    Json(serde_json::Value),
}

pub(crate) async fn matrix(shared: &Shared, params: MatrixParams) -> Result<MatrixAnswer> {
    let MatrixParams { from, to, format, lang, of } = params;
    let found = from_roots(shared, &of, move |view| {
        let lang = AskedLang::or(lang, view);
        let packs: Vec<PackRef> = view.snapshot.about().packs.iter().map(|p| pack_ref(view, p)).collect();
        kijun_ide::matrix(&view.snapshot, &from, &to, &packs, |context| match format {
            Format::Html => matrix_html(context, lang).map(MatrixAnswer::Html),
            Format::Json => serde_json::to_value(matrix_json(context)).map(MatrixAnswer::Json),
        })
    });
    found.await?.map_err(|_| Error::internal_error())
}

/// A pack as results name it, by its texts as they were analysed.
fn pack_ref(view: &View, pack: &Pack) -> PackRef {
    let text = |file| view.snapshot.analysed(file).map(|doc| doc.text.as_str());
    let manifest = pack.manifest.and_then(text).unwrap_or_default();
    let modules = pack.own.iter().filter_map(|(path, file)| Some((path.as_str(), text(*file)?)));
    let sha256 = kijun_workspace::pack_digest(manifest, modules);
    PackRef { name: pack.name.clone(), version: pack.version.clone(), sha256 }
}
