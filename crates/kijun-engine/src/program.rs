//! What packs mean, ready to be evaluated: names resolved, types checked, functions unfolded, profile
//! applied. `kijun-model` makes it; the engine and the reference evaluator read it.

use std::sync::Arc;

use kijun_facts::{AttrId, Date, Duration, KindId, Schema, Type};
use kijun_text::{Label, Span};

/// A variable of one check, attestation or rule; unique within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VarId(pub u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

/// Index into [`Program::requirements`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequirementId(pub u32);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Const {
    Bool(bool),
    Int(i64),
    /// In millionths.
    Decimal(i64),
    Text(String),
    Date(Date),
    Duration(Duration),
    Country([u8; 2]),
    Requirement(String),
    Enum(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl CompareOp {
    /// The comparison with its sides exchanged.
    pub(crate) fn mirrored(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Ge => CompareOp::Le,
            same => same,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArithOp {
    Add,
    Sub,
    Mul,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    Any,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// `count(x in S with filter)`
    Count,
    /// `sum(x in S with filter: body)`
    Sum,
    /// `min(x in S with filter: body)`
    Min,
    /// `max(x in S with filter: body)`
    Max,
    /// `share(x in S with filter: body)`: of those for which `filter` holds, the share for which `body` does.
    Share,
}

/// A set to draw members from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SetExpr {
    /// A set attribute of a record.
    Attr {
        base: Box<Expr>,
        kind: KindId,
        attr: AttrId,
    },
    /// Every record of a kind.
    Extent(KindId),
    /// `r(a)`: the last components of the tuples of `r` that begin with these arguments.
    Image {
        relation: RelationId,
        args: Vec<Expr>,
    },
    Literal(Vec<Expr>),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ExprKind {
    Const(Const),
    /// The literal `none`; only as an operand of `==` and `!=`.
    None,
    Today,
    Var(VarId),
    /// A single-valued attribute of a record.
    Attr {
        base: Box<Expr>,
        kind: KindId,
        attr: AttrId,
    },
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Compare {
        op: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    In {
        item: Box<Expr>,
        set: SetExpr,
    },
    Quantified {
        quantifier: Quantifier,
        var: VarId,
        set: SetExpr,
        filter: Option<Box<Expr>>,
        body: Box<Expr>,
    },
    Aggregated {
        aggregate: Aggregate,
        var: VarId,
        set: SetExpr,
        filter: Option<Box<Expr>>,
        body: Option<Box<Expr>>,
    },
    Arith {
        op: ArithOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// An int read as a decimal.
    ToDecimal(Box<Expr>),
    /// A relation as a condition: one argument per column.
    Related {
        relation: RelationId,
        args: Vec<Expr>,
    },
    /// A cell of a table.
    Lookup {
        table: TableId,
        args: Vec<Expr>,
    },
    /// A call of a `define`, unfolded; the name is kept for explanations.
    Named {
        name: String,
        body: Box<Expr>,
    },
}

/// A typed expression. Equality ignores places, so that the same text in two packs is one expression.
#[derive(Debug, Clone)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: Type,
    /// Whether the value may be `none`.
    pub optional: bool,
    pub span: Span,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Expr) -> bool {
        self.kind == other.kind && self.ty == other.ty && self.optional == other.optional
    }
}

impl Eq for Expr {}

impl std::hash::Hash for Expr {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Var {
    pub name: String,
    pub ty: Type,
}

/// A text with expressions in it: `契約「{c.name}」に…`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    pub ja: Vec<Piece>,
    pub en: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Value(Expr),
}

/// Where a statement comes from, and so how far it may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Mark {
    Printed,
    Published,
    #[default]
    Inferred,
    Ambiguous,
    Unverified,
}

impl Mark {
    /// Ambiguous and unverified statements never decide a verdict alone.
    pub fn is_weak(self) -> bool {
        matches!(self, Mark::Ambiguous | Mark::Unverified)
    }

    pub fn name(self) -> &'static str {
        match self {
            Mark::Printed => "printed",
            Mark::Published => "published",
            Mark::Inferred => "inferred",
            Mark::Ambiguous => "ambiguous",
            Mark::Unverified => "unverified",
        }
    }

    pub fn label(self) -> Label {
        let ja = match self {
            Mark::Printed => "資料に印刷",
            Mark::Published => "公表",
            Mark::Inferred => "当方の読み",
            Mark::Ambiguous => "あいまい",
            Mark::Unverified => "未検証",
        };
        Label::new(ja, self.name())
    }
}

/// How much a finding weighs; also what a level of a catalogue demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Weight {
    #[default]
    Information,
    Notice,
    Should,
    Must,
}

