//! The methods of `time.Time`, `time.Month` and `time.Weekday` that templates can call. Each gets its
//! receiver first. Methods with several results that are no errors (`Date`, `Clock`, `Zone` …) are not
//! callable in Go either.

use std::cmp::Ordering;

use evenkeel_template::{Context, Error, Function, function};
use evenkeel_value::{Value, named_text, ty};

use super::calendar::{weekday, year_day};
use super::time::{TIME, Time};
use super::time_argument;
use super::zone::{LOCATION, Zone, zone_of};
use crate::args::{Answer, bytes, int};
use crate::durations::{duration, quote_plain};

pub(crate) const METHODS: &[Function] = &[
    function("Add", &[ty::DURATION], TIME, |_, a| {
        Ok(receiver(a).add(int(a, 1)).into())
    }),
    function("AddDate", &[ty::INT, ty::INT, ty::INT], TIME, |_, a| {
        Ok(receiver(a).add_date(int(a, 1), int(a, 2), int(a, 3)).into())
    }),
    function("After", &[TIME], ty::BOOL, |_, a| {
        Ok((compare(a) == Ordering::Greater).into())
    }),
    function(
        "AppendFormat",
        &[ty::BYTES, ty::STRING],
        ty::BYTES,
        append_format,
    ),
    function("AppendText", &[ty::BYTES], ty::BYTES, append_text),
    function("Before", &[TIME], ty::BOOL, |_, a| {
        Ok((compare(a) == Ordering::Less).into())
    }),
    function("Compare", &[TIME], ty::INT, |_, a| {
        Ok(Value::int(compare(a) as i64))
    }),
    function("Day", &[], ty::INT, |_, a| {
        Ok(Value::int(receiver(a).wall().date.day))
    }),
    function("Equal", &[TIME], ty::BOOL, |_, a| {
        Ok((compare(a) == Ordering::Equal).into())
    }),
    function("Format", &[ty::STRING], ty::STRING, |_, a| {
        Ok(Value::str(receiver(a).format(bytes(a, 1))))
    }),
    function("GobEncode", &[], ty::BYTES, |_, a| {
        marshal_binary(&receiver(a))
    }),
    function("GoString", &[], ty::STRING, |_, a| {
        Ok(go_string(&receiver(a)).into())
    }),
    function("Hour", &[], ty::INT, |_, a| {
        Ok(Value::int(receiver(a).wall().hour))
    }),
    function("In", &[LOCATION], TIME, in_location),
    function("IsDST", &[], ty::BOOL, |_, a| {
        let time = receiver(a);
        Ok(time.zone.lookup(time.seconds).is_dst.into())
    }),
    function("IsZero", &[], ty::BOOL, |_, a| {
        let (time, zero) = (receiver(a), Time::zero());
        Ok(((time.seconds, time.nanos) == (zero.seconds, zero.nanos)).into())
    }),
    function("Local", &[], TIME, |ctx, a| {
        Ok(receiver(a).in_zone(Zone::local(ctx.host())).into())
    }),
    function("Location", &[], LOCATION, |_, a| {
        Ok(Value::Object(std::rc::Rc::new(receiver(a).zone)))
    }),
    function("MarshalBinary", &[], ty::BYTES, |_, a| {
        marshal_binary(&receiver(a))
    }),
    function("MarshalJSON", &[], ty::BYTES, marshal_json),
    function("MarshalText", &[], ty::BYTES, marshal_text),
    function("Minute", &[], ty::INT, |_, a| {
        Ok(Value::int(receiver(a).wall().minute))
    }),
    function("Month", &[], ty::MONTH, |_, a| {
        Ok(Value::Int(receiver(a).wall().date.month, ty::MONTH))
    }),
    function("Nanosecond", &[], ty::INT, |_, a| {
        Ok(Value::int(receiver(a).nanos.into()))
    }),
    function("Round", &[ty::DURATION], TIME, |_, a| {
        Ok(receiver(a).round(int(a, 1)).into())
    }),
    function("Second", &[], ty::INT, |_, a| {
        Ok(Value::int(receiver(a).wall().second))
    }),
    function("String", &[], ty::STRING, |_, a| {
        Ok(Value::str(super::format::format_text(&receiver(a))))
    }),
    function("Sub", &[TIME], ty::DURATION, |_, a| {
        Ok(duration(receiver(a).sub(&time_argument(a, 1))))
    }),
    function("Truncate", &[ty::DURATION], TIME, |_, a| {
        Ok(receiver(a).truncate(int(a, 1)).into())
    }),
    function("UTC", &[], TIME, |_, a| {
        Ok(receiver(a).in_zone(Zone::Utc).into())
    }),
    function("Unix", &[], ty::INT64, |_, a| {
        Ok(Value::int64(receiver(a).seconds))
    }),
    function("UnixMicro", &[], ty::INT64, |_, a| {
        Ok(unix_in(&receiver(a), 1_000_000))
    }),
    function("UnixMilli", &[], ty::INT64, |_, a| {
        Ok(unix_in(&receiver(a), 1_000))
    }),
    function("UnixNano", &[], ty::INT64, |_, a| {
        Ok(unix_in(&receiver(a), 1_000_000_000))
    }),
    function("Weekday", &[], ty::WEEKDAY, |_, a| {
        Ok(Value::Int(weekday(receiver(a).day_number()), ty::WEEKDAY))
    }),
    function("Year", &[], ty::INT, |_, a| {
        Ok(Value::int(receiver(a).wall().date.year))
    }),
    function("YearDay", &[], ty::INT, |_, a| {
        Ok(Value::int(year_day(receiver(a).day_number())))
    }),
];

