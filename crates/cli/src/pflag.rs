//! Command lines as `github.com/spf13/pflag` reads them, with its error texts.

use crate::csv;
use crate::flags::{Flag, Kind};

/// A parsed command line.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    /// The arguments that are no flags.
    pub(crate) positional: Vec<String>,
    /// Flags with their values, in the order given; CSV values are split.
    values: Vec<(&'static str, String)>,
    /// Whether `-h` or `--help` was met; nothing after it was read.
    pub(crate) help: bool,
}

impl Parsed {
    /// The last value of a flag.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .rev()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a flag.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.values
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    /// Whether a boolean flag is on.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.text(name).and_then(parse_bool).unwrap_or(false)
    }

    /// Whether a flag was given at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }
}

/// Parses arguments with the flags of one Helm.
///
/// # Errors
/// The text of pflag, such as `unknown flag: --x`.
pub(crate) fn parse(
    args: &[String],
    flags: &'static [Flag],
    helm4: bool,
) -> Result<Parsed, String> {
    let mut parser = Parser {
        flags,
        helm4,
        args,
        at: 0,
        parsed: Parsed::default(),
    };
    while !parser.parsed.help {
        let Some(arg) = parser.next() else { break };
        if arg == "--" {
            let rest = parser.args[parser.at..].to_vec();
            parser.parsed.positional.extend(rest);
            break;
        }
        if let Some(name) = arg.strip_prefix("--") {
            parser.long(arg, name)?;
        } else if arg.starts_with('-') && arg.len() > 1 {
            parser.shorts(&arg[1..])?;
        } else {
            parser.parsed.positional.push(arg.to_owned());
        }
    }
    Ok(parser.parsed)
}

/// The first argument that is no flag, and its place: the command's name.
pub(crate) fn command<'a>(args: &'a [String], flags: &[Flag]) -> Option<(usize, &'a str)> {
    let mut skip = false;
    for (i, arg) in args.iter().enumerate() {
        if std::mem::take(&mut skip) {
            continue;
        }
        if arg == "--" {
            return None;
        }
        let takes_next =
            |flag: Option<&Flag>| flag.is_some_and(|f| f.default_when_bare().is_none());
        if let Some(name) = arg.strip_prefix("--") {
            skip = !name.contains('=') && takes_next(flags.iter().find(|f| f.name == name));
        } else if let Some(letters) = arg.strip_prefix('-').filter(|rest| !rest.is_empty()) {
            let letter = letters.chars().next();
            skip = letters.len() == 1 && takes_next(flags.iter().find(|f| f.short == letter));
        } else {
            return Some((i, arg));
        }
    }
    None
}

struct Parser<'a> {
    flags: &'static [Flag],
    helm4: bool,
    args: &'a [String],
    at: usize,
    parsed: Parsed,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let arg = self.args.get(self.at)?;
        self.at += 1;
        Some(arg)
    }

    fn long(&mut self, arg: &str, name: &str) -> Result<(), String> {
        if name.starts_with(['-', '=']) {
            return Err(format!("bad flag syntax: {arg}"));
        }
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (name, None),
        };
        let found = self
            .flags
            .iter()
            .find(|f| f.name == name && f.known_to(self.helm4));
        let Some(flag) = found else {
            if name == "help" {
                self.parsed.help = true;
                return Ok(());
            }
            return Err(format!("unknown flag: --{name}"));
        };
        let value = match (value, flag.default_when_bare()) {
            (Some(value), _) => value,
            (None, Some(default)) => default,
            (None, None) => self
                .next()
                .ok_or_else(|| format!("flag needs an argument: --{name}"))?,
        };
        self.set(flag, value)
    }

    fn shorts(&mut self, letters: &str) -> Result<(), String> {
        let mut rest = letters;
        while let Some(letter) = rest.chars().next() {
            let found = self
                .flags
                .iter()
                .find(|f| f.short == Some(letter) && f.known_to(self.helm4));
            let Some(flag) = found else {
                if letter == 'h' {
                    self.parsed.help = true;
                    return Ok(());
                }
                return Err(format!("unknown shorthand flag: '{letter}' in -{rest}"));
            };
            let after = &rest[letter.len_utf8()..];
            if after.len() > 1 && after.starts_with('=') {
                return self.set(flag, &after[1..]);
            }
            if let Some(default) = flag.default_when_bare() {
                self.set(flag, default)?;
                rest = after;
                continue;
            }
            if !after.is_empty() {
                return self.set(flag, after);
            }
            let value = self.next();
            let value =
                value.ok_or_else(|| format!("flag needs an argument: '{letter}' in -{rest}"))?;
            return self.set(flag, value);
        }
        Ok(())
    }

    fn set(&mut self, flag: &'static Flag, value: &str) -> Result<(), String> {
        let values = check(flag.kind, value).map_err(|reason| {
            let name = match flag.short {
                Some(letter) => format!("-{letter}, --{}", flag.name),
                None => format!("--{}", flag.name),
            };
            format!(
                "invalid argument {} for \"{name}\" flag: {reason}",
                quote(value)
            )
        })?;
        self.parsed
            .values
            .extend(values.into_iter().map(|value| (flag.name, value)));
        Ok(())
    }
}

