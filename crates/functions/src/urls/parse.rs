//! net/url's `Parse`.

use evenkeel_value::number::quote;
use memchr::{memchr, memrchr};

use super::address;
use super::escape::{Mode, escape, unescape};
use crate::unicode::runes;

/// A URL, decoded as Go decodes it.
#[derive(Debug, Default)]
pub(super) struct Url {
    pub(super) scheme: Vec<u8>,
    pub(super) opaque: Vec<u8>,
    pub(super) user: Option<UserInfo>,
    pub(super) host: Vec<u8>,
    pub(super) path: Vec<u8>,
    pub(super) query: Vec<u8>,
    pub(super) fragment: Vec<u8>,
}

/// A user's name, and a password if there is a colon.
#[derive(Debug)]
pub(super) struct UserInfo {
    name: Vec<u8>,
    password: Option<Vec<u8>>,
}

impl UserInfo {
    /// `Userinfo.String`.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = escape(&self.name, Mode::User);
        if let Some(password) = &self.password {
            out.push(b':');
            out.extend(escape(password, Mode::User));
        }
        out
    }
}

impl Url {
    /// # Errors
    /// The text of Go's `url.Error`.
    pub(super) fn parse(text: &[u8]) -> Result<Url, String> {
        let (main, fragment) = cut(text, b'#');
        let located = |shown: &[u8], error: String| format!("parse {}: {error}", quote(shown));
        let mut url = parse_main(main).map_err(|error| located(main, error))?;
        url.fragment = unescape(fragment, Mode::Fragment).map_err(|error| located(text, error))?;
        Ok(url)
    }

    /// `URL.Hostname`: the host without port and brackets.
    pub(super) fn hostname(&self) -> &[u8] {
        let host = self.host.as_slice();
        let colon = memrchr(b':', host).filter(|at| is_port(host.get(*at..).unwrap_or_default()));
        let host = colon.and_then(|at| host.get(..at)).unwrap_or(host);
        match host {
            [b'[', inner @ .., b']'] => inner,
            host => host,
        }
    }
}

/// What stands before and after the first `mark`.
fn cut(text: &[u8], mark: u8) -> (&[u8], &[u8]) {
    match memchr(mark, text).and_then(|at| text.split_at_checked(at)) {
        Some((before, after)) => (before, after.get(1..).unwrap_or_default()),
        None => (text, &[]),
    }
}

fn parse_main(text: &[u8]) -> Result<Url, String> {
    if text.iter().any(u8::is_ascii_control) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let mut url = Url::default();
    if text == b"*" {
        url.path = b"*".to_vec();
        return Ok(url);
    }
    let (scheme, rest) = scheme(text)?;
    url.scheme = scheme.to_ascii_lowercase();
    let (rest, query) = cut(rest, b'?');
    url.query = query.to_vec();
    if !rest.starts_with(b"/") {
        if !scheme.is_empty() {
            url.opaque = rest.to_vec();
            return Ok(url);
        }
        if cut(rest, b'/').0.contains(&b':') {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    let mut path = rest;
    if let Some(after) = rest.strip_prefix(b"//")
        && (!scheme.is_empty() || !rest.starts_with(b"///"))
    {
        let end = memchr(b'/', after).unwrap_or(after.len());
        let (authority, rest) = after.split_at(end);
        (url.user, url.host) = parse_authority(&url.scheme, authority)?;
        path = rest;
    }
    url.path = unescape(path, Mode::Path)?;
    Ok(url)
}

/// The scheme, if there is one, and what follows its colon.
fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let in_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let end = text
        .iter()
        .position(|byte| !in_scheme(byte))
        .unwrap_or(text.len());
    match (text.split_at(end), text.first()) {
        (([], [b':', ..]), _) => Err("missing protocol scheme".to_owned()),
        ((scheme, [b':', rest @ ..]), Some(first)) if first.is_ascii_alphabetic() => {
            Ok((scheme, rest))
        }
        _ => Ok((&[], text)),
    }
}

fn parse_authority(scheme: &[u8], text: &[u8]) -> Result<(Option<UserInfo>, Vec<u8>), String> {
    let Some(at) = memrchr(b'@', text) else {
        return Ok((None, parse_host(scheme, text)?));
    };
    let (user, host) = text.split_at(at);
    let host = parse_host(scheme, host.get(1..).unwrap_or_default())?;
    let valid = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
    if !runes(user).all(|(c, _)| valid(c)) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    let (name, password) = cut(user, b':');
    let name = unescape(name, Mode::User)?;
    let password = match user.contains(&b':') {
        true => Some(unescape(password, Mode::User)?),
        false => None,
    };
    Ok((Some(UserInfo { name, password }), host))
}

fn parse_host(scheme: &[u8], host: &[u8]) -> Result<Vec<u8>, String> {
    match memrchr(b'[', host) {
        Some(0) => return parse_literal(host),
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    if let Some(first) = memchr(b':', host) {
        // Only HTTP is strict about further colons: databases take lists of hosts.
        let http = scheme == b"http" || scheme == b"https";
        let at = if http {
            first
        } else {
            memrchr(b':', host).unwrap_or(first)
        };
        check_port(host.get(at..).unwrap_or_default())?;
    }
    unescape(host, Mode::Host)
}

/// An IPv6 address in brackets, with a port perhaps.
fn parse_literal(host: &[u8]) -> Result<Vec<u8>, String> {
    let Some(close) = memrchr(b']', host) else {
        return Err("missing ']' in host".to_owned());
    };
    let port = host.get(close + 1..).unwrap_or_default();
    check_port(port)?;
    let port = unescape(port, Mode::Host)?;
    let name = host.get(1..close).unwrap_or_default();
    let zone = memchr::memmem::find(name, b"%25").unwrap_or(name.len());
    let (address, zone) = name.split_at(zone);
    let mut name = unescape(address, Mode::Host)?;
    name.extend(unescape(zone, Mode::Zone)?);
    address::check_ipv6(&name)?;
    Ok([b"[", name.as_slice(), b"]", port.as_slice()].concat())
}

fn check_port(port: &[u8]) -> Result<(), String> {
    if is_port(port) {
        return Ok(());
    }
    Err(format!("invalid port {} after host", quote(port)))
}

/// Empty, or a colon and digits.
fn is_port(text: &[u8]) -> bool {
    match text {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}
