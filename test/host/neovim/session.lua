-- Run by Neovim, headless, with a .diag file open: asks the language server what a person would see, and
-- writes the answers as JSON to the file that DIAG_ANSWERS names.

local answers = {}
local patience = 90000 -- milliseconds

local function ask(method, line, column)
  local parameters = {
    textDocument = { uri = vim.uri_from_bufnr(0) },
    position = { line = line, character = column },
  }
  local replies = vim.lsp.buf_request_sync(0, method, parameters, patience) or {}
  for _, reply in pairs(replies) do
    if reply.result then
      return reply.result
    end
  end
  return vim.NIL
end

answers.attached = vim.wait(patience, function()
  return #vim.lsp.buf_get_clients(0) > 0
end, 50)
vim.wait(patience, function()
  return #vim.diagnostic.get(0) > 0
end, 50)

answers.diagnostics = vim.tbl_map(function(diagnostic)
  return { code = diagnostic.code, message = diagnostic.message, line = diagnostic.lnum }
end, vim.diagnostic.get(0))

-- Where a word stands, counted from 0.
local function place(word)
  for number, text in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = text:find(word, 1, true)
    if column then
      return number - 1, column - 1
    end
  end
end

answers.hover = ask("textDocument/hover", place("skew"))
-- The two blanks tell the reference in the verify block from the declaration.
local line, column = place("  landscape gau")
answers.completion = ask("textDocument/completion", line, column + #"  landscape gau")
answers.symbols = ask("textDocument/documentSymbol", 0, 0)

local file = io.open(os.getenv("DIAG_ANSWERS"), "w")
file:write(vim.json and vim.json.encode(answers) or vim.fn.json_encode(answers))
file:close()
vim.cmd("qall!")
