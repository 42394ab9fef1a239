//! Checksums of what Helm printed, beside texts that evenkeel itself may write.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// What begins the line that names the Helm.
const VERSION: &str = "# Helm ";

/// What one Helm printed, by name, as checksums; written as `sha256sum` writes and checks it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// The Helm, such as `v3.18.4`.
    pub version: String,
    /// The SHA-256 of each output.
    pub by_name: BTreeMap<String, String>,
}

impl Sums {
    /// The checksums of outputs with their names.
    pub fn of<'a>(version: &str, outputs: impl Iterator<Item = (&'a str, &'a [u8])>) -> Sums {
        let sum = |text: &[u8]| -> String {
            let digest = Sha256::digest(text);
            digest.iter().map(|byte| format!("{byte:02x}")).collect()
        };
        Sums {
            version: version.to_owned(),
            by_name: outputs
                .map(|(name, text)| (name.to_owned(), sum(text)))
                .collect(),
        }
    }

    /// Reads what `to_string` wrote; lines of another form say nothing.
    pub fn parse(text: &str) -> Sums {
        let mut sums = Sums::default();
        for line in text.lines() {
            if let Some(version) = line.strip_prefix(VERSION) {
                version.clone_into(&mut sums.version);
            } else if let Some((sum, name)) = line.split_once("  ") {
                sums.by_name.insert(name.to_owned(), sum.to_owned());
            }
        }
        sums
    }
}

impl std::fmt::Display for Sums {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{VERSION}{}", self.version)?;
        for (name, sum) in &self.by_name {
            writeln!(f, "{sum}  {name}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_as_they_are_written() {
        let outputs = [("prod/web.yaml", &b"a: 1\n"[..]), ("prod/db.yaml", b"")];
        let sums = Sums::of("v3.18.4", outputs.into_iter());
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sums.by_name["prod/db.yaml"], empty);
        assert_eq!(Sums::parse(&sums.to_string()), sums);
    }
}
