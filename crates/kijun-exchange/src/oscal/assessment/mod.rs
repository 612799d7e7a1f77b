//! An assessment as OSCAL 1.2.1 assessment results, and what is open in it as a plan of action and milestones. OSCAL knows
//! satisfied and not satisfied; verdicts stand in properties beside it. `docs/oscal.md` says what becomes of what.

mod document;
mod parts;

use std::collections::BTreeMap;

use kijun_engine::assessment::{Assessment, Finding, RequirementResult, SubjectRef, Verdict};
use kijun_engine::program::{Requirement, RequirementId, Weight};
use kijun_text::{Label, Lang};

pub use document::{OscalPoam, OscalResults};

use super::document::{Metadata, Prop};
use super::export::prop;
use super::names::{OSCAL_VERSION, token, uuid};
use crate::assessment_json::Context;
use crate::results::Paths;
use document::{
    AssessmentResults, BackMatter, Component, ControlId, FindingRef, Import, LocalDefinitions, OscalFinding,
    Poam, PoamItem, Resource, ResultSet, Reviewed, RiskRef, Selection, Status, SystemId, Target,
};
use parts::{Parts, markup, time_of, told};

/// What an export is about.
pub struct AssessmentExport<'e, 'a> {
    pub context: &'e Context<'a>,
    pub assessment: &'e Assessment,
    pub paths: &'e Paths<'e>,
    /// The name of the facility.
    pub title: &'e Label,
    pub lang: Lang,
    /// Which requirements it is about.
    pub concerns: &'e dyn Fn(RequirementId) -> bool,
}

type Of<'e> = (&'e Requirement, &'e RequirementResult);

/// The results, one set for each catalogue; `None` where no requirement is concerned, or for a day that OSCAL does not know.
pub fn oscal_results(export: &AssessmentExport<'_, '_>) -> Option<OscalResults> {
    let time = time_of(export.assessment.as_of)?;
    let writer = Writer::new(export, &time);
    let mut catalogs: BTreeMap<usize, Vec<Of<'_>>> = BTreeMap::new();
    for (requirement, result) in writer.requirements() {
        catalogs.entry(requirement.catalog).or_default().push((requirement, result));
    }
    if catalogs.is_empty() {
        return None;
    }
    let results = catalogs.iter().map(|(catalog, list)| writer.result_set(*catalog, list)).collect();
    let plan = uuid(&["assessment-plan", export.context.facility]);
    let mut document = OscalResults {
        assessment_results: AssessmentResults {
            uuid: String::new(),
            metadata: writer.metadata(("判定結果", "Assessment results")),
            import_ap: Import { href: format!("#{plan}"), remarks: NO_PLAN },
            results,
            back_matter: BackMatter { resources: writer.resources(Some(plan)) },
        },
    };
    // It changes whenever the document does.
    let content = serde_json::to_string(&document).unwrap_or_default();
    document.assessment_results.uuid = uuid(&["assessment-results", &content]);
    Some(document)
}

/// What is to be done; `None` where there is nothing: a plan of OSCAL is never empty.
pub fn oscal_poam(export: &AssessmentExport<'_, '_>) -> Option<OscalPoam> {
    let time = time_of(export.assessment.as_of)?;
    let writer = Writer::new(export, &time);
    let (mut findings, mut open) = (Vec::new(), Vec::new());
    for (requirement, result) in writer.requirements() {
        let of: Vec<&Finding> = writer.findings_of(requirement, result.requirement, is_to_do).collect();
        if !of.is_empty() {
            findings.push(writer.finding(requirement, result, &of));
            open.extend(of.into_iter().map(|f| (requirement, f)));
        }
    }
    if open.is_empty() {
        return None;
    }
    let parts = &writer.parts;
    let mut document = OscalPoam {
        plan_of_action_and_milestones: Poam {
            uuid: String::new(),
            metadata: writer.metadata(("改善計画 (POA&M)", "Plan of action and milestones")),
            system_id: SystemId {
                identifier_type: "https://ietf.org/rfc/rfc4122",
                id: parts.uuid("system", &[]),
            },
            local_definitions: writer.definitions(open.iter().map(|(_, f)| f.subject)),
            observations: open.iter().map(|(r, f)| parts.observation(r, f)).collect(),
            risks: open.iter().filter_map(|(r, f)| parts.risk(r, f)).collect(),
            findings,
            poam_items: open.iter().map(|(r, f)| writer.poam_item(r, f)).collect(),
            back_matter: BackMatter { resources: writer.resources(None) },
        },
    };
    let content = serde_json::to_string(&document).unwrap_or_default();
    document.plan_of_action_and_milestones.uuid = uuid(&["poam", &content]);
    Some(document)
}

