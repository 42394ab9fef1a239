//! Dates: github.com/Masterminds/sprig/v3 `date.go` over Go's package time, whose calendar, layouts, parser
//! and methods are in the modules below.

mod calendar;
mod format;
mod layout;
mod methods;
mod parse;
mod time;
mod toml;
mod zone;

use evenkeel_template::{Context, Error, Function, function};
use evenkeel_value::number::{NumErrorKind, parse_int};
use evenkeel_value::{Type, Value, duration_text, ty};

use self::parse::parse_in;
use self::time::{TIME, Time, time_of};
use self::zone::Zone;
use crate::args::{Answer, any, bytes};
use crate::durations::{parse_duration, round};

pub(crate) use self::toml::{local_toml_text, parse_toml_datetime};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("ago", &[ty::ANY], ty::STRING, ago),
    function("date", &[ty::STRING, ty::ANY], ty::STRING, date),
    function(
        "dateInZone",
        &[ty::STRING, ty::ANY, ty::STRING],
        ty::STRING,
        date_in_zone,
    ),
    function("dateModify", &[ty::STRING, TIME], TIME, date_modify),
    function(
        "date_in_zone",
        &[ty::STRING, ty::ANY, ty::STRING],
        ty::STRING,
        date_in_zone,
    ),
    function("date_modify", &[ty::STRING, TIME], TIME, date_modify),
    function("duration", &[ty::ANY], ty::STRING, duration),
    function("durationRound", &[ty::ANY], ty::STRING, duration_round),
    function("htmlDate", &[ty::ANY], ty::STRING, html_date),
    function(
        "htmlDateInZone",
        &[ty::ANY, ty::STRING],
        ty::STRING,
        html_date_in_zone,
    ),
    function(
        "mustDateModify",
        &[ty::STRING, TIME],
        TIME,
        must_date_modify,
    ),
    function("mustToDate", &[ty::STRING, ty::STRING], TIME, must_to_date),
    function(
        "must_date_modify",
        &[ty::STRING, TIME],
        TIME,
        must_date_modify,
    ),
    function("now", &[], TIME, |ctx, _| Ok(Time::now(ctx.host()).into())),
    function("toDate", &[ty::STRING, ty::STRING], TIME, to_date),
    function("unixEpoch", &[TIME], ty::STRING, unix_epoch),
];

/// `time.RFC3339Nano`.
const RFC3339_NANO: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";
const HTML_DATE: &[u8] = b"2006-01-02";
const SECOND: i64 = 1_000_000_000;

/// The methods of the types of package time: `time.Time`, `*time.Location`, `time.Duration`, `time.Month`
/// and `time.Weekday`. Empty for other types.
pub(crate) fn methods(of: Type) -> &'static [Function] {
    match of.name {
        "time.Time" => methods::METHODS,
        "*time.Location" => zone::METHODS,
        "time.Duration" => crate::durations::METHODS,
        "time.Month" | "time.Weekday" => methods::NAMED_METHODS,
        _ => &[],
    }
}

/// A moment in UTC, for the times of certificates.
pub(crate) fn utc(seconds: i64) -> Time {
    Time::at(seconds, 0, Zone::Utc)
}

/// The second of the moment that lies a duration after another one.
pub(crate) fn add(seconds: i64, nanos: u32, duration: i64) -> i64 {
    Time::at(seconds, nanos, Zone::Utc).add(duration).seconds
}

fn date(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    show(ctx, bytes(args, 0), any(args, 1), b"Local")
}

fn date_in_zone(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    show(ctx, bytes(args, 0), any(args, 1), bytes(args, 2))
}

fn html_date(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    show(ctx, HTML_DATE, any(args, 0), b"Local")
}

fn html_date_in_zone(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    show(ctx, HTML_DATE, any(args, 0), bytes(args, 1))
}

/// Sprig's `dateInZone`: whatever is no time and no integer is now.
fn show(ctx: &mut dyn Context, layout: &[u8], date: &Value, zone: &[u8]) -> Answer {
    let host = ctx.host();
    let time = match date {
        Value::Int(seconds, ty) if [ty::INT, ty::INT64, ty::INT32].contains(ty) => {
            Time::unix(*seconds, host)
        }
        other => time_of(other).cloned().unwrap_or_else(|| Time::now(host)),
    };
    Ok(Value::str(
        time.in_zone(Zone::load(zone, host)).format(layout),
    ))
}

/// A duration that does not parse leaves the time as it is.
fn date_modify(_: &mut dyn Context, args: &[Value]) -> Answer {
    let time = time_argument(args, 1);
    Ok(match parse_duration(bytes(args, 0)) {
        Ok(nanos) => time.add(nanos).into(),
        Err(_) => time.into(),
    })
}

fn must_date_modify(_: &mut dyn Context, args: &[Value]) -> Answer {
    let nanos = parse_duration(bytes(args, 0)).map_err(Error::new)?;
    Ok(time_argument(args, 1).add(nanos).into())
}

/// The argument of a parameter of type `time.Time`.
fn time_argument(args: &[Value], at: usize) -> Time {
    args.get(at)
        .and_then(time_of)
        .cloned()
        .unwrap_or_else(Time::zero)
}

fn ago(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let host = ctx.host();
    let then = match any(args, 0) {
        Value::Int(seconds, ty) if [ty::INT, ty::INT64].contains(ty) => Time::unix(*seconds, host),
        other => time_of(other).cloned().unwrap_or_else(|| Time::now(host)),
    };
    let since = Time::now(host).sub(&then);
    Ok(duration_text(round(since, SECOND)).into())
}

