use super::prelude::*;

rule! {
    /// A word in `integrity` is not a digest: it does not decode, has the wrong length, or names an algorithm that nobody knows.
    ///
    /// npm drops such words without a message. If nothing is left, the package counts as one without a digest and is installed unchecked; the file
    /// looks protected and is not.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQz"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What to do
    /// Find out who wrote it: no package manager does. Then take the entry from a commit where it was right, or delete it and let npm write it
    /// again.
    MALFORMED_INTEGRITY = {
        id: "malformed-integrity",
        threat: 5,
        severity: Error,
        summary: "something that is no digest where one belongs",
        fixable: No,
        needs: Files,
        checks: [Package(package)],
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    if let (Some(field), true, true) = (package.integrity.field, package.integrity.digests.is_empty(), package.files.is_empty()) {
        return other_type(package, field, cx);
    }
    for digest in &package.integrity.digests {
        let Some(what) = fault(digest) else { continue };
        let (purl, message) = (cx.purl(package), format!("the digest of `{}` {what}", package.name));
        let finding = cx.report(digest.text.span, message);
        finding.package(purl).help("it holds nothing; see who wrote it, then lock the package anew");
    }
}

/// An empty string is `missing-integrity`'s; a number or an object is nobody's work.
fn other_type(package: &Package, field: Span, cx: &mut Cx<'_>) {
    if !matches!(cx.document.slice(field), "" | "null" | "false" | "[]") {
        let (purl, message) = (cx.purl(package), format!("`integrity` of `{}` holds no digest", package.name));
        cx.report(field, message).package(purl);
    }
}

fn fault(digest: &Digest) -> Option<String> {
    match digest.state {
        DigestState::Good(_) => None,
        DigestState::NotBase64(algorithm) => Some(format!("is not the base64 of a {}", algorithm.id())),
        DigestState::WrongLength(algorithm, length) => {
            Some(format!("has {length} bytes, and a {} has {}", algorithm.id(), algorithm.length()))
        }
        DigestState::UnknownAlgorithm => Some("is of no algorithm that an installer knows".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn what_is_no_digest_is_told_word_by_word() {
        check(
            "malformed-integrity",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/short": { "version": "1.0.0", "integrity": "sha512-x" },
    "node_modules/truncated": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQz" },
    "node_modules/unknown": { "version": "1.0.0", "integrity": "foo1-abc" },
    "node_modules/second": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==  sha1-é" },
    "node_modules/escaped": { "version": "1.0.0", "integrity": "sha512\u002dx" },
    "node_modules/object": { "version": "1.0.0", "integrity": { "sha512": "x" } },
    "node_modules/false": { "version": "1.0.0", "integrity": false },
    "node_modules/option": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==?option" },
    "node_modules/old": { "version": "1.0.0", "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:63 [sha512-x]
                  the digest of `short` is not the base64 of a sha512
                error package-lock.json:6:67 [sha512-XI5MPzVNApjAyhQz]
                  the digest of `truncated` has 12 bytes, and a sha512 has 64
                error package-lock.json:7:65 [foo1-abc]
                  the digest of `unknown` is of no algorithm that an installer knows
                error package-lock.json:8:161 [sha1-é]
                  the digest of `second` is not the base64 of a sha1
                error package-lock.json:9:65 [sha512\u002dx]
                  the digest of `escaped` is not the base64 of a sha512
                error package-lock.json:10:63 [{ "sha512": "x" }]
                  `integrity` of `object` holds no digest
            "#]],
        );
    }

    #[test]
    fn the_nested_form_is_read_too() {
        check(
            "malformed-integrity",
            r#"
//- /npm-shrinkwrap.json
{
  "lockfileVersion": 1,
  "dependencies": {
    "é😀": { "version": "1.0.0", "integrity": "sha1-x", "dependencies": {
      "b": { "version": "1.0.0", "integrity": "sha512-AAAA" }
    } }
  }
}
"#,
            expect![[r#"
                error npm-shrinkwrap.json:4:47 [sha1-x]
                  the digest of `é😀` is not the base64 of a sha1
                error npm-shrinkwrap.json:5:48 [sha512-AAAA]
                  the digest of `b` has 3 bytes, and a sha512 has 64
            "#]],
        );
    }
}
