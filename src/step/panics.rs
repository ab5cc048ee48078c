//! Panics while a step is played: caught, located, and silent, because the outcome tells of them.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io::Write as _;
use std::pin::pin;

thread_local! {
    static PLAYING: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Installs the process-wide hook: quiet while a step is polled on this thread, as usual everywhere else.
pub fn install_hook() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if PLAYING.get() {
            let at = info.location().map(|l| format!("{}:{}", l.file(), l.line()));
            LAST.set(at);
        } else {
            let told = info.to_string();
            match client::wire::redacted(&told) {
                std::borrow::Cow::Borrowed(_) => usual(info),
                std::borrow::Cow::Owned(plain) => {
                    let _nobody_reads = writeln!(std::io::stderr(), "{plain}");
                }
            }
        }
    }));
}

/// Polls the future with the hook quiet. Other scenarios polled in between are not affected.
pub(super) async fn watch<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        PLAYING.set(true);
        let polled = future.as_mut().poll(cx);
        PLAYING.set(false);
        polled
    })
    .await
}

/// What a caught panic said, and where.
pub(super) fn describe(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned());
    match LAST.take() {
        Some(at) => format!("{text} (at {at})"),
        None => text,
    }
}
