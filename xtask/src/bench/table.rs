//! Prints what was measured: a line per case, then the figures of each class.

use super::Row;

/// A line per case, then ratios of the light and of the heavy ones.
pub(super) fn print(rows: &[Row], heavy: f64) {
    let width = rows
        .iter()
        .map(|row| row.name.chars().count())
        .max()
        .unwrap_or(0)
        .max(5);
    println!(
        "{:width$} {:>18} {:>7} {:>18} {:>7} {:>18} {:>7}",
        "case", "wall ms", "ratio", "cpu ms", "ratio", "peak MiB", "share"
    );
    for row in rows {
        let pair = |helm: f64, ours: f64| format!("{helm:.1} / {ours:.1}");
        println!(
            "{:width$} {:>18} {:>6.1}x {:>18} {:>6.1}x {:>18} {:>7.2}{}",
            row.name,
            pair(row.helm.wall, row.ours.wall),
            row.helm.wall / row.ours.wall,
            pair(row.helm.cpu, row.ours.cpu),
            row.helm.cpu / row.ours.cpu,
            pair(row.helm.memory, row.ours.memory),
            row.ours.memory / row.helm.memory,
            if row.same { "" } else { "  OUTPUT DIFFERS" },
        );
    }
    let (light, heavies): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.helm.wall < heavy);
    println!();
    class(&format!("small (Helm below {heavy:.0} ms)"), &light);
    class(&format!("heavy (Helm from {heavy:.0} ms)"), &heavies);
}

fn class(title: &str, rows: &[&Row]) {
    if rows.is_empty() {
        return;
    }
    let wall: Vec<_> = rows
        .iter()
        .map(|row| row.helm.wall / row.ours.wall)
        .collect();
    let cpu: Vec<_> = rows.iter().map(|row| row.helm.cpu / row.ours.cpu).collect();
    let memory = rows
        .iter()
        .map(|row| row.ours.memory / row.helm.memory)
        .fold(0.0, f64::max);
    let lowest = wall.iter().copied().fold(f64::INFINITY, f64::min);
    println!(
        "{title}: {} cases, wall {:.1}x in the geometric mean (lowest {lowest:.1}x), cpu {:.1}x, memory at most {memory:.2} of Helm's",
        rows.len(),
        geometric_mean(&wall),
        geometric_mean(&cpu),
    );
}

fn geometric_mean(ratios: &[f64]) -> f64 {
    let sum: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    (sum / ratios.len() as f64).exp()
}
