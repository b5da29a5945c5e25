import { readdirSync } from 'node:fs';

/** What a file of this folder exports by default: measures, and prints what came out. */
export type Benchmark = () => Promise<void>;

// As client/main.ts does.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const folder = new URL('.', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.js') && file !== 'main.js')
  .map((file) => file.slice(0, -3));

const [name = ''] = process.argv.slice(2);
if (names.includes(name)) {
  const benchmark = (await import(new URL(`${name}.js`, folder).href)) as { default: Benchmark };
  await benchmark.default();
} else {
  console.error(`usage: npm run bench -- NAME, where NAME is one of ${names.join(', ')}`);
  process.exitCode = 2;
}
