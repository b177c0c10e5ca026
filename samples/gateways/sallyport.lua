-- Asks the decision point about a request, for haproxy.cfg. It needs HAProxy 2.6 or later, and no library.
local url = "http://127.0.0.1:8181/forward-auth?dialect=haproxy"
local key = os.getenv("SALLYPORT_KEY")

-- What the decision point learns from the request, beside the URL and the address.
local facts = { "accept", "x-request-id", "x-sallyport-user", "x-sallyport-client-capabilities" }

core.register_action("sallyport", { "http-req" }, function(txn)
  local request = txn.http:req_get_headers()
  local headers = {
    ["x-sallyport-key"] = { key },
    ["x-forwarded-proto"] = { txn.f:ssl_fc() == 1 and "https" or "http" },
    ["x-forwarded-host"] = { txn.f:req_hdr("host") },
    ["x-forwarded-uri"] = { txn.f:pathq() },
    ["x-forwarded-for"] = { txn.f:src() },
  }
  for _, name in ipairs(facts) do
    if request[name] ~= nil then
      headers[name] = { request[name][0] }
    end
  end

  -- No answer in time is a no. HAProxy tries four times, so this is two seconds.
  local answer = core.httpclient():get { url = url, headers = headers, timeout = 500 }
  if answer.status == 200 and answer.headers["x-sallyport-outcome"] ~= nil and answer.headers["x-sallyport-outcome"][0] == "allow" then
    for name, values in pairs(answer.headers) do
      if name:sub(1, 12) == "x-sallyport-" then
        txn.http:req_set_header(name, values[0])
      end
    end
    txn:set_var("txn.sallyport", "allow")
    return
  end

  -- Whatever else comes is a no, and the client gets it as it is; a broken answer becomes 503.
  local reply = txn:reply { status = answer.status >= 300 and answer.status < 600 and answer.status or 503, body = answer.body or "" }
  for _, name in ipairs { "location", "www-authenticate", "content-type", "cache-control", "retry-after", "x-request-id" } do
    for _, value in pairs(answer.headers and answer.headers[name] or {}) do
      reply:add_header(name, value)
    end
  end
  txn:done(reply)
end)