impl Weight {
    pub fn name(self) -> &'static str {
        match self {
            Weight::Information => "information",
            Weight::Notice => "notice",
            Weight::Should => "should",
            Weight::Must => "must",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    pub alias: String,
    pub edition: String,
    pub title: Label,
    pub publisher: String,
    /// The edition that this one replaces, if that is among the catalogues.
    pub supersedes: Option<usize>,
    pub mark: Mark,
    /// Whether it is evaluated: the profile includes it.
    pub in_scope: bool,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum Scope {
    /// Evaluated.
    In,
    /// Of a catalogue or section that the profile does not include: not reported.
    Out,
    /// Excluded by the profile: not applicable, with this reason.
    Excluded(String),
}

/// A requirement or a section; a tree by `parent`. In catalogue order: a parent comes before its children.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// Qualified by the catalogue's alias: `mhlw:8.1.2.C.オ`.
    pub id: String,
    pub catalog: usize,
    pub is_section: bool,
    pub title: Label,
    pub level: Option<String>,
    pub weight: Weight,
    pub audience: Vec<String>,
    pub basis: Vec<String>,
    pub measure: Vec<String>,
    pub risks: Vec<String>,
    pub mark: Mark,
    pub text_included: bool,
    /// This edition lists the id and no longer asks for it: never evaluated, never reported. Names where its content
    /// went, in this or another catalogue. What is below a withdrawn item is withdrawn with it.
    pub withdrawn: Option<Vec<RequirementId>>,
    pub source: String,
    pub parent: Option<RequirementId>,
    pub scope: Scope,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    pub name: String,
    pub title: Label,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub params: Vec<Type>,
    pub result: Type,
    /// Keys are codes of the parameters, in ascending order; an absent key or value is unknown.
    pub cells: Vec<(Vec<u32>, Option<Const>)>,
    pub mark: Mark,
    /// Rows whose own mark is ambiguous or unverified, by their keys; what they say is not in `cells`.
    pub weak_rows: Vec<WeakRow>,
    pub span: Span,
}

/// A row of a table that decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeakRow {
    pub key: Vec<u32>,
    pub mark: Mark,
    pub span: Span,
}

impl Table {
    /// The mark that keeps a cell from deciding, and where it stands: the row's own, or the table's.
    pub fn weakness(&self, key: &[u32]) -> Option<(Mark, Span)> {
        let row = self.weak_rows.iter().find(|r| r.key == key).map(|r| (r.mark, r.span));
        row.or(self.mark.is_weak().then_some((self.mark, self.span)))
    }
}

/// `head(vars) if body`. Conjuncts stand in written order. A variable that is not yet bound is bound by the
/// first conjunct that can: `x in SET`, or a positive relation atom. A head variable that a conjunct uses
/// before it is bound so ranges over the records of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub relation: RelationId,
    pub vars: Vec<Var>,
    pub head: Vec<VarId>,
    pub body: Vec<Expr>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub name: String,
    pub label: Label,
    /// References, enums, texts or countries.
    pub columns: Vec<Type>,
    pub rules: Vec<Rule>,
    pub span: Span,
}

/// The subject of a check: one record of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    pub var: VarId,
    pub kind: KindId,
}

