//! Base64, base32 and checksums: github.com/Masterminds/sprig/v3 `strings.go` and `crypto.go`, over Go's
//! encoding/base64 and encoding/base32, whose decoders name the offset of the first bad byte.

use std::fmt::Write as _;

use evenkeel_template::{Context, Function, function};
use evenkeel_value::{Value, ty};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::args::{Answer, bytes};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("adler32sum", &[ty::STRING], ty::STRING, adler32sum),
    function("b32dec", &[ty::STRING], ty::STRING, b32dec),
    function("b32enc", &[ty::STRING], ty::STRING, b32enc),
    function("b64dec", &[ty::STRING], ty::STRING, b64dec),
    function("b64enc", &[ty::STRING], ty::STRING, b64enc),
    function("sha1sum", &[ty::STRING], ty::STRING, sha1sum),
    function("sha256sum", &[ty::STRING], ty::STRING, sha256sum),
    function("sha512sum", &[ty::STRING], ty::STRING, sha512sum),
];

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn adler32sum(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(adler2::adler32_slice(bytes(args, 0)).to_string().into())
}

fn sha1sum(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(hex(&Sha1::digest(bytes(args, 0))).into())
}

fn sha256sum(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(hex(&Sha256::digest(bytes(args, 0))).into())
}

fn sha512sum(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(hex(&Sha512::digest(bytes(args, 0))).into())
}

fn b64enc(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(base64_encode(bytes(args, 0)).into())
}

/// A text that does not decode gives the error's text, as Sprig does.
fn b64dec(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(match base64_decode(bytes(args, 0)) {
        Ok(data) => Value::str(data),
        Err(at) => base64_error(at).into(),
    })
}

fn b32enc(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut text = String::new();
    for group in bytes(args, 0).chunks(5) {
        let mut bits = [0; 8];
        bits[3..3 + group.len()].copy_from_slice(group);
        push_group(
            &mut text,
            u64::from_be_bytes(bits),
            (group.len() * 8).div_ceil(5),
            8,
            BASE32,
        );
    }
    Ok(text.into())
}

