import type { Command } from 'commander';
import { workerSettings } from '../config/settings.ts';
import { print, printJson } from './terminal/print.ts';

/** `amplitude-export worker`: runs a worker until SIGINT or SIGTERM. */
export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('run a worker until SIGINT or SIGTERM')
    .option('--json', 'print the ready line as JSON')
    .addHelpText('after', '\nExample:\n  amplitude-export worker')
    .action(async ({ json }: { json?: boolean }) => {
      const settings = workerSettings(process.env);
      const { runWorker } = await import('../worker/run-worker.ts');
      await runWorker(settings, (ready) => {
        const { taskQueue, workerTaskQueue, temporal } = ready;
        const line = `worker ready: task queue ${taskQueue}, worker-specific queue ${workerTaskQueue}, Temporal at ${temporal}`;
        if (json) printJson(ready);
        else print(line);
      });
      // A connection that was still opening at the signal would keep the process alive.
      process.exit();
    });
}
