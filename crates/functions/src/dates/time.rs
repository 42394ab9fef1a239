//! `time.Time`: a moment, the zone that it is shown in, and Go's arithmetic on it.

use std::any::Any;

use evenkeel_template::Host;
use evenkeel_value::{Kind, Marshal, Object, Str, Type, TypeDesc, Value};

use super::calendar::{DAY, Date, Wall, date_of};
use super::format::{format_layout, format_text};
use super::zone::Zone;

static TIME_DESC: TypeDesc = TypeDesc {
    name: "time.Time",
    kind: Kind::Struct,
    elem: None,
    named: true,
};

/// Go's `time.Time`.
pub(crate) const TIME: Type = Type(&TIME_DESC);

const BILLION: i64 = 1_000_000_000;
/// Seconds from the year 1 to 1970: Go counts from the year 1, and overflows there.
const FROM_YEAR_ONE: i64 = 62_135_596_800;
/// Days from the beginning of Go's absolute time, March 1 of the year -292277022400, to 1970.
const ABSOLUTE_DAYS: i64 = 730_692_556 * 146_097 + 719_468;
/// The reading of Go's monotonic clock, which starts at 1 with the process. It is always the same here,
/// so that a run with a fixed clock is reproducible.
const MONOTONIC_NOW: i64 = 1;

/// Go's `time.Time`.
#[derive(Debug, Clone)]
pub(crate) struct Time {
    /// Since 1970.
    pub(crate) seconds: i64,
    /// 0 to 999,999,999.
    pub(crate) nanos: u32,
    pub(crate) zone: Zone,
    /// The reading of the monotonic clock, which `now` takes and most operations drop.
    pub(crate) monotonic: Option<i64>,
}

impl Time {
    /// `time.Now`.
    pub(crate) fn now(host: &dyn Host) -> Time {
        let (seconds, nanos) = host.now();
        Time {
            seconds,
            nanos,
            zone: Zone::local(host),
            monotonic: Some(MONOTONIC_NOW),
        }
    }

    /// `time.Unix(seconds, 0)`.
    pub(crate) fn unix(seconds: i64, host: &dyn Host) -> Time {
        Time::at(seconds, 0, Zone::local(host))
    }

    /// A moment without a monotonic reading.
    pub(crate) fn at(seconds: i64, nanos: u32, zone: Zone) -> Time {
        Time {
            seconds,
            nanos,
            zone,
            monotonic: None,
        }
    }

    /// `time.Time{}`: the first moment of the year 1.
    pub(crate) fn zero() -> Time {
        Time::at(-FROM_YEAR_ONE, 0, Zone::Utc)
    }

    /// `time.Date` with the nanoseconds in range.
    pub(crate) fn date(wall: Wall, nanos: u32, zone: Zone) -> Time {
        let seconds = wall.seconds();
        // Once more at the moment that the first guess gives, for one near a change of offset.
        let guess = zone.lookup(seconds).offset;
        let offset = if guess == 0 {
            0
        } else {
            zone.lookup(seconds.wrapping_sub(guess)).offset
        };
        Time::at(seconds.wrapping_sub(offset), nanos, zone)
    }

    /// The date and clock that the zone shows.
    pub(crate) fn wall(&self) -> Wall {
        let (days, of_day) = self.day_and_second();
        Wall {
            date: date_of(days),
            hour: of_day / 3_600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
        }
    }

    /// `Time.Year`.
    pub(crate) fn year(&self) -> i64 {
        self.wall().date.year
    }

    /// The day in the zone, counted from 1970-01-01.
    pub(crate) fn day_number(&self) -> i64 {
        self.day_and_second().0
    }

    fn day_and_second(&self) -> (i64, i64) {
        let local = self
            .seconds
            .wrapping_add(self.zone.lookup(self.seconds).offset);
        // Go's absolute seconds are unsigned: what lies before their beginning comes after their end.
        let absolute = local.wrapping_add(ABSOLUTE_DAYS * DAY).cast_unsigned();
        let day = DAY.cast_unsigned();
        (
            (absolute / day).cast_signed() - ABSOLUTE_DAYS,
            (absolute % day).cast_signed(),
        )
    }

    /// `Time.In`.
    pub(crate) fn in_zone(&self, zone: Zone) -> Time {
        Time::at(self.seconds, self.nanos, zone)
    }

    /// `Time.Add`.
    pub(crate) fn add(&self, duration: i64) -> Time {
        let nanos = i64::from(self.nanos) + duration % BILLION;
        let carry = nanos.div_euclid(BILLION);
        let nanos = u32::try_from(nanos.rem_euclid(BILLION)).unwrap_or(0);
        let seconds = duration / BILLION + carry;
        Time {
            seconds: add_seconds(self.seconds, seconds),
            nanos,
            zone: self.zone.clone(),
            monotonic: self
                .monotonic
                .and_then(|reading| reading.checked_add(duration)),
        }
    }

