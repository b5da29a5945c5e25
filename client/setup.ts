import type { Command } from 'commander';
import { clientSettings } from '../config/settings.ts';
import { print, printJson } from './terminal/print.ts';

/** `amplitude-export setup`: makes what the export needs before its first run. */
export function addSetup(program: Command): void {
  program
    .command('setup')
    .description(
      'make the bucket, and the search attributes that runs set in Temporal, unless they are there, and try what the store can do',
    )
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  amplitude-export setup')
    .action(setup);
}

async function setup({ json = false }: { readonly json?: boolean }): Promise<void> {
  const settings = clientSettings(process.env);
  const [
    { ensureBucket, openBucket },
    { probeStore, refuseUnsuitable },
    { storeTable },
    { registerAttributes },
    { withClient },
  ] = await Promise.all([
    import('../bronze/connect.ts'),
    import('../bronze/probe/probe-store.ts'),
    import('./terminal/feature-table.ts'),
    import('./runs/register-attributes.ts'),
    import('./runs/with-client.ts'),
  ]);
  const bucket = await openBucket(settings.bucket);
  const state = await ensureBucket(bucket);
  if (!json) print(`bucket ${bucket.name}: ${state}`);
  const store = await probeStore(bucket, settings.bucket.prefix);
  if (!json) print('', ...storeTable(store).split('\n'), '');
  refuseUnsuitable(bucket, store);
  const searchAttributes = await withClient(settings.temporal, registerAttributes);
  if (json) printJson({ bucket: bucket.name, state, store, searchAttributes });
  else if (searchAttributes === undefined)
    print('search attributes: this namespace does not let us make them; runs do without');
  else
    print(
      `search attributes: ${searchAttributes.length === 0 ? 'present' : `made ${searchAttributes.join(', ')}`}`,
    );
}
