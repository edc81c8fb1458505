-- wrk's side of bench/wrk.py: FILE RATE KIND. The requests are made once, then sent round and round.
local ffi = require("ffi")
ffi.cdef [[ struct instant { long seconds; long nanoseconds; }; int clock_gettime(int clock, struct instant *now); ]]
local MONOTONIC, instant = 1, ffi.new("struct instant")
local requests, position, sent = {}, 0, 0
local marker = "nnnn%-nnnn"

local function now()
  ffi.C.clock_gettime(MONOTONIC, instant)
  return tonumber(instant.seconds) + tonumber(instant.nanoseconds) / 1e9
end

-- Requests are due one by one, whichever connection is free then; one that is late goes at once.
local function pace(rate)
  local due
  function delay()
    local present = now()
    due = (due or present) + 1 / rate
    return math.max(0, math.floor((due - present) * 1000))
  end
end

-- Making such a request must not cost much more than sending one: the generator runs on the service's processors.
local function ever_new(pattern)
  local parts, four = {}, {}
  for part in (pattern .. "nnnn-nnnn"):gmatch("(.-)" .. marker) do parts[#parts + 1] = part end
  for number = 0, 9999 do
    four[number] = string.format("%04d", number):gsub("%d", function(digit) return string.char(97 + digit) end)
  end
  function request()
    sent = sent + 1
    return table.concat(parts, four[math.floor(sent / 10000) % 10000] .. "-" .. four[sent % 10000])
  end
end

function init(arguments)
  for line in io.lines(arguments[1]) do
    local address, agent, origin, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    if arguments[3] == "large" then body = string.rep("x", 1024 * 1024) end
    local headers = { ["X-Forwarded-For"] = address, ["User-Agent"] = agent, ["Content-Type"] = "text/plain",
                      ["Origin"] = origin }
    requests[#requests + 1] = wrk.format("POST", "/hit", headers, body)
    if arguments[3] == "large" then break end
  end
  if tonumber(arguments[2]) > 0 then pace(tonumber(arguments[2])) end
  if arguments[3] == "new" then ever_new(requests[1]) end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency)
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("\nFOUND %d %d %d %d %d %d %d %d %d\n", summary.requests, summary.duration, errors.status, broken,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), latency:percentile(99.9), latency.max))
end
