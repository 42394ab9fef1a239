//! What must not be shown: values of Secrets, and what is called a password elsewhere.
//!
//! All that leaves this crate has passed here. A report is read by more people than a Secret.

use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::{Data, DataEntry, DataItem};

use crate::embedded;

/// What stands for a value that is not shown.
pub const HIDDEN: &str = "(hidden)";

/// Ends of names whose value is secret, without signs and in small letters.
const SECRET_NAMES: &[&str] = &[
    "accesskey",
    "accesstoken",
    "apikey",
    "authkey",
    "authtoken",
    "clientsecret",
    "credential",
    "credentials",
    "encryptionkey",
    "passphrase",
    "passwd",
    "password",
    "passwordhash",
    "privatekey",
    "pwd",
    "secret",
    "secretkey",
    "signingkey",
    "token",
];

/// Beginnings of names that tell where a secret is kept, and not what it is.
const REFERENCES: &[&str] = &["existing", "imagepull", "pull", "tls"];

/// What begins a private key in PEM.
const PRIVATE_KEY: &[u8] = b"PRIVATE KEY-----";

/// Whether a name says that its value is secret: `DB_PASSWORD`, `apiKey`, `auth-token-2`.
pub fn is_secret_name(name: &str) -> bool {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    let plain: String = letters
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    let plain = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_reference = REFERENCES.iter().any(|start| plain.starts_with(start));
    !is_reference && SECRET_NAMES.iter().any(|end| plain.ends_with(end))
}

/// Whether a text is secret wherever it stands: a private key, or an address with a password in it.
pub fn is_secret_text(text: &[u8]) -> bool {
    memchr::memmem::find(text, PRIVATE_KEY).is_some() || has_password(text)
}

/// Whether the value of a field is secret: below `data` of a Secret, or called so. The object is the one that the path
/// begins in, for what is within an embedded Secret is secret, too; it may be anything that has no kind.
pub fn is_secret(object: &Data, path: &FieldPath) -> bool {
    let mut at = Some(object);
    let mut embedded;
    for step in &path.0 {
        let name = match step {
            Step::Key(name) | Step::Named(name) => name.as_str(),
            Step::Index(_) => "",
        };
        if at.is_some_and(|map| hides(map, name)) || is_secret_name(name) {
            return true;
        }
        let value = at.and_then(|data| {
            let one = FieldPath(vec![step.clone()]);
            one.get(data)
        });
        at = match value {
            Some(Data::Str(text)) => {
                embedded = embedded::data(text, name);
                embedded.as_ref()
            }
            other => other,
        };
    }
    false
}

/// Whether a map keeps the value of its key secret, by what the map is: a Secret, or an item like an environment
/// variable whose name says so.
pub(crate) fn hides(map: &Data, key: &str) -> bool {
    let text = |key: &str| map.get(key).and_then(Data::as_str).unwrap_or_default();
    match key {
        "data" | "stringData" => text("kind") == "Secret",
        "value" => is_secret_name(text("name")) || is_secret_name(text("key")),
        _ => false,
    }
}

/// A value as it may be shown. `is_hidden` says that all of it is secret; `key` is what it is called.
pub(crate) fn shown(data: &Data, key: &str, is_hidden: bool) -> Data {
    let is_hidden = is_hidden || is_secret_name(key) && is_literal(data);
    match data {
        Data::Map(entries) => {
            let entries = entries.iter().map(|entry| {
                let key = String::from_utf8_lossy(&entry.key);
                DataEntry {
                    value: shown(&entry.value, &key, is_hidden || hides(data, &key)),
                    ..entry.clone()
                }
            });
            Data::Map(entries.collect())
        }
        Data::List(items) => {
            let items = items.iter().map(|item| DataItem {
                value: shown(&item.value, key, is_hidden),
                origin: item.origin,
            });
            Data::List(items.collect())
        }
        Data::Null => Data::Null,
        _ if is_hidden => Data::str(HIDDEN),
        Data::Str(text) if is_secret_text(text) || holds_secret(text, key) => Data::str(HIDDEN),
        data => data.clone(),
    }
}

/// Whether a value is written out, and no reference, switch or structure.
fn is_literal(data: &Data) -> bool {
    matches!(
        data,
        Data::Str(_) | Data::Int(_) | Data::Uint(_) | Data::Float(_)
    )
}

/// Whether a text that holds data, or settings line by line, says something secret.
fn holds_secret(text: &[u8], key: &str) -> bool {
    match embedded::data(text, key) {
        Some(data) => shown(&data, "", false) != data,
        None => text.contains(&b'\n') && text.split(|byte| *byte == b'\n').any(is_secret_line),
    }
}