/// The method of `time.Month` and `time.Weekday`.
pub(crate) const NAMED_METHODS: &[Function] = &[function("String", &[], ty::STRING, |_, a| {
    Ok(match a.first() {
        Some(Value::Int(n, of)) => named_text(*n, *of).unwrap_or_default().into(),
        _ => "".into(),
    })
})];

fn receiver(args: &[Value]) -> Time {
    time_argument(args, 0)
}

fn compare(args: &[Value]) -> Ordering {
    receiver(args).compare(&time_argument(args, 1))
}

fn unix_in(time: &Time, per_second: i64) -> Value {
    let fraction = i64::from(time.nanos) / (1_000_000_000 / per_second);
    Value::int64(time.seconds.wrapping_mul(per_second).wrapping_add(fraction))
}

fn in_location(_: &mut dyn Context, args: &[Value]) -> Answer {
    match args.get(1).and_then(zone_of) {
        Some(zone) => Ok(receiver(args).in_zone(zone.clone()).into()),
        None => Err(Error::new("time: missing Location in call to Time.In")),
    }
}

fn append_format(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(appended(args, &receiver(args).format(bytes(args, 2))))
}

fn append_text(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = receiver(args)
        .marshal_text("Time.AppendText: ")
        .map_err(Error::new)?;
    Ok(appended(args, text.as_bytes()))
}

fn appended(args: &[Value], more: &[u8]) -> Value {
    let before = match args.get(1) {
        Some(Value::Bytes(before)) => before,
        _ => &[][..].into(),
    };
    Value::Bytes([before, more].concat().into())
}

fn marshal_text(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = receiver(args)
        .marshal_text("Time.MarshalText: ")
        .map_err(Error::new)?;
    Ok(Value::Bytes(text.into_bytes().into()))
}

fn marshal_json(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = receiver(args)
        .marshal_text("Time.MarshalJSON: ")
        .map_err(Error::new)?;
    Ok(Value::Bytes(format!("\"{text}\"").into_bytes().into()))
}

/// `Time.MarshalBinary`: a version, seconds since the year 1, nanoseconds, and the zone's offset in minutes,
/// which in version 2 has seconds too.
fn marshal_binary(time: &Time) -> Answer {
    let offset = time.zone.lookup(time.seconds).offset;
    let (minutes, seconds) = match time.zone {
        Zone::Utc => (-1, 0),
        _ => (offset / 60, offset % 60),
    };
    let minutes = i16::try_from(minutes)
        .ok()
        .filter(|minutes| *minutes != -1 || matches!(time.zone, Zone::Utc));
    let Some(minutes) = minutes else {
        return Err(Error::new("Time.MarshalBinary: unexpected zone offset"));
    };
    let version = if seconds == 0 { 1 } else { 2 };
    let since_year_one = time.seconds.wrapping_sub(Time::zero().seconds);
    let mut data = vec![version];
    data.extend_from_slice(&since_year_one.to_be_bytes());
    data.extend_from_slice(&time.nanos.to_be_bytes());
    data.extend_from_slice(&minutes.to_be_bytes());
    if seconds != 0 {
        data.push(seconds as i8 as u8);
    }
    Ok(Value::Bytes(data.into()))
}

/// `Time.GoString`: a Go expression.
fn go_string(time: &Time) -> String {
    let wall = time.wall();
    let zone = match &time.zone {
        Zone::Utc => "time.UTC".to_owned(),
        Zone::Local(_) => "time.Local".to_owned(),
        other => format!("time.Location({})", quote_plain(other.name().as_bytes())),
    };
    let month = named_text(wall.date.month, ty::MONTH).unwrap_or_default();
    let (year, day) = (wall.date.year, wall.date.day);
    let (hour, minute, second) = (wall.hour, wall.minute, wall.second);
    let nanos = time.nanos;
    format!("time.Date({year}, time.{month}, {day}, {hour}, {minute}, {second}, {nanos}, {zone})")
}
