import { onPath } from '../../local/binaries/executables.ts';
import { ToolMissing } from '../../local/errors.ts';

/** The programs that the suite needs; each is in the Debian package of its name. */
const TOOLS = ['buildah', 'mmdebstrap', 'runc'];

/**
 * Checks that all programs are on PATH, and that this user may run them.
 * @throws ToolMissing with all that are missing, and how to install them
 */
export async function checkTools(): Promise<void> {
  const found = await Promise.allSettled(TOOLS.map((name) => onPath(name)));
  const missing = TOOLS.filter((_, index) => found[index]?.status === 'rejected');
  if (missing.length > 0) {
    throw new ToolMissing(
      `not on PATH: ${missing.join(', ')}. The image is built and started with them, without a Docker engine. On Debian, as root: apt-get install --no-install-recommends ${missing.join(' ')}`,
    );
  }
  if (process.geteuid?.() !== 0) {
    throw new ToolMissing(
      `${TOOLS.join(', ')} need root here: they make file systems with files of several users, and containers. Run it as root, in a container or a virtual machine of your own.`,
    );
  }
}
