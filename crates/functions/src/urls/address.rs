//! Addresses between brackets: net/netip's `ParseAddr`, for its errors.

use evenkeel_value::number::quote;
use memchr::memchr;

/// # Errors
/// For what is no IPv6 address, as net/url words it.
pub(super) fn check_ipv6(text: &[u8]) -> Result<(), String> {
    let failure = |message: &str, at: &[u8]| {
        let at = if at.is_empty() {
            String::new()
        } else {
            format!(" (at {})", quote(at))
        };
        format!("invalid host: ParseAddr({}): {message}{at}", quote(text))
    };
    match text.iter().find(|byte| matches!(byte, b'.' | b':' | b'%')) {
        Some(b'.') => match ipv4(text) {
            Ok(()) => Err("invalid IP-literal".to_owned()),
            Err((message, at)) => Err(failure(message, at)),
        },
        Some(b':') => ipv6(text).map_err(|(message, at)| failure(message, at)),
        Some(_) => Err(failure("missing IPv6 address", b"")),
        None => Err(failure("unable to parse IP", b"")),
    }
}

/// What is wrong, and the text from there on (empty where Go does not show it).
type Fault<'t> = (&'static str, &'t [u8]);

fn ipv4(text: &[u8]) -> Result<(), Fault<'_>> {
    let (mut value, mut digits, mut fields) = (0_u32, 0, 0);
    for (at, byte) in text.iter().enumerate() {
        let here = text.get(at..).unwrap_or_default();
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(("IPv4 field has octet with leading zero", b""));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(("IPv4 field has value >255", b""));
                }
            }
            b'.' => {
                if digits == 0 || at + 1 == text.len() {
                    return Err(("IPv4 field must have at least one digit", here));
                }
                if fields == 3 {
                    return Err(("IPv4 address too long", b""));
                }
                fields += 1;
                (value, digits) = (0, 0);
            }
            _ => return Err(("unexpected character", here)),
        }
    }
    if fields < 3 {
        Err(("IPv4 address too short", b""))
    } else {
        Ok(())
    }
}

fn ipv6(text: &[u8]) -> Result<(), Fault<'_>> {
    let (mut rest, zone) = match memchr(b'%', text) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    };
    if zone.is_some_and(<[u8]>::is_empty) {
        return Err(("zone must be a non-empty string", b""));
    }
    let mut ellipsis = None;
    if let Some(after) = rest.strip_prefix(b"::") {
        if after.is_empty() {
            return Ok(());
        }
        (rest, ellipsis) = (after, Some(0));
    }
    let mut bytes = 0;
    while bytes < 16 {
        let len = group(rest)?;
        if rest.get(len) == Some(&b'.') {
            embedded(rest, bytes, ellipsis.is_some())?;
            (rest, bytes) = (b"", bytes + 4);
            break;
        }
        bytes += 2;
        rest = rest.get(len..).unwrap_or_default();
        rest = match rest {
            [] => break,
            [b':'] => return Err(("colon must be followed by more characters", rest)),
            [b':', after @ ..] => after,
            _ => return Err(("unexpected character, want colon", rest)),
        };
        if let [b':', after @ ..] = rest {
            if ellipsis.is_some() {
                return Err(("multiple :: in address", rest));
            }
            (rest, ellipsis) = (after, Some(bytes));
            if rest.is_empty() {
                break;
            }
        }
    }
    match (rest, bytes, ellipsis) {
        ([_, ..], ..) => Err(("trailing garbage after address", rest)),
        (_, 16, Some(_)) => Err(("the :: must expand to at least one field of zeros", b"")),
        (_, ..16, None) => Err(("address string too short", b"")),
        _ => Ok(()),
    }
}

/// The length of the hexadecimal number at the start.
fn group(text: &[u8]) -> Result<usize, Fault<'_>> {
    match text
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count()
    {
        0 => Err((
            "each colon-separated field must have at least one digit",
            text,
        )),
        len @ 1..=4 => Ok(len),
        _ => Err(("each group must have 4 or less digits", text)),
    }
}

/// An IPv4 address in the last four bytes.
fn embedded(text: &[u8], bytes: usize, ellipsis: bool) -> Result<(), Fault<'_>> {
    if !ellipsis && bytes != 12 {
        let message = "embedded IPv4 address must replace the final 2 fields of the address";
        return Err((message, text));
    }
    if bytes + 4 > 16 {
        let message = "too many hex fields to fit an embedded IPv4 at the end of the address";
        return Err((message, text));
    }
    ipv4(text)
}
