import type { City, CountryStats } from '../contract/schemas.js';

/** What Atlas must answer, computed from the data file alone, without any of the code that answers. */
export class ReferenceData {
  /** The most populous first; ties by id. */
  readonly cities: readonly City[];
  /** By country, in the same order. */
  readonly #byCountry = new Map<string, City[]>();

  constructor(cities: readonly City[]) {
    this.cities = cities.toSorted((a, b) => b.population - a.population || a.id - b.id);
    for (const city of this.cities) {
      const country = this.#byCountry.get(city.country);
      if (country === undefined) this.#byCountry.set(city.country, [city]);
      else country.push(city);
    }
  }

  get countries(): readonly string[] {
    return [...this.#byCountry.keys()];
  }

  /** The cities of a country, in the same order. */
  citiesOf(country: string): readonly City[] {
    return this.#byCountry.get(country) ?? [];
  }

  statsOf(country: string): CountryStats {
    const cities = this.citiesOf(country);
    return { country, cities: cities.length, population: cities.reduce((sum, { population }) => sum + population, 0) };
  }
}
