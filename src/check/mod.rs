//! Checks: pure functions from observations to findings, tied to requirements.
