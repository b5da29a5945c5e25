-- Once: the landed files as tables. Replace my-bucket, amplitude (S3_PREFIX) and 2026-01-01, the first day. The partitions
-- follow from the keys, so nothing has to be added when an hour lands.

CREATE DATABASE IF NOT EXISTS amplitude;

-- A manifest is one JSON document of many lines: the reader of Ion reads it, those of JSON want a document on each line.
CREATE EXTERNAL TABLE amplitude.manifests (
  `window` string,
  status string,
  revision bigint,
  events bigint,
  rejected bigint,
  outputs array<struct<`key`: string, format: string, events: bigint>>
)
PARTITIONED BY (dt string)
ROW FORMAT SERDE 'com.amazon.ionhiveserde.IonHiveSerDe'
STORED AS ION
LOCATION 's3://my-bucket/amplitude/manifests/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2026-01-01,NOW',
  'storage.location.template' = 's3://my-bucket/amplitude/manifests/dt=${dt}/'
);

-- Every value is text here, so that the reader changes none: views.sql casts them. Keys without a column are not read: there is
-- no other_keys.
CREATE EXTERNAL TABLE amplitude.event_lines (
  `_insert_id` string,
  `_insert_key` string,
  `_schema` string,
  `adid` string,
  `amplitude_attribution_ids` string,
  `amplitude_event_type` string,
  `amplitude_id` string,
  `app` string,
  `city` string,
  `client_event_time` string,
  `client_upload_time` string,
  `country` string,
  `data` string,
  `data_type` string,
  `device_brand` string,
  `device_carrier` string,
  `device_family` string,
  `device_id` string,
  `device_manufacturer` string,
  `device_model` string,
  `device_type` string,
  `dma` string,
  `event_id` string,
  `event_properties` string,
  `event_time` string,
  `event_type` string,
  `global_user_properties` string,
  `group_properties` string,
  `groups` string,
  `idfa` string,
  `ip_address` string,
  `is_attribution_event` string,
  `language` string,
  `library` string,
  `location_lat` string,
  `location_lng` string,
  `os_name` string,
  `os_version` string,
  `partner_id` string,
  `paying` string,
  `plan` string,
  `platform` string,
  `processed_time` string,
  `region` string,
  `sample_rate` string,
  `server_received_time` string,
  `server_upload_time` string,
  `session_id` string,
  `source_id` string,
  `start_version` string,
  `user_creation_time` string,
  `user_id` string,
  `user_properties` string,
  `uuid` string,
  `version_name` string
)
PARTITIONED BY (dt string, hour string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'FALSE',
  'mapping._insert_id' = '$insert_id',
  'mapping._insert_key' = '$insert_key',
  'mapping._schema' = '$schema'
)
STORED AS TEXTFILE
LOCATION 's3://my-bucket/amplitude/events/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2026-01-01,NOW',
  'projection.hour.type' = 'integer',
  'projection.hour.range' = '0,23',
  'projection.hour.digits' = '2',
  'storage.location.template' = 's3://my-bucket/amplitude/events/dt=${dt}/hour=${hour}/'
);

-- With OUTPUTS=raw,events,parquet: the columns have their types already, and other_keys has the keys without a column.
CREATE EXTERNAL TABLE amplitude.event_rows (
  `_insert_id` string,
  `_insert_key` string,
  `_schema` bigint,
  `adid` string,
  `amplitude_attribution_ids` string,
  `amplitude_event_type` string,
  `amplitude_id` bigint,
  `app` bigint,
  `city` string,
  `client_event_time` timestamp,
  `client_upload_time` timestamp,
  `country` string,
  `data` string,
  `data_type` string,
  `device_brand` string,
  `device_carrier` string,
  `device_family` string,
  `device_id` string,
  `device_manufacturer` string,
  `device_model` string,
  `device_type` string,
  `dma` string,
  `event_id` bigint,
  `event_properties` string,
  `event_time` timestamp,
  `event_type` string,
  `global_user_properties` string,
  `group_properties` string,
  `groups` string,
  `idfa` string,
  `ip_address` string,
  `is_attribution_event` boolean,
  `language` string,
  `library` string,
  `location_lat` double,
  `location_lng` double,
  `os_name` string,
  `os_version` string,
  `partner_id` string,
  `paying` boolean,
  `plan` string,
  `platform` string,
  `processed_time` timestamp,
  `region` string,
  `sample_rate` string,
  `server_received_time` timestamp,
  `server_upload_time` timestamp,
  `session_id` bigint,
  `source_id` string,
  `start_version` string,
  `user_creation_time` timestamp,
  `user_id` string,
  `user_properties` string,
  `uuid` string,
  `version_name` string,
  other_keys string
)
PARTITIONED BY (dt string, hour string)
STORED AS PARQUET
LOCATION 's3://my-bucket/amplitude/parquet/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2026-01-01,NOW',
  'projection.hour.type' = 'integer',
  'projection.hour.range' = '0,23',
  'projection.hour.digits' = '2',
  'storage.location.template' = 's3://my-bucket/amplitude/parquet/dt=${dt}/hour=${hour}/'
);
