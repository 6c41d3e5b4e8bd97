-- A list of requirements whose name does not tell that it is one: opened before the server knows, and after; and let go.

local h = require('harness')

local function marked(buffer)
  return #vim.tbl_filter(function(found)
    return found.source == 'provender' and found.code == 'unpinned-dependency'
  end, vim.diagnostic.get(buffer))
end

local function is_attached(buffer)
  return #vim.lsp.get_clients({ bufnr = buffer, name = 'provender' }) > 0
end

h.run(function()
  local extra = vim.api.nvim_get_current_buf()
  h.equal(is_attached(extra), false)
  vim.cmd.edit('requirements.txt')
  local list = vim.api.nvim_get_current_buf()
  h.wait('the list to be looked after', function()
    return is_attached(extra) and marked(extra) == 1
  end)
  vim.api.nvim_buf_set_lines(extra, 0, 0, false, { 'flask>=3' })
  h.wait('what was typed to be marked', function()
    return marked(extra) == 2
  end)

  vim.api.nvim_buf_set_lines(list, 0, -1, false, { '# nothing' })
  h.wait('it to be let go', function()
    return not is_attached(extra) and marked(extra) == 0
  end)
  vim.api.nvim_buf_set_lines(list, 0, -1, false, { '-r deps/extra.txt', '-r deps/later.txt' })
  h.wait('it to be looked after again, as it is in the editor', function()
    return is_attached(extra) and marked(extra) == 2
  end)

  vim.cmd.edit('deps/note.txt')
  h.equal(is_attached(0), false)
  vim.cmd.edit('deps/later.txt')
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'flask>=3' })
  h.wait('one that is opened later to be looked after', function()
    return is_attached(0) and marked(0) == 1
  end)
end)
