use super::folding::{Folded, fold};

fn folded(messages: &[&str], separator: &str) -> Option<(String, Vec<String>)> {
    fold(messages, separator).map(|Folded { common, own }| (common, own))
}

fn owned(own: &[&str]) -> Vec<String> {
    own.iter().map(|s| (*s).to_owned()).collect()
}

#[test]
fn what_stands_in_brackets_is_what_differs() {
    assert_eq!(
        folded(
            &["契約「外注検査」の監督の記録がありません", "契約「外科外注」の監督の記録がありません"],
            "。"
        ),
        Some(("契約「…」の監督の記録がありません".to_owned(), owned(&["外注検査", "外科外注"])))
    );
    // A bracket within the name is no place to cut.
    assert_eq!(
        folded(
            &["「画像（令和6年）」の写しは国外にあります", "「画像（令和7年）」の写しは国外にあります"],
            "。"
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
            "。"
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
            "; "
        ),
        Some((
            "the certificate of …, and none follows".to_owned(),
            owned(&["A ended on 2026-08-31", "B ended on 2026-10-31"])
        ))
    );
    assert_eq!(
        folded(&["contract alpha has no clause on audits", "contract alps has no clause on audits"], "; "),
        Some(("contract … has no clause on audits".to_owned(), owned(&["alpha", "alps"])))
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
            "。"
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
        folded(&["nobody has attested", "nobody has attested"], "; "),
        Some(("nobody has attested".to_owned(), owned(&["", ""])))
    );
}

#[test]
fn messages_with_too_little_in_common_are_not_folded() {
    assert_eq!(folded(&["暗号化がありません", "罰則がありません"], "。"), None);
    assert_eq!(folded(&["", "罰則の条項がありません"], "。"), None);
}
