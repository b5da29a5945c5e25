import { ExportError } from '../core/errors.ts';

/** One or more variables are missing or wrong; the message lists every one of them. */
export class ConfigurationInvalid extends ExportError {
  readonly type = 'ConfigurationInvalid';

  /** One line each. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    super(`the settings are not complete, or not right:${list}`);
    this.problems = problems;
  }
}
