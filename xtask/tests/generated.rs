//! The files in the repository are what is generated.

use std::path::Path;
use xtask::Task;

fn check(task: Task) {
    if let Err(error) = task.check(Path::new(env!("CARGO_BIN_EXE_xtask"))) {
        panic!("{error}");
    }
}

#[test]
fn the_matrix() {
    check(Task::Matrix);
}

#[cfg(unix)]
#[test]
fn what_the_vendors_say() {
    check(Task::Seeds);
}

#[test]
fn the_readings() {
    check(Task::Readings);
}

#[test]
fn the_sources() {
    check(Task::Sources);
}

#[test]
fn what_each_identity_provider_sends() {
    check(Task::Idps);
}
