-- A server that is killed comes back, and its findings with it; one that keeps dying stays off, and that is said.

local h = require('harness')

local function process()
  local client = h.client()
  local children = vim.api.nvim_get_proc_children(vim.fn.getpid())
  return client and client.initialized and children[1], client
end

local function kill()
  local pid, client = h.wait('the server', function()
    local pid, client = process()
    return pid and { pid, client }
  end)[1], h.client()
  vim.uv.kill(pid, 'sigkill')
  h.wait('the end of the server', function()
    return h.client() ~= client
  end)
  return client.id
end

h.run(function()
  h.go_to('unpinned-dependency')
  local said = {}
  vim.notify = function(text)
    table.insert(said, text)
  end
  for _ = 1, 4 do
    local killed = kill()
    local client = h.wait('another server', h.client)
    assert(client.id ~= killed)
    h.go_to('unpinned-dependency')
  end
  kill()
  h.wait('the message', function()
    return table.concat(said, '\n'):find('stays off', 1, true)
  end)
  h.equal(h.client(), nil)

  -- When a person asks for it, it starts all the same.
  vim.cmd.edit({ bang = true })
  h.wait('the server', h.client)
  vim.lsp.enable('provender', false)
  h.wait('the end of the server', function()
    return not h.client() and #vim.api.nvim_get_proc_children(vim.fn.getpid()) == 0
  end)
end)
