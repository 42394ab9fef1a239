//! One line of comma-separated values, as Go's `encoding/csv` reads it.

/// The fields of the first record of `text`; none of an empty text.
///
/// # Errors
/// Go's text, such as `parse error on line 1, column 5: extraneous or missing " in quoted-field`.
pub(crate) fn line(text: &str) -> Result<Vec<String>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    // Blank lines before the first record are skipped; a field without quotes ends with its line.
    let text = text.trim_start_matches(['\r', '\n']);
    if text.is_empty() {
        return Err("EOF".to_owned());
    }
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let column = text.len() - rest.len();
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(text, quoted)?,
            None => bare_field(rest, column)?,
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(after) => rest = after,
            None => return Ok(fields),
        }
    }
}

fn bare_field(rest: &str, column: usize) -> Result<(String, &str), String> {
    let end = rest.find([',', '\n']).unwrap_or(rest.len());
    let field = &rest[..end];
    if let Some(quote) = field.find('"') {
        let column = column + quote + 1;
        return Err(format!(
            "parse error on line 1, column {column}: bare \" in non-quoted-field"
        ));
    }
    let after = if rest[end..].starts_with(',') {
        &rest[end..]
    } else {
        ""
    };
    Ok((field.trim_end_matches('\r').to_owned(), after))
}

fn quoted_field<'a>(text: &str, quoted: &'a str) -> Result<(String, &'a str), String> {
    const EXTRANEOUS: &str = "extraneous or missing \" in quoted-field";
    let mut field = String::new();
    let mut rest = quoted;
    loop {
        let Some(quote) = rest.find('"') else {
            let line = 1 + text.trim_end_matches('\n').matches('\n').count();
            let last = text.rsplit('\n').next().unwrap_or_default();
            let column = last.len() + 1;
            return Err(format!(
                "parse error on line {line}, column {column}: {EXTRANEOUS}"
            ));
        };
        field.push_str(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.as_bytes().first() {
            Some(b'"') => {
                field.push('"');
                rest = &rest[1..];
            }
            Some(b',') => return Ok((field, rest)),
            None | Some(b'\n') => return Ok((field, "")),
            Some(_) => {
                let column = text.len() - rest.len();
                return Err(format!(
                    "parse error on line 1, column {column}: {EXTRANEOUS}"
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_go_does() {
        let check = |text: &str, want: &[&str]| assert_eq!(line(text).expect(text), want, "{text}");
        check("", &[]);
        check("a", &["a"]);
        check("a,,b", &["a", "", "b"]);
        check("a,", &["a", ""]);
        check("\"a,b\",c", &["a,b", "c"]);
        check("\"a\"\"b\"", &["a\"b"]);
        check(" a , b", &[" a ", " b"]);
        check("a\nb", &["a"]);
    }

    #[test]
    fn quotes_must_be_whole() {
        let check = |text: &str, want: &str| assert_eq!(line(text), Err(want.to_owned()), "{text}");
        check(
            "a,\"b",
            "parse error on line 1, column 5: extraneous or missing \" in quoted-field",
        );
        check(
            "a\"b",
            "parse error on line 1, column 2: bare \" in non-quoted-field",
        );
        check(
            "\"a\"b",
            "parse error on line 1, column 3: extraneous or missing \" in quoted-field",
        );
    }
}
