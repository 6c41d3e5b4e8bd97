#![allow(clippy::all)]
use provender_core::{analyze, document::Document, formats::Format, path::RelPath, render, workspace::Workspace};
use std::sync::Arc;
use std::time::Instant;
fn main() {
    let dir = std::env::args().nth(1).unwrap();
    let n: usize = std::env::args().nth(2).map_or(1, |n| n.parse().unwrap());
    let mut best = [f64::MAX; 4];
    for _ in 0..n {
        let mut workspace = Workspace::default();
        let mut read = Vec::new();
        for entry in std::fs::read_dir(&dir).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if Format::of_name(&name).is_some() {
                read.push((name, std::fs::read_to_string(entry.path()).unwrap()));
            }
        }
        let t = Instant::now();
        for (name, text) in read {
            let format = Format::of_name(&name).unwrap();
            workspace.insert(Arc::new(Document::parse_text(RelPath::new(&name), format, Arc::new(text))));
        }
        let parsed = t.elapsed();
        let t = Instant::now();
        let only = analyze::analyze_only(&workspace, |document| document.lockfile().is_some());
        let one = t.elapsed();
        let t = Instant::now();
        let report = analyze::analyze(&workspace);
        let all = t.elapsed();
        let t = Instant::now();
        let text = render::text(&report, &render::Sources::of(&workspace), &Default::default());
        let shown = t.elapsed();
        for (best, now) in best.iter_mut().zip([parsed, one, all, shown]) {
            *best = best.min(now.as_secs_f64() * 1e3);
        }
        std::hint::black_box((only, text, report));
    }
    println!("parse {:.2} only {:.2} all {:.2} render {:.2} ms", best[0], best[1], best[2], best[3]);
}
