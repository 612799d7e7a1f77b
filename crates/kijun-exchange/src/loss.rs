//! What does not come through from one format to the other.

use kijun_text::Label;

/// Something that the other format has no place for, or says differently. Shown to the person; never silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    pub what: Label,
    pub places: Vec<Place>,
}

/// Where: a path in an OSCAL document with its line (from 1), or a line of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: String,
    pub line: Option<u32>,
}

/// Losses of one run; what is lost in the same way stands together.
#[derive(Debug, Default)]
pub(crate) struct Losses(Vec<Loss>);

impl Losses {
    pub(crate) fn add(&mut self, what: Label, path: impl Into<String>, line: Option<u32>) {
        let place = Place { path: path.into(), line };
        match self.0.iter_mut().find(|l| l.what == what) {
            Some(known) => known.places.push(place),
            None => self.0.push(Loss { what, places: vec![place] }),
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Loss> {
        self.0
    }
}
