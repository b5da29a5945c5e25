import { vi } from 'vitest';
import type { Pipeline } from './pipeline.ts';
import { temporalCommand } from './temporal-command.ts';

/** Makes a namespace that is the pipeline's own, waits until it can be used, and gives the environment that names it. */
export async function namespaceOf({ env, taskQueue }: Pipeline): Promise<Readonly<Record<string, string>>> {
  await temporalCommand(`temporal operator namespace create --namespace ${taskQueue}`);
  const list = `temporal workflow list --namespace ${taskQueue}`;
  await vi.waitFor(() => temporalCommand(list), { timeout: 60_000, interval: 200 });
  return { ...env, TEMPORAL_NAMESPACE: taskQueue };
}
