/**
 * The features of a store that the export can do without. All are true at first. The probe at the start sets those
 * that are missing to false, and so does an operation that the store refuses as unknown, which is then done in
 * another way.
 */
export class StoreFeatures {
  /**
   * Requests may carry checksum headers. False: they are left out, as with
   * `AWS_REQUEST_CHECKSUM_CALCULATION=WHEN_REQUIRED`.
   */
  checksumHeaders = true;
  /** Bytes that do not match their checksum are refused. False: each object is read back after it is stored. */
  checksumsChecked = true;
  /** The store knows DeleteObjects. False: objects are deleted one by one. */
  deleteObjects = true;
  /** The store knows ListMultipartUploads. False: unfinished uploads are not searched for. */
  listUploads = true;
}
