//! Proof of the RFCs' requirements, one by one, over real HTTP against the embedded provider in its strict profile.
//!
//! Each case names the requirements it proves. `all.txt` lists every server-side, observable MUST and MUST NOT of
//! RFC 7643, RFC 7644 and RFC 9865; each is either named by a case or stands in `unproven.toml` with the reason.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

#[path = "../provider/support/mod.rs"]
mod support;

/// Cases: the requirements each proves, its name, the site it runs on, what is done and held.
macro_rules! cases {
    ($( [$($id:literal),+ $(,)?] $name:ident($site:ident) $body:block )+) => {
        pub(crate) const IDS: &[&str] = &[$($($id),+),+];
        $(
            #[tokio::test]
            async fn $name() {
                let $site = crate::site::start().await;
                $body
            }
        )+
    };
}

mod attributes;
mod auth;
mod bulk;
mod count;
mod create;
mod cursor;
mod delete;
mod discovery;
mod errors;
mod etag;
mod filter;
mod http;
mod me;
mod page;
mod patch;
mod projection;
mod query;
mod read;
mod replace;
mod schema;
mod site;
mod sort;
