//! The semantic tokens that editors were given last, so that the next answer can be what differs.

use std::collections::BTreeMap;
use std::sync::Arc;

use tower_lsp::ls_types::{SemanticToken, SemanticTokensEdit, Uri};

/// At most so many tokens are kept (20 bytes each); the oldest answers go first.
const MOST: usize = 1 << 20;

/// Numbers that a token is in the protocol.
const NUMBERS: u32 = 5;

type Tokens = Arc<Vec<SemanticToken>>;

/// The last answer for each file.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Answers are numbered over all files.
    last: u64,
    answers: BTreeMap<String, (u64, Tokens)>,
}

impl Kept {
    /// Keeps an answer in the place of the one before it, and names it; `None` when it is too large to be kept.
    pub(crate) fn put(&mut self, uri: &Uri, tokens: &Tokens) -> Option<String> {
        self.forget(uri);
        if tokens.len() > MOST {
            return None;
        }
        self.last += 1;
        self.answers.insert(uri.as_str().to_owned(), (self.last, Arc::clone(tokens)));
        while self.answers.values().map(|(_, t)| t.len()).sum::<usize>() > MOST {
            let oldest = self.answers.iter().min_by_key(|(_, (n, _))| *n).map(|(uri, _)| uri.clone());
            oldest.and_then(|uri| self.answers.remove(&uri));
        }
        Some(self.last.to_string())
    }

    /// The answer of that name, if it is the last one for the file.
    pub(crate) fn get(&self, uri: &Uri, name: &str) -> Option<Tokens> {
        let (number, tokens) = self.answers.get(uri.as_str())?;
        (number.to_string() == name).then(|| Arc::clone(tokens))
    }

    pub(crate) fn forget(&mut self, uri: &Uri) {
        self.answers.remove(uri.as_str());
    }
}

/// What makes one answer the other: from where they first differ to where they last do. `None` when they do not.
pub(crate) fn edit(old: &[SemanticToken], new: &[SemanticToken]) -> Option<SemanticTokensEdit> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let added = new.get(start..new.len() - end)?;
    let deleted = (old.len() - end - start) as u32;
    (deleted > 0 || !added.is_empty()).then(|| SemanticTokensEdit {
        start: start as u32 * NUMBERS,
        delete_count: deleted * NUMBERS,
        data: (!added.is_empty()).then(|| added.to_vec()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(types: &[u32]) -> Vec<SemanticToken> {
        types.iter().map(|t| SemanticToken { token_type: *t, ..SemanticToken::default() }).collect()
    }

    #[test]
    fn an_edit_makes_the_new_answer_of_the_old_one() {
        let texts: [&[u32]; 7] = [&[], &[1], &[1, 2], &[1, 1, 2], &[2, 1], &[1, 2, 3, 4], &[1, 9, 9, 4]];
        for old in texts {
            for new in texts {
                let mut made = tokens(old);
                let edit = edit(&made, &tokens(new));
                assert_eq!(edit.is_none(), old == new);
                if let Some(e) = edit {
                    let (start, gone) = ((e.start / 5) as usize, (e.delete_count / 5) as usize);
                    made.splice(start..start + gone, e.data.unwrap_or_default());
                }
                assert_eq!(made, tokens(new));
            }
        }
    }

    #[test]
    fn only_the_last_answers_are_kept_and_not_too_many() {
        let uri = |n: usize| format!("file:///{n}.kijun").parse::<Uri>().unwrap();
        let mut kept = Kept::default();
        let some = Arc::new(tokens(&[1]));
        let first = kept.put(&uri(0), &some).unwrap();
        assert!(kept.get(&uri(0), &first).is_some());
        assert!(kept.get(&uri(1), &first).is_none());
        let second = kept.put(&uri(0), &some).unwrap();
        assert!(kept.get(&uri(0), &first).is_none());
        let large = Arc::new(vec![SemanticToken::default(); MOST / 2]);
        let third = kept.put(&uri(1), &large).unwrap();
        kept.put(&uri(2), &large).unwrap();
        assert!(kept.get(&uri(0), &second).is_none());
        assert!(kept.get(&uri(1), &third).is_some());
        kept.forget(&uri(1));
        assert!(kept.get(&uri(1), &third).is_none());
        let too_large = Arc::new(vec![SemanticToken::default(); MOST + 1]);
        assert_eq!(kept.put(&uri(3), &too_large), None);
    }
}
