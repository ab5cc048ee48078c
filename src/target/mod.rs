//! The server under test: its settings, operator actions, and the ledger of what a run made there.
