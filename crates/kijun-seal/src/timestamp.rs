//! Time stamps of RFC 3161: what they are of, and when. Whether the authority is to be trusted, and whether its signature is sound, is
//! not looked at.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};
use kijun_text::Label;

use crate::{Envelope, Fault};

/// What a time stamp states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// As it is written there, in UTC: `20261129093000Z`.
    pub time: String,
    /// SHA-256 of what it is of, in hexadecimal.
    pub digest: String,
}

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

impl Stamp {
    /// Reads a response of an authority (`.tsr`), or the token in one.
    ///
    /// # Errors
    /// When it is neither, was not granted, or is not of a SHA-256.
    pub fn read(bytes: &[u8]) -> Result<Stamp, Fault> {
        read(bytes).map_err(|why| {
            let message = Label::new(
                format!("RFC 3161 のタイムスタンプとして使えません: {}", why.ja),
                format!("no time stamp of RFC 3161 that can be used: {}", why.en),
            );
            let help = Label::new(
                "`kijun seal 封 --digest` の値に SHA-256 のタイムスタンプを取り、その応答 (.tsr) を指定してください",
                "have the value of `kijun seal SEAL --digest` stamped with SHA-256, and name the response (.tsr)",
            );
            Fault::new(message, help)
        })
    }

    /// Reads a time stamp, and makes sure that it is of an envelope.
    ///
    /// # Errors
    /// As for [`Stamp::read`], and when it is of something else.
    pub fn of(bytes: &[u8], envelope: &Envelope) -> Result<Stamp, Fault> {
        let stamp = Stamp::read(bytes)?;
        let wanted = envelope.digest();
        if stamp.digest != wanted {
            let message = Label::new(
                format!("タイムスタンプは別のもの ({}) に付いています", stamp.digest),
                format!("the time stamp is of something else ({})", stamp.digest),
            );
            let help = Label::new(
                format!("この封には {wanted} のタイムスタンプが要ります"),
                format!("this seal needs a stamp of {wanted}"),
            );
            return Err(Fault::new(message, help));
        }
        Ok(stamp)
    }
}

fn read(bytes: &[u8]) -> Result<Stamp, Label> {
    let broken = |_| Label::new("DER が壊れています", "its DER is broken");
    let whole = AnyRef::from_der(bytes).map_err(broken)?;
    let first = within(whole).map_err(broken)?.first().copied();
    // A response begins with its status, a token with the kind of its content.
    let token = match first.map(|f| f.tag()) {
        Some(Tag::ObjectIdentifier) => whole,
        _ => {
            let parts = within(whole).map_err(broken)?;
            let status = parts.first().copied().and_then(|s| within(s).ok()?.first().copied());
            if !status.is_some_and(|s| matches!(s.value(), [0 | 1])) {
                return Err(Label::new("発行が断られています", "it was not granted"));
            }
            parts.get(1).copied().ok_or_else(|| Label::new("トークンがありません", "there is no token"))?
        }
    };
    let info = info(token)
        .map_err(broken)?
        .ok_or_else(|| Label::new("署名されたタイムスタンプではありません", "it is no signed time stamp"))?;
    let parts = within(AnyRef::from_der(info).map_err(broken)?).map_err(broken)?;
    let imprint = parts.get(2).copied().map(within).transpose().map_err(broken)?.unwrap_or_default();
    let algorithm = imprint.first().copied().map(within).transpose().map_err(broken)?.unwrap_or_default();
    let is_sha256 = algorithm.first().is_some_and(|a| a.decode_as::<ObjectIdentifier>() == Ok(SHA_256));
    let digest = imprint.get(1).filter(|d| d.tag() == Tag::OctetString).map_or(&[][..], |d| d.value());
    if !is_sha256 || digest.len() != 32 {
        return Err(Label::new("SHA-256 の値に付いていません", "it is not of a SHA-256"));
    }
    let time = parts.get(4).filter(|t| t.tag() == Tag::GeneralizedTime).map(|t| t.value());
    let time = time.and_then(|t| std::str::from_utf8(t).ok());
    let time = time.ok_or_else(|| Label::new("時刻がありません", "it has no time"))?;
    Ok(Stamp { time: time.to_owned(), digest: data_encoding::HEXLOWER.encode(digest) })
}

