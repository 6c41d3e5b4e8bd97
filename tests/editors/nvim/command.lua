-- `:Provender`: what it says, what it offers, and what it does with words that mean nothing.

local h = require('harness')

local said = {}

local function says(command, part)
  said = {}
  vim.cmd(command)
  h.contains(table.concat(said, '\n'), part)
end

h.run(function()
  vim.notify = function(text)
    table.insert(said, text)
  end
  h.go_to('unpinned-dependency')

  vim.cmd('Provender explain')
  h.equal(vim.fn.bufname(), 'provender://explain/unpinned-dependency')
  h.contains(h.text(), 'What to do')
  h.equal(vim.bo.modifiable, false)
  vim.api.nvim_feedkeys('q', 'x', false)
  h.equal(vim.fs.basename(vim.fn.bufname()), 'package.json')

  vim.cmd('Provender explain exotic-source')
  h.contains(h.text(), 'exotic-source')
  -- Again, from within, and in the same window.
  vim.cmd('Provender explain exotic-source')
  h.equal(#vim.api.nvim_list_wins(), 2)
  vim.cmd.close()
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.cmd('Provender explain')
  h.equal(vim.fn.bufname(), 'provender://explain/rules')
  vim.cmd.close()
  says('Provender explain no-such-rule', 'no-such-rule')

  says('Provender hooks', 'not installed')
  says('Provender hooks install', 'pre-commit')
  h.equal(vim.fn.filereadable('.git/hooks/pre-commit'), 1)
  says('Provender hooks status', 'pre-push')
  says('Provender hooks uninstall', 'pre-commit')
  h.equal(vim.fn.filereadable('.git/hooks/pre-commit'), 0)

  says('Provender', 'explain, fix, hooks, verify')
  says('Provender nonsense', 'explain, fix, hooks, verify')
  says('Provender verify nonsense', 'all')
  h.equal(vim.fn.getcompletion('Provender ', 'cmdline'), { 'explain', 'fix', 'hooks', 'verify' })
  h.equal(vim.fn.getcompletion('Provender hooks i', 'cmdline'), { 'install' })
  h.equal(vim.fn.getcompletion('Provender verify ', 'cmdline'), { 'all' })
  h.equal(vim.fn.getcompletion('Provender explain exotic', 'cmdline'), { 'exotic-source' })

  vim.cmd.edit('README.md')
  says('Provender verify', 'does not look after this file')
  vim.cmd('help provender')
  h.equal(vim.bo.filetype, 'help')
  vim.cmd('help :Provender')
  vim.cmd('help provender-older')
end)
