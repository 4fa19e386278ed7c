-- wrk counts the answers by whole microseconds; within the middle microsecond, the median is interpolated.
local function median(latency)
    local all, below = 0, 0
    for index = 1, #latency do
        local _, answers = latency(index)
        all = all + answers
    end
    for index = 1, #latency do
        local us, answers = latency(index)
        if below + answers >= all / 2 then return us - 0.5 + (all / 2 - below) / answers end
        below = below + answers
    end
    return 0
end

-- The output of every script of scripts/bench: one line of JSON. An answer that is not 2xx or 3xx is an error.
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format('\n{"requests":%d,"seconds":%f,"errors":%d,"median_us":%f}\n', summary.requests,
        summary.duration / 1e6, errors.status + errors.read + errors.write + errors.connect + errors.timeout,
        median(latency)))
end
