//! What is sealed: statements of in-toto (v1) with predicates of our own. `urn:kijun:` is no namespace that a registry assigned, and
//! nothing is to be found there: the names only tell predicates apart.

use std::collections::BTreeMap;

use kijun_text::Label;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Fault, sha256};

const TYPE: &str = "https://in-toto.io/Statement/v1";

/// That an assessment came of these files.
pub const ASSESSMENT: &str = "urn:kijun:assessment:1";
/// That a pack is this one.
pub const PACK: &str = "urn:kijun:pack:1";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement<P> {
    #[serde(rename = "_type")]
    of_type: String,
    pub subject: Vec<Resource>,
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    pub predicate: P,
}

/// A file, or what goes by a name, with its digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    pub name: String,
    pub digest: BTreeMap<String, String>,
}

/// What an assessment was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessmentPredicate {
    pub engine: Engine,
    pub facility: String,
    pub as_of: String,
    pub options: Options,
    /// Every file that was read, by its path from the workspace.
    pub inputs: Vec<Resource>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    pub name: String,
    pub version: String,
}

/// What of the command line an assessment depends on; `None`: as the workspace has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    pub profile: Option<String>,
    pub facts: Option<Vec<String>>,
}

/// What a pack is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackPredicate {
    pub name: String,
    pub version: String,
}

impl Resource {
    pub fn file(name: impl Into<String>, bytes: &[u8]) -> Resource {
        Resource::digested(name, "sha256", sha256(bytes))
    }

    pub fn digested(name: impl Into<String>, algorithm: &str, digest: String) -> Resource {
        Resource { name: name.into(), digest: BTreeMap::from([(algorithm.to_owned(), digest)]) }
    }

    /// Empty where there is none of this algorithm.
    pub fn digest_of(&self, algorithm: &str) -> &str {
        self.digest.get(algorithm).map_or("", String::as_str)
    }
}

impl<P: Serialize + DeserializeOwned> Statement<P> {
    pub fn new(predicate_type: &str, subject: Vec<Resource>, predicate: P) -> Statement<P> {
        Statement { of_type: TYPE.to_owned(), subject, predicate_type: predicate_type.to_owned(), predicate }
    }

    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads a statement with this predicate.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(payload: &[u8], predicate_type: &str) -> Result<Statement<P>, Fault> {
        let help = || {
            Label::new(
                "`kijun seal` が書いたもので、種類が合うものを指定してください",
                "name what `kijun seal` wrote, of the right sort",
            )
        };
        #[derive(Deserialize)]
        struct Head {
            #[serde(rename = "_type")]
            of_type: String,
            #[serde(rename = "predicateType")]
            predicate_type: String,
        }
        let no_statement = |why: String| {
            let message = Label::new(
                format!("in-toto の陳述として読めません ({why})"),
                format!("this is no statement of in-toto ({why})"),
            );
            Fault::new(message, help())
        };
        let head: Head = serde_json::from_slice(payload).map_err(|e| no_statement(e.to_string()))?;
        if head.of_type != TYPE {
            return Err(no_statement(head.of_type));
        }
        if head.predicate_type != predicate_type {
            let found = head.predicate_type;
            let message = Label::new(
                format!("封の対象が `{found}` です。`{predicate_type}` が要ります"),
                format!("what is sealed is `{found}`; `{predicate_type}` is needed"),
            );
            return Err(Fault::new(message, help()));
        }
        serde_json::from_slice(payload).map_err(|e| no_statement(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_written_as_in_toto_has_it_and_read_again() {
        let pack = PackPredicate { name: "a".into(), version: "1.0.0".into() };
        let of = Statement::new(PACK, vec![Resource::file("f", b"abc")], pack);
        let text = String::from_utf8(of.to_json()).unwrap();
        assert_eq!(
            text,
            "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"f\",\"digest\":{\"sha256\":\
             \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}}],\"predicateType\":\"urn:kijun:pack:1\",\
             \"predicate\":{\"name\":\"a\",\"version\":\"1.0.0\"}}"
        );
        assert_eq!(Statement::<PackPredicate>::read(text.as_bytes(), PACK), Ok(of));
        let wrong =
            |text: &str| Statement::<PackPredicate>::read(text.as_bytes(), PACK).unwrap_err().message.en;
        assert!(wrong(&text.replace("pack:1", "other:1")).contains("what is sealed is `urn:kijun:other:1`"));
        assert!(wrong(&text.replace("Statement/v1", "Statement/v0.1")).contains("no statement"));
        assert!(wrong("[]").contains("no statement"));
        assert!(wrong(&text.replace("\"version\"", "\"edition\"")).contains("no statement"));
    }
}
