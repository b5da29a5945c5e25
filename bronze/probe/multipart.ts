import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Bucket } from '../bucket.ts';
import { storedChecksum } from '../read-object.ts';
import { typedStorageError } from '../storage-errors.ts';
import { crc64nvmeOf } from './checksums.ts';
import { found, type FoundFeature } from './feature-table.ts';
import { refused, type ProbeSite } from './site.ts';

const PART = 'the only part of an object';
const ChecksumAlgorithm = 'CRC64NVME';

/** Is an upload in parts listed while it is in progress, and is the checksum of the whole object kept? */
export async function probeMultipart({ bucket, folder }: ProbeSite): Promise<FoundFeature[]> {
  const key = `${folder}multipart`;
  try {
    const upload = await begin(bucket, key);
    const uploads = await bucket.listUploads(folder);
    const answered = await complete(bucket, upload).catch(async (error: unknown) => {
      await bucket.abortUpload({ key, uploadId: upload.UploadId ?? '' }).catch(() => undefined);
      throw error;
    });
    const kept = answered ?? (await storedChecksum(bucket, key));
    const isListed = uploads.some(({ uploadId }) => uploadId === upload.UploadId);
    return [
      found('multipart upload'),
      found(
        'ListMultipartUploads',
        !isListed &&
          (bucket.features.listUploads
            ? 'an upload in progress is not listed'
            : 'the store does not know it'),
      ),
      found(
        'checksum kept of parts',
        kept !== (await crc64nvmeOf(PART)) && 'there is none of the whole object',
      ),
    ];
  } catch (error) {
    return [refused('multipart upload', typedStorageError(error, bucket.name, 'store an object in parts'))];
  }
}

interface Upload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
}

async function begin(bucket: Bucket, key: string): Promise<Upload> {
  const place = { Bucket: bucket.name, Key: key };
  const create = new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm });
  return { ...place, UploadId: (await bucket.send(create)).UploadId };
}

/** Completes the upload. Returns the checksum of the whole object, if the answer has one. */
async function complete(bucket: Bucket, upload: Upload): Promise<string | undefined> {
  const part = { PartNumber: 1, ChecksumAlgorithm } as const;
  const sent = await bucket.send(new UploadPartCommand({ ...upload, ...part, Body: PART }));
  const { ETag, ChecksumCRC64NVME } = sent;
  const Parts = [{ PartNumber: 1, ETag, ...(ChecksumCRC64NVME !== undefined && { ChecksumCRC64NVME }) }];
  const command = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
  return (await bucket.send(command)).ChecksumCRC64NVME;
}
