-- Filetypes for known files that Neovim has none for: without one no language server starts. (rendered by `cargo xtask codegen`)

local filetypes = {
  { '*/package.json', 'json' },
  { '*/npm-shrinkwrap.json', 'json' },
  { '*/package-lock.json', 'json' },
  { '*/.npmrc', 'dosini' },
  { '*/Cargo.toml', 'toml' },
  { '*/pyproject.toml', 'toml' },
  { '*/Pipfile', 'toml' },
  { '*/uv.toml', 'toml' },
  { '*/poetry.toml', 'toml' },
  { '*/uv.lock', 'toml' },
  { '*/poetry.lock', 'toml' },
  { '*/pdm.lock', 'toml' },
  { '*/pdm.*.lock', 'toml' },
  { '*/Pipfile.lock', 'json' },
  { '*/provender.toml', 'text' },
}

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
