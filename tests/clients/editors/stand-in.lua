-- A language server that knows one thing: the line with the word `BROKEN` is wrong. The tests of the clients use it where
-- the program has no server, to see that a client starts one, tells it what is open, and shows what it says.
--
--   nvim -l stand-in.lua
local function read()
  local length
  while true do
    local line = io.read("*l")
    if line == nil then
      return nil
    end
    line = line:gsub("\r$", "")
    if line == "" then
      break
    end
    length = tonumber(line:match("^[Cc]ontent%-[Ll]ength: (%d+)")) or length
  end
  return vim.json.decode(io.read(length))
end

local function write(message)
  message.jsonrpc = "2.0"
  local body = vim.json.encode(message)
  io.write(("Content-Length: %d\r\n\r\n%s"):format(#body, body))
  io.flush()
end

local function diagnostics(text)
  local found = {}
  for number, line in ipairs(vim.split(text, "\n")) do
    local at = line:find("BROKEN", 1, true)
    if at then
      local range = { start = { line = number - 1, character = at - 1 }, ["end"] = { line = number - 1, character = at + 5 } }
      table.insert(found, { range = range, severity = 1, code = "K0000", source = "kijun", message = "stand-in" })
    end
  end
  return found
end

local function publish(document)
  write({
    method = "textDocument/publishDiagnostics",
    params = { uri = document.uri, diagnostics = diagnostics(document.text) },
  })
end

local ANSWERS = {
  initialize = { capabilities = { textDocumentSync = { openClose = true, change = 1 } } },
  shutdown = vim.NIL,
}

for message in read do
  if message.method == "exit" then
    os.exit(0)
  elseif message.method == "textDocument/didOpen" then
    publish(message.params.textDocument)
  elseif message.method == "textDocument/didChange" then
    publish({ uri = message.params.textDocument.uri, text = message.params.contentChanges[1].text })
  elseif message.id and message.method then
    write({ id = message.id, result = ANSWERS[message.method] or vim.NIL })
  end
end
