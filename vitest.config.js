import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

// Node 20 is one of the versions that the tests are for; the SDK's word on it would stand between their lines.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

// Every server of the tests is on this machine: no proxy of the environment can reach it.
process.env['no_grpc_proxy'] = '127.0.0.1';
process.env['no_proxy'] = '127.0.0.1';

/**
 * Unit tests need no server, no build and no second process, and are done in a moment. They run on the sources. There,
 * `inject` has no server to give, and a process that is started fails the test.
 */
const unit = {
  name: 'unit',
  include: ['test/**/*.test.ts'],
  exclude: ['**/*.integration.test.ts'],
  setupFiles: ['test/support/forbid-processes.ts'],
  isolate: false,
};

/**
 * All other tests, and those that take seconds, are named *.integration.test.ts. They run on the compiled tree: what is
 * tested is what ships, worker threads and child processes included.
 */
const integration = {
  name: 'integration',
  include: ['dist/test/**/*.integration.test.js'],
  globalSetup: ['dist/test/support/start-servers.js'],
};

/** Small files that take long. If one of them began last, the other processes would wait for it. */
const isLong = ({ moduleId }) =>
  /\/(bench|end-to-end|examples|workflows|probe)\/|\/(demo|readme)\./.test(moduleId);

/** Begins with the files that take long. Vitest itself knows them only where it has run before. */
class LongFirst extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: unit },
      { extends: true, test: integration },
    ],
    sequence: { sequencer: LongFirst },
    maxWorkers: 3,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Asks again and again: the machine may be busy.
    expect: { poll: { timeout: 30_000, interval: 50 } },
  },
});
