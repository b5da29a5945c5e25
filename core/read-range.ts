import { open } from 'node:fs/promises';

const PIECE_BYTES = 256 * 1024;

/**
 * Reads so many bytes of a file from `start` on, or up to its end, always into the same memory: a piece is valid until
 * the next one. New memory for each piece would cost more than the reading.
 * @throws the file system's own error
 */
export async function* readRange(
  path: string,
  { start, bytes }: { readonly start: number; readonly bytes: number },
): AsyncGenerator<Buffer, void> {
  const file = await open(path);
  try {
    const memory = Buffer.allocUnsafe(Math.min(bytes, PIECE_BYTES));
    for (let done = 0; done < bytes;) {
      const wanted = Math.min(memory.length, bytes - done);
      const { bytesRead } = await file.read(memory, 0, wanted, start + done);
      if (bytesRead === 0) return;
      yield memory.subarray(0, bytesRead);
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
}
