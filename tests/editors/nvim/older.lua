-- Before 0.11: one clear message at the start, a health report that says the same, and the configuration that the help shows works.

local h = require('harness')

h.run(function()
  h.contains(vim.fn.execute('messages'), 'Provender needs Neovim 0.11 or newer, and this is 0.10')
  h.equal(vim.fn.exists(':Provender'), 0)
  vim.cmd('checkhealth provender')
  h.wait('the report', function()
    return h.text():find('Provender needs Neovim 0.11', 1, true)
  end)
  vim.cmd.bwipeout()

  -- What the help shows.
  vim.cmd('help provender-older')
  local help = h.text()
  local code = help:match('%*provender%-older%*.->lua\n(.-)\n<')
  vim.cmd.helpclose()
  assert(loadstring(code))()
  vim.cmd.edit({ bang = true })
  h.go_to('unpinned-dependency')
end)
