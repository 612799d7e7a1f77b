vim.filetype.add({ extension = { kijun = "kijun" } })
