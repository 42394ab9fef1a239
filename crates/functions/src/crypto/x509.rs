//! X.509 certificates: what Sprig needs of `crypto/x509`'s CreateCertificate and ParseCertificate.

use std::net::IpAddr;

use evenkeel_value::number::quote;
use sha2::{Digest, Sha256};

use super::der::{Reader, bit_string, element, integer, sequence, small_integer, tag, time};
use super::key::Key;

/// Contents of object identifiers.
mod oid {
    pub(crate) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
    pub(crate) const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 14];
    pub(crate) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
    pub(crate) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
    pub(crate) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
    pub(crate) const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 35];
    pub(crate) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
    pub(crate) const SERVER_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
    pub(crate) const CLIENT_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
}

/// What a new certificate shall say: Sprig's `getBaseCertTemplate`.
#[derive(Debug)]
pub(crate) struct Template {
    /// Big-endian.
    pub(crate) serial: [u8; 16],
    pub(crate) common_name: Vec<u8>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) dns_names: Vec<Vec<u8>>,
    /// Seconds since 1970.
    pub(crate) not_before: i64,
    pub(crate) not_after: i64,
    pub(crate) is_ca: bool,
}

/// What signing needs to know of the certificate of an authority.
#[derive(Debug)]
pub(crate) struct Issuer {
    /// The subject's DER.
    subject: Vec<u8>,
    key_id: Vec<u8>,
    /// The public key's algorithm and bytes, as [`Key::public_parts`] gives them.
    public: (Vec<u8>, Vec<u8>),
}

/// `x509.CreateCertificate`: the DER of a certificate for `key`, signed by `signer`; without an issuer it
/// signs itself.
///
/// # Errors
/// Go's text.
pub(crate) fn create(
    template: &Template,
    key: &Key,
    issuer: Option<&Issuer>,
    signer: &Key,
) -> Result<Vec<u8>, String> {
    let algorithm = signer.signature_algorithm()?;
    let (key_algorithm, key_bytes) = key.public_parts()?;
    let subject = name(&template.common_name)?;
    let issuer_name = issuer.map_or(&subject, |issuer| &issuer.subject);
    if issuer.is_some_and(|issuer| signer.public_parts().as_ref() != Ok(&issuer.public)) {
        return Err("x509: provided PrivateKey doesn't match parent's PublicKey".to_owned());
    }
    let authority = issuer.filter(|issuer| issuer.subject != subject && !issuer.key_id.is_empty());
    let key_id = template
        .is_ca
        .then(|| Sha256::digest(&key_bytes)[..20].to_vec());
    let extensions = extensions(
        template,
        template.common_name.is_empty(),
        key_id.as_deref(),
        authority,
    )?;
    let content = sequence(&[
        element(tag::explicit(0), &small_integer(2)),
        integer(&template.serial),
        algorithm.clone(),
        issuer_name.clone(),
        sequence(&[
            encoded_time(template.not_before)?,
            encoded_time(template.not_after)?,
        ]),
        subject.clone(),
        sequence(&[key_algorithm, bit_string(&key_bytes)]),
        element(tag::explicit(3), &sequence(&extensions)),
    ]);
    let signature = bit_string(&signer.sign(&content)?);
    Ok(sequence(&[content, algorithm, signature]))
}

fn encoded_time(seconds: i64) -> Result<Vec<u8>, String> {
    time(seconds)
        .ok_or_else(|| "asn1: structure error: cannot represent time as GeneralizedTime".to_owned())
}

/// A name of a common name alone, or of nothing where that is empty.
fn name(common_name: &[u8]) -> Result<Vec<u8>, String> {
    if common_name.is_empty() {
        return Ok(sequence(&[]));
    }
    let printable = |byte: &u8| byte.is_ascii_alphanumeric() || b"'()+,-./ :=?".contains(byte);
    let tag = if common_name.iter().all(printable) {
        tag::PRINTABLE_STRING
    } else if std::str::from_utf8(common_name).is_ok() {
        tag::UTF8_STRING
    } else {
        return Err("asn1: string not valid UTF-8".to_owned());
    };
    let attribute = sequence(&[
        element(tag::OID, oid::COMMON_NAME),
        element(tag, common_name),
    ]);
    Ok(sequence(&[element(tag::SET, &attribute)]))
}