    /// `Time.AddDate`.
    pub(crate) fn add_date(&self, years: i64, months: i64, days: i64) -> Time {
        let wall = self.wall();
        let date = Date {
            year: wall.date.year.wrapping_add(years),
            month: wall.date.month.wrapping_add(months),
            day: wall.date.day.wrapping_add(days),
        };
        Time::date(Wall { date, ..wall }, self.nanos, self.zone.clone())
    }

    /// `Time.Sub`: stops at the largest and smallest duration.
    pub(crate) fn sub(&self, other: &Time) -> i64 {
        if let (Some(a), Some(b)) = (self.monotonic, other.monotonic) {
            return a.saturating_sub(b);
        }
        let difference = (self.instant() - other.instant()).clamp(i64::MIN.into(), i64::MAX.into());
        i64::try_from(difference).unwrap_or(0)
    }

    /// `Time.Compare`.
    pub(crate) fn compare(&self, other: &Time) -> std::cmp::Ordering {
        match (self.monotonic, other.monotonic) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => self.instant().cmp(&other.instant()),
        }
    }

    /// `Time.Truncate`: down to a multiple of the duration since the year 1.
    pub(crate) fn truncate(&self, duration: i64) -> Time {
        let base = self.in_zone(self.zone.clone());
        if duration <= 0 {
            base
        } else {
            base.add(-self.remainder(duration))
        }
    }

    /// `Time.Round`: halves go up.
    pub(crate) fn round(&self, duration: i64) -> Time {
        let base = self.in_zone(self.zone.clone());
        if duration <= 0 {
            return base;
        }
        let rest = self.remainder(duration);
        let down = rest.unsigned_abs() * 2 < duration.unsigned_abs();
        base.add(if down { -rest } else { duration - rest })
    }

    /// How far the moment lies past the last multiple of a (positive) duration since the year 1.
    fn remainder(&self, duration: i64) -> i64 {
        let since = self.instant() + i128::from(FROM_YEAR_ONE) * i128::from(BILLION);
        i64::try_from(since.rem_euclid(duration.into())).unwrap_or(0)
    }

    /// Nanoseconds since 1970.
    fn instant(&self) -> i128 {
        // Go compares seconds since the year 1, which wrap.
        let internal = self.seconds.wrapping_add(FROM_YEAR_ONE);
        let seconds = i128::from(internal) - i128::from(FROM_YEAR_ONE);
        seconds * i128::from(BILLION) + i128::from(self.nanos)
    }

    /// `Time.Format`.
    pub(crate) fn format(&self, layout: &[u8]) -> Vec<u8> {
        format_layout(self, layout)
    }

    /// `Time.MarshalText` (as `prefix` says who asks, for the error).
    pub(crate) fn marshal_text(&self, prefix: &str) -> Result<String, String> {
        let text = self.format(super::RFC3339_NANO);
        let offset_hours = self.zone.lookup(self.seconds).offset.abs() / 3_600;
        if text.get(4) != Some(&b'-') {
            return Err(format!("{prefix}year outside of range [0,9999]"));
        }
        if offset_hours >= 24 {
            return Err(format!("{prefix}timezone hour outside of range [0,23]"));
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

/// `Time.addSec`: Go's seconds since the year 1 stop at their limits.
fn add_seconds(unix: i64, seconds: i64) -> i64 {
    unix.wrapping_add(FROM_YEAR_ONE)
        .saturating_add(seconds)
        .wrapping_sub(FROM_YEAR_ONE)
}

/// The time that a value of type `time.Time` holds.
pub(crate) fn time_of(value: &Value) -> Option<&Time> {
    match value {
        Value::Object(object) => object.as_any().downcast_ref(),
        _ => None,
    }
}

impl From<Time> for Value {
    fn from(time: Time) -> Value {
        Value::Object(std::rc::Rc::new(time))
    }
}

impl Object for Time {
    fn ty(&self) -> Type {
        TIME
    }

    fn text(&self) -> Option<Str> {
        Some(format_text(self).into())
    }

    fn marshal(&self) -> Marshal {
        Marshal::Value(Value::str(self.format(super::RFC3339_NANO)))
    }

    /// Go's `==` on the struct: the same moment, clock reading and zone pointer.
    fn equals(&self, other: &dyn Object) -> Option<bool> {
        let other: &Time = other.as_any().downcast_ref()?;
        Some(
            (self.seconds, self.nanos, self.monotonic)
                == (other.seconds, other.nanos, other.monotonic)
                && self.zone.same(&other.zone),
        )
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
