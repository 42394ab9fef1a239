//! Keys, certificates, passwords and ciphers: github.com/Masterminds/sprig/v3 `crypto.go`. All randomness is
//! the [`Host`](evenkeel_template::Host)'s, so a seed reproduces keys and certificates byte for byte.

mod certificate;
mod cipher;
mod der;
mod dsa;
mod ec;
mod key;
mod password;
mod pem;
mod rng;
mod rsa;
mod x509;

use evenkeel_template::{Context, Error, Function, function};
use evenkeel_value::{Value, ty};

use self::dsa::DsaKey;
use self::ec::EcKey;
use self::key::Key;
use self::rsa::RsaKey;
use crate::args::{Answer, bytes};

pub(crate) use self::certificate::FUNCTIONS as CERTIFICATES;

pub(crate) const FUNCTIONS: &[Function] = &[
    function("bcrypt", &[ty::STRING], ty::STRING, password::bcrypt),
    function(
        "decryptAES",
        &[ty::STRING, ty::STRING],
        ty::STRING,
        cipher::decrypt_aes,
    ),
    function(
        "derivePassword",
        &[ty::UINT32, ty::STRING, ty::STRING, ty::STRING, ty::STRING],
        ty::STRING,
        password::derive_password,
    ),
    function(
        "encryptAES",
        &[ty::STRING, ty::STRING],
        ty::STRING,
        cipher::encrypt_aes,
    ),
    function("genPrivateKey", &[ty::STRING], ty::STRING, gen_private_key),
    function(
        "htpasswd",
        &[ty::STRING, ty::STRING],
        ty::STRING,
        password::htpasswd,
    ),
];

/// A key's size, and what making one costs beside a step of a template.
struct RsaSize {
    bits: usize,
    steps: u64,
}

const RSA_2048: RsaSize = RsaSize {
    bits: 2_048,
    steps: 250_000,
};
const RSA_4096: RsaSize = RsaSize {
    bits: 4_096,
    steps: 1_000_000,
};
const DSA_STEPS: u64 = 1_000_000;

/// Sprig's `generatePrivateKey`: failures are texts.
fn gen_private_key(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let key = match bytes(args, 0) {
        b"" | b"rsa" => Key::Rsa(Box::new(generate_rsa(ctx, RSA_4096)?)),
        b"dsa" => {
            ctx.charge(DSA_STEPS)?;
            Key::Dsa(Box::new(DsaKey::generate(ctx.host())))
        }
        b"ecdsa" => Key::Ec(Box::new(EcKey::generate(ctx.host()))),
        b"ed25519" => Key::generate_ed25519(ctx.host()),
        other => return Ok(Value::str([b"Unknown type ", other].concat())),
    };
    Ok(key.to_pem().into())
}

fn generate_rsa(ctx: &mut dyn Context, size: RsaSize) -> Result<RsaKey, Error> {
    ctx.charge(size.steps)?;
    RsaKey::generate(size.bits, ctx.host())
        .map_err(|error| Error::new(format!("error generating rsa key: {error}")))
}