fn b32dec(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(match base32_decode(bytes(args, 0)) {
        Ok(data) => Value::str(data),
        Err(at) => format!("illegal base32 data at input byte {at}").into(),
    })
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(data: &[u8]) -> String {
    data.iter()
        .fold(String::with_capacity(data.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// `base64.StdEncoding.EncodeToString`.
pub(crate) fn base64_encode(data: &[u8]) -> String {
    let mut text = String::with_capacity(data.len().div_ceil(3) * 4);
    for group in data.chunks(3) {
        let mut bits = [0; 8];
        bits[5..5 + group.len()].copy_from_slice(group);
        push_group(
            &mut text,
            u64::from_be_bytes(bits),
            group.len() + 1,
            4,
            BASE64,
        );
    }
    text
}

/// Pushes the first `used` of the `width` digits that `bits` holds, and padding for the rest.
fn push_group(text: &mut String, bits: u64, used: usize, width: usize, alphabet: &[u8]) {
    let digit_bits = alphabet.len().ilog2() as usize;
    for place in 0..width {
        let index = (bits >> (digit_bits * (width - 1 - place))) as usize & (alphabet.len() - 1);
        text.push(if place < used {
            char::from(alphabet[index])
        } else {
            '='
        });
    }
}

/// `base64.CorruptInputError.Error`.
pub(crate) fn base64_error(at: usize) -> String {
    format!("illegal base64 data at input byte {at}")
}

/// `base64.StdEncoding.DecodeString`: line ends are skipped wherever they stand, bits after the last byte
/// are ignored.
///
/// # Errors
/// The offset that Go's `CorruptInputError` names.
pub fn base64_decode(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut data = Vec::with_capacity(text.len() / 4 * 3);
    let mut at = 0;
    loop {
        let mut bits: u32 = 0;
        let mut digits = 0;
        while digits < 4 {
            let Some(&byte) = text.get(at) else {
                // Go counts back over the digits alone, not over the line ends between them.
                return if digits == 0 {
                    Ok(data)
                } else {
                    Err(at - digits)
                };
            };
            at += 1;
            match base64_digit(byte) {
                Some(digit) => {
                    bits |= u32::from(digit) << (18 - 6 * digits);
                    digits += 1;
                }
                None if matches!(byte, b'\r' | b'\n') => {}
                None if byte == b'=' && digits >= 2 => {
                    check_padding(text, at, digits)?;
                    data.extend_from_slice(&bits.to_be_bytes()[1..digits]);
                    return Ok(data);
                }
                None => return Err(at - 1),
            }
        }
        data.extend_from_slice(&bits.to_be_bytes()[1..]);
    }
}

/// What may follow the first `=` (which stands before `at`) of a group with `digits` digits.
fn check_padding(text: &[u8], mut at: usize, digits: usize) -> Result<(), usize> {
    let skip = |mut at: usize| {
        while matches!(text.get(at), Some(b'\r' | b'\n')) {
            at += 1;
        }
        at
    };
    if digits == 2 {
        at = skip(at);
        match text.get(at) {
            None => return Err(text.len()),
            Some(b'=') => at += 1,
            Some(_) => return Err(at - 1),
        }
    }
    at = skip(at);
    if at < text.len() { Err(at) } else { Ok(()) }
}

fn base64_digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// `base32.StdEncoding.DecodeString`; offsets of errors count without line ends, as Go's do.
fn base32_decode(text: &[u8]) -> Result<Vec<u8>, usize> {
    let text: Vec<u8> = text
        .iter()
        .copied()
        .filter(|b| !matches!(b, b'\r' | b'\n'))
        .collect();
    let mut data = Vec::with_capacity(text.len() / 8 * 5);
    let mut at = 0;
    while at < text.len() {
        let mut bits: u64 = 0;
        let mut digits = 0;
        let mut padded = false;
        while digits < 8 {
            let Some(&byte) = text.get(at) else {
                return Err(at - digits);
            };
            at += 1;
            let rest = &text[at..];
            if byte == b'=' && digits >= 2 && rest.len() < 8 {
                check_base32_padding(rest, at, text.len(), digits)?;
                padded = true;
                break;
            }
            let Some(digit) = base32_digit(byte) else {
                return Err(at - 1);
            };
            bits |= u64::from(digit) << (35 - 5 * digits);
            digits += 1;
        }
        data.extend_from_slice(&bits.to_be_bytes()[3..3 + digits * 5 / 8]);
        if padded {
            break;
        }
    }
    Ok(data)
}

fn check_base32_padding(rest: &[u8], at: usize, whole: usize, digits: usize) -> Result<(), usize> {
    if rest.len() + digits < 7 {
        return Err(whole);
    }
    if let Some(bad) = rest.iter().take(7 - digits).position(|b| *b != b'=') {
        return Err((at + bad).saturating_sub(1));
    }
    // 1, 3 and 6 digits do not make whole bytes.
    if matches!(digits, 1 | 3 | 6) {
        Err(at - 1)
    } else {
        Ok(())
    }
}

fn base32_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_round_trips() {
        for len in 0..50_u8 {
            let data: Vec<u8> = (0..len).map(|n| n.wrapping_mul(37)).collect();
            assert_eq!(base64_decode(base64_encode(&data).as_bytes()), Ok(data));
        }
    }

    #[test]
    fn base64_errors_name_go_offsets() {
        for (text, want) in [
            ("a", Err(0)),
            ("ab", Err(0)),
            ("abc", Err(0)),
            ("abcda", Err(4)),
            ("ab\nc", Err(1)),
            ("ab=", Err(3)),
            ("ab=c", Err(2)),
            ("ab==", Ok(vec![0x69])),
            ("ab==x", Err(4)),
            ("ab=\n=\n", Ok(vec![0x69])),
            ("=", Err(0)),
            ("a===", Err(1)),
            ("ab c", Err(2)),
            ("\n", Ok(vec![])),
        ] {
            assert_eq!(base64_decode(text.as_bytes()), want, "{text:?}");
        }
    }
}
