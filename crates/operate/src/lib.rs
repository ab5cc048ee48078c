//! An identity provider that a person operates by hand.
//!
//! In: what somebody typed, and the file with the provider's state. Out: the requests that the product would send, a line for each,
//! and the file again. Never: a credential in the file, a file left half written, or a request before all that was typed is
//! understood.

pub mod acts;
mod churn;
mod file;
mod log;
mod names;
mod people;
mod removal;
mod session;
mod state;
mod told;
mod view;

pub use churn::Churn;
pub use file::{Locked, MadeNotes, StateFileError, create, read};
pub use log::{Log, LogEntry};
pub use names::{Unknown, group, person};
pub use people::{PeopleError, directory, seeded};
pub use removal::{Removed, remove};
pub use session::{Played, Session, clock};
pub use state::{IdpState, TargetAddress};
pub use told::{Hears, Teller};
pub use view::{Made, Seen, View};
