//! Sprig's `encryptAES` and `decryptAES`: AES-256 in CBC mode, the password as the key, base64 around it.

use aes::Aes256;
use aes::cipher::{Block, BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use evenkeel_template::{Context, Error};
use evenkeel_value::Value;

use crate::args::{Answer, bytes};
use crate::encoding::{base64_decode, base64_encode, base64_error};

const BLOCK: usize = 16;

pub(super) fn encrypt_aes(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let plain = bytes(args, 1);
    if plain.is_empty() {
        return Ok("".into());
    }
    let mut iv = [0; BLOCK];
    ctx.host().random(&mut iv);
    let padding = BLOCK - plain.len() % BLOCK;
    let mut text = plain.to_vec();
    text.resize(plain.len() + padding, padding as u8);
    let mut encryptor = cbc::Encryptor::<Aes256>::new(&key(args).into(), &iv.into());
    for block in text.chunks_exact_mut(BLOCK) {
        if let Ok(block) = <&mut Block<Aes256>>::try_from(block) {
            encryptor.encrypt_block(block);
        }
    }
    Ok(base64_encode(&[&iv[..], &text].concat()).into())
}

/// Texts that no `encryptAES` made are panics in Go, whose texts are those of the runtime.
pub(super) fn decrypt_aes(_: &mut dyn Context, args: &[Value]) -> Answer {
    let encoded = bytes(args, 1);
    if encoded.is_empty() {
        return Ok("".into());
    }
    let text = base64_decode(encoded).map_err(|at| Error::new(base64_error(at)))?;
    let Some((iv, text)) = text.split_first_chunk::<BLOCK>() else {
        // Go's decoder makes room for the whole input.
        let capacity = encoded.len() / 4 * 3;
        return Err(Error::new(format!(
            "runtime error: slice bounds out of range [:16] with capacity {capacity}"
        )));
    };
    if text.len() % BLOCK != 0 {
        return Err(Error::new("crypto/cipher: input not full blocks"));
    }
    let mut text = text.to_vec();
    let mut decryptor = cbc::Decryptor::<Aes256>::new(&key(args).into(), &(*iv).into());
    for block in text.chunks_exact_mut(BLOCK) {
        if let Ok(block) = <&mut Block<Aes256>>::try_from(block) {
            decryptor.decrypt_block(block);
        }
    }
    let Some(padding) = text.last().map(|last| usize::from(*last)) else {
        return Err(Error::new("runtime error: index out of range [-1]"));
    };
    let Some(len) = text.len().checked_sub(padding) else {
        let at = padding - text.len();
        return Err(Error::new(format!(
            "runtime error: slice bounds out of range [:-{at}]"
        )));
    };
    text.truncate(len);
    Ok(Value::str(text))
}

/// The password, cut or filled with zeros to the size of a key.
fn key(args: &[Value]) -> [u8; 32] {
    let mut key = [0; 32];
    let password = bytes(args, 0);
    let len = password.len().min(key.len());
    key[..len].copy_from_slice(&password[..len]);
    key
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[test]
    fn texts_round_trip() {
        let world = World::new(1);
        for len in 0..50 {
            let plain = "x".repeat(len);
            let sealed = world.text("encryptAES", &["key".into(), plain.as_str().into()]);
            assert_eq!(
                world.text("decryptAES", &["key".into(), sealed.into()]),
                plain
            );
        }
    }
}
