import { vi } from 'vitest';
import type { Pipeline } from './pipeline.ts';
import { temporalCommand } from './temporal-command.ts';

/** Makes a namespace for the pipeline and waits until it can be used. Returns the pipeline's environment with it. */
export async function makeNamespace({ env, taskQueue }: Pipeline): Promise<Readonly<Record<string, string>>> {
  await temporalCommand(`temporal operator namespace create --namespace ${taskQueue}`);
  const list = `temporal workflow list --namespace ${taskQueue}`;
  await vi.waitFor(() => temporalCommand(list), { timeout: 60_000, interval: 200 });
  return { ...env, TEMPORAL_NAMESPACE: taskQueue };
}
