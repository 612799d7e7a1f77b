#!/usr/bin/env python3
"""Generates facts of fictional hospitals as NDJSON, one hospital a line, for `kijun stream`.

The same arguments give the same bytes, on any machine and any version of Python: nothing but `random.random()`, whose
sequence is fixed, decides. Each hospital has about 500 facts against the rule pack `hospital`; 2 % of the attributes are
missing, as they are in life.

    python3 generate.py --hospitals 2000 --parts 8 --output data
"""

import argparse
import json
import pathlib
import random
import sys

MISSING = 0.02

CITIES = ["青葉", "朝日", "石狩", "磐田", "雲仙", "大月", "加茂", "霧島", "久慈", "佐久", "志摩", "周南", "高島", "津久見", "十日町",
          "名張", "能美", "浜北", "東根", "福津", "真庭", "美濃", "八女", "結城", "和束"]
FORMS = [("市立病院", "municipal"), ("中央病院", "public_body"), ("記念病院", "medical_corporation"),
         ("医療センター", "national"), ("大学病院", "university"), ("総合病院", "medical_corporation")]
FAMILY = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田", "斎藤", "松本", "井上", "木村"]
GIVEN = ["健一", "美緒", "隆", "結衣", "誠司", "彩", "大輔", "典子", "亮", "真由美", "直美", "剛", "恵美", "浩", "香奈", "文子"]
JOBS = ["executive", "system_staff", "clerk", "records_manager", "physician"]
DEPARTMENTS = ["院長室", "情報システム課", "事務局", "診療情報管理室", "診療部"]
VENDORS = ["青嶺システムズ", "海風イメージング", "しろくまバックアップ", "日の出メディカルIT", "星陵検査", "やまびこ読影", "立峰クラウド",
           "港通信", "澪標ネット", "木漏れ日ファーマ"]
SITES = [("札幌", "JP"), ("富山", "JP"), ("東京", "JP"), ("横浜", "JP"), ("長野", "JP"), ("名古屋", "JP"), ("大阪", "JP"), ("岡山", "JP"),
         ("福岡", "JP"), ("オレゴン州", "US"), ("シンガポール", "SG")]
SYSTEMS = [("ehr", "電子カルテ", "ehr"), ("billing", "医事会計", "billing"), ("pacs", "クラウドPACS", "imaging")]
DATASETS = [("charts", "診療録", "medical_chart", "ehr"), ("claims", "診療報酬明細", "claims_data", "billing"),
            ("images", "医用画像", "xray_image", "pacs")]
CLAUSES = ["confidentiality", "penalty", "supervision_right", "guideline_compliance", "periodic_report", "viewing_limit",
           "no_analysis", "no_analysis_covers_anonymised", "no_provision", "audit_right", "data_return", "standard_format",
           "deletion", "deletion_certificate", "subcontract_approval", "flow_down", "lower_layer_control", "failure_handling",
           "incident_notice", "responsibility_normal", "responsibility_after", "location_limit", "improvement_right", "data_ownership",
           "program_ownership"]
ACTIVITIES = ["daily_operation", "monitoring", "backup_work", "security_update", "failure_recovery", "incident_report",
              "explanation", "remedy"]
COMPLETE = ["hospital", "person", "vendor", "system", "dataset", "data_copy", "data_centre", "contract", "responsibility",
            "supervision", "certification", "connection", "risk_item", "secondary_use", "provision_event", "access_log",
            "instruction", "temporary_storage", "consent", "sharing_pair", "rhn", "migration_plan", "record_system"]


