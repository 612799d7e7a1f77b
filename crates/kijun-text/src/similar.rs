use crate::fold_width;

/// The candidate most like `name`, if any is like enough to be a misspelling of it. Width variants
/// (full-width letters) count as equal. Ties go to the first candidate.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold_width(name).to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let score = strsim::jaro_winkler(&folded, &fold_width(candidate).to_lowercase());
        let close = score >= 0.8 || strsim::osa_distance(&folded, &fold_width(candidate)) <= 1;
        if close && best.is_none_or(|(s, _)| score > s) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_misspellings_and_width_variants() {
        assert_eq!(nearest("clauze", ["vendor", "clauses"]), Some("clauses"));
        assert_eq!(nearest("ＡＢＣ", ["abc"]), Some("abc"));
        assert_eq!(nearest("受託業者", ["受託事業者", "条項"]), Some("受託事業者"));
        assert_eq!(nearest("zzz", ["vendor"]), None);
    }
}
