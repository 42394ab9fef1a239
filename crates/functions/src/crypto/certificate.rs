//! Certificates as templates see them: Sprig's `certificate` struct and the functions that make one.

use std::any::Any;
use std::net::IpAddr;
use std::rc::Rc;

use evenkeel_template::{Context, Error, Function, function};
use evenkeel_value::fmt::sprint;
use evenkeel_value::{Kind, Object, Str, Type, TypeDesc, Value, ty};

use super::key::Key;
use super::pem;
use super::x509::{self, Issuer, Template};
use super::{RSA_2048, generate_rsa};
use crate::args::{Answer, any, bytes, int};
use crate::encoding::base64_decode;

static CERTIFICATE_DESC: TypeDesc = TypeDesc {
    name: "sprig.certificate",
    kind: Kind::Struct,
    elem: None,
    named: true,
};

/// Sprig's `certificate`.
pub(crate) const CERTIFICATE: Type = Type(&CERTIFICATE_DESC);

pub(crate) const FUNCTIONS: &[Function] = &[
    function(
        "buildCustomCert",
        &[ty::STRING, ty::STRING],
        CERTIFICATE,
        build_custom_cert,
    ),
    function("genCA", &[ty::STRING, ty::INT], CERTIFICATE, gen_ca),
    function(
        "genCAWithKey",
        &[ty::STRING, ty::INT, ty::STRING],
        CERTIFICATE,
        gen_ca_with_key,
    ),
    function(
        "genSelfSignedCert",
        SELF_SIGNED,
        CERTIFICATE,
        gen_self_signed,
    ),
    function(
        "genSelfSignedCertWithKey",
        SELF_SIGNED_KEY,
        CERTIFICATE,
        gen_self_signed_with_key,
    ),
    function("genSignedCert", SIGNED, CERTIFICATE, gen_signed),
    function(
        "genSignedCertWithKey",
        SIGNED_KEY,
        CERTIFICATE,
        gen_signed_with_key,
    ),
];

const SELF_SIGNED: &[Type] = &[ty::STRING, ty::LIST, ty::LIST, ty::INT];
const SELF_SIGNED_KEY: &[Type] = &[ty::STRING, ty::LIST, ty::LIST, ty::INT, ty::STRING];
const SIGNED: &[Type] = &[ty::STRING, ty::LIST, ty::LIST, ty::INT, CERTIFICATE];
const SIGNED_KEY: &[Type] = &[
    ty::STRING,
    ty::LIST,
    ty::LIST,
    ty::INT,
    CERTIFICATE,
    ty::STRING,
];

const DAY: i64 = 86_400_000_000_000;

/// A certificate and its key, both in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Certificate {
    cert: Str,
    key: Str,
}

