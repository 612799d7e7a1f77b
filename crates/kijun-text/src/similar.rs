use crate::fold_width;

/// A shorter name is one edit away from too many others.
const SHORTEST_FOR_ONE_EDIT: usize = 3;

/// The candidate most like `name`, if any is like enough to be a misspelling of it. Width variants
/// (full-width letters) count as equal. Ties go to the first candidate.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold_width(name).to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let other = fold_width(candidate).to_lowercase();
        let score = strsim::jaro_winkler(&folded, &other);
        let close = score >= 0.8 || one_edit_away(&folded, &other);
        if close && best.is_none_or(|(s, _)| score > s) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, c)| c)
}

fn one_edit_away(a: &str, b: &str) -> bool {
    let long_enough = |text: &str| text.chars().count() >= SHORTEST_FOR_ONE_EDIT;
    long_enough(a) && long_enough(b) && strsim::osa_distance(a, b) <= 1
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

    #[test]
    fn a_short_name_is_not_like_every_other_short_name() {
        assert_eq!(nearest("x", ["y", "ab"]), None);
        assert_eq!(nearest("契約", ["契印"]), None);
        assert_eq!(nearest("受託者", ["委託者"]), Some("委託者"));
        assert_eq!(nearest("cba", ["CBX"]), Some("CBX"), "case does not matter on either side");
    }
}
