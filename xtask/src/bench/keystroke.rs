//! A keystroke in the language server: from the change to the diagnostics of the changed text.

use std::path::Path;
use std::time::Duration;

use super::lsp_client::Client;
use super::table::{aim, mebibytes, millis};
use super::{Bencher, check};
use crate::Outcome;

pub(crate) fn run(bencher: &Bencher) -> Outcome {
    println!("\n  {:<46}  {:>10} {:>10} {:>10}  memory", "", "median", "99 of 100", "slowest");
    let mut aims = Vec::new();
    for size in bencher.sizes() {
        let folder = check::synthetic(&bencher.cache, *size)?.canonicalize()?;
        for (file, limit) in [("package.json", 2), ("package-lock.json", 16)] {
            let took = one(bencher, &folder, file, *size)?;
            aims.push((format!("{file} of {size} packages in under {limit} ms"), took, Duration::from_millis(limit)));
        }
    }
    for (what, took, limit) in aims {
        aim(&what, &millis(took), took < limit);
    }
    Ok(())
}

/// Types digits over the digits of versions, all over the file; gives the median.
fn one(bencher: &Bencher, folder: &Path, file: &str, size: usize) -> Outcome<Duration> {
    let text = std::fs::read_to_string(folder.join(file))?;
    let places = digits(&text, file);
    let mut command = bencher.provender(folder);
    command.arg("lsp");
    let mut client = Client::open(command, folder, file)?;
    let mut took = Vec::new();
    for round in 0..bencher.rounds(200) {
        // Each place is typed at twice: away from what it was, and back.
        let (line, column, digit) = places[round / 2 * 7919 % places.len()];
        let typed = if round % 2 == 0 { if digit == '9' { '8' } else { '9' } } else { digit };
        took.push(client.keystroke(line, column, typed)?);
    }
    let memory = client.peak()?;
    client.close()?;
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() * percent / 100).min(took.len() - 1)];
    let name = format!("{file} of {size} packages, {} KiB", text.len() / 1024);
    println!("  {name:<46}  {:>10} {:>10} {:>10}  {}", millis(at(50)), millis(at(99)), millis(at(100)), mebibytes(memory));
    Ok(at(50))
}

/// The last digits of versions: line, column, digit.
fn digits(text: &str, file: &str) -> Vec<(usize, usize, char)> {
    let wanted = if file == "package.json" { ": \"^" } else { "\"version\": \"" };
    let lines = text.lines().enumerate().filter(|(_, line)| line.contains(wanted));
    lines
        .filter_map(|(number, line)| {
            let column = line.rfind(|character: char| character.is_ascii_digit())?;
            Some((number, column, line[column..].chars().next()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn the_digits_of_versions_are_found() {
        assert_eq!(digits("{\n  \"a1\": \"^1.2.3\",\n  \"b\": {}\n}", "package.json"), [(1, 14, '3')]);
        assert_eq!(digits("\n\"version\": \"1.0.27\",\n\"x\": \"1\"", "package-lock.json"), [(1, 17, '7')]);
    }
}
