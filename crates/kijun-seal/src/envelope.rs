//! Envelopes of DSSE (v1.0.2): a payload, its type, and signatures over both.

use data_encoding::BASE64;
use kijun_text::Label;
use serde::{Deserialize, Serialize};

use crate::{Fault, PrivateKey, PublicKey, sha256};

/// Of statements of in-toto.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// What was sealed, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    pub payload_type: String,
    pub payload: Vec<u8>,
    /// At least one.
    pub signatures: Vec<Signature>,
    /// Responses or tokens of RFC 3161 on the first signature.
    pub timestamps: Vec<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub key: String,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<SignatureJson>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    timestamps: Vec<StampJson>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureJson {
    keyid: String,
    sig: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StampJson {
    rfc3161: String,
}

/// What is signed: `DSSEv1 LEN TYPE LEN BODY`.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut out = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    out.extend_from_slice(payload);
    out
}

impl Envelope {
    /// A payload signed by one key; the same for the same of both.
    pub fn sign(payload_type: &str, payload: Vec<u8>, key: &PrivateKey) -> Envelope {
        let bytes = key.sign(&pae(payload_type, &payload)).to_vec();
        let signatures = vec![Signature { key: key.public().id(), bytes }];
        Envelope { payload_type: payload_type.to_owned(), payload, signatures, timestamps: Vec::new() }
    }

    /// Reads an envelope that [`Envelope::to_json`] wrote, byte for byte: what could be written in another way could be changed
    /// unnoticed.
    ///
    /// # Errors
    /// Why it is no such envelope.
    pub fn read(text: &[u8]) -> Result<Envelope, Fault> {
        let unreadable = |why: &str| {
            let message = Label::new(
                format!("DSSE の封筒として読めません ({why})"),
                format!("this is no envelope of DSSE ({why})"),
            );
            let help = Label::new(
                "`kijun seal` が書いたファイルを指定してください",
                "name a file that `kijun seal` wrote",
            );
            Fault::new(message, help)
        };
        let json: Json = serde_json::from_slice(text).map_err(|e| unreadable(&e.to_string()))?;
        let decoded =
            |text: &str| BASE64.decode(text.as_bytes()).map_err(|e| unreadable(&format!("base64: {e}")));
        let signature = |s: &SignatureJson| Ok(Signature { key: s.keyid.clone(), bytes: decoded(&s.sig)? });
        let envelope = Envelope {
            payload: decoded(&json.payload)?,
            signatures: json.signatures.iter().map(signature).collect::<Result<_, Fault>>()?,
            timestamps: json.timestamps.iter().map(|s| decoded(&s.rfc3161)).collect::<Result<_, Fault>>()?,
            payload_type: json.payload_type,
        };
        if envelope.signatures.is_empty() {
            return Err(unreadable("no signature"));
        }
        if envelope.to_json() != text {
            let message = Label::new(
                "封の書き方が違います。書かれた後に手が加わっています",
                "the seal is not as it is written: somebody changed it since",
            );
            return Err(Fault::new(
                message,
                Label::new("元のファイルを使ってください", "use the file as it was written"),
            ));
        }
        Ok(envelope)
    }

    pub fn to_json(&self) -> Vec<u8> {
        let signature = |s: &Signature| SignatureJson { keyid: s.key.clone(), sig: BASE64.encode(&s.bytes) };
        let json = Json {
            payload: BASE64.encode(&self.payload),
            payload_type: self.payload_type.clone(),
            signatures: self.signatures.iter().map(signature).collect(),
            timestamps: self.timestamps.iter().map(|s| StampJson { rfc3161: BASE64.encode(s) }).collect(),
        };
        let mut out = serde_json::to_vec_pretty(&json).unwrap_or_default();
        out.push(b'\n');
        out
    }

    /// Holds the signatures against keys that are trusted: every one must be by one of them, each key once, and verify.
    ///
    /// # Errors
    /// Why the payload is not to be trusted.
    pub fn verify(&self, keys: &[PublicKey]) -> Result<(), Fault> {
        let signed = pae(&self.payload_type, &self.payload);
        for (i, signature) in self.signatures.iter().enumerate() {
            let id = &signature.key;
            if self.signatures.iter().take(i).any(|other| other.key == *id) {
                return Err(twice(id));
            }
            let key = keys.iter().find(|key| key.id() == *id).ok_or_else(|| by_another(id, keys))?;
            if !key.verifies(&signed, &signature.bytes) {
                return Err(wrong(id));
            }
        }
        if self.payload_type != PAYLOAD_TYPE {
            let message = Label::new(
                format!("封の中身の型が `{}` です", self.payload_type),
                format!("what is sealed has the type `{}`", self.payload_type),
            );
            let help =
                Label::new(format!("`{PAYLOAD_TYPE}` が要ります"), format!("`{PAYLOAD_TYPE}` is needed"));
            return Err(Fault::new(message, help));
        }
        Ok(())
    }

