import { runVerb } from './command-line.ts';

/** The example commands in the help of a verb, as printed. */
export async function examplesOf(...verb: string[]): Promise<string[]> {
  const { out } = await runVerb([...verb, '--help'], {});
  const [, examples = ''] = /\nExamples?:\n([^]*)$/.exec(out) ?? [];
  return examples
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

/** The only example in the help of a verb. @throws Error when it has several, none, or one of another verb */
export async function exampleOf(...verb: string[]): Promise<string> {
  const [example = '', ...others] = await examplesOf(...verb);
  const words = ['amplitude-export', ...verb].join(' ');
  if (others.length > 0 || !`${example} `.startsWith(`${words} `))
    throw new Error(`the help of ${words} has no example, or several, or one of another verb`);
  return example;
}
