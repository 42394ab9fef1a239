//! The time that templates see.

use std::time::{SystemTime, UNIX_EPOCH};

use evenkeel_renderer::Clock;

/// What the environment says about time.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// `SOURCE_DATE_EPOCH`.
    pub(crate) source_date_epoch: Option<String>,
    /// `TZ`.
    pub(crate) time_zone: Option<String>,
}

impl Environment {
    /// What the process was started with.
    pub(crate) fn read() -> Environment {
        Environment {
            source_date_epoch: std::env::var("SOURCE_DATE_EPOCH").ok(),
            time_zone: std::env::var("TZ").ok(),
        }
    }

    /// The clock: `--now`, else `SOURCE_DATE_EPOCH`, else the system's.
    ///
    /// # Errors
    /// Where one of them is no time.
    pub(crate) fn clock(&self, now: Option<&str>) -> Result<Clock, String> {
        let (seconds, nanos) = match (now, self.source_date_epoch.as_deref()) {
            (Some(text), _) => rfc3339(text).ok_or_else(|| {
                format!("--now wants a time such as 2026-01-31T12:00:00Z, not {text:?}")
            })?,
            (None, Some(epoch)) if !epoch.is_empty() => {
                let seconds = epoch.parse().map_err(|_| {
                    format!("SOURCE_DATE_EPOCH wants seconds since 1970, not {epoch:?}")
                })?;
                (seconds, 0)
            }
            _ => system(),
        };
        Ok(Clock {
            seconds,
            nanos,
            zone: self.zone(),
        })
    }

    fn zone(&self) -> String {
        let named = self
            .time_zone
            .as_deref()
            .map(|tz| tz.trim_start_matches(':').to_owned());
        let system = || {
            let target = std::fs::read_link("/etc/localtime").ok()?;
            let (_, zone) = target.to_str()?.split_once("zoneinfo/")?;
            Some(zone.to_owned())
        };
        let zone = named.or_else(system).filter(|zone| !zone.is_empty());
        zone.unwrap_or_else(|| "UTC".to_owned())
    }
}

fn system() -> (i64, u32) {
    let now = SystemTime::now();
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    (
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        since.subsec_nanos(),
    )
}

fn rfc3339(text: &str) -> Option<(i64, u32)> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some((
        time.as_second(),
        u32::try_from(time.subsec_nanosecond()).unwrap_or(0),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_wins_over_the_environment() {
        let environment = Environment {
            source_date_epoch: Some("5".to_owned()),
            time_zone: Some("Europe/Berlin".to_owned()),
        };
        let clock = environment
            .clock(Some("1970-01-01T01:00:07.5+01:00"))
            .expect("is a time");
        assert_eq!((clock.seconds, clock.nanos), (7, 500_000_000));
        assert_eq!(clock.zone, "Europe/Berlin");
        assert_eq!(environment.clock(None).map(|c| c.seconds), Ok(5));
        assert!(environment.clock(Some("tomorrow")).is_err());
    }
}
