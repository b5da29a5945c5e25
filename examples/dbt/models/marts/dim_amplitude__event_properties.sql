select distinct event_properties_key, {{ event_property_columns() | join(', ') }}
from {{ ref('int_amplitude__events') }}
