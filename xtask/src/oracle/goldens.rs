//! Records what Helm prints for this repository's own charts: `fixtures/charts/<case>`.

use std::path::Path;

use super::Helm;
use crate::workspace;

/// Rewrites the goldens of every case whose name contains `filter`. A case's `command` holds the arguments,
/// a line each; it runs in the root of the repository.
pub(crate) fn record(helms: &[Helm; 2], filter: &str) -> Result<(), String> {
    let folder = workspace::root().join("fixtures/charts");
    for entry in walkdir::WalkDir::new(folder)
        .min_depth(1)
        .max_depth(1)
        .sort_by_file_name()
    {
        let entry = entry.map_err(|e| e.to_string())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_dir() && name.contains(filter) {
            record_case(helms, entry.path()).map_err(|e| format!("{name}: {e}"))?;
        }
    }
    Ok(())
}

fn record_case(helms: &[Helm; 2], case: &Path) -> Result<(), String> {
    let command = std::fs::read_to_string(case.join("command")).map_err(|e| e.to_string())?;
    let args: Vec<_> = command.lines().map(str::to_owned).collect();
    let want = case.join("want");
    std::fs::create_dir_all(&want).map_err(|e| e.to_string())?;
    for helm in helms {
        let output = helm.run(&args, &workspace::root())?;
        if !output.success {
            return Err(output.stderr);
        }
        let file = want.join(format!("helm-{}.yaml", helm.profile.major()));
        std::fs::write(file, output.stdout).map_err(|e| e.to_string())?;
    }
    let versions: Vec<_> = helms
        .iter()
        .map(|helm| format!("{}\n", helm.version))
        .collect();
    std::fs::write(want.join("versions"), versions.concat()).map_err(|e| e.to_string())
}
