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

/// For files that an editor has no language for: the one that they are written in.
fn lua_filetypes() -> String {
    let mut lua = format!(
        "-- Filetypes for known files that Neovim has none for: without one no language server starts. ({HEAD})\n\nlocal filetypes = {{\n"
    );
    for format in FORMATS {
        let filetype = match (format.parse)("").syntax {
            Syntax::Json(_) => "json",
            Syntax::Ini(_) | Syntax::PythonIni(_) => "dosini",
            Syntax::Toml(_) => "toml",
            Syntax::Yaml(_) => "yaml",
            Syntax::Text | Syntax::Binary => "text",
        };
        for name in format.names.iter().chain(format.patterns) {
            let _ = writeln!(lua, "  {{ '*/{name}', '{filetype}' }},");
        }
    }
    lua + FILETYPES_END
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_file_is_in_every_configuration() {
        for (path, text) in all().unwrap() {
            for name in FORMATS.iter().flat_map(|format| format.names.iter().chain(format.patterns)) {
                assert!(text.contains(name), "{path}: {name}");
            }
        }
    }
}
