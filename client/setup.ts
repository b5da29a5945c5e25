import type { Command } from 'commander';
import { clientSettings } from '../config/settings.ts';
import { print, printJson } from './terminal/print.ts';

/** `amplitude-export setup`: makes the bucket and the search attributes, and tests the store, before the first run. */
export function addSetup(program: Command): void {
  program
    .command('setup')
    .description(
      'make the bucket, and the search attributes of runs in Temporal, if they do not exist, and test what the store can do',
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
    { attributesText, registerAttributes },
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
  const { made, missing } = searchAttributes;
  if (json) {
    const temporal = { searchAttributes: made, missingSearchAttributes: missing };
    printJson({ bucket: bucket.name, state, store, ...temporal });
  } else print(...attributesText(searchAttributes, settings.temporal.namespace));
}
