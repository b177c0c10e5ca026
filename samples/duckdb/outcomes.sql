-- How the sign-ins of a log end under the policies.
SELECT verdict->>'outcome' AS outcome, count(*) AS sign_ins
FROM (SELECT conditional_access(json)::JSON AS verdict FROM read_ndjson_objects('signins.json.gz', ignore_errors = true))
WHERE verdict->>'kind' = 'DECIDED'
GROUP BY ALL
ORDER BY ALL