#[derive(Debug, Clone)]
pub struct Require {
    pub condition: Expr,
    pub message: Message,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct Check {
    pub name: String,
    pub title: Label,
    pub requirements: Vec<RequirementId>,
    /// `None`: the facility as a whole.
    pub subject: Option<Subject>,
    pub vars: Vec<Var>,
    /// Conjunction of the `where`s.
    pub condition: Option<Expr>,
    pub requires: Vec<Require>,
    pub fix: Message,
    pub weight: Option<Weight>,
    /// Least grade of evidence on which the check may be satisfied.
    pub grade: Option<u32>,
    pub mark: Mark,
    pub source: String,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attest {
    /// Its name, or the id of its requirement when it has none.
    pub name: String,
    pub requirement: RequirementId,
    pub question: Label,
    pub subject: Option<Subject>,
    pub vars: Vec<Var>,
    pub condition: Option<Expr>,
    /// Codes of the enum `role`; empty: anyone.
    pub by: Vec<u32>,
    pub every: Option<Duration>,
    pub evidence: Option<u32>,
    pub fix: Message,
    pub weight: Option<Weight>,
    pub mark: Mark,
    pub source: String,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Member {
    Check(usize),
    Attest(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Combine {
    AtLeast { count: u32, group: usize },
    AllOf { group: usize },
    And(Vec<Combine>),
    Or(Vec<Combine>),
}

/// How measures together meet a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combination {
    pub requirement: RequirementId,
    pub groups: Vec<(String, Vec<Member>)>,
    pub combine: Combine,
    pub mark: Mark,
    pub span: Span,
}

/// Kinds and attributes of the prelude that the engine itself reads.
#[derive(Debug, Clone, Copy)]
pub struct Builtins {
    pub attestation: KindId,
    pub waiver: KindId,
}

/// What must hold of every record, or of the facility, whatever the facts. Not part of a program: nothing is evaluated for it.
#[derive(Debug, Clone)]
pub struct Property {
    pub name: Label,
    pub subject: Option<Subject>,
    pub vars: Vec<Var>,
    pub condition: Option<Expr>,
    pub requires: Vec<Require>,
    pub expects: Vec<ExpectedStatus>,
    pub span: Span,
}

/// A check by number, and the statuses that it may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedStatus {
    pub check: usize,
    pub allowed: Vec<crate::assessment::Verdict>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct Program {
    pub schema: Schema,
    pub builtins: Builtins,
    pub catalogs: Vec<Catalog>,
    /// Shared between versions of a program that is edited.
    pub requirements: Arc<Vec<Requirement>>,
    pub instruments: Vec<Instrument>,
    pub tables: Vec<Table>,
    pub relations: Vec<Relation>,
    /// Relations in the order of evaluation; those of one group depend on each other.
    pub strata: Vec<Vec<RelationId>>,
    pub checks: Vec<Arc<Check>>,
    pub attests: Vec<Attest>,
    pub combinations: Vec<Combination>,
}

impl Program {
    /// `mhlw@4.2` where several editions are loaded, else `mhlw`.
    pub fn catalog_name(&self, index: usize) -> String {
        let Some(catalog) = self.catalogs.get(index) else { return String::new() };
        let editions = self.catalogs.iter().filter(|c| c.alias == catalog.alias).count();
        if editions > 1 { format!("{}@{}", catalog.alias, catalog.edition) } else { catalog.alias.clone() }
    }

    pub fn requirement(&self, id: RequirementId) -> Option<&Requirement> {
        self.requirements.get(id.0 as usize)
    }

    pub fn find_requirement(&self, id: &str) -> Option<RequirementId> {
        self.requirements.iter().position(|r| r.id == id).map(|i| RequirementId(i as u32))
    }

    /// The requirement with this id, which may name its edition where the program does not, or leave it out where only one is loaded.
    pub fn find_item(&self, id: &str) -> Option<RequirementId> {
        if let Some(found) = self.find_requirement(id) {
            return Some(found);
        }
        let parts = |id: &str| {
            let (catalog, local) = id.split_once(':')?;
            let (alias, edition) = catalog.split_once('@').unwrap_or((catalog, ""));
            Some((alias.to_owned(), edition.to_owned(), local.to_owned()))
        };
        let (alias, edition, local) = parts(id)?;
        let mut fitting = self.requirements.iter().zip(0u32..).filter(|(r, _)| {
            let own = parts(&r.id);
            let of = self.catalogs.get(r.catalog).map_or("", |c| c.edition.as_str());
            let same = own.is_some_and(|(a, _, l)| a == alias && l == local);
            same && (edition.is_empty() || edition == of)
        });
        let (_, found) = fitting.next()?;
        fitting.next().is_none().then_some(RequirementId(found))
    }

    /// Brings these catalogues in scope as a whole and leaves all others out, whatever the profile includes or excludes.
    pub fn scope_to(&mut self, catalogs: &[usize]) {
        for requirement in Arc::make_mut(&mut self.requirements) {
            let chosen = catalogs.contains(&requirement.catalog);
            requirement.scope = if chosen { Scope::In } else { Scope::Out };
        }
        for (i, catalog) in self.catalogs.iter_mut().enumerate() {
            catalog.in_scope = catalogs.contains(&i);
        }
    }

    pub fn relation(&self, id: RelationId) -> Option<&Relation> {
        self.relations.get(id.0 as usize)
    }

    pub fn table(&self, id: TableId) -> Option<&Table> {
        self.tables.get(id.0 as usize)
    }
}
