import { InvalidArgumentError } from 'commander';

/**
 * Makes a reader of an option's value: a whole number from `min` to `max`. The reader throws InvalidArgumentError,
 * which commander prints.
 */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`);
  };
}
