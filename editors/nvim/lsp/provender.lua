---@brief
---
--- Provender guards a repository's dependencies: manifests, lockfiles, and the package managers' settings.
---
--- The program `provender` has to be on `$PATH`. Settings, with what holds where nothing is set:
---
--- ```lua
--- vim.lsp.config('provender', {
---   settings = {
---     provender = {
---       network = 'ask', -- when a registry may be asked: 'off', 'ask' (when you ask for it), 'on'
---       severity = 'info', -- from which severity on findings are shown: 'info', 'warning', 'error'
---     },
---   },
--- })
--- vim.lsp.enable('provender')
--- ```

-- files: begin (rendered by `cargo xtask codegen`)
local globs = {
  '**/package.json',
  '**/npm-shrinkwrap.json',
  '**/package-lock.json',
  '**/pnpm-lock.yaml',
  '**/yarn.lock',
  '**/bun.lock',
  '**/bun.lockb',
  '**/.npmrc',
  '**/.yarnrc',
  '**/.yarnrc.yml',
  '**/bunfig.toml',
  '**/.bunfig.toml',
  '**/pnpm-workspace.yaml',
  '**/Cargo.toml',
  '**/Cargo.lock',
  '**/.cargo/config.toml',
  '**/.cargo/config',
  '**/.cargo/credentials.toml',
  '**/.cargo/credentials',
  '**/go.mod',
  '**/go.work',
  '**/go.sum',
  '**/go.work.sum',
  '**/pyproject.toml',
  '**/Pipfile',
  '**/uv.toml',
  '**/poetry.toml',
  '**/uv.lock',
  '**/poetry.lock',
  '**/pdm.lock',
  '**/pdm.*.lock',
  '**/pdm.*.*.lock',
  '**/Pipfile.lock',
  '**/pylock.toml',
  '**/pylock.*.toml',
  '**/constraints*.txt',
  '**/*constraints.txt',
  '**/requirements*.txt',
  '**/*requirements.txt',
  '**/requirements/*.txt',
  '**/requirements*.in',
  '**/*requirements.in',
  '**/requirements/*.in',
  '**/.config/pip/pip.conf',
  '**/.config/pip/pip.ini',
  '**/.pip/pip.conf',
  '**/.pip/pip.ini',
  '**/pip.conf',
  '**/pip.ini',
  '**/provender.toml',
}

-- Folders with other people's projects.
local skipped = {
  'node_modules',
  'bower_components',
  'site-packages',
  '.venv',
  '.tox',
  '.git',
  '.hg',
  '.jj',
  '.svn',
}
-- files: end

local matchers

--- Whether a path is one of a file that Provender knows, as far as its name tells.
local function is_known(path)
  matchers = matchers or vim.tbl_map(vim.glob.to_lpeg, globs)
  return vim.iter(matchers):any(function(matcher)
    return matcher:match(path) ~= nil
  end)
end

--- Whether a path below a root lies in a folder with other people's projects.
local function is_skipped(path, root)
  local below = vim.fs.relpath(root, vim.fs.dirname(path)) or ''
  return vim.iter(vim.split(below, '/')):any(function(folder)
    return vim.list_contains(skipped, folder)
  end)
end

--- Starts the server again after it died, unless it keeps dying.
local function revive(code, signal)
  -- A server that is told to stop ends with 0, or by SIGTERM if it takes too long.
  local was_told = (code == 0 and signal == 0) or signal == 15
  if was_told or vim.v.exiting ~= vim.NIL then
    return
  end
  local now = vim.uv.now()
  local crashes = vim.tbl_filter(function(crash)
    return now - crash < 180000
  end, vim.g.provender_crashes or {})
  table.insert(crashes, now)
  -- Not in a variable of this file, which Neovim reads anew with every `vim.lsp.enable()`.
  vim.g.provender_crashes = crashes
  if #crashes > 4 then
    vim.notify('Provender ended five times within three minutes and stays off; see :checkhealth provender', vim.log.levels.ERROR)
    return
  end
  if not vim.lsp.is_enabled or vim.lsp.is_enabled('provender') then
    vim.lsp.enable('provender')
  end
end

--- Lets a client look after a buffer, if it is one of the lists that its server asked for.
local function attach(client, buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  if vim.api.nvim_buf_is_loaded(buffer) and vim.list_contains(vim.tbl_values(client.provender_lists or {}), name) then
    vim.lsp.buf_attach_client(buffer, client.id)
  end
end

--- The server asks for lists of requirements that no name tells as such, since others take them in.
local function registered(problem, params, ctx)
  local answer = vim.lsp.handlers['client/registerCapability'](problem, params, ctx)
  local client = assert(vim.lsp.get_client_by_id(ctx.client_id))
  client.provender_lists = client.provender_lists or {}
  for _, registration in ipairs(params.registrations) do
    local filter = registration.method == 'textDocument/didOpen' and registration.registerOptions.documentSelector[1]
    client.provender_lists[registration.id] = filter and filter.pattern or nil
  end
  vim.iter(vim.api.nvim_list_bufs()):each(function(buffer)
    attach(client, buffer)
  end)
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile', 'BufFilePost' }, {
    group = vim.api.nvim_create_augroup('provender_lists', {}),
    callback = function(event)
      for _, other in ipairs(vim.lsp.get_clients({ name = 'provender' })) do
        attach(other, event.buf)
      end
    end,
  })
  return answer
end

--- It takes that back when nothing takes them in any more.
local function unregistered(problem, params, ctx)
  local client = assert(vim.lsp.get_client_by_id(ctx.client_id))
  local lists = client.provender_lists or {}
  for _, registration in ipairs(params.unregisterations) do
    for buffer in pairs(client.attached_buffers) do
      if lists[registration.id] == vim.api.nvim_buf_get_name(buffer) then
        vim.lsp.buf_detach_client(buffer, client.id)
      end
    end
    lists[registration.id] = nil
  end
  return vim.lsp.handlers['client/unregisterCapability'](problem, params, ctx)
end

---@type vim.lsp.Config
return {
  cmd = { 'provender', 'lsp' },
  -- Those that Neovim gives the known files. Which files it is about, `root_dir` decides by their names.
  filetypes = {
    'cfg',
    'conf',
    'dockerfile',
    'dosini',
    'gomod',
    'gosum',
    'gowork',
    'json',
    'jsonc',
    'requirements',
    'text',
    'toml',
    'yaml',
    'yaml.docker-compose',
    'yaml.github',
    'yaml.gitlab',
  },
  -- The first one that there is above the file, in this order.
  root_markers = { '.git', 'provender.toml' },
  root_dir = function(bufnr, on_dir)
    local path = vim.api.nvim_buf_get_name(bufnr)
    if path == '' or path:match('^%a[%w+.-]+://') or not is_known(path) then
      return
    end
    local root
    for _, marker in ipairs(vim.lsp.config.provender.root_markers or {}) do
      root = root or vim.fs.root(path, marker)
    end
    root = root or vim.fs.dirname(path)
    if not is_skipped(path, root) then
      on_dir(root)
    end
  end,
  capabilities = { textDocument = { synchronization = { dynamicRegistration = true } } },
  handlers = {
    ['client/registerCapability'] = registered,
    ['client/unregisterCapability'] = unregistered,
  },
  on_exit = function(code, signal)
    -- After Neovim has put the dead one away.
    vim.schedule(function()
      vim.schedule(function()
        revive(code, signal)
      end)
    end)
  end,
}
