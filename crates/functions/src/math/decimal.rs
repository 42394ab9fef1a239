//! Exact decimals: what Sprig's float functions use of github.com/shopspring/decimal.

use std::cmp::Ordering;

use evenkeel_template::Error;
use evenkeel_value::number::{FloatSize, format_float};
use num_bigint::{BigInt, BigUint, Sign};

/// Digits after the point that a quotient keeps (`decimal.DivisionPrecision`).
const PRECISION: i64 = 16;

/// `value * 10^exponent`.
#[derive(Debug, Clone)]
pub(super) struct Decimal {
    value: BigInt,
    exponent: i64,
}

impl Decimal {
    /// `decimal.NewFromFloat`: the shortest digits that give the float back.
    ///
    /// # Errors
    /// For NaN and the infinities, where Go panics.
    pub(super) fn from_float(n: f64) -> Result<Decimal, Error> {
        if !n.is_finite() {
            let text = format_float(n, b'g', None, FloatSize::F64);
            return Err(Error::new(format!("Cannot create a Decimal from {text}")));
        }
        let text = format_float(n, b'e', None, FloatSize::F64);
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let value = format!("{whole}{fraction}").parse().unwrap_or_default();
        let exponent: i64 = exponent.parse().unwrap_or_default();
        Ok(Decimal {
            value,
            exponent: exponent - fraction.len() as i64,
        })
    }

    /// The nearest float.
    pub(super) fn to_float(&self) -> f64 {
        format!("{}e{}", self.value, self.exponent)
            .parse()
            .unwrap_or(f64::NAN)
    }

    pub(super) fn add(&self, other: &Decimal) -> Result<Decimal, Error> {
        let (a, b, exponent) = aligned(self, other);
        Ok(Decimal {
            value: a + b,
            exponent,
        })
    }

    pub(super) fn sub(&self, other: &Decimal) -> Result<Decimal, Error> {
        let (a, b, exponent) = aligned(self, other);
        Ok(Decimal {
            value: a - b,
            exponent,
        })
    }

    pub(super) fn mul(&self, other: &Decimal) -> Result<Decimal, Error> {
        Ok(Decimal {
            value: &self.value * &other.value,
            exponent: self.exponent + other.exponent,
        })
    }

    /// `Decimal.Div`: 16 digits after the point, rounded half away from zero.
    pub(super) fn div(&self, other: &Decimal) -> Result<Decimal, Error> {
        if other.value.sign() == Sign::NoSign {
            return Err(Error::new("decimal division by 0"));
        }
        let shift = self.exponent - other.exponent + PRECISION;
        let (a, b) = if shift < 0 {
            (self.value.clone(), &other.value * ten_to(-shift))
        } else {
            (&self.value * ten_to(shift), other.value.clone())
        };
        let (mut quotient, remainder) = (&a / &b, &a % &b);
        let twice: BigUint = remainder.magnitude() << 1;
        if twice.cmp(b.magnitude()) != Ordering::Less {
            let opposed = (self.value.sign() == Sign::Minus) != (other.value.sign() == Sign::Minus);
            quotient += if opposed { -1 } else { 1 };
        }
        Ok(Decimal {
            value: quotient,
            exponent: -PRECISION,
        })
    }
}

/// Both values over the smaller exponent.
fn aligned(a: &Decimal, b: &Decimal) -> (BigInt, BigInt, i64) {
    let exponent = a.exponent.min(b.exponent);
    let over = |d: &Decimal| &d.value * ten_to(d.exponent - exponent);
    (over(a), over(b), exponent)
}

fn ten_to(exponent: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides_as_go_does() {
        for (a, b, want) in [
            (1.0, 3.0, 0.333_333_333_333_333_3),
            (2.0, 3.0, 0.666_666_666_666_666_7),
            (-2.0, 3.0, -0.666_666_666_666_666_7),
            (1e-17, 1.0, 0.0),
            (5e-17, 1.0, 1e-16),
            (1e300, 1e-300, f64::INFINITY),
        ] {
            let quotient = Decimal::from_float(a).and_then(|a| a.div(&Decimal::from_float(b)?));
            assert_eq!(quotient.map(|q| q.to_float()).ok(), Some(want), "{a} / {b}");
        }
    }
}
