//! Plan, then schedule.
