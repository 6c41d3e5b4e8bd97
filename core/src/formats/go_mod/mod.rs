//! `go.mod` and `go.work`: what a Go module asks for, and which modules are worked on together.
//!
//! What is asked for is a minimum; the go command takes the highest that any module of the graph asks for, which since Go 1.17 stands in the main
//! module's own file, with `// indirect` where nothing of the module itself imports it. Source: Go Modules Reference, "go.mod files" and
//! "go.work files".

mod lines;

pub(super) use lines::byte_order_mark;

use smol_str::{SmolStr, format_smolstr};

use self::lines::{Line, fault};
use super::{Format, Parsed, Role, no_hold};
use crate::model::{Dependency, Destination, Ecosystem, Group, Manager, Manifest, Place, Problem, Redirect, Redirected};
use crate::path::RelPath;
use crate::syntax::Syntax;
use crate::text::Spanned;

/// The manifest of every Go module.
pub static FORMAT: Format = Format {
    id: "go-mod",
    names: &["go.mod"],
    patterns: &[],
    role: Role::Manifest,
    ecosystem: Some(Ecosystem::Go),
    parse,
    guards: &[],
    hold: no_hold,
};

/// The modules of a workspace.
pub static WORK: Format = Format {
    id: "go-work",
    names: &["go.work"],
    patterns: &[],
    role: Role::Manifest,
    ecosystem: Some(Ecosystem::Go),
    parse: parse_work,
    guards: &[],
    hold: no_hold,
};

/// The fact that a module version is never to be chosen: `module version`.
pub const EXCLUDE: &str = "exclude";

/// The facts about the language version and the toolchain.
pub const GO: &str = "go";
/// See [`GO`].
pub const TOOLCHAIN: &str = "toolchain";

/// The fact for each folder of a workspace's modules.
pub const USE: &str = "use";

/// What a module may say that nothing here depends on.
const OTHERS: [&str; 4] = ["godebug", "ignore", "retract", "tool"];

fn parse(text: &str) -> Parsed {
    let mut problems = Vec::new();
    let mut manifest = Manifest { manager: Some(Manager::Go), ..Manifest::default() };
    for line in lines::read(text, &mut problems) {
        match line.verb {
            "module" => manifest.name = one(&line, &mut problems),
            "require" => manifest.dependencies.extend(require(&line, &mut problems)),
            "exclude" => manifest.facts.extend(pair(&line, &mut problems).map(|excluded| (EXCLUDE.into(), excluded))),
            verb if !shared(verb, &line, &mut manifest, &mut problems) && !OTHERS.contains(&verb) => unknown(&line, &mut problems),
            _ => {}
        }
    }
    if let Some(own) = manifest.name.clone() {
        manifest.redirects.retain(|redirect| !is_neighbour(&own, redirect));
    }
    Parsed { syntax: Syntax::Text, model: manifest.into(), problems }
}

/// Whether a module is taken from the very folder that its path names, seen from this one's: modules of one repository find each other that way,
/// and nothing comes from elsewhere.
fn is_neighbour(own: &str, redirect: &Redirect) -> bool {
    let Redirected::Package(module) = &redirect.what else { return false };
    let place = RelPath::join(without_major(own), &redirect.to);
    redirect.to.starts_with('.') && place.is_some_and(|place| place.as_str() == without_major(module))
}

/// A module's path without the major version at its end, which is no folder.
fn without_major(module: &str) -> &str {
    match module.rsplit_once('/') {
        Some((path, last)) if last.strip_prefix('v').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) => path,
        _ => module,
    }
}

fn parse_work(text: &str) -> Parsed {
    let mut problems = Vec::new();
    let mut manifest = Manifest { manager: Some(Manager::Go), topmost: true, ..Manifest::default() };
    for line in lines::read(text, &mut problems) {
        match line.verb {
            "use" => {
                if let Some(folder) = one(&line, &mut problems) {
                    manifest.workspaces.push(folder.clone());
                    manifest.facts.push((USE.into(), folder));
                }
            }
            verb if !shared(verb, &line, &mut manifest, &mut problems) && verb != "godebug" => unknown(&line, &mut problems),
            _ => {}
        }
    }
    Parsed { syntax: Syntax::Text, model: manifest.into(), problems }
}