impl Object for Certificate {
    fn ty(&self) -> Type {
        CERTIFICATE
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(self.cert.clone().into()),
            "Key" => Some(self.key.clone().into()),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Cert", self.cert.clone().into()),
            ("Key", self.key.clone().into()),
        ]
    }

    fn equals(&self, other: &dyn Object) -> Option<bool> {
        other
            .as_any()
            .downcast_ref()
            .map(|other: &Certificate| self == other)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The key that a function was given in PEM.
fn given_key(args: &[Value], at: usize) -> Result<Option<Key>, Error> {
    let key = Key::from_pem(bytes(args, at));
    key.map(Some)
        .map_err(|error| Error::new(format!("parsing private key: {error}")))
}

/// The given key, or a new one. Asked for last, as making one takes longer than everything else.
fn key_or_new(ctx: &mut dyn Context, given: Option<Key>) -> Result<Key, Error> {
    match given {
        Some(key) => Ok(key),
        None => Ok(Key::Rsa(Box::new(generate_rsa(ctx, RSA_2048)?))),
    }
}

fn gen_ca(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    authority(ctx, args, None)
}

fn gen_ca_with_key(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    authority(ctx, args, given_key(args, 2)?)
}

fn authority(ctx: &mut dyn Context, args: &[Value], given: Option<Key>) -> Answer {
    let template = Template {
        is_ca: true,
        ..template(ctx, args, None, int(args, 1))?
    };
    let key = key_or_new(ctx, given)?;
    issue(&template, &key, None, &key)
}

fn gen_self_signed(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    self_signed(ctx, args, None)
}

fn gen_self_signed_with_key(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    self_signed(ctx, args, given_key(args, 4)?)
}

fn self_signed(ctx: &mut dyn Context, args: &[Value], given: Option<Key>) -> Answer {
    let template = template(ctx, args, Some((any(args, 1), any(args, 2))), int(args, 3))?;
    let key = key_or_new(ctx, given)?;
    issue(&template, &key, None, &key)
}

fn gen_signed(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    signed(ctx, args, None)
}

fn gen_signed_with_key(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    signed(ctx, args, given_key(args, 5)?)
}

fn signed(ctx: &mut dyn Context, args: &[Value], given: Option<Key>) -> Answer {
    let Some(ca) = certificate_of(any(args, 4)) else {
        return Err(Error::new("unable to decode certificate"));
    };
    let block = pem::decode(&ca.cert).ok_or_else(|| Error::new("unable to decode certificate"))?;
    let issuer = x509::parse(&block.bytes).map_err(|error| {
        Error::new(format!(
            "error parsing certificate: decodedSignerCert.Bytes: {error}"
        ))
    })?;
    let signer = Key::from_pem(&ca.key).map_err(parse_key_error)?;
    let template = template(ctx, args, Some((any(args, 1), any(args, 2))), int(args, 3))?;
    let key = key_or_new(ctx, given)?;
    issue(&template, &key, Some(&issuer), &signer)
}

fn parse_key_error(error: String) -> Error {
    Error::new(format!("error parsing private key: {error}"))
}

fn certificate_of(value: &Value) -> Option<&Certificate> {
    match value {
        Value::Object(object) => object.as_any().downcast_ref(),
        _ => None,
    }
}

/// Sprig's `getCertAndKey`.
fn issue(template: &Template, key: &Key, issuer: Option<&Issuer>, signer: &Key) -> Answer {
    let der = x509::create(template, key, issuer, signer)
        .map_err(|error| Error::new(format!("error creating certificate: {error}")))?;
    Ok(certificate(
        pem::encode("CERTIFICATE", &der).into(),
        key.to_pem().into(),
    ))
}

fn certificate(cert: Str, key: Str) -> Value {
    Value::Object(Rc::new(Certificate { cert, key }))
}

/// Sprig's `getBaseCertTemplate`.
fn template(
    ctx: &mut dyn Context,
    args: &[Value],
    names: Option<(&Value, &Value)>,
    days: i64,
) -> Result<Template, Error> {
    let (addresses, dns_names) = match names {
        Some((addresses, dns_names)) => (
            each_text(addresses, ip_address)?,
            each_text(dns_names, dns_name)?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let mut serial = [0; 16];
    ctx.host().random(&mut serial);
    let (now, nanos) = ctx.host().now();
    // The product of days is a duration, and wraps like one.
    let lifetime = DAY.wrapping_mul(days);
    Ok(Template {
        serial,
        common_name: bytes(args, 0).to_vec(),
        addresses,
        dns_names,
        not_before: now,
        not_after: crate::dates::add(now, nanos, lifetime),
        is_ca: false,
    })
}

fn each_text<T>(list: &Value, convert: fn(&Value) -> Result<T, String>) -> Result<Vec<T>, Error> {
    let Value::List(list) = list else {
        return Ok(Vec::new());
    };
    list.snapshot()
        .iter()
        .map(convert)
        .collect::<Result<_, _>>()
        .map_err(Error::new)
}

fn ip_address(value: &Value) -> Result<IpAddr, String> {
    let Value::Str(text) = value else {
        return Err(format!(
            "error parsing ip: {} is not a string",
            shown(value)
        ));
    };
    let address = text.as_utf8().and_then(|text| text.parse().ok());
    address.ok_or_else(|| format!("error parsing ip: {}", text.to_text()))
}

fn dns_name(value: &Value) -> Result<Vec<u8>, String> {
    match value {
        Value::Str(name) => Ok(name.to_vec()),
        other => Err(format!(
            "error processing alternate dns name: {} is not a string",
            shown(other)
        )),
    }
}

fn shown(value: &Value) -> String {
    String::from_utf8_lossy(&sprint(value)).into_owned()
}

/// Takes a certificate and a key as they are, once both were found to be well-formed.
fn build_custom_cert(_: &mut dyn Context, args: &[Value]) -> Answer {
    let cert = base64_decode(bytes(args, 0))
        .map_err(|_| Error::new("unable to decode base64 certificate"))?;
    let key = base64_decode(bytes(args, 1))
        .map_err(|_| Error::new("unable to decode base64 private key"))?;
    let block = pem::decode(&cert).ok_or_else(|| Error::new("unable to decode certificate"))?;
    x509::parse(&block.bytes).map_err(|error| {
        Error::new(format!(
            "error parsing certificate: decodedCert.Bytes: {error}"
        ))
    })?;
    Key::from_pem(&key).map_err(parse_key_error)?;
    Ok(certificate(cert.into(), key.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{World, with_mutations};

    fn field(certificate: &Value, name: &str) -> Vec<u8> {
        let Value::Object(object) = certificate else {
            panic!("{certificate:?}")
        };
        object.field(name).unwrap().as_str().unwrap().to_vec()
    }

    /// An authority with a key that is quick to make.
    fn authority_of(world: &World) -> Value {
        let key = world.text("genPrivateKey", &["ecdsa".into()]);
        world
            .call("genCAWithKey", &["ca".into(), Value::int(365), key.into()])
            .unwrap()
    }

    fn leaf_of(world: &World, ca: &Value, kind: &str) -> Answer {
        let key = world.text("genPrivateKey", &[kind.into()]);
        let names = Value::List(evenkeel_value::List::of(["a.example".into()]));
        let args = [
            "leaf".into(),
            Value::Nil,
            names,
            Value::int(1),
            ca.clone(),
            key.into(),
        ];
        world.call("genSignedCertWithKey", &args)
    }

    #[test]
    fn a_seed_reproduces_certificates() {
        let make = |seed| {
            let world = World::new(seed);
            let leaf = leaf_of(&world, &authority_of(&world), "ed25519").unwrap();
            (field(&leaf, "Cert"), field(&leaf, "Key"))
        };
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
    }

    #[test]
    fn rsa_keys_are_reproduced_and_can_be_read() {
        let make = || {
            let ca = World::new(7)
                .call("genCA", &["ca".into(), Value::int(1)])
                .unwrap();
            field(&ca, "Key")
        };
        let pem = make();
        assert_eq!(pem, make());
        let key = Key::from_pem(&pem).unwrap();
        assert_eq!(key.to_pem().into_bytes(), pem);
        assert_eq!(
            key.sign(b"message").map(|signature| signature.len()),
            Ok(256)
        );
    }

    #[test]
    fn signers_must_belong_to_their_certificate() {
        let world = World::new(3);
        let (ca, other) = (authority_of(&world), authority_of(&world));
        let mixed = certificate(field(&ca, "Cert").into(), field(&other, "Key").into());
        let error = leaf_of(&world, &mixed, "ed25519").unwrap_err();
        assert_eq!(
            error.text(),
            "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey"
        );
    }

    #[test]
    fn damaged_certificates_and_keys_are_errors() {
        let world = World::new(5);
        let ca = authority_of(&world);
        let der = pem::decode(&field(&ca, "Cert")).unwrap().bytes;
        with_mutations(&der, |der| drop(x509::parse(der)));
        for kind in ["ecdsa", "ed25519"] {
            let text = world.text("genPrivateKey", &[kind.into()]);
            with_mutations(text.as_bytes(), |text| drop(Key::from_pem(text)));
            let block = pem::decode(text.as_bytes()).unwrap();
            with_mutations(&block.bytes, |der| {
                for kind in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
                    drop(Key::from_pem(pem::encode(kind, der).as_bytes()));
                }
            });
        }
    }
}