const NO_PLAN: &str = "There is no assessment plan: rule packs, profile and facts, named in the back matter with their digests, are what \
    was assessed and how.";

/// What somebody has to act on: what is asked for and violated, waived or not decided. Notices are not.
fn is_to_do(requirement: &Requirement, finding: &Finding) -> bool {
    let weight = match finding.verdict {
        Verdict::Violated | Verdict::Conflicting if finding.reason.is_none() => finding.weight,
        // Its own weight says that it does not fail, not what it is about.
        _ => requirement.weight,
    };
    weight >= Weight::Should
}

struct Writer<'e, 'a> {
    export: &'e AssessmentExport<'e, 'a>,
    parts: Parts<'e, 'a>,
    by_requirement: BTreeMap<RequirementId, Vec<&'e Finding>>,
}

impl<'e, 'a> Writer<'e, 'a> {
    fn new(export: &'e AssessmentExport<'e, 'a>, time: &'e str) -> Writer<'e, 'a> {
        let mut by_requirement: BTreeMap<RequirementId, Vec<&Finding>> = BTreeMap::new();
        for finding in &export.assessment.findings {
            by_requirement.entry(finding.requirement).or_default().push(finding);
        }
        let parts = Parts { context: export.context, paths: export.paths, lang: export.lang, time };
        Writer { export, parts, by_requirement }
    }

