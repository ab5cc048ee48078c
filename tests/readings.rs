//! Holds `docs/readings.md`: it is what the table of the checks says.

use judge::check::readings::document;
use std::path::Path;

/// With READINGS=write in the environment the file is written instead.
#[test]
fn the_page_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/readings.md");
    let wanted = document();
    if std::env::var_os("READINGS").is_some_and(|v| v == "write") {
        assert!(std::fs::write(&path, &wanted).is_ok(), "{} cannot be written", path.display());
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == wanted, "docs/readings.md is not the table: READINGS=write cargo test --test readings");
}
