//! What changed from one record to another: findings that are new, gone or other than before, and how far each run went.
//!
//! In: two records. Out: the same as data, and as lines. Never: two findings taken for one because their numbers are equal:
//! requirement, place and weight say what is the same.

use super::brief::one_line;
use super::styled_lines::{Paint, Style, StyledLines};
use super::verdict_text::counted;
use judge::verdict::{FindingSummary, RunRecord};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Most findings of one kind that get a line.
const LISTED: usize = 200;

/// What changed.
#[derive(Debug)]
pub struct Difference<'a> {
    /// In the second record alone.
    pub new: Vec<&'a FindingSummary>,
    /// In the first record alone.
    pub gone: Vec<&'a FindingSummary>,
    /// In both, seen in other scenarios.
    pub changed: Vec<(&'a FindingSummary, &'a FindingSummary)>,
    /// Subjects of which another number of requirements was exercised: name, before, after.
    pub coverage: Vec<(&'a str, usize, usize)>,
    judged: (usize, usize),
}

impl<'a> Difference<'a> {
    /// What changed from `before` to `after`.
    #[must_use]
    pub fn of(before: &'a RunRecord, after: &'a RunRecord) -> Self {
        let (old, new) = (by_key(before), by_key(after));
        let lacking = |all: &'a RunRecord, other: &BTreeMap<String, &'a FindingSummary>| -> Vec<&'a FindingSummary> {
            all.findings.iter().filter(|summary| !other.contains_key(&key(summary))).collect()
        };
        let changed = |summary: &'a FindingSummary| {
            let earlier = *old.get(&key(summary))?;
            (earlier.scenarios != summary.scenarios).then_some((earlier, summary))
        };
        let topics: BTreeMap<&str, usize> = before.topics.iter().map(|t| (t.name.as_str(), t.exercised)).collect();
        let coverage = after.topics.iter().filter_map(|topic| {
            let earlier = topics.get(topic.name.as_str()).copied().unwrap_or_default();
            (earlier != topic.exercised).then_some((topic.name.as_str(), earlier, topic.exercised))
        });
        Self {
            new: lacking(after, &old),
            gone: lacking(before, &new),
            changed: after.findings.iter().filter_map(changed).collect(),
            coverage: coverage.collect(),
            judged: (before.totals.judged(), after.totals.judged()),
        }
    }

    /// Whether a finding that fails its scenario is new. A new warning is shown, and makes nothing worse.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        self.new.iter().any(|summary| summary.severity.fails())
    }

    /// Writes it for people.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let page = &mut StyledLines::new(out, style);
        for (title, all) in [("New", &self.new), ("Gone", &self.gone)] {
            if all.is_empty() {
                continue;
            }
            page.heading(title)?;
            for summary in all.iter().take(LISTED) {
                one_line(page, summary)?;
            }
            if all.len() > LISTED {
                page.paragraph(0, Paint::Plain, &format!("and {} more", all.len() - LISTED))?;
            }
        }
        if !self.changed.is_empty() {
            page.heading("Changed")?;
        }
        for (old, new) in self.changed.iter().take(LISTED) {
            one_line(page, new)?;
            page.paragraph(5, Paint::Dim, &changes(old, new))?;
        }
        if !self.coverage.is_empty() {
            page.heading("Coverage")?;
        }
        for (name, before, after) in &self.coverage {
            page.paragraph(0, Paint::Plain, &format!("{name}: {before} requirements exercised before, {after} now"))?;
        }
        self.sum(page)
    }

    fn sum(&self, page: &mut StyledLines<'_>) -> io::Result<()> {
        page.gap()?;
        let (before, after) = self.judged;
        let judged = if before == after {
            format!("{} judged in both", counted(after, "scenario"))
        } else {
            format!("{} judged, {before} before", counted(after, "scenario"))
        };
        let told = format!(
            "{} new, {} gone, {} changed; {judged}",
            counted(self.new.len(), "finding"),
            self.gone.len(),
            self.changed.len()
        );
        page.paragraph(0, if self.is_worse() { Paint::Bad } else { Paint::Good }, &told)
    }
}

fn by_key(record: &RunRecord) -> BTreeMap<String, &FindingSummary> {
    record.findings.iter().map(|summary| (key(summary), summary)).collect()
}

/// What makes a finding the same in two records.
fn key(summary: &FindingSummary) -> String {
    format!("{} {} {}", summary.severity, summary.requirement, summary.place)
}

fn changes(old: &FindingSummary, new: &FindingSummary) -> String {
    if old.scenarios.len() == new.scenarios.len() {
        return "seen in other scenarios".to_owned();
    }
    format!("seen in {} before, {} now", counted(old.scenarios.len(), "scenario"), new.scenarios.len())
}