    /// Those that are concerned, without sections.
    fn requirements(&self) -> impl Iterator<Item = Of<'e>> {
        let (program, concerns) = (self.export.context.program, self.export.concerns);
        let results = self.export.assessment.requirements.iter();
        results
            .filter_map(move |result| Some((program.requirement(result.requirement)?, result)))
            .filter(move |(r, result)| !r.is_section && concerns(result.requirement))
    }

    fn findings_of(
        &self,
        requirement: &'e Requirement,
        id: RequirementId,
        wanted: impl Fn(&Requirement, &Finding) -> bool,
    ) -> impl Iterator<Item = &'e Finding> {
        let all = self.by_requirement.get(&id).cloned().unwrap_or_default();
        all.into_iter().filter(move |f| wanted(requirement, f))
    }

    fn metadata(&self, (ja, en): (&str, &str)) -> Metadata {
        let context = self.export.context;
        let facility = self.export.title.or(self.export.lang, context.facility);
        let of = match self.export.lang {
            Lang::Ja => format!("{facility} {ja}"),
            Lang::En => format!("{en} of {facility}"),
        };
        let day = self.parts.time.split('T').next().unwrap_or_default();
        Metadata {
            title: markup(&of),
            last_modified: self.parts.time.to_owned(),
            version: day.to_owned(),
            oscal_version: OSCAL_VERSION,
            props: [
                Some(prop("generator", "kijun")),
                told("generator-version", context.engine_version),
                told("facility", context.facility),
                told("as-of", day),
            ]
            .into_iter()
            .flatten()
            .collect(),
        }
    }

    /// Packs and files of facts with their digests.
    fn resources(&self, plan: Option<String>) -> Vec<Resource> {
        let context = self.export.context;
        let plan = plan.map(|uuid| Resource {
            uuid,
            title: self.parts.say("評価計画の代わり", "in place of an assessment plan").to_owned(),
            description: NO_PLAN.to_owned(),
            props: vec![prop("kind", "assessment-plan")],
        });
        let packs = context.packs.iter().map(|pack| Resource {
            uuid: uuid(&["pack", &pack.name, &pack.version, &pack.sha256]),
            title: markup(&format!("{} {}", pack.name, pack.version)),
            description: self.parts.say("規則パック", "rule pack").to_owned(),
            props: digest("pack", &pack.sha256),
        });
        let facts = context.facts.iter().map(|(path, sha256)| Resource {
            uuid: self.parts.uuid("facts", &[path, sha256]),
            title: markup(path),
            description: self.parts.say("事実のファイル", "file of facts").to_owned(),
            props: digest("facts", sha256),
        });
        let mut out: Vec<Resource> = plan.into_iter().chain(packs).chain(facts).collect();
        if out.is_empty() {
            out.push(Resource {
                uuid: uuid(&["nothing"]),
                title: "kijun".to_owned(),
                description: self.parts.say("パックも事実もありません", "neither packs nor facts").to_owned(),
                props: vec![prop("kind", "none")],
            });
        }
        out
    }

    fn result_set(&self, catalog: usize, list: &[Of<'_>]) -> ResultSet {
        let parts = &self.parts;
        let (alias, edition, title) = self
            .export
            .context
            .program
            .catalogs
            .get(catalog)
            .map_or(("", "", ""), |c| (&c.alias, &c.edition, c.title.or(self.export.lang, &c.alias)));
        let of: Vec<(&Requirement, &Finding)> = list
            .iter()
            .flat_map(|(r, result)| {
                self.by_requirement.get(&result.requirement).into_iter().flatten().map(|f| (*r, *f))
            })
            .collect();
        let evaluated = list.iter().filter(|(_, result)| result.verdict != Verdict::NotApplicable);
        let findings = evaluated.map(|(r, result)| {
            let of: Vec<&Finding> = self.by_requirement.get(&result.requirement).cloned().unwrap_or_default();
            self.finding(r, result, &of)
        });
        ResultSet {
            uuid: parts.uuid("results", &[alias, edition, parts.time]),
            title: markup(&format!("{title} {edition}")),
            description: parts
                .say(
                    "要求事項ごとの判定です。satisfied 以外はすべて not-satisfied とし、何であるかは verdict に書きます。未確認・未検証は、満たしていることにも満たしていないことにもなりません。",
                    "The verdict on each requirement. Whatever is not satisfied is `not-satisfied`, and the property `verdict` says what it is: unknown, unverified, conflicting, stale and waived are neither a pass nor a failure.",
                )
                .to_owned(),
            start: parts.time.to_owned(),
            end: parts.time.to_owned(),
            props: [told("catalog", alias), told("edition", edition)].into_iter().flatten().chain(counts(list)).collect(),
            local_definitions: self.definitions(of.iter().map(|(_, f)| f.subject)),
            reviewed_controls: Reviewed { control_selections: vec![self.selection(list)] },
            observations: of.iter().map(|(r, f)| parts.observation(r, f)).collect(),
            risks: of.iter().filter_map(|(r, f)| parts.risk(r, f)).collect(),
            findings: findings.collect(),
        }
    }

    /// What was looked at; what is not applicable is excluded, with the reason.
    fn selection(&self, list: &[Of<'_>]) -> Selection {
        let id = |r: &Requirement| ControlId { control_id: control(r) };
        let excluded: Vec<&Of<'_>> =
            list.iter().filter(|(_, result)| result.verdict == Verdict::NotApplicable).collect();
        let reason = |(r, result): &&Of<'_>| {
            prop("not-applicable", &format!("{}: {}", r.id, self.parts.text(&result.reason)))
        };
        let said = [prop("requirements", &list.len().to_string())];
        Selection {
            description: self
                .parts
                .say("プロファイルの範囲の要求事項", "the requirements in the scope of the profile")
                .to_owned(),
            props: said.into_iter().chain(excluded.iter().map(reason)).collect(),
            include_controls: list.iter().map(|(r, _)| id(r)).collect(),
            exclude_controls: excluded.iter().map(|(r, _)| id(r)).collect(),
        }
    }

    /// The tool, the facility, and what is spoken of; each once.
    fn definitions(&self, subjects: impl Iterator<Item = SubjectRef>) -> LocalDefinitions {
        let mut components: Vec<Component> =
            vec![self.parts.tool(), self.parts.component(SubjectRef::Facility)];
        for subject in subjects {
            let component = self.parts.component(subject);
            if components.iter().all(|c| c.uuid != component.uuid) {
                components.push(component);
            }
        }
        LocalDefinitions { components }
    }

    fn finding_uuid(&self, requirement: &Requirement) -> String {
        self.parts.uuid("finding", &[&requirement.id])
    }

    fn finding(&self, r: &Requirement, result: &RequirementResult, of: &[&Finding]) -> OscalFinding {
        let parts = &self.parts;
        let (state, reason) = match result.verdict {
            Verdict::Satisfied => ("satisfied", "pass"),
            Verdict::Violated => ("not-satisfied", "fail"),
            _ => ("not-satisfied", "other"),
        };
        let prints = || of.iter().map(|f| (parts.print(r, f), *f));
        let verdict = result.verdict.label();
        let why = parts.text(&result.reason);
        let colon = if why.is_empty() { "" } else { ": " };
        OscalFinding {
            uuid: self.finding_uuid(r),
            title: markup(&format!("{} {}", r.id, r.title.get(self.export.lang))),
            description: markup(r.title.or(self.export.lang, &r.id)),
            props: self.finding_props(r, result),
            target: Target {
                kind: "objective-id",
                target_id: control(r),
                status: Status {
                    state,
                    reason,
                    remarks: markup(&format!("{}{colon}{why}", parts.text(&verdict))),
                },
            },
            related_observations: prints().map(|(print, _)| parts.observed(&print)).collect(),
            related_risks: prints()
                .filter(|(_, f)| parts.risk(r, f).is_some())
                .map(|(print, _)| RiskRef { risk_uuid: parts.uuid("risk", &[&print]) })
                .collect(),
        }
    }

    fn finding_props(&self, r: &Requirement, result: &RequirementResult) -> Vec<Prop> {
        let mut out = vec![
            prop("verdict", result.verdict.name()),
            prop("mark", r.mark.name()),
            prop("weight", r.weight.name()),
        ];
        out.extend(told("requirement", &r.id));
        out.extend(r.level.as_deref().and_then(|level| told("level", level)));
        out.extend(told("title-ja", &r.title.ja));
        out.extend(told("title-en", &r.title.en));
        if !r.text_included {
            out.push(prop("text", "not-included"));
        }
        out
    }

    fn poam_item(&self, r: &Requirement, finding: &Finding) -> PoamItem {
        let parts = &self.parts;
        let print = parts.print(r, finding);
        let fix = parts.text(&finding.fix);
        let message = parts.text(&finding.message);
        let risk = parts.risk(r, finding).map(|risk| RiskRef { risk_uuid: risk.uuid });
        PoamItem {
            uuid: parts.uuid("poam-item", &[&print]),
            title: markup(&format!("{} {}", r.id, parts.subject_words(finding.subject))),
            description: markup(if fix.is_empty() { message } else { fix }),
            props: vec![
                prop("verdict", finding.verdict.name()),
                prop("severity", finding.weight.name()),
                prop("weight", r.weight.name()),
                prop("fingerprint", &print),
            ],
            related_findings: [FindingRef { finding_uuid: self.finding_uuid(r) }],
            related_observations: [parts.observed(&print)],
            related_risks: risk.into_iter().collect(),
        }
    }
}

fn digest(kind: &str, sha256: &str) -> Vec<Prop> {
    [Some(prop("kind", kind)), told("sha256", sha256)].into_iter().flatten().collect()
}

/// How many requirements there are of each verdict.
fn counts(list: &[Of<'_>]) -> Vec<Prop> {
    let of = |verdict| list.iter().filter(|(_, result)| result.verdict == verdict).count();
    let named =
        |verdict: Verdict| if verdict == Verdict::NotApplicable { "not-applicable" } else { verdict.name() };
    Verdict::ALL.into_iter().map(|v| prop(named(v), &of(v).to_string())).collect()
}

/// The id of a control: what stands after the catalogue.
fn control(r: &Requirement) -> String {
    token(r.id.split_once(':').map_or(r.id.as_str(), |(_, id)| id))
}
