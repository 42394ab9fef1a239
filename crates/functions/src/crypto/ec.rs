//! Elliptic curve keys: `crypto/ecdsa` and the SEC 1 form of `crypto/x509`.

use evenkeel_template::Host;
use p256::ecdsa::signature::Signer;

use super::der::{bit_string, element, integer, sequence, small_integer, tag};

/// A private key on one of the curves that certificates use. P-224, which Go has too, is not among them.
#[derive(Debug, Clone)]
pub(crate) enum EcKey {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
}

/// Calls the same code for the key of every curve.
macro_rules! each {
    ($key:expr, $inner:ident => $code:expr) => {
        match $key {
            EcKey::P256($inner) => $code,
            EcKey::P384($inner) => $code,
            EcKey::P521($inner) => $code,
        }
    };
}

impl EcKey {
    /// A new key on P-256.
    pub(crate) fn generate(host: &dyn Host) -> EcKey {
        loop {
            let mut scalar = [0; 32];
            host.random(&mut scalar);
            // Nearly every number is a scalar of the curve.
            if let Ok(key) = p256::ecdsa::SigningKey::from_slice(&scalar) {
                return EcKey::P256(key);
            }
        }
    }

    /// The key of a scalar on the curve that an object identifier's content names.
    ///
    /// # Errors
    /// Go's text.
    pub(crate) fn from_scalar(curve: Option<&[u8]>, scalar: &[u8]) -> Result<EcKey, String> {
        let size = match curve {
            Some(oid::P256) => 32,
            Some(oid::P384) => 48,
            Some(oid::P521) => 66,
            _ => return Err("x509: unknown elliptic curve".to_owned()),
        };
        // Some programs pad scalars, some cut their leading zeros off.
        let zeros = scalar.len().saturating_sub(size);
        if scalar[..zeros].iter().any(|byte| *byte != 0) {
            return Err("x509: invalid private key length".to_owned());
        }
        let mut bytes = vec![0; size - (scalar.len() - zeros)];
        bytes.extend_from_slice(&scalar[zeros..]);
        let key = match size {
            32 => p256::ecdsa::SigningKey::from_slice(&bytes).map(EcKey::P256),
            48 => p384::ecdsa::SigningKey::from_slice(&bytes).map(EcKey::P384),
            _ => p521::ecdsa::SigningKey::from_slice(&bytes).map(EcKey::P521),
        };
        key.map_err(|_| "x509: invalid elliptic curve private key value".to_owned())
    }

    /// The content of the curve's object identifier.
    pub(crate) fn curve(&self) -> &'static [u8] {
        match self {
            EcKey::P256(_) => oid::P256,
            EcKey::P384(_) => oid::P384,
            EcKey::P521(_) => oid::P521,
        }
    }

    /// The uncompressed point.
    pub(crate) fn public_point(&self) -> Vec<u8> {
        each!(self, key => key.verifying_key().to_sec1_point(false).as_bytes().to_vec())
    }

    /// `x509.MarshalECPrivateKey`.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let scalar = each!(self, key => key.to_bytes().to_vec());
        let curve = element(tag::OID, self.curve());
        sequence(&[
            small_integer(1),
            element(tag::OCTET_STRING, &scalar),
            element(tag::explicit(0), &curve),
            element(tag::explicit(1), &bit_string(&self.public_point())),
        ])
    }

    /// An ECDSA signature over a message, hashed with the curve's usual hash. The nonce is derived from key
    /// and message (RFC 6979), so it needs no randomness.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let (r, s) = match self {
            EcKey::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                (
                    signature.r().to_bytes().to_vec(),
                    signature.s().to_bytes().to_vec(),
                )
            }
            EcKey::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                (
                    signature.r().to_bytes().to_vec(),
                    signature.s().to_bytes().to_vec(),
                )
            }
            EcKey::P521(key) => {
                let signature: p521::ecdsa::Signature = key.sign(message);
                (
                    signature.r().to_bytes().to_vec(),
                    signature.s().to_bytes().to_vec(),
                )
            }
        };
        sequence(&[integer(&r), integer(&s)])
    }
}

/// Contents of the curves' object identifiers.
pub(crate) mod oid {
    pub(crate) const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    pub(crate) const P384: &[u8] = &[0x2b, 0x81, 4, 0, 34];
    pub(crate) const P521: &[u8] = &[0x2b, 0x81, 4, 0, 35];
}
