//! `scimulate certify`: plays a vendor's pack and writes the evidence package.
//!
//! In: a pack, a statement, a key, a target. Out: a state for each case on standard output, and one file. Never: a request before
//! pack, statement and key have been read, or a package that holds less than was played.

use super::args::{CertifyArgs, RunArgs, SelectArgs};
use super::exit::Exit;
use super::run::Extent;
use super::run_settings::RunSettings;
use super::secrets::warn_if_open;
use super::{CommandError, connect, entropy, features, notice, run, say};
use crate::feature::{Feature, Source, embedded};
use ::certify::{Answer, Contents, KnownScenario, Pack, PackFile, Program, Results, SigningKey, Statement, Word};
use client::wire::{Secret, SecretPlace};
use judge::verdict::{RunRecord, Verdict};
use report::{Beside, Spec, open_all};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The reports of a package: the format, and the file's name there.
const REPORTS: &[(&str, &str)] = &[
    ("json", "record.json"),
    ("html", "report.html"),
    ("sarif", "results.sarif"),
    ("junit", "junit.xml"),
    ("har", "exchanges.har"),
];

/// Plays the pack, says how each case stands, and writes the package.
pub(super) fn command(args: &CertifyArgs) -> Result<Exit, CommandError> {
    let pack = pack(&args.pack)?;
    let sources = sources(&pack);
    let features = features::parsed(&sources)?;
    resolve(&pack, &features)?;
    if args.print_statement {
        return say(&template(&pack)).map(|()| Exit::Conformant);
    }
    let (stated, statement) = statement(args.statement.as_deref(), &pack)?;
    let key = key(args)?;
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.zip", pack.name)));
    writable(&out)?;
    let folder = Scratch::new()?;
    let (record, answers) = played(args, &pack, &features, &folder)?;
    if record.verdict() == Verdict::Interrupted {
        return Ok(Exit::Interrupted);
    }
    let results = Results::of(&pack, &record, &statement);
    let program = Program {
        tool: record.tool.clone(),
        sha256: std::env::current_exe().and_then(std::fs::read).ok().map(|binary| ::certify::sha256(&binary)),
        seed: record.seed,
        profile: record.target.profile.clone(),
    };
    let contents = Contents {
        pack: &pack,
        statement: &stated,
        results: &results,
        record: &record,
        reports: folder.reports()?,
        discovery: &answers,
        features: &judging(&pack, &sources, &record),
        program: &program,
    };
    let package = ::certify::write(contents, key.as_ref()).map_err(CommandError::blocked)?;
    scim::secrecy::write_private(&out, &package).map_err(|error| unwritable(&out, &error))?;
    let signer = key.as_ref().map_or("signed by nobody".to_owned(), |key| format!("signed by {}", key.public().id()));
    say(&format!("{}{}: {} bytes, {signer}\n", ::certify::lines(&results), out.display(), package.len()))?;
    Ok(match record.verdict() {
        Verdict::Bug => Exit::Bug,
        Verdict::FindingsAndBug => Exit::FindingsAndBug,
        _ => exit(results.word),
    })
}

/// What a pack comes to, as an exit code.
pub(super) fn exit(word: Word) -> Exit {
    match word {
        Word::Passed | Word::Warned => Exit::Conformant,
        Word::Failed => Exit::Findings,
        Word::Incomplete => Exit::Blocked,
    }
}

/// The pack of that name, or the one in that folder.
fn pack(named: &str) -> Result<Pack, CommandError> {
    let folder = Path::new(named);
    if !folder.is_dir() {
        return ::certify::built_in(named).map_err(CommandError::usage);
    }
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path);
        text.map_err(|e| CommandError::usage(format!("{} cannot be read: {e}", path.display())))
    };
    let mut files = vec![PackFile { name: "pack.toml".into(), text: read(&folder.join("pack.toml"))? }];
    let entries = std::fs::read_dir(folder).map_err(|e| CommandError::usage(format!("{named} cannot be read: {e}")))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "feature"));
    paths.sort();
    for path in paths {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        files.push(PackFile { name: name.to_owned(), text: read(&path)? });
    }
    let file = folder.join("pack.toml").display().to_string();
    Pack::parse(&file, files).map_err(CommandError::usage)
}

