-- `:checkhealth provender`, when all is well and when the program is missing.

local h = require('harness')

local function report()
  vim.cmd('checkhealth provender')
  h.wait('the report', function()
    return vim.bo.filetype == 'checkhealth' and h.text():find('Git hooks', 1, true) or h.text():find('not an executable', 1, true)
  end)
  local text = h.text()
  vim.cmd.bwipeout()
  return text
end

h.run(function()
  h.wait('the server', h.client)
  local text = report()
  for _, part in ipairs({ 'OK Neovim 0.', ': provender 0.', 'OK Runs in ', 'for package.json', 'pre-commit' }) do
    h.contains(text, part)
  end
  vim.lsp.config('provender', { cmd = { 'no-such-program', 'lsp' } })
  h.contains(report(), '`no-such-program` is not an executable program on $PATH')
end)
