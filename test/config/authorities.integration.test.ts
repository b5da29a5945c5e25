import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAuthorities } from '../../config/authorities.ts';
import { ConfigurationInvalid } from '../../config/errors.ts';
import { clientSettings } from '../../config/settings.ts';
import { temporaryFolder } from '../support/archives.ts';
import { makeAuthority } from '../support/certificates.ts';

it('the certificate authorities trusted for S3 are read from AWS_CA_BUNDLE, if it is set', async () => {
  const { file } = await makeAuthority(await temporaryFolder(), ['s3.test']);
  expect(readAuthorities({ AWS_CA_BUNDLE: file }).authorities).toContain('BEGIN CERTIFICATE');
  expect(readAuthorities({})).toEqual({});
  expect(readAuthorities({ AWS_CA_BUNDLE: ' ' })).toEqual({});
});

it.each([
  [undefined, /AWS_CA_BUNDLE: \S+ cannot be used \(ENOENT/],
  ['no certificate', /AWS_CA_BUNDLE: \S+ cannot be used \(it holds no certificate in PEM form\)/],
  ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', /AWS_CA_BUNDLE: \S+ cannot be used \(/],
])('a bundle that cannot be used is a matter of configuration: %j', async (text, problem) => {
  const file = join(await temporaryFolder(), 'bundle.pem');
  if (text !== undefined) await writeFile(file, text);
  expect(() => readAuthorities({ AWS_CA_BUNDLE: file })).toThrow(ConfigurationInvalid);
  expect(() => clientSettings({ AWS_BUCKET_NAME: 'bucket', AWS_CA_BUNDLE: file })).toThrow(problem);
});
