//! Hosts in texts: URLs, `host:port`, host names in arguments, settings and scripts.

/// A host that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mention<'t> {
    /// The text around it.
    pub(crate) text: &'t str,
    /// The host, without brackets.
    pub(crate) host: &'t str,
    /// Where it begins in the text; for a URL, where the URL does.
    pub(crate) start: usize,
    /// Where host and port end.
    pub(crate) end: usize,
    /// The scheme of the URL that it stands in, or empty.
    pub(crate) scheme: &'t str,
    /// The port, written out or the scheme's own.
    pub(crate) port: Option<u16>,
}

/// Endings of names that are files rather than hosts.
const FILES: &[&str] = &[
    "conf",
    "crt",
    "css",
    "csv",
    "go",
    "hcl",
    "html",
    "js",
    "json",
    "key",
    "md",
    "pem",
    "properties",
    "py",
    "service",
    "sh",
    "sql",
    "toml",
    "tpl",
    "txt",
    "xml",
    "yaml",
    "yml",
];

/// The hosts that a text names. A single word is a host in a URL, before a port, behind `=` or `-h`, and as the
/// whole of the text; a name with dots is one wherever it is no path, no file and no address of mail. Comments of
/// scripts and configuration files do not count.
pub(crate) fn mentions(text: &str) -> impl Iterator<Item = Mention<'_>> {
    words(text).filter_map(move |(start, end)| mention(text, start, end))
}

/// The ranges of words that could be hosts, those in comments left out.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = text.as_bytes();
    let is_script = text.trim_end().contains('\n');
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            if is_script && is_comment(bytes, at) {
                at = line_end(bytes, at);
            } else if bytes[at] == b'[' && ipv6_end(bytes, at).is_some() {
                let start = at;
                at = ipv6_end(bytes, at)?;
                return Some((start, at));
            } else if is_host_byte(bytes[at]) {
                let start = at;
                at += bytes[at..].iter().take_while(|b| is_host_byte(**b)).count();
                return Some((start, at));
            } else {
                at += 1;
            }
        }
        None
    })
}

/// `#` or `//` at the start of a line, `#` behind a blank.
fn is_comment(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].iter().rev();
    let mut before_line = before.clone().take_while(|b| **b != b'\n');
    let starts_line = before_line.all(|b| b.is_ascii_whitespace());
    match bytes[at] {
        b'#' => {
            starts_line
                || before
                    .clone()
                    .next()
                    .is_some_and(|b| b.is_ascii_whitespace())
        }
        b'/' => starts_line && bytes.get(at + 1) == Some(&b'/'),
        _ => false,
    }
}

/// Whether a place of a text lies in a comment; only texts of several lines have some.
pub(crate) fn is_in_comment(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let is_script = text.trim_end().contains('\n');
    is_script && (line..at).any(|at| is_comment(bytes, at))
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes[at..].iter().position(|b| *b == b'\n');
    rest.map_or(bytes.len(), |length| at + length)
}

/// The end of `[::1]`.
fn ipv6_end(bytes: &[u8], at: usize) -> Option<usize> {
    let length = bytes[at..].iter().position(|b| *b == b']')?;
    let inner = &bytes[at + 1..at + length];
    let fits = inner.contains(&b':')
        && inner
            .iter()
            .all(|b| b.is_ascii_hexdigit() || b":.".contains(b));
    fits.then_some(at + length + 1)
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-_".contains(&byte)
}

