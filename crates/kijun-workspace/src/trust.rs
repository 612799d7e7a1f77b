//! Whose packs are taken: signatures of packs, held against the keys that a manifest trusts.

use std::collections::BTreeMap;
use std::path::Path;

use kijun_model::Manifest;
use kijun_seal::{Envelope, Fault, PACK, PackPredicate, PrivateKey, PublicKey, Resource, Statement};
use kijun_text::{Diagnostic, FileId, Label, Span};

use crate::files::{LoadError, Reading};
use crate::packs::{LoadedPack, place};

/// The signature of a pack, in its folder: it goes with the pack wherever that goes, and is not in its digest.
pub const SIGNATURE: &str = "pack.dsse.json";

/// The digest of a pack, as [`crate::pack_digest`] makes it, in a set of digests of in-toto.
const ALGORITHM: &str = "kijunPack";

/// What makes a pack this one, signed.
pub fn sign_pack(pack: &LoadedPack, key: &PrivateKey) -> Vec<u8> {
    let subject = vec![Resource::digested(&pack.name, ALGORITHM, pack.sha256.clone())];
    let predicate = PackPredicate { name: pack.name.clone(), version: pack.version.clone() };
    let statement = Statement::new(PACK, subject, predicate);
    Envelope::sign(kijun_seal::PAYLOAD_TYPE, statement.to_json(), key).to_json()
}

/// What is wrong with the signatures of packs, each at the place that asks for the pack.
pub(crate) fn check(
    root: &Path,
    (file, manifest): (FileId, &Manifest),
    packs: &[LoadedPack],
    places: &BTreeMap<String, Span>,
    files: &mut Reading<'_>,
) -> Result<Vec<Diagnostic>, LoadError> {
    let trust = &manifest.trust;
    let mut out = Vec::new();
    let mut keys = Vec::new();
    for name in &trust.keys {
        let at = place(file, name);
        let path = root.join(name.get_ref());
        if !files.has(&path) {
            let name = name.get_ref();
            let message = Label::new(
                format!("公開鍵のファイル `{name}` がありません"),
                format!("there is no file `{name}` with a key"),
            );
            let help = Label::new(
                "パスは kijun.toml のあるフォルダからです",
                "paths are from the folder of kijun.toml",
            );
            out.push(wrong(at, message, &help));
            continue;
        }
        match PublicKey::read(files.add(root, &path)?.1.as_bytes()) {
            Ok(key) => keys.push(key),
            Err(fault) => out.push(wrong(at, fault.message, &fault.help)),
        }
    }
    if trust.require_signed_packs && trust.keys.is_empty() {
        let message = Label::new(
            "`require_signed_packs` には `keys` が要ります",
            "`require_signed_packs` needs `keys`",
        );
        let help = Label::new(
            "[trust] の `keys` に、信頼するパックの作り手の公開鍵を書いてください",
            "name the public keys of those whose packs are taken in `keys` of [trust]",
        );
        out.push(wrong(manifest.place, message, &help));
    }
    if trust.keys.is_empty() || !out.is_empty() {
        return Ok(out);
    }
    for pack in packs.iter().filter(|p| p.root != root) {
        let path = pack.root.join(SIGNATURE);
        let at = places.get(&pack.name).copied().unwrap_or(manifest.place);
        let name = &pack.name;
        if !files.has(&path) {
            if trust.require_signed_packs {
                let message = Label::new(
                    format!("パック `{name}` には署名がありません"),
                    format!("the pack `{name}` is not signed"),
                );
                let help = Label::new(
                    format!(
                        "作り手に `kijun seal --pack --key 鍵` で署名 (`{SIGNATURE}`) を付けてもらってください"
                    ),
                    format!("have who made it sign it with `kijun seal --pack --key KEY` (`{SIGNATURE}`)"),
                );
                out.push(wrong(at, message, &help));
            }
            continue;
        }
        if let Err(fault) = verify(files.add(root, &path)?.1.as_bytes(), pack, &keys) {
            let Label { ja, en } = fault.message;
            let message = Label::new(
                format!("パック `{name}` の署名を信頼できません: {ja}"),
                format!("the signature of the pack `{name}` is not to be trusted: {en}"),
            );
            out.push(wrong(at, message, &fault.help));
        }
    }
    Ok(out)
}

fn wrong(at: Span, message: Label, help: &Label) -> Diagnostic {
    Diagnostic::error("K0609", at, message).help(help.ja.as_str(), help.en.as_str())
}

fn verify(signature: &[u8], pack: &LoadedPack, keys: &[PublicKey]) -> Result<(), Fault> {
    let envelope = Envelope::read(signature)?;
    envelope.verify(keys)?;
    let statement: Statement<PackPredicate> = Statement::read(&envelope.payload, PACK)?;
    let own = Resource::digested(&pack.name, ALGORITHM, pack.sha256.clone());
    let PackPredicate { name, version } = &statement.predicate;
    if statement.subject == [own] && *name == pack.name && *version == pack.version {
        return Ok(());
    }
    let of = format!("{name} {version}");
    Err(Fault {
        message: Label::new(
            format!("署名は別の中身 ({of}) に付いています"),
            format!("it is of other content ({of})"),
        ),
        help: Label::new(
            "パックが署名の後に変わっています。作り手から受け取り直してください",
            "the pack was changed since it was signed: get it again from who made it",
        ),
    })
}
