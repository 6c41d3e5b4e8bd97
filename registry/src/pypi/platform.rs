//! Which file of a release a platform installs (PEP 425, PEP 600, PEP 656).

use std::cmp::Reverse;

use super::file_name::Kind;

/// The platform that is installed on, as wheels' tags tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// CPython's version, where it is known: then only what it can load counts. `None`: the newest that is there.
    pub python: Option<(u8, u8)>,
    /// The operating system.
    pub system: System,
    /// The processor as tags name it: `x86_64`, `aarch64`, `arm64`, `amd64`, `win32`.
    pub machine: String,
}

/// An operating system, as far as tags tell one from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Linux with the GNU C library.
    Manylinux,
    /// Linux with musl.
    Musllinux,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
    /// Another one: only what runs anywhere, and sources.
    Other,
}

impl Platform {
    /// The one that this program runs on. It starts no interpreter to ask.
    #[must_use]
    pub fn here() -> Platform {
        let arch = std::env::consts::ARCH;
        let has_musl = || std::path::Path::new(&format!("/lib/ld-musl-{arch}.so.1")).exists();
        let (system, machine) = match (std::env::consts::OS, arch) {
            ("linux", _) if has_musl() => (System::Musllinux, arch),
            ("linux", _) => (System::Manylinux, arch),
            ("macos", "aarch64") => (System::Macos, "arm64"),
            ("macos", _) => (System::Macos, arch),
            ("windows", "x86_64") => (System::Windows, "amd64"),
            ("windows", "aarch64") => (System::Windows, "arm64"),
            ("windows", _) => (System::Windows, "win32"),
            _ => (System::Other, arch),
        };
        Platform { python: None, system, machine: machine.to_owned() }
    }

    /// How well a file suits, the best the greatest; `None` if it cannot be installed here.
    pub(crate) fn rank(&self, kind: &Kind<'_>) -> Option<Rank> {
        match kind {
            Kind::Source => Some(Rank::Source),
            Kind::Other => None,
            Kind::Wheel { python, abi, platform } => {
                let place = platform.split('.').filter_map(|tag| self.place(tag)).max()?;
                let interpreters = python.split('.').flat_map(|python| abi.split('.').map(move |abi| (python, abi)));
                let interpreter = interpreters.filter_map(|(python, abi)| self.interpreter(python, abi)).max()?;
                // Of what any version of the system can load, the one for the newest.
                Some(Rank::Wheel(interpreter, place))
            }
        }
    }

    /// How specific a platform tag is, if it is of this platform.
    fn place(&self, tag: &str) -> Option<(u8, Reverse<u32>, u32)> {
        if tag == "any" {
            return Some((0, Reverse(0), 0));
        }
        let own = || tag.strip_suffix(self.machine.as_str())?.strip_suffix('_');
        let number = |text: &str| {
            let (major, minor) = text.split_once('_')?;
            Some(major.parse::<u32>().ok()? * 1000 + minor.parse::<u32>().ok()?)
        };
        match self.system {
            System::Manylinux => {
                let level = match own()? {
                    "linux" => 2_999,
                    "manylinux1" => 2_005,
                    "manylinux2010" => 2_012,
                    "manylinux2014" => 2_017,
                    other => number(other.strip_prefix("manylinux_")?)?,
                };
                Some((1, Reverse(0), level))
            }
            System::Musllinux => Some((1, Reverse(0), number(own()?.strip_prefix("musllinux_")?)?)),
            System::Macos => {
                let (rest, fat) = match own() {
                    Some(rest) => (rest, 0),
                    None => (["_universal2", "_intel", "_universal"].iter().find_map(|fat| tag.strip_suffix(fat))?, 1),
                };
                Some((1, Reverse(fat), number(rest.strip_prefix("macosx_")?)?))
            }
            System::Windows if self.machine == "win32" => (tag == "win32").then_some((1, Reverse(0), 0)),
            System::Windows => (own()? == "win").then_some((1, Reverse(0), 0)),
            System::Other => None,
        }
    }

