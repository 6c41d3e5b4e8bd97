//! Go: requirements whose `go.mod` has no digest. Which packages of which modules are built cannot be told from these files, so digests of whole
//! modules are not missed here; lines that nobody needs are no fault ([`crate::go::sums`]).

use std::sync::Arc;

use super::super::prelude::*;

use super::help;
use crate::go::sums::{Sums, replaced};
use crate::model::Group;

pub(super) fn check(project: &Project<'_>, document: &Arc<Document>, cx: &mut Cx<'_>) {
    for (own, manifest) in project.manifests() {
        let sums = Sums::of(cx.workspace, own.path.folder());
        for asked in manifest.dependencies.iter().filter(|asked| asked.group == Group::Normal) {
            let Some((module, version)) = replaced(asked, manifest) else { continue };
            if sums.has_go_mod(module, version) {
                continue;
            }
            let other = if module == asked.name.as_str() { String::new() } else { format!(" (replaced by `{module}` {version})") };
            let reference = cx.named(&asked.name);
            let message = format!(
                "`{}` {}{other} is asked for, and `{}` has no digest of its `go.mod`; Go refuses a build that needs it",
                asked.name, asked.spec, document.path
            );
            let finding = cx.report_in(&own.path, asked.name.span.to(asked.spec.span), message);
            finding.package(reference).help(help(document));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::*;

    /// What go 1.19 said to each (`go list -m -mod=readonly all`, `go build`, against a proxy on disk): the first, second and fourth were refused.
    #[test]
    fn requirements_without_a_digest() {
        check(
            "lockfile-out-of-sync",
            r#"
//- /go.mod
module corp.test/app

go 1.22

require (
	corp.test/gone v1.0.0
	corp.test/moved v1.1.0 // indirect
	corp.test/there v1.0.0
	corp.test/forked v1.0.0
	corp.test/folder v1.0.0
	corp.test/swapped v1.0.0
)

replace corp.test/forked => corp.test/fork v1.0.1
replace corp.test/folder => ./folder
replace corp.test/swapped v1.0.0 => corp.test/swapped v1.0.9
//- /go.sum
corp.test/moved v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
corp.test/there v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
corp.test/swapped v1.0.9/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
corp.test/forked v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
corp.test/nobody v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
"#,
            expect![[r#"
                error go.mod:6:2 [corp.test/gone v1.0.0]
                  `corp.test/gone` v1.0.0 is asked for, and `go.sum` has no digest of its `go.mod`; Go refuses a build that needs it
                error go.mod:7:2 [corp.test/moved v1.1.0]
                  `corp.test/moved` v1.1.0 is asked for, and `go.sum` has no digest of its `go.mod`; Go refuses a build that needs it
                error go.mod:9:2 [corp.test/forked v1.0.0]
                  `corp.test/forked` v1.0.0 (replaced by `corp.test/fork` v1.0.1) is asked for, and `go.sum` has no digest of its `go.mod`; Go refuses a build that needs it
            "#]],
        );
    }

    #[test]
    fn a_workspace_shares_its_digests() {
        check(
            "lockfile-out-of-sync",
            r#"
//- /go.work
go 1.22
use (
	./app
	./lib
)
//- /go.work.sum
corp.test/work v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
//- /app/go.mod
module corp.test/app
require corp.test/lib v1.0.0
require corp.test/work v1.0.0
require corp.test/other v1.0.0
require corp.test/none v1.0.0
//- /app/go.sum
corp.test/nobody v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
//- /lib/go.mod
module corp.test/lib
require corp.test/other v1.0.0
//- /lib/go.sum
corp.test/other v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
"#,
            expect![[r#"
                error app/go.mod:5:9 [corp.test/none v1.0.0]
                  `corp.test/none` v1.0.0 is asked for, and `app/go.sum` has no digest of its `go.mod`; Go refuses a build that needs it
            "#]],
        );
    }
}
