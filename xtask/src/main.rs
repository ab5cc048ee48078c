//! Writes the files of this repository that are made from other files of it.

fn main() {}
