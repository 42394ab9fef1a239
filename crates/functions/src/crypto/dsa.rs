//! DSA keys: `crypto/dsa` with parameters of 2048 and 256 bits. They can be made, read and written; Go
//! signs no certificates with them.

use evenkeel_template::Host;
use num_bigint::BigUint;

use super::der::{Reader, integer, sequence, small_integer, tag};

const P_BITS: u64 = 2_048;
const Q_BITS: u64 = 256;
/// Rounds of Miller-Rabin, as Go runs them for DSA.
const ROUNDS: usize = 64;
/// Candidates with a factor below this are thrown out before the expensive test.
const SIEVE: u32 = 4_096;

/// Sprig's `DSAKeyFormat`, big-endian.
#[derive(Debug, Clone)]
pub(crate) struct DsaKey {
    /// P, Q, G, Y, X.
    numbers: [Vec<u8>; 5],
}

impl DsaKey {
    /// A new key with parameters of its own.
    pub(crate) fn generate(host: &dyn Host) -> DsaKey {
        let (p, q) = parameters(host);
        let one = BigUint::from(1_u8);
        let exponent = (&p - &one) / &q;
        let mut base = BigUint::from(2_u8);
        let mut g = base.modpow(&exponent, &p);
        while g == one {
            base += 1_u8;
            g = base.modpow(&exponent, &p);
        }
        let x = loop {
            let x = random(host, Q_BITS);
            if x > BigUint::ZERO && x < q {
                break x;
            }
        };
        let y = g.modpow(&x, &p);
        DsaKey {
            numbers: [p, q, g, y, x].map(|number| number.to_bytes_be()),
        }
    }

    /// Reads the DER that Sprig writes; `None` where it is none.
    pub(crate) fn parse(der: &[u8]) -> Option<DsaKey> {
        let mut fields = Reader(der).nested(tag::SEQUENCE)?;
        fields.integer()?;
        let mut numbers: [Vec<u8>; 5] = Default::default();
        for number in &mut numbers {
            *number = fields.integer()?.1.to_vec();
        }
        Some(DsaKey { numbers })
    }

    /// `asn1.Marshal` of `DSAKeyFormat`.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let mut parts = vec![small_integer(0)];
        parts.extend(self.numbers.iter().map(|number| integer(number)));
        sequence(&parts)
    }
}

/// `dsa.GenerateParameters`: primes p and q of which q divides p - 1.
fn parameters(host: &dyn Host) -> (BigUint, BigUint) {
    loop {
        let mut q = random(host, Q_BITS);
        q.set_bit(0, true);
        q.set_bit(Q_BITS - 1, true);
        if !is_prime(&q, host) {
            continue;
        }
        for _ in 0..4 * P_BITS {
            let mut p = random(host, P_BITS);
            p.set_bit(0, true);
            p.set_bit(P_BITS - 1, true);
            p -= &p % &q - 1_u8;
            if p.bits() == P_BITS && is_prime(&p, host) {
                return (p, q);
            }
        }
    }
}

/// A number of up to `bits` bits, which are whole bytes.
fn random(host: &dyn Host, bits: u64) -> BigUint {
    let mut bytes = vec![0; (bits / 8) as usize];
    host.random(&mut bytes);
    BigUint::from_bytes_be(&bytes)
}

/// Miller-Rabin with random bases, after trial division.
fn is_prime(n: &BigUint, host: &dyn Host) -> bool {
    if !n.bit(0) || has_small_factor(n) {
        return false;
    }
    let one = BigUint::from(1_u8);
    let last = n - &one;
    let twos = last.trailing_zeros().unwrap_or(0);
    let odd = &last >> twos;
    (0..ROUNDS).all(|_| {
        let base = random(host, n.bits()) % (n - 3_u8) + 2_u8;
        let mut power = base.modpow(&odd, n);
        if power == one || power == last {
            return true;
        }
        (1..twos).any(|_| {
            power = &power * &power % n;
            power == last
        })
    })
}

/// Whether an odd factor below [`SIEVE`] divides the number. Products of odd numbers are tried at once, so
/// that one long division serves several of them.
fn has_small_factor(n: &BigUint) -> bool {
    let mut candidates = (3..SIEVE)
        .step_by(2)
        .filter(|c| is_small_prime(*c))
        .peekable();
    while candidates.peek().is_some() {
        let mut group = Vec::new();
        let mut product: u64 = 1;
        while let Some(prime) = candidates.next_if(|c| u64::from(*c) < u64::MAX / product) {
            product *= u64::from(prime);
            group.push(u64::from(prime));
        }
        let rest = n % product;
        let rest = rest.iter_u64_digits().next().unwrap_or(0);
        if group.iter().any(|prime| rest.is_multiple_of(*prime)) {
            return true;
        }
    }
    false
}

fn is_small_prime(n: u32) -> bool {
    (2..)
        .take_while(|d| d * d <= n)
        .all(|d| !n.is_multiple_of(d))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{World, with_mutations};

    #[test]
    fn primes_are_told_from_others() {
        let world = World::new(1);
        // Neither has a factor that trial division finds.
        let prime = BigUint::from(0xffff_ffff_ffff_ffc5_u64);
        let product = BigUint::from(4_294_967_291_u64) * BigUint::from(4_294_967_279_u64);
        assert!(is_prime(&prime, &world));
        assert!(!is_prime(&product, &world));
        assert!(!is_prime(&(&prime * 4_099_u32), &world));
        assert!(has_small_factor(&(&prime * 4_093_u32)));
    }

    #[test]
    fn keys_round_trip() {
        let numbers = [&[0x80, 1][..], &[7], &[2], &[1, 0], &[3]].map(<[u8]>::to_vec);
        let der = DsaKey { numbers }.to_der();
        assert_eq!(DsaKey::parse(&der).unwrap().to_der(), der);
        with_mutations(&der, |der| drop(DsaKey::parse(der)));
    }
}
