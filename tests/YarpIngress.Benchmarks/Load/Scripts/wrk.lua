-- Says at the end what was seen, one line of numbers: requests, microseconds, failures, p50 and p99 in microseconds.
-- wrk counts answers with a status of 400 and more as errors.
function done(summary, latency, requests)
  local e = summary.errors
  local failures = e.connect + e.read + e.write + e.timeout + e.status
  io.write(string.format("result %d %d %d %d %d\n", summary.requests, summary.duration, failures,
    latency:percentile(50), latency:percentile(99)))
end
