import { Cached } from '@envol/cache';
import { InjectClient } from '@envol/load-balancer';
import { Injectable } from '@nestjs/common';
import { ClientProxy } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { PATTERNS } from '../contract/patterns.js';
import type { Checkin, City, CityPage, CountryStats, NewCheckin } from '../contract/schemas.js';
import { STATISTICS } from './caches.js';

/** The places service as the gateway sees it: whichever replica is best answers, and what it read is kept for a while. */
@Injectable()
export class PlacesClient {
  constructor(@InjectClient('places') private readonly places: ClientProxy) {}

  ping(): Promise<string> {
    return this.#ask(PATTERNS.ping, {});
  }

  @Cached({ key: 'city:{0}' })
  async city(id: number): Promise<City | null> {
    return this.#ask(PATTERNS.cityById, { id });
  }

  @Cached({ key: 'top:{0}' })
  async topCities(limit: number): Promise<City[]> {
    return this.#ask(PATTERNS.topCities, { limit });
  }

  @Cached({ key: 'country:{0}:{1}:{2}' })
  async citiesOf(country: string, limit: number, after?: string): Promise<CityPage> {
    return this.#ask(PATTERNS.citiesOfCountry, { country, limit, after });
  }

  @Cached({ key: 'stats:{0}', store: STATISTICS })
  async statsOf(country: string): Promise<CountryStats> {
    return this.#ask(PATTERNS.statsOfCountry, { country });
  }

  checkIn(checkin: NewCheckin): Promise<Checkin> {
    return this.#ask(PATTERNS.checkIn, checkin);
  }

  checkInsOf(userId: number, limit: number): Promise<Checkin[]> {
    return this.#ask(PATTERNS.checkInsOfUser, { userId, limit });
  }

  #ask<T>(pattern: string, data: object): Promise<T> {
    return firstValueFrom(this.places.send<T>(pattern, data));
  }
}