/// The features of the program and of the pack, these as `packs/NAME/FILE`.
fn sources(pack: &Pack) -> Vec<Source> {
    let own = pack.files.iter().filter(|file| file.name.ends_with(".feature"));
    let own = own.map(|file| Source { name: format!("packs/{}/{}", pack.name, file.name), text: file.text.clone() });
    embedded().into_iter().chain(own).collect()
}

/// Holds the pack's names against the scenarios there are.
fn resolve(pack: &Pack, features: &[Feature]) -> Result<(), CommandError> {
    let all = features.iter().flat_map(|feature| &feature.scenarios);
    let known: Vec<KnownScenario<'_>> =
        all.map(|s| KnownScenario { file: &s.file, name: &s.name, tags: &s.tags }).collect();
    pack.resolve(&known).map_err(CommandError::usage)
}

/// The statement: its text and what it says.
fn statement(path: Option<&Path>, pack: &Pack) -> Result<(String, Statement), CommandError> {
    let path = path.ok_or_else(|| CommandError::usage("a package needs a statement: --statement FILE"))?;
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| {
        CommandError::usage(format!("{name} cannot be read: {e}; --print-statement writes one to fill in"))
    })?;
    let read = Statement::parse(&name, &text).map_err(CommandError::usage)?;
    read.fits(&name, pack, jiff::Zoned::now().date()).map_err(CommandError::usage)?;
    Ok((text, read))
}

/// The key that signs.
fn key(args: &CertifyArgs) -> Result<Option<SigningKey>, CommandError> {
    let (place, read) = match (&args.key, &args.key_command) {
        (Some(path), _) => {
            warn_if_open(path);
            (path.display().to_string(), std::fs::read_to_string(path).map_err(|e| e.to_string()))
        }
        (None, Some(command)) => {
            let argv: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            let read = Secret::read_passphrase(SecretPlace::Command(&argv));
            ("the output of --key-command".into(), read.map(|s| s.expose().to_owned()).map_err(|e| e.to_string()))
        }
        (None, None) if args.unsigned => return Ok(None),
        (None, None) => {
            return Err(CommandError::usage(
                "a package has to be signed: --key FILE or --key-command COMMAND names a private key, which `openssl genpkey \
                 -algorithm ed25519 -out key.pem` makes; --unsigned writes a package that proves nothing of its origin",
            ));
        }
    };
    let text = read.map_err(|why| CommandError::usage(format!("{place} cannot be read: {why}")))?;
    SigningKey::read(&place, &text).map(Some).map_err(CommandError::usage)
}

/// Tries the package's folder before the run: a package that cannot be written afterwards would be a run for nothing.
fn writable(out: &Path) -> Result<(), CommandError> {
    let probe = out.with_extension(format!("{}.part", std::process::id()));
    std::fs::write(&probe, "").and_then(|()| std::fs::remove_file(&probe)).map_err(|error| unwritable(out, &error))
}

fn unwritable(out: &Path, error: &std::io::Error) -> CommandError {
    CommandError::usage(format!("{} cannot be written: {error}; name another file with --out", out.display()))
}

