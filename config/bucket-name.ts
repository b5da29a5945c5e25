import type { Reading } from './readers.ts';

/** Names of older buckets, and of other storages, may have upper-case letters and underscores. */
const NAME = /^[A-Za-z\d_][\w.-]{2,254}$/;
const IP_ADDRESS = /^\d+(\.\d+){3}$/;
/** The form of an AWS access key or secret key: such a text may be a key, even if no other setting holds it. */
const AWS_KEY = /^((AKIA|ASIA)[A-Z\d]{16}|(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{40})$/;
/** The ARN of an access point, which the SDK accepts as a bucket; also on Outposts and with a Lambda function. */
const ACCESS_POINT =
  /^arn:aws[\w-]*:(?:s3|s3-object-lambda|s3-outposts):([a-z\d-]*):\d{12}:(?:outpost[/:][\w-]+[/:])?accesspoint[/:][\w.-]+$/;

/** Reads the name of a bucket, or the ARN of an access point. */
export function bucketName(text: string): Reading<string> {
  const problem = problemOf(text);
  return problem === undefined ? { ok: true, value: text } : { ok: false, problem };
}

function problemOf(text: string): string | undefined {
  if (text.startsWith('arn:')) return arnProblem(text);
  if (text.includes('://')) return "write only the bucket's name, without an address";
  if (text.includes('/')) return "write only the bucket's name; folders go into S3_PREFIX";
  if (IP_ADDRESS.test(text))
    return "write a bucket's name; the address of a storage goes into AWS_ENDPOINT_URL_S3";
  if (NAME.test(text) && !AWS_KEY.test(text)) return undefined;
  return 'write a bucket name: 3 to 255 letters, digits, dots, hyphens or underscores';
}

function arnProblem(text: string): string | undefined {
  const name = /^arn:[\w-]+:s3:::([^/]+)$/.exec(text)?.[1];
  if (name !== undefined) return "write only the bucket's name, the last part of its ARN";
  const region = ACCESS_POINT.exec(text)?.[1];
  if (region === undefined)
    return 'write the name of a bucket, or the ARN of an access point: arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME';
  // The SDK needs a further library to sign requests for a multi-region access point.
  if (region === '') return 'write the ARN of an access point in one region; this one is for several regions';
  return undefined;
}
