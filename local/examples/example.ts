import type { Report } from '../report.ts';

/** What an example needs to reach the demo bucket. The bucket's name is part of the path. */
export interface ExampleBucket {
  /** The address of the S3 server: `http://127.0.0.1:9000`. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** The first part of every key, without a slash at its end. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A count of an example beside the ledger's. */
export interface ExampleCount {
  /** What was counted: `events`. */
  readonly what: string;
  readonly counted: number;
  readonly ledger: number;
}

/** One of the examples, as `npm run examples` runs it. */
export interface Example {
  /** Its name in the table that is printed: `dbt`. */
  readonly name: string;
  /** Runs it against a bucket and counts; `folder` is empty and for its files. */
  run(bucket: ExampleBucket, folder: string, report: Report): Promise<readonly ExampleCount[]>;
}
