-- Filetypes for known files that Neovim has none for: without one no language server starts. (rendered by `cargo xtask codegen`)

local filetypes = {
  { '*/package.json', 'json' },
  { '*/npm-shrinkwrap.json', 'json' },
  { '*/package-lock.json', 'json' },
  { '*/pnpm-lock.yaml', 'yaml' },
  { '*/yarn.lock', 'text' },
  { '*/bun.lock', 'json' },
  { '*/bun.lockb', 'text' },
  { '*/.npmrc', 'dosini' },
  { '*/.yarnrc', 'text' },
  { '*/.yarnrc.yml', 'yaml' },
  { '*/bunfig.toml', 'toml' },
  { '*/.bunfig.toml', 'toml' },
  { '*/pnpm-workspace.yaml', 'yaml' },
  { '*/Cargo.toml', 'toml' },
  { '*/Cargo.lock', 'toml' },
  { '*/.cargo/config.toml', 'toml' },
  { '*/.cargo/config', 'toml' },
  { '*/.cargo/credentials.toml', 'toml' },
  { '*/.cargo/credentials', 'toml' },
  { '*/go.mod', 'text' },
  { '*/go.work', 'text' },
  { '*/go.sum', 'text' },
  { '*/go.work.sum', 'text' },
  { '*/pyproject.toml', 'toml' },
  { '*/Pipfile', 'toml' },
  { '*/uv.toml', 'toml' },
  { '*/poetry.toml', 'toml' },
  { '*/uv.lock', 'toml' },
  { '*/poetry.lock', 'toml' },
  { '*/pdm.lock', 'toml' },
  { '*/pdm.*.lock', 'toml' },
  { '*/pdm.*.*.lock', 'toml' },
  { '*/Pipfile.lock', 'json' },
  { '*/pylock.toml', 'toml' },
  { '*/pylock.*.toml', 'toml' },
  { '*/constraints*.txt', 'text' },
  { '*/*constraints.txt', 'text' },
  { '*/requirements*.txt', 'text' },
  { '*/*requirements.txt', 'text' },
  { '*/requirements/*.txt', 'text' },
  { '*/requirements*.in', 'text' },
  { '*/*requirements.in', 'text' },
  { '*/requirements/*.in', 'text' },
  { '*/.config/pip/pip.conf', 'dosini' },
  { '*/.config/pip/pip.ini', 'dosini' },
  { '*/.pip/pip.conf', 'dosini' },
  { '*/.pip/pip.ini', 'dosini' },
  { '*/pip.conf', 'dosini' },
  { '*/pip.ini', 'dosini' },
  { '*/provender.toml', 'toml' },
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
