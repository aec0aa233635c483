import { InjectShardedRepository, openCursor, sealCursor, ShardedRepository } from '@envol/sharding';
import { Inject, Injectable } from '@nestjs/common';
import type { City, CityPage, CountryStats } from '../contract/schemas.js';
import { CityEntity } from './city.entity.js';
import { CURSOR_SECRETS } from './tokens.js';

const MOST_POPULOUS_FIRST = { population: 'DESC', id: 'ASC' } as const;

/** Reads cities: one by its key, or the merged answer of all shards. */
@Injectable()
export class CitiesService {
  constructor(
    @InjectShardedRepository(CityEntity) private readonly cities: ShardedRepository<CityEntity>,
    @Inject(CURSOR_SECRETS) private readonly secrets: readonly string[],
  ) {}

  byId(id: number): Promise<City | null> {
    return this.cities.forKey(id).findOneBy({ id });
  }

  top(limit: number): Promise<City[]> {
    return this.cities.scatter.find({ order: MOST_POPULOUS_FIRST, limit });
  }

  /** A page of the cities of a country, the most populous first; `after` is the `next` of the page before. */
  async ofCountry(country: string, limit: number, after?: string): Promise<CityPage> {
    const sealing = { secrets: this.secrets, context: `cities of ${country}` };
    const found = await this.cities.scatter.find({
      where: { country },
      order: MOST_POPULOUS_FIRST,
      limit: limit + 1,
      ...(after !== undefined && { after: openCursor(after, sealing) }),
    });
    const cities = found.slice(0, limit);
    const last = found.length > limit ? cities.at(-1) : undefined;
    const next =
      last && sealCursor(this.cities.scatter.positionOf(last, MOST_POPULOUS_FIRST), { ...sealing, expiresIn: '1d' });
    return { cities, next: next ?? null };
  }

  async statsOf(country: string): Promise<CountryStats> {
    const perShard = await this.cities.scatter.each(async (repository) => ({
      cities: await repository.countBy({ country }),
      population: (await repository.sum('population', { country })) ?? 0,
    }));
    const total = (pick: 'cities' | 'population') => [...perShard.values()].reduce((sum, part) => sum + part[pick], 0);
    return { country, cities: total('cities'), population: total('population') };
  }
}
