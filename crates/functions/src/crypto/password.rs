//! Passwords: bcrypt, htpasswd and the Master Password algorithm of Sprig's `derivePassword`.

use evenkeel_template::{Context, Error};
use evenkeel_value::Value;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::args::{Answer, any, bytes};

/// golang.org/x/crypto/bcrypt's default.
const BCRYPT_COST: u32 = 10;
const BCRYPT_MAX: usize = 72;
/// What a key derivation costs beside a step of a template.
const DERIVATION_STEPS: u64 = 100_000;

const SCOPE: &[u8] = b"com.lyndir.masterpassword";

/// Kinds of passwords, each with the templates of which a site picks one.
const TEMPLATES: [(&str, &[&str]); 6] = [
    ("maximum", &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"]),
    (
        "long",
        &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
    ),
    ("medium", &["CvcnoCvc", "CvcCvcno"]),
    ("short", &["Cvcn"]),
    ("basic", &["aaanaaan", "aannaaan", "aaannaaa"]),
    ("pin", &["nnnn"]),
];

/// The letters that a character of a template stands for.
fn letters(class: u8) -> &'static [u8] {
    match class {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

pub(super) fn bcrypt(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    hash(ctx, bytes(args, 0)).map(Value::from)
}

pub(super) fn htpasswd(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let user = bytes(args, 0);
    if user.contains(&b':') {
        return Ok(Value::str([b"invalid username: ", user].concat()));
    }
    let hash = hash(ctx, bytes(args, 1))?;
    Ok(Value::str([user, b":", hash.as_bytes()].concat()))
}

/// Failures are texts, as Sprig returns them.
fn hash(ctx: &mut dyn Context, password: &[u8]) -> Result<String, Error> {
    const FAILED: &str = "failed to encrypt string with bcrypt: ";
    if password.len() > BCRYPT_MAX {
        return Ok(format!("{FAILED}bcrypt: password length exceeds 72 bytes"));
    }
    ctx.charge(DERIVATION_STEPS)?;
    let mut salt = [0; 16];
    ctx.host().random(&mut salt);
    Ok(
        match ::bcrypt::hash_with_salt(password, BCRYPT_COST, salt) {
            Ok(hash) => hash.format_for_version(::bcrypt::Version::TwoA),
            Err(error) => format!("{FAILED}{error}"),
        },
    )
}

/// `derivePassword counter type password user site`.
pub(super) fn derive_password(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let counter = match any(args, 0) {
        Value::Uint(counter, _) => *counter as u32,
        _ => 0,
    };
    let kind = bytes(args, 1);
    let Some((_, templates)) = TEMPLATES.iter().find(|(name, _)| name.as_bytes() == kind) else {
        return Ok(Value::str(
            [b"cannot find password template ", kind].concat(),
        ));
    };
    ctx.charge(2 * DERIVATION_STEPS)?;
    let key = master_key(bytes(args, 2), bytes(args, 3)).map_err(Error::new)?;
    let message = [&scoped(bytes(args, 4))[..], &counter.to_be_bytes()].concat();
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key)
        .map_err(|error| Error::new(error.to_string()))?;
    mac.update(&message);
    let seed = mac.finalize().into_bytes();
    let template = templates[usize::from(seed[0]) % templates.len()];
    let password = template.bytes().zip(&seed[1..]).map(|(class, byte)| {
        let letters = letters(class);
        char::from(letters[usize::from(*byte) % letters.len()])
    });
    Ok(password.collect::<String>().into())
}

fn master_key(password: &[u8], user: &[u8]) -> Result<[u8; 64], String> {
    let params = scrypt::Params::new(15, 8, 2).map_err(|error| error.to_string())?;
    let mut key = [0; 64];
    scrypt::scrypt(password, &scoped(user), &params, &mut key)
        .map_err(|error| error.to_string())?;
    Ok(key)
}

/// The algorithm's name, then a text after its length.
fn scoped(text: &[u8]) -> Vec<u8> {
    [SCOPE, &(text.len() as u32).to_be_bytes(), text].concat()
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[test]
    fn hashes_verify() {
        let entry = World::new(1).text("htpasswd", &["user".into(), "secret".into()]);
        let hash = entry.strip_prefix("user:").unwrap();
        assert!(hash.starts_with("$2a$10$"), "{hash}");
        assert!(::bcrypt::verify("secret", hash).unwrap());
        assert!(!::bcrypt::verify("Secret", hash).unwrap());
    }
}
