//! A target that falls silent, at every point of a run: the run is over within its time limit and a few seconds, and says what is left.

use super::play;
use super::proxy::{self, Tell};
use super::support::{Place, Served};
use std::time::{Duration, Instant};

/// What a run is given, and what it may take besides: the last questions, and a machine that has other work to do.
const LIMIT: Duration = Duration::from_secs(3);
const MORE: Duration = Duration::from_secs(12);

/// Where it falls silent: the requests it answers first, what it does from then on, and what the reader is told.
const POINTS: &[(&str, usize, Tell, &[&str])] = &[
    ("from the beginning", 0, |_, told, _| told.pen = Some(proxy::hold), &["gave no answer"]),
    ("after the first look", 1, |_, told, _| told.pen = Some(proxy::hold), &["nothing was answered for"]),
    ("within the census", 5, |_, told, _| told.pen = Some(proxy::hold), &["nothing was answered for"]),
    (
        "once it has made something",
        4,
        |asked, told, memory| {
            if memory.count > 0 {
                told.pen = Some(proxy::hold);
            }
            memory.count += usize::from(asked.method == "POST" && told.status() == 201);
        },
        &["left on the target; remove with: scimulate sweep"],
    ),
];

#[test]
fn a_silent_target_ends_a_run_within_its_time_limit() {
    let mut trouble = Vec::new();
    std::thread::scope(|scope| {
        let all = POINTS.iter().map(|(what, from, tell, words)| {
            scope.spawn(move || {
                let place = Place::new();
                let served = Served::start(&place, &[]);
                served.populate(1);
                let url = proxy::start(&served.base, *from, *tell);
                let began = Instant::now();
                let (ran, memory) = play::run(&place, &url, &["--tags", "@F112 or @F095", "--timeout", "3s"]);
                let took = began.elapsed();
                play::expect(&ran, memory, 3, words);
                if std::env::var_os("HOSTILE_TOLD").is_some() {
                    let file = std::env::temp_dir().join(format!("told-silent-{}.txt", what.replace(' ', "-")));
                    std::fs::write(file, format!("{took:?}\n{}\n{}", ran.err, ran.out)).unwrap();
                }
                (took > LIMIT + MORE).then(|| format!("{what}: {took:?}\n{}\n{}", ran.err, ran.out))
            })
        });
        let all: Vec<_> = all.collect();
        trouble.extend(all.into_iter().filter_map(|one| one.join().unwrap()));
    });
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}