class Hospital:
    """Draws the facts of one hospital; every choice comes from the numbers of its own seed."""

    def __init__(self, seed, number):
        self.random = random.Random(seed * 1_000_003 + number).random
        self.number = number
        self.facts = {}
        self.count = 0

    def chance(self, probability):
        return self.random() < probability

    def pick(self, values):
        return values[int(self.random() * len(values))]

    def some(self, values, probability):
        return [value for value in values if self.chance(probability)]

    def whole(self, low, high):
        return low + int(self.random() * (high - low + 1))

    def day(self, first_year, last_year):
        """A date as hospitals write it: mostly ISO, sometimes in the Japanese calendar."""
        year, month, day = self.whole(first_year, last_year), self.whole(1, 12), self.whole(1, 28)
        if year >= 2020 and self.chance(0.3):
            return f"令和{year - 2018}年{month}月{day}日"
        return f"{year:04}-{month:02}-{day:02}"

    def add(self, register, identifier, /, **attributes):
        """Adds a record; each attribute is lost with the probability `MISSING`, one set to None was never there."""
        kept = {k: v for k, v in attributes.items() if v is not None and not self.chance(MISSING)}
        self.count += len(kept)
        self.facts.setdefault(register, []).append({"id": identifier, **kept})

    def line(self):
        self.people()
        self.hospital()
        self.vendors()
        self.systems()
        self.contracts()
        self.risks()
        self.facts["complete"] = {kind: True for kind in COMPLETE if not self.chance(MISSING)}
        line = {"facility": f"h{self.number:05}", "facts": self.facts}
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"))

    def hospital(self):
        name, kind = self.pick(FORMS)
        city = self.pick(CITIES)
        self.add("hospital", "self", name=f"{city}{name}", kind=kind, beds=self.whole(40, 900), founder=f"{city}市",
                 safety_manager="p0", operation_manager="p1", privacy_manager="p2", audit_manager="p3",
                 system_department="情報システム課", external_storage=True, scans_records=False,
                 electronic_signature=self.chance(0.3), regional_network=False, wireless_lan=self.chance(0.7),
                 takeout_allowed=self.chance(0.5), remote_maintenance=True, kept_data_follow_rules=self.chance(0.9),
                 claimed_edition="第4.2版")

    def people(self):
        for i, (job, department) in enumerate(zip(JOBS, DEPARTMENTS)):
            self.add("person", f"p{i}", name=f"{self.pick(FAMILY)} {self.pick(GIVEN)}", job=job, department=department,
                     joined=self.day(2005, 2025), confidentiality_signed=self.chance(0.97), pledge_survives=self.chance(0.95),
                     trained_on=self.day(2025, 2026), trained_before_account=self.chance(0.9))

    def vendors(self):
        for i in range(3):
            later = [f"v{j}" for j in range(i + 1, 3)]
            self.add("vendor", f"v{i}", name=f"株式会社{self.pick(VENDORS)}", country=self.country(0.03),
                     parent_country=self.country(0.08), subcontractors=self.some(later, 0.3),
                     handles_patient_data=self.chance(0.8), guidelines=["two_ministries"] if self.chance(0.8) else [],
                     policy_confirmed=self.chance(0.9), organisation_confirmed=self.chance(0.9),
                     track_record_confirmed=self.chance(0.85), financial_confirmed=self.chance(0.85),
                     financial_year=self.whole(2023, 2025), financial_result=self.pick(["sound"] * 8 + ["watch", "unsound"]),
                     incidents=self.whole(0, 2), incidents_reported=self.chance(0.9),
                     understands=self.some(["audit_trail", "electronic_signature", "remote_maintenance", "single_sign_on"], 0.9),
                     access_scope="障害調査に必要な範囲" if self.chance(0.9) else None,
                     support_countries=["JP"] if self.chance(0.93) else ["JP", "VN"])
        for i in range(2):
            self.add("certification", f"cert{i}", name="ISMS", vendor=f"v{i}", scheme="isms", scope="全社",
                     services=["asp_saas", "external_storage"], sites=self.some(["s0", "s1", "s2"], 0.8),
                     valid_from=self.day(2022, 2024), valid_to=self.day(2026, 2028))

    def country(self, abroad):
        return self.pick(["US", "SG"]) if self.chance(abroad) else "JP"

    def systems(self):
        for i, site in enumerate([self.pick(SITES) for _ in range(3)]):
            region, country = site
            self.add("data_centre", f"s{i}", name=f"{region}データセンター", kind="data_centre_site", country=country,
                     region=region, operator=f"v{i}", parent_country=self.country(0.1))
        for i, (identifier, name, kind) in enumerate(SYSTEMS):
            cloud = identifier == "pacs" or self.chance(0.2)
            self.add("system", identifier, name=name, kind=kind, vendor=f"v{i}",
                     version=f"Ver.{self.whole(1, 9)}.{self.whole(0, 9)}", department=self.pick(DEPARTMENTS), in_use=True,
                     medical_information=True, pattern="transaction_asp_saas" if cloud else "on_premises", cloud=cloud,
                     approval=self.pick(["approved"] * 9 + ["pending"]), approved_on=self.day(2018, 2026),
                     data=[d[0] for d in DATASETS if d[3] == identifier], standards=self.some(["hl7_v2", "dicom", "ss_mix2"], 0.6),
                     standards_supported=self.chance(0.85), exit_plan=self.chance(0.8),
                     tenancy="shared_application" if cloud else "dedicated",
                     isolated_layers=self.some(["os_layer", "db_layer", "application_layer", "network_layer"], 0.9),
                     performance_assured=self.chance(0.9), address_plan=self.chance(0.9), seizure_continuity=self.chance(0.7),
                     deletion_method=self.pick(["overwrite", "key_destruction", "provider_procedure"]),
                     deletes_replicas=self.chance(0.85), virtualisation_patched=self.chance(0.9), unique_login=self.chance(0.97),
                     role_based_access=self.chance(0.95), multi_factor=self.chance(0.6), auto_logoff=self.chance(0.9),
                     audit_trail=self.chance(0.95), malware_protection=self.chance(0.95), patched_on=self.day(2025, 2026),
                     support_until=self.day(2027, 2031), detective_controls=self.some(["log_alert", "access_review"], 0.8),
                     high_value=identifier in ("ehr", "pacs"))
            if identifier == "ehr":
                self.records()
        self.datasets()

    def records(self):
        self.add("record_system", "rec-charts", name="診療録", system="ehr", dataset="charts", type="medical_chart",
                 ordinance_listed=True, electronic_original=True, retention_until="2031-12-31",
                 change_history=self.chance(0.97), deletion_history=self.chance(0.95), history_until="2031-12-31",
                 author_identified=self.chance(0.97), finalisation=self.chance(0.93), displayable=True, printable=True,
                 outage_view=self.chance(0.85), restorable=self.chance(0.95), seal_required=False)

    def datasets(self):
        for i, (identifier, name, kind, system) in enumerate(DATASETS):
            self.add("dataset", identifier, name=name, type=kind, system=system, patient_data=True, legal_duty=True,
                     legal_basis="医師法第24条" if kind == "medical_chart" else "医療法施行規則", retention_until="2031-12-31",
                     statutory_document=True, sensitive=True, route="over_network" if i in (0, 2) else "inside",
                     electronic_original=True, access_control=self.chance(0.97), encrypted=self.chance(0.9),
                     confidentiality_assigned=self.chance(0.95), view_minutes=self.whole(1, 40), inventoried=self.chance(0.9),
                     high_value=self.chance(0.5))
            for role, holder in (("primary", 0), ("backup_copy", 1)):
                self.add("data_copy", f"{identifier}-{role}", dataset=identifier, role=role,
                         data_centre=f"s{self.whole(0, 2)}", holder=f"v{holder}", contract=f"c{holder}",
                         encrypted=self.chance(0.9), cipher="AES-256", key_holder=self.pick(["key_hospital", "key_vendor"]))

    def contracts(self):
        for i in range(3):
            self.add("contract", f"c{i}", name=["電子カルテ保守", "クラウドPACS利用", "遠隔バックアップ"][i] + "契約", vendor=f"v{i}",
                     stage="in_force", signed=self.day(2022, 2024), starts="2025-04-01", expires=self.day(2027, 2030),
                     services=[["remote_maintenance", "external_storage"], ["asp_saas"], ["external_storage"]][i],
                     systems=[["ehr"], ["pacs"], ["billing"]][i], stores=[["charts"], ["images"], ["claims"]][i],
                     clauses=self.some(CLAUSES, 0.96), guidelines=["two_ministries"] if self.chance(0.85) else [],
                     report_interval=self.pick(["3 months", "1年", "6か月"]), supervision_interval="1年",
                     governing_law=self.country(0.05), court=self.country(0.05), retention_limit="10年", return_format="SS-MIX2",
                     reference=f"文書庫 {self.whole(1, 40)}-{self.whole(1, 20)}")
            self.add("supervision", f"sv{i}", vendor=f"v{i}", contract=f"c{i}", date=self.day(2025, 2026),
                     method=self.pick(["meeting", "site_visit", "report_review"]),
                     result=self.pick(["good", "good", "needs_improvement"]), by="p1")
            for activity in ACTIVITIES[: 4 if i else 8]:
                phase = "after" if activity in ("failure_recovery", "incident_report", "explanation", "remedy") else "normal"
                self.add("responsibility", f"c{i}-{activity}", contract=f"c{i}", activity=activity, phase=phase,
                         party=self.pick(["trustee", "own_hospital"]), basis=f"c{i}", clause_reference=f"第{self.whole(3, 20)}条")
        self.add("connection", "vpn", name="保守回線", kind="ipsec_vpn", purpose="for_maintenance", peer="v0", contract="c0",
                 systems=["ehr"], patient_data=True, auth_methods=["public_key_certificate"], mutual_auth=self.chance(0.9),
                 channel_encrypted=True, path_separated=self.chance(0.9), routing_controlled=self.chance(0.9),
                 zone_separated=self.chance(0.9), payload_encrypted=self.chance(0.8), cipher_listed=self.chance(0.9),
                 demarcation_ends=self.chance(0.9), source_restricted=self.chance(0.9), firmware_updated_on=self.day(2024, 2026))

    def risks(self):
        for i, (name, threat) in enumerate([("電子カルテの停止", "身代金要求型の不正プログラム"), ("画像の漏えい", "設定の誤り")]):
            self.add("risk_item", f"r{i}", name=name, threat=threat, system=["ehr", "pacs"][i], dataset=["charts", "images"][i],
                     vulnerability=["更新の遅れた端末", "公開範囲の点検漏れ"][i],
                     elements=["availability_element", "confidentiality_element"][i : i + 1],
                     likelihood=self.pick(["unlikely", "possible", "likely"]), impact=self.pick(["moderate", "large"]),
                     treatment=self.pick(["reduce", "reduce", "accept"]), controls=self.some(["preventive", "detective", "corrective"], 0.7),
                     owner="p1", approved_by="p0", reviewed_on=self.day(2025, 2026))


