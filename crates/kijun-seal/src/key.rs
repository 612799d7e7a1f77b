//! Keys of Ed25519: PKCS#8 and SubjectPublicKeyInfo in PEM, or the 32 bytes alone.

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, KeypairBytes,
};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use kijun_text::Label;

use crate::{Fault, sha256};

/// A key that signs. Its secret is wiped when it goes.
pub struct PrivateKey(SigningKey);

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PrivateKey").field(&self.public().id()).finish()
    }
}

impl PrivateKey {
    /// The key with this secret, which nobody else may know.
    pub fn from_secret(secret: &[u8; 32]) -> PrivateKey {
        PrivateKey(SigningKey::from_bytes(secret))
    }

    /// Reads a key: PKCS#8 in PEM, without a password, or its 32 bytes.
    ///
    /// # Errors
    /// When it is neither.
    pub fn read(bytes: &[u8]) -> Result<PrivateKey, Fault> {
        if let Ok(secret) = <&[u8; 32]>::try_from(bytes) {
            return Ok(PrivateKey::from_secret(secret));
        }
        let text = std::str::from_utf8(bytes).unwrap_or("");
        SigningKey::from_pkcs8_pem(text.trim_start()).map(PrivateKey).map_err(|_| {
            let message = Label::new("Ed25519 の秘密鍵ではありません", "this is no private key of Ed25519");
            let help = Label::new(
                "PKCS#8 の PEM(パスワードなし)か 32 バイトの鍵を使ってください。`kijun seal --new-key ファイル` で作れます",
                "use PKCS#8 in PEM (without a password) or the 32 bytes of the key; `kijun seal --new-key FILE` makes one",
            );
            Fault::new(message, help)
        })
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The signature of a message: always the same one.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// PKCS#8 in PEM, in the first version, which every tool reads.
    pub fn to_pem(&self) -> String {
        let pair = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        pair.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string()).unwrap_or_default()
    }
}

/// A key that verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a key: SubjectPublicKeyInfo in PEM, or its 32 bytes.
    ///
    /// # Errors
    /// When it is neither.
    pub fn read(bytes: &[u8]) -> Result<PublicKey, Fault> {
        let text = std::str::from_utf8(bytes).unwrap_or("");
        let found = match <&[u8; 32]>::try_from(bytes) {
            Ok(raw) => VerifyingKey::from_bytes(raw).ok(),
            Err(_) => VerifyingKey::from_public_key_pem(text.trim_start()).ok(),
        };
        // A weak key verifies what nobody signed.
        found.filter(|key| !key.is_weak()).map(PublicKey).ok_or_else(|| {
            let is_private = text.contains("PRIVATE KEY");
            let message = Label::new("Ed25519 の公開鍵ではありません", "this is no public key of Ed25519");
            let help = match is_private {
                true => Label::new(
                    "秘密鍵です。検証には `.pub` の公開鍵を使い、秘密鍵は渡さないでください",
                    "it is a private key: verify with the public one (`.pub`), and hand the private one to nobody",
                ),
                false => Label::new(
                    "公開鍵(SubjectPublicKeyInfo)の PEM か 32 バイトの鍵を使ってください",
                    "use a public key (SubjectPublicKeyInfo) in PEM, or its 32 bytes",
                ),
            };
            Fault::new(message, help)
        })
    }

    /// SHA-256 of the SubjectPublicKeyInfo in DER.
    pub fn id(&self) -> String {
        self.0.to_public_key_der().map(|der| sha256(der.as_bytes())).unwrap_or_default()
    }

    pub fn to_pem(&self) -> String {
        self.0.to_public_key_pem(LineEnding::LF).unwrap_or_default()
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let signature = ed25519_dalek::Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first vector of RFC 8032, 7.1.
    const SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    const SIGNED: &str = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

    fn bytes(hex: &str) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap()
    }

    #[test]
    fn keys_sign_as_the_rfc_says() {
        let key = PrivateKey::read(&bytes(SECRET)).unwrap();
        assert_eq!(key.public(), PublicKey::read(&bytes(PUBLIC)).unwrap());
        assert_eq!(key.sign(b"").to_vec(), bytes(SIGNED));
        assert!(key.public().verifies(b"", &bytes(SIGNED)));
        assert!(!key.public().verifies(b"x", &bytes(SIGNED)));
        assert!(!key.public().verifies(b"", b"short"));
    }

    #[test]
    fn keys_are_written_and_read_again() {
        let key = PrivateKey::from_secret(&[7; 32]);
        assert_eq!(PrivateKey::read(key.to_pem().as_bytes()).unwrap().public(), key.public());
        assert_eq!(PublicKey::read(key.public().to_pem().as_bytes()).unwrap(), key.public());
        assert!(
            key.to_pem().starts_with("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAcHBw"),
            "{}",
            key.to_pem()
        );
        assert_eq!(key.public().id().len(), 64);
        assert!(!format!("{key:?}").contains("7, 7"), "a secret is not shown");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(PrivateKey::read(b"").is_err());
        assert!(PrivateKey::read(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").is_err());
        assert!(PublicKey::read(b"no").is_err());
        let private = PrivateKey::from_secret(&[1; 32]).to_pem();
        assert!(
            PublicKey::read(private.as_bytes())
                .unwrap_err()
                .help
                .en
                .contains("hand the private one to nobody")
        );
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert!(PublicKey::read(&neutral).is_err(), "a weak key");
    }
}
