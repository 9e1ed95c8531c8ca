-- As wrk.lua, and each request is for another host: one of as many as the argument says.
dofile(debug.getinfo(1).source:match("@(.*)random%-host.lua") .. "wrk.lua")

local hosts
local before
local after = ".bench.example\r\n\r\n"

function init(args)
  hosts = tonumber(args[1])
  before = "GET " .. wrk.path .. " HTTP/1.1\r\nHost: app-"
end

function request()
  return before .. math.random(0, hosts - 1) .. after
end
