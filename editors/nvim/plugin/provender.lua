-- The command `:Provender`. The language server itself is a matter of `vim.lsp.enable('provender')`.

if vim.g.loaded_provender then
  return
end
vim.g.loaded_provender = true

if vim.fn.has('nvim-0.11') == 0 then
  -- Not all of those that get here can write a version down by themselves.
  local version = vim.version()
  local text = 'Provender needs Neovim 0.11 or newer, and this is %d.%d.%d. See :help provender-older for what works here.'
  vim.notify(text:format(version.major, version.minor, version.patch), vim.log.levels.WARN)
  return
end

vim.api.nvim_create_user_command('Provender', function(command)
  require('provender.command').run(command.fargs)
end, {
  nargs = '*',
  desc = 'Verify lockfiles, fix findings, manage git hooks, explain rules',
  complete = function(lead, line)
    return require('provender.command').complete(lead, line)
  end,
})
