use kijun_coverage::{Coverage, Matrix};
use kijun_exchange::lookup::{named_catalogs, qualified};
use kijun_text::Label;

use crate::{Error, Workspace};

/// How far one catalogue covers another, by what packs say, whatever the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// `mhlw@4.2`.
    pub from: String,
    pub to: String,
    /// The items of `to` in its order, without sections.
    pub items: Vec<Covered>,
}

/// An item and how far it is covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    pub id: String,
    pub title: Label,
    pub coverage: Coverage,
    /// The same by statements that are neither ambiguous nor unverified.
    pub trusted: Coverage,
    /// The items of the other catalogue that say so, those that cover most first.
    pub by: Vec<String>,
}

impl Workspace {
    /// How far `from` covers `to`: each a catalogue (`csf@1.1`) or a pack with one. A name of several editions gives one answer for
    /// each: they are never mixed in one figure.
    ///
    /// ```
    /// use kijun::{Coverage, Workspace};
    /// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rulepacks");
    /// let packs = Workspace::load(folder)?;
    /// let covers = packs.cover("csf@1.1", "iso27001-2022")?;
    /// let covered = covers[0].items.iter().filter(|i| i.coverage == Coverage::Covered).count();
    /// println!("{} of {} items of {}", covered, covers[0].items.len(), covers[0].to);
    /// assert_eq!(covers[0].from, "csf@1.1");
    /// # Ok::<(), kijun::Error>(())
    /// ```
    ///
    /// # Errors
    /// When packs have errors, or a name means no catalogue.
    pub fn cover(&self, from: &str, to: &str) -> Result<Vec<Cover>, Error> {
        self.sound()?;
        let program = &self.inner.compiled.program;
        let packs: Vec<_> =
            self.inner.packs.iter().map(|p| (p.name.as_str(), p.modules.as_slice())).collect();
        let (from, to) = (named_catalogs(program, &packs, from)?, named_catalogs(program, &packs, to)?);
        let mappings = self.inner.compiled.consistent();
        let matrix = Matrix::new(&mappings, &from, &to, None);
        let name = |i: usize| program.catalogs.get(i).map_or_else(String::new, qualified);
        let id = |id| program.requirement(id).map_or_else(String::new, |r| r.id.clone());
        let cover = |block: &kijun_coverage::Block| {
            let counted = block.items.iter().filter(|item| mappings.is_counted(item.id));
            let covered = |item: &kijun_coverage::Item| {
                let mut by: Vec<String> = Vec::new();
                for source in block.cells_of(item).flat_map(kijun_coverage::Cell::sources) {
                    let source = id(source);
                    if !by.contains(&source) {
                        by.push(source);
                    }
                }
                let title = program.requirement(item.id).map(|r| r.title.clone()).unwrap_or_default();
                Covered { id: id(item.id), title, coverage: item.coverage, trusted: item.trusted, by }
            };
            Cover { from: name(block.from), to: name(block.to), items: counted.map(covered).collect() }
        };
        Ok(matrix.blocks.iter().map(cover).collect())
    }
}
