import { ExportError } from '../core/errors.ts';

/** A server or browser was neither found nor could be fetched; the message names every way tried and what to do. */
export class ToolMissing extends ExportError {
  readonly type = 'ToolMissing';
}

/** A local server died or did not answer while it was starting; the message quotes the end of its log. */
export class ServerNotStarted extends ExportError {
  readonly type = 'ServerNotStarted';
}
