//! Packs the golden snapshots into one compressed file that the program carries, and rebuilds when a feature, a golden or a
//! sentence is added: the embedding macro alone would miss new files.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

/// How hard to compress, of 0 to 10.
const EFFORT: u8 = 8;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=features");
    println!("cargo::rerun-if-changed=snapshots");
    println!("cargo::rerun-if-changed=src/step/sentences");
    let root = Path::new("snapshots");
    let mut names = Vec::new();
    collect(root, "", &mut names)?;
    // Sorted, so that near-twins lie side by side, where the compression sees them.
    names.sort();
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&plain(root, &names)?, EFFORT);
    Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("goldens.zlib"), packed)?)
}

/// The names of all goldens below a folder, with `/`.
fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), names)?;
        } else if name.ends_with(".snap") {
            names.push(name);
        }
    }
    Ok(())
}

/// What `judge::snapshot::Store::packed` reads: for each file a line `NAME LENGTH`, then its bytes.
fn plain(root: &Path, names: &[String]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut plain = Vec::new();
    for name in names {
        let text = fs::read_to_string(root.join(name))?;
        plain.extend(format!("{name} {}\n{text}", text.len()).into_bytes());
    }
    Ok(plain)
}
