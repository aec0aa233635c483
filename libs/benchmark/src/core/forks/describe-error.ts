const LONGEST = 2_000;
const PLACE = /\n\s+at (?:.*[ (])?((?:file:\/\/|[A-Za-z]:\\|\/)[^\s)]+:\d+:\d+)/;

/** What was thrown, in one line, and where. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, LONGEST);
  const [, place] = PLACE.exec(error.stack ?? '') ?? [];
  const text = `${error.name}: ${error.message}`.slice(0, LONGEST);
  return place === undefined ? text : `${text} (at ${place})`;
}
