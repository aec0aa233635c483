/** What the places service answers to. */
export const PATTERNS = {
  ping: 'places.ping',
  cityById: 'cities.byId',
  topCities: 'cities.top',
  citiesOfCountry: 'countries.cities',
  statsOfCountry: 'countries.stats',
  checkIn: 'checkins.create',
  checkInsOfUser: 'checkins.ofUser',
} as const;

/** Asking twice is the same as asking once: these may be sent again when a replica dies under them. */
export const IDEMPOTENT: readonly string[] = Object.values(PATTERNS).filter((pattern) => pattern !== PATTERNS.checkIn);
