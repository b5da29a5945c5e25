import type { Command } from 'commander';
import { clientSettings } from '../config/settings.ts';

/** `amplitude-export setup`: makes what the export needs before its first run. */
export function addSetup(program: Command): void {
  program
    .command('setup')
    .description('make the bucket unless it is there')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  amplitude-export setup')
    .action(async ({ json }: { json?: true }) => {
      const settings = clientSettings(process.env);
      const { ensureBucket, openBucket } = await import('../bronze/connect.ts');
      const bucket = openBucket(settings.bucket);
      const state = await ensureBucket(bucket);
      console.log(json ? JSON.stringify({ bucket: bucket.name, state }) : `bucket ${bucket.name}: ${state}`);
    });
}
