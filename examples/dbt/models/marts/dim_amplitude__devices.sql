select distinct device_key, {{ device_columns() | join(', ') }}
from {{ ref('int_amplitude__events') }}
