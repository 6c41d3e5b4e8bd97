-- Which files it looks after: each known one, whatever else there is beside it, and no other.

local h = require('harness')

local function names()
  local list = {}
  for line in io.lines(vim.fs.normalize('~/names')) do
    table.insert(list, line)
  end
  return list
end

local function has_server(path)
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  vim.cmd.edit(path)
  local filetype = vim.bo.filetype
  local asked = false
  vim.lsp.config.provender.root_dir(0, function()
    asked = true
  end)
  return asked and vim.list_contains(vim.lsp.config.provender.filetypes, filetype), filetype
end

h.run(function()
  local known = names()
  assert(#known > 10)
  for _, name in ipairs(known) do
    local has, filetype = has_server(vim.fs.joinpath(vim.uv.cwd(), 'a', name))
    if not has then
      error(('no server for %s (%s)'):format(name, filetype))
    end
    h.wait('the server for ' .. name, h.client)
  end
  for _, name in ipairs({ 'tsconfig.json', 'a/xpackage.json', 'README.md', 'node_modules/x/package.json', 'a/.venv/pyproject.toml' }) do
    assert(not has_server(vim.fs.joinpath(vim.uv.cwd(), name)), name)
  end
  h.equal(#vim.lsp.get_clients({ name = 'provender' }), 1)
end)
