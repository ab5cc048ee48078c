//! Lets several actors send one request each in turn, so that what meets is the same in every run.

use super::actor::Actor;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// Whose request comes next. Without actors named, and for others than these, everybody may send.
#[derive(Debug, Default)]
pub struct Interleaving {
    actors: Mutex<Vec<Actor>>,
    turned: Notify,
}

impl Interleaving {
    /// From now on these actors take turns, until they are dismissed.
    pub fn among(&self, actors: Vec<Actor>) {
        *self.lock() = actors;
    }

    /// This actor has nothing more to send.
    pub fn dismiss(&self, actor: &Actor) {
        self.lock().retain(|a| a != actor);
        self.turned.notify_waiters();
    }

    /// Waits until the actor may send.
    pub async fn wait(&self, actor: &Actor) {
        loop {
            let woken = self.turned.notified();
            {
                let actors = self.lock();
                if actors.first().is_none_or(|first| first == actor) || !actors.iter().any(|a| a == actor) {
                    return;
                }
            }
            woken.await;
        }
    }

    /// The actor has sent: the next one may.
    pub fn pass(&self, actor: &Actor) {
        let mut actors = self.lock();
        if actors.first().is_some_and(|first| first == actor) {
            actors.rotate_left(1);
        }
        drop(actors);
        self.turned.notify_waiters();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Actor>> {
        self.actors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
