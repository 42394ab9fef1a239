//! Rules in the Common Expression Language.

mod budget;
mod compile;
mod names;
mod scalar;
#[cfg(test)]
mod tests;
mod value;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use cel::common::types::{CelBool, CelString};
use cel::common::value::{CowVal, Val};
use cel::parser::Expression;
use cel::{Context, Env, Value, extensions};
use evenkeel_config::CustomRule as Source;
use evenkeel_diagnostics::{Diagnostic, SourceMap};
use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

pub(super) use budget::Budget;
use compile::Compiler;

/// Whether rules can run at all.
pub(super) const IS_THERE: bool = true;

/// The longest message, in characters.
const MAX_MESSAGE: usize = 400;

/// CEL with its standard library, and the strings, lists and math that validating policies have.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    let added = env
        .add_extension(extensions::strings)
        .and_then(|()| env.add_extension(extensions::lists))
        .and_then(|()| env.add_extension(extensions::math))
        .and_then(|()| budget::declare(&mut env));
    added.expect("extensions declare different functions");
    Arc::new(env)
});

/// A rule's expressions, compiled.
#[derive(Debug)]
pub(super) struct Program {
    variables: Vec<(String, Expression)>,
    expression: Expression,
    /// The expression as it is written, for where no message is given.
    text: String,
    message: Option<String>,
    message_expression: Option<Expression>,
    path: FieldPath,
    path_expression: Option<Expression>,
    /// Whether an expression asks for `objects` or `values`, which are not made for nothing.
    reads: Reads,
}

#[derive(Debug, Clone, Copy, Default)]
struct Reads {
    objects: bool,
    values: bool,
}

/// What an expression speaks of, beside what all objects of the environment share.
pub(super) struct Inputs<'a> {
    pub(super) object: &'a Data,
    /// None where the object comes from no chart.
    pub(super) values: Option<&'a Data>,
    pub(super) app: &'a Data,
}

/// What a rule says of an object.
#[derive(Debug, PartialEq)]
pub(super) enum Judgement {
    Keeps,
    Breaks {
        message: String,
        path: FieldPath,
    },
    /// Why it cannot say.
    Unknown(String),
}

/// What all objects of an environment share.
pub(super) struct Surroundings {
    objects: Box<dyn Val>,
    env: Box<dyn Val>,
}

impl Surroundings {
    pub(super) fn new(objects: impl Iterator<Item = Data>, env: &Data) -> Surroundings {
        Surroundings {
            objects: value::list(objects.map(|object| value::value(&object)).collect()),
            env: value::value(env),
        }
    }
}

impl Program {
    /// Compiles the expressions of a rule.
    ///
    /// # Errors
    /// What is wrong with them: syntax, and names of variables and functions that there are not.
    pub(super) fn compile(
        source: &Source,
        sources: &SourceMap,
    ) -> Result<Program, Vec<Diagnostic>> {
        let mut compiler = Compiler::new(sources);
        let mut variables = Vec::new();
        for variable in &source.variables {
            let variable = &variable.value;
            let expression = compiler.compile(&variable.expression);
            compiler.declare(&variable.name);
            variables.extend(expression.map(|it| (variable.name.value.clone(), it)));
        }
        let expression = compiler.compile(&source.expression);
        let message_expression = source.message_expression.as_ref();
        let message_expression = message_expression.and_then(|text| compiler.compile(text));
        let path_expression = source.path_expression.as_ref();
        let path_expression = path_expression.and_then(|text| compiler.compile(text));
        let path = source.path.as_ref().map(|path| compiler.path(path));
        let (reads, diagnostics) = compiler.finish();
        match expression {
            Some(expression) if diagnostics.is_empty() => Ok(Program {
                variables,
                expression,
                text: one_line(&source.expression.value),
                message: source.message.as_ref().map(|text| one_line(&text.value)),
                message_expression,
                path: path.unwrap_or_default(),
                path_expression,
                reads,
            }),
            _ => Err(diagnostics),
        }
    }

    /// Whether the rule wants all objects of the environment.
    pub(super) fn reads_objects(&self) -> bool {
        self.reads.objects
    }

