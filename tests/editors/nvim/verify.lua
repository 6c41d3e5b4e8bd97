-- The lens over a lockfile verifies it, with progress, and a tampered entry is marked; so does `:Provender verify`.

local h = require('harness')

-- Before 0.12 lenses are fetched by hand.
local is_kept = vim.lsp.codelens.enable ~= nil

local function lens()
  if not is_kept then
    vim.lsp.codelens.refresh({ bufnr = 0 })
  end
  for _, entry in ipairs(vim.lsp.codelens.get(is_kept and { bufnr = 0 } or 0)) do
    return (entry.lens or entry).command.title
  end
end

local function lens_is(title)
  h.wait('the lens ' .. title, function()
    return lens() == title
  end)
end

h.run(function()
  local seen = {}
  vim.api.nvim_create_autocmd('LspProgress', {
    callback = function(event)
      local value = event.data.params.value
      table.insert(seen, ('%s: %s %s'):format(value.kind, value.title or '', value.message or ''))
    end,
  })
  h.wait('the server', h.client)
  if is_kept then
    vim.lsp.codelens.enable(true, { bufnr = 0 })
  end
  lens_is('Verify 2 packages against the registry')
  h.equal(h.findings('integrity-mismatch'), {})

  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.lsp.codelens.run()
  local found = h.go_to('integrity-mismatch')
  h.contains(h.text():sub(1, vim.api.nvim_buf_get_offset(0, found.lnum + 1)), 'node_modules/right-pad')
  lens_is('Of 2 packages: 1 verified, 1 mismatched · verify again')
  h.wait('the progress to begin', function()
    return table.concat(seen, '\n'):find('begin: Verifying package-lock.json', 1, true)
  end)
  h.wait('the progress to end', function()
    return table.concat(seen, '\n'):find('end: .*package%-lock%.json: of 2 packages, 1 verified, 1 mismatched')
  end)

  for _, command in ipairs({ 'Provender verify', 'Provender verify all' }) do
    seen = {}
    vim.cmd(command)
    h.wait(command, function()
      return table.concat(seen, '\n'):find('end: .*package%-lock%.json: of 2 packages')
    end)
  end
end)
