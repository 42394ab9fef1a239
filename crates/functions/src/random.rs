//! Random texts, bytes and numbers: Sprig's `strings.go` (over github.com/Masterminds/goutils) and `crypto.go`.
//! All randomness is the [`Host`]'s, so a seed reproduces it.

use evenkeel_template::{Context, Error, Function, Host, function};
use evenkeel_value::{Value, ty};

use crate::args::{Answer, int};
use crate::encoding::{base64_encode, hex};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("randAlpha", &[ty::INT], ty::STRING, rand_alpha),
    function("randAlphaNum", &[ty::INT], ty::STRING, rand_alpha_num),
    function("randAscii", &[ty::INT], ty::STRING, rand_ascii),
    function("randBytes", &[ty::INT], ty::STRING, rand_bytes),
    function("randInt", &[ty::INT, ty::INT], ty::INT, rand_int),
    function("randNumeric", &[ty::INT], ty::STRING, rand_numeric),
    function("uuidv4", &[], ty::STRING, uuidv4),
];

const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn rand_alpha(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    rand_text(ctx, int(args, 0), &ALPHANUMERIC[10..])
}

fn rand_alpha_num(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    rand_text(ctx, int(args, 0), ALPHANUMERIC)
}

fn rand_numeric(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    rand_text(ctx, int(args, 0), &ALPHANUMERIC[..10])
}

fn rand_ascii(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let printable: Vec<u8> = (b' '..=b'~').collect();
    rand_text(ctx, int(args, 0), &printable)
}

/// A negative count is an error in goutils, which Sprig drops: an empty text.
fn rand_text(ctx: &mut dyn Context, count: i64, alphabet: &[u8]) -> Answer {
    let Ok(count) = usize::try_from(count) else {
        return Ok("".into());
    };
    ctx.charge(count as u64)?;
    let host = ctx.host();
    let mask = u8::try_from(alphabet.len().next_power_of_two() - 1).unwrap_or(u8::MAX);
    let mut text = Vec::with_capacity(count);
    let mut draw = [0; 64];
    while text.len() < count {
        host.random(&mut draw);
        // Indices past the alphabet are thrown away, which keeps the rest equally likely.
        let letters = draw
            .iter()
            .filter_map(|byte| alphabet.get(usize::from(byte & mask)));
        text.extend(letters.take(count - text.len()));
    }
    Ok(Value::str(text))
}

fn rand_bytes(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    // Go's runtime allocates 2^48 bytes at most.
    let count = usize::try_from(int(args, 0))
        .ok()
        .filter(|count| *count <= 1 << 48);
    let Some(count) = count else {
        return Err(Error::new("runtime error: makeslice: len out of range"));
    };
    ctx.charge(count as u64)?;
    let mut data = vec![0; count];
    ctx.host().random(&mut data);
    Ok(base64_encode(&data).into())
}

fn rand_int(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let (min, max) = (int(args, 0), int(args, 1));
    let span = max.wrapping_sub(min);
    if span <= 0 {
        return Err(Error::new("invalid argument to Intn"));
    }
    let drawn = below(ctx.host(), span.cast_unsigned()).cast_signed();
    Ok(Value::int(drawn.wrapping_add(min)))
}

/// `github.com/google/uuid` `New().String()`: version 4, variant 10.
fn uuidv4(ctx: &mut dyn Context, _: &[Value]) -> Answer {
    let mut id = [0; 16];
    ctx.host().random(&mut id);
    id[6] = id[6] & 0x0f | 0x40;
    id[8] = id[8] & 0x3f | 0x80;
    let digits = hex(&id);
    let (a, b, c, d, e) = (
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    );
    Ok(format!("{a}-{b}-{c}-{d}-{e}").into())
}

/// A number below `limit` (which is not 0), each equally likely.
fn below(host: &dyn Host, limit: u64) -> u64 {
    let mask = limit
        .checked_next_power_of_two()
        .map_or(u64::MAX, |power| power - 1);
    loop {
        let mut draw = [0; 8];
        host.random(&mut draw);
        let number = u64::from_le_bytes(draw) & mask;
        if number < limit {
            return number;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::World;

    #[test]
    fn every_letter_comes_up() {
        let text = World::new(1).text("randAscii", &[Value::int(10_000)]);
        assert_eq!(text.len(), 10_000);
        assert!((' '..='~').all(|letter| text.contains(letter)));
        let digits = World::new(1).text("randNumeric", &[Value::int(1_000)]);
        assert!(digits.bytes().all(|byte| byte.is_ascii_digit()));
    }

    #[test]
    fn numbers_stay_below_their_limit() {
        let world = World::new(2);
        let drawn: Vec<u64> = (0..1_000).map(|_| below(&world, 5)).collect();
        assert!((0..5).all(|n| drawn.contains(&n)));
        assert!(drawn.iter().all(|n| *n < 5));
        assert_eq!(below(&world, 1), 0);
        below(&world, u64::MAX);
    }
}
