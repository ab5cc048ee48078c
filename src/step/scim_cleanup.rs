//! A tenant put right over SCIM, as a support engineer does it: captured, diagnosed, planned, carried out.
//!
//! In: the tenant as the scenario has left it, and the directory in charge. Out: a capture, a plan, and the tenant after it.
//! Never: an item about what the scenario did not make.

use super::parameters::IdpName;
use super::step_end::Stop;
use super::world::World;
use cleanup::apply::{ApplyError, Terms, apply};
use cleanup::forecast::next_cycle;
use cleanup::journal::{Journal, Outcome};
use cleanup::plan::{Action, Limit, Limits, Plan};
use cleanup::propose::{Options, propose};
use client::observe::id_text;
use client::wire::Actor;
use directory::Export;
use idp::Matching;
use judge::verdict::OutcomeKind;
use state::capture::{CaptureWriter, take};
use state::input::Columns;
use state::{Against, Diagnosis, Sure, TenantState, assess_against};
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

impl World {
    /// What the directory in charge holds, as a file exported from it would; `None` where the scenario names none.
    async fn directory_in_charge(&mut self) -> Result<Option<Export>, Stop> {
        Ok(match self.noted.directory_in_charge.clone() {
            Some(called) => Some(self.player(&called).await?.idp.export()),
            None => None,
        })
    }

    /// What the diagnosis finds in a state about this scenario's objects.
    pub(super) async fn diagnosed(&mut self, state: &TenantState) -> Result<Vec<Diagnosis>, Stop> {
        let directory = self.directory_in_charge().await?;
        let mine = self.of_this_scenario(state.clone());
        let own: BTreeSet<String> = mine.users.iter().chain(&mine.groups).filter_map(id_text).collect();
        let directories: Vec<_> = directory.iter().collect();
        let local_accounts = self.local_accounts();
        let mut found = assess_against(state, &Against { directories: &directories, local_accounts: &local_accounts });
        // A person who has no account is one of this scenario's directory.
        found.retain(|a| a.objects.iter().any(|o| o.id.as_ref().is_none_or(|id| own.contains(id))));
        Ok(found)
    }

    /// The user names of accounts that the product has for itself: no directory has to know them.
    fn local_accounts(&self) -> Vec<String> {
        let mut all = vec![self.cast.addresses.of("admin")];
        all.extend(self.noted.scim_cleanup.protected.iter().cloned());
        all
    }

    /// Captures the target into a file, and reads the file as support would.
    pub(super) async fn capture(&mut self) -> Result<(), Stop> {
        let folder = self.folder()?;
        let file = folder.path().join("tenant.jsonl.zst");
        let base = self.site.tenancy.base.as_str().to_owned();
        let opened = CaptureWriter::open(&file, &base, &self.site.session.now(), env!("CARGO_PKG_VERSION"), None);
        let writer = opened.map_err(|e| self.evidence.stop(OutcomeKind::Bug, e.to_string()))?;
        // A journal of its own: a capture keeps its evidence in the file.
        let client = self.site.client_aside(&self.site.tenancy, Actor::Diagnosis);
        let taken = take(&client, writer, |_, _| {}).await;
        taken.map_err(|e| self.evidence.stop(OutcomeKind::Blocked, e.to_string()))?;
        let read = state::input::read(&[file], &Columns::default());
        let dump = read.map_err(|e| self.evidence.stop(OutcomeKind::Bug, e.to_string()))?;
        for remark in &dump.state.remarks {
            self.evidence.note(format!("the capture says: {remark}"));
        }
        self.noted.scim_cleanup.captured = Some((dump.state, dump.target.unwrap_or_default()));
        Ok(())
    }

    fn folder(&mut self) -> Result<tempfile::TempDir, Stop> {
        let made = tempfile::tempdir();
        made.map_err(|e| self.evidence.stop(OutcomeKind::Blocked, format!("no temporary folder can be made: {e}")))
    }

    /// The captured state, and the target it is of.
    pub(super) fn captured(&mut self) -> Result<(TenantState, String), Stop> {
        let captured = self.noted.scim_cleanup.captured.clone();
        captured.ok_or_else(|| self.evidence.misuse("the target was not captured in this scenario"))
    }

