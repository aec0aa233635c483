/** Names that would change what a server does behind our back. */
const OURS_ALONE = /^(PG|NODE_|LC_|LANG$|LANGUAGE$|TZ$)/;

/** The environment of the servers: the caller's, with messages in English, time in UTC, and nobody's PG* settings. */
export function childEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = { LC_ALL: 'C', TZ: 'UTC' };
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !OURS_ALONE.test(name)) env[name] = value;
  }
  return { ...env, ...extra };
}
