//! What Argo CD adds for ApplicationSets: `applicationset/utils` with github.com/gosimple/slug. Its YAML
//! functions are in `convert.rs`.

use evenkeel_template::{Context, Error, Function, function, variadic};
use evenkeel_value::{Type, Value, ty};

use crate::args::{Answer, bytes};
use crate::unicode::{runes, to_lower};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("fail", &[ty::STRING], ty::STRING, fail),
    function("normalize", &[ty::STRING], ty::STRING, normalize),
    variadic("slugify", &[ty::ANY], ty::STRING, slugify),
];

const MAX_NAME: usize = 253;
const DEFAULT_SLUG: i64 = 50;

/// Sprig's own `fail`, without the marks that Helm sets around the message.
fn fail(_: &mut dyn Context, args: &[Value]) -> Answer {
    Err(Error::new(String::from_utf8_lossy(bytes(args, 0))))
}

fn normalize(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(sanitize(bytes(args, 0)).into())
}

/// `slugify [maximum length [smart truncation]] name`: the last argument is the name.
fn slugify(_: &mut dyn Context, args: &[Value]) -> Answer {
    let Some((name, options)) = args.split_last() else {
        return Ok("".into());
    };
    let name = match name {
        Value::Str(name) => sanitize(name),
        other => return Err(wrong_type(other, ty::STRING)),
    };
    let max = match options.first() {
        None => DEFAULT_SLUG,
        Some(Value::Int(max, of)) if *of == ty::INT => *max,
        Some(other) => return Err(wrong_type(other, ty::INT)),
    };
    let smart = match options.get(1) {
        None => true,
        Some(Value::Bool(smart)) => *smart,
        Some(other) => return Err(wrong_type(other, ty::BOOL)),
    };
    slug(&name, max, smart).map(Value::from)
}

/// The panic of a failed type assertion.
fn wrong_type(value: &Value, want: Type) -> Error {
    let have = value.ty().map_or("nil", |of| of.name);
    Error::new(format!(
        "interface conversion: interface {{}} is {have}, not {}",
        want.name
    ))
}

/// `SanitizeName`: lower-case letters, digits, `-` and `.` only, at most 253, letters or digits at the ends.
pub(crate) fn sanitize(name: &[u8]) -> String {
    let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    let lower = runes(name).map(|(c, _)| to_lower(c));
    let name: String = lower
        .map(|c| if valid(c) { c } else { '-' })
        .take(MAX_NAME)
        .collect();
    name.trim_matches(['-', '.']).to_owned()
}

/// `slug.Make` of a sanitized name: dots become dashes, runs of dashes one.
fn slug(name: &str, max: i64, smart: bool) -> Result<String, Error> {
    let cut = usize::try_from(max);
    let name = match cut {
        Ok(max) if !smart => &name[..name.len().min(max)],
        Err(_) if !smart => {
            return Err(Error::new(format!(
                "runtime error: slice bounds out of range [:{max}]"
            )));
        }
        _ => name,
    };
    let mut slug = String::with_capacity(name.len());
    for c in name.chars().map(|c| if c == '.' { '-' } else { c }) {
        if c != '-' || !slug.ends_with('-') {
            slug.push(c);
        }
    }
    let slug = slug.trim_matches('-');
    Ok(match cut {
        // The last dash up to and including the limit ends the text, else the limit itself.
        Ok(max) if smart && max > 0 && slug.len() > max => {
            slug[..slug[..=max].rfind('-').unwrap_or(max)].to_owned()
        }
        _ => slug.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sanitized() {
        for (name, want) in [
            ("Feature/ABC_1.x", "feature-abc-1.x"),
            ("--.a.--", "a"),
            ("Äpfel", "pfel"),
            ("a\u{212a}b", "akb"),
            ("", ""),
        ] {
            assert_eq!(sanitize(name.as_bytes()), want);
        }
        assert_eq!(sanitize(&[b'a'; 300]).len(), 253);
        assert_eq!(sanitize(b"a\xff\xfeb"), "a--b");
    }

    #[test]
    fn slugs_are_cut() {
        let name = sanitize(b"feat/jellyfish--is..great and more");
        for (max, smart, want) in [
            (50, false, "feat-jellyfish-is-great-and-more"),
            (9, false, "feat-jell"),
            (9, true, "feat"),
            (3, true, "fea"),
            (0, false, ""),
            (0, true, "feat-jellyfish-is-great-and-more"),
        ] {
            assert_eq!(slug(&name, max, smart).unwrap(), want, "{max} {smart}");
        }
        assert!(slug("abc", -1, false).is_err());
    }
}
