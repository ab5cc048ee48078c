//! Durations as people write them.

use super::CommandError;
use std::time::Duration;

/// A duration such as `90s`, `500ms`, `2m`, or plain seconds.
pub(super) fn read(text: &str) -> Result<Duration, CommandError> {
    let known = |unit: &str| !matches!(unit, "d" | "w");
    seconds(text, known).filter(|seconds| (0.001..=86_400.0).contains(seconds)).map(Duration::from_secs_f64).ok_or_else(
        || CommandError::usage(format!("`{text}` is no duration between 1ms and 24h; write it like 90s, 500ms or 2m")),
    )
}

/// An amount of virtual time such as `40m`, `6h`, `30d` or `4w`.
pub(super) fn long(text: &str) -> Result<Duration, CommandError> {
    let known = |unit: &str| !matches!(unit, "" | "ms");
    let whole = seconds(text, known).filter(|s| s.fract() == 0.0 && (1.0..=3_660.0 * 86_400.0).contains(s));
    whole.map(Duration::from_secs_f64).ok_or_else(|| {
        CommandError::usage(format!(
            "`{text}` is no time between a second and ten years; write it like 40m, 6h, 30d or 4w"
        ))
    })
}

/// A number and one of the units that are known here, in seconds.
fn seconds(text: &str, known: impl Fn(&str) -> bool) -> Option<f64> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let scale = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        "w" => 604_800.0,
        _ => return None,
    };
    let number: f64 = number.parse().ok().filter(|_| known(unit))?;
    Some(number * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units_and_bounds() {
        assert_eq!(read("500ms").unwrap(), Duration::from_millis(500));
        assert_eq!(read("90").unwrap(), Duration::from_secs(90));
        assert_eq!(read("1.5m").unwrap(), Duration::from_secs(90));
        assert_eq!((long("40m").unwrap().as_secs(), long("30d").unwrap().as_secs()), (2_400, 2_592_000));
        for bad in ["", "40", "0m", "5y", "-1d", "9999999999999999999w"] {
            assert!(long(bad).is_err(), "{bad}");
        }
        for bad in ["", "s", "-1s", "0s", "5y", "1e9h", "nan"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
