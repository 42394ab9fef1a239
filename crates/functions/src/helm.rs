//! Helm's functions that run templates or end the render: helm.sh/helm/v4 and v3 `pkg/engine/engine.go`.

use evenkeel_template::{Context, Error, ErrorKind, Function, function};
use evenkeel_value::number::quote;
use evenkeel_value::{Rope, Str, Value, ty};

use crate::args::{Answer, any, bytes, string};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("fail", &[ty::STRING], ty::STRING, fail),
    function("getHostByName", &[ty::STRING], ty::STRING, get_host_by_name),
    function("include", &[ty::STRING, ty::ANY], ty::STRING, include),
    function("lookup", &[ty::STRING; 4], ty::MAP, lookup),
    function("required", &[ty::STRING, ty::ANY], ty::ANY, required),
    function("tpl", &[ty::STRING, ty::ANY], ty::STRING, tpl),
];

/// How many activations of one template `include` may find running before it refuses another one.
const MAX_ACTIVE: usize = 1_000;

/// What Helm takes out of every rendered text, because `missingkey=zero` does not keep Go from printing it.
const NO_VALUE: &[u8] = b"<no value>";

fn include(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let name = string(args, 0);
    if ctx.active(&name) > MAX_ACTIVE {
        let cause = Error::new("unable to execute template");
        let name = name.to_text();
        let text = format!("rendering template has a nested reference name: {name}: {cause}");
        return Err(Error::wrap(ErrorKind::Plain, text, cause));
    }
    ctx.execute_template(&name, any(args, 1).clone())
        .map(Value::Str)
}

fn tpl(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let text = string(args, 0);
    match ctx.execute_text(&text, any(args, 1).clone()) {
        Ok(output) => Ok(Value::Str(without_no_value(output))),
        Err(error) if error.kind() == ErrorKind::Budget => Err(error),
        Err(error) => {
            let what = match error.kind() {
                ErrorKind::Parse => "cannot parse template",
                _ => "error during tpl function execution for",
            };
            let text = format!("{what} {}: {error}", quote(&text));
            Err(Error::wrap(ErrorKind::Plain, text, error))
        }
    }
}

fn without_no_value(output: Str) -> Str {
    if memchr::memmem::find(&output, NO_VALUE).is_none() {
        return output;
    }
    let mut rope = Rope::with_capacity(output.len());
    rope.push_str(&output);
    rope.without(NO_VALUE).into_str()
}

/// Nil and the empty text are missing; false, 0 and empty collections are not.
fn required(_: &mut dyn Context, args: &[Value]) -> Answer {
    let value = any(args, 1);
    let missing = match value {
        Value::Nil => true,
        Value::Str(text) => text.is_empty(),
        _ => false,
    };
    if missing {
        Err(author_error(bytes(args, 0)))
    } else {
        Ok(value.clone())
    }
}

fn fail(_: &mut dyn Context, args: &[Value]) -> Answer {
    Err(author_error(bytes(args, 0)))
}

/// A chart author's own message, between the marks by which Helm finds it again in the chain of errors.
fn author_error(message: &[u8]) -> Error {
    let message = String::from_utf8_lossy(message);
    Error::of(
        ErrorKind::Fail,
        format!("HELM_ERR_START{message}HELM_ERR_END"),
    )
}

fn lookup(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let [api_version, kind, namespace, name] = [0, 1, 2, 3].map(|at| string(args, at));
    Ok(ctx.host().lookup(&api_version, &kind, &namespace, &name))
}

/// Helm answers without asking the network, unless DNS is enabled.
fn get_host_by_name(_: &mut dyn Context, _: &[Value]) -> Answer {
    Ok("".into())
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::{FrameId, Segment};

    use super::*;
    use crate::testing::World;

    #[test]
    fn tpl_keeps_what_wrote_its_text() {
        let mut rope = Rope::new();
        for (text, from) in [("a<no value>", 1), ("b", 2)] {
            rope.set_writer(Segment {
                start: 0,
                from,
                to: from + 1,
                frame: FrameId(0),
            });
            rope.push_bytes(text.as_bytes());
        }
        let world = World::new(1).where_templates_give(Ok(rope.into_str()));
        let output = world.call("tpl", &["".into(), Value::Nil]).unwrap();
        let output = output.as_str().unwrap();
        assert_eq!(output.as_bytes(), b"ab");
        let writers: Vec<_> = output.segments().unwrap().as_slice().iter().collect();
        assert_eq!(
            writers
                .iter()
                .map(|s| (s.start, s.from))
                .collect::<Vec<_>>(),
            [(0, 1), (1, 2)]
        );
    }

    #[test]
    fn errors_wrap_what_happened_but_budgets_pass() {
        let fail = |kind| {
            let error = Error::of(kind, "inner");
            let world = World::new(1).where_templates_give(Err(error));
            world
                .call("tpl", &["{{ x }}".into(), Value::Nil])
                .unwrap_err()
        };
        let parse = fail(ErrorKind::Parse);
        assert_eq!(parse.text(), "cannot parse template \"{{ x }}\": inner");
        assert_eq!(parse.source().map(Error::text), Some("inner"));
        let exec = fail(ErrorKind::Exec);
        assert_eq!(
            exec.text(),
            "error during tpl function execution for \"{{ x }}\": inner"
        );
        assert_eq!(fail(ErrorKind::Budget).kind(), ErrorKind::Budget);
    }
}
