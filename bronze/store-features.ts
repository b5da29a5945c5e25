/**
 * What a store can do of the things that the export can do without. All true until the store has shown otherwise: the
 * probe asks at the start, and an operation that is refused as unknown is noted here and done in another way.
 */
export class StoreFeatures {
  /** Requests may carry checksum headers. False: they are left out, as `AWS_REQUEST_CHECKSUM_CALCULATION=WHEN_REQUIRED` asks. */
  checksumHeaders = true;
  /** Bytes that do not match their checksum are refused. False: each object is read back once it is stored. */
  checksumsChecked = true;
  /** DeleteObjects is known. False: objects are deleted one by one. */
  deleteObjects = true;
  /** ListMultipartUploads is known. False: unfinished uploads are not looked for. */
  listUploads = true;
}
