import { join } from 'node:path';

import { findDbt } from '../binaries/dbt.ts';
import { runToEnd } from '../binaries/run-to-end.ts';
import type { Report } from '../report.ts';
import { examplesFolder } from './example-files.ts';
import type { ExampleBucket } from './example.ts';

/** The dbt project of the examples, with its profile. */
const projectFolder = join(examplesFolder, 'dbt');

/** Runs dbt commands on one bucket. */
export interface DbtProject {
  /** The DuckDB file that the models are made in. */
  readonly database: string;
  /** Runs a command, such as `build`; `project` is another project than that of the examples. Throws when it fails. */
  run(args: readonly string[], project?: string): Promise<void>;
}

/**
 * The dbt project of the examples on a bucket. Its database, its logs and all that dbt writes are in `folder`.
 * @throws ToolMissing
 */
export async function openDbtProject(
  bucket: ExampleBucket,
  folder: string,
  report: Report,
): Promise<DbtProject> {
  const dbt = await findDbt(join(projectFolder, 'requirements.txt'), report);
  const database = join(folder, 'amplitude_export.duckdb');
  const env = {
    AWS_BUCKET_NAME: bucket.bucket,
    AWS_ENDPOINT_URL_S3: bucket.endpoint,
    AWS_REGION: bucket.region,
    S3_PREFIX: bucket.prefix,
    S3_USER_ACCESS_KEY: bucket.accessKeyId,
    S3_USER_SECRET_KEY: bucket.secretAccessKey,
    DUCKDB_PATH: database,
    DBT_PROFILES_DIR: projectFolder,
    DBT_LOG_PATH: join(folder, 'logs'),
    DBT_TARGET_PATH: join(folder, 'target'),
    DBT_USE_COLORS: 'false',
  };
  return {
    database,
    run: (args, project = projectFolder) => runToEnd(dbt, [...args, '--project-dir', project], folder, env),
  };
}
