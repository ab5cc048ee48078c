//! Cases for other SCIM libraries, each with the answer of this one, as lines of JSON.
//!
//! In: how many filters and PATCHes. Out: one case a line, the same for the same numbers. `tests/interop/differential` gives them
//! to libraries nobody here wrote. Never: a judgement about who is right.

mod filters;
mod patches;
mod people;
mod random;

use random::Random;
use std::io::Write as _;

/// The seed: the cases are the same at every run, so that a class of disagreement that is new comes from a changed library.
const SEED: u64 = 7644;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut wanted = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let (Some(filters), Some(patches)) = (wanted.next().transpose()?, wanted.next().transpose()?) else {
        return Err("usage: differential FILTERS PATCHES".into());
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut random = Random::new(SEED);
    for case in filters::cases(&mut random, filters).into_iter().chain(patches::cases(&mut random, patches)) {
        writeln!(out, "{case}")?;
    }
    Ok(out.flush()?)
}
