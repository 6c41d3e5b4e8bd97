-- What the scenarios share. A scenario runs as `nvim --headless FILE -c 'luafile scenario.lua'` with a person's init.lua, and ends
-- Neovim itself: with 0, or with what went wrong on standard error and 1.

local M = {}

local LIMIT = 60000

--- Runs a scenario and ends Neovim.
function M.run(scenario)
  -- After the start is over, as it is for a person who types.
  vim.schedule(function()
    local done, why = xpcall(scenario, debug.traceback)
    if not done then
      io.stderr:write(why, '\n', 'messages:\n', vim.fn.execute('messages'), '\n')
      vim.cmd.cquit({ bang = true })
    end
    M.stop()
    vim.cmd.qall({ bang = true })
  end)
end

--- Ends the servers. Neovim 0.10 may die of SIGPIPE if one goes away while it is leaving itself.
function M.stop()
  for _, client in ipairs(vim.lsp.get_clients()) do
    if vim.fn.has('nvim-0.11') == 1 then
      client:stop()
    else
      client.stop()
    end
  end
  M.wait('the servers to end', function()
    return #vim.lsp.get_clients() == 0
  end)
end

--- Waits until something holds; gives what held.
function M.wait(what, condition)
  local value
  local held = vim.wait(LIMIT, function()
    value = condition()
    return value
  end, 10)
  if not held then
    error('waited in vain for ' .. what, 2)
  end
  return value
end

function M.equal(found, expected)
  if not vim.deep_equal(found, expected) then
    error(('%s instead of %s'):format(vim.inspect(found), vim.inspect(expected)), 2)
  end
end

function M.contains(text, part)
  if not text:find(part, 1, true) then
    error(('`%s` is not in:\n%s'):format(part, text), 2)
  end
end

--- The findings of a rule in the current buffer; all of them without one.
function M.findings(rule)
  return vim.tbl_filter(function(found)
    return found.source == 'provender' and (not rule or found.code == rule)
  end, vim.diagnostic.get(0))
end

function M.client()
  return vim.lsp.get_clients({ bufnr = 0, name = 'provender' })[1]
end

--- Puts the cursor on the first finding of a rule, once it is there.
function M.go_to(rule)
  local found = M.wait('a finding of ' .. rule, function()
    return M.findings(rule)[1]
  end)
  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
  return found
end

function M.text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), '\n')
end

function M.on_disk()
  return table.concat(vim.fn.readfile(vim.api.nvim_buf_get_name(0)), '\n')
end

return M
