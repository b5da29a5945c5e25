import { quote } from '../../amplitude/parquet/query.ts';
import { duckDbFile } from './example-files.ts';
import type { ExampleBucket } from './example.ts';

/**
 * The text of `settings.sql` as a person changes it for a bucket whose name is part of the path. `hoursAtOnce` is how many
 * hours a load takes at most. Throws when the file has no such setting.
 */
export async function settingsFor(bucket: ExampleBucket, hoursAtOnce: number): Promise<string> {
  const { host, protocol } = new URL(bucket.endpoint);
  const values: readonly (readonly [name: string, value: string])[] = [
    ['SET VARIABLE bucket =', quote(`s3://${bucket.bucket}`)],
    ['SET VARIABLE prefix =', quote(bucket.prefix)],
    ['SET VARIABLE hours_at_once =', String(hoursAtOnce)],
    ['KEY_ID', quote(bucket.accessKeyId)],
    ['SECRET', quote(bucket.secretAccessKey)],
    ['REGION', quote(bucket.region)],
    ['ENDPOINT', quote(host)],
    ['URL_STYLE', quote('path')],
    ['USE_SSL', String(protocol === 'https:')],
  ];
  return values.reduce(
    (text, [name, value]) => replaceValue(text, name, value),
    await duckDbFile('settings.sql'),
  );
}

function replaceValue(text: string, name: string, value: string): string {
  const pattern = new RegExp(`^( *${name} )('[^']*'|\\w+)`, 'm');
  if (!pattern.test(text)) throw new Error(`settings.sql has no ${name}`);
  return text.replace(pattern, (_, before: string) => before + value);
}
