//! The letter that goes with the questions, as such letters are written in an office.

use std::collections::BTreeSet;

use kijun_text::Lang;

use super::Inquiry;

pub(super) struct Letter {
    pub(super) date: String,
    /// With the form of address.
    pub(super) to: String,
    pub(super) from: String,
    /// To be filled in by who sends it.
    pub(super) contact: String,
    pub(super) subject: String,
    pub(super) opening: Vec<String>,
    pub(super) points: Vec<String>,
    pub(super) reply_by: String,
    pub(super) thanks: String,
    /// 敬具 and the like; empty within the house.
    pub(super) closing: String,
}

impl Inquiry<'_> {
    /// The letter to the respondent at this place.
    pub(super) fn letter(&self, respondent: usize) -> Letter {
        let (view, outside) =
            (&self.view, self.respondents.get(respondent).is_some_and(|who| who.is_outside));
        let count = self.count(respondent);
        Letter {
            date: view.day(view.as_of()),
            to: self.address(respondent),
            from: view.facility().to_owned(),
            contact: view.say("担当者・連絡先：", "Contact:").to_owned(),
            subject: view
                .say(
                    "医療情報システムの安全管理に関する確認のお願い",
                    "Questions on the security of medical information systems",
                )
                .to_owned(),
            opening: self.opening(respondent, outside, count),
            points: points(outside).map(|(ja, en)| view.say(ja, en).to_owned()).into(),
            reply_by: match self.reply_by {
                Some(day) => format!("{}{}", view.say("ご回答期限：", "Please reply by: "), view.day(day)),
                None => {
                    view.say("ご回答期限：　　　　年　　月　　日", "Please reply by: ____________").to_owned()
                }
            },
            thanks: match (view.lang, outside) {
                (Lang::Ja, true) => "ご多用のところ誠に恐れ入りますが、何卒よろしくお願い申し上げます。",
                (Lang::Ja, false) => "お忙しいところ恐れ入りますが、よろしくお願いします。",
                (Lang::En, _) => "Thank you for your help.",
            }
            .to_owned(),
            closing: match (view.lang, outside) {
                (Lang::Ja, true) => "敬具",
                (Lang::Ja, false) => "",
                (Lang::En, _) => "Yours sincerely,",
            }
            .to_owned(),
        }
    }

    fn address(&self, respondent: usize) -> String {
        let Some(who) = self.respondents.get(respondent) else { return String::new() };
        let is_person = who.role.as_deref() == Some(who.key.as_str());
        match (self.view.lang, who.role.is_some()) {
            (Lang::En, true) => format!("To: {}", who.name),
            (Lang::En, false) => "To whom it may concern".to_owned(),
            (Lang::Ja, false) => "関係者 各位".to_owned(),
            // A role of the house is held by people, a company and a department are not.
            (Lang::Ja, true) if is_person && !who.is_outside => format!("{} 各位", who.name),
            (Lang::Ja, true) => format!("{} 御中", who.name),
        }
    }

    fn opening(&self, respondent: usize, outside: bool, count: usize) -> Vec<String> {
        let norms = self.norms(respondent);
        match (self.view.lang, outside) {
            (Lang::Ja, true) => vec![
                "拝啓　時下ますますご清栄のこととお慶び申し上げます。平素より当院の医療情報システムの運用にご高配を賜り、厚く御礼申し上げます。".to_owned(),
                format!("さて、当院では、医療情報システムの安全管理が{norms}に沿っているかを確認しております。つきましては、貴社に関わる事項のうちまだ確認できていない {count} 件について、別紙の質問票にご回答くださいますようお願い申し上げます。"),
            ],
            (Lang::Ja, false) => vec![format!(
                "医療情報システムの安全管理が{norms}に沿っているかを確認しています。まだ確認できていない事項のうち {count} 件について、質問票への記入をお願いします。"
            )],
            (Lang::En, _) => vec![format!(
                "We are checking how the security of our medical information systems stands against {norms}. Of what is not known yet, {count} question(s) on the other sheet are ones that you can answer."
            )],
        }
    }

    /// The norms that wait for the answers, as titles.
    fn norms(&self, respondent: usize) -> String {
        let waits = self.asked(respondent).iter().flat_map(|q| &q.waits);
        let catalogs: BTreeSet<usize> = waits.map(|w| w.requirement.catalog).collect();
        let titles: Vec<String> = catalogs.into_iter().map(|c| self.view.catalog_title(c)).collect();
        match self.view.lang {
            Lang::Ja => {
                // A title may have brackets of its own.
                let named =
                    |t: &String| if t.contains('「') { format!("『{t}』") } else { format!("「{t}」") };
                titles.iter().map(named).collect()
            }
            Lang::En => titles.join(", "),
        }
    }
}

fn points(outside: bool) -> [(&'static str, &'static str); 4] {
    [
        (
            "質問は、判定に必要でまだ分からないことだけです。回答で決まる項目の多い順に並べ、お尋ねする理由を添えています。",
            "Only what is not known and decides something is asked: what settles most comes first, and each question says why it is asked.",
        ),
        (
            "お分かりにならない項目は、空欄のままにするか「未確認」をお選びください。空欄を適合とみなすことも、不適合とみなすこともありません。",
            "Leave empty what you do not know, or choose `unknown`: it is taken neither for a yes nor for a no.",
        ),
        if outside {
            (
                "ご回答は貴社の申告として記録し、備考欄の文言はそのまま保存します。裏づけとなる資料がありましたら、資料名を記入のうえ、写しをお送りください。",
                "Your answers are recorded as what you declare, and remarks are kept word for word. Where a document backs an answer, name it and send a copy.",
            )
        } else {
            (
                "回答は申告として記録し、備考欄の文言はそのまま保存します。裏づけとなる資料があれば、資料名を記入してください。",
                "Answers are recorded as declared, and remarks are kept word for word. Where a document backs an answer, name it.",
            )
        },
        (
            "質問票の上の欄に、回答者のお名前と回答日をご記入ください。右端の照合番号は、変更しないでください。",
            "Write who answers and when above the questions, and leave the last column, by which answers are taken in, as it is.",
        ),
    ]
}
