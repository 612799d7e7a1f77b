-- Neovim without a screen on the example of a hospital: nvim --headless -l hospital.lua FOLDER SERVER… sees a verdict in a file of
-- facts, has it explained, puts a misspelt attribute and a misspelt id right, and opens a matrix. FOLDER is a copy of examples/city-hospital.
local here = vim.fs.dirname(vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p"))
local editors = vim.fs.normalize(here .. "/../../../editors")
local folder = _G.arg[1]
local server = vim.list_slice(_G.arg, 2)

local function must(holds, ...)
  if not holds then
    io.stderr:write("neovim: ", table.concat(vim.tbl_map(tostring, { ... }), " "), "\n")
    os.exit(1)
  end
end

local function wait(what, holds)
  must(vim.wait(60000, holds, 50), what)
end

vim.opt.runtimepath:prepend(editors .. "/neovim")
vim.cmd("filetype plugin indent on | runtime! plugin/kijun.lua ftdetect/kijun.lua")
require("kijun").setup({ cmd = server, language = "ja" })

local function seen(code)
  return vim.tbl_filter(function(one)
    return one.code == code or (code == "error" and one.severity == vim.diagnostic.severity.ERROR)
  end, vim.diagnostic.get(0))
end

local function line_of(part)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
    if line:find(part, 1, true) then
      return number
    end
  end
  must(false, "no line with", part)
end

--- What stands in the window that has just been opened.
local function shown()
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\n")
  vim.cmd("close")
  return text
end

--- Applies the fix for the error on the line whose title holds a text.
local function fix(meant)
  wait("no error to be fixed", function()
    return #seen("error") > 0
  end)
  local issue = seen("error")[1]
  vim.api.nvim_win_set_cursor(0, { issue.lnum + 1, issue.col })
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title:find(meant, 1, true) ~= nil
    end,
  })
  wait("the error stays after " .. meant, function()
    return #seen("error") == 0
  end)
end

-- A verdict in the facts, and why.
vim.cmd.edit(folder .. "/facts/passwords.toml")
wait("no verdict in the facts", function()
  return #seen("violated") > 0
end)
vim.api.nvim_win_set_cursor(0, { line_of("min_length = 4"), 13 })
vim.cmd("KijunExplain")
local proof = shown()
for _, part in ipairs({ "MITSF-03.M2", "不適合", "password_policy.pp-monitor.min_length", "直し方", "facts/passwords.toml:41" }) do
  must(proof:find(part, 1, true), "the proof lacks", part, proof)
end
vim.cmd("KijunExplain mhlw:8.1.2.C.オ@dwh-2025")
must(shown():find("dwh-2025 — 不適合", 1, true), "an id is not explained")

-- A misspelt attribute.
local wanted = vim.api.nvim_buf_get_lines(0, 0, -1, true)
local line = line_of("min_length = 4")
vim.api.nvim_buf_set_lines(0, line - 1, line, true, { "min_lenght = 4" })
fix("min_length")
must(vim.deep_equal(vim.api.nvim_buf_get_lines(0, 0, -1, true), wanted), "the facts are not as they were")

-- A misspelt id in a module.
vim.cmd("edit! " .. folder .. "/profile.kijun")
wanted = vim.api.nvim_buf_get_lines(0, 0, -1, true)
line = line_of("for naiki:2.4 {")
vim.api.nvim_buf_set_lines(0, line - 1, line, true, { (wanted[line]:gsub("2%.4", "2.44")) })
fix("2.4")
must(vim.deep_equal(vim.api.nvim_buf_get_lines(0, 0, -1, true), wanted), "the module is not as it was")

-- The matrix, in what stands for a browser.
local opened
vim.ui.open = function(path)
  opened = path
end
vim.cmd("KijunMatrix mitsf mhlw@4.2")
must(opened, "no page was opened")
local page = table.concat(vim.fn.readfile(opened), "\n")
must(page:find('<html lang="ja">', 1, true) and page:find("みなと市立病院", 1, true), "the page is not that of the hospital")
print("neovim on the hospital: ok\n")
os.exit(0)