fn mention(text: &str, start: usize, end: usize) -> Option<Mention<'_>> {
    let host = text[start..end].trim_matches(['[', ']']);
    let host = host.trim_matches(['.', '-']);
    let (before, after) = (&text[..start], &text[end..]);
    if host.is_empty() || after.trim_start_matches('\\').starts_with("://") {
        return None;
    }
    let (scheme, url_start) = scheme(before);
    let authority = after
        .split(['/', ' ', '\n', '"', '\''])
        .next()
        .unwrap_or_default();
    if !scheme.is_empty() && authority.contains('@') {
        // Who logs in, or the password.
        return None;
    }
    let (written, length) = port(after);
    let mention = Mention {
        text,
        host,
        start: if scheme.is_empty() { start } else { url_start },
        end: end + length,
        scheme,
        port: written.or_else(|| default_port(scheme)),
    };
    let is_range = after.starts_with('/') && after[1..].starts_with(|c: char| c.is_ascii_digit());
    let is_address = host.bytes().all(|b| b.is_ascii_digit() || b == b'.') || host.contains(':');
    if is_address && scheme.is_empty() && is_range {
        return None;
    }
    let named = !scheme.is_empty()
        || written.is_some() && !before.ends_with(['/', ':'])
        || text.trim() == &text[start..end]
        || is_argument(before, after);
    let dotted = host.contains('.')
        && !before.ends_with(['/', '@', '\\', '$', '{'])
        && !after.starts_with(['@', '('])
        && !is_file(host);
    (named || dotted).then_some(mention)
}

/// The scheme of a URL whose host follows, and where it begins. Slashes may be escaped, as in patterns of sed.
fn scheme(before: &str) -> (&str, usize) {
    // Who logs in stands between scheme and host.
    let user = before.rfind('@').filter(|at| {
        let rest = &before[..*at];
        let from = rest.rfind("//").or_else(|| rest.rfind("/\\/"));
        before.ends_with('@') && from.is_some_and(|from| !rest[from..].contains([' ', '\n', '"']))
    });
    let user_start = user.map(|at| before[..at].rfind('/').map_or(at, |slash| slash + 1));
    let before = &before[..user_start.unwrap_or(before.len())];
    let Some(rest) = before
        .strip_suffix("://")
        .or_else(|| before.strip_suffix(":\\/\\/"))
    else {
        return ("", before.len());
    };
    let start = rest
        .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '-')
        .map_or(0, |at| at + 1);
    (&rest[start..], start)
}

/// `:8080` behind a host, and how long that is.
fn port(after: &str) -> (Option<u16>, usize) {
    let Some(rest) = after.strip_prefix(':') else {
        return (None, 0);
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    // `a:1:2` is no port but a list of numbers, or a time.
    let number = rest[..digits].parse().ok();
    match number {
        Some(port) if !rest[digits..].starts_with([':', '.']) => (Some(port), digits + 1),
        _ => (None, 0),
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}

/// Whether a word is the value of a flag or a setting.
fn is_argument(before: &str, after: &str) -> bool {
    let ends =
        after.is_empty() || after.starts_with([' ', '\n', ',', ';', '"', '\'', '/', ')', '|']);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let flag = line.trim_end_matches(['"', '\'', ' ']);
    let behind_flag =
        line.len() > flag.len() && (flag.ends_with(" -h") || flag.ends_with("--host"));
    let behind_sign = line.trim_end_matches(['"', '\'']).ends_with('=') && !line.ends_with("==");
    ends && (behind_flag || behind_sign)
}

fn is_file(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    FILES.contains(&ending)
}

/// Whether a host is a domain or lies below it.
pub(crate) fn is_below(host: &str, domain: &str) -> bool {
    let rest = host.strip_suffix(domain);
    !domain.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a host is the machine, or the pod, that asks.
pub(crate) fn is_loopback(host: &str) -> bool {
    let parts: Vec<&str> = host.split('.').collect();
    let v4 = parts.len() == 4
        && parts[0] == "127"
        && parts.iter().all(|part| part.parse::<u8>().is_ok());
    let v6 = host.contains(':') && host.trim_start_matches([':', '0']) == "1";
    host == "localhost" || host.ends_with(".localhost") || v4 || v6
}

/// What a name of the cluster's DNS stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InCluster<'t> {
    pub(crate) service: &'t str,
    /// `None` where the name leaves it out.
    pub(crate) namespace: Option<&'t str>,
}

/// Reads `service.namespace.svc` and `service.namespace.svc.cluster.local`, with the name of a pod before it or
/// without; `None` for other hosts.
pub(crate) fn in_cluster(host: &str) -> Option<InCluster<'_>> {
    let host = host.strip_suffix(".cluster.local").unwrap_or(host);
    let mut labels = host.strip_suffix(".svc")?.rsplit('.');
    let last = labels.next().filter(|label| !label.is_empty())?;
    Some(match labels.next() {
        Some(service) => InCluster {
            service,
            namespace: Some(last),
        },
        None => InCluster {
            service: last,
            namespace: None,
        },
    })
}

impl Mention<'_> {
    /// Whether something stands before the host that is a part of it and cannot be read: a variable, a wildcard.
    pub(crate) fn is_cut(&self) -> bool {
        let before = self.text[..self.end].rfind(self.host);
        before.is_some_and(|at| self.text[..at].ends_with(['.', '*', '}', ')', '$', '-', '%', '>']))
    }

    /// The port, where it is written out.
    pub(crate) fn written_port(&self) -> Option<u16> {
        let port = self.port?;
        self.text[..self.end]
            .ends_with(&format!(":{port}"))
            .then_some(port)
    }

    /// Whether the host is a name that somebody has to look up. A word by itself may be anything.
    pub(crate) fn is_name(&self) -> bool {
        let is_host = self.host.contains('.') || self.port.is_some() || !self.scheme.is_empty();
        let is_address =
            self.host.contains(':') || self.host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        is_host && !is_address && !is_loopback(self.host)
    }

    /// The URL, or the host with its port.
    pub(crate) fn shown(&self) -> &str {
        &self.text[self.start..self.end]
    }

    /// Whether the text searches for the host instead of using it: the pattern of a command of sed, what grep looks
    /// for, the first argument of a replacing function, one side of a comparison.
    pub(crate) fn is_searched(&self) -> bool {
        is_searched(self.text, self.start, self.end)
    }

    /// Whether something is told to listen there.
    pub(crate) fn is_listened(&self) -> bool {
        let before = &self.text[..self.start];
        let line = before.rsplit('\n').next().unwrap_or_default();
        let statement = line.rsplit([';', ',', '|']).next().unwrap_or_default();
        let word = statement.split_whitespace().next_back().unwrap_or_default();
        self.scheme.is_empty() && is_listening(word)
    }
}