/// What both files may say. Gives whether the directive was one of those.
fn shared(verb: &str, line: &Line<'_>, manifest: &mut Manifest, problems: &mut Vec<Problem>) -> bool {
    match verb {
        "go" | "toolchain" => {
            let fact = if verb == "go" { GO } else { TOOLCHAIN };
            manifest.facts.extend(one(line, problems).map(|value| (fact.into(), value)));
        }
        "replace" => {
            if let Some((dependency, redirect)) = replace(line, problems) {
                manifest.dependencies.push(dependency);
                manifest.redirects.extend(redirect);
            }
        }
        _ => return false,
    }
    true
}

fn unknown(line: &Line<'_>, problems: &mut Vec<Problem>) {
    problems.push(fault(
        line.span,
        format!("`{}` is no directive that the go command is known to read; it refuses the file", line.verb),
    ));
}

fn one(line: &Line<'_>, problems: &mut Vec<Problem>) -> Option<Spanned<SmolStr>> {
    match line.words.as_slice() {
        [word] => Some(word.clone()),
        _ => {
            problems.push(fault(line.span, format!("`{}` wants exactly one word", line.verb)));
            None
        }
    }
}

/// A module and a version, as one text.
fn pair(line: &Line<'_>, problems: &mut Vec<Problem>) -> Option<Spanned<SmolStr>> {
    match line.words.as_slice() {
        [module, version] => Some(Spanned::new(format_smolstr!("{module} {version}"), line.words_span())),
        _ => {
            problems.push(fault(line.span, format!("`{}` wants a module and a version", line.verb)));
            None
        }
    }
}

fn require(line: &Line<'_>, problems: &mut Vec<Problem>) -> Option<Dependency> {
    let [module, version] = line.words.as_slice() else {
        problems.push(fault(line.span, "`require` wants a module and a version".to_owned()));
        return None;
    };
    let indirect = line.comment.is_some_and(|comment| comment == "indirect" || comment.starts_with("indirect;"));
    Some(Dependency { indirect, ..Dependency::new(module.clone(), version.clone(), Group::Normal) })
}

/// `module [version] => folder` or `module [version] => module version`: what is put in the place of what others ask for, and, where that is not
/// just another version, from where.
fn replace(line: &Line<'_>, problems: &mut Vec<Problem>) -> Option<(Dependency, Option<Redirect>)> {
    let arrow = line.words.iter().position(|word| word.value == "=>");
    let (old, new) = arrow.map_or((&[][..], &[][..]), |at| (&line.words[..at], &line.words[at + 1..]));
    let ([module] | [module, _], [to] | [to, _]) = (old, new) else {
        problems.push(fault(line.span, "`replace` wants `module [version] => folder`, or `=> module version`".to_owned()));
        return None;
    };
    let folder = is_folder(to);
    let version = new.get(1);
    if folder == version.is_some() {
        let wrong =
            if folder { "a folder has no version" } else { "a module needs a version, and a folder begins with `./` or `../`" };
        problems.push(fault(line.span, format!("`replace`: {wrong}")));
        return None;
    }
    let spec = version.unwrap_or(to).clone();
    let mut dependency = Dependency { loose: true, ..Dependency::new(module.clone(), spec, Group::Override) };
    if folder {
        dependency.place = Some(Box::new(Place::Path(to.clone())));
    } else if to.value != module.value {
        dependency.alias = Some(Box::new(to.clone()));
    }
    if let [_, replaced] = old {
        dependency.condition = Some(Box::new(replaced.clone()));
    }
    let redirect = (folder || to.value != module.value).then(|| Redirect {
        what: Redirected::Package(module.value.clone()),
        to: to.clone(),
        kind: if folder { Destination::Path } else { Destination::Name },
        by: "replace",
        span: line.words_span(),
    });
    Some((dependency, redirect))
}

/// Whether a path is one on disk, as Go tells them from modules'.
fn is_folder(path: &str) -> bool {
    let starts = |prefix: &str| path.starts_with(prefix);
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    path == "."
        || path == ".."
        || starts("./")
        || starts("../")
        || starts("/")
        || starts(".\\")
        || starts("..\\")
        || starts("\\")
        || drive
}

#[cfg(test)]
mod tests;
