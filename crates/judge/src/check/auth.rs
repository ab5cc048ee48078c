//! Refused credentials (RFC 7644 section 2).

use super::examination::{Deviation, Examination};

pub(super) fn check(bench: &mut Examination<'_>) {
    if bench.seen.status() != Some(401) {
        return;
    }
    let named = bench.seen.header("www-authenticate").is_some_and(|v| !v.trim().is_empty());
    bench.require("RFC7644-2-06", named, || {
        Deviation::header("www-authenticate", "the schemes the server takes, for example Bearer", "no such header")
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::Violation;
    use client::wire::Method::Get;

    #[test]
    fn a_refused_credential_is_told_the_schemes() {
        let refused = || seen(Get, "/Users").status(401).json(&error(401, None));
        green(&refused().header("www-authenticate", "Bearer").judge(), "RFC7644-2-06");
        red(&refused().judge(), "RFC7644-2-06", Violation);
        assert!(!seen(Get, "/Users/u1").json(&ada()).judge().exercised.contains("RFC7644-2-06"));
    }
}
