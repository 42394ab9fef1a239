//! `urlParse` and `urlJoin`: github.com/Masterminds/sprig/v3 `url.go` over Go's net/url.

mod address;
mod escape;
mod parse;

use evenkeel_diagnostics::Origin;
use evenkeel_template::{Context, Error, Function, function};
use evenkeel_value::{Entry, Kind, Map, Value, ty};

use crate::args::{Answer, bytes, map};
use crate::reflect::kind_of_type;
use escape::{Mode, escape};
use parse::{Url, UserInfo};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("urlJoin", &[ty::MAP], ty::STRING, url_join),
    function("urlParse", &[ty::STRING], ty::MAP, url_parse),
];

/// The parts of a URL as a dictionary; absent ones are empty.
fn url_parse(_: &mut dyn Context, args: &[Value]) -> Answer {
    let url = Url::parse(bytes(args, 0))
        .map_err(|error| Error::new(format!("unable to parse url: {error}")))?;
    let hostname = url.hostname().to_vec();
    let userinfo = url
        .user
        .as_ref()
        .map(UserInfo::to_bytes)
        .unwrap_or_default();
    let parts = [
        ("fragment", url.fragment),
        ("host", url.host),
        ("hostname", hostname),
        ("opaque", url.opaque),
        ("path", url.path),
        ("query", url.query),
        ("scheme", url.scheme),
        ("userinfo", userinfo),
    ];
    let entries = parts.into_iter().map(|(key, part)| Entry {
        key: key.into(),
        value: Value::str(part),
        origin: Origin::NONE,
    });
    Ok(Map::from_entries(ty::MAP, entries.collect()).into())
}

fn url_join(_: &mut dyn Context, args: &[Value]) -> Answer {
    let dict = map(args, 0);
    let mut url = Url {
        scheme: part(&dict, "scheme")?,
        host: part(&dict, "host")?,
        path: part(&dict, "path")?,
        query: part(&dict, "query")?,
        opaque: part(&dict, "opaque")?,
        fragment: part(&dict, "fragment")?,
        user: None,
    };
    let userinfo = part(&dict, "userinfo")?;
    if !userinfo.is_empty() {
        let text = [b"proto://", userinfo.as_slice(), b"@host"].concat();
        let parsed = Url::parse(&text)
            .map_err(|error| Error::new(format!("unable to parse userinfo in dict: {error}")))?;
        url.user = parsed.user;
    }
    Ok(Value::str(joined(&url)))
}

/// Sprig's `dictGetOrEmpty`.
fn part(dict: &Map, key: &str) -> Result<Vec<u8>, Error> {
    match dict.get(key.as_bytes()) {
        None => Ok(Vec::new()),
        Some(Value::Str(text)) => Ok(text.to_vec()),
        Some(other) => {
            let kind: Kind = kind_of_type(&other)?;
            let kind = kind.name();
            Err(Error::new(format!(
                "unable to parse {key} key, must be of type string, but {kind} found"
            )))
        }
    }
}

/// `URL.String` of a URL that was put together rather than parsed.
fn joined(url: &Url) -> Vec<u8> {
    let mut out = Vec::new();
    if !url.scheme.is_empty() {
        out.extend_from_slice(&url.scheme);
        out.push(b':');
    }
    if url.opaque.is_empty() {
        push_authority(&mut out, url);
        push_path(&mut out, url);
    } else {
        out.extend_from_slice(&url.opaque);
    }
    if !url.query.is_empty() {
        out.push(b'?');
        out.extend_from_slice(&url.query);
    }
    if !url.fragment.is_empty() {
        out.push(b'#');
        out.extend(escape(&url.fragment, Mode::Fragment));
    }
    out
}

fn push_authority(out: &mut Vec<u8>, url: &Url) {
    let any = !url.host.is_empty() || url.user.is_some();
    if any || !url.scheme.is_empty() && !url.path.is_empty() {
        out.extend_from_slice(b"//");
    }
    if let Some(user) = &url.user {
        out.extend(user.to_bytes());
        out.push(b'@');
    }
    out.extend(escape(&url.host, Mode::Host));
}

fn push_path(out: &mut Vec<u8>, url: &Url) {
    let path = if url.path == b"*" {
        b"*".to_vec()
    } else {
        escape(&url.path, Mode::Path)
    };
    if !path.is_empty() && !path.starts_with(b"/") && !url.host.is_empty() {
        out.push(b'/');
    }
    // A colon in the first segment would be taken for the end of a scheme.
    let first = path.split(|byte| *byte == b'/').next().unwrap_or_default();
    if out.is_empty() && first.contains(&b':') {
        out.extend_from_slice(b"./");
    }
    out.extend(path);
}
