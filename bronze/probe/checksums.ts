import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ChecksumMeter } from '../../core/checksum.ts';
import type { Bucket } from '../bucket.ts';
import { BucketDenied, ChecksumMismatch } from '../errors.ts';
import { storedChecksum } from '../read-object.ts';
import { typedStorageError } from '../storage-errors.ts';
import { found, type FoundFeature } from './feature-table.ts';
import type { ProbeSite } from './site.ts';

const TEXT = 'a text whose checksum is known';
const WRONG = 'AAAAAAAAAAA=';

/** Is the CRC-64/NVME of an object accepted, compared with the bytes, and kept? */
export async function probeChecksums({ bucket, folder }: ProbeSite): Promise<FoundFeature[]> {
  const key = `${folder}checksum`;
  const { features } = bucket;
  const right = await crc64nvmeOf(TEXT);
  await put(bucket, key, right);
  const isSent =
    features.checksumHeaders &&
    (await bucket.client.config.requestChecksumCalculation()) === 'WHEN_SUPPORTED';
  const kept = await storedChecksum(bucket, key);
  features.checksumsChecked = isSent && (await refusesWrong(bucket, `${folder}wrong-checksum`));
  return [
    found(
      'checksum headers',
      !isSent && (features.checksumHeaders ? 'the AWS settings leave them out' : 'they are refused'),
    ),
    found(
      'checksum check',
      !features.checksumsChecked && 'bytes that do not match their checksum are stored',
    ),
    found(
      'checksum kept',
      kept !== right && (kept === undefined ? 'the object is not there yet' : 'HEAD returns none'),
    ),
  ];
}

/** The CRC-64/NVME of a text, in base64. */
export async function crc64nvmeOf(text: string): Promise<string> {
  const meter = new ChecksumMeter();
  meter.update(Buffer.from(text));
  return meter.finish().crc64nvme;
}

async function refusesWrong(bucket: Bucket, key: string): Promise<boolean> {
  try {
    await put(bucket, key, WRONG);
  } catch (error) {
    if (error instanceof ChecksumMismatch) return true;
    // 400 with an unknown name, which says nothing about keys or policy: the store refuses the checksum.
    if (error instanceof BucketDenied && error.httpStatus === 400) return true;
    throw error;
  }
  // If a store calls a wrong checksum an invalid argument, the client sends the bytes once more without it.
  const isRefused = !bucket.features.checksumHeaders;
  bucket.features.checksumHeaders = true;
  return isRefused;
}

async function put(bucket: Bucket, key: string, ChecksumCRC64NVME: string): Promise<void> {
  const command = new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: TEXT, ChecksumCRC64NVME });
  try {
    await bucket.send(command);
  } catch (error) {
    throw typedStorageError(error, bucket.name, `store ${key}`);
  }
}