    /// Whether the rule wants the chart's values.
    pub(super) fn reads_values(&self) -> bool {
        self.reads.values
    }

    /// Judges an object.
    pub(super) fn judge(
        &self,
        inputs: &Inputs<'_>,
        surroundings: &Surroundings,
        budget: &mut Budget,
    ) -> Judgement {
        if self.reads.values && inputs.values.is_none() {
            return Judgement::Unknown(
                "it comes from no chart, so there are no `values`".to_owned(),
            );
        }
        // The library is young; a defect of it costs the object, not the check.
        let run = AssertUnwindSafe(|| budget.spend(|| self.run(inputs, surroundings)));
        match catch_unwind(run) {
            Ok(judgement) => judgement.unwrap_or_else(Judgement::Unknown),
            Err(_) => Judgement::Unknown("the expression broke the interpreter of CEL".to_owned()),
        }
    }

    fn run(&self, inputs: &Inputs<'_>, surroundings: &Surroundings) -> Result<Judgement, String> {
        let mut context = Context::with_env(Arc::clone(&ENV));
        context.add_variable_as_val("object", value::value(inputs.object));
        context.add_variable_as_val("env", surroundings.env.clone());
        context.add_variable_as_val("app", value::value(inputs.app));
        if self.reads.objects {
            context.add_variable_as_val("objects", surroundings.objects.clone());
        }
        if let (true, Some(values)) = (self.reads.values, inputs.values) {
            context.add_variable_as_val("values", value::value(values));
        }
        let broken = self.add_variables(&mut context);
        let holds = evaluate(&self.expression, &context)
            // A variable that cannot be evaluated has no value; the expression then lacks it.
            .map_err(|reason| broken.unwrap_or(reason))?;
        let Some(holds) = holds.downcast_ref::<CelBool>() else {
            let found = holds.get_type().name();
            return Err(format!("the expression gives no bool, but {found}"));
        };
        if *holds.inner() {
            return Ok(Judgement::Keeps);
        }
        Ok(Judgement::Breaks {
            message: self.message(&context),
            path: self.path(&context),
        })
    }

    /// Evaluates the variables; gives the reason why the first of those that have no value has none.
    fn add_variables(&self, context: &mut Context<'_, 'static>) -> Option<String> {
        let mut known: Vec<(String, Box<dyn Val>)> = Vec::new();
        let mut broken = None;
        for (name, expression) in &self.variables {
            match evaluate(expression, context) {
                Ok(value) => known.push((name.clone(), value.into_owned())),
                Err(reason) => {
                    broken.get_or_insert_with(|| format!("variables.{name}: {reason}"));
                }
            }
            context.add_variable_as_val("variables", value::map(known.clone()));
        }
        broken
    }

    fn message(&self, context: &Context<'_, 'static>) -> String {
        let own = self.message_expression.as_ref();
        let own = own.and_then(|expression| text(expression, context));
        let own = own.filter(|message| !message.is_empty());
        own.or_else(|| self.message.clone())
            .unwrap_or_else(|| format!("failed expression: {}", self.text))
    }

    fn path(&self, context: &Context<'_, 'static>) -> FieldPath {
        let own = self.path_expression.as_ref();
        let own = own.and_then(|expression| text(expression, context));
        let own = own.and_then(|path| FieldPath::parse(&path).ok());
        own.unwrap_or_else(|| self.path.clone())
    }
}

fn evaluate<'e>(
    expression: &'e Expression,
    context: &'e Context<'_, 'static>,
) -> Result<CowVal<'e, 'static>, String> {
    Value::resolve_val(expression, context).map_err(|error| one_line(&error.to_string()))
}

/// The text that an expression gives; none where it cannot be evaluated, or gives something else.
fn text(expression: &Expression, context: &Context<'_, 'static>) -> Option<String> {
    let value = evaluate(expression, context).ok()?;
    let text = value.downcast_ref::<CelString>()?;
    Some(one_line(text.inner()))
}

fn one_line(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(MAX_MESSAGE) {
        line.truncate(end);
        line.push('…');
    }
    line
}
