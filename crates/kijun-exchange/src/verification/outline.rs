//! What was found, as lines to read.

use kijun_prove::{Claim, ClaimResult, FindingKind, HeldResult, Subject};
use kijun_text::Lang;

use super::VerificationContext;
use super::facts::facts_file;
use super::words::heading;
use crate::diff::Line;
use crate::diff::outline::Outline;

/// So many counterexamples are shown with their facts, unless all are asked for.
const SHOWN: usize = 3;

/// `details`: everything, with the facts of every counterexample.
pub fn verification_outline(context: &VerificationContext<'_>, details: bool, lang: Lang) -> Vec<Line> {
    let mut out = Outline::default();
    let writer = Writer { context, details, lang };
    writer.head(&mut out);
    writer.unconfirmed(&mut out);
    let claimed = [FindingKind::Refuted, FindingKind::PropertyRefuted];
    for kind in FindingKind::ALL.into_iter().filter(|k| !claimed.contains(k)) {
        writer.findings(&mut out, kind);
    }
    writer.properties(&mut out);
    writer.refuted(&mut out);
    writer.answered(&mut out);
    writer.claims(&mut out);
    writer.undecided(&mut out);
    out.0
}

struct Writer<'w, 'a> {
    context: &'w VerificationContext<'a>,
    details: bool,
    lang: Lang,
}

impl Writer<'_, '_> {
    fn say(&self, ja: impl Into<String>, en: impl Into<String>) -> String {
        if self.lang == Lang::Ja { ja.into() } else { en.into() }
    }

    fn counted(&self, ja: &str, en: &str, count: usize) -> String {
        self.say(format!("{ja}（{count} 件）"), format!("{en} ({count})"))
    }

    fn head(&self, out: &mut Outline) {
        let report = self.context.report;
        let title = self.context.title.or(self.lang, "");
        let of = if title.is_empty() { String::new() } else { format!("{title}: ") };
        out.title(self.say(format!("{of}規則の機械検査"), format!("{of}machine check of the rules")));
        let (questions, scope) = (report.questions, report.scope);
        let (findings, open) = (report.findings.len(), report.undecided.len());
        let answered = self.context.answered().len();
        let (ja, en) = match answered {
            0 => (String::new(), String::new()),
            n => (format!("（うち答えのあるもの {n} 件）"), format!(" ({n} of them answered)")),
        };
        out.text(self.say(
            format!("問い {questions} 件、指摘 {findings} 件{ja}、決まらなかった問い {open} 件"),
            format!("{questions} questions, {findings} findings{en}, {open} not decided"),
        ));
        out.text(self.say(
            format!(
                "種類ごとに {scope} 件までの記録と、規則の定数とその前後の値で探しました。見つからないとは、この範囲に無いということです"
            ),
            format!(
                "searched with up to {scope} records of each kind, the constants of the rules and the values around them; what is not found is not found within that"
            ),
        ));
    }

    fn unconfirmed(&self, out: &mut Outline) {
        let list = &self.context.report.unconfirmed;
        if list.is_empty() {
            return;
        }
        out.heading(self.counted(
            "このプログラムの誤り: 見つけた事実をエンジンが確かめません",
            "errors of this program: the engine does not confirm what was found",
            list.len(),
        ));
        for (subject, witness) in list {
            out.item(0, self.context.subject(*subject));
            out.code(facts_file(self.context.program, &witness.facts));
        }
    }

    fn findings(&self, out: &mut Outline, kind: FindingKind) {
        let report = self.context.report;
        let all = report.findings.iter().enumerate();
        let open = all.filter(|(i, f)| f.kind == kind && self.context.reason_for(*i).is_none());
        let list: Vec<_> = open.map(|(_, f)| f).collect();
        if list.is_empty() {
            return;
        }
        let title = heading(kind);
        out.heading(self.counted(&title.ja, &title.en, list.len()));
        for finding in list {
            let text = self.context.finding(finding);
            out.item(0, text.get(self.lang));
            let (place, scope) = (self.context.place(finding.span), finding.scope);
            out.item(
                1,
                self.say(
                    format!("{place}（種類ごとに {scope} 件までの記録で）"),
                    format!("{place} (with up to {scope} records of each kind)"),
                ),
            );
        }
    }

    fn refuted(&self, out: &mut Outline) {
        let refuted = |c: &&Claim| {
            matches!(c.result, ClaimResult::Refuted { .. })
                && self.context.reason_of(Subject::Statement(c.statement)).is_none()
        };
        let list: Vec<&Claim> = self.context.report.claims.iter().filter(refuted).collect();
        if list.is_empty() {
            return;
        }
        let title = heading(FindingKind::Refuted);
        out.heading(self.counted(&title.ja, &title.en, list.len()));
        for (i, claim) in list.iter().enumerate() {
            let ClaimResult::Refuted { witness, apart } = &claim.result else { continue };
            let Some(statement) = self.context.statements.get(claim.statement) else { continue };
            out.item(0, self.context.statement(statement));
            out.item(1, self.context.place(statement.span));
            let text = self.context.refutation(claim, *apart);
            out.item(1, text.get(self.lang));
            if self.details || i < SHOWN {
                out.code(facts_file(self.context.program, &witness.facts));
                self.context.test_of(claim, witness).into_iter().for_each(|t| out.code(t));
            }
        }
        let more = list.len().saturating_sub(SHOWN);
        if more > 0 && !self.details {
            out.text(self.say(
                format!("ほか {more} 件の事実とテストは `--details` で示します"),
                format!("the facts and tests of {more} more: `--details`"),
            ));
        }
    }