/// Plays what judges the pack's cases.
fn played(
    args: &CertifyArgs,
    pack: &Pack,
    features: &[Feature],
    folder: &Scratch,
) -> Result<(RunRecord, Vec<Answer>), CommandError> {
    let select = SelectArgs { idp: pack.idps.clone(), ..SelectArgs::default() };
    let run_args = RunArgs {
        select: select.clone(),
        target: args.target.clone(),
        config: args.config.clone(),
        token: args.token.clone(),
        profile: args.profile.clone(),
        i_may_write: args.i_may_write,
        jobs: args.jobs,
        seed: args.seed,
        timeout: args.timeout.clone(),
        snapshots: Some("off".to_owned()),
        report: REPORTS.iter().map(|(format, name)| format!("{format}={}", folder.0.join(name).display())).collect(),
        ..RunArgs::default()
    };
    let source = connect::source(args.config.as_deref())?;
    let meant = RunSettings::of(&run_args, &source)?;
    connect::guard(&meant, args.i_may_write)?;
    let connected = meant.connect(&args.token, &source)?;
    let judges =
        |file: &str, name: &str, tags: &BTreeSet<String>| pack.is_judged_by(&KnownScenario { file, name, tags });
    let judging: Vec<Feature> = features
        .iter()
        .filter(|feature| feature.scenarios.iter().any(|s| judges(&s.file, &s.name, &s.tags)))
        .cloned()
        .collect();
    let mut plan = features::plan_of(&judging, &select)?;
    plan.instances.retain(|i| judges(&i.scenario.file, &i.scenario.name, &i.scenario.tags));
    let specs: Result<Vec<Spec>, _> = run_args.report.iter().map(|text| text.parse::<Spec>()).collect();
    let specs = specs.map_err(CommandError::usage)?;
    let mut reports = open_all(&specs, run::style(false), &Beside::of(&specs, false)).map_err(CommandError::usage)?;
    notice(&format!("{}: {} scenarios", pack.title, plan.instances.len()));
    let told = run::played(&run_args, &meant, connected, plan, &mut reports, Extent::WithDiscovery)?;
    for report in &mut reports {
        run::told(report.finish())?;
    }
    Ok(told)
}

/// The features that judged and are not the pack's own.
fn judging(pack: &Pack, sources: &[Source], record: &RunRecord) -> Vec<PackFile> {
    let own = format!("packs/{}/", pack.name);
    let files: BTreeSet<&str> = record.scenarios.iter().map(|s| s.file.as_str()).collect();
    let judged = sources.iter().filter(|source| files.contains(source.name.as_str()) && !source.name.starts_with(&own));
    judged.map(|source| PackFile { name: source.name.clone(), text: source.text.clone() }).collect()
}

/// A statement to fill in.
fn template(pack: &Pack) -> String {
    let mut text = format!(
        "# What only a person can say about {}.\nformat = 1\n\n[product]\nname = \"\"\nversion = \"\"\n# vendor = \"\"\n\n\
         [environment]\nname = \"\"\n# description = \"\"\n\n[tester]\nname = \"\"\n# organisation = \"\"\n# contact = \"\"\n\n\
         # claims = [\"\"]\n\n# A failure that is known and accepted:\n# [[waiver]]\n# case = \"\"\n# reason = \"\"\n\
         # by = \"\"\n# date = \"2026-11-30\"\n",
        pack.title
    );
    let reviews = pack.cases.iter().filter(|case| case.kind == ::certify::Kind::Review);
    for case in reviews {
        text.push_str(&format!(
            "\n# {}: {}\n# {}\n# [[review]]\n# case = \"{}\"\n# answer = \"\"  # passed, failed or not-applicable\n# by = \"\"\n\
             # date = \"\"\n# note = \"\"\n",
            case.id, case.name, case.passes, case.id
        ));
    }
    text
}

/// A folder of our own for the reports, gone with the command.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, CommandError> {
        let path = std::env::temp_dir().join(format!("scimulate-{}-{:x}", std::process::id(), entropy::entropy()));
        let made = private(&path);
        made.map_err(|e| CommandError::blocked(format!("{} cannot be made: {e}; set TMPDIR", path.display())))?;
        Ok(Self(path))
    }

    /// What the reports came to, by their names in the package.
    fn reports(&self) -> Result<BTreeMap<String, Vec<u8>>, CommandError> {
        let read = |name: &str| {
            let path = self.0.join(name);
            let bytes = std::fs::read(&path);
            bytes.map_err(|e| CommandError::blocked(format!("{} cannot be read: {e}", path.display())))
        };
        REPORTS.iter().map(|(_, name)| Ok(((*name).to_owned(), read(name)?))).collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _may_be_gone = std::fs::remove_dir_all(&self.0);
    }
}

/// Makes a folder that nobody but its owner may enter.
fn private(path: &Path) -> std::io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "rights are set on Unix alone"))]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}
