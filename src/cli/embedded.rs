//! The embedded provider as a target: started here, met over HTTP like any other.

use super::Trouble;
use crate::provider::{Behaviour, Clock, Provider, Running, Settings};
use crate::target::{Operator, Target};
use crate::wire::{BaseUrl, Secret};

/// Starts the embedded provider. Its clock and ids follow the seed, so that equal runs get equal answers.
pub(super) async fn start(seed: u64, behaviour: Behaviour) -> Result<(Target, Running), Trouble> {
    let settings = Settings { clock: Clock::logical(), seed, behaviour, ..Settings::default() };
    let running = Provider::start(settings).await.map_err(Trouble::blocked)?;
    let usable = |text: &str| Secret::new(text, "the embedded provider").map_err(Trouble::blocked);
    let target = Target {
        name: "embedded provider".to_owned(),
        base: BaseUrl::parse(&running.base_url).map_err(Trouble::blocked)?,
        credential: Some(usable(&running.token)?.into()),
        profile: "rfc".to_owned(),
        operator: Operator::Admin {
            base: BaseUrl::parse(&running.admin_url).map_err(Trouble::blocked)?,
            secret: usable(&running.admin_token)?,
        },
    };
    Ok((target, running))
}

/// A letter and four characters from the salt: short enough for user names, and never mistaken for a number.
pub(super) fn run_id(salt: u64) -> String {
    const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut rest = salt.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16;
    let mut id = String::from("r");
    for _ in 0..4 {
        id.push(char::from(DIGITS[(rest % 36) as usize]));
        rest /= 36;
    }
    id
}
