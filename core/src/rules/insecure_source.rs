use super::prelude::*;

rule! {
    /// A package, a registry or an index is fetched over an unencrypted line (`http:`, `git:`).
    ///
    /// Everybody between you and the server can exchange what is fetched, and read the credentials that are sent along. Addresses on this machine
    /// itself are not meant.
    ///
    /// ## Bad
    /// ```ini .npmrc
    /// registry=http://npm.corp.test/
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc
    /// registry=https://npm.corp.test/
    /// ```
    ///
    /// ## What to do
    /// Use the encrypted scheme: `https:`, `git+https:` or `git+ssh:`.
    INSECURE_SOURCE = {
        id: "insecure-source",
        threat: 10,
        severity: Error,
        summary: "a package or registry over an unencrypted line",
        fixable: Offline,
        needs: Files,
        checks: [Dependency(dependency), Package(package), Settings(settings)],
    }
}

fn dependency(dependency: &Dependency, cx: &mut Cx<'_>) {
    let what = format!("`{}`", dependency.name);
    match dependency.place.as_deref() {
        // A spec that holds the address is told as a whole.
        Some(Place::Git { address: place, .. } | Place::Url(place))
            if dependency.spec.is_empty() || !dependency.spec.span.contains(place.span) =>
        {
            address(place, &what, cx);
        }
        _ => address(&dependency.spec, &what, cx),
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    if let Some(source) = package.source.as_ref().filter(|source| !source.starts_with("https:")) {
        address(source, &format!("`{}`", package.name), cx);
    }
    let files = package.files.iter().filter_map(|file| Some((file.name.as_ref()?, file.url.as_ref()?)));
    for (name, url) in files.filter(|(_, url)| !url.starts_with("https:")) {
        address(url, &format!("`{name}`"), cx);
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    for setting in settings.entries.iter().filter(|setting| is_registry(setting, settings)) {
        address(&setting.value, "the registry", cx);
    }
    for registry in &settings.registries {
        address(&registry.url, "the registry", cx);
    }
    for redirect in &settings.redirects {
        address(&redirect.to, &format!("`{}`", redirect.by), cx);
    }
}

use super::setting::is_registry;
use crate::model::Place;

/// The schemes that anybody on the way can read and change, and what to write instead.
const PLAIN: [(&str, &str); 8] = [
    ("http://", "https://"),
    ("git://", "git+https://"),
    ("git+http://", "git+https://"),
    ("ftp://", "https://"),
    ("git+ftp://", "git+https://"),
    ("hg+http://", "hg+https://"),
    ("svn+http://", "svn+https://"),
    ("bzr+http://", "bzr+https://"),
];

fn address(value: &Spanned<smol_str::SmolStr>, what: &str, cx: &mut Cx<'_>) {
    let scheme = |(plain, _): &&(&str, &str)| value.get(..plain.len()).is_some_and(|start| start.eq_ignore_ascii_case(plain));
    let Some((plain, encrypted)) = PLAIN.iter().find(scheme) else { return };
    // Where a field of its own says that it is a repository, the address is no more than that.
    let encrypted = if cx.ecosystem() == Ecosystem::Cargo && !plain.starts_with("git+") { &"https://" } else { encrypted };
    if is_here(&value[plain.len()..]) {
        return;
    }
    let written = cx.document.slice(value.span).get(..plain.len()).is_some_and(|start| start.eq_ignore_ascii_case(plain));
    let start = Span { end: value.span.start + plain.len() as u32, ..value.span };
    let edits = written.then(|| vec![Edit::replace(start, *encrypted)]);
    let finding = cx.report(value.span, format!("{what} is fetched over an unencrypted line (`{plain}`)"));
    finding.help(format!("use `{encrypted}`")).fix(format!("Use `{encrypted}`"), Applicability::Unsafe, edits);
}

/// Whether an address, from its authority on, is on this machine.
fn is_here(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let name = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host.starts_with("[::1]")
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn every_place_for_an_address() {
        check(
            "insecure-source",
            r#"
//- /.npmrc
registry=http://npm.corp.test/
@corp:registry = HTTP://npm.corp.test/
@local:registry=http://localhost:4873/
proxy=http://proxy.corp.test:3128/
//- /package.json
{
  "name": "@me/app",
  "dependencies": {
    "a": "git://host.test/a.git#0123456789012345678901234567890123456789",
    "b": "git+http://host.test/b.git#0123456789012345678901234567890123456789",
    "é": "http://host.test/é.tgz",
    "escaped": "http:\u002f\u002fhost.test/x.tgz",
    "here": "http://127.0.0.1:8080/x.tgz",
    "not-here": "http://127.0.0.1.evil.test/x.tgz",
    "user": "http://localhost@evil.test/x.tgz",
    "right": "https://host.test/x.tgz",
    "version": "1.0.0"
  }
}
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/c": { "version": "1.0.0", "resolved": "http://npm.corp.test/c/-/c-1.0.0.tgz" },
    "node_modules/d": { "version": "1.0.0", "resolved": "http://[::1]:4873/d/-/d-1.0.0.tgz" }
  }
}
"#,
            expect![[r#"
                error .npmrc:1:10 [http://npm.corp.test/]
                  the registry is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    .npmrc: [http://] -> [https://]
                error .npmrc:2:18 [HTTP://npm.corp.test/]
                  the registry is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    .npmrc: [HTTP://] -> [https://]
                error package-lock.json:5:58 [http://npm.corp.test/c/-/c-1.0.0.tgz]
                  `c` is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    package-lock.json: [http://] -> [https://]
                error package.json:4:11 [git://host.test/a.git#0123456789012345678901234567890123456789]
                  `a` is fetched over an unencrypted line (`git://`)
                  fix (unsafe): Use `git+https://`
                    package.json: [git://] -> [git+https://]
                error package.json:5:11 [git+http://host.test/b.git#0123456789012345678901234567890123456789]
                  `b` is fetched over an unencrypted line (`git+http://`)
                  fix (unsafe): Use `git+https://`
                    package.json: [git+http://] -> [git+https://]
                error package.json:6:11 [http://host.test/é.tgz]
                  `é` is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    package.json: [http://] -> [https://]
                error package.json:7:17 [http:\u002f\u002fhost.test/x.tgz]
                  `escaped` is fetched over an unencrypted line (`http://`)
                error package.json:9:18 [http://127.0.0.1.evil.test/x.tgz]
                  `not-here` is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    package.json: [http://] -> [https://]
                error package.json:10:14 [http://localhost@evil.test/x.tgz]
                  `user` is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    package.json: [http://] -> [https://]
            "#]],
        );
    }

    #[test]
    fn indexes_lists_and_requirements_of_pip() {
        check(
            "insecure-source",
            r#"
//- /pip.conf
[global]
index-url = http://pypi.corp.test/simple/
extra-index-url = https://one.test/ http://two.test/
find-links = http://files.test/
//- /requirements.txt
-i http://pypi.corp.test/simple/
-r http://files.test/base.txt
direct @ http://files.test/direct-1.0.zip
-e hg+http://hg.test/x#egg=x
"#,
            expect![[r#"
                error pip.conf:2:13 [http://pypi.corp.test/simple/]
                  the registry is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    pip.conf: [http://] -> [https://]
                error pip.conf:3:37 [http://two.test/]
                  the registry is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    pip.conf: [http://] -> [https://]
                error pip.conf:4:14 [http://files.test/]
                  `--find-links` is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    pip.conf: [http://] -> [https://]
                error requirements.txt:1:4 [http://pypi.corp.test/simple/]
                  the registry is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    requirements.txt: [http://] -> [https://]
                error requirements.txt:2:4 [http://files.test/base.txt]
                  `--requirement` is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    requirements.txt: [http://] -> [https://]
                error requirements.txt:3:10 [http://files.test/direct-1.0.zip]
                  `direct` is fetched over an unencrypted line (`http://`)
                  fix (unsafe): Use `https://`
                    requirements.txt: [http://] -> [https://]
                error requirements.txt:4:4 [hg+http://hg.test/x#egg=x]
                  `x` is fetched over an unencrypted line (`hg+http://`)
                  fix (unsafe): Use `hg+https://`
                    requirements.txt: [hg+http://] -> [hg+https://]
            "#]],
        );
    }
}
