//! Dates and times of TOML, which may lack a zone, a time or a date: github.com/BurntSushi/toml.

use evenkeel_template::Host;
use evenkeel_value::number::quote;
use evenkeel_value::{Object, Value};

use super::RFC3339_NANO;
use super::parse::parse_in;
use super::time::Time;
use super::zone::Zone;

/// The zones by which the library marks what a text left out.
const LOCAL_DATETIME: &str = "datetime-local";
const LOCAL_DATE: &str = "date-local";
const LOCAL_TIME: &str = "time-local";

/// Layouts in the order in which they are tried, and the zone of times that name none.
const LAYOUTS: [(&[u8], &str); 7] = [
    (RFC3339_NANO, ""),
    (b"2006-01-02T15:04:05.999999999", LOCAL_DATETIME),
    (b"2006-01-02", LOCAL_DATE),
    (b"15:04:05.999999999", LOCAL_TIME),
    (b"2006-01-02T15:04Z07:00", ""),
    (b"2006-01-02T15:04", LOCAL_DATETIME),
    (b"15:04", LOCAL_TIME),
];

/// Reads a TOML date, time or both.
///
/// # Errors
/// The library's message.
pub(crate) fn parse_toml_datetime(text: &[u8], host: &dyn Host) -> Result<Value, String> {
    let canonical = text.trim_ascii().iter().map(|byte| match byte {
        b'z' => b'Z',
        b't' | b' ' => b'T',
        other => *other,
    });
    let text: Vec<u8> = canonical.collect();
    let invalid = || format!("invalid datetime: {}", quote(&text));
    let local = Zone::local(host);
    let offset = local.lookup(host.now().0).offset;
    for (layout, zone) in LAYOUTS {
        let zone = if zone.is_empty() {
            local.clone()
        } else {
            Zone::fixed(zone, offset)
        };
        if let Ok(time) = parse_in(layout, &text, &zone) {
            return if lacks_leading_zero(&text, layout) {
                Err(invalid())
            } else {
                Ok(time.into())
            };
        }
    }
    Err(invalid())
}

/// Go reads numbers without their leading zero too; then the separators stand at other places.
fn lacks_leading_zero(text: &[u8], layout: &[u8]) -> bool {
    let fixed = layout
        .iter()
        .take_while(|byte| !matches!(byte, b'.' | b'Z'));
    fixed
        .enumerate()
        .any(|(at, byte)| !byte.is_ascii_digit() && text.get(at) != Some(byte))
}

/// How TOML writes an object that is a time; `None` for others.
pub(crate) fn local_toml_text(object: &dyn Object) -> Option<Vec<u8>> {
    let time: &Time = object.as_any().downcast_ref()?;
    let layout: &[u8] = match &time.zone {
        Zone::Fixed(zone) => match zone.0.as_str() {
            LOCAL_DATETIME => LAYOUTS[1].0,
            LOCAL_DATE => LAYOUTS[2].0,
            LOCAL_TIME => LAYOUTS[3].0,
            _ => return Some(time.format(RFC3339_NANO)),
        },
        _ => return Some(time.format(RFC3339_NANO)),
    };
    Some(time.in_zone(Zone::Utc).format(layout))
}