/// Checks a value and splits it where it is a list.
fn check(kind: Kind, value: &str) -> Result<Vec<String>, String> {
    let syntax = |function| {
        format!(
            "strconv.{function}: parsing {}: invalid syntax",
            quote(value)
        )
    };
    match kind {
        Kind::Bool if parse_bool(value).is_none() => return Err(syntax("ParseBool")),
        Kind::Int if value.parse::<i64>().is_err() => return Err(syntax("ParseInt")),
        Kind::Float if value.parse::<f32>().is_err() => return Err(syntax("ParseFloat")),
        Kind::Duration => check_duration(value)?,
        Kind::Csv => return csv::line(value),
        Kind::Labels => {
            let pairs = if value.matches('=').count() == 1 {
                vec![value.to_owned()]
            } else {
                csv::line(value)?
            };
            if let Some(pair) = pairs.iter().find(|pair| !pair.contains('=')) {
                return Err(format!("{pair} must be formatted as key=value"));
            }
        }
        Kind::WaitStrategy
            if !["watcher", "hookOnly", "legacy", "true", "false"].contains(&value) =>
        {
            return Err(format!(
                "invalid wait input {}. Valid inputs are watcher, hookOnly, and legacy",
                quote(value)
            ));
        }
        Kind::OneOf(words) if !words.contains(&value) => {
            return Err(format!("must be one of {}", words.join(", ")));
        }
        _ => {}
    }
    Ok(vec![value.to_owned()])
}

/// `strconv.ParseBool`.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// The errors of `time.ParseDuration`; the value itself means nothing here.
fn check_duration(text: &str) -> Result<(), String> {
    let invalid = || format!("time: invalid duration {}", quote(text));
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return Ok(());
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    while !rest.is_empty() {
        let number = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        if number == 0 || rest[..number].matches('.').count() > 1 || &rest[..number] == "." {
            return Err(invalid());
        }
        rest = &rest[number..];
        let unit = rest
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(rest.len());
        match &rest[..unit] {
            "" => return Err(format!("time: missing unit in duration {}", quote(text))),
            "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h" => rest = &rest[unit..],
            other => {
                let (unit, text) = (quote(other), quote(text));
                return Err(format!("time: unknown unit {unit} in duration {text}"));
            }
        }
    }
    Ok(())
}

/// Go's `%q`.
fn quote(text: &str) -> String {
    evenkeel_value::number::quote(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::TEMPLATE;

    fn parsed(args: &str) -> Result<Parsed, String> {
        let args: Vec<String> = args.split_whitespace().map(str::to_owned).collect();
        parse(&args, TEMPLATE, true)
    }

    #[test]
    fn values_come_in_many_forms() {
        let p =
            parsed("r -fa.yaml -f=b.yaml,c.yaml c -f d.yaml --values=e.yaml -gn ns").expect("ok");
        assert_eq!(p.positional, ["r", "c"]);
        assert_eq!(
            p.texts("values"),
            ["a.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml"]
        );
        assert!(p.is_on("generate-name"));
        assert_eq!(p.text("namespace"), Some("ns"));
    }

    #[test]
    fn booleans_take_values_only_behind_an_equals_sign() {
        let p = parsed("--debug false --is-upgrade=false --is-upgrade=t --no-hooks=0").expect("ok");
        assert_eq!(p.positional, ["false"]);
        assert!(p.is_on("debug") && p.is_on("is-upgrade") && !p.is_on("no-hooks"));
    }

    #[test]
    fn two_dashes_end_the_flags() {
        let p = parsed("r c -- --set a=1").expect("ok");
        assert_eq!(p.positional, ["r", "c", "--set", "a=1"]);
    }

    #[test]
    fn errors_are_worded_as_in_pflag() {
        for (args, want) in [
            ("--nope", "unknown flag: --nope"),
            ("-gx", "unknown shorthand flag: 'x' in -x"),
            ("-f", "flag needs an argument: 'f' in -f"),
            ("--set", "flag needs an argument: --set"),
            ("--=x", "bad flag syntax: --=x"),
            ("---x", "bad flag syntax: ---x"),
            (
                "--debug=x",
                "invalid argument \"x\" for \"--debug\" flag: strconv.ParseBool: parsing \"x\": invalid syntax",
            ),
            (
                "--timeout 5",
                "invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\"",
            ),
            (
                "-l a",
                "invalid argument \"a\" for \"-l, --labels\" flag: a must be formatted as key=value",
            ),
            (
                "--wait=foo",
                "invalid argument \"foo\" for \"--wait\" flag: invalid wait input \"foo\". Valid inputs \
                 are watcher, hookOnly, and legacy",
            ),
        ] {
            assert_eq!(parsed(args).err().as_deref(), Some(want), "{args}");
        }
    }

    #[test]
    fn the_command_may_follow_global_flags() {
        let args = ["-n", "ns", "--debug", "template", "x"].map(str::to_owned);
        assert_eq!(command(&args, TEMPLATE), Some((3, "template")));
    }
}
