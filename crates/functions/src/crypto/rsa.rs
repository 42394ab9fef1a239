//! RSA keys: `crypto/rsa` and PKCS #1 of `crypto/x509`.

use evenkeel_template::Host;
use rsa::sha2::Sha256;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BoxedUint, PrivateKey};

use super::der::{Reader, integer, sequence, small_integer, tag};
use super::rng::HostRng;

/// Go refuses to sign with fewer bits.
const MIN_BITS: usize = 1_024;

/// A private key of two primes.
#[derive(Debug, Clone)]
pub(crate) struct RsaKey {
    /// N, E, D, P, Q, dP, dQ, 1/Q: big-endian.
    numbers: [Vec<u8>; 8],
    /// The key in the form that signs; `None` where it is too short for that.
    signer: Option<Box<PrivateKey>>,
}

impl RsaKey {
    /// `rsa.GenerateKey`.
    ///
    /// # Errors
    /// What the generator reports.
    pub(crate) fn generate(bits: usize, host: &dyn Host) -> Result<RsaKey, String> {
        let key = PrivateKey::new(&mut HostRng(host), bits).map_err(|error| error.to_string())?;
        RsaKey::from_signer(key).ok_or_else(|| "crypto/rsa: missing CRT values".to_owned())
    }

    fn from_signer(key: PrivateKey) -> Option<RsaKey> {
        let bytes = |number: &BoxedUint| number.to_be_bytes_trimmed_vartime().into_vec();
        let [p, q] = key.primes() else { return None };
        let numbers = [
            bytes(key.n()),
            bytes(key.e()),
            bytes(key.d()),
            bytes(p),
            bytes(q),
            bytes(key.dp()?),
            bytes(key.dq()?),
            bytes(&key.crt_coefficient()?),
        ];
        Some(RsaKey {
            numbers,
            signer: Some(Box::new(key)),
        })
    }

    /// `x509.ParsePKCS1PrivateKey`, once the DER was found to be of that shape.
    ///
    /// # Errors
    /// Go's text; `None` where the DER has another shape.
    pub(crate) fn parse(der: &[u8]) -> Result<RsaKey, Option<String>> {
        let mut outer = Reader(der);
        let mut fields = outer.nested(tag::SEQUENCE).ok_or(None)?;
        if !outer.is_empty() {
            return Err(Some("asn1: syntax error: trailing data".to_owned()));
        }
        let (_, version) = fields.integer().ok_or(None)?;
        let mut numbers: [Vec<u8>; 8] = Default::default();
        let mut negative = false;
        for number in &mut numbers {
            let (is_negative, bytes) = fields.integer().ok_or(None)?;
            negative |= is_negative || bytes.iter().all(|byte| *byte == 0);
            *number = bytes.to_vec();
        }
        if version != [0] {
            return Err(Some("x509: unsupported private key version".to_owned()));
        }
        if negative {
            return Err(Some(
                "x509: private key contains zero or negative value".to_owned(),
            ));
        }
        let bits = bit_len(&numbers[0]);
        let signer = if bits < MIN_BITS {
            None
        } else {
            Some(Box::new(signer(&numbers)?))
        };
        Ok(RsaKey { numbers, signer })
    }

    /// `x509.MarshalPKCS1PrivateKey`.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let mut parts = vec![small_integer(0)];
        parts.extend(self.numbers.iter().map(|number| integer(number)));
        sequence(&parts)
    }

    /// The public key as PKCS #1 has it.
    pub(crate) fn public_der(&self) -> Vec<u8> {
        sequence(&[integer(&self.numbers[0]), integer(&self.numbers[1])])
    }

    /// A signature over SHA-256 of a message, by PKCS #1 v1.5.
    ///
    /// # Errors
    /// Go's text for a key that is too short.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let Some(signer) = &self.signer else {
            let bits = bit_len(&self.numbers[0]).next_multiple_of(8);
            return Err(format!(
                "crypto/rsa: {bits}-bit keys are insecure \
                 (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)"
            ));
        };
        signer
            .pkcs1v15_sign::<Sha256>(message)
            .map_err(|error| format!("crypto/rsa: {error}"))
    }
}

/// The checked key over N, E, D, P and Q.
fn signer(numbers: &[Vec<u8>; 8]) -> Result<PrivateKey, Option<String>> {
    let number = |at: usize| BoxedUint::from_be_slice_vartime(&numbers[at]);
    let key =
        PrivateKey::from_components(number(0), number(1), number(2), vec![number(3), number(4)]);
    key.map_err(|error| {
        let what = match error {
            rsa::Error::InvalidModulus => "p * q != n",
            rsa::Error::InvalidPrime => "invalid prime",
            rsa::Error::InvalidExponent => "invalid CRT exponent",
            rsa::Error::PublicExponentTooSmall => "public exponent too small or negative",
            rsa::Error::PublicExponentTooLarge => "public exponent too large",
            _ => return Some(format!("crypto/rsa: {error}")),
        };
        Some(format!("crypto/rsa: {what}"))
    })
}

fn bit_len(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let top = number
        .get(zeros)
        .map_or(0, |byte| 8 - byte.leading_zeros() as usize);
    (number.len() - zeros).saturating_sub(1) * 8 + top
}
