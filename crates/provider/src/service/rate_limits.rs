//! So many requests in a minute: token buckets on the provider's clock.
//!
//! In: a method, what it is for, the time. Out: nothing, or the seconds to wait.

use super::{Method, Target};
use crate::product::{Counted, Rate};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What is left of one limit for one tenant.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Tokens, in thousandths.
    left: i64,
    /// When that was so, in milliseconds.
    at: i64,
}

/// The buckets of all tenants.
#[derive(Debug, Default)]
pub(super) struct Buckets(Mutex<HashMap<(i64, usize), Bucket>>);

impl Buckets {
    /// Takes a token for a request from every limit that counts it, or says how many seconds until all have one.
    pub(super) fn take(
        &self,
        rates: &[Rate],
        tenant: i64,
        (method, target): (Method, &Target),
        now: i64,
    ) -> Result<(), i64> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        let mut wait = 0;
        for (index, rate) in rates.iter().enumerate().filter(|(_, rate)| counts(rate, method, target)) {
            let full = i64::from(rate.burst) * 1000;
            let bucket = buckets.get(&(tenant, index)).copied().unwrap_or(Bucket { left: full, at: now });
            // A minute has 60,000 milliseconds, so each brings a sixtieth of `per_minute` thousandths.
            let back = now.saturating_sub(bucket.at).max(0).saturating_mul(i64::from(rate.per_minute)) / 60;
            let left = bucket.left.saturating_add(back).min(full);
            if left < 1000 {
                let missing = (1000 - left) * 60 / i64::from(rate.per_minute.max(1));
                wait = wait.max(missing / 1000 + 1);
            }
            taken.push(((tenant, index), Bucket { left: left - 1000, at: now }));
        }
        if wait > 0 {
            return Err(wait);
        }
        buckets.extend(taken);
        Ok(())
    }
}

fn counts(rate: &Rate, method: Method, target: &Target) -> bool {
    let name = match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
        Method::Other => return false,
    };
    let one = matches!(target, Target::User(_) | Target::Group(_));
    let of = match rate.of {
        Counted::All => true,
        Counted::Users => matches!(target, Target::Users | Target::User(_) | Target::SearchUsers),
        Counted::Groups => matches!(target, Target::Groups | Target::Group(_) | Target::SearchGroups),
    };
    of && (one || !rate.single) && rate.methods.iter().any(|m| m.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let rates =
            [Rate { methods: vec!["POST".into()], of: Counted::Users, single: false, per_minute: 60, burst: 2 }];
        let buckets = Buckets::default();
        let post = |now| buckets.take(&rates, 1, (Method::Post, &Target::Users), now);
        assert_eq!((post(0), post(0), post(0)), (Ok(()), Ok(()), Err(2)));
        assert_eq!((post(999), post(1000)), (Err(1), Ok(())));
        assert_eq!(buckets.take(&rates, 2, (Method::Post, &Target::Users), 0), Ok(()), "another tenant's is full");
        assert_eq!(buckets.take(&rates, 1, (Method::Post, &Target::Groups), 0), Ok(()), "groups are not counted");
    }
}