/// `buildCertExtensions`, in its order.
fn extensions(
    template: &Template,
    subject_is_empty: bool,
    key_id: Option<&[u8]>,
    authority: Option<&Issuer>,
) -> Result<Vec<Vec<u8>>, String> {
    // Digital signature and key encipherment; for an authority certificate signing too.
    let usage: &[u8] = if template.is_ca {
        &[2, 0xa4]
    } else {
        &[5, 0xa0]
    };
    let purposes = [oid::SERVER_AUTH, oid::CLIENT_AUTH].map(|purpose| element(tag::OID, purpose));
    let constraints = if template.is_ca {
        element(tag::BOOLEAN, &[0xff])
    } else {
        Vec::new()
    };
    let mut all = vec![
        extension(oid::KEY_USAGE, true, &element(tag::BIT_STRING, usage)),
        extension(oid::EXTENDED_KEY_USAGE, false, &sequence(&purposes)),
        extension(oid::BASIC_CONSTRAINTS, true, &sequence(&[constraints])),
    ];
    if let Some(id) = key_id {
        all.push(extension(
            oid::SUBJECT_KEY_ID,
            false,
            &element(tag::OCTET_STRING, id),
        ));
    }
    if let Some(issuer) = authority {
        let id = sequence(&[element(tag::implicit(0), &issuer.key_id)]);
        all.push(extension(oid::AUTHORITY_KEY_ID, false, &id));
    }
    if !template.dns_names.is_empty() || !template.addresses.is_empty() {
        let names = alternative_names(template)?;
        all.push(extension(oid::SUBJECT_ALT_NAME, subject_is_empty, &names));
    }
    Ok(all)
}

fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical {
        element(tag::BOOLEAN, &[0xff])
    } else {
        Vec::new()
    };
    sequence(&[
        element(tag::OID, oid),
        critical,
        element(tag::OCTET_STRING, value),
    ])
}

/// `marshalSANs`: names, then addresses, those of version 4 in four bytes whatever their form was.
fn alternative_names(template: &Template) -> Result<Vec<u8>, String> {
    let mut names = Vec::new();
    for dns_name in &template.dns_names {
        if !dns_name.is_ascii() {
            let shown = quote(dns_name);
            return Err(format!("x509: {shown} cannot be encoded as an IA5String"));
        }
        names.push(element(tag::implicit(2), dns_name));
    }
    for address in &template.addresses {
        names.push(match address.to_canonical() {
            IpAddr::V4(address) => element(tag::implicit(7), &address.octets()),
            IpAddr::V6(address) => element(tag::implicit(7), &address.octets()),
        });
    }
    Ok(sequence(&names))
}

