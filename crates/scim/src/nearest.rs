//! "Did you mean": of some names, the one that a misspelt name comes nearest to.

/// How alike two names have to be, by Jaro and Winkler, between 0 and 1: one letter wrong, missing or swapped passes, another word
/// does not.
const NEAR: f64 = 0.75;

/// The nearest of `known`, where one is near; letter case does not count.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.trim().to_lowercase();
    let scored = known.into_iter().map(|known| (strsim::jaro_winkler(&known.to_lowercase(), &wrong), known));
    scored.filter(|(likeness, _)| *likeness > NEAR).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let names = ["terminal", "json", "junit"];
        assert_eq!(nearest("jsno", names), Some("json"));
        assert_eq!(nearest(" TERMINL ", names), Some("terminal"));
        assert_eq!(nearest("xyz", names), None);
        assert_eq!(nearest("json", []), None);
    }
}
