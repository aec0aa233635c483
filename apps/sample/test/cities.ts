import { readCitiesFile } from '../src/launcher/cities-file.js';
import type { City } from '../src/contract/schemas.js';

/** The cities of the file, the most populous first, ties by id: what every answer is checked against. */
export const CITIES: readonly City[] = readCitiesFile().toSorted((a, b) => b.population - a.population || a.id - b.id);

/** The same by country. */
export const CITIES_BY_COUNTRY: ReadonlyMap<string, readonly City[]> = byCountry();

function byCountry(): Map<string, City[]> {
  const groups = new Map<string, City[]>();
  for (const city of CITIES) {
    const group = groups.get(city.country);
    if (group === undefined) groups.set(city.country, [city]);
    else group.push(city);
  }
  return groups;
}
