//! Seals: statements of in-toto in envelopes of DSSE, signed with Ed25519, and what a time stamp (RFC 3161) is of. No IO, no
//! clock, no randomness: whoever calls passes bytes.

mod envelope;
mod key;
mod statement;
mod timestamp;

use kijun_text::Label;
use sha2::{Digest, Sha256};

pub use envelope::{Envelope, PAYLOAD_TYPE, Signature, pae};
pub use key::{PrivateKey, PublicKey};
pub use statement::{
    ASSESSMENT, AssessmentPredicate, Engine, Options, PACK, PackPredicate, Resource, Statement,
};
pub use timestamp::Stamp;

/// Why something cannot be read or is not to be trusted, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub message: Label,
    pub help: Label,
}

impl Fault {
    pub(crate) fn new(message: Label, help: Label) -> Fault {
        Fault { message, help }
    }
}

/// SHA-256, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}
