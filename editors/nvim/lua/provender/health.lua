--- `:checkhealth provender`.

local M = {}

local function health()
  -- Before 0.10 they had longer names, and before 0.8 another place.
  local h = vim.health or require('health')
  return h.start and h or { start = h.report_start, ok = h.report_ok, warn = h.report_warn, error = h.report_error, info = h.report_info }
end

local function neovim(h)
  h.start('Neovim')
  local v = vim.version()
  local version = ('%d.%d.%d'):format(v.major, v.minor, v.patch)
  if vim.fn.has('nvim-0.11') == 1 then
    h.ok('Neovim ' .. version)
    return true
  end
  h.error('Provender needs Neovim 0.11 or newer, and this is ' .. version, {
    'Install a newer Neovim, or',
    'start the server yourself, as :help provender-older shows',
  })
end

--- @return string? version
local function the_program(h)
  local program = require('provender.program')
  h.start('The program')
  local path = program.path()
  if not path then
    h.error(('`%s` is not an executable program on $PATH'):format(program.name()), {
      'Install it, for example with `cargo install provender`, or with :MasonInstall provender',
      "Or name its place: vim.lsp.config('provender', { cmd = { '/path/to/provender', 'lsp' } })",
    })
    return
  end
  local version, why = program.ask({ '--version' })
  if not version then
    h.error(('%s does not run: %s'):format(path, why))
    return
  end
  h.ok(('%s: %s'):format(path, version))
  return version:match('%S+$')
end

local function files(client)
  local names = {}
  for buffer in pairs(client.attached_buffers) do
    table.insert(names, vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':~:.'))
  end
  table.sort(names)
  return table.concat(names, ', ')
end

local function server(h, version)
  h.start('The language server')
  -- Only 0.12 can tell.
  local is_enabled = not vim.lsp.is_enabled or vim.lsp.is_enabled('provender')
  if not is_enabled then
    h.error('It is not switched on', { "Put vim.lsp.enable('provender') into your init.lua" })
  end
  local clients = vim.lsp.get_clients({ name = 'provender' })
  if #clients == 0 and is_enabled then
    h.warn('It does not run', {
      'It starts with the first file that it knows: open a manifest, a lockfile, or the settings of a package manager',
      "If one is open, look whether vim.lsp.enable('provender') is in your init.lua, and what :lua vim.cmd.edit(vim.lsp.log.get_filename()) says",
    })
  end
  for _, client in ipairs(clients) do
    h.ok(('Runs in %s, for %s'):format(client.root_dir or 'no folder', files(client)))
    local running = client.server_info and client.server_info.version
    if running and version and running ~= version then
      h.warn(('It is version %s, and the program on $PATH is %s'):format(running, version), { 'Restart Neovim' })
    end
  end
end

local function hooks(h)
  h.start('Git hooks')
  local root = vim.fs.root(0, '.git') or vim.fs.root(vim.fn.getcwd(), '.git')
  if not root then
    h.info('The current folder is in no git repository')
    return
  end
  local text, why = require('provender.program').ask({ 'hook', 'status' }, root)
  if text then
    h.ok(text)
  else
    h.warn(why, { ':Provender hooks install' })
  end
end

--- Tells what there is, and what to do about what there is not.
function M.check()
  local h = health()
  if not neovim(h) then
    return
  end
  local version = the_program(h)
  server(h, version)
  if version then
    hooks(h)
  end
end

return M
