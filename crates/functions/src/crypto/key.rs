//! Private keys of every kind, in PEM: Sprig's `generatePrivateKey`, `parsePrivateKeyPEM` and
//! `pemBlockForKey`.

use ed25519_dalek::{Signer, SigningKey};
use evenkeel_template::Host;

use super::der::{Reader, dotted, element, sequence, small_integer, tag};
use super::dsa::DsaKey;
use super::ec::EcKey;
use super::pem;
use super::rsa::RsaKey;

/// A private key.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    Rsa(Box<RsaKey>),
    Dsa(Box<DsaKey>),
    Ec(Box<EcKey>),
    Ed25519(Box<SigningKey>),
}

/// Contents of object identifiers.
mod oid {
    pub(crate) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    pub(crate) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    pub(crate) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    pub(crate) const SHA256_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
    pub(crate) const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    pub(crate) const ECDSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];
    pub(crate) const ECDSA_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4];
}

impl Key {
    /// A new Ed25519 key.
    pub(crate) fn generate_ed25519(host: &dyn Host) -> Key {
        let mut seed = [0; 32];
        host.random(&mut seed);
        Key::Ed25519(Box::new(SigningKey::from_bytes(&seed)))
    }

    /// Sprig's `parsePrivateKeyPEM`.
    ///
    /// # Errors
    /// Sprig's text around Go's.
    pub(crate) fn from_pem(text: &[u8]) -> Result<Key, String> {
        let Some(block) = pem::decode(text) else {
            return Err("no PEM data in input".to_owned());
        };
        if block.kind == "PRIVATE KEY" {
            return parse_pkcs8(&block.bytes)
                .map_err(|error| format!("decoding PEM as PKCS#8: {error}"));
        }
        let Some(kind) = block.kind.strip_suffix(" PRIVATE KEY") else {
            return Err(format!(
                "no private key data in PEM block of type {}",
                block.kind
            ));
        };
        let parsed = match kind {
            "RSA" => parse_pkcs1(&block.bytes),
            "EC" => parse_sec1(None, &block.bytes),
            "DSA" => match DsaKey::parse(&block.bytes) {
                Some(key) => Ok(Key::Dsa(Box::new(key))),
                None => Err(asn1_error(&block.bytes)),
            },
            _ => return Err(format!("invalid private key type {}", block.kind)),
        };
        parsed.map_err(|error| format!("parsing {kind} private key from PEM: {error}"))
    }

    /// Sprig's `pemBlockForKey`, encoded.
    pub(crate) fn to_pem(&self) -> String {
        match self {
            Key::Rsa(key) => pem::encode("RSA PRIVATE KEY", &key.to_der()),
            Key::Dsa(key) => pem::encode("DSA PRIVATE KEY", &key.to_der()),
            Key::Ec(key) => pem::encode("EC PRIVATE KEY", &key.to_der()),
            Key::Ed25519(key) => {
                let seed = element(tag::OCTET_STRING, key.as_bytes());
                let pkcs8 = sequence(&[
                    small_integer(0),
                    sequence(&[element(tag::OID, oid::ED25519)]),
                    element(tag::OCTET_STRING, &seed),
                ]);
                pem::encode("PRIVATE KEY", &pkcs8)
            }
        }
    }

    /// The algorithm identifier and the bytes of the public key, as certificates hold them.
    ///
    /// # Errors
    /// Go's text for DSA, which certificates do not take.
    pub(crate) fn public_parts(&self) -> Result<(Vec<u8>, Vec<u8>), String> {
        Ok(match self {
            Key::Rsa(key) => {
                let null = element(tag::NULL, &[]);
                (
                    sequence(&[element(tag::OID, oid::RSA), null]),
                    key.public_der(),
                )
            }
            Key::Ec(key) => {
                let curve = element(tag::OID, key.curve());
                (
                    sequence(&[element(tag::OID, oid::EC), curve]),
                    key.public_point(),
                )
            }
            Key::Ed25519(key) => (
                sequence(&[element(tag::OID, oid::ED25519)]),
                key.verifying_key().to_bytes().to_vec(),
            ),
            Key::Dsa(_) => {
                return Err("x509: unsupported public key type: *dsa.PublicKey".to_owned());
            }
        })
    }

    /// The identifier of the algorithm that [`Key::sign`] uses.
    ///
    /// # Errors
    /// Go's text for DSA.
    pub(crate) fn signature_algorithm(&self) -> Result<Vec<u8>, String> {
        let id = |oid: &[u8]| element(tag::OID, oid);
        Ok(match self {
            Key::Rsa(_) => sequence(&[id(oid::SHA256_RSA), element(tag::NULL, &[])]),
            Key::Ec(key) => sequence(&[id(match **key {
                EcKey::P256(_) => oid::ECDSA_SHA256,
                EcKey::P384(_) => oid::ECDSA_SHA384,
                EcKey::P521(_) => oid::ECDSA_SHA512,
            })]),
            Key::Ed25519(_) => sequence(&[id(oid::ED25519)]),
            Key::Dsa(_) => {
                let text = "x509: certificate private key does not implement crypto.Signer";
                return Err(text.to_owned());
            }
        })
    }

