{# Beside the properties of the event, two columns have `user_` in front of the property's name; here they do not. #}
select distinct
  user_properties_key,
  {%- for column in user_property_columns() %}
  {{ column }} as {{ column.removeprefix('user_') }}{{ ',' if not loop.last }}
  {%- endfor %}
from {{ ref('int_amplitude__events') }}
