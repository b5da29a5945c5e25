import type { Reading } from './readers.ts';

/** Letters of either case and underscores are in the names of older buckets, and of other storages. */
const NAME = /^[A-Za-z\d_][\w.-]{2,254}$/;
const IP_ADDRESS = /^\d+(\.\d+){3}$/;
/** An AWS access key's id or secret: what is no key of ours elsewhere in the settings may still be one. */
const AWS_KEY = /^((AKIA|ASIA)[A-Z\d]{16}|(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{40})$/;
/** What the SDK takes for a bucket: the ARN of an access point, on Outposts and with a Lambda function, too. */
const ACCESS_POINT =
  /^arn:aws[\w-]*:(?:s3|s3-object-lambda|s3-outposts):([a-z\d-]*):\d{12}:(?:outpost[/:][\w-]+[/:])?accesspoint[/:][\w.-]+$/;

/** Reads the name of a bucket, or the ARN of an access point. */
export function bucketName(text: string): Reading<string> {
  const problem = problemOf(text);
  return problem === undefined ? { ok: true, value: text } : { ok: false, problem };
}

function problemOf(text: string): string | undefined {
  if (text.startsWith('arn:')) return arnProblem(text);
  if (text.includes('://')) return "write the bucket's name alone, without an address";
  if (text.includes('/')) return "write the bucket's name alone; folders go into S3_PREFIX";
  if (IP_ADDRESS.test(text))
    return "write a bucket's name; the address of a storage goes into AWS_ENDPOINT_URL_S3";
  if (NAME.test(text) && !AWS_KEY.test(text)) return undefined;
  return 'write a bucket name: 3 to 255 of letters, digits, dots, hyphens and underscores';
}

function arnProblem(text: string): string | undefined {
  const name = /^arn:[\w-]+:s3:::([^/]+)$/.exec(text)?.[1];
  if (name !== undefined) return "write the bucket's name alone, which is what its ARN ends with";
  const region = ACCESS_POINT.exec(text)?.[1];
  if (region === undefined)
    return 'write the name of a bucket, or the ARN of an access point: arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME';
  // The SDK would need a library of its own to sign for it.
  if (region === '') return 'write the ARN of an access point in one region; this one is for many';
  return undefined;
}
