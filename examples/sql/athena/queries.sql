-- Questions to the views. JSON texts: json_extract_scalar gives a string without its quotes.

SELECT hour_window, count(*) AS events
FROM amplitude.events
WHERE dt BETWEEN '2026-01-01' AND '2026-01-02'
GROUP BY hour_window
ORDER BY hour_window;

SELECT json_extract_scalar(event_properties, '$["[Amplitude] Page Path"]') AS page_path, count(DISTINCT uuid) AS views
FROM amplitude.events
WHERE dt = '2026-01-01' AND event_type = '[Amplitude] Page Viewed'
GROUP BY 1
ORDER BY views DESC
LIMIT 20;

-- Hours whose files are not those of the manifest: no rows, unless an hour lands again at this moment.
SELECT manifest."window" AS hour_window, manifest.events, count(event.hour_window) AS rows_found
FROM amplitude.manifests AS manifest
LEFT JOIN amplitude.events AS event ON event.hour_window = manifest."window" AND event.dt = manifest.dt
WHERE manifest.dt = '2026-01-01'
GROUP BY manifest."window", manifest.events
HAVING count(event.hour_window) <> manifest.events;
