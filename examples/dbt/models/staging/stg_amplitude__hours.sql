{# A table, because every manifest is a request to the bucket. #}
{{ config(materialized='table') }}

select
  "window" as hour_window,
  version,
  status,
  revision,
  "attemptId" as attempt_id,
  events,
  cast("source"."fetchedAt" as timestamp) as fetched_at,
  cast("createdAt" as timestamp) as created_at,
  ['{{ bucket_url('') }}' || output.key for output in outputs if output.format = 'events'] as event_files
from {{ source('bronze', 'manifests') }}
