//! Rebuilds when a feature or a golden snapshot is added: the embedding macro alone would miss new files.

fn main() {
    println!("cargo::rerun-if-changed=features");
    println!("cargo::rerun-if-changed=snapshots");
    println!("cargo::rerun-if-changed=src/step/sentences");
}