/// `x509.ParseCertificate`, as far as its form goes.
///
/// # Errors
/// Go's text.
pub(crate) fn parse(der: &[u8]) -> Result<Issuer, String> {
    let fail = |what: &str| format!("x509: {what}");
    let malformed = |what: &str| format!("x509: malformed {what}");
    let mut input = Reader(der);
    let mut outer = input
        .nested(tag::SEQUENCE)
        .ok_or_else(|| malformed("certificate"))?;
    let mut fields = outer
        .nested(tag::SEQUENCE)
        .ok_or_else(|| malformed("tbs certificate"))?;
    let version = match fields.peek() {
        Some(at) if at == tag::explicit(0) => fields
            .nested(at)
            .and_then(|mut version| version.small_integer())
            .ok_or_else(|| malformed("version"))?,
        _ => 0,
    };
    if version > 2 {
        return Err(fail("invalid version"));
    }
    match fields.integer() {
        None => return Err(malformed("serial number")),
        Some((true, _)) => return Err(fail("negative serial number")),
        Some((false, _)) => {}
    }
    let inner = fields
        .content(tag::SEQUENCE)
        .ok_or_else(|| malformed("signature algorithm identifier"))?;
    let algorithm = outer
        .content(tag::SEQUENCE)
        .ok_or_else(|| malformed("algorithm identifier"))?;
    if inner != algorithm {
        return Err(fail(
            "inner and outer signature algorithm identifiers don't match",
        ));
    }
    Reader(inner)
        .content(tag::OID)
        .ok_or_else(|| malformed("OID"))?;
    let issuer = fields
        .element(tag::SEQUENCE)
        .ok_or_else(|| malformed("issuer"))?;
    check_name(issuer.content)?;
    let validity = fields
        .nested(tag::SEQUENCE)
        .ok_or_else(|| malformed("validity"))?;
    check_validity(validity)?;
    let subject = fields
        .element(tag::SEQUENCE)
        .ok_or_else(|| malformed("issuer"))?;
    check_name(subject.content)?;
    let mut public = fields
        .nested(tag::SEQUENCE)
        .ok_or_else(|| malformed("spki"))?;
    let key_algorithm = public
        .element(tag::SEQUENCE)
        .ok_or_else(|| malformed("public key algorithm identifier"))?;
    let key_bytes = public
        .bit_string()
        .ok_or_else(|| malformed("subjectPublicKey"))?;
    let key_id = if version == 2 {
        read_extensions(fields)?
    } else {
        Vec::new()
    };
    outer.bit_string().ok_or_else(|| malformed("signature"))?;
    if !input.is_empty() {
        return Err(fail("trailing data"));
    }
    Ok(Issuer {
        subject: subject.whole.to_vec(),
        key_id,
        public: (key_algorithm.whole.to_vec(), key_bytes.to_vec()),
    })
}

fn check_name(content: &[u8]) -> Result<(), String> {
    let invalid = || "x509: invalid RDNSequence".to_owned();
    let mut sets = Reader(content);
    while !sets.is_empty() {
        let mut set = sets.nested(tag::SET).ok_or_else(invalid)?;
        while !set.is_empty() {
            let mut attribute = set
                .nested(tag::SEQUENCE)
                .ok_or_else(|| format!("{}: invalid attribute", invalid()))?;
            attribute
                .content(tag::OID)
                .ok_or_else(|| format!("{}: invalid attribute type", invalid()))?;
            attribute
                .any()
                .ok_or_else(|| format!("{}: invalid attribute value", invalid()))?;
        }
    }
    Ok(())
}

fn check_validity(mut validity: Reader<'_>) -> Result<(), String> {
    for _ in 0..2 {
        match validity.any().map(|element| element.tag) {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => {}
            _ => return Err("x509: unsupported time format".to_owned()),
        }
    }
    Ok(())
}

/// Reads the fields after the public key; gives the subject's key identifier, or nothing.
fn read_extensions(mut fields: Reader<'_>) -> Result<Vec<u8>, String> {
    let malformed = |what: &str| format!("x509: malformed {what}");
    let mut key_id = Vec::new();
    while fields.peek().is_some_and(|at| at != tag::explicit(3)) {
        fields.any().ok_or_else(|| malformed("issuerUniqueID"))?;
    }
    if fields.is_empty() {
        return Ok(key_id);
    }
    let extensions = fields
        .nested(tag::explicit(3))
        .and_then(|mut list| list.nested(tag::SEQUENCE));
    let mut extensions = extensions.ok_or_else(|| malformed("extensions"))?;
    while !extensions.is_empty() {
        let mut extension = extensions
            .nested(tag::SEQUENCE)
            .ok_or_else(|| malformed("extension"))?;
        let name = extension
            .content(tag::OID)
            .ok_or_else(|| malformed("extension OID field"))?;
        if extension.peek() == Some(tag::BOOLEAN) {
            extension
                .any()
                .ok_or_else(|| malformed("extension critical field"))?;
        }
        let value = extension
            .content(tag::OCTET_STRING)
            .ok_or_else(|| malformed("extension value field"))?;
        if name == oid::SUBJECT_KEY_ID {
            let id = Reader(value).content(tag::OCTET_STRING);
            key_id = id.ok_or("x509: invalid subject key identifier")?.to_vec();
        }
    }
    Ok(key_id)
}