/// Whether the name of a flag or a setting says that something listens.
pub(crate) fn is_listening(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("listen") || name.contains("bind")
}

/// Whether the range of a text is searched for.
pub(crate) fn is_searched(text: &str, start: usize, end: usize) -> bool {
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = &text[line_start..start];
    let after = text[end..].split('\n').next().unwrap_or_default();
    is_sed_pattern(line, after)
        || is_grep(line)
        || is_first_argument(line)
        || is_compared(line, after)
}

/// `s|here|there|`, and `/here/d` with escaped slashes.
fn is_sed_pattern(line: &str, after: &str) -> bool {
    let bytes = line.as_bytes();
    let begins = |at: usize| {
        let opened = at == 0 || b" '\";{/".contains(&bytes[at - 1]);
        let mark = bytes.get(at + 1).copied().unwrap_or(b' ');
        let is_mark = mark.is_ascii_punctuation() && !b"'\"\\.-_=".contains(&mark);
        // Between the mark and the host no mark, behind it that of the pattern and that of the replacement.
        bytes[at] == b's'
            && opened
            && is_mark
            && unescaped(&bytes[at + 2..], mark) == 0
            && unescaped(after.as_bytes(), mark) >= 2
    };
    (0..bytes.len()).any(begins)
}

fn unescaped(bytes: &[u8], mark: u8) -> usize {
    let marks = bytes.iter().enumerate();
    marks
        .filter(|(i, byte)| **byte == mark && (*i == 0 || bytes[i - 1] != b'\\'))
        .count()
}

fn is_grep(line: &str) -> bool {
    let command = line
        .rsplit(['|', ';', '&', '(', '`'])
        .next()
        .unwrap_or_default();
    let mut words = command.split_whitespace();
    words.any(|word| {
        matches!(
            word.trim_start_matches('!'),
            "grep" | "egrep" | "fgrep" | "rg"
        )
    })
}

fn is_first_argument(line: &str) -> bool {
    let names = [
        "replace(",
        "replaceAll(",
        "ReplaceAll(",
        "sub(",
        "gsub(",
        "split(",
    ];
    let opened = names
        .iter()
        .filter_map(|name| Some(line.rfind(name)? + name.len()))
        .max();
    opened.is_some_and(|at| !line[at..].contains([',', ')']))
}

