//! A workspace whose facts may leave the house: of them stays what the packs say themselves.

use std::collections::BTreeSet;

use kijun_engine::texts;
use kijun_facts::Pseudonym;
use kijun_text::Lang;

use crate::{FactFile, Workspace};

impl Workspace {
    /// Replaces ids, names and texts of the facts, the facility, and the files of facts by what says nothing of them, and
    /// forgets what was said of them in diagnostics. Verdicts of `today` stay. Returns what stands for what.
    pub fn redact(&mut self, today: i32, lang: Lang) -> Vec<Pseudonym> {
        let program = &self.compiled.program;
        let mut public: BTreeSet<String> = texts(program).into_iter().collect();
        public.extend(program.requirements.iter().map(|r| r.id.clone()));
        let mut key = self.store.redact(&program.schema, |text| public.contains(text), today, lang);
        let (facility, file) =
            if lang == Lang::Ja { ("施設-1", "台帳") } else { ("facility-1", "facts") };
        if let Some(workspace) = &mut self.manifest.workspace {
            key.push((facility.to_owned(), std::mem::replace(&mut workspace.facility, facility.to_owned())));
            workspace.title = Default::default();
        }
        for (number, FactFile { path, file: id }) in
            std::mem::take(&mut self.fact_files).into_iter().enumerate()
        {
            let pseudonym = format!("{file}-{}", number + 1);
            self.sources.withhold(id, pseudonym.clone());
            key.push((pseudonym, path));
        }
        self.diagnostics.clear();
        key
    }
}
