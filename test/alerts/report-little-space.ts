// Loaded before a worker's own code where no small disk can be mounted: the system reports half of the disk as free, or, while
// the file DISK_NEARLY_FULL_FILE exists, a twentieth.
import { existsSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const fullFile = process.env['DISK_NEARLY_FULL_FILE'] ?? '';
const calls = promises as unknown as { statfs: (path: string) => Promise<object> };
const { statfs } = calls;

calls.statfs = async (path) => {
  const found = (await statfs(path)) as { blocks: number };
  return { ...found, bavail: Math.floor(found.blocks / (existsSync(fullFile) ? 20 : 2)) };
};
syncBuiltinESMExports();
