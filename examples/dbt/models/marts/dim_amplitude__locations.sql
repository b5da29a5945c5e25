select distinct location_key, {{ location_columns() | join(', ') }}
from {{ ref('int_amplitude__events') }}
