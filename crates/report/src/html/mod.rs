//! HTML pages of one file: they load nothing, and need nothing but a browser.
//!
//! Values of others get into a page in two ways: escaped, by the templates, and as JSON in an element that no browser
//! runs ([`json_script`]). Should one get through all the same, the page's policy runs the one script and uses
//! the one style whose hashes it names.

use base64ct::{Base64, Encoding};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use sha2::{Digest, Sha256};

/// The name that templates of pages extend.
const BASE: &str = "base.html";

/// A kind of page.
pub(crate) struct Page {
    /// Its template, which extends `base.html` and fills its blocks: `title`, `heading`, `tools`, `main`, `after`,
    /// `data`.
    pub(crate) template: &'static str,
    /// What it adds to the style of all pages.
    pub(crate) style: &'static str,
    /// What it adds to the script of all pages.
    pub(crate) script: &'static str,
}

impl Page {
    /// The page with the variables that its template reads.
    pub(crate) fn render(&self, context: &Value) -> String {
        let style = [include_str!("base.css"), self.style].concat();
        let script = [include_str!("base.js"), self.script].concat();
        let page = context! {
            style_hash => Value::from_safe_string(hash(&style)),
            script_hash => Value::from_safe_string(hash(&script)),
            style => Value::from_safe_string(style),
            script => Value::from_safe_string(script),
        };
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build();
        environment.set_syntax(syntax.expect("the usual delimiters"));
        let page = environment
            .add_template(BASE, include_str!("base.html"))
            .and_then(|()| environment.template_from_named_str("page.html", self.template))
            .and_then(|template| template.render(context! { page, ..context.clone() }));
        page.expect("a template of ours reads what its page gives it")
    }
}

/// A hash as a Content-Security-Policy has it.
fn hash(text: &str) -> String {
    format!("sha256-{}", Base64::encode_string(&Sha256::digest(text)))
}

/// JSON for the inside of `<script type="application/json">`: nothing in it ends the element or begins a comment.
pub(crate) fn json_script(value: &serde_json::Value) -> Value {
    Value::from_safe_string(value.to_string().replace('<', "\\u003c"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Page = Page {
        template: "{% extends 'base.html' %}{% block heading %}{{ name }}{% endblock %}\
                   {% block data %}<script type=\"application/json\">{{ data }}</script>{% endblock %}",
        style: "p { color: red; }",
        script: "run();",
    };

    #[test]
    fn nothing_gets_out_of_its_place() {
        let hostile = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)>";
        let data = json_script(&serde_json::json!({ hostile: hostile }));
        let page = PAGE.render(&context! { name => hostile, data });
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script>").count(), 2);
        assert!(!page.contains("<img") && !page.contains("<!--"));
    }

    #[test]
    fn the_policy_names_the_style_and_the_script() {
        let page = PAGE.render(&context! { name => "", data => "" });
        let element = |name: &str| {
            let (_, rest) = page.split_once(&format!("<{name}>")).expect("a start");
            rest.split_once(&format!("</{name}>")).expect("an end").0
        };
        for name in ["style", "script"] {
            let policy = format!("{name}-src '{}'", hash(element(name)));
            assert!(page.contains(&policy), "{policy}");
        }
    }
}
