-- Says at the end what was seen, one line of numbers: requests, microseconds, connections and requests that broke, answers
-- with a status of 400 and more, p50 and p99 in microseconds.
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("result %d %d %d %d %d %d\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout, e.status, latency:percentile(50), latency:percentile(99)))
end
