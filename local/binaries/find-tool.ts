import { messageOf } from '../../core/errors.ts';
import { ToolMissing } from '../errors.ts';

/** One way to get a binary. */
export interface Way {
  /** Names the way in the error message: `temporal on PATH`. */
  name: string;
  /** Resolves with the absolute path of the binary; rejects with the reason why this way does not work. */
  find: () => Promise<string>;
}

/**
 * The path that the first working way gives.
 * @throws ToolMissing when none works: it names each way, why it failed, and `advice`
 */
export async function findTool(tool: string, ways: readonly Way[], advice: string): Promise<string> {
  const failures: string[] = [];
  for (const way of ways) {
    try {
      return await way.find();
    } catch (thrown) {
      failures.push(`  - ${way.name}: ${messageOf(thrown)}`);
    }
  }
  throw new ToolMissing(`${tool} is needed and was not found. Tried:\n${failures.join('\n')}\n${advice}`);
}
