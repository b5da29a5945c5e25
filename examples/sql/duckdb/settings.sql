-- The only file to change. Each session begins with it; it keeps nothing in the database.

-- The bucket, and the first part of its keys (S3_PREFIX).
SET VARIABLE bucket = 's3://my-bucket';
SET VARIABLE prefix = 'amplitude';

-- Which days to look at: all, or for instance '2026-01-*'. A load reads every manifest of these days.
SET VARIABLE days = '*';

-- How many hours one load takes at most: they are one transaction.
SET VARIABLE hours_at_once = 168;

-- DuckDB downloads the extension that reads S3 once.
INSTALL httpfs;
LOAD httpfs;

-- For a store other than AWS: its ENDPOINT ('127.0.0.1:9000'), URL_STYLE 'path', and USE_SSL false for http.
-- Temporary keys also need SESSION_TOKEN. For the keys that the AWS tools find (role, SSO, profile): INSTALL aws, LOAD aws, and
-- PROVIDER credential_chain in the place of KEY_ID and SECRET.
CREATE OR REPLACE SECRET amplitude_export (
  TYPE s3,
  KEY_ID 'my-access-key',
  SECRET 'my-secret-key',
  REGION 'us-east-1',
  ENDPOINT 's3.amazonaws.com',
  URL_STYLE 'vhost',
  USE_SSL true
);
