use kijun_text::Lang;

use super::folding::{Folded, fold};

fn folded(messages: &[&str], lang: Lang) -> Option<(String, Vec<String>)> {
    fold(messages, lang).map(|Folded { common, own }| (common, own))
}

fn owned(own: &[&str]) -> Vec<String> {
    own.iter().map(|s| (*s).to_owned()).collect()
}

#[test]
fn what_stands_in_brackets_is_what_differs() {
    assert_eq!(
        folded(
            &["契約「外注検査」の監督の記録がありません", "契約「外科外注」の監督の記録がありません"],
            Lang::Ja
        ),
        Some(("契約「…」の監督の記録がありません".to_owned(), owned(&["外注検査", "外科外注"])))
    );
    // Nor is a name cut where nothing stands around it.
    assert_eq!(
        folded(
            &["病院Aと病院Bの責任の分担が明確でありません", "病院Aと病院Cの責任の分担が明確でありません"],
            Lang::Ja
        ),
        Some(("病院Aと…の責任の分担が明確でありません".to_owned(), owned(&["病院B", "病院C"])))
    );
    // A bracket within the name is no place to cut.
    assert_eq!(
        folded(
            &["「画像（令和6年）」の写しは国外にあります", "「画像（令和7年）」の写しは国外にあります"],
            Lang::Ja
        ),
        Some(("「…」の写しは国外にあります".to_owned(), owned(&["画像（令和6年）", "画像（令和7年）"])))
    );
}

#[test]
fn what_differs_holds_whole_brackets() {
    assert_eq!(
        folded(
            &[
                "リスク「地震」は台帳でMiddleとされていますが、表ではHighです",
                "リスク「差押え」は台帳でLowとされていますが、表ではHighです"
            ],
            Lang::Ja
        ),
        Some((
            "リスク…とされていますが、表ではHighです".to_owned(),
            owned(&["「地震」は台帳でMiddle", "「差押え」は台帳でLow"])
        ))
    );
}

#[test]
fn words_numbers_and_dates_are_not_cut() {
    assert_eq!(
        folded(
            &[
                "the certificate of A ended on 2026-08-31, and none follows",
                "the certificate of B ended on 2026-10-31, and none follows"
            ],
            Lang::En
        ),
        Some((
            "the certificate of …, and none follows".to_owned(),
            owned(&["A ended on 2026-08-31", "B ended on 2026-10-31"])
        ))
    );
    assert_eq!(
        folded(
            &["contract alpha has no clause on audits", "contract alps has no clause on audits"],
            Lang::En
        ),
        Some(("contract … has no clause on audits".to_owned(), owned(&["alpha", "alps"])))
    );
    assert_eq!(
        folded(
            &["the vendor of 遠隔保守契約 was not supervised", "the vendor of 委託契約 was not supervised"],
            Lang::En
        ),
        Some(("the vendor of … was not supervised".to_owned(), owned(&["遠隔保守契約", "委託契約"])))
    );
}

#[test]
fn what_all_say_is_told_once_wherever_it_stands() {
    assert_eq!(
        folded(
            &[
                "契約「甲」に欠けている条項があります。不足: 罰則。不足: 監督",
                "契約「乙」に欠けている条項があります。不足: 監督。不足: 守秘"
            ],
            Lang::Ja
        ),
        Some((
            "契約「…」に欠けている条項があります。不足: 監督".to_owned(),
            owned(&["甲。不足: 罰則", "乙。不足: 守秘"])
        ))
    );
}

#[test]
fn the_same_message_leaves_nothing_of_its_own() {
    assert_eq!(
        folded(&["nobody has attested", "nobody has attested"], Lang::En),
        Some(("nobody has attested".to_owned(), owned(&["", ""])))
    );
}

#[test]
fn messages_with_too_little_in_common_are_not_folded() {
    assert_eq!(folded(&["暗号化がありません", "罰則がありません"], Lang::Ja), None);
    assert_eq!(folded(&["", "罰則の条項がありません"], Lang::Ja), None);
}