/// Whether a line is `name = value` or `name: value` with a name that says that the value is secret.
fn is_secret_line(line: &[u8]) -> bool {
    let Some(at) = line.iter().position(|byte| matches!(byte, b'=' | b':')) else {
        return false;
    };
    let (name, value) = (line[..at].trim_ascii(), line[at + 1..].trim_ascii());
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.\"' ".contains(byte);
    let name = std::str::from_utf8(name).unwrap_or_default();
    let last = name.rsplit([' ', '.']).next().unwrap_or_default();
    !value.is_empty() && name.bytes().all(|byte| is_word(&byte)) && is_secret_name(last)
}

/// Whether an address in the text names a user and a password: `postgres://user:password@host`.
fn has_password(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, b"://").any(|at| {
        let rest = &text[at + 3..];
        let end = rest.iter().position(|byte| b"/?#\"' \n".contains(byte));
        let authority = &rest[..end.unwrap_or(rest.len())];
        let user = memchr::memrchr(b'@', authority).map(|at| &authority[..at]);
        let password = user.and_then(|user| Some(&user[memchr::memchr(b':', user)? + 1..]));
        // A variable in its place is none.
        password.is_some_and(|password| !password.is_empty() && password[0] != b'$')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(text: &str) -> Data {
        evenkeel_yaml::decode(text.as_bytes(), evenkeel_diagnostics::FileId::NONE).expect("YAML")
    }

    #[test]
    fn names_say_whether_they_are_secret() {
        for name in [
            "password",
            "DB_PASSWORD",
            "apiKey",
            "auth-token-2",
            "clientSecret",
            "s3.secretKey",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "secretName",
            "existingSecret",
            "tokenUrl",
            "passwordFile",
            "key",
            "imagePullSecret",
            "",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[track_caller]
    fn check(before: &str, want: &str) {
        assert_eq!(shown(&data(before), "", false), data(want));
    }

    #[test]
    fn values_of_secrets_are_hidden_at_any_depth() {
        check(
            "{kind: Secret, data: {a: x, b: {c: 1}}, type: t}",
            "{kind: Secret, data: {a: (hidden), b: {c: (hidden)}}, type: t}",
        );
        check(
            "{items: [{kind: Secret, stringData: {a: x}}]}",
            "{items: [{kind: Secret, stringData: {a: (hidden)}}]}",
        );
        check(
            r#"{last: '{"kind": "Secret", "data": {"a": "x"}}'}"#,
            "{last: (hidden)}",
        );
    }

    #[test]
    fn what_is_called_secret_is_hidden() {
        check(
            "{env: [{name: TOKEN, value: x}, {name: TOKEN, valueFrom: {a: b}}, {name: A, value: b}]}",
            "{env: [{name: TOKEN, value: (hidden)}, {name: TOKEN, valueFrom: {a: b}}, {name: A, value: b}]}",
        );
        check(
            "{password: 1, secret: {name: a}, token: true, apiKey: null}",
            "{password: (hidden), secret: {name: a}, token: true, apiKey: null}",
        );
        check(
            "{values: \"a: 1\\nb: {password: x}\\n\"}",
            "{values: (hidden)}",
        );
        check(
            "{app.ini: \"[db]\\npassword = x\\n\"}",
            "{app.ini: (hidden)}",
        );
        check(
            "{app.ini: \"[db]\\nport = 1\\n\"}",
            "{app.ini: \"[db]\\nport = 1\\n\"}",
        );
    }

    #[test]
    fn keys_and_addresses_are_hidden_anywhere() {
        check(
            "{a: \"-----BEGIN RSA PRIVATE KEY-----\\nx\"}",
            "{a: (hidden)}",
        );
        check("{a: 'https://u:p@h/x'}", "{a: (hidden)}");
        check(
            "{a: 'https://u@h/x', b: 'http://u:$(P)@h', c: 'a:b@c'}",
            "{a: 'https://u@h/x', b: 'http://u:$(P)@h', c: 'a:b@c'}",
        );
    }

    #[test]
    fn fields_are_judged_by_their_place() {
        let object = data(
            "{kind: Secret, data: {a: x}, meta: {last: '{\"kind\": \"Secret\", \"data\": {\"a\": 1}}'}}",
        );
        let is = |path: &str| is_secret(&object, &FieldPath::parse(path).expect("a path"));
        assert!(is("data.a"));
        assert!(is("meta.last.data.a"));
        assert!(is("any.password"));
        assert!(!is("meta.last.kind"));
        assert!(!is("kind"));
    }
}