    /// SHA-256 of the first signature: what a time stamp is to be of.
    pub fn digest(&self) -> String {
        sha256(self.signatures.first().map_or(&[][..], |s| &s.bytes))
    }
}

fn short(id: &str) -> String {
    id.chars().take(16).collect()
}

fn twice(id: &str) -> Fault {
    let id = short(id);
    let message = Label::new(
        format!("鍵 `{id}…` の署名が二つあります"),
        format!("there are two signatures by the key `{id}…`"),
    );
    Fault::new(message, Label::new("元のファイルを使ってください", "use the file as it was written"))
}

fn by_another(id: &str, keys: &[PublicKey]) -> Fault {
    let id = short(id);
    let message = Label::new(
        format!("知らない鍵 `{id}…` の署名です"),
        format!("it is signed by a key that is not known: `{id}…`"),
    );
    let known: Vec<String> = keys.iter().map(|key| format!("{}…", short(&key.id()))).collect();
    let known = known.join(", ");
    let help = Label::new(
        format!("封をした人の公開鍵か確かめてください。渡された鍵: {known}"),
        format!("make sure of the public key of whoever sealed it; given: {known}"),
    );
    Fault::new(message, help)
}

fn wrong(id: &str) -> Fault {
    let id = short(id);
    let message = Label::new(
        format!("鍵 `{id}…` の署名が合いません。封か中身が改ざんされています"),
        format!("the signature by the key `{id}…` does not fit: the seal or what it seals was changed"),
    );
    Fault::new(
        message,
        Label::new("元のファイルを受け取り直してください", "get the file again from who sealed it"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u8) -> PrivateKey {
        PrivateKey::from_secret(&[n; 32])
    }

    fn sealed() -> Envelope {
        Envelope::sign(PAYLOAD_TYPE, b"{\"a\":1}".to_vec(), &key(1))
    }

    /// The example of the specification's protocol page.
    #[test]
    fn what_is_signed_is_as_the_specification_has_it() {
        assert_eq!(
            pae("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
        assert_eq!(pae("", b""), b"DSSEv1 0  0 ");
        assert_eq!(pae("型", "中身".as_bytes()), "DSSEv1 3 型 6 中身".as_bytes(), "lengths are of bytes");
    }

    #[test]
    fn an_envelope_is_the_same_each_time_and_read_again() {
        let envelope = sealed();
        assert_eq!(envelope.to_json(), sealed().to_json());
        let read = Envelope::read(&envelope.to_json()).unwrap();
        assert_eq!(read, envelope);
        assert_eq!(read.verify(&[key(2).public(), key(1).public()]), Ok(()));
        assert_eq!(read.digest(), sha256(&envelope.signatures[0].bytes));
    }

    #[test]
    fn any_byte_that_is_another_is_noticed() {
        let text = sealed().to_json();
        for at in 0..text.len() {
            for bit in [0x01, 0x20, 0x80] {
                let mut changed = text.clone();
                changed[at] ^= bit;
                let found = Envelope::read(&changed).and_then(|e| e.verify(&[key(1).public()]));
                assert!(found.is_err(), "byte {at}: {}", String::from_utf8_lossy(&changed));
            }
        }
        for end in 0..text.len() {
            assert!(Envelope::read(&text[..end]).is_err(), "the first {end} bytes");
        }
    }

    #[test]
    fn who_signed_and_what_is_looked_at() {
        let check = |envelope: &Envelope, keys: &[PublicKey], expected: &str| {
            let said = envelope.verify(keys).unwrap_err().message.en;
            assert!(said.contains(expected), "{said}");
        };
        let mut of = sealed();
        check(&of, &[], "a key that is not known");
        check(&of, &[key(2).public()], "a key that is not known");
        of.signatures[0].key = key(2).public().id();
        check(&of, &[key(2).public()], "does not fit");
        let mut of = sealed();
        of.signatures.push(of.signatures[0].clone());
        check(&of, &[key(1).public()], "two signatures by the key");
        let mut of = sealed();
        of.signatures.push(Signature { key: "another".into(), bytes: vec![0; 64] });
        check(&of, &[key(1).public()], "a key that is not known: `another…`");
        let other = Envelope::sign("text/plain", b"hello".to_vec(), &key(1));
        check(&other, &[key(1).public()], "has the type `text/plain`");
        let mut of = sealed();
        of.payload_type = "text/plain".into();
        check(&of, &[key(1).public()], "does not fit");
        let mut of = sealed();
        of.signatures.clear();
        assert!(Envelope::read(&of.to_json()).is_err());
        let two = sealed();
        let both = Signature {
            key: key(2).public().id(),
            bytes: key(2).sign(&pae(PAYLOAD_TYPE, &two.payload)).to_vec(),
        };
        let two = Envelope { signatures: vec![two.signatures[0].clone(), both], ..two };
        assert_eq!(two.verify(&[key(1).public(), key(2).public()]), Ok(()));
    }
}