/// The `TSTInfo` in a token, in DER; `None` where the token holds something else.
fn info(token: AnyRef<'_>) -> der::Result<Option<&[u8]>> {
    let parts = within(token)?;
    let Some(content) = explicit(&parts, SIGNED_DATA)? else { return Ok(None) };
    // version, digestAlgorithms, encapContentInfo
    let signed = within(content)?;
    let Some(encapsulated) = signed.get(2) else { return Ok(None) };
    let Some(octets) = explicit(&within(*encapsulated)?, TST_INFO)? else { return Ok(None) };
    Ok(Some(octets.decode_as::<&OctetStringRef>()?.as_bytes()))
}

/// The content behind an identifier: `[0] EXPLICIT`.
fn explicit<'d>(parts: &[AnyRef<'d>], wanted: ObjectIdentifier) -> der::Result<Option<AnyRef<'d>>> {
    let (Some(id), Some(content)) = (parts.first(), parts.get(1)) else { return Ok(None) };
    if id.tag() != Tag::ObjectIdentifier || id.decode_as::<ObjectIdentifier>()? != wanted {
        return Ok(None);
    }
    let is_context =
        matches!(content.tag(), Tag::ContextSpecific { constructed: true, number } if number == TagNumber(0));
    if !is_context {
        return Ok(None);
    }
    AnyRef::from_der(content.value()).map(Some)
}

/// The elements of a sequence or set.
fn within(of: AnyRef<'_>) -> der::Result<Vec<AnyRef<'_>>> {
    let mut out = Vec::new();
    let mut reader = SliceReader::new(of.value())?;
    while !reader.is_finished() {
        out.push(AnyRef::decode(&mut reader)?);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PAYLOAD_TYPE, PrivateKey};

    /// Made by `openssl ts` for the signature of the envelope below.
    const GRANTED: &[u8] = include_bytes!("testdata/granted.tsr");
    const TOKEN: &[u8] = include_bytes!("testdata/token.der");
    const REJECTED: &[u8] = include_bytes!("testdata/rejected.tsr");
    const SHA_512: &[u8] = include_bytes!("testdata/sha512.tsr");

    fn sealed(payload: &[u8]) -> Envelope {
        Envelope::sign(PAYLOAD_TYPE, payload.to_vec(), &PrivateKey::from_secret(&[1; 32]))
    }

    #[test]
    fn a_stamp_is_of_the_signature() {
        let of = sealed(b"{\"a\":1}");
        let stamp = Stamp::of(GRANTED, &of).unwrap();
        assert_eq!(stamp.digest, of.digest());
        assert!(stamp.time.len() >= 15 && stamp.time.ends_with('Z'), "{}", stamp.time);
        assert_eq!(Stamp::of(TOKEN, &of), Ok(stamp), "the token alone");
        let said = Stamp::of(GRANTED, &sealed(b"{}")).unwrap_err();
        assert!(said.message.en.contains("is of something else"), "{said:?}");
        let kept = Envelope { timestamps: vec![TOKEN.to_vec()], ..of };
        assert_eq!(Envelope::read(&kept.to_json()), Ok(kept));
    }

    #[test]
    fn what_is_no_stamp_is_refused() {
        let check = |bytes: &[u8], expected: &str| {
            let said = Stamp::read(bytes).unwrap_err().message.en;
            assert!(said.contains(expected), "{said}");
        };
        check(REJECTED, "it was not granted");
        check(SHA_512, "it is not of a SHA-256");
        check(b"", "its DER is broken");
        check(b"-----BEGIN", "its DER is broken");
        check(&[0x30, 0x00], "");
        check(&[0x30, 0x03, 0x02, 0x01, 0x00], "");
    }

    #[test]
    fn broken_stamps_are_refused_and_never_fatal() {
        let of = sealed(b"{\"a\":1}");
        for at in 0..GRANTED.len() {
            assert!(Stamp::read(&GRANTED[..at]).is_err(), "the first {at} bytes");
            let mut changed = GRANTED.to_vec();
            changed[at] ^= 0x01;
            // What is not of the imprint, the time or the frame is for a tool that knows the authority.
            if let Ok(stamp) = Stamp::of(&changed, &of) {
                assert_eq!(stamp.digest, of.digest());
            }
        }
    }
}
