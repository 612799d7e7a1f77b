//! Which gaps are told, and how loudly: in `kijun.toml`, in the settings of an editor.

use kijun_text::Span;
use serde::Deserialize;

/// Which gaps of the catalogues that are watched are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CoverageLevel {
    Off,
    /// Summed up on the catalogue.
    #[default]
    Summary,
    /// On every item as well.
    Items,
}

/// How loud a remark is. There is no *error*: what is missing never keeps anything from being evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Loudness {
    Off,
    Hint,
    Information,
    Warning,
}

/// What a remark is about; each is told as loudly as a person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// An item of what is evaluated that nothing ties to a catalogue that is watched.
    Unmapped,
    NotCovered,
    Possibly,
    Partly,
    /// Covered by what neither a check nor an attestation decides.
    Unverified,
    /// A rule reads what no record states.
    Unfilled,
    /// A check that no test exercises.
    Unexercised,
}

impl Group {
    pub const ALL: [Group; 7] = [
        Group::Unmapped,
        Group::NotCovered,
        Group::Possibly,
        Group::Partly,
        Group::Unverified,
        Group::Unfilled,
        Group::Unexercised,
    ];

    /// The code of its diagnostics.
    pub fn code(self) -> &'static str {
        match self {
            Group::Unmapped => "unmapped",
            Group::NotCovered => "not_covered",
            Group::Possibly => "possibly",
            Group::Partly => "partly",
            Group::Unverified => "unverified",
            Group::Unfilled => "K0513",
            Group::Unexercised => "K0412",
        }
    }

    fn usual(self) -> Loudness {
        match self {
            Group::NotCovered | Group::Unfilled | Group::Unexercised => Loudness::Information,
            Group::Unmapped | Group::Possibly | Group::Partly | Group::Unverified => Loudness::Hint,
        }
    }
}

/// How loud each group is to be; what is not said keeps what it usually is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    pub unmapped: Option<Loudness>,
    pub not_covered: Option<Loudness>,
    pub possibly: Option<Loudness>,
    pub partly: Option<Loudness>,
    pub unverified: Option<Loudness>,
    pub unfilled: Option<Loudness>,
    pub unexercised: Option<Loudness>,
}

impl Levels {
    pub fn of(&self, group: Group) -> Loudness {
        self.said(group).unwrap_or(group.usual())
    }

    fn said(&self, group: Group) -> Option<Loudness> {
        match group {
            Group::Unmapped => self.unmapped,
            Group::NotCovered => self.not_covered,
            Group::Possibly => self.possibly,
            Group::Partly => self.partly,
            Group::Unverified => self.unverified,
            Group::Unfilled => self.unfilled,
            Group::Unexercised => self.unexercised,
        }
    }

    /// These, and where they say nothing, those.
    #[must_use]
    pub fn or(&self, those: &Levels) -> Levels {
        let either = |group| self.said(group).or(those.said(group));
        Levels {
            unmapped: either(Group::Unmapped),
            not_covered: either(Group::NotCovered),
            possibly: either(Group::Possibly),
            partly: either(Group::Partly),
            unverified: either(Group::Unverified),
            unfilled: either(Group::Unfilled),
            unexercised: either(Group::Unexercised),
        }
    }
}

/// A catalogue to watch, `alias` or `alias@edition`, and where a manifest names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    pub name: String,
    pub place: Span,
}

/// What a manifest says of coverage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CoverageSettings {
    pub track: Vec<Track>,
    pub show: Option<CoverageLevel>,
    pub levels: Levels,
}
