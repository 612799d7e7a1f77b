//! A catalogue of OSCAL in the shape of NIST SP 800-53, of any size: families of controls with enhancements in them,
//! parameters with selections and constraints, statements with nested items, guidance, objectives, links between controls and
//! to the back matter, withdrawn controls. Of the norm itself it holds nothing.

use serde_json::{Map, Value, json};

/// How many of what.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub families: usize,
    pub controls: usize,
    /// In each control.
    pub enhancements: usize,
}

impl Shape {
    /// 1,200 controls, of which 900 are enhancements.
    pub const WHOLE: Shape = Shape { families: 20, controls: 15, enhancements: 3 };
}

/// The document; always the same for the same shape.
pub fn catalog(shape: Shape) -> Value {
    let groups: Vec<Value> = (0..shape.families).map(|f| group(f, shape)).collect();
    json!({
        "catalog": {
            "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0001",
            "metadata": {
                "title": "Security and Privacy Controls, generated",
                "published": "2026-01-15T00:00:00.000000-00:00",
                "last-modified": "2026-02-01T12:00:00.000000-05:00",
                "version": "5.2.0+u1",
                "oscal-version": "1.1.3",
                "props": [{ "name": "keywords", "value": "assurance, availability" }],
                "links": [{ "href": "#6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0100", "rel": "alternate" }],
                "roles": [{ "id": "creator", "title": "Document creator" }],
                "parties": [{
                    "uuid": "6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0002", "type": "organization",
                    "name": "A body of standards", "email-addresses": ["norms@example.org"]
                }],
                "responsible-parties": [
                    { "role-id": "creator", "party-uuids": ["6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c0002"] }
                ]
            },
            "groups": groups,
            "back-matter": { "resources": (0..40).map(resource).collect::<Vec<_>>() }
        }
    })
}

fn resource(n: usize) -> Value {
    json!({
        "uuid": format!("6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c{:04x}", 0x100 + n),
        "title": format!("[SP {n}]"),
        "citation": { "text": format!("A publication on <em>something</em>, number {n}.") },
        "rlinks": [{ "href": format!("https://example.org/{n}.pdf") }]
    })
}

/// `aa`, `ab`, … .
fn family(f: usize) -> String {
    [f / 26, f % 26].iter().map(|n| char::from(b'a' + *n as u8)).collect()
}

fn group(f: usize, shape: Shape) -> Value {
    let id = family(f);
    let controls: Vec<Value> = (1..=shape.controls).map(|c| control(f, c, shape)).collect();
    json!({ "id": id, "class": "family", "title": format!("Family {}", id.to_uppercase()), "controls": controls })
}

fn control(f: usize, c: usize, shape: Shape) -> Value {
    let id = format!("{}-{c}", family(f));
    let enhancements: Vec<Value> =
        (1..=shape.enhancements).map(|e| enhancement(&id, f, c, e, shape)).collect();
    let label = id.to_uppercase();
    let mut out = body(&id, &label, &format!("Control {label} & \"its\" policy"), f, c, shape);
    out.insert("controls".to_owned(), enhancements.into());
    out.into()
}

fn enhancement(base: &str, f: usize, c: usize, e: usize, shape: Shape) -> Value {
    let (id, label) = (format!("{base}.{e}"), format!("{}({e})", base.to_uppercase()));
    let title = format!("Enhancement {label}");
    // Every ninth was withdrawn: some into another control, some into a part of one, some for good.
    if (f + c + e).is_multiple_of(9) {
        let other = family((f + 1) % shape.families);
        let href = if e == 1 { format!("#{other}-{c}_smt.a") } else { format!("#{other}-{c}") };
        return json!({
            "id": id, "class": "SP800-53-enhancement", "title": title,
            "props": [
                { "name": "label", "value": label },
                { "name": "status", "value": "withdrawn" },
                { "name": "sort-id", "value": format!("{id:0>12}") }
            ],
            "links": if e == 3 { json!([{ "href": format!("#{base}"), "rel": "required" }]) }
                else { json!([{ "href": href, "rel": if e == 1 { "moved-to" } else { "incorporated-into" } }]) }
        });
    }
    let mut out = body(&id, &label, &title, f, c, shape);
    out.insert("class".to_owned(), "SP800-53-enhancement".into());
    out.into()
}

fn body(id: &str, label: &str, title: &str, f: usize, c: usize, shape: Shape) -> Map<String, Value> {
    let other = format!("{}-{}", family((f + 3) % shape.families), c % shape.controls + 1);
    let value = json!({
        "id": id,
        "class": "SP800-53",
        "title": title,
        "params": [
            {
                "id": format!("{id}_prm_1"),
                "props": [{ "name": "alt-identifier", "value": format!("{label}_ODP[01]") }],
                "label": "organization-defined personnel or roles",
                "guidelines": [{ "prose": "personnel or roles to whom it is disseminated are defined;" }]
            },
            {
                "id": format!("{id}_prm_2"),
                "select": {
                    "how-many": "one-or-more",
                    "choice": ["organization-level", format!("{{{{ insert: param, {id}_prm_1 }}}} level"), "system-level"]
                }
            },
            { "id": format!("{id}_prm_3"), "label": "frequency", "constraints": [{ "description": "at least annually" }] }
        ],
        "props": [
            { "name": "label", "value": label },
            { "name": "label", "value": label, "class": "sp800-53a" },
            { "name": "sort-id", "value": format!("{id:0>12}") },
            { "name": "implementation-level", "ns": "https://example.org/ns", "value": "organization", "remarks": "kept" }
        ],
        "links": [
            { "href": format!("#6f0d2a34-5b1e-4c55-8f8f-0d7f5a1c{:04x}", 0x100 + c % 40), "rel": "reference", "text": "[SP]" },
            { "href": format!("#{other}"), "rel": "related" }
        ],
        "parts": [
            {
                "id": format!("{id}_smt"), "name": "statement", "prose": "The organization:",
                "parts": [
                    {
                        "id": format!("{id}_smt.a"), "name": "item", "props": [{ "name": "label", "value": "a." }],
                        "prose": format!("Develops, documents, and disseminates to {{{{ insert: param, {id}_prm_1 }}}}:"),
                        "parts": [{
                            "id": format!("{id}_smt.a.1"), "name": "item", "props": [{ "name": "label", "value": "1." }],
                            "prose": format!("{{{{ insert: param, {id}_prm_2 }}}} policy that \"addresses\" purpose,\nscope and roles; and")
                        }]
                    },
                    {
                        "id": format!("{id}_smt.b"), "name": "item", "props": [{ "name": "label", "value": "b." }],
                        "prose": format!("Reviews it {{{{ insert: param, {id}_prm_3 }}}}.")
                    }
                ]
            },
            {
                "id": format!("{id}_gdn"), "name": "guidance",
                "prose": "Policies and procedures contribute to security and privacy assurance. ".repeat(8)
            },
            {
                "id": format!("{id}_obj"), "name": "assessment-objective",
                "props": [{ "name": "label", "value": label, "class": "sp800-53a" }],
                "parts": [{ "id": format!("{id}_obj.a"), "name": "assessment-objective", "prose": "a policy is developed;" }]
            }
        ]
    });
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
