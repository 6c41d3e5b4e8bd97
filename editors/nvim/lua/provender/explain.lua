--- Why there is a rule, in a window of its own.

local program = require('provender.program')

local M = {}

local function show(title, text)
  local name = 'provender://' .. title
  local buffer = vim.fn.bufnr(name)
  if buffer == -1 then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buffer, name)
  end
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(text, '\n'))
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].filetype = 'markdown'
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, desc = 'Close' })
  local window = vim.fn.bufwinid(buffer)
  if window ~= -1 then
    vim.api.nvim_set_current_win(window)
  else
    vim.cmd.split({ mods = { split = 'belowright' } })
    vim.api.nvim_win_set_buf(0, buffer)
  end
end

local function explain(rule)
  local text, why = program.ask(rule and { 'explain', rule } or { 'explain' })
  if text then
    show('explain/' .. (rule or 'rules'), text)
  else
    vim.notify('Provender: ' .. why, vim.log.levels.ERROR)
  end
end

--- The rules of the findings in the cursor's line, each once.
local function rules_here()
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  local rules = {}
  for _, found in ipairs(vim.diagnostic.get(0, { lnum = line })) do
    if found.source == 'provender' and found.code and not vim.list_contains(rules, found.code) then
      table.insert(rules, found.code)
    end
  end
  return rules
end

--- Explains a rule; without one, that of the finding in the cursor's line; without a finding there, lists every rule.
function M.run(rule)
  local rules = rule and { rule } or rules_here()
  if #rules < 2 then
    explain(rules[1])
    return
  end
  vim.ui.select(rules, { prompt = 'Which rule?' }, function(chosen)
    if chosen then
      explain(chosen)
    end
  end)
end

return M
