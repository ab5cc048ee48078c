//! `scimulate list`: what there is to choose from.

use super::args::{ListArgs, Listed, SelectArgs};
use super::exit::Exit;
use super::{Trouble, features, say};
use crate::idp::Kind;
use crate::{check, provider, step};

/// Prints the list.
pub(super) fn command(args: &ListArgs) -> Result<Exit, Trouble> {
    let text = match args.what {
        Listed::Features => all_features()?,
        Listed::Steps => steps(),
        Listed::Requirements => requirements(),
        Listed::Idps => Kind::ALL.iter().map(|k| format!("{:<24} {k}: {}\n", k.id(), k.summary())).collect(),
        Listed::Profiles => profiles()?,
        Listed::Faults => faults(),
    };
    say(&text)?;
    Ok(Exit::Conformant)
}

fn faults() -> String {
    let built = provider::faults().iter().map(|f| format!("{} {:<44} {} [{}]\n", f.id, f.name, f.text, f.report));
    let left = provider::unbuilt().iter().map(|u| format!("{} is not built: {}\n", u.report, u.reason));
    built.chain(std::iter::once("\n".into())).chain(left).collect()
}

fn profiles() -> Result<String, Trouble> {
    let described = provider::profiles().map(|name| provider::Profile::built_in(name).map(|p| p.describe(name)));
    described.collect::<Result<Vec<_>, _>>().map(|all| all.join("\n")).map_err(Trouble::usage)
}

fn all_features() -> Result<String, Trouble> {
    let mut text = String::new();
    for feature in features::read(&SelectArgs::default())? {
        text.push_str(&format!("{}  {}\n", feature.file, feature.name));
        for scenario in &feature.scenarios {
            let tags: Vec<String> = scenario.tags.iter().map(|t| format!("@{t}")).collect();
            text.push_str(&format!("  {:>4}  {}  {}\n", scenario.line, scenario.name, tags.join(" ")));
        }
    }
    Ok(text)
}

fn steps() -> String {
    let mut text = String::new();
    let mut subject = String::new();
    for sentence in step::vocabulary() {
        if sentence.subject != subject {
            subject.clone_from(&sentence.subject);
            text.push_str(&format!("\n{}\n", subject.to_uppercase()));
        }
        text.push_str(&format!("{:?} {}\n    {}\n", sentence.role, sentence.example, sentence.meaning));
    }
    text.trim_start().to_owned()
}

fn requirements() -> String {
    let checked = check::catalogue::all().map(|r| (r.id.clone(), r.text.clone()));
    let claimed = step::CLAIMS.iter().map(|c| (c.id.to_owned(), c.text.to_owned()));
    checked.chain(claimed).map(|(id, text)| format!("{id:<24} {text}\n")).collect()
}