fn is_compared(line: &str, after: &str) -> bool {
    let Some(open) = line.rfind("[ ").or_else(|| line.rfind("[[")) else {
        return false;
    };
    let inner = &line[open..];
    let compares = [" = ", " == ", " != ", " =~ "];
    let sides = |text: &str| compares.iter().any(|sign| text.contains(sign));
    !inner.contains(']') && after.contains(']') && (sides(inner) || sides(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn found(text: &str, want: &[&str]) {
        let hosts: Vec<&str> = mentions(text).map(|mention| mention.host).collect();
        assert_eq!(hosts, want, "{text}");
    }

    #[test]
    fn hosts_in_texts() {
        found("http://localhost:8080/echo", &["localhost"]);
        found("postgres://me:pw@db.example:5432/x", &["db.example"]);
        found("http://[::1]:80/", &["::1"]);
        found("localhost", &["localhost"]);
        found("--host=localhost --x", &["localhost"]);
        found("psql -h localhost -U me", &["localhost"]);
        found("not localhost", &[]);
        found("127.0.0.1:6379", &["127.0.0.1"]);
        found("curl api.shop.testing/x", &["api.shop.testing"]);
        found("cp /etc/app.testing/x y.conf", &[]);
        found("10.0.0.0/8", &[]);
        found("me@shop.testing", &[]);
        found("http:\\/\\/localhost:1\\/x", &["localhost"]);
        found("a,b;server_name www.shop.testing;", &["www.shop.testing"]);
    }

    #[test]
    fn comments_of_scripts_do_not_count() {
        found(
            "# http://localhost\nx # http://localhost\n// http://localhost\n",
            &[],
        );
        found("curl http://localhost#x\nx\n", &["localhost"]);
    }

    #[test]
    fn places_in_comments() {
        let text = "a # b\nc#d\n  // e\n";
        let found: Vec<bool> = ["b", "d", "e", "a"]
            .iter()
            .map(|word| is_in_comment(text, text.find(word).expect("the word")))
            .collect();
        assert_eq!(found, [true, false, true, false]);
        assert!(!is_in_comment("# one line", 5));
    }

    #[track_caller]
    fn searched(text: &str, want: bool) {
        let mention = mentions(text).next().expect("a host");
        assert_eq!(mention.is_searched(), want, "{text}");
    }

    #[test]
    fn what_is_searched_for_is_not_used() {
        searched(r#"sed "s|http://localhost:8080/echo|$url|g" x"#, true);
        searched(r"sed -i 's#http://localhost#'$URL'#' x", true);
        searched(r"sed 's/http:\/\/localhost/x/'", true);
        searched("sed 's|$url|http://localhost:8080|' x", false);
        searched("grep -q http://localhost x", true);
        searched("grep -q x y || curl http://localhost", false);
        searched("text.replace('http://localhost', url)", true);
        searched("text.replace(url, 'http://localhost')", false);
        searched("if [ \"$url\" = http://localhost ]; then", true);
        searched("curl http://localhost", false);
    }

    #[test]
    fn names_of_the_cluster() {
        let read = |host| in_cluster(host).map(|name| (name.service, name.namespace));
        assert_eq!(read("db.shop.svc"), Some(("db", Some("shop"))));
        assert_eq!(
            read("db-0.db.shop.svc.cluster.local"),
            Some(("db", Some("shop")))
        );
        assert_eq!(read("db.svc.cluster.local"), Some(("db", None)));
        assert_eq!(read("svc.cluster.local"), None);
        assert_eq!(read("db.example.com"), None);
        let cut = |text| mentions(text).next().is_some_and(|host| host.is_cut());
        assert!(cut("http://$(ns).svc:80"));
        assert!(cut("*.shop.svc:80"));
        assert!(!cut("http://db.shop.svc:80"));
    }

    #[test]
    fn loopback() {
        for host in ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "local",
            "127.0.0",
            "127.example.com.x",
            "10.0.0.1",
            "::2",
            "1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
