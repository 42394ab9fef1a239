//! Symbolic links: followed inside the work tree, refused beyond it. Helm follows all of them.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare fails")]
#![expect(clippy::disallowed_methods, reason = "the test writes charts to load")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use evenkeel_chart::{Limits, LoadOptions, load};
use evenkeel_diagnostics::SourceMap;

/// Makes `outer/repo/chart`, lets `arrange` add to it, and gives the names in `.Files` or what went wrong.
fn check(options: &LoadOptions, arrange: impl Fn(&Path, &Path), want: &str) {
    let outer = tempfile::tempdir().unwrap();
    let repo = outer.path().join("repo");
    let chart = repo.join("chart");
    fs::create_dir_all(&chart).unwrap();
    fs::write(
        chart.join("Chart.yaml"),
        "apiVersion: v2\nname: c\nversion: 0.1.0\n",
    )
    .unwrap();
    fs::write(outer.path().join("secret"), "s").unwrap();
    fs::write(repo.join("shared.txt"), "shared").unwrap();
    arrange(&repo, &chart);
    let got = match load(&chart, &SourceMap::new(), options) {
        Ok(chart) => chart
            .files
            .iter()
            .map(|f| &*f.name)
            .collect::<Vec<_>>()
            .join(" "),
        Err(error) => error.native.unwrap_or(error.message),
    };
    assert_eq!(
        got.replace(&outer.path().display().to_string(), "OUTER"),
        want
    );
}

fn usual() -> LoadOptions {
    LoadOptions::default()
}

#[test]
fn links_are_followed_in_the_folder_around_the_chart() {
    let inside = |_: &Path, chart: &Path| symlink("../shared.txt", chart.join("l")).unwrap();
    check(&usual(), inside, "l");
    let outside = |_: &Path, chart: &Path| symlink("../../secret", chart.join("l")).unwrap();
    check(&usual(), outside, "symbolic link l leaves the work tree");
}

#[test]
fn the_git_work_tree_is_the_boundary_where_there_is_one() {
    let arrange = |repo: &Path, chart: &Path| {
        fs::create_dir(repo.parent().unwrap().join(".git")).unwrap();
        symlink("../../secret", chart.join("l")).unwrap();
    };
    check(&usual(), arrange, "l");
}

#[test]
fn directories_are_walked_through_links() {
    let arrange = |repo: &Path, chart: &Path| {
        fs::create_dir(repo.join("dir")).unwrap();
        fs::write(repo.join("dir/a"), "1").unwrap();
        symlink("../dir", chart.join("l")).unwrap();
    };
    check(&usual(), arrange, "l/a");
}

#[test]
fn circles_end() {
    let up = |_: &Path, chart: &Path| symlink(".", chart.join("l")).unwrap();
    check(
        &usual(),
        up,
        "symbolic link l leads back to a directory above it",
    );
    let pair = |repo: &Path, chart: &Path| {
        fs::create_dir_all(repo.join("a")).unwrap();
        fs::create_dir_all(repo.join("b")).unwrap();
        symlink("../b", repo.join("a/to-b")).unwrap();
        symlink("../a", repo.join("b/to-a")).unwrap();
        symlink("../a", chart.join("l")).unwrap();
    };
    check(
        &usual(),
        pair,
        "symbolic link l/to-b/to-a leads back to a directory above it",
    );
}

#[test]
fn ignored_links_are_not_looked_at_closely() {
    let arrange = |_: &Path, chart: &Path| {
        fs::write(chart.join(".helmignore"), "l\n").unwrap();
        symlink("../../secret", chart.join("l")).unwrap();
    };
    check(&usual(), arrange, ".helmignore");
}

#[test]
fn broken_links_fail_as_in_helm() {
    let nowhere = |_: &Path, chart: &Path| symlink("../nope/x", chart.join("l")).unwrap();
    let text = "error evaluating symlink OUTER/repo/chart/l: lstat OUTER/repo/nope: \
                no such file or directory";
    check(&usual(), nowhere, text);
    let itself = |_: &Path, chart: &Path| symlink("l", chart.join("l")).unwrap();
    let text = "error evaluating symlink OUTER/repo/chart/l: EvalSymlinks: too many links";
    check(&usual(), itself, text);
}

#[test]
fn limits_hold() {
    let many = |_: &Path, chart: &Path| {
        for n in 0..9 {
            fs::write(chart.join(format!("f{n}")), "x").unwrap();
        }
    };
    let limits = Limits {
        entries: 5,
        ..Limits::default()
    };
    check(
        &LoadOptions { limits, ..usual() },
        many,
        "more than 5 files",
    );
    let limits = Limits {
        total: 40,
        ..Limits::default()
    };
    let text = "error reading f2: chart exceeds maximum decompressed size of 40 bytes";
    check(&LoadOptions { limits, ..usual() }, many, text);
}