    fn properties(&self, out: &mut Outline) {
        let list = &self.context.report.properties;
        if list.is_empty() {
            return;
        }
        out.heading(self.counted("性質", "properties", list.len()));
        for held in list {
            let Some(property) = self.context.properties.get(held.property) else { continue };
            let (scope, tried) = (self.context.report.scope, held.tried);
            let result = match &held.result {
                HeldResult::Refuted(_) => self.say("反証", "refuted"),
                HeldResult::NotRefuted => self.say(
                    format!("範囲 {scope} と、任意に作った {tried} 組の事実で反証なし"),
                    format!("not refuted within scope {scope} and by {tried} random sets of facts"),
                ),
                HeldResult::Undecided(reason) => {
                    let why = self.context.reason(reason);
                    let why = why.get(self.lang);
                    self.say(
                        format!("任意に作った {tried} 組の事実で反証なし。探索では決まりません: {why}"),
                        format!("not refuted by {tried} random sets of facts; the search does not decide it: {why}"),
                    )
                }
            };
            out.item(0, format!("{}: {result}", property.name.or(self.lang, "")));
            out.item(1, self.context.place(property.span));
            let is_answered = self.context.reason_of(Subject::Property(held.property)).is_some();
            if let HeldResult::Refuted(witness) = &held.result
                && (self.details || !is_answered)
            {
                out.code(facts_file(self.context.program, &witness.facts));
                self.context.test_against(property, witness).into_iter().for_each(|t| out.code(t));
            }
        }
    }

    /// What is found and stays, with the reason; and what is said to stay and is not found.
    fn answered(&self, out: &mut Outline) {
        let list = self.context.answered();
        if !list.is_empty() {
            out.heading(self.counted("答えのある指摘", "findings with an answer", list.len()));
        }
        for (finding, reason) in list {
            out.item(0, self.context.finding(finding).get(self.lang));
            out.item(1, self.context.place(finding.span));
            out.item(
                1,
                self.say(
                    format!("答え: {}", reason.or(Lang::Ja, "")),
                    format!("answer: {}", reason.or(Lang::En, "")),
                ),
            );
        }
        let unused = &self.context.answers.unused;
        if unused.is_empty() {
            return;
        }
        out.heading(self.counted(
            "見つからない指摘への答え（kijun.toml から除いてください）",
            "answers to what is not found: remove them from kijun.toml",
            unused.len(),
        ));
        for (name, span) in unused {
            out.item(0, format!("{}  {name}", self.context.place(*span)));
        }
    }

    /// The claims of mappings by what came of them.
    fn claims(&self, out: &mut Outline) {
        let claims = &self.context.report.claims;
        if claims.is_empty() {
            return;
        }
        let count = |is: fn(&ClaimResult) -> bool| claims.iter().filter(|c| is(&c.result)).count();
        let refuted = count(|r| matches!(r, ClaimResult::Refuted { .. }));
        let kept = count(|r| matches!(r, ClaimResult::NotRefuted));
        let idle = count(|r| matches!(r, ClaimResult::NotExecutable(_)));
        let open = count(|r| matches!(r, ClaimResult::Undecided(_)));
        out.heading(self.counted("対応の主張", "claims of mappings", claims.len()));
        let scope = self.context.report.scope;
        out.text(self.say(
            format!("反証 {refuted} 件、範囲 {scope} で反証なし {kept} 件、規則では比べられない {idle} 件、決まらない {open} 件"),
            format!("{refuted} refuted, {kept} not refuted within scope {scope}, {idle} not executable, {open} not decided"),
        ));
        let listed = claims.iter().filter(|c| {
            matches!(c.result, ClaimResult::NotRefuted)
                || self.details && matches!(c.result, ClaimResult::NotExecutable(_))
        });
        for claim in listed {
            let from: Vec<&str> = claim.from.iter().map(|id| self.context.id(*id)).collect();
            let line = format!("{} ⊇ {}", from.join(" + "), self.context.id(claim.to));
            let what = match &claim.result {
                ClaimResult::NotExecutable(why) => why.get(self.lang).to_owned(),
                _ => {
                    self.say(format!("範囲 {scope} で反証なし"), format!("not refuted within scope {scope}"))
                }
            };
            out.item(0, format!("{line}  {what}"));
        }
    }

    fn undecided(&self, out: &mut Outline) {
        let list = &self.context.report.undecided;
        if list.is_empty() {
            return;
        }
        out.heading(self.counted("決まらなかった問い", "questions not decided", list.len()));
        for open in list {
            let title = heading(open.kind);
            let reason = self.context.reason(&open.reason);
            let (what, why) = (title.get(self.lang), reason.get(self.lang));
            let subject = match open.subject {
                Subject::Statement(_) => format!("「{}」", self.context.subject(open.subject)),
                _ => self.context.subject(open.subject),
            };
            out.item(0, format!("{subject}（{what}）: {why}"));
            out.item(1, self.context.place(open.span));
        }
    }
}
