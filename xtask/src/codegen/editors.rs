//! The generated parts of the editors' configurations: which files there are to look after.

use std::fmt::Write as _;

use provender_core::formats::{FORMATS, Format, SKIPPED_FOLDERS};
use provender_core::syntax::Syntax;

use super::markers;
use crate::{Outcome, place};

const HEAD: &str = "rendered by `cargo xtask codegen`";

/// Every file with a generated part, and its text.
pub(crate) fn all() -> Outcome<Vec<(&'static str, String)>> {
    Ok(vec![
        filled("editors/nvim/lsp/provender.lua", "--", &lua_globs())?,
        ("editors/nvim/ftdetect/provender.lua", lua_filetypes()),
        filled("editors/helix/languages.toml", "#", &helix_languages())?,
        filled("editors/emacs/provender.el", ";;", &elisp_names())?,
    ])
}

fn filled(path: &'static str, comment: &str, part: &str) -> Outcome<(&'static str, String)> {
    let (begin, end) = (format!("{comment} files: begin ({HEAD})\n"), format!("{comment} files: end"));
    let text = markers::between(&place::read(path)?, &begin, &end, part).map_err(|error| format!("{path}: {error}"))?;
    Ok((path, text))
}

fn lua_globs() -> String {
    let mut lua = "local globs = {\n".to_owned();
    for glob in Format::globs() {
        let _ = writeln!(lua, "  '{glob}',");
    }
    lua.push_str("}\n\n-- Folders with other people's projects.\nlocal skipped = {\n");
    for folder in SKIPPED_FOLDERS {
        let _ = writeln!(lua, "  '{folder}',");
    }
    lua + "}\n"
}

/// For files that Neovim has no filetype for: that of what they are written in.
fn lua_filetypes() -> String {
    let mut lua = format!(
        "-- Filetypes for known files that Neovim has none for: without one no language server starts. ({HEAD})\n\nlocal filetypes = {{\n"
    );
    for format in FORMATS {
        for name in names(format) {
            let _ = writeln!(lua, "  {{ '*/{name}', '{}' }},", filetype(format, name));
        }
    }
    lua + FILETYPES_END
}

fn filetype(format: &Format, name: &str) -> &'static str {
    match (format.parse)("").syntax {
        _ if extension(name) == "toml" => "toml",
        Syntax::Json(_) => "json",
        Syntax::Ini(_) | Syntax::PythonIni(_) => "dosini",
        Syntax::Toml(_) => "toml",
        Syntax::Yaml(_) => "yaml",
        Syntax::Yarnrc(_) | Syntax::Text | Syntax::Binary => "text",
    }
}

const FILETYPES_END: &str = "}

local group = vim.api.nvim_create_augroup('provender.filetypes', {})
for _, entry in ipairs(filetypes) do
  vim.api.nvim_create_autocmd({ 'BufNewFile', 'BufRead' }, {
    group = group,
    pattern = entry[1],
    callback = function(event)
      if vim.bo[event.buf].filetype == '' then
        vim.bo[event.buf].filetype = entry[2]
      end
    end,
  })
end
";

/// Names without such an extension that Helix has a language for.
const NAMED_BY_HELIX: &[&str] = &[
    ".npmrc",
    "Cargo.lock",
    "Dockerfile",
    "bun.lock",
    "deno.lock",
    "go.mod",
    "go.work",
    "pdm.lock",
    "poetry.lock",
    "uv.lock",
    "yarn.lock",
];

/// Helix starts a server by language, and has none for some known files: they get one here. A test opens every one of them.
fn helix_languages() -> String {
    let mut of_pip = String::new();
    let mut others = String::new();
    for name in FORMATS.iter().flat_map(|format| names(format)) {
        let list = match extension(name) {
            "txt" | "in" => &mut of_pip,
            "json" | "toml" | "yaml" | "yml" | "ini" | "cfg" => continue,
            _ if NAMED_BY_HELIX.contains(&name) => continue,
            _ => &mut others,
        };
        let _ = writeln!(list, "  {{ glob = \"{name}\" }},");
    }
    let language = |name: &str, scope: &str, files: &str| {
        format!(
            "[[language]]\nname = \"{name}\"\nscope = \"{scope}\"\nlanguage-servers = [\"provender\"]\nfile-types = [\n{files}]\n"
        )
    };
    let pip = language("pip-requirements", "source.pip-requirements", &of_pip);
    pip + "\n" + &language("provender", "text.provender", &others)
}

fn elisp_names() -> String {
    let mut lisp = "(defconst provender-files\n  '(".to_owned();
    for (at, name) in FORMATS.iter().flat_map(|format| names(format)).enumerate() {
        let _ = write!(lisp, "{}\"{name}\"", if at == 0 { "" } else { "\n    " });
    }
    lisp + ")\n  \"Names of the files that Provender knows; a star stands for anything but a slash.\")\n"
}

fn names(format: &Format) -> impl Iterator<Item = &'static str> {
    format.names.iter().chain(format.patterns).copied()
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_file_is_in_every_configuration() {
        for (path, text) in all().unwrap().into_iter().filter(|(path, _)| !path.contains("helix")) {
            for name in FORMATS.iter().flat_map(|format| names(format)) {
                assert!(text.contains(name), "{path}: {name}");
            }
        }
    }

    #[test]
    fn helix_learns_of_what_it_has_no_language_for() {
        let languages = helix_languages();
        assert!(languages.contains("\"Pipfile\"") && languages.contains("\"requirements*.txt\""));
        assert!(!languages.contains("\"package.json\"") && !languages.contains("\"yarn.lock\""));
    }
}
