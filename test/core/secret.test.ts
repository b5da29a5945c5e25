import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../core/secret.ts';

const value = 'hunter2-hunter2';
const secret = new Secret(value);

/** The output of a console for it. */
function printed(print: (console: Console) => void): string {
  let text = '';
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  print(new Console({ stdout, stderr: stdout }));
  return text;
}

describe('a secret', () => {
  it('returns its value when it is revealed', () => {
    expect(secret.reveal()).toBe(value);
  });

  it.each<[string, string]>([
    ['text', String(secret)],
    ['part of a text', `key: ${secret.toString()}`],
    ['concatenated', ['', secret].join('key: ')],
    ['JSON', JSON.stringify({ secret, list: [secret] })],
    ['inspected', inspect(secret)],
    [
      'inspected with all that is hidden',
      inspect({ a: { b: [secret] } }, { depth: 10, showHidden: true, getters: true }),
    ],
    ['formatted', format('%s %o %O %j', secret, secret, secret, secret)],
    ['the properties of another object', inspect(Object.assign({}, secret), { showHidden: true })],
    ['its own keys', Reflect.ownKeys(secret).map(String).join()],
    ['logged', printed((console) => console.log(secret, { secret }))],
    [
      'logged as a folder of properties',
      printed((console) => console.dir(secret, { showHidden: true, depth: 10 })),
    ],
    ['logged as a table', printed((console) => console.table([{ secret }]))],
    [
      'the message of an error',
      inspect(new Error(`refused: ${String(secret)}`, { cause: secret }), { depth: 10 }),
    ],
  ])('is not printed as %s', (_name, text) => {
    expect(text).not.toContain(value);
  });

  it('shows that there is a value', () => {
    expect([String(secret), inspect(secret), JSON.stringify(secret)]).toEqual(['***', '***', '"***"']);
  });

  it('does not cross to another thread', () => {
    expect(inspect(structuredClone(secret), { showHidden: true })).not.toContain(value);
  });
});
