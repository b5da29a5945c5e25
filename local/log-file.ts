import { open } from 'node:fs/promises';

const tailBytes = 8192;
const tailLines = 25;

/** The last lines (at most 25, at most 8 KiB) that were written to a log file after its first `from` bytes. */
export async function tailOfLog(path: string, from: number): Promise<string> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const start = Math.max(from, size - tailBytes);
  const buffer = Buffer.alloc(Math.max(0, size - start));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
  const lines = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n');
  return lines.slice(-tailLines).join('\n') || '(nothing was logged)';
}
