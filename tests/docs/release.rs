//! What a release is made with, without making one: the scripts are there, they refuse what is wrong, and no file has an address.

use super::root;
use super::scale::{read, scripts};
use super::support::{Place, Ran, ended};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

/// Runs a script of `packaging` in a copy of what it reads.
fn packaging(place: &Place, script: &str, arguments: &[&str], repository: &str) -> Ran {
    let folder = place.path().join("packaging");
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["build", "repository", "version"] {
        std::fs::copy(root().join("packaging").join(name), folder.join(name)).unwrap();
    }
    for name in ["Cargo.toml", "CHANGELOG.md"] {
        if !place.path().join(name).exists() {
            std::fs::copy(root().join(name), place.path().join(name)).unwrap();
        }
    }
    let mut command = Command::new(folder.join(script));
    command.args(arguments).env("SCIMULATE_REPOSITORY", repository);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    ended(command.spawn().unwrap())
}

const ADDRESS: &str = "https://code.example/some/repository";

#[test]
fn nothing_is_released_without_the_address_of_the_repository() {
    let place = Place::new();
    for wrong in ["", "some/repository", "http://code.example/a/b", "https://code.example", "https://a.example/b.git"] {
        packaging(&place, "repository", &[], wrong).expect(2, &["SCIMULATE_REPOSITORY is", "https://HOST/NAME/NAME"]);
    }
    packaging(&place, "build", &["--release"], ADDRESS).expect(2, &["Cargo.toml has no repository"]);
    for address in [ADDRESS, "https://code.example/another"] {
        packaging(&place, "repository", &[], address).expect(0, &[]);
        let manifest = std::fs::read_to_string(place.path().join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        assert_eq!(manifest["package"]["repository"].as_str(), Some(address));
        assert!(!manifest["workspace"].as_table().unwrap().contains_key("repository"));
    }
    // With the address it goes on to the next thing that is not there.
    let ran = packaging(&place, "build", &["--release"], ADDRESS);
    assert!(ran.code != 0 && !ran.err.contains("no repository"), "{ran:#?}");
}

#[test]
fn a_tag_that_is_not_the_version_stops_a_release() {
    let version = env!("CARGO_PKG_VERSION");
    let changelog = format!(
        "# Changelog\n\n## [Unreleased]\n\n## [{version}] - 2026-12-31\n\n- news\n\n## [0.0.1] - then\n\n- old\n"
    );
    let place = Place::new().with("CHANGELOG.md", &changelog);
    packaging(&place, "version", &["--tag", &format!("v{version}")], "").expect(0, &[]);
    packaging(&place, "version", &["--tag", "v9.9.9"], "").expect(1, &["v9.9.9", &format!("tag v{version}")]);
    packaging(&place, "version", &["--tag"], "").expect(1, &["the tag is \"\""]);
    assert_eq!(packaging(&place, "version", &["--notes"], "").out, "- news\n\n");
    assert_eq!(packaging(&place, "version", &[], "").out, format!("{version}\n"));
    let place = Place::new().with("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n- news\n");
    let bare = packaging(&place, "version", &["--tag", &format!("v{version}")], "");
    bare.expect(1, &["nothing under", "cargo xtask bump"]);
}

/// The scripts of `packaging` that a text names.
fn named(text: &str) -> Vec<String> {
    let parts = text.split("packaging/").skip(1);
    let names = parts.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && !"/._-".contains(c)).next().unwrap());
    names.map(|name| name.trim_end_matches(['.', '/']).to_owned()).filter(|name| !name.is_empty()).collect()
}

#[test]
fn what_the_workflow_and_the_documents_name_is_there() {
    let mut count = 0;
    for file in [".github/workflows/release.yml", "action.yml", ".ci/run", "docs/release.md", "docs/ci.md"] {
        for name in named(&read(file)) {
            let path = root().join("packaging").join(&name);
            let there = std::fs::metadata(&path).unwrap_or_else(|e| panic!("{file}: packaging/{name}: {e}"));
            let runs = there.is_dir() || name.contains('.') || name.contains("Containerfile") || name.contains('/');
            assert!(runs || there.permissions().mode() & 0o111 != 0, "packaging/{name} cannot be run");
            count += 1;
        }
    }
    assert!(count > 10, "only {count}");
    assert_eq!(named("`packaging/build`, packaging/a.b. packaging/"), ["build", "a.b"]);
}

#[test]
fn the_workflow_builds_checks_and_publishes_in_this_order() {
    let workflow: Value = serde_norway::from_str(&read(".github/workflows/release.yml")).unwrap();
    assert_eq!(workflow["env"]["SCIMULATE_REPOSITORY"], "${{ github.server_url }}/${{ github.repository }}");
    let jobs = &workflow["jobs"];
    assert_eq!((&jobs["build"]["needs"], &jobs["publish"]["needs"]), (&"check".into(), &"build".into()));
    let of = |job: &str| scripts(&jobs[job]).join("\n");
    let ordered = |text: String, parts: &[&str]| {
        let at: Vec<usize> = parts.iter().map(|p| text.find(p).unwrap_or_else(|| panic!("no {p}: {text}"))).collect();
        assert!(at.is_sorted(), "{parts:?}: {text}");
    };
    ordered(of("check"), &["packaging/version --tag", ".ci/run"]);
    ordered(of("build"), &["packaging/repository", "cargo build --release --locked", "packaging/check --release"]);
    ordered(of("publish"), &["--draft ", "npm publish", "cargo publish", "docker push", "--draft=false"]);
}

#[test]
fn no_file_has_an_address_that_a_reader_has_to_fill_in() {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().unwrap();
    let names = String::from_utf8(listed.stdout).unwrap();
    // In two parts, so that this file is none of them.
    let placeholder = ["OWN", "ER/"].concat();
    let texts = names.split('\0').filter_map(|name| Some((name, std::fs::read_to_string(root().join(name)).ok()?)));
    let (mut count, mut bad) = (0, Vec::new());
    for (name, text) in texts {
        count += 1;
        if text.contains(&placeholder) {
            bad.push(name.to_owned());
        }
    }
    assert!(count > 500 && bad.is_empty(), "{count} files, {bad:?}");
    assert!(!read("Cargo.toml").contains("\nrepository"), "packaging/repository writes it, for a release alone");
}
