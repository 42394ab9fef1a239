//! Formats that the Go library judges or words otherwise than boon.

use std::error::Error;
use std::net::Ipv6Addr;

use boon::Format;
use evenkeel_value::number::quote;
use serde_json::Value as Json;

type Judged = Result<(), Box<dyn Error>>;

/// The formats to register over boon's.
pub(crate) const FORMATS: &[Format] = &[
    Format {
        name: "date",
        func: date,
    },
    // The Go library does not know these two, so they are never wrong.
    Format {
        name: "idn-email",
        func: anything,
    },
    Format {
        name: "idn-hostname",
        func: anything,
    },
    Format {
        name: "ipv4",
        func: ipv4,
    },
    Format {
        name: "ipv6",
        func: ipv6,
    },
    Format {
        name: "iri",
        func: uri,
    },
    Format {
        name: "iri-reference",
        func: uri_reference,
    },
    Format {
        name: "json-pointer",
        func: json_pointer,
    },
    Format {
        name: "semver",
        func: semver,
    },
    Format {
        name: "uri",
        func: uri,
    },
    Format {
        name: "uri-reference",
        func: uri_reference,
    },
];

fn text(value: &Json, judge: impl Fn(&str) -> Result<(), String>) -> Judged {
    match value {
        Json::String(text) => judge(text).map_err(Into::into),
        _ => Ok(()),
    }
}

fn anything(_: &Json) -> Judged {
    Ok(())
}

fn ipv4(value: &Json) -> Judged {
    text(value, |text| {
        let groups: Vec<_> = text.split('.').collect();
        if groups.len() != 4 {
            return Err("expected four decimals".to_owned());
        }
        for group in groups {
            if group.len() > 1 && group.starts_with('0') {
                return Err("leading zeros".to_owned());
            }
            let number = group.parse::<i64>().map_err(|_| {
                format!(
                    "strconv.Atoi: parsing {}: invalid syntax",
                    quote(group.as_bytes())
                )
            })?;
            if !(0..=255).contains(&number) {
                return Err("decimal must be between 0 and 255".to_owned());
            }
        }
        Ok(())
    })
}

fn ipv6(value: &Json) -> Judged {
    text(value, |text| {
        if !text.contains(':') {
            return Err("missing colon".to_owned());
        }
        if text.contains('%') {
            return Err("zone id is not a part of ipv6 address".to_owned());
        }
        let parsed = text.parse::<Ipv6Addr>().map(|_| ());
        parsed.map_err(|_| format!("ParseAddr({}): unable to parse IP", quote(text.as_bytes())))
    })
}

fn json_pointer(value: &Json) -> Judged {
    text(value, |text| {
        if !text.is_empty() && !text.starts_with('/') {
            return Err("not starting with /".to_owned());
        }
        let escapes = text.split('~').skip(1);
        if escapes
            .into_iter()
            .any(|after| !after.starts_with(['0', '1']))
        {
            return Err("~ must be followed by 0 or 1".to_owned());
        }
        Ok(())
    })
}

/// Go parses with the layout `2006-01-02`.
fn date(value: &Json) -> Judged {
    text(value, |text| {
        let given = quote(text.as_bytes());
        let cannot = |rest: &str, layout: &str| {
            let rest = quote(rest.as_bytes());
            format!("parsing time {given} as \"2006-01-02\": cannot parse {rest} as \"{layout}\"")
        };
        let mut rest = text;
        let mut fields = [0; 3];
        for (i, (layout, width)) in [("2006", 4), ("01", 2), ("02", 2)].into_iter().enumerate() {
            if i > 0 {
                rest = rest.strip_prefix('-').ok_or_else(|| cannot(rest, "-"))?;
            }
            let digits = rest
                .get(..width)
                .filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
            let digits = digits.ok_or_else(|| cannot(rest, layout))?;
            fields[i] = digits.parse().unwrap_or(0);
            rest = &rest[width..];
            if i == 1 && !(1..=12).contains(&fields[1]) {
                return Err(format!("parsing time {given}: month out of range"));
            }
        }
        if !rest.is_empty() {
            let rest = quote(rest.as_bytes());
            return Err(format!("parsing time {given}: extra text: {rest}"));
        }
        let [year, month, day] = fields;
        if day < 1 || day > days(year, month) {
            return Err(format!("parsing time {given}: day out of range"));
        }
        Ok(())
    })
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

fn uri(value: &Json) -> Judged {
    text(value, |text| match parse_url(text)? {
        true => Ok(()),
        false => Err("relative url".to_owned()),
    })
}

fn uri_reference(value: &Json) -> Judged {
    text(value, |text| {
        if text.contains('\\') {
            return Err("contains \\".to_owned());
        }
        parse_url(text).map(|_| ())
    })
}

/// What `net/url.Parse` refuses, as far as people write it; gives whether there is a scheme.
fn parse_url(text: &str) -> Result<bool, String> {
    let fail = |reason: &str| Err(format!("parse {}: {reason}", quote(text.as_bytes())));
    if text.bytes().any(|b| b < b' ' || b == 0x7f) {
        return fail("net/url: invalid control character in URL");
    }
    let scheme_end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
    let (scheme, rest) = match scheme_end {
        Some(0) if text.starts_with(':') => return fail("missing protocol scheme"),
        Some(end) if text[end..].starts_with(':') => {
            if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return fail("first path segment in URL cannot contain colon");
            }
            (true, &text[end + 1..])
        }
        _ => (false, text),
    };
    if let Some(bad) = bad_escape(rest) {
        return fail(&format!("invalid URL escape {}", quote(bad.as_bytes())));
    }
    if let Some(authority) = rest.strip_prefix("//") {
        let host = authority.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        if let Some(odd) = host.chars().find(|c| " <>\"{}|\\^`".contains(*c)) {
            return fail(&format!("invalid character \"{odd}\" in host name"));
        }
        let port = host
            .rsplit(']')
            .next()
            .unwrap_or_default()
            .split_once(':')
            .map(|(_, p)| p);
        if let Some(port) = port.filter(|p| !p.bytes().all(|b| b.is_ascii_digit())) {
            let port = quote(format!(":{port}").as_bytes());
            return fail(&format!("invalid port {port} after host"));
        }
    }
    Ok(scheme)
}

/// The first percent sign that two hexadecimal digits do not follow, with what follows.
fn bad_escape(text: &str) -> Option<&str> {
    let at = text
        .char_indices()
        .filter(|(_, c)| *c == '%')
        .map(|(at, _)| at)
        .find(|&at| {
            let digits = text.as_bytes().get(at + 1..at + 3).unwrap_or_default();
            digits.len() < 2 || !digits.iter().all(u8::is_ascii_hexdigit)
        })?;
    let end = (at..=(at + 3).min(text.len()))
        .rev()
        .find(|&end| text.is_char_boundary(end))?;
    text.get(at..end)
}

/// Version numbers as semver.org has them.
fn semver(value: &Json) -> Judged {
    text(value, |text| {
        let core = text.split(['-', '+']).next().unwrap_or_default();
        let numbers: Vec<_> = core.split('.').collect();
        let number = |part: &&str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_digit())
                && (part.len() == 1 || !part.starts_with('0'))
        };
        if numbers.len() == 3 && numbers.iter().all(number) {
            return Ok(());
        }
        Err("major.minor.patch must be numbers".to_owned())
    })
}
