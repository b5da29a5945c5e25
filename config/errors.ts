import { ExportError } from '../core/errors.ts';

/** One or more variables are missing or wrong. The message lists all of them. */
export class ConfigurationInvalid extends ExportError {
  readonly type = 'ConfigurationInvalid';

  /** The problems, one line each. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    super(`some settings are missing or wrong:${list}`);
    this.problems = problems;
  }
}
