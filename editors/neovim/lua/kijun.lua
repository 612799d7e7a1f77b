-- Kijun in Neovim 0.10 and later: the language server, and colours from tree-sitter.
--
--   require("kijun").setup({ cmd = { "kijun", "lsp" } })

local M = {}

M.options = {
  --- How the server is started.
  cmd = { "kijun", "lsp" },
  --- "ja", "en", or nil for what the locale says.
  language = nil,
  --- What the server is told besides: `track`, `coverage`, `levels`, `verdicts`.
  settings = {},
}

--- Facts are read where they lie: in a folder `facts` of a workspace.
local FACTS = { "toml", "csv", "tsv", "json", "yaml" }

local function is_facts(path)
  return path:find("/facts/", 1, true) ~= nil
end

--- The nearest folder at or above a buffer's file with a `kijun.toml`.
local function root(buffer)
  return vim.fs.root(buffer, "kijun.toml")
end

--- What the server is told.
local function settings()
  return vim.tbl_extend("force", { language = M.options.language }, M.options.settings)
end

local function start(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  local own = vim.bo[buffer].filetype == "kijun"
  local folder = root(buffer)
  local manifest = vim.fs.basename(path) == "kijun.toml"
  if not own and not (folder and (manifest or is_facts(path))) then
    return
  end
  if vim.fn.executable(M.options.cmd[1]) == 0 then
    vim.notify_once(("kijun: `%s` is not on the PATH"):format(M.options.cmd[1]), vim.log.levels.WARN)
    return
  end
  vim.lsp.start({
    name = "kijun",
    cmd = M.options.cmd,
    root_dir = folder or vim.fs.dirname(path),
    settings = { kijun = settings() },
    init_options = settings(),
  }, { bufnr = buffer })
end

--- A code lens names what to explain.
vim.lsp.commands["kijun.explain"] = function(command)
  require("kijun.run").explain(command.arguments[1])
end

function M.setup(options)
  M.options = vim.tbl_deep_extend("force", M.options, options or {})
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("kijun", { clear = true }),
    pattern = vim.list_extend({ "kijun" }, FACTS),
    callback = function(event)
      start(event.buf)
    end,
  })
end

--- Stops the server and starts it for every buffer that it had.
function M.restart()
  for _, client in ipairs(vim.lsp.get_clients({ name = "kijun" })) do
    local buffers = vim.tbl_keys(client.attached_buffers)
    client.stop()
    vim.wait(5000, function()
      return client.is_stopped()
    end, 20)
    for _, buffer in ipairs(buffers) do
      start(buffer)
    end
  end
end

--- Where the compiled parser lies, on the runtime path.
local function parser()
  return vim.fs.joinpath(vim.fn.stdpath("data"), "site", "parser", "kijun.so")
end

--- The folder of the grammar, beside the folder of this plugin.
local function grammar()
  local here = debug.getinfo(1, "S").source:sub(2)
  return vim.fs.normalize(vim.fs.joinpath(vim.fs.dirname(here), "..", "..", "tree-sitter-kijun"))
end

--- Compiles the parser with the C compiler of the machine (`CC`, else `cc`).
function M.build_parser()
  local out = parser()
  vim.fn.mkdir(vim.fs.dirname(out), "p")
  local source = vim.fs.joinpath(grammar(), "src")
  local command = { vim.env.CC or "cc", "-O2", "-fPIC", "-shared", "-I", source, vim.fs.joinpath(source, "parser.c"), "-o", out }
  local done = vim.system(command, { text = true }):wait()
  if done.code ~= 0 then
    error(("kijun: the parser was not built: %s"):format(done.stderr))
  end
  vim.notify("kijun: built " .. out)
end

--- Starts colours and folds by tree-sitter, where the parser is built.
function M.highlight(buffer)
  if vim.fn.filereadable(parser()) == 1 then
    vim.treesitter.language.add("kijun", { path = parser() })
  end
  if pcall(vim.treesitter.start, buffer, "kijun") then
    vim.wo[0][0].foldmethod = "expr"
    vim.wo[0][0].foldexpr = "v:lua.vim.treesitter.foldexpr()"
    vim.wo[0][0].foldlevel = 99
  end
end

return M
