//! As much of HCL as Vault's policies need: blocks with labels, attributes, strings, lists.

/// A block, such as `path "kv/*" { … }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: String,
    pub(crate) label: String,
    pub(crate) attributes: Vec<(String, Vec<String>)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A name or a number.
    Word(String),
    Text(String),
    Mark(char),
}

/// Reads the blocks at the top; `None` if the text is something else. Values other than strings and lists of
/// strings are read and left out.
pub(crate) fn parse(text: &str) -> Option<Vec<Block>> {
    let tokens = tokens(text)?;
    let mut rest = tokens.as_slice();
    let mut blocks = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        let (Token::Word(name) | Token::Text(name)) = first else {
            return None;
        };
        let (label, after) = match after.split_first()? {
            (Token::Text(label), after) => (label.clone(), after),
            (Token::Mark('='), after) => {
                rest = value(after)?.1;
                continue;
            }
            _ => (String::new(), after),
        };
        let (attributes, after) = body(after)?;
        blocks.push(Block {
            kind: name.clone(),
            label,
            attributes,
        });
        rest = after;
    }
    Some(blocks)
}

type Attributes = Vec<(String, Vec<String>)>;

/// `{ name = value … }`.
fn body(tokens: &[Token]) -> Option<(Attributes, &[Token])> {
    let (Token::Mark('{'), mut rest) = tokens.split_first()? else {
        return None;
    };
    let mut attributes = Vec::new();
    loop {
        match rest.split_first()? {
            (Token::Mark('}'), after) => return Some((attributes, after)),
            (Token::Mark(','), after) => rest = after,
            (Token::Word(name) | Token::Text(name), after) => {
                let after = match after.split_first()? {
                    (Token::Mark('=' | ':'), after) => after,
                    _ => after,
                };
                let (texts, after) = value(after)?;
                attributes.push((name.clone(), texts));
                rest = after;
            }
            _ => return None,
        }
    }
}

/// A value: its strings.
fn value(tokens: &[Token]) -> Option<(Vec<String>, &[Token])> {
    match tokens.split_first()? {
        (Token::Text(text), after) => Some((vec![text.clone()], after)),
        (Token::Word(_), after) => Some((Vec::new(), after)),
        (Token::Mark(open @ ('[' | '{')), mut rest) => {
            let close = if *open == '[' { ']' } else { '}' };
            let mut texts = Vec::new();
            loop {
                match rest.split_first()? {
                    (Token::Mark(mark), after) if *mark == close => return Some((texts, after)),
                    (Token::Mark(',' | '=' | ':'), after) => rest = after,
                    _ => {
                        let (inner, after) = value(rest)?;
                        texts.extend(inner);
                        rest = after;
                    }
                }
            }
        }
        _ => None,
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        if rest.starts_with('#') || rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if rest.starts_with("/*") {
            rest = &rest[rest.find("*/")? + 2..];
        } else if letter == '"' {
            let (text, after) = quoted(&rest[1..])?;
            tokens.push(Token::Text(text));
            rest = after;
        } else if "{}[],=:".contains(letter) {
            tokens.push(Token::Mark(letter));
            rest = &rest[1..];
        } else if letter.is_whitespace() {
            rest = rest.trim_start();
        } else if is_word(letter) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            return None;
        }
    }
    Some(tokens)
}

/// A string behind its opening quote.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((out, &text[at + 1..])),
            '\\' => out.push(letters.next()?.1),
            _ => out.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Option<&[(&str, &str)]>) {
        let blocks = parse(text).map(|blocks| {
            let shown = blocks.into_iter().map(|block| {
                let attributes = block.attributes.into_iter();
                let attributes: Vec<String> = attributes
                    .map(|(name, texts)| format!("{name}={}", texts.join("+")))
                    .collect();
                (
                    format!("{} {}", block.kind, block.label),
                    attributes.join(" "),
                )
            });
            shown.collect::<Vec<_>>()
        });
        let want = want.map(|want| {
            let want = want.iter().map(|(a, b)| (a.to_string(), b.to_string()));
            want.collect::<Vec<_>>()
        });
        assert_eq!(blocks, want, "{text}");
    }

    #[test]
    fn policies_are_read() {
        check(
            "# all\npath \"kv/data/*\" {\n  capabilities = [\"read\", \"list\"] // both\n}\n/* x */ path \"a\" { policy = \"write\" }",
            Some(&[
                ("path kv/data/*", "capabilities=read+list"),
                ("path a", "policy=write"),
            ]),
        );
        check(
            "path \"a\" { capabilities = [\"read\",]\n min_wrapping_ttl = \"1s\" required_parameters = [] allowed_parameters = { \"a\" = [\"b\"] } }",
            Some(&[(
                "path a",
                "capabilities=read min_wrapping_ttl=1s required_parameters= allowed_parameters=a+b",
            )]),
        );
        check("name = \"x\"\npath \"a\" {}", Some(&[("path a", "")]));
        check("", Some(&[]));
    }

    #[test]
    fn other_text_is_none() {
        for text in ["path \"a", "path \"a\" {", "{}", "path \"a\" { = }", "?"] {
            check(text, None);
        }
    }
}
