-- Proofs and matrices from the server, shown in Neovim or in the browser.
local M = {}

local kijun = require("kijun")

--- How long the server may take; the first answer waits for the first analysis.
local PATIENCE = 60000
--- What the server says when something newer was worked out meanwhile.
local CONTENT_MODIFIED = -32801

local function complain(text)
  vim.notify("kijun: " .. text, vim.log.levels.ERROR)
end

--- The server of the buffer, else any that runs.
local function client()
  return vim.lsp.get_clients({ name = "kijun", bufnr = 0 })[1] or vim.lsp.get_clients({ name = "kijun" })[1]
end

--- Asks the server, once more when it says so; gives nothing after it told of a failure.
local function ask(method, params)
  local server = client()
  if not server then
    complain("the server is not running; open a *.kijun or a file of facts first")
    return
  end
  params.lang = kijun.options.language
  for _ = 1, 20 do
    local done, failed = server.request_sync(method, params, PATIENCE, 0)
    if not done then
      return complain(failed or "no answer")
    elseif not done.err then
      return done.result
    elseif done.err.code ~= CONTENT_MODIFIED then
      return complain(done.err.message)
    end
  end
end

--- Markdown in a floating window, which `q` closes and in which links can be followed with `gf`.
local function float(markdown)
  local lines = vim.split(vim.trim(markdown), "\n")
  local size = { width = math.min(100, vim.o.columns - 4), height = math.min(#lines + 1, vim.o.lines - 6) }
  local buffer, window = vim.lsp.util.open_floating_preview(lines, "markdown", {
    border = "rounded",
    width = size.width,
    height = size.height,
    max_width = size.width,
    max_height = size.height,
    focus_id = "kijun",
    wrap = true,
  })
  vim.keymap.set("n", "q", "<cmd>close<cr>", { buffer = buffer, silent = true })
  if vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_set_current_win(window)
  end
end

--- The code of a diagnostic on the line that has a page.
local function code_here()
  for _, found in ipairs(vim.diagnostic.get(0, { lnum = vim.fn.line(".") - 1 })) do
    if tostring(found.code):match("^K%d%d%d%d$") then
      return found.code
    end
  end
end

--- Explains an id or a code, else what stands at the cursor.
function M.explain(what)
  what = what ~= "" and what or code_here()
  if what and what:match("^K%d%d%d%d$") then
    local page = ask("kijun/page", { code = what })
    return page and page ~= vim.NIL and float(page)
  end
  local params = what and { id = what } or nil
  if not params then
    local server = client()
    params = vim.lsp.util.make_position_params(0, server and server.offset_encoding)
  end
  local found = ask("kijun/explain", params)
  return found and float(found.markdown)
end

--- Writes the matrix of two catalogues as a page and opens it.
function M.matrix(from, to)
  if not to then
    return complain("two catalogues, as :KijunMatrix mitsf mhlw@4.2")
  end
  local found = ask("kijun/matrix", { from = from, to = { to }, format = "html" })
  if found then
    local path = vim.fn.tempname() .. ".html"
    vim.fn.writefile(vim.split(found.html, "\n"), path)
    vim.ui.open(path)
  end
end

return M
