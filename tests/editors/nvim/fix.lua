-- A finding, its reasons, its quick-fix, and the file on disk.

local h = require('harness')

h.run(function()
  local found = h.go_to('unpinned-dependency')
  h.equal(vim.api.nvim_get_current_line():sub(found.col + 1, found.end_col), '^1.3.0')
  h.equal(h.client().root_dir, vim.uv.cwd())

  vim.lsp.buf.hover()
  local hover = h.wait('the hover', function()
    local window = vim.b.lsp_floating_preview
    return window and vim.api.nvim_win_is_valid(window) and h.text(vim.api.nvim_win_get_buf(window))
  end)
  h.contains(hover, 'left-pad')

  vim.lsp.buf.code_action({
    apply = true,
    context = { only = { 'quickfix' } },
    filter = function(action)
      return action.title:find('1.3.0', 1, true) ~= nil
    end,
  })
  h.wait('the edit', function()
    return h.text():find('"left-pad": "1.3.0"', 1, true)
  end)
  h.wait('the finding to go', function()
    return #h.findings('unpinned-dependency') == 1
  end)
  vim.cmd.write()
  h.contains(h.on_disk(), '"left-pad": "1.3.0"')

  vim.cmd('Provender fix')
  h.wait('every other fix', function()
    return h.text():find('"right-pad": "2.0.1"', 1, true)
  end)
  vim.cmd.write()
  h.contains(h.on_disk(), '"right-pad": "2.0.1"')
end)
