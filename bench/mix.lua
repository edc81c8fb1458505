-- wrk's side of bench/mix.py: the requests are made once, then sent round and round.
local requests, position = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local address, agent, body = line:match("^(.-)\t(.-)\t(.*)$")
    local headers = { ["X-Forwarded-For"] = address, ["User-Agent"] = agent, ["Content-Type"] = "text/plain",
                      ["Origin"] = "https://bench.example" }
    requests[#requests + 1] = wrk.format("POST", "/hit", headers, body)
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end