    /// A signature over a message.
    ///
    /// # Errors
    /// As [`Key::signature_algorithm`], and RSA keys that are too short.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Key::Rsa(key) => key.sign(message),
            Key::Ec(key) => Ok(key.sign(message)),
            Key::Ed25519(key) => Ok(key.sign(message).to_bytes().to_vec()),
            Key::Dsa(_) => self.signature_algorithm(),
        }
    }
}

/// `x509.ParsePKCS1PrivateKey`.
fn parse_pkcs1(der: &[u8]) -> Result<Key, String> {
    match RsaKey::parse(der) {
        Ok(key) => Ok(Key::Rsa(Box::new(key))),
        Err(Some(error)) => Err(error),
        Err(None) if sec1_fields(der).is_some() => Err(use_instead("ParseECPrivateKey")),
        Err(None) if pkcs8_fields(der).is_some() => Err(use_instead("ParsePKCS8PrivateKey")),
        Err(None) => Err(asn1_error(der)),
    }
}

/// `x509.parseECPrivateKey`; a curve from outside wins over the key's own.
fn parse_sec1(curve: Option<&[u8]>, der: &[u8]) -> Result<Key, String> {
    let Some(fields) = sec1_fields(der) else {
        return Err(if pkcs8_fields(der).is_some() {
            use_instead("ParsePKCS8PrivateKey")
        } else if !matches!(RsaKey::parse(der), Err(None)) {
            use_instead("ParsePKCS1PrivateKey")
        } else {
            format!("x509: failed to parse EC private key: {}", asn1_error(der))
        });
    };
    if fields.version != 1 {
        return Err(format!(
            "x509: unknown EC private key version {}",
            fields.version
        ));
    }
    let key = EcKey::from_scalar(curve.or(fields.curve), fields.scalar)?;
    Ok(Key::Ec(Box::new(key)))
}

/// `x509.ParsePKCS8PrivateKey`.
fn parse_pkcs8(der: &[u8]) -> Result<Key, String> {
    let Some((algorithm, parameters, inner)) = pkcs8_fields(der) else {
        return Err(if sec1_fields(der).is_some() {
            use_instead("ParseECPrivateKey")
        } else if !matches!(RsaKey::parse(der), Err(None)) {
            use_instead("ParsePKCS1PrivateKey")
        } else {
            asn1_error(der)
        });
    };
    match algorithm {
        oid::RSA => parse_pkcs1(inner).map_err(|error| {
            format!("x509: failed to parse RSA private key embedded in PKCS#8: {error}")
        }),
        oid::EC => parse_sec1(Reader(parameters).content(tag::OID), inner).map_err(|error| {
            format!("x509: failed to parse EC private key embedded in PKCS#8: {error}")
        }),
        oid::ED25519 if !parameters.is_empty() => {
            Err("x509: invalid Ed25519 private key parameters".to_owned())
        }
        oid::ED25519 => {
            let Some(seed) = Reader(inner).content(tag::OCTET_STRING) else {
                return Err(format!(
                    "x509: invalid Ed25519 private key: {}",
                    asn1_error(inner)
                ));
            };
            let seed: [u8; 32] = seed
                .try_into()
                .map_err(|_| format!("x509: invalid Ed25519 private key length: {}", seed.len()))?;
            Ok(Key::Ed25519(Box::new(SigningKey::from_bytes(&seed))))
        }
        other => Err(format!(
            "x509: PKCS#8 wrapping contained private key with unknown algorithm: {}",
            dotted(other)
        )),
    }
}

fn use_instead(function: &str) -> String {
    format!("x509: failed to parse private key (use {function} instead for this key format)")
}

/// The text for DER of the wrong shape. Go names the mismatch in its own types; only the cause is kept.
fn asn1_error(der: &[u8]) -> String {
    let problem = match Reader(der).any() {
        Some(_) => "structure error: tags don't match",
        None => "syntax error: data truncated",
    };
    format!("asn1: {problem}")
}

struct Sec1<'a> {
    version: u64,
    scalar: &'a [u8],
    curve: Option<&'a [u8]>,
}

/// The fields of SEC 1's `ECPrivateKey`.
fn sec1_fields(der: &[u8]) -> Option<Sec1<'_>> {
    let mut fields = Reader(der).nested(tag::SEQUENCE)?;
    let version = fields.small_integer()?;
    let scalar = fields.content(tag::OCTET_STRING)?;
    let curve = fields
        .nested(tag::explicit(0))
        .and_then(|mut curve| curve.content(tag::OID));
    Some(Sec1 {
        version,
        scalar,
        curve,
    })
}

/// The fields of PKCS #8's `PrivateKeyInfo`: algorithm, its parameters, key.
fn pkcs8_fields(der: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let mut fields = Reader(der).nested(tag::SEQUENCE)?;
    fields.integer()?;
    let mut algorithm = fields.nested(tag::SEQUENCE)?;
    let name = algorithm.content(tag::OID)?;
    Some((name, algorithm.0, fields.content(tag::OCTET_STRING)?))
}
