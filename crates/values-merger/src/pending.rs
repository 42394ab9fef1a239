//! Stands in until the JSON decoder lands.

use evenkeel_diagnostics::FileId;
use evenkeel_value::Data;
use evenkeel_yaml::Error;

pub(crate) fn decode(text: &[u8], file: FileId) -> Result<Data, Error> {
    evenkeel_yaml::decode(text, file)
}
