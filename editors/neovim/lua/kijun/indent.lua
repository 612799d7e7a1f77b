-- How far a line is indented: one step per block that is open before it.

--- Blocks that a line opens, less those that it closes; braces in texts and comments do not count.
local function opened(line)
  local code = line:gsub("\\.", ""):gsub('"[^"]*"', ""):gsub("//.*", "")
  local _, opens = code:gsub("{", "")
  local _, closes = code:gsub("}", "")
  return opens - closes
end

return function()
  local before = vim.fn.prevnonblank(vim.v.lnum - 1)
  if before == 0 then
    return 0
  end
  local step = vim.fn.shiftwidth()
  local indent = vim.fn.indent(before)
  if opened(vim.fn.getline(before)) > 0 then
    indent = indent + step
  end
  if vim.fn.getline(vim.v.lnum):match("^%s*}") then
    indent = indent - step
  end
  return math.max(indent, 0)
end