def spoilt(line, kind):
    """The line with a mistake of the kind, as they come out of other programs."""
    return [
        lambda: line[: len(line) // 2],
        lambda: line.replace('"hospital":', '"hospitol":', 1),
        lambda: line.replace('"vendor":"v', '"vendor":"w', 1),
        lambda: line.replace('"facility"', '"facilty"', 1),
        lambda: line.replace('{"facility"', '{"as_of":"2026-13-01","facility"', 1),
    ][kind % 5]()


def lines(arguments):
    """The lines, and how many facts they hold; of every `arguments.bad` lines, the last is spoilt."""
    facts = 0
    for number in range(arguments.hospitals):
        hospital = Hospital(arguments.seed, number)
        line = hospital.line()
        facts += hospital.count
        if arguments.bad and (number + 1) % arguments.bad == 0:
            line = spoilt(line, number // arguments.bad)
        yield line, facts


def main():
    parser = argparse.ArgumentParser(description="Generates facts of fictional hospitals as NDJSON.")
    parser.add_argument("--hospitals", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", type=int, default=8, help="number of files")
    parser.add_argument("--bad", type=int, default=0, metavar="N", help="spoil every Nth line")
    parser.add_argument("--output", type=pathlib.Path, help="folder for part-00000.ndjson …; else standard output")
    arguments = parser.parse_args()
    facts = 0
    if arguments.output is None:
        for line, facts in lines(arguments):
            sys.stdout.buffer.write(line.encode() + b"\n")
    else:
        arguments.output.mkdir(parents=True, exist_ok=True)
        per_part = max(1, -(-arguments.hospitals // arguments.parts))
        files = [open(arguments.output / f"part-{part:05}.ndjson", "wb") for part in range(arguments.parts)]
        for number, (line, facts) in enumerate(lines(arguments)):
            files[number // per_part].write(line.encode() + b"\n")
        for file in files:
            file.close()
    mean = facts // max(1, arguments.hospitals)
    print(f"{arguments.hospitals} hospitals, {facts} facts ({mean} each)", file=sys.stderr)


if __name__ == "__main__":
    main()
