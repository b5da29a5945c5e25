/** A JSON object whose values are already written as JSON. */
export function jsonObject(values: Readonly<Record<string, string>>): string {
  const members = Object.entries(values).map(([key, value]) => `${JSON.stringify(key)}:${value}`);
  return `{${members.join(',')}}`;
}
