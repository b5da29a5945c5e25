import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStackFolder, stackVariables } from '../../../local/native/stack-folder.ts';
import { chooseTemporalPorts, formerPorts } from '../../../local/native/temporal-cluster-server.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'native-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

describe('the folder of a native stack', () => {
  it('keeps password and keys for later starts, and from others', async () => {
    const data = join(folder, 'data');
    const variables = await stackVariables(data);
    expect(Object.values(variables).every((value) => /^\w{20,}$/.test(value))).toBe(true);
    expect(await stackVariables(data)).toEqual(variables);
    expect(await modeOf(join(data, 'variables.json'))).toBe(0o600);
    expect(await stackVariables(join(folder, 'other'))).not.toEqual(variables);
  });

  it('lets the user of PostgreSQL pass through, and no more', async () => {
    const made = await makeStackFolder();
    expect(await modeOf(made)).toBe(0o711);
    await rm(made, { recursive: true });
  });
});

describe('the ports of the Temporal server', () => {
  it('are all different, and those of the last start if there was one', async () => {
    expect(await formerPorts(folder)).toBeUndefined();
    const ports = await chooseTemporalPorts();
    expect(new Set(Object.values(ports)).size).toBe(9);
    await writeFile(join(folder, 'ports.json'), JSON.stringify(ports));
    expect(await formerPorts(folder)).toEqual(ports);
  });
});
