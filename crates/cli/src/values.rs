//! What `-f` and `--set-file` name.

use std::fs;
use std::io::Read;
use std::sync::Arc;

use crate::go_io;

/// Reads values files; standard input was read before, for a run does not hold the streams.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) stdin: Option<Result<Arc<[u8]>, String>>,
}

impl Reader {
    /// The bytes behind a name, as Helm's `readFile` finds them.
    pub(crate) fn read(&mut self, name: &str) -> Result<Arc<[u8]>, String> {
        if name.trim() == "-" {
            return self.stdin.clone().unwrap_or_else(|| Ok(Arc::from([])));
        }
        if is_url(name) {
            return Err(format!(
                "{name}: values from URLs are not supported; download the file"
            ));
        }
        let mut file = fs::File::open(name).map_err(|e| go_io::error("open", name, &e))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|e| go_io::error("read", name, &e))?;
        Ok(bytes.into())
    }
}

/// Whether Helm would ask the network for it.
pub(crate) fn is_url(name: &str) -> bool {
    ["http://", "https://", "oci://"]
        .iter()
        .any(|scheme| name.starts_with(scheme))
}
