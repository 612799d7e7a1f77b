local set = vim.opt_local
set.comments = { "b:///", "b://!", "b://" }
set.commentstring = "// %s"
set.shiftwidth = 2
set.softtabstop = 2
set.expandtab = true
set.suffixesadd = { ".kijun" }
vim.b.undo_ftplugin = "setlocal comments< commentstring< shiftwidth< softtabstop< expandtab< suffixesadd<"

require("kijun").highlight(0)
