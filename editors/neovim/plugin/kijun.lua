if vim.g.loaded_kijun then
  return
end
vim.g.loaded_kijun = true

local function command(name, run, options)
  vim.api.nvim_create_user_command(name, run, options)
end

command("KijunRestart", function()
  require("kijun").restart()
end, { desc = "Kijun: restart the language server" })

command("KijunBuildParser", function()
  require("kijun").build_parser()
end, { desc = "Kijun: compile the parser for tree-sitter" })

command("KijunExplain", function(arguments)
  require("kijun.run").explain(arguments.args)
end, { nargs = "?", desc = "Kijun: explain a requirement, or what stands at the cursor" })

command("KijunMatrix", function(arguments)
  require("kijun.run").matrix(arguments.fargs[1], arguments.fargs[2])
end, { nargs = "+", desc = "Kijun: the coverage matrix of two catalogues, in the browser" })
