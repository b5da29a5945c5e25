import type { ErrorEntry } from './entry.ts';

/** The machine: its disk, its files, and the servers that are started on it. */
export const machineErrors = {
  WorkFilesLost: {
    remedy: 'restart',
    reason:
      'The work files of the hour have gone from WORK_DIR, or were changed there, or their worker was told to stop.',
    whatToDo:
      'The hour is downloaded again by itself. If it goes on and no worker was told to stop, find what removes or changes files in WORK_DIR, such as a clean-up job or a failing disk, or set WORK_DIR to another folder (docs/operations.md).',
  },
  DiskFull: {
    remedy: 'retry',
    reason: 'The disk of WORK_DIR is full, or the quota of its user is used up.',
    whatToDo:
      'Hours go on by themselves once there is space. Free some, set WORK_DIR to a larger disk, or lower HOURS_PER_WORKER: docs/operations.md says how much disk an hour needs.',
  },
  OpenFilesExhausted: {
    remedy: 'retry',
    reason: 'The process (EMFILE) or the machine (ENFILE) has as many files and connections open as it may.',
    whatToDo:
      'Hours go on by themselves when others end. If it goes on, raise the limit where the process is started ("ulimit -n", LimitNOFILE=, --ulimit nofile=), or lower HOURS_PER_WORKER or PARSE_THREADS: docs/operations.md says how many files a worker needs.',
  },
  WorkDirFailed: {
    remedy: 'retry',
    reason:
      'The work files cannot be read or written: the disk is read-only, damaged, forbidden or far too slow.',
    whatToDo:
      'Check the disk of WORK_DIR ("df", "dmesg"), and that the worker\'s user may write there. Hours go on by themselves once it works; to use another disk, set WORK_DIR and restart the worker.',
  },
  ParseThreadCrashed: {
    remedy: 'retry',
    reason:
      'The thread that parsed a member of the archive ended: its memory was used up, or the program has a fault.',
    whatToDo:
      'The worker starts another thread and parses the hour again by itself. If it goes on, give the machine more memory, or lower PARSE_THREADS (docs/operations.md). If it happens in the same hour every time, report it with the message.',
  },
  ParquetWriterMissing: {
    remedy: 'final',
    reason:
      'OUTPUTS has parquet, but the package that writes Parquet files, @duckdb/node-api, cannot be loaded.',
    whatToDo:
      'Install it with "npm install --include=optional", on a platform that it is built for (Linux, macOS, Windows; x64 and arm64). Or leave parquet out of OUTPUTS. Then start the worker again.',
  },
  ParquetNotWritten: {
    remedy: 'retry',
    reason: 'DuckDB could not write a Parquet file of the hour.',
    whatToDo:
      'Hours go on by themselves if it was for lack of memory: then give the machine more, or lower PARSE_THREADS (docs/operations.md). If it happens in the same hour every time, leave parquet out of OUTPUTS, so that the hour lands, and report it with the message.',
  },
  ToolMissing: {
    remedy: 'final',
    reason:
      'A program that the demo, the tests or the examples need on this machine was not found, and could not be fetched.',
    whatToDo:
      'Install what the message asks for, and start again. Fetching a program needs the network: behind a proxy, set HTTPS_PROXY.',
  },
  ServerNotStarted: {
    remedy: 'final',
    reason:
      'A server on this machine (Temporal, S3, the sample API or the worker of the demo) did not start.',
    whatToDo:
      'Read the end of its log, if the message has it. If a port is taken, end what listens there, or choose another ("npx amplitude-export sample-api --port 8091"). Then start again.',
  },
} satisfies Record<string, ErrorEntry>;
