-- What every script of scripts/bench prints in the end: one line of JSON. An answer that is not 2xx or 3xx is an error.
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format('\n{"requests":%d,"seconds":%f,"errors":%d,"median_us":%f}\n', summary.requests,
        summary.duration / 1e6, errors.status + errors.read + errors.write + errors.connect + errors.timeout,
        latency:percentile(50)))
end