    /// How specific an interpreter's tags are, if they are of one that may be here.
    fn interpreter(&self, python: &str, abi: &str) -> Option<(u8, u8, u8)> {
        let split = python.find(|c: char| c.is_ascii_digit())?;
        let (name, digits) = python.split_at(split);
        let major: u8 = digits.get(..1)?.parse().ok()?;
        let minor: Option<u8> = digits.get(1..).filter(|rest| !rest.is_empty()).map(str::parse).transpose().ok()?;
        let fits = |exact: bool| match (self.python, minor) {
            (None, _) => major == 3,
            (Some((known, _)), None) => major == known,
            (Some(known), Some(minor)) if exact => (major, minor) == known,
            (Some((known, newest)), Some(minor)) => major == known && minor <= newest,
        };
        match (name, abi) {
            ("cp", "abi3") => fits(false).then_some((3, major, minor.unwrap_or(0))),
            ("cp" | "py", "none") => fits(false).then_some((2, major, minor.unwrap_or(0))),
            // Builds for a free-threaded or a debugging interpreter are nobody's usual choice.
            ("cp", abi) if abi.trim_end_matches(['m', 'u']) == python => fits(true).then_some((4, major, minor.unwrap_or(0))),
            _ => None,
        }
    }
}

/// How well a file suits a platform, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// It has to be built.
    Source,
    /// The interpreter's part counts before the platform's.
    Wheel((u8, u8, u8), (u8, Reverse<u32>, u32)),
}

#[cfg(test)]
mod tests {
    use super::super::file_name::FileName;
    use super::*;

    fn chosen<'f>(platform: &Platform, files: &[&'f str]) -> Option<&'f str> {
        let ranked = files.iter().filter_map(|file| Some((platform.rank(&FileName::read(file, "foo")?.kind)?, *file)));
        ranked.max_by_key(|(rank, _)| *rank).map(|(_, file)| file)
    }

    fn platform(python: Option<(u8, u8)>, system: System, machine: &str) -> Platform {
        Platform { python, system, machine: machine.to_owned() }
    }

    #[test]
    fn the_file_that_an_installer_would_take_is_chosen() {
        let files = [
            "foo-1.0.tar.gz",
            "foo-1.0-cp39-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "foo-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "foo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
            "foo-1.0-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "foo-1.0-cp313-cp313t-manylinux_2_28_x86_64.whl",
            "foo-1.0-cp313-cp313-musllinux_1_2_x86_64.whl",
            "foo-1.0-cp312-cp312-macosx_11_0_arm64.whl",
            "foo-1.0-cp312-cp312-macosx_10_9_universal2.whl",
            "foo-1.0-cp312-cp312-win_amd64.whl",
            "foo-1.0-cp312-cp312-win32.whl",
            "foo-1.0-pp310-pypy310_pp73-manylinux_2_17_x86_64.whl",
            "foo-1.0.win32-py2.7.exe",
        ];
        for (platform, expected) in [
            (platform(None, System::Manylinux, "x86_64"), files[4]),
            (platform(Some((3, 12)), System::Manylinux, "x86_64"), files[3]),
            (platform(Some((3, 11)), System::Manylinux, "x86_64"), files[1]),
            (platform(Some((3, 8)), System::Manylinux, "x86_64"), files[0]),
            (platform(None, System::Manylinux, "aarch64"), files[0]),
            (platform(None, System::Musllinux, "x86_64"), files[6]),
            (platform(None, System::Macos, "arm64"), files[7]),
            (platform(None, System::Macos, "x86_64"), files[8]),
            (platform(None, System::Windows, "amd64"), files[9]),
            (platform(None, System::Windows, "win32"), files[10]),
            (platform(None, System::Other, "riscv64"), files[0]),
        ] {
            assert_eq!(chosen(&platform, &files), Some(expected), "{platform:?}");
        }
        let here = platform(None, System::Manylinux, "x86_64");
        assert_eq!(chosen(&here, &["foo-1.0.tar.gz", "foo-1.0-py2.py3-none-any.whl"]), Some("foo-1.0-py2.py3-none-any.whl"));
        assert_eq!(chosen(&here, &["foo-1.0-py2-none-any.whl"]), None);
        assert_eq!(
            chosen(&here, &["foo-1.0-py3-none-any.whl", "foo-1.0-cp311-cp311-linux_x86_64.whl"]),
            Some("foo-1.0-cp311-cp311-linux_x86_64.whl")
        );
    }
}
