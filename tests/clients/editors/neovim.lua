-- Neovim without a screen: nvim --headless -l neovim.lua SERVER… opens the workspace beside this file and says what it saw.
local here = vim.fs.dirname(vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p"))
local editors = vim.fs.normalize(here .. "/../../../editors")
local server = vim.list_slice(_G.arg, 1)

local function must(holds, ...)
  if not holds then
    io.stderr:write("neovim: ", table.concat(vim.tbl_map(tostring, { ... }), " "), "\n")
    os.exit(1)
  end
end

vim.opt.runtimepath:prepend(editors .. "/neovim")
vim.cmd("filetype plugin indent on | runtime! plugin/kijun.lua ftdetect/kijun.lua")
local kijun = require("kijun")
kijun.setup({ cmd = server })
kijun.build_parser()

vim.cmd.edit(here .. "/workspace/broken.kijun")
local buffer = vim.api.nvim_get_current_buf()
must(vim.bo.filetype == "kijun", "filetype", vim.bo.filetype)
must(vim.bo.commentstring == "// %s", "commentstring", vim.bo.commentstring)

-- colours
must(vim.treesitter.highlighter.active[buffer] ~= nil, "no colours by tree-sitter")
local tree = vim.treesitter.get_parser(buffer, "kijun"):parse()[1]:root()
must(tree:child_count() > 3, "children", tree:child_count())
for _, name in ipairs({ "highlights", "folds", "locals", "injections", "indents" }) do
  must(vim.treesitter.query.get("kijun", name), "no query", name)
end
local function colour(line, column)
  local captures = vim.treesitter.get_captures_at_pos(buffer, line, column)
  return captures[#captures] and captures[#captures].capture
end
must(colour(1, 0) == "keyword", "`catalog` is", colour(1, 0))
must(colour(6, 12) == "string.special.symbol", "the id is", colour(6, 12))
must(vim.fn.foldlevel(3) == 1, "foldlevel", vim.fn.foldlevel(3))

-- indentation
vim.api.nvim_win_set_cursor(0, { 10, 0 })
vim.cmd("normal! gg=G")
must(not vim.bo.modified or vim.fn.getline(10) == '  locked "施錠": bool', "indented", vim.fn.getline(10))
must(vim.fn.getline(16) == "}", "the last line", vim.fn.getline(16))
vim.cmd("undo | edit!")

-- the server
local function seen()
  return vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })
end
must(vim.wait(20000, function()
  return #seen() > 0
end, 50), "no diagnostic; clients:", #vim.lsp.get_clients({ bufnr = buffer }))
must(#seen() == 1, "the error is shown", #seen(), "times")
must(seen()[1].lnum == 14, "the diagnostic is on line", seen()[1].lnum + 1)
must(vim.lsp.get_clients({ bufnr = buffer })[1].config.root_dir == here .. "/workspace", "the root of the server")

-- an edit puts it right
vim.api.nvim_buf_set_lines(buffer, 14, 15, true, { "  require r.locked" })
must(vim.wait(20000, function()
  return #seen() == 0
end, 50), "the error stays")

kijun.restart()
must(vim.wait(20000, function()
  return #vim.lsp.get_clients({ name = "kijun", bufnr = buffer }) == 1
end, 50), "the server does not come back")
print("neovim " .. tostring(vim.version()) .. ": ok\n")
os.exit(0)
