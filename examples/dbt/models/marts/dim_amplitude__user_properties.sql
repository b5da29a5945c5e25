select distinct user_properties_key, {{ user_property_columns() | join(', ') }}
from {{ ref('int_amplitude__events') }}
