//! Fills in the conformance suite from Helm.

use std::path::Path;
use std::process::ExitCode;
use std::thread;

use evenkeel_tests::conformance::{
    Args, Body, Call, Case, Expectation, File, Outcome, Profile, Topic, call_template, essential,
    load_all, materialise, shorten, write,
};
use tempfile::TempDir;

use super::Helm;
use crate::process::Output;
use crate::workspace;

/// How often a case runs, to notice output that Helm itself does not repeat.
const REPEATS: usize = 2;

/// Records every case that has no expectation yet, or all of them; each topic is written once done.
pub(crate) fn run(helms: &[Helm; 2], filter: &str, all: bool) -> Result<ExitCode, String> {
    let mut unstable = Vec::new();
    for (name, path, mut topic) in load_all(&workspace::conformance())? {
        let whole = name.contains(filter);
        let before = topic.clone();
        for case in &mut topic.cases {
            if whole || case.id.contains(filter) {
                record_case(helms, case, all, &mut unstable)?;
            }
        }
        if topic != before {
            set_header(&mut topic, helms);
            std::fs::write(&path, write(&topic)).map_err(|e| format!("{name}: {e}"))?;
            println!("{name}: {} cases", topic.cases.len());
        }
    }
    for id in &unstable {
        println!("not stable, mend or remove it: {id}");
    }
    Ok(if unstable.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn set_header(topic: &mut Topic, helms: &[Helm; 2]) {
    topic
        .header
        .retain(|line| !line.starts_with("Recorded from "));
    let versions: Vec<_> = helms.iter().map(|helm| helm.version.as_str()).collect();
    topic
        .header
        .push(format!("Recorded from Helm {}.", versions.join(" and ")));
}

fn record_case(
    helms: &[Helm; 2],
    case: &mut Case,
    all: bool,
    unstable: &mut Vec<String>,
) -> Result<(), String> {
    if let Body::Calls(calls) = &case.body {
        let mut calls = calls.clone();
        record_calls(helms, case, &mut calls, all)?;
        case.body = Body::Calls(calls);
        return Ok(());
    }
    if case.expectation(Profile::Helm4).is_some() && !all {
        return Ok(());
    }
    let mut results = Vec::new();
    for helm in helms {
        let (result, stable) = expectation(helm, case)?;
        if !stable {
            unstable.push(format!("{} (Helm {})", case.id, helm.profile.major()));
        }
        results.push(result);
    }
    let helm3 = results.pop();
    let helm4 = results.pop();
    let helm3 = helm3.filter(|result| Some(result) != helm4.as_ref());
    case.body = Body::Run { helm4, helm3 };
    Ok(())
}

fn expectation(helm: &Helm, case: &Case) -> Result<(Expectation, bool), String> {
    let mut results = Vec::new();
    for _ in 0..REPEATS {
        let directory = TempDir::new().map_err(|e| e.to_string())?;
        materialise(case, directory.path()).map_err(|e| format!("{}: {e}", case.id))?;
        let output = helm.run(&case.args.command_line(), directory.path())?;
        results.push(to_expectation(output, directory.path()));
    }
    let stable = results.windows(2).all(|pair| same(&pair[0], &pair[1]));
    Ok((results.swap_remove(0), stable))
}

fn same(a: &Expectation, b: &Expectation) -> bool {
    match (a, b) {
        (Expectation::Error(a), Expectation::Error(b)) => essential(a, "\0") == essential(b, "\0"),
        _ => a == b,
    }
}

fn to_expectation(output: Output, directory: &Path) -> Expectation {
    if output.success {
        return Expectation::Stdout(output.stdout);
    }
    let text = output
        .stderr
        .replace(&*directory.to_string_lossy(), "<TMP>");
    let text = match text.rfind("Error: ") {
        Some(at) if at == 0 || text[..at].ends_with('\n') => text[at + 7..].to_owned(),
        _ => text,
    };
    Expectation::Error(shorten(text.trim_end()))
}

/// Records a list of calls: all that succeed in one run, each that fails in one of its own.
fn record_calls(
    helms: &[Helm; 2],
    case: &Case,
    calls: &mut [Call],
    all: bool,
) -> Result<(), String> {
    if !all && calls.iter().all(|call| call.helm4.is_some()) {
        return Ok(());
    }
    let [first, second] = helms;
    let (helm4, helm3) = thread::scope(|scope| {
        let other = scope.spawn(|| outcomes(second, case, calls));
        let helm4 = outcomes(first, case, calls);
        (
            helm4,
            other
                .join()
                .unwrap_or_else(|_| Err("the second Helm's thread failed".to_owned())),
        )
    });
    let (helm4, helm3) = (helm4?, helm3?);
    for ((call, helm4), helm3) in calls.iter_mut().zip(helm4).zip(helm3) {
        call.helm3 = Some(helm3).filter(|outcome| *outcome != helm4);
        call.helm4 = Some(helm4);
    }
    Ok(())
}

fn outcomes(helm: &Helm, case: &Case, calls: &[Call]) -> Result<Vec<Outcome>, String> {
    let mut outcomes: Vec<Option<Outcome>> = vec![None; calls.len()];
    loop {
        let pending: Vec<_> = (0..calls.len())
            .filter(|&i| outcomes[i].is_none())
            .collect();
        let text: String = pending
            .iter()
            .map(|&i| call_template(&calls[i].expression))
            .collect();
        match render_calls(helm, case, &text)? {
            Ok(lines) if lines.len() == pending.len() => {
                for (&i, line) in pending.iter().zip(lines) {
                    outcomes[i] = Some(Outcome::Value(line));
                }
                return Ok(outcomes.into_iter().flatten().collect());
            }
            Ok(lines) => {
                return Err(format!(
                    "{}: {} lines for {} calls",
                    case.id,
                    lines.len(),
                    pending.len()
                ));
            }
            Err(message) => {
                let line = failing_line(&message);
                let Some(&i) = line.and_then(|line| pending.get(line.checked_sub(1)?)) else {
                    return Err(format!("{}: {message}", case.id));
                };
                // Alone, the call stands in line 1.
                let line = line.unwrap_or(0);
                let alone = message.replace(&format!("t.yaml:{line}:"), "t.yaml:1:");
                let alone = alone.replace(&format!("t.yaml:{line})"), "t.yaml:1)");
                outcomes[i] = Some(Outcome::Error(shorten(&alone)));
            }
        }
    }
}

fn failing_line(message: &str) -> Option<usize> {
    let (_, rest) = message.split_once("demo/templates/t.yaml:")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// One run of a template of calls: a line of output per call, or the essential error message.
fn render_calls(
    helm: &Helm,
    case: &Case,
    text: &str,
) -> Result<Result<Vec<String>, String>, String> {
    let mut case = case.clone();
    case.args = Args::More(Vec::new());
    case.files.push(File {
        path: "demo/templates/t.yaml".to_owned(),
        content: text.as_bytes().to_vec(),
    });
    let directory = TempDir::new().map_err(|e| e.to_string())?;
    materialise(&case, directory.path()).map_err(|e| format!("{}: {e}", case.id))?;
    let output = helm.run(&case.args.command_line(), directory.path())?;
    if !output.success {
        return Ok(Err(essential(
            &output.stderr,
            &directory.path().to_string_lossy(),
        )));
    }
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = stdout.lines().filter_map(|line| line.strip_prefix("# "));
    Ok(Ok(lines.skip(1).map(str::to_owned).collect()))
}