/// Seconds as a duration's text; only an `int64` or a decimal text counts. Go's ParseInt gives the nearest
/// number where one is out of range, and the product wraps.
fn duration(_: &mut dyn Context, args: &[Value]) -> Answer {
    let seconds = match any(args, 0) {
        Value::Int(seconds, of) if *of == ty::INT64 => *seconds,
        Value::Str(text) => parse_seconds(text),
        _ => 0,
    };
    Ok(duration_text(seconds.wrapping_mul(SECOND)).into())
}

/// `strconv.ParseInt(text, 10, 64)` with its error dropped.
fn parse_seconds(text: &[u8]) -> i64 {
    match parse_int(text, 10, 64) {
        Ok(number) => number,
        Err(error) if error.kind == NumErrorKind::Range => {
            if text.starts_with(b"-") {
                i64::MIN
            } else {
                i64::MAX
            }
        }
        Err(_) => 0,
    }
}

/// The largest unit of a duration, rounded down: `3d`. A text, an `int64` of nanoseconds or a time count.
fn duration_round(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    const UNITS: [(u64, &str); 6] = [
        (365 * 86_400, "y"),
        (30 * 86_400, "mo"),
        (86_400, "d"),
        (3_600, "h"),
        (60, "m"),
        (1, "s"),
    ];
    let nanos = match any(args, 0) {
        Value::Str(text) => parse_duration(text).unwrap_or(0),
        Value::Int(nanos, of) if *of == ty::INT64 => *nanos,
        other => time_of(other).map_or(0, |then| Time::now(ctx.host()).sub(then)),
    };
    let size = nanos.unsigned_abs();
    let unit = UNITS
        .iter()
        .find(|(seconds, _)| size > seconds * SECOND.unsigned_abs());
    Ok(match unit {
        Some((seconds, name)) => {
            format!("{}{name}", size / (seconds * SECOND.unsigned_abs())).into()
        }
        None => "0s".into(),
    })
}

/// A text that does not parse gives the zero time.
fn to_date(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let parsed = parse_in(bytes(args, 0), bytes(args, 1), &Zone::local(ctx.host()));
    Ok(parsed.unwrap_or_else(|_| Time::zero()).into())
}

fn must_to_date(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let parsed = parse_in(bytes(args, 0), bytes(args, 1), &Zone::local(ctx.host()));
    parsed.map(Value::from).map_err(Error::new)
}

fn unix_epoch(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(time_argument(args, 0).seconds.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::World;

    fn shown(world: &World, name: &str, args: &[Value]) -> String {
        String::from_utf8_lossy(&evenkeel_value::fmt::sprint(
            &world.call(name, args).unwrap(),
        ))
        .into_owned()
    }

    #[test]
    fn now_is_the_clock_of_the_host() {
        let utc = World::new(1);
        assert_eq!(
            shown(&utc, "now", &[]),
            "2024-02-29 12:00:00.5 +0000 UTC m=+0.000000001"
        );
        let berlin = World::new(1).in_zone("Europe/Berlin");
        assert_eq!(
            shown(&berlin, "now", &[]),
            "2024-02-29 13:00:00.5 +0100 CET m=+0.000000001"
        );
        let nowhere = World::new(1).in_zone("Not/AZone");
        assert_eq!(shown(&nowhere, "now", &[]), shown(&utc, "now", &[]));
    }

    #[test]
    fn what_is_no_date_is_now() {
        let world = World::new(1).in_zone("Asia/Tokyo");
        for date in [
            Value::Nil,
            "2020-01-01".into(),
            Value::float(0.0),
            Value::Bool(true),
        ] {
            assert_eq!(
                world.text("date", &["2006-01-02 15:04 MST".into(), date.clone()]),
                "2024-02-29 21:00 JST"
            );
            assert_eq!(world.text("ago", std::slice::from_ref(&date)), "0s");
        }
    }

    #[test]
    fn time_passes() {
        let world = World::new(1);
        assert_eq!(world.text("ago", &[Value::int64(1_709_204_400)]), "1h0m1s");
        let then = world
            .call("toDate", &["2006-01-02".into(), "2022-02-28".into()])
            .unwrap();
        assert_eq!(
            world.text("durationRound", std::slice::from_ref(&then)),
            "2y"
        );
        assert_eq!(world.text("ago", &[then]), "17556h0m1s");
    }

    #[test]
    fn texts_without_a_zone_are_local() {
        let world = World::new(1).in_zone("America/New_York");
        for (layout, text, want) in [
            ("2006-01-02", "2024-07-01", "2024-07-01 00:00:00 -0400 EDT"),
            (
                "2006-01-02 15:04",
                "2024-03-10 02:30",
                "2024-03-10 01:30:00 -0500 EST",
            ),
            (
                "2006-01-02 MST",
                "2024-07-01 EST",
                "2024-07-01 01:00:00 -0400 EDT",
            ),
            (
                "2006-01-02 -0700",
                "2024-07-01 -0400",
                "2024-07-01 00:00:00 -0400 EDT",
            ),
            (
                "2006-01-02 -0700",
                "2024-07-01 -0500",
                "2024-07-01 00:00:00 -0500 -0500",
            ),
        ] {
            assert_eq!(
                shown(&world, "mustToDate", &[layout.into(), text.into()]),
                want
            );
        }
    }
}
