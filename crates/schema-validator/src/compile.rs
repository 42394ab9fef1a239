//! Compiling a schema and validating against it.

use std::error::Error;

use boon::{CompileError, Compiler, Schemas, UrlLoader};
use evenkeel_value::{Map, number};
use serde_json::Value as Json;

use crate::{Failure, formats, json, sieve, text};

/// The name under which Helm compiles every schema.
const RESOURCE: &str = "file:///values.schema.json";

/// The first line of the Go library's text, which Helm cuts off.
const HEAD: &str = "validation failed with 'file:///values.schema.json#'";

/// Helm's `ValidateAgainstSingleSchema`.
pub(crate) fn validate(values: &Map, schema: &[u8]) -> Result<(), Failure> {
    let schema = json::parse(schema).map_err(plain)?;
    if sieve::fits(values, &schema) {
        return Ok(());
    }
    let mut compiler = Compiler::new();
    compiler.use_loader(Box::new(Refuse));
    for format in formats::FORMATS {
        compiler.register_format(*format);
    }
    let mut schemas = Schemas::new();
    let compiled = compiler
        .add_resource(RESOURCE, schema.clone())
        .and_then(|()| compiler.compile(RESOURCE, &mut schemas))
        .map_err(|error| plain(compile_error(&error)))?;
    let instance = json::of_map(values);
    schemas
        .validate(&instance, compiled)
        .map_err(|error| Failure {
            text: format!("{}\n", text::of(&error, &schema, HEAD)),
            violations: text::violations(&error, &schema),
        })
}

fn plain(text: String) -> Failure {
    Failure {
        text,
        violations: Vec::new(),
    }
}

/// Loads nothing: neither files nor URLs. A URN gives the schema that accepts everything, as in Helm.
struct Refuse;

impl UrlLoader for Refuse {
    fn load(&self, url: &str) -> Result<Json, Box<dyn Error>> {
        let (scheme, rest) = url.split_once(':').unwrap_or_default();
        match scheme {
            "urn" => Ok(Json::Bool(true)),
            "file" => {
                let path = rest.trim_start_matches("//");
                Err(format!("open {path}: no such file or directory").into())
            }
            "http" | "https" => Err(format!(
                "HTTP request failed for {url}: a schema may not load from the network"
            )
            .into()),
            _ => Err(format!("no URLLoader registered for {}", quote_go(url)).into()),
        }
    }
}

fn compile_error(error: &CompileError) -> String {
    let q = quote_go;
    match error {
        CompileError::ParseUrlError { url, src } => format!("error in parsing {}: {src}", q(url)),
        CompileError::LoadUrlError { url, src } => format!("failing loading {}: {src}", q(url)),
        CompileError::UnsupportedUrlScheme { url } => {
            format!(
                "failing loading {}: no URLLoader registered for {}",
                q(url),
                q(url)
            )
        }
        CompileError::InvalidMetaSchemaUrl { url, src } => {
            format!("invalid $schema in {}: {src}", q(&with_fragment(url)))
        }
        CompileError::UnsupportedDraft { url } => format!("draft {} is not supported", q(url)),
        CompileError::MetaSchemaCycle { url } => {
            format!("cycle in resolving $schema in {}", q(url))
        }
        CompileError::ValidationError { url, src } => {
            format!(
                "{} is not valid against metaschema: {}",
                q(&with_fragment(url)),
                text::of(src, &Json::Null, "")
            )
        }
        CompileError::ParseIdError { loc } => format!("error in parsing id at {}", q(loc)),
        CompileError::ParseAnchorError { loc } => format!("error in parsing anchor at {}", q(loc)),
        CompileError::DuplicateId {
            url,
            id,
            ptr1,
            ptr2,
        } => {
            format!(
                "duplicate id {} in {} at {} and {}",
                q(id),
                q(url),
                q(ptr1),
                q(ptr2)
            )
        }
        CompileError::DuplicateAnchor {
            anchor,
            url,
            ptr1,
            ptr2,
        } => {
            format!(
                "duplicate anchor {} in {} at {} and {}",
                q(anchor),
                q(url),
                q(ptr1),
                q(ptr2)
            )
        }
        CompileError::InvalidJsonPointer(loc) => format!("invalid json-pointer {}", q(loc)),
        CompileError::JsonPointerNotFound(loc) => format!("json-pointer in {} not found", q(loc)),
        CompileError::AnchorNotFound { url, reference } => {
            format!("anchor in {} not found in schema {}", q(reference), q(url))
        }
        CompileError::UnsupportedVocabulary { url, vocabulary } => {
            format!("unsupported vocabulary {} in {}", q(vocabulary), q(url))
        }
        CompileError::InvalidRegex { url, regex, src } => {
            format!("invalid regex {} at {}: {src}", q(regex), q(url))
        }
        CompileError::Bug(src) => src.to_string(),
    }
}

fn with_fragment(url: &str) -> String {
    if url.contains('#') {
        url.to_owned()
    } else {
        format!("{url}#")
    }
}

/// Go's `%q`.
fn quote_go(text: &str) -> String {
    number::quote(text.as_bytes())
}
