--- `:Provender`.

local program = require('provender.program')

local M = {}

local function say(text, level)
  vim.notify('Provender: ' .. text, level or vim.log.levels.INFO)
end

--- The server that looks after the current buffer, or after any if the buffer does not matter.
local function server(everywhere)
  local filter = { name = 'provender', bufnr = not everywhere and vim.api.nvim_get_current_buf() or nil }
  local client = vim.lsp.get_clients(filter)[1]
  if not client then
    local what = everywhere and 'the language server does not run' or 'the language server does not look after this file'
    say(what .. '; :checkhealth provender says why', vim.log.levels.ERROR)
  end
  return client
end

--- Has the server do something; what comes of it, it says itself.
local function have_done(client, command, arguments)
  local provider = client.server_capabilities.executeCommandProvider or {}
  if not vim.list_contains(provider.commands or {}, command) then
    say(('this version of the program does not know %s: update it'):format(command), vim.log.levels.ERROR)
    return
  end
  local buffer = vim.api.nvim_get_current_buf()
  client:request('workspace/executeCommand', { command = command, arguments = arguments }, function(problem)
    if problem then
      say(problem.message, vim.log.levels.ERROR)
    end
  end, buffer)
end

local function verify(what)
  local client = server(what == 'all')
  if not client then
    return
  elseif what == 'all' then
    have_done(client, 'provender.verifyAll')
  else
    have_done(client, 'provender.verify', { vim.uri_from_bufnr(0) })
  end
end

local function fix(what)
  local client = server(what == 'all')
  if not client then
    return
  elseif what == 'all' then
    have_done(client, 'provender.fixAll')
  else
    vim.lsp.buf.code_action({ apply = true, context = { only = { 'source.fixAll.provender' }, diagnostics = {} } })
  end
end

local function hooks(what)
  what = what or 'status'
  local root = vim.fs.root(0, '.git') or vim.fn.getcwd()
  local text, why = program.ask({ 'hook', what }, root)
  -- A hook that is not installed is news, not a fault.
  say(text or why, (text or what == 'status') and vim.log.levels.INFO or vim.log.levels.ERROR)
end

local function all()
  return { 'all' }
end

local COMMANDS = {
  verify = { run = verify, words = all },
  fix = { run = fix, words = all },
  hooks = {
    run = hooks,
    words = function()
      return { 'install', 'status', 'uninstall' }
    end,
  },
  explain = {
    run = function(rule)
      require('provender.explain').run(rule)
    end,
    words = program.rules,
    -- A rule that is not known is the program's to complain about, since it names those that are near.
    any = true,
  },
}

local function names()
  local known = vim.tbl_keys(COMMANDS)
  table.sort(known)
  return known
end

--- Runs `:Provender NAME [WORD]`.
function M.run(words)
  local name, word = words[1], words[2]
  local command = COMMANDS[name]
  if not name then
    say(('say what to do: %s'):format(table.concat(names(), ', ')), vim.log.levels.ERROR)
  elseif not command then
    say(('there is no `%s`, only %s'):format(name, table.concat(names(), ', ')), vim.log.levels.ERROR)
  elseif #words > 2 or (word and not command.any and not vim.list_contains(command.words(), word)) then
    local expected = command.any and 'one rule' or table.concat(command.words(), ', ')
    say(('`%s` takes nothing, or one of: %s'):format(name, expected), vim.log.levels.ERROR)
  else
    command.run(word)
  end
end

--- What may stand where the cursor is.
function M.complete(lead, line)
  local before = vim.split(vim.trim(line:sub(1, #line - #lead)), '%s+')
  local words = {}
  if #before == 1 then
    words = names()
  elseif #before == 2 and COMMANDS[before[2]] then
    words = COMMANDS[before[2]].words()
  end
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, words)
end

return M
