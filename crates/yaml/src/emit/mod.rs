//! Writing YAML: yaml.v2 and yaml.v3 styles.
