//! Coverage in the form that `lcov` reads: a line is hit when a condition on it came out in any way, and each way in which a condition
//! may come out is a branch.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kijun_engine::exercise::Exercise;
use kijun_text::FileId;

use super::ways;
use crate::results::Paths;

/// The conditions of all modules, in the order of their paths.
pub fn exercise_lcov(exercise: &Exercise, paths: &Paths<'_>) -> String {
    let mut by_file: BTreeMap<String, FileId> = BTreeMap::new();
    exercise.seen.keys().for_each(|span| {
        by_file.insert((paths.path)(span.file), span.file);
    });
    let mut out = String::new();
    for (path, file) in by_file {
        let (mut lines, mut branches) = (BTreeMap::<u32, usize>::new(), String::new());
        let (mut found, mut hit) = (0, 0);
        let own = exercise.seen.iter().filter(|(span, _)| span.file == file);
        for (block, (span, (part, seen))) in own.enumerate() {
            let (line, _) = paths.sources.line_column(*span);
            let times = seen.holds + seen.fails + seen.unknown;
            let most = lines.entry(line).or_default();
            *most = (*most).max(times);
            let taken = [seen.holds, seen.fails, seen.unknown];
            for (branch, ((_, seen), taken)) in ways(*part, *seen).into_iter().zip(taken).enumerate() {
                let taken = if times == 0 { "-".to_owned() } else { taken.to_string() };
                // Writing to a string cannot fail.
                let _ = writeln!(branches, "BRDA:{line},{block},{branch},{taken}");
                found += 1;
                hit += usize::from(seen);
            }
        }
        let _ = writeln!(out, "TN:\nSF:{path}");
        out.push_str(&branches);
        let _ = writeln!(out, "BRF:{found}\nBRH:{hit}");
        lines.iter().for_each(|(line, times)| {
            let _ = writeln!(out, "DA:{line},{times}");
        });
        let hits = lines.values().filter(|times| **times > 0).count();
        let _ = writeln!(out, "LF:{}\nLH:{hits}\nend_of_record", lines.len());
    }
    out
}
