import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * What a worker process is called, in its task queue and its work folder: `{machine}-{pid}-{start}`. The machine is
 * the host name and, on Linux, the number of the space in which process ids mean the same: containers may share the
 * host name and the disk.
 */
export interface HostName {
  readonly text: string;
  readonly machine: string;
  readonly pid: number;
}

/** The start is in milliseconds: 13 digits, which tell a host's folder from one named after a date. */
const HOST_NAME = /^(.+)-(\d+)-\d{13}$/;

/** The name of this process; `start` is when it was asked for, in milliseconds since the epoch. */
export function nameThisHost(): HostName {
  const machine = `${hostname()}${processSpace()}`.replaceAll(/[^\w.-]/g, '_');
  return { text: `${machine}-${process.pid}-${Date.now()}`, machine, pid: process.pid };
}

/** Reads a host's name from a folder's, or undefined when it is not of that form. */
export function parseHostName(folder: string): HostName | undefined {
  const [text, machine, pid] = HOST_NAME.exec(folder) ?? [];
  return text === undefined || machine === undefined ? undefined : { text, machine, pid: Number(pid) };
}

function processSpace(): string {
  try {
    return `.${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''}`;
  } catch {
    return '';
  }
}
