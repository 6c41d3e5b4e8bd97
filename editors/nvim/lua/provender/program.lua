--- The program `provender`, as the language server's configuration names it.

local M = {}

--- How it is called.
function M.name()
  local config = vim.lsp.config.provender
  local cmd = config and config.cmd
  return type(cmd) == 'table' and cmd[1] or 'provender'
end

--- Its path; nil if there is none.
function M.path()
  local path = vim.fn.exepath(M.name())
  return path ~= '' and path or nil
end

--- Runs it and waits, for what is answered at once.
--- @return string? output, string? why
function M.ask(arguments, cwd)
  local path = M.path()
  if not path then
    return nil, ('%s is not an executable program on $PATH'):format(M.name())
  end
  local started, run = pcall(vim.system, vim.list_extend({ path }, arguments), { text = true, cwd = cwd })
  if not started then
    return nil, ('%s cannot be run: %s'):format(path, run)
  end
  local done = run:wait(10000)
  local text = vim.trim((done.stdout or '') .. (done.stderr or ''))
  if done.code == 0 then
    return text
  end
  return nil, text ~= '' and text or ('%s ended with %d'):format(path, done.code)
end

--- Every rule's id.
function M.rules()
  local text = M.ask({ 'explain' }) or ''
  return vim.iter(vim.split(text, '\n')):map(function(line)
    return line:match('^%S+')
  end):totable()
end

return M
