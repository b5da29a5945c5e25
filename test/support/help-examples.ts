import { runVerb } from './command-line.ts';

/** The commands that the help of a verb gives as examples, each as it is printed. */
export async function examplesOf(...verb: string[]): Promise<string[]> {
  const { out } = await runVerb([...verb, '--help'], {});
  const [, examples = ''] = /\nExamples?:\n([^]*)$/.exec(out) ?? [];
  return examples
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

/** What the help of a verb gives as its only example. @throws an error where there are more, or one of another verb */
export async function exampleOf(...verb: string[]): Promise<string> {
  const [example = '', ...others] = await examplesOf(...verb);
  const words = ['amplitude-export', ...verb].join(' ');
  if (others.length > 0 || !`${example} `.startsWith(`${words} `))
    throw new Error(`the help of ${words} has no example, or several, or one of another verb`);
  return example;
}
