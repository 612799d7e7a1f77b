//! One key for the ways of typing a word: full and half width, upper and lower case, hiragana and katakana, and the spellings
//! of romaji. Ideographs stay as they are: their readings would need a dictionary.

use kijun_text::fold_width;

/// What two spellings of one text have in common: `ショウ`, `しょう`, `shou` and `syou` are all `syou`.
pub(crate) fn key(text: &str) -> String {
    let folded = fold_width(text).to_lowercase();
    let mut out = String::with_capacity(folded.len());
    let mut double = false;
    for c in folded.chars() {
        let c = hiragana(c);
        match (c, syllable(c)) {
            ('っ', _) => double = true,
            ('ゃ' | 'ゅ' | 'ょ', Some(small)) => {
                // きゃ: the vowel of き goes.
                if out.ends_with('i') {
                    out.pop();
                }
                out.push_str(small);
            }
            ('ー', _) => {}
            (_, Some(syllable)) => {
                if std::mem::take(&mut double) {
                    out.extend(syllable.chars().next());
                }
                out.push_str(syllable);
            }
            (_, None) => out.push(c),
        }
    }
    one_spelling(&out)
}

/// Whether a word can be meant by what was typed, in whatever spelling; the smaller, the better.
pub fn closeness(typed: &str, word: &str) -> Option<u8> {
    rank(&key(typed), &key(word))
}

/// Whether a text can be meant by what was typed; the smaller, the better.
pub(crate) fn rank(typed: &str, key: &str) -> Option<u8> {
    if typed.is_empty() {
        return Some(3);
    }
    let at = key.find(typed)?;
    let before = key.get(..at).and_then(|b| b.chars().next_back());
    Some(match before {
        None => 0,
        Some(c) if !c.is_alphanumeric() => 1,
        Some(_) => 2,
    })
}

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        _ => c,
    }
}

/// Hepburn to the spelling that is used here (Kunrei), syllable by syllable.
fn one_spelling(text: &str) -> String {
    const PAIRS: [(&str, &str); 11] = [
        ("tch", "tt"),
        ("sh", "sy"),
        ("ch", "ty"),
        ("syi", "si"),
        ("tyi", "ti"),
        ("tsu", "tu"),
        ("fu", "hu"),
        ("ji", "zi"),
        ("ja", "zya"),
        ("ju", "zyu"),
        ("jo", "zyo"),
    ];
    PAIRS.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn syllable(c: char) -> Option<&'static str> {
    Some(match c {
        'あ' | 'ぁ' => "a",
        'い' | 'ぃ' => "i",
        'う' | 'ぅ' => "u",
        'え' | 'ぇ' => "e",
        'お' | 'ぉ' => "o",
        'か' => "ka",
        'き' => "ki",
        'く' => "ku",
        'け' => "ke",
        'こ' => "ko",
        'が' => "ga",
        'ぎ' => "gi",
        'ぐ' => "gu",
        'げ' => "ge",
        'ご' => "go",
        'さ' => "sa",
        'し' => "si",
        'す' => "su",
        'せ' => "se",
        'そ' => "so",
        'ざ' => "za",
        'じ' | 'ぢ' => "zi",
        'ず' | 'づ' => "zu",
        'ぜ' => "ze",
        'ぞ' => "zo",
        'た' => "ta",
        'ち' => "ti",
        'つ' => "tu",
        'て' => "te",
        'と' => "to",
        'だ' => "da",
        'で' => "de",
        'ど' => "do",
        'な' => "na",
        'に' => "ni",
        'ぬ' => "nu",
        'ね' => "ne",
        'の' => "no",
        'は' => "ha",
        'ひ' => "hi",
        'ふ' => "hu",
        'へ' => "he",
        'ほ' => "ho",
        'ば' => "ba",
        'び' => "bi",
        'ぶ' => "bu",
        'べ' => "be",
        'ぼ' => "bo",
        'ぱ' => "pa",
        'ぴ' => "pi",
        'ぷ' => "pu",
        'ぺ' => "pe",
        'ぽ' => "po",
        'ま' => "ma",
        'み' => "mi",
        'む' => "mu",
        'め' => "me",
        'も' => "mo",
        'や' | 'ゃ' => "ya",
        'ゆ' | 'ゅ' => "yu",
        'よ' | 'ょ' => "yo",
        'ら' => "ra",
        'り' => "ri",
        'る' => "ru",
        'れ' => "re",
        'ろ' => "ro",
        'わ' => "wa",
        'を' => "o",
        'ん' => "n",
        'ゔ' => "bu",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_word_has_one_key() {
        for words in [
            &["ショウ", "しょう", "ｼｮｳ", "shou", "syou", "SHOU"][..],
            &["チェック", "ちぇっく"],
            &["マッチ", "matchi", "ﾏｯﾁ"],
            &["オ", "お", "ｵ", "o"],
            &["ふじ", "fuji", "huzi"],
            &["パスワード", "pasuwado"],
        ] {
            let keys: Vec<String> = words.iter().map(|w| key(w)).collect();
            assert!(keys.iter().all(|k| *k == keys[0]), "{words:?} {keys:?}");
        }
    }

    #[test]
    fn the_beginning_of_a_word_counts_more_than_its_middle() {
        assert_eq!(rank("pasu", &key("パスワードの最小桁数")), Some(0));
        assert_eq!(rank("o", &key("mhlw:8.1.2.C.オ")), Some(1));
        assert_eq!(rank("password", &key("minimum password length")), Some(1));
        assert_eq!(rank("word", &key("password")), Some(2));
        assert_eq!(rank("zzz", &key("password")), None);
    }
}