    /// Makes a plan for what is wrong with this scenario's objects in the capture; what is superfluous is deleted.
    pub(super) async fn plan_cleanup(&mut self) -> Result<(), Stop> {
        let (state, target) = self.captured()?;
        let found = self.diagnosed(&state).await?;
        let directory = self.directory_in_charge().await?;
        let all = Limit::Percent(100);
        let options = Options {
            sure: Sure::Likely,
            delete: true,
            protect: self.noted.scim_cleanup.protected.clone(),
            limits: Limits { users: all, groups: all, memberships: all },
            ..Options::default()
        };
        let made = self.site.session.now();
        let planned = propose(&state, &found, directory.as_ref(), &options, (&target, &made));
        let plan = planned.map_err(|e| self.not_as_documented(&format!("no plan could be made: {e}")))?;
        // As a person gets it.
        let text = plan.to_yaml().map_err(|e| self.evidence.stop(OutcomeKind::Bug, e.to_string()))?;
        let read = Plan::from_yaml(&text).map_err(|e| self.evidence.stop(OutcomeKind::Bug, e.to_string()))?;
        self.noted.scim_cleanup.plan = Some(read);
        Ok(())
    }

    /// Carries the plan out; the witness follows its writes and lets none through that is about somebody else's object.
    pub(super) async fn carry_out(&mut self) -> Result<(), Stop> {
        let Some(plan) = self.noted.scim_cleanup.plan.take() else {
            return Err(self.evidence.misuse("no cleanup was planned in this scenario"));
        };
        let directory = self.directory_in_charge().await?;
        let local_accounts = self.local_accounts();
        let (folder, clock) = (self.folder()?, self.site.session.clock);
        let journal = Journal::of_plan(&folder.path().join("plan.journal"), &plan, &clock());
        let mut journal = journal.map_err(|e| self.evidence.stop(OutcomeKind::Bug, e.to_string()))?;
        let client = self.evidence.client.named(Actor::Client).with_interceptor(self.evidence.witness.clone());
        let terms = Terms {
            directory: directory.as_ref(),
            local_accounts: &local_accounts,
            canary: 0,
            batch: 0,
            despite_changes: false,
            stop: &AtomicBool::new(false),
            clock: &clock,
        };
        let from = self.exchanges();
        let mut left = Vec::new();
        let mut told = |one: &cleanup::apply::Told| {
            if matches!(one.outcome, Outcome::Skipped | Outcome::Failed) {
                left.push(format!("{} {}: {}", one.outcome.name(), one.text, one.why));
            }
        };
        let applied = apply(&client, &plan, Some(&mut journal), &terms, &mut told).await;
        self.world_in_the_way(from)?;
        match applied {
            Ok(applied) if left.is_empty() => self.all_gone(&plan, applied.after.as_ref().map(|(state, _)| state)),
            Ok(_) => Err(self.not_as_documented(&format!("the plan was not carried out whole: {}", left.join("; ")))),
            Err(error @ (ApplyError::Unanswered(_) | ApplyError::Read(_))) => {
                Err(self.evidence.stop(OutcomeKind::Blocked, error.to_string()))
            }
            Err(error) => Err(self.not_as_documented(&format!("the plan was not carried out: {error}"))),
        }
    }

    /// Skips the rest where deleted accounts stay, inactive: products may do so, and a diagnosis goes on showing them.
    fn all_gone(&mut self, plan: &Plan, after: Option<&TenantState>) -> Result<(), Stop> {
        let there: BTreeSet<String> = after.into_iter().flat_map(|state| &state.users).filter_map(id_text).collect();
        let kept = plan.items.iter().any(|item| item.action == Action::DeleteUser && there.contains(&item.id));
        match kept {
            false => Ok(()),
            true => Err(self.evidence.stop(OutcomeKind::Skipped, "this target keeps deleted accounts, inactive")),
        }
    }

    /// What the next cycle of an IdP will be refused, as the state foretells it.
    pub(super) async fn conflicts_ahead(&mut self, called: &IdpName) -> Result<Vec<String>, Stop> {
        let state = self.read_whole().await?;
        let idp = &self.player(called).await?.idp;
        let matching = match idp.options().matching {
            Matching::ExternalId => cleanup::forecast::Matching::ExternalId,
            Matching::UserName => cleanup::forecast::Matching::Name,
        };
        Ok(next_cycle(&state, &idp.export(), matching).conflicts)
    }
}
