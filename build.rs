//! Made before the program is compiled: the golden snapshots packed into one compressed file that the program carries, and the
//! table of the vocabulary. Rebuilds when a feature is added too: the embedding macro alone would miss new files.
//!
//! In: `snapshots` and `src/step/sentences`. Out: `goldens.zlib` and `vocabulary.rs` in the build's folder. Never: a source in
//! the program.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

/// How hard to compress, of 0 to 10.
const EFFORT: u8 = 8;
/// The folder of the sentences' definitions.
const SENTENCES: &str = "src/step/sentences";

fn main() -> Result<(), Box<dyn Error>> {
    for folder in ["features", "snapshots", SENTENCES] {
        println!("cargo::rerun-if-changed={folder}");
    }
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("goldens.zlib"), goldens()?)?;
    Ok(fs::write(Path::new(&out).join("vocabulary.rs"), vocabulary()?)?)
}

/// The golden snapshots, compressed.
fn goldens() -> Result<Vec<u8>, Box<dyn Error>> {
    let root = Path::new("snapshots");
    let mut names = Vec::new();
    collect(root, "", &mut names)?;
    // Sorted, so that near-twins lie side by side, where the compression sees them.
    names.sort();
    Ok(miniz_oxide::deflate::compress_to_vec_zlib(&plain(root, &names)?, EFFORT))
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

/// The table of the vocabulary, as source.
fn vocabulary() -> Result<String, Box<dyn Error>> {
    let mut files = fs::read_dir(SENTENCES)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|e| e == "rs"));
    files.sort();
    let mut table = "static SENTENCES: &[Sentence] = &[\n".to_owned();
    for file in files {
        let subject = file.file_stem().unwrap_or_default().to_string_lossy().replace('_', " ");
        for Definition { role, expression, meaning, example } in definitions(&fs::read_to_string(file)?) {
            writeln!(
                table,
                "    Sentence {{ role: Role::{role}, expression: {expression:?}, meaning: {meaning:?}, example: {example:?}, \
                 subject: {subject:?} }},"
            )?;
        }
    }
    table.push_str("];\n");
    Ok(table)
}

/// One sentence as its definition's comment and attribute describe it.
struct Definition {
    role: &'static str,
    expression: String,
    meaning: String,
    example: String,
}

/// Reads the doc comment and the attribute of each definition.
fn definitions(source: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    let mut doc: Vec<&str> = Vec::new();
    let mut above = 0;
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if let Some(text) = line.strip_prefix("///") {
            doc.push(text.trim());
            continue;
        }
        let role = [("#[given(", "Given"), ("#[when(", "When"), ("#[then(", "Then")]
            .into_iter()
            .find_map(|(start, role)| line.starts_with(start).then_some(role));
        let Some(role) = role else {
            doc.clear();
            above = 0;
            continue;
        };
        let mut attribute = line.to_owned();
        while !attribute.trim_end().ends_with(")]") {
            match lines.next() {
                Some(more) => attribute.push_str(more.trim()),
                None => break,
            }
        }
        let (examples, meaning): (Vec<&str>, Vec<&str>) = doc.iter().partition(|l| l.starts_with("Example: "));
        // A function that serves two roles has an example for each, in the order of its attributes.
        let example = examples.get(above).or(examples.last()).and_then(|l| l.strip_prefix("Example: "));
        above += 1;
        found.push(Definition {
            role,
            expression: expression(&attribute),
            meaning: meaning.join(" ").trim().to_owned(),
            example: example.unwrap_or_default().to_owned(),
        });
    }
    found
}

/// The string literal after `expr =`, its escapes undone.
fn expression(attribute: &str) -> String {
    let Some((_, literal)) = attribute.split_once("expr = ") else { return String::new() };
    let raw = literal.trim_start_matches(['r', '#']).trim_start_matches('"');
    let end = raw.rfind('"').unwrap_or(raw.len());
    raw[..end].replace("\\\"", "\"").replace("\\\\", "\\")
}
