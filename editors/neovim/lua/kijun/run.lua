-- What the program `kijun` prints, shown in Neovim or in the browser.
local M = {}

local kijun = require("kijun")

local function folder()
  return vim.fs.root(0, "kijun.toml") or vim.fn.getcwd()
end

local function run(arguments)
  local command = { kijun.options.cmd[1], "--color", "never" }
  if kijun.options.language then
    vim.list_extend(command, { "--lang", kijun.options.language })
  end
  return vim.system(vim.list_extend(command, arguments), { text = true, cwd = folder() }):wait()
end

local function show(title, text)
  vim.cmd("botright new")
  local buffer = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(vim.trim(text), "\n"))
  vim.bo[buffer].buftype = "nofile"
  vim.bo[buffer].bufhidden = "wipe"
  vim.bo[buffer].modifiable = false
  vim.api.nvim_buf_set_name(buffer, "kijun://" .. title)
end

--- The code of a diagnostic on the line, else the id under the cursor.
local function at_cursor()
  for _, found in ipairs(vim.diagnostic.get(0, { lnum = vim.fn.line(".") - 1 })) do
    if tostring(found.code):match("^K%d%d%d%d$") then
      return found.code
    end
  end
  return (vim.fn.expand("<cWORD>"):gsub("[,;]+$", ""))
end

function M.explain(what)
  what = what ~= "" and what or at_cursor()
  local done = run({ "explain", "--", what, folder() })
  show(what, done.stdout ~= "" and done.stdout or done.stderr)
end

function M.matrix(from, to)
  if not to then
    vim.notify("kijun: two catalogues, as :KijunMatrix mitsf mhlw@4.2", vim.log.levels.ERROR)
    return
  end
  local done = run({ "matrix", "--from", from, "--to", to, "--format", "html", folder() })
  if not vim.startswith(vim.trim(done.stdout), "<") then
    vim.notify(done.stderr, vim.log.levels.ERROR)
    return
  end
  local path = vim.fn.tempname() .. ".html"
  vim.fn.writefile(vim.split(done.stdout, "\n"), path)
  vim.ui.open(path)
end

return M
